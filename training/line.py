"""A bad telephone line, another one every time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agent.speech.audio import PHONE_HZ, Samples, as_samples, mu_law

__all__ = ["over_a_line"]

Wave = NDArray[np.float64]

FRAME = PHONE_HZ // 50  # samples, 20 ms
ACTIVE = 1e-4  # of the loudest frame's power: there is a voice
CLEAN = 0.1  # of all, as they left the room
SNR_DB = (5.0, 30.0)
QUIET_S = (0.15, 0.6)  # of line noise before and after the words
CUT_S = 0.03  # of the first word is lost, at most
LOUD = (1_500, 30_000)  # the loudest sample
COLOURS = (0.0, 2.0)  # the noise's power falls with this power of the frequency
ECHO_S = (0.05, 0.25)  # a room's, until it has fallen by 60 dB
TILT = 0.5  # the power of the frequency by which a telephone brightens or dulls a voice


def over_a_line(speech: Samples, dice: np.random.Generator) -> Samples:
    """`speech` at 8 kHz as it comes out of the line."""
    wave = speech.astype(np.float64)
    if dice.random() < CLEAN:
        return as_samples(wave * (dice.uniform(*LOUD) / max(1.0, np.abs(wave).max())))
    if dice.random() < 0.3:
        wave = wave[int(dice.uniform(0, CUT_S) * PHONE_HZ) :]
    if dice.random() < 0.5:
        wave = _coloured(wave, dice.uniform(-TILT, TILT), dice.uniform(60, 320))
    if dice.random() < 0.3:
        wave = _in_a_room(wave, dice)
    quiet = [np.zeros(int(dice.uniform(*QUIET_S) * PHONE_HZ)) for _ in range(2)]
    wave = np.concatenate([quiet[0], wave, quiet[1]])
    noise = _coloured(
        dice.standard_normal(len(wave)), -dice.uniform(*COLOURS) / 2, dice.uniform(100, 250)
    )
    noise *= np.sqrt(_power(wave) / 10 ** (dice.uniform(*SNR_DB) / 10) / (noise**2).mean())
    mixed = wave + noise
    mixed *= np.exp(dice.uniform(*np.log(LOUD))) / np.abs(mixed).max()
    if dice.random() < 0.1:
        most = np.abs(mixed).max() * dice.uniform(0.4, 0.9)
        mixed = mixed.clip(-most, most)
    return mu_law(as_samples(mixed))


def _power(wave: Wave) -> float:
    """Of the frames in which there is a voice."""
    frames = (wave[: len(wave) // FRAME * FRAME].reshape(-1, FRAME) ** 2).mean(axis=1)
    return float(frames[frames >= frames.max() * ACTIVE].mean())


def _coloured(wave: Wave, slope: float, lowest_hz: float) -> Wave:
    """`wave` times the frequency to the power of `slope`, less of what is below `lowest_hz`."""
    spectrum = np.fft.rfft(wave)
    hertz = np.maximum(np.fft.rfftfreq(len(wave), 1 / PHONE_HZ), 1.0)
    spectrum *= (hertz / 1_000) ** slope * np.where(hertz < lowest_hz, 0.1, 1.0)
    return np.fft.irfft(spectrum, len(wave))


def _in_a_room(wave: Wave, dice: np.random.Generator) -> Wave:
    falls_s = dice.uniform(*ECHO_S)
    times = np.arange(int(falls_s * PHONE_HZ)) / PHONE_HZ
    echo = dice.standard_normal(len(times)) * 10 ** (-3 * times / falls_s)
    echo *= dice.uniform(0.2, 0.6) / np.sqrt((echo**2).sum())
    echo[0] = 1.0
    return np.convolve(wave, echo)[: len(wave)]
