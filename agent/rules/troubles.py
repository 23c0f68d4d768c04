"""What could not be taken as it was said, and what is still open, in words."""

from __future__ import annotations

from collections.abc import Sequence

from agent.cart import Cart, CartLine
from agent.foods import names_diet
from agent.hearing import Heard, Open, OpenKind, Trouble, TroubleKind
from agent.house import House
from agent.language import LIGHT, plural, stem, tokens
from agent.wording import (
    MAX_LISTED,
    category_name,
    item_name,
    line_price,
    line_words,
    listing,
    modifier_name,
    short_listing,
)
from domain.menu import Item
from domain.money import format_money
from domain.order import Line
from domain.ordering import MAX_QTY

__all__ = [
    "categories",
    "gone_again_words",
    "not_had",
    "open_question",
    "others_like",
    "sold_out_since_words",
    "told_once",
    "told_troubles",
]

MAX_LEFT_OUT = 2  # categories for which "and more" is not worth leaving them out


def not_had(house: House, troubles: Sequence[Trouble]) -> tuple[str, ...]:
    """How each thing is called that cannot be had: as it was said, or as the menu has it."""
    lacks = (TroubleKind.UNKNOWN, TroubleKind.SOLD_OUT, TroubleKind.NO_OPTION)
    return tuple(t.text or item_name(house.item(t.item_id)) for t in troubles if t.kind in lacks)


def told_troubles(house: House, heard: Heard, before: Cart, after: Cart) -> list[str]:
    """What is said of the troubles that were `heard`. That something is not in the order is not
    said where it stands there as a part of a dish or by a longer name, nor where it was just taken
    off."""
    told: list[str] = []
    lost = before == after and not (after.lines or heard.opens)
    for trouble in heard.troubles:
        denied = trouble.text if trouble.kind is TroubleKind.NOT_IN_ORDER else ""
        there = _with_words(house, after, denied)
        if not (denied and (there or _with_words(house, before, denied))):
            told.append(trouble_words(house, trouble, lost=lost))
        elif there and before == after:
            lines = listing([line_words(house.menu, line) for line in there])
            told.append(f"You have {lines} in your order.")
    return told


def _with_words(house: House, cart: Cart, text: str) -> list[CartLine]:
    """The lines whose names, or those of their options, have every word of `text`."""
    said = {stem(t.word) for t in tokens(text)} - LIGHT
    return [line for line in cart.lines if said and said <= _words_of(house, line)]


def _words_of(house: House, line: CartLine) -> set[str]:
    item = house.item(line.item_id)
    chosen = {(c.group_id, c.id) for c in line.choices}
    options = [m for g in house.menu.groups_of(item) for m in g.modifiers if (g.id, m.id) in chosen]
    named = {stem(t.word) for m in options for t in tokens(modifier_name(m))}
    return set(house.lexicon.name_of(item)) | named


def trouble_words(house: House, trouble: Trouble, *, lost: bool) -> str:
    """`lost`: nothing of what was said could be taken, so that it helps to hear what there is."""
    item = house.menu.item(trouble.item_id)
    name = item_name(item) if item is not None else ""
    group = house.menu.group(trouble.group_id)
    match trouble.kind:
        case TroubleKind.UNKNOWN if names_diet(trouble.text):
            return f"I can't promise “{trouble.text}”; the staff can tell what is in the dishes."
        case TroubleKind.UNKNOWN if trouble.item_ids:
            return f"I can't find “{trouble.text}” on the menu."
        case TroubleKind.UNKNOWN:
            there = f" {categories(house)}" if lost else ""
            return f"I'm sorry, we don't have “{trouble.text}”.{there}"
        case TroubleKind.SOLD_OUT:
            return f"I'm sorry, the {name} is sold out."
        case TroubleKind.NO_OPTION if group is not None:
            names = short_listing([modifier_name(m) for m in group.modifiers], "or")
            return f"For {trouble.text} there is {names}."
        case TroubleKind.NO_OPTION:
            return f"I'm sorry, I can't do “{trouble.text}” for the {name}."
        case TroubleKind.TOO_MANY_OPTIONS:
            most = group.max if group is not None else 0
            return f"The {name} takes at most {most} of those."
        case TroubleKind.TOO_MANY:
            return (
                f"I can take at most {MAX_QTY} of one dish by phone. For more {plural(name)}, "
                "please speak to the staff."
            )
        case TroubleKind.TOO_LONG:
            return "That is more than fits on one order. Please speak to the staff for the rest."
        case TroubleKind.NOT_IN_ORDER:
            return f"There is no {trouble.text} in your order."
        case TroubleKind.TOO_EARLY:
            return trouble.text


def categories(house: House) -> str:
    names = [
        category_name(c)
        for c in house.menu.categories
        if any(i.category_id == c.id for i in house.menu.items)
    ]
    few = len(names) <= MAX_LISTED + MAX_LEFT_OUT
    return f"We have {listing(names) if few else short_listing(names)}."


def told_once(house: House, parts: Sequence[str]) -> list[str]:
    """`parts` of an answer with what there is at all told in it once."""
    told = categories(house)
    found: list[str] = []
    for part in parts:
        again = any(told in before for before in found)
        found.append(part.replace(told, "").strip() if again else part)
    return [part for part in found if part]


def open_question(house: House, points: Sequence[Open], said: Sequence[str]) -> str:
    """What to ask about the first of `points`; about all absurd quantities together."""
    point = points[0]
    items = [house.item(i) for i in point.item_ids]
    if point.kind is OpenKind.WHICH:
        return f"Which one would you like: {short_listing([item_name(i) for i in items], 'or')}?"
    if point.kind is OpenKind.OFFER:
        cost = line_price(house.menu, CartLine("", items[0].id, 1))
        price = format_money(cost, house.menu.currency)
        if any(item_name(items[0]) in part for part in said):
            return "Would you like them?" if point.qty > 1 else "Would you like one?"
        return f"Would you like the {item_name(items[0])} for {price}?"
    if point.kind is OpenKind.COUNT:
        return f"How many {plural(item_name(items[0]))} would you like?"
    many = [p for p in points if p.kind is OpenKind.MANY]
    counts = [f"{p.qty} {plural(item_name(house.item(p.item_ids[0])))}" for p in many]
    return f"Did you really mean {listing(counts)}?"


def gone_again_words(house: House, line: Line) -> str:
    item = house.menu.item(line.item_id)
    if item is None:
        return f"I'm sorry, the {line.name} is not on the menu any more."
    if item.id in house.sold_out:
        return f"I'm sorry, the {item_name(item)} is sold out."
    return f"I'm sorry, the {item_name(item)} can't be made that way any more."


def others_like(house: House, item: Item) -> list[Item]:
    return [
        i
        for i in house.menu.items
        if i.category_id == item.category_id and i.id not in house.sold_out and i != item
    ]


def sold_out_since_words(house: House, line: CartLine) -> str:
    """A line that has just been taken off, because the kitchen ran out of it."""
    item = house.menu.item(line.item_id)
    if item is None:
        return "I'm sorry, one dish has just left the menu, so I've taken it off."
    return f"I'm sorry, the {item_name(item)} has just sold out, so I've taken it off."
