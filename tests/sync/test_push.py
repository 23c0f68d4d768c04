"""The push loop, against a cloud in memory and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest

from domain.errors import PanBotError, Unauthenticated, Unavailable, UpgradeRequired
from sync.pending import State
from sync.push import MOST_BYTES, MOST_KEYS, Pusher
from sync.wire import PushRequest, PushResponse
from tests.support.sync_fakes import Counter, ManualClock, MemoryCloud, MemoryStore, settle


class Site:
    """One edge with its push loop, and a cloud."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore(self.clock)
        self.cloud = MemoryCloud(self.clock)
        self.pusher = Pusher(
            self.store, self.cloud, self.clock, Counter("push-"), jitter=lambda: 0.5
        )

    def edit(self, collection: str, key: str, **value: object) -> None:
        self.store.edit(collection, key, value)
        self.pusher.wake()

    def in_cloud(self, collection: str, key: str) -> object:
        state = self.cloud.records.get((collection, key))
        return state.value if state else None


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    running = asyncio.create_task(made.pusher.run())
    yield made
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_edits_go_up_together_with_their_latest_state(site: Site) -> None:
    """Two hundred keys edited five times each are one request of two hundred items."""
    for turn in range(5):
        for key in range(200):
            site.edit("customer", str(key), name=f"{key}/{turn}")
    await site.clock.advance(119)
    assert site.cloud.requests == []
    await site.clock.advance(2)
    assert [len(request.items) for request in site.cloud.requests] == [200]
    assert site.in_cloud("customer", "7") == {"name": "7/4"}
    assert site.store.rows == {}
    assert site.store.records["customer", "7"].version == 1


async def test_what_has_run_out_goes_up_in_two_seconds(site: Site) -> None:
    """The next caller is not sold it, and the menu edit beside it still waits."""
    site.edit("menu", "main", name="x")
    site.edit("availability", "salmon", available=False)
    await site.clock.advance(2)
    assert site.in_cloud("availability", "salmon") == {"available": False}
    assert site.in_cloud("menu", "main") is None


async def test_a_paid_order_goes_up_at_once(site: Site) -> None:
    """No delay for what is settled at the table."""
    site.edit("order", "o1", status="completed", payment={"status": "paid"})
    await settle()
    assert site.in_cloud("order", "o1") is not None


async def test_constant_edits_go_up_by_the_longest_wait(site: Site) -> None:
    """Someone who edits every minute for eleven minutes is not waited for."""
    for minute in range(11):
        site.edit("customer", "c", note=str(minute))
        await site.clock.advance(60)
    assert len(site.cloud.requests) == 1


async def test_a_wake_up_that_is_lost_costs_seconds(site: Site) -> None:
    """The loop looks by itself."""
    await settle()
    site.store.edit("availability", "salmon", {"available": False})
    await site.clock.advance(6)
    assert site.in_cloud("availability", "salmon") == {"available": False}


async def test_a_lost_reply_is_asked_for_again(site: Site) -> None:
    """The same op id goes up again, is known there, and is applied once; what was edited in
    between follows."""
    site.cloud.lost_replies = 1
    site.edit("availability", "salmon", available=False)
    await site.clock.advance(2)
    site.edit("availability", "salmon", available=True)
    await site.clock.advance(60)
    ops = [request.items[0].op_id for request in site.cloud.requests]
    assert ops[0] == ops[1] != ops[2]
    assert site.cloud.records["availability", "salmon"].version == 2
    assert site.in_cloud("availability", "salmon") == {"available": True}
    assert (site.store.rows, site.store.conflicts) == ({}, [])


async def test_an_edit_during_the_request_is_not_lost(site: Site) -> None:
    """A verdict settles what was sent, not what was edited while it was under way."""
    site.edit("customer", "c", note="first")

    def meanwhile() -> None:
        site.cloud.during_push = lambda: None
        site.store.edit("customer", "c", {"note": "second"})

    site.cloud.during_push = meanwhile
    await site.pusher.flush()
    assert site.in_cloud("customer", "c") == {"note": "first"}
    await site.clock.advance(121)
    assert site.in_cloud("customer", "c") == {"note": "second"}
    assert site.store.conflicts == []


async def test_a_conflict_is_merged_and_goes_up_again(site: Site) -> None:
    """Two fields changed on two sides are both in both places, one moment later."""
    await site.cloud.write("customer", "c", {"name": "Maria", "phone": "1"})
    site.store.records["customer", "c"] = State(1, {"name": "Maria", "phone": "1"})
    site.edit("customer", "c", name="Mary", phone="1")
    await site.cloud.write("customer", "c", {"name": "Maria", "phone": "2"})
    await site.clock.advance(121)
    assert site.in_cloud("customer", "c") == {"name": "Mary", "phone": "2"}
    assert site.store.value("customer", "c") == {"name": "Mary", "phone": "2"}
    assert (site.store.rows, site.store.conflicts) == ({}, [])


