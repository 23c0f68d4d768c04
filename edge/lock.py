"""One edge a data directory, and how the command line finds the one that runs."""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Running", "address", "locked", "running", "say_address"]

_FLOCK = "hhqqi4x"  # struct flock of Linux: type, whence, start, length, pid


class Running(RuntimeError):
    """Another edge has this data directory open."""


def running(data: Path) -> str:
    """What to say of an edge that has `data` open already."""
    return f"an edge is running on {data}: end it first"


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Holds the data directory. Raises `Running`. The kernel lets go when the program dies."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = os.open(_file(data), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.fcntl(held, fcntl.F_OFD_SETLK, _request(fcntl.F_WRLCK))
        except BlockingIOError:
            raise Running(running(data)) from None
        os.truncate(held, 0)
        yield
    finally:
        os.close(held)


def say_address(data: Path, url: str) -> None:
    """Written by the edge that holds the lock, once it answers."""
    _file(data).write_text(url)


def address(data: Path) -> str | None:
    """Where the edge on `data` answers; None where none is running, empty while it starts."""
    try:
        held = os.open(_file(data), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None  # and looking makes no directory
    try:
        # Asked, not tried: a lock that is held for a moment would turn away an edge that starts.
        answer = fcntl.fcntl(held, fcntl.F_OFD_GETLK, _request(fcntl.F_WRLCK))
    finally:
        os.close(held)
    kind, *_ = struct.unpack(_FLOCK, answer)
    return None if kind == fcntl.F_UNLCK else _file(data).read_text()


def _request(kind: int) -> bytes:
    """For the whole file. Such a lock belongs to the open file: reading the address from the file
    beside it, in the same program, does not let go of it."""
    return struct.pack(_FLOCK, kind, os.SEEK_SET, 0, 0, 0)


def _file(data: Path) -> Path:
    return data / "edge.lock"
