"""The end of a business day: what was sold, how it was paid, and what was given away.

Every figure is a sum of what the orders themselves say, so it agrees with them to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from domain.money import TaxLine
from domain.order import Order, PaymentEntry, PaymentStatus, Status
from domain.payments import received

__all__ = ["Loss", "PaymentSum", "RefundSum", "Report", "StationSum", "day_report"]


class PaymentSum(msgspec.Struct, frozen=True):
    """What was paid in one way, before anything of it was given back, for how many orders; what is
    unpaid has no `method`. An order that was paid in two ways counts in both."""

    status: PaymentStatus
    method: str
    orders: int
    amount: int


class RefundSum(msgspec.Struct, frozen=True):
    """What was given back in one way on this day, of orders of any day; `amount` is above 0."""

    method: str
    count: int
    amount: int


class StationSum(msgspec.Struct, frozen=True):
    """What one station made. `amount` is in the menu's prices: with the tax where they include it,
    else without."""

    station: str
    qty: int
    amount: int


class Loss(msgspec.Struct, frozen=True):
    """How many were not charged, and what they would have cost in the menu's prices."""

    count: int = 0
    amount: int = 0


class Report(msgspec.Struct, frozen=True):
    """One business day in minor units of `currency`.

    `orders`, `net`, `tax` and `gross` are of all orders that were not cancelled; `taxes` add up to
    `gross`, `stations` to what the lines cost. `payments` are what came in, in each way as the
    orders' entries say it, and what is unpaid: with the `refunds` of the same orders a way to pay
    adds up to what its drawer has of them. `voids` and `comps` count
    dishes, `cancelled` orders. `left_out` counts orders that could not be added: unreadable ones,
    or of another currency. `taken` is what was paid for the orders, less what was given back on
    this day; None on a report from before refunds were counted.
    """

    business_day: str
    currency: str
    orders: int
    net: int
    tax: int
    gross: int
    payments: tuple[PaymentSum, ...]
    taxes: tuple[TaxLine, ...]
    stations: tuple[StationSum, ...]
    voids: Loss
    comps: Loss
    cancelled: Loss
    left_out: int = 0
    refunds: tuple[RefundSum, ...] = ()
    taken: int | None = None


def day_report(
    orders: Sequence[Order],
    *,
    business_day: str,
    currency: str,
    left_out: int = 0,
    refunds: Iterable[PaymentEntry] = (),
) -> Report:
    """The report of `orders`, which are those of `business_day`; `refunds` were given on it."""
    ours = [order for order in orders if order.currency == currency]
    sold = [order for order in ours if order.status is not Status.CANCELLED]
    cancelled = [order for order in ours if order.status is Status.CANCELLED]
    lines = [line for order in sold for line in order.lines]
    voided = [line for line in lines if line.voided is not None]
    comped = [line for line in lines if line.voided is None and line.comped is not None]
    given_back = _refunds(refunds)
    return Report(
        business_day=business_day,
        currency=currency,
        orders=len(sold),
        net=sum(order.totals.net for order in sold),
        tax=sum(order.totals.tax for order in sold),
        gross=sum(order.totals.gross for order in sold),
        payments=_payments(ours),
        taxes=_taxes(sold),
        stations=_stations(sold),
        voids=Loss(sum(v.qty for v in voided), sum(v.full_price for v in voided)),
        comps=Loss(sum(c.qty for c in comped), sum(c.full_price for c in comped)),
        cancelled=Loss(len(cancelled), sum(order.totals.gross for order in cancelled)),
        left_out=left_out + len(orders) - len(ours),
        refunds=given_back,
        taken=sum(sum(received(order).values()) for order in ours)
        - sum(row.amount for row in given_back),
    )


def _payments(orders: Iterable[Order]) -> tuple[PaymentSum, ...]:
    """Paid ones first, then by method."""
    sums: dict[tuple[PaymentStatus, str], tuple[int, int]] = {}
    for order in orders:
        status, came_in = order.payment.status, received(order)
        if status is PaymentStatus.UNPAID and order.status is not Status.CANCELLED:
            came_in = {"": order.totals.gross}
        for method, amount in came_in.items():
            count, before = sums.get((status, method), (0, 0))
            sums[status, method] = (count + 1, before + amount)
    first = (PaymentStatus.PAID, PaymentStatus.UNPAID, PaymentStatus.REFUNDED)
    ranked = sorted(sums, key=lambda key: (first.index(key[0]), key[1]))
    return tuple(PaymentSum(*key, *sums[key]) for key in ranked)


def _refunds(entries: Iterable[PaymentEntry]) -> tuple[RefundSum, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for entry in entries:
        count, amount = sums.get(entry.method, (0, 0))
        sums[entry.method] = (count + 1, amount - entry.amount)
    return tuple(RefundSum(method, *sums[method]) for method in sorted(sums))


def _taxes(orders: Iterable[Order]) -> tuple[TaxLine, ...]:
    """By class and rate: a rate that was changed at noon has a row of its own."""
    sums: dict[tuple[str, int], tuple[int, int, int]] = {}
    for order in orders:
        for row in order.totals.taxes:
            net, tax, gross = sums.get((row.tax_class, row.rate), (0, 0, 0))
            added = (net + row.net, tax + row.tax, gross + row.gross)
            sums[row.tax_class, row.rate] = added
    return tuple(TaxLine(*key, *sums[key]) for key in sorted(sums))


def _stations(orders: Iterable[Order]) -> tuple[StationSum, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for order in orders:
        for line in order.lines:
            if line.voided is None:
                qty, amount = sums.get(line.station, (0, 0))
                sums[line.station] = (qty + line.qty, amount + line.total)
    return tuple(StationSum(station, *sums[station]) for station in sorted(sums))
