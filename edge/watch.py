"""How each printer is, asked every few seconds while it prints nothing, and told as
`printer.status`: the kitchen sees an open cover before the next ticket meets it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable

from msgspec.structs import replace

from domain.clock import Clock
from domain.codec import decode, overlay
from domain.errors import Invalid
from domain.printer import Printer, PrinterStatus
from edge.lines import Lines
from edge.store import records
from edge.store.edits import Stamp, edit
from edge.store.store import Store
from edge.store.writer import Transaction
from printing.transport import Condition
from sync.wire import Collection

__all__ = ["Watch", "printers"]

LOOK_EVERY_S = 10.0  # how late an open cover is noticed where nothing is printed
MISSES = 2  # looks in vain until a printer is called offline: one may have met another till's job

_log = logging.getLogger(__name__)


class Watch:
    """Asks, until it is stopped. A printer that is busy with a ticket is left alone."""

    def __init__(
        self, store: Store, lines: Lines, clock: Clock, stamp: Callable[[], Stamp]
    ) -> None:
        self._store = store
        self._lines = lines
        self._clock = clock
        self._stamp = stamp
        self._missed: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="watch")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                known = await self._store.read(printers)
            except Exception:  # the store may answer the next time
                _log.exception("the printers cannot be read")
                known = []
            await asyncio.gather(*(self._look(printer) for printer in known))
            await self._clock.sleep(LOOK_EVERY_S)

    async def _look(self, printer: Printer) -> None:
        try:
            await self._ask(printer)
        except Exception:  # one printer must not silence the others
            _log.exception("the printer %s cannot be looked at", printer.id)

    async def _ask(self, printer: Printer) -> None:
        condition = await self._lines.condition(printer)
        if condition is None:
            return
        away = condition.status is PrinterStatus.OFFLINE
        self._missed[printer.id] = self._missed.get(printer.id, 0) + 1 if away else 0
        if away and self._missed[printer.id] < MISSES:
            return
        if condition.status is not printer.status:
            stamp = self._stamp()
            await self._store.write(lambda tx: _keep(tx, printer, condition, stamp))


def printers(db: sqlite3.Connection) -> list[Printer]:
    """Every printer whose record can be read."""
    found = []
    for record in records.all_of(db, Collection.PRINTER):
        try:
            found.append(decode(record.data, Printer))
        except Invalid as error:
            _log.warning("the printer %s cannot be read: %s", record.key, error.detail)
    return found


def _keep(tx: Transaction, asked: Printer, condition: Condition, stamp: Stamp) -> None:
    """Unless it has got another address meanwhile, or is gone."""
    record = records.find(tx.connection, Collection.PRINTER, asked.id)
    if record is None or record.deleted or record.data.get("uri") != asked.uri:
        return
    printer = decode(record.data, Printer)
    seen = replace(printer, status=condition.status, status_reason=condition.reason)
    edit(tx, Collection.PRINTER, asked.id, overlay(record.data, seen), stamp)
