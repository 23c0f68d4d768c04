"""A menu: categories, items, modifier groups, taxes; and what is 86'd.

The shapes are the wire's shapes. Prices are minor units of `Menu.currency`, tax rates basis points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from domain.codec import decode
from domain.errors import FieldError, Invalid

__all__ = [
    "MAX_PRICE",
    "Availability",
    "Category",
    "Item",
    "Menu",
    "Modifier",
    "ModifierGroup",
    "Tax",
    "check_menu",
    "parse_menu",
    "parse_new_menu",
]

MAX_PRICE = 10_000_000  # minor units; above it, a price is a typing error
MAX_NAME = 120  # characters; a ticket line is 32 to 48 cells, so this already wraps three times

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
Price = Annotated[int, Meta(ge=-MAX_PRICE, le=MAX_PRICE)]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000)]


class Tax(msgspec.Struct, frozen=True):
    """`classes` maps a tax class to its rate in basis points: `{"food": 700}` is 7 %."""

    prices_include_tax: bool
    classes: dict[str, BasisPoints]


class Category(msgspec.Struct, frozen=True):
    id: Id
    name: Name
    names: dict[str, str] = {}


class Modifier(msgspec.Struct, frozen=True):
    """One choice in a group. `price` is added to the item's; `spoken` are other ways to say it."""

    id: Id
    name: Name
    price: Price = 0
    names: dict[str, str] = {}
    spoken: tuple[str, ...] = ()


class ModifierGroup(msgspec.Struct, frozen=True):
    """A set of choices of which at least `min` and at most `max` are taken.

    `default` holds the modifier ids taken when nobody says anything. A group whose modifiers
    take something away ("without basil") has the `kind` "without"; extras are "with".
    """

    id: Id
    name: Name
    modifiers: tuple[Modifier, ...]
    min: Annotated[int, Meta(ge=0, le=50)] = 0
    max: Annotated[int, Meta(ge=0, le=50)] = 1
    default: tuple[str, ...] = ()
    names: dict[str, str] = {}
    kind: str = ""

    def modifier(self, modifier_id: str) -> Modifier | None:
        return next((m for m in self.modifiers if m.id == modifier_id), None)

    @property
    def removes(self) -> bool:
        """True where choosing a modifier takes something away: `kind`, or by its id or name."""
        return "without" in (self.kind, self.id.lower(), self.name.lower())


class Item(msgspec.Struct, frozen=True):
    """Something that can be ordered. `names` are by language tag; `spoken` are for the phone."""

    id: Id
    category_id: Id
    name: Name
    price: Price
    tax_class: Id
    station: Id
    names: dict[str, str] = {}
    spoken: tuple[str, ...] = ()
    description: str = ""
    modifier_group_ids: tuple[str, ...] = ()


class Menu(msgspec.Struct, frozen=True, dict=True):
    id: Id
    name: Name
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    tax: Tax
    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    modifier_groups: tuple[ModifierGroup, ...] = ()

    def item(self, item_id: str) -> Item | None:
        return self._items.get(item_id)

    def group(self, group_id: str) -> ModifierGroup | None:
        return self._groups.get(group_id)

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def _groups(self) -> dict[str, ModifierGroup]:
        return {group.id: group for group in self.modifier_groups}

    def groups_of(self, item: Item) -> tuple[ModifierGroup, ...]:
        """The groups of `item`, in its own order."""
        return tuple(
            self._groups[group_id]
            for group_id in item.modifier_group_ids
            if group_id in self._groups
        )


class Availability(msgspec.Struct, frozen=True):
    """The record `availability/{item_id}`. 86'd means not available now."""

    item_id: Id
    available: bool
    changed_by: str = ""


def parse_menu(data: Any) -> Menu:
    """A menu from plain JSON values, checked. Raises `Invalid` with every field that is wrong."""
    menu = decode(data, Menu)
    errors = check_menu(menu)
    if errors:
        raise Invalid.of(errors)
    return menu


def parse_new_menu(data: Any) -> Menu:
    """A menu that is to be stored: `parse_menu`, and no dish that with its options costs less than
    nothing. One that is stored already goes on being sold, its lines at nothing."""
    menu = parse_menu(data)
    errors = [
        FieldError(f"items[{n}].price", f"with its options it can come to {cheapest}")
        for n, item in enumerate(menu.items)
        if (cheapest := item.price + sum(map(_cheapest, menu.groups_of(item)))) < 0
    ]
    if errors:
        raise Invalid.of(errors)
    return menu


def _cheapest(group: ModifierGroup) -> int:
    """The least that the choices of `group` add to an item; nobody's choice is its default."""
    prices = sorted(m.price for m in group.modifiers)
    unspoken = sum(m.price for m in group.modifiers if m.id in group.default)
    fewest = max(group.min, 1)
    chosen = (sum(prices[:n]) for n in range(fewest, min(group.max, len(prices)) + 1))
    left_alone = [unspoken] if len(group.default) >= group.min else []
    return min((*left_alone, *chosen), default=0)


def check_menu(menu: Menu) -> list[FieldError]:
    """What the shapes alone cannot say: unique ids, references that exist, limits that can hold."""
    errors: list[FieldError] = []
    categories = {c.id for c in menu.categories}
    groups = {g.id for g in menu.modifier_groups}
    errors += _repeated("categories", (c.id for c in menu.categories))
    errors += _repeated("items", (i.id for i in menu.items))
    errors += _repeated("modifier_groups", (g.id for g in menu.modifier_groups))
    for n, item in enumerate(menu.items):
        at = f"items[{n}]"
        if item.price < 0:
            errors.append(FieldError(f"{at}.price", "must be 0 or more"))
        errors += _unknown(f"{at}.category_id", [item.category_id], categories, "category")
        errors += _unknown(f"{at}.tax_class", [item.tax_class], menu.tax.classes, "tax class")
        errors += _unknown(
            f"{at}.modifier_group_ids", item.modifier_group_ids, groups, "modifier group"
        )
        errors += _twice(f"{at}.modifier_group_ids", item.modifier_group_ids)
    for n, group in enumerate(menu.modifier_groups):
        errors += _check_group(f"modifier_groups[{n}]", group)
    return errors


def _check_group(at: str, group: ModifierGroup) -> list[FieldError]:
    ids = [m.id for m in group.modifiers]
    errors = _repeated(f"{at}.modifiers", ids)
    errors += _unknown(f"{at}.default", group.default, ids, "modifier")
    errors += _twice(f"{at}.default", group.default)
    if group.min > group.max:
        errors.append(FieldError(f"{at}.min", f"is above max ({group.max})"))
    if group.min > len(ids):
        errors.append(FieldError(f"{at}.min", f"asks for more than the {len(ids)} there are"))
    if len(group.default) > group.max:
        errors.append(FieldError(f"{at}.default", f"holds more than max ({group.max})"))
    return errors


def _repeated(field: str, ids: Iterable[str]) -> list[FieldError]:
    seen: set[str] = set()
    errors = []
    for n, one in enumerate(ids):
        if one in seen:
            errors.append(FieldError(f"{field}[{n}].id", f"{one!r} is already used"))
        seen.add(one)
    return errors


def _twice(field: str, wanted: Collection[str]) -> list[FieldError]:
    return [FieldError(field, "names one twice")] if len(set(wanted)) < len(wanted) else []


def _unknown(
    field: str, wanted: Iterable[str], known: Collection[str], what: str
) -> list[FieldError]:
    return [FieldError(field, f"there is no {what} {one!r}") for one in wanted if one not in known]
