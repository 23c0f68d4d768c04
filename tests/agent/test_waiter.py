"""The waiter in a real LiveKit session in text mode, with the rules engine as its model."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from livekit.agents import llm

from agent.rules_llm import RulesLLM
from domain.errors import Invalid, Unavailable
from domain.menu import Menu
from domain.order import Order
from domain.ordering import Draft
from tests.support.conversation import a_call, offline
from tests.support.menus import TRATTORIA
from tests.support.scripted import Script, session_of

ALL_OF_IT = "two margheritas, one without basil, and a large coke, for Maria, pick-up"


async def test_one_breath_is_written_and_read_back() -> None:
    """One utterance becomes its tool calls, in order, and the read-back with the total."""
    call = a_call(TRATTORIA)
    async with session_of(call) as session:
        said = await session.run(user_input=ALL_OF_IT)
        said.expect.next_event().is_function_call(
            name="set_item",
            arguments={
                "line_id": "1",
                "item_id": "margherita",
                "qty": 1,
                "modifiers": [],
                "note": "",
            },
        )
        said.expect.contains_function_call(
            name="set_item",
            arguments={
                "line_id": "2",
                "item_id": "margherita",
                "qty": 1,
                "modifiers": ["without:basil"],
                "note": "",
            },
        )
        said.expect.contains_function_call(name="set_customer")
        said.expect.contains_function_call(name="set_type", arguments={"type": "pickup"})
        said.expect.contains_function_call(name="read_back")
        message = said.expect[-1].is_message(role="assistant").event().item
        assert message.text_content == (
            "So that's one Margherita, one Margherita without Basil and one large Coke, "
            "for Maria, to pick up. That's €23.50. Shall I place it?"
        )
        assert call.placed is None


async def test_a_yes_places_exactly_what_was_read_back() -> None:
    """The order that stands is the draft that was read back, and it says its number and time."""
    call = a_call(TRATTORIA)
    async with session_of(call) as session:
        await session.run(user_input=ALL_OF_IT)
        said = await session.run(user_input="yes please")
        said.expect.contains_function_call(name="place_order")
        reply = said.expect[-1].is_message(role="assistant").event().item.text_content
    assert call.placed is not None
    assert [(line.item_id, line.qty) for line in call.placed.lines] == [
        ("margherita", 1),
        ("margherita", 1),
        ("coke", 1),
    ]
    assert call.placed.totals.gross == 2350
    assert call.placed.call_id == call.id
    assert reply == (
        "Thank you Maria! Your order number is P-1, and it will be ready at 12:25. Goodbye!"
    )


async def test_the_same_message_decided_twice_changes_nothing() -> None:
    """LiveKit may ask ahead of the end of a turn: the same words give the same decision."""
    call = a_call(TRATTORIA)
    rules = RulesLLM(call)
    ctx = llm.ChatContext.empty()
    ctx.add_message(role="user", content="two cokes")
    first, second = rules.next_step(ctx), rules.next_step(ctx)
    assert first == second
    assert call.cart.lines == ()


async def test_the_same_results_taken_in_twice_change_nothing() -> None:
    """A refusal decided twice takes the sold-out line off both times."""
    service = offline(TRATTORIA)
    call = a_call(TRATTORIA, service)
    async with session_of(call) as session:
        await session.run(user_input="a tiramisu and a coke for Tom, pickup")
        service.now_sold_out = frozenset(["tiramisu"])
        rules = session.llm
        ctx = session.history.copy()
        ctx.add_message(role="user", content="yes")
        assert rules.next_step(ctx).places
        with pytest.raises(Invalid):
            await call.place_order()
        output = llm.FunctionCallOutput(
            call_id="1", name="place_order", output="sold out", is_error=True
        )
        ctx.items.append(output)
        first, second = rules.next_step(ctx), rules.next_step(ctx)
    assert first == second
    assert [c.name for c in first.calls] == ["remove_item"]


async def test_place_order_needs_a_read_back() -> None:
    """A model that places without reading back is refused in words, and nothing is placed."""
    call = a_call(TRATTORIA)
    item = {"line_id": "1", "item_id": "coke", "qty": 2, "modifiers": [], "note": ""}
    async with session_of(call, Script(("set_item", item), ("place_order", {}))) as session:
        await session.run(user_input="two cokes")
        said = await session.run(user_input="place it")
        output = said.expect.next_event(type="function_call_output").event().item
    assert output.is_error
    assert "Read the" in output.output
    assert call.placed is None


async def test_place_order_needs_the_callers_own_yes() -> None:
    """A read-back and a placing with no word of the caller between them is refused."""
    call = a_call(TRATTORIA)
    call.set_item("1", "coke", 1)
    async with session_of(call, ReadAndPlace()) as session:
        await session.run(user_input="a coke, just do it")
    assert call.placed is None


class ReadAndPlace(Script):
    """Reads back and places in one go, as a hasty model would."""

    def chat(self, *, chat_ctx: llm.ChatContext, **rest: Any) -> llm.LLMStream:
        return ReadsAndPlaces(self, chat_ctx=chat_ctx, tools=[], conn_options=rest["conn_options"])


class ReadsAndPlaces(llm.LLMStream):
    async def _run(self) -> None:
        done = [i.name for i in self._chat_ctx.items if isinstance(i, llm.FunctionCallOutput)]
        left = [name for name in ("read_back", "place_order") if name not in done]
        delta = llm.ChoiceDelta(role="assistant", content="" if left else "done")
        if left:
            call = llm.FunctionToolCall(name=left[0], arguments="{}", call_id=left[0])
            delta = llm.ChoiceDelta(role="assistant", tool_calls=[call])
        self._event_ch.send_nowait(llm.ChatChunk(id="script", delta=delta))


REFUSED = [
    ({"item_id": "sushi"}, "there is no item 'sushi'"),
    ({"qty": 0}, "between 1 and 50"),
    ({"qty": 18_000}, "between 1 and 50"),
    ({"modifiers": ["size:huge"]}, "has no 'huge'"),
    ({"modifiers": ["large"]}, "group_id:modifier_id"),
    ({"modifiers": ["size:large", "size:regular"]}, "choose at most 1"),
    ({"note": "x" * 1000}, "at most 280 characters"),
    ({"item_id": "tiramisu"}, "sold out"),
]


@pytest.mark.parametrize(("change", "words"), REFUSED, ids=lambda v: str(v)[:30])
async def test_a_tool_refuses_in_words(change: dict[str, Any], words: str) -> None:
    """What the menu does not allow is refused with the reason, and the cart stays as it is."""
    call = a_call(TRATTORIA, sold_out=["tiramisu"])
    item = {"line_id": "1", "item_id": "margherita", "qty": 1, "modifiers": [], "note": ""} | change
    async with session_of(call, Script(("set_item", item))) as session:
        said = await session.run(user_input="please")
        output = said.expect.contains_function_call_output(is_error=True).event().item
    assert words in output.output
    assert call.cart.lines == ()


class Slow:
    """A restaurant's system that answers when it is let go."""

    def __init__(self, menu: Menu) -> None:
        self.inner = offline(menu)
        self.asked = asyncio.Event()
        self.go = asyncio.Event()
        self.done = asyncio.Event()
        self.keys: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def place(self, draft: Draft, *, idempotency_key: str) -> Order:
        self.keys.append(idempotency_key)
        self.asked.set()
        await self.go.wait()
        order = await self.inner.place(draft, idempotency_key=idempotency_key)
        self.done.set()
        return order


