"""Finding the restaurant's printers: when someone asks, and by itself while one of them is missing.

Only the networks of the interfaces that the settings name are touched. Looking sends nothing to a
printer but the opening of a connection; one that a person looks for is also asked how it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from ipaddress import IPv4Interface

import msgspec
from msgspec.structs import replace

from discovery.identity import FoundPrinter, address_of, recognise
from discovery.network import hosts, named_networks, read_neighbours
from domain.clock import Clock, iso
from domain.errors import Conflict
from domain.events import EventType
from domain.ids import Ids
from domain.printer import Printer, PrinterStatus
from edge.events import Broadcaster, Passing
from edge.lines import Lines
from edge.search import Search
from edge.store import records
from edge.store.announcements import Announcement as Written
from edge.store.announcements import RecordWritten
from edge.store.edits import Stamp, edit
from edge.store.store import Store
from edge.store.writer import Transaction
from edge.watch import printers
from sync.wire import Collection

__all__ = ["MISSING_EVERY_S", "Finder", "Found", "Scan", "ScanState"]

MISSING_EVERY_S = 120  # between two looks for a printer that is missing
HURRY_EVERY_S = 60.0  # and sooner where one has just gone away; never more often than this

_log = logging.getLogger(__name__)


class ScanState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Found(msgspec.Struct, frozen=True):
    """A printer on the network. `printer_id` is empty where it is none of ours. How such a one is
    is known once the scan is done."""

    identity: str
    name: str
    model: str
    uri: str
    uris: tuple[str, ...]
    printer_id: str = ""
    status: PrinterStatus = PrinterStatus.UNKNOWN
    status_reason: str = ""


class Scan(msgspec.Struct, frozen=True):
    """A search and how far it has got: `probed` of `total` addresses. Times are RFC 3339."""

    id: str
    state: ScanState
    started_at: str
    finished_at: str = ""
    probed: int = 0
    total: int = 0
    found: tuple[Found, ...] = ()
    reason: str = ""


class Finder:
    """At most one search at a time."""

    def __init__(
        self,
        store: Store,
        lines: Lines,
        broadcaster: Broadcaster,
        clock: Clock,
        ids: Ids,
        stamp: Callable[[], Stamp],
        *,
        interfaces: Sequence[str],
    ) -> None:
        self._store = store
        self._lines = lines
        self._broadcaster = broadcaster
        self._clock = clock
        self._ids = ids
        self._stamp = stamp
        self._interfaces = interfaces
        self._searching: asyncio.Task[None] | None = None
        self._looked_at = float("-inf")
        self.latest: Scan | None = None

    def scan(self) -> Scan:
        """Begins a scan, or joins the one that is running, and says how far it is. Raises
        `Conflict` where there is no network to search."""
        if self.latest is not None and self.latest.state is ScanState.RUNNING:
            return self.latest
        networks = named_networks(self._interfaces)
        if not networks:
            raise Conflict(
                "No network to search: PANBOT_LAN_INTERFACES names none that this machine has."
            )
        if self._searching is not None:
            self._searching.cancel()  # a look for the missing: this finds all that it would
        total = sum(1 for _ in hosts(networks))
        self.latest = Scan(self._ids.new(), ScanState.RUNNING, self._now(), total=total)
        self._searching = asyncio.create_task(self._scan(networks), name="scan")
        return self.latest

    def heard(self, written: Sequence[Written]) -> None:
        """Called after each commit: a printer that has just gone away is looked for at once."""
        rested = self._clock.monotonic() - self._looked_at > HURRY_EVERY_S
        if rested and any(_went_away(one) for one in written):
            self._begin_look()

    async def look_for_missing(self) -> None:
        """Begins to look for the printers that do not answer where they stood, unless a search is
        under way or no interface is named. Called every `MISSING_EVERY_S`."""
        self._begin_look()

    def _begin_look(self) -> None:
        idle = self._searching is None or self._searching.done()
        if idle and (networks := named_networks(self._interfaces)):
            self._looked_at = self._clock.monotonic()
            self._searching = asyncio.create_task(self._look(networks), name="look for printers")

    async def stop(self) -> None:
        if self._searching is not None:
            self._searching.cancel()
            await asyncio.gather(self._searching, return_exceptions=True)

    async def _scan(self, networks: Sequence[IPv4Interface]) -> None:
        known = await self._store.read(printers)

        def progress(search: Search) -> None:
            self._tell(probed=search.probed, found=_shown(search.found(), known))

        search = Search(networks, self._lines, self._clock, progress)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(search.listen())
                group.create_task(search.sweep())
            known = await self._keep(search.found())
            found = await self._asked(_shown(search.found(), known))
        except Exception:
            _log.exception("the scan failed")
            reason = "An error of this program; its log tells more."
            self._tell(state=ScanState.FAILED, reason=reason, finished_at=self._now())
            return
        self._tell(state=ScanState.DONE, probed=search.probed, found=found, finished_at=self._now())

    async def _look(self, networks: Sequence[IPv4Interface]) -> None:
        """First listens; knocks at every door only where that was not enough."""
        search = Search(networks, self._lines, self._clock)
        try:
            await self._learn_neighbours()
            missing = _missing(await self._store.read(printers))
            if not missing:
                return
            await search.listen()
            await self._keep(search.found())
            if _still(missing, search.found()):
                await search.sweep()
                await self._keep(search.found())
        except Exception:  # the next look may go better
            _log.exception("the look for missing printers failed")

    async def _keep(self, found: Sequence[FoundPrinter]) -> list[Printer]:
        """Writes down what was seen of our printers, and returns all of them."""

        def keep(tx: Transaction) -> list[Printer]:
            known = printers(tx.connection)
            for printer in recognise(known, found):
                if printer in known:
                    continue
                record = records.find(tx.connection, Collection.PRINTER, printer.id)
                assert record is not None, "it was read in this transaction"
                seen = {"uri": printer.uri, "identities": list(printer.identities)}
                edit(tx, Collection.PRINTER, printer.id, record.data | seen, self._stamp())
            return printers(tx.connection)

        return await self._store.write(keep)

    async def _learn_neighbours(self) -> None:
        """A printer that was typed in is known by its MAC address from now on."""
        macs = read_neighbours()
        known = await self._store.read(printers)
        sharing = Counter(address_of(one.uri) for one in known)  # a print server's is no one's own
        found = [
            FoundPrinter((f"mac:{macs[address]}",), "", "", address, one.uri, (one.uri,))
            for one in known
            if not one.identities
            and sharing[address := address_of(one.uri)] == 1
            and address in macs
        ]
        if found:
            await self._keep(found)

    async def _asked(self, found: Sequence[Found]) -> tuple[Found, ...]:
        """`found`, with how those are that nobody knows here yet."""
        return tuple(await asyncio.gather(*(self._ask(one) for one in found)))

    async def _ask(self, found: Found) -> Found:
        if found.printer_id:
            return found
        condition = await self._lines.condition(Printer("", found.name, found.uri))
        if condition is None:
            return found
        return replace(found, status=condition.status, status_reason=condition.reason)

    def _tell(self, **news: object) -> None:
        assert self.latest is not None
        self.latest = replace(self.latest, **news)
        told = Passing(EventType.PRINTER_SCAN, msgspec.json.encode(self.latest))
        self._broadcaster.send([told])

    def _now(self) -> str:
        return iso(self._clock.now())


def _shown(found: Sequence[FoundPrinter], known: Sequence[Printer]) -> tuple[Found, ...]:
    return tuple(_one_shown(one, known) for one in found)


def _one_shown(found: FoundPrinter, known: Sequence[Printer]) -> Found:
    ours = next(
        (p for p in known if p.uri in found.uris or {p.id, *p.identities} & {*found.identities}),
        None,
    )
    shown = Found(found.identity, found.name, found.model, found.uri, found.uris)
    if ours is None:
        return shown
    return replace(shown, printer_id=ours.id, status=ours.status, status_reason=ours.status_reason)


def _missing(known: Sequence[Printer]) -> list[Printer]:
    """Those that do not answer, or in whose place something else does; if there is anything by
    which they could be known again."""
    macs = read_neighbours()
    return [one for one in known if one.identities and (_is_away(one) or _is_other(one, macs))]


def _still(missing: Sequence[Printer], found: Sequence[FoundPrinter]) -> bool:
    shown = {identity for one in found for identity in one.identities}
    return any(not shown & {printer.id, *printer.identities} for printer in missing)


def _is_away(printer: Printer) -> bool:
    return printer.status is PrinterStatus.OFFLINE


def _is_other(printer: Printer, macs: Mapping[str, str]) -> bool:
    ours = {identity for identity in printer.identities if identity.startswith("mac:")}
    there = macs.get(address_of(printer.uri))
    return bool(ours) and there is not None and f"mac:{there}" not in ours


def _went_away(written: Written) -> bool:
    return (
        isinstance(written, RecordWritten)
        and written.collection == Collection.PRINTER
        and not written.deleted
        and msgspec.json.decode(written.json).get("status") == PrinterStatus.OFFLINE
    )
