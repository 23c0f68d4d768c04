"""The loop that brings tickets to paper: one worker a printer, so that a dead one delays nobody.

A worker reads its next job from the table, marks it as `sending` before a byte leaves, prints, and
writes down what became of it. Commits wake it; it also looks by itself every few seconds. Each step
is taken on the job as the writing transaction finds it: a person may have cancelled it meanwhile.

A printer that rests need not wait for a transaction of its own: its ticket is taken by the one that
makes it. While the disk still works on that the worker connects and draws, and the first byte
leaves once it is durable.

While a printer is away its jobs go to its fallback, or wait here; a cheap question every few
seconds tells when it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from domain.clock import Clock, from_iso, iso
from domain.codec import decode, overlay
from domain.errors import Invalid
from domain.printer import Printer, PrinterStatus, shown
from edge.house import House
from edge.store import paper, print_jobs, records
from edge.store.announcements import Announcement, PrintJobWritten, RecordWritten
from edge.store.edits import Stamp, edit
from edge.store.store import Store
from edge.store.writer import Transaction, savepoint
from printing.document import Document
from printing.queue import (
    Delivery,
    JobState,
    Outcome,
    PrintJob,
    after_restart,
    due,
    hold_expired,
    hold_until_back,
    move,
    revive,
    settle,
    start,
)
from printing.render import is_quick, render
from printing.transport import Delivered, Go
from sync.wire import Collection

__all__ = ["Paper", "Spooler"]

LOOK_EVERY_S = 3.0  # a wake-up that was lost costs this much at the most
PROBE_EVERY_S = 2.0  # how soon a printer that was plugged in again is noticed
STUMBLE_S = 5.0  # after an error of our own, so that it cannot spin
DRAWER_S = 5.0  # somebody stands before it with change in the hand
DRAIN_S = 0.7  # for tickets that are under way when the program stops; the rest becomes unsure

_AWAY = frozenset(
    {
        PrinterStatus.OFFLINE,
        PrinterStatus.PAPER_OUT,
        PrinterStatus.COVER_OPEN,
        PrinterStatus.ERROR,
    }
)


_log = logging.getLogger(__name__)


class _Work(msgspec.Struct, frozen=True):
    """What one printer's worker does next: sends `job`, which is `sending` by now; or looks for its
    printer, which is `away`; or rests.

    Where `durable` is there, the job is `sending` once that is True; False undoes it.
    """

    printer: Printer | None = None
    job: PrintJob | None = None
    templates: dict[str, str] = {}
    durable: asyncio.Future[bool] | None = None
    away: bool = False
    rest_s: float = 0.0


class _RolledBackError(Exception):
    """The transaction that took the ticket has not happened."""


class Paper(msgspec.Struct, frozen=True):
    """How paper is reached; tests hand in their own. See `printing.transport`."""

    deliver: Callable[[Printer, Callable[[], Document], str, bool, Go], Awaitable[Delivered]]
    open_drawer: Callable[[Printer], Awaitable[Delivered]]
    ready: Callable[[Printer], Awaitable[bool]]
    warm_up: Callable[[Printer], None]


class Spooler:
    """Prints what the table holds, until it is stopped."""

    def __init__(
        self,
        store: Store,
        house: House,
        clock: Clock,
        stamp: Callable[[], Stamp],
        *,
        gap_ms: int,
        paper: Paper,
    ) -> None:
        self._store = store
        self._house = house
        self._clock = clock
        self._stamp = stamp
        self._gap_s = gap_ms / 1000
        self._paper = paper
        self._wakes: dict[str, asyncio.Event] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._resting: set[str] = set()  # printers whose worker waits to be woken
        self._work: dict[str, deque[_Work]] = {}  # of each printer, in the order it was taken
        self._encoders: set[str] = set()  # by scheme: loaded, or tried in vain
        self.warm = False  # the encoders of all known printers are loaded
        self._new_printer = asyncio.Event()
        self._looker: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def running(self) -> bool:
        return self._looker is not None and not self._looker.done()

    async def start(self) -> None:
        """Takes up what the last run left, then begins to print."""
        await self._store.write(lambda tx: _after_restart(tx, self._clock.now()))
        self._looker = asyncio.create_task(self._look(), name="spooler")

    async def stop(self) -> None:
        """Lets the tickets that are under way finish, for a moment, and ends."""
        self._stopping.set()
        for wake in self._wakes.values():
            wake.set()
        if self._workers:
            await asyncio.wait(self._workers.values(), timeout=DRAIN_S)
        tasks = [*self._workers.values(), *([self._looker] if self._looker else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def open_drawer(self, printer: Printer) -> Delivered:
        """Opens the cash drawer at `printer` between two tickets: now or not at all, since nobody
        waits beside it later. Raises TimeoutError where a ticket holds the printer up."""
        async with asyncio.timeout(DRAWER_S):
            return await self._paper.open_drawer(printer)

    def heard(self, announcements: Sequence[Announcement]) -> None:
        """Called after each commit: wakes the printers that have something to do."""
        for one in announcements:
            match one:
                case PrintJobWritten(state=JobState.QUEUED | JobState.UNSURE):
                    self._wake(one.printer_id)
                case RecordWritten(collection=Collection.PRINTER):
                    self.warm = False
                    self._new_printer.set()

    def claim(self, tx: Transaction) -> _Claimed | None:
        """Called at the end of each transaction, in the writing thread: takes the first ticket of
        each printer that rests, and has its worker get it ready while the disk works.

        The worker may wake just now and take the next one, in a transaction after this one: it
        has two tickets then, and prints them in their order.
        """
        taken = []
        for one in tuple(tx.announcements):
            if (
                isinstance(one, PrintJobWritten)
                and one.state == JobState.QUEUED
                and one.printer_id in self._resting
                and not self._stopping.is_set()
            ):
                # Once: the next ticket may be committed before the worker has heard of this one.
                self._resting.discard(one.printer_id)
                work = self._claim(tx, one.printer_id, from_iso(one.at))
                if work.printer is not None and work.job is not None:
                    taken.append(work)
        return _Claimed(taken, self._hand_over) if taken else None

    def _claim(self, tx: Transaction, printer_id: str, now: datetime) -> _Work:
        part = Transaction(tx.connection)
        try:
            with savepoint(tx.connection):
                work = _take(part, printer_id, now)
        except Exception:  # the worker meets it again in its own turn; who wrote must not
            if not tx.connection.in_transaction:
                raise
            _log.exception("printer %s: a ticket could not be taken", printer_id)
            return _Work()
        tx.announcements += part.announcements
        return work

    def _hand_over(self, printer_id: str, work: _Work) -> None:
        self._work[printer_id].append(work)
        self._wake(printer_id)

    def _wake(self, printer_id: str) -> None:
        if self._stopping.is_set() or self._looker is None:
            return
        if printer_id not in self._workers:
            self._wakes[printer_id] = asyncio.Event()
            self._work[printer_id] = deque()
            self._workers[printer_id] = asyncio.create_task(
                self._serve(printer_id), name=f"printer {printer_id}"
            )
        self._wakes[printer_id].set()

    async def _look(self) -> None:
        """Gives every printer that has work a worker, and gets the encoders ready."""
        while True:
            try:
                for printer_id in await self._store.read(print_jobs.printers_with_work):
                    self._wake(printer_id)
                await self._warm_up()
            except Exception:  # one printer's record must not silence the others
                _log.exception("the spooler could not look around")
            self.warm = not self._new_printer.is_set()
            await _woken(self._new_printer, LOOK_EVERY_S)

    async def _warm_up(self) -> None:
        """Loads each encoder once, in a thread, so that the first ticket does not wait for it."""
        # In this order, which brings `escpos` first: it is quick, and an evening's first ticket.
        for scheme, printer in sorted((await self._store.read(_printer_by_scheme)).items()):
            if scheme in self._encoders:
                continue
            self._encoders.add(scheme)
            try:
                await asyncio.to_thread(self._paper.warm_up, printer)
            except Exception:  # the first job will say it again, with a ticket to show for it
                _log.exception("the encoder for %s cannot be loaded", printer.uri)

    async def _serve(self, printer_id: str) -> None:
        while not self._stopping.is_set() or self._work[printer_id]:
            try:
                rest_s = await self._turn(printer_id)
            except Exception:  # one job's bug must not silence a kitchen
                _log.exception("printer %s: this turn failed", printer_id)
                rest_s = STUMBLE_S
            self._resting.add(printer_id)
            await _woken(self._wakes[printer_id], rest_s)
            self._resting.discard(printer_id)

    async def _turn(self, printer_id: str) -> float:
        """One step for one printer; returns the seconds until the next one is worth a look."""
        taken = self._work[printer_id]
        if not taken:
            now = self._clock.now()
            # Durable before the first byte leaves.
            work = await self._store.write(partial(_take, printer_id=printer_id, now=now))
            taken.append(work)  # behind what was claimed before it
        work = taken.popleft()
        if work.away:
            return await self._wait_for(work)
        if work.job is None or work.printer is None:
            return work.rest_s
        if await self._print(work, work.job, work.printer):
            await self._clock.sleep(self._gap_s)
        return 0.0

    async def _wait_for(self, work: _Work) -> float:
        """The printer is away. Its jobs wait until it is back, or go elsewhere."""
        printer = work.printer
        if printer is None:
            return PROBE_EVERY_S
        now = self._clock.now()
        if await self._paper.ready(printer):
            await self._store.write(partial(_welcome_back, printer=printer, stamp=self._stamp()))
            return 0.0
        if await self._store.write(partial(_move_away, printer=printer, now=now)):
            return 0.0
        return PROBE_EVERY_S

    async def _print(self, work: _Work, job: PrintJob, printer: Printer) -> bool:
        """False where the ticket was taken by a transaction that was rolled back: it is still to
        be taken, and nothing of it has left."""
        business = (await self._house.now()).business
        drawn: list[Document] = []

        def draw() -> Document:
            drawn.append(
                render(
                    job.ticket,
                    business=business,
                    printer=printer,
                    banner=job.banner,
                    templates=work.templates,
                )
            )
            return drawn[-1]

        async def go() -> None:
            if work.durable is not None and not await work.durable:
                raise _RolledBackError

        quick = is_quick(job.ticket, printer, work.templates)
        try:
            delivered = await self._deliver(job, printer, draw, quick, go)
            await go()  # a printer that is not well was not asked to print
        except _RolledBackError:
            return False
        stamp = self._stamp()
        settled = _with_looks(settle(job, delivered.delivery, stamp.now), drawn)
        await self._write_down(partial(_settle, job=settled, delivered=delivered, stamp=stamp))
        return True

    async def _write_down(self, function: Callable[[Transaction], None]) -> None:
        """What became of a ticket is kept as soon as the disk takes it: forgotten, its job would
        look as if it were on its way for ever."""
        while True:
            try:
                return await self._store.write(function)
            except sqlite3.OperationalError as error:
                _log.error("a ticket's end cannot be written down yet: %s", error)
            await self._clock.sleep(STUMBLE_S)

    async def _deliver(
        self, job: PrintJob, printer: Printer, draw: Callable[[], Document], quick: bool, go: Go
    ) -> Delivered:
        try:
            return await self._paper.deliver(printer, draw, job.key, quick, go)
        except _RolledBackError:
            raise
        except Exception as error:  # nobody knows what the printer got
            _log.exception("print job %d: the transport broke", job.seq)
            reason = f"the transport broke: {error}"
            delivery = Delivery(Outcome.UNSURE, reason)
            return Delivered(delivery, PrinterStatus.ERROR, printer.fence, printer.talks)


class _Claimed:
    """Tickets that a transaction has taken for printers that rested: their workers get them ready,
    and learn whether it came to the disk. In the event loop, but for its making."""

    def __init__(self, taken: Sequence[_Work], hand_over: Callable[[str, _Work], None]) -> None:
        self._taken = taken
        self._hand_over = hand_over
        self._durable: list[asyncio.Future[bool]] = []

    def begin(self) -> None:
        loop = asyncio.get_running_loop()
        for work in self._taken:
            assert work.printer is not None
            self._durable.append(loop.create_future())
            self._hand_over(work.printer.id, replace(work, durable=self._durable[-1]))

    def end(self, *, durable: bool) -> None:
        for waited_for in self._durable:
            if not waited_for.done():  # its worker was stopped meanwhile
                waited_for.set_result(durable)


async def _woken(wake: asyncio.Event, seconds: float) -> None:
    """Until someone wakes this worker, or for `seconds`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
    wake.clear()


