"""Records: what the terminals see. Query functions; the reading ones take any connection."""

from __future__ import annotations

import sqlite3
from typing import Any, cast

import msgspec

from domain.errors import Conflict
from edge.store.announcements import RecordWritten
from edge.store.writer import Transaction

__all__ = [
    "Record",
    "add",
    "all_of",
    "find",
    "last_at",
    "last_seq",
    "put",
    "set_version",
    "since",
]

_COLUMNS = "collection, key, version, data, deleted, local_seq, updated_at"

# The index of `UNIQUE (collection, key)`. Left to choose, SQLite looks whether an index of orders
# alone would do, and since that hangs on the collection it plans the statement anew at each run,
# which costs five times what the statement does.
_BY_KEY = "INDEXED BY sqlite_autoindex_records_1"


class Record(msgspec.Struct, frozen=True):
    """One row. `version` is the cloud's (0: it never had it), `json` the data as it is stored,
    `local_seq` this edge's own count of writes, `updated_at` RFC 3339."""

    collection: str
    key: str
    version: int
    json: str
    deleted: bool
    local_seq: int
    updated_at: str

    @property
    def data(self) -> dict[str, Any]:
        decoded: dict[str, Any] = msgspec.json.decode(self.json)
        return decoded

    @property
    def etag(self) -> str:
        """What a terminal sends back as If-Match."""
        return f'"{self.local_seq}"'


def find(db: sqlite3.Connection, collection: str, key: str) -> Record | None:
    """The record, a tombstone included; None where there never was one."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM records WHERE collection = ? AND key = ?",  # noqa: S608 - ours
        (collection, key),
    ).fetchone()
    return _record(row) if row else None


def all_of(db: sqlite3.Connection, collection: str) -> list[Record]:
    """Every record of `collection` that is not deleted, by key."""
    rows = db.execute(
        f"""SELECT {_COLUMNS} FROM records {_BY_KEY}
            WHERE collection = ? AND NOT deleted ORDER BY key""",  # noqa: S608 - ours
        (collection,),
    )
    return [_record(row) for row in rows]


def since(db: sqlite3.Connection, local_seq: int, limit: int) -> list[Record]:
    """Records written after `local_seq`, in the order of their latest writes."""
    rows = db.execute(
        f"""SELECT {_COLUMNS} FROM records
            WHERE local_seq > ? ORDER BY local_seq LIMIT ?""",  # noqa: S608 - ours
        (local_seq, limit),
    )
    return [_record(row) for row in rows]


def last_seq(db: sqlite3.Connection) -> int:
    """The number of the latest write; 0 where there was none."""
    (seq,) = db.execute("SELECT coalesce(max(local_seq), 0) FROM records").fetchone()
    return int(seq)


def last_at(db: sqlite3.Connection) -> str:
    """When the latest write was, RFC 3339; empty where there was none."""
    row = db.execute("SELECT updated_at FROM records ORDER BY local_seq DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def add(tx: Transaction, collection: str, key: str, *, json: str, at: str) -> Record:
    """Writes a record that was made here and announces it. `at` is RFC 3339.

    Raises `Conflict` where there is, or was, one under this key.
    """
    try:
        inserted = tx.execute(
            """INSERT INTO records (collection, key, version, data, deleted, updated_at)
               VALUES (?, ?, 0, ?, 0, ?)""",
            (collection, key, json, at),
        )
    except sqlite3.IntegrityError as error:
        raise Conflict(f"There is a record {collection}/{key} already.") from error
    record = Record(collection, key, 0, json, False, cast(int, inserted.lastrowid), at)
    tx.announce(RecordWritten(collection, key, record.local_seq, at, json, created=True))
    return record


def put(
    tx: Transaction,
    collection: str,
    key: str,
    *,
    version: int,
    json: str,
    deleted: bool = False,
    at: str,
    created: bool,
) -> Record:
    """Writes the record as it is now and announces it. `at` is RFC 3339."""
    (local_seq,) = tx.execute(
        """INSERT INTO records (collection, key, version, data, deleted, updated_at)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (collection, key) DO UPDATE SET version = excluded.version,
             data = excluded.data, deleted = excluded.deleted, updated_at = excluded.updated_at,
             local_seq = (SELECT max(local_seq) + 1 FROM records)
           RETURNING local_seq""",
        (collection, key, version, json, deleted, at),
    ).fetchone()
    tx.announce(RecordWritten(collection, key, local_seq, at, json, deleted, created))
    return Record(collection, key, version, json, deleted, local_seq, at)


def set_version(tx: Transaction, collection: str, key: str, version: int) -> None:
    """The cloud has the record as it stands: nothing that a terminal shows has changed."""
    tx.execute(
        "UPDATE records SET version = ? WHERE collection = ? AND key = ?",
        (version, collection, key),
    )


def _record(row: tuple[Any, ...]) -> Record:
    collection, key, version, json, deleted, local_seq, updated_at = row
    return Record(collection, key, version, json, bool(deleted), local_seq, updated_at)
