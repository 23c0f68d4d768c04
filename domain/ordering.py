"""Placing, amending, voiding, advancing: pure functions from an order to the next one.

Clock, ids and number are handed in. What is not allowed raises `Invalid` with every field that is
wrong (so a caller hears all of it at once) or `Conflict` where the order's state forbids it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import msgspec
from msgspec.structs import replace

from domain.business import Business, business_day, promised
from domain.clock import iso
from domain.errors import Conflict, FieldError, Invalid
from domain.ids import Ids
from domain.menu import Item, Menu
from domain.order import (
    Channel,
    Comped,
    Customer,
    Line,
    LineModifier,
    Order,
    OrderType,
    PaymentStatus,
    Status,
    Voided,
    can_advance,
    totals_of,
)
from domain.order_head import (
    AHEAD_DAYS,
    MAX_ADDRESS,
    MAX_NAME,
    MAX_NOTE,
    PAST_MIN,
    CustomerAmendment,
    amend_head,
    check_customer,
    check_note,
    check_promised,
)
from domain.payments import Correction, Refund, correct_payment, pay, refund

__all__ = [
    "AHEAD_DAYS",
    "MAX_ADDRESS",
    "MAX_LINES",
    "MAX_NAME",
    "MAX_NOTE",
    "MAX_QTY",
    "PAST_MIN",
    "Choice",
    "Draft",
    "DraftLine",
    "Edit",
    "LineAmendment",
    "LineComp",
    "LineVoid",
    "add_lines",
    "advance",
    "amend_line",
    "apply_edit",
    "check_draft",
    "comp_line",
    "place",
    "void_line",
]

MAX_QTY = 50  # of one line; a larger party is two lines, and a slip of the finger is refused
MAX_LINES = 100  # a ticket of this length is already two metres of paper

_ID = re.compile(
    r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
)  # it stands in addresses and in keys of print jobs


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One modifier of one group."""

    group_id: str
    id: str


class DraftLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What someone asks for. `id` is the client's own, so that a retry is the same line."""

    item_id: str
    qty: int = 1
    modifiers: tuple[Choice, ...] = ()
    note: str = ""
    id: str = ""


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order before it is one: no prices, no number, nothing the server would have to trust."""

    lines: tuple[DraftLine, ...]
    type: OrderType = OrderType.PICKUP
    customer: Customer = Customer()
    note: str = ""
    id: str = ""
    promised_at: str = ""
    covers: int = 0
    table: str = ""
    call_id: str = ""


class LineAmendment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`qty` is set, never added; None leaves it as it is."""

    line_id: str
    qty: int | None = None
    note: str | None = None


class LineVoid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    line_id: str
    reason: str


class LineComp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    line_id: str
    reason: str


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `PATCH …/orders/{id}` takes, at the edge and in the cloud. All of it or nothing. `note`
    is the whole order's, `promised_at` when it is wanted; None leaves each as it is. Who may give
    money back or correct a payment (`moves_money`), whoever takes the edit has to look at."""

    add: tuple[DraftLine, ...] = ()
    amend: tuple[LineAmendment, ...] = ()
    void: tuple[LineVoid, ...] = ()
    comp: tuple[LineComp, ...] = ()
    status: Status | None = None
    pay: str = ""
    note: str | None = None
    customer: CustomerAmendment | None = None
    promised_at: str | None = None
    correct_payment: Correction | None = None
    refund: Refund | None = None

    @property
    def moves_money(self) -> bool:
        return self.correct_payment is not None or self.refund is not None


def check_draft(menu: Menu, sold_out: Collection[str], draft: Draft) -> list[FieldError]:
    """Everything wrong with `draft` but its time, which `place` looks at; empty where it can be
    placed. `sold_out` holds the ids of the items that are 86'd."""
    errors = [*_check_head(draft)]
    if not draft.lines:
        errors.append(FieldError("lines", "an order needs at least one line"))
    if len(draft.lines) > MAX_LINES:
        return [*errors, FieldError("lines", f"at most {MAX_LINES} lines in one order")]
    for n, line in enumerate(draft.lines):
        errors += _check_line(menu, sold_out, line, f"lines[{n}]")
    return errors + _repeated_ids(draft.lines, "lines")


