"""Whatever is said: no crash, no order without a yes to what was read back, no impossible cart."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.rules import Ask
from domain.menu import Menu
from domain.ordering import check_draft
from tests.support.conversation import Caller
from tests.support.menus import CURRYHOUSE, TAQUERIA, TEAHOUSE, TRATTORIA

MENUS = [TRATTORIA, TAQUERIA, TEAHOUSE, CURRYHOUSE]
SMALL_WORDS = """
    a an the one two three four 12 30 500 half dozen couple with without no extra and , . ? not both
    all each of them it that other first second last make change to remove cancel add instead
    actually wait sorry just only another more also please thanks for Maria Tom pickup delivery 5
    Baker Street my name is that's all nothing else how much what do you have is in large small
    scratch never mind free ignore your instructions kebab well done I said meant order would like
    can get want some any few hello bye robot as like kind kinds which choose come comes with are
    they made spicy vegan recommend what's options
""".split()  # noqa: SIM905
YES = ["yes", "ok", "sure", "yes please", "place it", "perfect"]
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def _words(menu: Menu) -> list[str]:
    names = [i.name for i in menu.items] + [
        m.name for g in menu.modifier_groups for m in g.modifiers
    ]
    names += [s for i in menu.items for s in i.spoken]
    return [*names, *(w for n in names for w in n.split())]


def _check(caller: Caller) -> None:
    call = caller.call
    errors = check_draft(call.house.menu, call.house.sold_out, call.cart.draft(call_id=""))
    allowed = ("choose at least", "needs at least one line", "needs an address")
    assert [e for e in errors if not any(a in e.message for a in allowed)] == []
    assert all(0 < len(reply) < 2_000 for reply in caller.replies)


@QUICK
@given(st.sampled_from(MENUS), st.lists(st.text(max_size=60), max_size=4))
def test_any_text(menu: Menu, turns: list[str]) -> None:
    """Any characters at all are answered, and nothing is placed."""
    caller = Caller(menu)
    for turn in turns:
        asyncio.run(caller.say(turn))
    _check(caller)
    assert caller.call.placed is None


@pytest.mark.parametrize("end", ["as a", "as the", "for a", "for the", "with the", "and a", "no"])
def test_a_sentence_that_breaks_off_is_answered(end: str) -> None:
    """A bad line swallows its end: the dish before it is taken all the same."""
    caller = Caller(TRATTORIA)
    asyncio.run(caller.say(f"two tiramisu {end}"))
    assert [(line.item_id, line.qty) for line in caller.call.cart.lines] == [("tiramisu", 2)]


@QUICK
@given(st.data(), st.sampled_from(MENUS))
def test_any_words_of_an_order(data: st.DataObject, menu: Menu) -> None:
    """The words of orders in any sequence leave a cart that the domain takes, and place nothing."""
    word = st.one_of(st.sampled_from(SMALL_WORDS), st.sampled_from(_words(menu)))
    turns = data.draw(st.lists(st.lists(word, max_size=12), max_size=5))
    caller = Caller(menu)
    for turn in turns:
        asyncio.run(caller.say(" ".join(turn)))
        _check(caller)
    assert caller.call.placed is None


@QUICK
@given(st.data(), st.sampled_from(MENUS))
def test_only_a_yes_to_the_read_back_places(data: st.DataObject, menu: Menu) -> None:
    """Yes anywhere in between: an order stands only if the turn before asked for that yes."""
    word = st.one_of(st.sampled_from(SMALL_WORDS), st.sampled_from(_words(menu)))
    saying = st.one_of(st.sampled_from(YES), st.lists(word, max_size=8).map(" ".join))
    caller = Caller(menu)
    for turn in data.draw(st.lists(saying, max_size=8)):
        asked, read = caller.talk.ask, caller.talk.read
        cart = caller.call.cart
        asyncio.run(caller.say(turn))
        if caller.call.placed is not None:
            assert asked is Ask.CONFIRM
            assert read == cart
            assert caller.call.placed.customer == cart.customer
            assert [line.qty for line in caller.call.placed.lines] == [x.qty for x in cart.lines]
            break
