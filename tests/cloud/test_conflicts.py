"""Conflicts as an owner settles them, and what is said to an edge that is too old."""

from __future__ import annotations

from typing import Any

import httpx

from cloud.services import Services
from sync.conflicts import Lost, conflict_data
from sync.merge import Discarded, Side
from sync.wire import PROTOCOL, PROTOCOL_HEADER, PushItem
from tests.support.cloud import http_client, token_for

CONFLICTS = "businesses/trattoria/conflicts"


async def in_conflict(services: Services, collection: str, key: str, *lost: Discarded) -> None:
    """An edge pushes what its merge has discarded."""
    data = conflict_data(collection, key, Lost(lost), "2026-11-22T12:00:00.000Z")
    item = PushItem(f"op-{key}", "conflict", f"conflict-{key}", 0, data)
    (verdict,) = (await services.sync.push("trattoria", [item], actor="device:e")).verdicts
    assert verdict.outcome == "applied", verdict


async def customer(services: Services, **data: Any) -> None:
    item = PushItem("op-c", "customer", "c-1", 0, data)
    await services.sync.push("trattoria", [item], actor="device:e")


async def record(services: Services, collection: str, key: str) -> dict[str, Any]:
    found = (await services.feed.changes("trattoria", 0)).changes
    return next(one.data for one in found if (one.collection, one.key) == (collection, key))


async def test_an_owner_gives_the_restaurant_its_value_back(
    services: Services, owner: httpx.AsyncClient
) -> None:
    """The record, the conflict and the edge's feed all have it, and the list is empty."""
    await customer(services, name="Maria", phone="1")
    await in_conflict(services, "customer", "c-1", Discarded("phone", "2", "1", Side.THEIRS))
    (row,) = (await owner.get(CONFLICTS)).json()
    assert row["conflict"]["discarded"][0]["mine"] == "2"
    assert row["record"] == {"name": "Maria", "phone": "1"}
    settled = await owner.post(f"{CONFLICTS}/{row['key']}/resolve", json={"keep": "mine"})
    assert (settled.status_code, settled.json()["conflict"]["outcome"]) == (200, "mine")
    assert await record(services, "customer", "c-1") == {"name": "Maria", "phone": "2"}
    assert (await record(services, "conflict", row["key"]))["settled_by"] == "user:maria"
    assert (await owner.get(CONFLICTS)).json() == []
    again = await owner.post(f"{CONFLICTS}/{row['key']}/resolve", json={"keep": "theirs"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:panbot:problem:conflict")


async def test_what_a_conflict_may_not_bring(services: Services, owner: httpx.AsyncClient) -> None:
    """A menu that could not be sold from is refused, and then neither record has changed."""
    lost = Discarded("currency", None, "EUR", Side.THEIRS)
    await in_conflict(services, "menu", "main", lost)
    before = (await services.feed.changes("trattoria", 0)).head
    for body, status in (
        ({"keep": "mine"}, 422),
        ({"data": {"id": "main"}, "over": await record(services, "menu", "main")}, 422),
        ({"data": {"id": "main"}, "over": {}}, 409),
        ({}, 422),
        ({"keep": "nobody"}, 422),
    ):
        refused = await owner.post(f"{CONFLICTS}/conflict-main/resolve", json=body)
        assert refused.status_code == status, (body, refused.text)
    assert (await services.feed.changes("trattoria", 0)).head == before


async def test_who_may_settle(services: Services) -> None:
    """Staff settle an evening's orders and customers; the menu is the owner's; others see
    nothing."""
    await customer(services, name="Maria")
    await in_conflict(services, "customer", "c-1", Discarded("name", "M", "Maria", Side.THEIRS))
    await in_conflict(services, "menu", "main", Discarded("name", "Roma", "T", Side.THEIRS))
    keep = {"keep": "mine"}
    async with http_client(services, token_for(services, sub="ben", role="staff")) as staff:
        settled = await staff.post(f"{CONFLICTS}/conflict-c-1/resolve", json=keep)
        refused = await staff.post(f"{CONFLICTS}/conflict-main/resolve", json=keep)
        assert (settled.status_code, refused.status_code) == (200, 403)
        gone = await staff.post(f"{CONFLICTS}/nothing/resolve", json=keep)
        assert gone.status_code == 404
    async with http_client(services, token_for(services, business_id="bistro")) as stranger:
        assert (await stranger.get(CONFLICTS)).status_code == 403


async def test_the_handshake(device: httpx.AsyncClient) -> None:
    """Both sides say which protocol they speak; an edge that is too old is told what to do."""
    answer = await device.get("sync/changes", headers={PROTOCOL_HEADER: str(PROTOCOL)})
    assert answer.headers[PROTOCOL_HEADER] == str(PROTOCOL)
    newer = await device.get("sync/changes", headers={PROTOCOL_HEADER: str(PROTOCOL + 5)})
    assert newer.status_code == 200
    old = await device.post("sync/push", json={"items": []}, headers={PROTOCOL_HEADER: "0"})
    assert (old.status_code, old.json()["type"]) == (426, "urn:panbot:problem:upgrade-required")
    assert "Update the edge" in old.json()["detail"]
    garbled = await device.get("sync/changes", headers={PROTOCOL_HEADER: "new"})
    assert garbled.status_code == 400
