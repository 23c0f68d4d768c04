"""Connections to PostgreSQL, with JSON columns as plain Python values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

__all__ = ["Connection", "Pool", "acquiring", "connect", "open_pool"]

CONNECT_S = 10.0  # to a database on the same network; beyond it, it is away
COMMAND_S = 10.0  # the slowest statement takes some 50 ms; this guards against a stuck one
IDLE_S = 5.0  # inside a transaction: a cloud that lost its power must not hold a business for hours
ACQUIRE_S = 5.0  # a request that waited longer is better told to come again

# What a query function takes: a connection of the pool's, or one of one's own.
Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_encoder = msgspec.json.Encoder()


async def open_pool(url: str, size: int) -> Pool:
    """A pool of at most `size` connections, at least one of them open. The caller closes it."""
    with _reading_url():
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            timeout=CONNECT_S,
            command_timeout=COMMAND_S,
            server_settings=_session(),
            init=_prepare,
        )


async def connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    """One connection outside the pool, to migrate or to listen on."""
    with _reading_url():
        connection = await asyncpg.connect(
            url, timeout=CONNECT_S, command_timeout=COMMAND_S, server_settings=_session()
        )
    await _prepare(connection)
    return connection


@contextmanager
def _reading_url() -> Iterator[None]:
    """asyncpg says in several ways that it cannot read a URL; here it says so in one."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise asyncpg.ClientConfigurationError(
            f"PANBOT_DATABASE_URL cannot be used: {error}"
        ) from error


def acquiring(pool: Pool) -> Any:
    """`async with acquiring(pool) as connection`: waits `ACQUIRE_S` at the most."""
    return pool.acquire(timeout=ACQUIRE_S)


def _session() -> dict[str, str]:
    """What PostgreSQL sees to by itself, should it never hear of us again."""
    return {"idle_in_transaction_session_timeout": f"{IDLE_S * 1000:.0f}"}


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=_encode, decoder=msgspec.json.decode, schema="pg_catalog"
    )


def _encode(value: Any) -> str:
    return _encoder.encode(value).decode()
