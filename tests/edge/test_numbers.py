"""An order's number: one of its business day, whichever box counted before."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.clock import SystemClock
from domain.ids import UuidV7
from edge.store import schema
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


async def test_it_goes_on_after_what_the_feed_brought(edge: Client) -> None:
    """A new box in the evening: T-1 to T-7 are the old one's. What the cloud numbers itself, and
    what counts to another day, moves nothing."""
    day = (await placed(edge, "first"))["business_day"]
    await bring(edge, day, "T-7", "T-3", "P-40", "T-x", "T-")
    await bring(edge, "2020-01-01", "T-90")
    assert (await placed(edge, "next"))["number"] == "T-8"
    assert (await placed(edge, "then"))["number"] == "T-9"


async def test_it_does_not_go_back(edge: Client) -> None:
    """An order that comes late moves nothing back."""
    day = (await placed(edge, "o1"))["business_day"]
    await placed(edge, "o2")
    await bring(edge, day, "T-1")
    assert (await placed(edge, "o3"))["number"] == "T-3"


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
