"""The peers' trace: 200 documents of 363 bytes, edited five times each in bursts, and what goes up.

What PouchDB and RxDB needed for it is quoted: both were run with the same documents and edits, on a
loopback, when this sync was planned. Nothing here runs them.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from bench.figure import Figure
from bench.stack import cloud, restaurant_file
from bench.sync.documents import Json, customer
from bench.sync.edges import documents, edit_all, paired_edge, until
from bench.wire import wire
from cloud.services import Services, Settings
from sync.wire import Collection

KEYS = 200
EDITS = 5
BURST_S = 0.3  # between two bursts, a tenth of the delay

PUSH = "/api/v1/sync/push"
QUOTED_REQUESTS = "PouchDB 10–18, RxDB 3"
QUOTED_KB = "PouchDB 138–140, RxDB 82.8"


async def run(folder: Path, database_url: str) -> list[Figure]:
    restaurant = restaurant_file("trace", {}, {})
    async with (
        cloud(folder, database_url, restaurant) as running,
        wire(running.url) as line,
        paired_edge(folder / "edge", running, line.url) as edge,
    ):
        line.forget()
        for version in range(EDITS):
            await edit_all(edge, {f"c{n}": customer(n, version) for n in range(KEYS)})
            await asyncio.sleep(BURST_S)
        await until(edge, lambda status: status.pending.count == 0)
        last = {f"c{n}": customer(n, EDITS - 1) for n in range(KEYS)}
        if await in_the_cloud(database_url, "trace", Collection.CUSTOMER) != last:
            raise RuntimeError("the cloud does not hold the last edit of each")
        await until(edge, lambda status: status.lag == 0)
        if await documents(edge, Collection.CUSTOMER) != last:
            raise RuntimeError("the edge does not hold the last edit of each")
        pushed, all_of = line.traffic[PUSH], line.total()
    raw_kb = sum(len(msgspec.json.encode(document)) for document in last.values()) / 1000
    name = f"{KEYS} keys × {EDITS} edits"
    return [
        Figure(f"{name}, push requests", pushed.requests, "", 1, "1", QUOTED_REQUESTS),
        Figure(f"{name}, pushed", pushed.up / 1000, "kB", raw_kb, "under 40", QUOTED_KB),
        Figure(f"{name}, all that went up", all_of.up / 1000, "kB", raw_kb, "", QUOTED_KB),
        Figure(f"{name}, all that came down", all_of.down / 1000, "kB", raw_kb),
    ]


async def in_the_cloud(database_url: str, business_id: str, collection: str) -> dict[str, Json]:
    """Everything of `collection` in the cloud, by key."""
    async with Services.open(Settings(database_url=database_url)) as services:
        found: dict[str, Json] = {}
        after = 0
        while True:
            page = await services.feed.changes(business_id, after)
            found |= {c.key: c.data for c in page.changes if c.collection == collection}
            if page.cursor >= page.head:
                return found
            after = page.cursor
