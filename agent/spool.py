"""Records of calls that wait for the cloud, one file each, in a folder of this machine.

They hold what people said, so only this program's user can read them, and they do not stay: what
the cloud takes is removed, and what it does not take goes with age, or when there is too much.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from domain.call import CallRecord
from domain.clock import Clock, iso

__all__ = ["MAX_AGE", "MAX_BYTES", "MAX_KEPT", "Kept", "Spool"]

MAX_AGE = timedelta(days=14)  # a cloud that is away for longer has other troubles
MAX_KEPT = 2_000  # records; a busy restaurant's two weeks
MAX_BYTES = 64 << 20  # of all files; a record of ten minutes has some 20 kB

_SUFFIX = ".call.json"
_log = logging.getLogger(__name__)


class Kept(msgspec.Struct, frozen=True):
    """One file."""

    business_id: str
    record: CallRecord


class _File(NamedTuple):
    path: Path
    bytes: int


class Spool:
    """Several processes may share one folder: every file appears whole, and sending one twice
    changes nothing. The methods touch the disk, so call them in a thread."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def keep(self, business_id: str, record: CallRecord) -> Path:
        """Writes `record` down, durably, in place of an earlier one of the same call. Raises
        `OSError`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / _name(business_id, record)
        written = path.with_suffix(f".{os.getpid()}.tmp")
        content = msgspec.json.encode(Kept(business_id, record))
        try:
            descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            written.replace(path)
        except OSError:
            with suppress(OSError):
                written.unlink()
            raise
        self._bound()
        return path

    def waiting(self, business_id: str = "") -> Iterator[tuple[Path, Kept]]:
        """What waits, the oldest first; of one business where it is named. What is too old is
        removed on the way."""
        oldest = _stamp(iso(self._clock.now() - MAX_AGE))
        for file in self._files():
            if file.path.name < oldest:
                _log.warning("a call's record is dropped: the cloud did not take it in time")
                self.remove(file.path)
                continue
            kept = _read(file.path)
            if kept is not None and business_id in ("", kept.business_id):
                yield file.path, kept

    def remove(self, path: Path) -> None:
        """It has been taken, here or by another process."""
        path.unlink(missing_ok=True)

    def _bound(self) -> None:
        """The oldest go where there is too much."""
        files = self._files()
        bytes_left = sum(file.bytes for file in files)
        count = len(files)
        for file in files:
            if count <= MAX_KEPT and bytes_left <= MAX_BYTES:
                return
            _log.warning("a call's record is dropped: too many wait for the cloud")
            self.remove(file.path)
            count -= 1
            bytes_left -= file.bytes

    def _files(self) -> list[_File]:
        """By age: the names begin with the time."""
        if not self._folder.is_dir():
            return []
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            with suppress(FileNotFoundError):  # another process has just sent it
                found.append(_File(path, path.stat().st_size))
        return found


def _name(business_id: str, record: CallRecord) -> str:
    """A call's id may hold anything, and a business's too."""
    key = hashlib.sha256(f"{business_id}\0{record.id}".encode()).hexdigest()[:24]
    return f"{_stamp(record.started_at)}-{key}{_SUFFIX}"


def _stamp(at: str) -> str:
    """A time as the names begin with it; sorts like the time."""
    return "".join(c for c in at if c.isalnum())


def _read(path: Path) -> Kept | None:
    """None where it is gone, or is no record: that one stays until it is too old."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        _log.warning("%s is no call's record: %s", path.name, error)
        return None
