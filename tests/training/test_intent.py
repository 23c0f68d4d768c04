"""Learning what is only talked about."""

from __future__ import annotations

from pathlib import Path

from agent.intent import SURE, named_in, talked_about
from agent.language import tokens
from agent.matching import Lexicon
from agent.suite import load_menu
from training.intent import LEAST_SEEN, TALKED_ABOUT, Example, fitted

MENUS = Path("tests/conversations")


def test_a_feature_of_tales_weighs_for_them_and_one_of_orders_against() -> None:
    tale, order = Example(("was", "any"), True, 1.0), Example(("want", "any"), False, 1.0)
    weights = fitted([tale, order] * LEAST_SEEN)
    assert weights["was"] > 0 > weights["want"]
    assert abs(weights.get("any", 0.0)) < weights["was"]


def test_a_feature_that_is_hardly_seen_is_left_out() -> None:
    seldom = Example(("once",), True, 1.0)
    often = [Example(("often",), False, 1.0)] * LEAST_SEEN
    assert "once" not in fitted([seldom, *often])


def test_what_ships_knows_what_it_was_taught() -> None:
    """`python -m training intent` writes it anew."""
    sure = total = 0
    for file in TALKED_ABOUT.glob("*.txt"):
        lexicon = Lexicon(load_menu(MENUS / f"{file.stem}.json"))
        for line in file.read_text("utf-8").splitlines():
            heard = tokens(line)
            words, named = [t.word for t in heard], named_in(lexicon.mentions(heard))
            judged = [n for n, m in enumerate(named) if m.kind != "group"]
            total += len(judged)
            sure += sum(talked_about(words, named, n, "more") >= SURE for n in judged)
    assert total > 500
    assert sure > 0.95 * total, f"{sure} of {total}"
