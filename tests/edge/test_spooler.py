"""From the queue's table to paper, with printers that are sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.printer import Printer
from edge import lines, spooler
from edge.store.announcements import Announcement, PrintJobWritten
from edge.store.edits import edit
from printing import queue
from printing.transport import Delivered, condition, deliver
from tests.support.edge import (
    Client,
    Paper,
    SlowDisk,
    changes,
    draft,
    edge_client,
    eventually,
    full_disk,
    seed,
    settings,
    token,
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries and looks without the waiting that real printers need."""
    monkeypatch.setattr(queue, "RETRY_AFTER_S", (0, 0, 0))
    monkeypatch.setattr(spooler, "PROBE_EVERY_S", 0.02)
    monkeypatch.setattr(spooler, "LOOK_EVERY_S", 0.05)


class Kitchen:
    """Edges on one data directory, and their printers."""

    def __init__(self, data: Path, stack: AsyncExitStack) -> None:
        self.settings = settings(data)
        self._stack = stack
        self.kitchen, self.bar = Paper(), Paper()

    async def open(self, **printer: Any) -> Client:
        for paper in (self.kitchen, self.bar):
            await paper.open()
            self._stack.push_async_callback(paper.gone)
        brought = changes({"k": self.kitchen.uri, "b": self.bar.uri}, kitchen=["k"], bar=["b"])
        for change in brought:
            if change.collection == "printer" and change.key == "k":
                change.data.update(printer)
        await seed(self.settings, brought)
        return await self.again()

    async def again(self) -> Client:
        return await self._stack.enter_async_context(edge_client(self.settings))


@pytest.fixture
async def kitchen(tmp_path: Path) -> AsyncIterator[Kitchen]:
    async with AsyncExitStack() as stack:
        yield Kitchen(tmp_path / "data", stack)


async def order(edge: Client, order_id: str, item: str = "margherita") -> None:
    response = await edge.http.post("/api/v1/orders", json=draft(order_id, item=item))
    assert response.status_code == 201


async def change(edge: Client, order_id: str, wanted: dict[str, Any]) -> None:
    url = f"/api/v1/orders/{order_id}"
    etag = (await edge.http.get(url)).headers["ETag"]
    response = await edge.http.patch(url, json=wanted, headers={"If-Match": etag})
    assert response.status_code == 200, response.text


async def amend(edge: Client, order_id: str, **fields: Any) -> None:
    """Changes the order's only line."""
    (line,) = (await edge.http.get(f"/api/v1/orders/{order_id}")).json()["lines"]
    await change(edge, order_id, {"amend": [{"line_id": line["id"], **fields}]})


async def tell(edge: Client, job: dict[str, Any], what: str) -> httpx.Response:
    return await edge.http.post(f"/api/v1/print-jobs/{job['id']}/{what}")


async def jobs(edge: Client, **query: str) -> list[dict[str, Any]]:
    response = await edge.http.get("/api/v1/print-jobs", params=query)
    found: list[dict[str, Any]] = response.json()
    return found


async def in_state(edge: Client, state: str, count: int = 1) -> list[dict[str, Any]]:
    async def look() -> list[dict[str, Any]] | None:
        found = await jobs(edge, state=state)
        return found if len(found) >= count else None

    found: list[dict[str, Any]] = await eventually(look, f"{count} jobs {state}")
    return found


async def printer(edge: Client, printer_id: str = "k") -> dict[str, Any]:
    found = (await edge.http.get("/api/v1/printers")).json()
    return next(one for one in found if one["id"] == printer_id)


async def print_and_rest(edge: Client) -> None:
    """One order is on paper, and the kitchen's printer has nothing to do."""
    await order(edge, "o1")
    await in_state(edge, "printed")
    await eventually(lambda: "k" in edge.parts.spooler._resting, "the printer's rest")


