"""One run: a restaurant, its cloud, an evening of faults, and what must hold in the end.

Everything that happens follows from the seed: `run(17)` is the same to the last message each time.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from cloud.services.records import State
from edge.store import cursor, pending, print_jobs, records
from edge.store.announcements import PrintJobWritten, RecordWritten
from printing.queue import JobState
from sync.policy import PushDelays
from sync.wire import Collection
from tests.simulation import checks
from tests.simulation.checks import Broken, CloudWatch, EdgeWatch
from tests.simulation.claims import Claims
from tests.simulation.cloud_side import CloudSide, Gone
from tests.simulation.edge_side import EdgeSide
from tests.simulation.network import Network
from tests.simulation.people import CUSTOMERS, ITEMS, MENU, Agent, Dashboard, Terminal
from tests.simulation.tables import in_memory
from tests.simulation.virtual_time import Stuck, VirtualLoop, beside, pause

__all__ = ["Run", "run"]

SETTLE_MOST_S = 3 * 3600.0  # the longest back-off and more, in virtual time
QUIET_S = 20.0  # of virtual time in which nothing may change once all has settled
TERMINALS = 3
OFF_BY = (timedelta(days=-365), timedelta(hours=-3), timedelta(minutes=-1), timedelta(minutes=1))

_DONE = (JobState.PRINTED, JobState.FAILED)


@dataclass
class Run:
    """What became of a seed. `broken` is empty where all held."""

    seed: int
    broken: str = ""
    trace: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Equal for two runs that were the same to the last event."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()


def run(seed: int) -> Run:
    """Plays the evening of `seed`."""
    outcome = Run(seed)
    loop = VirtualLoop()
    world = _World(seed, loop, outcome.trace)
    try:
        with in_memory(world.cloud.database), _listening_for_errors(world.failed):
            loop.run_until_complete(world.play())
    except Broken as broken:
        world.failed(str(broken))
    except Stuck as stuck:
        world.failed(f"{stuck}: {world.unsettled()}")
    except RuntimeError:
        if not world.failure:
            raise
    finally:
        world.end()
        loop.close()
    outcome.broken = world.failure or outcome.broken
    return outcome


class _World:
    def __init__(self, seed: int, loop: VirtualLoop, trace: list[str]) -> None:
        self._name = str(seed)
        self._loop = loop
        self._trace = trace
        self._chance = Random(f"{seed}/evening")
        self.failure = ""
        self.claims = Claims()
        self.network = Network(self._name, self.tell)
        self.cloud_watch = CloudWatch()
        self.cloud = CloudSide(
            self._name, self.network, self._cloud_committed, self._cloud_answered, self.tell
        )
        self.network.cloud = self.cloud
        delays = PushDelays(
            edit_s=self._chance.choice((0.5, 5.0, 30.0, 120.0)),
            longest_s=self._chance.choice((20.0, 300.0, 600.0)),
            prompt_s=self._chance.choice((0.5, 2.0)),
        )
        self.edge = EdgeSide(self._name, self.network, delays, self._edge_committed, self.tell)
        self.edge_watch = EdgeWatch(self.edge.connection, self.cloud_watch)
        self.edge.crashed = lambda: self._start_again(self.edge)
        self.cloud.crashed = lambda: self._start_again(self.cloud)
        self._dear = self._chance.choice(
            [(Collection.CUSTOMER, key) for key in CUSTOMERS]
            + [(Collection.AVAILABILITY, ITEMS[0]), (Collection.MENU, "main")]
        )
        self._tasks: list[asyncio.Task[Any]] = []
        loop.set_exception_handler(lambda _, context: self.failed(_told(context)))

    def tell(self, text: str) -> None:
        self._trace.append(f"{self._loop.time():9.3f} {text}")

    def failed(self, what: str) -> None:
        """Keeps the first invariant that broke, and ends the evening."""
        if not self.failure:
            self.failure = what
            self.tell(f"BROKEN   {what}")
        if self._loop.is_running():
            self._loop.stop()

    def end(self) -> None:
        """Lets nothing run on."""
        self._loop.set_exception_handler(lambda *_: None)
        self._loop.cancel_all()
        self.edge.connection.close()

    async def play(self) -> None:
        await self._aside(self._evening(), "evening")

    async def _evening(self) -> None:
        self._aside(self.cloud.run_centrifugo(), "centrifugo")
        self.cloud.start()
        await self._open_restaurant()
        self.edge.start()
        people = self._people()
        nemesis = self._aside(self._nemesis(), "nemesis")
        await asyncio.wait(people)
        nemesis.cancel()
        self._heal()
        await self._put_right(self.first)
        await self._settle()
        self._judge()

    def _aside(self, work: Any, name: str = "aside") -> asyncio.Task[Any]:
        return beside(work, Random(f"{self._name}/{name}"))

    async def _open_restaurant(self) -> None:
        printers = [
            {
                "id": name,
                "name": name,
                "uri": f"escpos://{name}.example",
                "fallback_id": self._chance.choice(("", other)),
            }
            for name, other in (("kitchen-1", "bar-1"), ("bar-1", ""))
        ]
        for state in (
            State(Collection.SETTINGS, "business", {"name": "T", "timezone": "Europe/Berlin"}),
            State(Collection.MENU, "main", MENU),
            *(State(Collection.PRINTER, str(one["id"]), one) for one in printers),
            *(
                State(Collection.ROUTING, name, {"station": name, "printer_ids": [f"{name}-1"]})
                for name in ("kitchen", "bar")
            ),
        ):
            await self._aside(self.cloud.put(state, 0, by="load"))

    def _people(self) -> list[asyncio.Task[Any]]:
        chance = self._chance
        pace_s = chance.choice((3.0, 20.0))
        names = [f"staff {n + 1}" for n in range(TERMINALS)]
        staff: list[Any] = [Terminal(name, self.edge, **self._person(name)) for name in names]
        away: list[Any] = [
            Dashboard("owner", self.cloud, **self._person("owner")),
            Agent("agent", self.cloud, **self._person("agent")),
        ]
        self.first = staff[0]
        tasks = [
            self._aside(one.work(chance.randint(3, 12), pace_s), one.name)
            for one in (*staff, *away)
        ]
        if chance.random() < 0.3:
            tasks.append(self._aside(self._poison(staff[0]), "poison"))
        return tasks

    def _person(self, name: str) -> dict[str, Any]:
        stream = Random(f"{self._name}/{name}/deeds")
        return {"stream": stream, "claims": self.claims, "tell": self.tell, "dear": self._dear}

    async def _poison(self, terminal: Terminal) -> None:
        """Sooner or later somebody writes what the cloud cannot take."""
        await pause(0.0, 30.0)
        await _until_done(terminal.write_what_cannot_be_stored)

    async def _nemesis(self) -> None:
        """The weather of the evening, and then one trouble after another, until cancelled."""
        chance, network, printers = self._chance, self.network, self.edge.printers
        network.lossy = chance.choice((0.0, 0.0, 0.05, 0.3))
        network.doubled = chance.choice((0.0, 0.1, 0.5))
        network.slow_s = chance.choice((0.05, 0.5, 3.0))
        network.token_ends = chance.choice((0.0, 0.0, 0.1))
        network.most_bytes = chance.choice((10**6, 10**6, 4000))
        printers.away, printers.mute, printers.torn = (chance.choice((0.0, 0.1)) for _ in "123")
        self.edge.crash_rate = chance.choice((0.0, 0.0005, 0.005))
        self.cloud.crash_rate = chance.choice((0.0, 0.0005, 0.005))
        self.cloud.cut_rate = chance.choice((0.0, 0.0, 0.003))
        while True:
            await pause(0.0, 15.0)
            await chance.choice(
                (
                    self._partition,
                    self._silence,
                    self._clock_is_set,
                    self._power_cut,
                    self._update,
                    self._deploy,
                )
            )()

    async def _partition(self) -> None:
        """Nothing goes through; sockets may look open all the while."""
        self.tell("network  CUT")
        self.network.cut = True
        if self._chance.random() < 0.5:
            self.network.break_sockets()
        await pause(1.0, 40.0)
        self.network.cut = False
        self.tell("network  is back")

    async def _silence(self) -> None:
        """Centrifugo is away, and what it would have said is lost."""
        self.tell("network  no Centrifugo")
        self.network.centrifugo = False
        self.network.break_sockets()
        await pause(1.0, 30.0)
        self.network.centrifugo = True

    async def _clock_is_set(self) -> None:
        off_by = self._chance.choice((*OFF_BY, timedelta()))
        self.tell(f"edge     its clock is off by {off_by}")
        self.edge.clock.off_by = off_by

    async def _power_cut(self) -> None:
        self.edge.crash()

    async def _update(self) -> None:
        self.tell("edge     is told to stop")
        await self.edge.stop()

    async def _deploy(self) -> None:
        self.cloud.crash()

    def _start_again(self, side: EdgeSide | CloudSide) -> None:
        self._tasks.append(self._aside(self._restart(side), f"restart {len(self._tasks)}"))

    async def _restart(self, side: EdgeSide | CloudSide) -> None:
        await pause(0.1, 6.0)
        side.start()

    def _heal(self) -> None:
        """The evening is over: all works again. The clock stays as it is."""
        self.tell("all      is well again")
        self.network.heal()
        printers = self.edge.printers
        printers.away = printers.mute = printers.torn = 0.0
        self.edge.crash_rate = self.cloud.crash_rate = self.cloud.cut_rate = 0.0

    async def _put_right(self, terminal: Terminal) -> None:
        await _until_done(terminal.put_it_right)
        await _until_done(terminal.retry_quarantined)

    async def _settle(self) -> None:
        """Until nothing is on its way any more; and it must stay so. All of it goes by itself, but
        for the tickets that wait for a person."""
        end = self._loop.time() + SETTLE_MOST_S
        while (left := self.unsettled()) and self._loop.time() < end:
            await pause(1.0, 1.0)
            if JobState.HELD in print_jobs.states(self.edge.connection):
                await _until_done(self.first.print_what_is_held)
        if left:
            raise Broken(f"it never settles: {left}")
        commits = len(self.cloud_watch.history)
        await asyncio.sleep(QUIET_S)
        if self.unsettled() or len(self.cloud_watch.history) != commits:
            raise Broken("it settles, and goes on all the same")

    def unsettled(self) -> str:
        """What is still to come; empty where all is done."""
        db = self.edge.connection
        waiting = db.execute("SELECT collection, key, last_error FROM pending").fetchall()
        if waiting:
            return f"pending {waiting}"
        if cursor.read(db) != len(self.cloud_watch.history):
            return f"the cursor is at {cursor.read(db)}"
        jobs = {state: n for state, n in print_jobs.states(db).items() if state not in _DONE}
        return f"print jobs {jobs}" if jobs else ""

    def _judge(self) -> None:
        """Raises `Broken` with the first of what does not hold."""
        there = self.cloud.database.records()
        db = self.edge.connection
        final = {
            (one.collection, one.key): None if one.deleted else one.data
            for one in there
            if one.collection != Collection.CONFLICT
        }
        conflicts = [
            one.data for one in there if one.collection == Collection.CONFLICT and not one.deleted
        ]
        orders = {key: data for (name, key), data in final.items() if name == "order" and data}
        for what, faults in (
            ("the two sides differ", checks.differences(db, there)),
            ("an acknowledged edit is lost", map(str, self.claims.lost(final, conflicts))),
            ("an edit is turned back", self.claims.turned_back(final)),
            ("what was acknowledged was undone", self.claims.undone(orders, conflicts)),
            ("tickets that do not fit", checks.ticket_faults(db)),
            ("paper", checks.paper_faults(db, self.edge.printers.paper)),
        ):
            for fault in faults:
                raise Broken(f"{what}: {fault}")

    def _cloud_committed(self, written: list[Any]) -> None:
        for one in written:
            tombstone = " deleted" if one.deleted else ""
            self.tell(f"cloud    {one.seq}: {one.collection}/{one.key} {one.version}{tombstone}")
        self._check(self.cloud_watch.committed, written)

    def _cloud_answered(self, *push: Any) -> None:
        self._check(self.cloud_watch.answered, *push)

    def _edge_committed(self, announcements: Any) -> None:
        for one in announcements:
            match one:
                case RecordWritten():
                    record = records.find(self.edge.connection, one.collection, one.key)
                    row = pending.find(self.edge.connection, one.collection, one.key)
                    version = record.version if record else 0
                    mark = " pending" if row else ""
                    self.tell(f"edge     {one.collection}/{one.key} {version}{mark}")
                case PrintJobWritten():
                    self.tell(f"edge     print job {one.id} is {one.state} {one.reason}".rstrip())
        self._check(self.edge_watch.committed, announcements)

    def _check(self, check: Callable[..., None], *of: Any) -> None:
        """Ends the evening where `check` fails; what called us is the product, which goes on."""
        try:
            check(*of)
        except Broken as broken:
            self.failed(str(broken))


async def _until_done(deed: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            return await deed()
        except Gone:
            await pause(1.0, 3.0)


class _Errors(logging.Handler):
    """What a program logs as an error is a mistake of ours: nothing here may end so."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._failed = failed

    def emit(self, record: logging.LogRecord) -> None:
        self._failed(f"an error was logged: {logging.Formatter().format(record)}")


@contextmanager
def _listening_for_errors(failed: Callable[[str], None]) -> Iterator[None]:
    root, handler = logging.getLogger(), _Errors(failed)
    root.addHandler(handler)
    silenced = [logging.getLogger(name) for name in ("edge", "cloud", "sync")]
    was = [one.level for one in silenced]
    for one in silenced:
        one.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.removeHandler(handler)
        for one, level in zip(silenced, was, strict=True):
            one.setLevel(level)


def _told(context: dict[str, Any]) -> str:
    error = context.get("exception")
    return f"{context['message']}: {error!r}"
