"""Printers as people set them up: a name, an address, the stations they print for; and what becomes
of the tickets of one that is taken away."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from domain.clock import iso
from domain.codec import decode, encode, overlay
from domain.errors import Conflict, FieldError, Invalid, NotFound, VersionMismatch
from domain.printer import Printer, PrinterStatus, address_problem
from domain.ticket import RECEIPT_STATION, Routing
from edge.store import paper, print_jobs, printer_logins, records
from edge.store.edits import Stamp, edit
from edge.store.records import Record
from edge.store.writer import Transaction
from printing.queue import JobState, PrintJob, move, unassign
from sync.wire import Collection

__all__ = ["Busy", "Gone", "Station", "change", "find", "remove", "route", "stations", "version_of"]

MAX_NAME = 80  # characters; it stands in lists and on slips

_SET_BY_PEOPLE = ("name", "uri", "paper_mm", "columns", "code_page", "fallback_id")


class Busy(Conflict):
    """A ticket is on its way to the printer just now: in a moment it is printed, or waits."""


class Gone(msgspec.Struct, frozen=True):
    """What became of what a removed printer had: its tickets, and by station the printers that
    print there now."""

    moved: int
    held: int
    stations: dict[str, tuple[str, ...]]


class Station(msgspec.Struct, frozen=True):
    """A station, how many dishes of the menu are its, and its printers. `version` is what a change
    sends as If-Match; `held` counts its tickets that have no printer and wait for a person."""

    station: str
    printer_ids: tuple[str, ...]
    version: int
    dishes: int
    held: int


def find(db: sqlite3.Connection, printer_id: str) -> Record:
    """Raises `NotFound`."""
    record = records.find(db, Collection.PRINTER, printer_id)
    if record is None or record.deleted:
        raise NotFound(f"There is no printer {printer_id!r}.")
    return record


def version_of(record: Record) -> int:
    """A number for what people have set of a printer. Its record changes with every lid that is
    opened, and whoever types a new name must not be told to look again for that."""
    data = record.data
    with contextlib.suppress(Invalid):  # a record that cannot be read has what it has
        data = encode(decode(data, Printer))  # with the defaults that a later write spells out
    return zlib.crc32(msgspec.json.encode([data.get(name) for name in _SET_BY_PEOPLE]))


def change(
    tx: Transaction, printer_id: str, based_on: int, wanted: Mapping[str, Any], stamp: Stamp
) -> Record:
    """The printer with the settings `wanted`, by name.

    At another address stands another machine, for all we know: what was learnt of the old one is
    forgotten, and so are the name and the password that it asked for. Raises `NotFound`,
    `VersionMismatch`, `Invalid` naming each field, `Busy`.
    """
    record = _based_on(tx.connection, printer_id, based_on)
    data = {**record.data, **wanted}
    _check(tx.connection, printer_id, data, wanted)
    before = record.data.get("uri")
    if data["uri"] != before:
        _need_still(tx.connection, printer_id, str(data.get("name")))
        data = overlay(data, _unknown(decode(data, Printer)))
        if _host(data["uri"]) != _host(str(before)):
            printer_logins.forget(tx, printer_id)
    decode(data, Printer)
    return edit(tx, Collection.PRINTER, printer_id, data, stamp)


def remove(
    tx: Transaction,
    printer_id: str,
    based_on: int,
    *,
    move_to: str,
    hold: bool,
    now: datetime,
    stamp: Callable[[], Stamp],
) -> Gone:
    """Takes the printer away. No ticket is lost with it: what is not printed yet goes to the
    printer `move_to`, which takes its stations over too, or with `hold` is kept for a person.

    Raises `NotFound`, `VersionMismatch`, `Invalid`, `Busy`; and `Conflict` where tickets wait for
    it or a station has no other and neither was said.
    """
    db = tx.connection
    record = _based_on(db, printer_id, based_on)
    name = str(record.data.get("name") or printer_id)
    _need_still(db, printer_id, name)
    if move_to:
        _need_other(db, printer_id, move_to, "move_to")
    waiting = print_jobs.unfinished(db, printer_id)
    routes = {s: r for s, r in paper.routing(db).items() if printer_id in r.printer_ids}
    alone = sorted(station for station, r in routes.items() if {*r.printer_ids} == {printer_id})
    if (waiting or alone) and not (move_to or hold):
        raise _ask(name, len(waiting), alone, str(record.data.get("fallback_id") or ""))
    for job in waiting:
        print_jobs.save(tx, _elsewhere(job, name, move_to, now), iso(now))
    for station, route in routes.items():
        _put_route(tx, station, _without(route.printer_ids, printer_id, move_to), stamp())
    for other, record in _leaning_on(db, printer_id):
        to = move_to if move_to != other else ""
        edit(tx, Collection.PRINTER, other, {**record.data, "fallback_id": to}, stamp())
    printer_logins.forget(tx, printer_id)
    edit(tx, Collection.PRINTER, printer_id, None, stamp())
    return Gone(
        moved=len(waiting) if move_to else 0,
        held=0 if move_to else len(waiting),
        stations={s: _without(r.printer_ids, printer_id, move_to) for s, r in routes.items()},
    )


def route(
    tx: Transaction,
    station: str,
    printer_ids: Sequence[str],
    based_on: int,
    known: Mapping[str, int],
    stamp: Stamp,
) -> None:
    """Says which printers carry the tickets of `station`; with none, a kitchen's are held, and no
    receipt is printed. `known` are the menu's stations. Raises `VersionMismatch`, `Invalid`."""
    record = records.find(tx.connection, Collection.ROUTING, station)
    there = None if record is None or record.deleted else record
    if (there.local_seq if there else 0) != based_on:
        raise VersionMismatch(
            f"Who prints for {station} was changed in the meantime; look at it again.",
            version=there.local_seq if there else 0,
            current=there.data if there else None,
        )
    if there is None and station not in {*known, RECEIPT_STATION}:
        names = ", ".join([*known, RECEIPT_STATION])
        raise Invalid.of(
            [FieldError("station", f"no dish is made at {station!r}; there are {names}")]
        )
    wrong = [
        FieldError("printer_ids", f"there is no printer {one!r}")
        for one in printer_ids
        if not _is_there(tx.connection, one)
    ]
    if wrong:
        raise Invalid.of(wrong)
    _put_route(tx, station, tuple(dict.fromkeys(printer_ids)), stamp)


