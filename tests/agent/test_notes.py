"""What the staff are told of a call: missed calls, messages; who is put through and comes back."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from agent.orders import OfflineOrders
from agent.rules import greeting
from agent.rules_llm import RulesLLM
from domain.business import Holiday, Span
from domain.errors import Conflict, Unavailable
from domain.message import Message, MessageKind
from domain.order import Order
from domain.ordering import Draft
from tests.support.conversation import BUSINESS, NOON, Caller, StillClock, a_call, offline
from tests.support.menus import TRATTORIA
from tests.support.scripted import session_of

PHONE = "+4930123456"
STAFFED = replace(BUSINESS, staff_phone="+4930999")


def a_caller(service: OfflineOrders | None = None) -> Caller:
    service = service or offline(TRATTORIA)
    return Caller(TRATTORIA, service=service, call=a_call(TRATTORIA, service, phone=PHONE))


def notes(caller: Caller) -> list[Message]:
    assert isinstance(caller.service, OfflineOrders)
    return list(caller.service.messages.values())


async def test_gone_before_the_yes() -> None:
    """The staff get the number, the name and the cart in words; once, however often it is told."""
    caller = a_caller()
    await caller.say("two margheritas, one without basil, for Maria, pick-up")
    first, second = await caller.call.hung_up(), await caller.call.hung_up()
    assert first is not None
    assert second is not None
    assert first.id == second.id
    (note,) = notes(caller)
    assert note.kind is MessageKind.MISSED_CALL
    assert (note.phone, note.name, note.call_id) == (PHONE, "Maria", caller.call.id)
    assert note.lines == ("one Margherita", "one Margherita without Basil", "to pick up")
    assert note.at == "2026-11-22T11:00:00.000Z"


QUIET = [
    ("hi there",),
    ("a coke for Tom, pickup", "yes"),
    ("a coke", "forget the whole order"),
    ("a coke", "I left my umbrella at your place", "Tom", "yes"),
]


@pytest.mark.parametrize("turns", QUIET, ids=lambda turns: turns[-1])
async def test_no_note_where_there_is_nothing_to_tell(turns: tuple[str, ...]) -> None:
    """No dishes, an order that stands, a message that was left."""
    caller = a_caller()
    await caller.say(*turns)
    assert await caller.call.hung_up() is None
    assert [m for m in notes(caller) if m.kind is MessageKind.MISSED_CALL] == []


class Slow(OfflineOrders):
    """Places when it is let go."""

    def __init__(self) -> None:
        super().__init__(TRATTORIA, BUSINESS, StillClock())
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    async def place(self, draft: Draft, *, idempotency_key: str) -> Order:
        self.asked.set()
        await self.go.wait()
        return await super().place(draft, idempotency_key=idempotency_key)


async def test_gone_in_the_middle_of_placing() -> None:
    """The placing is waited for: exactly one order and no note."""
    service = Slow()
    caller = a_caller(service)
    await caller.say("a coke for Tom, pickup")
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        placing = tasks.create_task(caller.call.place_order())
        await service.asked.wait()
        gone = tasks.create_task(caller.call.hung_up())
        await asyncio.sleep(0)
        service.go.set()
    assert gone.result() is None
    assert list(service.placed.values()) == [placing.result()]
    assert service.messages == {}


async def test_gone_just_before_placing() -> None:
    """Then it is a missed call, and no order comes after the note."""
    caller = a_caller()
    await caller.say("a coke for Tom, pickup")
    assert await caller.call.hung_up() is not None
    with pytest.raises(Conflict, match="hung up"):
        await caller.call.place_order()


class Away(OfflineOrders):
    """Nobody answers until `back` is set."""

    back = False
    asked = 0

    async def place(self, draft: Draft, *, idempotency_key: str) -> Order:
        raise Unavailable("The restaurant's system does not answer.")

    async def leave_message(self, message: Message) -> None:
        self.asked += 1
        if not self.back:
            raise Unavailable("The restaurant's system does not answer.")
        await super().leave_message(message)


async def test_agreed_and_not_placed_is_said_in_the_note() -> None:
    """The staff are to look whether the order is there; a note that fails may be left later."""
    service = Away(TRATTORIA, BUSINESS, StillClock())
    caller = a_caller(service)
    await caller.say("a coke for Tom, pickup", "yes")
    with pytest.raises(Unavailable):
        await caller.call.hung_up()
    assert service.asked > 1
    service.back = True
    note = await caller.call.hung_up()
    assert note is not None
    assert "had agreed" in note.text
    assert list(service.messages.values()) == [note]


async def test_gone_before_the_yes_to_a_change() -> None:
    """The note names the order; who only looked at it leaves none."""
    service = offline(TRATTORIA)
    await a_caller(service).say("a coke for Tom, pickup", "yes")
    todays = await service.todays(PHONE)
    call = a_call(TRATTORIA, service, phone=PHONE, todays=todays)
    caller = Caller(TRATTORIA, service=service, call=call)
    await caller.say("I'd like to change my order")
    assert caller.call.standing is not None
    assert await caller.call.hung_up() is None
    await caller.say("add a tiramisu")
    note = await caller.call.hung_up()
    assert note is not None
    assert "order P-1" in note.text
    assert note.lines == ("one Coke", "one Tiramisù", "to pick up", "for 12:25")


async def test_a_goodbye_to_a_change_is_no_missed_call() -> None:
    """Who says goodbye has decided; who falls silent over a change has gone."""
    for turns, missed in ((("bye",), False), (("...", "...", "..."), True)):
        service = offline(TRATTORIA)
        await a_caller(service).say("a coke for Tom, pickup", "yes")
        todays = await service.todays(PHONE)
        call = a_call(TRATTORIA, service, phone=PHONE, todays=todays)
        caller = Caller(TRATTORIA, service=service, call=call)
        await caller.say("I ordered earlier, can you add a tiramisu", *turns)
        assert caller.ended
        assert (await call.hung_up() is not None) == missed


async def test_never_mind_is_no_message() -> None:
    """At any point of it, and with dishes in the cart, which stay."""
    caller = a_caller()
    await caller.say("a coke", "can I leave a message", "never mind")
    assert caller.lines == ["1 coke"]
    await caller.say("can I leave a message", "the bell is broken", "Tom", "no, cancel that")
    assert notes(caller) == []
    assert caller.lines == ["1 coke"]


# --- a person ------------------------------------------------------------------------------------


async def test_nobody_answered_and_a_message_is_taken() -> None:
    """The caller comes back, hears so, and a yes is a yes to the message that was offered."""
    service = offline(TRATTORIA)
    call = a_call(TRATTORIA, service, business=STAFFED, phone=PHONE, line_transfers=True)
    async with session_of(call) as session:
        said = await session.run(user_input="I have a complaint, let me speak to the manager")
        reply = said.expect[-1].is_message(role="assistant").event().item.text_content
        assert reply == "One moment, I'll put you through to the staff."
        assert call.hand_over_reason
        words = call.came_back("no answer after 20 s")
        assert "Shall I take a message?" in words
        assert call.hand_over_reason == ""
        for turn in ("yes please", "the pizza was cold", "Eve"):
            await session.run(user_input=turn)
        await session.run(user_input="yes")
    (message,) = service.messages.values()
    assert (message.name, message.text, message.phone) == ("Eve", "the pizza was cold", PHONE)


async def test_nobody_answered_and_the_order_goes_on() -> None:
    """The cart is as it was; a second wish for a person is not put through in vain."""
    service = offline(TRATTORIA)
    call = a_call(TRATTORIA, service, business=STAFFED, phone=PHONE, line_transfers=True)
    async with session_of(call) as session:
        for turn in ("a coke for Tom, pickup", "can I speak to someone"):
            await session.run(user_input=turn)
        assert "go on with your order" in call.came_back("refused")
        said = await session.run(user_input="a person please, put me through")
        reply = said.expect[-1].is_message(role="assistant").event().item.text_content
        assert "can't put you through" in reply
        assert "+4930999" in reply
        assert call.hand_over_reason == ""
        await session.run(user_input="yes")
    assert call.placed is not None


# --- what is said first --------------------------------------------------------------------------


def test_the_notice_is_said_before_anything_else() -> None:
    """In the law's own words, and then the greeting."""
    business = replace(BUSINESS, call_notice="This call is handled by a machine and written down")
    said = greeting(a_call(TRATTORIA, business=business).house)
    assert said == (
        "This call is handled by a machine and written down. "
        "Hello, this is Trattoria's phone assistant. What would you like to order?"
    )