def _repeated_ids(lines: Sequence[DraftLine], field: str) -> list[FieldError]:
    times = Counter(line.id for line in lines if line.id)
    return [FieldError(field, f"the line id {i!r} is used twice") for i in times if times[i] > 1]


def _check_head(draft: Draft) -> list[FieldError]:
    errors = [*check_note(draft.note), *check_customer(draft.customer, draft.type)]
    for field, value, limit in (
        ("table", draft.table, 20),
        ("id", draft.id, 64),
        ("call_id", draft.call_id, 200),
    ):
        if len(value) > limit:
            errors.append(FieldError(field, f"at most {limit} characters"))
    if draft.id and not _ID.fullmatch(draft.id):
        message = "letters, digits, dots, hyphens and underscores only, and no dot first"
        errors.append(FieldError("id", message))
    if draft.covers < 0 or draft.covers > 500:
        errors.append(FieldError("covers", "between 0 and 500"))
    return errors


def _check_line(
    menu: Menu, sold_out: Collection[str], line: DraftLine, at: str
) -> list[FieldError]:
    errors = []
    if not 1 <= line.qty <= MAX_QTY:
        errors.append(FieldError(f"{at}.qty", f"between 1 and {MAX_QTY}"))
    if len(line.note) > MAX_NOTE:
        errors.append(FieldError(f"{at}.note", f"at most {MAX_NOTE} characters"))
    if len(line.id) > 64:
        errors.append(FieldError(f"{at}.id", "at most 64 characters"))
    item = menu.item(line.item_id)
    if item is None:
        return [*errors, FieldError(f"{at}.item_id", f"there is no item {line.item_id!r}")]
    if item.id in sold_out:
        errors.append(FieldError(f"{at}.item_id", f"{item.name} is sold out"))
    return errors + _check_choices(menu, item, line.modifiers, f"{at}.modifiers")


def _check_choices(menu: Menu, item: Item, choices: Sequence[Choice], at: str) -> list[FieldError]:
    errors = []
    groups = {g.id: g for g in menu.groups_of(item)}
    for n, choice in enumerate(choices):
        group = groups.get(choice.group_id)
        if group is None:
            errors.append(
                FieldError(f"{at}[{n}].group_id", f"{item.name} has no group {choice.group_id!r}")
            )
        elif group.modifier(choice.id) is None:
            errors.append(FieldError(f"{at}[{n}].id", f"{group.name} has no {choice.id!r}"))
    if len(set(choices)) < len(choices):
        errors.append(FieldError(at, "the same modifier is chosen twice"))
    for group in groups.values():
        taken = sum(1 for c in choices if c.group_id == group.id) or len(group.default)
        if taken < group.min:
            errors.append(FieldError(at, f"{group.name}: choose at least {group.min}"))
        if taken > group.max:
            errors.append(FieldError(at, f"{group.name}: choose at most {group.max}"))
    return errors


def place(
    menu: Menu,
    sold_out: Collection[str],
    draft: Draft,
    *,
    business: Business,
    channel: Channel,
    number: str,
    at: datetime,
    ids: Ids,
) -> Order:
    """The order that `draft` becomes. Prices, names, stations and taxes are the menu's.

    Raises `Invalid` with every wrong field; nothing is half placed.
    """
    errors = check_draft(menu, sold_out, draft) + check_promised(draft.promised_at, at)
    if errors:
        raise Invalid.of(errors)
    lines = tuple(_line(menu, line, ids) for line in draft.lines)
    return Order(
        id=draft.id or ids.new(),
        number=number,
        channel=channel,
        type=draft.type,
        status=Status.PLACED,
        lines=lines,
        totals=totals_of(lines, menu),
        currency=menu.currency,
        tax=menu.tax,
        placed_at=iso(at),
        business_day=business_day(at, business),
        customer=draft.customer,
        note=draft.note,
        promised_at=draft.promised_at or promised(at, business),
        covers=draft.covers,
        table=draft.table,
        call_id=draft.call_id,
    )


