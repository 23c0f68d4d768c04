"""A ticket: one station's share of an order, or its receipt, or what changed in it.

`plan` turns "the order before" and "the order now" into the print jobs that are due. It is pure and
keyed: the same change seen twice plans the same keys, and a key is printed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from domain.order import Customer, Line, LineModifier, Order, Payment, Status, Totals
from domain.report import Report

__all__ = [
    "RECEIPT_STATION",
    "Change",
    "HeadChange",
    "HeadField",
    "PlannedJob",
    "Routing",
    "Ticket",
    "TicketKind",
    "TicketLine",
    "changes_between",
    "kitchen_tickets",
    "plan",
    "receipt",
    "receipt_change",
    "report_ticket",
]

RECEIPT_STATION = "receipt"  # the station name under which `routing` says where receipts go


class TicketKind(StrEnum):
    KITCHEN = "kitchen"
    RECEIPT = "receipt"
    CHANGE = "change"
    REPORT = "report"
    SLIP = "slip"  # of no order: what a printer says of itself


class Change(StrEnum):
    ADDED = "added"
    VOIDED = "voided"
    CHANGED = "changed"


class HeadField(StrEnum):
    """What stands over the dishes on somebody's paper."""

    NOTE = "note"
    PROMISED = "promised_at"
    NAME = "customer.name"
    ADDRESS = "customer.address"
    TOTAL = "totals.gross"


_NOTE = (HeadField.NOTE,)
_KITCHEN_HEAD = (HeadField.NOTE, HeadField.PROMISED, HeadField.NAME)
_RECEIPT_HEAD = (HeadField.NAME, HeadField.ADDRESS)


class HeadChange(msgspec.Struct, frozen=True):
    """One of them that is not as the paper says: empty where it was not there, or is gone. A total
    is in minor units."""

    field: HeadField
    was: str
    now: str


class TicketLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """`change` is empty on a first ticket. `was_qty` is what the kitchen has on paper."""

    qty: int
    name: str
    names: dict[str, str] = {}
    modifiers: tuple[LineModifier, ...] = ()
    note: str = ""
    total: int = 0
    change: Change | None = None
    was_qty: int = 0
    reason: str = ""
    comped: bool = False


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a template may show. Money in minor units of `currency`, times RFC 3339. Only a
    report has a `report`; its number is its business day. `head` is what a change ticket corrects
    besides the dishes; a receipt that `replaces` is not the order's first."""

    kind: TicketKind
    order_id: str
    number: str
    station: str
    revision: int
    channel: str
    type: str
    placed_at: str
    promised_at: str
    lines: tuple[TicketLine, ...]
    customer: Customer = Customer()
    note: str = ""
    table: str = ""
    covers: int = 0
    currency: str = ""
    totals: Totals = Totals()
    payment: Payment = Payment()
    cancelled: bool = False
    report: Report | None = None
    head: tuple[HeadChange, ...] = ()
    replaces: bool = False


class Routing(msgspec.Struct, frozen=True):
    """The record `routing/{station}`: which printers carry that station's tickets."""

    station: str
    printer_ids: tuple[str, ...]


class PlannedJob(msgspec.Struct, frozen=True):
    """One ticket for one printer. `printer_id` is empty where nothing is routed: the job is then
    held with that reason and shown, never dropped."""

    key: str
    printer_id: str
    ticket: Ticket


def kitchen_tickets(order: Order) -> tuple[Ticket, ...]:
    """One ticket for each station that has something to do, in the order's own sequence."""
    live = [line for line in order.lines if line.voided is None]
    stations = dict.fromkeys(line.station for line in live)
    return tuple(
        _ticket(
            order,
            TicketKind.KITCHEN,
            station,
            tuple(_ticket_line(line) for line in live if line.station == station),
        )
        for station in stations
    )


