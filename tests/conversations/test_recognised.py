"""The rules engine on what a recogniser writes: the suites' dialogues without their punctuation."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from agent.evaluate import evaluate, table
from agent.rules_llm import RulesLLM
from agent.suite import Case, load_suite
from domain.ids import UuidV7
from tests.conversations.variations.changes import as_recognised
from tests.support.conversation import StillClock

SUITES = sorted(Path(__file__).parent.glob("*.yaml"))
ONE_IN = 3  # dialogues are played
LEAST_RECOGNISED = 0.87
PLAYED_S = 600  # 2,300 calls, one after the other, on a machine that does other things too


@pytest.mark.timeout(PLAYED_S)
def test_a_recognisers_text_is_understood() -> None:
    """Without capitals and punctuation and with numbers in words, most are still exact."""
    clock = StillClock()
    cases = [_recognised(case) for path in SUITES for case in load_suite(path)][::ONE_IN]
    score = asyncio.run(evaluate(cases, "rules", RulesLLM, clock, UuidV7(clock)))
    assert score.exact >= LEAST_RECOGNISED * score.total, table(score)


def _recognised(case: Case) -> Case:
    """The call as a recogniser would write it."""
    turns = tuple(as_recognised(turn) for turn in case.dialogue.turns)
    return replace(case, dialogue=msgspec.structs.replace(case.dialogue, turns=turns))
