"""What stands over an order's dishes: its note, whose it is, where it goes, when it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from domain.clock import from_iso
from domain.errors import Conflict, FieldError, Invalid
from domain.order import Customer, Order, OrderType

__all__ = [
    "AHEAD_DAYS",
    "MAX_ADDRESS",
    "MAX_NAME",
    "MAX_NOTE",
    "PAST_MIN",
    "CustomerAmendment",
    "amend_head",
    "check_customer",
    "check_note",
    "check_promised",
]

MAX_NOTE = 280  # characters; it has to be read in a kitchen
MAX_ADDRESS = 280  # characters
MAX_NAME = 80  # characters
MAX_PHONE = 40  # characters
PAST_MIN = 60  # that a promised time may lie back: a form lay open, a tablet's clock is slow
AHEAD_DAYS = 366  # that one may lie ahead: a wedding is ordered a year before


class CustomerAmendment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is set of an order's customer; None leaves it as it is, "" takes it away."""

    name: str | None = None
    phone: str | None = None
    address: str | None = None


def amend_head(
    order: Order,
    *,
    note: str | None,
    customer: CustomerAmendment | None,
    promised_at: str | None,
    at: datetime,
) -> Order:
    """`order` with another note, customer or wanted time; None leaves each as it is. Again is the
    same. It is a new revision where it stands on somebody's paper. A paid order takes it too: what
    is charged stays.

    Raises `Invalid` naming each field, `Conflict` where nobody waits for the order any more.
    """
    set_of = msgspec.structs.asdict(customer) if customer is not None else {}
    named = {name: value.strip() for name, value in set_of.items() if value is not None}
    after = replace(
        order,
        note=order.note if note is None else note.strip(),
        customer=replace(order.customer, **named),
        promised_at=order.promised_at if promised_at is None else promised_at,
    )
    if after == order:
        return order
    if not order.open:
        raise Conflict(f"Order {order.number} is {order.status.value}; you cannot change it.")
    errors = [*check_note(after.note), *check_customer(after.customer, after.type)]
    if after.promised_at != order.promised_at:
        wrong = [FieldError("promised_at", "say when it is wanted")]
        errors += check_promised(after.promised_at, at) if after.promised_at else wrong
    if errors:
        raise Invalid.of(errors)
    printed = _on_paper(after) != _on_paper(order)
    return replace(after, revision=order.revision + 1) if printed else after


def check_note(note: str) -> Iterator[FieldError]:
    if len(note) > MAX_NOTE:
        yield FieldError("note", f"at most {MAX_NOTE} characters")


def check_customer(customer: Customer, order_type: OrderType) -> Iterator[FieldError]:
    for field, value, limit in (
        ("customer.name", customer.name, MAX_NAME),
        ("customer.phone", customer.phone, MAX_PHONE),
        ("customer.address", customer.address, MAX_ADDRESS),
    ):
        if len(value) > limit:
            yield FieldError(field, f"at most {limit} characters")
    if order_type is OrderType.DELIVERY and not customer.address.strip():
        yield FieldError("customer.address", "a delivery needs an address")


def check_promised(text: str, at: datetime) -> list[FieldError]:
    """What is wrong with the time that is wanted of an order placed `at`; empty is no time."""
    if not text:
        return []
    try:
        wanted = from_iso(text)
    except ValueError:
        return [FieldError("promised_at", "is not an RFC 3339 time with a zone")]
    if wanted < at - timedelta(minutes=PAST_MIN):
        return [FieldError("promised_at", "is over already")]
    if wanted > at + timedelta(days=AHEAD_DAYS):
        return [FieldError("promised_at", f"is more than {AHEAD_DAYS} days ahead")]
    return []


def _on_paper(order: Order) -> tuple[str, ...]:
    """What of it stands on tickets and receipts. The telephone number does not."""
    return order.note, order.promised_at, order.customer.name, order.customer.address
