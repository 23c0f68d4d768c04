"""The table `calls`: what is kept of each telephone call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from cloud.db.pool import Connection
from domain.errors import NotFound

__all__ = ["StoredCall", "calls_page", "find_call", "forget_calls", "save_call", "start_of_call"]


class StoredCall(msgspec.Struct, frozen=True):
    """`record` is a `domain.call.CallRecord` as it is stored. `forgotten`: it was kept long enough,
    and holds no words, numbers or names any more."""

    id: str
    business_day: str
    record: dict[str, Any]
    forgotten: bool


async def save_call(
    connection: Connection,
    business_id: str,
    call_id: str,
    *,
    started_at: datetime,
    business_day: str,
    outcome: str,
    record: dict[str, Any],
) -> None:
    """Keeps a call, or what is known of it by now. Needs no lock on the business. Raises `NotFound`
    where there is no such business."""
    try:
        await connection.execute(
            """INSERT INTO calls (business_id, id, started_at, business_day, outcome, record)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (business_id, id) DO UPDATE SET
                 started_at = excluded.started_at, business_day = excluded.business_day,
                 outcome = excluded.outcome, record = excluded.record, forgotten = false""",
            business_id,
            call_id,
            started_at,
            business_day,
            outcome,
            record,
        )
    except asyncpg.ForeignKeyViolationError as error:
        raise NotFound(f"There is no business {business_id!r}.") from error


async def find_call(connection: Connection, business_id: str, call_id: str) -> StoredCall | None:
    """All that is kept of one call."""
    row = await connection.fetchrow(
        """SELECT id, business_day, record, forgotten FROM calls
           WHERE business_id = $1 AND id = $2""",
        business_id,
        call_id,
    )
    return None if row is None else StoredCall(**dict(row))


async def start_of_call(connection: Connection, business_id: str, call_id: str) -> datetime | None:
    """When a call began; None where there is no such call."""
    found = await connection.fetchval(
        "SELECT started_at FROM calls WHERE business_id = $1 AND id = $2", business_id, call_id
    )
    assert found is None or isinstance(found, datetime)
    return found


async def calls_page(
    connection: Connection,
    business_id: str,
    *,
    day: str | None,
    outcome: str | None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> list[StoredCall]:
    """Calls without what was said and what was in the cart, the latest first; those from before
    the start and the id `before`. None leaves a condition out."""
    rows = await connection.fetch(
        """SELECT id, business_day, record - 'transcript' - 'cart_history' AS record, forgotten
           FROM calls WHERE business_id = $1
             AND ($2::text IS NULL OR business_day = $2)
             AND ($3::text IS NULL OR outcome = $3)
             AND ($4::timestamptz IS NULL OR (started_at, id) < ($4, $5::text))
           ORDER BY started_at DESC, id DESC LIMIT $6""",
        business_id,
        day,
        outcome,
        *(before or (None, None)),
        limit,
    )
    return [StoredCall(**dict(row)) for row in rows]


async def forget_calls(connection: Connection, before: datetime, keep: list[str], n: int) -> int:
    """Leaves only the fields `keep` of the records of `n` calls that began before a moment, the
    oldest first; says of how many."""
    rows = await connection.fetch(
        """UPDATE calls SET forgotten = true, record = (
             SELECT coalesce(jsonb_object_agg(field, value), '{}')
             FROM jsonb_each(record) AS kept (field, value) WHERE field = ANY ($2::text[]))
           WHERE (business_id, id) IN (
             SELECT business_id, id FROM calls WHERE started_at < $1 AND NOT forgotten
             ORDER BY started_at LIMIT $3)
           RETURNING 1""",
        before,
        keep,
        n,
    )
    return len(rows)
