"""What the feed brings: records, print jobs, merges, the cursor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.clock import SystemClock
from domain.ids import UuidV7
from edge.store import edits, pending, print_jobs, records
from edge.store.announcements import Announcement, RecordWritten
from edge.store.paper import UNREADABLE
from edge.store.store import Store
from edge.store.sync_store import SyncStore
from printing.queue import JobState
from sync.pending import Settled, settled
from sync.policy import PushDelays
from sync.wire import Change, Outcome, Verdict
from tests.support.edge import changes, order_data


class Shelf:
    """A store that has pulled a restaurant with one printer."""

    def __init__(self, path: Path) -> None:
        self.told: list[Announcement] = []
        self.store = Store(path, self.told.extend)
        self.clock = SystemClock()
        self.ids = UuidV7(self.clock)
        self.sync = SyncStore(self.store, self.clock, self.ids, PushDelays())
        self.stamp = edits.stamps(self.clock, self.ids, PushDelays())
        self.seq = 0

    async def bring(self, *brought: Change) -> None:
        self.seq += len(brought)
        await self.sync.apply(brought, self.seq)

    def order(self, version: int = 1, **more: Any) -> Change:
        return Change(self.seq + 1, "order", "o1", version, order_data("o1", **more))

    async def jobs(self) -> list[Any]:
        found = await self.store.read(
            lambda db: print_jobs.listed(db, order_id="", state=None, limit=50)
        )
        return found[::-1]

    async def record(self, collection: str, key: str) -> records.Record:
        found = await self.store.read(lambda db: records.find(db, collection, key))
        assert found is not None
        return found

    async def pending(self) -> int:
        return (await self.store.read(pending.backlog)).count


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    shelf = Shelf(tmp_path / "edge.sqlite")
    await shelf.store.open()
    await shelf.bring(*changes({"k": "escpos://127.0.0.1:9"}, kitchen=["k"]))
    yield shelf
    await shelf.store.close()


async def test_the_same_change_twice_prints_once(shelf: Shelf) -> None:
    """An order that comes by the socket and again by the feed has one ticket."""
    await shelf.bring(shelf.order())
    await shelf.bring(shelf.order())
    await shelf.bring(shelf.order(version=2, status="preparing"))
    assert [job.key for job in await shelf.jobs()] == ["o1/kitchen/kitchen/1/k"]


async def test_an_amended_order_prints_what_changed(shelf: Shelf) -> None:
    """A new revision from the cloud is one change ticket, behind the first."""
    await shelf.bring(shelf.order())
    await shelf.bring(shelf.order(version=2, revision=2, qty=3))
    first, second = await shelf.jobs()
    assert (first.ticket.kind, second.ticket.kind) == ("kitchen", "change")
    assert (second.ticket.lines[0].was_qty, second.ticket.lines[0].qty) == (1, 3)


async def test_a_late_order_is_held_with_a_reason(shelf: Shelf) -> None:
    """An order of five hours ago is on the list, and not suddenly on paper."""
    await shelf.bring(shelf.order(age=timedelta(hours=5)))
    (job,) = await shelf.jobs()
    assert job.state is JobState.HELD
    assert "older than 4 hours" in job.reason


async def test_completed_orders_of_a_first_sync_print_nothing(shelf: Shelf) -> None:
    """A new edge that pulls yesterday's orders stays quiet."""
    await shelf.bring(shelf.order(status="completed"))
    assert await shelf.jobs() == []


async def test_an_unrouted_station_holds_its_ticket(shelf: Shelf) -> None:
    """A ticket for a station without a printer is held and shown, never dropped."""
    order = shelf.order()
    order.data["lines"][0]["station"] = "grill"
    await shelf.bring(order)
    (job,) = await shelf.jobs()
    assert (job.state, job.reason) == (JobState.HELD, "no printer is set for 'grill'")


async def test_orders_print_where_the_routing_of_the_same_page_says(shelf: Shelf) -> None:
    """In a first sync, an order that stands before its routing still finds its printer."""
    order = shelf.order()
    order.data["lines"][0]["station"] = "grill"
    route = Change(shelf.seq + 2, "routing", "grill", 1, {"station": "grill", "printer_ids": ["k"]})
    await shelf.bring(order, route)
    assert [job.printer_id for job in await shelf.jobs()] == ["k"]


@pytest.mark.parametrize(
    "damage", [{"lines": "none"}, {"placed_at": "yesterday"}, {"status": "frozen"}]
)
async def test_an_unreadable_order_is_no_secret(shelf: Shelf, damage: dict[str, Any]) -> None:
    """An order of a newer program is kept as it came, and what can be made out of it is on paper
    with a warning, once; the one behind it prints."""
    unreadable = shelf.order()
    unreadable.data.update(damage)
    good = Change(shelf.seq + 2, "order", "o2", 1, order_data("o2"))
    await shelf.bring(unreadable, good)
    await shelf.bring(unreadable)
    first, second = await shelf.jobs()
    assert (first.ticket.order_id, first.banner) == ("o1", UNREADABLE)
    assert first.ticket.number == unreadable.data["number"]
    if isinstance(unreadable.data["lines"], list):
        assert first.ticket.lines[0].name == unreadable.data["lines"][0]["name"]
    assert (second.ticket.order_id, second.banner) == ("o2", "")
    assert (await shelf.record("order", "o1")).data == unreadable.data


