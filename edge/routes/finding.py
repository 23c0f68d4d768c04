"""`printers`: finding them, adding them, and seeing which one is which."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody
from msgspec import Meta

from domain.codec import decode, encode
from domain.errors import Conflict, FieldError, Invalid, NotFound
from domain.printer import Printer, address_problem, full_uri
from edge.access import Right, need_right
from edge.finding import Scan
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, one_record
from edge.routes.printing import need_printer
from edge.store import paper, records
from edge.store.edits import edit
from edge.store.records import Record
from edge.store.writer import Transaction
from edge.watch import printers
from printing.queue import PrintJob
from sync.wire import Collection
from web.bodies import decode_body
from web.documented import takes

__all__ = ["Finding"]


class NewPrinter(msgspec.Struct, frozen=True):
    """A printer as someone adds it. `uri` may be a bare IPv4 address, with or without a port: then
    it prints raw ESC/POS. Without an `id` it is given one; without a `name`, its address. The rest
    is as in `Printer`."""

    uri: str
    id: Annotated[str, Meta(min_length=1)] | None = None
    name: str = ""
    paper_mm: int = 80
    columns: int = 42
    code_page: str = "CP858"
    fallback_id: str = ""

    def printer(self, new_id: str) -> Printer:
        """Raises `Invalid` naming the field."""
        uri = full_uri(self.uri)
        if wrong := address_problem(uri):
            raise Invalid.of([FieldError("uri", wrong)])
        printer = decode(encode(self) | {"uri": uri, "id": self.id or new_id}, Printer)
        return msgspec.structs.replace(printer, name=self.name or uri.partition("://")[2])


class Identified(msgspec.Struct, frozen=True):
    """The printer blinks or beeps where `job_id` is None; else it prints a slip."""

    job_id: int | None


class Finding(Controller):
    path = "/printers"
    tags = ("printing",)

    @post("/", operation_class=takes(NewPrinter))
    async def add(
        self, request: SignedIn, body: RawBody, parts: NamedDependency[Parts]
    ) -> JsonText:
        """Adds a printer by hand; the same one again is no error. Owners may, and staff whose
        record says `may_set_up_printers`."""
        printer = decode_body(body, NewPrinter).printer(parts.ids.new())
        stamp = parts.stamp(request.user.sub)

        def add(tx: Transaction) -> Record:
            need_right(tx.connection, request.user, Right.SET_UP_PRINTERS)
            _need_free(tx.connection, printer)
            there = records.find(tx.connection, Collection.PRINTER, printer.id)
            if there is not None and not there.deleted:
                return there
            return edit(tx, Collection.PRINTER, printer.id, encode(printer), stamp)

        return one_record(await parts.store.write(add), status=201)

    @post("/scan", status_code=202)
    async def scan(self, parts: NamedDependency[Parts]) -> Scan:
        """Begins to look for printers on the restaurant's network, or joins a search that is
        running: `GET` here, or the events `printer.scan`, tell how far it is and what it has found.
        A printer that is known here and has moved gets its new address, and keeps its name, its
        stations and its templates."""
        return parts.finder.scan()

    @get("/scan")
    async def scanned(self, parts: NamedDependency[Parts]) -> Scan:
        """The latest scan, running or done."""
        if parts.finder.latest is None:
            raise NotFound("Nobody has looked for printers since the edge was started.")
        return parts.finder.latest

    @post("/{printer_id:str}/identify", status_code=200)
    async def identify(
        self, printer_id: FromPath[str], parts: NamedDependency[Parts]
    ) -> Identified:
        """Makes the printer show which one it is: it blinks or beeps where it can, and else prints
        a slip with its name and its address."""
        printer = await parts.store.read(lambda db: need_printer(db, printer_id))
        if await parts.lines.identify(printer):
            return Identified(None)
        now, slip_id = parts.clock.now(), parts.ids.new()

        def add(tx: Transaction) -> PrintJob:
            return paper.name_slip(tx, printer, now=now, slip_id=slip_id)

        return Identified((await parts.store.write(add)).seq)


def _need_free(db: sqlite3.Connection, printer: Printer) -> None:
    """Raises `Conflict` where the id or the address is another one's."""
    for known in printers(db):
        if known.id == printer.id and (known.name, known.uri) != (printer.name, printer.uri):
            raise Conflict(f"There is a printer {printer.id!r} already.")
        if known.id != printer.id and known.uri == printer.uri:
            raise Conflict(f"The printer {known.id!r} ({known.name}) has this address already.")
