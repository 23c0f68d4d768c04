"""Sentence by sentence, what was said to put the order right."""

from __future__ import annotations

from collections.abc import Sequence

from agent.righting.phrases import BOUNDS, LEADS, NOT_WANTED
from agent.righting.staying import Staying
from agent.righting.units import Sentence

__all__ = ["Correcting"]


class Correcting(Staying):
    """Reads on from clause to clause; what it understands, it does."""

    def read(self, said: Sequence[Sentence]) -> set[int]:
        """The tokens that were understood; the cart is then put right."""
        self.said = said
        for n, sentence in enumerate(said):
            self._complaint(sentence, n)
        for self.n, sentence in enumerate(said):
            self._sentence(sentence)
        for s in said if self.counted else ():
            self._reason(s)
        return self.taken

    def _reason(self, s: Sentence) -> None:
        """“*Jess doesn't want one.* Just two of the teas”: why, and not one less than that."""
        names = s.tokens(0, len(s.units)) & set(self.mentions)
        if not names and any(s.match(NOT_WANTED, at) for at in range(len(s.units))):
            self.taken |= s.tokens(0, len(s.units))

    def _sentence(self, s: Sentence) -> None:
        at, opens = 0, True
        while at < len(s.units):
            end = self._clause(s, at) if opens else at
            if end > at:
                self.taken |= s.tokens(at, end)
                self.righted = opens = True
                at = end
                continue
            text = s.units[at].text
            opens = text in BOUNDS or (opens and text in LEADS)
            at += 1

    def _clause(self, s: Sentence, at: int) -> int:
        """Where the reading goes on, after a clause that puts something right; else `at`."""
        for step in (
            self._untaken,
            self._put_back,
            self._asked_off,
            self._twice,
            self._taken_off,
            self._unasked,
            self._neither_of,
            self._unwanted_it,
            self._it_is_that,
            self._there_is,
            self._extra_alone,
            self._belongs,
            self._each_becomes,
            self._each_so_many,
            self._not_so_many,
            self._rather_so_many,
            self._its_own_only,
            self._limit,
            self._said_over,
            self._so_many,
            self._rather_this,
            self._amount,
            self._in_place_of,
            self._instead_of,
            self._stays,
            self._one_becomes,
            self._part_becomes,
            self._becomes,
        ):
            if (end := step(s, at)) > at:
                return end
        return at
