"""What the sync cannot settle by itself, as a terminal sees it: conflicts, quarantine, backlog."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.store import pending, records
from edge.store.edits import edit
from sync.conflicts import Author, Lost, conflict_data
from sync.merge import Discarded, Side
from sync.pending import refused, sent
from tests.support.edge import Client, changes, draft, edge_client, seed, settings, token


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Client]:
    where = settings(tmp_path / "data")
    await seed(where, changes({"k": "escpos://127.0.0.1:1"}, kitchen=["k"], bar=["k"]))
    async with edge_client(where, role="staff") as edge:
        yield edge


def sign_in(edge: Client, role: str) -> None:
    edge.http.headers["Authorization"] = f"Bearer {token(edge.settings, role=role)}"


async def post(edge: Client, path: str, body: Any = None) -> Any:
    return await edge.http.post(f"/api/v1{path}", json=body)


async def get(edge: Client, path: str) -> Any:
    response = await edge.http.get(f"/api/v1{path}")
    assert response.status_code == 200, response.text
    return response.json()


async def keep(edge: Client, collection: str, key: str, data: dict[str, Any]) -> None:
    stamp = edge.parts.stamp("anna")
    await edge.parts.store.write(lambda tx: edit(tx, collection, key, data, stamp))


async def in_conflict(edge: Client, collection: str, key: str, *lost: Discarded) -> None:
    data = conflict_data(collection, key, Lost(lost, Author("anna"), Author("user:u")), "t")
    await keep(edge, "conflict", "c1", data)


async def refuse(edge: Client, collection: str, key: str, reason: str) -> None:
    """What the push loop does where the cloud refuses a record."""
    now = edge.parts.clock.now()

    def step(tx: Any) -> None:
        row = pending.find(tx.connection, collection, key)
        assert row is not None
        pending.put(tx, refused(sent(row), reason, now=now, op_id="fresh", jitter=1.0))

    await edge.parts.store.write(step)


async def test_a_conflict_is_shown_until_someone_settles_it(edge: Client) -> None:
    """Staff bring back the note that had lost: the order has it, with a new revision for the
    kitchen, and the list is empty."""
    order = (await post(edge, "/orders", draft("o1"))).json()
    path = f"lines[{order['lines'][0]['id']}].note"
    await in_conflict(edge, "order", "o1", Discarded(path, "no salt", "", Side.THEIRS))
    (shown,) = await get(edge, "/conflicts")
    assert shown["conflict"]["mine"]["by"] == "anna"
    assert (await get(edge, "/sync/status"))["conflicts"] == 1
    settled = await post(edge, f"/conflicts/{shown['key']}/resolve", {"keep": "mine"})
    assert (settled.json()["outcome"], settled.json()["settled_by"]) == ("mine", "anna")
    after = await get(edge, "/orders/o1")
    assert (after["lines"][0]["note"], after["revision"]) == ("no salt", 2)
    assert await get(edge, "/conflicts") == []
    assert (await post(edge, "/conflicts/c1/resolve", {"keep": "theirs"})).status_code == 409
    assert (await post(edge, "/conflicts/c9/resolve", {"keep": "mine"})).status_code == 404


async def test_a_price_is_the_owners(edge: Client) -> None:
    """Staff may not settle what is on the menu; a menu that cannot be sold from is refused."""
    await in_conflict(edge, "menu", "main", Discarded("currency", None, "EUR", Side.THEIRS))
    assert (await post(edge, "/conflicts/c1/resolve", {"keep": "theirs"})).status_code == 403
    sign_in(edge, "owner")
    assert (await post(edge, "/conflicts/c1/resolve", {"keep": "mine"})).status_code == 422
    assert (await post(edge, "/conflicts/c1/resolve", {"keep": "theirs"})).status_code == 200


async def test_what_the_cloud_refuses_is_shown_and_can_be_put_right(edge: Client) -> None:
    """It is listed with the reason, corrected by the owner, and then no longer in the way."""
    await keep(edge, "routing", "bar", {"station": "nonsense", "printer_ids": ["k"]})
    await refuse(edge, "routing", "bar", "station: is 'nonsense'")
    (shown,) = await get(edge, "/sync/quarantine")
    assert (shown["reason"], shown["edited_by"]) == ("station: is 'nonsense'", "anna")
    status = await get(edge, "/sync/status")
    assert (status["pending"]["quarantined"], status["pending"]["count"]) == (1, 1)
    at = "/api/v1/sync/quarantine/routing/bar"
    right = {"station": "bar", "printer_ids": ["k"]}
    assert (await edge.http.put(at, json=right)).status_code == 403
    sign_in(edge, "owner")
    assert (await edge.http.put(at, json=right | {"station": "other"})).status_code == 422
    assert (await edge.http.put(at, json=right)).json() == right
    assert await get(edge, "/sync/quarantine") == []
    row = await edge.parts.store.read(lambda db: pending.find(db, "routing", "bar"))
    assert row is not None
    assert row.due_at <= edge.parts.clock.now()
    assert (await edge.http.put(at, json=right)).status_code == 404


async def test_what_the_cloud_refused_is_sent_again_when_asked(edge: Client) -> None:
    """As it is, at once: the cloud may have been updated."""
    await keep(edge, "customer", "c", {"name": "M"})
    await refuse(edge, "customer", "c", "too long")
    sign_in(edge, "owner")
    again = await post(edge, "/sync/quarantine/customer/c/retry")
    assert again.status_code == 204
    row = await edge.parts.store.read(lambda db: pending.find(db, "customer", "c"))
    assert row is not None
    assert row.due_at <= edge.parts.clock.now()
    assert (await post(edge, "/sync/quarantine/customer/x/retry")).status_code == 404


async def test_the_backlog_by_collection(edge: Client) -> None:
    """The status and the metrics tell what waits, of which kind, and for how long."""
    await post(edge, "/orders", draft("o1"))
    await post(edge, "/orders", draft("o2"))
    await keep(edge, "customer", "c", {"name": "M"})
    await refuse(edge, "customer", "c", "too long")
    status = await get(edge, "/sync/status")
    rows = {row["collection"]: row for row in status["collections"]}
    assert (rows["order"]["pending"], rows["order"]["quarantined"]) == (2, 0)
    assert (rows["customer"]["pending"], rows["customer"]["quarantined"]) == (1, 1)
    assert 0 <= rows["order"]["oldest_s"] < 60
    metrics = (await edge.http.get("/metrics")).text
    assert 'panbot_edge_sync_pending{collection="order"} 2.0' in metrics
    assert 'panbot_edge_sync_quarantined{collection="customer"} 1.0' in metrics
    assert "panbot_edge_sync_link_up 0.0" in metrics
    assert await edge.parts.store.read(lambda db: records.find(db, "customer", "c"))


async def test_the_owner_changes_the_menu_in_the_restaurant(edge: Client) -> None:
    """Based on what was looked at, checked, and sold from at once."""
    seen = await edge.http.get("/api/v1/menu")
    menu = seen.json()["menu"] | {"name": "Da Anna", "theme": "red"}
    based = {"If-Match": seen.headers["ETag"]}
    at = "/api/v1/menu"
    assert (await edge.http.put(at, json=menu, headers=based)).status_code == 403
    sign_in(edge, "owner")
    assert (await edge.http.put(at, json=menu)).status_code == 428
    bad = menu | {"currency": "coins"}
    assert (await edge.http.put(at, json=bad, headers=based)).status_code == 422
    assert (await edge.http.put(at, json=menu, headers=based)).json() == menu
    assert (await get(edge, "/menu"))["menu"] == menu
    late = await edge.http.put(at, json=menu, headers=based)
    assert (late.status_code, late.json()["current"]["theme"]) == (412, "red")
