"""The tables `businesses` and `records`: versions, places in the feed, what an order needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from cloud.db.pool import Connection
from domain.errors import NotFound

__all__ = [
    "Page",
    "Versioned",
    "changes_after",
    "find_record",
    "lock_business",
    "open_orders_of_phone",
    "orders_of_phone",
    "orders_page",
    "records_of",
    "sellable",
    "sold_out_items",
    "write_record",
]


class Versioned(msgspec.Struct, frozen=True):
    """One record as it is stored at `version`. `seq` is its place in the feed; a tombstone has
    `deleted` and empty `data`. `by` is who wrote it."""

    collection: str
    key: str
    version: int
    data: dict[str, Any]
    seq: int
    at: datetime
    deleted: bool = False
    by: str = ""


class Page(msgspec.Struct, frozen=True):
    """A stretch of the feed. `head` is the newest seq that there was when it was read."""

    records: tuple[Versioned, ...]
    head: int


async def lock_business(connection: Connection, business_id: str) -> None:
    """Makes the caller the only writer of this business until its transaction ends.

    Raises `NotFound`. NO KEY: rows elsewhere that merely refer to the business needn't wait.
    """
    found = await connection.fetchval(
        "SELECT 1 FROM businesses WHERE id = $1 FOR NO KEY UPDATE", business_id
    )
    if found is None:
        raise NotFound(f"There is no business {business_id!r}.")


async def find_record(
    connection: Connection, business_id: str, collection: str, key: str
) -> Versioned | None:
    """The record as it stands, a tombstone included; None where there never was one."""
    row = await connection.fetchrow(
        """SELECT collection, key, version, data, deleted, seq, updated_at, updated_by FROM records
           WHERE business_id = $1 AND collection = $2 AND key = $3""",
        business_id,
        collection,
        key,
    )
    return None if row is None else _versioned(row)


async def write_record(
    connection: Connection,
    business_id: str,
    *,
    collection: str,
    key: str,
    version: int,
    data: Mapping[str, Any],
    deleted: bool,
    at: datetime,
    by: str,
    phone: str = "",
) -> Versioned:
    """Stores the record at `version` and at the next place in the feed. The caller holds the lock
    and has checked the version that came before. `phone` is the customer's number on an order, in
    E.164."""
    row = await connection.fetchrow(
        """WITH next AS (UPDATE businesses SET seq = seq + 1 WHERE id = $1 RETURNING seq)
           INSERT INTO records AS r
             (business_id, collection, key, version, data, deleted, seq, updated_at, updated_by,
              phone)
           SELECT $1, $2, $3, $4, $5, $6, next.seq, $7, $8, $9 FROM next
           ON CONFLICT (business_id, collection, key) DO UPDATE SET
             version = excluded.version, data = excluded.data, deleted = excluded.deleted,
             seq = excluded.seq, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
             phone = excluded.phone
           RETURNING collection, key, version, data, deleted, seq, updated_at, updated_by""",
        business_id,
        collection,
        key,
        version,
        data,
        deleted,
        at,
        by,
        phone,
    )
    assert row is not None
    return _versioned(row)


async def changes_after(connection: Connection, business_id: str, after: int, limit: int) -> Page:
    """At most `limit` records written after the place `after`, in feed order. One statement, so
    `head` and the records are of the same moment. Raises `NotFound`."""
    rows = await connection.fetch(
        """SELECT b.seq AS head, r.* FROM businesses b LEFT JOIN LATERAL (
             SELECT collection, key, version, data, deleted, seq, updated_at, updated_by
             FROM records
             WHERE business_id = b.id AND seq > $2 ORDER BY seq LIMIT $3
           ) r ON true
           WHERE b.id = $1 ORDER BY r.seq""",
        business_id,
        after,
        limit,
    )
    if not rows:
        raise NotFound(f"There is no business {business_id!r}.")
    found = tuple(_versioned(row) for row in rows if row["key"] is not None)
    return Page(found, rows[0]["head"])


async def records_of(connection: Connection, business_id: str, collection: str) -> list[Versioned]:
    """Every record of a collection that is not deleted, by key."""
    rows = await connection.fetch(
        """SELECT collection, key, version, data, deleted, seq, updated_at, updated_by FROM records
           WHERE business_id = $1 AND collection = $2 AND NOT deleted ORDER BY key""",
        business_id,
        collection,
    )
    return [_versioned(row) for row in rows]


async def sellable(connection: Connection, business_id: str) -> list[Versioned]:
    """All that an order is checked against: the menu, what is 86'd, the business's own record."""
    rows = await connection.fetch(
        """SELECT collection, key, version, data, deleted, seq, updated_at, updated_by FROM records
           WHERE business_id = $1 AND NOT deleted
             AND collection IN ('menu', 'settings', 'availability')
             AND (collection <> 'availability' OR data -> 'available' = 'false')""",
        business_id,
    )
    return [_versioned(row) for row in rows]


async def sold_out_items(connection: Connection, business_id: str) -> list[str]:
    """The ids of the items that are 86'd."""
    rows = await connection.fetch(
        """SELECT key FROM records WHERE business_id = $1 AND NOT deleted
             AND collection = 'availability' AND data -> 'available' = 'false'""",
        business_id,
    )
    return [row["key"] for row in rows]


