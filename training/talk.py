"""How likely each word is in a restaurant's talk: what made `agent/speech/talk.npz`.

Sentences drawn from `talk.txt` for restaurants that do not exist say what can be said at all;
`said.txt` says what is said how often.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.speech.ngram import as_arrays
from agent.speech.vocabulary import BREAKS, NAME, OTHER, SPELLED, Moment
from training.corpus import Corpus
from training.estimating import estimated
from training.said import Row, read_said
from training.sentences import made_up_menu

__all__ = ["talk", "write_talk"]

MENUS, SENTENCES = 20, 400  # made up, and drawn for each of them and each moment
UNFORESEEN = 0.03  # of the words of these that are no dish, option or name are any others
WEIGHT = 2.0  # of each sentence that was said, to one that was drawn
SELDOM_SPELLED = 0.5  # where a name was asked for: callers of suites seldom spell, others have to
SEED = 6
_KEPT = frozenset(["DISH", "DISHES", "OPTION", "CATEGORY", NAME, SPELLED, OTHER]) | BREAKS


def write_talk(path: Path) -> None:
    """Writes what `talk` makes."""
    np.savez_compressed(path, allow_pickle=False, **talk())


def talk() -> dict[str, NDArray[Any]]:
    """The trigrams of each moment, as arrays."""
    said, dice = read_said(), random.Random(SEED)  # noqa: S311 (sentences, no secrets)
    corpora = [Corpus(made_up_menu(dice)) for _ in range(MENUS)]
    found: dict[str, NDArray[Any]] = {}
    for moment in Moment:
        counts: dict[Row, float] = defaultdict(float, Counter(_drawn(corpora, moment)))
        for row, n in said.get(moment, Counter()).items():
            counts[_whole(row)] += n * (SELDOM_SPELLED if moment is Moment.PERSON else WEIGHT)
        found |= as_arrays(moment.value, estimated(counts))
    return found


def _drawn(corpora: list[Corpus], moment: Moment) -> Iterator[Row]:
    """Sentences of what stands for their words; some of these are any others."""
    for corpus in corpora:
        for row in corpus.sentences(moment, SENTENCES):
            words = [corpus.classes.get(word, word) for word in row]
            yield _whole(
                tuple(
                    OTHER if w not in _KEPT and corpus.random.random() < UNFORESEEN else w
                    for w in words
                )
            )


def _whole(row: Row) -> Row:
    """With the full stop that ends it."""
    return row if row[-1] == "?" else (*row, ".")
