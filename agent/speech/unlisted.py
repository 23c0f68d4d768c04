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
        self._begins = frozenset(n for n, text in enumerate(texts) if _BEGINNING.fullmatch(text))
        self._goes_on = frozenset(n for n, text in enumerate(texts) if _INSIDE.fullmatch(text))
        end = bpe.special("endoftext")
        rare = {n for n in (*self._begins, *self._goes_on, end) if n >= COMMON}
        self._rest = np.array(sorted(rare))
        self._looked_at = np.array([*range(COMMON), *self._rest])
        self._place = {int(token): n for n, token in enumerate(self._looked_at)}

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
            if token not in self._begins and (not tokens or token not in self._goes_on):
                break
            tokens.append(token)
            prefixes = self._after(prefixes, token, projection)
        return _Written(tuple(tokens), likely)

    def _likely(self, prefixes: Prefixes, tokens: Sequence[int], projection: Floats) -> float:
        likely = 0.0
        for token in tokens:
            place = self._place.get(token)
            if place is None:
                return -np.inf
            likely += float(prefixes.likely[0, place])
            prefixes = self._after(prefixes, token, projection)
        return likely

    def _after(self, prefixes: Prefixes, token: int, projection: Floats) -> Prefixes:
        return self._model.follow(prefixes, np.array([0]), np.array([token]), projection)
