"""From sentences to the numbers of a trigram model; pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from agent.speech.ngram import END, START, Grams, key

__all__ = ["estimated"]

DISCOUNT = 0.5  # of each count, kept for what was not seen; less than usual: made sentences repeat

Row = tuple[str, ...]
Counts = dict[Row, float]


def estimated(counts: Mapping[Row, float]) -> Grams:
    """`counts` says how often each sentence (a row of words) is said."""
    seen = _seen(counts)
    likely, left = _likely(seen)
    words = sorted(w for (w,) in seen[0] if w != START)
    place = {word: n for n, word in enumerate((START, *words), 1)}
    after: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for row, p in (one for grams in likely[1:] for one in grams.items()):
        after[_key(row[:-1], place)].append((place[row[-1]] - 2, math.log(p)))
    leaves = {_key(history, place): math.log(share) for history, share in left.items()}
    histories = sorted(after)
    one_after_the_other = [one for history in histories for one in sorted(after[history])]
    return Grams(
        tuple(words),
        np.log(np.array([likely[0][word,] for word in words], dtype=np.float32)),
        np.array(histories, dtype=np.int32),
        np.cumsum([0, *(len(after[history]) for history in histories)]).astype(np.int32),
        np.array([leaves[history] for history in histories], dtype=np.float32),
        np.array([n for n, _ in one_after_the_other], dtype=np.uint16),
        np.array([log for _, log in one_after_the_other], dtype=np.float32),
    )


def _key(history: Row, place: Mapping[str, int]) -> int:
    return key([place[word] for word in history], len(place))


def _likely(seen: Sequence[Counts]) -> tuple[list[Counts], Counts]:
    """How likely each row's last word is after the others, and what a history leaves to shorter
    ones."""
    ones = {row: n for row, n in seen[0].items() if row != (START,)}
    total = sum(ones.values())
    found = [{row: n / total for row, n in ones.items()}]
    left: Counts = {}
    for rows in seen[1:]:
        totals: defaultdict[Row, float] = defaultdict(float)
        for row, n in rows.items():
            totals[row[:-1]] += n
        discounted: defaultdict[Row, float] = defaultdict(float)
        kept = {}
        for row, n in rows.items():
            kept[row] = n - min(DISCOUNT, n / 2)
            discounted[row[:-1]] += n - kept[row]
        left |= {history: discounted[history] / total for history, total in totals.items()}
        lower = found[-1]
        found.append(
            {row: n / totals[row[:-1]] + left[row[:-1]] * lower[row[1:]] for row, n in kept.items()}
        )
    return found, left


def _seen(counts: Mapping[Row, float]) -> tuple[Counts, ...]:
    """How often each row of one, of two and of three words is said."""
    found: tuple[Counts, ...] = tuple(defaultdict(float) for _ in range(3))
    for sentence, weight in counts.items():
        words = (START, *sentence, END)
        for order, rows in enumerate(found, 1):
            for at in range(len(words) - order + 1):
                rows[words[at : at + order]] += weight
    return found
