"""Numbers that count no dish, and numbers that correct an address."""

from __future__ import annotations

import pytest

from tests.support.conversation import Caller
from tests.support.menus import TRATTORIA

ORDERED = "two cokes"


@pytest.mark.parametrize(
    "said",
    [
        "hold on a second",
        "one sec",
        "hang on two seconds",
        "give me a minute please",
        "I thought it was 10 euros",
        "last time it was 11 euros",
        "isn't it usually 9 dollars?",
        "I was there 2 weeks ago",
        "apartment 12",
        "we sat at table seven",
        "my postcode is 10961",
        "third floor",
    ],
)
async def test_no_quantity_changes(said: str) -> None:
    """Seconds, euros, floors and tables count no dish; nor are they a yes."""
    caller = Caller(TRATTORIA)
    await caller.say(ORDERED)
    await caller.say(said)
    assert caller.lines == ["2 coke"]
    await caller.say("Tom, pickup", f"yes, {said}")
    assert caller.lines == ["2 coke"]
    if "ago" in said or "second" in said:
        assert caller.call.placed is None


async def test_a_second_one_is_another() -> None:
    """“A second coke” counts, and so does a number with a dish after it."""
    caller = Caller(TRATTORIA)
    await caller.say("a coke", "and a second coke please")
    assert caller.lines == ["2 coke"]


@pytest.mark.parametrize(
    ("turns", "address"),
    [
        (("sorry, number 16",), "Hauptstrasse 16"),
        (("sorry, 16",), "Hauptstrasse 16"),
        (("it's house number 40, not 14",), "Hauptstrasse 40"),
        (("it's 40, not 14",), "Hauptstrasse 40"),
        (("no the address is wrong, it's Bergmannstrasse 40",), "Bergmannstrasse 40"),
        (("actually the zip code is 10969",), "Hauptstrasse 14, 10969"),
        (("my postcode is 10969", "sorry, postcode 10961"), "Hauptstrasse 14, 10961"),
        (("it's on the third floor", "third floor"), "Hauptstrasse 14, third floor"),
        (("apartment 12",), "Hauptstrasse 14, apartment 12"),
        (("make it three",), "Hauptstrasse 14"),
    ],
)
async def test_an_address_is_corrected(turns: tuple[str, ...], address: str) -> None:
    """After the read-back a number that speaks of the address changes the address alone."""
    caller = Caller(TRATTORIA)
    await caller.say(f"{ORDERED}, delivery to Hauptstrasse 14, Paul")
    for turn in turns:
        await caller.say(turn)
    assert caller.call.cart.customer.address == address
    assert caller.lines == (["3 coke"] if "three" in turns[0] else ["2 coke"])
    assert caller.call.cart.customer.name == "Paul"
    assert f"delivered to {address}" in caller.replies[-1]


@pytest.mark.parametrize(
    ("said", "name", "address"),
    [
        ("delivery to Bergmannstrasse 14, Paul", "Paul", "Bergmannstrasse 14"),
        ("delivery, Tom, Oranienstrasse 25", "Tom", "Oranienstrasse 25"),
        ("delivery to 12 Oak Street, Brooklyn", "", "12 Oak Street, Brooklyn"),
        ("the address should be Hauptstr. 40, Tom", "Tom", "Hauptstr. 40"),
    ],
)
async def test_a_name_beside_an_address(said: str, name: str, address: str) -> None:
    """What stands before a street or after its number is who lives there."""
    caller = Caller(TRATTORIA)
    await caller.say("a coke, that's all" if "," not in said else "a coke", said)
    customer = caller.call.cart.customer
    assert (customer.name, customer.address) == (name, address)


async def test_what_the_driver_is_told() -> None:
    """It stands on the order, and no dish is looked for."""
    caller = Caller(TRATTORIA)
    await caller.say("a coke, delivery to Hauptstrasse 14, Paul")
    said = await caller.say("third floor, ring twice")
    assert "Hauptstrasse 14, third floor. Ring twice." in said
