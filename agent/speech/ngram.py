"""A trigram model over words: how likely each is after the two before it.

Interpolated absolute discounting: what was seen is trusted, and a row of words that was never seen
is still possible, at the price of its parts. `training.estimating` makes one from sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

__all__ = ["END", "START", "Grams", "Trigrams", "as_arrays", "from_arrays", "key"]

START, END = "<s>", "</s>"


class Grams(msgspec.Struct, frozen=True):
    """What was counted. `words` may come next, the end among them; `alone` is how likely each is,
    as a logarithm. `histories` are the `key`s of the words before, ascending: what was seen after
    the n-th are `places[ends[n]:ends[n + 1]]` in `words`, `logs` how likely each is there, and
    `left` is the logarithm of what it leaves to a shorter history."""

    words: tuple[str, ...]
    alone: NDArray[np.float32]
    histories: NDArray[np.int32]
    ends: NDArray[np.int32]
    left: NDArray[np.float32]
    places: NDArray[np.uint16]
    logs: NDArray[np.float32]


def key(history: Sequence[int], words: int) -> int:
    """One number for the places of one or two words before; a place in 1 … `words`."""
    found = 0
    for place in history:
        found = found * (words + 1) + place
    return found


class Trigrams:
    """Answers from `grams`."""

    def __init__(self, grams: Grams) -> None:
        self.words = grams.words
        self._grams = grams
        self._place = {word: n for n, word in enumerate((START, *grams.words), 1)}

    def likely(self, before: Sequence[str]) -> NDArray[np.float64]:
        """The logarithm of how likely each of `words` is after the words `before`; the last two
        count."""
        grams = self._grams
        history = tuple(before)[-2:]
        left = 0.0
        found: list[tuple[int, float]] = []
        while history:
            n = self._at(history)
            if n is not None:
                found.append((n, left))
                left += float(grams.left[n])
            history = history[1:]
        likely = grams.alone.astype(np.float64) + left
        for n, spent in reversed(found):
            seen = slice(grams.ends[n], grams.ends[n + 1])
            likely[grams.places[seen]] = grams.logs[seen] + spent
        return likely

    def _at(self, history: Sequence[str]) -> int | None:
        """Where `history` is among those that were seen."""
        places = [self._place.get(word, 0) for word in history]
        if not all(places):
            return None
        wanted = key(places, len(self._place))
        n = int(np.searchsorted(self._grams.histories, wanted))
        there = n < len(self._grams.histories) and self._grams.histories[n] == wanted
        return n if there else None


def as_arrays(name: str, grams: Grams) -> dict[str, NDArray[Any]]:
    """`grams` as a file of arrays keeps it, each under `name`."""
    return {f"{name}.{f}": np.array(getattr(grams, f)) for f in Grams.__struct_fields__}


def from_arrays(name: str, arrays: Any) -> Grams:
    """What `as_arrays` made. Raises `KeyError`."""
    found = {f: arrays[f"{name}.{f}"] for f in Grams.__struct_fields__}
    return Grams(**{**found, "words": tuple(found["words"].tolist())})
