"""What the measurements run on: embedded PostgreSQL, the real programs as processes, bare sinks.

Everything is on loopback, on free ports, in a folder of its own that is removed at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from cloud.db.migrate import apply_migrations
from cloud.db.pool import connect
from cloud.services import Services
from cloud.settings import from_env
from demo.children import Child, panbot, stop_all
from demo.restaurant import read_restaurant

__all__ = [
    "Cloud",
    "Sink",
    "cloud",
    "edge",
    "edge_serving",
    "free_port",
    "migrate",
    "restaurant_file",
    "until_ready",
]

PASSWORD = "on loopback only"
READY_S = 60.0  # for a program to answer; a quiet machine takes a fraction of it
LOOK_S = 0.005  # between two looks; what is measured by looking is this coarse

_FENCE = b"\x1dr\x01"  # GS r 1: answered once everything before it was processed
_STATUS = b"\x10\x04"  # DLE EOT n: answered at once


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Sink:
    """The barest printer: takes bytes, answers the status and the fence, notes when bytes came."""

    def __init__(self) -> None:
        self.last_byte_at = 0.0
        self.tickets = 0
        self.printed = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def uri(self) -> str:
        assert self._server is not None
        return f"escpos://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while received := await reader.read(65536):
                at = time.perf_counter()
                for _ in range(received.count(_STATUS)):
                    writer.write(b"\x12")
                if _FENCE in received:
                    self.last_byte_at = at
                    self.tickets += 1
                    self.printed.set()
                    writer.write(b"\x00")
        # Reset, so that a thousand tickets leave no thousand sockets in TIME_WAIT.
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        writer.close()


class Cloud:
    """A running cloud: its address, an owner's token, and the sample business's id."""

    def __init__(self, url: str, owner: str, business_id: str) -> None:
        self.url = url
        self.owner = owner
        self.business_id = business_id

    async def pairing_code(self) -> str:
        async with httpx.AsyncClient(base_url=self.url, headers=self.authorization) as client:
            answer = await client.post("/api/v1/devices/pairing-codes", json={})
            answer.raise_for_status()
            code: str = answer.json()["code"]
            return code

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.owner}"}


async def migrate(database_url: str) -> None:
    connection = await connect(database_url)
    await apply_migrations(connection)
    await connection.close()


def restaurant_file(
    name: str, printers: Mapping[str, str], routing: Mapping[str, list[str]]
) -> dict[str, Any]:
    """The sample restaurant as a business of its own, with printers at addresses of ours
    (`{id: uri}`)."""
    _, plain = read_restaurant()
    return plain | {
        "business_id": name,
        "users": [
            {"email": f"owner@{name}.example", "password": "on loopback only", "role": "owner"}
        ],
        "phone_numbers": [],
        "printers": [{"id": one, "name": one, "uri": uri} for one, uri in printers.items()],
        "routing": [{"station": station, "printer_ids": ids} for station, ids in routing.items()],
    }


@asynccontextmanager
async def cloud(
    folder: Path, database_url: str, restaurant: dict[str, Any], extra: Mapping[str, str] = {}
) -> AsyncIterator[Cloud]:
    """`panbot cloud serve` over `database_url`, with `restaurant` loaded."""
    port = free_port()
    environment = {
        **_machine(),
        "PANBOT_DATABASE_URL": database_url,
        "PANBOT_CLOUD_PORT": str(port),
        "PANBOT_CLOUD_SECRET": secrets.token_hex(32),
        **extra,
    }
    await migrate(database_url)
    async with Services.open(from_env(environment)) as services:
        loaded = await services.businesses.load(restaurant)
    child = await Child.start(
        "cloud",
        panbot("cloud", "serve"),
        environment=environment,
        log=folder / "cloud.log",
    )
    try:
        url = f"http://127.0.0.1:{port}"
        await until_ready(url)
        owner = await _sign_in(url, restaurant["users"][0])
        yield Cloud(url, owner, loaded.business_id)
    finally:
        await stop_all([child])


async def _sign_in(url: str, user: Mapping[str, str]) -> str:
    async with httpx.AsyncClient(base_url=url) as client:
        answer = await client.post(
            "/api/v1/auth/login", json={"email": user["email"], "password": user["password"]}
        )
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token


@asynccontextmanager
async def edge(
    folder: Path, paired_with: Cloud, extra: Mapping[str, str] = {}, python: str = sys.executable
) -> AsyncIterator[tuple[str, Child, float]]:
    """`panbot edge serve`, paired: its address, its process, and the seconds to its first 200.
    `python` is the installation that it runs from."""
    data = folder / f"edge-{secrets.token_hex(4)}"
    pair = await Child.start(
        "edge pair",
        panbot("edge", "pair", await paired_with.pairing_code(), "--cloud", paired_with.url),
        environment={**_machine(), "PANBOT_EDGE_DATA": str(data)},
        log=folder / "edge.log",
    )
    if await pair.process.wait() != 0:
        raise RuntimeError((folder / "edge.log").read_text())
    async with edge_serving(data, extra, python) as served:
        yield served


@asynccontextmanager
async def edge_serving(
    data: Path, extra: Mapping[str, str] = {}, python: str = sys.executable
) -> AsyncIterator[tuple[str, Child, float]]:
    """`panbot edge serve` on what is in `data`; else as `edge`."""
    port = free_port()
    environment = {
        **_machine(),
        "PANBOT_EDGE_DATA": str(data),
        "PANBOT_EDGE_PORT": str(port),
        **extra,
    }
    began = time.perf_counter()
    child = await Child.start(
        "edge",
        panbot("edge", "serve", python=python),
        environment=environment,
        log=data.with_name("edge.log"),
    )
    try:
        url = f"http://127.0.0.1:{port}"
        await until_ready(url)
        yield url, child, time.perf_counter() - began
    finally:
        await stop_all([child])


async def until_ready(url: str) -> None:
    """Returns with the first 200 of `/ready`. Raises TimeoutError."""
    async with asyncio.timeout(READY_S), httpx.AsyncClient(base_url=url, trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get("/ready")).status_code == 200:
                    return
            await asyncio.sleep(LOOK_S)


def _machine() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PANBOT_")}
