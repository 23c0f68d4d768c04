"""The edge's side of the sync: link, push and pull, running from the moment it is paired.

Nothing here stops the restaurant: where the cloud is away, edits wait in their rows.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from domain.clock import from_iso, iso
from domain.errors import Conflict, PanBotError, Unavailable
from domain.ids import Ids
from edge.clock import HouseClock
from edge.store import conflicts, cursor, identity, pending, set_aside
from edge.store.announcements import Announcement, RecordWritten
from edge.store.disk import refusal
from edge.store.identity import Identity
from edge.store.pending import Backlog, CollectionBacklog
from edge.store.set_aside import SetAside
from edge.store.store import Store
from edge.store.sync_store import SyncStore
from edge.store.writer import Transaction
from sync.policy import PushDelays
from sync.pull import Puller
from sync.push import Pusher
from sync.wire import Collection

if TYPE_CHECKING:
    from edge.cloud_link import CloudLink

__all__ = ["LOOPS", "Pairing", "SyncStatus", "Syncing", "keep_pairing", "redeem"]

ASK_AGAIN_S = 2.0  # while the cloud is away; the first orders wait for it
LAST_PUSH_S = 1.0  # when the program ends; what is not taken by then waits in its row
STUMBLE_S = 5.0  # after an error of our own, so that it cannot spin
STEADY_S = 60.0  # a loop that has run this long since is told as broken no more
LOOPS = ("push", "pull", "link")
PAIR_TIMEOUT_S = 10.0  # someone stands there and waits

_ORDER = Collection.ORDER
_jitter = random.SystemRandom().random

_log = logging.getLogger(__name__)


class Pairing(msgspec.Struct, frozen=True):
    """What the cloud gives for a pairing code."""

    business_id: str
    device_id: str
    device_secret: str


class CollectionStatus(msgspec.Struct, frozen=True):
    """`oldest_s` is how long the oldest edit has waited, in seconds. `last_taken` is when the cloud
    last took an edit, since this program was started: RFC 3339, or empty."""

    collection: str
    pending: int
    quarantined: int
    oldest_s: float
    last_taken: str


class SyncStatus(msgspec.Struct, frozen=True):
    """`link` is `edge.cloud_link.LinkState`, None until the edge is paired. `lag` is how many
    changes the feed was ahead when it was last read. `conflicts` counts those that nobody has
    settled; `quarantined` and each collection's oldest edit are in `pending` and `collections`.
    `broken` says why a loop (`push`, `pull`, `link`) broke on an error of our own within the last
    minute: it begins again by itself, and until it succeeds nothing moves there. `set_aside` are
    changes of the feed that could not be taken here."""

    paired: bool
    business_id: str
    device_id: str
    cloud_url: str
    link: dict[str, str] | None
    cursor: int
    lag: int
    pending: Backlog
    collections: tuple[CollectionStatus, ...]
    conflicts: int
    broken: dict[str, str]
    set_aside: tuple[SetAside, ...]


class _Loops(msgspec.Struct, frozen=True):
    link: CloudLink
    pusher: Pusher
    puller: Puller


class _Break(msgspec.Struct, frozen=True):
    at: float  # monotonic seconds
    reason: str


class Syncing:
    """Starts and stops the loops. `cloud_url`, where it is set, is asked in the place of the one
    that the edge was paired with. `link_type` gives the class of the link when one is needed;
    `jitter` draws from 0…1."""

    def __init__(
        self,
        store: Store,
        clock: HouseClock,
        ids: Ids,
        delays: PushDelays,
        *,
        cloud_url: str,
        link_type: Callable[[], type[CloudLink]] | None = None,
        jitter: Callable[[], float] = _jitter,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._port = SyncStore(store, clock, ids, delays)
        self._cloud_url = cloud_url
        self._link_type = link_type or _cloud_link
        self._jitter = jitter
        self._task: asyncio.Task[None] | None = None
        self._loops: _Loops | None = None
        self._breaks: dict[str, _Break] = {}  # the last one of each loop

    async def start(self) -> None:
        """Begins where the edge is paired; else there is nothing to do yet."""
        who = await self._store.read(identity.read)
        if who is not None and who.paired and self._task is None:
            self._task = asyncio.create_task(self._sync(who), name="sync")

    async def stop(self) -> None:
        if self._task is not None:
            await self._push_once_more()
            task, self._task = self._task, None
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _push_once_more(self) -> None:
        """What waits goes up while the program ends, if the cloud is there."""
        loops = self._loops
        if loops is not None and loops.link.state().push != "offline":
            try:
                async with asyncio.timeout(LAST_PUSH_S):
                    await loops.pusher.flush()
            except (PanBotError, TimeoutError) as error:
                _log.info("the last edits wait here: %s", error)

    def heard(self, announcements: Sequence[Announcement]) -> None:
        """Called after each commit: an edit may be due sooner than what was waited for. A fresh
        order never is."""
        if self._loops is not None and any(
            isinstance(one, RecordWritten) and not (one.created and one.collection == _ORDER)
            for one in announcements
        ):
            self._loops.pusher.wake()

    def wake(self) -> None:
        """Something is due sooner than what was waited for."""
        if self._loops is not None:
            self._loops.pusher.wake()

    async def pair(self, code: str, cloud_url: str) -> Identity:
        """Redeems `code` and begins to sync. See `redeem` and `keep_pairing` for what it raises."""
        url = cloud_url or self._cloud_url
        pairing = await redeem(url, code)
        who = await keep_pairing(self._store, pairing, url)
        await self.stop()
        await self.start()
        return who

    async def flush(self) -> int:
        """Pushes all that is pending, now. Raises `Unavailable`."""
        if self._loops is None:
            raise Unavailable("This edge is not paired, or has only just been started.")
        return await self._loops.pusher.flush()

    async def status(self) -> SyncStatus:
        who, seq, conflicts, aside = await self._store.read(_status)
        backlog, waiting = await self._store.read(_backlog)
        loops = self._loops
        taken = loops.pusher.taken_at if loops else {}
        return SyncStatus(
            paired=who.paired,
            business_id=who.business_id,
            device_id=who.device_id,
            cloud_url=self._cloud_url or who.cloud_url,
            link=msgspec.to_builtins(loops.link.state()) if loops else None,
            cursor=seq,
            lag=loops.puller.lag if loops else 0,
            pending=backlog,
            collections=_collections(waiting, taken, self._clock.now()),
            conflicts=conflicts,
            broken=self.broken(),
            set_aside=tuple(aside),
        )

    def broken(self) -> dict[str, str]:
        """The loops that broke on an error of our own within the last minute, and why."""
        since = self._clock.monotonic() - STUMBLE_S - STEADY_S
        return {loop: last.reason for loop, last in self._breaks.items() if last.at > since}

    async def _sync(self, who: Identity) -> None:
        link = (await asyncio.to_thread(self._link_type))(
            self._cloud_url or who.cloud_url,
            who.device_id,
            who.device_secret,
            self._clock,
            jitter=self._jitter,
            told=self._clock.told,
        )
        pusher = Pusher(self._port, link, self._clock, self._ids, jitter=self._jitter)
        puller = Puller(self._port, link, self._clock, jitter=self._jitter)
        self._loops = _Loops(link, pusher, puller)
        try:
            await self._run(self._loops)
        finally:
            self._loops = None
            await link.close()

    async def _run(self, loops: _Loops) -> None:
        async with asyncio.TaskGroup() as group:
            runs: tuple[Callable[[], Awaitable[None]], ...] = (
                loops.pusher.run,
                partial(self._pull, loops),
                partial(loops.link.run, loops.puller),
            )
            for name, run in zip(LOOPS, runs, strict=True):
                group.create_task(self._keep(name, run), name=name)

    async def _keep(self, loop: str, run: Callable[[], Awaitable[None]]) -> None:
        """One that breaks on our own mistake begins again, and takes no other down: what it works
        on is in the tables."""
        while True:
            try:
                await run()
            except Exception as broken:
                errors = list(_leaves(broken))
                reason = next(filter(None, map(refusal, errors)), "")
                if reason:
                    _log.error("the sync's %s waits: %s", loop, reason)
                else:
                    _log.exception("the sync's %s broke and begins again", loop)
                    reason = f"{type(errors[0]).__name__}: {errors[0]}"
                self._breaks[loop] = _Break(self._clock.monotonic(), reason)
            await self._clock.sleep(STUMBLE_S)

    async def _pull(self, loops: _Loops) -> None:
        """Asks once where the feed ends, before the first change of it is taken: what stands there
        already may have been printed by the edge that was here before."""
        while (await self._store.read(_identity)).inherited_to is None:
            try:
                head = (await loops.link.changes(await self._port.cursor(), wait_s=0)).head
            except PanBotError:
                await self._clock.sleep(ASK_AGAIN_S)
            else:
                await self._store.write(partial(identity.inherit, to=head))
        await self._port.try_set_aside()
        await loops.puller.run()


async def redeem(cloud_url: str, code: str, name: str = "edge") -> Pairing:
    """Uses a pairing code up. Raises `Unavailable` where the cloud is away, `Conflict` with the
    cloud's words where it refuses."""
    import httpx

    try:
        async with httpx.AsyncClient(timeout=PAIR_TIMEOUT_S, trust_env=False) as client:
            response = await client.post(
                f"{cloud_url}/api/v1/devices/pair", json={"code": code, "name": name}
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(
            f"The cloud at {cloud_url} cannot be reached, and nothing was changed: {error}"
        ) from error
    try:
        if response.is_success:
            return msgspec.json.decode(response.content, type=Pairing)
        detail = msgspec.json.decode(response.content)["detail"]
    except (msgspec.DecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise Unavailable(f"Something else than the cloud answers at {cloud_url}.") from error
    raise Conflict(f"The cloud does not pair this edge: {detail}")


async def keep_pairing(store: Store, pairing: Pairing, cloud_url: str) -> Identity:
    """Stores what pairing gave. Raises `Conflict` where this edge holds another restaurant: its
    orders are not for others to see."""

    def keep(tx: Transaction) -> Identity:
        who = identity.make(tx)
        if who.business_id not in ("", pairing.business_id):
            raise Conflict(
                f"This edge belongs to {who.business_id!r}; begin with an empty data directory."
            )
        return identity.pair(tx, **msgspec.structs.asdict(pairing), cloud_url=cloud_url)

    return await store.write(keep)


def _cloud_link() -> type[CloudLink]:
    """In a thread: importing it takes 0.3 s, and orders need none of it."""
    from edge.cloud_link import CloudLink

    return CloudLink


def _identity(db: sqlite3.Connection) -> Identity:
    who = identity.read(db)
    assert who is not None, "made when the program starts"
    return who


def _leaves(error: Exception) -> Iterator[Exception]:
    """What broke, out of the groups in which the loops' own tasks wrap it."""
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error


def _status(db: sqlite3.Connection) -> tuple[Identity, int, int, list[SetAside]]:
    return _identity(db), cursor.read(db), len(conflicts.open_ones(db)), set_aside.all_of(db)


def _backlog(db: sqlite3.Connection) -> tuple[Backlog, list[CollectionBacklog]]:
    return pending.backlog(db), pending.by_collection(db)


def _collections(
    waiting: Iterable[CollectionBacklog], taken: Mapping[str, datetime], now: datetime
) -> tuple[CollectionStatus, ...]:
    """Every collection of which something waits or was taken."""
    rows = {one.collection: one for one in waiting}
    return tuple(
        CollectionStatus(
            collection=name,
            pending=rows[name].pending if name in rows else 0,
            quarantined=rows[name].quarantined if name in rows else 0,
            oldest_s=_age_s(rows[name].oldest_at, now) if name in rows else 0.0,
            last_taken=iso(taken[name]) if name in taken else "",
        )
        for name in sorted(rows.keys() | taken.keys())
    )


def _age_s(at: str, now: datetime) -> float:
    return max(0.0, (now - from_iso(at)).total_seconds())  # the clock may have been set back
