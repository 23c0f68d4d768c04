"""The edge's database as the rest of the program sees it: `read`, `write`, and open or close it.

    order = await store.read(lambda db: orders.find(db, order_id))
    record = await store.write(lambda tx: edit(tx, "availability", "salmon", {...}, stamp))

Query functions take a connection or a transaction and know nothing of threads; they stand in one
file a subject beside this one.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from edge.store.schema import migrate
from edge.store.writer import Announce, Transaction, Writer

__all__ = ["Damaged", "Store", "check", "connect_read_only"]

READERS = 2  # threads: one long list must not hold up a short look
READ_TIMEOUT_S = 5.0  # readers never wait in WAL mode, but for a recovery at the very start

T = TypeVar("T")


class Damaged(RuntimeError):
    """The database does not pass SQLite's own check; the message says what to do."""


class Store:
    """One writing thread, and readers that never wait for it."""

    def __init__(self, path: Path, announce: Announce) -> None:
        self.path = path
        self._writer = Writer(path, announce)
        self._local = threading.local()
        self._readers: ThreadPoolExecutor | None = None
        self._connections: list[sqlite3.Connection] = []

    async def open(self) -> None:
        """Migrates, checks and opens. Raises `Damaged`."""
        await asyncio.to_thread(_prepare, self.path)
        self._writer.start()
        self._readers = ThreadPoolExecutor(READERS, "store-reader", self._connect_reader)

    async def write(self, function: Callable[[Transaction], T]) -> T:
        """Runs `function` in a transaction; returns once what it wrote is durable."""
        return await self._writer.run(function)

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `function` on a read-only connection, on what is committed by now."""
        if self._readers is None:
            raise RuntimeError("the store is closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: function(self._local.connection))

    async def close(self) -> None:
        """Finishes what was asked for, then closes; safe to call twice."""
        await self._writer.stop()
        if self._readers is not None:
            readers, self._readers = self._readers, None
            await asyncio.to_thread(readers.shutdown)
            while self._connections:
                self._connections.pop().close()

    @property
    def is_open(self) -> bool:
        return self._readers is not None

    def _connect_reader(self) -> None:
        self._local.connection = connect_read_only(self.path)
        self._connections.append(self._local.connection)


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
    migrate(path)
    check(path)


def check(path: Path) -> None:
    """Raises `Damaged` where SQLite finds the database broken."""
    connection = connect_read_only(path)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if verdict != "ok":
        raise Damaged(f"{path} is damaged ({verdict}); bring back a backup: panbot edge restore")
