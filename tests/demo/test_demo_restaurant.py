"""The sample restaurant: large enough to look real, and without a dead end."""

from __future__ import annotations

from demo.restaurant import read_restaurant
from domain.menu import check_menu
from domain.ordering import Draft, DraftLine, check_draft
from domain.ticket import RECEIPT_STATION

RESTAURANT, FILE = read_restaurant()


def test_the_menu_is_a_real_one() -> None:
    """Thirty-six items or more, at two stations, under two tax rates, each with a price."""
    menu = RESTAURANT.menu
    assert check_menu(menu) == []
    assert len(menu.items) >= 36
    assert {item.station for item in menu.items} == {"kitchen", "bar"}
    assert {item.tax_class for item in menu.items} == set(menu.tax.classes)
    assert all(item.price > 0 for item in menu.items)


def test_every_item_can_be_ordered_by_its_name_alone() -> None:
    """Where a choice is needed there is a default, so that "a tuna salad" is enough."""
    for item in RESTAURANT.menu.items:
        assert check_draft(RESTAURANT.menu, (), Draft((DraftLine(item.id),))) == [], item.id


def test_every_group_is_used_and_every_category_has_items() -> None:
    """Nothing in the menu is out of reach."""
    menu = RESTAURANT.menu
    used = {group_id for item in menu.items for group_id in item.modifier_group_ids}
    assert used == {group.id for group in menu.modifier_groups}
    assert {item.category_id for item in menu.items} == {c.id for c in menu.categories}


def test_spoken_names_are_not_shared() -> None:
    """No two items answer to the same word."""
    spoken = [word for item in RESTAURANT.menu.items for word in item.spoken]
    assert len(spoken) == len(set(spoken))


def test_every_station_prints_somewhere() -> None:
    """Both stations and the receipt are routed, to printers that there are."""
    routed = {route["station"]: route["printer_ids"] for route in FILE["routing"]}
    stations = {item.station for item in RESTAURANT.menu.items}
    assert set(routed) == stations | {RECEIPT_STATION}
    printers = {printer.id for printer in RESTAURANT.printers}
    assert {printer for ids in routed.values() for printer in ids} == printers


def test_no_printer_has_an_address_of_its_own() -> None:
    """The demo gives each the address where it was started."""
    assert all("uri" not in printer for printer in FILE["printers"])
