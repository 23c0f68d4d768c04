"""How printers are, which one is which, and adding them by hand; with printers that are sockets."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from domain.printer import Printer, PrinterStatus
from edge import watch
from edge.events import stream
from edge.store.announcements import RecordWritten
from edge.watch import Watch
from printing.transport.status import ONLINE, Condition
from tests.support.edge import (
    BUSINESS_ID,
    Client,
    Paper,
    changes,
    edge_client,
    eventually,
    seed,
    settings,
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_S", 0.02)


async def post(edge: Client, path: str, body: Any = None) -> Any:
    return await edge.http.post(f"/api/v1/printers{path}", json=body)


async def printer(edge: Client, printer_id: str = "k") -> dict[str, Any]:
    found = (await edge.http.get("/api/v1/printers")).json()
    return next(one for one in found if one["id"] == printer_id)


async def has_status(edge: Client, status: str) -> bool:
    return (await printer(edge)).get("status") == status


SAYS = {
    "cover_open": b"\x1a\x16\x12",
    "paper_out": b"\x1a\x32\x72",
    "paper_low": b"\x12\x12\x1e",
    "error": b"\x1a\x52\x12",
    "online": None,  # it accepts, and never says a word
}


@pytest.mark.parametrize("status", SAYS)
async def test_how_a_printer_is_is_told_before_a_ticket_meets_it(
    edge: Client, paper: Paper, status: str
) -> None:
    """What it says when it is asked is in its record, and told to terminals as `printer.status`."""
    await eventually(lambda: has_status(edge, "online"), "the printer")
    paper.status = b"\x12\x32\x12"  # out of paper, so that each of them is a change
    await eventually(lambda: has_status(edge, "paper_out"), "the paper's end")
    events = stream(edge.parts.broadcaster, edge.parts.store, edge.parts.clock, BUSINESS_ID, None)
    await anext(events)
    if status == "paper_out":
        paper.status = SAYS["online"]
        await eventually(lambda: has_status(edge, "online"), "the printer")
    paper.status = SAYS[status]
    await eventually(lambda: has_status(edge, status), status)
    async with asyncio.timeout(10):
        async for frame in events:
            told = json.loads(frame.split(b"data: ")[1])
            if frame.startswith(b"id") and told["data"]["status"] == status:
                break
    assert (told["type"], told["key"]) == ("printer.status", "k")
    assert paper.tickets == []


class Answers:
    """Lines on which the printer is, one look after the other, as `conditions` say, and from then
    on online. `beyond` is how many looks came after them."""

    def __init__(self, *conditions: Condition | None) -> None:
        self._left = list(conditions)
        self.beyond = 0

    async def condition(self, printer: Printer) -> Condition | None:
        if self._left:
            return self._left.pop(0)
        self.beyond += 1
        return ONLINE


async def test_one_miss_is_not_away(edge: Client) -> None:
    """A printer may be serving another till just then, or print a ticket: only when it is missed
    twice in a row it is offline."""
    parts = edge.parts
    await eventually(lambda: has_status(edge, "online"), "the printer")
    await parts.watch.stop()
    away = Condition(PrinterStatus.OFFLINE, "cannot reach it", ready=False)
    answers = Answers(ONLINE, away, ONLINE, away, None, ONLINE, away, away)
    told = await statuses(edge, Watch(parts.store, answers, parts.clock, parts.stamp), answers)
    assert told == ["offline", "online"]


async def statuses(edge: Client, looking: Watch, answers: Answers) -> list[str]:
    """What was told of the printer until `answers` are used up and it is online again."""
    with edge.parts.broadcaster.subscription() as waiting:
        await looking.start()
        # A second look beyond them comes after what the first one found is written down.
        await eventually(lambda: answers.beyond >= 2, "the looks")
        await looking.stop()
        told = [waiting.get_nowait() for _ in range(waiting.qsize())]
    return [json.loads(one.json)["status"] for one in told if isinstance(one, RecordWritten)]


async def test_a_slip_says_which_printer_it_is(edge: Client, paper: Paper) -> None:
    """A receipt printer has no lamp to blink with: it prints its name and its address."""
    answer = await post(edge, "/k/identify")
    assert (answer.status_code, answer.json()["job_id"] > 0) == (200, True)
    await eventually(lambda: paper.with_text("PRINTER"), "the slip")
    (slip,) = paper.with_text(f"127.0.0.1:{paper.port}")
    _is_no_order(slip)
    assert (await post(edge, "/nobody/identify")).status_code == 404


def _is_no_order(slip: bytes) -> None:
    """Nobody may start to cook what stands on it, or wait for whom it is."""
    assert b"no order, nothing to make" in slip
    for words in ("PICKUP", "READY BY", "1\N{MULTIPLICATION SIGN}", "terminal"):
        assert words.encode("cp858") not in slip


async def test_an_address_is_enough_to_add_a_printer(edge: Client, paper: Paper) -> None:
    """It is given an id and can print; no two printers have one address."""
    bar = await Paper().open()
    added = await post(edge, "/", {"uri": f"127.0.0.1:{bar.port}", "name": "Bar", "columns": 32})
    assert added.status_code == 201
    assert (added.json()["uri"], added.json()["columns"]) == (bar.uri, 32)
    assert (await post(edge, "/", {"uri": bar.uri})).status_code == 409
    await edge.http.post(f"/api/v1/printers/{added.json()['id']}/test")
    await eventually(lambda: bar.with_text("TEST"), "the test slip")
    (slip,) = bar.with_text("TEST")
    _is_no_order(slip)
    assert b"Bar" in slip
    jobs = (await edge.http.get("/api/v1/print-jobs")).json()
    assert [(job["kind"], job["number"]) for job in jobs] == [("slip", "TEST")]
    nameless = await post(edge, "/", {"uri": "127.0.0.1"})
    assert nameless.json()["name"] == "127.0.0.1"
    await bar.close()


async def test_no_network_is_searched_that_nobody_named(edge: Client) -> None:
    """A scan is refused in words that tell what to set; nothing is sent."""
    refused = await post(edge, "/scan")
    assert refused.status_code == 409
    assert "PANBOT_LAN_INTERFACES" in refused.json()["detail"]
    assert (await edge.http.get("/api/v1/printers/scan")).status_code == 404


async def test_a_scan_is_followed_as_it_goes(tmp_path: Path) -> None:
    """Who asks while one is running joins it; the events tell how far it is, up to its end."""
    where = settings(tmp_path / "data", PANBOT_LAN_INTERFACES="127.0.0.1")
    await seed(where, changes({}))
    async with edge_client(where) as edge:
        parts = edge.parts
        events = stream(parts.broadcaster, parts.store, parts.clock, BUSINESS_ID, None)
        await anext(events)
        first, second = (await post(edge, "/scan")).json(), (await post(edge, "/scan")).json()
        assert first["id"] == second["id"]
        told: list[dict[str, Any]] = []
        async with asyncio.timeout(30):
            async for frame in events:
                if frame.startswith(b"event: printer.scan\n"):
                    told.append(json.loads(frame.split(b"data: ")[1]))
                    if told[-1]["state"] != "running":
                        break
        latest = (await edge.http.get("/api/v1/printers/scan")).json()
    assert len(told) > 2
    assert latest == told[-1]
    assert (latest["state"], latest["probed"], latest["total"]) == ("done", 1022, 1022)
