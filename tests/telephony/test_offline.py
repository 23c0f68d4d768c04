"""A call with all that an agent without any key has: the grammar of the menu hears, the rules
take the order, a synthetic voice speaks. Nothing is canned."""

from __future__ import annotations

from agent.chosen_engines import open_engines
from agent.settings import EngineSettings
from tests.support.livekit import LiveKit, PhoneLine
from tests.support.reception import reception
from tests.support.restaurant import NUMBER, Restaurant
from tests.support.spoken import spoken

PACE = 165  # words a minute, of the caller and of the agent


async def test_a_dish_is_understood_and_answered_without_any_key(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """Heard, written into the cart, and said back; who hangs up then is a note for the staff."""
    dialled = {"sip.trunkPhoneNumber": NUMBER, "sip.phoneNumber": "+4930555009"}
    async with (
        open_engines(EngineSettings()) as engines,
        reception(livekit, restaurant.database_url, engines),
        PhoneLine.call(livekit, dialled, pace=PACE) as line,
    ):
        await line.hears("What would you like to order?")
        await line.tells(spoken("One water, please", pace=PACE), "One Water. Anything else?")
    (note,) = await restaurant.messages()
    assert note["lines"] == ["one Water"]
    (record,) = await restaurant.records()
    assert (record.outcome, record.engine) == ("abandoned", "rules")
