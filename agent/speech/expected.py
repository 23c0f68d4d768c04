"""How likely each word is next, in a restaurant with this menu, by what was asked and said."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agent.speech.ngram import END, START, Trigrams, from_arrays
from agent.speech.vocabulary import (
    NAME,
    OTHER,
    SPELLED,
    Moment,
    Vocabulary,
    common_words,
    names,
    spelled,
)
from domain.menu import Menu

__all__ = ["BEGINNING", "TALK", "Expected", "Past", "Word"]

SINGULAR = 0.15  # of several dishes are said as one: "two coke"
BELONGS = 0.85  # of the options that follow a dish are its own
PRICE = 8.0  # of such a word, as a logarithm: what sounds like a dish is one
NEVER = -200.0  # the logarithm of how likely that is which is not said at that moment
MAX_KNOWN = 80  # rows of probabilities kept, 60 KB each; a turn looks at some dozens
_FILLED = frozenset(["DISH", "DISHES", "OPTION", "CATEGORY", NAME, SPELLED, OTHER])
TALK = Path(__file__).parent / "talk.npz"  # made by `python -m training talk`


class Word(NamedTuple):
    """`text` is how it is written; a dish is one word however many it has. `kind` is what stands
    for it in the model; `items` are the dishes that it may be."""

    text: str
    kind: str
    likely: float  # among its kind, as a logarithm
    items: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()  # that it is an option of


class Past(NamedTuple):
    """What matters of the words so far: the kinds of the last two, and the last dish."""

    kinds: tuple[str, ...]
    items: frozenset[str]

    def then(self, word: Word) -> Past:
        return Past((*self.kinds, word.kind)[-2:], word.items or self.items)


BEGINNING = Past((START,), frozenset())


@lru_cache(1)
def _talk() -> dict[Moment, Trigrams]:
    """How callers talk, whatever the menu; all restaurants share it."""
    with np.load(TALK) as arrays:
        return {moment: Trigrams(from_arrays(moment.value, arrays)) for moment in Moment}


class Expected:
    """`words` is all that can be heard: what is foreseen, and the commonest words of any talk.
    Making one takes half a second."""

    def __init__(self, menu: Menu) -> None:
        vocabulary = Vocabulary(menu)
        self._models = _talk()
        kinds = {w for model in self._models.values() for w in model.words} - {END}
        plain = [Word(kind, kind, 0.0) for kind in sorted(kinds - _FILLED)]
        self._groups = {i.id: frozenset(g.id for g in menu.groups_of(i)) for i in menu.items}
        foreseen = (*plain, *_dishes(vocabulary), *_options(vocabulary), *_others(vocabulary))
        self.words = (*foreseen, *_unforeseen(foreseen))
        self._places = {moment: self._placed(model) for moment, model in self._models.items()}
        self._among = np.array([word.likely for word in self.words])
        self._known: dict[tuple[Moment, Past], NDArray[np.float32]] = {}
        self._own: dict[frozenset[str], NDArray[np.float64]] = {}

    def likely(self, moment: Moment, past: Past) -> NDArray[np.float32]:
        """The logarithm of how likely each of `words` is next, and last, the end."""
        found = self._known.get((moment, past))
        if found is None:
            kinds = np.append(self._models[moment].likely(past.kinds), NEVER)
            each = kinds[self._places[moment]]
            each[:-1] += self._among + self._belonging(past.items)
            found = each.astype(np.float32)
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[moment, past] = found
        return found

    def _placed(self, model: Trigrams) -> NDArray[np.int64]:
        """Where in `model.words` each word's kind is, and the end; -1 for what it never says."""
        at = {kind: n for n, kind in enumerate(model.words)}
        return np.array([*(at.get(word.kind, -1) for word in self.words), at[END]])

    def _belonging(self, items: frozenset[str]) -> NDArray[np.float64]:
        """What the last dish changes: its own options are likelier than others."""
        found = self._own.get(items)
        if found is None:
            groups = frozenset().union(*(self._groups[item] for item in items))
            found = self._own[items] = self._favoured(groups)
        return found

    def _favoured(self, groups: frozenset[str]) -> NDArray[np.float64]:
        own = np.array([len(word.groups & groups) for word in self.words], dtype=np.float64)
        options = np.array([bool(word.groups) for word in self.words])
        if not own.any():
            return np.zeros(len(self.words))
        before = np.exp(self._among)
        after = BELONGS * own / own.sum() + (1 - BELONGS) * before
        return np.where(options, np.log(after) - self._among, 0.0)


def _unforeseen(foreseen: Sequence[Word]) -> list[Word]:
    known = {word.text for word in foreseen}
    rest = [word for word in common_words() if word not in known]
    return [Word(word, OTHER, -math.log(len(rest)) - PRICE) for word in rest]


def _dishes(vocabulary: Vocabulary) -> list[Word]:
    one: defaultdict[str, float] = defaultdict(float)
    several: defaultdict[str, float] = defaultdict(float)
    items: defaultdict[str, set[str]] = defaultdict(set)
    for item, surfaces in vocabulary.dishes:
        weights = sum(weight for _, _, weight in surfaces) * len(vocabulary.dishes)
        for single, many, weight in surfaces:
            one[single] += weight / weights
            several[many] += (1 - SINGULAR) * weight / weights
            several[single] += SINGULAR * weight / weights
            items[single].add(item.id)
            items[many].add(item.id)
    return [
        *_counted(vocabulary, one, "DISH", items),
        *_counted(vocabulary, several, "DISHES", items),
    ]


def _counted(
    vocabulary: Vocabulary, counts: Mapping[str, float], kind: str, items: Mapping[str, Set[str]]
) -> list[Word]:
    return [
        Word(vocabulary.spoken[token], kind, math.log(n), frozenset(items[token]))
        for token, n in counts.items()
    ]


def _options(vocabulary: Vocabulary) -> list[Word]:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for group, tokens in vocabulary.options.items():
        for token in tokens:
            groups[token].add(group)
    total = sum(map(len, groups.values()))
    return [
        Word(vocabulary.spoken[token], "OPTION", math.log(len(own) / total), groups=frozenset(own))
        for token, own in groups.items()
    ]


def _others(vocabulary: Vocabulary) -> list[Word]:
    counts = Counter(vocabulary.categories)
    categories = [
        Word(vocabulary.spoken.get(token, token), "CATEGORY", math.log(n / counts.total()))
        for token, n in counts.items()
    ]
    people = [Word(name, NAME, -math.log(len(names()))) for name in names()]
    letters = {spelled(name) for name in names()}
    rows = [Word(row, SPELLED, -math.log(len(letters))) for row in sorted(letters) if " " in row]
    return [*categories, *people, *rows]
