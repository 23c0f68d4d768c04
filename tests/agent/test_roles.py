"""Words nobody knows, by what they do in their sentence; and what a dialect says otherwise."""

from __future__ import annotations

import pytest

from agent.dialects import in_english
from agent.hearing.roles import is_no_thing, is_talk
from agent.language import tokens


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("that should cover it", "cover"),
        ("should be enough to feed us", "feed"),
        ("I'm famished", "famished"),
        ("the telly was on", "telly"),
        ("ring me up", "ring"),
        ("I've had a rotten week", "rotten"),
        ("we've a christening on Sunday", "christening"),
        ("I hurt my ankle", "ankle"),
        ("the bairn's poorly", "bairns"),
    ],
)
def test_what_is_done_or_told_is_no_dish(said: str, word: str) -> None:
    """A verb, an adjective, a subject: none is said back as a dish."""
    heard = tokens(said)
    at = next(n for n, t in enumerate(heard) if t.word == word)
    raw = said[heard[at].start : heard[at].end]
    assert is_no_thing(heard, at, at + 1, raw)


@pytest.mark.parametrize(
    ("said", "word"), [("a pierogi please", "pierogi"), ("the laksa", "laksa"), ("a club", "club")]
)
def test_what_is_asked_for_stays_a_dish(said: str, word: str) -> None:
    """A dish that the house does not have is told of."""
    heard = tokens(said)
    at = next(n for n, t in enumerate(heard) if t.word == word)
    assert not is_no_thing(heard, at, at + 1, word)


def test_food_is_no_talk() -> None:
    """Words of everyday are talk where they are no food."""
    assert is_talk("business")
    assert is_talk("recommended")
    assert not is_talk("pudding")
    assert not is_talk("laksa")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("mi granddaughter", "my granddaughter"),
        ("mi ago come fi it", "i will come for it"),
        ("mi name a Desmond", "my name is desmond"),
        ("mi knee a trouble mi", "my knee is trouble me"),
        ("an hour ago", "an hour ago"),
    ],
)
def test_a_dialect_in_english(said: str, meant: str) -> None:
    """What stands before and after "mi" tells what it is."""
    assert " ".join(t.word for t in in_english(tokens(said), ())) == meant
