"""What the recogniser knows of how callers talk, and from whom it does not know it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.speech.expected import TALK
from agent.speech.ngram import Trigrams
from agent.speech.vocabulary import Moment
from agent.suite import load_suite
from domain.clock import SystemClock
from domain.ids import UuidV7
from tests.conversations.spoken.spoken import chosen
from tests.support.menus import TRATTORIA
from training.estimating import estimated
from training.said import KEPT, Surfaces, learnt, read_said, said_in, sentence
from training.talk import talk

SUITES = sorted(Path("tests/conversations").glob("*.yaml"))


def test_what_may_come_next_adds_up_to_one() -> None:
    said = {("two", "cokes"): 3, ("a", "coke"): 2, ("two", "cokes", "please"): 1}
    model = Trigrams(estimated(said))
    for before in (("<s>",), ("<s>", "two"), ("two", "cokes"), ("coke", "two")):
        assert np.exp(model.likely(before)).sum() == pytest.approx(1, abs=0.01)


def test_what_ships_is_made_of_what_is_written_here() -> None:
    """`talk.txt` or `said.txt` was changed: `python -m training talk` makes the file anew."""
    made = talk()
    with np.load(TALK) as shipped:
        assert sorted(shipped) == sorted(made)
        for name, numbers in made.items():
            same = np.isclose if numbers.dtype.kind == "f" else np.equal
            assert shipped[name].shape == numbers.shape, name
            assert same(shipped[name], numbers).all(), name


def test_the_spoken_dialogues_are_not_learnt_from() -> None:
    """Nor is any of the suites that nobody reads."""
    cases = [case for path in SUITES for case in load_suite(path)]
    names = {(case.suite, case.dialogue.name) for case in learnt(SUITES)}
    assert len(names) > 0.8 * len(cases)
    assert not {suite for suite, _ in names} & {f"{suite}.yaml" for suite in KEPT}
    assert not names & {(case.suite, case.dialogue.name) for case in chosen(cases)}


def test_of_a_menu_only_what_kind_of_thing_is_said_is_learnt() -> None:
    """Dishes, options and names are what stands for them; letters that are spelled are left out."""
    surfaces = Surfaces(TRATTORIA)
    row = sentence("Two large Margheritas, no basil — for Maria at 7:30!", surfaces, "Maria")
    assert " ".join(row) == "two OPTION DISHES , no OPTION , for NAME at seven thirty"
    assert sentence("that's R, E, T, O", surfaces, "Reto") == ()


async def test_it_is_known_what_had_been_asked() -> None:
    (case,) = load_suite(Path("tests/conversations/one_by_one.yaml"))[:1]
    clock = SystemClock()
    said = await said_in([case], clock, UuidV7(clock))
    moments = [moment for moment, _ in said]
    assert moments[0] is Moment.ORDER
    assert moments[-1] is Moment.CONFIRM


def test_what_callers_say_is_more_than_could_be_made_up() -> None:
    said = read_said()
    assert sum(said[Moment.ORDER].values()) > 5_000
    assert said[Moment.CONFIRM]["yes",] > 1_000
