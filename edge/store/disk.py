"""What a disk refuses: full, broken or read-only. Whoever reads of it can act on it."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from pathlib import Path

__all__ = ["need_room", "refusal"]

ROOM_BYTES = 256 * 1024  # some dozen orders: with less, one is taken and the next one is not

_PRIMARY_CODE = 0xFF  # an extended result code of SQLite, without what it adds
_SQLITE = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
)
_SYSTEM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})


def refusal(error: BaseException | None) -> str:
    """What to tell people where `error` is the disk's; empty for any other error."""
    match error:
        case sqlite3.OperationalError() if error.sqlite_errorcode & _PRIMARY_CODE in _SQLITE:
            pass
        case OSError(errno=code) if code in _SYSTEM:
            pass
        case _:
            return ""
    return (
        f"The disk of this edge takes nothing more ({error}). Nothing was changed: make room "
        "on it, or see why it is broken or read-only."
    )


def need_room(folder: Path) -> None:
    """Raises `OSError` where `folder` has no room for a few orders."""
    with tempfile.TemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
