"""The cloud's tables in memory: what `cloud/db` asks of PostgreSQL, for a simulation that needs a
thousand databases a minute.

A transaction works on a copy of the tables that it takes with the lock of its business, and a
commit puts the copy in place; so it sees what is committed and its own writes, a savepoint is one
more copy, and a rollback is to forget it. `test_statements` runs the same operations here and on
PostgreSQL and compares what they answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any

import asyncpg
import msgspec

from cloud.db import orders, outbox, pool, records, sync_ops
from cloud.db.records import Page, Versioned
from cloud.services import conflicts, feed, menus
from cloud.services import orders as order_services
from cloud.services import records as record_services
from cloud.services import sync as sync_services
from domain.errors import NotFound

__all__ = ["Database", "MemoryConnection", "in_memory"]

Key = tuple[str, ...]
_SERVICES: tuple[ModuleType, ...] = (
    conflicts,
    feed,
    menus,
    order_services,
    record_services,
    sync_services,
)
_NUL = b"\\u0000"


@dataclass(slots=True)
class _Tables:
    """`written` and `published` are this transaction's alone."""

    businesses: dict[str, int] = field(default_factory=dict)
    records: dict[Key, tuple[bytes, Versioned]] = field(default_factory=dict)
    ops: dict[Key, tuple[bytes, bytes]] = field(default_factory=dict)
    keys: dict[Key, tuple[bytes, str]] = field(default_factory=dict)
    counters: dict[Key, int] = field(default_factory=dict)
    written: list[Versioned] = field(default_factory=list)
    published: list[dict[str, Any]] = field(default_factory=list)

    def copy(self) -> _Tables:
        return _Tables(
            self.businesses.copy(),
            self.records.copy(),
            self.ops.copy(),
            self.keys.copy(),
            self.counters.copy(),
            self.written.copy(),
            self.published.copy(),
        )


async def _at_once(_moment: str) -> None:
    """The moments of a database that nobody disturbs."""


class Database:
    """What is committed, and who listens. `at` is awaited at each statement and on both sides of
    each commit: it takes time, or raises what a lost connection raises. `committed` is told of
    the records that each commit wrote."""

    def __init__(
        self,
        businesses: tuple[str, ...],
        at: Callable[[str], Awaitable[None]] = _at_once,
        committed: Callable[[list[Versioned]], None] = lambda _: None,
    ) -> None:
        self.tables = _Tables(dict.fromkeys(businesses, 0))
        self.outbox: list[dict[str, Any]] = []  # emptied by whoever plays Centrifugo
        self.at = at
        self.locks = {business: asyncio.Lock() for business in businesses}
        self._committed = committed
        self._listeners: list[MemoryConnection] = []

    @asynccontextmanager
    async def acquire(self, *, timeout: float) -> AsyncIterator[MemoryConnection]:
        """As a pool's."""
        await self.at("connect")
        yield MemoryConnection(self)

    async def connect(self, _url: str) -> MemoryConnection:
        await self.at("connect")
        return MemoryConnection(self)

    def commit(self, tables: _Tables) -> None:
        written, tables.written = tables.written, []
        published, tables.published = tables.published, []
        self.tables = tables
        self.outbox += published
        if written:
            self._committed(written)
            for listener in list(self._listeners):
                listener.notify()

    def records(self) -> list[Versioned]:
        """Every record that is committed, tombstones included."""
        return [_read(row) for row in self.tables.records.values()]

    def find(self, *place: str) -> dict[str, Any] | None:
        """The data of a committed record: its business, collection and key."""
        row = self.tables.records.get(place)
        return None if row is None else _read(row).data

    def lose_listeners(self) -> None:
        """Every connection that listens is cut."""
        for listener in self._listeners:
            listener.cut()
        self._listeners.clear()

    def listen(self, connection: MemoryConnection) -> None:
        self._listeners.append(connection)


