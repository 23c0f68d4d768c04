"""Sentences that were spoken, kept in a folder: one file of sound, one of words."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from agent.speech.audio import PHONE_HZ, Samples
from training.sentences import drawn
from training.voices import learning_voice, said

__all__ = ["Recording", "record", "recordings"]

LONGEST_S = 8.0  # of a sentence that is learnt from; longer ones are said in several turns
SOUND, WORDS = "sound.raw", "words.jsonl"


class Recording(NamedTuple):
    """`speech` is in a quiet room, 8 kHz. `before` is what the decoder is shown first."""

    text: str
    before: str
    speech: Samples


def record(folder: Path, count: int, seed: int, dictionary: Path | None) -> None:
    """Lets `count` sentences be said."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)  # noqa: S311 (voices, no secrets)
    with (folder / SOUND).open("wb") as sound, (folder / WORDS).open("w") as words:
        for one in itertools.islice(drawn(seed, dictionary), count):
            voice = learning_voice(dice)
            speech = said(one.text, voice)
            if not 0 < len(speech) <= LONGEST_S * PHONE_HZ:
                continue
            sound.write(speech.astype("<i2").tobytes())
            row = {"text": one.text, "before": one.before, "samples": len(speech)}
            words.write(json.dumps(row | {"voice": voice.name}) + "\n")


def recordings(folder: Path) -> Iterator[Recording]:
    """All that were recorded in `folder`."""
    sound = np.memmap(folder / SOUND, dtype="<i2", mode="r")
    at = 0
    for line in (folder / WORDS).read_text().splitlines():
        row = json.loads(line)
        end = at + row["samples"]
        yield Recording(row["text"], row["before"], sound[at:end])
        at = end
