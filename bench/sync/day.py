"""A restaurant's whole day: 600 orders with six changes each, and 20 edits of the menu.

The restaurant's time is virtual, everything else is real: the edge's SQLite, the push loop, the
link, a wire that counts, the cloud. The floor column is the same day with no debounce: each edit
is pushed by itself.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from bench.figure import Figure
from bench.stack import Cloud, cloud, restaurant_file
from bench.sync.documents import RESTAURANT, draft_line, order
from bench.sync.trace import PUSH
from bench.wire import Traffic, wire
from domain.clock import SystemClock
from domain.ids import UuidV7
from domain.order import Order, Status
from domain.ordering import Edit, LineAmendment, apply_edit
from edge.cloud_link import CloudLink
from edge.store import orders, records
from edge.store.edits import Stamp, edit, stamps
from edge.store.store import Store
from edge.store.sync_store import SyncStore
from edge.store.writer import Transaction
from edge.syncing import redeem
from sync.policy import PushDelays
from sync.push import Pusher
from sync.wire import Collection

ORDERS = 600
MENU_EDITS = 20
OPENS = datetime(2026, 11, 22, 10, tzinfo=UTC)
MEALS_H = ((2.5, 1.0), (9.0, 1.2))  # lunch and dinner: hours after opening, and how they spread
LAST_H = 12.5
AT_ONCE = PushDelays(edit_s=0, longest_s=0, prompt_s=0)
DEADLINE_S = 300.0  # for a day; a hang guard


class Doing(Protocol):
    """What someone does at a terminal, inside the transaction of it."""

    def __call__(self, tx: Transaction, stamp: Stamp) -> object: ...


async def run(folder: Path, database_url: str) -> list[Figure]:
    restaurant = restaurant_file("day", {}, {})
    async with cloud(folder, database_url, restaurant) as running:
        debounced = await _day(folder / "debounced.sqlite", running, PushDelays())
        single = await _day(folder / "single.sqlite", running, AT_ONCE)
    name = f"{ORDERS} orders of a day, pushed"
    return [
        Figure(f"{name}, requests", debounced.requests, "", single.requests),
        Figure(name, debounced.up / 1000, "kB", single.up / 1000),
    ]


async def _day(database: Path, running: Cloud, delays: PushDelays) -> Traffic:
    """The day at one edge, pushed with `delays`: what went up."""
    clock = Day()
    async with (
        asyncio.timeout(DEADLINE_S),
        wire(running.url) as line,
        _store(database) as store,
        _link(running, line.url) as link,
    ):
        port = SyncStore(store, clock, UuidV7(clock), delays)
        found = await link.changes(0, 0)
        await port.apply(found.changes, found.cursor)
        pusher = Pusher(port, link, clock, UuidV7(clock), jitter=lambda: 1.0)
        pushing = asyncio.create_task(pusher.run())
        stamp = stamps(clock, UuidV7(clock), delays)
        for at, doing in _doings():
            await clock.reach(at)
            await store.write(partial(doing, stamp=stamp()))
            await clock.after(pusher.wake)
        await clock.reach(clock.now() + timedelta(seconds=2 * delays.longest_s))
        if await port.next_due() is not None:
            raise RuntimeError("the day is over, and not all of it went up")
        pushing.cancel()
        await asyncio.gather(pushing, return_exceptions=True)
        return line.traffic[PUSH]


class Day:
    """A clock on which time passes only as far as it is told to, and no faster than the one loop
    that sleeps by it can follow."""

    def __init__(self) -> None:
        self._now = OPENS
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._asleep = asyncio.Event()
        self._count = 0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - OPENS).total_seconds()

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._count += 1
        until = self._now + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (until, self._count, woken))
        self._asleep.set()
        await woken

    async def reach(self, at: datetime) -> None:
        """Lets time pass until `at`; whoever wakes before is through first."""
        await self._asleep.wait()
        while self._sleepers and self._sleepers[0][0] <= at:
            until, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self._now = max(self._now, until)
                await self.after(partial(woken.set_result, None))
        self._now = max(self._now, at)

    async def after(self, wake: Callable[[], None]) -> None:
        """Calls `wake`, and returns when the loop that it wakes sleeps again."""
        await self._asleep.wait()
        self._asleep.clear()
        wake()
        await self._asleep.wait()


def _doings() -> list[tuple[datetime, Doing]]:
    """What the staff do in the day, in the order of its times; the same in every run."""
    chance = random.Random(1)
    found: list[tuple[datetime, Doing]] = []
    for n in range(ORDERS):
        hours = min(LAST_H, max(0.0, chance.gauss(*MEALS_H[n % 3 > 0])))
        found += _order(chance, OPENS + timedelta(hours=hours))
    for n in range(MENU_EDITS):
        at = OPENS + timedelta(minutes=5 + 45 * (n // 5) + (n % 5))  # five at a time, as people do
        found.append((at, _new_price(n)))
    return sorted(found, key=lambda one: one[0])


def _order(chance: random.Random, at: datetime) -> list[tuple[datetime, Doing]]:
    """An order from the table to the till: placed, and changed six times."""
    ids = UuidV7(SystemClock(), chance.getrandbits)
    placed = order(chance, at, ids)
    first = placed.lines[0]
    # In minutes: guests decide at once, the kitchen takes its time, and then they stay.
    changes = (
        (chance.uniform(0.3, 1.5), Edit(amend=(LineAmendment(first.id, qty=first.qty + 1),))),
        (chance.uniform(0.3, 1.5), Edit(add=(draft_line(chance),))),
        (chance.uniform(0.5, 2), Edit(status=Status.PREPARING)),
        (chance.uniform(6, 15), Edit(status=Status.READY)),
        (chance.uniform(5, 40), Edit(pay="card")),
        (chance.uniform(0.05, 0.5), Edit(status=Status.COMPLETED)),
    )
    found: list[tuple[datetime, Doing]] = [(at, lambda tx, stamp: orders.place(tx, placed, stamp))]
    for minutes, change in changes:
        at += timedelta(minutes=minutes)
        found.append((at, _changed(placed.id, change, ids)))
    return found


def _changed(order_id: str, change: Edit, ids: UuidV7) -> Doing:
    def doing(tx: Transaction, stamp: Stamp) -> None:
        def step(before: Order) -> Order:
            return apply_edit(
                before, change, menu=RESTAURANT.menu, sold_out=(), by="anna", at=stamp.now, ids=ids
            )

        there = orders.find(tx.connection, order_id)
        orders.change(tx, order_id, there.local_seq, step, stamp)

    return doing


def _new_price(n: int) -> Doing:
    def doing(tx: Transaction, stamp: Stamp) -> None:
        (there,) = records.all_of(tx.connection, Collection.MENU)
        menu = there.data
        menu["items"][n]["price"] += 50
        edit(tx, Collection.MENU, there.key, menu, stamp)

    return doing


@asynccontextmanager
async def _store(database: Path) -> AsyncIterator[Store]:
    store = Store(database, lambda _: None)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _link(running: Cloud, url: str) -> AsyncIterator[CloudLink]:
    """The link of a device that has just been paired. It lives in our time: its token does."""
    device = await redeem(url, await running.pairing_code())
    link = CloudLink(url, device.device_id, device.device_secret, SystemClock(), jitter=lambda: 1.0)
    try:
        yield link
    finally:
        await link.close()
