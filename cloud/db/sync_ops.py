"""The table `sync_ops`: what became of an op id that was applied."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cloud.db.pool import Connection

__all__ = ["find_op", "forget_ops", "remember_op"]


async def find_op(
    connection: Connection, business_id: str, op_id: str
) -> tuple[bytes, dict[str, Any]] | None:
    """`(digest of the item, verdict)` stored for `op_id`, or None."""
    row = await connection.fetchrow(
        "SELECT digest, verdict FROM sync_ops WHERE business_id = $1 AND op_id = $2",
        business_id,
        op_id,
    )
    return None if row is None else (row["digest"], row["verdict"])


async def remember_op(
    connection: Connection,
    business_id: str,
    op_id: str,
    digest: bytes,
    verdict: dict[str, Any],
    at: datetime,
) -> None:
    """Stores the verdict, to be given again when the reply was lost."""
    await connection.execute(
        """INSERT INTO sync_ops (business_id, op_id, digest, verdict, at)
           VALUES ($1, $2, $3, $4, $5)""",
        business_id,
        op_id,
        digest,
        verdict,
        at,
    )


async def forget_ops(connection: Connection, before: datetime) -> int:
    """Forgets what was applied before a moment; says how many."""
    rows = await connection.fetch("DELETE FROM sync_ops WHERE at < $1 RETURNING 1", before)
    return len(rows)