def receipt(order: Order) -> Ticket:
    """What the guest gets: every line that is charged, the totals and the taxes."""
    lines = tuple(_ticket_line(line) for line in order.lines if line.voided is None)
    return _ticket(order, TicketKind.RECEIPT, RECEIPT_STATION, lines)


def report_ticket(report: Report, *, at: str) -> Ticket:
    """The report of a business day, made `at` (RFC 3339), for where receipts go."""
    return Ticket(
        kind=TicketKind.REPORT,
        order_id="",
        number=report.business_day,
        station=RECEIPT_STATION,
        revision=1,
        channel="",
        type="",
        placed_at=at,
        promised_at="",
        lines=(),
        currency=report.currency,
        report=report,
    )


def changes_between(before: Order, after: Order) -> tuple[Ticket, ...]:
    """One change ticket for each station whose paper is no longer right: added, voided, changed.

    Lines that stayed are not printed again. A line that was taken back and stands again after all
    (a merge may decide so) is added anew: the kitchen has thrown its ticket away. A station that
    cooks hears of another note, name or time; one that had no paper of the order, of its note.
    """
    old, new = _to_cook(before), _to_cook(after)
    by_station: dict[str, list[TicketLine]] = {}
    for one in dict.fromkeys(line.id for line in (*after.lines, *before.lines)):
        for station, line in _line_changes(old.get(one), new.get(one), after):
            by_station.setdefault(station, []).append(line)
    informed = {line.station for line in old.values()}
    corrected = {
        station: _head_changes(before, after, _KITCHEN_HEAD)
        if station in informed
        else _head_changes(None, after, _NOTE)
        for station in dict.fromkeys(line.station for line in new.values())
    }
    stations = dict.fromkeys((*by_station, *(one for one in corrected if corrected[one])))
    return tuple(
        replace(
            _ticket(after, TicketKind.CHANGE, station, tuple(by_station.get(station, ()))),
            head=corrected.get(station, ()),
        )
        for station in stations
    )


def receipt_change(before: Order, after: Order) -> Ticket | None:
    """What the counter needs where the receipt that is out is not right any more, None where it is.

    Of other dishes or another sum another receipt, which the guest can be given: a slip with a new
    total would have to be added up with the old paper. Of a cancelled order, and of another name
    or address, a slip.
    """
    gone = Status.CANCELLED
    if gone in (before.status, after.status) and before.status is after.status:
        return None
    if after.status is gone:
        return _counter_slip(after, HeadChange(HeadField.TOTAL, str(before.totals.gross), "0"))
    if before.status is gone or _charged(before) != _charged(after):
        return replace(receipt(after), replaces=True)
    head = _head_changes(before, after, _RECEIPT_HEAD) if before.open and after.open else ()
    return _counter_slip(after, *head) if head else None


def _counter_slip(order: Order, *head: HeadChange) -> Ticket:
    return replace(_ticket(order, TicketKind.CHANGE, RECEIPT_STATION, ()), head=head)


def _charged(order: Order) -> tuple[object, ...]:
    """What of `order` is charged, as its receipt shows it."""
    lines = receipt(order).lines
    return order.totals, [
        (one.qty, one.name, one.modifiers, one.total, one.comped) for one in lines
    ]


def plan(before: Order | None, after: Order, routing: Mapping[str, Routing]) -> list[PlannedJob]:
    """The jobs due when an order goes from `before` (None where it was never seen) to `after`.

    `routing` is by station. A new order prints its kitchen tickets, and its receipt where the
    station `receipt` is routed; a changed one prints change tickets, and there what makes the
    receipt right again. An order that is first seen cancelled or completed prints nothing: there is
    nothing to cook.
    """
    if before is None:
        if not after.open:
            return []
        tickets: Sequence[Ticket] = kitchen_tickets(after)
        if RECEIPT_STATION in routing and tickets:
            tickets = [*tickets, receipt(after)]
    elif after.revision == before.revision:
        return []
    else:
        tickets = changes_between(before, after)
        wrong = receipt_change(before, after) if RECEIPT_STATION in routing else None
        tickets = [*tickets, wrong] if wrong is not None else tickets
    return [
        PlannedJob(_key(ticket, printer_id), printer_id, ticket)
        for ticket in tickets
        for printer_id in _printers(ticket.station, routing)
    ]


