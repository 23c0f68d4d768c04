"""What is heard of allergies, diets and dislikes, and how it stands on the order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.asides import Asides, listen
from agent.language import tokens
from agent.matching import Lexicon
from agent.rules.order_note import UNNAMED, noted
from domain.menu import parse_menu
from domain.ordering import MAX_NOTE

DEMO = Path(__file__).parents[2] / "demo" / "restaurant.json"
LEXICON = Lexicon(parse_menu(json.loads(DEMO.read_text("utf-8"))["menu"]))


def heard(text: str) -> Asides:
    spoken = tokens(text)
    return listen(text, spoken, LEXICON.mentions(spoken), want_name=False, want_address=False)


@pytest.mark.parametrize(
    ("said", "notes"),
    [
        ("I'm allergic to nuts, eggs and milk", ["Allergy: nuts, eggs and milk"]),
        ("my wife's allergic to shellfish and she wants a salami", ["Allergy: shellfish"]),
        ("allergic to nuts one calzone please", ["Allergy: nuts"]),
        ("allergic to nuts, calzone please", ["Allergy: nuts"]),
        ("allergic to nuts and some garlic bread", ["Allergy: nuts"]),
        ("allergic to any kind of seafood", ["Allergy: any kind of seafood"]),
        ("allergic to nuts but not almonds, so a calzone", ["Allergy: nuts but not almonds"]),
        ("a severe nut and egg allergy", ["Allergy: severe nut and egg"]),
        ("I have an allergy: celery", ["Allergy: celery"]),
        ("my allergy is to latex", ["Allergy: latex"]),
        ("he reacts badly to sulphites", ["Allergy: sulphites"]),
        ("I can't have dairy, eggs or nuts", ["Can't eat: dairy, eggs or nuts"]),
        ("I can't do spicy", ["I can't do spicy"]),
        ("milk doesn't agree with my son", ["milk doesn't agree with my son"]),
        ("no garlic, I'm allergic to it", ["Allergy: garlic"]),
        ("my son can't have egg, he's allergic", ["Allergy: egg"]),
        ("she has coeliac disease", ["Allergy: coeliac disease"]),
        ("my wife's vegan and I'm pregnant", ["my wife's vegan", "I'm pregnant"]),
        ("a nut free calzone", ["Asked for: a nut free calzone"]),
        ("I don't like olives, mushrooms or ham", ["I don't like olives, mushrooms or ham"]),
    ],
)
def test_it_is_noted_whole(said: str, notes: list[str]) -> None:
    """The note has every food that was named, and nothing that was ordered."""
    assert heard(said).notes == notes


@pytest.mark.parametrize(
    "said",
    [
        "I'm not allergic to anything",
        "no allergies",
        "we don't have any allergies",
        "do you cater for allergies?",
        "is there a sugar free drink?",
        "I hate the calzone",
        "I can't do seven",
        "for my girlfriend a veggie pizza",
        "a gluten free carbonara",
        "one calzone for delivery",
    ],
)
def test_nothing_is_noted(said: str) -> None:
    """No allergy is made of words that tell of none."""
    asides = heard(said)
    assert (asides.notes, asides.allergy) == ([], False)


@pytest.mark.parametrize(
    "said", ["I have an allergy", "I'm allergic", "please note the allergy", "a food allergy"]
)
def test_an_allergy_to_what(said: str) -> None:
    """It is spoken of without a food, which is to be asked for."""
    asides = heard(said)
    assert asides.allergy
    assert noted("", asides) == UNNAMED


def test_the_food_takes_the_place_of_an_unnamed_allergy() -> None:
    assert noted(UNNAMED, heard("I'm allergic to soy")) == "Allergy: soy"


def test_an_allergy_is_taken_back() -> None:
    """All of them, or the one that is named; other notes stay."""
    note = "Wanted for 7 pm. Allergy: nuts. Allergy: soy"
    assert noted(note, heard("sorry, no allergies")) == "Wanted for 7 pm"
    assert noted(note, heard("I'm not allergic to soy")) == "Wanted for 7 pm. Allergy: nuts"


def test_no_half_of_an_allergy_is_noted() -> None:
    """What is longer than a ticket holds leaves the note as it was."""
    foods = ", ".join(["peanuts", "walnuts", "celery", "mustard"] * 10)
    assert len(foods) > MAX_NOTE
    assert noted("Allergy: soy", heard(f"I'm allergic to {foods}")) == "Allergy: soy"


def test_the_same_allergy_is_noted_once() -> None:
    assert noted("Allergy: nuts", heard("I have a nut allergy")) == "Allergy: nuts"
    assert noted("Allergy: nuts", heard("I'm allergic to nuts and soy")) == "Allergy: nuts and soy"