def stations(db: sqlite3.Connection, known: Mapping[str, int]) -> list[Station]:
    """Every station: the menu's (`known`, with how many dishes each has), those that have a
    printer, and where receipts come out."""
    held = Counter(job.ticket.station for job in print_jobs.unfinished(db, ""))
    routes = paper.routing(db)
    rows = {record.key: record for record in records.all_of(db, Collection.ROUTING)}
    names = dict.fromkeys((*known, *sorted({*rows, *held} - {RECEIPT_STATION}), RECEIPT_STATION))
    return [
        Station(
            station=one,
            printer_ids=routes[one].printer_ids if one in routes else (),
            version=rows[one].local_seq if one in rows else 0,
            dishes=known.get(one, 0),
            held=held[one],
        )
        for one in names
        if one in known or one in rows or one == RECEIPT_STATION or held[one]
    ]


def _based_on(db: sqlite3.Connection, printer_id: str, version: int) -> Record:
    record = find(db, printer_id)
    if version_of(record) != version:
        raise VersionMismatch(
            "The printer was set up otherwise in the meantime; look at it again.",
            version=version_of(record),
            current=record.data,
        )
    return record


def _check(
    db: sqlite3.Connection, printer_id: str, data: dict[str, Any], wanted: Mapping[str, Any]
) -> None:
    others = [one for one in records.all_of(db, Collection.PRINTER) if one.key != printer_id]
    wrong = []
    if "name" in wanted:
        name = data["name"] = str(data["name"]).strip()
        if not 0 < len(name) <= MAX_NAME:
            wrong.append(FieldError("name", f"takes 1 to {MAX_NAME} characters"))
        elif any(str(one.data.get("name")).casefold() == name.casefold() for one in others):
            wrong.append(FieldError("name", f"another printer is called {name!r} already"))
    if "uri" in wanted:
        problem = address_problem(data["uri"])
        taken = next((one for one in others if one.data.get("uri") == data["uri"]), None)
        if problem:
            wrong.append(FieldError("uri", problem))
        elif taken is not None:
            wrong.append(FieldError("uri", f"{taken.data.get('name')} stands there already"))
    if wrong:
        raise Invalid.of(wrong)
    if wanted.get("fallback_id"):
        _need_other(db, printer_id, wanted["fallback_id"], "fallback_id")


