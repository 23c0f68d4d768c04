"""Sound as numbers: WAV files in and out, µ-law, another rate. One channel of 16-bit samples."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.errors import Malformed

__all__ = ["PHONE_HZ", "Samples", "Sound", "as_samples", "mu_law", "read_wav", "resample", "wav"]

PHONE_HZ = 8_000  # what a telephone line carries
MAX_WAV = 64_000_000  # bytes: an hour of a telephone line
MAX_TURN_S = 600.0  # of one file; a call is shorter

Samples = NDArray[np.int16]

_PCM, _MU_LAW, _EXTENSIBLE = 1, 7, 0xFFFE


class Sound(NamedTuple):
    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def read_wav(path: Path) -> Sound:
    """The sound in a WAV file: 16 bits PCM or 8 bits µ-law, one channel, 8 to 48 kHz.

    Raises `Malformed` in words for whoever gave the file, `OSError` where it cannot be read.
    """
    size = path.stat().st_size
    if size > MAX_WAV:
        raise Malformed(f"{path} is too large for a telephone call: {size:,} bytes.")
    content = path.read_bytes()
    if not content:
        raise Malformed(f"{path} is empty.")
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise Malformed(f"{path} is no WAV file.")
    chunks = _chunks(content)
    if len(chunks.get(b"fmt ", b"")) < 16 or b"data" not in chunks:
        raise Malformed(f"{path} is a WAV file without sound in it, or it was cut off.")
    form, channels, rate, _, _, bits = struct.unpack("<HHIIHH", chunks[b"fmt "][:16])
    if form == _EXTENSIBLE and len(chunks[b"fmt "]) >= 26:
        form = struct.unpack("<H", chunks[b"fmt "][24:26])[0]
    if channels != 1:
        raise Malformed(f"{path} has {channels} channels; a telephone line has one.")
    if not PHONE_HZ <= rate <= 48_000:
        raise Malformed(f"{path} has {rate} samples a second; 8,000 to 48,000 are understood.")
    data = chunks[b"data"]
    if (form, bits) == (_PCM, 16):
        samples = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.int16)
    elif (form, bits) == (_MU_LAW, 8):
        samples = np.asarray(_FROM_MU_LAW[np.frombuffer(data, dtype=np.uint8)])
    else:
        raise Malformed(f"{path} is neither 16-bit PCM nor µ-law (format {form}, {bits} bits).")
    sound = Sound(samples, rate)
    if sound.seconds > MAX_TURN_S:
        raise Malformed(
            f"{path} is {sound.seconds:.0f} s long; at most {MAX_TURN_S:.0f} are heard."
        )
    return sound


def _chunks(content: bytes) -> dict[bytes, bytes]:
    """The first chunk of each kind. One that claims more bytes than there are (a program that wrote
    to a pipe could not know) goes to the end."""
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        found.setdefault(content[at : at + 4], content[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return found


def wav(sound: Sound) -> bytes:
    """A WAV file, 16 bits PCM."""
    data = sound.samples.astype("<i2").tobytes()
    form = struct.pack("<HHIIHH", _PCM, 1, sound.rate, sound.rate * 2, 2, 16)
    body = (
        b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def as_samples(wave: NDArray[np.floating]) -> Samples:
    """Rounded, and cut off where it is too loud for 16 bits."""
    rounded: Samples = np.clip(np.rint(wave), -32_768, 32_767).astype(np.int16)
    return rounded


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate; what the new rate cannot carry is filtered out."""
    if rate == wanted or not len(samples):
        return samples
    length = round(len(samples) * wanted / rate)
    spectrum = np.fft.rfft(samples.astype(np.float32))
    kept = np.zeros(length // 2 + 1, dtype=spectrum.dtype)
    both = min(len(spectrum), len(kept))
    kept[:both] = spectrum[:both]
    return as_samples(np.fft.irfft(kept, length) * (length / len(samples)))


def _mu_law_table() -> Samples:
    """What each of the 256 bytes of G.711 µ-law stands for."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    size = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 0x07)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


_FROM_MU_LAW = _mu_law_table()
_LEVELS = np.sort(_FROM_MU_LAW.astype(np.int32))


def mu_law(samples: Samples) -> Samples:
    """What is left of `samples` after a telephone line: each is one of 256 levels."""
    between = (_LEVELS[1:] + _LEVELS[:-1]) / 2
    return _LEVELS[np.searchsorted(between, samples)].astype(np.int16)
