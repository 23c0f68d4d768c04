"""The tables that placing an order needs besides the record: `idempotency` and `counters`."""

from __future__ import annotations

from datetime import datetime

from cloud.db.pool import Connection

__all__ = ["count_order", "find_key", "forget_keys", "remember_key"]


async def count_order(
    connection: Connection, business_id: str, business_day: str, channel: str
) -> int:
    """The number of this order among its channel's on that business day, from 1."""
    n = await connection.fetchval(
        """INSERT INTO counters AS c (business_id, business_day, channel, n) VALUES ($1, $2, $3, 1)
           ON CONFLICT (business_id, business_day, channel) DO UPDATE SET n = c.n + 1
           RETURNING n""",
        business_id,
        business_day,
        channel,
    )
    assert isinstance(n, int)
    return n


async def find_key(connection: Connection, business_id: str, key: str) -> tuple[bytes, str] | None:
    """`(digest of the request, order id)` that an idempotency key stands for, or None."""
    row = await connection.fetchrow(
        "SELECT digest, order_id FROM idempotency WHERE business_id = $1 AND key = $2",
        business_id,
        key,
    )
    return None if row is None else (row["digest"], row["order_id"])


async def remember_key(
    connection: Connection, business_id: str, key: str, digest: bytes, order_id: str, at: datetime
) -> None:
    """Lets `key` stand for the order from now on."""
    await connection.execute(
        """INSERT INTO idempotency (business_id, key, digest, order_id, at)
           VALUES ($1, $2, $3, $4, $5)""",
        business_id,
        key,
        digest,
        order_id,
        at,
    )


async def forget_keys(connection: Connection, before: datetime) -> int:
    """Forgets the keys of requests made before a moment; says how many."""
    rows = await connection.fetch("DELETE FROM idempotency WHERE at < $1 RETURNING 1", before)
    return len(rows)
