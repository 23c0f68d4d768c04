"""An evening's tickets, for looking at a template before it is on paper."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from domain.business import Business
from domain.money import TaxLine
from domain.order import Customer, LineModifier, Payment, PaymentStatus, Totals
from domain.printer import Printer
from domain.report import Loss, PaymentSum, Report, StationSum
from domain.ticket import (
    Change,
    HeadChange,
    HeadField,
    Ticket,
    TicketKind,
    TicketLine,
    report_ticket,
)
from printing.document import Document
from printing.render import render

__all__ = ["PAPERS", "left_out", "problem", "sample"]

_AT = "2026-11-22T19:51:28.000Z"

# The two widths that there are, with the columns of their usual printers.
PAPERS = {
    80: Printer(id="preview", name="80 mm", uri="escpos://preview", columns=42),
    58: Printer(id="preview", name="58 mm", uri="escpos://preview", columns=32, paper_mm=58),
}

_LARGE = LineModifier("size", "large", "Large", 250, {"zh": "大份", "de": "Groß"})
_EXTRA = LineModifier("extras", "cheese", "Extra cheese", 150, {"zh": "加芝士", "de": "Extra Käse"})
_WITHOUT = LineModifier("without", "basil", "Basil", 0, {"zh": "罗勒", "de": "Basilikum"}, True)

_MARGHERITA = TicketLine(
    qty=2,
    name="Pizza Margherita",
    names={
        "ar": "بيتزا مارغريتا",
        "de": "Pizza Margherita",
        "he": "פיצה מרגריטה",
        "ja": "マルゲリータ",
        "ko": "마르게리타 피자",
        "th": "พิซซ่ามาร์เกอริต้า",
        "zh": "玛格丽特披萨",
    },
    modifiers=(_LARGE, _EXTRA, _WITHOUT),
    note="cut in 8 slices",
    total=2700,
)
_TAGLIATELLE = TicketLine(
    qty=1,
    name="Tagliatelle al ragù bolognese della nonna",
    names={"zh": "祖母肉酱宽面", "de": "Tagliatelle nach Großmutters Art"},
    total=1450,
)
_TIRAMISU = TicketLine(qty=12, name="Tiramisù", names={"zh": "提拉米苏"}, total=7200)

_KITCHEN = Ticket(
    kind=TicketKind.KITCHEN,
    order_id="sample",
    number="P-12",
    station="kitchen",
    revision=1,
    channel="phone",
    type="pickup",
    placed_at=_AT,
    promised_at="2026-11-22T20:11:28.000Z",
    customer=Customer("Maria Rossi", "+39 055 1234567"),
    note="allergy: nuts!",
    currency="EUR",
    lines=(_MARGHERITA, _TAGLIATELLE, _TIRAMISU),
    totals=Totals(10607, 743, 11350, (TaxLine("food", 700, 10607, 743, 11350),)),
)

_REPORT = Report(
    business_day="2026-11-22",
    currency="EUR",
    orders=48,
    net=169_822,
    tax=15_128,
    gross=184_950,
    payments=(
        PaymentSum(PaymentStatus.PAID, "card", 31, 121_300),
        PaymentSum(PaymentStatus.PAID, "cash", 15, 57_150),
        PaymentSum(PaymentStatus.UNPAID, "", 2, 6_500),
    ),
    taxes=(
        TaxLine("drink", 1900, 27_017, 5_133, 32_150),
        TaxLine("food", 700, 142_805, 9_995, 152_800),
    ),
    stations=(StationSum("bar", 71, 32_150), StationSum("kitchen", 96, 152_800)),
    voids=Loss(3, 2_850),
    comps=Loss(1, 600),
    cancelled=Loss(1, 2_400),
)


def sample(kind: TicketKind) -> Ticket:
    """A ticket of `kind` with something of everything on it."""
    match kind:
        case TicketKind.KITCHEN:
            return _KITCHEN
        case TicketKind.RECEIPT:
            paid = Payment(PaymentStatus.PAID, "card")
            return replace(_KITCHEN, kind=kind, station="receipt", payment=paid)
        case TicketKind.CHANGE:
            return replace(
                _KITCHEN,
                kind=kind,
                revision=2,
                note="",
                head=(HeadChange(HeadField.NOTE, "", "allergy: nuts!"),),
                lines=(
                    replace(_TIRAMISU, qty=1, change=Change.ADDED),
                    replace(
                        _MARGHERITA,
                        change=Change.VOIDED,
                        was_qty=2,
                        reason="guest changed her mind",
                    ),
                    replace(_TAGLIATELLE, qty=3, change=Change.CHANGED, was_qty=1),
                ),
            )
        case TicketKind.REPORT:
            return report_ticket(_REPORT, at=_AT)
        case TicketKind.SLIP:
            lines = (TicketLine(qty=1, name="192.168.1.50"),)
            return replace(_KITCHEN, kind=kind, number="TEST", lines=lines, note="")


def problem(kind: TicketKind, template: str) -> str:
    """Why `template` cannot be used for tickets of `kind`; empty where it can, on both papers."""
    found = (document.fallback_reason for document in _drawn(kind, template))
    return next(filter(None, found), "")


def left_out(kind: TicketKind, template: str) -> str:
    """What `template` does not show of tickets of `kind`, so that it is printed under its text."""
    return next(filter(None, (document.left_out for document in _drawn(kind, template))), "")


def _drawn(kind: TicketKind, template: str) -> Iterator[Document]:
    for ticket in (sample(kind), _bare(sample(kind))):
        for paper in PAPERS.values():
            yield render(
                ticket,
                business=Business(name="Trattoria"),
                printer=paper,
                templates={kind.value: template},
            )


def _bare(ticket: Ticket) -> Ticket:
    """`ticket` without all that many orders do not have: a note, a name, options."""
    return replace(
        ticket,
        customer=Customer(),
        note="",
        promised_at="",
        payment=Payment(),
        lines=tuple(
            replace(line, names={}, modifiers=(), note="", reason="") for line in ticket.lines
        ),
    )
