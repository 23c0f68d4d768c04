"""Real calls over a real LiveKit server: callers speak, the agent hears and answers, and what was
ordered lies in the kitchen on paper. What takes its time is done on several lines at once."""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Any

import asyncpg
import pytest

from demo.printers import EscPosPrinter
from tests.support.canned import BrokenEngines, CannedEngines
from tests.support.edge import eventually
from tests.support.livekit import LiveKit, PhoneLine, free_ports
from tests.support.model_server import HANG, Step, model_server
from tests.support.reception import reception
from tests.support.restaurant import BISTRO_NUMBER, BUSINESS, NUMBER, Restaurant
from tests.support.sip_standin import ACCEPTED, BUSY, NO_ANSWER, sip_standin
from tests.support.spoken import SURE, spoken, was_said

pytestmark = pytest.mark.alone

NAMES = ("Maria", "Tom", "Anna")
TOGETHER = NAMES[:2]  # more at once are more than two processors can play in real time
ORDERS = {name: f"Two margheritas for {name}, pick-up" for name in NAMES}
ORDER = ORDERS["Maria"]
YES = "Yes please"
PERSON = "Can I speak to a person"
MORE = "One more thing, make it three margheritas"
ENGINES = CannedEngines([*ORDERS.values(), YES, PERSON, MORE])

GREETING = "Hello, this is Trattoria's phone assistant. What would you like to order?"
ASKED = "What would you like to order?"
READ_BACK = "That's €19.00. Shall I place it?"
STAFF = "+4930777888"
NOTICED_S = 1.0  # LiveKit hears twice a second how many lines are taken
INTO_GREETING_S = 0.5  # it takes some four seconds
HANG_UP_S = 15.0  # a hang guard: after the last word it takes half a second


def number_of(n: int) -> str:
    """The nth caller's."""
    return f"+493055500{n}"


def call(server: LiveKit, n: int = 1, called: str = NUMBER, **attributes: str) -> Any:
    """Caller `n` calls the trattoria, or who is `called`."""
    dialled = {"sip.trunkPhoneNumber": called, "sip.phoneNumber": number_of(n)}
    return PhoneLine.call(server, dialled | attributes)


async def until_read_back(line: PhoneLine, order: str = ORDER) -> None:
    await line.hears(ASKED)
    await line.tells(spoken(order), READ_BACK)


async def test_two_callers_at_once_each_get_their_order_on_paper(
    livekit: LiveKit, restaurant: Restaurant, kitchen: EscPosPrinter
) -> None:
    """Greeting, order, read-back, yes, goodbye, hung up; one ticket and one record for each."""

    async def order(n: int, name: str) -> None:
        async with call(livekit, n) as line:
            await until_read_back(line, ORDERS[name])
            await line.tells(spoken(YES), "Goodbye!")
            await asyncio.wait_for(line.gone.wait(), HANG_UP_S)

    async with reception(livekit, restaurant.database_url, ENGINES), asyncio.TaskGroup() as all_:
        for n, name in enumerate(TOGETHER):
            all_.create_task(order(n, name))
    tickets = await kitchen.wait_for_papers(len(TOGETHER))
    for name in TOGETHER:
        (ticket,) = [ticket.text for ticket in tickets if name in ticket.text]
        assert re.search(r"\b2\W+Pizza Margherita", ticket)
    placed = {order["customer"]["phone"]: order for order in await restaurant.orders()}
    assert {phone: o["customer"]["name"] for phone, o in placed.items()} == {
        number_of(n): name for n, name in enumerate(TOGETHER)
    }
    records = await restaurant.records()
    assert [r.outcome for r in records] == ["ordered"] * len(TOGETHER)
    assert {(r.caller, r.called, r.order_id) for r in records} == {
        (phone, NUMBER, order["id"]) for phone, order in placed.items()
    }


