"""Real calls over a real LiveKit server: a caller speaks, the agent hears and answers, and what was
ordered lies in the kitchen on paper."""

from __future__ import annotations

import asyncio
import re
import time

import asyncpg

from demo.printers import EscPosPrinter
from tests.support.canned import CannedEngines
from tests.support.edge import eventually
from tests.support.livekit import LiveKit, PhoneLine
from tests.support.reception import reception
from tests.support.restaurant import BUSINESS, CALLER, NUMBER, Restaurant
from tests.support.spoken import SURE, spoken, was_said

ORDER = "Two margheritas for Maria, pick-up"
YES = "Yes please"
ENGINES = CannedEngines([ORDER, YES])

READ_BACK = "That's €19.00. Shall I place it?"
GREETING = "Hello, this is Trattoria's phone assistant. What would you like to order?"
DIALLED = {"sip.trunkPhoneNumber": NUMBER, "sip.phoneNumber": CALLER}


async def test_a_spoken_order_comes_out_on_paper(
    livekit: LiveKit, restaurant: Restaurant, kitchen: EscPosPrinter
) -> None:
    """Greeting, order, read-back, yes, and goodbye: one ticket, and then we hang up."""
    async with (
        reception(livekit, restaurant.database_url, ENGINES),
        PhoneLine.call(livekit, DIALLED) as line,
    ):
        await line.hears(GREETING)
        await line.say(spoken(ORDER))
        await line.hears(READ_BACK, since=line.said_until)
        await line.say(spoken(YES))
        (ticket,) = await kitchen.wait_for_papers(1)
        await asyncio.wait_for(line.gone.wait(), 15)
        assert was_said(line.heard(), "Goodbye!") > SURE
    assert re.search(r"\b2\W+Pizza Margherita", ticket.text)
    assert "Maria" in ticket.text
    (order,) = await restaurant.orders()
    assert order["customer"] == {"name": "Maria", "phone": CALLER}


async def test_hanging_up_before_the_yes_orders_nothing(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """What was read back and not agreed to is not made."""
    async with (
        reception(livekit, restaurant.database_url, ENGINES),
        PhoneLine.call(livekit, DIALLED) as line,
    ):
        await line.hears(GREETING)
        await line.say(spoken(ORDER))
        await line.hears(READ_BACK, since=line.said_until)
    assert await restaurant.orders() == []


async def test_hanging_up_in_the_middle_of_placing_orders_once(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """The yes was said: the order stands, once, though nobody is there to hear it."""
    async with (
        reception(livekit, restaurant.database_url, ENGINES),
        PhoneLine.call(livekit, DIALLED) as line,
    ):
        await line.hears(GREETING)
        await line.say(spoken(ORDER))
        await line.hears(READ_BACK, since=line.said_until)
        held = await asyncpg.connect(restaurant.database_url)
        async with held.transaction():
            # Every write locks its business first: the order has to wait here.
            await held.execute("SELECT 1 FROM businesses WHERE id = $1 FOR UPDATE", BUSINESS)
            await line.say(spoken(YES))
            await eventually(lambda: _someone_waits(held), "the order at the lock")
            await line.hang_up()
        await held.close()
    orders = await restaurant.orders()
    assert [order["customer"]["name"] for order in orders] == ["Maria"]


async def _someone_waits(connection: asyncpg.Connection[asyncpg.Record]) -> bool:
    return bool(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))


async def test_an_unknown_number_is_told_so(livekit: LiveKit, restaurant: Restaurant) -> None:
    """Nobody is put to another restaurant: a polite sentence, and goodbye."""
    called = {"sip.trunkPhoneNumber": "+4930999999", "sip.phoneNumber": CALLER}
    async with (
        reception(livekit, restaurant.database_url, ENGINES),
        PhoneLine.call(livekit, called) as line,
    ):
        await asyncio.wait_for(line.gone.wait(), 15)
        assert was_said(line.heard(), "Please check the number. Goodbye!") > SURE
        assert was_said(line.heard(), GREETING) < SURE


async def test_a_forwarded_line_reaches_its_own_restaurant(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """The bistro's line is forwarded to a number of the trattoria's trunk: the bistro answers."""
    forwarded = DIALLED | {"panbot.diversion": "<sip:+4930222@carrier.example>;reason=no-answer"}
    async with (
        reception(livekit, restaurant.database_url, ENGINES),
        PhoneLine.call(livekit, forwarded) as line,
    ):
        await line.hears("Hello, this is Bistro's phone assistant.")


async def test_a_silent_line_is_asked_after_and_given_up(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """Dead air is broken, and a caller who is not there does not hold the line."""
    started = time.monotonic()
    async with (
        reception(livekit, restaurant.database_url, ENGINES),
        PhoneLine.call(livekit, DIALLED) as line,
    ):
        await asyncio.wait_for(line.gone.wait(), 50)
        assert was_said(line.heard(), "Are you still there?") > SURE
        assert was_said(line.heard(), "I can't hear you, so I'll hang up now.") > SURE
    assert time.monotonic() - started < 45
