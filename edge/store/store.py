"""The edge's database as the rest of the program sees it: `read`, `write`, and open or close it.

    order = await store.read(lambda db: orders.find(db, order_id))
    record = await store.write(lambda tx: edit(tx, "availability", "salmon", {...}, stamp))

Query functions take a connection or a transaction and know nothing of threads; they stand in one
file a subject beside this one.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite

from edge.store import disk
from edge.store.schema import migrate
from edge.store.writer import Announce, Follow, Transaction, Writer

__all__ = ["Damaged", "Store", "check", "connect_read_only"]

READERS = 2  # connections, each with its thread: a long list must not hold up a short look
ROWS_AT_A_TIME = 64  # for those who iterate; query functions fetch what they ask for
READ_TIMEOUT_S = 5.0  # readers never wait in WAL mode, but for a recovery at the very start

BRING_BACK = "is damaged; it stays as it is, bring back a backup: panbot edge restore FILE"

T = TypeVar("T")


class Damaged(RuntimeError):
    """The database does not pass SQLite's own check; the message says what to do."""


class _Reader(aiosqlite.Connection):
    """A read-only connection that runs a whole query function in its thread: one hop for however
    many statements, and the same functions serve readers and the writer."""

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        result: T = await self._execute(function, self._conn)  # type: ignore[no-untyped-call]
        return result


class Store:
    """One writing thread, and readers that never wait for it."""

    def __init__(self, path: Path, announce: Announce) -> None:
        self.path = path
        self._writer = Writer(path, announce)
        self._readers: list[_Reader] = []
        self._idle: asyncio.Queue[_Reader] = asyncio.Queue()

    def before_commit(self, follow: Follow) -> None:
        """`follow` is called in the writing thread at the end of each transaction that announces
        something, and may add to it; see `edge.store.writer.commit`."""
        self._writer.follow = follow

    async def open(self) -> None:
        """Migrates, checks and opens. Raises `Damaged`."""
        await asyncio.to_thread(_prepare, self.path)
        self._writer.start()
        for _ in range(READERS):
            reader = _Reader(partial(connect_read_only, self.path), ROWS_AT_A_TIME)
            await reader  # starts its thread and connects
            self._readers.append(reader)
            self._idle.put_nowait(reader)

    async def write(self, function: Callable[[Transaction], T]) -> T:
        """Runs `function` in a transaction; returns once what it wrote is durable."""
        return await self._writer.run(function)

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `function` on a read-only connection, on what is committed by now."""
        if not self._readers:
            raise RuntimeError("the store is closed")
        reader = await self._idle.get()
        try:
            return await reader.run(function)
        finally:
            self._idle.put_nowait(reader)

    async def refusal(self) -> str:
        """Why the disk takes nothing, for people; empty where it does. A disk that refused a write
        is well again when there is room for a few orders and something was written."""
        if self._writer.refusal:
            with contextlib.suppress(OSError, sqlite3.OperationalError):
                await asyncio.to_thread(disk.need_room, self.path.parent)
                await self.write(lambda tx: tx.execute("UPDATE cursor SET seq = seq"))
                self._writer.refusal = ""
        return self._writer.refusal

    async def close(self) -> None:
        """Finishes what was asked for, then closes; safe to call twice."""
        readers, self._readers = self._readers, []
        # Before anything is awaited: a thread that was not told to end keeps the process alive,
        # and whoever closes us may be cancelled meanwhile.
        closing = [reader.stop() for reader in readers]
        await self._writer.stop()
        await asyncio.gather(*(closed for closed in closing if closed is not None))

    @property
    def is_open(self) -> bool:
        return bool(self._readers)


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. One thread uses it; another may close it."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        timeout=READ_TIMEOUT_S,
        check_same_thread=False,
    )


def _prepare(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    try:
        migrate(path)
        check(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked, or the disk's
            raise
        raise Damaged(f"{path} {BRING_BACK} ({error})") from error


def check(path: Path) -> None:
    """Raises `Damaged` where SQLite finds the database broken."""
    connection = connect_read_only(path)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if verdict != "ok":
        raise Damaged(f"{path} {BRING_BACK} ({verdict})")