async def orders_page(
    connection: Connection,
    business_id: str,
    *,
    status: str | None,
    day: str | None,
    before: tuple[str, str] | None,
    limit: int,
) -> list[Versioned]:
    """Orders, newest first; those from before the time and the id `before`. `day` is a business
    day, `2026-11-22`; None leaves a condition out."""
    rows = await connection.fetch(
        """SELECT collection, key, version, data, deleted, seq, updated_at, updated_by FROM records
           WHERE business_id = $1 AND collection = 'order' AND NOT deleted
             AND ($2::text IS NULL OR data ->> 'status' = $2)
             AND ($3::text IS NULL OR data ->> 'business_day' = $3)
             AND ($4::text IS NULL OR (data ->> 'placed_at', key) < ($4, $5::text))
           ORDER BY data ->> 'placed_at' DESC, key DESC LIMIT $6""",
        business_id,
        status,
        day,
        *(before or (None, None)),
        limit,
    )
    return [_versioned(row) for row in rows]


async def orders_of_phone(
    connection: Connection, business_id: str, phone: str, limit: int
) -> list[Versioned]:
    """The last orders of a customer's number (E.164) that were not cancelled, the latest first."""
    rows = await connection.fetch(
        """SELECT collection, key, version, data, deleted, seq, updated_at, updated_by FROM records
           WHERE business_id = $1 AND collection = 'order' AND phone = $2 AND phone <> ''
             AND NOT deleted AND data ->> 'status' <> 'cancelled'
           ORDER BY data ->> 'business_day' DESC, data ->> 'placed_at' DESC LIMIT $3""",
        business_id,
        phone,
        limit,
    )
    return [_versioned(row) for row in rows]


async def open_orders_of_phone(
    connection: Connection, business_id: str, phone: str, business_day: str, limit: int
) -> list[Versioned]:
    """A customer's orders of one business day that somebody still waits for, the latest first."""
    rows = await connection.fetch(
        """SELECT collection, key, version, data, deleted, seq, updated_at, updated_by FROM records
           WHERE business_id = $1 AND collection = 'order' AND phone = $2 AND phone <> ''
             AND NOT deleted AND data ->> 'status' <> 'cancelled'
             AND data ->> 'status' IN ('placed', 'preparing', 'ready')
             AND data ->> 'business_day' = $3
           ORDER BY data ->> 'placed_at' DESC LIMIT $4""",
        business_id,
        phone,
        business_day,
        limit,
    )
    return [_versioned(row) for row in rows]


def _versioned(row: asyncpg.Record) -> Versioned:
    return Versioned(
        collection=row["collection"],
        key=row["key"],
        version=row["version"],
        data=row["data"],
        seq=row["seq"],
        at=row["updated_at"],
        deleted=row["deleted"],
        by=row["updated_by"],
    )