def test_a_known_guest_is_not_named_to_whoever_calls() -> None:
    """A number can be anybody's: name and address come with the read-back only."""
    assert "Maria" not in greeting(a_call(TRATTORIA, phone=PHONE).house)


HOURS = [
    ({"hours": {"sun": (Span("17:30", "22:00"),)}}, "closed now; we open at 17:30. Shall I take"),
    ({"hours": {"mon": (Span("11:00", "22:00"),)}}, "we open tomorrow at 11:00"),
    ({"hours": {}, "holidays": (Holiday(NOON.date()),)}, "we open tomorrow at 00:00"),
    ({"hours": {"sun": (Span("11:30", "22:00"),)}}, "What would you like to order?"),
]


@pytest.mark.parametrize(("business", "words"), HOURS, ids=lambda v: str(v)[:40])
def test_the_greeting_knows_the_hours(business: dict[str, object], words: str) -> None:
    """On the restaurant's own clock: it is Sunday, noon in Berlin."""
    call = a_call(TRATTORIA, business=replace(BUSINESS, **business))
    assert words in greeting(call.house)


async def test_who_called_before_closing_ends_the_order() -> None:
    """What counts is when the call began; how late an order may be is the service's to say."""
    open_now = replace(BUSINESS, hours={"sun": (Span("11:30", "12:01"),)})
    call = a_call(TRATTORIA, business=open_now)
    caller = Caller(TRATTORIA, call=call, service=offline(TRATTORIA))
    call.house = call.house.renewed(TRATTORIA, (), replace(BUSINESS, hours={}))
    await caller.say("a coke for Tom, pickup", "yes")
    assert call.placed is not None


