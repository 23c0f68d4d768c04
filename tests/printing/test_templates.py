"""What stands on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from domain.business import Business
from domain.errors import NotFound
from domain.money import TaxLine
from domain.order import OrderType, Payment, PaymentStatus, Totals
from domain.printer import Printer
from domain.ticket import Ticket, TicketKind, TicketLine, changes_between, kitchen_tickets
from printing.document import to_text
from printing.render import render
from tests.support.paper import BUSINESS, CHANGE, KITCHEN, NARROW, RECEIPT, WIDE, a_ticket
from tests.support.trattoria import an_order

GOLDEN = Path(__file__).parent / "golden"

ALL_NUMBERED = "{{{number}}}\n"


def shown(
    ticket: Ticket, printer: Printer = WIDE, banner: str = "", business: Business = BUSINESS
) -> str:
    document = render(ticket, business=business, printer=printer, banner=banner)
    return to_text(document, printer.columns)


@pytest.mark.parametrize("printer", [WIDE, NARROW], ids=["80mm", "58mm"])
@pytest.mark.parametrize(
    ("name", "ticket", "banner"),
    [
        ("kitchen", KITCHEN, ""),
        ("duplicate", KITCHEN, "POSSIBLE DUPLICATE"),
        ("change", CHANGE, ""),
        ("receipt", RECEIPT, ""),
    ],
)
def test_golden(name: str, ticket: Ticket, banner: str, printer: Printer) -> None:
    """A ticket reads as it did when a person last looked at it."""
    golden = GOLDEN / f"{name}-{printer.paper_mm}.txt"
    assert shown(ticket, printer, banner) == golden.read_text(encoding="utf-8")


def test_banner_twice() -> None:
    """A banner stands first and last, so that it is seen however the ticket is torn off."""
    lines = shown(KITCHEN, banner="REPRINT").strip().splitlines()
    assert lines[0].strip() == lines[-1].strip() == "REPRINT"


def test_local_time() -> None:
    """Times are the restaurant's own, also on the other side of the world."""
    there = replace(BUSINESS, timezone="Pacific/Auckland")
    assert "08:51 phone" in shown(KITCHEN, business=there)


def test_promised_on_another_day() -> None:
    """An order for another day says which."""
    assert "READY BY 2026-11-24 18:00" in shown(
        replace(KITCHEN, promised_at="2026-11-24T17:00:00.000Z")
    )


def test_unknown_zone() -> None:
    """A time zone that does not exist costs the local time, not the ticket."""
    assert "19:51 phone" in shown(KITCHEN, business=replace(BUSINESS, timezone="Mars/Base"))


def test_one_language() -> None:
    """Without a second language there are no second names."""
    assert "玛格丽特披萨" in shown(KITCHEN)
    assert "玛格丽特披萨" not in shown(KITCHEN, business=replace(BUSINESS, language=""))


def test_no_html() -> None:
    """Names are not escaped for a browser."""
    assert 'Fish & "Chips" < £9' in shown(a_ticket(name='Fish & "Chips" < £9'))


def test_dine_in() -> None:
    """A table's ticket shows the table and how many sit there."""
    text = shown(replace(KITCHEN, type=OrderType.DINE_IN.value, table="7", covers=4))
    assert "DINE IN TABLE 7" in text
    assert "4 covers" in text


def test_order_note() -> None:
    """A note to the whole order stands above the lines."""
    text = shown(replace(KITCHEN, note="doorbell is broken"))
    assert text.index("doorbell is broken") < text.index("Pizza")


def test_cancelled() -> None:
    """The change ticket of a cancelled order says so in its heading."""
    assert "ORDER CANCELLED" in shown(replace(CHANGE, cancelled=True)).splitlines()[0]


def test_every_line_of_an_order() -> None:
    """Each line of a real order is on its station's ticket."""
    tickets = kitchen_tickets(an_order())
    assert [line for t in tickets for line in shown(t).splitlines() if "Margherita" in line]
    assert [line for t in tickets for line in shown(t).splitlines() if "2× Cola" in line]


def test_voided_line_of_an_order() -> None:
    """A line that disappears from an order is VOID on the change ticket."""
    before = an_order()
    after = replace(before, lines=before.lines[1:], revision=2)
    (ticket,) = changes_between(before, after)
    assert "VOID 1× Pizza Margherita" in shown(ticket)


def test_taxes_on_top() -> None:
    """Where taxes come on top of the prices, they stand between subtotal and total."""
    ticket = replace(
        RECEIPT,
        currency="USD",
        lines=(TicketLine(1, "Burger", total=1000),),
        totals=Totals(1000, 83, 1083, (TaxLine("food", 825, 1000, 83, 1083),)),
    )
    lines = [" ".join(line.split()) for line in shown(ticket).splitlines()]
    start = lines.index("Subtotal 10.00")
    assert lines[start : start + 3] == [
        "Subtotal 10.00",
        "Food 8.25% on 10.00 0.83",
        "TOTAL $10.83",
    ]


@pytest.mark.parametrize(
    ("payment", "says"),
    [
        (Payment(), "NOT PAID"),
        (Payment(PaymentStatus.PAID, "cash"), "PAID (cash)"),
        (Payment(PaymentStatus.REFUNDED), "REFUNDED"),
    ],
)
def test_payment(payment: Payment, says: str) -> None:
    """A receipt says whether it is paid."""
    lines = [line.strip() for line in shown(replace(RECEIPT, payment=payment)).splitlines()]
    assert says in lines


def test_own_template() -> None:
    """A restaurant's own template is used, and one for a single printer before it."""
    templates = {"kitchen": ALL_NUMBERED, f"kitchen/{WIDE.id}": "hot: {{{number}}}\n"}
    for printer, text in ((WIDE, "hot: P-12\n"), (NARROW, "P-12\n")):
        document = render(KITCHEN, business=BUSINESS, printer=printer, templates=templates)
        assert to_text(document, printer.columns) == text
        assert document.fallback_reason == ""


@pytest.mark.parametrize(
    "template",
    [
        "{{#lines}}{{{number}}}",  # a section without an end
        "{{{number}}}\n<blink>sale",
        "{{{number}}}\nnow < later",
        "{{{number}}}\n\x1bp\x00\x32\x32",  # opens the drawer
        "{{{number",
        "   \n",
        "{{#lines}}\n{{{name}}}\n{{/lines}}\n",  # no number: whose food is it?
    ],
)
def test_broken_template(template: str) -> None:
    """A template that cannot be used costs looks, not the ticket, and says why."""
    document = render(KITCHEN, business=BUSINESS, printer=WIDE, templates={"kitchen": template})
    assert to_text(document, 42) == shown(KITCHEN)
    assert "'kitchen' is broken" in document.fallback_reason


def test_template_reads_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template cannot pull a file of the machine onto paper."""
    (tmp_path / "secret.mustache").write_text("secret")
    monkeypatch.chdir(tmp_path)
    templates = {"kitchen": "{{{number}}} {{> secret}}"}
    document = render(KITCHEN, business=BUSINESS, printer=WIDE, templates=templates)
    assert to_text(document, 42) == "P-12\n"


def test_no_template() -> None:
    """A kind that has no template at all is an error that says so."""
    with pytest.raises(NotFound, match="report"):
        shown(replace(KITCHEN, kind=TicketKind.REPORT))
