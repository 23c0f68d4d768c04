"""A record that this edge cannot take is told of, and holds up nothing that comes behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.clock import SystemClock
from domain.ids import UuidV7
from edge.cli import _say_sync
from edge.store import paper as papers
from edge.store import print_jobs, records, sync_store
from edge.store.edits import edit
from edge.store.store import Store
from edge.store.sync_store import SyncStore
from printing.queue import POSSIBLE_DUPLICATE, PrintJob
from sync import push
from sync.pending import Pending, Settled
from sync.policy import PushDelays
from sync.wire import Change
from tests.support.edge import (
    Client,
    Paper,
    changes,
    edge_client,
    eventually,
    order_data,
    seed,
    settings,
)

FAR = "9999-12-31T23:00:00Z"


def order(seq: int, order_id: str, *, version: int = 1, **more: Any) -> Change:
    return Change(seq, "order", order_id, version, order_data(order_id, number=order_id, **more))


async def apply(edge: Client, *brought: Change) -> SyncStore:
    """What the feed brings, by a hand of our own: the edge's loop would take up at once what was
    set aside."""
    await edge.parts.syncing.stop()
    clock = SystemClock()
    port = SyncStore(edge.parts.store, clock, UuidV7(clock), PushDelays())
    await port.apply(brought, brought[-1].seq)
    return port


async def jobs(store: Store) -> dict[str, PrintJob]:
    found = await store.read(lambda db: print_jobs.listed(db, order_id="", state=None, limit=9))
    return {job.ticket.number: job for job in found}


async def test_a_time_in_another_age(edge: Client, paper: Paper) -> None:
    """An order for the year 9999 comes out as one that someone has to look up, and the next ones as
    always."""
    port = await apply(edge, order(7, "far", promised_at=FAR), order(8, "near"))
    made = await jobs(edge.parts.store)
    assert made["far"].banner == papers.UNREADABLE
    assert made["near"].banner == ""
    assert await port.cursor() == 8
    await eventually(lambda: paper.with_text("far") and paper.with_text("near"), "the tickets")


async def test_whatever_breaks_in_planning(edge: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of our own is one order's trouble, and the kitchen hears of it."""
    plan = papers.plan

    def breaks(before: Any, after: Any, routes: Any) -> Any:
        if after.number == "bad":
            raise OverflowError("on purpose")
        return plan(before, after, routes)

    monkeypatch.setattr(papers, "plan", breaks)
    await apply(edge, order(7, "bad"), order(8, "good"))
    made = await jobs(edge.parts.store)
    assert (made["bad"].banner, made["good"].banner) == (papers.UNREADABLE, "")
    assert (await edge.http.get("/api/v1/orders/bad")).status_code == 200


async def test_what_cannot_be_stored_is_set_aside(
    edge: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is on paper, in the status and in the metrics, and those behind it are taken; a later
    change of it, or the next start that can take it, ends that."""
    put = records.put

    def breaks(tx: Any, collection: str, key: str, **more: Any) -> Any:
        if key == "bad":
            raise ZeroDivisionError("on purpose")
        return put(tx, collection, key, **more)

    with monkeypatch.context() as patch:
        patch.setattr(sync_store.records, "put", breaks)
        port = await apply(edge, order(7, "bad"), order(8, "good"))
    made = await jobs(edge.parts.store)
    assert (made["bad"].banner, made["good"].banner) == (papers.UNREADABLE, "")
    assert await port.cursor() == 8

    status = (await edge.http.get("/api/v1/sync/status")).json()
    (aside,) = status["set_aside"]
    assert (aside["collection"], aside["key"]) == ("order", "bad")
    assert aside["reason"] == "ZeroDivisionError: on purpose"
    assert "panbot_edge_sync_set_aside 1.0" in (await edge.http.get("/metrics")).text
    _say_sync(status)
    assert "could not be taken here: order/bad: ZeroDivisionError" in capsys.readouterr().out

    await port.try_set_aside()
    assert (await edge.http.get("/api/v1/orders/bad")).json()["number"] == "bad"
    assert (await edge.http.get("/api/v1/sync/status")).json()["set_aside"] == []
    assert await port.cursor() == 8
    listed = await edge.http.get("/api/v1/print-jobs", params={"order_id": "bad"})
    # Its dishes were on paper before, and the second ticket says so.
    assert {one["banner"] for one in listed.json()} == {papers.UNREADABLE, POSSIBLE_DUPLICATE}


async def test_a_verdict_that_cannot_be_settled(edge: Client) -> None:
    """The other keys of the same answer are settled; this one waits, longer each time."""
    stamp = edge.parts.stamp
    for key in ("bad", "good"):
        await edge.parts.store.write(
            lambda tx, key=key: edit(tx, "customer", key, {"id": key}, stamp())
        )

    def step(row: Pending) -> Settled:
        if row.key == "bad":
            raise ZeroDivisionError("on purpose")
        return Settled(None)

    port = await apply(edge, order(7, "good"))
    await port.settle([("customer", "bad"), ("customer", "good")], step)
    status = (await edge.http.get("/api/v1/sync/status")).json()
    waiting = {one["collection"]: one["pending"] for one in status["collections"]}
    assert (waiting["customer"], status["pending"]["failing"]) == (1, 1)
    assert status["pending"]["last_error"] == "ZeroDivisionError: on purpose"


async def test_a_loop_that_breaks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No green light over a loop that goes in circles, and the others go on beside it."""

    async def breaks(_: object) -> int:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(push.Pusher, "_push_due", breaks)
    where = settings(tmp_path / "data")
    await seed(where, changes({}))

    async with edge_client(where) as edge:

        async def broken() -> Any:
            return (await edge.http.get("/api/v1/sync/status")).json()["broken"]

        reasons = await eventually(broken, "the break")
        assert reasons == {"push": "ZeroDivisionError: on purpose"}
        metrics = (await edge.http.get("/metrics")).text
        assert 'panbot_edge_sync_broken{loop="push"} 1.0' in metrics
        assert 'panbot_edge_sync_broken{loop="pull"} 0.0' in metrics
        _say_sync((await edge.http.get("/api/v1/sync/status")).json())
        assert "STUCK: the push breaks" in capsys.readouterr().out
        # A balancer must not take it from its terminals for that: it takes orders and prints.
        ready = await edge.http.get("/ready")
        assert (ready.status_code, ready.json()["stuck"]) == (200, reasons)
