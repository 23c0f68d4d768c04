"""The time that a caller wants is the time that is promised, or they are told why not."""

from __future__ import annotations

from dataclasses import replace as with_
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent.asides import Wanted, listen
from agent.language import tokens
from agent.orders import OfflineOrders
from agent.suite import load_menu
from domain.business import Span
from tests.support.conversation import BUSINESS, Caller, StillClock, a_call
from tests.support.menus import TRATTORIA

OPEN = replace(BUSINESS, hours={"sun": (Span("11:00", "14:00"), Span("17:00", "22:00"))})


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("at seven", Wanted(7, twice=True)),
        ("at seven thirty please", Wanted(7, 30, twice=True)),
        ("18:30", Wanted(18, 30)),
        ("by 6.45", Wanted(6, 45, twice=True)),
        ("07:00", Wanted(7)),
        ("for 7 pm", Wanted(19)),
        ("for 7 p.m.", Wanted(19)),
        ("around 8 tonight", Wanted(20)),
        ("8 o'clock", Wanted(8, twice=True)),
        ("quarter past eight", Wanted(8, 15, twice=True)),
        ("a quarter to one", Wanted(12, 45, twice=True)),
        ("at twenty past six", Wanted(6, 20, twice=True)),
        ("half past six", Wanted(6, 30, twice=True)),
        ("at half seven", Wanted(7, 30, twice=True)),
        ("for noon", Wanted(12)),
        ("six thirty, pickup", Wanted(6, 30, twice=True)),
        ("collection, half seven", Wanted(7, 30, twice=True)),
        ("collection, seven please", Wanted(7, twice=True)),
        ("eight, pickup", Wanted(8, twice=True)),
        ("at six forty five", Wanted(6, 45, twice=True)),
        ("quarter to eight, no, quarter past", Wanted(8, 15, twice=True)),
        ("not at 7, at 8", Wanted(8, twice=True)),
        ("in half an hour", Wanted(minutes=30)),
        ("in an hour and a half", Wanted(minutes=90)),
        ("in an hour's time", Wanted(minutes=60)),
        ("in 2 hours", Wanted(minutes=120)),
        ("in three quarters of an hour", Wanted(minutes=45)),
        ("as soon as possible", Wanted()),
        ("for tomorrow at 7 pm", Wanted(19, day="tomorrow")),
        ("for next friday at 6", Wanted(6, twice=True, day="next friday")),
        ("for the 24th of december", Wanted(day="the 24 th of december")),
        ("for tonight at eight", Wanted(20)),
        ("half an hour later", Wanted(shift=30)),
        ("twenty minutes earlier please", Wanted(shift=-20)),
        ("whenever it's ready", Wanted()),
    ],
)
def test_a_time_is_heard(said: str, wanted: Wanted) -> None:
    """All that is said of it is used up, so that no number is left to count a dish."""
    asides = listen(said, tokens(said), (), want_name=False, want_address=False)
    assert asides.wanted is not None
    assert replace_words(asides.wanted) == wanted


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("Yep, seven's good", True),
        ("yes, seven, that's right", True),
        ("yeah seven", True),
        ("yes, but make it seven", False),
        ("yes, seven naans", False),
        ("seven", False),
        ("yes, eight", False),
    ],
)
def test_the_hour_is_said_again(said: str, used: bool) -> None:
    """To a read-back for seven o'clock a yes beside the hour leaves no number to count a dish."""
    heard = tokens(said)
    asides = listen(said, heard, (), want_name=False, want_address=False, hour_read=7)
    numbers = {n for n, t in enumerate(heard) if t.word.isdecimal()}
    assert (numbers <= asides.taken) is used
    assert asides.wanted is None


def replace_words(wanted: Wanted) -> Wanted:
    return with_(wanted, words="")


@pytest.mark.parametrize(
    "said",
    [
        "leave it at two",
        "the game's on at eight",
        "I ordered at 6",
        "two margheritas for 4 people",
        "at 40 lake drive",
        "six thirty, lake drive",
        "two wings, three fries",
        "a coke, two, pickup",
        "an apple turnover for tomorrow's breakfast",
        "I'll try tomorrow",
        "we had it on friday",
        "a table for six",
        "that's all for tonight",
        "see you later",
        "do you have anything for lunch",
    ],
)
def test_no_time_is_wanted(said: str) -> None:
    """Numbers, tales and streets are no times."""
    asides = listen(said, tokens(said), (), want_name=False, want_address=False)
    assert asides.wanted is None


