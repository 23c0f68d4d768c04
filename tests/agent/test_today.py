"""An order of today changed by its caller: once, as read back, over nobody else's change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from agent.orders import OfflineOrders, Standing
from agent.rules import Ask
from domain.clock import from_iso, iso
from domain.codec import encode
from domain.errors import Conflict, Unavailable, VersionMismatch
from domain.menu import parse_menu
from domain.order import Status
from domain.ordering import DraftLine, Edit, LineAmendment
from tests.support.conversation import (
    BUSINESS,
    Caller,
    StillClock,
    a_call,
    dishes,
    offline,
    the_order,
)
from tests.support.menus import TRATTORIA

PHONE = "+4930123456"


async def a_service(service: OfflineOrders | None = None) -> OfflineOrders:
    """A kitchen with one order of today from `PHONE`: two margheritas and a coke."""
    service = service or offline(TRATTORIA)
    await _placed(service, "two margheritas and a coke for Maria, pick-up")
    return service


async def _placed(service: OfflineOrders, words: str) -> None:
    first = Caller(TRATTORIA, service=service, call=a_call(TRATTORIA, service, phone=PHONE))
    first.call.id = f"call-{len(service.placed)}"
    await first.say(words, "yes")
    assert first.call.placed is not None


async def again(service: OfflineOrders) -> Caller:
    """The same caller again."""
    todays = await service.todays(PHONE)
    call = a_call(TRATTORIA, service, phone=PHONE, todays=todays)
    return Caller(TRATTORIA, service=service, call=call)


async def test_what_will_stand_is_read_back_with_its_total() -> None:
    """All of the order, not only what is new; nothing is changed before the yes."""
    service = await a_service()
    caller = await again(service)
    said = await caller.say("I ordered an hour ago, can you add a tiramisu")
    assert said.startswith(
        "So order P-1 is then two Margheritas, one Coke and one Tiramisù, for Maria. That's €"
    )
    assert said.endswith("Shall I change it?")
    assert dishes(the_order(service)) == ["2 margherita", "1 coke"]
    done = await caller.say("yes")
    assert dishes(the_order(service)) == ["2 margherita", "1 coke", "1 tiramisu"]
    assert f"€{the_order(service).totals.gross / 100:.2f}" in said
    assert "P-1 is changed" in done
    assert caller.ended
    assert caller.call.placed is None
    assert caller.call.changed == the_order(service)
    assert len(service.placed) == 1


async def test_a_dish_made_otherwise_is_a_new_line() -> None:
    """The old one is voided with a reason, in the same revision: one change ticket."""
    service = await a_service()
    caller = await again(service)
    await caller.say("about my order from earlier: one of the margheritas without basil", "yes")
    order = the_order(service)
    assert order.revision == 2
    assert dishes(order) == ["1 margherita", "1 coke", "1 margherita"]
    assert [m.id for m in order.lines[-1].modifiers if m.removes] == ["basil"]


async def test_both_made_otherwise_voids_the_old_line() -> None:
    service = await a_service()
    caller = await again(service)
    await caller.say("change my order, both margheritas without basil please", "yes")
    order = the_order(service)
    assert dishes(order) == ["1 coke", "2 margherita"]
    voided = order.lines[0].voided
    assert voided is not None
    assert voided.reason == "changed by phone"


async def test_the_last_dish_taken_off_is_a_cancelling() -> None:
    """It is asked as one, and the order is cancelled whole."""
    service = offline(TRATTORIA)
    await _placed(service, "a coke for Maria, pick-up")
    caller = await again(service)
    said = await caller.say("I'd like to change my order", "take off the coke")
    assert said.endswith("Shall I cancel all of it?")
    done = await caller.say("yes")
    assert the_order(service).status is Status.CANCELLED
    assert "P-1 is cancelled" in done


async def test_a_price_of_today_does_not_touch_what_was_ordered() -> None:
    """What stands keeps its price; what is new has the menu's."""
    service = await a_service()
    data = encode(TRATTORIA)
    for item in data["items"]:
        item["price"] += 100
    service.now_menu = parse_menu(data)
    before = the_order(service).totals.gross
    caller = await again(service)
    said = await caller.say("I ordered an hour ago, can you add a tiramisu", "yes")
    assert "price has just changed" in said
    await caller.say("yes")
    assert the_order(service).totals.gross == before + 750


