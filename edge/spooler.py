"""The loop that brings tickets to paper: one worker a printer, so that a dead one delays nobody.

A worker reads its next job from the table, marks it as `sending` before a byte leaves, prints, and
writes down what became of it. Commits wake it; it also looks by itself every few seconds.

While a printer is away its jobs go to its fallback, or wait here; a cheap connection attempt every
few seconds tells when it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from domain.business import Business
from domain.clock import Clock, from_iso, iso
from domain.codec import decode, overlay
from domain.errors import Invalid
from domain.printer import Printer, PrinterStatus, shown
from edge.house import House
from edge.store import paper, print_jobs, records
from edge.store.announcements import Announcement, PrintJobWritten, RecordWritten
from edge.store.edits import Stamp, edit
from edge.store.store import Store
from edge.store.writer import Transaction
from printing.document import Document
from printing.queue import (
    Delivery,
    JobState,
    Outcome,
    PrintJob,
    after_restart,
    due,
    revive,
    settle,
    start,
)
from printing.render import render
from printing.transport import Delivered
from sync.wire import Collection

__all__ = ["Paper", "Spooler", "reachable"]

LOOK_EVERY_S = 3.0  # a wake-up that was lost costs this much at the most
PROBE_EVERY_S = 2.0  # how soon a printer that was plugged in again is noticed
PROBE_TIMEOUT_S = 1.5  # on a LAN an answer takes milliseconds
STUMBLE_S = 5.0  # after an error of our own, so that it cannot spin
DRAIN_S = 0.7  # for tickets that are under way when the program stops; the rest becomes unsure

_PORTS = {"escpos": 9100, "ipp": 631, "ipps": 631}  # RFC 8010 and RFC 7472

Deliver = Callable[[Printer, Document, str], Awaitable[Delivered]]
Reachable = Callable[[Printer], Awaitable[bool]]

_log = logging.getLogger(__name__)


class _Work(msgspec.Struct, frozen=True):
    """What one printer's worker has before it."""

    printer: Printer | None
    awaited: bool
    head: PrintJob | None
    templates: dict[str, str]


class Paper(msgspec.Struct, frozen=True):
    """How paper is reached; tests hand in their own."""

    deliver: Deliver
    reachable: Reachable
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
        self._warm: set[str] = set()
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

    def heard(self, announcements: Sequence[Announcement]) -> None:
        """Called after each commit: wakes the printers that have something to do."""
        for one in announcements:
            match one:
                case PrintJobWritten(state=JobState.QUEUED | JobState.UNSURE):
                    self._wake(one.printer_id)
                case RecordWritten(collection=Collection.PRINTER):
                    self._new_printer.set()

    def _wake(self, printer_id: str) -> None:
        if self._stopping.is_set() or self._looker is None:
            return
        if printer_id not in self._workers:
            self._wakes[printer_id] = asyncio.Event()
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
            await _woken(self._new_printer, LOOK_EVERY_S)

    async def _warm_up(self) -> None:
        """Loads each encoder once, in a thread, so that the first ticket does not wait for it."""
        for scheme, printer in (await self._store.read(_printer_by_scheme)).items():
            if scheme in self._warm:
                continue
            self._warm.add(scheme)
            try:
                await asyncio.to_thread(self._paper.warm_up, printer)
            except Exception:  # the first job will say it again, with a ticket to show for it
                _log.exception("the encoder for %s cannot be loaded", printer.uri)

    async def _serve(self, printer_id: str) -> None:
        while not self._stopping.is_set():
            try:
                rest_s = await self._turn(printer_id)
            except Exception:  # one job's bug must not silence a kitchen
                _log.exception("printer %s: this turn failed", printer_id)
                rest_s = STUMBLE_S
            await _woken(self._wakes[printer_id], rest_s)

    async def _turn(self, printer_id: str) -> float:
        """One step for one printer; returns the seconds until the next one is worth a look."""
        work = await self._store.read(lambda db: _work(db, printer_id))
        if work.awaited:
            return await self._wait_for(work)
        if work.head is None:
            return LOOK_EVERY_S
        now = self._clock.now()
        if not due(work.head, now):
            wait_s = (from_iso(work.head.due_at) - now).total_seconds()
            return min(wait_s, LOOK_EVERY_S)
        if work.printer is None:
            await self._keep(_unknown_printer(work.head))
            return 0.0
        await self._print(work.head, work.printer, work.templates)
        await self._clock.sleep(self._gap_s)
        return 0.0

    async def _wait_for(self, work: _Work) -> float:
        """The printer is away. Its jobs go elsewhere, or wait until it can be reached."""
        if work.printer is None:
            return PROBE_EVERY_S
        fallback = work.printer.fallback_id
        movable = await self._movable(work.printer.id, work.head) if fallback else []
        if movable and await self._known(fallback):
            await self._keep(*(_moved(job, fallback, self._clock.now()) for job in movable))
            return 0.0
        if not await self._paper.reachable(work.printer):
            return PROBE_EVERY_S
        now = self._clock.now()
        await self._keep(*(revive(job, now) for job in await self._held(work.printer.id)))
        return 0.0

    async def _movable(self, printer_id: str, head: PrintJob | None) -> list[PrintJob]:
        waiting = [*await self._held(printer_id), *([head] if head is not None else [])]
        return [job for job in waiting if _at_home(job)]

    async def _held(self, printer_id: str) -> list[PrintJob]:
        """Read only when something is done with them: after an evening these may be hundreds."""
        return await self._store.read(lambda db: print_jobs.awaiting(db, printer_id))

    async def _print(self, job: PrintJob, printer: Printer, templates: Mapping[str, str]) -> None:
        restaurant = await self._house.now()
        try:
            document = await asyncio.to_thread(
                _render, job, restaurant.business, printer, templates
            )
        except Exception as error:  # a ticket that breaks the renderer is shown, others go on
            _log.exception("print job %d cannot be rendered", job.seq)
            reason = f"cannot be put on paper: {error}"
            failed = settle(job, Delivery(Outcome.REFUSED, reason), self._clock.now())
            await self._keep(failed)
            return
        sending = start(job, self._clock.now())
        await self._keep(sending)  # durable before the first byte leaves
        delivered = await self._deliver(sending, printer, document)
        stamp = self._stamp()
        settled = _with_looks(settle(sending, delivered.delivery, stamp.now), document)
        await self._write_down(
            lambda tx: _settle(tx, settled, delivered, delivered.delivery.reason, stamp)
        )

    async def _write_down(self, function: Callable[[Transaction], None]) -> None:
        """What became of a ticket is kept as soon as the disk takes it: forgotten, its job would
        look as if it were on its way for ever."""
        while True:
            try:
                return await self._store.write(function)
            except sqlite3.OperationalError as error:
                _log.error("a ticket's end cannot be written down yet: %s", error)
            await self._clock.sleep(STUMBLE_S)

    async def _deliver(self, job: PrintJob, printer: Printer, document: Document) -> Delivered:
        try:
            return await self._paper.deliver(printer, document, job.key)
        except Exception as error:  # nobody knows what the printer got
            _log.exception("print job %d: the transport broke", job.seq)
            reason = f"the transport broke: {error}"
            return Delivered(Delivery(Outcome.UNSURE, reason), PrinterStatus.ERROR, printer.fence)

    async def _known(self, printer_id: str) -> bool:
        printer: Printer | None = await self._store.read(lambda db: _find(db, printer_id))
        return printer is not None

    async def _keep(self, *jobs: PrintJob) -> None:
        at = iso(self._clock.now())

        def save(tx: Transaction) -> None:
            for job in jobs:
                print_jobs.save(tx, job, at)

        await self._store.write(save)


