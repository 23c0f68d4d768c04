"""`printers/{id}/login` and `printers/{id}/certificate`: what a printer and the edge trust each
other by. All of it is the owner's."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, delete, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody
from msgspec import Meta
from msgspec.structs import replace

from domain.codec import overlay
from domain.errors import Conflict
from edge.access import need_owner
from edge.parts import Parts
from edge.routes.answers import JsonText, one_record
from edge.routes.printing import need_printer
from edge.store import printer_logins, records
from edge.store.edits import edit
from edge.store.records import Record
from edge.store.writer import Transaction
from printing.transport import Login
from sync.wire import Collection
from web.bodies import decode_body
from web.documented import takes

__all__ = ["PrinterTrust"]


class Acceptance(msgspec.Struct, frozen=True):
    """The SHA-256 of the certificate that was looked at, in hex: the printer may show yet another
    one by the time the answer comes."""

    certificate: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class PrinterTrust(Controller):
    path = "/printers/{printer_id:str}"
    tags = ("printing",)
    guards = (need_owner,)

    @put("/login", status_code=204, operation_class=takes(Login))
    async def set_login(
        self, printer_id: FromPath[str], body: RawBody, parts: NamedDependency[Parts]
    ) -> None:
        """Sets the name and the password that this IPP printer asks for. Nothing shows them
        again."""
        login = decode_body(body, Login)

        def save(tx: Transaction) -> None:
            need_printer(tx.connection, printer_id)
            printer_logins.save(tx, printer_id, login)

        await parts.store.write(save)

    @delete("/login", status_code=204)
    async def forget_login(self, printer_id: FromPath[str], parts: NamedDependency[Parts]) -> None:
        """Forgets them."""
        await parts.store.write(lambda tx: printer_logins.forget(tx, printer_id))

    @put("/certificate", operation_class=takes(Acceptance))
    async def accept_certificate(
        self, printer_id: FromPath[str], body: RawBody, parts: NamedDependency[Parts]
    ) -> JsonText:
        """Trusts the certificate that the printer shows since it was set up anew."""
        accepted = decode_body(body, Acceptance).certificate
        stamp = parts.stamp()

        def accept(tx: Transaction) -> Record:
            before = need_printer(tx.connection, printer_id)
            if accepted not in (before.certificate, before.offered_certificate):
                raise Conflict("The printer does not show this certificate: look at it again.")
            after = replace(before, certificate=accepted, offered_certificate="")
            record = records.find(tx.connection, Collection.PRINTER, printer_id)
            assert record is not None  # need_printer found it
            return edit(tx, Collection.PRINTER, printer_id, overlay(record.data, after), stamp)

        return one_record(await parts.store.write(accept))
