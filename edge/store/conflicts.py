"""Conflicts, and records that the cloud does not take: what a person has to look at."""

from __future__ import annotations

import sqlite3
from typing import Any

from domain.clock import iso
from domain.errors import Forbidden, NotFound
from edge.store import pending, records
from edge.store.edits import Stamp, edit
from edge.store.records import Record
from edge.store.writer import Transaction
from sync.conflicts import Resolution, owners_alone, resolved, settled
from sync.pending import Pending, retried
from sync.shapes import check_record
from sync.wire import Collection

__all__ = ["correct", "open_ones", "resolve", "retry", "shown"]


def open_ones(db: sqlite3.Connection) -> list[Record]:
    """The conflicts that nobody has settled."""
    rows = db.execute(
        """SELECT key FROM records WHERE collection = ? AND NOT deleted
             AND coalesce(data ->> '$.settled', 0) = 0 ORDER BY key""",
        (Collection.CONFLICT,),
    )
    return [record for (key,) in rows if (record := records.find(db, Collection.CONFLICT, key))]


def shown(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """The same as `{key, conflict, record}`, each with the record as it stands now."""
    return [
        {"key": one.key, "conflict": one.data, "record": _standing(db, one)}
        for one in open_ones(db)
    ]


def resolve(
    tx: Transaction, key: str, resolution: Resolution, *, owner: bool, stamp: Stamp, closing: Stamp
) -> Record:
    """Makes the record what `resolution` says and the conflict settled; both go up. `closing` is
    the stamp of the conflict's own edit.

    Raises `NotFound`, `Forbidden` where it takes an owner, and what `sync.conflicts.resolved` and
    `sync.shapes.check_record` raise.
    """
    conflict = records.find(tx.connection, Collection.CONFLICT, key)
    if conflict is None or conflict.deleted:
        raise NotFound(f"There is no conflict {key!r}.")
    if owners_alone(conflict.data) and not owner:
        raise Forbidden("Only an owner may settle this.")
    collection, about = conflict.data["collection"], conflict.data["key"]
    before = _standing(tx.connection, conflict)
    after = resolved(conflict.data, before, resolution)
    if after is not None:
        check_record(collection, about, after)
    if after != before:
        edit(tx, collection, about, after, stamp)
    closed = settled(conflict.data, resolution, by=stamp.by, at=iso(stamp.now))
    return edit(tx, Collection.CONFLICT, key, closed, closing)


def correct(
    tx: Transaction, collection: str, key: str, after: dict[str, Any], stamp: Stamp
) -> Record:
    """Writes a record that the cloud refused as it shall be; it goes up at once. Raises `NotFound`
    and what `sync.shapes.check_record` raises."""
    _need_quarantined(tx, collection, key)
    check_record(collection, key, after)
    record = edit(tx, collection, key, after, stamp)
    row = pending.find(tx.connection, collection, key)
    if row is not None:
        pending.put(tx, retried(row, now=stamp.now))
    return record


def retry(tx: Transaction, collection: str, key: str, stamp: Stamp) -> None:
    """Has a record that the cloud refused sent once more, at once. Raises `NotFound`."""
    pending.put(tx, retried(_need_quarantined(tx, collection, key), now=stamp.now))


def _standing(db: sqlite3.Connection, conflict: Record) -> dict[str, Any] | None:
    record = records.find(db, conflict.data["collection"], conflict.data["key"])
    return None if record is None or record.deleted else record.data


def _need_quarantined(tx: Transaction, collection: str, key: str) -> Pending:
    row = pending.find(tx.connection, collection, key)
    if row is None or not row.quarantined:
        raise NotFound(f"{collection}/{key} is not in quarantine.")
    return row