def _after_restart(tx: Transaction, now: datetime) -> None:
    for job in print_jobs.sending(tx.connection):
        print_jobs.save(tx, after_restart(job, now), iso(now))


def _take(tx: Transaction, printer_id: str, now: datetime) -> _Work:
    """The next step for one printer. A job that is to be sent is marked as `sending` here, as the
    transaction finds it: nobody can cancel it in between."""
    db = tx.connection
    printer, job = _find(db, printer_id), print_jobs.head(db, printer_id)
    if print_jobs.is_awaited(db, printer_id) or _better_elsewhere(job, printer):
        return _Work(printer, away=True)
    if job is None:
        return _Work(rest_s=LOOK_EVERY_S)
    if not due(job, now):
        wait_s = (from_iso(job.due_at) - now).total_seconds()
        return _Work(rest_s=min(wait_s, LOOK_EVERY_S))
    if printer is None:  # its record may be on its way
        taken = hold_until_back(job, f"there is no printer {printer_id!r}")
    else:
        taken = hold_expired(job, now)
        taken = start(job, now) if taken is job else taken
    print_jobs.save(tx, taken, iso(now))
    if taken.state is not JobState.SENDING:
        return _Work()
    return _Work(printer, taken, paper.templates(db))


def _better_elsewhere(job: PrintJob | None, printer: Printer | None) -> bool:
    """True where a fresh ticket need not spend its tries on a printer that is known to be away."""
    if job is None or printer is None:
        return False
    fresh = job.attempts == 0 and job.sends == 0
    return fresh and bool(printer.fallback_id) and printer.status in _AWAY