async def test_a_rejected_key_holds_up_nobody(site: Site) -> None:
    """The others are settled; it is kept with the reason, tried rarely, and again after an
    edit."""
    site.cloud.rejected["bad"] = "phone: is too long"
    for key in ("a", "bad", "b"):
        site.edit("customer", key, phone="1")
    await site.clock.advance(2 * 3600)
    assert [key for _, key in site.store.rows] == ["bad"]
    assert site.store.rows["customer", "bad"].last_error == "phone: is too long"
    assert 3 <= len(site.cloud.requests) <= 6
    del site.cloud.rejected["bad"]
    site.edit("customer", "bad", phone="2")
    await site.clock.advance(121)
    assert site.in_cloud("customer", "bad") == {"phone": "2"}


async def test_a_request_stays_under_the_clouds_limit(site: Site) -> None:
    """Large records go in several requests, each of which the cloud takes."""
    for key in range(30):
        site.edit("menu", str(key), text="x" * 20_000)
    await site.clock.advance(121)
    sizes = [len(msgspec.json.encode(request)) for request in site.cloud.requests]
    assert len(sizes) == 4
    assert max(sizes) < MOST_BYTES + 1000
    assert len(site.cloud.records) == 30


async def test_one_record_over_the_limit_is_still_sent(site: Site) -> None:
    """It goes alone: whether it is too large is the cloud's to say."""
    site.edit("menu", "large", text="x" * (MOST_BYTES + 1))
    site.edit("menu", "small", text="x")
    await site.clock.advance(121)
    assert [len(request.items) for request in site.cloud.requests] == [1, 1]


async def test_a_cloud_that_is_too_old_spends_no_attempt(site: Site) -> None:
    """Until one of both is updated the edits wait, and then they go up."""
    site.cloud.away = UpgradeRequired("too old")
    site.edit("customer", "c", name="x")
    await site.clock.advance(3600)
    row = site.store.rows["customer", "c"]
    assert (row.attempts, row.quarantined) == (0, False)
    site.cloud.away = None
    await site.clock.advance(60)
    assert site.in_cloud("customer", "c") == {"name": "x"}


async def test_a_key_that_the_cloud_chokes_on_holds_up_nobody(site: Site) -> None:
    """A request refused as a whole is halved until the one key stands alone and backs off."""
    site.cloud.poison = {"13"}
    for key in range(40):
        site.edit("customer", str(key), name="x")
    await site.clock.advance(121)
    assert [key for _, key in site.store.rows] == ["13"]
    assert len(site.cloud.records) == 39
    assert len(site.cloud.requests) < 20


async def test_an_item_that_gets_no_verdict_is_no_endless_loop(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cloud that leaves an item out is asked again later, not at once for ever."""

    async def silent(request: PushRequest) -> PushResponse:
        site.cloud.requests.append(request)
        return PushResponse(())

    monkeypatch.setattr(site.cloud, "push", silent)
    site.edit("customer", "c", name="x")
    await site.clock.advance(124)
    assert len(site.cloud.requests) == 2
    assert site.store.rows["customer", "c"].last_error == "the cloud left it out"


@pytest.mark.parametrize("away", [Unavailable("gone"), Unauthenticated("who?")])
async def test_offline_for_a_week_is_normal(site: Site, away: PanBotError) -> None:
    """Nothing is dropped, no key spends an attempt, requests stay rare, and when the cloud is
    back the edits are there within half a minute."""
    site.cloud.away = away
    site.edit("customer", "c", name="x")
    await site.clock.advance(3600)
    assert site.store.rows["customer", "c"].attempts == 0
    assert len(site.cloud.requests) < 200
    site.cloud.away = None
    await site.clock.advance(31)
    assert site.in_cloud("customer", "c") == {"name": "x"}


async def test_flush(site: Site) -> None:
    """Everything pending goes up now, and the caller is told; or is told that it cannot."""
    for key in range(MOST_KEYS + 1):
        site.edit("customer", str(key), name="x")
    site.cloud.away = Unavailable("gone")
    with pytest.raises(Unavailable):
        await site.pusher.flush()
    site.cloud.away = None
    assert await site.pusher.flush() == MOST_KEYS + 1
    assert [len(request.items) for request in site.cloud.requests[1:]] == [MOST_KEYS, 1]
    assert site.store.rows == {}


async def test_a_clock_that_was_set_back(site: Site) -> None:
    """An edit made while the clock was years ahead is due at once, not in years."""
    await settle()
    site.clock.wall += timedelta(days=3000)
    site.store.edit("customer", "c", {"name": "x"})
    site.clock.wall -= timedelta(days=3000)
    await site.clock.advance(6)
    assert site.in_cloud("customer", "c") == {"name": "x"}
