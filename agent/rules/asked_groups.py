"""Which options a question is about: of a dish that it names, or of whatever is called so."""

from __future__ import annotations

from collections.abc import Sequence, Set

from agent.asides import Question
from agent.language import LIGHT, stem, tokens
from agent.matching import Mention
from agent.wording import category_name, group_name
from domain.menu import Item, Menu, ModifierGroup

__all__ = [
    "asked_group",
    "dishes_named",
    "group_called",
    "group_of_dish",
    "is_called",
    "is_choosable",
    "is_to_choose",
    "kind_called",
    "narrowed",
    "without_makings",
]


def narrowed(named: Sequence[Mention]) -> list[Mention]:
    """“That kind of sandwich, *the olive salad sandwich*”: the one dish that the rest spoke of."""
    sure = [m for m in named if m.whole and len(m.items) == 1]
    return [m for m in named if len(m.items) == 1 or not any(s.items[0] in m.items for s in sure)]


def without_makings(named: Sequence[Mention]) -> list[Mention]:
    """“A *veggie* version of the burrito”: that says how it is made, whatever is called so, too."""

    def makes(part: Mention, dish: Mention) -> bool:
        groups = {g for i in dish.items for g in i.modifier_group_ids} if dish.whole else set()
        short = part.unsaid and part is not dish and not dish.unsaid
        return short and any(r.coverage == 1 and r.group.id in groups for r in part.readings)

    return [m for m in named if not any(makes(m, o) for o in named)]


def dishes_named(question: Question) -> list[Item]:
    """Each dish that the question names by the whole of its name."""
    named = [m for m in question.mentions if m.whole and not (m.weak or m.generic)]
    return [m.items[0] for m in named if len(m.items) == 1]


def group_of_dish(menu: Menu, question: Question) -> tuple[Item | None, ModifierGroup | None]:
    """“Which *milks* do you have for the *matcha latte*?”: the dish, and the group it names."""
    said = {stem(t.word) for t in tokens(question.words)}
    kinds = [m.items[0] for m in question.mentions if m.generic and m.items]  # "the *burgers*"
    found = [
        (dish, group)
        for dish in dishes_named(question) or kinds
        for group in menu.groups_of(dish)
        if is_called(group, said)
    ]
    # "which *toast* can I have with the omelette", where toast is sold alone, too
    apart = [(d, g) for d, g in found if not _called_in(d, g)]
    return next(iter(apart or found), (None, None))


def is_called(group: ModifierGroup, said: Set[str]) -> bool:
    """True where the stems `said` have all of its name; "*Two* Sides" are asked for as "sides"."""
    words = [t.word for t in tokens(group_name(group))]
    called = {stem(w) for w in words if not w.isdecimal()} or {stem(w) for w in words}
    return called <= said and bool(called - LIGHT) and not group.removes


def _called_in(dish: Item, group: ModifierGroup) -> bool:
    name, own = tokens(group_name(group)), {stem(t.word) for t in tokens(dish.name)}
    return {stem(t.word) for t in name} <= own


def is_to_choose(menu: Menu, items: Sequence[Item]) -> bool:
    """“What *pies* do you do?”, where there is one pie with a choice of fillings."""
    groups = menu.groups_of(items[0]) if len(items) == 1 else ()
    return any(g.min > 0 and not g.default for g in groups)


def is_choosable(menu: Menu, item: Item) -> bool:
    """True where there is more to choose for it than what it is to be without."""
    return not all(g.removes for g in menu.groups_of(item))


def group_called(menu: Menu, question: Question) -> ModifierGroup | None:
    """“What *milk* do you have?”: the fullest group of options of that name."""
    said = {stem(t.word) for t in tokens(question.words)}
    called = [
        g
        for g in menu.modifier_groups
        if not g.removes and (named := {stem(t.word) for t in tokens(group_name(g))}) <= said
        if named - LIGHT  # and not "With", of a question with that word
    ]
    return max(called, key=lambda g: len(g.modifiers), default=None)


def asked_group(menu: Menu, question: Question, items: Sequence[Item]) -> ModifierGroup | None:
    """“What *salsas* are there for the burrito?”"""
    named = {r.group.id for m in question.mentions if not m.items for r in m.readings}
    if len(items) != 1 or not named:
        return None
    return next((g for g in menu.groups_of(items[0]) if g.id in named), None)


def kind_called(menu: Menu, question: Question) -> list[Item]:
    """“What do you have for *dessert*?”, “… to *drink*?”: the dishes of the categories that have
    the word in their name, "Pies and Desserts"."""
    said = {stem(t.word) for t in tokens(question.words)} - LIGHT
    shared = {
        c.id: len(said & {stem(t.word) for t in tokens(category_name(c))}) for c in menu.categories
    }
    most = max(shared.values(), default=0)
    return [i for i in menu.items if most and shared.get(i.category_id) == most]
