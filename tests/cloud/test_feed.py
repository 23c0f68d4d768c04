"""The feed has no gaps, misses nothing, and answers whoever waits for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from cloud.services import Services, Settings
from domain.errors import NotFound
from domain.order import Channel, Status
from domain.ordering import Edit
from sync.wire import ChangesResponse, PushItem
from tests.support.cloud import draft

SOON_S = 10.0  # a hang guard: what is awaited here takes milliseconds


async def soon(holds: Callable[[], bool]) -> None:
    """Waits until `holds()`; TimeoutError where that takes too long."""
    async with asyncio.timeout(SOON_S):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody when it changes
            await asyncio.sleep(0.01)


async def head(services: Services) -> int:
    return (await services.feed.changes("trattoria", 0)).head


async def place(services: Services) -> None:
    await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")


async def woken_by(
    services: Services, doing: Callable[[], Awaitable[object]], wait_s: float = SOON_S
) -> ChangesResponse:
    """What a long poll at the head of the feed answers when `doing()` happens meanwhile."""
    await asyncio.wait_for(services.feed.listening.wait(), SOON_S)
    after = await head(services)
    waiting = asyncio.create_task(services.feed.wait("trattoria", after, wait_s))
    await soon(lambda: services.feed.waiters == 1)
    await doing()
    async with asyncio.timeout(SOON_S):
        return await waiting


async def test_twenty_writers_leave_no_gap_and_a_reader_misses_nothing(
    services: Services,
) -> None:
    """While twenty write at once, a reader that goes on from its cursor sees every record, and
    places in the feed count up one by one."""
    start = await head(services)
    seen: list[tuple[int, str]] = []

    async def write(n: int) -> None:
        for m in range(5):
            item = PushItem(f"op-{n}-{m}", "customer", f"c-{n}-{m}", 0, {"name": "Maria"})
            await services.sync.push("trattoria", [item], actor=f"device:{n}")

    async def read() -> None:
        cursor = start
        while len(seen) < 100:
            found = await services.feed.changes("trattoria", cursor)
            assert all(change.seq > cursor for change in found.changes)
            seen.extend((change.seq, change.key) for change in found.changes)
            cursor = found.cursor

    async with asyncio.timeout(SOON_S):
        await asyncio.gather(read(), *(write(n) for n in range(20)))
    assert [seq for seq, _ in seen] == list(range(start + 1, start + 101))
    assert {key for _, key in seen} == {f"c-{n}-{m}" for n in range(20) for m in range(5)}


async def test_a_record_that_changed_twice_appears_once(services: Services) -> None:
    """The feed is the present: after two edits there is one change, at the later place."""
    after = await head(services)
    placed = await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    ready = Edit(status=Status.READY)
    await services.orders.edit("trattoria", placed.order.id, ready, base_version=1, actor="a")
    found = await services.feed.changes("trattoria", after)
    assert [(c.seq, c.version, c.data["status"]) for c in found.changes] == [
        (after + 2, 2, "ready")
    ]
    assert found.cursor == found.head == after + 2


async def test_pages_follow_one_another(services: Services) -> None:
    """A page that is full ends before the head, and its cursor leads to the rest."""
    everything = await services.feed.changes("trattoria", 0)
    cursor, found = 0, []
    while cursor < everything.head:
        page = await services.feed.changes("trattoria", cursor, limit=2)
        found += page.changes
        cursor = page.cursor
    assert tuple(found) == everything.changes


async def test_a_feed_that_is_ahead_is_answered_at_once(services: Services) -> None:
    """Where there is something already, nobody waits for more."""
    async with asyncio.timeout(SOON_S):
        found = await services.feed.wait("trattoria", 0, 25)
    assert found.changes


async def test_a_long_poll_is_answered_by_a_commit(services: Services) -> None:
    """Whoever waits at the head hears of an order when it is placed, wherever it was placed."""
    found = await woken_by(services, lambda: place(services))
    assert [change.collection for change in found.changes] == ["order"]


async def test_another_business_wakes_nobody(services: Services) -> None:
    """An order of the bistro leaves the trattoria waiting, until its time is up."""

    async def elsewhere() -> None:
        await services.orders.place("bistro", draft(), channel=Channel.PHONE, actor="agent")

    found = await woken_by(services, elsewhere, wait_s=0.2)
    assert not found.changes
    assert found.cursor == found.head
    assert services.feed.waiters == 0


async def test_an_order_placed_while_nobody_listened_is_heard_of(
    services: Services, url: str
) -> None:
    """The listening connection is killed and an order placed before it is back: the long poll is
    answered with it all the same."""

    async def kill_and_place() -> None:
        operator = await asyncpg.connect(url)
        killed = await operator.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
        await operator.close()
        assert len(killed) == 1
        await soon(lambda: not services.feed.listening.is_set())
        await place(services)

    found = await woken_by(services, kill_and_place)
    assert [change.collection for change in found.changes] == ["order"]


async def test_stopping_ends_every_long_poll(url: str) -> None:
    """When the process is told to stop, who waits is answered empty, at once."""
    stop = asyncio.Event()
    async with Services.open(Settings(database_url=url), stop=stop) as services:

        async def stopping() -> None:
            stop.set()

        found = await woken_by(services, stopping, wait_s=25)
        assert not found.changes


async def test_waiting_holds_no_connection(url: str) -> None:
    """Fifty long polls wait over a pool of one connection, and an order still gets through."""
    async with Services.open(Settings(database_url=url, database_pool=1)) as services:
        after = await head(services)
        polls = [
            asyncio.create_task(services.feed.wait("trattoria", after, SOON_S)) for _ in range(50)
        ]
        await soon(lambda: services.feed.waiters == 50 and services.feed.listening.is_set())
        async with asyncio.timeout(SOON_S):
            await place(services)
            answers = await asyncio.gather(*polls)
        assert all(len(found.changes) == 1 for found in answers)


async def test_an_unknown_business_has_no_feed(services: Services) -> None:
    """Asking for the feed of a business that doesn't exist is refused and leaves no waiter."""
    with pytest.raises(NotFound):
        await services.feed.wait("nowhere", 0, 25)
    assert services.feed.waiters == 0


async def test_a_caller_who_goes_away_leaves_no_waiter(services: Services) -> None:
    """A long poll that is cancelled is forgotten."""
    waiting = asyncio.create_task(services.feed.wait("trattoria", await head(services), 25))
    await soon(lambda: services.feed.waiters == 1)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    assert services.feed.waiters == 0
