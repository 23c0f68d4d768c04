"""A Whisper model's numbers, and what was learnt of the telephone and adds to them.

The model is read from `model.bin` as CTranslate2 writes it, with 16- or 32-bit floats. What was
learnt (`telephone.npz`, made by `training`) is two thin matrices for each matrix of the model;
their product is added to it once, when the model is loaded. It was made for one model, tiny.en,
and says nothing to another one: the file holds a mark by which its own is known.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from domain.errors import Malformed

__all__ = [
    "TELEPHONE",
    "Factors",
    "Weights",
    "adapted",
    "read_factors",
    "read_weights",
    "write_factors",
]

Weights = dict[str, NDArray[np.floating]]  # by their names in the file, as exact as it has them
Factors = Mapping[str, tuple[NDArray[np.floating], NDArray[np.floating]]]  # (out, rank), (rank, in)

TELEPHONE = Path(__file__).parent / "telephone.npz"
FORMATS = {0: "<f4", 4: "<f2"}  # what the file's numbers for types stand for
MARK = "made for"  # the array in a file of factors by which its model is known
MARKING = "encoder/layer_norm/gamma"  # the model's array that is the mark: it differs in each
_UP, _DOWN = ":up", ":down"


def read_weights(path: Path) -> Weights:
    """Every float array in a CTranslate2 file, by its name. Raises `Malformed` and `OSError`."""
    found: Weights = {}
    try:
        with path.open("rb") as file:
            _number(file, "<I")  # of the format
            _name(file)  # of the architecture
            _number(file, "<I")  # of its revision
            for _ in range(_number(file, "<I")):
                name = _name(file)
                shape = tuple(_number(file, "<I") for _ in range(_number(file, "<B")))
                kind, size = _number(file, "<B"), _number(file, "<I")
                data = file.read(size)
                if kind in FORMATS:
                    array = np.frombuffer(data, dtype=FORMATS[kind])
                    found[name] = array.reshape(shape)
    except (struct.error, UnicodeDecodeError, ValueError) as error:
        raise Malformed(f"{path} is no model that can be read: {error}") from error
    return found


def _number(file: BinaryIO, form: str) -> int:
    return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])


def _name(file: BinaryIO) -> str:
    return file.read(_number(file, "<H")).rstrip(b"\0").decode()


def adapted(weights: Weights, path: Path) -> Weights:
    """`weights` with the factors in `path` added, where they were made for them; else as they are.
    Raises `Malformed` and `OSError`."""
    mark, factors = _read(path)
    if not np.array_equal(mark, _mark(weights)):
        return weights
    try:
        added = {name: weights[name] + _product(*pair) for name, pair in factors.items()}
    except (KeyError, ValueError) as error:
        raise Malformed(f"{path} does not fit its model: {error}") from error
    return weights | added


def read_factors(path: Path) -> Factors:
    """The factors in `path`, whichever model they are for. Raises `Malformed` and `OSError`."""
    return _read(path)[1]


def _read(path: Path) -> tuple[NDArray[np.float16], Factors]:
    try:
        with np.load(path, allow_pickle=False) as file:
            names = [name.removesuffix(_UP) for name in file if name.endswith(_UP)]
            return file[MARK], {name: (file[name + _UP], file[name + _DOWN]) for name in names}
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Malformed(f"{path} adapts no model: {error}") from error


def _product(up: NDArray[np.floating], down: NDArray[np.floating]) -> NDArray[np.float32]:
    product: NDArray[np.float32] = np.matmul(up, down, dtype=np.float32)
    return product


def _mark(weights: Weights) -> NDArray[np.float16]:
    """The same for a model however exact its file is."""
    return weights.get(MARKING, np.zeros(0)).astype(np.float16)


def write_factors(path: Path, weights: Weights, factors: Factors) -> None:
    """Factors that `adapted` adds to `weights`, and to no others."""
    arrays = {MARK: _mark(weights)}
    for name, (up, down) in factors.items():
        arrays |= {name + _UP: up.astype(np.float16), name + _DOWN: down.astype(np.float16)}
    np.savez(path, allow_pickle=False, **arrays)
