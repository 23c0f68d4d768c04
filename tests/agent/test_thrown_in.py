"""What is thrown in beside a platter is a dish, though the platter comes with such a one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.menu import Menu, parse_menu
from tests.support.conversation import Caller

MENU = Path(__file__).parents[1] / "conversations" / "goldenwok.json"


def with_cans() -> Menu:
    """A menu whose combos come with a can of soda, too, of which several kinds are sold."""
    menu = json.loads(MENU.read_text("utf-8"))
    side = next(g for g in menu["modifier_groups"] if g["id"] == "combo-side")
    side["modifiers"].append({"id": "can", "name": "Can of Soda"})
    kinds = [{"id": "ale", "name": "Ginger Ale"}, {"id": "cola", "name": "Cola"}]
    menu["modifier_groups"].append(
        {"id": "soda-kind", "name": "Soda", "min": 1, "max": 1, "modifiers": kinds}
    )
    egg_roll = next(i for i in menu["items"] if i["id"] == "egg-roll")
    can = {**egg_roll, "id": "can-of-soda", "name": "Can of Soda", "spoken": []}
    menu["items"].append({**can, "modifier_group_ids": ["soda-kind"]})
    return parse_menu(menu)


@pytest.mark.parametrize(
    "words", ["and throw in a can of ginger ale", "add a can of ginger ale", "a can of ginger ale"]
)
async def test_thrown_in(words: str) -> None:
    caller = Caller(with_cans())
    await caller.say("a sesame chicken combo with white rice and a spring roll", words)
    assert caller.lines == [
        "1 combo-sesame combo-rice:white combo-side:spring-roll",
        "1 can-of-soda soda-kind:ale",
    ]
