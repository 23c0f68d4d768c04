"""The edge as a process: seconds to its first 200, and its memory after a thousand orders.

It runs from an installation of its own with the packages of the extra `edge`, as a restaurant's
machine has it: beside those of the tests, PyJWT alone would load 10 MB more.
Floors: a Python that serves one empty Litestar application, started and measured the same way.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from pathlib import Path

import httpx
import psutil

from bench.figure import Figure
from bench.stack import Sink, cloud, edge, free_port, restaurant_file, until_ready
from demo.children import Child, stop_all

ORDERS = 1_000
AT_A_TIME = 20  # orders in one batch of requests; the tickets follow at the printers' pace
PAPER_S = 120.0
ROOT = Path(__file__).parents[1]

_EMPTY = """
import asyncio, sys
from litestar import Litestar, get
from web.server import run

@get("/ready", sync_to_thread=False)
def ready() -> str:
    return "ready"

asyncio.run(run(Litestar([ready]), "127.0.0.1", int(sys.argv[1]), stop=asyncio.Event()))
"""


async def run(folder: Path, database_url: str) -> list[Figure]:
    python = await _installed(folder / "installed")
    floor_s, floor_mb = await _empty_server(folder, python)
    raw, ipp = Sink(), Sink()
    await raw.start()
    await ipp.start()
    # One printer is IPP at an address that does not speak it, so that pyipp is loaded too.
    away = f"ipp://127.0.0.1:{free_port()}/ipp/print"
    restaurant = restaurant_file(
        "process",
        {"kitchen": raw.uri, "bar": ipp.uri, "office": away},
        {"kitchen": ["kitchen"], "bar": ["bar"], "receipt": ["office"]},
    )
    try:
        async with cloud(folder, database_url, restaurant) as running:
            gap = {"PANBOT_PRINT_GAP_MS": "0"}
            async with edge(folder, running, gap, python) as (_, child, ready_s):
                await _orders(running.url, running.authorization, running.business_id, raw)
                used_mb = psutil.Process(child.process.pid).memory_info().rss / 1e6
    finally:
        await raw.stop()
        await ipp.stop()
    return [
        Figure("edge, start → first 200", ready_s, "s", floor_s, "under 2"),
        Figure(f"edge, memory after {ORDERS} orders", used_mb, "MB", floor_mb, "under 120"),
    ]


async def _installed(place: Path) -> str:
    """The Python of a fresh installation of the edge at `place`, at the versions of the lock."""
    uv = str(ROOT / "scripts" / "uv")
    lock = str(ROOT / "requirements.lock")
    for command in (
        (uv, "venv", "--quiet", "--python", sys.executable, str(place)),
        (
            *(uv, "pip", "install", "--quiet", "--python", str(place), "--constraints", lock),
            *("--editable", f"{ROOT}[edge]"),
        ),
    ):
        process = await asyncio.create_subprocess_exec(*command)
        if await process.wait() != 0:
            raise RuntimeError(f"no edge could be installed: {' '.join(command)}")
    return str(place / "bin" / "python")


async def _empty_server(folder: Path, python: str) -> tuple[float, float]:
    port = free_port()
    began = time.perf_counter()
    child = await Child.start(
        "empty server",
        (python, "-c", _EMPTY, str(port)),
        environment={"PATH": "/usr/bin:/bin"},
        log=folder / "empty.log",
    )
    try:
        await until_ready(f"http://127.0.0.1:{port}")
        took_s = time.perf_counter() - began
        return took_s, psutil.Process(child.process.pid).memory_info().rss / 1e6
    finally:
        await stop_all([child])


async def _orders(url: str, authorization: dict[str, str], business_id: str, sink: Sink) -> None:
    """A thousand orders, each of which comes out at the kitchen's printer."""
    order = {
        "type": "pickup",
        "lines": [{"item_id": "margherita", "qty": 2}, {"item_id": "coke", "qty": 1}],
    }
    async with httpx.AsyncClient(base_url=url, headers=authorization, trust_env=False) as client:

        async def place() -> None:
            answer = await client.post(
                f"/api/v1/businesses/{business_id}/orders",
                json=order,
                headers={"Idempotency-Key": str(uuid.uuid4())},
            )
            answer.raise_for_status()

        for _ in range(ORDERS // AT_A_TIME):
            await asyncio.gather(*(place() for _ in range(AT_A_TIME)))
    async with asyncio.timeout(PAPER_S):
        while sink.tickets < ORDERS:
            sink.printed.clear()
            await sink.printed.wait()