def _find(db: sqlite3.Connection, printer_id: str) -> Printer | None:
    record = records.find(db, Collection.PRINTER, printer_id)
    if record is None or record.deleted:
        return None
    try:
        return decode(record.data, Printer)
    except Invalid as error:
        _log.error("the printer %s cannot be read: %s", printer_id, error.detail)
        return None


def _printer_by_scheme(db: sqlite3.Connection) -> dict[str, Printer]:
    """One printer for each way of printing that is in use here."""
    found = (_find(db, record.key) for record in records.all_of(db, Collection.PRINTER))
    return {urlsplit(printer.uri).scheme: printer for printer in found if printer is not None}


def _settle(tx: Transaction, job: PrintJob, delivered: Delivered, stamp: Stamp) -> None:
    """The job, and what the printer was found to be like, in one piece."""
    print_jobs.save(tx, job, iso(stamp.now))
    _keep_condition(
        tx,
        job.printer_id,
        stamp,
        status=delivered.status,
        status_reason=delivered.delivery.reason,
        fence=delivered.fence,
        talks=delivered.talks,
        certificate=delivered.certificate,
    )


def _welcome_back(tx: Transaction, printer: Printer, stamp: Stamp) -> None:
    """Whatever was held until this printer is back is due again."""
    for job in print_jobs.waiting(tx.connection, printer.id):
        if job.awaits_printer:
            print_jobs.save(tx, revive(job, stamp.now), iso(stamp.now))
    _keep_condition(tx, printer.id, stamp, status=PrinterStatus.ONLINE, status_reason="")


