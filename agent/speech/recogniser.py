"""From sound to words, for one menu. Slow and blocking: it runs in `ear`."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from agent.speech.audio import PHONE_HZ, Samples, Sound
from agent.speech.bpe import Bpe
from agent.speech.corpus import BREAKS, Moment
from agent.speech.expected import Expected
from agent.speech.listening import voiced
from agent.speech.search import NO_NAMES, Found, Lexicon, Names, find
from agent.speech.whisper import FRAME_S, Whisper
from domain.menu import Menu

__all__ = ["Ear", "Heard", "Recogniser"]

EDGE_S = 0.08  # at the end of what the voice detector found, where nobody speaks any more
DOUBTFUL = -9.0  # mean logarithm of a word; below it nothing was understood


class Heard(msgspec.Struct, frozen=True):
    """`text` is empty where nothing that can be said here was heard. `sure` is 0 to 1."""

    text: str
    sure: float = 0.0


class Ear:
    """The `model` of `folder`, for any number of menus. Raises `Malformed`, `OSError`."""

    def __init__(self, model: Whisper, folder: Path) -> None:
        self.model = model
        self.bpe = Bpe(folder / "tokenizer.json")
        # A model of one language has no token for it.
        asked = ("startoftranscript", "en", "transcribe", "notimestamps")
        chosen = asked[::3] if self.model.english else asked
        self.asked = [self.bpe.special(name) for name in chosen]


class Recogniser:
    """Not for several threads at a time."""

    def __init__(self, ear: Ear, menu: Menu) -> None:
        self._ear = ear
        self._lexicon = Lexicon(Expected(menu), ear.bpe)
        self._projection = ear.model.projection(self._lexicon.rest)

    def hear(
        self,
        samples: Samples,
        moment: Moment,
        names: Names = NO_NAMES,
        given_up: Callable[[], bool] = lambda: False,
    ) -> Heard:
        """What was said in `samples`, 8 kHz, when the caller had been asked for `moment`. Nothing
        where `given_up`, which is asked every few milliseconds."""
        sound = self._ear.model.encode(samples)
        speaking = _speaking(samples, sound[0][0].shape[1])
        if not speaking.any():
            return Heard("")
        found = find(
            self._ear.model,
            self._lexicon,
            self._projection,
            sound,
            speaking,
            self._ear.asked,
            moment,
            names,
            given_up,
        )
        return self._written(found) if found is not None else Heard("")

    def _written(self, found: Found) -> Heard:
        words = [self._lexicon.expected.words[n] for n in found.words]
        text = "".join(w.text if w.text in BREAKS else f" {w.text}" for w in words).strip(" .")
        mean = found.sound / (len(words) + 1)
        return Heard(text if mean > DOUBTFUL else "", math.exp(mean))


def _speaking(samples: Samples, frames: int) -> NDArray[np.bool_]:
    speaking = np.zeros(frames, dtype=bool)
    for start_s, end_s in voiced(Sound(samples, PHONE_HZ)):
        last = max(start_s + EDGE_S, end_s - EDGE_S)
        speaking[int(start_s / FRAME_S) : int(last / FRAME_S)] = True
    return speaking
