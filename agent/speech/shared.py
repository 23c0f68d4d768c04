"""One copy of a model for all the processes that hear with it: `python -m agent.speech.shared
MODEL FD` loads it and puts it into the file `FD`, `shared_model` looks into that file.

What loading needs beside the model (twice its size, for a second) goes with the process that did
it, and what its readers see of the file is one place in memory, however many they are.
"""

from __future__ import annotations

import mmap
import os
import pickle
import sys
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from agent.speech.whisper import Whisper

__all__ = ["main", "share", "shared_model"]

ALIGNED = 64  # bytes, a line of a processor's cache: where a matrix begins, it is read fastest
LENGTH = 8  # bytes of the number in front


def share(model: Whisper, file: BinaryIO) -> None:
    """Writes all of `model` into an empty file."""
    matrices: list[pickle.PickleBuffer] = []
    rest = pickle.dumps(model, protocol=5, buffer_callback=matrices.append)
    head = pickle.dumps((rest, [matrix.raw().nbytes for matrix in matrices]))
    file.write(len(head).to_bytes(LENGTH, "big") + head)
    for matrix in matrices:
        file.seek(_aligned(file.tell()))
        file.write(matrix.raw())
    file.flush()


def shared_model(fd: int) -> Whisper:
    """What `share` wrote. Its matrices are those in the file, and cannot be changed."""
    whole = memoryview(mmap.mmap(fd, 0, access=mmap.ACCESS_READ))
    begin = LENGTH + int.from_bytes(whole[:LENGTH], "big")
    # It comes from a process of our own, by way of a file without a name.
    rest, sizes = pickle.loads(whole[LENGTH:begin])  # noqa: S301
    ends = [begin]
    for size in sizes:
        ends.append(_aligned(ends[-1]) + size)
    matrices = [whole[_aligned(last) : end] for last, end in pairwise(ends)]
    model: Whisper = pickle.loads(rest, buffers=matrices)  # noqa: S301
    return model


def _aligned(at: int) -> int:
    return -(-at // ALIGNED) * ALIGNED


def main() -> int:
    """Loads and shares a model. Raises `Malformed`, `OSError`."""
    with os.fdopen(int(sys.argv[2]), "wb") as file:
        share(Whisper(Path(sys.argv[1])), file)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
