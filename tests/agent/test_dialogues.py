"""What callers say, and the order that must come of it, exactly: `dialogues.txt`.

In it, `> ` begins what the caller says, one turn a line; the lines after it are the order, as
`QTY ITEM GROUP:MODIFIER … (NOTE)`; then `placed`, where it is, and for whom. `! sold out: ITEM …`
is how the house stands, `! note: TEXT` the note on the
whole order, `! at: 19:30` the time that it is wanted for on the clock in Berlin; it is noon there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.times import clock_words
from domain.clock import from_iso
from domain.menu import parse_menu
from tests.support import counter_cards, menu_cards, menus
from tests.support.conversation import Caller

DEMO = Path(__file__).parents[2] / "demo" / "restaurant.json"
MENUS = {
    "bella": parse_menu(json.loads(DEMO.read_text("utf-8"))["menu"]),
    "trattoria": menus.TRATTORIA,
    "taqueria": menus.TAQUERIA,
    "teahouse": menus.TEAHOUSE,
    "curryhouse": menus.CURRYHOUSE,
    "gasthaus": menus.GASTHAUS,
    "bangkok": menu_cards.BANGKOK,
    "ocakbasi": menu_cards.OCAKBASI,
    "diner": menu_cards.DINER,
    "sakura": menu_cards.SAKURA,
    "saigon": menu_cards.SAIGON,
    "taverna": menu_cards.TAVERNA,
    "leon": menu_cards.LEON,
    "poke": counter_cards.POKE,
    "slice": counter_cards.SLICE,
    "smoke": counter_cards.SMOKE,
}
TABLE = Path(__file__).parent / "dialogues.txt"


class Dialogue(NamedTuple):
    """`who` is `name, type, address`; it, `note` and `at` are empty where they do not matter."""

    menu: str
    turns: tuple[str, ...]
    order: tuple[str, ...]
    placed: bool
    who: str
    sold_out: tuple[str, ...] = ()
    note: str = ""
    at: str = ""


def _dialogues() -> Iterator[Dialogue]:
    menu = ""
    for block in TABLE.read_text("utf-8").split("\n\n"):
        rows = block.strip("\n").splitlines()
        if rows and rows[0].startswith("## "):
            menu = rows[0].split()[-1]
            continue
        turns = tuple(row[1:].strip() for row in rows if row.startswith(">"))
        marks = dict(row[2:].split(": ", 1) for row in rows if row.startswith("! "))
        rest = [row for row in rows if not row.startswith((">", "! "))]
        end = rest.pop() if rest and rest[-1].startswith(("placed", "not placed")) else ""
        placed, _, who = end.partition(" for ")
        yield Dialogue(
            menu,
            turns,
            tuple(sorted(rest)),
            placed == "placed",
            who,
            tuple(marks.get("sold out", "").split()),
            marks.get("note", ""),
            marks.get("at", ""),
        )


ALL = list(_dialogues())


@pytest.mark.parametrize("dialogue", ALL, ids=lambda d: " / ".join(d.turns))
async def test_exactly_this_order(dialogue: Dialogue) -> None:
    """The order is what the caller said, line by line, and it is placed only after a yes."""
    caller = Caller(MENUS[dialogue.menu], sold_out=dialogue.sold_out)
    await caller.say(*dialogue.turns)
    assert tuple(sorted(caller.lines)) == dialogue.order, caller.replies
    assert (caller.call.placed is not None) == dialogue.placed, caller.replies
    assert dialogue.note in caller.call.cart.note
    if dialogue.at:
        promised = from_iso(caller.call.cart.promised_at)
        assert clock_words(caller.call.house, promised) == dialogue.at
    if dialogue.who:
        cart = caller.call.cart
        who = [cart.customer.name, cart.type.value if cart.type else "", cart.customer.address]
        assert ", ".join(w for w in who if w) == dialogue.who


@pytest.mark.parametrize("dialogue", [d for d in ALL if d.placed], ids=lambda d: d.turns[0])
async def test_what_was_read_back_is_what_was_placed(dialogue: Dialogue) -> None:
    """Every placed line was said to the caller, in the menu's words, before the yes."""
    caller = Caller(MENUS[dialogue.menu], sold_out=dialogue.sold_out)
    await caller.say(*dialogue.turns)
    placed = caller.call.placed
    assert placed is not None
    said = next(r for r in reversed(caller.replies) if "So that's" in r)
    for line in placed.lines:
        assert line.name in said
    for line in caller.call.cart.lines:
        item = caller.call.house.item(line.item_id)
        for choice in line.choices:
            group = next(
                g for g in caller.call.house.menu.groups_of(item) if g.id == choice.group_id
            )
            modifier = group.modifier(choice.id)
            assert modifier is not None
            assert modifier.name.split(" 0")[0].lower() in said.lower()
        assert line.note in said


def test_there_are_enough_of_them() -> None:
    """The table has not shrunk: it is what the engine is trusted on."""
    assert len(ALL) >= 470
