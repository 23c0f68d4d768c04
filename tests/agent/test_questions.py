"""What callers ask at the restaurant of the demo: told, and never ordered by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.orders import menu_file
from agent.rules import Decision
from agent.rules.steps import BROKEN_DOWN
from agent.rules_llm import RulesLLM
from agent.suite import load_menu
from agent.text_call import text_call
from tests.support.conversation import Caller, a_call
from tests.support.menus import TAQUERIA

MENU, _ = menu_file(json.loads(Path("demo/restaurant.json").read_text("utf-8")))

ASKED = [
    "what about the lasagne?",
    "which pasta is vegetarian?",
    "yesterday I had the lasagne",
    "how much is a margherita?",
    "why is the calzone so expensive?",
    "what's better, the calzone or the lasagne?",
    "did I order a coke?",
    "I wonder if the lasagne is good",
]


@pytest.mark.parametrize("text", ASKED)
async def test_a_question_orders_nothing(text: str) -> None:
    """Said first, it leaves the cart empty and gets an answer."""
    caller = Caller(MENU)
    assert await caller.say(text)
    assert caller.call.cart.lines == ()


EXTRAS = [
    ("one lasagne", "put extra cheese on the lasagne", ["lasagne"]),
    ("one lasagne", "could I have some extra cheese on the lasagne", ["lasagne"]),
    ("pizza bread with cheese", "that's all", ["garlic-bread"]),
    ("a cheese pizza", "that's all", ["margherita"]),
    ("two cheese", "that's all", ["margherita"]),
    ("can I get the salmon pasta without salmon?", "that's all", ["salmone"]),
]


@pytest.mark.parametrize(("first", "then", "items"), EXTRAS, ids=lambda v: str(v)[:20])
async def test_an_option_is_no_dish_of_its_own(first: str, then: str, items: list[str]) -> None:
    """“Cheese” is half of what the margherita is also called, and all of the option's name."""
    caller = Caller(MENU)
    await caller.say(first, then)
    assert [line.item_id for line in caller.call.cart.lines] == items


async def test_the_price_asked_next_is_of_the_same_dish() -> None:
    """“And a large one?” is asked; the yes after it takes the large one."""
    caller = Caller(MENU)
    await caller.say("how much is a margherita?")
    assert "€12.00" in await caller.say("and a large one?")
    assert caller.call.cart.lines == ()
    await caller.say("yes please")
    (line,) = caller.call.cart.lines
    assert [c.id for c in line.choices] == ["large"]


async def test_what_is_asked_of_the_one_over_there_is_told() -> None:
    """It says "that" of a dish that it names, and what there is to choose of it is the answer."""
    caller = Caller(TAQUERIA)
    assert "you can choose tamaño: Chica and Grande" in await caller.say(
        "what's that horchata you have there?"
    )
    assert caller.call.cart.lines == ()


async def test_a_sentence_that_breaks_the_rules_ends_no_call(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is told to the operator; the caller is asked to say it otherwise, and goes on
    where they were."""
    call = a_call(TAQUERIA)
    async with text_call(call, RulesLLM(call)) as talking:
        await talking.say("one horchata grande")
        with monkeypatch.context() as broken:
            broken.setattr("agent.rules_llm.decide", _fails)
            assert await talking.say("to pick up, for Ana") == BROKEN_DOWN
        assert "ZeroDivisionError" in caplog.text
        read_back = await talking.say("to pick up, for Ana, that's all")
        assert "one grande Horchata, for Ana" in read_back
        with monkeypatch.context() as broken:
            broken.setattr("agent.rules_llm.decide", _fails)
            await talking.say("no, make it two")
        anew = await talking.say("yes")  # it answered another question
        assert anew.endswith(read_back)
        assert call.placed is None
        await talking.say("yes")
        assert call.placed is not None


def _fails(*_: object) -> Decision:
    raise ZeroDivisionError


INSIDE = [
    ("does the tom yum soup have shrimp in it?", "Tom Yum Soup"),
    ("is there any egg in the pad thai?", "Pad Thai"),
    ("anything with peanuts in your green curry?", "Green Curry"),
]


@pytest.mark.parametrize(("text", "dish"), INSIDE)
async def test_who_is_allergic_is_told_of_the_dish_that_is_named_and_nothing_else(
    text: str, dish: str
) -> None:
    """No price, no other dish, and nothing that can be left out or had with it: that says nothing
    of what else is in it."""
    caller = Caller(load_menu(Path("tests/conversations/thai.json")))
    await caller.say("hi, my son is allergic to peanuts, shrimp and egg")
    told = await caller.say(text)
    assert f"I don't know exactly what is in the {dish}; the staff can tell you." in told
    assert "You can have" not in told
    assert "$" not in told
    assert caller.call.cart.lines == ()


async def test_what_one_of_several_dishes_holds_is_told_of_none_of_them() -> None:
    caller = Caller(load_menu(Path("tests/conversations/jade.json")))
    told = await caller.say("is there pork in the fried rice?")
    assert "I don't know exactly what is in those" in told
