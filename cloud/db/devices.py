"""The tables `devices` and `pairing_codes`. Secrets and codes are stored as hashes."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cloud.db.pool import Connection

__all__ = ["Device", "find_device", "redeem_code", "save_code", "save_device"]


class Device(msgspec.Struct, frozen=True):
    """An appliance in a restaurant."""

    id: str
    business_id: str
    name: str
    secret_hash: bytes


async def save_code(
    connection: Connection,
    code_hash: bytes,
    business_id: str,
    *,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Adds a pairing code, and forgets those that have expired."""
    await connection.execute("DELETE FROM pairing_codes WHERE expires_at <= $1", now)
    await connection.execute(
        "INSERT INTO pairing_codes (code_hash, business_id, expires_at) VALUES ($1, $2, $3)",
        code_hash,
        business_id,
        expires_at,
    )


async def redeem_code(connection: Connection, code_hash: bytes, now: datetime) -> str | None:
    """The business that the code is for, once; None where it is unknown, used or expired."""
    found = await connection.fetchval(
        """DELETE FROM pairing_codes WHERE code_hash = $1 AND expires_at > $2
           RETURNING business_id""",
        code_hash,
        now,
    )
    assert found is None or isinstance(found, str)
    return found


async def save_device(connection: Connection, device: Device, at: datetime) -> None:
    """Adds a device that was just paired."""
    await connection.execute(
        """INSERT INTO devices (id, business_id, name, secret_hash, paired_at)
           VALUES ($1, $2, $3, $4, $5)""",
        device.id,
        device.business_id,
        device.name,
        device.secret_hash,
        at,
    )


async def find_device(connection: Connection, device_id: str) -> Device | None:
    """The device with this id."""
    row = await connection.fetchrow(
        "SELECT id, business_id, name, secret_hash FROM devices WHERE id = $1", device_id
    )
    return None if row is None else Device(**dict(row))
