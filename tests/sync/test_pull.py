"""The pull loops, against a cloud in memory and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Unavailable
from domain.events import Event
from sync.pull import Puller, contiguous
from tests.support.sync_fakes import ManualClock, MemoryCloud, MemoryStore, settle

SOON_S = 5.0  # the promise: an order is here by then, whatever was lost


class Site:
    """One edge with its pull loops, and a cloud. `hint` is what a WebSocket would bring."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore(self.clock)
        self.cloud = MemoryCloud(self.clock)
        self.puller = Puller(self.store, self.cloud, self.clock, jitter=lambda: 0.5)

    async def order(self, key: str, **value: object) -> Event:
        return await self.cloud.write("order", key, {"id": key, **value})

    @property
    def applied(self) -> list[str]:
        return [change.key for change in self.store.applied]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    running = asyncio.create_task(made.puller.run())
    await settle()
    yield made
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.fixture
async def pushed(site: Site) -> Site:
    """A site whose WebSocket stands and whose long poll has run out."""
    site.puller.pushed(True)
    await site.clock.advance(30)
    return site


async def test_an_event_is_applied_as_it_stands(pushed: Site) -> None:
    """The next in line needs no request."""
    reads = pushed.cloud.reads
    pushed.puller.hint(await pushed.order("o1"))
    await settle()
    assert (pushed.applied, pushed.store.seq, pushed.cloud.reads) == (["o1"], 1, reads)


async def test_how_far_behind_where_nothing_can_be_applied(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lag is known before the first change is taken, so that a feed that is stuck shows."""

    async def breaks(changes: object, cursor: int) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(site.store, "apply", breaks)
    for n in range(3):
        await site.order(f"o{n}")
    with pytest.raises(ZeroDivisionError):
        await site.puller._read(0.0)
    assert site.puller.lag == 3


async def test_a_gap_is_read_from_the_feed(pushed: Site) -> None:
    """An event whose predecessor was lost brings both, in order, each once."""
    await pushed.order("o1")
    pushed.puller.hint(await pushed.order("o2"))
    await settle()
    assert (pushed.applied, pushed.store.seq) == (["o1", "o2"], 2)


async def test_events_twice_and_out_of_order(pushed: Site) -> None:
    """Each change is applied once, and none backwards."""
    events = [await pushed.order(f"o{n}") for n in range(4)]
    for event in (events[1], events[0], events[0], events[3], events[2], events[1]):
        pushed.puller.hint(event)
    await settle()
    pushed.puller.hint(events[2])
    await settle()
    assert (pushed.applied, pushed.store.seq) == (["o0", "o1", "o2", "o3"], 4)


async def test_more_hints_than_are_kept(pushed: Site) -> None:
    """A burst beyond what is kept leaves a gap, and a gap is read."""
    for n in range(1000):
        pushed.puller.hint(await pushed.order(f"o{n}"))
    await settle()
    assert len(pushed.applied) == 1000


async def test_every_event_lost(pushed: Site) -> None:
    """A WebSocket that looks alive and brings nothing costs seconds, never an order."""
    await pushed.order("o1")
    await pushed.clock.advance(SOON_S)
    assert pushed.applied == ["o1"]


async def test_the_socket_falls(pushed: Site) -> None:
    """Without push the long poll is there at once, and brings an order at once."""
    pushed.puller.pushed(False)
    await settle()
    await pushed.order("o1")
    await settle()
    assert pushed.applied == ["o1"]


async def test_the_long_poll_is_not_a_storm(site: Site) -> None:
    """Without push, a quiet hour costs a poll every 25 s and a look every few seconds."""
    before = site.cloud.reads
    await site.clock.advance(3600)
    assert site.cloud.reads - before < 3600 / 25 + 3600 / 3 + 5


async def test_a_cloud_that_does_not_wait(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long poll answered at once with nothing is asked again later, not at once for ever."""

    async def at_once(*_: object) -> None:
        return None

    monkeypatch.setattr(site.cloud, "_wait_for_more", at_once)
    await site.clock.advance(60)
    assert site.cloud.reads < 100


async def test_the_first_sync_is_the_present(site: Site) -> None:
    """A new edge reads a whole business page by page, each record once, with its latest state."""
    site.cloud.page = 10
    site.cloud.away = Unavailable("not yet")
    for turn in range(2):
        for n in range(35):
            await site.order(f"o{n}", turn=turn)
    site.cloud.away = None
    await site.clock.advance(SOON_S)
    assert len(site.applied) == 35
    assert site.store.value("order", "o7") == {"id": "o7", "turn": 1}
    assert (site.store.seq, site.puller.lag) == (70, 0)


async def test_offline_and_back(site: Site) -> None:
    """While the cloud is away nothing breaks; when it is back, it is all there in seconds."""
    site.cloud.away = Unavailable("gone")
    await site.clock.advance(3600)
    site.cloud.away = None
    await site.order("o1")
    await site.clock.advance(SOON_S)
    assert site.applied == ["o1"]


async def test_an_edited_record_is_merged(site: Site) -> None:
    """A change never overwrites what was edited here and is not up yet."""
    await site.cloud.write("customer", "c", {"name": "Maria", "phone": "1"})
    await site.clock.advance(SOON_S)
    site.store.edit("customer", "c", {"name": "Mary", "phone": "1"})
    await site.cloud.write("customer", "c", {"name": "Maria", "phone": "2"})
    await site.clock.advance(SOON_S)
    assert site.store.value("customer", "c") == {"name": "Mary", "phone": "2"}
    assert site.store.rows["customer", "c"].base_version == 2


async def test_a_cloud_restored_from_a_backup(site: Site) -> None:
    """Its feed ends before our cursor: it is read anew, so that the next order is not missed."""
    await site.order("o1")
    await site.clock.advance(SOON_S)
    site.store.seq = 100
    await site.order("o2")
    await site.clock.advance(30)
    assert (site.applied, site.store.seq) == (["o1", "o2"], 2)


@given(st.integers(0, 5), st.lists(st.integers(1, 12), max_size=12))
def test_contiguous(cursor: int, seqs: list[int]) -> None:
    """What is applied starts behind the cursor and has no hole; what is missing is noticed."""
    run, complete = contiguous(cursor, [Event("t", "b", seq, "", {}) for seq in seqs])
    assert [event.seq for event in run] == list(range(cursor + 1, cursor + 1 + len(run)))
    newer = {seq for seq in seqs if seq > cursor}
    assert complete == (len(newer) == len(run))
