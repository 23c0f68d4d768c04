"""What options are called by: how many there are of, how spicy it is, what is to be written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent.cart import Cart, CartLine
from agent.hearing.degrees import qualified, tells_again, toned_down
from agent.hearing.portions import pieces_of, portions
from agent.house import House
from agent.language import plural, tokens
from agent.matching import Lexicon, Reading, is_all_of_it, to_write, wants_words
from agent.wording import line_words, order_words
from domain.business import Business
from domain.menu import Modifier, ModifierGroup, parse_menu
from domain.ordering import Choice
from tests.support.conversation import Caller
from tests.support.menus import CURRYHOUSE

MENU = parse_menu(
    json.loads((Path(__file__).parents[1] / "conversations" / "marigold.json").read_text("utf-8"))
)
LEXICON = Lexicon(MENU)


def option(name: str, *spoken: str) -> Modifier:
    return Modifier(name.lower().replace(" ", "-"), name, spoken=spoken)


@pytest.mark.parametrize(
    ("name", "people", "pieces"),
    [
        ("12 Pieces", False, 12),
        ("Box of Six", False, 6),
        ("Half Dozen", False, 6),
        ("Single", False, 1),
        ("10 Inch", False, None),
        ("Two Sugars", False, None),
        ("For Two", False, None),
        ("For Two", True, 2),
        ("Large", True, None),
    ],
)
def test_pieces(name: str, people: bool, pieces: int | None) -> None:
    assert pieces_of(option(name), people=people) == pieces


@pytest.mark.parametrize(
    ("item", "count", "sold"),
    [
        ("donut", 12, ("Box of 12", 1)),
        ("donut", 24, ("Box of 12", 2)),
        ("donut", 4, None),
        ("donut", 900, None),
        ("macaron", 6, ("Box of Six", 1)),
        ("cake", 10, None),
    ],
)
def test_portions(item: str, count: int, sold: tuple[str, int] | None) -> None:
    dish = MENU.item(item)
    assert dish is not None
    found = portions(MENU, dish, count)
    assert (found and (found[0].readings[0].modifier.name, found[1])) == sold


def test_all_of_it() -> None:
    """“Works” may be one thing on a menu and “Everything” another: both are all there is."""
    assert is_all_of_it(option("The Works"))
    assert is_all_of_it(option("Everything"))
    assert not is_all_of_it(option("Loaded Potato"))


HEAT = ModifierGroup(
    "heat", "Heat", (option("Mild"), option("Medium"), option("Hot", "spicy")), 1, 1
)
SWEET = ModifierGroup("sweet", "Sweetness", (option("Less Sweet"),), 0, 1)


def test_degrees() -> None:
    mild, medium, hot = (Reading(HEAT, m, 1, False, 1) for m in HEAT.modifiers)
    assert qualified([medium], [hot], "") == (medium,)
    assert qualified([medium], [Reading(SWEET, SWEET.modifiers[0], 1, False, 1)], "") == ()
    assert qualified([medium], [], "spicy") == (medium,)
    assert tells_again(HEAT, mild.modifier.id, "not too spicy")
    assert not tells_again(HEAT, hot.modifier.id, "not too spicy")
    less = toned_down([HEAT, SWEET], "not too sweet")
    assert less is not None
    assert less.modifier.name == "Less Sweet"
    assert toned_down([HEAT, SWEET], "not too spicy") is None


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("a lemon cake saying Happy 40th Dad", "Happy 40th Dad"),
        ("the message should be good luck Mia", "good luck Mia"),
        ("can you write welcome home Tim on it please", "welcome home Tim"),
        ("it should say happy birthday", ""),
        ("my wife says the coffee is great", ""),
        ("a lemon cake", ""),
    ],
)
def test_own_words(said: str, written: str) -> None:
    """The words that are to be written are one mention, of the option that wants them."""
    heard = tokens(said)
    texts = [
        to_write(said[heard[m.start].start : heard[m.end - 1].end])
        for m in LEXICON.mentions(heard)
        if any(wants_words(r.modifier) for r in m.readings)
    ]
    assert "".join(texts) == written


@pytest.mark.parametrize(
    ("sizes", "count", "portion"),
    [
        (("3 Strips", "6 Strips"), 3, ("3-strips", 1)),
        (("3 Strips", "6 Strips"), 2, None),
        (("1 Piece", "3 Pieces"), 3, None),
        (("6 Pieces", "12 Pieces"), 24, ("12-pieces", 2)),
    ],
)
def test_a_few_are_pieces_where_a_portion_has_so_many(
    sizes: tuple[str, ...], count: int, portion: tuple[str, int] | None
) -> None:
    """Two of what is sold in threes are two portions; three of it are one."""
    group = ModifierGroup("count", "Count", modifiers=tuple(map(option, sizes)), min=1, max=1)
    item = replace(MENU.items[0], modifier_group_ids=("count",))
    menu = replace(MENU, modifier_groups=(group,))
    sold = portions(menu, item, count)
    assert (sold and (sold[0].readings[0].modifier.id, sold[1])) == portion


async def test_how_a_dish_is_made_is_said_before_it() -> None:
    """As people say it; what is put on it comes behind."""
    said = await Caller(CURRYHOUSE).say("two kormas, mild, and a chicken tikka masala, hot")
    assert said.startswith("Two mild Chicken Kormas and one hot Chicken Tikka Masala.")
    sauce = ModifierGroup("sauce", "Sauce", (option("Hot"), option("Sweet")), max=1)
    item = replace(MENU.items[0], modifier_group_ids=("sauce",))
    line = CartLine("1", item.id, 1, (Choice("sauce", "hot"),))
    said = line_words(replace(MENU, items=(item,), modifier_groups=(sauce,)), line)
    assert said == f"one {item.name} with Hot"  # its sauce is hot, whatever the dish is


def test_what_is_made_the_same_is_said_together() -> None:
    """“Two of it”, however many times it was ordered; what differs is said by itself."""
    item = replace(MENU.items[0], modifier_group_ids=())
    house = House.of(replace(MENU, items=(item,)), frozenset(), Business(name="M"))
    lines = [CartLine(str(n), item.id, 1, note=note) for n, note in enumerate(["", "cut", "", ""])]
    said = order_words(house, Cart(tuple(lines)))
    assert said == f"three {plural(item.name)} and one {item.name} (cut)"
