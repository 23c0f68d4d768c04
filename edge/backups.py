"""A copy of the database taken while it runs, and putting one back while it does not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from edge.lock import locked
from edge.store.store import Damaged, check, connect_read_only
from printing.queue import POSSIBLE_DUPLICATE

__all__ = ["backup", "restore"]


def backup(database: Path, target: Path) -> None:
    """Writes a consistent copy of `database` to `target`, whole or not at all. Raises
    `FileNotFoundError`."""
    if not database.exists():
        raise FileNotFoundError(f"there is no edge's database at {database}")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)  # it holds the device's secret
    with closing(connect_read_only(database)) as source, closing(sqlite3.connect(partial)) as copy:
        # In one step: it begins anew with each write that comes between two, and a reader of a
        # write-ahead log keeps no writer waiting.
        source.backup(copy)
    _durable(partial, target)


def restore(source: Path, data: Path, database: Path) -> None:
    """Puts the backup `source` in the place of the database; the one that was there stays beside
    it as `….before-restore`. Raises `edge.lock.Running` and `Damaged`."""
    with locked(data):
        try:
            check(source)
            with closing(connect_read_only(source)) as copy:
                copy.execute("SELECT seq FROM cursor").fetchone()
        except sqlite3.DatabaseError as error:
            raise Damaged(f"{source} is no backup of an edge ({error})") from error
        if database.exists():
            with closing(sqlite3.connect(database)) as before:
                before.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.rename(database.with_name(f"{database.name}.before-restore"))
        for rest in ("-wal", "-shm"):
            database.with_name(database.name + rest).unlink(missing_ok=True)
        partial = database.with_name(f"{database.name}.partial")
        partial.touch(mode=0o600)
        shutil.copyfile(source, partial)
        with closing(sqlite3.connect(partial)) as copy, copy:
            _doubt_paper(copy)
        _durable(partial, database)


def _doubt_paper(copy: sqlite3.Connection) -> None:
    """What was still to be printed when the backup was made, and what the feed has brought since,
    may be on paper by now: it is printed again, and says so."""
    copy.execute("UPDATE identity SET inherited_to = NULL")
    copy.execute(
        "UPDATE print_jobs SET banner = ? WHERE finished_at = '' AND banner = ''",
        (POSSIBLE_DUPLICATE,),
    )


def _durable(partial: Path, target: Path) -> None:
    """Renames once the bytes are on the disk, so that no power cut leaves half a file."""
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.rename(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
