"""A trigram model over words, made from sentences; pure.

Interpolated absolute discounting: what is seen is trusted, and a row of words that was never seen
is still possible, at the price of its parts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["END", "START", "Trigrams"]

START, END = "<s>", "</s>"
DISCOUNT = 0.5  # of each count, kept for what was not seen; less than usual: made sentences repeat

_NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0))


class Trigrams:
    """`counts` says how often each sentence (a row of words) is said."""

    def __init__(self, counts: Mapping[tuple[str, ...], float]) -> None:
        self._seen: tuple[dict[tuple[str, ...], float], ...] = tuple(
            defaultdict(float) for _ in range(3)
        )
        for sentence, weight in counts.items():
            words = (START, *sentence, END)
            for order, seen in enumerate(self._seen, 1):
                for at in range(len(words) - order + 1):
                    seen[words[at : at + order]] += weight
        self._p: list[dict[tuple[str, ...], float]] = []
        self._left: dict[tuple[str, ...], float] = {}  # what a history leaves to shorter ones
        self.words = sorted(w for (w,) in self._seen[0] if w != START)
        self._estimate()
        self._index()

    def _index(self) -> None:
        place = {word: n for n, word in enumerate(self.words)}
        self._alone = np.log(np.array([self._p[0][word,] for word in self.words]))
        after: defaultdict[tuple[str, ...], list[tuple[int, float]]] = defaultdict(list)
        for seen in self._p[1:]:
            for gram, likely in seen.items():
                after[gram[:-1]].append((place[gram[-1]], math.log(likely)))
        self._after = {
            history: (np.array([n for n, _ in row]), np.array([log for _, log in row]))
            for history, row in after.items()
        }

    def _estimate(self) -> None:
        ones = {gram: n for gram, n in self._seen[0].items() if gram != (START,)}
        total = sum(ones.values())
        self._p.append({gram: n / total for gram, n in ones.items()})
        for order in (1, 2):
            totals: defaultdict[tuple[str, ...], float] = defaultdict(float)
            for gram, n in self._seen[order].items():
                totals[gram[:-1]] += n
            discounted: defaultdict[tuple[str, ...], float] = defaultdict(float)
            kept = {}
            for gram, n in self._seen[order].items():
                kept[gram] = n - min(DISCOUNT, n / 2)
                discounted[gram[:-1]] += n - kept[gram]
            self._left |= {h: discounted[h] / total for h, total in totals.items()}
            lower = self._p[-1]
            self._p.append(
                {
                    gram: n / totals[gram[:-1]] + self._left[gram[:-1]] * lower[gram[1:]]
                    for gram, n in kept.items()
                }
            )

    def likely(self, before: Sequence[str]) -> NDArray[np.float64]:
        """The logarithm of how likely each of `words` is after the words `before`; the last two
        count."""
        history = tuple(before)[-2:]
        left = 0.0
        shorter = []
        while history:
            shorter.append((history, left))
            left += math.log(self._left.get(history, 1.0))
            history = history[1:]
        found: NDArray[np.float64] = self._alone + left
        for history, spent in reversed(shorter):
            places, logs = self._after.get(history, _NOTHING)
            found[places] = logs + spent
        return found
