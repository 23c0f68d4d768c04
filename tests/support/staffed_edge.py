"""An edge as a process: an owner and staff who sign in, a printer in the kitchen, one at the
counter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.wire import Change
from tests.support.edge import EdgeProcess, Paper, changes, edge_process, seed, settings
from web.passwords import hash_password

__all__ = ["OWNER_PIN", "STAFF_PIN", "StaffedEdge", "staffed_edge"]

OWNER_PIN, STAFF_PIN = "9999", "1234"


@dataclass
class StaffedEdge:
    edge: EdgeProcess
    kitchen: Paper
    counter: Paper


@asynccontextmanager
async def staffed_edge(
    folder: Path,
    printers: Sequence[str],
    routes: Mapping[str, Sequence[str]],
    menu: Mapping[str, Any] | None = None,
) -> AsyncIterator[StaffedEdge]:
    """Runs until the block ends. Of the two, those of `printers` are set up: `k`, the kitchen's,
    and `c`, the counter's; `routes` says which station prints where, `menu` another menu."""
    where = settings(folder)
    kitchen, counter = await Paper().open(), await Paper().open()
    uris = {"k": kitchen.uri, "c": counter.uri}
    brought = changes(
        {one: uris[one] for one in printers}, **{name: [*ids] for name, ids in routes.items()}
    )
    owner = {"id": "olga", "name": "Olga", "role": "owner", "pin_hash": hash_password(OWNER_PIN)}
    brought.append(Change(len(brought) + 1, "staff", "olga", version=1, data=owner))
    if menu is not None:
        seq = len(brought) + 1
        brought.append(Change(seq, "menu", str(menu["id"]), version=2, data=dict(menu)))
    await seed(where, brought)
    async with edge_process(where) as edge:
        yield StaffedEdge(edge, kitchen, counter)
    await kitchen.gone()
    await counter.gone()
