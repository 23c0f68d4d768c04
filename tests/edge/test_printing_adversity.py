"""Small rounds of what the bench does in long ones: nothing is lost, nothing comes twice without
saying so. The round with kill -9 stands in `test_adversity`."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from edge import spooler
from edge.settings import EdgeSettings
from printing import queue
from tests.support.edge import changes, edge_client, seed, settings
from tests.support.raw_printer import RawPrinter
from tests.support.rounds import place, pull_round, until_printed
from tests.support.unanswered import unanswered

SEED = 20_261_122


@pytest.fixture
async def printer() -> AsyncIterator[RawPrinter]:
    printer = await RawPrinter().open()
    yield printer
    await printer.close()


@pytest.fixture
async def where(tmp_path: Path, printer: RawPrinter) -> EdgeSettings:
    where = settings(tmp_path / "data")
    await seed(where, changes({"k": printer.uri}, kitchen=["k"]))
    return where


async def test_cable_pulled_in_a_ticket(
    where: EdgeSettings, printer: RawPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cable that goes out at a chance byte, eight times: nothing lost, nothing twice unmarked."""
    monkeypatch.setattr(queue, "RETRY_AFTER_S", (0, 0, 0))
    monkeypatch.setattr(spooler, "PROBE_EVERY_S", 0.02)
    chance = random.Random(SEED)
    async with edge_client(where) as edge:
        edge.http.base_url = "http://edge.test/api/v1"
        for _ in range(8):
            found = await pull_round(edge.http, where, printer, chance, reset=True)
            assert (found.lost, found.unmarked) == (0, 0)
            assert found.marked <= 1


async def test_eight_printers_one_dead_one_slow(tmp_path: Path) -> None:
    """Six printers print the whole rush while the seventh never answers and the eighth takes
    seconds for a ticket."""
    async with AsyncExitStack() as stack:
        well = [await RawPrinter().open() for _ in range(6)]
        slow = await RawPrinter(bytes_per_s=200).open()
        for printer in (*well, slow):
            stack.push_async_callback(printer.close)
        dead = stack.enter_context(unanswered())
        uris = {f"p{n}": printer.uri for n, printer in enumerate(well)}
        others = {"slow": slow.uri, "dead": f"escpos://127.0.0.1:{dead}"}
        where = settings(tmp_path / "data")
        await seed(where, changes(uris | others, kitchen=[*others, *uris]))
        async with edge_client(where) as edge:
            edge.http.base_url = "http://edge.test/api/v1"
            for _ in range(10):
                await place(edge.http)
            await until_printed(where, [*uris])
            assert [len(printer.tickets) for printer in well] == [10] * 6
            assert len(slow.tickets) < 10, "the slow one was no slower than they"
