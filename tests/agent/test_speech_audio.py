"""What is a recording of a telephone call, and what is refused in which words."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from agent.speech.audio import Sound, mu_law, read_wav, resample, wav
from domain.errors import Malformed


def a_tone(rate: int, hertz: float = 440.0, seconds: float = 0.5) -> np.ndarray:
    at = np.arange(int(rate * seconds)) / rate
    return (np.sin(2 * np.pi * hertz * at) * 10_000).astype(np.int16)


def a_wav(samples: bytes, *, form: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16):
    head = struct.pack(
        "<HHIIHH", form, channels, rate, rate * channels * bits // 8, bits // 8, bits
    )
    body = b"WAVEfmt " + struct.pack("<I", 16) + head
    body += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_a_written_recording_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(Sound(a_tone(16_000), 16_000)))
    sound = read_wav(path)
    assert sound.rate == 16_000
    assert (sound.samples == a_tone(16_000)).all()


def test_mu_law_is_what_the_telephone_carries(tmp_path: Path) -> None:
    """G.711's own table: 0xFF is silence, 0x80 the loudest, 0x00 the loudest below."""
    path = tmp_path / "a.wav"
    path.write_bytes(a_wav(bytes([0xFF, 0x80, 0x00, 0x7F]), form=7, bits=8))
    assert list(read_wav(path).samples) == [0, 32_124, -32_124, 0]
    loud = np.array([32_000, -3, 1_000, -32_768], dtype=np.int16)
    assert list(mu_law(loud)) == [32_124, 0, 988, -32_124]


def test_a_length_that_a_pipe_did_not_know_is_forgiven(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    whole = a_wav(a_tone(8000).tobytes())
    path.write_bytes(whole[:40] + b"\xff\xff\xff\xff" + whole[44:])
    assert len(read_wav(path).samples) == 4000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"no sound at all", "is no WAV file"),
        (a_wav(bytes(16), channels=2), "has 2 channels"),
        (a_wav(bytes(16), bits=8), "neither 16-bit PCM nor µ-law"),
        (a_wav(bytes(16), rate=4000), "4000 samples a second"),
        (a_wav(b"")[:30], "without sound in it"),
    ],
)
def test_what_is_no_call_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(Malformed, match=said) as refusal:
        read_wav(path)
    assert "bad.wav" in refusal.value.detail


def test_another_rate_is_the_same_sound() -> None:
    half = resample(a_tone(16_000), 16_000, 8_000)
    assert len(half) == 4_000
    assert np.abs(half[500:3500].astype(int) - a_tone(8_000)[500:3500].astype(int)).max() < 200


def test_what_a_lower_rate_cannot_carry_is_gone() -> None:
    """A 6 kHz tone does not come back as a 2 kHz one."""
    assert np.abs(resample(a_tone(16_000, 6_000), 16_000, 8_000)[500:3500]).max() < 200
