"""Money and tax: to the cent, in every currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import exponent, format_money, split_tax

amounts = st.integers(-10_000_000_000, 10_000_000_000)
rates = st.integers(0, 10_000)


@given(amounts, rates, st.booleans())
def test_net_and_tax_are_the_gross(amount: int, rate: int, included: bool) -> None:
    """No cent is lost or made between the three figures on a receipt."""
    net, tax, gross = split_tax(amount, rate, included=included)
    assert net + tax == gross
    assert amount == (gross if included else net)


@given(amounts, rates, st.booleans())
def test_tax_is_rounded_once_half_up(amount: int, rate: int, included: bool) -> None:
    """The tax is the exact one, rounded to the minor unit with halves away from zero."""
    divisor = 10_000 + rate if included else 10_000
    exact = (Decimal(amount) * rate / divisor).quantize(Decimal(1), ROUND_HALF_UP)
    assert split_tax(amount, rate, included=included)[1] == int(exact)


@given(amounts, rates, st.booleans())
def test_a_refund_mirrors_its_sale(amount: int, rate: int, included: bool) -> None:
    """What was charged and what is given back add up to nothing, figure by figure."""
    sale = split_tax(amount, rate, included=included)
    refund = split_tax(-amount, rate, included=included)
    assert [a + b for a, b in zip(sale, refund, strict=True)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("amount", "rate", "included", "split"),
    [
        (950, 700, True, (888, 62, 950)),
        (950, 700, False, (950, 67, 1017)),
        (1, 5000, False, (1, 1, 2)),
        (3, 0, True, (3, 0, 3)),
    ],
)
def test_tax_in_and_on_top(
    amount: int, rate: int, included: bool, split: tuple[int, int, int]
) -> None:
    """European prices hold the tax, American ones are without it."""
    assert split_tax(amount, rate, included=included) == split


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (950, "EUR", "€9.50"),
        (5, "EUR", "€0.05"),
        (-950, "EUR", "-€9.50"),
        (950, "JPY", "¥950"),
        (950, "KWD", "0.950 KWD"),
        (1234567, "CHF", "12345.67 CHF"),
    ],
)
def test_an_amount_is_written_as_its_currency_is(amount: int, currency: str, text: str) -> None:
    """Yen have no cents and dinars have a thousand; a sign without a symbol is the code."""
    assert format_money(amount, currency) == text


@given(amounts, st.sampled_from(["EUR", "JPY", "KWD", "XYZ"]))
def test_nothing_is_lost_in_writing(amount: int, currency: str) -> None:
    """The written number is the amount, exactly."""
    written = Decimal(format_money(amount, currency, symbol=False))
    assert int(written.scaleb(exponent(currency))) == amount