async def reachable(printer: Printer) -> bool:
    """True where something accepts a connection at the printer's address."""
    where = urlsplit(printer.uri)
    try:
        port = where.port or _PORTS[where.scheme]
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            _, writer = await asyncio.open_connection(where.hostname, port)
    except (OSError, ValueError):  # the second for what is no host or port at all
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def _woken(wake: asyncio.Event, seconds: float) -> None:
    """Until someone wakes this worker, or for `seconds`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
    wake.clear()


def _render(
    job: PrintJob, business: Business, printer: Printer, templates: Mapping[str, str]
) -> Document:
    return render(
        job.ticket, business=business, printer=printer, banner=job.banner, templates=templates
    )


def _after_restart(tx: Transaction, now: datetime) -> None:
    for job in print_jobs.sending(tx.connection):
        print_jobs.save(tx, after_restart(job, now), iso(now))


def _work(db: sqlite3.Connection, printer_id: str) -> _Work:
    return _Work(
        printer=_find(db, printer_id),
        awaited=print_jobs.is_awaited(db, printer_id),
        head=print_jobs.head(db, printer_id),
        templates=paper.templates(db),
    )


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


def _settle(
    tx: Transaction, job: PrintJob, delivered: Delivered, reason: str, stamp: Stamp
) -> None:
    """The job, and what the printer was found to be like, in one piece."""
    print_jobs.save(tx, job, iso(stamp.now))
    record = records.find(tx.connection, Collection.PRINTER, job.printer_id)
    if record is None or record.deleted:
        return
    before = decode(record.data, Printer)
    after = shown(
        replace(before, status=delivered.status, status_reason=reason, fence=delivered.fence),
        delivered.certificate,
    )
    if after != before:
        edit(tx, Collection.PRINTER, job.printer_id, overlay(record.data, after), stamp)


def _with_looks(job: PrintJob, document: Document) -> PrintJob:
    """`job` saying that it was printed otherwise than the restaurant wants it to look."""
    if job.state is not JobState.PRINTED or not document.fallback_reason:
        return job
    reason = f"printed with the built-in template: {document.fallback_reason}"
    return replace(job, reason=reason)


def _unknown_printer(job: PrintJob) -> PrintJob:
    """Held until there is a printer of that name: its record may be on its way."""
    reason = f"there is no printer {job.printer_id!r}"
    return replace(job, state=JobState.HELD, reason=reason, due_at="", awaits_printer=True)


def _at_home(job: PrintJob) -> bool:
    """True where the job is still with the printer that it was planned for (a key ends with it):
    a fallback that is away too must not send it round in circles."""
    return job.key.endswith(f"/{job.printer_id}")


def _moved(job: PrintJob, fallback_id: str, now: datetime) -> PrintJob:
    """`job` for the fallback printer, due at once, unless it has become too old meanwhile."""
    held = replace(job, state=JobState.HELD, awaits_printer=True)
    moved = replace(revive(held, now), printer_id=fallback_id)
    return (
        moved
        if moved.state is JobState.HELD
        else replace(moved, reason=f"moved from {job.printer_id}, which is away")
    )
