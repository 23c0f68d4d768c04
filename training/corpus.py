"""Sentences that callers of one restaurant may say, made from its menu and `talk.txt`.

They are drawn at random from a seed, so that the same menu gives the same sentences. A sentence is
a row of words. What a dish is called is one word however many it is written with (`mapo_tofu`),
so that what may follow is learnt from the whole of it.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from agent.language import fold, spoken_number
from agent.speech.vocabulary import (
    NAME,
    NEGATIONS,
    SPELLED,
    Moment,
    Vocabulary,
    names,
    spelled,
)
from domain.menu import Menu, ModifierGroup

__all__ = ["Corpus"]

SEED = 6
SINGULAR_WEIGHT = 0.15  # "two coke" to "two cokes"
UNKNOWN_SPELLED = 0.2  # of the names that are spelled are none that can be heard as a word
AS_IN = 0.6  # of the letters of one who spells like that
MEASURED = 0.2  # of the choices said before their dish are measures: two pints of rice

_HERE = Path(__file__).parent


# --- the rules of talk.txt ------------------------------------------------------------------------

Draw = Callable[["Corpus"], Iterator[str]]


@lru_cache(1)
def _talk() -> dict[str, Draw]:
    rules = {}
    for line in (_HERE / "talk.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, ways = line.split(":", 1)
            rules[name] = _Parser(ways).ways()
    return rules


class _Parser:
    """`a [b] (c | 2*<d>)` → what draws one way of saying it."""

    def __init__(self, text: str) -> None:
        self._words = re.findall(r"\d+\*|<[^>]+>|[()\[\]|]|[^\s()\[\]|<]+", text)
        self._at = 0

    def ways(self) -> Draw:
        ways, weights = [], []
        while True:
            weight, way = self._sequence()
            ways.append(way)
            weights.append(weight)
            if self._peek() != "|":
                break
            self._at += 1
        return _choice(ways, weights) if len(ways) > 1 else ways[0]

    def _peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _sequence(self) -> tuple[int, Draw]:
        weight = 1
        if re.fullmatch(r"\d+\*", self._peek()):
            weight = int(self._peek()[:-1])
            self._at += 1
        parts: list[Draw] = []
        while self._peek() not in ("", "|", ")", "]"):
            parts.append(self._part())
        return weight, _sequence(parts)

    def _part(self) -> Draw:
        word = self._peek()
        self._at += 1
        if word in "([":
            inner = self.ways()
            self._at += 1
            return inner if word == "(" else _maybe(inner)
        if word.startswith("<"):
            return _rule(word[1:-1])
        return _word(word)


def _choice(ways: Sequence[Draw], weights: Sequence[int]) -> Draw:
    bounds = list(itertools.accumulate(weights))

    def draw(corpus: Corpus) -> Iterator[str]:
        return corpus.random.choices(ways, cum_weights=bounds)[0](corpus)

    return draw


def _sequence(parts: Sequence[Draw]) -> Draw:
    def draw(corpus: Corpus) -> Iterator[str]:
        for part in parts:
            yield from part(corpus)

    return draw


def _maybe(inner: Draw) -> Draw:
    def draw(corpus: Corpus) -> Iterator[str]:
        if corpus.random.random() < 0.5:
            yield from inner(corpus)

    return draw


def _rule(name: str) -> Draw:
    def draw(corpus: Corpus) -> Iterator[str]:
        own = corpus.slots.get(name)
        return iter(own()) if own is not None else _talk()[name](corpus)

    return draw


def _word(word: str) -> Draw:
    def draw(corpus: Corpus) -> Iterator[str]:
        yield word

    return draw


# --- what the menu fills in -----------------------------------------------------------------------

_NUMBERS = {
    "a": 30, "one": 24, "two": 20, "three": 10, "four": 5, "five": 3, "six": 3, "seven": 1,
    "eight": 1.5, "nine": 1, "ten": 1.5, "eleven": 0.3, "twelve": 0.6, "thirteen": 0.2,
    "fourteen": 0.2, "fifteen": 0.5, "sixteen": 0.2, "eighteen": 0.2, "twenty": 0.7, "thirty": 0.3,
    "fifty": 0.2, "a dozen": 0.4, "half a dozen": 0.2, "a couple of": 0.6, "a couple": 0.3,
    "a pair of": 0.2, "some": 1, "another": 1, "two dozen": 0.1, "a hundred": 0.1,
    "forty": 0.1, "a thousand": 0.05, "a million": 0.05, "a portion of": 0.3, "": 12, "the": 2,
    "an order of": 0.3, "two portions of": 0.2,
}  # fmt: skip
_ONE = frozenset(["a", "one", "another", "the", ""])
_STREETS = """
    street road avenue lane drive court place square boulevard way hill gardens terrace close
    grove
""".split()  # noqa: SIM905
_STREET_NAMES = """
    main high oak elm park church mill station green king queen victoria north south east west
    lake river bridge market school garden hill maple cedar pine washington london york bahnhof
    haupt garten schiller goethe berliner first second third fourth fifth
