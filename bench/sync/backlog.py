"""100,000 records that wait to go up, as after a long time without the internet: what an order
costs then, and how much memory, while the cloud is away and while it takes them.

The floor is the same edge with nothing that waits.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import NamedTuple

from bench.edge_writes import load, sign_in
from bench.figure import Figure, percentile
from bench.stack import Cloud, cloud, edge_serving, free_port, restaurant_file
from bench.sync.documents import done, order
from bench.sync.edges import edge_at, paired_edge
from domain.clock import SystemClock
from domain.codec import encode
from domain.ids import UuidV7
from edge.parts import Parts
from edge.store.edits import edit
from edge.store.writer import Transaction
from sync.wire import Collection

ROWS = 100_000
AT_A_TIME = 5_000  # rows in one transaction


class Cost(NamedTuple):
    order_ms: float  # p50
    slow_ms: float  # p99
    memory_mb: float  # at its highest


async def run(folder: Path, database_url: str) -> list[Figure]:
    restaurant = restaurant_file("backlog", {}, {})
    away = {"PANBOT_CLOUD_URL": f"http://127.0.0.1:{free_port()}"}
    async with cloud(folder, database_url, restaurant) as running:
        empty = await _edge(folder / "empty", running, 0)
        full = await _edge(folder / "full", running, ROWS)
        floor = await _cost(empty, restaurant, {})
        figures = []
        for name, extra in (("the cloud away", away), ("the cloud there", {})):
            cost = await _cost(full, restaurant, extra)
            figures += [
                Figure(
                    f"order with {ROWS:,} pending, {name}, p50",
                    cost.order_ms,
                    "ms",
                    floor.order_ms,
                    "the floor",
                ),
                Figure(
                    f"order with {ROWS:,} pending, {name}, p99", cost.slow_ms, "ms", floor.slow_ms
                ),
                Figure(
                    f"memory with {ROWS:,} pending, {name}",
                    cost.memory_mb,
                    "MB",
                    floor.memory_mb,
                    "the floor + 50",
                ),
            ]
        return figures


async def _edge(data: Path, running: Cloud, rows: int) -> Path:
    """The data of a paired edge that has its restaurant, and `rows` orders which are due to go
    up."""
    async with paired_edge(data, running):
        pass
    unreachable = f"http://127.0.0.1:{free_port()}"
    async with edge_at(data, delay_s=0, cloud_url=unreachable) as parts:
        chance = random.Random(1)
        for _ in range(rows // AT_A_TIME):
            await _add(parts, chance)
    return data


async def _add(parts: Parts, chance: random.Random) -> None:
    ids = UuidV7(SystemClock())
    orders = [done(order(chance, parts.clock.now(), ids)) for _ in range(AT_A_TIME)]

    def add(tx: Transaction) -> None:
        for one in orders:
            edit(tx, Collection.ORDER, one.id, encode(one), parts.stamp())

    await parts.store.write(add)


async def _cost(data: Path, restaurant: dict[str, object], extra: dict[str, str]) -> Cost:
    async with edge_serving(data, extra) as (url, child, _):
        token = await sign_in(url, restaurant)
        _, took_ms = await asyncio.to_thread(load, url, token, 1)
        peak_mb = _peak_mb(child.process.pid)
    return Cost(percentile(took_ms, 50), percentile(took_ms, 99), peak_mb)


def _peak_mb(pid: int) -> float:
    """The most memory that the program has ever had, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    (peak_kb,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak_kb) * 1024 / 1e6
