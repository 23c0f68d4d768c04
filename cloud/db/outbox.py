"""The table `centrifugo_outbox`, which Centrifugo's own PostgreSQL consumer reads and empties."""

from __future__ import annotations

from typing import Any

from cloud.db.pool import Connection

__all__ = ["publish_at_commit"]


async def publish_at_commit(
    connection: Connection, payload: dict[str, Any], partition: int
) -> None:
    """Hands Centrifugo a `publish` command, `{channel, data, idempotency_key}`, when (and only
    when) the caller's transaction commits."""
    await connection.execute(
        "INSERT INTO centrifugo_outbox (method, payload, partition) VALUES ('publish', $1, $2)",
        payload,
        partition,
    )