class MemoryConnection:
    """What the services use of a connection; the query functions take it from there."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._mine: _Tables | None = None
        self._depth = 0
        self._held: list[asyncio.Lock] = []
        self._hear: Callable[[], None] = lambda: None
        self._cut: Callable[[], None] = lambda: None

    @property
    def tables(self) -> _Tables:
        """As this connection sees them."""
        return self.database.tables if self._mine is None else self._mine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """A transaction; within one, a savepoint."""
        saved = self._mine.copy() if self._mine is not None else None
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                await self.database.at("commit")
                if self._mine is not None:
                    self.database.commit(self._mine)
        except BaseException:
            self._mine = saved
            raise
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._end()
        if self._depth == 0:
            await self.database.at("committed")

    def _end(self) -> None:
        self._mine = None
        held, self._held = self._held, []
        for lock in held:
            lock.release()

    async def lock(self, business_id: str) -> None:
        assert self._depth, "a lock is held until the end of a transaction"
        assert not self._held, "a transaction writes to one business"
        lock = self.database.locks[business_id]
        await lock.acquire()
        self._held.append(lock)
        self._mine = self.database.tables.copy()

    async def execute(self, sql: str, *, timeout: float) -> str:
        assert sql == "SELECT 1", "that the connection stands is all that a listener asks"
        await self.database.at("statement")
        return sql

    async def add_listener(self, channel: str, heard: Callable[..., None]) -> None:
        await self.database.at("statement")
        (business,) = self.database.locks
        self._hear = lambda: heard(self, 0, channel, business)
        self.database.listen(self)

    def add_termination_listener(self, ended: Callable[[Any], None]) -> None:
        self._cut = lambda: ended(self)

    def terminate(self) -> None:
        self._hear = lambda: None

    def notify(self) -> None:
        asyncio.get_running_loop().call_later(0.001, lambda: self._hear())

    def cut(self) -> None:
        self._cut()


async def lock_business(connection: MemoryConnection, business_id: str) -> None:
    await connection.database.at("statement")
    if business_id not in connection.tables.businesses:
        raise NotFound(f"There is no business {business_id!r}.")
    await connection.lock(business_id)


async def find_record(
    connection: MemoryConnection, business_id: str, collection: str, key: str
) -> Versioned | None:
    await connection.database.at("statement")
    row = connection.tables.records.get((business_id, collection, key))
    return None if row is None else _read(row)


async def write_record(
    connection: MemoryConnection,
    business_id: str,
    *,
    collection: str,
    key: str,
    version: int,
    data: Mapping[str, Any],
    deleted: bool,
    at: datetime,
    by: str,
    phone: str = "",
) -> Versioned:
    await connection.database.at("statement")
    json = _json(data)
    tables = connection.tables
    seq = tables.businesses[business_id] = tables.businesses[business_id] + 1
    row = (json, Versioned(collection, key, version, {}, seq, at, deleted, by))
    tables.records[business_id, collection, key] = row
    written = _read(row)
    tables.written.append(written)
    return written


async def changes_after(
    connection: MemoryConnection, business_id: str, after: int, limit: int
) -> Page:
    await connection.database.at("statement")
    tables = connection.tables
    head = tables.businesses.get(business_id)
    if head is None:
        raise NotFound(f"There is no business {business_id!r}.")
    if head <= after:
        return Page((), head)
    rows = (row for key, row in tables.records.items() if key[0] == business_id)
    later = sorted((row for row in rows if row[1].seq > after), key=lambda row: row[1].seq)
    return Page(tuple(map(_read, later[:limit])), head)


async def records_of(
    connection: MemoryConnection, business_id: str, collection: str
) -> list[Versioned]:
    await connection.database.at("statement")
    return [
        _read(row)
        for key, row in sorted(connection.tables.records.items(), key=lambda item: item[0])
        if key[:2] == (business_id, collection) and not row[1].deleted
    ]


async def sellable(connection: MemoryConnection, business_id: str) -> list[Versioned]:
    await connection.database.at("statement")
    wanted = ("menu", "settings", "availability")
    found = [
        _read(row)
        for (business, collection, _), row in connection.tables.records.items()
        if business == business_id and collection in wanted and not row[1].deleted
    ]
    return [
        one for one in found if one.collection != "availability" or one.data["available"] is False
    ]


async def find_op(
    connection: MemoryConnection, business_id: str, op_id: str
) -> tuple[bytes, dict[str, Any]] | None:
    await connection.database.at("statement")
    row = connection.tables.ops.get((business_id, op_id))
    return None if row is None else (row[0], msgspec.json.decode(row[1]))


async def remember_op(
    connection: MemoryConnection,
    business_id: str,
    op_id: str,
    digest: bytes,
    verdict: dict[str, Any],
    at: datetime,
) -> None:
    await connection.database.at("statement")
    row = (digest, _json(verdict))
    if (business_id, op_id) in connection.tables.ops:
        raise asyncpg.UniqueViolationError("sync_ops_pkey")
    connection.tables.ops[business_id, op_id] = row


async def count_order(
    connection: MemoryConnection, business_id: str, business_day: str, channel: str
) -> int:
    await connection.database.at("statement")
    counters, place = connection.tables.counters, (business_id, business_day, channel)
    counters[place] = counters.get(place, 0) + 1
    return counters[place]


async def find_key(
    connection: MemoryConnection, business_id: str, key: str
) -> tuple[bytes, str] | None:
    await connection.database.at("statement")
    return connection.tables.keys.get((business_id, key))


async def remember_key(
    connection: MemoryConnection,
    business_id: str,
    key: str,
    digest: bytes,
    order_id: str,
    at: datetime,
) -> None:
    await connection.database.at("statement")
    if (business_id, key) in connection.tables.keys:
        raise asyncpg.UniqueViolationError("idempotency_pkey")
    connection.tables.keys[business_id, key] = (digest, order_id)


async def publish_at_commit(
    connection: MemoryConnection, payload: dict[str, Any], partition: int
) -> None:
    await connection.database.at("statement")
    connection.tables.published.append(msgspec.json.decode(_json(payload)))


# Each query function of `cloud/db` that the services of the simulation use. Another one would ask
# a `MemoryConnection` for `fetch`, which it has not: the simulation then fails and says so.
STATEMENTS: Mapping[Any, Any] = {
    pool.connect: None,  # a database's own; see `in_memory`
    records.lock_business: lock_business,
    records.find_record: find_record,
    records.write_record: write_record,
    records.changes_after: changes_after,
    records.records_of: records_of,
    records.sellable: sellable,
    sync_ops.find_op: find_op,
    sync_ops.remember_op: remember_op,
    orders.count_order: count_order,
    orders.find_key: find_key,
    orders.remember_key: remember_key,
    outbox.publish_at_commit: publish_at_commit,
}


@contextmanager
def in_memory(database: Database) -> Iterator[None]:
    """The cloud's services ask `database` instead of PostgreSQL, until the block ends."""
    replaced = [
        (module, name, was)
        for module in _SERVICES
        for name, was in vars(module).items()
        if callable(was) and was in STATEMENTS
    ]
    for module, name, was in replaced:
        setattr(module, name, STATEMENTS[was] or database.connect)
    try:
        yield
    finally:
        for module, name, was in replaced:
            setattr(module, name, was)


def _json(value: Mapping[str, Any]) -> bytes:
    """As jsonb keeps it: fields in an order of its own, and no NUL."""
    json = msgspec.json.encode(value, order="deterministic")
    if _NUL in json:
        raise asyncpg.UntranslatableCharacterError("unsupported Unicode escape sequence")
    return json


def _read(row: tuple[bytes, Versioned]) -> Versioned:
    return msgspec.structs.replace(row[1], data=msgspec.json.decode(row[0]))
