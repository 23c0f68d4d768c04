"""What is a yes to what was read back, and what only begins like one."""

from __future__ import annotations

import pytest

from agent.orders import OfflineOrders
from agent.rules.echo import without_echo
from domain.order import Status
from tests.support.conversation import Caller, a_call, offline
from tests.support.menus import TRATTORIA

PHONE = "+4930123456"
ORDER = "two margheritas and a coke for Kai, pick-up"

NO_YES = """
okay repeat that please
yes, could you read it to me again please
alright let me check with my wife
okay I'll go somewhere else
it's fine I'll cook myself
could you place it later?
okay so what was in that again
sure, what's it made of
yeah what's that price again
okay who is this
ok what
yes?
sorry yes?
good question
good grief
fine print?
ok google play music
right so the thing is my mum wants a word
yes and no
the assistant said yes
yes if it's ready in 10 minutes
alright one sec
sure hold on
okay hmm let me think
yes is that with cheese
"""
YES = """
yes
Yes please.
yep that's right
okay
ok great thanks
perfect
go ahead
sure
alright then
yes, how long will it take?
lovely, yes
yeah that's everything, thank you
yes two margheritas and one coke that's right
ja
sounds good to me
yes that's fine thank you very much
that's right, thanks, bye
yes you can place it
yes go for it mate
uh huh
please do
yes sir, that is all
yes place the order please
yes yes it's for Kai
Yes, that is correct.
great, thank you so much, see you soon
yes, tamam
yeah yeah yeah go
"""


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize("said", _lines(NO_YES))
async def test_what_only_begins_like_a_yes_places_nothing(said: str) -> None:
    """The caller is asked once more, or waited for, and a yes then places it."""
    caller = Caller(TRATTORIA)
    await caller.say(ORDER)
    answer = await caller.say(said)
    assert caller.call.placed is None, answer
    assert answer.endswith(("?", "Take your time."))
    await caller.say("yes please")
    assert caller.call.placed is not None


@pytest.mark.parametrize("said", _lines(YES))
async def test_a_yes_places_it(said: str) -> None:
    caller = Caller(TRATTORIA)
    await caller.say(ORDER)
    await caller.say(said)
    assert caller.call.placed is not None


async def _again(service: OfflineOrders) -> Caller:
    """A caller of an order that stands."""
    first = Caller(TRATTORIA, service=service, call=a_call(TRATTORIA, service, phone=PHONE))
    await first.say(ORDER, "yes")
    todays = await service.todays(PHONE)
    call = a_call(TRATTORIA, service, phone=PHONE, todays=todays)
    call.id = "call-2"
    return Caller(TRATTORIA, service=service, call=call)


@pytest.mark.parametrize("said", ["ok let me check with my wife", "yes?", "okay, why"])
async def test_an_order_that_stands_is_cancelled_on_a_yes_alone(said: str) -> None:
    service = offline(TRATTORIA)
    caller = await _again(service)
    assert (await caller.say("cancel my order")).endswith("Shall I cancel all of it?")
    assert (await caller.say(said)).endswith("?")
    (order,) = service.placed.values()
    assert order.status is Status.PLACED
    await caller.say("yes, cancel it")
    (order,) = service.placed.values()
    assert order.status is Status.CANCELLED


async def _cancelling(said: str) -> tuple[str, Status]:
    """What is answered to `said` after "shall I cancel all of it?", and how the order stands."""
    service = offline(TRATTORIA)
    caller = await _again(service)
    await caller.say("cancel my order")
    answer = await caller.say(said)
    (order,) = service.placed.values()
    return answer, order.status


@pytest.mark.parametrize(
    "said",
    [
        "yes please, cancel the whole thing",
        "yeah cancel everything thanks",
        "yes, scrap the lot",
        "yes I don't want it anymore",
    ],
)
async def test_a_yes_with_the_deed_said_again_cancels(said: str) -> None:
    answer, status = await _cancelling(said)
    assert status is Status.CANCELLED, answer


async def test_the_deed_without_a_yes_is_asked_about_again() -> None:
    answer, status = await _cancelling("cancel the whole thing")
    assert status is Status.PLACED
    assert answer.endswith("Shall I cancel all of it?")


@pytest.mark.parametrize(
    "said",
    ["no don't cancel the whole thing", "no, forget it", "yes cancel it all unless it's ready"],
)
async def test_what_is_no_yes_to_the_deed_cancels_nothing(said: str) -> None:
    answer, status = await _cancelling(said)
    assert status is Status.PLACED, answer


@pytest.mark.parametrize(
    "said", ["yes and add a sprite", "yes, and take off the margheritas", "yes but two of them"]
)
async def test_a_yes_with_another_wish_reads_back_what_then_stands(said: str) -> None:
    """Nothing of the order changes until that is agreed to as well."""
    service = offline(TRATTORIA)
    caller = await _again(service)
    await caller.say("add a tiramisu to my order")
    assert (await caller.say(said)).endswith("Shall I change it?")
    (order,) = service.placed.values()
    assert [line.item_id for line in order.lines] == ["margherita", "coke"]


@pytest.mark.parametrize("said", ["yes, add it", "yes please change that", "yes do it"])
async def test_a_yes_may_name_the_change(said: str) -> None:
    service = offline(TRATTORIA)
    caller = await _again(service)
    await caller.say("can you add a tiramisu to my order")
    await caller.say(said)
    (order,) = service.placed.values()
    assert [line.item_id for line in order.lines] == ["margherita", "coke", "tiramisu"]


async def test_an_order_that_stands_is_changed_on_a_yes_alone() -> None:
    service = offline(TRATTORIA)
    caller = await _again(service)
    assert (await caller.say("about my order: remove the coke please")).endswith("?")
    await caller.say("okay let me ask first")
    (order,) = service.placed.values()
    assert all(line.voided is None for line in order.lines)
    await caller.say("yes")
    (order,) = service.placed.values()
    assert [line.item_id for line in order.lines if line.voided] == ["coke"]


READ_BACK = (
    "So that's two Naan with Garlic and one Street Taco, for Noa, delivered to 77 Pearl Street, "
    "ready at 19:00. That's €12. Shall I place it?"
)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("yes, Pearl Street, that's right", "yes, that's right"),
        ("yeah, two naan with garlic", "yeah"),
        ("Right, with the garlic.", "Right"),
        ("yes, and a naan", "yes, and a naan"),  # one more, perhaps
        ("yes, another taco", "yes, another taco"),
        ("yes, no garlic", "yes, no garlic"),
        ("yes, one naan", "yes, one naan"),  # two were read back
        ("Pearl Street", "Pearl Street"),  # without a yes it may be a question
        ("yes, Pear Lane", "yes, Pear Lane"),
    ],
)
def test_what_was_read_back_may_be_said_again_beside_the_yes(said: str, left: str) -> None:
    assert without_echo(said, READ_BACK) == left
