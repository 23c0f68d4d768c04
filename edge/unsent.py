"""What only this edge's database knows: edits that have not reached the cloud, and that a backup
does not have. Restoring one would leave them behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from edge.store.store import connect_read_only
from sync.policy import policy_of
from sync.wire import Collection

__all__ = ["Unsent", "unsent"]

# An edge finds these out again by itself; a lid that was opened since is no reason to ask.
_FOUND_OUT = ("status", "status_reason", "fence", "talks")


class Unsent(msgspec.Struct, frozen=True):
    """`orders` are the numbers of those that are new or were changed; `others` name what else was,
    as `collection/key`."""

    orders: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.orders or self.others)

    def __str__(self) -> str:
        """`2 orders (T-14, T-15) and 1 other change (availability/salmon)`."""
        parts = [
            f"{len(names)} {what}{'' if len(names) == 1 else 's'} ({', '.join(names)})"
            for names, what in ((self.orders, "order"), (self.others, "other change"))
            if names
        ]
        return " and ".join(parts)


def unsent(database: Path, backup: Path) -> Unsent:
    """What `database` has not told the cloud and `backup` does not have. Raises
    `sqlite3.DatabaseError` where that cannot be read."""
    with closing(connect_read_only(database)) as here, closing(connect_read_only(backup)) as copy:
        rows = here.execute(
            """SELECT collection, key, data, deleted FROM pending
               JOIN records USING (collection, key) ORDER BY first_edit_at, key"""
        ).fetchall()
        lost = [row for row in rows if not _is_there(copy, *row)]
    return Unsent(
        tuple(_number(json, key) for of, key, json, _ in lost if of == Collection.ORDER),
        tuple(f"{of}/{key}" for of, key, _, _ in lost if of != Collection.ORDER),
    )


def _is_there(copy: sqlite3.Connection, collection: str, key: str, *state: Any) -> bool:
    """True where `copy` has the record as it stands, or nobody would miss it."""
    if policy_of(collection).quiet:
        return True
    row = copy.execute(
        "SELECT data, deleted FROM records WHERE collection = ? AND key = ?", (collection, key)
    ).fetchone()
    return row is not None and _kept(collection, row) == _kept(collection, state)


def _kept(collection: str, state: Sequence[Any]) -> tuple[Any, bool]:
    json, deleted = state
    data = msgspec.json.decode(json)
    if collection == Collection.PRINTER:
        data = {name: value for name, value in data.items() if name not in _FOUND_OUT}
    return data, bool(deleted)


def _number(json: str, key: str) -> str:
    return str(msgspec.json.decode(json).get("number") or key)
