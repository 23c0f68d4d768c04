"""What real restaurants complain of, about real software, as tests on a printer that reads ESC/POS
as printers do. Each is named after its complaint; where it was filed stands beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.printers import EscPosPrinter
from domain.clock import SystemClock
from edge import spooler
from edge.settings import EdgeSettings
from edge.store.edits import edit
from printing import queue
from printing.transport import raw
from tests.support.edge import (
    Client,
    changes,
    draft,
    edge_client,
    eventually,
    order_data,
    seed,
    settings,
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries and looks without the waiting that real printers need."""
    monkeypatch.setattr(queue, "RETRY_AFTER_S", (0, 0, 0))
    monkeypatch.setattr(spooler, "PROBE_EVERY_S", 0.02)
    monkeypatch.setattr(spooler, "LOOK_EVERY_S", 0.05)


@asynccontextmanager
async def a_printer() -> AsyncIterator[EscPosPrinter]:
    printer = EscPosPrinter(SystemClock())
    await printer.start()
    try:
        yield printer
    finally:
        await printer.stop()


class Restaurant:
    """A kitchen and a bar, each with its printer, and an edge."""

    def __init__(
        self, edge: Client, kitchen: EscPosPrinter, bar: EscPosPrinter, where: EdgeSettings
    ) -> None:
        self.edge, self.kitchen, self.bar, self.where = edge, kitchen, bar, where

    async def order(self, order_id: str, item: str = "margherita") -> None:
        body = draft(order_id, item=item)
        (await self.edge.http.post("/api/v1/orders", json=body)).raise_for_status()

    async def jobs(self, state: str, count: int = 1) -> list[dict[str, Any]]:
        """The jobs in `state`, the newest first, once there are `count`."""

        async def look() -> list[dict[str, Any]] | None:
            answer = await self.edge.http.get("/api/v1/print-jobs", params={"state": state})
            found: list[dict[str, Any]] = answer.json()
            return found if len(found) >= count else None

        jobs: list[dict[str, Any]] = await eventually(look, f"{count} jobs {state}")
        return jobs

    async def tell(self, job: dict[str, Any], what: str) -> None:
        url = f"/api/v1/print-jobs/{job['id']}/{what}"
        (await self.edge.http.post(url)).raise_for_status()


@pytest.fixture
async def restaurant(tmp_path: Path) -> AsyncIterator[Restaurant]:
    async with AsyncExitStack() as stack:
        kitchen = await stack.enter_async_context(a_printer())
        bar = await stack.enter_async_context(a_printer())
        where = settings(tmp_path / "data")
        uris = {"k": kitchen.uri, "b": bar.uri}
        await seed(where, changes(uris, kitchen=["k"], bar=["b"]))
        edge = await stack.enter_async_context(edge_client(where))
        yield Restaurant(edge, kitchen, bar, where)


def texts(printer: EscPosPrinter) -> list[str]:
    return [paper.text for paper in printer.papers]


async def test_duplicates_on_retry(restaurant: Restaurant) -> None:
    """A ticket that is printed again after a fault says so; one whose bytes never left is printed
    once, without a word. (odoo#240253, NexoPOS#1589, cups#3810)"""
    restaurant.kitchen.drop_after(150)  # in the middle of the ticket
    await restaurant.order("o1")
    await restaurant.jobs("printed")
    assert "POSSIBLE DUPLICATE" in texts(restaurant.kitchen)[-1]
    await restaurant.kitchen.set_offline(True)
    await restaurant.order("o2")
    await restaurant.jobs("held")
    await restaurant.kitchen.set_offline(False)
    await restaurant.jobs("printed", 2)
    (second,) = [text for text in texts(restaurant.kitchen) if "T-2" in text]
    assert "DUPLICATE" not in second


async def test_a_ticket_lost_because_a_retry_was_suppressed(restaurant: Restaurant) -> None:
    """A ticket outlives all its retries, and those of the next outage: it comes out when the
    printer is there. (odoo#263487)"""
    await restaurant.kitchen.set_offline(True)
    await restaurant.order("o1")
    await restaurant.jobs("held")
    restaurant.kitchen.paper_out = True
    await restaurant.kitchen.set_offline(False)

    async def paper_is_out() -> bool:
        printers = (await restaurant.edge.http.get("/api/v1/printers")).json()
        return [one["id"] for one in printers if one.get("status") == "paper_out"] == ["k"]

    (job,) = await restaurant.jobs("held")
    await restaurant.tell(job, "retry")
    await eventually(paper_is_out, "the next trouble")
    await restaurant.jobs("held")
    restaurant.kitchen.paper_out = False
    await restaurant.jobs("printed")
    assert ["T-1" in text for text in texts(restaurant.kitchen)] == [True]


