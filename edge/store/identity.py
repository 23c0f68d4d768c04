"""Who this edge is: its own secret from the first start, and what pairing has given it."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable

import msgspec

from edge.store.writer import Transaction

__all__ = ["Identity", "inherit", "make", "pair", "read"]


class Identity(msgspec.Struct, frozen=True):
    """`token_secret` signs this edge's own access tokens; the rest is empty until it is paired.

    What the feed holds up to `inherited_to` may be on paper already, from an edge that stood here
    before, or from this one before a backup was restored. None: that is still to be asked.
    """

    token_secret: str
    business_id: str = ""
    device_id: str = ""
    device_secret: str = ""
    cloud_url: str = ""
    inherited_to: int | None = None

    @property
    def paired(self) -> bool:
        return bool(self.device_id)


def make(tx: Transaction, new_secret: Callable[[], str] = secrets.token_hex) -> Identity:
    """The identity; where there is none yet, one with a fresh secret that is not paired."""
    tx.execute(
        "INSERT INTO identity (one, token_secret) VALUES (1, ?) ON CONFLICT DO NOTHING",
        (new_secret(),),
    )
    return _need(tx)


def read(db: sqlite3.Connection) -> Identity | None:
    row = db.execute(
        """SELECT token_secret, business_id, device_id, device_secret, cloud_url, inherited_to
           FROM identity"""
    ).fetchone()
    return Identity(*row) if row else None


def pair(
    tx: Transaction, *, business_id: str, device_id: str, device_secret: str, cloud_url: str
) -> Identity:
    """Keeps what pairing gave, in the place of what was there."""
    tx.execute(
        """UPDATE identity SET business_id = ?, device_id = ?, device_secret = ?, cloud_url = ?,
             inherited_to = NULL""",
        (business_id, device_id, device_secret, cloud_url),
    )
    return _need(tx)


def inherit(tx: Transaction, to: int) -> None:
    """Notes where the feed ended when this edge began to read it."""
    tx.execute("UPDATE identity SET inherited_to = ?", (to,))


def _need(tx: Transaction) -> Identity:
    identity = read(tx.connection)
    assert identity is not None, "made when the program starts"
    return identity
