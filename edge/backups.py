"""A copy of the database taken while it runs, and putting one back while it does not.

Neither destroys what it is to keep: a copy is made beside its place and checked before it takes it,
and what was there before a restore is moved aside under a name that nothing has yet. A restore that
would leave behind what the cloud has not heard of wants to be told so.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import msgspec

from edge.lock import locked
from edge.store.counters import UNHEARD
from edge.store.store import Damaged, check, connect_read_only
from edge.unsent import Unsent, unsent
from printing.queue import POSSIBLE_DUPLICATE

__all__ = ["LeftBehind", "Restored", "backup", "restore"]

_COMPANIONS = ("", "-wal", "-shm")  # SQLite's own names beside a database's


class LeftBehind(RuntimeError):
    """A restore would leave behind what only this edge knows; the message says what, and what to
    do."""


class Restored(msgspec.Struct, frozen=True):
    """Where the database is that was there before (None: there was none), and what the cloud has
    not heard of in it; None where that cannot be read."""

    before: Path | None
    left_behind: Unsent | None


def backup(database: Path, target: Path) -> None:
    """Writes a consistent copy of `database` to `target`, whole or not at all. Raises
    `FileNotFoundError`, `FileExistsError` where `target` is the database itself, `Damaged`, and
    other `OSError`s."""
    if not database.exists():
        raise FileNotFoundError(f"there is no edge's database at {database}")
    _need_another(target, database)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no directory {target.parent}")
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a directory: name a file")
    with _copied(database, target) as copy:
        _check(copy, "the edge's database is damaged, and no copy of it was made")


def restore(source: Path, data: Path, database: Path, *, force: bool = False) -> Restored:
    """Puts the backup `source` in the place of the database, however damaged that is. Raises
    `edge.lock.Running`, `FileExistsError` where `source` is the database itself,
    `FileNotFoundError`, `Damaged`, and without `force` `LeftBehind`."""
    _need_another(source, database)
    if not source.is_file():
        raise FileNotFoundError(f"there is no file {source}")
    with locked(data):
        _check(source, f"{source} is no backup of an edge, and nothing was changed")
        with _copied(source, database) as copy:
            try:
                with closing(sqlite3.connect(copy)) as restored, restored:
                    restored.execute("SELECT seq FROM cursor").fetchone()
                    _doubt_paper(restored)
            except sqlite3.DatabaseError as error:
                words = f"{source} is no backup of an edge, and nothing was changed ({error})"
                raise Damaged(words) from error
            left_behind = _left_behind(database, copy)
            if left_behind and not force:
                raise LeftBehind(
                    f"{left_behind} would be left behind: not in {source}, and not in the cloud "
                    "yet. Nothing was changed. Start the edge and send them (panbot edge sync "
                    "--now), or restore all the same with --force: they stay in what is kept."
                )
            return Restored(_move_aside(database), left_behind)


def _left_behind(database: Path, copy: Path) -> Unsent | None:
    if not database.exists():
        return Unsent()
    try:
        return unsent(database, copy)
    except (sqlite3.DatabaseError, msgspec.DecodeError):  # it is for such that there are backups
        return None


def _need_another(file: Path, database: Path) -> None:
    own = {database.with_name(database.name + end).resolve() for end in _COMPANIONS}
    if file.resolve() in own:
        raise FileExistsError(f"{file} is the edge's own database: name another file")


def _check(file: Path, otherwise: str) -> None:
    try:
        check(file)
    except (sqlite3.DatabaseError, Damaged) as error:
        raise Damaged(f"{otherwise} ({error})") from error


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """A copy beside `target`, which takes its place, durably, where the block ends well."""
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)  # it holds the device's secret
    try:
        try:
            with (
                closing(connect_read_only(source)) as whole,
                closing(sqlite3.connect(partial)) as to,
            ):
                # In one step: it begins anew with each write that comes between two, and a reader
                # of a write-ahead log keeps no writer waiting.
                whole.backup(to)
        except sqlite3.DatabaseError as error:
            raise Damaged(f"{source} cannot be copied ({error})") from error
        yield partial
        _durable(partial, target)
    finally:
        for end in _COMPANIONS:
            partial.with_name(partial.name + end).unlink(missing_ok=True)


def _move_aside(database: Path) -> Path | None:
    """Gives the database that is there another name, which nothing has yet; returns that."""
    if not database.exists():
        return None
    with contextlib.suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database)) as before:
        before.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # one that is damaged keeps its log
    names = (f"{database.name}.before-restore{f'-{n}' if n > 1 else ''}" for n in count(1))
    aside = next(
        database.with_name(name) for name in names if not database.with_name(name).exists()
    )
    # The database keeps its name until the copy takes it in one step: a power cut in between
    # leaves the old one there, and never none. Its log must not be found beside the new one.
    try:
        os.link(database, aside)
    except OSError:  # a file system that knows no second name
        database.rename(aside)
    for end in _COMPANIONS[1:]:
        part = database.with_name(database.name + end)
        if part.exists():
            part.rename(aside.with_name(aside.name + end))
    return aside


def _doubt_paper(copy: sqlite3.Connection) -> None:
    """What was still to be printed when the backup was made, and what the feed has brought since,
    may be on paper by now: it is printed again, and says so."""
    copy.execute("UPDATE identity SET inherited_to = NULL")
    # Nor are today's numbers known that were given since.
    copy.execute("UPDATE counters SET number = max(number, ?)", (UNHEARD,))
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