def a_caller(*, closes: bool = False) -> Caller:
    business = OPEN if closes else BUSINESS
    service = OfflineOrders(TRATTORIA, business, StillClock())
    return Caller(TRATTORIA, service=service, call=a_call(TRATTORIA, service, business=business))


@pytest.mark.parametrize(
    ("turns", "promised"),
    [
        (("a coke at seven, pickup, Tom",), "18:00"),
        (("a coke, pickup, Tom", "for 18:30", "make it 19:00"), "18:00"),
        (("a coke", "pickup Tom at 8", "actually 9 instead"), "20:00"),
        (("a coke, pickup, Tom", "in half an hour"), "11:30"),
        (("a coke for 7 pm, pickup, Tom", "no, as soon as possible"), "11:25"),
        (("a coke, pickup, Tom", "yes if it's ready in ten minutes"), "11:25"),
        (("a coke for tomorrow, pickup, Tom", "no, today at six then"), "17:00"),
        (("a coke for tonight, pickup, Tom", "seven"), "18:00"),
        (("a coke at seven, pickup, Tom", "no, make it eight"), "19:00"),
        (("a coke at seven, pickup, Tom", "half an hour later"), "18:30"),
        (("a coke at seven, pickup, Tom", "can we say half seven"), "18:30"),
    ],
)
async def test_what_is_wanted_is_promised(turns: tuple[str, ...], promised: str) -> None:
    """The order carries the time (here in UTC), and it was read back and said at the end."""
    caller = a_caller(closes=True)
    for turn in turns:
        await caller.say(turn)
    assert caller.call.placed is None
    assert caller.call.quote(caller.call.cart).promised_at == f"2026-11-22T{promised}:00.000Z"
    told = caller.replies[-1]
    await caller.say("yes")
    order = caller.call.placed
    assert order is not None
    assert order.promised_at == f"2026-11-22T{promised}:00.000Z"
    assert order.note == ""
    local = f"ready at {int(promised[:2]) + 1}{promised[2:]}"
    assert local in caller.replies[-1]
    assert local in told or "as soon as possible" in turns[-1]


async def test_more_of_a_dish_is_no_hour() -> None:
    """Three of two is a number of dishes, whatever the time is."""
    caller = a_caller()
    await caller.say("two cokes at seven, pickup, Tom", "no, make it three")
    assert [line.qty for line in caller.call.cart.lines] == [3]


async def test_too_early_is_answered_with_the_earliest() -> None:
    """And that is then promised, though the yes came with the condition."""
    caller = a_caller()
    await caller.say("a coke, pickup, Tom")
    assert "The earliest I can do is 12:25." in await caller.say("yes, if it's ready at 12:05")
    assert caller.call.placed is None


REFUSALS = [
    ("for tomorrow at seven", "I can only take orders for today."),
    ("for next friday", "I can only take orders for today."),
    ("for 11 pm", "We're closed at 23:00; today we close at 14:00."),
    ("for 3 pm", "We're closed at 15:00"),
]


@pytest.mark.parametrize(("when", "words"), REFUSALS)
async def test_another_day_is_refused_and_a_message_offered(when: str, words: str) -> None:
    """The staff get the order and the time in words; nothing is placed, nothing stays."""
    caller = a_caller(closes=True)
    refused = await caller.say(f"two cokes {when}, pickup, Tom")
    assert words in refused
    assert "message" in refused
    await caller.say("yes please", "030 123456", "yes")
    (message,) = caller.call.messages
    assert message.text == f"Order wanted {when}: two Cokes, to pick up"
    assert message.name == "Tom"
    assert caller.call.placed is None
    assert not caller.call.cart.lines
    assert await caller.call.hung_up() is None


async def test_without_a_message_it_is_for_now_and_said_so() -> None:
    """Who wants no message may still have it today."""
    caller = a_caller()
    said = await caller.say("two cokes for tomorrow, pickup, Tom", "no")
    assert "As soon as possible, then. So that's two small Cokes, for Tom, to pick up." in said


async def test_what_a_missed_call_tells() -> None:
    """The staff read when it was wanted."""
    caller = a_caller()
    await caller.say("a coke at seven, pickup")
    note = await caller.call.hung_up()
    assert note is not None
    assert note.lines == ("one Coke", "to pick up", "for 19:00")


async def test_the_time_is_said_as_they_say_it_where_the_restaurant_is() -> None:
    """Where they pay in dollars; and as it is said it is heard."""
    card = load_menu(Path("tests/conversations/smokehouse.json"))
    caller = Caller(card)
    assert "ready at 6:30 pm" in await caller.say("a pulled pork sandwich for 6:30 pm, pickup, Tom")
    assert "ready at 7:15 pm" in await caller.say("make that 7:15 p.m.")