# --- somebody else -------------------------------------------------------------------------------


async def _staff(service: OfflineOrders, edit: Edit) -> None:
    (standing,) = await service.todays(PHONE)
    await service.change(standing, edit)


async def test_somebody_changed_it_meanwhile() -> None:
    """It is said, what will stand now is read back with both changes, and only a new yes counts."""
    service = await a_service()
    caller = await again(service)
    await caller.say("I ordered an hour ago, can you add a tiramisu")
    await _staff(service, Edit(add=(DraftLine("sprite", 1),)))
    said = await caller.say("yes")
    assert said.startswith("I'm sorry, that could not be placed: Somebody has just changed")
    assert "two Margheritas, one Coke, one Sprite and one Tiramisù" in said
    assert dishes(the_order(service)) == ["2 margherita", "1 coke", "1 sprite"]
    await caller.say("yes")
    assert dishes(the_order(service)) == ["2 margherita", "1 coke", "1 sprite", "1 tiramisu"]


async def test_the_kitchen_has_begun_meanwhile() -> None:
    """Then it is the staff's, and nothing is changed."""
    service = await a_service()
    caller = await again(service)
    await caller.say("I ordered an hour ago, can you add a tiramisu")
    await _staff(service, Edit(status=Status.PREPARING))
    said = await caller.say("yes")
    assert "The kitchen is already making order P-1." in said
    assert "staff" in said
    await caller.say("yes", "yes")
    assert dishes(the_order(service)) == ["2 margherita", "1 coke"]
    assert the_order(service).status is Status.PREPARING


async def test_somebody_cancelled_it_meanwhile() -> None:
    """A cancelled order is not brought back to life."""
    service = await a_service()
    caller = await again(service)
    await caller.say("I ordered an hour ago, can you make the coke two")
    await _staff(service, Edit(status=Status.CANCELLED))
    said = await caller.say("yes")
    assert "Order P-1 is cancelled." in said
    assert the_order(service).status is Status.CANCELLED


class LosesAnswers(OfflineOrders):
    """Makes a change, and its answer is lost, as often as `lost` says."""

    lost = 1

    async def change(self, standing: Standing, edit: Edit) -> Standing:
        changed = await super().change(standing, edit)
        if self.lost:
            self.lost -= 1
            raise Unavailable("The restaurant's system does not answer.")
        return changed


CHANGES = [
    ("I ordered an hour ago, can you add a tiramisu", ["2 margherita", "1 coke", "1 tiramisu"]),
    ("I ordered an hour ago, make the coke three", ["2 margherita", "3 coke"]),
    ("I ordered an hour ago, take off the coke", ["2 margherita"]),
    ("change my order, both margheritas without basil", ["1 coke", "2 margherita"]),
]


@pytest.mark.parametrize(("words", "after"), CHANGES, ids=lambda v: str(v)[:40])
async def test_a_change_whose_answer_was_lost_is_made_once(words: str, after: list[str]) -> None:
    """The caller says yes again, and the second try finds the change made."""
    service = await a_service(LosesAnswers(TRATTORIA, BUSINESS, StillClock()))
    caller = await again(service)
    await caller.say(words)
    said = await caller.say("yes")
    assert "Shall I try again?" in said
    said = await caller.say("yes")
    assert "P-1 is changed" in said
    assert dishes(the_order(service)) == after
    assert the_order(service).revision == 2


async def test_a_cancelling_whose_answer_was_lost_is_made_once() -> None:
    service = await a_service(LosesAnswers(TRATTORIA, BUSINESS, StillClock()))
    caller = await again(service)
    await caller.say("I'd like to cancel my order", "yes")
    said = await caller.say("yes")
    assert "P-1 is cancelled" in said
    assert the_order(service).status is Status.CANCELLED


