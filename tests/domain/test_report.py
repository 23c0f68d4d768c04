"""The end of a business day."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.business import Business
from domain.clock import iso
from domain.menu import Tax
from domain.order import Comped, Line, Order, Payment, PaymentStatus, Status, Voided, totals_of
from domain.payments import Correction, Refund, correct_payment, pay, refund, refunds_on
from domain.report import Loss, day_report
from tests.support.trattoria import AT, an_order

STAMP = AT.isoformat()
TAX = {
    included: Tax(included, {"food": 700, "drink": 1900, "none": 0}) for included in (True, False)
}
LINES = st.builds(
    Line,
    id=st.uuids().map(str),
    item_id=st.just("x"),
    name=st.just("X"),
    qty=st.integers(1, 50),
    unit_price=st.integers(0, 9_999),
    station=st.sampled_from(["kitchen", "bar", "pass"]),
    tax_class=st.sampled_from(["food", "drink", "none"]),
    voided=st.sampled_from([None, None, Voided("burnt", "anna", STAMP)]),
    comped=st.sampled_from([None, None, Comped("birthday", "anna", STAMP)]),
)


METHODS = st.sampled_from(["card", "cash", "voucher"])
DAY = "2026-11-22"
BUSINESS = Business(name="Trattoria")


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Of the day, with whatever the till did to their payments on it."""
    lines = tuple(draw(st.lists(LINES, min_size=1, max_size=6)))
    tax = TAX[draw(st.booleans())]
    order = replace(an_order(), lines=lines, tax=tax, totals=totals_of(lines, tax))
    for n in range(draw(st.integers(0, 6))):
        order = _at_the_till(draw, order, iso(AT + timedelta(minutes=n)))
    closed = order.payment.status is not PaymentStatus.PAID
    return replace(order, status=draw(st.sampled_from([*Status][: 5 if closed else 4])))


def _at_the_till(draw: st.DrawFn, order: Order, at: str) -> Order:
    method = draw(METHODS)
    if order.payment.status is not PaymentStatus.PAID:
        return pay(order, method=method, by="anna", at=at)
    left = sum(entry.amount for entry in order.payment.ledger)
    if draw(st.booleans()) or not left:
        return correct_payment(order, Correction(method, "mistyped"), by="anna", at=at)
    amount = draw(st.integers(1, left) | st.none())
    return refund(order, Refund("cold", amount, method), by="anna", at=at)


@given(st.lists(orders(), max_size=12))
def test_each_drawer_has_what_the_report_says(found: list[Order]) -> None:
    """Paid, given back, corrected, in whatever order: what came in by card less what went back by
    card is what the orders' entries say of cards."""
    refunds = refunds_on(found, DAY, BUSINESS)
    report = day_report(found, business_day=DAY, currency="EUR", refunds=refunds)
    drawers = dict.fromkeys(("card", "cash", "voucher"), 0)
    entries = dict(drawers)
    for order in found:
        for entry in order.payment.ledger:
            entries[entry.method] += entry.amount
    for row in report.payments:
        if row.status is not PaymentStatus.UNPAID:
            drawers[row.method] += row.amount
    for given_back in report.refunds:
        drawers[given_back.method] -= given_back.amount
    assert drawers == entries
    assert report.taken == sum(entries.values())


def test_given_back_then_corrected() -> None:
    """6.50 in cash, of which 2.50 went back, was by card after all: 4.00 are there, by card."""
    order = pay(an_order(), method="cash", at=iso(AT))
    order = refund(order, Refund("cold", 250), by="anna", at=iso(AT))
    order = correct_payment(order, Correction("card", "mistyped"), by="anna", at=iso(AT))
    refunds = refunds_on([order], DAY, BUSINESS)
    report = day_report([order], business_day=DAY, currency="EUR", refunds=refunds)
    assert [(one.method, one.amount) for one in report.payments] == [("card", 1366), ("cash", 250)]
    assert [(one.method, one.amount) for one in report.refunds] == [("cash", 250)]
    assert report.taken == 1366


@given(st.lists(orders(), max_size=12))
def test_totals_are_the_orders_totals(found: list[Order]) -> None:
    """Every way of adding a day up gives the same cents: by tax class, by station, and order by
    order; what is not paid yet is among it."""
    report = day_report(found, business_day="2026-11-22", currency="EUR")
    sold = [order for order in found if order.status is not Status.CANCELLED]
    assert report.orders == len(sold)
    assert report.gross == sum(order.totals.gross for order in sold)
    unpaid = [order for order in sold if order.payment.status is PaymentStatus.UNPAID]
    assert sum(order.totals.gross for order in unpaid) == sum(
        row.amount for row in report.payments if row.status is PaymentStatus.UNPAID
    )
    assert report.gross == sum(row.gross for row in report.taxes) == report.net + report.tax
    assert report.tax == sum(row.tax for row in report.taxes)
    charged = sum(line.total for order in sold for line in order.lines)
    assert charged == sum(row.amount for row in report.stations)
    in_prices = sum(
        order.totals.gross if order.tax.prices_include_tax else order.totals.net for order in sold
    )
    assert charged == in_prices
    lost = report.voids.amount + report.comps.amount
    assert charged + lost == sum(line.full_price for order in sold for line in order.lines)
    assert report.cancelled.count == len(found) - len(sold)


def test_an_evening() -> None:
    """A small evening, worked out by hand."""
    card = replace(an_order(), payment=Payment(PaymentStatus.PAID, "card"))  # 9.50 + 2 × 3.33
    pizza, cola = card.lines
    voided = replace(cola, voided=Voided("spilt", "anna", STAMP))
    comped = replace(pizza, comped=Comped("birthday", "anna", STAMP))
    free = replace(card, lines=(comped, voided), totals=totals_of((comped, voided), card.tax))
    gone = replace(card, payment=Payment(), status=Status.CANCELLED)
    report = day_report([card, free, gone], business_day="2026-11-22", currency="EUR")
    assert (report.orders, report.gross, report.cancelled) == (2, 1616, Loss(1, 1616))
    assert [(p.method, p.orders, p.amount) for p in report.payments] == [("card", 2, 1616)]
    assert [(s.station, s.qty, s.amount) for s in report.stations] == [
        ("bar", 2, 666),
        ("kitchen", 2, 950),
    ]
    assert (report.voids, report.comps) == (Loss(2, 666), Loss(1, 950))


def test_a_rate_that_was_changed_has_its_own_row() -> None:
    """Two rates of one class are not mixed."""
    order = an_order()
    lower = Tax(prices_include_tax=True, classes={"food": 500, "drink": 1900})
    other = replace(order, tax=lower, totals=totals_of(order.lines, lower))
    rows = day_report([order, other], business_day="2026-11-22", currency="EUR").taxes
    assert [(r.tax_class, r.rate) for r in rows] == [("drink", 1900), ("food", 500), ("food", 700)]


def test_another_currency_is_left_out_and_counted() -> None:
    """Euros and francs are not added up."""
    francs = replace(an_order(), currency="CHF")
    report = day_report([an_order(), francs], business_day="d", currency="EUR", left_out=2)
    assert (report.orders, report.left_out) == (1, 3)
