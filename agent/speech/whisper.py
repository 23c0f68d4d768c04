"""A Whisper model in NumPy: from sound to what its decoder thinks of any next token.

Only what hearing a short turn with a grammar needs is here: the encoder over a window as long as
the turn, and a decoder that follows many prefixes side by side. `weights` reads its numbers, and
what was learnt of the telephone is added to them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.speech.audio import PHONE_HZ, Samples, resample
from agent.speech.weights import TELEPHONE, Weights, adapted, read_weights
from domain.errors import Malformed

__all__ = ["COMMON", "FRAME_S", "Floats", "Prefixes", "Sounds", "Tokens", "Whisper"]

Floats = NDArray[np.float32]
Tokens = NDArray[np.int64]
Sounds = list[tuple[Floats, Floats]]  # for each layer of the decoder: keys and values of the sound

MODEL_HZ = 16_000
WINDOW, STEP = 400, 160  # samples of one spectrum, and between two: 25 and 10 ms
DYNAMIC = 8.0  # powers of ten below the loudest that are told apart
MIN_S = 5.0  # of sound; the model was made from thirty, and invents words in very short ones
SPARE_S = 1.0  # of silence after the last word
MAX_S = 30.0
FRAME_S = 0.02  # between two places of the sound that the decoder looks at
MULTILINGUAL = 51_865  # tokens; a model of English alone has one less
COMMON = 6_000  # tokens, the first ones, that every text has; they are always looked at
HEAD = 64  # numbers that one head of any Whisper looks at
EPSILON = 1e-5  # of each layer's normalisation, as the model was trained


# --- from sound to a spectrum ---------------------------------------------------------------------


def _mel_filters(bands: int) -> Floats:
    """(bands, spectrum): triangles on Slaney's mel scale, each of area one."""
    hertz = _to_hertz(np.linspace(0.0, float(_to_mel(MODEL_HZ / 2)), bands + 2))
    spectrum = np.fft.rfftfreq(WINDOW, 1 / MODEL_HZ)
    ramps = hertz[:, None] - spectrum[None]
    widths = np.diff(hertz)[:, None]
    rising, falling = -ramps[:-2] / widths[:-1], ramps[2:] / widths[1:]
    area = 2 / (hertz[2:] - hertz[:-2])[:, None]
    return (np.maximum(0, np.minimum(rising, falling)) * area).astype(np.float32)


_STRAIGHT_HZ, _STRAIGHT_MEL, _STEEP = 1000.0, 15.0, math.log(6.4) / 27


def _to_mel(hertz: float) -> float:
    return _STRAIGHT_MEL + math.log(hertz / _STRAIGHT_HZ) / _STEEP


def _to_hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    curved = _STRAIGHT_HZ * np.exp(_STEEP * (mels - _STRAIGHT_MEL))
    return np.where(mels < _STRAIGHT_MEL, mels * _STRAIGHT_HZ / _STRAIGHT_MEL, curved)


def mel(samples: Samples, bands: int) -> Floats:
    """(frames, bands) of `samples` at 8 kHz, 100 frames a second: the logarithm of the power in
    each band, padded with silence to what the model wants."""
    seconds = min(MAX_S, max(MIN_S, len(samples) / PHONE_HZ + SPARE_S))
    length = int(seconds * MODEL_HZ)
    wave = resample(samples, PHONE_HZ, MODEL_HZ)[:length].astype(np.float32) / 32_768
    wave = np.pad(np.pad(wave, (0, length - len(wave))), WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(wave, WINDOW)[::STEP][:-1]
    power = np.abs(np.fft.rfft(windows * np.hanning(WINDOW + 1)[:-1])) ** 2
    found = np.log10(np.maximum(power.astype(np.float32) @ _mel_filters(bands).T, 1e-10))
    found = np.maximum(found, found.max() - DYNAMIC)
    return np.asarray((found + 4) / 4, dtype=np.float32)


# --- the model ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Linear:
    weight: Floats  # (in, out)
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        return x @ self.weight + self.bias


@dataclass(frozen=True)
class _Norm:
    gamma: Floats
    beta: Floats

    def __call__(self, x: Floats) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + EPSILON)
        return np.asarray(centred / deviation * self.gamma + self.beta, dtype=np.float32)


