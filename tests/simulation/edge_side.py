"""The edge: its SQLite database, which lasts, and a program over it, which may die.

The program is the store's query functions, house, spooler and sync as `edge.app` wires them. Only
the threads are gone: `SimStore` runs the writer's own group commit on the loop.
"""

from __future__ import annotations

import asyncio
import functools
import sqlite3
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from domain.clock import from_iso
from domain.ids import UuidV7
from domain.printer import Printer, PrinterStatus
from edge.clock import HouseClock
from edge.house import House
from edge.spooler import Paper, Spooler
from edge.store import identity, records
from edge.store.announcements import Announcement
from edge.store.edits import Stamps, stamps
from edge.store.schema import migrate
from edge.store.writer import (
    GROUP_MAX,
    Announce,
    Follow,
    Job,
    Transaction,
    commit,
    connect,
    follow_nothing,
)
from edge.syncing import Syncing
from printing.document import Document, to_text
from printing.queue import POSSIBLE_DUPLICATE, Delivery, Outcome
from printing.transport import Delivered, Go
from sync.policy import PushDelays
from tests.simulation.cloud_side import BUSINESS, Gone
from tests.simulation.network import Network, link_to
from tests.simulation.virtual_time import Process, SimClock, chance, pause

__all__ = ["EdgeSide", "Printed", "Program", "SimStore"]

T = TypeVar("T")


@dataclass(frozen=True)
class Printed:
    """One piece of paper: the key of its job, and whether it owns up to a possible twin."""

    key: str
    marked: bool


class Printers:
    """The printers of the restaurant. `away`, `mute` and `torn` are chances between 0 and 1: that
    none can be reached, that paper comes out and no word, that neither does though bytes left."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.paper: list[Printed] = []
        self.away = self.mute = self.torn = 0.0
        self._tell = tell

    async def deliver(
        self, printer: Printer, draw: Callable[[], Document], key: str, quick: bool, go: Go
    ) -> Delivered:
        await pause(0.01, 0.3)
        if chance().random() < self.away:
            return _delivered(Outcome.NOT_SENT, PrinterStatus.OFFLINE)
        if chance().random() < self.torn:
            return _delivered(Outcome.UNSURE, PrinterStatus.ERROR)
        marked = POSSIBLE_DUPLICATE in to_text(draw(), printer.columns)
        await go()
        self.paper.append(Printed(key, marked))
        self._tell(f"paper    {key}{' POSSIBLE DUPLICATE' if marked else ''}")
        await pause(0.01, 0.3)
        if chance().random() < self.mute:
            return _delivered(Outcome.UNSURE, PrinterStatus.ERROR)
        return _delivered(Outcome.PRINTED, PrinterStatus.ONLINE)

    async def open_drawer(self, printer: Printer) -> Delivered:
        """Nobody here pays in cash."""
        raise NotImplementedError

    async def ready(self, printer: Printer) -> bool:
        await pause(0.01, 0.1)
        return chance().random() >= self.away


def _delivered(outcome: Outcome, status: PrinterStatus) -> Delivered:
    reason = "" if outcome is Outcome.PRINTED else outcome.value
    return Delivered(Delivery(outcome, reason), status)


class SimStore:
    """`edge.store.store.Store` without its threads: the writer's own commit, on the loop."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        announce: Announce,
        at: Callable[[str], Coroutine[Any, Any, None]],
        committed: Callable[[Sequence[Announcement]], None],
    ) -> None:
        self._connection = connection
        self._announce = announce
        self._at = at
        self._committed = committed
        self._jobs: list[Job] = []
        self._writing = False
        self._follow: Follow = follow_nothing

    def before_commit(self, follow: Follow) -> None:
        self._follow = follow

    async def write(self, function: Callable[[Transaction], T]) -> T:
        job = Job(function, asyncio.get_running_loop().create_future())
        self._jobs.append(job)
        if not self._writing:
            self._writing = True
            self._writer = asyncio.create_task(self._write())
        result: T = await job.done
        return result

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        await self._at("read")
        return function(self._connection)

    async def _write(self) -> None:
        while self._jobs:
            await self._at("commit")
            group, self._jobs = self._jobs[:GROUP_MAX], self._jobs[GROUP_MAX:]
            announcements = commit(self._connection, group, lambda call: call(), self._follow)
            self._committed(announcements)
            await self._at("committed")
            if announcements:
                self._announce(announcements)
            for job in group:
                job.settle()
        self._writing = False


