"""An edge with a printer in the kitchen and one at the counter, and what is asked of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.support.edge import Client, Paper, changes, edge_client, seed, settings

__all__ = ["TwoPrinters", "two_printers"]


@dataclass
class TwoPrinters:
    """A kitchen's printer `k` and a counter's `c`, which also prints receipts."""

    edge: Client
    kitchen: Paper
    counter: Paper

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return await self.edge.http.request(method, f"/api/v1{path}", json=body, headers=headers)


H = TypeVar("H", bound=TwoPrinters)


@asynccontextmanager
async def two_printers(house: type[H], folder: Path, *, bar: str) -> AsyncIterator[H]:
    """A `house` that runs until the block ends, in which the printer `bar` prints for the bar."""
    kitchen, counter = await Paper().open(), await Paper().open()
    where = settings(folder / "data")
    uris = {"k": kitchen.uri, "c": counter.uri}
    await seed(where, changes(uris, kitchen=["k"], bar=[bar], receipt=["c"]))
    async with edge_client(where) as edge:
        yield house(edge, kitchen, counter)
    await kitchen.gone()
    await counter.gone()
