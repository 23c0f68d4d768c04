"""Two edges edit the same 200 documents before either has heard of the other: which edits are lost.

An edit is lost where its value is neither in the document as everyone has it in the end, nor in a
conflict record. PouchDB and RxDB, whose figures are quoted, were run with the same edits.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bench.figure import Figure
from bench.stack import cloud, restaurant_file
from bench.sync.documents import Json, customer
from bench.sync.edges import documents, edit_all, paired_edge, until
from bench.sync.trace import KEYS, in_the_cloud
from edge.parts import Parts
from sync.wire import Collection

FIELDS = {"two fields": ("phone", "note"), "one field": ("note", "note")}  # of each edge
QUOTED_LOST = "PouchDB 200, RxDB 200"

Edits = dict[str, Json]


async def run(folder: Path, database_url: str) -> list[Figure]:
    restaurant = restaurant_file("conflicts", {}, {})
    async with (
        cloud(folder, database_url, restaurant) as running,
        paired_edge(folder / "bar", running) as bar,
        paired_edge(folder / "office", running) as office,
    ):
        figures = []
        for name, (bars, offices) in FIELDS.items():
            keys = [f"{name}-{n}" for n in range(KEYS)]
            await edit_all(bar, {key: customer(n) for n, key in enumerate(keys)})
            await _settled(bar, office)
            told = [
                {key: {field: f"{key} of {side}"} for key in keys}
                for side, field in (("bar", bars), ("office", offices))
            ]
            await asyncio.gather(edit_all(bar, told[0]), edit_all(office, told[1]))
            await _settled(bar, office)
            lost = await _lost(database_url, told, bar, office)
            quoted = QUOTED_LOST if bars != offices else ""
            figures.append(
                Figure(f"{name} of {KEYS} keys, edits lost of {2 * KEYS}", lost, "", 0, "0", quoted)
            )
        return figures


async def _settled(*edges: Parts) -> None:
    """Until nothing waits at any edge, and all of them are at the same place in the feed."""
    while True:
        for edge in edges:
            await until(edge, lambda status: status.pending.count == 0 and status.lag == 0)
        now = [await edge.syncing.status() for edge in edges]
        if len({one.cursor for one in now}) == 1 and not any(one.pending.count for one in now):
            return
        await asyncio.sleep(0.05)


async def _lost(database_url: str, told: list[Edits], *edges: Parts) -> int:
    """How many of the edits are nowhere. Raises where cloud and edges do not hold the same."""
    found = {}
    for collection in (Collection.CUSTOMER, Collection.CONFLICT):
        found[collection] = await in_the_cloud(database_url, "conflicts", collection)
        for edge in edges:
            if await documents(edge, collection) != found[collection]:
                raise RuntimeError(f"the edges and the cloud differ in {collection}")
    kept = {
        (conflict["key"], one["path"], one[side])
        for conflict in found[Collection.CONFLICT].values()
        for one in conflict["discarded"]
        for side in ("mine", "theirs")
    }
    return sum(
        found[Collection.CUSTOMER][key].get(field) != value and (key, field, value) not in kept
        for edits in told
        for key, edit in edits.items()
        for field, value in edit.items()
    )
