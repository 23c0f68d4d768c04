"""From sound to words, for one menu. Slow and blocking: it runs in `ear`."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import chain, groupby
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from agent.speech.alike import Alike, agreed
from agent.speech.audio import PHONE_HZ, Samples, Sound
from agent.speech.bpe import Bpe
from agent.speech.corpus import BREAKS, NAME, Moment
from agent.speech.expected import Expected
from agent.speech.listening import voiced
from agent.speech.search import NO_HINTS, Found, Hints, Lexicon, find
from agent.speech.unlisted import Unlisted
from agent.speech.whisper import FRAME_S, Sounds, Whisper
from domain.menu import Menu

__all__ = ["Ear", "Heard", "Recogniser"]

EDGE_S = 0.08  # at the end of what the voice detector found, where nobody speaks any more
DOUBTFUL = -9.0  # mean logarithm of a word; below it nothing was understood


class Heard(msgspec.Struct, frozen=True):
    """`text` is empty where nothing that can be said here was heard. `sure` is 0 to 1. `names`:
    where somebody's name was heard, how likely each is there, as a logarithm beside the likeliest.
    """

    text: str
    sure: float = 0.0
    names: dict[str, float] = msgspec.field(default_factory=dict)


class Ear:
    """The `model` of `folder`, for any number of menus. Raises `Malformed`, `OSError`."""

    def __init__(self, model: Whisper, folder: Path) -> None:
        self.model = model
        self.bpe = Bpe(folder / "tokenizer.json")
        # A model of one language has no token for it.
        asked = ("startoftranscript", "en", "transcribe", "notimestamps")
        chosen = asked[::3] if self.model.english else asked
        self.asked = [self.bpe.special(name) for name in chosen]
        self.end = self.bpe.special("endoftext")
        self.unlisted = Unlisted(model, self.bpe)
        self.alike = Alike(model, self.bpe)


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
        hints: Hints = NO_HINTS,
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
            hints,
            given_up,
        )
        return self._written(found, sound, moment, hints) if found is not None else Heard("")

    def _written(self, found: Found, sound: Sounds, moment: Moment, hints: Hints) -> Heard:
        words = [self._lexicon.expected.words[n] for n in found.words]
        tokens = self._lexicon.tokens(found.words)
        sure = found.sound / (len(words) + 1)
        if moment is Moment.PERSON and not any(word.kind == NAME for word in words):
            unlisted = self._ear.unlisted
            name = unlisted.alone(sound, self._ear.asked, found.sound, found.speech_s)
            if name:
                return Heard(name, math.exp(sure))
        texts = []
        sounded: dict[str, float] = {}
        at = 0
        for is_name, group in groupby(words, key=lambda word: word.kind == NAME):
            said = [word.text for word in group]
            after = at + len(said)
            if is_name and not set(said) & set(hints.names):
                before = [*self._ear.asked, *chain.from_iterable(tokens[:at])]
                behind = [*chain.from_iterable(tokens[after:]), self._ear.end]
                said, sounded, to_the_end = self._called(said, sound, before, behind, hints)
                if to_the_end:
                    texts += said
                    break
            texts += said
            at = after
        text = "".join(t if t in BREAKS else f" {t}" for t in texts).strip(" .")
        return Heard(text if sure > DOUBTFUL else "", math.exp(sure), sounded)

    def _called(
        self, listed: list[str], sound: Sounds, before: list[int], rest: list[int], hints: Hints
    ) -> tuple[list[str], dict[str, float], bool]:
        """What was said where the names `listed` were heard; how likely each name is there, where
        it was one name; and whether it takes the place of all the `rest`, which comes after."""
        denied = bool(hints.refused)
        own = self._ear.unlisted.instead_of(" ".join(listed), sound, before, rest, denied)
        if own is not None and own.name in hints.refused:
            own = None
        if len(listed) > 1 or (own is not None and own.to_the_end):
            return [own.name] if own is not None else listed, {}, own is not None and own.to_the_end
        sounded = self._ear.alike.names(sound, before, rest[0])
        if own is not None:
            sounded = {n: likely - own.ahead for n, likely in sounded.items()} | {own.name: 0.0}
        if hints.heard and not set(listed) & set(hints.refused):
            both = agreed(sounded, hints.heard, hints.refused)
            return [both] if both else listed, sounded, False
        return [own.name] if own is not None else listed, sounded, False


def _speaking(samples: Samples, frames: int) -> NDArray[np.bool_]:
    speaking = np.zeros(frames, dtype=bool)
    for start_s, end_s in voiced(Sound(samples, PHONE_HZ)):
        last = max(start_s + EDGE_S, end_s - EDGE_S)
        speaking[int(start_s / FRAME_S) : int(last / FRAME_S)] = True
    return speaking