async def test_hanging_up_orders_what_was_agreed_and_nothing_else(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """One hangs up before the yes: no order, and the staff have a note. One in the middle of the
    placing: one order, and no note."""

    async def before_the_yes() -> None:
        async with call(livekit, 1) as line:
            await until_read_back(line)

    async def in_the_middle() -> None:
        async with call(livekit, 2) as line:
            await until_read_back(line, ORDERS["Tom"])
            held = await asyncpg.connect(restaurant.database_url)
            async with held.transaction():
                # Every write locks its business first: the order has to wait here.
                await held.execute("SELECT 1 FROM businesses WHERE id = $1 FOR UPDATE", BUSINESS)
                await line.say(spoken(YES))
                await eventually(lambda: _someone_waits(held), "the order at the lock")
                await line.hang_up()
            await held.close()

    async with reception(livekit, restaurant.database_url, ENGINES):
        await before_the_yes()
        await in_the_middle()
    assert [order["customer"]["name"] for order in await restaurant.orders()] == ["Tom"]
    (note,) = await restaurant.messages()
    assert (note["kind"], note["phone"]) == ("missed_call", number_of(1))
    assert note["lines"][0] == "two Pizza Margheritas"


async def _someone_waits(connection: asyncpg.Connection[asyncpg.Record]) -> bool:
    return bool(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))


async def test_lines_on_which_nothing_is_ordered(livekit: LiveKit, restaurant: Restaurant) -> None:
    """A number that is nobody's, a line that was forwarded, to a restaurant that is closed, and one
    on which nobody speaks: each hears its own words, and none is another restaurant's."""
    await restaurant.close_today("bistro")

    async def unknown() -> None:
        async with call(livekit, 1, "+4930999999") as line:
            await asyncio.wait_for(line.gone.wait(), HANG_UP_S)
            assert was_said(line.heard(), "Please check the number.") > SURE
            assert was_said(line.heard(), ASKED) < SURE

    async def forwarded() -> None:
        diversion = f"<sip:{BISTRO_NUMBER}@carrier.example>;reason=no-answer"
        async with call(livekit, 2, **{"panbot.diversion": diversion}) as line:
            await line.hears("Shall I take a message?")
            assert was_said(line.heard(), ASKED) < SURE

    async def silent() -> None:
        async with call(livekit, 3) as line:
            await line.hears(ASKED)
            await line.hears("Are you still there?")
            await line.hears("I can't hear you, so I'll hang up now.")
            await asyncio.wait_for(line.gone.wait(), HANG_UP_S)

    async with reception(livekit, restaurant.database_url, ENGINES), asyncio.TaskGroup() as all_:
        for line in (unknown, forwarded, silent):
            all_.create_task(line())
    assert await restaurant.orders() == []
    assert await restaurant.messages() == []


