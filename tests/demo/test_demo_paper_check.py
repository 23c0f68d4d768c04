"""The check that decides whether `panbot demo --once` succeeded."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from demo.paper_check import PrintedTicket, check_paper
from demo.restaurant import read_restaurant
from domain.clock import SystemClock, from_iso
from domain.ids import UuidV7
from domain.order import Channel, Customer, Order
from domain.ordering import Choice, Draft, DraftLine, place
from domain.printer import Printer
from domain.ticket import kitchen_tickets, receipt
from printing.document import to_text
from printing.render import render

RESTAURANT, _ = read_restaurant()
PRINTER = Printer(id="any", name="Any", uri="escpos://127.0.0.1:9100")


def order() -> Order:
    lines = (
        DraftLine("margherita", 1),
        DraftLine("margherita", 1, (Choice("without", "basil"), Choice("extras", "cheese"))),
        DraftLine("quattro-formaggi", 12, (Choice("pizza-size", "large"),), note="well done"),
        DraftLine("coke", 1, (Choice("drink-size", "large"),)),
    )
    return place(
        RESTAURANT.menu,
        (),
        Draft(lines, customer=Customer(name="Maria")),
        business=RESTAURANT.business,
        channel=Channel.PHONE,
        number="P-12",
        at=from_iso("2026-11-22T19:51:28Z"),
        ids=UuidV7(SystemClock(), random.Random(7).getrandbits),
    )


def paper(of: Order) -> list[PrintedTicket]:
    """What the real templates make of `of`."""
    tickets = (*kitchen_tickets(of), receipt(of))
    return [
        PrintedTicket(
            "any",
            ticket.kind,
            ticket.station,
            to_text(render(ticket, business=RESTAURANT.business, printer=PRINTER), 42),
        )
        for ticket in tickets
    ]


def changed(tickets: list[PrintedTicket], n: int, old: str, new: str) -> list[PrintedTicket]:
    assert old in tickets[n].text
    return [
        replace(t, text=t.text.replace(old, new, 1)) if i == n else t for i, t in enumerate(tickets)
    ]


KITCHEN, BAR, RECEIPT = 0, 1, 2


def test_right_paper_has_no_problems() -> None:
    """What the real templates print for an order is found right."""
    assert check_paper(order(), paper(order())) == []


@pytest.mark.parametrize(
    ("sheet", "old", "new", "problem"),
    [
        (KITCHEN, "12×", "2×", "12× Pizza Quattro Formaggi"),
        (KITCHEN, "Pizza Margherita", "Pizza Marinara", "1× Pizza Margherita"),
        (KITCHEN, "    WITHOUT Basil\n", "", "WITHOUT Basil"),
        (KITCHEN, "WITHOUT Basil", "Basil", "WITHOUT Basil"),
        (KITCHEN, "Extra Cheese", "Mushrooms", "Extra Cheese"),
        (KITCHEN, "well done", "rare", "was not ordered so"),
        (KITCHEN, "P-12", "P-13", "the number P-12"),
        (BAR, "Large", "Small", "Large 0.5 l"),
        (BAR, "1× Coca-Cola", "1× Coca-Cola\n  1× Espresso", "1× Espresso"),
        (RECEIPT, "TOTAL", "SUM", "the total"),
        (RECEIPT, "4.50", "4.00", "1× Coca-Cola"),
    ],
)
def test_wrong_paper_is_named(sheet: int, old: str, new: str, problem: str) -> None:
    """One wrong word on one sheet is found and named."""
    problems = check_paper(order(), changed(paper(order()), sheet, old, new))
    assert any(problem in one for one in problems), problems


def test_a_modifier_on_the_wrong_pizza_is_wrong() -> None:
    """Both pizzas are there and so is "without basil", but under the other one."""
    swapped = replace(order(), lines=(order().lines[1], *order().lines[1:]))
    assert check_paper(order(), paper(swapped)) != []


@pytest.mark.parametrize("sheet", [KITCHEN, BAR, RECEIPT])
def test_a_sheet_that_is_missing_or_comes_twice_is_named(sheet: int) -> None:
    """Each ticket has to come out exactly once."""
    sheets = paper(order())
    assert "printed 0 times" in check_paper(order(), sheets[:sheet] + sheets[sheet + 1 :])[0]
    assert "printed 2 times" in check_paper(order(), [*sheets, sheets[sheet]])[0]


def test_a_line_on_the_wrong_station_is_wrong() -> None:
    """The bar's ticket that comes out as a dessert station's is neither."""
    sheets = paper(order())
    sheets[BAR] = replace(sheets[BAR], station="dessert")
    problems = check_paper(order(), sheets)
    assert "kitchen ticket for bar: printed 0 times, not once" in problems
    assert "kitchen ticket for dessert: nothing of this order belongs there" in problems
