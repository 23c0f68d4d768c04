"""Names that no list has: where a name was heard, what the model would write of its own accord.

The search knows some thousands of names, and takes the one that sounds most like what was said. A
caller with another one would never hear their own read back. So the model writes the name once
more, token by token and free to choose, from what was said before it; what it writes counts where
it is enough likelier than the name from the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agent.speech.bpe import Bpe
from agent.speech.corpus import common_words
from agent.speech.whisper import COMMON, Floats, Prefixes, Sounds, Whisper

__all__ = ["Unlisted"]

MOST_TOKENS = 8  # of a name and a family name
LIKELIER = 2.0  # than the name of the list, as a logarithm: that one is a name for certain
LIKELIER_DENIED = 1.2  # the same, once a name was read back and is not the caller's
_BEGINNING = re.compile(r"Ġ[A-Z][a-z]*")  # as byte-pair encoding writes a space and a capital
_INSIDE = re.compile(r"[a-z]+")


class _Written(NamedTuple):
    tokens: tuple[int, ...]
    likely: float  # with what came after, as a logarithm


class Unlisted:
    """For one model, whatever the menu."""

    def __init__(self, model: Whisper, bpe: Bpe) -> None:
        self._model = model
        self._bpe = bpe
        texts = bpe.texts()
        end = bpe.special("endoftext")
        # As arrays: sets and tables of so many tokens take ten times as much memory.
        self._begins = np.zeros(max(len(texts), end + 1), dtype=bool)
        self._goes_on = self._begins.copy()
        for n, text in enumerate(texts):
            self._begins[n] = _BEGINNING.fullmatch(text) is not None
            self._goes_on[n] = _INSIDE.fullmatch(text) is not None
        looked_at = self._begins | self._goes_on
        looked_at[end] = looked_at[:COMMON] = True
        self._looked_at = np.flatnonzero(looked_at)
        self._rest = self._looked_at[COMMON:]

    def instead_of(
        self, listed: str, sound: Sounds, before: Sequence[int], after: int, *, denied: bool
    ) -> str | None:
        """What was said where `listed` was heard, if that is no name of the list; `before` are
        the tokens up to it, `after` is the one behind it. `denied`: one was read back in vain."""
        # Made each time: it is large, and a name is heard once or twice in a call.
        projection = self._model.projection(self._rest)
        start = self._model.start(sound, before, projection)
        free = self._freely(start, projection)
        name = self._bpe.text(free.tokens).strip()
        if not name or name == listed or name.lower() in common_words():
            return None
        tokens = self._bpe.of_text(f" {listed}")
        ahead = free.likely - self._likely(start, (*tokens, after), projection)
        return name if ahead > (LIKELIER_DENIED if denied else LIKELIER) else None

    def _freely(self, prefixes: Prefixes, projection: Floats) -> _Written:
        """The name that the model writes, always the likeliest token; none where it writes
        something else."""
        tokens: list[int] = []
        likely = 0.0
        while len(tokens) <= MOST_TOKENS:
            best = int(prefixes.likely[0].argmax())
            likely += float(prefixes.likely[0, best])
            token = int(self._looked_at[best])
            if not self._begins[token] and not (tokens and self._goes_on[token]):
                break
            tokens.append(token)
            prefixes = self._after(prefixes, token, projection)
        return _Written(tuple(tokens), likely)

    def _likely(self, prefixes: Prefixes, tokens: Sequence[int], projection: Floats) -> float:
        likely = 0.0
        for token in tokens:
            place = int(np.searchsorted(self._looked_at, token))
            if place == len(self._looked_at) or self._looked_at[place] != token:
                return -np.inf
            likely += float(prefixes.likely[0, place])
            prefixes = self._after(prefixes, token, projection)
        return likely

    def _after(self, prefixes: Prefixes, token: int, projection: Floats) -> Prefixes:
        return self._model.follow(prefixes, np.array([0]), np.array([token]), projection)
