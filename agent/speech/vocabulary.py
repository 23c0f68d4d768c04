"""What can be said to one restaurant: how its dishes, options and categories are called, and what
people are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from agent.language import fold, spoken_number
from agent.word_lists import COMMONEST_WORDS, NAMES
from domain.menu import Item, Menu, ModifierGroup

__all__ = [
    "BREAKS",
    "LETTERS",
    "NAME",
    "NEGATIONS",
    "OTHER",
    "SPELLED",
    "Moment",
    "Vocabulary",
    "common_words",
    "names",
    "several",
    "spelled",
]

BREAKS = frozenset([",", ".", "?"])
NAME = "NAME"  # stands for any name: which one says nothing about what comes next
SPELLED = "SPELLED"  # stands for the letters of any name
OTHER = "OTHER"  # stands for any word that nobody foresaw
PART_WEIGHT = 0.12  # a part of a dish's name ("samosa"), to its whole names together
MAX_NAME_WORDS = 7  # nobody says more of a dish's name
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NEGATIONS = frozenset(["no", "without", "sin", "ohne", "senza", "sans"])
_PREFIXES = frozenset(["extra", "with", "add", "added", "con", "mit"])


class Moment(StrEnum):
    """What the caller was asked last, as far as it tells what may come."""

    ORDER = "ORDER"
    MORE = "MORE"
    OPTION = "OPTION"
    PERSON = "PERSON"
    CONFIRM = "CONFIRM"
    LETTERS = "LETTERS"


@lru_cache(1)
def names() -> tuple[str, ...]:
    """The names of people that can be heard."""
    return tuple(w.capitalize() for w in NAMES)


def spelled(name: str) -> str:
    """The letters of `name` one by one, as they are written when somebody says them."""
    return " ".join(letter for letter in fold(name) if letter in LETTERS)


def common_words() -> tuple[str, ...]:
    """The commonest words of English, which may be said though nobody foresaw them."""
    return COMMONEST_WORDS


class Vocabulary:
    """What can be said of `menu`. `spoken` maps each surface to how it is written; `classes` maps a
    dish, an option and a name to what stands for all of its kind. `dishes` has the ways to call
    each item, as (one, several, weight); `options` those of each group, by its id."""

    def __init__(self, menu: Menu) -> None:
        self.spoken: dict[str, str] = {}
        self.classes: dict[str, str] = dict.fromkeys(names(), NAME)
        self.dishes = [(item, self._surfaces_of(item)) for item in menu.items]
        self.options = {g.id: self._option_surfaces(g) for g in menu.modifier_groups}
        self.categories = self._category_surfaces(menu)

    def _token(self, words: Sequence[str], kind: str) -> str:
        token = "_".join(words)
        self.spoken[token] = " ".join(words)
        self.classes.setdefault(token, kind)
        return token

    def _surfaces_of(self, item: Item) -> list[tuple[str, str, float]]:
        """(one, several, weight) of each way to call `item`."""
        whole = _ways(item.name, item.names, item.spoken)
        found: dict[tuple[str, ...], float] = {}
        for words in whole:
            found[words] = 1.0
        parts = {part for words in whole for part in _parts(words)} - set(found)
        for part in sorted(parts):
            found[part] = PART_WEIGHT * len(whole) / len(parts)
        return [
            (self._token(words, "DISH"), self._token(several(words), "DISHES"), weight)
            for words, weight in found.items()
        ]

    def _option_surfaces(self, group: ModifierGroup) -> list[str]:
        ways = [w for m in group.modifiers for w in _ways(m.name, m.names, m.spoken)]
        bare = [w[1:] for w in ways if len(w) > 1 and w[0] in NEGATIONS | _PREFIXES]
        found = [self._token(words, "OPTION") for words in dict.fromkeys((*ways, *bare))]
        if group.min:
            found += [self.plural(option) for option in found]
        return list(dict.fromkeys(found))

    def plural(self, option: str) -> str:
        return self._token(several(option.split("_")), "OPTION")

    def _category_surfaces(self, menu: Menu) -> list[str]:
        ways = [w for c in menu.categories for w in _ways(c.name, c.names, ())]
        ways += [w for g in menu.modifier_groups for w in _ways(g.name, g.names, ())]
        found = [self._token(words, "CATEGORY") for words in ways]
        found += [self._token(several(words), "CATEGORY") for words in ways]
        return found or ["food"]


def _ways(name: str, by_language: dict[str, str], spoken: Sequence[str]) -> list[tuple[str, ...]]:
    """All that something is called, each as its words; none that has no Latin letters."""
    texts = [*spoken, *([by_language["en"]] if "en" in by_language else []), name]
    found = []
    for text in texts:
        plain = re.sub(r"\(.*?\)|\[.*?\]", " ", text.lower()).replace("&", " and ")
        words = tuple(
            w for raw in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", plain) for w in _as_words(raw)
        )
        if words and len(words) <= MAX_NAME_WORDS and all(_latin(w) for w in words):
            found.append(words)
    return list(dict.fromkeys(found))


def _as_words(word: str) -> list[str]:
    if code := re.fullmatch(r"([a-z])(\d+)", word):  # C1, as combinations are called
        return [code[1], *_as_words(code[2])]
    if not word.isdecimal():
        return [word.replace("’", "'")]
    return [spoken_number(int(word))] if int(word) <= 20 else ["-"]


def _latin(word: str) -> bool:
    return all("a" <= c <= "z" or c == "'" for c in fold(word))


def _parts(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Parts of a name by which a dish may be asked for: its words, and any that stand together."""
    for length in range(1, len(words)):
        for at in range(len(words) - length + 1):
            part = tuple(words[at : at + length])
            if any(len(w) > 3 for w in part) and len(part[-1]) > 2:
                yield part


def several(words: Sequence[str]) -> tuple[str, ...]:
    last = words[-1]
    if last.endswith(("s", "i")) or not last.isascii():
        return tuple(words)
    if last.endswith(("ch", "sh", "x", "z")):
        return (*words[:-1], f"{last}es")
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return (*words[:-1], f"{last[:-1]}ies")
    return (*words[:-1], f"{last}s")
