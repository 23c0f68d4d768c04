"""What waits for the cloud, counted without being read: a hundred thousand rows are one week
offline of a busy place."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from domain.clock import iso
from edge.store import pending, records, schema
from edge.store.writer import Transaction, connect
from sync.pending import Pending

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
COLLECTIONS = ("availability", "customer", "order")

# Their rows are the answer: what fails last, and what someone has to look at.
SHORT = ("pending_failing", "pending_quarantined")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "edge.sqlite"
    schema.migrate(path)
    connection = connect(path)
    yield connection
    connection.close()


def row(collection: str, key: str, *, minutes: int = 0) -> Pending:
    at = NOW + timedelta(minutes=minutes)
    return Pending(
        collection=collection,
        key=key,
        op_id=f"{collection}/{key}",
        base_version=0,
        base=None,
        data={},
        deleted=False,
        first_edit_at=at,
        decided_at=at,
        due_at=at,
        attempts=0,
        last_error="",
        sent=None,
    )


def put(tx: Transaction, one: Pending) -> None:
    if records.find(tx.connection, one.collection, one.key) is None:
        records.add(tx, one.collection, one.key, json="{}", at=iso(NOW))
    pending.put(tx, one)


def counted(db: sqlite3.Connection) -> tuple[list[tuple[object, ...]], tuple[object, ...]]:
    """The same by reading every row."""
    by_collection = db.execute(
        """SELECT collection, count(*), sum(quarantined), min(first_edit_at)
           FROM pending GROUP BY collection ORDER BY collection"""
    ).fetchall()
    whole = db.execute(
        """SELECT count(*), count(nullif(last_error, '')), coalesce(sum(quarantined), 0),
                  coalesce(min(first_edit_at), ''), coalesce(min(due_at), '') FROM pending"""
    ).fetchone()
    return by_collection, whole


def shown(db: sqlite3.Connection) -> tuple[list[tuple[object, ...]], tuple[object, ...]]:
    rows = [
        (one.collection, one.pending, one.quarantined, one.oldest_at)
        for one in pending.by_collection(db)
    ]
    all_of = pending.backlog(db)
    whole = (
        all_of.count,
        all_of.failing,
        all_of.quarantined,
        all_of.oldest_at,
        all_of.next_due_at,
    )
    return rows, whole


@pytest.mark.parametrize("seed", range(5))
def test_the_backlog_is_what_the_rows_add_up_to(db: sqlite3.Connection, seed: int) -> None:
    """Whatever is edited, fails, is quarantined, put right and taken."""
    chance, tx = random.Random(seed), Transaction(db)
    for _ in range(300):
        collection, key = chance.choice(COLLECTIONS), str(chance.randrange(8))
        known = pending.find(db, collection, key)
        if known is None:
            put(tx, row(collection, key, minutes=chance.randrange(60)))
        elif chance.random() < 0.3:
            pending.remove(tx, collection, key)
        else:
            error = chance.choice(("", "away", "refused"))
            poisoned = error == "refused"
            put(tx, replace(known, last_error=error, quarantined=poisoned))
        assert shown(db) == counted(db)


def test_no_question_reads_the_whole_backlog(db: sqlite3.Connection) -> None:
    """Each is answered from a range of an index, by SQLite's own plan."""
    tx = Transaction(db)
    put(tx, row("order", "o1"))
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    pending.due(db, NOW + timedelta(hours=1), 1000, together_s=12)
    pending.next_due(db)
    pending.backlog(db)
    pending.by_collection(db)
    pending.quarantined(db)
    pending.find(db, "order", "o1")
    pending.make_due(tx, NOW, 100)
    pending.put(tx, row("order", "o1"))
    pending.remove(tx, "order", "o1")
    db.set_trace_callback(None)
    statements = [sql for sql in asked if not sql.startswith("--")]  # those are triggers'
    assert len(statements) >= 10
    plans = [
        step[3] for sql in statements for step in db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    ]
    scans = [step for step in plans if re.match(r"SCAN (pending|p)\b", step)]
    assert [scan for scan in scans if not scan.endswith(SHORT)] == []
    assert any(step.endswith("pending_by_due (due_at>? AND due_at<?)") for step in plans)


def test_an_edge_that_is_updated_offline_knows_its_backlog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of an older version are counted when it is migrated."""
    path = tmp_path / "edge.sqlite"
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:4])
        schema.migrate(path)
        connection = connect(path)
        for n in range(3):
            put(Transaction(connection), replace(row("order", str(n)), last_error="away"))
        connection.close()
    schema.migrate(path)
    connection = connect(path)
    assert shown(connection) == counted(connection)
    assert pending.backlog(connection).failing == 3
    connection.close()
