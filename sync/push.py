"""The loop that sends edits up: what is due goes in one request, each key gets its own verdict."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from domain.clock import Clock
from domain.errors import PanBotError, TooMany, Unauthenticated, Unavailable, UpgradeRequired
from domain.ids import Ids
from sync.pending import Pending, Settled, failed, item_of, refused, settled
from sync.ports import PushStore, Remote
from sync.wire import Outcome, PushRequest, Verdict

__all__ = ["Pusher", "batches"]

MOST_KEYS = 1000  # of one request: what the cloud settles within the time-out of a push
MOST_BYTES = 200_000  # of one request before compression, under the cloud's limit for a body
LOOK_EVERY_S = 5.0  # looks by itself that often, should a wake-up be lost
AWAY_FIRST_S = 1.0  # after a failed request; doubles up to the next
AWAY_MOST_S = 30.0  # how long a link that is back may go unnoticed

_log = logging.getLogger(__name__)

# Not an answer about what was sent: it waits as it is, and no key has spent an attempt.
_AWAY = (Unavailable, Unauthenticated, TooMany, UpgradeRequired)


class Pusher:
    """Sends what is due in `store` to `remote`. `jitter` draws from 0…1."""

    def __init__(
        self,
        store: PushStore,
        remote: Remote,
        clock: Clock,
        ids: Ids,
        *,
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._remote = remote
        self._clock = clock
        self._ids = ids
        self._jitter = jitter
        self._wake = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._limit = MOST_KEYS
        self._failures = 0
        self.taken_at: dict[str, datetime] = {}  # by collection: when the cloud last took one

    def wake(self) -> None:
        """Something was edited: look when it is due."""
        self._wake.set()

    async def run(self) -> None:
        """Pushes what is due, until cancelled."""
        while True:
            try:
                await self._push_due()
            except _AWAY as away:
                self._failures += 1
                if self._failures == 1:
                    _log.warning("edits wait here: %s", away)
                # An edit is no reason to try sooner: nothing in it tells that the cloud is back.
                await self._clock.sleep(self._away_s())
            else:
                await self._rest(await self._rest_s())

    async def flush(self) -> int:
        """Pushes everything that is pending now, due or not, and says how many verdicts came.
        Raises `Unavailable` or `Unauthenticated` where the cloud cannot be had."""
        await self._store.make_all_due(self._clock.now())
        return await self._push_due()

    async def _push_due(self) -> int:
        """Until nothing is due any more. A key that fails is due later, so this ends."""
        answered = 0
        async with self._one_at_a_time:
            while rows := await self._store.take_due(self._clock.now(), self._limit):
                for batch in batches(rows, MOST_BYTES):
                    answered += await self._push(batch)
        self._failures = 0
        return answered

    async def _push(self, rows: Sequence[Pending]) -> int:
        request = PushRequest(tuple(map(item_of, rows)))
        try:
            response = await self._remote.push(request)
        except _AWAY:
            raise
        except PanBotError as error:
            await self._refused(rows, error)
            return 0
        self._limit = min(MOST_KEYS, self._limit * 2)
        verdicts = {verdict.op_id: verdict for verdict in response.verdicts}
        now = self._clock.now()
        await self._store.settle(_keys(rows), self._step(verdicts, now))
        for item in request.items:
            if _taken(verdicts.get(item.op_id)):
                self.taken_at[item.collection] = now
        return len(verdicts)

    def _step(self, verdicts: Mapping[str, Verdict], now: datetime) -> Callable[[Pending], Settled]:
        def step(row: Pending) -> Settled:
            if row.sent is None:
                return Settled(row)  # rebased meanwhile
            verdict = verdicts.get(row.sent.op_id)
            if verdict is None:
                jitter = self._jitter()
                return Settled(failed(row, "the cloud left it out", now=now, jitter=jitter))
            return settled(row, verdict, now=now, op_id=self._ids.new(), jitter=self._jitter())

        return step

    async def _refused(self, rows: Sequence[Pending], error: PanBotError) -> None:
        """The request as a whole was refused. One key is at fault, or all are: halves tell, down
        to one key alone, which then backs off by itself while the others go on."""
        if len(rows) > 1:
            self._limit = len(rows) // 2
            return
        now, op_id, jitter = self._clock.now(), self._ids.new(), self._jitter()
        _log.warning("%s/%s was refused: %s", rows[0].collection, rows[0].key, error)

        def step(row: Pending) -> Settled:
            if error.status >= 500:  # it may have been applied: the same op id asks again
                return Settled(failed(row, str(error), now=now, jitter=jitter))
            return Settled(refused(row, str(error), now=now, op_id=op_id, jitter=jitter))

        await self._store.settle(_keys(rows), step)

    async def _rest(self, seconds: float) -> None:
        """Until someone wakes it, or for `seconds`."""
        waits = (
            asyncio.create_task(self._wake.wait()),
            asyncio.create_task(self._clock.sleep(seconds)),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
        self._wake.clear()

    def _away_s(self) -> float:
        full = min(AWAY_MOST_S, AWAY_FIRST_S * 2.0 ** min(self._failures - 1, 10))
        return full * (0.5 + 0.5 * self._jitter())

    async def _rest_s(self) -> float:
        due = await self._store.next_due()
        if due is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(0.0, (due - self._clock.now()).total_seconds()))


def batches(rows: Sequence[Pending], most_bytes: int) -> Iterator[list[Pending]]:
    """`rows`, in their sequence, in requests of at most `most_bytes` each, or of one row."""
    batch: list[Pending] = []
    total = 0
    for row in rows:
        size = len(msgspec.json.encode(item_of(row)))
        if batch and total + size > most_bytes:
            yield batch
            batch, total = [], 0
        batch.append(row)
        total += size
    if batch:
        yield batch


def _taken(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.outcome in (Outcome.APPLIED, Outcome.DUPLICATE)


def _keys(rows: Sequence[Pending]) -> list[tuple[str, str]]:
    return [(row.collection, row.key) for row in rows]
