"""An edge and one printer, for the tests that need no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.edge import Client, Paper, changes, edge_client, seed, settings


@pytest.fixture
async def paper() -> AsyncIterator[Paper]:
    paper = await Paper().open()
    yield paper
    await paper.gone()


@pytest.fixture
async def edge(tmp_path: Path, paper: Paper) -> AsyncIterator[Client]:
    where = settings(tmp_path / "data")
    await seed(where, changes({"k": paper.uri}, kitchen=["k"], bar=["k"]))
    async with edge_client(where) as edge:
        yield edge
