"""From sound to words, for one menu. Slow and blocking: it runs in `ear`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import chain, groupby
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from agent.speech.alike import Alike, agreed
from agent.speech.audio import PHONE_HZ, Samples, Sound
from agent.speech.bpe import Bpe
from agent.speech.expected import Expected
from agent.speech.listening import voiced
from agent.speech.search import NO_HINTS, Found, Hints, Lexicon, find
from agent.speech.unlisted import Unlisted
from agent.speech.vocabulary import BREAKS, NAME, OTHER, Moment
from agent.speech.whisper import FRAME_S, Sounds, Whisper
from domain.menu import Menu

__all__ = ["Ear", "Heard", "Recogniser"]

EDGE_S = 0.08  # at the end of what the voice detector found, where nobody speaks any more
CLEARLY = 3.0  # ahead of the next, as a logarithm: a name said after a "no" is that one
DOUBTFUL = -9.0  # mean logarithm of a word; below it nothing was understood


class Heard(msgspec.Struct, frozen=True):
    """`text` is empty where nothing that can be said here was heard. `sure` is 0 to 1. `names`:
    where somebody's name was heard, how likely each is there, as a logarithm beside the likeliest.
    `unsure`: the name that was heard after another was refused, where it may be a third one."""

    text: str
    sure: float = 0.0
    names: dict[str, float] = msgspec.field(default_factory=dict)
    unsure: str = ""


class _Called(NamedTuple):
    """The `names` that were said at one place; `sounded` is how likely each is there, `to_the_end`
    that they are all the rest of the sentence, `unsure` that they may be others."""

    names: list[str]
    sounded: Mapping[str, float] = MappingProxyType({})
    to_the_end: bool = False
    unsure: bool = False


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
        kinds = {word.kind for word in words}
        if moment is Moment.PERSON and (NAME not in kinds or OTHER in kinds):  # "Green bomb"
            unlisted = self._ear.unlisted
            name = unlisted.alone(sound, self._ear.asked, found.sound, found.speech_s)
            if name:
                return Heard(name, math.exp(sure))
        texts = []
        called = _Called([])
        at = 0
        for is_name, group in groupby(words, key=lambda word: word.kind == NAME):
            said = [word.text for word in group]
            after = at + len(said)
            if is_name and not set(said) & set(hints.names):
                before = [*self._ear.asked, *chain.from_iterable(tokens[:at])]
                behind = [*chain.from_iterable(tokens[after:]), self._ear.end]
                called = self._called(said, sound, before, behind, hints)
                said = called.names
                if called.to_the_end:
                    texts += said
                    break
            texts += said
            at = after
        text = "".join(t if t in BREAKS else f" {t}" for t in texts).strip(" .")
        unsure = " ".join(called.names) if called.unsure else ""
        return Heard(text if sure > DOUBTFUL else "", math.exp(sure), dict(called.sounded), unsure)

    def _called(
        self, listed: list[str], sound: Sounds, before: list[int], rest: list[int], hints: Hints
    ) -> _Called:
        """What was said where the names `listed` were heard; `rest` comes after."""
        denied = bool(hints.refused)
        own = self._ear.unlisted.instead_of(" ".join(listed), sound, before, rest, denied)
        if own is not None and own.name in hints.refused:
            own = None
        names = [own.name] if own is not None else listed
        if len(listed) > 1 or (own is not None and own.to_the_end):
            return _Called(names, to_the_end=own is not None and own.to_the_end, unsure=denied)
        sounded = self._ear.alike.names(sound, before, rest[0])
        if own is not None:
            sounded = {n: likely - own.ahead for n, likely in sounded.items()} | {own.name: 0.0}
        if not denied or set(listed) & set(hints.refused):
            return _Called(names, sounded, unsure=denied)
        both, ahead = agreed(sounded, hints.heard, hints.refused)
        unsure = ahead < CLEARLY or (own is not None and both == own.name)
        return _Called([both] if both and hints.heard else names, sounded, unsure=unsure)


def _speaking(samples: Samples, frames: int) -> NDArray[np.bool_]:
    speaking = np.zeros(frames, dtype=bool)
    for start_s, end_s in voiced(Sound(samples, PHONE_HZ)):
        last = max(start_s + EDGE_S, end_s - EDGE_S)
        speaking[int(start_s / FRAME_S) : int(last / FRAME_S)] = True
    return speaking