async def test_an_interruption_while_placing_gives_one_order() -> None:
    """The caller talks into the placing: it is finished, and a second yes places nothing more."""
    service = Slow(TRATTORIA)
    call = a_call(TRATTORIA, service)
    async with session_of(call) as session:
        await session.run(user_input=ALL_OF_IT)
        handle = session.generate_reply(user_input="yes")
        async with asyncio.timeout(5):
            await service.asked.wait()
        interrupted = session.interrupt(force=True)
        service.go.set()
        async with asyncio.timeout(5):
            await interrupted
            await handle
            await session.run(user_input="yes, place it")
    assert call.placed is not None
    assert list(service.inner.placed.values()) == [call.placed]
    assert set(service.keys) == {f"call:{call.id}"}


async def test_a_hang_up_while_placing_gives_one_order() -> None:
    """The session closes in the middle of placing: the order is there, once."""
    service = Slow(TRATTORIA)
    call = a_call(TRATTORIA, service)
    async with session_of(call) as session:
        await session.run(user_input=ALL_OF_IT)
        session.generate_reply(user_input="yes")
        async with asyncio.timeout(5):
            await service.asked.wait()
            closing = asyncio.create_task(session.aclose())
            service.go.set()
            await closing
            await service.done.wait()
    assert len(service.inner.placed) == 1


