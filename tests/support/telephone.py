"""A caller's voice over a bad telephone line: espeak-ng, 8 kHz µ-law, noise.

The same words make the same sound every time.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from agent.speech.audio import PHONE_HZ, Samples, as_samples, mu_law, resample

VOICES = {"him": ("en-us", 155), "her": ("en-us+f2", 150)}  # voice, words a minute
SNR_DB = 15.0
FRAME = PHONE_HZ // 50  # samples, 20 ms
ACTIVE = 1e-4  # of the loudest frame's power, 40 dB below it: somebody speaks
LOUD = 16_000  # the loudest sample, of 32,767
BEFORE_S, AFTER_S = 0.3, 0.5  # of line noise around the words
_CACHE = Path(tempfile.gettempdir()) / "panbot-test-voices"
_HEADER = 44


def over_the_phone(text: str, voice: str, snr_db: float = SNR_DB) -> Samples:
    """`text` said by one of `VOICES`, as it comes out of the line, 8 kHz."""
    speech = spoken(text, voice).astype(np.float64)
    speech *= LOUD / max(1.0, np.abs(speech).max())
    quiet = [np.zeros(int(s * PHONE_HZ)) for s in (BEFORE_S, AFTER_S)]
    line = np.concatenate([quiet[0], speech, quiet[1]])
    noise = line_noise(len(line), seed=f"{voice} {text}")
    power = _active_power(line)
    noise *= np.sqrt(power / 10 ** (snr_db / 10) / (noise**2).mean())
    mixed = line + noise
    return mu_law(as_samples(mixed * (20_000 / np.abs(mixed).max())))


def _active_power(line: np.ndarray) -> float:
    """The power of the frames in which there is a voice, as speech levels are measured."""
    frames = (line[: len(line) // FRAME * FRAME].reshape(-1, FRAME) ** 2).mean(axis=1)
    return float(frames[frames > frames.max() * ACTIVE].mean())


def line_noise(length: int, seed: str) -> np.ndarray:
    """The noise of a room as telephones are tested with (Hoth's: 5 dB less an octave), less of what
    lies below 200 Hz, which lines do not carry."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    spectrum = np.fft.rfft(np.random.default_rng(number).standard_normal(length))
    hertz = np.fft.rfftfreq(length, 1 / PHONE_HZ)
    hertz[0] = 1.0
    spectrum *= np.where(hertz < 200, 0.1, 1.0) / hertz ** (5 / 6)
    return np.fft.irfft(spectrum, length)


def spoken(text: str, voice: str) -> Samples:
    """`text` in a quiet room, 8 kHz."""
    name, pace = VOICES[voice]
    key = hashlib.sha256(f"{name} {pace} {text}".encode()).hexdigest()[:32]
    stored = _CACHE / f"{key}.raw"
    if not stored.exists():
        said = subprocess.run(
            ["espeak-ng", "-v", name, "-s", str(pace), "--stdin", "--stdout"],
            input=text.encode(),
            capture_output=True,
            check=True,
            timeout=20,
        ).stdout
        rate = int.from_bytes(said[24:28], "little")
        data = said[_HEADER : len(said) - len(said) % 2]
        samples = resample(np.frombuffer(data, dtype="<i2").astype(np.int16), rate, PHONE_HZ)
        _CACHE.mkdir(exist_ok=True)
        written = stored.with_suffix(f".{hash(text) & 0xFFFF:x}")
        written.write_bytes(samples.tobytes())
        written.replace(stored)
    return np.frombuffer(stored.read_bytes(), dtype=np.int16)
