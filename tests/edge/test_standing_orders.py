"""What staff put right on an order that stands, and what comes out of which printer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.edge import (
    Client,
    Paper,
    changes,
    draft,
    edge_client,
    eventually,
    seed,
    settings,
)


@dataclass
class House:
    """A kitchen's printer and a counter's, for receipts."""

    edge: Client
    kitchen: Paper
    counter: Paper

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return await self.edge.http.request(method, f"/api/v1{path}", json=body, headers=headers)

    async def order(self, order_id: str = "o1", **more: Any) -> dict[str, Any]:
        response = await self.ask("POST", "/orders", draft(order_id) | more)
        assert response.status_code == 201, response.text
        placed: dict[str, Any] = response.json()
        return placed

    async def change(self, order_id: str = "o1", **edit: Any) -> Any:
        tag = (await self.ask("GET", f"/orders/{order_id}")).headers["ETag"]
        return await self.ask("PATCH", f"/orders/{order_id}", edit, **{"If-Match": tag})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    kitchen, counter = await Paper().open(), await Paper().open()
    where = settings(tmp_path / "data")
    uris = {"k": kitchen.uri, "c": counter.uri}
    await seed(where, changes(uris, kitchen=["k"], bar=["k"], receipt=["c"]))
    async with edge_client(where) as edge:
        yield House(edge, kitchen, counter)
    await kitchen.gone()
    await counter.gone()


async def test_a_forgotten_allergy_reaches_the_kitchen(house: House) -> None:
    """The note of an order that stands is changed: a slip says the new one and the old one, and
    not the dish again; a terminal that was slower is told so."""
    await house.order(note="ring twice")
    await eventually(lambda: house.kitchen.with_text("T-1"), "the ticket")
    tag = (await house.ask("GET", "/orders/o1")).headers["ETag"]
    changed = await house.change(note="NO NUTS")
    assert (changed.status_code, changed.json()["note"]) == (200, "NO NUTS")
    await eventually(lambda: house.kitchen.with_text("NO NUTS"), "the slip")
    (slip,) = (ticket.decode("cp858") for ticket in house.kitchen.with_text("NO NUTS"))
    assert "CHANGE" in slip
    assert "NEW NOTE: NO NUTS" in slip
    assert "was: ring twice" in slip
    assert "Margherita" not in slip
    late = await house.ask("PATCH", "/orders/o1", {"note": "x"}, **{"If-Match": tag})
    assert late.status_code == 412
    await house.change(note="")
    await eventually(lambda: house.kitchen.with_text("NO NOTE ANY MORE"), "the second slip")


async def test_a_wrong_address_is_put_right_where_the_driver_looks(house: House) -> None:
    """The counter, whose receipt has the old one, gets a slip; the kitchen none. The time that is
    wanted is the kitchen's."""
    await house.order(type="delivery", customer={"name": "Maria", "address": "Via Roma 1"})
    await eventually(lambda: house.counter.with_text("Via Roma 1"), "the receipt")
    await house.change(customer={"address": "Via Roma 11", "phone": "+39 06 1"})
    await eventually(lambda: house.counter.with_text("NEW ADDRESS: Via Roma 11"), "the slip")
    order = (await house.ask("GET", "/orders/o1")).json()
    assert order["customer"] == {"name": "Maria", "phone": "+39 06 1", "address": "Via Roma 11"}
    placed = order["placed_at"]
    later = f"{placed[:10]}T23:59:00.000Z"
    await house.change(promised_at=later)
    await eventually(lambda: house.kitchen.with_text("NEW TIME: "), "the kitchen's slip")
    assert len(house.kitchen.tickets) == 2
    assert len(house.counter.tickets) == 2


async def test_what_cannot_be_is_refused_and_nothing_is_changed(house: House) -> None:
    """All of the edit or nothing, by field; a field that is misspelt is no silent success."""
    await house.order(type="delivery", customer={"address": "Via Roma 1"})
    for edit, field in (
        ({"note": "n" * 281}, "note"),
        ({"note": "ok", "customer": {"address": ""}}, "customer.address"),
        ({"customer": {"telephone": "1"}}, "customer.telephone"),
        ({"promised_at": "soon"}, "promised_at"),
    ):
        refused = await house.change(**edit)
        assert refused.status_code == 422
        assert [one["field"] for one in refused.json()["errors"]] == [field]
    assert (await house.ask("GET", "/orders/o1")).json()["note"] == ""
    await house.change(status="completed")
    assert (await house.change(note="late")).status_code == 409
