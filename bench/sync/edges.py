"""An edge for the sync's measurements: all of it but HTTP, in this process, and a real cloud."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bench.stack import Cloud
from bench.sync.documents import Json
from domain.clock import SystemClock
from domain.ids import UuidV7
from edge.app import running
from edge.parts import Parts
from edge.settings import read_settings
from edge.store import records
from edge.store.edits import edit
from edge.store.writer import Transaction
from edge.syncing import SyncStatus
from sync.wire import Collection

__all__ = ["documents", "edge_at", "edit_all", "paired_edge", "until"]

DELAY_S = 3.0  # from an edit to its push, in the place of two minutes; a tenth of it covers a burst
LOOK_S = 0.02
DEADLINE_S = 120.0  # a hang guard


@asynccontextmanager
async def edge_at(
    folder: Path, *, delay_s: float = DELAY_S, cloud_url: str = ""
) -> AsyncIterator[Parts]:
    """An edge with its data in `folder`, paired or not, and its loops running."""
    clock = SystemClock()
    settings = read_settings(
        {
            "PANBOT_EDGE_DATA": str(folder),
            "PANBOT_PUSH_DELAY_S": f"{delay_s:g}",
            "PANBOT_CLOUD_URL": cloud_url,
        }
    )
    async with running(settings, clock, UuidV7(clock), stop=asyncio.Event()) as parts:
        yield parts


@asynccontextmanager
async def paired_edge(folder: Path, cloud: Cloud, url: str = "") -> AsyncIterator[Parts]:
    """A new edge of the cloud's restaurant, reached at `url`, that has everything."""
    async with edge_at(folder) as parts:
        await parts.syncing.pair(await cloud.pairing_code(), url or cloud.url)
        await until(parts, lambda status: status.cursor > 0 and status.lag == 0)
        yield parts


async def until(parts: Parts, holds: Callable[[SyncStatus], bool]) -> SyncStatus:
    """The first status for which it `holds`."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            status = await parts.syncing.status()
            if holds(status):
                return status
            await asyncio.sleep(LOOK_S)


async def edit_all(parts: Parts, edits: dict[str, Json]) -> None:
    """Each of the customers is edited in a transaction of its own, as terminals do it."""

    async def one(key: str, after: Json) -> None:
        stamp = parts.stamp()

        def change(tx: Transaction) -> None:
            before = records.find(tx.connection, Collection.CUSTOMER, key)
            known = before.data if before else {}
            edit(tx, Collection.CUSTOMER, key, known | after, stamp)

        await parts.store.write(change)

    await asyncio.gather(*(one(key, after) for key, after in edits.items()))


async def documents(parts: Parts, collection: str) -> dict[str, Json]:
    """Everything of `collection` at this edge, by key."""
    found = await parts.store.read(lambda db: records.all_of(db, collection))
    return {record.key: record.data for record in found}
