"""Questions about the records of the collection `message`."""

from __future__ import annotations

from cloud.db.pool import Connection
from cloud.db.records import Versioned

__all__ = ["messages_page", "old_messages"]


async def messages_page(
    connection: Connection, business_id: str, handled: bool | None, limit: int
) -> list[Versioned]:
    """Messages, the latest first; None for those that somebody has seen to and those that nobody
    has. A business has as many as callers leave in the time that they are kept."""
    rows = await connection.fetch(
        """SELECT collection, key, version, data, seq, updated_at AS at, deleted, updated_by AS by
           FROM records
           WHERE business_id = $1 AND collection = 'message' AND NOT deleted
             AND ($2::boolean IS NULL OR $2 = (coalesce(data -> 'handled', 'null') <> 'null'))
           ORDER BY data ->> 'at' DESC, key DESC LIMIT $3""",
        business_id,
        handled,
        limit,
    )
    return [Versioned(**dict(row)) for row in rows]


async def old_messages(connection: Connection, before: str, limit: int) -> list[tuple[str, str]]:
    """`(business id, key)` of the oldest messages, of any business, from before a moment (RFC 3339
    in UTC)."""
    rows = await connection.fetch(
        """SELECT business_id, key FROM records
           WHERE collection = 'message' AND NOT deleted AND data ->> 'at' < $1
           ORDER BY data ->> 'at' LIMIT $2""",
        before,
        limit,
    )
    return [(row["business_id"], row["key"]) for row in rows]
