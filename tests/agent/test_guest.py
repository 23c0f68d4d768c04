"""Who calls: the same as last time, a person to speak to, silence."""

from __future__ import annotations

from dataclasses import replace as with_

import pytest
from msgspec.structs import replace

from agent.cart import MAX_DISHES
from agent.rules import MAX_SILENCES
from domain.errors import Conflict, NotFound, Unavailable
from domain.order import Order
from tests.support.conversation import BUSINESS, Caller, a_call
from tests.support.menus import TRATTORIA


async def _earlier(*turns: str) -> Order:
    caller = Caller(TRATTORIA)
    await caller.say(*turns, "yes")
    assert caller.call.placed is not None
    return caller.call.placed


async def test_the_same_as_last_time_is_read_back_at_once() -> None:
    """Dishes, name and way of getting it are known; only the yes is missing."""
    last = await _earlier("a large coke and a lasagne for Maria, pick-up")
    caller = Caller(TRATTORIA, history=[last])
    said = await caller.say("the usual please")
    assert said.startswith("So that's one large Coke and one Lasagne")
    assert "for Maria, to pick up" in said
    assert caller.call.placed is None
    await caller.say("yes")
    assert caller.call.placed is not None


async def test_what_has_run_out_since_is_said() -> None:
    """The rest of the earlier order is taken; nothing is put in its place unasked."""
    last = await _earlier("a tiramisu and a lasagne for Maria, pick-up")
    caller = Caller(TRATTORIA, history=[last], sold_out=["tiramisu"])
    said = await caller.say("same as last time")
    assert "Tiramisù is sold out" in said
    assert caller.lines == ["1 lasagne"]


async def test_a_dish_that_left_the_menu_is_said() -> None:
    """By the name it had on the earlier order."""
    last = await _earlier("a coke for Maria, pick-up")
    gone = replace(last.lines[0], item_id="fanta", name="Fanta")
    caller = Caller(TRATTORIA, history=[replace(last, lines=(gone, *last.lines))])
    said = await caller.say("my usual")
    assert "Fanta is not on the menu any more" in said
    assert caller.lines == ["1 coke"]


async def test_the_latest_order_is_the_last_one() -> None:
    """History is the latest first."""
    orders = [
        await _earlier("a coke for Maria, pick-up"),
        await _earlier("a lasagne for Maria, pick-up"),
    ]
    caller = Caller(TRATTORIA, history=orders)
    await caller.say("the usual")
    assert caller.lines == ["1 coke"]


async def test_a_stranger_has_no_usual() -> None:
    """It is said, and the order is taken as from anyone."""
    caller = Caller(TRATTORIA)
    assert "can't see an earlier order" in await caller.say("the usual please")
    assert caller.lines == []


async def test_a_model_can_order_again() -> None:
    """The tool says what stands in the cart and what cannot be had; without history it refuses."""
    last = await _earlier("a tiramisu and a lasagne for Maria, pick-up")
    call = a_call(TRATTORIA, sold_out=["tiramisu"], history=[last])
    assert call.order_again() == "one Lasagne al Forno. Not to be had today: Tiramisù."
    with pytest.raises(NotFound, match="No earlier order"):
        a_call(TRATTORIA).order_again()


async def test_a_person_is_asked_for_and_the_call_is_handed_over() -> None:
    """The reason is kept for whoever holds the line; if nobody answers, the talk goes on."""
    caller = Caller(TRATTORIA)
    staffed = replace(BUSINESS, staff_phone="+4930999")
    caller.call.house = with_(caller.call.house, line_transfers=True, business=staffed)
    await caller.say("a coke")
    said = await caller.say("can I speak to someone?")
    assert "put you through" in said
    assert "asks for a person" in caller.call.hand_over_reason
    await caller.say("that's all. Tom, pickup", "yes")
    assert caller.call.placed is not None


async def test_where_nobody_can_be_put_through_it_is_refused() -> None:
    """To a model in words, to the caller with the staff's number."""
    call = a_call(TRATTORIA)
    with pytest.raises(Unavailable, match="Nobody can be put through"):
        call.hand_over("angry")
    assert call.hand_over_reason == ""
    assert "can't put you through" in await Caller(TRATTORIA).say("give me a human")


async def test_a_banquet_is_for_the_staff_to_confirm() -> None:
    """Each line may be large; all of them together are not placed by telephone."""
    caller = Caller(TRATTORIA)
    await caller.say("50 cokes", "yes", "50 lasagne", "yes", "3 tiramisu")
    said = await caller.say("that's all. Tom, pickup")
    assert "103 dishes" in said
    assert "staff" in said
    await caller.say("yes", "yes")
    assert caller.call.placed is None
    assert caller.call.cart.dishes > MAX_DISHES
    with pytest.raises(Conflict, match="for the staff to confirm"):
        caller.call.read_back()


async def test_silence_ends_the_call_politely() -> None:
    """Asked after twice, in other words each time; then goodbye, and nothing is ordered."""
    caller = Caller(TRATTORIA)
    await caller.say("a coke")
    replies = [await caller.say("...") for _ in range(MAX_SILENCES)]
    assert len(set(replies)) == MAX_SILENCES
    assert "Nothing has been ordered" in replies[-1]
    assert caller.ended
    assert caller.call.ended
    assert caller.call.placed is None


async def test_a_word_in_between_is_no_silence() -> None:
    """Only silences in a row end a call."""
    caller = Caller(TRATTORIA)
    await caller.say("...", "...", "a coke", "...", "...")
    assert not caller.ended


async def test_no_question_is_put_twice_in_the_same_words() -> None:
    """A caller who did not understand it hears it otherwise."""
    caller = Caller(TRATTORIA)
    await caller.say("a coke", "that's all")
    asked = [(await caller.say("blub blub")).split(". ")[-1] for _ in range(2)]
    assert asked[0] != asked[1]