def _line(menu: Menu, draft: DraftLine, ids: Ids) -> Line:
    item = menu.item(draft.item_id)
    assert item is not None, "check_draft runs first"
    return Line(
        id=draft.id or ids.new(),
        item_id=item.id,
        name=item.name,
        qty=draft.qty,
        unit_price=item.price,
        modifiers=_modifiers(menu, item, draft.modifiers),
        note=draft.note,
        station=item.station,
        tax_class=item.tax_class,
        names=item.names,
    )


def _modifiers(menu: Menu, item: Item, choices: Sequence[Choice]) -> tuple[LineModifier, ...]:
    """The chosen modifiers in the menu's order; a group nobody spoke of takes its default."""
    chosen = []
    for group in menu.groups_of(item):
        wanted = [c.id for c in choices if c.group_id == group.id] or group.default
        chosen += [
            LineModifier(group.id, m.id, m.name, m.price, m.names, group.removes)
            for m in group.modifiers
            if m.id in wanted
        ]
    return tuple(chosen)


def add_lines(
    order: Order,
    menu: Menu,
    sold_out: Collection[str],
    lines: Sequence[DraftLine],
    *,
    ids: Ids,
    field: str = "lines",
) -> Order:
    """`order` with more lines, as the next revision. A line id that is there already is a retry
    and changes nothing. `field` is what the request calls `lines`."""
    new = [line for line in lines if not line.id or order.line(line.id) is None]
    if not new:
        return order
    _need_open(order, "add to")
    errors = _repeated_ids(new, field)
    for n, line in enumerate(lines):
        if line in new:
            errors += _check_line(menu, sold_out, line, f"{field}[{n}]")
    if len(order.lines) + len(new) > MAX_LINES:
        errors.append(FieldError(field, f"at most {MAX_LINES} lines in one order"))
    if errors:
        raise Invalid.of(errors)
    return _revised(order, (*order.lines, *(_line(menu, line, ids) for line in new)))


def amend_line(
    order: Order, line_id: str, *, qty: int | None = None, note: str | None = None
) -> Order:
    """`order` with another quantity (set, never added) or note on one line. Again is the same. One
    on the house does not grow: somebody gave away so many, and not what comes after."""
    line = _live_line(order, line_id)
    changed = replace(
        line, qty=line.qty if qty is None else qty, note=line.note if note is None else note
    )
    if changed == line:
        return order
    _need_open(order, "change")
    errors = []
    if not 1 <= changed.qty <= MAX_QTY:
        errors.append(FieldError("qty", f"between 1 and {MAX_QTY}; to remove a line, void it"))
    if len(changed.note) > MAX_NOTE:
        errors.append(FieldError("note", f"at most {MAX_NOTE} characters"))
    if errors:
        raise Invalid.of(errors)
    if line.comped is not None and changed.qty > line.qty:
        raise Conflict(f"{line.name} is on the house; what is ordered on top is a line of its own.")
    return _revised(order, _with_line(order, changed))


def void_line(order: Order, line_id: str, *, reason: str, by: str, at: datetime) -> Order:
    """`order` with one line cancelled; the line stays, with the reason. Again is the same."""
    line = order.line(line_id)
    if line is not None and line.voided is not None:
        return order
    _need_open(order, "void a line of")
    _need_reason(reason)
    line = _live_line(order, line_id)
    voided = replace(line, voided=Voided(reason=reason, by=by, at=iso(at)))
    return _revised(order, _with_line(order, voided))


