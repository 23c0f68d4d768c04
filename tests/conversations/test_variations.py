"""The rules engine on dialogues that nobody wrote: frames on every menu, and the suites said
otherwise. `docs/conversations.md` says what they are and how far the engine gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from agent.evaluate import table
from agent.suite import Case, load_menu, load_suite
from tests.conversations.variations.changes import CHANGES, changed
from tests.conversations.variations.frames import fill, frames
from tests.conversations.variations.sayable import Card
from tests.support.conversation import scored

HERE = Path(__file__).parent
SEED = 1  # another one asks other questions, and the floors should hold
LEAST_FRAMED = 0.95
LEAST_CHANGED = 0.9
A_CHANGE = 25  # dialogues of the suites for each change
A_HUNDRED = 100  # frames are enough to see whether chance has a part in them
PLAYS_S = 240  # on a machine that does other things too

pytestmark = pytest.mark.timeout(PLAYS_S)


def test_what_people_say_is_understood_on_any_menu() -> None:
    """Every frame once, on a menu by the seed."""
    result = scored(list(_framed(Random(SEED))))
    assert result.exact >= LEAST_FRAMED * result.total, table(result)


def test_said_otherwise_it_is_the_same_order() -> None:
    """Each change on some dialogues of the suites that are exact as they stand."""
    rng = Random(SEED)
    cases = [case for path in sorted(HERE.glob("*.yaml")) for case in load_suite(path)]
    result = scored([case for name in CHANGES for case in _changed(name, cases, rng)])
    assert result.exact >= LEAST_CHANGED * result.total, table(result)


def test_a_seed_gives_the_same_dialogues() -> None:
    first, again = (list(islice(_framed(Random(SEED)), A_HUNDRED)) for _ in range(2))
    assert [c.dialogue for c in first] == [c.dialogue for c in again]


def test_every_frame_fits_some_menu() -> None:
    cards = _cards()
    rng = Random(SEED)
    unfit = [f for f in frames() if all(fill(f, card, rng) is None for card in cards)]
    assert not unfit


def _framed(rng: Random) -> Iterator[Case]:
    cards = _cards()
    for frame in frames():
        filled = (fill(frame, card, rng) for card in rng.sample(cards, len(cards)))
        yield next(case for case in filled if case is not None)


def _changed(name: str, cases: Sequence[Case], rng: Random) -> list[Case]:
    said = (changed(case, [name], rng) for case in rng.sample(cases, len(cases)))
    found = [case for case in said if case is not None]
    return found[:A_CHANGE]


def _cards() -> list[Card]:
    return [Card.of(load_menu(path), path.name) for path in sorted(HERE.glob("*.json"))]
