"""An utterance as units: words, and names with an "and" in them as one ("mac and cheese")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from agent.language import Token
from agent.matching import Mention

__all__ = ["Sentence", "Unit", "sentences"]

_SEPARATING = frozenset(["and", "or"])


class Unit(NamedTuple):
    """Tokens `[start, end)`; `text` is their words, joined by underscores."""

    text: str
    start: int
    end: int

    @property
    def words(self) -> list[str]:
        return self.text.split("_")


class Sentence:
    """The units up to a stop. `asks`: it ends in a question mark."""

    def __init__(self, units: Sequence[Unit], *, asks: bool) -> None:
        self.units = units
        self.asks = asks

    def text(self, at: int) -> str:
        return " ".join(u.text for u in self.units[at:])

    def match(self, pattern: re.Pattern[str], at: int) -> int:
        """How many units from `at` on match `pattern`, which ends at the end of a word."""
        found = pattern.match(self.text(at))
        return len(found.group().split()) if found is not None else 0

    def says(self, at: int, *texts: str) -> bool:
        return at < len(self.units) and self.units[at].text in texts

    def tokens(self, start: int, end: int) -> set[int]:
        return {n for u in self.units[start:end] for n in range(u.start, u.end)}


def sentences(spoken: Sequence[Token], mentions: Sequence[Mention]) -> list[Sentence]:
    """What was said, sentence by sentence."""
    wholes = {m.start: m for m in mentions if _holds_and(spoken, m)}
    found: list[Sentence] = []
    units: list[Unit] = []
    at = 0
    while at < len(spoken):
        whole = wholes.get(at)
        end = whole.end if whole is not None else at + 1
        if spoken[at].word in (".", "?"):
            found.append(Sentence(units, asks=spoken[at].word == "?"))
            units = []
        else:
            units.append(Unit("_".join(t.word for t in spoken[at:end]), at, end))
        at = end
    return [s for s in (*found, Sentence(units, asks=False)) if s.units]


def _holds_and(spoken: Sequence[Token], mention: Mention) -> bool:
    words = {t.word for t in spoken[mention.start : mention.end]}
    return bool(words & _SEPARATING) and not any(
        t.stop for t in spoken[mention.start : mention.end]
    )
