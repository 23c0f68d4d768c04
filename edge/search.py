"""One search of the restaurant's network: who announces a printer there, and who answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Interface

from discovery.identity import Announcement, FoundPrinter, doors_of, merge
from discovery.network import hosts, read_neighbours
from discovery.probe import RAW_PORT, Door, is_open, knock
from domain.clock import Clock
from edge.lines import Lines

__all__ = ["Search"]

BROWSE_S = 2.0  # printers answer within one; a sleepy one within the next scan
LINE_S = 10.0  # two attempts to connect take less: who has the line for longer is printing
TELL_EVERY = 16  # addresses: some times a second, so that who waits sees it move

_log = logging.getLogger(__name__)


class Search:
    """What one search has seen so far. `news` is called when there is more to see."""

    def __init__(
        self,
        networks: Sequence[IPv4Interface],
        lines: Lines,
        clock: Clock,
        news: Callable[[Search], None] = lambda search: None,
    ) -> None:
        self._networks = networks
        self._lines = lines
        self._clock = clock
        self._announced: dict[tuple[str, str], Announcement] = {}
        self._opened: set[Door] = set()
        self._doors = [Door(host, RAW_PORT) for host in hosts(networks)]
        self.probed = 0
        self._news = news

    def found(self) -> list[FoundPrinter]:
        return merge(self._announced.values(), self._opened, read_neighbours())

    async def listen(self) -> None:
        """What announces itself on our own networks, and answers."""
        # Imported here: it takes 0.1 s and 4 MB, and is needed on the day of a new printer.
        from discovery.browse import browse

        addresses = [str(one.ip) for one in self._networks]
        try:
            await browse(addresses, seconds=BROWSE_S, heard=self._heard)
        except OSError as error:  # no multicast here; knocking at the doors still finds them
            _log.warning("cannot listen for announcements: %s", error)
        announced = (door for one in self._announced.values() for door in doors_of(one))
        near = {door for door in announced if self._is_near(door)}
        await knock(near, self._answered, self._clock, answers=self._answers)

    async def sweep(self) -> None:
        """Every address of our own networks, bounded."""
        await knock(self._doors, self._swept, self._clock, answers=self._answers)

    def _heard(self, announcement: Announcement) -> None:
        self._announced[announcement.service, announcement.instance] = announcement

    def _swept(self, door: Door, opened: bool) -> None:
        self.probed += 1
        self._answered(door, opened)
        if self.probed % TELL_EVERY == 0:
            self._news(self)

    def _answered(self, door: Door, opened: bool) -> None:
        if opened and door not in self._opened:
            self._opened.add(door)
            self._news(self)

    async def _answers(self, door: Door) -> bool:
        """A printer that is busy with a ticket of ours is there, and left alone."""
        line = self._lines.of(f"escpos://{door.address}:{door.port}")
        try:
            async with asyncio.timeout(LINE_S):
                await line.acquire()
        except TimeoutError:
            return True
        try:
            return await is_open(door)
        finally:
            line.release()

    def _is_near(self, door: Door) -> bool:
        """An announcement may name any address; only our own networks are touched."""
        return any(IPv4Address(door.address) in one.network for one in self._networks)