async def test_record_cursor_and_print_jobs_are_one_transaction(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the cursor cannot be moved, neither the order nor its ticket is there."""
    before = await shelf.sync.cursor()

    def fail(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr("edge.store.cursor.move", fail)
    with pytest.raises(OSError, match="disk"):
        await shelf.bring(shelf.order())
    assert await shelf.jobs() == []
    assert await shelf.store.read(lambda db: records.find(db, "order", "o1")) is None
    assert await shelf.sync.cursor() == before


async def test_a_pull_merges_with_an_edit_that_is_pending(shelf: Shelf) -> None:
    """The kitchen says "preparing", the cloud adds a note: both are there, and it goes up."""
    await shelf.bring(shelf.order())
    mine = (await shelf.record("order", "o1")).data | {"status": "preparing"}
    await shelf.store.write(lambda tx: edits.edit(tx, "order", "o1", mine, shelf.stamp()))
    await shelf.bring(shelf.order(version=2, note="ring twice"))
    merged = await shelf.record("order", "o1")
    assert (merged.data["status"], merged.data["note"]) == ("preparing", "ring twice")
    assert merged.version == 2
    (row,) = await shelf.sync.take_due(shelf.clock.now() + timedelta(hours=1), 10)
    assert (row.base_version, row.data["status"]) == (2, "preparing")
    assert row.base is not None
    assert row.base["status"] == "placed"


async def test_what_lost_is_kept_as_a_conflict(shelf: Shelf) -> None:
    """Both sides rename a printer: the owner's name stands, ours is on the list of conflicts."""
    mine = (await shelf.record("printer", "k")).data | {"name": "Mine"}
    await shelf.store.write(lambda tx: edits.edit(tx, "printer", "k", mine, shelf.stamp()))
    theirs = mine | {"name": "Theirs"}
    await shelf.bring(Change(shelf.seq + 1, "printer", "k", 2, theirs))
    assert (await shelf.record("printer", "k")).data["name"] == "Theirs"
    (conflict,) = await shelf.store.read(lambda db: records.all_of(db, "conflict"))
    assert conflict.data["discarded"][0]["mine"] == "Mine"
    assert await shelf.pending() == 1  # the conflict itself goes up; the printer is settled


async def test_several_edits_keep_the_base_of_the_first(shelf: Shelf) -> None:
    """A merge must know what the cloud had, however often the restaurant edits meanwhile."""
    await shelf.bring(shelf.order())
    original = (await shelf.record("order", "o1")).data
    for note in ("one", "two", "three"):
        after = original | {"note": note}
        await shelf.store.write(
            lambda tx, after=after: edits.edit(tx, "order", "o1", after, shelf.stamp())
        )
    (row,) = await shelf.sync.take_due(shelf.clock.now() + timedelta(hours=1), 10)
    assert (row.base, row.base_version, row.data["note"]) == (original, 1, "three")


async def test_an_acknowledged_edit_leaves_terminals_alone(shelf: Shelf) -> None:
    """When the cloud has taken an edit, the row is gone, the version new, and nothing a terminal
    shows (nor the ETag it holds) has changed."""
    await shelf.store.write(
        lambda tx: edits.edit(tx, "availability", "spritz", {"item_id": "spritz"}, shelf.stamp())
    )
    before = await shelf.record("availability", "spritz")
    (row,) = await shelf.sync.take_due(shelf.clock.now() + timedelta(hours=1), 10)
    shelf.told.clear()
    now = shelf.clock.now()

    def step(found: Any) -> Settled:
        verdict = Verdict(found.sent.op_id, Outcome.APPLIED, version=7, seq=99)
        return settled(found, verdict, now=now, op_id="next", jitter=0.5)

    await shelf.sync.settle([(row.collection, row.key)], step)
    after = await shelf.record("availability", "spritz")
    assert (after.version, after.etag) == (7, before.etag)
    assert await shelf.pending() == 0
    assert [one for one in shelf.told if isinstance(one, RecordWritten)] == []


async def test_an_edit_that_changes_nothing_waits_for_nothing(shelf: Shelf) -> None:
    """The same value again is no edit: no pending row, no new ETag."""
    before = await shelf.record("menu", "main")
    await shelf.store.write(lambda tx: edits.edit(tx, "menu", "main", before.data, shelf.stamp()))
    assert (await shelf.record("menu", "main")).etag == before.etag
    assert await shelf.pending() == 0
