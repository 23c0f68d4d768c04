"""What the menu itself says of diets; of the rest only the staff know."""

from __future__ import annotations

from collections.abc import Sequence

from agent.asides import diets_named
from agent.cart import Cart, CartLine
from agent.foods import foods_in, forbidden_by
from agent.house import House
from agent.language import fold
from agent.rules.order_note import allergies_in
from agent.wording import item_name, modifier_name, sentence, short_listing
from domain.menu import Category, Item, Modifier, ModifierGroup
from domain.ordering import Choice

__all__ = [
    "ALLERGENS",
    "UNKNOWN",
    "called",
    "is_against",
    "marked_items",
    "marked_words",
    "warnings",
]

UNKNOWN = "I can't tell which dishes that is true of; the staff can."
ALLERGENS = (
    "The staff can tell what is in the dishes. Tell me what you are allergic to, and I'll note it "
    "on the order."
)
_NOT = ("not ", "non ", "no ", "can be made ", "can be ")  # before the word
_ONLY_IF = (" without", " if", " on request", " option", " possible", " available", " or ")  # after


def is_against(item: Item, note: str) -> bool:
    """True where the menu names something in `item` that `note` says somebody does not eat."""
    texts = " ".join([item.name, *item.names.values(), *item.spoken, item.description])
    return bool(forbidden_by(note) & foods_in(texts))


def warnings(house: House, before: Cart, after: Cart) -> list[str]:
    """What the menu says of dishes that were ordered just now, or before an allergy was told just
    now, where it names what somebody is allergic to and they are made with it."""
    told = ". ".join(allergies_in(after.note))
    anew = allergies_in(after.note) != allergies_in(before.note)
    lines = [o for o in after.lines if anew or before.line(o.id) is None]
    items = dict.fromkeys(o.item_id for o in lines if not _left_out(house, o, told))
    known = [item for item_id in items if (item := house.menu.item(item_id)) is not None]
    return [_warning(i) for i in known if is_against(i, told)]


def _warning(item: Item) -> str:
    name = item_name(item)
    if item.description:
        return sentence(f"Mind that the menu says of the {name}: {item.description}")
    return f"Mind that the {name} may not be right for that; the staff can tell what is in it."


def _left_out(house: House, line: CartLine, told: str) -> bool:
    """True where `line` is made without something that `told` is about: "no nuts"."""
    groups = [g for g in house.menu.groups_of(house.item(line.item_id)) if g.removes]
    left = [m for g in groups for m in g.modifiers for c in line.choices if _is(c, g, m)]
    return any(forbidden_by(told) & foods_in(called(m)) for m in left)


def _is(choice: Choice, group: ModifierGroup, modifier: Modifier) -> bool:
    return (choice.group_id, choice.id) == (group.id, modifier.id)


def marked_items(house: House, words: str, categories: Sequence[Category]) -> list[Item]:
    """The dishes of `categories`, or of all, that the menu calls what folded `words` ask for."""
    kinds = diets_named(words)
    if not kinds:
        return []
    ids = {c.id for c in categories}
    return [
        i
        for i in house.menu.items
        if (not ids or i.category_id in ids)
        and i.id not in house.sold_out
        and all(_says(_texts(house, i), kind) for kind in kinds)
    ]


def marked_words(house: House, words: str, items: Sequence[Item]) -> str:
    """The answer to a question in folded `words`, where the menu calls `items` so."""
    if len(items) == 1 and items[0].description:
        said = sentence(f"{item_name(items[0])}: {items[0].description}")
        return f"{said} Of the others the staff can tell you."
    if items:
        kinds = " and ".join(diets_named(words))
        are = "is" if len(items) == 1 else "are"
        named = short_listing([item_name(i) for i in items])
        return f"By the menu, {named} {are} {kinds}; of the others the staff can tell you."
    option = next((m for m in _options(house) if _called(m, words)), None)
    if option is None:
        return UNKNOWN
    groups = {g.id for g in house.menu.modifier_groups if option in g.modifiers}
    dishes = [item_name(i) for i in house.menu.items if groups & set(i.modifier_group_ids)]
    with_ = f"{modifier_name(option)}: with {short_listing(dishes)}"
    return f"{sentence(f'there is {with_}')} Of other dishes the staff can tell you."


def _options(house: House) -> list[Modifier]:
    return [m for g in house.menu.modifier_groups if not g.removes for m in g.modifiers]


def _called(option: Modifier, words: str) -> bool:
    kinds = diets_named(words)
    return bool(kinds) and all(_says([called(option)], kind) for kind in kinds)


def called(option: Modifier) -> str:
    """All that the menu calls `option`."""
    return ", ".join([option.name, *option.names.values(), *option.spoken])


def _texts(house: House, item: Item) -> list[str]:
    category = next((c for c in house.menu.categories if c.id == item.category_id), None)
    named = [category.name, *category.names.values()] if category is not None else []
    return [item.name, *item.names.values(), *item.spoken, item.description, *named]


def _says(texts: Sequence[str], kind: str) -> bool:
    """True where one of `texts` has `kind` in it, and not that it is none."""
    kinds = (kind, "vegan", "veggie") if kind == "vegetarian" else (kind,)
    return any(
        word in (said := fold(text).replace("-", " "))
        and not said[: said.index(word)].endswith(_NOT)
        and not said.partition(word)[2].startswith(_ONLY_IF)
        for text in texts
        for word in kinds
    )
