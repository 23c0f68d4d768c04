"""`printers/{id}` and `routing/{station}`: what a printer is called, where it stands, and what it
prints. Owners may, and staff whose record says `may_set_up_printers`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
from litestar import Controller, delete, get, patch, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, RawBody
from msgspec import Meta

from domain.printer import full_uri
from edge.access import Right, need_right
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, json_text
from edge.store import printers
from edge.store.printers import Busy, Gone, Station
from edge.store.records import Record
from edge.store.writer import Transaction
from web.bodies import decode_body
from web.documented import takes
from web.versions import base_version, etag

__all__ = ["PrinterSetup", "Routings"]

STILL_WAIT_S = 5.0  # for a ticket under way: a try at a printer that is off takes about as long
STILL_LOOK_S = 0.1

T = TypeVar("T")


class Setup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What `PATCH printers/{id}` takes; what is left out stays. `uri` may be a bare IPv4 address;
    a `fallback_id` of "" is none."""

    name: str | None = None
    uri: str | None = None
    paper_mm: Annotated[int, Meta(ge=20, le=300)] | None = None
    columns: Annotated[int, Meta(ge=16, le=120)] | None = None
    code_page: Annotated[str, Meta(max_length=40)] | None = None
    fallback_id: Annotated[str, Meta(max_length=200)] | None = None


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `PUT routing/{station}` takes."""

    printer_ids: Annotated[tuple[str, ...], Meta(max_length=20)]


class PrinterSetup(Controller):
    path = "/printers/{printer_id:str}"
    tags = ("printing",)

    @get("/")
    async def printer(self, printer_id: FromPath[str], parts: NamedDependency[Parts]) -> JsonText:
        """One printer. Its ETag is that of what people set, and not of how it is."""
        return _shown(await parts.store.read(lambda db: printers.find(db, printer_id)))

    @patch("/", operation_class=takes(Setup))
    async def change(
        self,
        request: SignedIn,
        printer_id: FromPath[str],
        body: RawBody,
        parts: NamedDependency[Parts],
    ) -> JsonText:
        """Renames it, says where it stands, what paper it has and who prints in its place while it
        is away. At another address its certificate, user name and password are forgotten."""
        wanted = msgspec.to_builtins(decode_body(body, Setup))
        if "uri" in wanted:
            wanted["uri"] = full_uri(wanted["uri"])
        based_on = base_version(request)
        stamp = parts.stamp(request.user.sub)

        def change(tx: Transaction) -> Record:
            need_right(tx.connection, request.user, Right.SET_UP_PRINTERS)
            return printers.change(tx, printer_id, based_on, wanted, stamp)

        return _shown(await _once_still(parts, change))

    @delete("/", status_code=200)
    async def remove(
        self,
        request: SignedIn,
        printer_id: FromPath[str],
        parts: NamedDependency[Parts],
        move_to: FromQuery[str] = "",
        hold: FromQuery[bool] = False,
    ) -> Gone:
        """Takes it away. Where tickets wait for it, or a station has no other, it is 409 until it
        is said what becomes of them: `move_to` names the printer that takes over, with `hold=true`
        they are kept for a person. No ticket is lost either way."""
        based_on = base_version(request)
        by = request.user.sub

        def remove(tx: Transaction) -> Gone:
            need_right(tx.connection, request.user, Right.SET_UP_PRINTERS)
            return printers.remove(
                tx,
                printer_id,
                based_on,
                move_to=move_to,
                hold=hold,
                now=parts.clock.now(),
                stamp=lambda: parts.stamp(by),
            )

        return await _once_still(parts, remove)


class Routings(Controller):
    path = "/routing"
    tags = ("printing",)

    @get("/")
    async def listed(self, parts: NamedDependency[Parts]) -> list[Station]:
        """Every station with its printers; `receipt` is where receipts and reports come out."""
        dishes = await _dishes(parts)
        return await parts.store.read(lambda db: printers.stations(db, dishes))

    @put("/{station:str}", operation_class=takes(Wanted))
    async def route(
        self,
        request: SignedIn,
        station: FromPath[str],
        body: RawBody,
        parts: NamedDependency[Parts],
    ) -> list[Station]:
        """Says which printers carry the tickets of a station, each of them all of its tickets.
        If-Match is the `version` of the list, which is answered as it is then."""
        wanted = decode_body(body, Wanted)
        based_on = base_version(request)
        stamp = parts.stamp(request.user.sub)
        dishes = await _dishes(parts)

        def route(tx: Transaction) -> list[Station]:
            need_right(tx.connection, request.user, Right.SET_UP_PRINTERS)
            printers.route(tx, station, wanted.printer_ids, based_on, dishes, stamp)
            return printers.stations(tx.connection, dishes)

        return await parts.store.write(route)


async def _once_still(parts: Parts, step: Callable[[Transaction], T]) -> T:
    """Runs `step` between two tickets. Raises `Busy` where there is no such moment soon."""
    for _ in range(round(STILL_WAIT_S / STILL_LOOK_S)):
        try:
            return await parts.store.write(step)
        except Busy:
            await parts.clock.sleep(STILL_LOOK_S)
    return await parts.store.write(step)


async def _dishes(parts: Parts) -> dict[str, int]:
    """The menu's stations, with how many dishes each has."""
    menu = (await parts.house.now()).menu
    found: dict[str, int] = {}
    for item in menu.items if menu is not None else ():
        found[item.station] = found.get(item.station, 0) + 1
    return found


def _shown(record: Record) -> JsonText:
    return json_text(record.json, headers={"ETag": etag(printers.version_of(record))})
