"""The rules engine on every suite beside this file, through a real LiveKit session.

Of the large suites, which have a menu of their own, every sixth dialogue is played: all of them are
`make conversations`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.call import Call
from agent.cart import Cart
from agent.evaluate import a_call, played, table
from agent.house import House
from agent.orders import OfflineOrders
from agent.rules_llm import RulesLLM
from agent.scoring import Outcome, score
from agent.suite import Case, load_suite
from agent.wording import cancel_read_back, change_read_back, read_back
from domain.ids import UuidV7
from domain.order import Order
from tests.support.conversation import Caller, StillClock

SUITES = sorted(Path(__file__).parent.glob("*.yaml"))
EVERY = 6
CASES = [
    case
    for path in SUITES
    for case in load_suite(path)[:: EVERY if path.with_suffix(".json").exists() else 1]
]
STANDING = [case for case in CASES if case.todays]
MENUS = sorted({case.menu.id for case in CASES})
LEAST_EXACT = 0.95
SUITES_S = 900  # 2,000 calls, one after the other, on a machine that does other things too
DONE = re.compile(r"Your order number is |Your order \S+ is (?:changed|cancelled)\b")
READ_BACK = re.compile(r"\bSo that's |\bSo order .* is then |Shall I cancel ")

pytestmark = pytest.mark.timeout(SUITES_S)


class Done(NamedTuple):
    """An order that was placed, or the one that stood `before` as it was changed: of what `cart` it
    was made."""

    cart: Cart
    before: Order | None
    order: Order


class Heard(NamedTuple):
    """A dialogue that was played: the call as it was at its end, what was done in it, one after the
    other, and what the caller was told."""

    case: Case
    call: Call
    done: list[Done]
    outcome: Outcome


@pytest.fixture(scope="module")
def heard() -> list[Heard]:
    """All of `CASES`, each played once."""
    clock = StillClock()
    calls: list[tuple[Call, list[Done]]] = []

    def engine(call: Call) -> RulesLLM:
        calls.append((call, _watched(call)))
        return RulesLLM(call)

    results = asyncio.run(played(CASES, engine, clock, UuidV7(clock)))
    return [
        Heard(case, call, done, outcome)
        for (case, outcome), (call, done) in zip(results, calls, strict=True)
    ]


def test_the_rules_reach_what_they_promise(heard: list[Heard]) -> None:
    """At least 95 of 100 orders are exact, line by line."""
    result = score("rules", [(one.case, one.outcome) for one in heard])
    assert result.exact >= LEAST_EXACT * result.total, table(result)


def test_the_suites_are_large_enough_to_trust() -> None:
    """150 dialogues on three menus at least, none of them named twice in a suite."""
    assert len(CASES) >= 150
    assert len(MENUS) >= 3
    names = [(case.suite, case.dialogue.name) for case in CASES]
    assert len(set(names)) == len(names)


def test_each_order_was_read_back_as_it_was_placed(heard: list[Heard]) -> None:
    """No dialogue places an order that was not said to the caller word for word."""
    placed = [one for one in heard if one.call.placed is not None]
    assert len(placed) > 150
    for one in placed:
        _assert_told(one.call, one.done, one.outcome.replies)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(MENUS))
def test_whatever_is_said_nothing_else_is_placed(data: st.DataObject, menu_id: str) -> None:
    """Turns of all the dialogues in any mix: what is placed is what was read back last."""
    cases = [case for case in CASES if case.menu.id == menu_id]
    turns = sorted({turn for case in cases for turn in case.dialogue.turns})
    saying = st.one_of(st.sampled_from(turns), st.sampled_from(["yes", "that's all. Tom, pickup"]))
    case = data.draw(st.sampled_from(cases))
    caller = _caller(case)
    done = _watched(caller.call)
    for turn in data.draw(st.lists(saying, min_size=1, max_size=8)):
        asyncio.run(caller.say(turn))
    _assert_told(caller.call, done, caller.replies)


def test_each_change_was_read_back_as_it_was_made(heard: list[Heard]) -> None:
    """No dialogue changes or cancels an order of today otherwise than it was said to the caller."""
    changed = [one for one in heard if one.call.changed is not None]
    assert len(changed) > 20
    for one in changed:
        _assert_told(one.call, one.done, one.outcome.replies)


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
    done = _watched(caller.call)
    before = _standing(caller)
    for turn in data.draw(st.lists(saying, min_size=1, max_size=8)):
        asyncio.run(caller.say(turn))
    changed = caller.call.changed
    touched = [order for order in _standing(caller) if order not in before]
    _assert_told(caller.call, done, caller.replies)
    placed = [caller.call.placed] if caller.call.placed is not None else []
    assert touched == ([changed] if changed is not None else placed)


def _standing(caller: Caller) -> list[Order]:
    assert isinstance(caller.service, OfflineOrders)
    return list(caller.service.placed.values())


def _watched(call: Call) -> list[Done]:
    """What is placed and changed in `call` from now on."""
    done: list[Done] = []
    place = call.place_order

    async def watched() -> Order:
        cart, standing, again = call.cart, call.standing, call.done is not None
        order = await place()
        if not again:
            done.append(Done(cart, standing.order if standing is not None else None, order))
        return order

    vars(call)["place_order"] = watched
    return done


def _assert_told(call: Call, done: Sequence[Done], replies: Sequence[str]) -> None:
    """What was done is what was read back last before it, word for word, and no other; the order
    that is stored is the cart."""
    house, asked = call.house, _read_back_before_done(replies)
    assert len(asked) == len(done), replies
    for said, (cart, before, order) in zip(asked, done, strict=True):
        if not order.open:
            words = cancel_read_back(house, order)
        elif before is not None:
            words = change_read_back(house, before, order).removesuffix("Shall I change it?")
        else:
            assert _made(order) == _made(call.quote(cart))
            words = read_back(house, cart, order).removesuffix("Shall I place it?")
        assert words in said, (words, replies)


def _read_back_before_done(replies: Sequence[str]) -> list[str]:
    """The read-back before each reply that something is done; said once more it is none."""
    found, asked = [], ""
    for reply in replies:
        if READ_BACK.search(reply):
            asked = reply
        elif DONE.search(reply) and asked:
            found.append(asked)
            asked = ""
    return found


@cache
def _house(menu_id: str, sold_out: tuple[str, ...]) -> House:
    """Made once: to look at a whole menu takes longer than a call."""
    case = next(case for case in CASES if case.menu.id == menu_id)
    return House.of(case.menu, sold_out, case.business)


def _caller(case: Case) -> Caller:
    clock, ids = StillClock(), UuidV7(StillClock())
    house = replace(_house(case.menu.id, case.dialogue.sold_out), business=case.business)
    call, service = asyncio.run(a_call(case, house, clock, ids))
    return Caller(case.menu, service=service, call=call)


def _made(order: Order) -> tuple[object, ...]:
    """All of an order that the kitchen, the driver and the caller's purse are about."""
    lines = [
        (line.item_id, line.qty, [(m.group_id, m.id) for m in line.modifiers], line.note)
        for line in order.lines
    ]
    return lines, order.totals, order.type, order.customer, order.note