@dataclass(frozen=True)
class Program:
    """What a terminal's request is answered with."""

    store: SimStore
    house: House
    syncing: Syncing
    spooler: Spooler
    stamp: Stamps
    clock: HouseClock
    ids: UuidV7


class EdgeSide:
    """`crash_rate` is the chance, at each await on the store, that the program dies."""

    def __init__(
        self,
        seed: str,
        network: Network,
        delays: PushDelays,
        committed: Callable[[Sequence[Announcement]], None],
        tell: Callable[[str], None],
    ) -> None:
        self.clock = SimClock()
        self.printers = Printers(tell)
        self.connection = _database()
        self._seed = seed
        self._network = network
        self._delays = delays
        self._committed = committed
        self._tell = tell
        self._lives = 0
        self._process: Process | None = None
        self._program: Program | None = None
        self.crash_rate = 0.0
        self.crashed: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._lives += 1
        self._process = Process(f"edge {self._lives}", Random(f"{self._seed}/edge {self._lives}"))
        self._tell("edge     starts")
        self._process.spawn(self._live())

    def crash(self) -> None:
        if self._process is not None:
            self._tell("edge     CRASHES")
            self._process.crash()
            self._process = self._program = None
            self.crashed()

    async def stop(self) -> None:
        """As the program ends that is told to: it may still say what it has to say."""

        async def end(program: Program) -> None:
            await program.syncing.stop()
            await program.spooler.stop()

        try:
            await self.ask(end)
        except Gone:
            self._tell("edge     was gone before")
        finally:
            self.crash()

    async def ask(self, question: Callable[[Program], Coroutine[Any, Any, T]]) -> T:
        """What the program answers. Raises `Gone`, and what the program raises."""
        if self._process is None or self._program is None:
            raise Gone
        task = self._process.spawn(question(self._program))
        await asyncio.wait([task])
        if task.cancelled():
            raise Gone
        return task.result()

    async def _live(self) -> None:
        """As `edge.app.running` and its `_assemble`."""
        listeners: list[Announce] = []

        def tell(announcements: Sequence[Announcement]) -> None:
            for listener in listeners:
                listener(announcements)

        store: Any = SimStore(self.connection, tell, self._moment, self._committed)
        written = await store.read(records.last_at)
        clock = HouseClock(self.clock, from_iso(written) if written else None)
        ids = UuidV7(clock, lambda bits: chance().getrandbits(bits))
        stamp = stamps(clock, ids, self._delays)
        house = House(store)
        printers = self.printers
        paper = Paper(printers.deliver, printers.open_drawer, printers.ready, lambda _: None)
        spooler = Spooler(store, house, clock, stamp, gap_ms=100, paper=paper)
        syncing = Syncing(
            store,
            clock,
            ids,
            self._delays,
            cloud_url="",
            link_type=lambda: link_to(self._network),
            jitter=lambda: chance().random(),
        )
        listeners += (house.heard, spooler.heard, syncing.heard)
        store.before_commit(spooler.claim)
        await spooler.start()
        await syncing.start()
        self._program = Program(store, house, syncing, spooler, stamp, clock, ids)

    async def _moment(self, _what: str) -> None:
        """One await of the program on its disk: it may be its last."""
        if chance().random() < self.crash_rate:
            self.crash()
        await pause(0.0002, 0.01)


@functools.cache
def _image() -> bytes:
    """A new edge's database, paired, as SQLite serializes it."""
    with tempfile.TemporaryDirectory(prefix="panbot-simulation-") as folder:
        path = Path(folder, "edge.sqlite")
        migrate(path)
        connection = connect(path)
        transaction = Transaction(connection)
        identity.make(transaction, lambda: "secret")
        identity.pair(
            transaction, business_id=BUSINESS, device_id="edge", device_secret="s", cloud_url="sim"
        )
        connection.execute("PRAGMA journal_mode=DELETE")  # a WAL has no place in memory
        image = connection.serialize()
        connection.close()
    return image


def _database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
    connection.deserialize(_image())
    connection.execute("PRAGMA foreign_keys=ON")
    return connection