def _floats(array: NDArray[np.floating]) -> Floats:
    return array.astype(np.float32)


class _Part:
    """The weights under one name."""

    def __init__(self, weights: Weights, name: str) -> None:
        self._weights = weights
        self._name = name

    def linear(self, name: str) -> _Linear:
        at = f"{self._name}/{name}"
        weight = np.ascontiguousarray(_floats(self._weights[f"{at}/weight"]).T)
        return _Linear(weight, _floats(self._weights[f"{at}/bias"]))

    def norm(self, name: str) -> _Norm:
        at = f"{self._name}/{name}"
        weights = self._weights
        return _Norm(_floats(weights[f"{at}/gamma"]), _floats(weights[f"{at}/beta"]))


class _Attention:
    def __init__(self, part: _Part, name: str, heads: int) -> None:
        self.norm = part.norm(f"{name}/layer_norm")
        self.heads = heads
        first = part.linear(f"{name}/linear_0")
        # The first of its columns are queries; scaled here, once, as each likeness would be.
        scale = np.ones(first.weight.shape[1], dtype=np.float32)
        scale[: first.weight.shape[0]] = 1 / math.sqrt(HEAD)
        self.first = _Linear(first.weight * scale, first.bias * scale)
        self.second = part.linear(f"{name}/linear_1")

    def split(self, x: Floats) -> Floats:
        """(…, length, width) → (…, heads, length, a head's width)."""
        parts = x.reshape(*x.shape[:-1], self.heads, -1)
        return parts.swapaxes(-2, -3)


def _later(asking: int, looked_at: int) -> Floats | None:
    """What keeps each of several tokens from looking at those after it; one token sees all."""
    if asking == 1:
        return None
    after = np.triu(np.ones((asking, looked_at), dtype=bool), looked_at - asking + 1)
    return np.where(after, np.float32(-1e9), np.float32(0))


def _softmax(likeness: Floats, later: Floats | None = None) -> Floats:
    """How much each query looks at each key; a row adds up to 1. Takes `likeness` for its own."""
    if later is not None:
        likeness += later
    likeness -= likeness.max(axis=-1, keepdims=True)
    np.exp(likeness, out=likeness)
    likeness /= likeness.sum(axis=-1, keepdims=True)
    return likeness


def _join(x: Floats) -> Floats:
    """(…, heads, length, a head's width) → (…, length, width)."""
    x = x.swapaxes(-2, -3)
    return x.reshape(*x.shape[:-2], -1)


class _Feed:
    def __init__(self, part: _Part) -> None:
        self.norm = part.norm("ffn/layer_norm")
        self.wide = part.linear("ffn/linear_0")
        self.narrow = part.linear("ffn/linear_1")

    def __call__(self, x: Floats) -> Floats:
        return x + self.narrow(_gelu(self.wide(self.norm(x))))


def _gelu(x: Floats) -> Floats:
    inner = x * x
    inner *= np.float32(0.044715)
    inner += 1
    inner *= x
    inner *= np.float32(math.sqrt(2 / math.pi))
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner


class _EncoderLayer:
    def __init__(self, part: _Part, heads: int) -> None:
        self.attention = _Attention(part, "self_attention", heads)
        self.feed = _Feed(part)

    def __call__(self, x: Floats) -> Floats:
        own = self.attention
        query, keys, values = np.split(own.first(own.norm(x)), 3, axis=-1)
        looks = _softmax(own.split(query) @ own.split(keys).swapaxes(-1, -2))
        return self.feed(x + own.second(_join(looks @ own.split(values))))


