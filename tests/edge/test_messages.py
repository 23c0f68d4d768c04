"""Messages from the telephone on the restaurant's terminals, with the cloud away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.codec import encode
from domain.message import Message, MessageKind
from edge.events import stream
from edge.store import pending
from edge.store.sync_store import SyncStore
from sync.policy import PushDelays
from sync.wire import Change, Collection
from tests.support.edge import BUSINESS_ID, Client, changes, edge_client, seed, settings

BEFORE = changes({"k": "escpos://127.0.0.1:1"}, kitchen=["k"], bar=["k"])


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Client]:
    where = settings(tmp_path / "data")
    await seed(where, BEFORE)
    async with edge_client(where, role="staff") as edge:
        yield edge


def left(message_id: str, hour: int, **more: Any) -> dict[str, Any]:
    """What the telephone leaves, with a field that only a newer cloud knows."""
    at = f"2026-11-28T{hour}:00:00.000Z"
    message = Message(message_id, MessageKind.MISSED_CALL, at, "+49301234", **more)
    return encode(message) | {"mood": "cross"}


async def pull(edge: Client, *brought: Change) -> None:
    """What the feed brings."""
    parts = edge.parts
    store = SyncStore(parts.store, parts.clock, parts.ids, PushDelays())
    await store.apply(brought, brought[-1].seq)


def change(n: int, version: int, data: dict[str, Any], *, deleted: bool = False) -> Change:
    key = data.get("id", "m1")
    return Change(len(BEFORE) + n, Collection.MESSAGE, key, version, data, deleted)


async def listed(edge: Client, query: str = "") -> list[dict[str, Any]]:
    response = await edge.http.get(f"/api/v1/messages{query}")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


async def test_staff_see_whom_to_call_back_and_say_that_they_did(edge: Client) -> None:
    """The latest first, with the cart; once seen to it is off the list, names who did it, and
    waits to go up with nothing of it lost. Again changes nothing."""
    await pull(
        edge, change(1, 1, left("m1", 18, lines=("two Margheritas",))), change(2, 1, left("m2", 19))
    )
    assert [one["id"] for one in await listed(edge, "?handled=false")] == ["m2", "m1"]
    assert (await listed(edge))[1]["lines"] == ["two Margheritas"]
    seen_to = await edge.http.post("/api/v1/messages/m1/handled")
    assert seen_to.status_code == 200
    assert seen_to.json()["handled"]["by"] == "anna"
    again = await edge.http.post("/api/v1/messages/m1/handled")
    assert (again.json(), again.headers["etag"]) == (seen_to.json(), seen_to.headers["etag"])
    assert [one["id"] for one in await listed(edge, "?handled=false")] == ["m2"]
    assert [one["id"] for one in await listed(edge, "?handled=true")] == ["m1"]
    row = await edge.parts.store.read(lambda db: pending.find(db, Collection.MESSAGE, "m1"))
    assert row is not None
    assert (row.base_version, row.edited_by) == (1, "anna")
    assert row.value == seen_to.json()
    assert seen_to.json()["mood"] == "cross"
    assert (await edge.http.post("/api/v1/messages/m9/handled")).status_code == 404
    assert (await edge.http.get("/api/v1/messages?limit=0")).status_code in (400, 422)


async def test_a_terminal_hears_of_a_message_as_it_comes(edge: Client) -> None:
    """By name, so that it can ring a bell for a new one and none for one that was seen to."""
    parts = edge.parts
    events = stream(parts.broadcaster, parts.store, parts.clock, BUSINESS_ID, None)
    assert b"event: hello" in await anext(events)
    await pull(edge, change(1, 1, left("m1", 18)))
    created = await anext(events)
    assert b"event: message.created\n" in created
    assert msgspec.json.decode(created.split(b"data: ")[1])["data"]["phone"] == "+49301234"
    await edge.http.post("/api/v1/messages/m1/handled")
    assert b"event: message.updated\n" in await anext(events)
    parts.broadcaster.close()


async def test_a_message_that_the_cloud_has_forgotten_is_gone_here(edge: Client) -> None:
    """What was kept long enough is on no terminal either."""
    await pull(edge, change(1, 1, left("m1", 18)))
    await pull(edge, change(2, 2, {}, deleted=True))
    assert await listed(edge) == []
    assert (await edge.http.post("/api/v1/messages/m1/handled")).status_code == 404


async def test_seen_to_here_and_there_is_told(edge: Client) -> None:
    """Two people have called back the same guest: the restaurant's word stands, and the other is
    shown, for staff to settle."""
    await pull(edge, change(1, 1, left("m1", 18)))
    await edge.http.post("/api/v1/messages/m1/handled")
    there = left("m1", 18) | {"handled": {"by": "user:maria", "at": "2026-11-28T18:30:00.000Z"}}
    await pull(edge, change(2, 2, there))
    assert (await listed(edge))[0]["handled"]["by"] == "anna"
    (shown,) = (await edge.http.get("/api/v1/conflicts")).json()
    assert shown["conflict"]["discarded"][0]["theirs"]["by"] == "user:maria"
    settled = await edge.http.post(
        f"/api/v1/conflicts/{shown['key']}/resolve", json={"keep": "theirs"}
    )
    assert settled.status_code == 200, settled.text


async def test_who_is_not_signed_in_reads_no_message(edge: Client) -> None:
    """They hold names and numbers."""
    edge.http.headers.pop("Authorization")
    assert (await edge.http.get("/api/v1/messages")).status_code == 401
