"""100,000 records that wait to go up, as after a long time without the internet: what an order
costs then, and how much memory, while the cloud is away and while it takes them.

The floor is the same edge with nothing that waits.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import httpx

from bench.edge_writes import load, sign_in
from bench.figure import Figure, percentile
from bench.stack import cloud, edge_serving, free_port, restaurant_file
from bench.sync.documents import done, order
from bench.sync.edges import edge_at, paired_edge
from domain.clock import SystemClock
from domain.codec import encode
from domain.ids import UuidV7
from edge.store.edits import edit
from edge.store.writer import connect
from sync.wire import Collection

ROWS = 100_000
LOOKS = 50  # at the status

_COUNTED = """WITH RECURSIVE counted (n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :rows)"""
_RECORDS = """INSERT INTO records (collection, key, version, data, deleted, updated_at)
    SELECT collection, key || '-' || n, version, json_set(data, '$.id', key || '-' || n), deleted,
           updated_at
    FROM counted, records WHERE collection = 'order' AND key = :key"""
_PENDING = """INSERT INTO pending (collection, key, op_id, base_version, base, first_edit_at,
                          decided_at, due_at, attempts, last_error, edited_at, edited_by)
    SELECT collection, key || '-' || n, op_id || '-' || n, base_version, base, first_edit_at,
           decided_at, due_at, 0, '', edited_at, edited_by
    FROM counted, pending WHERE collection = 'order' AND key = :key"""


class Cost(NamedTuple):
    order_ms: float  # p50
    slow_ms: float  # p99
    status_ms: float  # p50
    memory_mb: float  # at its highest


async def run(folder: Path, database_url: str) -> list[Figure]:
    restaurant = restaurant_file("backlog", {}, {})
    away = {"PANBOT_CLOUD_URL": f"http://127.0.0.1:{free_port()}"}
    async with cloud(folder, database_url, restaurant) as running:
        empty, full = folder / "empty", folder / "full"
        for data in (empty, full):
            async with paired_edge(data, running):
                pass
        await _fill(full)
        floor = await _cost(empty, restaurant, {})
        figures = []
        for name, extra in (("the cloud away", away), ("the cloud there", {})):
            cost = await _cost(full, restaurant, extra)
            beside = f"with {ROWS:,} pending, {name}"
            figures += [
                Figure(f"order {beside}, p50", cost.order_ms, "ms", floor.order_ms, "the floor"),
                Figure(f"order {beside}, p99", cost.slow_ms, "ms", floor.slow_ms),
                Figure(f"sync/status {beside}, p50", cost.status_ms, "ms", floor.status_ms),
                Figure(f"memory {beside}", cost.memory_mb, "MB", floor.memory_mb, "the floor + 50"),
            ]
        return figures


async def _fill(data: Path) -> None:
    """One order is edited as staff do it; `ROWS` others are copies of its rows, because to edit
    each would take longer than all that is measured here."""
    unreachable = f"http://127.0.0.1:{free_port()}"
    async with edge_at(data, delay_s=0, cloud_url=unreachable) as parts:
        path = parts.settings.database
        one = done(order(random.Random(1), parts.clock.now(), UuidV7(SystemClock())))
        stamp = parts.stamp()
        await parts.store.write(lambda tx: edit(tx, Collection.ORDER, one.id, encode(one), stamp))
    await asyncio.to_thread(_copy, path, one.id)


def _copy(path: Path, key: str) -> None:
    with closing(connect(path)) as db:
        db.execute("BEGIN")
        for statement in (_RECORDS, _PENDING):
            db.execute(f"{_COUNTED} {statement}", {"rows": ROWS, "key": key})
        db.execute("COMMIT")


async def _cost(data: Path, restaurant: dict[str, object], extra: dict[str, str]) -> Cost:
    async with edge_serving(data, extra) as (url, child, _):
        token = await sign_in(url, restaurant)
        _, took_ms = await asyncio.to_thread(load, url, token, 1)
        status_ms = await _status(url, token)
        peak_mb = _peak_mb(child.process.pid)
    return Cost(
        percentile(took_ms, 50), percentile(took_ms, 99), percentile(status_ms, 50), peak_mb
    )


async def _status(url: str, token: str) -> list[float]:
    """Milliseconds of each look at the status page."""
    taken = []
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as client:
        for _ in range(LOOKS):
            began = time.perf_counter()
            (await client.get("/api/v1/sync/status")).raise_for_status()
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def _peak_mb(pid: int) -> float:
    """The most memory that the program has ever had, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    (peak_kb,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak_kb) * 1024 / 1e6