class _DecoderLayer:
    def __init__(self, part: _Part, heads: int) -> None:
        self.own = _Attention(part, "self_attention", heads)
        self.cross = _Attention(part, "attention", heads)
        self.cross_out = part.linear("attention/linear_2")
        self.feed = _Feed(part)


@dataclass(frozen=True)
class Prefixes:
    """Rows of tokens that were followed so far, all of one length, after one sound. `likely` is
    the model's (rows, looked at) log-probability of what comes next."""

    sound: Sounds
    asked: list[tuple[Floats, Floats]]  # keys and values of what all rows begin with
    past: list[tuple[Floats, Floats]]  # and of the rest: (rows, heads, length, head)
    length: int
    likely: Floats
    looked: Floats  # (rows, frames): where in the sound the last token was looked for


class Whisper:
    """`folder` holds a converted model; `adaptation` is a file of what is added to its weights,
    where it was made for them. Not for several threads at a time. Raises `Malformed`, `OSError`."""

    def __init__(self, folder: Path, adaptation: Path | None = TELEPHONE) -> None:
        weights = read_weights(folder / "model.bin")
        if adaptation is not None:
            weights = adapted(weights, adaptation)
        try:
            self._build(weights)
        except KeyError as error:
            raise Malformed(f"{folder} holds no Whisper model of floats: {error}") from error
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._aligned = [(int(layer), int(head)) for layer, head in config["alignment_heads"]]

    def _build(self, weights: Weights) -> None:
        width = weights["decoder/embeddings/weight"].shape[1]
        heads = width // HEAD
        self.english = len(weights["decoder/embeddings/weight"]) < MULTILINGUAL
        self.bands = weights["encoder/conv1/weight"].shape[1]
        self._convolutions = [_Convolution(weights, f"encoder/conv{n}", n) for n in (1, 2)]
        self._places = _floats(weights["encoder/position_encodings/encodings"])
        self._encoder = [_EncoderLayer(p, heads) for p in _layers(weights, "encoder")]
        self._encoded = _Part(weights, "encoder").norm("layer_norm")
        self._embeddings = weights["decoder/embeddings/weight"]
        self._common = self.projection(np.arange(COMMON))
        self._positions = _floats(weights["decoder/position_encodings/encodings"])
        self._decoder = [_DecoderLayer(p, heads) for p in _layers(weights, "decoder")]
        self._decoded = _Part(weights, "decoder").norm("layer_norm")

    def encode(self, samples: Samples) -> Sounds:
        """What the decoder looks at of `samples`, 8 kHz: for each layer, keys and values."""
        x = mel(samples, self.bands)
        for convolution in self._convolutions:
            x = _gelu(convolution(x))
        x = x + self._places[: len(x)]
        for layer in self._encoder:
            x = layer(x)
        x = self._encoded(x)
        found = []
        for decoding in self._decoder:
            cross = decoding.cross
            keys, values = np.split(cross.second(x), 2, axis=-1)
            found.append((cross.split(keys), cross.split(values)))
        return found

    def projection(self, rest: Tokens) -> Floats:
        """For `start` and `follow`: the tokens that are looked at, besides the first `COMMON`. The
        others are taken to be impossible, which saves most of the work."""
        return np.ascontiguousarray(_floats(self._embeddings[rest]).T)

    def start(self, sound: Sounds, prompt: Sequence[int], projection: Floats) -> Prefixes:
        """One prefix: the tokens of `prompt`."""
        heads, _, head = sound[0][0].shape
        none = np.zeros((heads, 0, head), dtype=np.float32)
        empty = [(none, none)] * len(sound)
        rows = [(none[None], none[None])] * len(sound)
        begun = self._step(
            Prefixes(sound, empty, rows, 0, none[0], none[0]), np.array([prompt]), projection
        )
        asked = [(keys[0], values[0]) for keys, values in begun.past]
        return replace(begun, asked=asked, past=rows)

    def follow(
        self, before: Prefixes, rows: Tokens, tokens: Tokens, projection: Floats
    ) -> Prefixes:
        """Prefixes of one token more: `rows` of those before, each with one of `tokens`."""
        past = [(keys[rows], values[rows]) for keys, values in before.past]
        return self._step(replace(before, past=past), tokens[:, None], projection)

    def _step(self, before: Prefixes, tokens: Tokens, projection: Floats) -> Prefixes:
        """`tokens` is (rows, how many at a time)."""
        count = tokens.shape[1]
        places = self._positions[before.length : before.length + count]
        x = _floats(self._embeddings[tokens]) + places
        past, looked = [], []
        for n, layer in enumerate(self._decoder):
            x, known, looks = _decode(layer, x, before.sound[n], before.asked[n], before.past[n])
            past.append(known)
            looked += [looks[head, :, -1] for at, head in self._aligned if at == n]
        last = self._decoded(x[:, -1])
        scores = np.concatenate([last @ self._common, last @ projection], axis=-1)
        scores -= scores.max(axis=-1, keepdims=True)
        likely = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        where = np.mean(looked, axis=0)
        return Prefixes(before.sound, before.asked, past, before.length + count, likely, where)


