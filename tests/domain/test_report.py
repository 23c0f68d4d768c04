"""The end of a business day."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.menu import Tax
from domain.order import Comped, Line, Order, Payment, PaymentStatus, Status, Voided, totals_of
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


@st.composite
def orders(draw: st.DrawFn) -> Order:
    lines = tuple(draw(st.lists(LINES, min_size=1, max_size=6)))
    tax = TAX[draw(st.booleans())]
    return replace(
        an_order(),
        lines=lines,
        tax=tax,
        totals=totals_of(lines, tax),
        status=draw(st.sampled_from(Status)),
        payment=Payment(
            draw(st.sampled_from(PaymentStatus)), draw(st.sampled_from(["", "card", "cash"]))
        ),
    )


@given(st.lists(orders(), max_size=12))
def test_totals_are_the_orders_totals(found: list[Order]) -> None:
    """Every way of adding a day up gives the same cents: by payment, by tax class, by station, and
    order by order."""
    report = day_report(found, business_day="2026-11-22", currency="EUR")
    sold = [order for order in found if order.status is not Status.CANCELLED]
    assert report.orders == len(sold)
    assert report.gross == sum(order.totals.gross for order in sold)
    assert report.gross == sum(row.amount for row in report.payments)
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
    assert sum(row.orders for row in report.payments) == len(sold)


def test_an_evening() -> None:
    """A small evening, worked out by hand."""
    card = replace(an_order(), payment=Payment(PaymentStatus.PAID, "card"))  # 9.50 + 2 × 3.33
    pizza, cola = card.lines
    voided = replace(cola, voided=Voided("spilt", "anna", STAMP))
    comped = replace(pizza, comped=Comped("birthday", "anna", STAMP))
    free = replace(card, lines=(comped, voided), totals=totals_of((comped, voided), card.tax))
    gone = replace(card, status=Status.CANCELLED)
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