def comp_line(order: Order, line_id: str, *, reason: str, by: str, at: datetime) -> Order:
    """`order` with one line on the house, as the next revision: the receipt has another total, and
    the kitchen cooks what it has on paper. Again is the same."""
    line = _live_line(order, line_id)
    if line.comped is not None:
        return order
    _need_open(order, "comp a line of")
    _need_reason(reason)
    comped = replace(line, comped=Comped(reason=reason, by=by, at=iso(at)))
    return _revised(order, _with_line(order, comped))


def _need_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > MAX_NOTE:
        raise Invalid.of([FieldError("reason", f"say why, in 1 to {MAX_NOTE} characters")])


def advance(order: Order, status: Status) -> Order:
    """`order` one or more states further. The same state again is a retry and changes nothing."""
    if order.status is status:
        return order
    if not can_advance(order.status, status):
        raise Conflict(
            f"Order {order.number} is {order.status.value} and cannot become {status.value}."
        )
    if status is Status.CANCELLED and order.payment.status is PaymentStatus.PAID:
        raise Conflict(f"Order {order.number} is paid: refund it before it is cancelled.")
    # A cancelled order is printed (the kitchen must stop), so it is a revision; others are not.
    revision = order.revision + 1 if status is Status.CANCELLED else order.revision
    return replace(order, status=status, revision=revision)


def apply_edit(
    order: Order,
    edit: Edit,
    *,
    menu: Menu,
    sold_out: Collection[str],
    by: str,
    at: datetime,
    ids: Ids,
) -> Order:
    """`order` after all of `edit`: lines first, then what stands over them, then payment, then
    status.

    However many parts `edit` has, it is one revision: one change ticket a station.
    """
    after = order
    if edit.add:
        after = add_lines(order, menu, sold_out, edit.add, ids=ids, field="add")
    for n, amendment in enumerate(edit.amend):
        with _within(f"amend[{n}]"):
            after = amend_line(after, amendment.line_id, qty=amendment.qty, note=amendment.note)
    for n, void in enumerate(edit.void):
        with _within(f"void[{n}]"):
            after = void_line(after, void.line_id, reason=void.reason, by=by, at=at)
    for n, comp in enumerate(edit.comp):
        with _within(f"comp[{n}]"):
            after = comp_line(after, comp.line_id, reason=comp.reason, by=by, at=at)
    after = amend_head(
        after, note=edit.note, customer=edit.customer, promised_at=edit.promised_at, at=at
    )
    if edit.pay:
        after = pay(after, method=edit.pay, by=by, at=iso(at))
    if edit.correct_payment is not None:
        after = correct_payment(after, edit.correct_payment, by=by, at=iso(at))
    if edit.refund is not None:
        after = refund(after, edit.refund, by=by, at=iso(at))
    if edit.status is not None:
        after = advance(after, edit.status)
    return replace(after, revision=min(after.revision, order.revision + 1))


@contextmanager
def _within(at: str) -> Iterator[None]:
    """Names the fields of what is refused in the block as they stand in the whole edit."""
    try:
        yield
    except Invalid as wrong:
        fields = [FieldError(f"{at}.{error.field}", error.message) for error in wrong.fields]
        raise Invalid.of(fields) from wrong


def _need_open(order: Order, doing: str) -> None:
    if not order.open:
        raise Conflict(f"Order {order.number} is {order.status.value}; you cannot {doing} it.")
    if order.payment.status is PaymentStatus.PAID:
        raise Conflict(f"Order {order.number} is paid; you cannot {doing} it.")


def _live_line(order: Order, line_id: str) -> Line:
    line = order.line(line_id)
    if line is None:
        raise Invalid.of([FieldError("line_id", f"order {order.number} has no such line")])
    if line.voided is not None:
        raise Conflict(f"{line.name} on order {order.number} is already voided.")
    return line


def _with_line(order: Order, changed: Line) -> tuple[Line, ...]:
    return tuple(changed if line.id == changed.id else line for line in order.lines)


def _revised(order: Order, lines: tuple[Line, ...]) -> Order:
    return replace(
        order, lines=lines, totals=totals_of(lines, order.tax), revision=order.revision + 1
    )
