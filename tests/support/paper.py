"""Tickets to print, printers to print them for, and an ESC/POS scanner that trusts nothing."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from domain.business import Business
from domain.money import TaxLine
from domain.order import Customer, LineModifier, Payment, PaymentStatus, Totals
from domain.printer import Printer
from domain.ticket import Change, Ticket, TicketKind, TicketLine

__all__ = [
    "BUSINESS",
    "CHANGE",
    "KITCHEN",
    "NARROW",
    "RECEIPT",
    "WIDE",
    "a_ticket",
    "commands",
]

BUSINESS = Business(
    name="Trattoria Bella",
    timezone="Europe/Berlin",
    phone="+49 30 23125100",
    address="Lindenstraße 12, 10969 Berlin",
    tax_number="37/000/00000",
    language="zh",
    receipt_footer="Grazie e a presto!",
)

WIDE = Printer(id="kitchen-1", name="Kitchen", uri="escpos://127.0.0.1:9100", columns=42)
NARROW = Printer(id="bar-1", name="Bar", uri="escpos://127.0.0.1:9100", columns=32, paper_mm=58)

_EXTRA = LineModifier("extras", "cheese", "Extra cheese", 150, {"zh": "加芝士"})
_REGULAR = LineModifier("size", "regular", "Regular")
_WITHOUT = LineModifier("without", "basil", "Basil", 0, {"zh": "罗勒"}, removes=True)

KITCHEN = Ticket(
    kind=TicketKind.KITCHEN,
    order_id="0199a1c2-0000-7000-8000-000000000012",
    number="P-12",
    station="kitchen",
    revision=1,
    channel="phone",
    type="pickup",
    placed_at="2026-11-22T19:51:28.000Z",
    promised_at="2026-11-22T20:11:28.000Z",
    customer=Customer("Maria Rossi", "+39 055 1234567"),
    currency="EUR",
    lines=(
        TicketLine(
            qty=2,
            name="Pizza Margherita",
            names={"zh": "玛格丽特披萨"},
            modifiers=(_EXTRA, _WITHOUT),
            note="cut in 8 slices",
            total=2200,
        ),
        TicketLine(1, "Tagliatelle al ragù bolognese della nonna con parmigiano", total=1450),
        TicketLine(12, "Crème brûlée", modifiers=(_REGULAR,), note="Señor Nuñez: no nuts!"),
    ),
    totals=Totals(3411, 239, 3650, (TaxLine("food", 700, 3411, 239, 3650),)),
)

CHANGE = replace(
    KITCHEN,
    kind=TicketKind.CHANGE,
    revision=2,
    lines=(
        TicketLine(1, "Tiramisù", {"zh": "提拉米苏"}, change=Change.ADDED),
        TicketLine(
            2,
            "Pizza Margherita",
            modifiers=(_WITHOUT,),
            change=Change.VOIDED,
            was_qty=2,
            reason="guest changed her mind",
        ),
        TicketLine(3, "Cola", change=Change.CHANGED, was_qty=2),
        TicketLine(1, "Minestrone", note="very hot", change=Change.CHANGED, was_qty=1),
    ),
)

RECEIPT = replace(
    KITCHEN,
    kind=TicketKind.RECEIPT,
    station="receipt",
    payment=Payment(PaymentStatus.PAID, "card"),
)


def a_ticket(*, name: str = "Bread", note: str = "", **fields: Any) -> Ticket:
    """A kitchen ticket of one line; `fields` are the ticket's own."""
    return replace(KITCHEN, lines=(TicketLine(1, name, note=note),), **fields)


# Every command that a ticket may hold, with the number of bytes that follow it.
_KNOWN = {
    b"\x1b@": 0,  # reset
    b"\x1c.": 0,  # Kanji off
    b"\x1bt": 1,  # code page
    b"\x1bE": 1,  # bold
    b"\x1bM": 1,  # font
    b"\x1dB": 1,  # white on black
    b"\x1d!": 1,  # size
    b"\x1bd": 1,  # feed
    b"\x1dV": 1,  # cut
}
_RASTER = b"\x1dv0"
_RASTER_HEADER = 8


def commands(stream: bytes) -> tuple[list[bytes], bytes]:
    """`stream` cut into its commands (a raster image is one) and the text between them.

    Fails on a command that no ticket needs, and on any other control character.
    """
    found, text, at = [], bytearray(), 0
    while at < len(stream):
        size = _command_size(stream, at)
        if size:
            found.append(stream[at : at + size])
            at += size
        else:
            byte = stream[at]
            assert byte == 0x0A or byte >= 0x20, f"control byte {byte:#04x} at {at}"
            text.append(byte)
            at += 1
    return found, bytes(text)


def _command_size(stream: bytes, at: int) -> int:
    """0 where text stands."""
    if stream.startswith(_RASTER, at):
        width, height = stream[at + 4 : at + 6], stream[at + 6 : at + 8]
        dots = int.from_bytes(width, "little") * int.from_bytes(height, "little")
        return _RASTER_HEADER + dots
    name = stream[at : at + 2]
    return len(name) + _KNOWN[name] if name in _KNOWN else 0
