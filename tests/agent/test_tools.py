"""Each tool of the waiter in a real LiveKit session, what it does and how it refuses in words."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from agent.call import Call
from agent.cart import MAX_DISHES
from agent.notes import MAX_MESSAGES
from agent.orders import OfflineOrders
from agent.waiter import Waiter
from domain.business import Business, Span
from domain.errors import Unavailable
from domain.message import Message
from domain.order import Order, OrderType, Status
from tests.support.conversation import BUSINESS, Caller, StillClock, a_call, offline
from tests.support.menus import TRATTORIA
from tests.support.scripted import Script, outputs, session_of

PHONE = "+4930123456"
COKE = {"line_id": "1", "item_id": "coke", "qty": 2, "modifiers": [], "note": ""}
SHUT = replace(BUSINESS, hours={"sun": (Span("17:30", "22:00"),)})


async def _ordered(service: OfflineOrders, *turns: str) -> Order:
    caller = Caller(TRATTORIA, service=service, call=a_call(TRATTORIA, service, phone=PHONE))
    await caller.say(*turns, "yes")
    assert caller.call.placed is not None
    return caller.call.placed


async def _again(service: OfflineOrders, **more: Any) -> Call:
    """The same caller, who has an order of today."""
    return a_call(TRATTORIA, service, phone=PHONE, todays=await service.todays(PHONE), **more)


async def _a_standing_order() -> tuple[OfflineOrders, Call]:
    service = offline(TRATTORIA)
    await _ordered(service, "two margheritas and a coke for Maria, pick-up")
    return service, await _again(service)


DONE: list[tuple[str, dict[str, Any], str]] = [
    ("set_item", COKE, "two Cokes"),
    ("remove_item", {"line_id": "9"}, "removed"),
    ("set_customer", {"name": "Maria", "phone": "", "address": "5 Baker Street"}, "noted"),
    ("set_type", {"type": "delivery"}, "noted"),
    ("set_note", {"note": "Allergy: nuts"}, "noted"),
    ("set_time", {"time": "19:00"}, "noted"),
    ("set_time", {"time": ""}, "as soon as"),
    ("leave_message", {"name": "Maria", "phone": "", "text": "my umbrella"}, "passed on"),
    ("draft_message", {"name": "Maria", "phone": "", "text": "my umbrella"}, "kept"),
    ("end_call", {}, "ended"),
]


@pytest.mark.parametrize(("name", "arguments", "words"), DONE, ids=lambda v: str(v)[:20])
async def test_a_tool_does_what_it_says(name: str, arguments: dict[str, Any], words: str) -> None:
    """The call is made with these arguments, and its answer is no error."""
    call = a_call(TRATTORIA, phone=PHONE)
    async with session_of(call, Script((name, arguments))) as session:
        said = await session.run(user_input="please")
        said.expect.next_event().is_function_call(name=name, arguments=arguments)
        said.expect.next_event().is_function_call_output(is_error=False)
        said.expect.next_event().is_message(role="assistant")
        said.expect.no_more_events()
        (output,) = [e for e in session.history.items if e.type == "function_call_output"]
    assert words in output.output


async def test_what_the_tools_note_is_on_the_order() -> None:
    """Name, address, type, note, time and lines are what is placed after the yes."""
    call = a_call(TRATTORIA, phone=PHONE)
    answers = await outputs(
        call,
        ("set_item", COKE),
        ("set_customer", {"name": "Maria", "phone": "", "address": "5 Baker Street"}),
        ("set_type", {"type": "delivery"}),
        ("set_note", {"note": "Allergy: nuts"}),
        ("set_time", {"time": "19:00"}),
        ("read_back", {}),
        ("place_order", {}),
    )
    assert not any(answer.is_error for answer in answers)
    assert "delivered to 5 Baker Street, with you at about 19:00" in answers[5].output
    assert "€6.00" in answers[5].output
    assert "Your order number is P-1, and it will be with you at about 19:00" in answers[6].output
    assert call.placed is not None
    assert call.placed.customer.address == "5 Baker Street"
    assert call.placed.customer.phone == PHONE
    assert call.placed.type is OrderType.DELIVERY
    assert call.placed.note == "Allergy: nuts"
    assert call.placed.promised_at == "2026-11-22T18:00:00.000Z"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("order_again", {}, "No earlier order"),
    ("set_type", {"type": "dine_in"}, "pickup or delivery"),
    ("set_note", {"note": "x" * 1000}, "at most 280"),
    ("set_time", {"time": "seven"}, "19:00"),
    ("set_time", {"time": "12:05"}, "earliest I can do is 12:25"),
    ("set_time", {"time": "07:00"}, "earliest I can do is 12:25"),
    ("read_back", {}, "at least one line"),
    ("place_order", {}, "Read the"),
    ("todays_orders", {}, "No order of today is known"),
    ("change_order", {"number": "P-9"}, "No open order 'P-9'"),
    ("cancel_order", {"number": "P-9"}, "No open order 'P-9'"),
    ("hand_over", {"reason": "angry"}, "take a message"),
    ("leave_message", {"name": "", "phone": "", "text": " "}, "what the caller says"),
    ("leave_message", {"name": "", "phone": "", "text": "x" * 1001}, "1 to 1000"),
    ("leave_message", {"name": "x" * 99, "phone": "1" * 99, "text": "hi"}, "at most 40"),
]


@pytest.mark.parametrize(("name", "arguments", "words"), REFUSED, ids=lambda v: str(v)[:20])
async def test_a_tool_refuses_in_words(name: str, arguments: dict[str, Any], words: str) -> None:
    """The reason is one that the model can act on."""
    call = a_call(TRATTORIA, phone=PHONE)
    async with session_of(call, Script((name, arguments))) as session:
        said = await session.run(user_input="please")
        said.expect.next_event().is_function_call(name=name)
        said.expect.next_event().is_function_call_output(is_error=True)
        (output,) = [e for e in session.history.items if e.type == "function_call_output"]
    assert words in output.output
    assert call.done is None


async def test_after_placing_no_tool_changes_the_order() -> None:
    """Nor is another one begun; the same placing again is the same order."""
    call = a_call(TRATTORIA, phone=PHONE)
    answers = await outputs(
        call,
        ("set_item", COKE),
        ("read_back", {}),
        ("place_order", {}),
        ("set_item", COKE | {"qty": 3}),
        ("read_back", {}),
        ("place_order", {}),
    )
    assert [a.is_error for a in answers] == [False, False, False, True, True, False]
    assert "P-1 is placed" in answers[3].output
    assert answers[5].output == answers[2].output


async def test_more_dishes_than_by_phone_are_not_read_back() -> None:
    """All of them together are the staff's to confirm."""
    many = [
        ("set_item", COKE | {"line_id": str(n), "qty": 50}) for n in range(MAX_DISHES // 50 + 1)
    ]
    answers = await outputs(a_call(TRATTORIA), *many, ("read_back", {}))
    assert answers[-1].is_error
    assert "for the staff to confirm" in answers[-1].output


async def test_a_delivery_needs_its_address() -> None:
    """It is refused before anything is read back."""
    (_, _, answer) = await outputs(
        a_call(TRATTORIA), ("set_item", COKE), ("set_type", {"type": "delivery"}), ("read_back", {})
    )
    assert answer.is_error
    assert "a delivery needs an address" in answer.output


async def test_a_closed_restaurant_takes_no_order_by_any_tool() -> None:
    """The refusal says when it opens and what is possible instead."""
    call = a_call(TRATTORIA, business=SHUT, phone=PHONE)
    for name, arguments in (
        ("set_item", COKE),
        ("set_note", {"note": "nuts"}),
        ("set_time", {"time": "19:00"}),
        ("set_type", {"type": "pickup"}),
        ("set_customer", {"name": "Maria", "phone": "", "address": ""}),
        ("order_again", {}),
        ("read_back", {}),
    ):
        (answer,) = await outputs(call, (name, arguments))
        assert answer.is_error, name
        assert "We're closed now; we open at 17:30." in answer.output, name
        assert "a message can be" in answer.output
    (left,) = await outputs(call, ("leave_message", {"name": "M", "phone": "", "text": "call me"}))
    assert not left.is_error


async def test_a_person_is_asked_for() -> None:
    """Where the line can transfer and there is a number, the reason is kept for the line."""
    staffed = replace(BUSINESS, staff_phone="+4930999")
    call = a_call(TRATTORIA, business=staffed, line_transfers=True)
    (answer,) = await outputs(call, ("hand_over", {"reason": "a complaint"}))
    assert not answer.is_error
    assert call.hand_over_reason == "a complaint"
    (refused,) = await outputs(a_call(TRATTORIA, business=staffed), ("hand_over", {"reason": "x"}))
    assert refused.is_error


# --- an order of today ---------------------------------------------------------------------------


async def test_a_model_changes_an_order_of_today() -> None:
    """Its lines come with labels; the change is read back with the new total, and made once."""
    service, call = await _a_standing_order()
    answers = await outputs(
        call,
        ("todays_orders", {}),
        ("change_order", {"number": "P-1"}),
        ("set_item", COKE | {"line_id": "2", "qty": 2}),
        ("remove_item", {"line_id": "1"}),
        (
            "set_item",
            {
                "line_id": "4",
                "item_id": "margherita",
                "qty": 1,
                "modifiers": ["without:basil"],
                "note": "",
            },
        ),
        ("read_back", {}),
        ("place_order", {}),
        ("place_order", {}),
    )
    assert not any(a.is_error for a in answers)
    assert answers[0].output.startswith("Order P-1 is two Margheritas and one Coke, €")
    assert answers[1].output.splitlines() == ["1: two Margheritas", "2: one Coke"]
    assert "order P-1 is then two Cokes and one Margherita without Basil" in answers[5].output
    (order,) = service.placed.values()
    live = [(o.item_id, o.qty, [m.id for m in o.modifiers if m.removes]) for o in order.lines]
    assert live == [("margherita", 2, []), ("coke", 2, []), ("margherita", 1, ["basil"])]
    assert [o.voided is not None for o in order.lines] == [True, False, False]
    assert f"€{order.totals.gross / 100:.2f}" in answers[5].output
    assert order.revision == 2
    assert "P-1 is changed" in answers[6].output
    assert answers[7].output == answers[6].output


async def test_a_model_cancels_an_order_of_today() -> None:
    """Only after the caller's own yes to what cancel_order said."""
    service, call = await _a_standing_order()
    (said, done) = await outputs(call, ("cancel_order", {"number": "P-1"}), ("place_order", {}))
    assert "Shall I cancel all of it?" in said.output
    assert "P-1 is cancelled" in done.output
    assert [o.status for o in service.placed.values()] == [Status.CANCELLED]


async def test_keeping_it_leaves_it() -> None:
    """After keep_order there is nothing that a yes could do."""
    service, call = await _a_standing_order()
    answers = await outputs(
        call, ("cancel_order", {"number": "P-1"}), ("keep_order", {}), ("place_order", {})
    )
    assert [a.is_error for a in answers] == [False, False, True]
    assert [o.status for o in service.placed.values()] == [Status.PLACED]


async def test_what_of_a_standing_order_is_changed_besides_dishes() -> None:
    """Its name, note and time; whether it is fetched or brought is the staff's."""
    service, call = await _a_standing_order()
    answers = await outputs(
        call,
        ("change_order", {"number": "P-1"}),
        ("set_customer", {"name": "Eve", "phone": "", "address": ""}),
        ("set_type", {"type": "delivery"}),
        ("set_note", {"note": "Allergy: nuts"}),
        ("set_time", {"time": "19:00"}),
        ("read_back", {}),
    )
    assert [a.is_error for a in answers] == [False, False, True, False, False, False]
    assert "for the staff to change" in answers[2].output
    assert "for Eve, ready at 19:00. Allergy: nuts." in answers[5].output
    await call.place_order()
    (order,) = service.placed.values()
    assert (order.customer.name, order.note) == ("Eve", "Allergy: nuts")


async def test_what_the_kitchen_makes_is_not_changed() -> None:
    """The refusal says how far it is, and whose it is to change."""
    service, _ = await _a_standing_order()
    (key,) = service.placed
    service.placed[key] = replace(service.placed[key], status=Status.PREPARING)
    call = await _again(service)
    for name in ("change_order", "cancel_order"):
        (answer,) = await outputs(call, (name, {"number": "P-1"}))
        assert answer.is_error
        assert answer.output.startswith("The kitchen is already making order P-1. Only the staff")


async def test_no_more_of_what_has_sold_out_since() -> None:
    """What stands may stay and may become less, and there is no more of it."""
    service, _ = await _a_standing_order()
    service.now_sold_out = frozenset(["margherita"])
    call = await _again(service, sold_out=["margherita"])
    more = {"line_id": "1", "item_id": "margherita", "qty": 3, "modifiers": [], "note": ""}
    answers = await outputs(
        call,
        ("change_order", {"number": "P-1"}),
        ("set_item", more),
        ("read_back", {}),
        ("set_item", more | {"qty": 1}),
        ("read_back", {}),
        ("place_order", {}),
    )
    assert [a.is_error for a in answers] == [False, False, True, False, False, False]
    assert "sold out" in answers[2].output


# --- messages, prompt ----------------------------------------------------------------------------


async def test_the_same_message_twice_is_one() -> None:
    """And no call leaves more than a few."""
    service = offline(TRATTORIA)
    call = a_call(TRATTORIA, service, phone=PHONE)
    told = ("leave_message", {"name": "Maria", "phone": "", "text": "my umbrella"})
    others = [("leave_message", {"name": "", "phone": "", "text": f"{n}"}) for n in range(3)]
    answers = await outputs(call, told, told, *others)
    assert [a.is_error for a in answers] == [False, False, False, False, True]
    assert "At most 3 messages" in answers[-1].output
    assert [m.text for m in service.messages.values()] == ["my umbrella", "0", "1"]
    assert {m.phone for m in service.messages.values()} == {PHONE}
    assert len(call.messages) == MAX_MESSAGES


class Deaf(OfflineOrders):
    """Takes no messages."""

    async def leave_message(self, message: Message) -> None:
        raise Unavailable("The restaurant's system does not answer.")


async def test_a_message_that_nobody_takes_is_not_said_to_be_left() -> None:
    """To a model in words; to a caller too, and a yes tries again."""
    service = Deaf(TRATTORIA, BUSINESS, StillClock())
    call = a_call(TRATTORIA, service, phone=PHONE)
    (answer,) = await outputs(call, ("leave_message", {"name": "M", "phone": "", "text": "call"}))
    assert answer.is_error
    assert "does not answer" in answer.output
    assert list(call.messages) == []
    async with session_of(call) as session:
        for turn in ("I left my umbrella at your place", "Maria"):
            await session.run(user_input=turn)
        said = await session.run(user_input="yes")
        reply = said.expect[-1].is_message(role="assistant").event().item.text_content
    assert "couldn't pass that on" in reply
    assert "Shall I try again?" in reply


def test_a_model_is_told_what_is_known() -> None:
    """Who calls, what stands, what is sold out and when it closes is in the instructions."""
    service = offline(TRATTORIA)
    business = Business(
        name="Trattoria",
        timezone="Europe/Berlin",
        hours={"sun": (Span("11:30", "22:00"),)},
        busy_minutes=15,
        staff_phone="+4930999",
    )
    call = a_call(TRATTORIA, service, business=business, phone=PHONE, sold_out=["tiramisu"])
    told = Waiter(call.house, call.guest).instructions
    assert "closing at 22:00" in told
    assert "about 35 minutes" in told
    assert "the staff's number is +4930999" in told
    assert "The number is known." in told
    assert "tiramisu (Tiramisù), €6.50 SOLD OUT" in told


async def test_a_model_is_told_of_todays_order() -> None:
    """With what was had last time, so that it can answer about both."""
    service, _ = await _a_standing_order()
    history = await service.history(PHONE)
    call = await _again(service, history=history)
    told = Waiter(call.house, call.guest).instructions
    assert "Order P-1 is two Margheritas and one Coke" in told
    assert "Last time: two Margheritas and one Coke." in told
    assert "for Maria" in told
