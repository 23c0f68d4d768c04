"""A few rounds of kill -9; `make adversity ROUNDS=200` plays as many as you like."""

from __future__ import annotations

import pytest

from tests.adversity.rounds import kill_rounds
from tests.support.engine import BUILD_S

ROUNDS = 6  # each of the three dies twice
SEED = 7


@pytest.mark.alone
@pytest.mark.engine
@pytest.mark.timeout(BUILD_S + 120)
async def test_whoever_is_killed_nothing_is_lost() -> None:
    """Edge, cloud and PostgreSQL, killed in the middle of an evening: every promise is kept, and
    paper that may be there twice says so."""
    tally = await kill_rounds(ROUNDS, SEED, tell=print)
    print(tally.table())
    assert set(tally.kills.values()) == {ROUNDS // 3}
