"""Whoever has forgotten something says so after the goodbye: the order is taken up again."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agent.orders import OfflineOrders
from agent.rules import Ask
from domain.errors import Conflict
from domain.order import Status
from tests.support.conversation import Caller, a_call, dishes, offline, the_order
from tests.support.menus import TRATTORIA


async def ordered() -> tuple[Caller, OfflineOrders]:
    """A caller to whom we have said goodbye, with two margheritas ordered."""
    service = offline(TRATTORIA)
    caller = Caller(TRATTORIA, service=service, call=a_call(TRATTORIA, service))
    await caller.say("two margheritas for Maria, pick-up", "yes")
    assert caller.call.ended
    return caller, service


async def test_one_more_thing_is_put_on_the_order_that_stands() -> None:
    """It is read back whole, changed with the yes, and no second order; as often as they like."""
    caller, service = await ordered()
    said = await caller.say("oh, one more thing, could you add a tiramisu?")
    assert said.startswith("So order P-1 is then two Margheritas and one Tiramisù, for Maria.")
    assert not caller.call.ended
    assert dishes(the_order(service)) == ["2 margherita"]
    assert "Your order P-1 is changed" in await caller.say("yes")
    assert caller.call.ended
    assert dishes(the_order(service)) == ["2 margherita", "1 tiramisu"]
    await caller.say("and a coke", "yes")
    assert dishes(the_order(service)) == ["2 margherita", "1 tiramisu", "1 coke"]


@pytest.mark.parametrize(
    "words", ["hang on, one more thing", "wait, can I change something?", "oh, I forgot something"]
)
async def test_who_only_says_that_there_is_more_is_asked_what(words: str) -> None:
    caller, service = await ordered()
    asked = await caller.say(words)
    assert asked == "Your order P-1 is two Margheritas. What would you like to change?"
    await caller.say("make it three", "yes")
    assert dishes(the_order(service)) == ["3 margherita"]


async def test_it_can_be_cancelled() -> None:
    caller, service = await ordered()
    assert "Shall I cancel all of it?" in await caller.say("actually, cancel that")
    await caller.say("yes")
    assert the_order(service).status is Status.CANCELLED


@pytest.mark.parametrize(
    "words",
    [
        "thanks, bye",
        "great, see you later, it's hot today",
        "yes",
        "ok, how long is that?",
        "ok, 12:25, got it. Thanks",
        "can I have your address?",
        "no problem, thank you, we love your pizzas",
    ],
)
async def test_who_only_says_goodbye_changes_nothing(words: str) -> None:
    caller, service = await ordered()
    await caller.say(words)
    assert caller.call.ended
    assert caller.talk.ask is Ask.CLOSED
    assert caller.call.standing is None
    assert dishes(the_order(service)) == ["2 margherita"]


async def test_who_hangs_up_before_the_yes_has_changed_nothing_and_the_staff_are_told() -> None:
    caller, service = await ordered()
    await caller.say("and a tiramisu, please")
    note = await caller.call.hung_up()
    assert note is not None
    assert "before a change to order P-1" in note.text
    assert dishes(the_order(service)) == ["2 margherita"]


async def test_who_hangs_up_after_the_goodbye_leaves_no_note() -> None:
    caller, _ = await ordered()
    assert await caller.call.hung_up() is None


async def test_what_the_kitchen_has_begun_is_for_the_staff() -> None:
    caller, service = await ordered()
    (key,) = service.placed
    order = service.placed[key]
    service.placed[key] = replace(order, status=Status.PREPARING)
    service.versions[order.id] = 2
    await caller.say("and a tiramisu, please")
    assert "staff" in await caller.say("yes")
    assert dishes(the_order(service)) == ["2 margherita"]


async def test_a_call_places_one_order() -> None:
    """Another one beside it would be given the first one's key, and lost."""
    caller, service = await ordered()
    call = caller.call
    call.change_order("P-1")
    call.keep_order()
    call.set_item("1", "coke", 1)
    call.set_customer("Maria")
    call.set_type("pickup")
    call.read_back()
    with pytest.raises(Conflict, match="another one wants another call"):
        await call.place_order()
    assert dishes(the_order(service)) == ["2 margherita"]
