"""The telephone's measurements: how long a caller waits for an answer, and what a call costs."""

from __future__ import annotations

from pathlib import Path

from bench.figure import Figure
from bench.phone import line, text

__all__ = ["run"]

PARTS = (text, line)


async def run(folder: Path, database_url: str) -> list[Figure]:
    figures = []
    for part in PARTS:
        place = folder / part.__name__.rpartition(".")[2]
        place.mkdir()
        figures += await part.run(place, database_url)
    return figures
