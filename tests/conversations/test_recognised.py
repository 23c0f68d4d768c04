"""The rules engine on what a recogniser writes: the suites' dialogues without their punctuation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from agent.evaluate import table
from agent.suite import Case, load_suite
from tests.conversations.variations.changes import as_recognised
from tests.support.conversation import scored

SUITES = sorted(Path(__file__).parent.glob("*.yaml"))
ONE_IN = 3  # dialogues are played
LEAST_RECOGNISED = 0.87
PLAYED_S = 600  # 2,300 calls, one after the other, on a machine that does other things too


@pytest.mark.timeout(PLAYED_S)
def test_a_recognisers_text_is_understood() -> None:
    """Without capitals and punctuation and with numbers in words, most are still exact."""
    cases = [case for path in SUITES for case in load_suite(path)][::ONE_IN]
    result = scored([_recognised(case) for case in cases])
    assert result.exact >= LEAST_RECOGNISED * result.total, table(result)


def _recognised(case: Case) -> Case:
    """The call as a recogniser would write it."""
    turns = tuple(as_recognised(turn) for turn in case.dialogue.turns)
    return replace(case, dialogue=msgspec.structs.replace(case.dialogue, turns=turns))
