"""`python -m bench [NAME…]`: runs the measurements, prints a line of JSON each and a table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from bench import edge_process, edge_writes, order_to_paper, phone, printing, render, sync
from bench.figure import Figure, table
from demo.postgres import postgres

Measurement = Callable[[Path, str], Awaitable[list[Figure]]]

MEASUREMENTS: dict[str, Measurement] = {
    "order-to-paper": order_to_paper.run,
    "edge-writes": edge_writes.run,
    "edge-process": edge_process.run,
    "render": render.run,
    "sync": sync.run,
    "print": printing.run,
    "phone": phone.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    names = parser.parse_args().names or list(MEASUREMENTS)
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"there is no {unknown[0]!r}; there are {', '.join(MEASUREMENTS)}")
    figures = uvloop.run(_measure(names))  # what plays a printer or a client must cost little
    print(table(figures))
    return 0


async def _measure(names: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="panbot-bench-") as folder:
        for name in names:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            place = Path(folder) / name
            place.mkdir()
            # A database of its own for each: the size of the last one's must not show in the next.
            async with postgres(place / "postgres") as database_url:
                found = await MEASUREMENTS[name](place, database_url)
            for figure in found:
                print(figure.line(), flush=True)
            figures += found
    return figures


if __name__ == "__main__":
    raise SystemExit(main())
