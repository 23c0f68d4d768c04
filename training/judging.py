"""Counting wrong words, of voices and kitchens that nothing was learnt from."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agent.speech.audio import Samples
from agent.speech.recogniser import Ear, Recogniser
from agent.speech.whisper import COMMON, Floats
from training.line import over_a_line
from training.sentences import made_up_menu, said_to
from training.voices import judging_voice, said

__all__ = ["Judged", "heard_freely", "judge", "wrong_words"]

MENUS, SENTENCES = 6, 20  # of each menu
LONGEST = 60  # tokens of one sentence


class Judged(NamedTuple):
    """`freely`: as the model writes by itself; else as the recogniser does with its menu."""

    words: int
    wrong: int
    wrong_freely: int
    sentences: int
    exact: int

    def __str__(self) -> str:
        return (
            f"{self.wrong / self.words:.1%} of {self.words} words wrong "
            f"({self.wrong_freely / self.words:.1%} without the menu), "
            f"{self.exact} of {self.sentences} sentences right"
        )


def judge(ear: Ear, seed: int = 7) -> Judged:
    """The same sentences, voices and lines for the same `seed`."""
    dice, noise = random.Random(seed), np.random.default_rng(seed)  # noqa: S311 (no secrets)
    everything = ear.model.projection(np.arange(COMMON, ear.bpe.special("notimestamps")))
    words = wrong = freely = sentences = exact = 0
    for _ in range(MENUS):
        menu = made_up_menu(dice, kept=True)
        recogniser = Recogniser(ear, menu)
        for one in itertools.islice(said_to(menu, dice), SENTENCES):
            line = over_a_line(said(one.text, judging_voice(dice)), noise)
            mistakes = wrong_words(one.text, recogniser.hear(line, one.moment).text)
            freely += wrong_words(one.text, heard_freely(ear, line, everything))
            words += len(_plain(one.text))
            wrong += mistakes
            sentences += 1
            exact += not mistakes
    return Judged(words, wrong, freely, sentences, exact)


def heard_freely(ear: Ear, samples: Samples, everything: Floats) -> str:
    """What the model writes by itself, the likeliest token each time. `everything` is the
    projection on all tokens that are not common."""
    prefixes = ear.model.start(ear.model.encode(samples), ear.asked, everything)
    tokens: list[int] = []
    row = np.zeros(1, dtype=np.int64)
    while len(tokens) < LONGEST:
        token = int(prefixes.likely[0].argmax())
        if token == ear.bpe.special("endoftext"):
            break
        tokens.append(token)
        prefixes = ear.model.follow(prefixes, row, np.array([token]), everything)
    return ear.bpe.text(tokens)


def wrong_words(said_text: str, heard: str) -> int:
    """Words to put in, take out or replace until both are the same, whatever their punctuation."""
    wanted, found = _plain(said_text), _plain(heard)
    costs = list(range(len(found) + 1))
    for n, word in enumerate(wanted, 1):
        before, costs = costs, [n]
        for m, other in enumerate(found, 1):
            costs.append(min(before[m] + 1, costs[-1] + 1, before[m - 1] + (word != other)))
    return costs[-1]


def _plain(text: str) -> Sequence[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower())