def _printers(station: str, routing: Mapping[str, Routing]) -> tuple[str, ...]:
    route = routing.get(station)
    return tuple(dict.fromkeys(route.printer_ids if route is not None else ())) or ("",)


def _key(ticket: Ticket, printer_id: str) -> str:
    """Order, kind, station, revision, printer: printed once, however often it is planned."""
    return f"{ticket.order_id}/{ticket.kind}/{ticket.station}/{ticket.revision}/{printer_id}"


def _head_changes(
    before: Order | None, after: Order, fields: Sequence[HeadField]
) -> tuple[HeadChange, ...]:
    """`before` is None for who has no paper yet."""
    values = ((one, _head(before, one) if before else "", _head(after, one)) for one in fields)
    return tuple(HeadChange(one, was, now) for one, was, now in values if was != now)


def _head(order: Order, field: HeadField) -> str:
    match field:
        case HeadField.NOTE:
            return order.note
        case HeadField.PROMISED:
            return order.promised_at
        case HeadField.NAME:
            return order.customer.name
        case HeadField.ADDRESS:
            return order.customer.address
        case HeadField.TOTAL:
            return str(order.totals.gross)


def _to_cook(order: Order) -> dict[str, Line]:
    """The lines that the kitchen shall make, by id: of a cancelled order, none."""
    if order.status is Status.CANCELLED:
        return {}
    return {line.id: line for line in order.lines if line.voided is None}


def _line_changes(
    old: Line | None, new: Line | None, order: Order
) -> Iterator[tuple[str, TicketLine]]:
    """What the stations have to hear of one line that they had to make (`old`) and now have to
    (`new`), None where they had or have not to: (station, line).

    A line that became another dish, or another station's, is taken back in one place and added in
    the other.
    """
    if old is None:
        if new is not None:
            yield new.station, _ticket_line(new, Change.ADDED)
    elif new is None or (old.station, old.item_id) != (new.station, new.item_id):
        reason = _why_gone(order.line(old.id), order)
        yield old.station, _ticket_line(old, Change.VOIDED, was_qty=old.qty, reason=reason)
        if new is not None:
            yield new.station, _ticket_line(new, Change.ADDED)
    elif (old.qty, old.note, old.modifiers) != (new.qty, new.note, new.modifiers):
        yield new.station, _ticket_line(new, Change.CHANGED, was_qty=old.qty)


def _why_gone(line: Line | None, order: Order) -> str:
    """Why a line is not made as it was, judging by what it is now."""
    if line is None:
        return "removed"
    if line.voided is not None:
        return line.voided.reason
    return "the order is cancelled" if order.status is Status.CANCELLED else "replaced"


def _ticket_line(
    line: Line, change: Change | None = None, *, was_qty: int = 0, reason: str = ""
) -> TicketLine:
    return TicketLine(
        qty=line.qty,
        name=line.name,
        names=line.names,
        modifiers=line.modifiers,
        note=line.note,
        total=line.total,
        change=change,
        was_qty=was_qty,
        reason=reason,
        comped=line.comped is not None,
    )


def _ticket(order: Order, kind: TicketKind, station: str, lines: tuple[TicketLine, ...]) -> Ticket:
    return Ticket(
        kind=kind,
        order_id=order.id,
        number=order.number,
        station=station,
        revision=order.revision,
        channel=order.channel.value,
        type=order.type.value,
        placed_at=order.placed_at,
        promised_at=order.promised_at,
        lines=lines,
        customer=order.customer,
        note=order.note,
        table=order.table,
        covers=order.covers,
        currency=order.currency,
        totals=order.totals,
        payment=order.payment,
        cancelled=order.status is Status.CANCELLED,
    )
