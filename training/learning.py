"""Fitting the factors: the next token of what was said, over another bad line every time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as fn
from numpy.typing import NDArray

from agent.speech.audio import PHONE_HZ, Samples
from agent.speech.ears import bundled_model
from agent.speech.recogniser import Ear
from agent.speech.weights import Factors, read_factors, read_weights, write_factors
from agent.speech.whisper import COMMON, Whisper, mel
from training.line import over_a_line
from training.model import Adapted
from training.recordings import Recording

__all__ = ["learn"]

BATCH = 8
SORTED = 24  # batches whose recordings are sorted by length, so that little of them is padding
RATE = 1e-3  # the highest learning rate
GOING_ON = 0.5  # of it, where something was learnt before
WARMING = 0.05  # of the time passes until it is reached
KEPT = 0.6  # of what was learnt is added: the voices were synthetic, and those of people must stay
DECAY = 0.01
STEEPEST = 1.0  # norm of the gradients of a batch
PROMPTED = 0.5  # of the batches are shown dishes before
MAX_PROMPT = 96  # tokens
CLOSE = 0.02  # logarithms of probabilities, computed in two ways
NOTHING = -100  # no token: padding, which is not learnt

Tell = Callable[[str], None]


class _Batch(NamedTuple):
    mels: NDArray[np.float32]  # (batch, frames, bands)
    tokens: NDArray[np.int64]  # (batch, length)
    asked: int  # tokens before those to be learnt
    wanted: NDArray[np.int64]  # (batch, length - asked + 1)


def learn(
    recorded: Sequence[Recording],
    out: Path,
    minutes: float,
    tell: Tell,
    go_on_from: Path | None = None,
) -> None:
    """Learns for `minutes` from `recorded`, and writes the factors to `out`. With `go_on_from`, a
    file of factors, what they hold is where it begins."""
    folder = bundled_model()
    ear = Ear(Whisper(folder, None), folder)
    weights = read_weights(folder / "model.bin")
    model, rate = Adapted(weights), RATE
    _check(ear, model)
    if go_on_from is not None:
        model, rate = Adapted(weights, _whole(read_factors(go_on_from))), GOING_ON * RATE
    tokens = _Tokens.of(ear, recorded)
    dice = np.random.default_rng(1)
    optimizer = torch.optim.AdamW(model.learnt, lr=rate, weight_decay=DECAY)
    started, told = time.monotonic(), 0.0
    losses: list[float] = []
    for batch in _batches(ear, recorded, dice):
        passed = (time.monotonic() - started) / (60 * minutes)
        if passed >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate * _rate(passed)
        loss = _loss(model, batch, tokens)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.learnt, STEEPEST)
        optimizer.step()
        losses.append(float(loss.detach()))
        if passed - told > 0.02:
            told = passed
            tell(f"{passed:4.0%} {len(losses)} batches, loss {np.mean(losses[-30:]):.3f}")
            write_factors(out, weights, model.as_arrays(KEPT))
    write_factors(out, weights, model.as_arrays(KEPT))


def _whole(factors: Factors) -> Factors:
    """All of what was learnt, of which `KEPT` is written."""
    return {name: (up.astype(np.float32) / KEPT, down) for name, (up, down) in factors.items()}


def _check(ear: Ear, model: Adapted) -> None:
    """Raises `AssertionError` where PyTorch computes something else than what will hear."""
    noise = np.random.default_rng(1).integers(-9_000, 9_000, 2 * PHONE_HZ).astype(np.int16)
    tokens = np.array([[*ear.asked, *ear.bpe.of_text(" Two cokes")]])
    with torch.no_grad():
        sound = model.encoded(mel(noise, ear.model.bands)[None])
        subset = np.arange(COMMON)
        scores = model.scores(sound, tokens, tokens.shape[1], subset).log_softmax(-1)[0, 0].numpy()
    no_more = ear.model.projection(subset[COMMON:])
    likely = ear.model.start(ear.model.encode(noise), tokens[0].tolist(), no_more).likely[0]
    np.testing.assert_allclose(scores, likely, atol=CLOSE)


def _rate(passed: float) -> float:
    """Of the highest learning rate, by how much of the time has passed."""
    if passed < WARMING:
        return passed / WARMING
    return 0.02 + 0.98 * (1 + math.cos(math.pi * (passed - WARMING) / (1 - WARMING))) / 2


class _Tokens(NamedTuple):
    """Those that are written, and where each of them is in `subset`."""

    subset: NDArray[np.int64]
    place: NDArray[np.int64]

    @classmethod
    def of(cls, ear: Ear, recorded: Sequence[Recording]) -> _Tokens:
        used = {token for one in recorded for token in ear.bpe.of_text(_ended(one.text))}
        end = ear.bpe.special("endoftext")
        subset = np.array(sorted({*range(COMMON), *used, end}))
        place = np.zeros(end + 1, dtype=np.int64)
        place[subset] = np.arange(len(subset))
        return cls(subset, place)


def _batches(
    ear: Ear, recorded: Sequence[Recording], dice: np.random.Generator
) -> Iterator[_Batch]:
    while True:
        order = dice.permutation(len(recorded))
        for first in range(0, len(order), BATCH * SORTED):
            some = sorted((recorded[n] for n in order[first : first + BATCH * SORTED]), key=_length)
            rows = [some[n : n + BATCH] for n in range(0, len(some), BATCH)]
            for n in dice.permutation(len(rows)):
                yield _batch(ear, rows[n], dice)


def _length(recording: Recording) -> int:
    return len(recording.speech)


def _batch(ear: Ear, row: Sequence[Recording], dice: np.random.Generator) -> _Batch:
    lines = [over_a_line(recording.speech, dice) for recording in row]
    longest = max(map(len, lines))
    mels = np.stack([mel(_padded(line, longest), ear.model.bands) for line in lines])
    before = [ear.bpe.of_text(recording.before) for recording in row]
    shown = min(int(dice.integers(1, MAX_PROMPT)), *map(len, before))
    asked = (
        [_asked(ear, dishes, shown) for dishes in before]
        if dice.random() < PROMPTED
        else [ear.asked for _ in row]
    )
    end = ear.bpe.special("endoftext")
    said = [[*ear.bpe.of_text(_ended(recording.text)), end] for recording in row]
    most = max(map(len, said))
    wanted = np.array([tokens + [NOTHING] * (most - len(tokens)) for tokens in said])
    known = np.where(wanted == NOTHING, end, wanted)[:, :-1]
    tokens = np.concatenate([np.array(asked), known], axis=1)
    return _Batch(mels, tokens, len(asked[0]), wanted)


def _padded(line: Samples, length: int) -> Samples:
    return np.pad(line, (0, length - len(line)))


def _asked(ear: Ear, dishes: Sequence[int], shown: int) -> list[int]:
    return [ear.bpe.special("startofprev"), *dishes[-shown:], *ear.asked]


def _ended(text: str) -> str:
    return f" {text}" if text.endswith((".", "?")) else f" {text}."


def _loss(model: Adapted, batch: _Batch, tokens: _Tokens) -> Any:
    with torch.autocast("cpu", dtype=torch.bfloat16):  # half the digits, twice as fast
        sound = model.encoded(batch.mels)
        scores = model.scores(sound, batch.tokens, batch.asked, tokens.subset)
    padding = batch.wanted == NOTHING
    wanted = np.where(padding, NOTHING, tokens.place[np.where(padding, 0, batch.wanted)])
    scores = scores.float().flatten(0, 1)
    return fn.cross_entropy(scores, torch.from_numpy(wanted).flatten(), ignore_index=NOTHING)
