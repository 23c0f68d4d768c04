"""A dish called like an option of the dish before it: a milkshake and a *chocolate* cake, a korma
and a *lamb* samosa, on every menu of the suites. Both are ordered."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.suite import load_menu
from domain.menu import Item, Menu
from tests.support.conversation import Caller

MENUS = sorted(Path("tests/conversations").glob("*.json"))
MAX_PAIRS = 6  # of a menu: some have hundreds


def pairs(menu: Menu) -> list[tuple[Item, Item]]:
    """Dishes with an option that must be chosen, each with a dish whose name begins with it and
    ends in a word that no option of that dish has."""
    found = []
    for dish in menu.items:
        groups = [g for g in menu.groups_of(dish) if g.min and not g.default]
        options = [m.name.lower() for g in groups for m in g.modifiers]
        told = {word for name in options for word in name.split()}
        for other in menu.items:
            words = other.name.lower().split()
            led = any(other.name.lower().startswith(f"{name} ") for name in options)
            shared = {g.id for g in groups} & set(other.modifier_group_ids)
            called = {name.lower() for i in menu.items for name in (i.name, *i.spoken)}
            if led and not shared and words[-1] not in told and not set(options) & called:
                found.append((dish, other))
    return found[:: max(1, len(found) // MAX_PAIRS)][:MAX_PAIRS]


@pytest.mark.parametrize("path", MENUS, ids=lambda path: path.stem)
async def test_both_are_ordered(path: Path) -> None:
    menu = load_menu(path)
    wrong = []
    for dish, other in pairs(menu):
        caller = Caller(menu)
        said = f"one {dish.name} and one {other.name} please"
        await caller.say(said)
        if sorted(o.item_id for o in caller.call.cart.lines) != sorted([dish.id, other.id]):
            wrong.append((said, caller.lines))
    assert not wrong
