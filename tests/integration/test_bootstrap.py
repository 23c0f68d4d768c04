"""The first sync of a new edge, and of one that is killed in the middle of it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from cloud.app import create_app
from cloud.db.pool import connect
from cloud.services import Services, Settings
from cloud.services.feed import PAGE, Feed
from edge.settings import EdgeSettings
from edge.store import cursor, records
from edge.store.store import Store, connect_read_only
from edge.syncing import keep_pairing, redeem
from sync.wire import ChangesResponse
from tests.support.cloud import SECRET, two_businesses
from tests.support.edge import edge_process, eventually, settings
from tests.support.postgres import fresh_database
from web.server import run

CUSTOMERS = 4 * PAGE


class Gate:
    """Writes down from where the feed is read, and lets nobody past a place in it until `open`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
        self.read_from: list[int] = []
        self.open = asyncio.Event()
        real = Feed.changes

        async def changes(
            feed: Feed, business_id: str, after: int, limit: int = PAGE
        ) -> ChangesResponse:
            self.read_from.append(after)
            if after >= place:
                await self.open.wait()
            return await real(feed, business_id, after, limit)

        monkeypatch.setattr(Feed, "changes", changes)


async def test_killed_in_the_middle_it_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that were applied are not read again, and in the end every record is there."""
    gate = Gate(monkeypatch, 2 * PAGE)
    where = settings(tmp_path)
    async with fresh_database(two_businesses) as database_url:
        head = await _add_customers(database_url)
        async with _cloud(database_url) as (services, url):
            await _pair(where, services, url)
            async with edge_process(where) as edge:
                await eventually(lambda: 2 * PAGE in gate.read_from, "the third page")
                await edge.end(signal.SIGKILL)
            assert _cursor(where) == 2 * PAGE
            gate.read_from.clear()
            gate.open.set()
            async with edge_process(where):
                await eventually(lambda: _cursor(where) == head, "the rest")
            assert min(gate.read_from) == 2 * PAGE
    with closing(connect_read_only(where.database)) as db:
        assert len(records.all_of(db, "customer")) == CUSTOMERS


async def _add_customers(database_url: str) -> int:
    """Adds them to the trattoria's feed; returns where it ends then."""
    connection = await connect(database_url)
    head: int = await connection.fetchval(
        """WITH added AS (
             INSERT INTO records
               (business_id, collection, key, version, data, seq, updated_at, updated_by)
             SELECT b.id, 'customer', 'c' || n, 1, jsonb_build_object('name', 'c' || n),
                    b.seq + n, now(), 'test'
             FROM businesses b, generate_series(1, $1) n WHERE b.id = 'trattoria')
           UPDATE businesses SET seq = seq + $1 WHERE id = 'trattoria' RETURNING seq""",
        CUSTOMERS,
    )
    await connection.close()
    return head


@asynccontextmanager
async def _cloud(database_url: str) -> AsyncIterator[tuple[Services, str]]:
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with Services.open(Settings(database_url=database_url), stop=stop) as services:
        app = create_app(services, secret=SECRET)
        serving = asyncio.create_task(
            run(app, "127.0.0.1", 0, stop=stop, on_ready=ready.set_result)
        )
        try:
            yield services, f"http://127.0.0.1:{await ready}"
        finally:
            stop.set()
            await serving


async def _pair(where: EdgeSettings, services: Services, url: str) -> None:
    code = await services.devices.pairing_code("trattoria")
    store = Store(where.database, lambda _: None)
    await store.open()
    await keep_pairing(store, await redeem(url, code.code), url)
    await store.close()


def _cursor(where: EdgeSettings) -> int:
    with closing(connect_read_only(where.database)) as db:
        return cursor.read(db)
