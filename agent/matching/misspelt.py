"""Words of a menu as a quick hand writes them: two letters exchanged, or one left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from agent.foods import is_a_food_at_all
from agent.language import COMMON, Token, fold, stem
from agent.word_lists import COMMONEST_WORDS, NAMES

__all__ = ["LIKENESS", "Misspelt"]

LIKENESS = 0.9  # how well such a word is read
MIN_EXCHANGED = 4  # letters of a word of which two may be exchanged: "bahn"
MIN_LEFT_OUT = 5  # letters of a word of which one may be missing: "nachs"
MIN_ALONE = 6  # letters; of what is shorter, a word beside it must tell that it is one of a dish
_WORDS = COMMON.union(map(fold, COMMONEST_WORDS), map(fold, NAMES))
_LEADING = frozenset("a an the some another and small medium large".split())  # noqa: SIM905


class Misspelt:
    """The misspellings of some words; all keep the first letter, and no last one is left out."""

    def __init__(self, known: Iterable[str]) -> None:
        self._written: dict[str, set[str]] = defaultdict(set)
        for word in known:
            for form in _forms(word):
                for said in _slips(form):
                    self._written[said].add(word)

    def read(self, heard: Sequence[Token], at: int, beside: Iterable[str]) -> list[str]:
        """The words that the one at `at` may be meant for; none where it is a word by itself, a
        name, or a food, or too short for standing alone. `beside` are those known words that stand
        next to it."""
        word = heard[at].word
        found = self._written.get(word)
        if not found or {word, stem(word)} & _WORDS or is_a_food_at_all(word):
            return []
        before = heard[at - 1].word if at else ""
        led = before in _LEADING or before.isdecimal() or any(beside) or len(heard) == 1
        return sorted(found) if led or len(word) >= MIN_ALONE else []


def _forms(word: str) -> tuple[str, ...]:
    """A stem as it is written of one and of several."""
    return word, f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _slips(word: str) -> Iterator[str]:
    if not word.isalpha():
        return
    for n in range(1, len(word) - 1):
        if len(word) >= MIN_EXCHANGED and word[n] != word[n + 1]:
            yield f"{word[:n]}{word[n + 1]}{word[n]}{word[n + 2 :]}"
    for n in range(1, len(word) - 1):  # "smoke" is no "smoked"
        if len(word) >= MIN_LEFT_OUT:
            yield word[:n] + word[n + 1 :]
