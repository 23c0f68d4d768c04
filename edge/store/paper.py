"""From a change of an order to its print jobs, inside the transaction that makes the change.

Jobs are keyed (`domain.ticket.plan`), so the same change seen twice prints once.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from domain.clock import iso
from domain.codec import decode
from domain.errors import Conflict, FieldError, Invalid
from domain.order import Order, PaymentStatus, Status
from domain.printer import Printer
from domain.ticket import (
    RECEIPT_STATION,
    PlannedJob,
    Routing,
    Ticket,
    TicketKind,
    TicketLine,
    kitchen_tickets,
    plan,
    receipt,
)
from edge.store import print_jobs, records
from edge.store.records import Record
from edge.store.writer import Transaction
from printing.queue import JobState, PrintJob, enqueue, print_now
from sync.wire import Collection

__all__ = [
    "name_of",
    "name_slip",
    "order_of",
    "print_change",
    "print_order",
    "print_report",
    "print_unreadable",
    "reprint",
    "reprint_job",
    "routing",
    "templates",
    "trial",
    "with_printer",
]

ALPHABETS = ("Äöüß éèç ñøå €£", "Ελληνικά Кириллица", "中文 日本語 한국어 ไทย", "עברית العربية")
UNREADABLE = "NOT ALL OF THIS COULD BE READ: LOOK IT UP, UPDATE PANBOT"

_log = logging.getLogger(__name__)


def print_change(
    tx: Transaction, before: Record | None, after: Record, *, now: datetime, banner: str = ""
) -> None:
    """Adds the jobs that are due when an order's record goes from `before` to `after`.

    Of an order that this program cannot read (a newer cloud's) what can be made out is printed on
    every printer, under a banner that says so: someone has to look it up.
    """
    if after.deleted:
        return
    try:
        order_before = order_of(before) if before is not None and not before.deleted else None
        planned = plan(order_before, order_of(after), routing(tx.connection))
        jobs = [enqueue(one, now, banner=banner) for one in planned]
    except Exception as error:  # whatever is in it, the kitchen has to hear of it
        _log.error("order %s cannot be read: %r", after.key, error)
        print_unreadable(tx, after.key, after.data, now=now, mark=f"{after.local_seq}")
    else:
        for job in jobs:
            print_jobs.add(tx, job)


def print_unreadable(
    tx: Transaction, order_id: str, data: dict[str, Any], *, now: datetime, mark: str
) -> None:
    """Adds what can be made out of an order, for every printer that has a station. `mark` tells
    this state of it from others: each is printed once."""
    for job in _unreadable(order_id, data, mark, routing(tx.connection), now):
        print_jobs.add(tx, job)


def _unreadable(
    order_id: str, known: dict[str, Any], mark: str, routes: Mapping[str, Routing], now: datetime
) -> list[PrintJob]:
    rows = known.get("lines")
    lines = tuple(_legible(row) for row in rows) if isinstance(rows, list) else ()
    number = str(known.get("number") or order_id)
    ticket = replace(_slip(TicketKind.KITCHEN, number, "all", lines, now), order_id=order_id)
    printers = dict.fromkeys(one for route in routes.values() for one in route.printer_ids)
    return [
        enqueue(
            PlannedJob(f"{order_id}/unreadable {mark}/all/{one}", one, ticket),
            now,
            banner=UNREADABLE,
        )
        for one in printers or ("",)
    ]


def _legible(row: Any) -> TicketLine:
    fields = row if isinstance(row, dict) else {}
    qty, note = fields.get("qty"), fields.get("note")
    return TicketLine(
        qty=qty if isinstance(qty, int) else 1,
        name=str(fields.get("name") or fields.get("item_id") or "?"),
        note=note if isinstance(note, str) else "",
    )


def print_order(tx: Transaction, order: Order, *, now: datetime) -> None:
    """Adds the jobs of an order that was placed here."""
    for planned in plan(None, order, routing(tx.connection)):
        print_jobs.add(tx, enqueue(planned, now))


def reprint(
    tx: Transaction,
    order: Order,
    *,
    stations: Sequence[str],
    banner: str,
    now: datetime,
    reprint_id: str,
) -> list[PrintJob]:
    """Adds tickets of `order` as it stands once more, under `banner`: those of `stations`, of which
    `receipt` is one, or with none all of them, and a receipt where receipts are routed. One that
    says what no receipt has said yet, that it is paid or what was given back, is no copy and has
    no banner.

    Raises `Conflict` where the order is cancelled (nobody shall cook it) and where a receipt is
    wanted that has no printer, `Invalid` where a station has nothing of the order.
    """
    _need_standing(order.number, order.status)
    routes = routing(tx.connection)
    tickets = {ticket.station: ticket for ticket in (*kitchen_tickets(order), receipt(order))}
    unknown = [
        FieldError("stations", f"{one!r} has no ticket of it; there are {', '.join(tickets)}")
        for one in stations
        if one not in tickets
    ]
    if unknown:
        raise Invalid.of(unknown)
    if RECEIPT_STATION not in routes:
        if RECEIPT_STATION in stations:
            raise Conflict("No printer is set for receipts: choose one under /printers.")
        del tickets[RECEIPT_STATION]
    banners = dict.fromkeys(tickets, banner)
    news = _of_payment(tx.connection, order)
    if news is not None and RECEIPT_STATION in routes:
        tickets[RECEIPT_STATION], banners[RECEIPT_STATION] = news, ""
    return [
        _wanted(tx, f"reprint {reprint_id}", printer_id, ticket, banners[station], now)
        for station, ticket in tickets.items()
        if not stations or station in stations
        for printer_id in _printers_of(station, routes)
    ]


def _of_payment(db: sqlite3.Connection, order: Order) -> Ticket | None:
    """The receipt of an order that is paid, or of which money was given back, where none says so
    yet; None where there is one, and where nobody knows (print jobs are kept for a month)."""
    if order.payment.status is PaymentStatus.UNPAID:
        return None
    jobs = print_jobs.listed(db, order_id=order.id, state=None, limit=-1)
    said = [
        job.ticket.payment
        for job in jobs
        if job.ticket.kind is TicketKind.RECEIPT and job.state is not JobState.FAILED
    ]
    if not said or order.payment in said:
        return None
    first = all(payment.status is PaymentStatus.UNPAID for payment in said)
    return replace(receipt(order), replaces=not first)


def name_of(db: sqlite3.Connection, staff_id: str) -> str:
    """What a member of the staff is called; the id of who is none."""
    record = records.find(db, Collection.STAFF, staff_id)
    name = record.data.get("name") if record is not None and not record.deleted else None
    return name if isinstance(name, str) and name else staff_id


def _need_standing(number: str, status: object) -> None:
    if status == Status.CANCELLED:
        raise Conflict(
            f"Order {number} is cancelled, so its tickets are not printed again. The change ticket "
            "that says so can be."
        )


def print_report(
    tx: Transaction, ticket: Ticket, *, now: datetime, report_id: str
) -> list[PrintJob]:
    """Adds the report of a day for every printer that receipts go to."""
    return [
        _wanted(tx, f"report {report_id}", printer_id, ticket, "", now)
        for printer_id in _printers_of(ticket.station, routing(tx.connection))
    ]


def reprint_job(
    tx: Transaction, job: PrintJob, *, banner: str, now: datetime, reprint_id: str
) -> PrintJob:
    """Adds the one ticket of `job` once more, on the same printer, or its station's where that is
    gone, under `banner`. Raises `Conflict` where there is none, and where its order was cancelled
    since; what says so on paper may be printed again."""
    order = records.find(tx.connection, Collection.ORDER, job.ticket.order_id)
    if order is not None and job.ticket.kind is not TicketKind.CHANGE:
        _need_standing(job.ticket.number, order.data.get("status"))
    printer_id = with_printer(tx.connection, job).printer_id
    return _wanted(tx, f"reprint {reprint_id}", printer_id, job.ticket, banner, now)


def trial(tx: Transaction, printer_id: str, *, now: datetime, test_id: str) -> PrintJob:
    """Adds a slip that shows whether the printer prints, and in which characters."""
    lines = tuple(TicketLine(qty=1, name=text) for text in ALPHABETS)
    ticket = _slip(TicketKind.SLIP, "TEST", "test", lines, now)
    return _wanted(tx, f"test {test_id}", printer_id, ticket, "TEST", now)


def name_slip(tx: Transaction, printer: Printer, *, now: datetime, slip_id: str) -> PrintJob:
    """Adds a slip on which a printer says its name and its address."""
    line = TicketLine(qty=1, name=printer.uri.partition("://")[2])
    ticket = _slip(TicketKind.SLIP, printer.name, printer.id, (line,), now)
    return _wanted(tx, f"identify {slip_id}", printer.id, ticket, "PRINTER", now)


def _slip(
    kind: TicketKind, title: str, station: str, lines: tuple[TicketLine, ...], now: datetime
) -> Ticket:
    """A ticket of no order that is known here, with no time and no way to hand it over."""
    return Ticket(
        kind=kind,
        order_id="",
        number=title,
        station=station,
        revision=1,
        channel="terminal",
        type="",
        placed_at=iso(now),
        promised_at="",
        lines=lines,
        currency="EUR",
    )


def with_printer(db: sqlite3.Connection, job: PrintJob) -> PrintJob:
    """`job` with a printer that there is: its own, or else one that its station is routed to by
    now. Raises `Conflict` where there is none."""
    if _is_there(db, job.printer_id):
        return job
    station = job.ticket.station
    printers = (one for one in _printers_of(station, routing(db)) if _is_there(db, one))
    printer_id = next(printers, "")
    if not printer_id:
        raise Conflict(f"No printer that there is is set for the station {station!r}.")
    return replace(job, printer_id=printer_id)


def _is_there(db: sqlite3.Connection, printer_id: str) -> bool:
    record = records.find(db, Collection.PRINTER, printer_id)
    return record is not None and not record.deleted


def _wanted(
    tx: Transaction, name: str, printer_id: str, ticket: Ticket, banner: str, now: datetime
) -> PrintJob:
    """Adds a job that a person has asked for: it is never too old."""
    key = f"{ticket.order_id}/{name}/{ticket.station}/{printer_id}"
    planned = PlannedJob(key, printer_id, ticket)
    return print_jobs.add(tx, print_now(enqueue(planned, now, banner=banner), now))


def templates(db: sqlite3.Connection) -> dict[str, str]:
    """The restaurant's own templates by their ids, its logo (`domain.template.LOGO`) included."""
    found = records.all_of(db, Collection.TEMPLATE)
    return {record.key: str(record.data.get("text", "")) for record in found}


def order_of(record: Record) -> Order:
    """Raises `Invalid` where the record is no order that this program can read."""
    return decode(record.data, Order)


def routing(db: sqlite3.Connection) -> dict[str, Routing]:
    """Which printers carry which station's tickets. A record of it that cannot be read counts as
    none, so that its station's tickets are held and seen."""
    routes = {}
    for record in records.all_of(db, Collection.ROUTING):
        try:
            routes[record.key] = decode(record.data, Routing)
        except Invalid as error:
            _log.error("the routing of %s cannot be read: %s", record.key, error)
    return routes


def _printers_of(station: str, routes: Mapping[str, Routing]) -> tuple[str, ...]:
    """The printers of `station`; one empty id where there is none, so that the job is held."""
    route = routes.get(station)
    return route.printer_ids if route is not None and route.printer_ids else ("",)
