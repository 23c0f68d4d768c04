"""A menu is taken whole, or refused with the fields that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import Invalid
from domain.menu import parse_menu, parse_new_menu
from tests.support.trattoria import a_menu, menu_json

Spoil = Callable[[dict[str, Any]], None]


def _set(*path: Any) -> Spoil:
    """A change that puts the last of `path` where the others lead."""
    *steps, key, value = path

    def spoil(menu: dict[str, Any]) -> None:
        place: Any = menu
        for step in steps:
            place = place[step]
        place[key] = value

    return spoil


def _drop(*path: Any) -> Spoil:
    *steps, key = path

    def spoil(menu: dict[str, Any]) -> None:
        place: Any = menu
        for step in steps:
            place = place[step]
        del place[key]

    return spoil


def test_a_menu_says_what_belongs_to_an_item() -> None:
    """Groups come in the item's own order, and "without" takes away."""
    menu = a_menu()
    item = menu.item("margherita")
    assert item is not None
    assert [g.id for g in menu.groups_of(item)] == ["size", "extras", "without"]
    assert [g.removes for g in menu.groups_of(item)] == [False, False, True]
    assert menu.item("sushi") is None


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (_set("currency", "euro"), "currency"),
        (_set("items", 0, "price", "9.50"), "items[0].price"),
        (_set("items", 0, "price", 9.5), "items[0].price"),
        (_set("items", 0, "price", -1), "items[0].price"),
        (_set("items", 0, "price", 10_000_001), "items[0].price"),
        (_set("items", 0, "name", ""), "items[0].name"),
        (_set("items", 0, "name", "x" * 121), "items[0].name"),
        (_drop("items", 1, "station"), "items[1].station"),
        (_drop("tax"), "tax"),
        (_set("items", 1, "id", "margherita"), "items[1].id"),
        (_set("items", 2, "category_id", "sushi"), "items[2].category_id"),
        (_set("items", 2, "tax_class", "luxury"), "items[2].tax_class"),
        (_set("items", 0, "modifier_group_ids", ["colour"]), "items[0].modifier_group_ids"),
        (_set("items", 0, "modifier_group_ids", ["size"] * 2), "items[0].modifier_group_ids"),
        (_set("modifier_groups", 0, "min", 2), "modifier_groups[0].min"),
        (_set("modifier_groups", 3, "min", 51), "modifier_groups[3].min"),
        (_set("modifier_groups", 0, "default", ["huge"]), "modifier_groups[0].default"),
        (_set("modifier_groups", 1, "default", ["ham"] * 2), "modifier_groups[1].default"),
        (
            _set("modifier_groups", 1, "modifiers", 1, "id", "olives"),
            "modifier_groups[1].modifiers[1].id",
        ),
    ],
)
def test_a_wrong_menu_is_refused_by_field(spoil: Spoil, field: str) -> None:
    """Whoever uploads a menu is told which field to mend."""
    menu = menu_json()
    spoil(menu)
    with pytest.raises(Invalid) as refused:
        parse_menu(menu)
    assert field in [error.field for error in refused.value.fields]


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Nobody mends a menu one upload at a time."""
    menu = menu_json()
    menu["items"][0]["category_id"] = "sushi"
    menu["items"][2]["tax_class"] = "luxury"
    menu["modifier_groups"][3]["modifiers"].clear()
    with pytest.raises(Invalid) as refused:
        parse_menu(menu)
    assert [error.field for error in refused.value.fields] == [
        "items[0].category_id",
        "items[2].tax_class",
        "modifier_groups[3].min",
    ]


def _with_options(price: int, *prices: int, **group: Any) -> dict[str, Any]:
    """A menu of one dish at `price`, with one group of options."""
    menu = menu_json()
    item = menu["items"][0] | {"price": price, "modifier_group_ids": ["g"]}
    options = [{"id": f"m{n}", "name": f"M{n}", "price": p} for n, p in enumerate(prices)]
    group = {"id": "g", "name": "G", "modifiers": options} | group
    return menu | {"items": [item], "modifier_groups": [group]}


@pytest.mark.parametrize(
    ("menu", "least"),
    [
        (_with_options(950, -100_000), -99_050),
        (_with_options(100, -60, -60, max=2), -20),
        (_with_options(0, 50, -10, min=1), -10),
        (_with_options(100, -60, -60, max=2, min=2), -20),
        (_with_options(100, 50, -60, -60, max=2, default=["m1", "m2"]), -20),
    ],
)
def test_no_dish_costs_less_than_nothing(menu: dict[str, Any], least: int) -> None:
    """Whatever is chosen; a stored menu of that kind is read and sold all the same."""
    with pytest.raises(Invalid, match=f"come to {least}$") as refused:
        parse_new_menu(menu)
    assert [error.field for error in refused.value.fields] == ["items[0].price"]
    assert parse_menu(menu).item("margherita") is not None


@pytest.mark.parametrize(
    "menu",
    [
        menu_json(),
        _with_options(100, -60, -60),  # one of the two
        _with_options(60, -60),
        _with_options(0, 50, 10, min=1),
        _with_options(0, 50, 10, default=["m1"]),
        _with_options(40, 30, -50, 10, max=2, min=2),
    ],
)
def test_a_dish_may_cost_nothing(menu: dict[str, Any]) -> None:
    """Options that take money off are fine as long as something, or nothing, is left."""
    parse_new_menu(menu)