class Down(Slow):
    """Nobody answers until `go` is set."""

    async def place(self, draft: Draft, *, idempotency_key: str) -> Order:
        if not self.go.is_set():
            raise Unavailable("The restaurant's system does not answer.")
        return await super().place(draft, idempotency_key=idempotency_key)


async def test_a_kitchen_that_is_away_keeps_the_cart() -> None:
    """The caller is told, the order is kept, and the next yes places it."""
    service = Down(TRATTORIA)
    call = a_call(TRATTORIA, service)
    async with session_of(call) as session:
        await session.run(user_input=ALL_OF_IT)
        said = await session.run(user_input="yes")
        reply = said.expect[-1].is_message(role="assistant").event().item.text_content
        assert reply is not None
        assert "can't reach the kitchen" in reply
        assert len(call.cart.lines) == 3
        service.go.set()
        await session.run(user_input="yes, try again")
    assert call.placed is not None


@pytest.mark.parametrize(("at", "placed"), [(", for Maria", False), (" I place it?", True)])
async def test_a_yes_into_the_read_back(at: str, placed: bool) -> None:
    """Who speaks over it before the total hears all of it again; after the total it is a yes."""
    call = a_call(TRATTORIA)
    async with session_of(call) as session:
        await session.run(user_input=ALL_OF_IT)
        read_back = session.history.items[-1]
        heard = read_back.text_content.partition(at)[0]
        read_back.content, read_back.interrupted = [heard], True
        said = await session.run(user_input="yes")
        reply = said.expect[-1].is_message(role="assistant").event().item.text_content
        assert (call.placed is not None) == placed
        if not placed:
            assert "That's €23.50. Shall I place it?" in reply
            await session.run(user_input="yes")
    assert call.placed is not None


async def test_a_model_may_not_place_what_was_not_heard() -> None:
    """The tool refuses until the caller has heard the total."""
    call = a_call(TRATTORIA)
    call.set_item("1", "coke", 1)
    async with session_of(call, Script(("read_back", {}), ("place_order", {}))) as session:
        await session.run(user_input="a coke")
        told = session.history.items[-1]
        told.content, told.interrupted = ["So that's one"], True
        said = await session.run(user_input="yes")
        output = said.expect.next_event(type="function_call_output").event().item
    assert output.is_error
    assert "read it all back again" in output.output
    assert call.placed is None


async def test_a_yes_to_somebody_else_places_nothing() -> None:
    """Whoever holds the line asked "are you still there" after the read-back: the yes is to that,
    and the order is read back again."""
    call = a_call(TRATTORIA)
    async with session_of(call) as session:
        await session.run(user_input=ALL_OF_IT)
        ctx = session.history.copy()
        ctx.add_message(role="assistant", content="Are you still there?")
        ctx.add_message(role="user", content="yes")
        decision = session.llm.next_step(ctx)
    assert not decision.places
    assert "Shall I place it?" in decision.reply


async def test_the_rules_go_on_where_a_model_was() -> None:
    """The cart and the order of today that it is about are the call's, whoever filled it."""
    service = offline(TRATTORIA)
    first = a_call(TRATTORIA, service, phone="+4930123456")
    async with session_of(first) as session:
        await session.run(user_input=ALL_OF_IT)
        await session.run(user_input="yes")
    todays = await service.todays("+4930123456")
    call = a_call(TRATTORIA, service, phone="+4930123456", todays=todays)
    call.change_order("P-1")
    call.remove_item("3")
    async with session_of(call) as session:
        said = await session.run(user_input="and a tiramisu")
        reply = said.expect[-1].is_message(role="assistant").event().item.text_content
        assert "order P-1 is then" in reply
        assert "Coke" not in reply
        await session.run(user_input="yes")
    assert call.changed is not None
    assert call.placed is None
