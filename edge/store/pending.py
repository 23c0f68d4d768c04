"""Pending rows: the edits that the cloud has not acknowledged.

A row's latest state is its record's: `data` and `deleted` are read from there and stored once.
What becomes of a row is decided by `sync.pending`; here it is only kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from domain.clock import from_iso, iso
from edge.store.writer import Transaction
from sync.pending import Pending, Sent

__all__ = [
    "Backlog",
    "CollectionBacklog",
    "backlog",
    "by_collection",
    "due",
    "find",
    "make_due",
    "next_due",
    "put",
    "quarantined",
    "remove",
]

_SELECT = """
    SELECT p.collection, p.key, p.op_id, p.base_version, p.base, r.data, r.deleted,
           p.first_edit_at, p.decided_at, p.due_at, p.attempts, p.last_error, p.sent,
           p.edited_at, p.edited_by, p.quarantined
    FROM pending AS p JOIN records AS r USING (collection, key)"""


class Backlog(msgspec.Struct, frozen=True):
    """What waits to go up: `failing` of the `count` keys were tried in vain, `quarantined` of those
    are beside the way until someone puts them right."""

    count: int
    failing: int
    quarantined: int
    oldest_at: str
    next_due_at: str
    last_error: str


class CollectionBacklog(msgspec.Struct, frozen=True):
    """The same of one collection. `oldest_at` is RFC 3339."""

    collection: str
    pending: int
    quarantined: int
    oldest_at: str


def find(db: sqlite3.Connection, collection: str, key: str) -> Pending | None:
    row = db.execute(f"{_SELECT} WHERE p.collection = ? AND p.key = ?", (collection, key))
    return next(map(_pending, row), None)


def due(db: sqlite3.Connection, now: datetime, limit: int, *, together_s: float) -> list[Pending]:
    """At most `limit` rows that are due, the longest due first. Then come those that were decided
    on in the future (the clock was set back since), and where there is one of either, those that
    are due within `together_s`, but for what was tried in vain: that keeps its distance."""
    at, soon = iso(now), iso(now + timedelta(seconds=together_s))
    # Each by its own index: with an OR, a look would walk past every row that is not due yet.
    rows = (
        *db.execute(f"{_SELECT} WHERE p.due_at <= ? ORDER BY p.due_at LIMIT ?", (at, limit)),
        *db.execute(
            f"""{_SELECT} WHERE p.decided_at > ? AND +p.due_at > ?
                ORDER BY p.decided_at LIMIT ?""",
            (at, at, limit),
        ),
    )
    if 0 < len(rows) < limit:
        rows += (
            *db.execute(
                f"""{_SELECT} WHERE p.due_at > ? AND p.due_at <= ? AND p.decided_at <= ?
                      AND p.attempts = 0 ORDER BY p.due_at LIMIT ?""",
                (at, soon, at, limit),
            ),
        )
    return [_pending(row) for row in rows[:limit]]


def next_due(db: sqlite3.Connection) -> datetime | None:
    (due_at,) = db.execute("SELECT min(due_at) FROM pending").fetchone()
    return from_iso(due_at) if due_at else None


def backlog(db: sqlite3.Connection) -> Backlog:
    """For the status page: empty strings where nothing waits. Counts no rows; see
    `edge.store.schema`."""
    count, failing, quarantined = db.execute(
        """SELECT coalesce(sum(pending), 0), coalesce(sum(failing), 0),
                  coalesce(sum(quarantined), 0) FROM pending_counts"""
    ).fetchone()
    oldest = min((one.oldest_at for one in by_collection(db)), default="")
    (following,) = db.execute("SELECT coalesce(min(due_at), '') FROM pending").fetchone()
    error = db.execute(
        "SELECT last_error FROM pending WHERE last_error <> '' ORDER BY decided_at DESC LIMIT 1"
    ).fetchone()
    return Backlog(count, failing, quarantined, oldest, following, error[0] if error else "")


def by_collection(db: sqlite3.Connection) -> list[CollectionBacklog]:
    """The collections of which something waits, by name."""
    rows = db.execute(
        """SELECT collection, pending, quarantined,
                  (SELECT min(first_edit_at) FROM pending AS p WHERE p.collection = c.collection)
           FROM pending_counts AS c WHERE c.pending > 0 ORDER BY collection"""
    )
    return [CollectionBacklog(*row) for row in rows]


def quarantined(db: sqlite3.Connection) -> list[Pending]:
    """What the cloud does not take, the longest waiting first."""
    rows = db.execute(f"{_SELECT} WHERE p.quarantined ORDER BY p.first_edit_at")
    return [_pending(row) for row in rows]


def put(tx: Transaction, row: Pending) -> None:
    """Keeps `row`; its record has been written before it, in the same transaction."""
    tx.execute(
        """INSERT INTO pending (collection, key, op_id, base_version, base, first_edit_at,
                                decided_at, due_at, attempts, last_error, sent,
                                edited_at, edited_by, quarantined)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (collection, key) DO UPDATE SET op_id = excluded.op_id,
             base_version = excluded.base_version, base = excluded.base,
             first_edit_at = excluded.first_edit_at, decided_at = excluded.decided_at,
             due_at = excluded.due_at, attempts = excluded.attempts,
             last_error = excluded.last_error, sent = excluded.sent,
             edited_at = excluded.edited_at, edited_by = excluded.edited_by,
             quarantined = excluded.quarantined""",
        (
            row.collection,
            row.key,
            row.op_id,
            row.base_version,
            _json(row.base),
            iso(row.first_edit_at),
            iso(row.decided_at),
            iso(row.due_at),
            row.attempts,
            row.last_error,
            _json(row.sent),
            iso(row.edited_at) if row.edited_at else "",
            row.edited_by,
            row.quarantined,
        ),
    )


def remove(tx: Transaction, collection: str, key: str) -> None:
    tx.execute("DELETE FROM pending WHERE collection = ? AND key = ?", (collection, key))


def make_due(tx: Transaction, now: datetime, limit: int) -> bool:
    """Makes at most `limit` rows due that are so later; False where there is none left."""
    at = iso(now)
    done = tx.execute(
        """UPDATE pending SET due_at = ?, decided_at = ? WHERE (collection, key) IN (
             SELECT collection, key FROM pending WHERE due_at > ? LIMIT ?)""",
        (at, at, at, limit),
    )
    return done.rowcount > 0


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _pending(row: Iterable[Any]) -> Pending:
    (
        collection, key, op_id, base_version, base, data, deleted,
        first_edit_at, decided_at, due_at, attempts, last_error, sent,
        edited_at, edited_by, quarantined,
    ) = row  # fmt: skip
    return Pending(
        collection=collection,
        key=key,
        op_id=op_id,
        base_version=base_version,
        base=msgspec.json.decode(base) if base else None,
        data=msgspec.json.decode(data),
        deleted=bool(deleted),
        first_edit_at=from_iso(first_edit_at),
        decided_at=from_iso(decided_at),
        due_at=from_iso(due_at),
        attempts=attempts,
        last_error=last_error,
        sent=msgspec.json.decode(sent, type=Sent) if sent else None,
        edited_at=from_iso(edited_at) if edited_at else None,
        edited_by=edited_by,
        quarantined=bool(quarantined),
    )
