"""Whether a dish that is named is ordered, or only talked about: "they wanted eleven dollars for a
*hot dog*", "my boy's full of *beans* today".

A linear classifier over the words around each mention, learnt from what callers of the suites say
(`python -m training intent`). It decides nothing that the rules have understood otherwise, and only
where it is all but sure: a dish that is left out wrongly is worse than one too many, which is read
back.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from agent.language import Token
from agent.matching import Mention

__all__ = ["SURE", "WEIGHTS", "Named", "features", "named_in", "only_talked_about", "talked_about"]

SURE = 0.9  # how likely it must be that a mention orders nothing
_NEAR = 3  # words on either side whose place counts, beside all those of the sentence
_STOPS = frozenset([".", "?"])
_BREAKS = frozenset([".", "?", ","])
WEIGHTS = Path(__file__).parent / "intent.txt"


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    rows = (line.rsplit(" ", 1) for line in WEIGHTS.read_text("utf-8").splitlines())
    return {name: float(weight) for name, weight in rows}


class Named(NamedTuple):
    """Tokens `[start, end)` that name a `dish`, a `part` of one or a `group` of those."""

    start: int
    end: int
    kind: str


def named_in(mentions: Sequence[Mention]) -> list[Named]:
    """`mentions` as the classifier sees them."""
    return [
        Named(m.start, m.end, "group" if m.groups else "dish" if m.items else "part")
        for m in mentions
    ]


def features(words: Sequence[str], mentions: Sequence[Named], at: int, asked: str) -> Iterator[str]:
    """What the classifier sees of `mentions[at]` among `words`; `asked` is what the talk waits
    for."""
    start, end, kind = mentions[at]
    first = max((n + 1 for n in range(start) if words[n] in _STOPS), default=0)
    last = next((n for n in range(end, len(words)) if words[n] in _STOPS), len(words))
    named = {n: f"<{m.kind}>" for m in mentions for n in range(m.start, m.end)}
    starts = {m.start for m in mentions}

    def row(ns: range) -> list[str]:
        return [
            named.get(n) or ("<n>" if words[n].isdecimal() else words[n])
            for n in ns
            if n not in named or n in starts
        ]

    left, right = row(range(first, start))[::-1], row(range(end, last))
    yield f"is {kind}"
    yield f"asked {asked} {kind}"
    for side, near in (("<", left), (">", right)):
        for n in range(_NEAR):
            word = near[n] if n < len(near) else "|"
            yield f"{side}{n} {word}"
            yield f"{side}{n} {_shape(word)}"
        yield f"{side}01 {' '.join([*near, '|', '|'][:2])}"
        for word in set(near):
            yield f"{side} {word}"
            yield f"{side} {_shape(word)}"
        for pair in pairwise(near[:6]):
            yield f"{side}{side} {' '.join(pair)}"
    opening = [*left[::-1], f"<{kind}>", *right, "|"][:2]
    yield f"opens {opening[0]}"
    yield f"opens {' '.join(opening)}"
    yield f"long {min(len(left) // 3, 4)} {min(len(right) // 3, 4)}"


def _shape(word: str) -> str:
    if not word.isalpha():
        return "~"
    ending = next((e for e in ("ing", "ed", "ly", "s") if word.endswith(e)), "")
    return f"~{ending}{'long' if len(word) > 4 else 'short'}"


def talked_about(words: Sequence[str], mentions: Sequence[Named], at: int, asked: str) -> float:
    """How likely `mentions[at]` orders nothing, from 0 to 1."""
    weights = _weights()
    score = weights["bias"] + sum(weights.get(f, 0.0) for f in features(words, mentions, at, asked))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def only_talked_about(
    heard: Sequence[Token], mentions: Sequence[Mention], taken: Collection[int], asked: str
) -> set[int]:
    """The tokens of what is only talked about, beyond those that are `taken` as something else: the
    clauses with it, but for such as order something, too."""
    words = [t.word for t in heard]
    rows = named_in(mentions)
    left = [n for n, m in enumerate(rows) if not set(range(m.start, m.end)) & set(taken)]
    judged = [n for n in left if rows[n].kind != "group"]  # "*sides of* mac and greens"
    told = {n for n in judged if talked_about(words, rows, n, asked) >= SURE}
    found: set[int] = set()
    for n in told:
        start, end, _ = rows[n]
        first = max((k + 1 for k in range(start) if words[k] in _BREAKS), default=0)
        last = next((k for k in range(end, len(words)) if words[k] in _BREAKS), len(words))
        others = [o for o in left if o not in told and first <= rows[o][0] < last]
        if others:
            before = [rows[o][1] for o in others if rows[o][0] < start]
            after = [rows[o][0] for o in others if rows[o][0] > start]
            counted = start > 0 and words[start - 1] in ("a", "an", "the", "some", "my", "1")
            first, last = max([start - counted, *before]), min([end, *after])
        found |= set(range(first, last)) - set(taken)
    return found
