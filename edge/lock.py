"""One edge a data directory, and how the command line finds the one that runs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Running", "address", "locked", "say_address"]


class Running(RuntimeError):
    """Another edge has this data directory open."""


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Holds the data directory. Raises `Running`. The kernel lets go when the program dies."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = os.open(_file(data), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Running(f"an edge is running on {data}") from None
        os.truncate(held, 0)
        yield
    finally:
        os.close(held)


def say_address(data: Path, url: str) -> None:
    """Written by the edge that holds the lock, once it answers."""
    _file(data).write_text(url)


def address(data: Path) -> str | None:
    """Where the edge on `data` answers; None where none is running, empty while it starts."""
    if not _file(data).exists():
        return None  # and looking makes no directory
    try:
        with locked(data):
            return None
    except Running:
        return _file(data).read_text()


def _file(data: Path) -> Path:
    return data / "edge.lock"
