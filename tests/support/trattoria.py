"""A small restaurant for tests of the rules: its menu, its clock, and orders placed in it."""

from __future__ import annotations

import copy
import itertools
from datetime import UTC, datetime
from typing import Any

from domain.business import Business
from domain.menu import Menu, parse_menu
from domain.order import Channel, Order
from domain.ordering import Choice, Draft, DraftLine, place

__all__ = ["AT", "BUSINESS", "CountedIds", "a_menu", "an_order", "choice", "menu_json"]

AT = datetime(2026, 11, 22, 19, 51, 28, tzinfo=UTC)
BUSINESS = Business(name="Trattoria", timezone="Europe/Berlin")

_MENU: dict[str, Any] = {
    "id": "main",
    "name": "Trattoria",
    "currency": "EUR",
    "tax": {"prices_include_tax": True, "classes": {"food": 700, "drink": 1900}},
    "categories": [{"id": "pizza", "name": "Pizza"}, {"id": "drinks", "name": "Drinks"}],
    "items": [
        {
            "id": "margherita",
            "category_id": "pizza",
            "name": "Pizza Margherita",
            "names": {"zh": "玛格丽特披萨"},
            "price": 950,
            "tax_class": "food",
            "station": "kitchen",
            "modifier_group_ids": ["size", "extras", "without"],
        },
        {
            "id": "dips",
            "category_id": "pizza",
            "name": "Bread and two dips",
            "price": 600,
            "tax_class": "food",
            "station": "kitchen",
            "modifier_group_ids": ["dip"],
        },
        {
            "id": "cola",
            "category_id": "drinks",
            "name": "Cola",
            "price": 333,
            "tax_class": "drink",
            "station": "bar",
        },
    ],
    "modifier_groups": [
        {
            "id": "size",
            "name": "Size",
            "min": 1,
            "max": 1,
            "default": ["regular"],
            "modifiers": [
                {"id": "regular", "name": "Regular"},
                {"id": "large", "name": "Large", "price": 250},
            ],
        },
        {
            "id": "extras",
            "name": "Extras",
            "max": 2,
            "modifiers": [
                {"id": "olives", "name": "Olives", "price": 100},
                {"id": "ham", "name": "Ham", "price": 150},
                {"id": "egg", "name": "Egg", "price": 99},
            ],
        },
        {
            "id": "without",
            "name": "Without",
            "kind": "without",
            "max": 3,
            "modifiers": [{"id": "basil", "name": "Basil"}],
        },
        {
            "id": "dip",
            "name": "Dip",
            "min": 2,
            "max": 2,
            "modifiers": [
                {"id": "aioli", "name": "Aioli"},
                {"id": "pesto", "name": "Pesto"},
                {"id": "salsa", "name": "Salsa"},
            ],
        },
    ],
}


class CountedIds:
    """`id-1`, `id-2`, …: identifiers that a test can foretell."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"id-{next(self._numbers)}"


def menu_json() -> dict[str, Any]:
    """The menu as plain JSON values, the caller's own copy."""
    return copy.deepcopy(_MENU)


def a_menu() -> Menu:
    return parse_menu(_MENU)


def choice(text: str) -> Choice:
    """`"extras/ham"` as a choice."""
    group_id, _, modifier_id = text.partition("/")
    return Choice(group_id, modifier_id)


def an_order(*lines: DraftLine, **head: Any) -> Order:
    """An order of `lines`, or of a margherita `l1` and two colas `l2`; `head` is the draft's."""
    wanted = lines or (DraftLine("margherita", id="l1"), DraftLine("cola", 2, id="l2"))
    return place(
        a_menu(),
        (),
        Draft(lines=wanted, **{"id": "o1", **head}),
        business=BUSINESS,
        channel=Channel.PHONE,
        number="P-1",
        at=AT,
        ids=CountedIds(),
    )
