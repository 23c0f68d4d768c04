"""Where in a recording somebody speaks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from livekit.local_inference import VAD, VAD_WINDOW_SAMPLES

from agent.speech.audio import PHONE_HZ, Samples, Sound, resample

__all__ = ["TURN_PAUSE_S", "Turn", "turns_in", "voiced"]

VAD_HZ = 16_000
VOICE_FROM, SILENCE_BELOW = 0.5, 0.35  # the detector's certainty that somebody speaks
WORD_S = 0.08  # of voice; less is a click on the line
TURN_PAUSE_S = 1.0  # of silence ends a turn in a recording, where nobody answers in between
PADDING_S = 0.5  # kept on both sides: soft consonants are not found by the detector
LISTENED_S = VAD_WINDOW_SAMPLES / VAD_HZ


class Turn(NamedTuple):
    """What was said between two silences, at 8 kHz, and when it began (s)."""

    samples: Samples
    start_s: float


def turns_in(sound: Sound) -> list[Turn]:
    """The turns of the caller in `sound`; none where nobody speaks."""
    heard = resample(sound.samples, sound.rate, PHONE_HZ)
    turns = []
    for start_s, end_s in _joined(voiced(sound)):
        first = max(0, int((start_s - PADDING_S) * PHONE_HZ))
        turns.append(Turn(heard[first : int((end_s + PADDING_S) * PHONE_HZ)], start_s))
    return turns


def voiced(sound: Sound) -> list[tuple[float, float]]:
    """From when to when there is a voice, in seconds."""
    samples = resample(sound.samples, sound.rate, VAD_HZ)
    windows = len(samples) // VAD_WINDOW_SAMPLES
    spans: list[tuple[float, float]] = []
    start: int | None = None
    with VAD() as detector:
        for n in range(windows + 1):
            window = samples[n * VAD_WINDOW_SAMPLES : (n + 1) * VAD_WINDOW_SAMPLES]
            padded = np.zeros(VAD_WINDOW_SAMPLES, dtype=np.int16)
            padded[: len(window)] = window
            voice = detector.predict(padded) if n < windows else 0.0
            if start is None and voice >= VOICE_FROM:
                start = n
            elif start is not None and voice < SILENCE_BELOW:
                spans.append((start * LISTENED_S, n * LISTENED_S))
                start = None
    return [span for span in spans if span[1] - span[0] >= WORD_S]


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < TURN_PAUSE_S:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
