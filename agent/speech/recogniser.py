"""From sound to words, with the grammar of one menu. Slow and blocking: it runs in `ear`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from pocketsphinx import Decoder, NGramModel, get_model_path

from agent.speech.audio import PHONE_HZ, Samples, as_samples, resample
from agent.speech.breaks import Breaks, Said
from agent.speech.corpus import Moment
from agent.speech.grammar import BREAKS_FILE, DICTIONARY_FILE, WORDS_FILE, Words, moment_file

__all__ = ["Heard", "Recogniser"]

FRAMES_A_SECOND = 100  # of the decoder
LANGUAGE_WEIGHT = 8.5  # of the grammar against the sound; over a telephone, more than usual
LEAST_SURE = 0.05  # a word on average; talk about no order may come to more
LEAST_S = 0.1  # of sound; less is no word
MODEL_HZ = 16_000  # what the acoustic model was made from
FAINT = 20.0  # of 32,767: noise for the half of the spectrum that a telephone line leaves empty
SEED = 6  # of that noise, so that the same sound is always heard as the same words


class Heard(msgspec.Struct, frozen=True):
    """`text` is empty where nothing that can be said here was heard. `sure` is 0 to 1."""

    text: str
    sure: float = 0.0


class Recogniser:
    """`folder` holds a grammar, as `write_grammar` wrote it. Not for several threads at a time."""

    def __init__(self, folder: Path) -> None:
        self._decoder: Any = Decoder(
            hmm=get_model_path("en-us/en-us"),
            dict=str(folder / DICTIONARY_FILE),
            lm=None,
            lw=LANGUAGE_WEIGHT,
            loglevel="FATAL",
        )
        for moment in Moment:
            self._decoder.add_lm_file(moment.value, str(folder / moment_file(moment)))
        self._words = msgspec.json.decode((folder / WORDS_FILE).read_bytes(), type=Words)
        logmath = self._decoder.get_logmath()
        model = NGramModel(self._decoder.config, logmath, str(folder / BREAKS_FILE))
        self._breaks = Breaks(model, logmath, self._words.classes)

    def hear(self, samples: Samples, moment: Moment) -> Heard:
        """What was said in `samples`, 8 kHz, when the caller had been asked for `moment`."""
        if len(samples) < LEAST_S * PHONE_HZ:
            return Heard("")
        decoder = self._decoder
        decoder.activate_search(moment.value)
        decoder.start_stream()  # forgets the noise of another caller's line
        decoder.start_utt()
        decoder.process_raw(_for_the_model(samples).tobytes(), full_utt=True)
        decoder.end_utt()
        if decoder.hyp() is None:
            return Heard("")
        said = self._said()
        sure = float(decoder.hyp().prob) ** (1 / max(1, len(said)))
        if not said or sure < LEAST_SURE:
            return Heard("", sure)
        return Heard(self._breaks.text(said, self._words.written), sure)

    def _said(self) -> list[Said]:
        """The words, each with the pause before it."""
        said: list[Said] = []
        pause = 0
        for piece in self._decoder.seg():
            word = piece.word.partition("(")[0]
            if word.startswith(("<", "[")):
                pause += piece.end_frame - piece.start_frame + 1 if said else 0
                continue
            said.append(Said(word, pause / FRAMES_A_SECOND))
            pause = 0
        return said


def _for_the_model(samples: Samples) -> Samples:
    """`samples` at the model's rate. Digital silence above 4 kHz would look like no sound that the
    model has ever heard, and cost most words; faint noise looks like a quiet room."""
    wide = resample(samples, PHONE_HZ, MODEL_HZ)
    noise = np.random.default_rng(SEED).standard_normal(len(wide)) * FAINT
    return as_samples(wide + noise)
