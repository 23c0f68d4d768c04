"""What of a menu can be said without a doubt: dishes by one of their names, options by their part.

A name that two things of the menu share is left out, and so is whatever cannot be put into an
English sentence: other scripts, digits, names that begin with a number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from agent.language import fold
from domain.menu import Item, Menu, Modifier, ModifierGroup

__all__ = ["ROLES", "Card", "Dish", "Option", "many", "one"]

_SIZES = frozenset(["small", "medium", "large", "regular", "big", "mini", "jumbo"])
# An option that begins so is no plain "with …" or "no …".
_SAID_OTHERWISE = frozenset(
    """
    no not just only without with extra add second half double single less more full one two three
    four five six eight ten twelve twenty on in as for cut fully nothing plain comes
    """.split()  # noqa: SIM905
)
_NUMBERS = frozenset("one two three four five six seven eight nine ten twelve number no".split())  # noqa: SIM905
_HEADS = frozenset("of with on by in de al au aux a alla del con".split())  # noqa: SIM905
_WORDS = re.compile(r"[a-z][a-z' -]*[a-z]")


ROLES = ("size", "pick", "kind", "side", "add", "no", "first", "second")


class Option(NamedTuple):
    group: str
    id: str
    words: str


class Dish(NamedTuple):
    """`roles` are the groups by what can be asked of them: `size`, `pick` (must be chosen), `kind`
    (stands by default), `side` (two must be chosen), `add`, `no`; `first` and `second` of a dish of
    which just two things must be chosen. `required` are the groups that must be chosen from.
    `counted`: sold by the piece, so that a number before it may be one portion."""

    item: str
    name: str
    roles: dict[str, tuple[tuple[Option, ...], ...]]
    most: dict[str, int]  # of a group, how many may be chosen
    required: frozenset[str]
    counted: bool
    options: frozenset[str]  # all that any option of it is called


class Card(NamedTuple):
    """A menu, the file it stands in, and each of its dishes once by every name that is its own."""

    menu: Menu
    file: str
    dishes: tuple[Dish, ...]

    @classmethod
    def of(cls, menu: Menu, file: str) -> Card:
        return cls(menu, file, _dishes(menu))


def _dishes(menu: Menu) -> tuple[Dish, ...]:
    called = Counter(name for item in menu.items for name in set(_names(item)))
    return tuple(
        _dish(menu, item, name)
        for item in menu.items
        for name in dict.fromkeys(_names(item))
        if called[name] == 1 and name.split()[0] not in _NUMBERS
    )


def _dish(menu: Menu, item: Item, name: str) -> Dish:
    groups = menu.groups_of(item)
    roles: dict[str, list[tuple[Option, ...]]] = {role: [] for role in ROLES}
    for group in groups:
        options = tuple(_options(group))
        role = _role(group, options)
        if role and options:
            roles[role].append(options)
    needed = [g for g in groups if g.min > 0 and not g.default]
    pair = [tuple(_options(g)) for g in needed if g.max == 1]
    if len(pair) == len(needed) == 2 and not {o.words for o in pair[0]} & {
        o.words for o in pair[1]
    }:
        roles["first"], roles["second"] = [pair[0]], [pair[1]]
    return Dish(
        item.id,
        name,
        {role: tuple(found) for role, found in roles.items()},
        {g.id: g.max for g in groups},
        frozenset(g.id for g in groups if g.min > 0 and not g.default),
        any(any(c.isdecimal() for c in m.name) or _counts(m) for g in groups for m in g.modifiers),
        frozenset(n for g in groups for m in g.modifiers for n in _said(m)),
    )


def _role(group: ModifierGroup, options: tuple[Option, ...]) -> str:
    if group.removes:
        return "no"
    if group.min == 0:
        return "add"
    if group.max > 1:
        return "side" if group.min == group.max == 2 and not group.default else ""
    if options and all(o.words in _SIZES for o in options):
        return "size"
    return "kind" if group.default else "pick"


def _options(group: ModifierGroup) -> Iterator[Option]:
    for modifier in group.modifiers:
        for name in _said(modifier):
            words = re.sub(r"^(?:no|without|extra) ", "", name) if not group.min else name
            if words.split()[0] not in _SAID_OTHERWISE:
                yield Option(group.id, modifier.id, words)
                break


def _names(item: Item) -> Iterator[str]:
    return _sayable((item.name, *item.names.values(), *item.spoken))


def _said(modifier: Modifier) -> list[str]:
    return list(_sayable((modifier.name, *modifier.names.values(), *modifier.spoken)))


def _sayable(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        words = " ".join(fold(name).replace("’", "'").replace("&", " and ").split())
        if _WORDS.fullmatch(words):
            yield words


def _counts(modifier: Modifier) -> bool:
    return fold(modifier.name) in _NUMBERS


def one(name: str) -> str:
    """`espresso` → `an espresso`; what is plural already has no article."""
    if _is_plural(name):
        return f"some {name}"
    return f"an {name}" if name[0] in "aeio" else f"a {name}"


def many(name: str) -> str:
    """`rack of ribs` → `racks of ribs`, `cherry pie` → `cherry pies`, `fish and chips` as it is."""
    words = name.split()
    at = _head(words)
    if "and" not in words and not _is_plural(name):
        words[at] = _plural(words[at])
    return " ".join(words)


def _head(words: list[str]) -> int:
    """Where the word stands that is counted: the rack of a rack of ribs."""
    return next((n for n, w in enumerate(words) if w in _HEADS and n > 0), len(words)) - 1


def _plural(word: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"


def _is_plural(name: str) -> bool:
    words = name.split()
    return re.search(r"[^sui]s$", words[_head(words)]) is not None
