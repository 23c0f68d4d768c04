"""Both ends of a sync in memory, and a clock that a test moves.

`MemoryStore` follows the contract of `sync.ports` to the letter; `MemoryCloud` keeps records,
versions and a feed as the real one does, and can lose replies, be away, and choke on a key.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.errors import Malformed, PanBotError, Unavailable
from domain.events import Event, event_type
from sync.merge import Discarded
from sync.pending import Pending, Settled, State, edited, rebase, sent
from sync.policy import PushDelays
from sync.wire import (
    Change,
    ChangesResponse,
    Outcome,
    PushItem,
    PushRequest,
    PushResponse,
    Verdict,
    change_of,
)

__all__ = ["NOON", "Counter", "ManualClock", "MemoryCloud", "MemoryStore", "settle"]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TURNS = 200  # of the event loop, until whatever can go on has gone on; nothing here does real I/O

Key = tuple[str, str]


class Counter:
    """Ids `1`, `2`, …"""

    def __init__(self, prefix: str = "op") -> None:
        self._prefix = prefix
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"{self._prefix}{next(self._numbers)}"


class ManualClock:
    """Stands still until `advance`; the wall clock can be set apart from it."""

    def __init__(self) -> None:
        self.wall = NOON
        self.passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.passed + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Lets that much time pass, waking each sleeper at its own moment."""
        await settle()
        end = self.passed + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, woken = heapq.heappop(self._sleepers)
            self._move_to(max(at, self.passed))
            if not woken.done():
                woken.set_result(None)
            await settle()
        self._move_to(end)

    def _move_to(self, passed: float) -> None:
        self.wall += timedelta(seconds=passed - self.passed)
        self.passed = passed


