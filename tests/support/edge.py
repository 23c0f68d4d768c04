"""An edge to test against: a small restaurant as the feed brings it, printers that are sockets, and
the program itself, in this process or in one of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.clock import Clock, SystemClock
from domain.ids import UuidV7
from edge.app import create_app
from edge.parts import Parts
from edge.settings import EdgeSettings, read_settings
from edge.store import identity, writer
from edge.store.store import Store, connect_read_only
from edge.store.sync_store import SyncStore
from printing.transport.status import ASK_STATUS, FENCE
from sync.policy import PushDelays
from sync.wire import Change
from web.passwords import hash_password
from web.tokens import Claims, Tokens

__all__ = [
    "BUSINESS_ID",
    "PIN",
    "Client",
    "EdgeProcess",
    "Paper",
    "SlowDisk",
    "changes",
    "draft",
    "edge_client",
    "edge_process",
    "eventually",
    "full_disk",
    "order_data",
    "seed",
    "settings",
    "token",
]

BUSINESS_ID = "trattoria"
PIN = "1234"
PIN_HASH = hash_password(PIN)  # once: it is slow on purpose
LETTING_IN = 4  # turns of the loop from a connection's acceptance to who serves it, and one more
DEADLINE_S = 15.0  # a hang guard, not an expectation

MENU = {
    "id": "main",
    "name": "Trattoria",
    "currency": "EUR",
    "tax": {"prices_include_tax": True, "classes": {"food": 700}},
    "categories": [{"id": "pizza", "name": "Pizza"}],
    "items": [
        {
            "id": "margherita",
            "category_id": "pizza",
            "name": "Pizza Margherita",
            "price": 950,
            "tax_class": "food",
            "station": "kitchen",
        },
        {
            "id": "spritz",
            "category_id": "pizza",
            "name": "Spritz",
            "price": 700,
            "tax_class": "food",
            "station": "bar",
        },
    ],
}


def settings(data: Path, **more: Any) -> EdgeSettings:
    """Settings for an edge on `data`, with a free port and no waiting between tickets."""
    environment = {
        "PANBOT_EDGE_DATA": str(data),
        "PANBOT_EDGE_PORT": "0",
        "PANBOT_PRINT_GAP_MS": "0",
    }
    return read_settings(environment | {name: str(value) for name, value in more.items()})


def changes(printers: dict[str, str], **stations: Sequence[str]) -> list[Change]:
    """What the feed says about the restaurant. `printers` are URIs by id; `stations` name the
    printers of each station."""
    records: list[tuple[str, str, dict[str, Any]]] = [
        ("settings", "business", {"name": "Trattoria", "timezone": "Europe/Rome"}),
        ("menu", "main", MENU),
        ("staff", "anna", {"id": "anna", "name": "Anna", "pin_hash": PIN_HASH}),
    ]
    for printer_id, uri in printers.items():
        printer = {"id": printer_id, "name": printer_id.title(), "uri": uri}
        records.append(("printer", printer_id, printer))
    for station, printer_ids in stations.items():
        records.append(("routing", station, {"station": station, "printer_ids": list(printer_ids)}))
    return [
        Change(seq, collection, key, version=1, data=data)
        for seq, (collection, key, data) in enumerate(records, start=1)
    ]


async def seed(where: EdgeSettings, brought: Sequence[Change]) -> None:
    """Makes the data directory of an edge that is paired and has pulled `brought`. Its cloud is
    away: the address is one where nothing listens."""
    clock = SystemClock()
    store = Store(where.database, lambda _: None)
    await store.open()
    try:
        await store.write(identity.make)
        await store.write(
            lambda tx: identity.pair(
                tx,
                business_id=BUSINESS_ID,
                device_id="edge-1",
                device_secret="s" * 43,
                cloud_url="http://127.0.0.1:9",
            )
        )
        await store.write(lambda tx: identity.inherit(tx, 0))  # no box was here before
        sync_store = SyncStore(store, clock, UuidV7(clock), PushDelays())
        await sync_store.apply(brought, len(brought))
    finally:
        await store.close()


def token(
    where: EdgeSettings, *, role: str = "owner", ttl_s: int = 900, clock: Clock | None = None
) -> str:
    """A token as this edge would give it."""
    with closing(connect_read_only(where.database)) as db:
        who = identity.read(db)
    assert who is not None
    claims = Claims("anna", role, who.business_id)
    return Tokens(who.token_secret, clock or SystemClock()).issue(claims, ttl_s)


def draft(order_id: str = "", *, item: str = "margherita", qty: int = 1) -> dict[str, Any]:
    """The body of `POST orders`."""
    return {"id": order_id, "lines": [{"item_id": item, "qty": qty}]}


def order_data(
    order_id: str, *, age: timedelta = timedelta(), revision: int = 1, qty: int = 1, **more: Any
) -> dict[str, Any]:
    """A phone order as the feed carries it, placed `age` ago."""
    placed = datetime.now(UTC) - age
    totals = {"net": 0, "tax": 0, "gross": 950 * qty}
    return {
        "id": order_id,
        "number": "P-1",
        "channel": "phone",
        "type": "pickup",
        "status": "placed",
        "lines": [
            {
                "id": f"{order_id}-1",
                "item_id": "margherita",
                "name": "Pizza Margherita",
                "qty": qty,
                "unit_price": 950,
                "station": "kitchen",
                "tax_class": "food",
            }
        ],
        "totals": totals,
        "currency": "EUR",
        "tax": MENU["tax"],
        "placed_at": placed.isoformat(),
        "promised_at": placed.isoformat(),
        "business_day": placed.date().isoformat(),
        "revision": revision,
    } | more


@dataclass
class Client:
    """An edge in this process and this event loop, with its parts at hand."""

    http: httpx.AsyncClient
    parts: Parts
    settings: EdgeSettings


@asynccontextmanager
async def edge_client(
    where: EdgeSettings, *, role: str = "owner", clock: Clock | None = None
) -> AsyncIterator[Client]:
    """A running edge on `where`, signed in. Its cloud is away, unless it was paired with one."""
    clock = clock or SystemClock()
    app = create_app(where, clock, UuidV7(clock), stop=asyncio.Event())
    up, down = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            up.set()
            await down.wait()

    # A task of its own: pytest enters and leaves a fixture in two, which the lifespan forbids.
    life = asyncio.create_task(live())
    await asyncio.wait((life, asyncio.ensure_future(up.wait())), return_when="FIRST_COMPLETED")
    try:
        if life.done():
            life.result()
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://edge.test",
            headers={"Authorization": f"Bearer {token(where, role=role)}"},
        ) as http:
            yield Client(http, app.state.parts, where)
    finally:
        down.set()
        await life


@contextmanager
def full_disk() -> Iterator[None]:
    """While the block runs, every write of every edge in this process is refused."""
    refusal = _full()

    def refuse(connection: sqlite3.Connection, group: list[Any], *_: object) -> list[Any]:
        for job in group:
            job.error = refusal
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "commit", refuse)
        yield


def _full() -> sqlite3.OperationalError:
    refusal = sqlite3.OperationalError("database or disk is full")
    refusal.sqlite_errorcode = sqlite3.SQLITE_FULL
    return refusal


class SlowDisk:
    """A disk on which commits wait until `free` is set, and then fail where `full` is."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.free = threading.Event()
        self.free.set()
        self.full = False
        disk = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
                if sql == "COMMIT":
                    disk.free.wait(DEADLINE_S)
                    if disk.full:
                        raise _full()
                return super().execute(sql, *parameters)

        patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Connection))


