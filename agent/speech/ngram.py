"""A trigram model over words, made from sentences; pure.

Interpolated absolute discounting: what is seen is trusted, and a row of words that was never seen
is still possible, at the price of its parts.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["END", "START", "Trigrams"]

START, END = "<s>", "</s>"
DISCOUNT = 0.5  # of each count, kept for what was not seen; less than usual: made sentences repeat

_NOTHING = slice(0)

Gram = tuple[str, ...]
Grams = dict[Gram, float]


class Trigrams:
    """`counts` says how often each sentence (a row of words) is said."""

    def __init__(self, counts: Mapping[Gram, float]) -> None:
        seen = _seen(counts)
        self.words = sorted(w for (w,) in seen[0] if w != START)
        self._left: Grams = {}  # what a history leaves to shorter ones
        likely = self._estimated(seen)
        self._alone = np.log(np.array([likely[0][word,] for word in self.words]))
        # One row for all histories: an array of its own for each would take four times as much.
        self._after, self._places, self._logs = self._indexed(likely[1:])

    def _estimated(self, seen: Sequence[Grams]) -> list[Grams]:
        """How likely each gram's last word is after the others."""
        ones = {gram: n for gram, n in seen[0].items() if gram != (START,)}
        total = sum(ones.values())
        found = [{gram: n / total for gram, n in ones.items()}]
        for grams in seen[1:]:
            totals: defaultdict[Gram, float] = defaultdict(float)
            for gram, n in grams.items():
                totals[gram[:-1]] += n
            discounted: defaultdict[Gram, float] = defaultdict(float)
            kept = {}
            for gram, n in grams.items():
                kept[gram] = n - min(DISCOUNT, n / 2)
                discounted[gram[:-1]] += n - kept[gram]
            self._left |= {h: discounted[h] / total for h, total in totals.items()}
            lower = found[-1]
            found.append(
                {
                    gram: n / totals[gram[:-1]] + self._left[gram[:-1]] * lower[gram[1:]]
                    for gram, n in kept.items()
                }
            )
        return found

    def _indexed(
        self, likely: Sequence[Grams]
    ) -> tuple[dict[Gram, slice], NDArray[np.int32], NDArray[np.float64]]:
        """Of each history, where in the other two stand the words that were seen after it: their
        places in `words`, and how likely each is."""
        place = {word: n for n, word in enumerate(self.words)}
        rows: defaultdict[Gram, list[tuple[int, float]]] = defaultdict(list)
        for grams in likely:
            for gram, p in grams.items():
                rows[gram[:-1]].append((place[gram[-1]], math.log(p)))
        ends = list(itertools.accumulate(map(len, rows.values()), initial=0))
        after = dict(zip(rows, itertools.starmap(slice, itertools.pairwise(ends)), strict=True))
        seen = [one for row in rows.values() for one in row]
        places = np.array([n for n, _ in seen], dtype=np.int32)
        return after, places, np.array([log for _, log in seen])

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
            seen = self._after.get(history, _NOTHING)
            found[self._places[seen]] = self._logs[seen] + spent
        return found


def _seen(counts: Mapping[Gram, float]) -> tuple[Grams, ...]:
    """How often each row of one, of two and of three words is said."""
    found: tuple[Grams, ...] = tuple(defaultdict(float) for _ in range(3))
    for sentence, weight in counts.items():
        words = (START, *sentence, END)
        for order, seen in enumerate(found, 1):
            for at in range(len(words) - order + 1):
                seen[words[at : at + order]] += weight
    return found
