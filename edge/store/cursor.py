"""How far the cloud's feed has been applied."""

from __future__ import annotations

import sqlite3

from edge.store.writer import Transaction

__all__ = ["move", "read"]


def read(db: sqlite3.Connection) -> int:
    """The seq; 0 before the first sync."""
    (seq,) = db.execute("SELECT seq FROM cursor").fetchone()
    return int(seq)


def move(tx: Transaction, seq: int) -> None:
    """In the transaction that applies the changes up to `seq`."""
    tx.execute("UPDATE cursor SET seq = ?", (seq,))