def _decode(
    layer: _DecoderLayer,
    x: Floats,
    sound: tuple[Floats, Floats],
    asked: tuple[Floats, Floats],
    known: tuple[Floats, Floats],
) -> tuple[Floats, tuple[Floats, Floats], Floats]:
    """What becomes of `x`, (rows, length, width); its keys and values behind those `known`; and
    (heads, rows, length, frames) where in the sound each head looked."""
    own, cross = layer.own, layer.cross
    query, keys, values = (own.split(part) for part in np.split(own.first(own.norm(x)), 3, axis=-1))
    keys = np.concatenate([known[0], keys], axis=2)
    values = np.concatenate([known[1], values], axis=2)
    begun = asked[0].shape[1]
    likeness = np.concatenate(
        [query @ asked[0].swapaxes(-1, -2), query @ keys.swapaxes(-1, -2)], axis=-1
    )
    looks = _softmax(likeness, later=_later(x.shape[1], likeness.shape[-1]))
    mixed = looks[..., :begun] @ asked[1] + looks[..., begun:] @ values
    x = x + own.second(_join(mixed))
    # All rows hear the same sound, so they are looked up in one go: rows stand in for length.
    rows = cross.first(cross.norm(x)).reshape(-1, x.shape[-1])
    looks = _softmax(cross.split(rows) @ sound[0].swapaxes(-1, -2))
    x = x + layer.cross_out(_join(looks @ sound[1])).reshape(x.shape)
    by_row = looks.reshape(len(looks), x.shape[0], x.shape[1], -1)
    return layer.feed(x), (keys, values), by_row


class _Convolution:
    """Of three frames, at every `stride`th of them."""

    def __init__(self, weights: Weights, name: str, stride: int) -> None:
        weight = _floats(weights[f"{name}/weight"])  # (out, in, 3)
        self._weight = np.ascontiguousarray(weight.transpose(2, 1, 0).reshape(-1, weight.shape[0]))
        self._bias = _floats(weights[f"{name}/bias"])
        self._stride = stride

    def __call__(self, x: Floats) -> Floats:
        padded = np.pad(x, ((1, 1), (0, 0)))
        three = np.concatenate([padded[:-2], padded[1:-1], padded[2:]], axis=1)
        return three[:: self._stride] @ self._weight + self._bias


def _layers(weights: Weights, coder: str) -> list[_Part]:
    """A coder's layers, in their order."""
    count = 0
    while f"{coder}/layer_{count}/self_attention/linear_0/weight" in weights:
        count += 1
    return [_Part(weights, f"{coder}/layer_{n}") for n in range(count)]