def test_the_rules_begin_where_the_greeting_ended() -> None:
    """In a closed house a plain yes takes the message that was offered."""
    shut = replace(BUSINESS, hours={"sun": (Span("17:30", "22:00"),)})
    call = a_call(TRATTORIA, business=shut)
    assert RulesLLM(call).model == "rules"
    caller = Caller(TRATTORIA, call=call)
    assert "What should I tell the staff?" in asyncio.run(caller.say("yes"))


class Shuts(OfflineOrders):
    """Closes at noon, and takes no order after it."""

    async def place(self, draft: Draft, *, idempotency_key: str) -> Order:
        raise Conflict("Trattoria is closed now. It opens tomorrow at 11:30.")


async def test_it_closes_while_the_caller_makes_up_their_mind() -> None:
    """It is said once, a message is offered, and the cart is in the staff's note."""
    hours = {"sun": (Span("11:30", "12:00"),), "mon": (Span("11:30", "22:00"),)}
    shut = replace(BUSINESS, hours=hours)
    service = Shuts(TRATTORIA, shut, StillClock())
    call = a_call(TRATTORIA, service, business=BUSINESS, phone=PHONE)
    caller = Caller(TRATTORIA, service=service, call=call)
    await caller.say("a coke for Tom, pickup")
    said = await caller.say("yes")
    assert "Trattoria is closed now. It opens tomorrow at 11:30." in said
    assert said.endswith("Shall I take a message?")
    await caller.say("no thanks, bye")
    assert caller.ended
    note = await call.hung_up()
    assert note is not None
    assert note.lines == ("one Coke", "to pick up")


async def test_gone_in_the_middle_of_a_message() -> None:
    """What was told of it reaches the staff, with the name and the number."""
    caller = a_caller()
    await caller.say("please have someone call me back", "I lost my umbrella", "Tim")
    await caller.call.hung_up()
    (note,) = notes(caller)
    assert (note.name, note.phone) == ("Tim", PHONE)
    assert note.text.endswith("I lost my umbrella")


@pytest.mark.parametrize("last", ["never mind", "yes"])
async def test_a_message_that_is_dropped_or_left_is_no_missed_call(last: str) -> None:
    """Only the middle of one is."""
    caller = a_caller()
    await caller.say("please have someone call me back", "I lost my umbrella", "Tim", last)
    assert await caller.call.hung_up() is None


async def test_who_is_not_understood_is_put_through_if_they_wish() -> None:
    """After the third time in a row, and not before; a yes is to that, and to no order."""
    service = offline(TRATTORIA)
    call = a_call(TRATTORIA, service, business=STAFFED, phone=PHONE, line_transfers=True)
    caller = Caller(TRATTORIA, service=service, call=call)
    await caller.say("a coke for Tom, pickup", "flurb", "gronk")
    assert "put you through" not in caller.replies[-1]
    await caller.say("blorp")
    assert "Shall I put you through" in caller.replies[-1]
    await caller.say("yes")
    assert call.hand_over_reason
    assert call.placed is None


async def test_a_complaint_is_put_through() -> None:
    """Where somebody can be reached, it is not written down first."""
    service = offline(TRATTORIA)
    call = a_call(TRATTORIA, service, business=STAFFED, phone=PHONE, line_transfers=True)
    caller = Caller(TRATTORIA, service=service, call=call)
    await caller.say("my delivery never arrived")
    assert "complains" in call.hand_over_reason
