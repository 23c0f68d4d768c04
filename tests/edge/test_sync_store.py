"""The pending rows of a real edge, as the push takes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.store.edits import edit, stamps
from edge.store.store import Store
from edge.store.sync_store import AT_A_TIME, SyncStore
from sync.pending import Settled, failed
from sync.policy import PushDelays
from tests.support.sync_fakes import Counter, ManualClock


class Site:
    """A store with its clock; `edit` is what a terminal does."""

    def __init__(self, store: Store) -> None:
        delays = PushDelays()
        self.clock = ManualClock()
        self.store = store
        self.port = SyncStore(store, self.clock, Counter(), delays)
        self._stamp = stamps(self.clock, Counter("edit-"), delays)

    async def edit(self, key: str, name: str = "x") -> None:
        stamp = self._stamp()
        await self.store.write(lambda tx: edit(tx, "customer", key, {"name": name}, stamp))

    async def taken(self, limit: int = 1000) -> list[str]:
        return [row.key for row in await self.port.take_due(self.clock.now(), limit)]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    store = Store(tmp_path / "edge.sqlite", lambda _: None)
    await store.open()
    yield Site(store)
    await store.close()


async def test_what_is_due_soon_goes_along(site: Site) -> None:
    """Nothing goes up before its time by itself; with one that is due go those that will be within
    seconds, and no others."""
    for key, wait_s in (("first", 0), ("seconds later", 10), ("a minute later", 50)):
        await site.clock.advance(wait_s)
        await site.edit(key)
    await site.clock.advance(59)
    assert await site.taken() == []
    await site.clock.advance(1)
    assert await site.taken() == ["first", "seconds later"]


async def test_what_was_tried_in_vain_does_not_go_along(site: Site) -> None:
    """A key that the cloud chokes on keeps to its own waits, in nobody's company."""
    for key in ("bad", "good"):
        await site.edit(key)
    await site.clock.advance(120)
    now = site.clock.now()
    assert await site.taken() == ["bad", "good"]
    await site.port.settle(
        [("customer", "bad")], lambda row: Settled(failed(row, "no", now=now, jitter=1.0))
    )
    assert await site.taken() == ["good"]


async def test_taken_twice_it_is_the_same(site: Site) -> None:
    """What left and had no reply leaves again as it was, though it was edited meanwhile."""
    await site.edit("a", "before")
    await site.clock.advance(121)
    (first,) = await site.port.take_due(site.clock.now(), 10)
    await site.edit("a", "after")
    await site.clock.advance(121)
    (again,) = await site.port.take_due(site.clock.now(), 10)
    assert first.sent == again.sent
    assert again.data == {"name": "after"}


async def test_more_than_one_transaction_of_rows(site: Site) -> None:
    """However many wait, "sync now" makes all of them due, and they are taken once each."""
    keys = [f"{n:03}" for n in range(2 * AT_A_TIME + 1)]
    for key in keys:
        await site.edit(key)
    assert await site.taken() == []
    await site.port.make_all_due(site.clock.now())
    assert sorted(await site.taken()) == keys
    assert len(await site.taken(limit=7)) == 7
    await site.port.settle([("customer", key) for key in keys], lambda row: Settled(None))
    assert await site.port.next_due() is None
