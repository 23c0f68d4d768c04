"""The menu, where the owner changes it in the restaurant."""

from __future__ import annotations

from typing import Any

from domain.errors import VersionMismatch
from edge.store import records
from edge.store.edits import Stamp, edit
from edge.store.records import Record
from edge.store.writer import Transaction
from sync.wire import Collection

__all__ = ["put"]

FIRST_KEY = "main"  # of the menu of a business that has none; the cloud calls it so too


def put(tx: Transaction, menu: dict[str, Any], local_seq: int, stamp: Stamp) -> Record:
    """Replaces the menu, based on the write `local_seq` of it; 0 where there was none. Raises
    `VersionMismatch` where someone was faster."""
    there = next(iter(records.all_of(tx.connection, Collection.MENU)), None)
    if (there.local_seq if there else 0) != local_seq:
        raise VersionMismatch(
            "The menu was changed in the meantime; look at it again.",
            version=there.local_seq if there else 0,
            current=there.data if there else None,
        )
    return edit(tx, Collection.MENU, there.key if there else FIRST_KEY, menu, stamp)
