"""A migration and its record are one transaction, and two starters do it once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from cloud.db.migrate import _FOLDER, apply_migrations, pending_migrations
from cloud.db.pool import connect
from cloud.db.records import orders_of_phone
from tests.support.postgres import empty_database


async def test_an_empty_database_gets_every_table_once() -> None:
    """Applied the first time, nothing left the second."""
    async with empty_database() as url:
        connection = await connect(url)
        pending = await pending_migrations(connection)
        assert await apply_migrations(connection) == pending != []
        assert await apply_migrations(connection) == []
        await connection.execute("SELECT 1 FROM records")
        await connection.close()


async def test_two_that_start_at_once_migrate_once() -> None:
    """One applies all, the other waits and finds nothing to do."""
    async with empty_database() as url:
        connections = [await connect(url) for _ in range(4)]
        applied = await asyncio.gather(*(apply_migrations(c) for c in connections))
        assert sorted(map(bool, applied)) == [False, False, False, True]
        for connection in connections:
            await connection.close()


async def test_a_migration_without_its_record_is_no_migration(tmp_path: Path) -> None:
    """Where the record cannot be written, what the migration did is taken back."""
    sql = "CREATE TABLE half (n int); INSERT INTO migrations VALUES ('0001_half.sql')"
    (tmp_path / "0001_half.sql").write_text(sql)
    async with empty_database() as url:
        connection = await connect(url)
        with pytest.raises(asyncpg.UniqueViolationError):
            await apply_migrations(connection, tmp_path)
        assert await connection.fetchval("SELECT to_regclass('half')") is None
        await connection.close()


async def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """What came before it stays, of itself nothing does, and the lock is free again."""
    (tmp_path / "0001_good.sql").write_text("CREATE TABLE good (n int)")
    bad = tmp_path / "0002_bad.sql"
    bad.write_text("CREATE TABLE bad (n int); SELECT 1 / 0")
    async with empty_database() as url:
        connection = await connect(url)
        with pytest.raises(asyncpg.DivisionByZeroError):
            await apply_migrations(connection, tmp_path)
        assert await pending_migrations(connection, tmp_path) == ["0002_bad.sql"]
        assert await connection.fetchval("SELECT to_regclass('bad')") is None
        bad.write_text("CREATE TABLE bad (n int)")
        other = await connect(url)
        assert await apply_migrations(other, tmp_path) == ["0002_bad.sql"]
        await other.close()
        await connection.close()


async def test_orders_from_before_numbers_were_compared_are_found(tmp_path: Path) -> None:
    """A customer whose order was stored by an older version is known by their number, where it
    was written with its country; other writings are nobody's rather than somebody else's."""
    numbers = {"a": "+49 (30) 12-34", "b": "0049 30 1234", "c": "030 1234", "d": "call me", "e": ""}
    older = [path for path in _FOLDER.glob("*.sql") if path.name < "0003"]
    for path in older:
        (tmp_path / path.name).write_text(path.read_text())
    async with empty_database() as url:
        connection = await connect(url)
        await apply_migrations(connection, tmp_path)
        await connection.execute("INSERT INTO businesses (id) VALUES ('trattoria')")
        for n, (key, phone) in enumerate(numbers.items(), start=1):
            await connection.execute(
                """INSERT INTO records (business_id, collection, key, version, data, seq,
                                        updated_at, updated_by)
                   VALUES ('trattoria', 'order', $1, 1, $2, $3, now(), 'test')""",
                key,
                {"status": "completed", "customer": {"phone": phone}},
                n,
            )
        assert "0003_calls.sql" in await apply_migrations(connection)
        found = await orders_of_phone(connection, "trattoria", "+49301234", 10)
        kept = await connection.fetchval("SELECT count(*) FROM records WHERE phone <> ''")
        await connection.close()
    assert {one.key for one in found} == {"a", "b"}
    assert kept == 2