""".split()  # noqa: SIM905
_ALPHABET = {
    word[0]: word
    for word in """
    alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar
    papa quebec romeo sierra tango uniform victor whiskey yankee zulu
    """.split()  # noqa: SIM905 (a list of 25 quoted words is harder to read)
}


class Corpus(Vocabulary):
    """What can be said of `menu`, in sentences."""

    def __init__(self, menu: Menu) -> None:
        super().__init__(menu)
        self.random = random.Random(SEED)  # noqa: S311 (sentences, no secrets)
        self.menu = menu
        self._all_options = [s for options in self.options.values() for s in options]
        self.slots: dict[str, Callable[[], Sequence[str]]] = {
            "dish": lambda: [self._dish(1)],
            "dishes": lambda: [self._dish(2)],
            "line": self._line,
            "option": self._any_option,
            "without": self._any_without,
            "category": lambda: [self.random.choice(self.categories)],
            "name": lambda: [NAME],
            "number": lambda: self._count(least=1).split(),
            "street": self._street,
            "spelled": self._spell,
            "lettered": self._letter_by_letter,
        }

    def sentences(self, moment: Moment, count: int) -> Iterator[tuple[str, ...]]:
        """`count` sentences with their breaks."""
        rule = _rule(moment.value)
        for _ in range(count):
            yield tuple(rule(self))

    # --- drawing ----------------------------------------------------------------------------------

    def _pick(self, surfaces: Sequence[tuple[str, str, float]], several: bool) -> str:
        one, many, _ = self.random.choices(surfaces, [w for _, _, w in surfaces])[0]
        if several and self.random.random() > SINGULAR_WEIGHT:
            return many
        return one

    def _dish(self, count: int) -> str:
        surfaces = self.random.choice(self.dishes)[1]
        return self._pick(surfaces, count > 1)

    def _count(self, least: int = 0) -> str:
        ways = [w for w in _NUMBERS if not least or w not in _ONE or w == "one"]
        return self.random.choices(ways, [_NUMBERS[w] for w in ways])[0]

    def _line(self) -> Sequence[str]:
        item, surfaces = self.random.choice(self.dishes)
        count = self._count()
        dish = self._pick(surfaces, count not in _ONE)
        groups = [g for g in self.menu.groups_of(item) if self.options[g.id]]
        if not groups or self.random.random() < 0.4:
            return [*_counted(count, dish), dish]
        group = self.random.choice(groups)
        option = self.random.choice(self.options[group.id])
        before = self.random.random() < 0.3 and not group.removes
        if before:
            measure = group.min > 0 and self.random.random() < MEASURED
            if measure and count not in _ONE:
                option = self.plural(option)
            row = [*_counted(count, option), option, *(["of"] if measure else []), dish]
        else:
            row = [*_counted(count, dish), dish, *self._made(group, option)]
        if self.random.random() < 0.35:
            other = self.random.choice(groups)
            more = self.random.choice(self.options[other.id])
            row += self._made(other, more, joined=not before)
        return row

    def _made(self, group: ModifierGroup, option: str, *, joined: bool = False) -> list[str]:
        """How an option follows its dish: with cheese, no onions, large."""
        removes = group.removes or group.id in NEGATIONS or fold(group.name) in NEGATIONS
        if removes and self.random.random() < 0.9:
            ways = ["without", ", without", "no", ", no", "but no", "but without", "hold the"]
            ways += ["and no", "and without", "or"] if joined else []
        elif group.min:  # a choice that has to be made: large, with rice
            ways = ["", "", ",", "with", ", with", "in"]
            ways += ["and", ",", ""] if joined else []
        else:
            ways = ["with", "with", ", with", "", ",", "extra", "with extra", "no"]
            ways += ["and", "and", "with", ", and", ","] if joined else []
        return [*self.random.choice(ways).split(), option]

    def _any_option(self) -> Sequence[str]:
        return [self.random.choice(self._all_options)] if self._all_options else ["plain"]

    def _any_without(self) -> Sequence[str]:
        ways = ["without", "no", "with no", "but no", "not", "without any", "hold the"]
        return [*self.random.choice(ways).split(), *self._any_option()]

    def _street(self) -> Sequence[str]:
        number = spoken_number(self.random.randint(1, 20))
        if self.random.random() < 0.5:
            tens = self.random.choice(
                ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
            )
            number = self.random.choice(
                [tens, f"{tens} {spoken_number(self.random.randint(1, 9))}"]
            )
        if self.random.random() < 0.1:
            number = f"{spoken_number(self.random.randint(1, 9))} hundred {number}"
        name, kind = self.random.choice(_STREET_NAMES), self.random.choice(_STREETS)
        if self.random.random() < 0.2:
            name = NAME
        row = [*number.split(), name, kind]
        if self.random.random() < 0.2:
            row += [",", "apartment", spoken_number(self.random.randint(1, 20))]
        return row

    def _spell(self) -> Sequence[str]:
        """Mostly a name that is known: which letters those are says more than they sound like."""
        unknown = self.random.random() < UNKNOWN_SPELLED
        return spelled(self.random.choice(names())).split() if unknown else [SPELLED]

    def _letter_by_letter(self) -> Sequence[str]:
        """“M as in Mike, a, r as in Romeo …”."""
        row: list[str] = []
        for letter in spelled(self.random.choice(names())).split():
            stands = self.random.random() < AS_IN and letter in _ALPHABET
            row += [letter, *(("as", "in", _ALPHABET[letter], ",") if stands else ())]
        return row[:-1] if row[-1] == "," else row


def _counted(count: str, first: str) -> list[str]:
    """The number before `first`: `a` is `an` before a vowel."""
    if count == "a" and first[0] in "aeiou":
        return ["an"]
    return count.split()
