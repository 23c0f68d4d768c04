"""What goes on one half of a dish, in the words of several callers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.cart import Cart
from agent.hearing import Focus, Situation, hear
from agent.language import tokens
from agent.lexemes import lex
from agent.matching import Lexicon
from domain.menu import parse_menu

MENU = parse_menu(
    json.loads((Path(__file__).parents[1] / "conversations" / "sals.json").read_text("utf-8"))
)
LEXICON = Lexicon(MENU)


def halves(said: str) -> list[set[str]]:
    """What is on each pie that `said` orders, its size and its whole toppings among it."""
    words = tokens(said)
    situation = Situation(MENU, LEXICON, (), Cart(), Focus(), words=words)
    heard = hear(lex(said, words, LEXICON.mentions(words), ()), situation)
    assert not heard.opens
    assert not heard.troubles
    return [{c.id for c in line.choices} for line in heard.cart.lines for _ in range(line.qty)]


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("a large cheese pie, half plain, half pepperoni", {"half-pepperoni"}),
        ("a large cheese pie half olives half bacon", {"half-olives", "half-bacon"}),
        ("a large cheese pie with half of it mushrooms", {"half-mushrooms"}),
        ("a large cheese pie, half with sausage and onions", {"half-sausage", "half-onions"}),
        ("a large cheese pie, half anchovies and the other half plain", {"half-anchovies"}),
        (
            "a large cheese pie, bacon on one half and onions on the other half",
            {"half-bacon", "half-onions"},
        ),
        ("a large cheese pie with broccoli on half of it", {"half-broccoli"}),
        (
            "a large cheese pie, bacon on the whole thing, but onions on just one half",
            {"bacon", "half-onions"},
        ),
        ("a large cheese pie, sausage on half only, the other half plain", {"half-sausage"}),
        ("a large cheese pie, plain on one side, bacon on the other", {"half-bacon"}),
        ("a large cheese pie, half mushrooms. Make the mushroom half onions", {"half-onions"}),
        (
            "a large cheese pie, half bacon, half onions. Swap the onions for sausage",
            {"half-bacon", "half-sausage"},
        ),
        ("a large cheese pie with broccoli", {"broccoli"}),
    ],
)
def test_the_half_has_its_own_option(said: str, chosen: set[str]) -> None:
    """It is charged as half a topping, and the kitchen reads no note."""
    assert halves(said) == [{"large", *chosen}]


def test_one_of_two_by_halves() -> None:
    """“One half …” counts pies where several were ordered."""
    said = "two large cheese pies, one half olives half plain and the other one with mushrooms"
    pies = halves(said)
    assert sorted(map(sorted, pies)) == [["half-olives", "large"], ["large", "mushrooms"]]


def test_the_first_by_halves_the_second_of_one_thing() -> None:
    """Each is told by its place, and "all" is no word for both of them."""
    said = "two large cheese pies, the first is half bacon half onions, the second all mushrooms"
    pies = sorted(map(sorted, halves(said)))
    assert pies == [["half-bacon", "half-onions", "large"], ["large", "mushrooms"]]
