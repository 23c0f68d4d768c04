"""What is not on paper yet, as the edge's pages ask for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from domain.clock import SystemClock, iso
from edge.store import print_jobs
from edge.store.writer import Transaction
from printing.queue import Delivery, Outcome, settle
from tests.support.edge import (
    Client,
    Paper,
    changes,
    draft,
    edge_client,
    eventually,
    seed,
    settings,
)


@dataclass
class House:
    edge: Client
    kitchen: Paper

    async def order(self, order_id: str) -> None:
        placed = await self.edge.http.post("/api/v1/orders", json=draft(order_id))
        assert placed.status_code == 201

    async def open_jobs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            await self.edge.http.get("/api/v1/print-jobs", params={"open": "true"})
        ).json()
        return found


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The kitchen's printer is switched off."""
    async with AsyncExitStack() as stack:
        kitchen = await Paper().open()
        stack.push_async_callback(kitchen.gone)
        where = settings(tmp_path / "data")
        await seed(where, changes({"k": kitchen.uri}, kitchen=["k"]))
        edge = await stack.enter_async_context(edge_client(where))
        await kitchen.close()
        yield House(edge, kitchen)


async def test_all_that_waits_is_listed_until_it_is_out(house: House) -> None:
    """Whatever state it is in, the newest first; and each job tells by itself what became of it."""
    for order_id in ("o1", "o2", "o3"):
        await house.order(order_id)
    waiting = await house.open_jobs()
    assert [job["number"] for job in waiting] == ["T-3", "T-2", "T-1"]
    await house.kitchen.open()

    async def all_out() -> bool:
        return not await house.open_jobs()

    await eventually(all_out, "the tickets")
    for job in waiting:
        seen = (await house.edge.http.get(f"/api/v1/print-jobs/{job['id']}")).json()
        assert (seen["number"], seen["state"]) == (job["number"], "printed")
    assert (await house.edge.http.get("/api/v1/print-jobs/999")).status_code == 404


async def test_what_a_printer_refused_is_missing_until_somebody_gives_it_up(house: House) -> None:
    """It failed, so nothing more comes by itself: it stays listed, and can be given up, once."""
    await house.order("o1")
    (job,) = await house.open_jobs()
    now = SystemClock().now()

    def refuse(tx: Transaction) -> None:
        found = print_jobs.find(tx.connection, job["id"])
        settled = settle(found, Delivery(Outcome.REFUSED, "takes no PDF"), now)
        print_jobs.save(tx, settled, iso(now))

    await house.edge.parts.spooler.stop()  # or it would try once more just now
    await house.edge.parts.store.write(refuse)
    (listed,) = await house.open_jobs()
    assert (listed["state"], listed["reason"]) == ("failed", "takes no PDF")
    cancel = f"/api/v1/print-jobs/{job['id']}/cancel"
    assert (await house.edge.http.post(cancel)).status_code == 200
    assert await house.open_jobs() == []
    assert (await house.edge.http.post(cancel)).status_code == 409
