"""What a caller turns down is neither ordered nor left out of what stands."""

from __future__ import annotations

import pytest

from tests.support.conversation import Caller
from tests.support.menu_cards import card

WOK = card(
    "Wok",
    "USD",
    """
    # Dishes & Plates
    beef Beef Chow 900 [out]
    duck Duck Plate 1200
    # Drinks
    water Bottled Water 150
    tea Iced Tea 250
    cider Cider 150
    = out Without 0-2 without: nuts Water Chestnuts, garlic Garlic
    """,
)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (["a beef chow", "a cider", "no, no water"], ["1 beef"]),
        (["a beef chow", "I won't risk the duck plate, so an iced tea"], ["1 beef", "1 tea"]),
        (["a beef chow", "I'm not risking the duck. I don't want to order a gate"], ["1 beef"]),
        (["a duck plate", "in fact I'd rather not have the duck plate"], []),
        (["two duck plates", "some paper plates, please", "never mind the plates"], ["2 duck"]),
        (["a beef chow", "a golden plates platter", "forget the plates"], ["1 beef"]),
        (["a beef chow", "that isn't quite the same thing"], ["1 beef"]),
    ],
)
async def test_nothing_comes_or_goes_for_it(said: list[str], lines: list[str]) -> None:
    caller = Caller(WOK, sold_out=["cider"])
    await caller.say(*said)
    assert caller.lines == lines
