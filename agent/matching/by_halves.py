"""The word "half" among names: whether it begins one, or ends what was named before it."""

from __future__ import annotations

from collections.abc import Sequence

from agent.language import LIGHT, Token
from agent.matching.candidates import Hit
from agent.matching.entries import Entry

__all__ = ["half_a", "opens_half"]


def opens_half(
    hit: Hit, entry: Entry, used: dict[str, float], rest: Sequence[Sequence[Hit]]
) -> bool:
    """“A pizza, *half* pepperoni …”: the half begins what follows, unless a name goes on so."""
    ends = (set(p.words[:-1]) - LIGHT for p in entry.phrases if p.words[-1] == "half")
    if hit.words != ("half",) or "half" in used or any(words <= set(used) for words in ends):
        return False
    after = {h.words[0] for h in rest[0]} if rest else set()
    return not after & entry.words


def half_a(heard: Sequence[Token], at: int) -> bool:
    """“Half *a* chicken” is the half chicken, and “a quarter of *a* chicken” the quarter."""
    before = [t.word for t in heard[max(0, at - 2) : at]]
    parts = before[:-1] if before[-1:] == ["of"] else before
    return heard[at].word in ("a", "an") and parts[-1:] in (["half"], ["quarter"])
