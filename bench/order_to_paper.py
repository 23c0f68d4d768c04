"""An order placed in the cloud → the last byte of its last ticket, on each way down.

The floor does the same hops with nothing in them: one PostgreSQL commit that notifies, one
listener, and as many bare TCP connections of 2 kB as the order has tickets.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from bench.figure import Figure, percentile
from bench.stack import Cloud, Sink, cloud, edge, migrate, restaurant_file
from tests.support.engine import HOSTS, SECRET, realtime_host

ORDERS = 200
WARM_UP = 10  # orders that are not counted: imports, caches, the first connection
PAUSE_S = 0.12  # longer than the 100 ms gap between two tickets of one printer, which is meant
PAPER_S = 20.0
TICKET = b"x" * 2000 + b"\x1dr\x01"

_ORDER = {
    "type": "pickup",
    "customer": {"name": "Maria"},
    "lines": [{"item_id": "margherita", "qty": 2}, {"item_id": "coke", "qty": 1}],
}


async def run(folder: Path, database_url: str) -> list[Figure]:
    """Two figures (p50, p99) for each way down that this machine has."""
    await migrate(database_url)
    floor = await _floor(database_url)
    figures = []
    for way in ("long poll", *HOSTS):
        try:
            async with _pushing(way, database_url) as settings:
                taken = await _way_down(way, folder, database_url, settings)
        except pytest.skip.Exception as missing:
            print(f"not measured: {missing}", file=sys.stderr, flush=True)
            continue
        for percent, goal in ((50, "under 50"), (99, "under 250")):
            figures.append(
                Figure(
                    f"order → last byte, {way}, p{percent}",
                    percentile(taken, percent),
                    "ms",
                    percentile(floor, percent),
                    goal,
                )
            )
    return figures


@asynccontextmanager
async def _pushing(way: str, database_url: str) -> AsyncIterator[dict[str, str]]:
    """The cloud's settings for one way down, with what it needs running."""
    if way not in HOSTS:
        yield {}
        return
    async with realtime_host(way, database_url) as host:
        yield {"PANBOT_CENTRIFUGO_URL": host.url, "PANBOT_CENTRIFUGO_SECRET": SECRET}


async def _way_down(
    way: str, folder: Path, database_url: str, settings: dict[str, str]
) -> list[float]:
    async with (
        _kitchen(way.replace(" ", "-")) as (sinks, restaurant),
        cloud(folder, database_url, restaurant, settings) as running,
        edge(folder, running),
    ):
        return await _orders(running, sinks)


@asynccontextmanager
async def _kitchen(business_id: str) -> AsyncIterator[tuple[list[Sink], dict[str, Any]]]:
    """Two stations with a printer each, so that one order's tickets come out side by side."""
    kitchen, bar = Sink(), Sink()
    await kitchen.start()
    await bar.start()
    try:
        yield (
            [kitchen, bar],
            restaurant_file(
                business_id,
                {"kitchen": kitchen.uri, "bar": bar.uri},
                {"kitchen": ["kitchen"], "bar": ["bar"]},
            ),
        )
    finally:
        await kitchen.stop()
        await bar.stop()


async def _orders(running: Cloud, sinks: list[Sink]) -> list[float]:
    """Milliseconds from sending the request to the last byte of both tickets, for each order."""
    url = f"/api/v1/businesses/{running.business_id}/orders"
    taken = []
    async with httpx.AsyncClient(
        base_url=running.url, headers=running.authorization, trust_env=False
    ) as client:
        for _ in range(WARM_UP + ORDERS):
            for sink in sinks:
                sink.printed.clear()
            began = time.perf_counter()
            answer = await client.post(
                url, json=_ORDER, headers={"Idempotency-Key": str(uuid.uuid4())}
            )
            answer.raise_for_status()
            async with asyncio.timeout(PAPER_S):
                await asyncio.gather(*(sink.printed.wait() for sink in sinks))
            taken.append((max(sink.last_byte_at for sink in sinks) - began) * 1000)
            await asyncio.sleep(PAUSE_S)
    tickets = {sink.tickets for sink in sinks}
    if tickets != {WARM_UP + ORDERS}:
        raise RuntimeError(f"every order must be on paper once: {tickets} tickets")
    return taken[WARM_UP:]


async def _floor(database_url: str) -> list[float]:
    sinks = [Sink(), Sink()]
    for sink in sinks:
        await sink.start()
    heard = asyncio.Event()
    writer = await asyncpg.connect(database_url)
    listener = await asyncpg.connect(database_url)
    await listener.add_listener("panbot_bench", lambda *_: heard.set())
    await writer.execute("CREATE TABLE IF NOT EXISTS bench (n bigint PRIMARY KEY, body text)")
    await writer.execute("TRUNCATE bench")
    taken = []
    try:
        for n in itertools.islice(itertools.count(), WARM_UP + ORDERS):
            began = time.perf_counter()
            heard.clear()
            async with writer.transaction():
                await writer.execute("INSERT INTO bench VALUES ($1, $2)", n, "x" * 1500)
                await writer.execute("SELECT pg_notify('panbot_bench', '')")
            await heard.wait()
            await asyncio.gather(*(_send(sink) for sink in sinks))
            taken.append((max(sink.last_byte_at for sink in sinks) - began) * 1000)
    finally:
        await writer.execute("DROP TABLE bench")
        await writer.close()
        await listener.close()
        for sink in sinks:
            await sink.stop()
    return taken[WARM_UP:]


async def _send(sink: Sink) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sink.uri.rpartition(":")[2]))
    writer.write(TICKET)
    await reader.readexactly(1)
    writer.close()
