"""The cloud: its tables, which last, and a program over them, which may die.

The program is `cloud/services` as it is. HTTP is left out: a request is bytes that are decoded and
answered as the routes do it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

import asyncpg
import msgspec

from cloud.db.records import Versioned
from cloud.services.conflicts import Conflicts
from cloud.services.feed import Feed
from cloud.services.menus import Menus
from cloud.services.orders import Orders
from cloud.services.records import State, Writer
from cloud.services.sync import Sync
from cloud.settings import Settings
from domain.errors import PanBotError, Unavailable
from domain.ids import UuidV7
from sync.wire import PushItem, PushRequest, Verdict
from tests.simulation.network import Network, Reply
from tests.simulation.tables import Database
from tests.simulation.virtual_time import Process, SimClock, chance, pause
from web.bodies import decode_body

__all__ = ["BUSINESS", "CloudSide", "Gone", "Program"]

BUSINESS = "trattoria"
SETTINGS = Settings(database_url="", centrifugo_url="ws://centrifugo.example")

T = TypeVar("T")


class Gone(Exception):
    """The program died before it answered: nobody knows what it did."""


@dataclass(frozen=True)
class Program:
    """What a caller of the cloud can ask for."""

    writer: Writer
    orders: Orders
    menus: Menus
    conflicts: Conflicts
    sync: Sync
    feed: Feed


class CloudSide:
    """`crash_rate` and `cut_rate` are the chances, at each await, that the program dies and that
    it loses its connection to the database."""

    def __init__(
        self,
        seed: str,
        network: Network,
        committed: Callable[[list[Versioned]], None],
        answered: Callable[[Sequence[PushItem], Sequence[Verdict]], None],
        tell: Callable[[str], None],
    ) -> None:
        self.clock = SimClock()
        self.database = Database((BUSINESS,), self._moment, self._committed)
        self._watch = committed
        self._answered = answered
        self._published = asyncio.Event()
        self._seed = seed
        self._network = network
        self._tell = tell
        self._lives = 0
        self._process: Process | None = None
        self._program: Program | None = None
        self.crash_rate = 0.0
        self.cut_rate = 0.0
        self.crashed: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._lives += 1
        stream = Random(f"{self._seed}/cloud {self._lives}")
        process = Process(f"cloud {self._lives}", stream)
        pool: Any = self.database
        writer = Writer(pool, SETTINGS, self.clock)
        self._program = Program(
            writer,
            Orders(pool, writer, self.clock, UuidV7(self.clock, lambda n: chance().getrandbits(n))),
            Menus(pool, writer),
            Conflicts(pool, writer, self.clock),
            Sync(writer, self.clock),
            Feed(pool, "", self.clock, asyncio.Event()),
        )
        self._process = process
        process.spawn(self._program.feed.run())
        self._tell("cloud    starts")

    def crash(self) -> None:
        if self._process is not None:
            self._tell("cloud    CRASHES")
            self._process.crash()
            self._process = self._program = None
            self.database.lose_listeners()
            self.crashed()

    async def ask(self, question: Callable[[Program], Coroutine[Any, Any, T]]) -> T:
        """What the program answers. Raises `Gone`, and what the program raises."""
        if self._process is None or self._program is None:
            raise Gone
        stream = Random(chance().getrandbits(64))
        task = self._process.spawn(question(self._program), stream)
        await asyncio.wait([task])
        if task.cancelled():
            raise Gone
        try:
            return task.result()
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Gone from error

    async def serve(self, what: str, body: bytes) -> Reply:
        """What goes back over the wire."""
        try:
            return None, await self.ask(self._push(body) if what == "push" else _changes(body))
        except Gone:
            return Unavailable, b"the cloud cannot be reached"
        except PanBotError as refused:
            return type(refused), refused.detail.encode()

    async def put(self, state: State, base_version: int, *, by: str) -> Versioned:
        """A write from the dashboard, through the one door."""

        async def write(program: Program) -> Versioned:
            async with program.writer.writing(BUSINESS, by=by) as writing:
                return await writing.put(state, base_version=base_version)

        return await self.ask(write)

    async def run_centrifugo(self) -> None:
        """Empties the outbox, in order; what nobody hears is lost."""
        while True:
            await self._published.wait()
            self._published.clear()
            while self.database.outbox:
                command = self.database.outbox.pop(0)
                if self._network.centrifugo:
                    self._network.publish(command["data"])

    def _push(self, body: bytes) -> Callable[[Program], Coroutine[Any, Any, bytes]]:
        async def push(program: Program) -> bytes:
            items = decode_body(body, PushRequest, nul_allowed=True).items
            response = await program.sync.push(BUSINESS, items, actor="device:edge")
            self._answered(items, response.verdicts)
            return msgspec.json.encode(response)

        return push

    def _committed(self, written: list[Versioned]) -> None:
        self._published.set()
        self._watch(written)

    async def _moment(self, what: str) -> None:
        """One await of the program on its database: it may be its last."""
        if chance().random() < self.crash_rate:
            self.crash()
        if chance().random() < self.cut_rate:
            self._tell(f"cloud    loses its connection at a {what}")
            raise asyncpg.ConnectionDoesNotExistError("the connection was closed")
        await pause(0.0002, 0.005)


def _changes(body: bytes) -> Callable[[Program], Coroutine[Any, Any, bytes]]:
    async def changes(program: Program) -> bytes:
        after, wait_s = msgspec.json.decode(body)
        return msgspec.json.encode(await program.feed.wait(BUSINESS, after, wait_s))

    return changes
