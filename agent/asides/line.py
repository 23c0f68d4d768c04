"""One utterance as a line of folded words, and the way back to the caller's own spelling."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent.language import Token
from agent.matching import Mention

__all__ = ["Line", "capitals"]


class Line:
    """The folded words as one string, and the way back to the caller's own spelling."""

    def __init__(self, text: str, heard: Sequence[Token], mentions: Sequence[Mention]) -> None:
        self.text = text
        self.heard = heard
        self.mentions = mentions
        self.string = " ".join(t.word for t in heard)
        self._at: list[int] = []
        at = 0
        for token in heard:
            self._at.append(at)
            at += len(token.word) + 1

    def tokens_of(self, start: int, end: int) -> range:
        """The tokens that touch the characters `[start, end)` of `string`."""
        inside = [
            n for n, at in enumerate(self._at) if at < end and at + len(self.heard[n].word) > start
        ]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    @property
    def cased(self) -> bool:
        """True where it is written with capitals, so that a word without one is hardly a name."""
        letters = [c for c in self.text if c.isalpha()]
        return bool(letters) and letters[0].isupper()

    def written_so(self, at: int) -> bool:
        """True where the word at `at` has a capital that no sentence gives it."""
        begins = at == 0 or self.heard[at - 1].word in (".", "?")
        return self.capital(range(at, at + 1)) and at > 0 and not (begins and self.cased)

    def raw(self, span: range) -> str:
        """What the caller wrote or the recogniser did, for names, addresses and notes."""
        if not span:
            return ""
        return self.text[self.heard[span[0]].start : self.heard[span[-1]].end].strip()

    def paused(self, at: Collection[int]) -> Line:
        """The same with commas for the words at `at`, which name nothing."""
        heard = [Token(",", t.start, t.end) if n in at else t for n, t in enumerate(self.heard)]
        mentions = [m for m in self.mentions if not any(n in at for n in range(m.start, m.end))]
        return Line(self.text, heard, mentions)

    def mentioned(self, span: range) -> tuple[Mention, ...]:
        return tuple(m for m in self.mentions if m.start in span)

    def names(self, span: range) -> bool:
        """True where the words at `span` belong to a name on the menu: "*stupid* hot"."""
        around = (m for m in self.mentions if m.start <= span[0] and span[-1] < m.end)
        return any(
            (m.whole and m.items) or any(r.coverage == 1 for r in m.readings) for m in around
        )

    def names_a_dish(self, span: range) -> bool:
        """True where a dish is named at `span` in the menu's own words; a “side *door*” is none."""
        return any(
            m.items
            and m.whole
            and not (m.weak or m.generic)
            and all(m.holds(t.word) for t in self.heard[m.start : m.end])
            for m in self.mentioned(span)
        )

    def hyphened(self, at: int) -> bool:
        """“*Ye*-rin”: a part of one word, whatever it means alone."""
        after = self.heard[at + 1 : at + 2]
        return bool(after) and self.text[self.heard[at].end : after[0].start] == "-"

    def capital(self, span: range) -> bool:
        return self.text[self.heard[span[0]].start].isupper()


def capitals(text: str) -> str:
    """`oak street` → `Oak Street`."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split())
