"""Which time the edge believes, when its machine's clock may be wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from edge.clock import TOLERANCE, HouseClock
from tests.support.sync_fakes import ManualClock

TRUE = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
MINUTE_S = 60.0


def a_machine(at: datetime) -> ManualClock:
    """A computer whose clock stands at `at`."""
    machine = ManualClock()
    machine.wall = at
    return machine


async def test_nothing_happens_before_what_has_happened() -> None:
    """A machine that wakes up a year ago goes on from what was written last."""
    machine = a_machine(TRUE - YEAR)
    clock = HouseClock(machine, TRUE)
    await machine.advance(MINUTE_S)
    assert clock.now() == TRUE + timedelta(minutes=1)


def test_a_right_clock_is_left_alone() -> None:
    """Hours after the last write, and whatever an answer's way took."""
    machine = a_machine(TRUE)
    clock = HouseClock(machine, TRUE - timedelta(hours=9))
    assert clock.now() == TRUE
    clock.told(format_datetime(TRUE - TOLERANCE / 2, usegmt=True))
    assert clock.now() == TRUE


@pytest.mark.parametrize("wrong", [-YEAR, YEAR])
async def test_the_cloud_knows_better(wrong: timedelta) -> None:
    """Whichever way the machine is wrong, and also when someone sets it right later."""
    machine = a_machine(TRUE + wrong)
    clock = HouseClock(machine, TRUE)
    clock.told(format_datetime(TRUE, usegmt=True))
    await machine.advance(MINUTE_S)
    assert clock.now() == TRUE + timedelta(minutes=1)
    machine.wall = TRUE + timedelta(minutes=2)
    assert clock.now() == machine.wall


@pytest.mark.parametrize("date", ["", "tomorrow", "Sun, 22 Nov 2026 19:00:00 -0000"])
def test_what_is_no_date_says_nothing(date: str) -> None:
    """A header that is missing, broken or has no zone moves no clock."""
    clock = HouseClock(a_machine(TRUE), None)
    clock.told(date)
    assert clock.now() == TRUE
