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
    = count Count 1-1: w6 6 Wings (half a dozen), w21 21 Wings +900, w36 36 Wings +1500
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
        (["a dozen wings, mild"], ["2 wings count:w6 heat:mild"]),
        (["half a dozen wings, mild"], ["1 wings count:w6 heat:mild"]),
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


KARAHI = card(
    "Karahi",
    "GBP",
    """
    # Curries
    tikka Tikka Masala 895 [meat] masala
    starter Tikka Starter 495 [starter]
    korma Korma 795 [protein]
    roast Tandoori Chicken 895 [half]
    # Breads
    naan Garlic Naan 300 [more]
    # Drinks
    can Can of Drink 150 [can]
    = meat Meat 1-1: chicken Chicken (chicken tikka), lamb Lamb (lamb tikka)
    = starter Meat 1-1: chicken Chicken, lamb Lamb
    = protein Protein 1-1: chicken Chicken, lamb Lamb, prawn Prawn
    = half Size 1-1: half Half, whole Whole (whole chicken)
    = more Extras 0-1 with: cheese Cheese +50
    = can Kind 1-1: cola Coke, orange Orange Juice
    """,
)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (
            "two chicken tikka masalas and a lamb korma",
            ["2 tikka meat:chicken", "1 korma protein:lamb"],
        ),
        ("a lamb tikka masala, please", ["1 tikka meat:lamb"]),
        ("a garlic naan with cheese, coke", ["1 naan more:cheese", "1 can can:cola"]),
        (
            "garlic naan, orange juice, and a prawn korma",
            ["1 naan", "1 can can:orange", "1 korma protein:prawn"],
        ),
        ("a lamb tikka starter", ["1 starter starter:lamb"]),
    ],
)
async def test_the_dish_by_its_whole_name_and_the_drink_in_a_list(
    said: str, lines: list[str]
) -> None:
    """An option that ends in the dish's first word takes none of its name; what is named in a list
    and no dish in hand can have is the drink that comes so."""
    caller = Caller(KARAHI)
    await caller.say(said)
    assert caller.lines == lines


async def test_the_oldest_child_is_no_mildest_sauce() -> None:
    caller = Caller(SHACK)
    await caller.say("six wings, hot, for my oldest, and an apple tart for my eldest daughter")
    assert caller.lines == ["1 wings count:w6 heat:hot", "1 tart"]


ROOST = card(
    "Roost",
    "USD",
    """
    # Wings
    bone Bone-In Wings 899 [count sauce]
    less Boneless Wings 899 [count sauce]
    = count Count 1-1: w6 6 Wings, w12 12 Wings +600
    = sauce Sauce 1-2: hot Hot, bbq Honey Barbecue, rub Lemon Pepper
    """,
)


async def test_what_is_told_before_it_is_known_which_wings_is_kept() -> None:
    caller = Caller(ROOST)
    asked = await caller.say("some wings please, half honey barbecue and half lemon pepper")
    assert "Bone-In Wings or Boneless Wings" in asked
    await caller.say("boneless")
    assert caller.lines == ["1 less sauce:bbq sauce:rub"]


WOK = card(
    "Wok",
    "USD",
    """
    # Dishes
    kungpao Kung Pao Chicken 1295 [heat]
    sesame Sesame Chicken 1295
    wings Chicken Wings 899 [count]
    samosa Samosa (2) 450
    = heat Spice Level 1-1: not Not Spicy, *mid Medium, hot Hot
    = count Count 1-1: w6 6 Wings, w10 10 Wings +500
    """,
)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["a kung pao chicken, not spicy"], "One Kung Pao Chicken, not spicy."),
        (["ten wings"], "10 Chicken Wings."),
        (["a dozen wings"], "Two orders of 6 Chicken Wings."),
        (["a samosa"], "One Samosa (2)."),
        (["a kung pao chicken", "make it the sesame chicken"], "instead of the Kung Pao Chicken."),
        (
            ["a kung pao chicken and a samosa", "no samosa, and make the kung pao sesame chicken"],
            "I've taken off the Samosa (2).",
        ),
    ],
)
async def test_how_it_is_said_back(said: list[str], told: str) -> None:
    """The way people say it; and what went is said, too."""
    assert told in await Caller(WOK).say(*said)


TIFFIN = card(
    "Tiffin",
    "GBP",
    """
    # Starters
    two Samosa (2) 450
    four Samosa (4) 800
    """,
)


async def test_dishes_that_differ_in_their_pieces_are_told_apart() -> None:
    """What is read back before the yes says which of them it is."""
    caller = Caller(TIFFIN)
    said = await caller.say("a samosa. That's all, Ann, pickup")
    assert "one Samosa (2), for Ann" in said
