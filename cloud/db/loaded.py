"""The table `loaded`: what a business's file said when it was loaded last, record by record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloud.db.pool import Connection

__all__ = ["find_loaded", "forget_loaded", "loaded_keys", "save_loaded"]


async def find_loaded(
    connection: Connection, business_id: str, collection: str, key: str
) -> dict[str, Any] | None:
    """What the file said of this record; None where none named it yet."""
    found: dict[str, Any] | None = await connection.fetchval(
        "SELECT data FROM loaded WHERE business_id = $1 AND collection = $2 AND key = $3",
        business_id,
        collection,
        key,
    )
    return found


async def save_loaded(
    connection: Connection, business_id: str, collection: str, key: str, data: Mapping[str, Any]
) -> None:
    """Remembers what the file says of this record."""
    await connection.execute(
        """INSERT INTO loaded (business_id, collection, key, data) VALUES ($1, $2, $3, $4)
           ON CONFLICT (business_id, collection, key) DO UPDATE SET data = excluded.data""",
        business_id,
        collection,
        key,
        data,
    )


async def loaded_keys(connection: Connection, business_id: str, collection: str) -> set[str]:
    """The keys of the records of a collection that the file named when it was loaded last."""
    rows = await connection.fetch(
        "SELECT key FROM loaded WHERE business_id = $1 AND collection = $2", business_id, collection
    )
    return {row["key"] for row in rows}


async def forget_loaded(
    connection: Connection, business_id: str, collection: str, key: str
) -> None:
    """The file does not name this record any more."""
    await connection.execute(
        "DELETE FROM loaded WHERE business_id = $1 AND collection = $2 AND key = $3",
        business_id,
        collection,
        key,
    )