async def test_a_lost_answer_and_another_wish() -> None:
    """The first try went through unheard, then the caller wanted another dish instead: both are
    read back, since both stand, and nothing is done without a yes."""
    service = await a_service(LosesAnswers(TRATTORIA, BUSINESS, StillClock()))
    caller = await again(service)
    await caller.say("I ordered an hour ago, can you add a tiramisu", "yes")
    await caller.say("no, make that a sprite instead of the tiramisu")
    said = await caller.say("yes")
    assert "Somebody has just changed order P-1" in said
    assert "one Tiramisù" in said
    assert "one Sprite" in said
    assert dishes(the_order(service)) == ["2 margherita", "1 coke", "1 tiramisu"]


# --- what it never does --------------------------------------------------------------------------


async def test_a_yes_to_something_else_changes_nothing() -> None:
    """Only the cart that was read back is sent."""
    service = await a_service()
    caller = await again(service)
    await caller.say("I ordered an hour ago, can you add a tiramisu")
    caller.call.set_item("9", "sprite", 1)
    with pytest.raises(Conflict, match="Read the whole order back"):
        await caller.call.place_order()
    assert dishes(the_order(service)) == ["2 margherita", "1 coke"]


async def test_an_allergy_is_put_on_the_order_that_stands() -> None:
    """It is read back, and on the order with the yes: so the kitchen has it on a change ticket."""
    service = await a_service()
    caller = await again(service)
    said = await caller.say("I ordered an hour ago and I forgot, I'm allergic to nuts")
    assert "Allergy: nuts" in said
    assert said.endswith("Shall I change it?")
    assert the_order(service).note == ""
    await caller.say("yes")
    assert the_order(service).note == "Allergy: nuts"
    assert not caller.call.messages


async def test_an_allergy_to_what_the_kitchen_makes_is_the_staffs() -> None:
    """It can be written on no ticket any more: nobody is told that it is, and the staff are."""
    service = await a_service()
    (key,) = service.placed
    service.placed[key] = replace(service.placed[key], status=Status.PREPARING)
    caller = await again(service)
    said = await caller.say("I ordered an hour ago and I forgot, I'm allergic to nuts")
    assert "I can tell the staff" in said
    assert "made a note" not in said
    await caller.say("yes")
    assert the_order(service).note == ""
    told = [message.text for message in caller.call.messages]
    assert told == ["Order P-1: I ordered an hour ago and I forgot, I'm allergic to nuts"]


async def test_an_allergy_beside_a_change_goes_with_it() -> None:
    service = await a_service()
    caller = await again(service)
    said = await caller.say("add a tiramisu to my order, and my son is allergic to nuts")
    assert "one Tiramisù" in said
    assert "Allergy: nuts" in said
    await caller.say("yes")
    assert dishes(the_order(service)) == ["2 margherita", "1 coke", "1 tiramisu"]
    assert the_order(service).note == "Allergy: nuts"


@pytest.mark.parametrize("words", ["no, leave it as it was", "no thanks, bye"])
async def test_an_allergy_outlives_the_change_it_was_said_with(words: str) -> None:
    """Who then leaves the order as it was is asked whether the staff shall know of it still."""
    service = await a_service()
    caller = await again(service)
    await caller.say("add a tiramisu to my order, and my son is allergic to nuts")
    said = await caller.say(words)
    assert "Shall I pass that on to the staff" in said
    await caller.say("yes")
    assert dishes(the_order(service)) == ["2 margherita", "1 coke"]
    assert caller.call.messages[0].text == "Order P-1: Allergy: nuts"


async def test_an_allergy_is_not_lost_by_hanging_up() -> None:
    service = await a_service()
    caller = await again(service)
    await caller.say("add a tiramisu to my order, and my son is allergic to nuts")
    note = await caller.call.hung_up()
    assert note is not None
    assert "P-1" in note.text
    assert "Allergy: nuts" in note.lines


async def test_another_time_and_another_name_for_an_order_that_stands() -> None:
    """Whoever only says hello renames nothing."""
    service = await a_service()
    before = the_order(service)
    caller = await again(service)
    said = await caller.say("hi it's Anna, can you make my order half an hour later")
    later = iso(from_iso(before.promised_at) + timedelta(minutes=30))
    assert "ready at" in said
    assert "Anna" not in said
    assert "Zoe" in await caller.say("and put the order under the name Zoe")
    await caller.say("yes")
    after = the_order(service)
    assert (after.promised_at, after.customer.name) == (later, "Zoe")
    assert after.lines == before.lines


