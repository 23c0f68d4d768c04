"""A trigram model over words, made from sentences; pure.

Interpolated absolute discounting: what is seen is trusted, and a row of words that was never seen
is still possible, at the price of its parts. `arpa` is the form that recognisers read.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["END", "START", "Trigrams"]

START, END = "<s>", "</s>"
DISCOUNT = 0.5  # of each count, kept for what was not seen; less than usual: made sentences repeat
FAVOUR = 16.0  # of each word of a class: any one is rare, yet where one is due it must be heard
RARE = 0.05  # of them where none is due: they sound like anything
NEVER = -99.0  # log10 of the probability of what cannot be


class Trigrams:
    """`counts` says how often each sentence (a row of words) is said.

    `classes` are words that stand for any of several: which one says nothing about its neighbours,
    and none of them is in a row of three. `arpa` has the words themselves, `log10` the class.
    """

    def __init__(
        self,
        counts: Mapping[tuple[str, ...], float],
        classes: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._classes = classes or {}
        self._class_of = {w: name for name, words in self._classes.items() for w in words}
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
        self._estimate()

    @property
    def words(self) -> list[str]:
        return sorted(w for (w,) in self._seen[0])

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
                known = order == 1 or not any(word in self._classes for word in gram)
                kept[gram] = n - min(DISCOUNT, n / 2) if known else 0.0
                discounted[gram[:-1]] += n - kept[gram]
            self._left |= {h: discounted[h] / total for h, total in totals.items()}
            lower = self._p[-1]
            self._p.append(
                {
                    gram: n / totals[gram[:-1]] + self._left[gram[:-1]] * lower[gram[1:]]
                    for gram, n in kept.items()
                    if n
                }
            )

    def log10(self, word: str, before: Sequence[str]) -> float:
        """How likely `word` is after the words `before`, of which the last two count."""
        history = tuple(before)[-2:]
        bow = 0.0
        while True:
            found = self._p[len(history)].get((*history, word))
            if found is not None:
                return bow + math.log10(found)
            if not history:
                return NEVER
            bow += math.log10(self._left.get(history, 1.0))
            history = history[1:]

    def arpa(self) -> str:
        """The model as ARPA text."""
        rows = ["\\data\\"]
        tables = [dict(self._spelled_out(p)) for p in self._p]
        tables[0][(START,)] = 10**NEVER
        rows += [f"ngram {order}={len(p)}" for order, p in enumerate(tables, 1)]
        for order, p in enumerate(tables, 1):
            rows += ["", f"\\{order}-grams:"]
            rows += self._rows(order, p)
        return "\n".join([*rows, "", "\\end\\", ""])

    def _spelled_out(
        self, p: Mapping[tuple[str, ...], float]
    ) -> Iterable[tuple[tuple[str, ...], float]]:
        """The n-grams with the words that their classes stand for."""
        for gram, likely in p.items():
            at = next((n for n, word in enumerate(gram) if word in self._classes), None)
            if at is None:
                yield gram, likely
                continue
            words = self._classes[gram[at]]
            last = at == len(gram) - 1
            for word in words:
                spelled = (*gram[:at], word, *gram[at + 1 :])
                if not any(w in self._classes for w in spelled):
                    share = likely / len(words)
                    favoured = min(likely, FAVOUR * share) if len(gram) > 1 else RARE * share
                    yield spelled, favoured if last else likely

    def _rows(self, order: int, p: Mapping[tuple[str, ...], float]) -> Iterable[str]:
        for gram in sorted(p):
            row = f"{math.log10(p[gram]):.4f} {' '.join(gram)}"
            left = self._left.get(tuple(self._class_of.get(word, word) for word in gram))
            yield f"{row} {math.log10(left):.4f}" if left and order < 3 else row
