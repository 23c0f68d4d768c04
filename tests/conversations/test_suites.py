"""The rules engine on every suite beside this file, through a real LiveKit session."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.evaluate import a_call, evaluate, table
from agent.house import House
from agent.orders import OfflineOrders
from agent.rules_llm import RulesLLM
from agent.scoring import Score
from agent.suite import Case, load_suite
from agent.wording import cancel_read_back, change_read_back, read_back
from domain.ids import UuidV7
from domain.order import Order
from tests.conversations.variations.changes import as_recognised
from tests.support.conversation import Caller, StillClock

SUITES = sorted(Path(__file__).parent.glob("*.yaml"))
CASES = [case for path in SUITES for case in load_suite(path)]
STANDING = [case for case in CASES if case.todays]
MENUS = sorted({case.menu.id for case in CASES})
LEAST_EXACT = 0.95
SUITES_S = 900  # 4,300 calls, one after the other, on a machine that does other things too
LEAST_RECOGNISED = 0.87  # of the same calls as a recogniser writes them: without commas
READ_BACK = re.compile(r"\bSo order .* is then |Shall I cancel ")

pytestmark = pytest.mark.timeout(SUITES_S)


@pytest.fixture(scope="module")
def result() -> Score:
    clock = StillClock()
    return asyncio.run(evaluate(CASES, "rules", RulesLLM, clock, UuidV7(clock)))


def test_the_rules_reach_what_they_promise(result: Score) -> None:
    """At least 95 of 100 orders are exact, line by line."""
    assert result.exact >= LEAST_EXACT * result.total, table(result)


def test_a_recognisers_text_is_understood() -> None:
    """Without capitals and punctuation and with numbers in words, most are still exact."""
    clock = StillClock()
    cases = [_recognised(case) for case in CASES[::3]]
    score = asyncio.run(evaluate(cases, "rules", RulesLLM, clock, UuidV7(clock)))
    assert score.exact >= LEAST_RECOGNISED * score.total, table(score)


def test_the_suites_are_large_enough_to_trust() -> None:
    """150 dialogues on three menus at least, none of them named twice in a suite."""
    assert len(CASES) >= 150
    assert len(MENUS) >= 3
    names = [(case.suite, case.dialogue.name) for case in CASES]
    assert len(set(names)) == len(names)


def test_each_order_was_read_back_as_it_was_placed() -> None:
    """No dialogue places an order that was not said to the caller word for word."""
    placed = [caller for case in CASES if (caller := _played(case)).call.placed is not None]
    assert len(placed) > 150
    for caller in placed:
        _assert_read_back(caller)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(MENUS))
def test_whatever_is_said_nothing_else_is_placed(data: st.DataObject, menu_id: str) -> None:
    """Turns of all the dialogues in any mix: what is placed is what was read back last."""
    cases = [case for case in CASES if case.menu.id == menu_id]
    turns = sorted({turn for case in cases for turn in case.dialogue.turns})
    saying = st.one_of(st.sampled_from(turns), st.sampled_from(["yes", "that's all. Tom, pickup"]))
    case = data.draw(st.sampled_from(cases))
    caller = _caller(case)
    for turn in data.draw(st.lists(saying, min_size=1, max_size=8)):
        asyncio.run(caller.say(turn))
        if caller.call.placed is not None:
            _assert_read_back(caller)
            break


def test_each_change_was_read_back_as_it_was_made() -> None:
    """No dialogue changes or cancels an order of today otherwise than it was said to the caller."""
    changed = [c for case in STANDING if (c := _played(case)).call.changed is not None]
    assert len(changed) > 20
    for caller in changed:
        _assert_change_read_back(caller)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_said_nothing_else_is_changed(data: st.DataObject) -> None:
    """Turns of all dialogues about today's orders in any mix: an order is as it was, or as it was
    read back last; never more than one of them is touched in a call."""
    case = data.draw(st.sampled_from(STANDING))
    turns = sorted({t for c in STANDING if c.menu.id == case.menu.id for t in c.dialogue.turns})
    saying = st.one_of(
        st.sampled_from(turns), st.sampled_from(["yes", "I'd like to change my order"])
    )
    caller = _caller(case)
    before = _standing(caller)
    for turn in data.draw(st.lists(saying, min_size=1, max_size=8)):
        asyncio.run(caller.say(turn))
    changed = caller.call.changed
    touched = [order for order in _standing(caller) if order not in before]
    if changed is not None:
        _assert_change_read_back(caller)
    placed = [caller.call.placed] if caller.call.placed is not None else []
    assert touched == ([changed] if changed is not None else placed)


def _standing(caller: Caller) -> list[Order]:
    assert isinstance(caller.service, OfflineOrders)
    return list(caller.service.placed.values())


def _assert_change_read_back(caller: Caller) -> None:
    """What was read back last before the yes is what was done."""
    house, order = caller.call.house, caller.call.changed
    assert order is not None
    asked = next(r for r in reversed(caller.replies) if READ_BACK.search(r))
    if order.open:
        (before,) = (o for o in caller.call.guest.todays if o.number == order.number)
        told = change_read_back(house, before, order)
        assert told.removesuffix("Shall I change it?") in asked
    else:
        assert cancel_read_back(house, order) in asked


def _recognised(case: Case) -> Case:
    """The call as a recogniser would write it."""
    turns = tuple(as_recognised(turn) for turn in case.dialogue.turns)
    return replace(case, dialogue=msgspec.structs.replace(case.dialogue, turns=turns))


def _caller(case: Case) -> Caller:
    clock, ids = StillClock(), UuidV7(StillClock())
    house = House.of(case.menu, case.dialogue.sold_out, case.business)
    call, service = asyncio.run(a_call(case, house, clock, ids))
    return Caller(case.menu, service=service, call=call)


def _played(case: Case) -> Caller:
    caller = _caller(case)
    asyncio.run(caller.say(*case.dialogue.turns))
    return caller


def _assert_read_back(caller: Caller) -> None:
    """The last read-back says the cart, and the order that is stored is that cart and no other."""
    call, order = caller.call, caller.call.placed
    assert order is not None
    meant = call.quote(call.cart)
    assert _made(order) == _made(meant)
    said = next(reply for reply in reversed(caller.replies) if "So that's" in reply)
    words = read_back(call.house, call.cart, order).removesuffix("Shall I place it?")
    assert words in said, (words, caller.replies)


def _made(order: Order) -> tuple[object, ...]:
    """All of an order that the kitchen, the driver and the caller's purse are about."""
    lines = [
        (line.item_id, line.qty, [(m.group_id, m.id) for m in line.modifiers], line.note)
        for line in order.lines
    ]
    return lines, order.totals, order.type, order.customer, order.note