async def eventually(look: Callable[[], Any], what: str = "it") -> Any:
    """The first true value of `look()`, awaited where it has to be."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            value = look()
            if asyncio.iscoroutine(value):
                value = await value
            if value:
                return value
            await asyncio.sleep(0.01)
    raise AssertionError(f"{what} never came")


@dataclass
class Paper:
    """A raw printer on a socket that prints whatever comes and says so, `answers_after_s`.

    `status` is what it answers to `ASK_STATUS`; with None it never says a word. It prints while
    `printing` is set. `most_clients` is how many were ever connected at once, `asked` how often
    somebody wanted to know how it is, and `taken` the bytes of tickets that came in.
    """

    tickets: list[bytes] = field(default_factory=list)
    answers_after_s: float = 0.0
    status: bytes | None = b"\x12\x12\x12"
    printing: asyncio.Event = field(default_factory=asyncio.Event)
    most_clients: int = 0
    asked: int = 0
    taken: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _clients: int = 0
    _serving: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        return f"escpos://127.0.0.1:{self.port}"

    async def open(self, listener: socket.socket | None = None) -> Paper:
        """Switched on; at the same port when it is opened again, or on a socket of its own."""
        self.printing.set()
        sock = listener or socket.create_server(("127.0.0.1", self.port))
        self._server = await asyncio.start_server(self._connected, sock=sock)
        self.port = sock.getsockname()[1]
        return self

    async def close(self) -> None:
        """Switched off; whoever is connected is let go when they leave.

        Nobody is let in first: a server that is closed in the moment of an acceptance forgets to
        close that connection.
        """
        if self._server is not None:
            server, self._server = self._server, None
            for sock in server.sockets:
                asyncio.get_running_loop().remove_reader(sock.fileno())
            for _ in range(LETTING_IN):
                await asyncio.sleep(0)
            server.close()
            await server.wait_closed()

    async def gone(self) -> None:
        """Switched off for good: nobody is connected any more."""
        await self.close()
        for serving, line in tuple(self._serving.items()):
            serving.cancel()
            line.transport.abort()
        await asyncio.gather(*tuple(self._serving), return_exceptions=True)
        await asyncio.sleep(0)  # an aborted connection is closed in the next turn

    def with_text(self, text: str) -> list[bytes]:
        return [ticket for ticket in self.tickets if text.encode() in ticket]

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A plain function: a task that is cancelled before it begins closes nothing."""
        serving = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving[serving] = writer
        serving.add_done_callback(lambda done: self._serving.pop(done, None))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients += 1
        self.most_clients = max(self.most_clients, self._clients)
        try:
            await self._print(reader, writer)
        finally:
            self._clients -= 1
            writer.close()

    async def _print(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Says how it is when it is asked, and answers the fence that ends a ticket."""
        seen = b""
        with contextlib.suppress(ConnectionError):
            while more := await reader.read(65536):
                seen += more
                if seen == ASK_STATUS:
                    self.asked += 1
                    writer.write(self.status or b"")
                    seen = b""
                    continue
                self.taken += len(more)
                if seen.endswith(FENCE):
                    await self.printing.wait()
                    self.tickets.append(seen)
                    await asyncio.sleep(self.answers_after_s)
                    writer.write(b"\x00" if self.status else b"")
                    seen = b""
        if seen:
            self.tickets.append(seen)


class EdgeProcess:
    """`panbot edge serve` in a process of its own; `edge_process` makes one."""

    def __init__(self, where: EdgeSettings, process: asyncio.subprocess.Process, url: str) -> None:
        self._settings = where
        self._process = process
        self.url = url

    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token(self._settings)}"},
            trust_env=False,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends `how` and waits; returns the exit status."""
        if self._process.returncode is None:
            self._process.send_signal(how)
        async with asyncio.timeout(DEADLINE_S):
            return await self._process.wait()


@asynccontextmanager
async def edge_process(where: EdgeSettings) -> AsyncIterator[EdgeProcess]:
    """A running edge that answers; killed at the end, where it has not ended before."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PANBOT_")} | {
        "PANBOT_EDGE_DATA": str(where.data),
        "PANBOT_EDGE_HOST": where.host,
        "PANBOT_EDGE_PORT": str(where.port),
        "PANBOT_PRINT_GAP_MS": str(where.print_gap_ms),
        "PANBOT_LAN_INTERFACES": ",".join(where.lan_interfaces),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "panbot", "edge", "serve"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            url = (await process.stdout.readline()).decode().strip()
        assert url, "the edge ended before it was ready"
        yield EdgeProcess(where, process, url)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
