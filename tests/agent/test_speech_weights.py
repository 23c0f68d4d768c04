"""A model's numbers, and what was learnt of the telephone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.speech.ears import bundled_model
from agent.speech.weights import (
    TELEPHONE,
    Weights,
    adapted,
    read_weights,
    write_factors,
)
from domain.errors import Malformed

NAME = "encoder/layer_0/ffn/linear_0/weight"


def model(seed: int) -> Weights:
    dice = np.random.default_rng(seed)
    gamma = dice.standard_normal(4).astype(np.float32)
    weight = dice.standard_normal((3, 4)).astype(np.float32)
    return {"encoder/layer_norm/gamma": gamma, NAME: weight}


@pytest.fixture
def learnt(tmp_path: Path) -> Path:
    path = tmp_path / "learnt.npz"
    write_factors(path, model(1), {NAME: (np.full((3, 2), 0.5), np.full((2, 4), 2.0))})
    return path


def test_what_was_learnt_is_added_to_its_model(learnt: Path) -> None:
    found = adapted(model(1), learnt)
    np.testing.assert_allclose(found[NAME], model(1)[NAME] + 2.0)


def test_another_model_is_left_as_it_is(learnt: Path) -> None:
    assert (adapted(model(2), learnt)[NAME] == model(2)[NAME]).all()
    assert adapted({}, learnt) == {}


def test_a_model_is_known_by_half_its_digits(learnt: Path) -> None:
    halved = {name: weight.astype(np.float16) for name, weight in model(1).items()}
    np.testing.assert_allclose(adapted(halved, learnt)[NAME], model(1)[NAME] + 2.0, atol=0.01)


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.npz"
    write_factors(path, model(1), {NAME: (np.zeros((9, 2)), np.zeros((2, 4)))})
    with pytest.raises(Malformed, match="does not fit"):
        adapted(model(1), path)
    path.write_bytes(b"no archive")
    with pytest.raises(Malformed, match=r"wrong\.npz"):
        adapted(model(1), path)


def test_what_comes_with_the_agent_fits_the_model_that_does() -> None:
    weights = read_weights(bundled_model() / "model.bin")
    found = adapted(weights, TELEPHONE)
    assert all(found[name].shape == weight.shape for name, weight in weights.items())
    changed = [name for name, weight in weights.items() if found[name] is not weight]
    assert len(changed) > 20
    assert all("/linear_" in name for name in changed)
