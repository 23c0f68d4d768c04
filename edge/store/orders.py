"""Orders: placing one here, changing one, and the lists that terminals show."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.clock import iso
from domain.codec import overlay
from domain.errors import NotFound, VersionMismatch
from domain.order import Order
from edge.store import counters, paper, pending, records
from edge.store.edits import Stamp, edit
from edge.store.records import Record
from edge.store.writer import Transaction
from sync.pending import edited
from sync.wire import Collection

__all__ = ["change", "find", "known", "of_day", "open_ones", "place", "whole_day", "with_refunds"]


def place(tx: Transaction, order: Order, stamp: Stamp) -> Record:
    """Stores a new order under the next number of its business day, with all that follows from it.

    The number is given here, so that a refused order leaves no hole. Raises `Conflict` where the
    order's id is known.
    """
    order = replace(order, number=counters.following(tx, order.business_day))
    json = msgspec.json.encode(order).decode()
    record = records.add(tx, Collection.ORDER, order.id, json=json, at=iso(stamp.now))
    pending.put(
        tx,
        edited(
            None,
            collection=Collection.ORDER,
            key=order.id,
            before=None,
            after=record.data,
            now=stamp.now,
            delays=stamp.delays,
            op_id=stamp.op_id,
            by=stamp.by,
        ),
    )
    paper.print_order(tx, order, now=stamp.now)
    return record


def known(db: sqlite3.Connection, order_id: str) -> Record | None:
    """The order under an id that a client has made, where it was placed before."""
    return records.find(db, Collection.ORDER, order_id)


def change(
    tx: Transaction,
    order_id: str,
    local_seq: int,
    step: Callable[[Order], Order],
    stamp: Stamp,
) -> Record:
    """The order after `step`, based on the write `local_seq` of it.

    Raises `NotFound`, `VersionMismatch` where someone was faster, and what `step` raises. Fields
    that this program does not know stay as they are.
    """
    record = find(tx.connection, order_id)
    if record.local_seq != local_seq:
        raise VersionMismatch(
            "The order was changed in the meantime; look at it again.",
            version=record.local_seq,
            current=record.data,
        )
    after = step(paper.order_of(record))
    return edit(tx, Collection.ORDER, order_id, overlay(record.data, after), stamp)


def find(db: sqlite3.Connection, order_id: str) -> Record:
    """Raises `NotFound`."""
    record = records.find(db, Collection.ORDER, order_id)
    if record is None or record.deleted:
        raise NotFound(f"There is no order {order_id!r} here.")
    return record


def open_ones(db: sqlite3.Connection, limit: int) -> list[Record]:
    """The orders that somebody still waits for, the oldest first."""
    # Without statistics the planner would rather read every order there ever was.
    return _records(
        db,
        """SELECT key FROM records INDEXED BY orders_by_status
           WHERE collection = 'order' AND NOT deleted
             AND data ->> '$.status' IN ('placed', 'preparing', 'ready')
           ORDER BY data ->> '$.placed_at' LIMIT ?""",
        limit,
    )


def of_day(db: sqlite3.Connection, business_day: str, limit: int) -> list[Record]:
    """The orders of one business day, the newest first."""
    return _records(
        db,
        """SELECT key FROM records WHERE collection = 'order' AND NOT deleted
             AND data ->> '$.business_day' = ?
           ORDER BY data ->> '$.placed_at' DESC LIMIT ?""",
        business_day,
        limit,
    )


def whole_day(db: sqlite3.Connection, business_day: str) -> tuple[list[Order], int]:
    """Every order of one business day, and how many of them this program cannot read."""
    found, unreadable = [], 0
    rows = db.execute(
        """SELECT data FROM records WHERE collection = 'order' AND NOT deleted
             AND data ->> '$.business_day' = ? ORDER BY data ->> '$.placed_at'""",
        (business_day,),
    )
    for (json,) in rows:
        try:
            found.append(msgspec.json.decode(json, type=Order))
        except msgspec.ValidationError:
            unreadable += 1
    return found, unreadable


def with_refunds(db: sqlite3.Connection, since: str) -> list[Order]:
    """The orders that were written after `since` (RFC 3339) and of which money was given back.
    There is no index for it: once a day somebody waits a moment for every order there ever was."""
    rows = db.execute(
        """SELECT data FROM records WHERE collection = 'order' AND NOT deleted
             AND updated_at >= ? AND data LIKE '%"refund"%' ORDER BY data ->> '$.placed_at'""",
        (since,),
    )
    found = []
    for (json,) in rows:
        with contextlib.suppress(msgspec.ValidationError):  # its own day's report counts it
            found.append(msgspec.json.decode(json, type=Order))
    return found


def _records(db: sqlite3.Connection, sql: str, *values: Any) -> list[Record]:
    return [find(db, key) for (key,) in db.execute(sql, values).fetchall()]
