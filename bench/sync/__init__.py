"""The sync's measurements: what it costs on the wire, what it loses, and how it grows."""

from __future__ import annotations

from pathlib import Path

from bench.figure import Figure
from bench.sync import backlog, bootstrap, conflicts, day, menu_merge, trace

__all__ = ["run"]

PARTS = (trace, conflicts, day, bootstrap, menu_merge, backlog)


async def run(folder: Path, database_url: str) -> list[Figure]:
    figures = []
    for part in PARTS:
        place = folder / part.__name__.rpartition(".")[2]
        place.mkdir()
        figures += await part.run(place, database_url)
    return figures
