"""Paying, and putting a payment right: what was taken is never unwritten, only written on.

An order's `payment.entries` begin with its payment, and their sum is what the restaurant has of it.
One that was paid before entries were kept has none: its `status` and `method` say all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from domain.business import Business, business_day
from domain.clock import from_iso
from domain.errors import Conflict, FieldError, Invalid
from domain.money import format_money
from domain.order import EntryKind, Order, Payment, PaymentEntry, PaymentStatus, Status
from domain.order_head import MAX_NOTE

__all__ = [
    "Correction",
    "Refund",
    "came_in",
    "correct_payment",
    "pay",
    "received",
    "refund",
    "refunds_on",
]

MAX_METHOD = 40  # characters of a way to pay; it stands on the receipt


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """It was paid otherwise than somebody wrote."""

    method: str
    reason: str


class Refund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money that goes back. `amount` in minor units: None is all that is left. `method` is how,
    empty as it was paid."""

    reason: str
    amount: Annotated[int, Meta(ge=1)] | None = None
    method: str = ""


def pay(order: Order, *, method: str, by: str = "", at: str = "") -> Order:
    """`order` paid; a paid one stays as it is, and a cancelled one cannot be. One that was given
    its money back can be paid anew. `at` is RFC 3339."""
    payment = order.payment
    if payment.status is PaymentStatus.PAID:
        return order
    if order.status is Status.CANCELLED:
        raise Conflict(f"Order {order.number} is cancelled and cannot be paid.")
    _need_method(method, "pay")
    amount = order.totals.gross - _left(order)
    entry = PaymentEntry(EntryKind.PAYMENT, amount, method, "", by, at)
    return replace(order, payment=Payment(PaymentStatus.PAID, method, (*payment.ledger, entry)))


def correct_payment(order: Order, correction: Correction, *, by: str, at: str) -> Order:
    """`order`, paid in another way than was written. Again is the same. `at` is RFC 3339."""
    method = correction.method.strip()
    _need_paid(order, "correct")
    _need_method(method, "correct_payment.method")
    _need_reason(correction.reason, "correct_payment.reason")
    was = order.payment.method
    if method == was:
        return order
    left = _left(order)
    out, into = (
        PaymentEntry(EntryKind.CORRECTION, amount, how, correction.reason.strip(), by, at)
        for amount, how in ((-left, was), (left, method))
    )
    return _with(order, PaymentStatus.PAID, method, out, into)


def refund(order: Order, wanted: Refund, *, by: str, at: str) -> Order:
    """`order` with its money given back, all or a part of it. It stays paid while something is
    left, and is refunded then; it is never unpaid again. `at` is RFC 3339."""
    _need_paid(order, "refund")
    _need_reason(wanted.reason, "refund.reason")
    method = wanted.method.strip() or order.payment.method
    _need_method(method, "refund.method")
    left = _left(order)
    amount = left if wanted.amount is None else wanted.amount
    if not 0 < amount <= left:
        most = format_money(left, order.currency)
        raise Invalid.of([FieldError("refund.amount", f"at most {most} is left of what was paid")])
    status = PaymentStatus.REFUNDED if amount == left else PaymentStatus.PAID
    entry = PaymentEntry(EntryKind.REFUND, -amount, method, wanted.reason.strip(), by, at)
    return _with(order, status, order.payment.method, entry)


def received(order: Order) -> dict[str, int]:
    """What was taken for `order` in each way to pay, in minor units, as is known by now and before
    anything of it was given back. Together with its refunds it is what its entries add up to."""
    payment = order.payment
    if not payment.ledger:
        paid = payment.status is PaymentStatus.PAID
        return {payment.method: order.totals.gross} if paid else {}
    return came_in(payment.ledger) or {payment.method: 0}  # a free order is paid all the same


def came_in(entries: Iterable[PaymentEntry]) -> dict[str, int]:
    """The same of `entries`; a way to pay out of which all was corrected away took nothing."""
    sums: dict[str, int] = {}
    for entry in entries:
        if entry.kind is not EntryKind.REFUND:
            sums[entry.method] = sums.get(entry.method, 0) + entry.amount
    return {method: amount for method, amount in sums.items() if amount}


def refunds_on(orders: Iterable[Order], day: str, business: Business) -> Iterator[PaymentEntry]:
    """What was given back on the business day `day`, of orders of any day."""
    for order in orders:
        for entry in order.payment.ledger:
            given = entry.kind is EntryKind.REFUND
            if given and business_day(from_iso(entry.at), business) == day:
                yield entry


def _left(order: Order) -> int:
    if order.payment.ledger:
        return sum(entry.amount for entry in order.payment.ledger)
    return order.totals.gross if order.payment.status is PaymentStatus.PAID else 0


def _with(order: Order, status: PaymentStatus, method: str, *entries: PaymentEntry) -> Order:
    before = order.payment
    # Of one from before entries were kept nobody wrote down who took it, and when.
    first = PaymentEntry(EntryKind.PAYMENT, order.totals.gross, before.method)
    ledger = (*(before.ledger or (first,)), *entries)
    return replace(order, payment=Payment(status, method, ledger))


def _need_paid(order: Order, doing: str) -> None:
    status = order.payment.status
    if status is not PaymentStatus.PAID:
        words = "not paid" if status is PaymentStatus.UNPAID else "refunded already"
        raise Conflict(f"Order {order.number} is {words}: there is no payment to {doing}.")


def _need_method(method: str, field: str) -> None:
    if not method.strip() or len(method) > MAX_METHOD:
        raise Invalid.of([FieldError(field, f"say how, in 1 to {MAX_METHOD} characters")])


def _need_reason(reason: str, field: str) -> None:
    if not reason.strip() or len(reason) > MAX_NOTE:
        raise Invalid.of([FieldError(field, f"say why, in 1 to {MAX_NOTE} characters")])