async def test_a_call_that_cannot_be_taken_is_not_left_in_silence(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """What hears and answers cannot be had: the caller is told, and the line is freed."""
    broken = BrokenEngines([ORDER])
    async with reception(livekit, restaurant.database_url, broken), call(livekit) as line:
        await line.hears("Please call again in a few minutes.")
        await asyncio.wait_for(line.gone.wait(), HANG_UP_S)
    (record,) = await restaurant.records()
    assert (record.caller, record.order_id) == (number_of(1), "")


async def test_a_line_is_free_as_soon_as_its_caller_has_left(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """Two lines, and two callers while the last call is still being wound up: both are answered."""

    async def greeted(n: int) -> None:
        async with call(livekit, n) as line:
            await line.hears(GREETING)

    async with reception(livekit, restaurant.database_url, ENGINES, calls=2):
        await greeted(1)
        await asyncio.sleep(NOTICED_S)
        await asyncio.gather(greeted(2), greeted(3))


async def test_a_caller_may_speak_over_the_agent(livekit: LiveKit, restaurant: Restaurant) -> None:
    """It falls silent in the middle of its greeting, and has heard what was said over it; and who
    has forgotten something says so over the goodbye."""
    async with reception(livekit, restaurant.database_url, ENGINES), call(livekit) as line:
        await eventually(lambda: line.sound_after(0.0), "the greeting")
        await asyncio.sleep(INTO_GREETING_S)
        await line.tells(spoken(ORDER), READ_BACK)
        assert was_said(line.heard(), ASKED) < SURE
        await line.say(spoken(YES))
        await eventually(lambda: line.sound_after(line.said_until), "the goodbye")
        await asyncio.sleep(INTO_GREETING_S)
        await line.tells(spoken(MORE), "Shall I change it?")
        await line.tells(spoken(YES), "Goodbye!")
        await asyncio.wait_for(line.gone.wait(), HANG_UP_S)
    (record,) = await restaurant.records()
    assert next(said.cut for said in record.transcript if said.speaker == "agent")
    assert record.outcome == "ordered"
    (order,) = await restaurant.orders()
    assert [line["qty"] for line in order["lines"] if not line["voided"]] == [3]


async def test_callers_are_put_through_or_come_back(
    livekit: LiveKit, restaurant: Restaurant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By REFER to the staff's number. Accepted: they are gone, and it is no missed call. Busy, or
    no answer: they are told, and the order goes on where it was. One after the other: three calls
    at once, with both of their sides, are more than two processors play without a hole."""
    await restaurant.set_profile(staff_phone=STAFF)
    answers = {number_of(1): ACCEPTED, number_of(2): BUSY, number_of(3): NO_ANSWER}

    async def accepted() -> None:
        async with call(livekit, 1) as line:
            bridge.leaves[number_of(1)] = line.hang_up
            await until_read_back(line)
            await line.asks(spoken(PERSON), line.gone)

    async def comes_back(n: int, name: str) -> None:
        async with call(livekit, n) as line:
            await line.hears(ASKED)
            await line.tells(spoken(PERSON), "I'm sorry, nobody is answering just now.")
            await line.tells(spoken(ORDERS[name]), READ_BACK)
            await line.tells(spoken(YES), "Goodbye!")
            await asyncio.wait_for(line.gone.wait(), HANG_UP_S)

    async with (
        sip_standin(livekit, answers) as bridge,
        reception(livekit, restaurant.database_url, ENGINES),
    ):
        monkeypatch.setenv("LIVEKIT_URL", bridge.url)
        await accepted()
        await comes_back(2, "Tom")
        await comes_back(3, "Anna")
    assert [asked.transfer_to for asked in bridge.asked] == [f"tel:{STAFF}"] * 3
    placed = {order["customer"]["name"] for order in await restaurant.orders()}
    assert placed == {"Tom", "Anna"}
    assert await restaurant.messages() == []
    outcomes = {record.caller: record.outcome for record in await restaurant.records()}
    assert outcomes[number_of(1)] == "handed_over"


async def test_the_model_goes_away_in_the_middle_of_a_call(
    livekit: LiveKit, restaurant: Restaurant
) -> None:
    """It greets and hangs for ever: the rules answer in the same turn, and the order is placed."""

    def answer(body: dict[str, Any]) -> list[Step] | int:
        return [HANG]

    async with model_server(answer) as server:
        engines = ENGINES.with_model(server.url)
        async with (
            reception(livekit, restaurant.database_url, engines),
            call(livekit) as line,
        ):
            await until_read_back(line)
            await line.tells(spoken(YES), "Goodbye!")
            await asyncio.wait_for(line.gone.wait(), HANG_UP_S)
    assert server.asked, "the model was asked first"
    assert [order["customer"]["name"] for order in await restaurant.orders()] == ["Maria"]


@pytest.mark.parametrize("there", [False, True], ids=["nobody listens", "nobody answers"])
async def test_a_recogniser_and_a_voice_that_are_down_stop_no_call(
    livekit: LiveKit, restaurant: Restaurant, there: bool
) -> None:
    """What needs no network hears and speaks instead, at once or after a short wait."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1] if there else free_ports(1)[0]
        engines = ENGINES.with_services(f"http://127.0.0.1:{port}")
        async with reception(livekit, restaurant.database_url, engines), call(livekit) as line:
            await until_read_back(line)
            await line.tells(spoken(YES), "Goodbye!")
            await asyncio.wait_for(line.gone.wait(), HANG_UP_S)
    assert [order["customer"]["name"] for order in await restaurant.orders()] == ["Maria"]
