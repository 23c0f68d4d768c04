"""A bridge that dies in the middle of a call: nobody says goodbye, and nothing hangs for ever."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests.support.canned import CannedEngines
from tests.support.livekit import LiveKit
from tests.support.reception import reception
from tests.support.restaurant import NUMBER, Restaurant

pytestmark = pytest.mark.alone

GREETED_S = 30.0  # a hang guard: the other process loads LiveKit first
OVER_S = 45.0  # a hang guard: three silences are over after 23 s, and LiveKit's own wait is longer


async def test_the_call_ends_and_is_on_record(livekit: LiveKit, restaurant: Restaurant) -> None:
    """kill -9 of the caller's side: the agent notices, and the line is free again."""
    caller = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.vanishing_caller", str(livekit.port), NUMBER),
        stdout=asyncio.subprocess.PIPE,
    )
    assert caller.stdout is not None
    try:
        async with reception(livekit, restaurant.database_url, CannedEngines(["Yes please"])):
            async with asyncio.timeout(GREETED_S):
                assert await caller.stdout.readline() == b"greeted\n"
            caller.kill()
            async with asyncio.timeout(OVER_S):
                while True:
                    records = await restaurant.records()
                    if records:
                        break
                    await asyncio.sleep(0.1)
    finally:
        if caller.returncode is None:
            caller.kill()
        await caller.wait()
    assert records[0].outcome == "nothing"
    assert await restaurant.orders() == []
