"""The simulation's tables answer as PostgreSQL does: the same random operations run on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Any

import asyncpg
import pytest

from cloud.db import orders, outbox, pool, records, sync_ops
from cloud.db.businesses import create_business
from cloud.db.pool import connect
from domain.errors import NotFound
from tests.simulation.tables import STATEMENTS, Database, MemoryConnection
from tests.simulation.virtual_time import START
from tests.support.postgres import fresh_database

BUSINESSES = ("trattoria", "bistro")
ASKED = (*BUSINESSES, "nobody's")
TRANSACTIONS = 150
WAIT_S = 0.3  # in which a lock that is free would long have been taken


class _UndoneOnPurpose(Exception):
    """A transaction that ends badly."""


@pytest.fixture
async def database_url() -> AsyncIterator[str]:
    async with fresh_database() as url:
        connection = await connect(url)
        for business in BUSINESSES:
            await create_business(connection, business)
        await connection.close()
        yield url


def _reads(chance: Random) -> list[tuple[Any, tuple[Any, ...]]]:
    """Questions, each a query function and what it is asked."""
    business, key = chance.choice(ASKED), f"k{chance.randint(1, 4)}"
    collection = chance.choice(("menu", "availability", "order", "settings"))
    return [
        (records.find_record, (business, collection, key)),
        (records.changes_after, (business, chance.randint(0, 60), chance.randint(1, 5))),
        (records.records_of, (business, collection)),
        (records.sellable, (business,)),
        (sync_ops.find_op, (business, key)),
        (orders.find_key, (business, key)),
    ]


def _writes(chance: Random, business: str) -> Iterator[tuple[Any, tuple[Any, ...], dict[str, Any]]]:
    """Statements of one transaction; some of them fail."""
    for _ in range(chance.randint(1, 4)):
        key = f"k{chance.randint(1, 4)}"
        value = chance.choice(
            (True, False, None, 1, 2.5, "Käse饺子", ["x", {"b": 1, "a": []}], "\0")
        )
        data = {"zz": key, "available": value, "a": {"y": 1, "x": None}}
        at = START + timedelta(microseconds=chance.randint(0, 10**9))
        yield chance.choice(
            (
                (
                    records.write_record,
                    (business,),
                    {
                        "collection": chance.choice(("menu", "availability", "order", "settings")),
                        "key": key,
                        "version": chance.randint(1, 9),
                        "data": data,
                        "deleted": chance.random() < 0.2,
                        "at": at,
                        "by": "test",
                    },
                ),
                (sync_ops.remember_op, (business, key, key.encode(), data, at), {}),
                (orders.remember_key, (business, key, key.encode(), "o1", at), {}),
                (orders.count_order, (business, "2026-11-22", chance.choice("PO")), {}),
                (outbox.publish_at_commit, ({"data": data}, 0), {}),
            )
        )


async def _transaction(connection: Any, seed: int, of: Callable[[Any], Any]) -> list[Any]:
    """What one random transaction answers, statement by statement. `of` finds the function."""
    chance = Random(seed)
    answers: list[Any] = []
    business = chance.choice(ASKED)
    try:
        async with connection.transaction():
            await of(records.lock_business)(connection, business)
            for function, positional, named in _writes(chance, business):
                try:
                    async with connection.transaction():  # a savepoint: it fails alone
                        answers.append(await of(function)(connection, *positional, **named))
                        _maybe_undo(chance, 0.1)
                except (_UndoneOnPurpose, asyncpg.PostgresError) as error:
                    answers.append(type(error))
                function, asked = chance.choice(_reads(chance))
                answers.append(await _answer(of(function), connection, asked))
            _maybe_undo(chance, 0.2)
    except (_UndoneOnPurpose, NotFound) as error:
        answers.append(type(error))
    return answers


def _maybe_undo(chance: Random, how_often: float) -> None:
    if chance.random() < how_often:
        raise _UndoneOnPurpose


async def _answer(function: Any, connection: Any, asked: tuple[Any, ...]) -> Any:
    try:
        answer = await function(connection, *asked)
    except NotFound as error:
        return type(error)
    # A set of records: the statement promises no order.
    return sorted(answer, key=repr) if isinstance(answer, list) else answer


async def test_the_same_operations_have_the_same_answers(database_url: str) -> None:
    """Versions, places in the feed, counters, stored verdicts, keys, refusals, rollbacks: after
    each statement, and from outside after each transaction."""
    postgres = await connect(database_url)
    memory = Database(BUSINESSES)
    mine = MemoryConnection(memory)
    for seed in range(TRANSACTIONS):
        theirs = await _transaction(postgres, seed, lambda function: function)
        assert await _transaction(mine, seed, STATEMENTS.__getitem__) == theirs, seed
        for function, asked in _reads(Random(seed)):
            there = await _answer(function, postgres, asked)
            assert await _answer(STATEMENTS[function], mine, asked) == there, (seed, function)
    rows = await postgres.fetch("SELECT payload FROM centrifugo_outbox ORDER BY id")
    assert memory.outbox == [row["payload"] for row in rows]
    assert len(rows) > 10
    await postgres.close()


@asynccontextmanager
async def _two_connections(kind: str, url: str) -> AsyncIterator[tuple[Any, Any]]:
    if kind == "memory":
        memory = Database(BUSINESSES)
        yield MemoryConnection(memory), MemoryConnection(memory)
        return
    one, other = await connect(url), await connect(url)
    yield one, other
    await one.close()
    await other.close()


@pytest.mark.parametrize("kind", ["memory", "postgres"])
async def test_a_writer_waits_for_the_one_before(kind: str, database_url: str) -> None:
    """The second transaction of a business begins with what the first has committed, takes the
    next place."""

    def of(function: Any) -> Any:
        return STATEMENTS[function] if kind == "memory" else function

    async def write(connection: Any) -> int:
        record = {"collection": "menu", "key": "main", "version": 1, "data": {}, "by": "test"}
        written = await of(records.write_record)(
            connection, "trattoria", deleted=False, at=START, **record
        )
        return int(written.seq)

    async def second(connection: Any) -> int:
        async with connection.transaction():
            await of(records.lock_business)(connection, "trattoria")
            return await write(connection)

    async with _two_connections(kind, database_url) as (one, other):
        async with one.transaction():
            await of(records.lock_business)(one, "trattoria")
            waiting = asyncio.create_task(second(other))
            assert await write(one) == 1
            done, _ = await asyncio.wait([waiting], timeout=WAIT_S)
            assert not done
        assert await waiting == 2
        page = await of(records.changes_after)(one, "trattoria", 0, 10)
        assert (page.head, [record.seq for record in page.records]) == (2, [2])


def test_every_statement_is_here() -> None:
    """A query function that the simulated services use is one of those that are compared."""
    compared = {
        records.lock_business,
        records.write_record,
        outbox.publish_at_commit,
        sync_ops.remember_op,
        orders.remember_key,
        orders.count_order,
        *(function for function, _ in _reads(Random(0))),
    }
    assert set(STATEMENTS) - {pool.connect} == compared
