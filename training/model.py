"""Whisper in PyTorch, as `agent.speech.whisper` computes it, with factors that learn.

Each matrix gets two thin ones whose product is added to it: the model's own numbers stay as they
are, and what was learnt is a small file.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as fn
from numpy.typing import NDArray

from agent.speech.weights import Factors, Weights
from agent.speech.whisper import EPSILON, HEAD

__all__ = ["Adapted"]

RANKS = {"encoder": 32, "decoder": 16}

Tensor = Any  # torch.Tensor; the checks run without PyTorch


class Adapted:
    """`weights` stay; `factors` learn. The methods take and give tensors; a batch comes first."""

    def __init__(self, weights: Weights, learnt: Factors | None = None) -> None:
        """`learnt` is where it goes on from."""
        kept = {n: np.array(w, np.float32) for n, w in weights.items()}
        self._weights = {name: torch.from_numpy(w) for name, w in kept.items()}
        self._layers = {c: sum(n.startswith(f"{c}/layer_") and n.endswith("/ffn/linear_0/weight")
                               for n in weights) for c in RANKS}  # fmt: skip
        self.factors: dict[str, tuple[Tensor, Tensor]] = {}
        torch.manual_seed(0)
        for name, weight in self._weights.items():
            if name.endswith("/weight") and "/linear_" in name:
                self._add(name, weight, (learnt or {}).get(name))

    def _add(self, name: str, weight: Tensor, learnt: tuple[Any, Any] | None) -> None:
        out, into = weight.shape
        rank = RANKS[name.split("/", 1)[0]]
        up, down = torch.zeros(out, rank), torch.randn(rank, into) / math.sqrt(into)
        if learnt is not None:
            up, down = (torch.from_numpy(np.array(part, np.float32)) for part in learnt)
        self.factors[name] = (up.requires_grad_(), down.requires_grad_())

    @property
    def learnt(self) -> list[Tensor]:
        return [part for pair in self.factors.values() for part in pair]

    def as_arrays(self, share: float) -> Factors:
        """`share` of what was learnt."""
        return {
            name: (share * up.detach().numpy(), down.detach().numpy())
            for name, (up, down) in self.factors.items()
        }

    def encoded(self, mels: NDArray[np.float32]) -> Tensor:
        """(batch, frames, bands) → (batch, frames / 2, width)."""
        own = self._weights
        x = torch.from_numpy(mels).transpose(1, 2)
        for n in (1, 2):
            at = f"encoder/conv{n}"
            x = fn.conv1d(x, own[f"{at}/weight"], own[f"{at}/bias"], stride=n, padding=1)
            x = fn.gelu(x, approximate="tanh")
        x = x.transpose(1, 2)
        x = x + own["encoder/position_encodings/encodings"][: x.shape[1]]
        for n in range(self._layers["encoder"]):
            at = f"encoder/layer_{n}"
            x = self._attended(x, f"{at}/self_attention", causal=False)
            x = self._fed(x, f"{at}/ffn")
        return self._normal(x, "encoder/layer_norm")

    def scores(
        self, sound: Tensor, tokens: NDArray[np.int64], asked: int, subset: NDArray[np.int64]
    ) -> Tensor:
        """(batch, length - `asked` + 1, subset): of what follows the first `asked` of `tokens`,
        (batch, length), and each one after them. No token is looked at but those of `subset`."""
        own = self._weights
        x = own["decoder/embeddings/weight"][torch.from_numpy(tokens)]
        x = x + own["decoder/position_encodings/encodings"][: x.shape[1]]
        for n in range(self._layers["decoder"]):
            at = f"decoder/layer_{n}"
            x = self._attended(x, f"{at}/self_attention", causal=True)
            x = self._looked_up(x, sound, f"{at}/attention")
            x = self._fed(x, f"{at}/ffn")
        x = self._normal(x[:, asked - 1 :], "decoder/layer_norm")
        return x @ own["decoder/embeddings/weight"][torch.from_numpy(subset)].T

    def _linear(self, x: Tensor, name: str) -> Tensor:
        up, down = self.factors[f"{name}/weight"]
        own = fn.linear(x, self._weights[f"{name}/weight"], self._weights[f"{name}/bias"])
        return own + fn.linear(fn.linear(x, down), up)

    def _normal(self, x: Tensor, name: str) -> Tensor:
        gamma, beta = self._weights[f"{name}/gamma"], self._weights[f"{name}/beta"]
        return fn.layer_norm(x, gamma.shape, gamma, beta, EPSILON)

    def _attended(self, x: Tensor, name: str, *, causal: bool) -> Tensor:
        normal = self._normal(x, f"{name}/layer_norm")
        query, keys, values = self._linear(normal, f"{name}/linear_0").chunk(3, -1)
        mixed = _mixed(query, keys, values, causal=causal)
        return x + self._linear(mixed, f"{name}/linear_1")

    def _looked_up(self, x: Tensor, sound: Tensor, name: str) -> Tensor:
        query = self._linear(self._normal(x, f"{name}/layer_norm"), f"{name}/linear_0")
        keys, values = self._linear(sound, f"{name}/linear_1").chunk(2, -1)
        return x + self._linear(_mixed(query, keys, values, causal=False), f"{name}/linear_2")

    def _fed(self, x: Tensor, name: str) -> Tensor:
        wide = self._linear(self._normal(x, f"{name}/layer_norm"), f"{name}/linear_0")
        return x + self._linear(fn.gelu(wide, approximate="tanh"), f"{name}/linear_1")


def _mixed(query: Tensor, keys: Tensor, values: Tensor, *, causal: bool) -> Tensor:
    query, keys, values = (
        x.unflatten(-1, (-1, HEAD)).transpose(1, 2) for x in (query, keys, values)
    )
    likeness = query / math.sqrt(HEAD) @ keys.transpose(-1, -2)
    if causal:
        after = torch.ones(likeness.shape[-2:], dtype=torch.bool).triu(1)
        likeness = likeness.masked_fill(after, -math.inf)
    return (likeness.softmax(-1) @ values).transpose(1, 2).flatten(2)
