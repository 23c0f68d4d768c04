"""Money: integer minor units and a currency; tax in basis points.

950 with EUR is €9.50; 700 basis points is 7 %. Floats never touch an amount.
"""

from __future__ import annotations

import msgspec

__all__ = ["TaxLine", "exponent", "format_money", "split_tax"]

BASIS_POINTS = 10_000

# ISO 4217 currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0,
    "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "KRW": "₩"}


class TaxLine(msgspec.Struct, frozen=True):
    """One tax class's share of a total, in minor units. `rate` is in basis points."""

    tax_class: str
    rate: int
    net: int
    tax: int
    gross: int


def exponent(currency: str) -> int:
    """Digits after the decimal point: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def format_money(amount: int, currency: str, *, symbol: bool = True) -> str:
    """`950, "EUR"` → `€9.50`; without `symbol`, `9.50`. Unknown currencies show their code."""
    digits = exponent(currency)
    sign = "-" if amount < 0 else ""
    whole, minor = divmod(abs(amount), 10**digits)
    number = f"{whole}.{minor:0{digits}d}" if digits else f"{whole}"
    if not symbol:
        return f"{sign}{number}"
    mark = _SYMBOLS.get(currency)
    return f"{sign}{mark}{number}" if mark else f"{sign}{number} {currency}"


def split_tax(amount: int, rate: int, *, included: bool) -> tuple[int, int, int]:
    """`(net, tax, gross)` in minor units for `amount` at `rate` basis points.

    With `included` the amount is gross (European menus), else net (American ones). The tax is
    rounded half up, once, and net + tax == gross always.
    """
    divisor = BASIS_POINTS + rate if included else BASIS_POINTS
    tax = _round_half_up(amount * rate, divisor)
    return (amount - tax, tax, amount) if included else (amount, tax, amount + tax)


def _round_half_up(numerator: int, divisor: int) -> int:
    """Rounds halves away from zero, so that a refund mirrors its sale to the cent."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + divisor) // (2 * divisor))
