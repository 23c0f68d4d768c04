"""Orders written at the edge over HTTP, each durable before it is answered, with 1 and 32 clients.

The floor is a raw sqlite3 loop in this process: WAL, synchronous=FULL, one row of the same size
and one commit after the other. Beyond it lies group commit, which shares one commit among many.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import sqlite3
import time
import uuid
from pathlib import Path

import httpx
import msgspec

from bench.figure import Figure, percentile
from bench.keep_alive import keep_alive, request
from bench.stack import cloud, edge, restaurant_file
from domain.clock import SystemClock
from domain.ids import UuidV7

__all__ = ["load", "run", "sign_in"]

FLOOR_WRITES = 3_000
SECONDS = 5.0  # of load for each number of clients, after as much as a tenth of it to warm up
CLIENTS = (1, 32)

_ids = UuidV7(SystemClock(), random.Random().getrandbits)  # as terminals make them


async def run(folder: Path, database_url: str) -> list[Figure]:
    floor = await asyncio.to_thread(_raw_loop, folder / "floor.db")
    figures = []
    # No station is routed: the print jobs are written, and held, and no printer is measured.
    restaurant = restaurant_file("writes", {}, {})
    async with (
        cloud(folder, database_url, restaurant) as running,
        edge(folder, running) as (url, _, _),
    ):
        token = await sign_in(url, restaurant)
        for clients in CLIENTS:
            rate, took_ms = await asyncio.to_thread(load, url, token, clients)
            goal = "3,000 or more" if clients == max(CLIENTS) else ""
            figures += [
                Figure(f"edge orders, {clients} clients", rate, "1/s", floor, goal),
                Figure(
                    f"edge orders, {clients} clients, p50",
                    percentile(took_ms, 50),
                    "ms",
                    1000 / floor,
                ),
            ]
        if await _count(url, token) == 0:
            raise RuntimeError("the edge answered, but has stored nothing")
    return figures


def _raw_loop(path: Path) -> float:
    """Durable commits a second."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE orders (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID")
    began = time.perf_counter()
    for _ in range(FLOOR_WRITES):
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO orders VALUES (?, ?)", (str(uuid.uuid4()), "x" * 1500))
        db.execute("COMMIT")
    took_s = time.perf_counter() - began
    db.close()
    return FLOOR_WRITES / took_s


async def sign_in(url: str, restaurant: dict[str, object]) -> str:
    """An access token of the edge at `url`, as soon as it knows its staff."""
    staff = restaurant["staff"]
    assert isinstance(staff, list)
    async with asyncio.timeout(20), httpx.AsyncClient(base_url=url, trust_env=False) as client:
        while True:  # the staff come with the first read of the feed
            answer = await client.post("/api/v1/auth/login", json={"pin": staff[0]["pin"]})
            if answer.status_code < 300:
                token: str = answer.json()["access_token"]
                return token
            await asyncio.sleep(0.2)


async def _count(url: str, token: str) -> int:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        answer = await client.get("/api/v1/orders", headers={"Authorization": f"Bearer {token}"})
        return len(answer.json())


def load(url: str, token: str, clients: int) -> tuple[float, list[float]]:
    """Orders a second and the milliseconds of each, from a process of its own: a client that
    shared our interpreter would measure itself."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_drive, (url, token, clients))


def _drive(url: str, token: str, clients: int) -> tuple[float, list[float]]:
    import uvloop

    return uvloop.run(_clients(url, token, clients))


async def _clients(url: str, token: str, clients: int) -> tuple[float, list[float]]:
    until = time.perf_counter() + SECONDS * 1.1
    counted_from = time.perf_counter() + SECONDS * 0.1
    each = await asyncio.gather(*(_client(url, token, counted_from, until) for _ in range(clients)))
    took_ms = [one for times in each for one in times]
    return len(took_ms) / SECONDS, took_ms


async def _client(url: str, token: str, counted_from: float, until: float) -> list[float]:
    """One terminal that places one order after the other."""
    took_ms = []
    async with keep_alive(url) as connection:
        while (began := time.perf_counter()) < until:
            await connection.ask(_request(url, token))
            ended = time.perf_counter()
            if began >= counted_from:
                took_ms.append((ended - began) * 1000)
    return took_ms


def _request(url: str, token: str) -> bytes:
    body = msgspec.json.encode(
        {
            "id": _ids.new(),
            "type": "dine_in",
            "table": "7",
            "lines": [{"item_id": "margherita", "qty": 2}, {"item_id": "tiramisu", "qty": 1}],
        }
    )
    headers = {"Authorization": f"Bearer {token}"}
    return request(f"{url}/api/v1/orders", body, "application/json", headers)
