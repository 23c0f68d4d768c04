"""The loops that bring the cloud's changes: the feed is the truth, an event only a hint.

Three run side by side, and whoever is first moves the cursor: what a WebSocket brings (`hint`), the
long poll while there is no WebSocket, and a plain look every few seconds, whatever else there is,
because a half-open connection looks like a quiet evening.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable

from domain.clock import Clock
from domain.errors import PanBotError
from domain.events import Event
from sync.ports import PullStore, Remote
from sync.wire import ChangesResponse, change_of

__all__ = ["Puller", "contiguous"]

LOOK_EVERY_S = 3.5  # with the request itself, an order is here within five, whatever was lost
LONG_POLL_S = 25.0  # the longest that the cloud keeps a request; proxies cut silence after 30
RETRY_S = 2.0  # after a long poll that failed, or came back at once with nothing
MOST_HINTS = 256  # kept while one is being applied; what falls out leaves a gap, and is read

_log = logging.getLogger(__name__)


class Puller:
    """Brings the feed of `remote` into `store`. `jitter` draws from 0…1."""

    def __init__(
        self, store: PullStore, remote: Remote, clock: Clock, *, jitter: Callable[[], float]
    ) -> None:
        self._store = store
        self._remote = remote
        self._clock = clock
        self._jitter = jitter
        self._hints: deque[Event | None] = deque(maxlen=MOST_HINTS)
        self._hinted = asyncio.Event()
        self._without_push = asyncio.Event()
        self._without_push.set()
        self._applying = asyncio.Lock()
        self._reached = True
        self.lag = 0  # how far the cursor was behind the feed's head when both were last seen

    def hint(self, event: Event | None) -> None:
        """The feed has moved; `event` is how, None where that is not known. Never blocks."""
        self._hints.append(event)
        self._hinted.set()

    def pushed(self, connected: bool) -> None:
        """Says whether events come by themselves now. Where not, the feed is long-polled."""
        if connected:
            self._without_push.clear()
            self.hint(None)  # what came before the connection stood
        else:
            self._without_push.set()

    async def run(self) -> None:
        """Keeps the store up to date, until cancelled."""
        await self._try_reading(0.0)  # alone: the first one may be the whole of a business
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._look())
            loops.create_task(self._listen())
            loops.create_task(self._long_poll())

    async def _look(self) -> None:
        while True:
            await self._clock.sleep(LOOK_EVERY_S * (0.75 + 0.25 * self._jitter()))
            await self._try_reading(0.0)

    async def _listen(self) -> None:
        while True:
            await self._hinted.wait()
            self._hinted.clear()
            hints = list(self._hints)
            self._hints.clear()
            all_applied = await self._apply_events([h for h in hints if h is not None])
            if None in hints or not all_applied:
                await self._try_reading(0.0)

    async def _long_poll(self) -> None:
        while True:
            await self._without_push.wait()
            began = self._clock.monotonic()
            moved = await self._try_reading(LONG_POLL_S)
            if not moved and self._clock.monotonic() - began < RETRY_S:
                await self._clock.sleep(RETRY_S * (0.5 + 0.5 * self._jitter()))

    async def _apply_events(self, events: Iterable[Event]) -> bool:
        """Applies what follows the cursor as it stands; False where something is missing."""
        async with self._applying:
            cursor = await self._store.cursor()
            run, complete = contiguous(cursor, events)
            if run:
                await self._store.apply([change_of(event) for event in run], run[-1].seq)
        return complete

    async def _try_reading(self, wait_s: float) -> bool:
        """True where the feed had something. The cloud being away is no error here."""
        try:
            moved = await self._read(wait_s)
        except PanBotError as away:
            if self._reached:
                _log.warning("the feed cannot be read: %s", away)
            self._reached = False
            return False
        self._reached = True
        return moved

    async def _read(self, wait_s: float) -> bool:
        """Reads from the cursor to the feed's head, a page a time."""
        after = await self._store.cursor()
        found = await self._remote.changes(after, wait_s)
        if found.head < after:
            _log.warning("the feed ends at %d, before our %d: read anew", found.head, after)
            after, found = -1, await self._remote.changes(0, 0.0)
        self.lag = max(0, found.head - max(after, 0))  # known, should what follows break
        moved = False
        while found.cursor > after:
            await self._apply_page(found, restart=after < 0)
            moved, after = True, found.cursor
            if found.cursor >= found.head:
                break
            found = await self._remote.changes(after, 0.0)
        self.lag = max(0, found.head - await self._store.cursor())
        return moved

    async def _apply_page(self, page: ChangesResponse, *, restart: bool) -> None:
        """Applies what is new in `page`: while it was under way, another loop may have been
        faster. On a `restart` the cursor goes back to where the page ends."""
        async with self._applying:
            cursor = -1 if restart else await self._store.cursor()
            if page.cursor > cursor:
                fresh = [change for change in page.changes if change.seq > cursor]
                await self._store.apply(fresh, page.cursor)


def contiguous(cursor: int, events: Iterable[Event]) -> tuple[list[Event], bool]:
    """The events that follow `cursor` without a gap, in order, each once; and whether those are
    all. What the cursor has passed already is left out and not missed."""
    by_seq = {event.seq: event for event in events if event.seq > cursor}
    run: list[Event] = []
    while (following := by_seq.pop(cursor + len(run) + 1, None)) is not None:
        run.append(following)
    return run, not by_seq
