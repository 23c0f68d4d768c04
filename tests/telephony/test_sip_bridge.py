"""The same calls over a real INVITE, through LiveKit's own SIP bridge."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from agent.trunks import Setup, set_up
from tests.support.canned import CannedEngines
from tests.support.livekit import LiveKit, livekit_server
from tests.support.reception import reception
from tests.support.redis import redis_server
from tests.support.restaurant import NUMBER, Restaurant
from tests.support.sip_bridge import sip_bridge
from tests.support.sip_caller import SipLine
from tests.support.spoken import SURE, spoken, was_said

pytestmark = pytest.mark.livekit_sip

ORDER = "Two margheritas for Maria, pick-up"
YES = "Yes please"
PERSON = "Can I speak to a person"
ENGINES = CannedEngines([ORDER, YES, PERSON])
OURS = "+4930999000"
CALLER = "+4930555123"
ASKED = "What would you like to order?"
READ_BACK = "That's €19.00. Shall I place it?"
STAFF = "+4930777888"
UP_S = 15.0  # a hang guard: half a second is usual


@pytest.fixture(scope="module")
def telephony(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveKit, int]]:
    """LiveKit's server and its bridge: the port to call."""
    folder = tmp_path_factory.mktemp("sip")
    with (
        redis_server(folder) as redis,
        livekit_server(folder, redis=redis) as server,
        sip_bridge(server, redis, folder) as port,
    ):
        yield server, port


@pytest.fixture(autouse=True)
async def _trunks(telephony: tuple[LiveKit, int]) -> None:
    wanted = Setup(name="panbot", agent="phone-order", numbers=(OURS, NUMBER))
    async with telephony[0].api() as livekit:
        await set_up(livekit, wanted, dry_run=False)


async def test_an_order_over_a_real_invite(
    telephony: tuple[LiveKit, int], restaurant: Restaurant
) -> None:
    """The trattoria's own line is forwarded: the Diversion header names it, and the call is taken
    up, understood, placed, and hung up by us."""
    server, port = telephony
    diversion = f"<sip:{NUMBER}@carrier.example>;reason=no-answer"
    async with (
        reception(server, restaurant.database_url, ENGINES),
        SipLine.call(port, CALLER, OURS, diversion=diversion) as line,
    ):
        await asyncio.wait_for(line.answered.wait(), UP_S)
        await line.hears(ASKED)
        await line.tells(spoken(ORDER), READ_BACK)
        await line.tells(spoken(YES), "Goodbye!")
        await asyncio.wait_for(line.gone.wait(), UP_S)
    (order,) = await restaurant.orders()
    assert (order["customer"]["name"], order["customer"]["phone"]) == ("Maria", CALLER)
    (record,) = await restaurant.records()
    assert (record.outcome, record.called) == ("ordered", NUMBER)


async def test_a_number_that_is_nobodys(
    telephony: tuple[LiveKit, int], restaurant: Restaurant
) -> None:
    """Our own number, which no restaurant has, and no header: told so, and hung up."""
    server, port = telephony
    async with (
        reception(server, restaurant.database_url, ENGINES),
        SipLine.call(port, CALLER, OURS) as line,
    ):
        await asyncio.wait_for(line.gone.wait(), UP_S)
        assert was_said(line.heard(), "Please check the number.") > SURE


@pytest.mark.parametrize("answer", [202, 603], ids=["accepted", "refused"])
async def test_a_real_refer(
    telephony: tuple[LiveKit, int], restaurant: Restaurant, answer: int
) -> None:
    """Accepted, the caller has gone and it is no missed call; refused, they are back with words."""
    await restaurant.set_profile(staff_phone=STAFF)
    server, port = telephony
    async with (
        reception(server, restaurant.database_url, ENGINES),
        SipLine.call(port, CALLER, NUMBER) as line,
    ):
        line.refer_answer = answer
        await asyncio.wait_for(line.answered.wait(), UP_S)
        await line.hears(ASKED)
        if answer == 202:
            await line.asks(spoken(PERSON), line.referred)
            await asyncio.wait_for(line.gone.wait(), UP_S)
        else:
            await line.tells(spoken(PERSON), "I'm sorry, nobody is answering just now.")
    assert line.referred_to == f"tel:{STAFF}"
    (record,) = await restaurant.records()
    assert (record.outcome == "handed_over") == (answer == 202)
    assert await restaurant.messages() == []


async def test_hanging_up_by_bye_before_the_yes(
    telephony: tuple[LiveKit, int], restaurant: Restaurant
) -> None:
    """No order, and a note for the staff."""
    server, port = telephony
    async with (
        reception(server, restaurant.database_url, ENGINES),
        SipLine.call(port, CALLER, NUMBER) as line,
    ):
        await asyncio.wait_for(line.answered.wait(), UP_S)
        await line.hears(ASKED)
        await line.tells(spoken(ORDER), READ_BACK)
    assert await restaurant.orders() == []
    (note,) = await restaurant.messages()
    assert note["phone"] == CALLER
