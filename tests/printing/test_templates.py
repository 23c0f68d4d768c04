"""What stands on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from domain.business import Business
from domain.errors import NotFound
from domain.money import TaxLine
from domain.order import Customer, OrderType, Payment, PaymentStatus, Totals
from domain.printer import Printer
from domain.report import Loss, PaymentSum, Report, StationSum
from domain.ticket import (
    HeadChange,
    HeadField,
    Ticket,
    TicketKind,
    TicketLine,
    changes_between,
    kitchen_tickets,
    report_ticket,
)
from printing import render as rendering
from printing.document import to_text
from printing.render import render
from printing.samples import problem
from tests.support.paper import BUSINESS, CHANGE, KITCHEN, NARROW, RECEIPT, WIDE, a_ticket
from tests.support.trattoria import an_order

GOLDEN = Path(__file__).parent / "golden"


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


def test_a_template_that_hides_what_is_new_is_passed_over() -> None:
    """One from before notes could be changed: a kitchen that waits for "no nuts" must read it."""
    own = "{{{number}}}\n{{#lines}}\n{{#voided}}NO {{/voided}}{{{qty}}} {{{name}}}\n{{/lines}}"
    noted = replace(CHANGE, lines=(), head=(HeadChange(HeadField.NOTE, "", "NO NUTS"),))
    drawn = render(noted, business=BUSINESS, printer=WIDE, templates={"change": own})
    assert "{{#head}}" in drawn.fallback_reason
    assert "NEW NOTE: NO NUTS" in shown(noted)
    told = render(CHANGE, business=BUSINESS, printer=WIDE, templates={"change": own})
    assert told.fallback_reason == ""


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
    """A restaurant's own template is used, and the one that a printer names before it."""
    dishes = "{{#lines}}\n{{qty}} {{name}}\n{{/lines}}\n"
    templates = {"kitchen": "{{number}}\n" + dishes, "loud": "hot: {{number}}\n" + dishes}
    named = {"kitchen": "loud", "receipt": "quiet"}
    for printer, text in (
        (replace(WIDE, templates=named), "hot: P-12\n"),
        (replace(WIDE, templates={"kitchen": "deleted"}), "P-12\n"),
        (NARROW, "P-12\n"),
    ):
        document = render(KITCHEN, business=BUSINESS, printer=printer, templates=templates)
        assert to_text(document, printer.columns).startswith(text + "2× ")
        assert document.fallback_reason == ""


def test_two_braces_are_enough() -> None:
    """Paper is no web page: `{{name}}` prints as it is, too."""
    templates = {"kitchen": "{{number}} {{#lines}}{{qty}} {{name}}{{/lines}}"}
    ticket = a_ticket(name="Fish & Chips")
    document = render(ticket, business=BUSINESS, printer=WIDE, templates=templates)
    assert to_text(document, 42) == "P-12 1× Fish & Chips\n"


@pytest.mark.parametrize("kind", TicketKind)
def test_the_sample_shows_each_built_in_template(kind: TicketKind) -> None:
    """What the preview shows of a template that comes with the program is that template."""
    assert problem(kind, rendering.built_in(kind)) == ""


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
        "{{number}}{{#lines}}{{#lines}}{{#lines}}x{{/lines}}{{/lines}}{{/lines}}",
        "{{=<% %>=}}<%number%>",
        "{{/lines}}{{number}}",
        "{{number}}",  # no dishes: what is there to cook?
        "{{number}}{{#lines}}{{#note}}{{qty}} {{name}}{{/note}}{{/lines}}",  # not all of them
        "{{number}}{{#lines}}{{name}}{{/lines}}",  # no quantities
        "{{number}}" + "\nx" * 5_000,
        "{{number}}\n<barcode>{{#lines}}{{name}}{{/lines}}",  # too long for its paper
        "{{number}}\n<columns 4 *>{{number}}",
    ],
)
def test_broken_template(template: str) -> None:
    """A template that cannot be used costs looks, not the ticket, and says why."""
    document = render(KITCHEN, business=BUSINESS, printer=WIDE, templates={"kitchen": template})
    assert to_text(document, 42) == shown(KITCHEN)
    assert "'kitchen' is broken" in document.fallback_reason