def _need_other(db: sqlite3.Connection, printer_id: str, other: str, field: str) -> None:
    if other == printer_id or not _is_there(db, other):
        ids = [one.key for one in records.all_of(db, Collection.PRINTER) if one.key != printer_id]
        there = f"there are {', '.join(ids)}" if ids else "there is no other one"
        raise Invalid.of([FieldError(field, f"{other!r} is no other printer; {there}")])


def _need_still(db: sqlite3.Connection, printer_id: str, name: str) -> None:
    if any(job.state is JobState.SENDING for job in print_jobs.unfinished(db, printer_id)):
        raise Busy(f"{name} is printing a ticket just now; try again in a moment.")


def _ask(name: str, waiting: int, alone: Sequence[str], fallback_id: str) -> Conflict:
    reasons = []
    if waiting:
        reasons.append(f"{waiting} ticket{'s wait' if waiting > 1 else ' waits'} for it")
    if alone:
        reasons.append(f"it is the only printer of {' and '.join(alone)}")
    return Conflict(
        f"{name} is not removed yet: {', and '.join(reasons)}. Say which printer takes over "
        "(move_to=ID), or that tickets are held until somebody prints them elsewhere (hold=true).",
        extra={"waiting": waiting, "stations": list(alone), "fallback_id": fallback_id},
    )


def _elsewhere(job: PrintJob, name: str, move_to: str, now: datetime) -> PrintJob:
    """`job` without its printer. What a person holds, or is too old, stays held."""
    if not move_to:
        return unassign(job, f"its printer {name} was removed: print it elsewhere, or cancel it")
    if job.state is JobState.HELD and not job.awaits_printer:
        return replace(job, printer_id=move_to)
    return move(job, move_to, now, why=f"moved from {name}, which was removed")


def _without(printer_ids: Sequence[str], gone: str, instead: str) -> tuple[str, ...]:
    kept = (instead if one == gone else one for one in printer_ids)
    return tuple(dict.fromkeys(one for one in kept if one))


def _put_route(tx: Transaction, station: str, printer_ids: tuple[str, ...], stamp: Stamp) -> None:
    record = records.find(tx.connection, Collection.ROUTING, station)
    if not printer_ids:
        if record is not None and not record.deleted:
            edit(tx, Collection.ROUTING, station, None, stamp)
        return
    before = record.data if record is not None and not record.deleted else {}
    after = overlay(before, Routing(station, printer_ids))
    edit(tx, Collection.ROUTING, station, after, stamp)


def _leaning_on(db: sqlite3.Connection, printer_id: str) -> Iterator[tuple[str, Record]]:
    """The printers whose fallback this one is."""
    for one in records.all_of(db, Collection.PRINTER):
        if one.data.get("fallback_id") == printer_id and one.key != printer_id:
            yield one.key, one


def _is_there(db: sqlite3.Connection, printer_id: str) -> bool:
    record = records.find(db, Collection.PRINTER, printer_id)
    return record is not None and not record.deleted


def _unknown(printer: Printer) -> Printer:
    """`printer` as if nothing had been learnt of it yet."""
    return replace(
        printer,
        fence=None,
        talks=None,
        status=PrinterStatus.UNKNOWN,
        status_reason="",
        identities=(),
        certificate="",
        offered_certificate="",
    )


def _host(uri: str) -> str:
    return urlsplit(uri).hostname or ""
