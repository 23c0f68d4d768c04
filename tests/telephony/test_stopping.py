"""`systemctl restart panbot-agent` on a Friday night: whoever is on the line stays there."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.agent_process import agent_process
from tests.support.livekit import LiveKit, PhoneLine
from tests.support.restaurant import NUMBER, Restaurant

pytestmark = pytest.mark.alone

GREETED_S = 20.0  # a hang guard
LISTENS_S = 3.0  # after it was told to stop
ENDS_S = 20.0  # a hang guard: nothing is left to be done


async def test_a_call_that_is_up_goes_on_when_the_agent_is_told_to_stop(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """And the program ends by itself, in order, when the caller has hung up."""
    dialled = {"sip.trunkPhoneNumber": NUMBER, "sip.phoneNumber": "+4930555001"}
    async with agent_process(livekit, restaurant.database_url) as agent:
        async with PhoneLine.call(livekit, dialled) as line:
            async with asyncio.timeout(GREETED_S):
                await line.until_said()
            agent.terminate()
            await asyncio.sleep(LISTENS_S)
            assert agent.returncode is None
            assert not line.gone.is_set()
        async with asyncio.timeout(ENDS_S):
            assert await agent.wait() == 0
    (record,) = await restaurant.records()
    assert record.caller == "+4930555001"
