"""Nobody is interrupted in mid-sentence, and nobody waits after a whole one."""

from __future__ import annotations

import pytest

from agent.rules import Ask
from agent.speech.endpoint import LONG_MS, MIDDLE_MS, SHORT_MS, SPELLED_MS, wait_ms


@pytest.mark.parametrize(
    ("said", "ask"),
    [
        ("yes", Ask.CONFIRM),
        ("yes please", Ask.CONFIRM),
        ("that's all", Ask.MORE),
        ("that's all. Maria, pick up", Ask.MORE),
        ("Maria", Ask.NAME),
        ("pick up", Ask.TYPE),
        ("the large one", Ask.OPTION),
        ("two", Ask.OPEN),
        ("what burgers do you have?", Ask.ITEMS),
        ("no thanks", Ask.MORE),
    ],
)
def test_a_whole_sentence_is_answered_at_once(said: str, ask: Ask) -> None:
    assert wait_ms(said, ask) == SHORT_MS


@pytest.mark.parametrize(
    ("said", "ask"),
    [
        ("two margheritas and", Ask.ITEMS),
        ("two margheritas, and a", Ask.ITEMS),
        ("I'd like", Ask.ITEMS),
        ("a pizza with", Ask.ITEMS),
        ("a burger without", Ask.MORE),
        ("two", Ask.ITEMS),
        ("twelve", Ask.ADDRESS),
        ("my name is", Ask.NAME),
        ("no, make that", Ask.CONFIRM),
        ("um", Ask.ITEMS),
        ("", Ask.ITEMS),
        ("no", Ask.CONFIRM),
    ],
)
def test_a_sentence_that_wants_more_words_is_left_its_time(said: str, ask: Ask) -> None:
    assert wait_ms(said, ask) == LONG_MS


def test_a_dish_may_be_followed_by_another() -> None:
    assert wait_ms("two margheritas", Ask.ITEMS) == MIDDLE_MS
    assert SHORT_MS < MIDDLE_MS < LONG_MS


def test_whoever_spells_is_left_the_time_to_find_the_next_letter() -> None:
    assert wait_ms("r o", Ask.SPELLING) == SPELLED_MS
    assert wait_ms("it's r e t", Ask.SPELLING) == SPELLED_MS
    assert wait_ms("just the way it sounds", Ask.SPELLING) < SPELLED_MS
