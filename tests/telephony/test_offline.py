"""A call with all that an agent without any key has: the grammar of the menu hears, the rules
take the order, a synthetic voice speaks. Nothing is canned."""

from __future__ import annotations

import asyncio

from agent.chosen_engines import open_engines
from agent.settings import EngineSettings
from tests.support.livekit import LiveKit, PhoneLine
from tests.support.reception import reception
from tests.support.restaurant import NUMBER, Restaurant
from tests.support.spoken import spoken

PACE = 165  # words a minute, of the caller and of the agent


async def test_an_order_without_any_key(livekit: LiveKit, restaurant: Restaurant) -> None:
    """Spoken, understood, read back, agreed to, placed."""
    dialled = {"sip.trunkPhoneNumber": NUMBER, "sip.phoneNumber": "+4930555009"}
    async with (
        open_engines(EngineSettings()) as engines,
        reception(livekit, restaurant.database_url, engines),
        PhoneLine.call(livekit, dialled, pace=PACE) as line,
    ):
        await line.hears("What would you like to order?")
        order = spoken("Two pizza margheritas and a water, for Maria, to pick up", pace=PACE)
        await line.tells(order, "Shall I place it?")
        await line.tells(spoken("Yes please", pace=PACE), "Goodbye!")
        await asyncio.wait_for(line.gone.wait(), 15)
    (placed,) = await restaurant.orders()
    lines = {(line["item_id"], line["qty"]) for line in placed["lines"]}
    assert lines == {("margherita", 2), ("water", 1)}
