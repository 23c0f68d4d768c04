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
from agent.speech.vocabulary import common_words
from agent.speech.whisper import COMMON, Floats, Prefixes, Sounds, Whisper

__all__ = ["Own", "Unlisted"]

MOST_TOKENS = 8  # of a name and a family name
LIKELIER = 2.0  # than the name of the list, as a logarithm: that one is a name for certain
LIKELIER_DENIED = 1.2  # the same, once a name was read back and is not the caller's
CERTAIN = -1.0  # as a logarithm: what is heard so well is no name that was misheard
LEAD = " My name is"  # what the model is told to have heard before a name alone
BEHIND_LED = 0.5  # at most, as a logarithm, is a name that was led to behind what was heard
SLOWEST_LETTER_S = 0.2  # that somebody takes for a name
_BEGINNING = re.compile(r"Ġ[A-Z][a-z]*")  # as byte-pair encoding writes a space and a capital
_INSIDE = re.compile(r"[a-z]+")


class _Written(NamedTuple):
    tokens: tuple[int, ...]
    likely: float  # with what came after, as a logarithm
    after: int  # the token that came after


class Own(NamedTuple):
    """A name that no list has. `ahead` is how much likelier it is, as a logarithm, than what was
    heard in its place; `to_the_end`: in place of all the rest of the sentence."""

    name: str
    ahead: float
    to_the_end: bool = False


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
        self._ends = {end, *bpe.of_text(".")}
        looked_at = self._begins | self._goes_on
        looked_at[end] = looked_at[:COMMON] = True
        self._looked_at = np.flatnonzero(looked_at)
        self._rest = self._looked_at[COMMON:]

    def instead_of(
        self, listed: str, sound: Sounds, before: Sequence[int], rest: Sequence[int], denied: bool
    ) -> Own | None:
        """What was said where `listed` was heard, if that is no name of the list; `before` are the
        tokens up to it, `rest` those behind it. `denied`: one was read back in vain.

        “Selwyn Greenbaum”, of which the list has one and "when green bomb" was made of the other,
        is a name to the end of the sentence."""
        # Made each time: it is large, and a name is heard once or twice in a call.
        projection = self._model.projection(self._rest)
        start = self._model.start(sound, before, projection)
        free = self._freely(start, projection)
        name = self._bpe.text(free.tokens).strip()
        longer = len(name.split()) > len(listed.split())
        if not name or name == listed or name.lower() in common_words():
            return None
        if longer and free.after not in self._ends:
            return None
        heard = (*self._bpe.of_text(f" {listed}"), *(rest if longer else rest[:1]))
        ahead = free.likely - self._likely(start, heard, projection)
        enough = ahead > (LIKELIER_DENIED if denied else LIKELIER)
        return Own(name, ahead, longer) if enough else None

    def alone(self, sound: Sounds, before: Sequence[int], heard: float, speech_s: float) -> str:
        """The name that is all that was said in `speech_s` seconds, to "what name is it for?": led
        to expect one, the model writes “Greenbaum” where it would write "green bomb". Empty where
        `heard`, the logarithm of how likely that is which was heard, is good enough."""
        if heard > CERTAIN:
            return ""
        projection = self._model.projection(self._rest)
        start = self._model.start(sound, [*before, *self._bpe.of_text(LEAD)], projection)
        free = self._freely(start, projection)
        name = self._bpe.text(free.tokens).strip()
        if free.after not in self._ends or set(name.lower().split()) & set(common_words()):
            return ""
        # What stops early is always likely.
        too_short = sum(c.isalpha() for c in name) * SLOWEST_LETTER_S < speech_s
        return name if free.likely > heard - BEHIND_LED and not too_short else ""

    def _freely(self, prefixes: Prefixes, projection: Floats) -> _Written:
        """The name that the model writes, always the likeliest token; none where it writes
        something else."""
        tokens: list[int] = []
        likely = 0.0
        token = -1
        while len(tokens) <= MOST_TOKENS:
            best = int(prefixes.likely[0].argmax())
            likely += float(prefixes.likely[0, best])
            token = int(self._looked_at[best])
            if not self._begins[token] and not (tokens and self._goes_on[token]):
                break
            tokens.append(token)
            prefixes = self._after(prefixes, token, projection)
        return _Written(tuple(tokens), likely, token)

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
