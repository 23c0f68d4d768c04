"""What the recogniser sees of a telephone line: cepstra of 10 ms each.

The acoustic model was made from sound up to 6.8 kHz; a telephone line ends below 4 kHz and is
noisy. What is missing is not silence, and treating it as such costs most words. So a small network,
trained on the same speech with and without a line, estimates from the bands that are there what all
bands of the clean speech were (`docs/speech.md` says how it was trained).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.speech.audio import PHONE_HZ, Samples

__all__ = [
    "AROUND",
    "BANDS",
    "FRAMES_A_SECOND",
    "cepstra",
    "line_bands",
    "log_bands",
    "loud",
    "windows",
]

Floats = NDArray[np.float32]

FRAMES_A_SECOND = 100
BANDS = 25  # of the acoustic model, from 130 to 6800 Hz; the same below
LOWEST_HZ, HIGHEST_HZ = 130.0, 6_800.0
CEPSTRA = 13
LIFTER = 22
WINDOW_S = 0.025_625
PRE_EMPHASIS = 0.97
FLOOR = 1e-3  # of a band's power: digital silence has no logarithm
AROUND = 4  # frames before and after that the network sees: 90 ms, a short vowel

_EAR = Path(__file__).parent / "ear.npz"


def cepstra(samples: Samples) -> Floats:
    """Rows of 13 for `samples` at 8 kHz, a hundred a second."""
    bands = log_bands(samples, PHONE_HZ)
    if not len(bands):
        return np.zeros((0, CEPSTRA), dtype=np.float32)
    return (_restored(bands) @ _cosine().T).astype(np.float32)


def _restored(bands: Floats) -> Floats:
    layers = _network()
    seen = windows(bands - loud(bands, bands))
    for weights, bias in layers[:-1]:
        seen = np.maximum(seen @ weights + bias, 0)
    weights, bias = layers[-1]
    return np.asarray(seen @ weights + bias, dtype=np.float32)


@lru_cache(1)
def _network() -> tuple[tuple[Floats, Floats], ...]:
    with np.load(_EAR) as stored:
        return tuple(
            (stored[f"w{n}"].astype(np.float32), stored[f"b{n}"].astype(np.float32))
            for n in range(len(stored.files) // 2)
        )


def loud(bands: Floats, of: Floats) -> Floats:
    """The mean of `of` over the louder half of the frames, in which somebody speaks."""
    level = bands.mean(axis=1)
    return np.asarray(of[level >= np.median(level)].mean(axis=0))


def windows(bands: Floats) -> Floats:
    """Each frame with those around it, as one row."""
    padded = np.pad(bands, ((AROUND, AROUND), (0, 0)), "edge")
    return np.concatenate([padded[n : n + len(bands)] for n in range(2 * AROUND + 1)], axis=1)


def line_bands() -> int:
    """How many of the model's bands a telephone line carries."""
    return len(_filters(PHONE_HZ))


def log_bands(samples: Samples, rate: int) -> Floats:
    """The logarithm of the power in each of the model's bands that `rate` can carry, by frame."""
    size, step = round(WINDOW_S * rate), rate // FRAMES_A_SECOND
    wave = samples.astype(np.float64)
    if len(wave) < size:
        return np.zeros((0, len(_filters(rate))), dtype=np.float32)
    wave[1:] -= PRE_EMPHASIS * wave[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(wave, size)[::step] * np.hamming(size)
    power = np.abs(np.fft.rfft(frames, _points(rate))) ** 2
    return np.log(np.maximum(power @ _filters(rate).T, FLOOR)).astype(np.float32)


def _points(rate: int) -> int:
    return 512 * rate // 16_000  # as many hertz a point at every rate


@lru_cache(2)
def _filters(rate: int) -> NDArray[np.float64]:
    """Triangles of equal area, evenly spread over the mel scale, as the acoustic model's are."""
    lowest, highest = (2595 * np.log10(1 + f / 700) for f in (LOWEST_HZ, HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(lowest, highest, BANDS + 2) / 2595) - 1)
    width = rate / _points(rate)
    edges = np.round(edges / width) * width
    at = np.arange(_points(rate) // 2 + 1) * width
    rows = [
        np.clip(np.minimum((at - left) / (top - left), (right - at) / (right - top)), 0, None)
        * (2 / (right - left))
        for left, top, right in zip(edges, edges[1:], edges[2:], strict=False)
        if right <= rate / 2
    ]
    return np.array(rows)


@lru_cache(1)
def _cosine() -> Floats:
    """Bands → cepstra, liftered."""
    order = np.arange(CEPSTRA)[:, None]
    turn = np.cos(np.pi * order * (np.arange(BANDS)[None] + 0.5) / BANDS) * np.sqrt(2 / BANDS)
    turn[0] = np.sqrt(1 / BANDS)
    lift = 1 + LIFTER / 2 * np.sin(np.pi * order / LIFTER)
    return np.asarray(turn * lift, dtype=np.float32)