def _keep_condition(
    tx: Transaction, printer_id: str, stamp: Stamp, *, certificate: str = "", **found: Any
) -> None:
    """Writes what was found into the printer's record, where it is news."""
    record = records.find(tx.connection, Collection.PRINTER, printer_id)
    if record is None or record.deleted:
        return
    before = decode(record.data, Printer)
    after = shown(replace(before, **found), certificate)
    if after != before:
        edit(tx, Collection.PRINTER, printer_id, overlay(record.data, after), stamp)


def _with_looks(job: PrintJob, drawn: Iterable[Document]) -> PrintJob:
    """`job` saying that it was printed otherwise than the restaurant wants it to look."""
    if job.state is not JobState.PRINTED:
        return job
    for one in drawn:
        if one.fallback_reason:
            reason = f"printed with the built-in template: {one.fallback_reason}"
            return replace(job, reason=reason)
        if one.left_out:
            return replace(job, reason=f"{one.left_out}: it was printed under the rest")
    return job


def _move_away(tx: Transaction, printer: Printer, now: datetime) -> int:
    """Gives what waits for `printer` to its fallback, in its order; returns how many jobs.

    A job moves once: a fallback that is away too must not send it round in circles.
    """
    if not printer.fallback_id or _find(tx.connection, printer.fallback_id) is None:
        return 0
    moved = 0
    for job in print_jobs.waiting(tx.connection, printer.id):
        at_home = job.key.endswith(f"/{printer.id}")
        if at_home and print_jobs.held_in_front(tx.connection, job) is None:
            print_jobs.save(tx, move(job, printer.fallback_id, now), iso(now))
            moved += 1
    return moved
