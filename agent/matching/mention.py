"""What an utterance names: dishes, options, categories, left open where it may be several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agent.language import LIGHT, Token, stem, tokens
from domain.menu import Category, Item, Modifier, ModifierGroup

__all__ = ["Mention", "Reading", "joined_beginnings"]


class Reading(NamedTuple):
    """A modifier that a mention may mean. `negated`: its name says "no …" and the mention holds
    only the rest. `coverage` is the share of its own words that were said, `width` how many of the
    mention's tokens name it."""

    group: ModifierGroup
    modifier: Modifier
    coverage: float
    negated: bool
    width: int


class Mention(NamedTuple):
    """Words `[start, end)` that name something on the menu.

    `items` are the dishes it may be: one where it is clear. `weak`: so little of the name was said
    that it has to be asked. `generic`: only words that a whole category shares ("pizza"). `apart`:
    what names an option alone, read as a dish and what it is made with: "mango lassi" in a combo.
    `unsaid`: whole but for words that its category shares: "regular" for regular wings.
    `groups`: it names no option but what options are of: "*for the sides*, rice and beans".
    """

    start: int
    end: int
    items: tuple[Item, ...]
    readings: tuple[Reading, ...]
    weak: bool = False
    generic: bool = False
    plural: bool = False
    whole: bool = True
    unsaid: bool = False
    categories: tuple[Category, ...] = ()
    apart: tuple[Mention, ...] = ()
    groups: tuple[ModifierGroup, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the menu calls all that it may mean, in all its languages."""
        dishes = [n for i in self.items for n in (i.name, *i.names.values(), *i.spoken)]
        kinds = [n for c in self.categories for n in (c.name, *c.names.values())]
        options = [r.modifier for r in self.readings]
        parts = [n for m in options for n in (m.name, *m.names.values(), *m.spoken)]
        return *dishes, *kinds, *parts

    def can_be_of(self, dish: Mention) -> bool:
        """True where it names an option of `dish`: "single" of a cobbler, by its size."""
        groups = {r.group.id for r in self.readings if r.coverage == 1}
        return any(groups & set(item.modifier_group_ids) for item in dish.items)

    def says_more_than(self, option: Reading, heard: Sequence[Token]) -> bool:
        """“Mango *lassi*”: a word beyond the option's and its group's; “*sides* of mac”: none."""
        made, group = option.modifier, option.group
        names = (made.name, *made.names.values(), *made.spoken, group.name, group.id)
        known = {stem(t.word) for name in names for t in tokens(name)} | LIGHT
        dishes = (name for i in self.items for name in (i.name, *i.names.values(), *i.spoken))
        own = {stem(t.word) for name in dishes for t in tokens(name)} - known
        return any(stem(t.word) in own for t in heard[self.start : self.end])

    def holds(self, word: str) -> bool:
        """True where one of its `names` has `word`, folded: "browned" is none of a brownie's."""
        return any(stem(t.word) == stem(word) for name in self.names for t in tokens(name))


def joined_beginnings(mentions: Sequence[Mention], heard: Sequence[Token]) -> list[Mention]:
    """`mentions` in their order; a word of a dish before its name is of that name (“*build* a salad
    box”), or of none where an option is between (“a *packet* of salt and vinegar crisps”)."""
    joined: list[Mention] = []
    for n, mention in enumerate(mentions):
        begun = joined[-1] if joined else None
        if begun is not None and _begins(begun, mentions[n:], heard):
            del joined[-1]
            mention = mention._replace(start=begun.start) if mention.items else mention
        joined.append(mention)
    return joined


def _begins(part: Mention, after: Sequence[Mention], heard: Sequence[Token]) -> bool:
    dish = next((m for m in after if m.items), None)
    if dish is None or part.whole or part.items != dish.items or not dish.whole:
        return False
    options = {n for m in after if m.readings for n in range(m.start, m.end)}
    between = (n for n in range(part.end, dish.start) if n not in options)
    return all(heard[n].word in _LEADING for n in between)


_LEADING = frozenset(["a", "an", "my", "your", "the", "of", "1", "some"])
