"""Speech for tests: a synthetic caller, and proof of what was heard."""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
import wave

import numpy as np
from livekit.agents import tokenize
from numpy.typing import NDArray

from tests.support.needs import needs

__all__ = [
    "RATE",
    "SURE",
    "WORDS_PER_MINUTE",
    "Samples",
    "likeness",
    "resampled",
    "sentences",
    "spoken",
    "was_said",
]

RATE = 16_000  # of all samples here, per second; a telephone carries half of it
WORDS_PER_MINUTE = 260  # people speak some 160
SURE = 0.6  # over Opus the sentence itself has 0.7 to 0.97, others of the same voice up to 0.4
PIECE_S = 0.3  # short enough to be stretched by nobody, long enough to be like no other
DRIFT_S = 0.15
QUIET = 30.0  # of 32,767: what is below it is noise, and is like nothing
SPEAK_S = 20.0  # a hang guard: a sentence takes some ten milliseconds

Samples = NDArray[np.int16]


@functools.cache
def spoken(text: str, *, pace: int = WORDS_PER_MINUTE) -> Samples:
    """`text` as espeak-ng says it, in a hurry: tests on a line take as long as what is said."""
    if shutil.which("espeak-ng") is None:
        needs("espeak-ng", "apt-get install espeak-ng")
    said = subprocess.run(
        ["espeak-ng", "-v", "en-us", "-s", str(pace), "--stdout", "--", text],
        capture_output=True,
        timeout=SPEAK_S,
        check=True,
    )
    with wave.open(io.BytesIO(said.stdout)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return resampled(samples, rate, RATE)


def sentences(text: str) -> list[str]:
    """What the agent's voice is given in one piece. A voice speaks the same words otherwise where
    other words come before them, so a reply is looked for as it is cut for the voice."""
    return tokenize.blingfire.SentenceTokenizer().tokenize(text)


def was_said(heard: Samples, text: str, pace: int = WORDS_PER_MINUTE) -> float:
    """How surely every sentence of `text` is in `heard`, from 0 to 1; above `SURE` it is."""
    return min(likeness(heard, spoken(one, pace=pace)) for one in sentences(text))


def resampled(samples: Samples, rate: int, to: int) -> Samples:
    """The same sound at another rate, band-limited by its spectrum."""
    n = round(len(samples) * to / rate)
    spectrum = np.fft.rfft(samples.astype(np.float64))
    wanted = n // 2 + 1
    fitted = np.zeros(wanted, complex)
    keep = min(wanted, len(spectrum))
    fitted[:keep] = spectrum[:keep]
    out = np.fft.irfft(fitted, n) * (n / len(samples))
    return np.clip(np.rint(out), -32768, 32767).astype(np.int16)


def likeness(heard: Samples, wanted: Samples) -> float:
    """How well `wanted` is found anywhere in `heard`: 1 is the very same.

    A receiver stretches and squeezes what comes over a network, so that after half a second the
    waves no longer lie on each other. Short pieces do: the clearest says where the sentence is, and
    each other one has to be found where it belongs then, give or take `DRIFT_S`.
    """
    heard, wanted = _halved(heard), np.trim_zeros(_halved(wanted))
    if len(heard) < len(wanted) or not len(wanted):
        return 0.0
    pieces = np.array_split(wanted, max(1, round(len(wanted) / (PIECE_S * RATE / 2))))
    found = _correlations(heard, pieces)
    begins = np.cumsum([0, *map(len, pieces[:-1])])
    clearest = int(np.argmax([one.max() for one in found]))
    begin = int(np.argmax(found[clearest])) - begins[clearest]
    drift = round(DRIFT_S * RATE / 2)
    scores = []
    for at, one in zip(begins, found, strict=True):
        near = one[max(0, begin + at - drift) : max(0, begin + at + drift)]
        scores.append(float(near.max()) if len(near) else 0.0)
    return float(np.median(scores))


def _halved(samples: Samples) -> Samples:
    """At half the rate, which is what a telephone carries: half the work, and no worse."""
    even = samples[: len(samples) // 2 * 2].astype(np.int32)
    return ((even[::2] + even[1::2]) // 2).astype(np.int16)


def _correlations(heard: Samples, pieces: list[Samples]) -> list[NDArray[np.float64]]:
    """How alike each piece is to each stretch of `heard` of its length, from -1 to 1."""
    long = heard.astype(np.float64)
    n = 1 << (len(long) + max(map(len, pieces))).bit_length()
    spectrum = np.fft.rfft(long, n)
    energy = np.concatenate(([0.0], np.cumsum(long**2)))
    found = []
    for piece in pieces:
        short = piece.astype(np.float64)
        product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(short, n)), n)
        lags = len(long) - len(short) + 1
        power = np.maximum(energy[len(short) :][:lags] - energy[:lags], len(short) * QUIET**2)
        found.append(product[:lags] / np.sqrt(power * (np.sum(short**2) + 1.0)))
    return found
