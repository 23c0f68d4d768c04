"""Where a row of heard words is broken into sentences, and a sentence into its parts.

A recogniser hears no commas, and "that's all Kai pick up" is another thing than "that's all. Kai,
pick up." A break is put where callers make one in such sentences, all the more where they paused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Breaks", "Said"]

PAUSE_S = 0.07  # from here on, a speaker has stopped
PAUSED, WENT_ON = 1.0, -0.7  # what that says for a break, as log10 of its odds
LONG_S = 0.3
PAUSED_LONG = 0.6  # more for a break after a long one
KEPT = 12  # ways to break the sentence so far that are followed at a time

_SIGNS = (",", ".", "?")


class Said(NamedTuple):
    """A word, and how long it was silent before it (s)."""

    word: str
    pause_s: float


class _Way(NamedTuple):
    score: float
    last: tuple[str, ...]  # the two classes before
    signs: tuple[str, ...]


class Breaks:
    """`model` is a language model over classes of words and the signs `,` `.` `?`."""

    def __init__(self, model: Any, logmath: Any, classes: Mapping[str, str]) -> None:
        self._model = model
        self._logmath = logmath
        self._classes = classes

    def text(self, said: Sequence[Said], written: Mapping[str, str]) -> str:
        """The sentence as one writes it."""
        ways = [_Way(0.0, ("<s>",), ())]
        for n, (word, pause_s) in enumerate(said):
            kind = self._classes.get(word, word)
            ways = [
                new for way in ways for new in self._with(way, kind, _odds(pause_s) if n else None)
            ]
            ways = sorted(ways, reverse=True)[:KEPT]
        best = max(self._closed(way) for way in ways)
        words = [
            f"{sign} {written.get(word, word)}" if sign else f" {written.get(word, word)}"
            for (word, _), sign in zip(said, best.signs, strict=False)
        ]
        return f"{''.join(words).strip()}{best.signs[-1]}"

    def _with(self, way: _Way, kind: str, odds: float | None) -> list[_Way]:
        plain = way.score + self._likely(kind, way.last)
        new = [_Way(plain, (*way.last, kind)[-2:], (*way.signs, ""))]
        if odds is None:
            return new
        for sign in _SIGNS:
            score = way.score + self._likely(sign, way.last) + odds
            last = (*way.last, sign)[-2:]
            score += self._likely(kind, last)
            new.append(_Way(score, (*last, kind)[-2:], (*way.signs, sign)))
        return new

    def _closed(self, way: _Way) -> _Way:
        """With or without a question mark at the end."""
        plain = way.score + self._likely("</s>", way.last)
        asked = way.score + self._likely("?", way.last)
        sign, score = ("?", asked) if asked > plain else ("", plain)
        return _Way(score, way.last, (*way.signs, sign))

    def _likely(self, word: str, before: tuple[str, ...]) -> float:
        likely = self._model.prob([word, *reversed(before)])  # the latest first, as it wants them
        return float(self._logmath.log_to_log10(likely))


def _odds(pause_s: float) -> float:
    if pause_s < PAUSE_S:
        return WENT_ON
    return PAUSED + (PAUSED_LONG if pause_s >= LONG_S else 0.0)
