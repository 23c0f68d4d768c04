"""How many there should be of each way to make a dish: "just one chicken and one lamb"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agent.cart import CartLine
from agent.righting.limiting import Limiting
from agent.righting.phrases import BOUNDS, LIMITS, MAKES_IT
from agent.righting.units import Sentence

__all__ = ["SharingOut"]

_SEVERAL = 2  # ways, where each is told from the others
_MAX_WORDS = 4  # of how one of them is made
_ARTICLES = frozenset(["a", "an"])


class Share(NamedTuple):
    """So many that are made as the words say."""

    many: int
    words: tuple[str, ...]


class SharingOut(Limiting):
    """One dish, made in several ways, each of which is counted anew."""

    def _each_so_many(self, s: Sentence, at: int) -> int:
        """“It should be just *one chicken and one lamb*”, of the bhunas."""
        limits = s.match(LIMITS, at)
        shares, end = self._shares(s, at + (limits or s.match(MAKES_IT, at)))
        if end == at or len(shares) < _SEVERAL or not self.ends(s, end):
            return at
        ordered = {o.item_id for o in self.cart.lines}
        told = [(i, lines) for i in ordered if (lines := self._told_apart(i, shares))]
        if len(told) != 1 or not (limits or s.match(MAKES_IT, at)):
            return at
        item_id, lines = told[0]
        if limits:
            named = [o.id for some in lines for o in some]
            self.strike([o for o in self.of_dish({item_id}) if o.id not in named])
        for share, some in zip(shares, lines, strict=True):
            self.keep(self.stand(some), (), share.many)
            lacking = share.many - sum(o.qty for o in self.stand(some))
            if lacking > 0:
                self.set_qty(self.stand(some)[0], self.stand(some)[0].qty + lacking)
        self.wrong.clear()
        self.topic |= {item_id}
        self.last = self.of_dish({item_id})[-1].id
        return end

    def _shares(self, s: Sentence, at: int) -> tuple[list[Share], int]:
        """“One chicken *and two lamb*”: each number with the words after it, and where they end."""
        shares: list[Share] = []
        end = at
        while end < len(s.units):
            start = end + int(bool(shares) and s.says(end, ","))
            start += int(bool(shares) and s.says(start, "and"))
            number = s.units[start].text if start < len(s.units) else ""
            words, after = self._words(s, start + 1)
            if not (number.isdecimal() or number in _ARTICLES) or not words:
                break
            shares.append(Share(int(number) if number.isdecimal() else 1, words))
            end = after
        return shares, end

    def _words(self, s: Sentence, at: int) -> tuple[tuple[str, ...], int]:
        end = at
        while end < len(s.units) and end - at < _MAX_WORDS:
            if s.units[end].text in BOUNDS or (end > at and self.ends(s, end)):
                break
            end += 1
        return tuple(w for u in s.units[at:end] for w in u.words), end

    def _told_apart(self, item_id: str, shares: Sequence[Share]) -> list[list[CartLine]]:
        """The lines of the dish that each share is of; none where one has none, or two the same."""
        found: list[list[CartLine]] = []
        for share in shares:
            lines = self.made_so(item_id, share.words)
            if not lines or any(o in some for some in found for o in lines):
                return []
            found.append(lines)
        return found
