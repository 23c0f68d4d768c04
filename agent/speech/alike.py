"""Which names it may have been: of all that are known, those that sound most like what was said.

A caller whose name was misheard says it again, and a bad line mishears it again as often. But the
right one is seldom far behind both times: so what was heard of a name is kept, and when it is said
once more both are weighed together.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agent.speech.bpe import Bpe
from agent.speech.search import Branches, Node, Tree
from agent.speech.vocabulary import names
from agent.speech.whisper import COMMON, Floats, Sounds, Whisper

__all__ = ["Alike", "agreed"]

WIDTH = 24  # beginnings of names followed at a time
HOPELESS = 7.0  # behind the best name, as a logarithm: it was not that one
EARLIER = 0.7  # of what was heard before counts: it may have been another name that was said


class _Way(NamedTuple):
    """The beginning of a name, and the place of its tokens among the prefixes."""

    likely: float
    row: int
    node: Node


class Alike:
    """For one model, whatever the menu."""

    def __init__(self, model: Whisper, bpe: Bpe) -> None:
        self._model = model
        self._tree = Tree([(bpe.of_text(f" {name}"), n) for n, name in enumerate(names())])
        used = {token for tokens in self._tree.rows for token in tokens}
        self._rest = used - set(range(COMMON))

    def names(self, sound: Sounds, before: Sequence[int], after: int) -> dict[str, float]:
        """How likely each name is between the tokens `before` and the one `after`, as a logarithm
        beside the likeliest; without those that were not said."""
        looked_at = np.array([*range(COMMON), *sorted({*self._rest, after} - set(range(COMMON)))])
        # Made each time: it is large, and a name is heard once or twice in a call.
        projection = self._model.projection(looked_at[COMMON:])
        prefixes = self._model.start(sound, before, projection)
        ways = [_Way(0.0, 0, self._tree.root)]
        found: dict[int, float] = {}
        while ways:
            steps: list[tuple[float, int, Branches, int]] = []
            for way in ways:
                branches = self._tree.branches(way.node)
                ended = way.likely + _at(prefixes.likely[way.row], looked_at, [after])[0]
                found.update(dict.fromkeys(branches.words, float(ended)))
                if len(branches.tokens):
                    heard = way.likely + _at(prefixes.likely[way.row], looked_at, branches.tokens)
                    steps += [(float(h), way.row, branches, n) for n, h in enumerate(heard)]
            least = max(found.values(), default=-np.inf) - HOPELESS
            steps = heapq.nlargest(WIDTH, (s for s in steps if s[0] > least), key=lambda s: s[0])
            if not steps:
                break
            rows = np.array([row for _, row, _, _ in steps])
            tokens = np.array([branches.tokens[n] for _, _, branches, n in steps])
            prefixes = self._model.follow(prefixes, rows, tokens, projection)
            ways = [
                _Way(likely, row, branches.node(n))
                for row, (likely, _, branches, n) in enumerate(steps)
            ]
        best = max(found.values(), default=0.0)
        return {names()[n]: each - best for n, each in found.items() if each > best - HOPELESS}


def _at(likely: Floats, looked_at: np.ndarray, tokens: Sequence[int] | np.ndarray) -> Floats:
    return likely[np.searchsorted(looked_at, tokens)]


def agreed(
    now: Mapping[str, float], before: Sequence[Mapping[str, float]], refused: Collection[str]
) -> tuple[str, float]:
    """The name that all sayings of it have likeliest, this one and those `before`, each with how
    likely names were in it; none of those `refused`. Empty where there is none. And how far it is
    ahead of the next, as a logarithm."""

    def likely(name: str) -> float:
        earlier = sum(_of(one, name) for one in before)
        return _of(now, name) + EARLIER * earlier

    possible = {name for one in (now, *before) for name in one} - set(refused)
    best, second = [*heapq.nlargest(2, sorted(possible), key=likely), "", ""][:2]
    return best, likely(best) - likely(second) if second else math.inf


def _of(heard: Mapping[str, float], name: str) -> float:
    """What was not heard at all is as unlikely as the least of what was."""
    return heard.get(name, min(heard.values(), default=0.0))