async def test_tickets_of_a_printer_come_out_in_their_order(kitchen: Kitchen) -> None:
    """Ten orders are ten tickets, in the order in which they were placed."""
    edge = await kitchen.open()
    for n in range(10):
        await order(edge, f"o{n}")
    await in_state(edge, "printed", 10)
    shown = [
        next(n for n in range(10, 0, -1) if f"T-{n}".encode() in ticket)
        for ticket in kitchen.kitchen.tickets
    ]
    assert shown == list(range(1, 11))


async def test_the_ticket_of_a_resting_printer_is_under_way_with_its_order(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit that stores the order stores its ticket as `sending`; of more orders at once, one
    ticket, and the others in their turn."""
    monkeypatch.setattr(spooler, "LOOK_EVERY_S", 3.0)
    edge = await kitchen.open()
    await print_and_rest(edge)
    told: list[list[str]] = []
    announce = edge.parts.store._writer._announce

    def listen(announcements: Sequence[Announcement]) -> None:
        told.append([one.state for one in announcements if isinstance(one, PrintJobWritten)])
        announce(announcements)

    monkeypatch.setattr(edge.parts.store._writer, "_announce", listen)
    await asyncio.gather(*(order(edge, f"p{n}") for n in range(5)))
    await in_state(edge, "printed", 6)
    assert "sending" in told[0]
    assert told[0].count("queued") >= 1
    moved = [state for group in told for state in group if state != "queued"]
    assert moved == ["sending", "printed"] * 5


async def test_an_order_stands_where_its_ticket_cannot_be_taken(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours in the queue refuses no order, and its ticket comes out later."""
    monkeypatch.setattr(spooler, "STUMBLE_S", 0.05)
    edge = await kitchen.open()
    await print_and_rest(edge)
    with monkeypatch.context() as broken:
        broken.setattr(spooler, "_take", lambda *_, **__: {}["what"])
        await order(edge, "o2")
    await in_state(edge, "printed", 2)
    assert "a ticket could not be taken" in caplog.text


async def test_a_ticket_waits_at_its_printer_until_its_order_is_on_the_disk(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printer is asked how it is meanwhile; not a byte of the ticket is there before."""
    disk = SlowDisk(monkeypatch)
    edge = await kitchen.open()
    await print_and_rest(edge)
    asked, taken = kitchen.kitchen.asked, kitchen.kitchen.taken
    disk.free.clear()
    placed = asyncio.create_task(order(edge, "o2"))
    await eventually(lambda: kitchen.kitchen.asked > asked, "the question")
    await asyncio.sleep(0.1)
    assert (kitchen.kitchen.taken, placed.done()) == (taken, False)
    disk.free.set()
    await placed
    await eventually(lambda: len(kitchen.kitchen.tickets) == 2, "the ticket")
    await in_state(edge, "printed", 2)


async def test_a_ticket_that_the_disk_refused_is_not_printed(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its printer was ready for it; once the disk takes the order, it comes out once and plain."""
    disk = SlowDisk(monkeypatch)
    edge = await kitchen.open()
    await print_and_rest(edge)
    asked, taken = kitchen.kitchen.asked, kitchen.kitchen.taken
    disk.free.clear()
    disk.full = True
    refused = asyncio.create_task(edge.http.post("/api/v1/orders", json=draft("o2")))
    await eventually(lambda: kitchen.kitchen.asked > asked, "the question")
    disk.free.set()
    assert (await refused).status_code == 503
    assert kitchen.kitchen.taken == taken
    disk.full = False
    await order(edge, "o2")
    await in_state(edge, "printed", 2)
    assert len(kitchen.kitchen.tickets) == 2
    assert not kitchen.kitchen.with_text("DUPLICATE")


async def test_a_dead_printer_delays_no_other(kitchen: Kitchen) -> None:
    """The bar prints while the kitchen's printer is away and its ticket waits."""
    edge = await kitchen.open()
    await kitchen.kitchen.close()
    await order(edge, "o1")
    await order(edge, "o2", item="spritz")
    await eventually(lambda: kitchen.bar.with_text("Spritz"), "the bar's ticket")
    held = await in_state(edge, "held")
    assert "cannot reach" in held[0]["reason"]
    assert (await printer(edge))["status"] == "offline"


async def test_what_waits_goes_out_when_the_printer_is_back(kitchen: Kitchen) -> None:
    """Tickets of an hour without a printer come out in their order, each once, with no banner."""
    edge = await kitchen.open()
    await kitchen.kitchen.close()
    for n in range(3):
        await order(edge, f"o{n}")
    await in_state(edge, "held")
    assert kitchen.kitchen.tickets == []
    await kitchen.kitchen.open()
    await in_state(edge, "printed", 3)
    numbers = [b"T-1", b"T-2", b"T-3"]
    assert [n in t for n, t in zip(numbers, kitchen.kitchen.tickets, strict=True)] == [True] * 3
    assert not kitchen.kitchen.with_text("DUPLICATE")
    assert (await printer(edge))["status"] == "online"


async def test_the_fallback_takes_over(kitchen: Kitchen) -> None:
    """With a fallback, the tickets of a printer that is away come out there."""
    edge = await kitchen.open(fallback_id="b")
    await kitchen.kitchen.close()
    await order(edge, "o1")
    await order(edge, "o2")
    await in_state(edge, "printed", 2)
    assert len(kitchen.bar.with_text("Margherita")) == 2


async def test_a_printer_that_is_known_to_be_away_costs_no_time(kitchen: Kitchen) -> None:
    """While the kitchen's printer is away, the next tickets go to the fallback without tries of
    their own; when it is back they come out there again."""
    edge = await kitchen.open(fallback_id="b")
    await kitchen.kitchen.close()
    await order(edge, "o1")
    await in_state(edge, "printed")
    await order(edge, "o2")
    (second, _) = await in_state(edge, "printed", 2)
    assert (second["printer_id"], second["attempts"]) == ("b", 0)
    await kitchen.kitchen.open()
    await order(edge, "o3")
    await in_state(edge, "printed", 3)
    assert kitchen.kitchen.with_text("T-3")


async def test_a_change_waits_behind_its_ticket(kitchen: Kitchen) -> None:
    """A change does not overtake a ticket that a person holds; other orders do. Let go, they come
    out in their order."""
    edge = await kitchen.open()
    await kitchen.kitchen.close()
    await order(edge, "o1")
    (first,) = await in_state(edge, "held")
    assert (await tell(edge, first, "hold")).json()[0]["reason"] == "held by anna"
    await kitchen.kitchen.open()
    await amend(edge, "o1", qty=3)
    await order(edge, "o2")
    await in_state(edge, "printed")
    assert [b"T-2" in ticket for ticket in kitchen.kitchen.tickets] == [True]
    (change,) = await in_state(edge, "queued")
    refused = await tell(edge, change, "retry")
    assert (refused.status_code, f"print job {first['id']}" in refused.text) == (409, True)
    await tell(edge, first, "retry")
    await in_state(edge, "printed", 3)
    assert [b"CHANGE" in ticket for ticket in kitchen.kitchen.tickets[1:]] == [False, True]


async def test_changes_before_the_first_was_printed(kitchen: Kitchen) -> None:
    """Two changes and a cancellation while the printer is away come out after their ticket, one
    after the other, each once."""
    edge = await kitchen.open()
    await kitchen.kitchen.close()
    await order(edge, "o1")
    await amend(edge, "o1", qty=2)
    await amend(edge, "o1", note="no basil")
    await change(edge, "o1", {"status": "cancelled"})
    await in_state(edge, "held")
    await kitchen.kitchen.open()
    await in_state(edge, "printed", 4)
    marks = (b"was 1", b"no basil", b"ORDER CANCELLED")
    assert [mark in t for mark, t in zip(marks, kitchen.kitchen.tickets[1:], strict=True)] == [
        True,
        True,
        True,
    ]


async def test_a_change_goes_along_to_the_fallback(kitchen: Kitchen) -> None:
    """A ticket and its change move together, and in their order."""
    edge = await kitchen.open()
    await kitchen.kitchen.close()
    await order(edge, "o1")
    await amend(edge, "o1", qty=2)
    await in_state(edge, "held")
    record = await printer(edge) | {"fallback_id": "b"}
    stamp = edge.parts.stamp()
    await edge.parts.store.write(lambda tx: edit(tx, "printer", "k", record, stamp))
    await in_state(edge, "printed", 2)
    assert [b"CHANGE" in ticket for ticket in kitchen.bar.tickets] == [False, True]


async def test_one_ticket_is_printed_again(kitchen: Kitchen) -> None:
    """A reprint of one job says so, when and for whom; one that was never printed is refused."""
    edge = await kitchen.open()
    await order(edge, "o1")
    (job,) = await in_state(edge, "printed")
    assert (await tell(edge, job, "reprint")).status_code == 201
    await in_state(edge, "printed", 2)
    assert b"REPRINT" in kitchen.kitchen.tickets[1]
    assert b"Anna" in kitchen.kitchen.tickets[1]
    await kitchen.kitchen.close()
    await order(edge, "o2")
    (held,) = await in_state(edge, "held")
    assert (await tell(edge, held, "reprint")).status_code == 409


async def test_only_a_right_opens_the_drawer(kitchen: Kitchen) -> None:
    """The owner may, staff only where their record says so, and no text of an order can."""
    edge = await kitchen.open()
    kick = b"\x1bp"
    body = draft("o1") | {"note": "Bob\x1bp\x01\x19\xfa", "customer": {"name": "\x1bp\x012"}}
    assert (await edge.http.post("/api/v1/orders", json=body)).status_code == 201
    await in_state(edge, "printed")
    drawer = "/api/v1/printers/k/drawer"
    staff = {"Authorization": f"Bearer {token(edge.settings, role='staff')}"}
    assert (await edge.http.post(drawer, headers=staff)).status_code == 403
    assert not [ticket for ticket in kitchen.kitchen.tickets if kick in ticket]
    assert (await edge.http.post(drawer)).status_code == 204
    anna = {"id": "anna", "name": "Anna", "may_open_drawer": True}
    stamp = edge.parts.stamp()
    await edge.parts.store.write(lambda tx: edit(tx, "staff", "anna", anna, stamp))
    assert (await edge.http.post(drawer, headers=staff)).status_code == 204
    assert [kick in ticket for ticket in kitchen.kitchen.tickets] == [False, True, True]
    await kitchen.kitchen.close()
    away = await edge.http.post(drawer)
    assert (away.status_code, "cannot reach" in away.text) == (503, True)


async def test_a_ticket_without_a_printer_waits_for_a_person(kitchen: Kitchen) -> None:
    """Retried before the station is routed it is refused; afterwards it prints."""
    edge = await kitchen.open()
    await edge.parts.store.write(lambda tx: tx.execute("DELETE FROM records WHERE key = 'bar'"))
    await order(edge, "o1", item="spritz")
    (held,) = await in_state(edge, "held")
    retry = f"/api/v1/print-jobs/{held['id']}/retry"
    assert (await edge.http.post(retry)).status_code == 409
    stamp = edge.parts.stamp()
    route = {"station": "bar", "printer_ids": ["b"]}
    await edge.parts.store.write(lambda tx: edit(tx, "routing", "bar", route, stamp))
    assert (await edge.http.post(retry)).status_code == 200
    await eventually(lambda: kitchen.bar.with_text("Spritz"), "the ticket")


async def test_a_reprint_says_so(kitchen: Kitchen) -> None:
    """A second print on request carries REPRINT and who wanted it, and is a job of its own."""
    edge = await kitchen.open()
    await order(edge, "o1")
    await in_state(edge, "printed")
    response = await edge.http.post("/api/v1/orders/o1/print")
    assert response.status_code == 201
    await in_state(edge, "printed", 2)
    assert len(await jobs(edge, order_id="o1")) == 2
    first, second = kitchen.kitchen.tickets
    assert b"REPRINT" not in first
    assert b"REPRINT" in second
    assert b"Anna" in second


async def test_a_test_ticket_prints_and_a_cancelled_one_does_not(kitchen: Kitchen) -> None:
    """The test ticket comes out; a job that someone gave up never does."""
    edge = await kitchen.open()
    await kitchen.kitchen.close()
    assert (await edge.http.post("/api/v1/printers/nobody/test")).status_code == 404
    await order(edge, "o1")
    (held,) = await in_state(edge, "held")
    cancel = f"/api/v1/print-jobs/{held['id']}/cancel"
    assert (await edge.http.post(cancel)).json()[0]["reason"] == "cancelled by anna"
    assert (await edge.http.post(cancel)).status_code == 409
    await kitchen.kitchen.open()
    assert (await edge.http.post("/api/v1/printers/k/test")).status_code == 201
    await in_state(edge, "printed")
    assert [b"TEST" in ticket for ticket in kitchen.kitchen.tickets] == [True]


async def test_a_ticket_that_was_under_way_says_so_after_a_restart(kitchen: Kitchen) -> None:
    """A job that was `sending` when the program died prints again, as POSSIBLE DUPLICATE."""
    edge = await kitchen.open()
    await kitchen.kitchen.close()
    await order(edge, "o1")
    await in_state(edge, "held")
    await edge.parts.spooler.stop()
    await edge.parts.store.write(
        lambda tx: tx.execute("UPDATE print_jobs SET state = 'sending', due_at = ''")
    )
    await kitchen.kitchen.open()
    restarted = spooler.Spooler(
        edge.parts.store,
        edge.parts.house,
        edge.parts.clock,
        edge.parts.stamp,
        gap_ms=0,
        paper=edge.parts.lines.paper(),
    )
    await restarted.start()
    await eventually(lambda: kitchen.kitchen.with_text("POSSIBLE DUPLICATE"), "the ticket")
    await restarted.stop()


async def test_a_disk_that_fills_up_leaves_no_ticket_on_its_way(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What came out while nothing could be written is written down as printed when it can."""
    monkeypatch.setattr(spooler, "STUMBLE_S", 0.02)
    with ExitStack() as disk:

        async def fill_up_and_deliver(*ticket: Any, **more: Any) -> Delivered:
            disk.enter_context(full_disk())
            return await deliver(*ticket, **more)

        monkeypatch.setattr(lines, "deliver", fill_up_and_deliver)
        edge = await kitchen.open()
        await order(edge, "o1")
        await eventually(lambda: kitchen.kitchen.tickets, "the ticket")
        await eventually(lambda: "cannot be written down" in caplog.text, "the refusal")
    await in_state(edge, "printed")


@pytest.mark.parametrize("host", ["nonsense..host", "kitchen:99999", f"{'x' * 70}.local"])
async def test_a_host_that_cannot_be_is_merely_away(host: str) -> None:
    """It is no reason to stumble: the printer is shown offline like any that does not answer."""
    assert not (await condition(Printer(id="k", name="K", uri=f"escpos://{host}"))).ready


async def test_a_renderer_that_breaks_costs_one_ticket(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ticket that cannot be rendered is failed with its reason; the next one prints."""
    edge = await kitchen.open()
    real = spooler.render

    def breaks(ticket: Any, **more: Any) -> Any:
        if ticket.order_id == "o1":
            raise ValueError("no such glyph")
        return real(ticket, **more)

    monkeypatch.setattr(spooler, "render", breaks)
    await order(edge, "o1")
    await order(edge, "o2")
    (failed,) = await in_state(edge, "failed")
    assert "no such glyph" in failed["reason"]
    await eventually(lambda: kitchen.kitchen.with_text("T-2"), "the next ticket")


async def test_a_look_that_fails_is_not_the_last(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer's record that breaks the spooler leaves it running, and tickets are printed."""

    def breaks(db: Any) -> Any:
        raise ValueError("Invalid IPv6 URL")

    monkeypatch.setattr(spooler, "_printer_by_scheme", breaks)
    edge = await kitchen.open()
    await order(edge, "o1")
    await eventually(lambda: kitchen.kitchen.with_text("T-1"), "the ticket")
    assert edge.parts.spooler.running
