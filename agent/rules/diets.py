"""What the menu itself says of diets; of the rest only the staff know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.asides import diets_named
from agent.cart import Cart, CartLine
from agent.foods import foods_in, forbidden_by
from agent.hearing import Open, OpenKind
from agent.house import House
from agent.language import fold
from agent.rules.order_note import allergies_in
from agent.wording import item_name, modifier_name, sentence, short_listing
from domain.menu import Category, Item, Modifier, ModifierGroup
from domain.ordering import Choice

__all__ = [
    "ALLERGENS",
    "UNKNOWN",
    "against_words",
    "called",
    "for_the_allergic",
    "is_against",
    "marked_items",
    "marked_words",
    "warnings",
]

MAX_DESCRIBED = 3  # dishes told of in the menu's own words: more nobody keeps in mind
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


def against_words(house: House, told: str, categories: Sequence[Category]) -> str:
    """“What can he have, with a nut allergy?”: what the menu itself says is not for him.

    `The menu says of the Korma: mild, with almonds and cream. Of the others only the kitchen can
    tell.`
    """
    ids = {c.id for c in categories}
    among = [i for i in house.menu.items if not ids or i.category_id in ids]
    against = [i for i in among if is_against(i, told) and i.id not in house.sold_out]
    described = [i for i in against if i.description][:MAX_DESCRIBED]
    named = [item_name(i) for i in against if i not in described]
    if not against:
        return "The menu doesn't say what is in those; only the kitchen can tell."
    said = [f"of the {item_name(i)}: {i.description.rstrip('.')}" for i in described]
    parts = [f"The menu says {'; '.join(said)}."] if said else []
    parts += [f"Mind that the {short_listing(named)} may not be right for that."] if named else []
    return f"{' '.join(parts)} Of the others only the kitchen can tell."


def for_the_allergic(opens: Sequence[Open], house: House, note: str) -> list[Open]:
    """`opens` without offering what somebody cannot eat: of the curries only those of which the
    menu does not say that nuts are in them."""
    told = ". ".join(allergies_in(note))
    kept = [_allowed(point, house, told) for point in opens] if told else list(opens)
    return [point for point in kept if point is not None]


def _allowed(point: Open, house: House, told: str) -> Open | None:
    if point.kind not in (OpenKind.OFFER, OpenKind.WHICH):
        return point
    left = tuple(i for i in point.item_ids if not is_against(house.item(i), told))
    if not left:
        return None if point.kind is OpenKind.OFFER else point
    kind = OpenKind.OFFER if len(left) == 1 else point.kind
    return replace(point, item_ids=left, kind=kind)


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
