"""Words of the dish, of a portion and of what is not done, which name an option or none."""

from __future__ import annotations

import pytest

from tests.support.conversation import Caller
from tests.support.menu_cards import card

SHACK = card(
    "Shack",
    "USD",
    """
    # Birds
    wings Hot Wings 900 [count heat]
    eggs Three Eggs 800 [style more bread]
    bap Bacon Bap 700 [put toast]
    tart Apple Tart 500
    # Sweet Things
    split Banana Loaf 600 [top]
    = count Count 1-1: w6 6 Wings, w21 21 Wings +900, w36 36 Wings +1500
    = heat Heat 1-1: mild Mild, hot Hot
    = style Style 1-1: poached Poached, fried Fried
    = more More 0-1 with: egg Extra Egg +100
    = bread Bread 0-1 with: rye Rye, white White
    = put Add 0-3 with: apple Apple +50, egg Fried Egg +100, brie Brie +100
    = toast Toasting 1-1: *yes Toasted, no Not Toasted
    = top Top 0-2 with: apple Apple +50, cream Cream +50
    """,
)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (["thirty-six wings, hot"], ["1 wings count:w36 heat:hot"]),
        (["twenty one wings mild"], ["1 wings count:w21 heat:mild"]),
        (["three eggs, fried", "the same again, but my eggs poached"], ["fried", "poached"]),
        (["a banana loaf with apple. No, not apple. Cream."], ["1 split top:cream"]),
        (["a bacon bap with apple. Wait, not apple, brie."], ["put:brie"]),
        (["a bacon bap", "please don't toast the bap"], ["toast:no"]),
        (["a bacon bap, don't toast it"], ["toast:no"]),
        (["three eggs, fried, don't toast it"], ["(don't toast it)"]),
    ],
)
async def test_what_is_named(said: list[str], lines: list[str]) -> None:
    """A count that is an option is one; the dish's own word is no extra; what is given up goes."""
    caller = Caller(SHACK)
    await caller.say(*said)
    assert len(caller.lines) == len(lines)
    for line, part in zip(caller.lines, lines, strict=True):
        assert part in line
        assert "more:egg" not in line
        assert "put:apple" not in line
