"""One connection at a time to each printer: most of them take one client, and a question must not
come between a ticket's bytes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from weakref import WeakValueDictionary

from discovery.probe import RAW_PORT
from domain.printer import Printer
from edge.spooler import Paper
from edge.store import printer_logins
from edge.store.store import Store
from printing.document import Document
from printing.transport import (
    Condition,
    Delivered,
    Go,
    Login,
    condition,
    deliver,
    identify,
    open_drawer,
    warm_up,
)

__all__ = ["Lines"]

_HAS_PORT = re.compile(r":\d+$")


class Lines:
    """Every connection that this edge makes to a printer goes through here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def paper(self) -> Paper:
        """How the spooler reaches paper."""
        return Paper(self._deliver, self._open_drawer, self._ready, warm_up)

    def of(self, uri: str) -> asyncio.Lock:
        """Held by whoever is connected to the printer at `uri`, a known printer's or a found one's.
        A raw port is one line; behind an IPP port each queue is."""
        door = uri
        scheme, _, place = uri.partition("://")
        if scheme == "escpos":
            door = place.partition("/")[0]
            door = door if _HAS_PORT.search(door) else f"{door}:{RAW_PORT}"
        return self._locks.setdefault(door, asyncio.Lock())

    async def condition(self, printer: Printer) -> Condition | None:
        """How `printer` is; None where it is busy with a ticket, and so is there."""
        line = self.of(printer.uri)
        if line.locked():
            return None
        login = await self._login(printer)
        async with line:
            return await condition(printer, login=login)

    async def identify(self, printer: Printer) -> bool:
        """Has `printer` blink or beep; False where only paper can tell."""
        return await identify(printer, login=await self._login(printer))

    async def _deliver(
        self, printer: Printer, draw: Callable[[], Document], key: str, quick: bool, go: Go
    ) -> Delivered:
        login = await self._login(printer)
        async with self.of(printer.uri):
            return await deliver(printer, draw, key, quick=quick, go=go, login=login)

    async def _open_drawer(self, printer: Printer) -> Delivered:
        async with self.of(printer.uri):
            return await open_drawer(printer)

    async def _ready(self, printer: Printer) -> bool:
        login = await self._login(printer)
        async with self.of(printer.uri):
            return (await condition(printer, login=login)).ready

    async def _login(self, printer: Printer) -> Login | None:
        if printer.uri.partition("://")[0] == "escpos":  # there is nothing to sign in to
            return None
        return await self._store.read(lambda db: printer_logins.find(db, printer.id))
