"""What can be named on a menu, with all the ways to say it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from agent.language import (
    LIGHT,
    numbers_said,
    stem,
    tokens,
)
from agent.matching.own_words import wants_words
from domain.menu import Category, Item, Modifier, ModifierGroup

__all__ = [
    "NEGATIONS",
    "POLARITY",
    "Entry",
    "Phrase",
    "is_all_of_it",
    "merges",
    "modifier_phrases",
    "other_names",
    "phrases",
    "shortened",
]

NEGATIONS = frozenset(["no", "without", "sin", "ohne", "senza", "sans", "zonder"])
_PREFIXES = frozenset(["extra", "with", "add", "added", "con", "mit", "avec"])
POLARITY = NEGATIONS | _PREFIXES
_PORTIONS = frozenset(["order", "portion", "serving", "helping"])
_LAST_WORDS = re.compile(r"\s*[(\[].*?[)\]]\s*|\s+[-–—/|,].*$")


def merges(group: ModifierGroup, generic: frozenset[str]) -> bool:
    """True where two options differ by the group's own words alone: "just salt", "just vinegar" of
    "Salt and vinegar"."""
    names = [frozenset(stem(t.word) for t in tokens(m.name)) - LIGHT for m in group.modifiers]
    told = [name - generic for name in names if name - generic]
    return len(set(told)) < len(told) and len(set(names)) == len(names)


class Phrase(NamedTuple):
    words: tuple[str, ...]  # stems, in order
    named: bool  # from a name or translation, not from `spoken`
    negated: bool = False


class Entry:
    """An item, modifier or category, with all the ways to say it."""

    def __init__(
        self,
        thing: Item | Category | tuple[ModifierGroup, Modifier],
        phrases: Sequence[Phrase],
        surfaces: Iterable[str],
    ) -> None:
        self.thing = thing
        self.phrases = phrases
        self.surfaces = frozenset(surfaces)
        self.words = frozenset(w for p in phrases for w in p.words)
        self.repeated = frozenset(w for p in phrases for w in p.words if p.words.count(w) > 1)
        self.generic: frozenset[str] = frozenset()
        self.shortened: frozenset[str] = frozenset()  # "St." of "St. George": its stop ends nothing
        self.trailing: frozenset[str] = frozenset()  # "yoghurt *dressing*": may follow, never open


def shortened(names: Iterable[str]) -> frozenset[str]:
    """The stems of the words that `names` write with a stop, before others: `St. George`."""
    return frozenset(
        stem(word.word)
        for name in names
        for word, stop in pairwise(tokens(name))
        if stop.word == "." and not word.stop
    )


def _as_written(words: Sequence[str]) -> list[str]:
    """“Twenty-five percent” and “25 percent” are the same, however a menu writes them."""
    written, at = [], 0
    while at < len(words):
        number, width = next(iter(numbers_said(words, at)), (words[at], 1))
        written.append(number)
        at += width
    return written


def _without_portion(words: list[str]) -> list[str]:
    """“Order of nachos” calls the nachos so; “order” alone is what every caller says."""
    begins = words[1:] if words[:1] == ["an"] or words[:1] == ["a"] else words
    return begins[2:] if begins[:1] and begins[0] in _PORTIONS and begins[1:2] == ["of"] else words


def _as_ones_own(name: str) -> list[str]:
    """“Build Your Own Bowl” is called “build *my own* bowl” by who orders it."""
    own = _YOUR_OWN.search(name)
    return [_YOUR_OWN.sub(f"{whose} own", name) for whose in ("my", "our")] if own else []


_YOUR_OWN = re.compile(r"\byour own\b", re.IGNORECASE)


def phrases(
    name: str, names: dict[str, str], spoken: Sequence[str]
) -> tuple[list[Phrase], set[str]]:
    """The phrases of one thing, and its words as they are written."""
    found: dict[tuple[str, ...], Phrase] = {}
    surfaces: set[str] = set()
    for text, named in [
        *((t, True) for t in (name, *names.values())),
        *((t, False) for t in spoken),
    ]:
        for variant in {text, _LAST_WORDS.sub(" ", text).strip() or text, *_as_ones_own(text)}:
            words = _as_written([t.word for t in tokens(variant) if not t.stop])
            if not named:
                words = _without_portion(words)
            surfaces.update(words)
            key = tuple(stem(w) for w in words)
            if key:
                found.setdefault(key, Phrase(key, named))
    return list(found.values()), surfaces


# What else sizes are called, where the menu has no other use for the word.
_SIZES = {
    "small": ("wee",),
    "large": ("big", "huge"),
    "regular": ("normal", "standard", "medium", "ordinary", "usual size"),
    "medium": ("regular", "normal", "standard", "middle"),
}


def other_sizes(group: ModifierGroup) -> dict[str, tuple[str, ...]]:
    """For each modifier of `group`, the words that no modifier of it has and that mean its size."""
    called = {
        m.id: {" ".join(t.word for t in tokens(n)) for n in (m.name, *m.names.values(), *m.spoken)}
        for m in group.modifiers
    }
    taken = {word for names in called.values() for name in names for word in name.split()}
    sized = bool(taken & {"small", "large"})
    words = {
        modifier_id: tuple(
            w for size in names & set(_SIZES) for w in _SIZES[size] if sized and w not in taken
        )
        for modifier_id, names in called.items()
    }
    if sized and group.max == 1:
        by_price = sorted(group.modifiers, key=lambda m: m.price)
        for modifier, most in ((by_price[0], _LEAST), (by_price[-1], _MOST)):
            words[modifier.id] += tuple(w for w in most if w not in taken)
    return words


_LEAST, _MOST = ("smallest",), ("biggest", "largest")


# What is put on where a dish comes with all there is, and of which one group it is an option.
_ALL_OF_IT = frozenset(
    [
        "everything",
        "the works",
        "the lot",
        "loaded",
        "fully loaded",
        "all the way",
        "all the fixings",
    ]
)
_DRESSING = frozenset(stem(w) for w in ("toppings", "fixings", "dressed", "style", "garnish"))


def is_all_of_it(modifier: Modifier) -> bool:
    """True for “Everything”, “The Works”: one option for all that may be put on."""
    names = (modifier.name, *modifier.names.values(), *modifier.spoken)
    return any(" ".join(t.word for t in tokens(name)) in _ALL_OF_IT for name in names)


_HEAT = frozenset("mild medium hot spicy spice heat".split())  # noqa: SIM905
_MILDEST, _HOTTEST = ("mildest",), ("hottest", "spiciest")


def _utmost_heat(group: ModifierGroup) -> dict[str, tuple[str, ...]]:
    """“The *mildest* you've got”, “the *hottest*”, where all that can be chosen are steps of heat:
    the ends of the row, which menus write from the mild to the hot, or the other way."""
    steps = [{t.word for t in tokens(m.name)} for m in group.modifiers]
    mild = [n for n, words in enumerate(steps) if "mild" in words]
    if group.max != 1 or len(mild) != 1 or not all(words & _HEAT for words in steps):
        return {}
    rising = 2 * mild[0] < len(steps)
    first, last = (_MILDEST, _HOTTEST) if rising else (_HOTTEST, _MILDEST)
    return {group.modifiers[0].id: first, group.modifiers[-1].id: last}


def other_names(group: ModifierGroup) -> dict[str, tuple[str, ...]]:
    """As `other_sizes`; what the utmost steps of heat are called; and what else one says for all
    that may be put on. An “Everything” of which just one is taken may be a bagel, and is called
    only so."""
    names = other_sizes(group)
    for modifier_id, utmost in _utmost_heat(group).items():
        names[modifier_id] = (*names[modifier_id], *utmost)
    for modifier in group.modifiers:
        if wants_words(modifier):
            names[modifier.id] = (
                *names[modifier.id],
                "my own message",
                "own words",
                "my own words",
            )
    dressed = group.max > 1 or {stem(t.word) for t in tokens(group.name)} & _DRESSING
    for modifier in group.modifiers:
        if dressed and not group.removes and is_all_of_it(modifier):
            names[modifier.id] = (*names[modifier.id], *sorted(_ALL_OF_IT))
    return names


def modifier_phrases(
    modifier: Modifier, others: Sequence[str] = ()
) -> tuple[list[Phrase], set[str]]:
    """As `phrases`; "No ice" can also be meant by "ice" after "without"."""
    found, surfaces = phrases(modifier.name, modifier.names, (*modifier.spoken, *others))
    for phrase in list(found):
        first, rest = phrase.words[0], phrase.words[1:]
        if rest and first in NEGATIONS:
            found.append(Phrase(rest, phrase.named, negated=True))
        elif rest and first in _PREFIXES:
            found.append(Phrase(rest, phrase.named))
    return found, surfaces
