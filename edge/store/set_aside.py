"""Changes of the feed that could not be taken here, so that those behind them could be.

Each is kept as it came until a later change of its record is taken, and tried again when the
program starts: a newer one may be able to.
"""

from __future__ import annotations

import sqlite3

import msgspec

from edge.store.writer import Transaction
from sync.wire import Change

__all__ = ["SetAside", "add", "all_of", "changes", "keys", "remove"]

MOST_SHOWN = 100  # in the status; more have one and the same cause
MOST_REASON = 300  # characters

Key = tuple[str, str]  # collection and key


class SetAside(msgspec.Struct, frozen=True):
    """What could not be taken, and why. `at` is when it was tried first, RFC 3339."""

    collection: str
    key: str
    reason: str
    at: str


def add(tx: Transaction, change: Change, *, reason: str, at: str) -> None:
    """Sets `change` aside, in the place of an earlier one of its record."""
    tx.execute(
        """INSERT INTO set_aside (collection, key, change, reason, at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (collection, key) DO UPDATE SET change = excluded.change,
             reason = excluded.reason""",
        (
            change.collection,
            change.key,
            msgspec.json.encode(change).decode(),
            reason[:MOST_REASON],
            at,
        ),
    )


def remove(tx: Transaction, key: Key) -> None:
    tx.execute("DELETE FROM set_aside WHERE collection = ? AND key = ?", key)


def keys(db: sqlite3.Connection) -> set[Key]:
    """The records of which a change is set aside; nearly always none."""
    return set(db.execute("SELECT collection, key FROM set_aside").fetchall())


def changes(db: sqlite3.Connection) -> list[Change]:
    """All that is set aside, in the feed's order."""
    rows = db.execute("SELECT change FROM set_aside")
    found = [msgspec.json.decode(json, type=Change) for (json,) in rows]
    return sorted(found, key=lambda change: change.seq)


def all_of(db: sqlite3.Connection) -> list[SetAside]:
    """For the status: the oldest first, at most `MOST_SHOWN`."""
    rows = db.execute(
        "SELECT collection, key, reason, at FROM set_aside ORDER BY at, key LIMIT ?", (MOST_SHOWN,)
    )
    return [SetAside(*row) for row in rows]