async def test_a_number_that_is_no_hour_stays_a_number() -> None:
    """No time was told at the read-back, so "make it two" speaks of a dish."""
    service = await a_service()
    caller = await again(service)
    await caller.say("add a tiramisu to my order", "make it two", "yes")
    assert dishes(the_order(service)) == ["2 margherita", "1 coke", "2 tiramisu"]


NEW_ORDERS = [
    "hello can you take my order, a lasagne please",
    "I'd like to order a lasagne",
    "can I order for my mother, a lasagne",
    "another order please, a lasagne",
    "a lasagne and no wait, not that, a lasagne with a coke",
]


@pytest.mark.parametrize("words", NEW_ORDERS)
async def test_who_orders_anew_changes_nothing_that_stands(words: str) -> None:
    service = await a_service()
    caller = await again(service)
    await caller.say(words)
    assert caller.talk.today == ""
    assert [line.item_id for line in caller.call.cart.lines][:1] == ["lasagne"]


async def test_another_order_beside_it_is_a_new_one() -> None:
    """Who does not speak of the first order is sold a second one, and the first one stays."""
    service = await a_service()
    caller = await again(service)
    await caller.say("a lasagne please, pick-up", "that's all", "yes")
    assert caller.call.placed is not None
    assert next(dishes(o) for o in service.placed.values()) == ["2 margherita", "1 coke"]


async def test_the_same_again_is_not_placed_by_mistake() -> None:
    """Who was cut off and calls again hears that the first order stands before a second yes."""
    service = await a_service()
    caller = await again(service)
    said = await caller.say("two margheritas and a coke for Maria, pick-up")
    assert "You already have order P-1 with exactly that" in said
    assert caller.talk.ask is Ask.CONFIRM
    await caller.say("oh, then no. bye")
    assert len(service.placed) == 1


async def test_the_offline_kitchen_keeps_the_ports_promise() -> None:
    """A change made looking at an older version is refused with what stands."""
    service = await a_service()
    (standing,) = await service.todays(PHONE)
    (line, _) = standing.order.lines
    edit = Edit(amend=(LineAmendment(line.id, 3),))
    await service.change(standing, edit)
    with pytest.raises(VersionMismatch) as refused:
        await service.change(standing, edit)
    assert refused.value.version == 2
    await service.change((await service.todays(PHONE))[0], Edit(status=Status.CANCELLED))
    assert await service.todays(PHONE) == ()
    assert await service.todays("") == ()


async def test_a_note_that_the_staff_wrote_meanwhile_stays() -> None:
    """Both notes are read back, and both are on the order."""
    service = await a_service()
    caller = await again(service)
    await caller.say("I ordered an hour ago and I forgot, I'm allergic to nuts")
    (standing,) = await service.todays(PHONE)
    await service.change(standing, Edit(note="ring twice"))
    said = await caller.say("yes")
    assert "ring twice" in said.lower()
    assert "Allergy: nuts" in said
    await caller.say("yes")
    assert the_order(service).note == "ring twice. Allergy: nuts"


async def test_an_allergy_that_comes_as_the_kitchen_begins_is_the_staffs() -> None:
    """It was read back, and then it was too late: it is not lost with that, hung up on or not."""
    service = await a_service()
    caller = await again(service)
    await caller.say("I ordered an hour ago and I forgot, I'm allergic to nuts")
    (standing,) = await service.todays(PHONE)
    await service.change(standing, Edit(status=Status.PREPARING))
    said = await caller.say("yes")
    assert "The kitchen is already making order P-1" in said
    assert "Shall I pass that on to the staff: “Order P-1: Allergy: nuts”?" in said
    note = await caller.call.hung_up()
    assert note is not None
    assert "Allergy: nuts" in note.text


async def test_an_allergy_is_kept_of_who_hangs_up_at_the_last_question() -> None:
    service = await a_service()
    caller = await again(service)
    await caller.say("add a tiramisu to my order, and my son is allergic to nuts")
    await caller.say("no, leave it as it was")
    note = await caller.call.hung_up()
    assert note is not None
    assert "Allergy: nuts" in note.text
