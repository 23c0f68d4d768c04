"""An order's number: one of its business day, whichever box counted before."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.clock import SystemClock
from domain.ids import UuidV7
from edge import backups
from edge.store import counters, cursor, identity, schema
from edge.store.sync_store import SyncStore
from sync.policy import PushDelays
from sync.wire import Change
from tests.support.edge import Client, changes, draft, edge_client, order_data, seed, settings


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Client]:
    where = settings(tmp_path / "data")
    await seed(where, changes({}))
    async with edge_client(where) as edge:
        yield edge


async def placed(edge: Client, order_id: str) -> dict[str, Any]:
    response = await edge.http.post("/api/v1/orders", json=draft(order_id))
    assert response.status_code == 201, response.text
    order: dict[str, Any] = response.json()
    return order


async def bring(edge: Client, day: str, *numbers: str) -> None:
    clock = SystemClock()
    port = SyncStore(edge.parts.store, clock, UuidV7(clock), PushDelays())
    after = await port.cursor()
    brought = [
        Change(after + n, "order", number, 1, order_data(number, number=number, business_day=day))
        for n, number in enumerate(numbers, start=1)
    ]
    await port.apply(brought, after + len(brought))


async def test_it_goes_on_beyond_what_another_box_gave(edge: Client) -> None:
    """A new box in the evening: T-1 to T-7 are the old one's, and T-8 may be on its last paper, but
    not in the cloud. What the cloud numbers itself, and what counts to another day, moves
    nothing."""
    day = (await placed(edge, "first"))["business_day"]
    await bring(edge, day, "T-7", "T-3", "P-40", "T-x", "T-")
    await bring(edge, "2020-01-01", "T-90")
    assert (await placed(edge, "next"))["number"] == "T-101"
    assert (await placed(edge, "then"))["number"] == "T-102"
    await bring(edge, day, "T-100")
    assert (await placed(edge, "third"))["number"] == "T-201"


async def test_it_does_not_go_back(edge: Client) -> None:
    """An order that comes late moves nothing back, and one of its own that was changed in the
    cloud moves nothing at all."""
    day = (await placed(edge, "o1"))["business_day"]
    own = await placed(edge, "o2")
    await bring(edge, day, "P-1")
    assert (await placed(edge, "o3"))["number"] == "T-3"
    clock = SystemClock()
    port = SyncStore(edge.parts.store, clock, UuidV7(clock), PushDelays())
    after = await port.cursor()
    await port.apply([Change(after + 1, "order", "o2", 9, own | {"note": "x"})], after + 1)
    assert (await placed(edge, "o4"))["number"] == "T-4"
    await bring(edge, day, "T-150")
    assert (await placed(edge, "o5"))["number"] == "T-201"
    await bring(edge, day, "T-2")
    assert (await placed(edge, "o6"))["number"] == "T-202"


async def test_a_box_that_has_not_heard_what_there_is_stays_clear_of_it(tmp_path: Path) -> None:
    """The menu has come, and of today's orders nothing yet: its first number is one that nobody
    has, and what comes later does not set it back. The next day begins with 1."""
    where = settings(tmp_path / "data")
    await seed(where, changes({}))
    async with edge_client(where) as edge:
        await edge.parts.store.write(lambda tx: identity.inherit(tx, 1000))
        first = await placed(edge, "first")
        assert first["number"] == "T-501"
        await bring(edge, first["business_day"], "T-1", "T-37")
        assert (await placed(edge, "next"))["number"] == "T-502"
        await edge.parts.store.write(lambda tx: cursor.move(tx, 1000))
        next_day = await edge.parts.store.write(lambda tx: counters.following(tx, "2031-01-01"))
        assert next_day == "T-1"


async def test_a_restored_box_stays_clear_of_what_it_gave_since(tmp_path: Path) -> None:
    """A backup of noon, put back in the evening with no internet: what it numbered in between is
    on paper, and nowhere else to be read."""
    where, copy = settings(tmp_path / "data"), tmp_path / "copy.sqlite"
    await seed(where, changes({}))
    async with edge_client(where) as edge:
        assert (await placed(edge, "noon"))["number"] == "T-1"
        await asyncio.to_thread(backups.backup, where.database, copy)
        assert (await placed(edge, "after"))["number"] == "T-2"
    backups.restore(copy, where.data, where.database, force=True)
    async with edge_client(where) as edge:
        assert (await placed(edge, "evening"))["number"] == "T-501"


def test_an_update_counts_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box that took the day's orders from the feed before it could count on them."""
    path = tmp_path / "edge.sqlite"
    whole = schema.MIGRATIONS
    before = [name for name, _ in whole].index("0007_numbers_go_on")
    monkeypatch.setattr(schema, "MIGRATIONS", whole[:before])
    schema.migrate(path)
    with sqlite3.connect(path) as db:
        for key, number in (("a", "T-7"), ("b", "T-10"), ("c", "P-40")):
            data = order_data(key, number=number, business_day="2026-11-22")
            db.execute(
                """INSERT INTO records (collection, key, version, data, deleted, updated_at)
                   VALUES ('order', ?, 1, ?, 0, '')""",
                (key, msgspec.json.encode(data).decode()),
            )
        db.execute("INSERT INTO counters VALUES ('2026-11-22', 2)")
    monkeypatch.setattr(schema, "MIGRATIONS", whole)
    schema.migrate(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT * FROM counters").fetchall() == [("2026-11-22", 10)]
    db.close()