async def settle() -> None:
    """Until every task waits for the clock or for the test."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


class MemoryStore:
    """A `PushStore` and a `PullStore`. `applied` lists each change that altered a record."""

    def __init__(self, clock: ManualClock | Any, delays: PushDelays | None = None) -> None:
        self._clock = clock
        self._delays = delays or PushDelays()
        self._ids = Counter("edge-")
        self.records: dict[Key, State] = {}
        self.rows: dict[Key, Pending] = {}
        self.conflicts: list[tuple[Key, Discarded]] = []
        self.applied: list[Change] = []
        self.seq = 0

    def edit(self, collection: str, key: str, after: dict[str, Any] | None) -> None:
        """What a terminal does."""
        place, version = (collection, key), 0
        before = self.records.get(place)
        if before is not None:
            version = before.version
        self.rows[place] = edited(
            self.rows.get(place),
            collection=collection,
            key=key,
            before=before,
            after=after,
            now=self._clock.now(),
            delays=self._delays,
            op_id=self._ids.new(),
        )
        self.records[place] = State(version, after or {}, after is None)

    def value(self, collection: str, key: str) -> dict[str, Any] | None:
        return self.records[collection, key].value

    async def cursor(self) -> int:
        return self.seq

    async def apply(self, changes: Sequence[Change], cursor: int, /) -> None:
        for change in changes:
            place = (change.collection, change.key)
            known = self.records.get(place)
            if known is not None and change.version <= known.version:
                continue
            if place in self.rows:
                row = self.rows[place]
                self._write(place, rebase(row, change, op_id=self._ids.new()))
            else:
                self.records[place] = State(change.version, change.data, change.deleted)
            if known is None or known.value != self.records[place].value:
                self.applied.append(change)
        self.seq = cursor

    async def take_due(self, now: datetime, limit: int) -> Sequence[Pending]:
        due = [r for r in self.rows.values() if r.due_at <= now or r.decided_at > now]
        if due:
            soon = now + timedelta(seconds=self._delays.together_s)
            others = [r for r in self.rows.values() if r not in due]
            due += [r for r in others if r.due_at <= soon and not r.attempts]
        taken = [sent(row) for row in sorted(due, key=lambda row: row.due_at)[:limit]]
        self.rows |= {(row.collection, row.key): row for row in taken}
        return taken

    async def settle(self, keys: Sequence[Key], step: Callable[[Pending], Settled]) -> None:
        for place in keys:
            if place in self.rows:
                self._write(place, step(self.rows[place]))

    async def next_due(self) -> datetime | None:
        return min((row.due_at for row in self.rows.values()), default=None)

    async def make_all_due(self, now: datetime) -> None:
        for place, row in self.rows.items():
            self.rows[place] = Pending(
                **{name: getattr(row, name) for name in row.__struct_fields__ if name != "due_at"},
                due_at=min(row.due_at, now),
            )

    def _write(self, place: Key, settled: Settled) -> None:
        if settled.pending is None:
            del self.rows[place]
        else:
            self.rows[place] = settled.pending
        if settled.record is not None:
            self.records[place] = settled.record
        if settled.lost is not None:
            self.conflicts += [(place, one) for one in settled.lost.discarded]


class MemoryCloud:
    """A `Remote` with records and a feed. What goes wrong is set by the test."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._moved = asyncio.Condition()
        self._seen: dict[str, Verdict] = {}
        self.records: dict[Key, State] = {}
        self.places: dict[Key, int] = {}
        self.head = 0
        self.requests: list[PushRequest] = []
        self.reads = 0
        self.page = 500
        self.away: PanBotError | None = None
        self.lost_replies = 0
        self.poison: set[str] = set()  # a request with such a key in it is refused as a whole
        self.rejected: dict[str, str] = {}
        self.during_push: Callable[[], Any] = lambda: None

    async def write(self, collection: str, key: str, value: dict[str, Any] | None) -> Event:
        """What an owner does. Returns the event of it."""
        place = (collection, key)
        known = self.records.get(place)
        version = (known.version if known else 0) + 1
        self.head += 1
        self.records[place] = State(version, value or {}, value is None)
        self.places[place] = self.head
        async with self._moved:
            self._moved.notify_all()
        return self.event(collection, key)

    def event(self, collection: str, key: str) -> Event:
        state = self.records[collection, key]
        return Event(
            type=event_type(collection, state.version),
            business_id="b1",
            seq=self.places[collection, key],
            at="",
            data=state.data,
            collection=collection,
            key=key,
            version=state.version,
            deleted=state.deleted,
        )

    async def changes(self, after: int, wait_s: float) -> ChangesResponse:
        self.reads += 1
        if self.away is not None:
            raise self.away
        if self.head == after and wait_s > 0:
            await self._wait_for_more(after, wait_s)
        newer = sorted((seq, place) for place, seq in self.places.items() if seq > after)
        page = [change_of(self.event(*place)) for _, place in newer[: self.page]]
        cursor = page[-1].seq if len(newer) > self.page else self.head
        return ChangesResponse(tuple(page), cursor, self.head)

    async def _wait_for_more(self, after: int, wait_s: float) -> None:
        async def more() -> None:
            async with self._moved:
                await self._moved.wait_for(lambda: self.head > after)

        waits = (asyncio.create_task(more()), asyncio.create_task(self._clock.sleep(wait_s)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def push(self, request: PushRequest) -> PushResponse:
        self.requests.append(request)
        if self.away is not None:
            raise self.away
        if self.poison & {item.key for item in request.items}:
            raise Malformed("it chokes on this")
        verdicts = tuple([await self._verdict(item) for item in request.items])
        self.during_push()
        if self.lost_replies:
            self.lost_replies -= 1
            raise Unavailable("the reply was lost")
        return PushResponse(verdicts)

    async def _verdict(self, item: PushItem) -> Verdict:
        if item.op_id in self._seen:
            return self._seen[item.op_id]
        if item.key in self.rejected:
            reason = self.rejected[item.key]
            return Verdict(item.op_id, Outcome.REJECTED, reason=reason)
        known = self.records.get((item.collection, item.key), State(0, {}, deleted=True))
        if item.base_version != known.version:
            return Verdict(
                item.op_id, Outcome.CONFLICT, known.version, 0, known.value, known.deleted
            )
        event = await self.write(item.collection, item.key, None if item.deleted else item.data)
        verdict = Verdict(item.op_id, Outcome.APPLIED, event.version, event.seq)
        self._seen[item.op_id] = Verdict(item.op_id, Outcome.DUPLICATE, event.version, event.seq)
        return verdict
