"""The feed of a business: what changed after a place in it, at once or as soon as something does.

One connection listens for the whole process. A waiter holds a place in memory and no connection.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import Any

import asyncpg

from cloud.db.pool import Pool, acquiring, connect
from cloud.db.records import Versioned, changes_after
from domain.clock import Clock, iso
from sync.wire import Change, ChangesResponse

__all__ = ["MAX_WAIT_S", "Feed"]

CHANNEL = "panbot_feed"  # the trigger `wake_feed` notifies it with the business id
MAX_WAIT_S = 25.0  # proxies cut a silent connection after 30 s or more
PAGE = 500  # changes in one answer; an order is about 1.5 kB
CHECK_S = 10.0  # how long a dead network may hide that nothing is heard any more
RETRY_S = 0.5  # between attempts to listen again; waiters are woken once it works

_log = logging.getLogger(__name__)


class Feed:
    """Reads the feed. `run` must be running for `wait` to be woken."""

    def __init__(self, pool: Pool, url: str, clock: Clock, stop: asyncio.Event) -> None:
        self._pool = pool
        self._url = url
        self._clock = clock
        self._stop = stop
        self._waiters: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.listening = asyncio.Event()

    @property
    def waiters(self) -> int:
        """How many are waiting now."""
        return sum(len(events) for events in self._waiters.values())

    async def changes(self, business_id: str, after: int, limit: int = PAGE) -> ChangesResponse:
        """The records written after the place `after`; after 0 it is all there is. Raises
        `NotFound`."""
        async with acquiring(self._pool) as connection:
            page = await changes_after(connection, business_id, after, limit)
        full = len(page.records) == limit
        return ChangesResponse(
            changes=tuple(_change(record) for record in page.records),
            # Places that a later write took over hold no record any more, so the last record of a
            # page that is not full may lie before the head.
            cursor=page.records[-1].seq if full else page.head,
            head=page.head,
        )

    async def wait(self, business_id: str, after: int, wait_s: float) -> ChangesResponse:
        """`changes`, but where there are none, waits for one: at most `wait_s` seconds (and
        `MAX_WAIT_S`), and no longer than until the process stops."""
        woken = asyncio.Event()
        self._waiters[business_id].add(woken)  # before the first look, or a write slips between
        try:
            found = await self.changes(business_id, after)
            try:
                async with asyncio.timeout(min(wait_s, MAX_WAIT_S)):
                    while found.head <= after and not self._stop.is_set():
                        await woken.wait()
                        woken.clear()
                        found = await self.changes(business_id, after)
            except TimeoutError:
                pass
            return found
        finally:
            self._waiters[business_id].discard(woken)
            if not self._waiters[business_id]:
                del self._waiters[business_id]

    async def run(self) -> None:
        """Listens until cancelled; a lost connection is made anew, and then all are woken, since
        nobody knows what was missed."""
        stopping = asyncio.create_task(self._wake_all_at_stop())
        try:
            while True:
                try:
                    await self._listen()
                except (
                    OSError,
                    TimeoutError,
                    asyncpg.PostgresError,
                    asyncpg.InterfaceError,
                ) as lost:
                    _log.warning("the feed's connection was lost, listening again: %s", lost)
                self.listening.clear()
                await self._clock.sleep(RETRY_S)
        finally:
            stopping.cancel()

    async def _listen(self) -> None:
        """Listens on one connection until it is lost; returns or raises then."""
        connection = await connect(self._url)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self.listening.set()
            self._wake_all()
            while not lost.is_set():
                try:
                    async with asyncio.timeout(CHECK_S):
                        await lost.wait()
                except TimeoutError:
                    await connection.execute("SELECT 1", timeout=CHECK_S)
        finally:
            connection.terminate()

    def _heard(self, _connection: Any, _pid: int, _channel: str, business_id: object) -> None:
        for woken in self._waiters.get(str(business_id), ()):
            woken.set()

    def _wake_all(self) -> None:
        for events in self._waiters.values():
            for woken in events:
                woken.set()

    async def _wake_all_at_stop(self) -> None:
        await self._stop.wait()
        self._wake_all()


def _change(record: Versioned) -> Change:
    return Change(
        seq=record.seq,
        collection=record.collection,
        key=record.key,
        version=record.version,
        data=record.data,
        deleted=record.deleted,
        at=iso(record.at),
        by=record.by,
    )
