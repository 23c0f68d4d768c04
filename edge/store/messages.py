"""Messages from the telephone: those that somebody has to see to, and seeing to one."""

from __future__ import annotations

import sqlite3

from domain.clock import iso
from domain.codec import encode
from domain.errors import NotFound
from domain.message import Handled
from edge.store import records
from edge.store.edits import Stamp, edit
from edge.store.records import Record
from edge.store.writer import Transaction
from sync.wire import Collection

__all__ = ["latest", "see_to"]


def latest(db: sqlite3.Connection, handled: bool | None, limit: int) -> list[Record]:
    """Messages, the latest first; None for those that somebody has seen to and those that nobody
    has. There are as many as callers leave in the time that the cloud keeps them."""
    rows = db.execute(
        """SELECT key FROM records WHERE collection = ? AND NOT deleted
             AND (? IS NULL OR ? = (data ->> '$.handled' IS NOT NULL))
           ORDER BY data ->> '$.at' DESC, key DESC LIMIT ?""",
        (Collection.MESSAGE, handled, handled, limit),
    ).fetchall()
    return [_find(db, key) for (key,) in rows]


def see_to(tx: Transaction, message_id: str, stamp: Stamp) -> Record:
    """Marks a message as seen to by whose stamp it is, and has it go up; who was first stays.
    Raises `NotFound`."""
    record = _find(tx.connection, message_id)
    message = record.data  # not decoded: of a kind that only a newer program knows, it counts too
    if message.get("handled") is not None:
        return record
    seen_to = {"handled": encode(Handled(stamp.by, iso(stamp.now)))}
    return edit(tx, Collection.MESSAGE, message_id, message | seen_to, stamp)


def _find(db: sqlite3.Connection, message_id: str) -> Record:
    record = records.find(db, Collection.MESSAGE, message_id)
    if record is None or record.deleted:
        raise NotFound(f"There is no message {message_id!r} here.")
    return record