def test_a_field_that_an_order_does_not_have() -> None:
    """A code, a line or columns of nothing are nothing, and cost the template nothing."""
    template = (
        "{{number}}\n<qr>{{note}}\n<barcode>{{customer.phone}}\n<inverse><b>{{table}}\n"
        "<columns 4 *>{{table}}<tab>{{note}}\n{{#lines}}\n{{qty}} {{name}}\n{{/lines}}\n"
    )
    assert problem(TicketKind.KITCHEN, template) == ""
    ticket = replace(a_ticket(name="Cola"), customer=Customer(), note="", table="")
    document = render(ticket, business=BUSINESS, printer=WIDE, templates={"kitchen": template})
    assert document.fallback_reason == ""
    assert to_text(document, 42) == "P-12\n1× Cola\n"


def test_a_template_that_breaks_on_a_plain_order() -> None:
    """It is refused though it goes well with the sample, which has something of everything."""
    template = "{{number}}\n{{^note}}\n<blink>{{/note}}\n{{#lines}}\n{{qty}} {{name}}\n{{/lines}}\n"
    assert "blink" in problem(TicketKind.KITCHEN, template)


def test_template_reads_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template cannot pull a file of the machine onto paper."""
    (tmp_path / "secret.mustache").write_text("secret")
    monkeypatch.chdir(tmp_path)
    templates = {"receipt": "{{{number}}} {{> secret}}"}
    document = render(RECEIPT, business=BUSINESS, printer=WIDE, templates=templates)
    assert to_text(document, 42) == "P-12\n"


def test_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that has no template at all is an error that says so."""
    monkeypatch.setattr(rendering, "files", lambda _: Path("nowhere"))
    rendering.built_in.cache_clear()
    with pytest.raises(NotFound, match="report"):
        rendering.built_in(TicketKind.REPORT)


def test_on_the_house() -> None:
    """A comped dish stands on the receipt, and costs nothing."""
    comped = TicketLine(1, "Espresso", total=0, comped=True)
    lines = shown(replace(RECEIPT, lines=(comped,))).splitlines()
    at = next(n for n, line in enumerate(lines) if "Espresso" in line)
    assert lines[at].endswith("0.00")
    assert lines[at + 1].strip() == "on the house"


def test_report() -> None:
    """The end of the day is on paper with what was taken, and with zeros where nothing was lost."""
    report = Report(
        business_day="2026-11-22",
        currency="EUR",
        orders=3,
        net=2800,
        tax=200,
        gross=3000,
        payments=(
            PaymentSum(PaymentStatus.PAID, "cash", 2, 2000),
            PaymentSum(PaymentStatus.UNPAID, "", 1, 1000),
        ),
        taxes=(TaxLine("food", 700, 2800, 200, 3000),),
        stations=(StationSum("kitchen", 4, 3000),),
        voids=Loss(),
        comps=Loss(2, 700),
        cancelled=Loss(),
        left_out=1,
    )
    text = shown(report_ticket(report, at="2026-11-22T22:30:00Z"), NARROW)
    rows = [" ".join(line.split()) for line in text.splitlines()]
    for row in (
        *("2026-11-22", "SALES €30.00", "3 orders", "Paid cash 2 20.00", "Unpaid 1 10.00"),
        *("TAKEN €20.00", "Food 7% 28.00 2.00", "kitchen 4× 30.00"),
        *("Voided dishes 0 0.00", "On the house 2 7.00", "printed 2026-11-22 23:30"),
    ):
        assert row in rows
    assert "could not be added: 1" in " ".join(rows)