async def test_time_out_too_short(restaurant: Restaurant) -> None:
    """A printer that takes far longer than its answers do prints a long ticket on one paper, once,
    and the next one on its own. (odoo#266747)"""
    restaurant.kitchen.speed_bytes_per_s = 1_000
    body = {"id": "o1", "lines": [{"item_id": "margherita", "note": f"no {n}"} for n in range(12)]}
    (await restaurant.edge.http.post("/api/v1/orders", json=body)).raise_for_status()
    await restaurant.order("o2")
    await restaurant.jobs("printed", 2)
    first, second = texts(restaurant.kitchen)
    assert first.count("no ") == 12
    assert ("T-1" in first, "T-2" in second, "T-1" in second) == (True, True, False)
    limits = raw.DEFAULT_LIMITS
    assert limits.job_s(bytes(20_000)) > limits.base_s + 20_000 / 1_000, "slower than any printer"


async def test_power_off_loses_data_silently(
    restaurant: Restaurant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer whose power goes in the middle of a ticket does not take it along: it is printed
    when the power is back. (python-escpos#253)"""
    monkeypatch.setattr(queue, "RETRY_AFTER_S", (1, 0, 0))  # time to take the power away
    restaurant.kitchen.drop_after(150)
    await restaurant.order("o1")
    await eventually(lambda: restaurant.kitchen._bytes_until_drop is None, "the first bytes")
    await restaurant.kitchen.set_offline(True)
    await restaurant.jobs("held")
    await restaurant.kitchen.set_offline(False)
    (job,) = await restaurant.jobs("printed")
    assert job["sends"] == 1
    assert "Margherita" in texts(restaurant.kitchen)[-1]


async def test_paper_out_reported_as_success_then_a_burst(restaurant: Restaurant) -> None:
    """With the paper out nothing is printed that is not, nothing waits inside the printer, and what
    was cancelled meanwhile does not come out with the new roll."""
    restaurant.kitchen.paper_out = True
    for n in range(3):
        await restaurant.order(f"o{n}")
    (held, *_) = await restaurant.jobs("held")
    assert held["reason"] == "the paper is out"
    assert restaurant.kitchen.papers == []
    (waiting,) = [job for job in await restaurant.jobs("queued", 2) if job["number"] == "T-2"]
    await restaurant.tell(waiting, "cancel")
    restaurant.kitchen.paper_out = False
    await restaurant.jobs("printed", 2)
    assert ["T-1" in texts(restaurant.kitchen)[0], "T-3" in texts(restaurant.kitchen)[1]] == [
        True,
        True,
    ]
    assert len(restaurant.kitchen.papers) == 2


async def test_one_dead_printer_blocks_the_others(restaurant: Restaurant) -> None:
    """The bar prints its whole evening while the kitchen's printer is dead. (pos-addons#1115)"""
    await restaurant.kitchen.set_offline(True)
    for n in range(10):
        await restaurant.order(f"k{n}")
        await restaurant.order(f"b{n}", item="spritz")
    await restaurant.bar.wait_for_papers(10)
    assert restaurant.kitchen.papers == []


async def test_stale_tickets_print_hours_later(restaurant: Restaurant) -> None:
    """A ticket that a dead printer kept for five hours asks before it prints: one person prints it,
    another cancels it. (pos-addons#682)"""
    await restaurant.kitchen.set_offline(True)
    await restaurant.order("o1")
    await restaurant.order("o2")
    await restaurant.jobs("held")
    await restaurant.edge.parts.store.write(
        lambda tx: tx.execute("UPDATE print_jobs SET expires_at = '2000-01-01T00:00:00.000Z'")
    )
    await restaurant.kitchen.set_offline(False)

    async def asked() -> list[dict[str, Any]] | None:
        held = await restaurant.jobs("held")
        old = [job for job in held if "older than 4 hours" in job["reason"]]
        return old if len(old) == 2 else None

    second, first = await eventually(asked, "both questions")
    assert restaurant.kitchen.papers == []
    await restaurant.tell(first, "retry")
    await restaurant.tell(second, "cancel")
    await restaurant.jobs("printed")
    assert len(restaurant.kitchen.papers) == 1
    assert "T-1" in texts(restaurant.kitchen)[0]


async def test_an_old_order_that_arrives_late(restaurant: Restaurant) -> None:
    """What the cloud brings five hours late is asked about as well. (pos-addons#682)"""
    stamp = restaurant.edge.parts.stamp()
    late = order_data("o1", age=timedelta(hours=5))
    await restaurant.edge.parts.store.write(lambda tx: edit(tx, "order", "o1", late, stamp))
    (job,) = await restaurant.jobs("held")
    assert "older than 4 hours" in job["reason"]


async def test_dhcp_changes_the_address(restaurant: Restaurant) -> None:
    """A printer that is at another address now keeps its name and gets what was held for it.
    (escpos-php#1373)"""
    await restaurant.kitchen.set_offline(True)
    await restaurant.order("o1")
    await restaurant.jobs("held")
    moved = {"id": "k", "name": "K", "uri": restaurant.bar.uri}
    stamp = restaurant.edge.parts.stamp()
    await restaurant.edge.parts.store.write(lambda tx: edit(tx, "printer", "k", moved, stamp))
    await restaurant.jobs("printed")
    assert "Margherita" in texts(restaurant.bar)[0]


async def test_single_client_9100_exhausted(restaurant: Restaurant) -> None:
    """A printer that takes one client at a time gets every ticket of a rush: each connection ends
    with its ticket, and none stays behind. (ESC-POS-.NET#174)"""
    assert restaurant.kitchen.one_client
    for n in range(20):
        await restaurant.order(f"o{n}")
    await restaurant.kitchen.wait_for_papers(20)
    await eventually(lambda: not restaurant.kitchen._links, "the last connection's end")


async def test_cut_too_early(restaurant: Restaurant) -> None:
    """The paper is fed past the blade before it is cut, and a ticket counts as printed after the
    cut, not before it."""
    await restaurant.order("o1")
    await restaurant.jobs("printed")
    (paper,) = restaurant.kitchen.papers
    before_cut, cut, _ = paper.raw.rpartition(b"\x1dV")
    assert cut
    assert before_cut.endswith(b"\x1bd\x06"), "the blade is some lines above the head"


async def test_a_cancelled_order_printed_again(restaurant: Restaurant) -> None:
    """Nobody cooks it a second time: neither the order nor its ticket is printed again, but the
    change that says so is."""
    await restaurant.order("o1")
    (ticket,) = await restaurant.jobs("printed")
    orders = f"/api/v1/orders/{ticket['order_id']}"
    http = restaurant.edge.http
    etag = (await http.get(orders)).headers["etag"]
    cancelled = await http.patch(orders, json={"status": "cancelled"}, headers={"If-Match": etag})
    assert cancelled.status_code == 200
    change, _ = await restaurant.jobs("printed", 2)
    refused = await http.post(f"{orders}/print")
    assert (refused.status_code, "is cancelled" in refused.text) == (409, True)
    again = f"/api/v1/print-jobs/{ticket['id']}/reprint"
    assert (await http.post(again)).status_code == 409
    await restaurant.tell(change, "reprint")
    await restaurant.jobs("printed", 3)
    assert "ORDER CANCELLED" in restaurant.kitchen.papers[-1].text


async def test_a_ticket_for_a_printer_that_is_gone(restaurant: Restaurant) -> None:
    """Once its station is routed anew it can be told to print, and comes out there; as long as
    nobody is there to print it, that is said."""

    async def route(*printer_ids: str) -> None:
        edge = restaurant.edge
        data = {"station": "kitchen", "printer_ids": printer_ids}
        stamp = edge.parts.stamp()
        await edge.parts.store.write(lambda tx: edit(tx, "routing", "kitchen", data, stamp))

    await route("ghost")
    await restaurant.order("o1")
    (held,) = await restaurant.jobs("held")
    assert held["printer_id"] == "ghost"
    retry = f"/api/v1/print-jobs/{held['id']}/retry"
    assert (await restaurant.edge.http.post(retry)).status_code == 409
    await route("ghost", "b")
    assert (await restaurant.edge.http.post(retry)).json()[0]["printer_id"] == "b"
    await restaurant.jobs("printed")
    assert "Pizza Margherita" in restaurant.bar.papers[-1].text
