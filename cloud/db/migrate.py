"""Migrations: `migrations/NNNN_name.sql`, in order, each in one transaction with its record."""

from __future__ import annotations

from pathlib import Path

from cloud.db.pool import Connection

__all__ = ["apply_migrations", "pending_migrations"]

MIGRATE_S = 3600.0  # one script: an index over ten million records takes minutes

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_266_268  # any fixed number ("panbot" on a phone's keys): who holds it is migrating


async def apply_migrations(connection: Connection, folder: Path = _FOLDER) -> list[str]:
    """Applies what is missing and returns its names. Two that start at once do it once: the
    second waits for the lock and finds nothing left."""
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK, timeout=MIGRATE_S)
    try:
        await connection.execute(
            """CREATE TABLE IF NOT EXISTS migrations (
                 name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"""
        )
        missing = await pending_migrations(connection, folder)
        for name in missing:
            async with connection.transaction():
                await connection.execute(_scripts(folder)[name], timeout=MIGRATE_S)
                await connection.execute("INSERT INTO migrations (name) VALUES ($1)", name)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
    return missing


async def pending_migrations(connection: Connection, folder: Path = _FOLDER) -> list[str]:
    """The names of the migrations that this database still lacks, in order."""
    if await connection.fetchval("SELECT to_regclass('migrations')") is None:
        applied: set[str] = set()
    else:
        rows = await connection.fetch("SELECT name FROM migrations")
        applied = {row["name"] for row in rows}
    return [name for name in _scripts(folder) if name not in applied]


def _scripts(folder: Path) -> dict[str, str]:
    """The SQL of each migration by name, in order."""
    return {path.name: path.read_text() for path in sorted(folder.glob("*.sql"))}
