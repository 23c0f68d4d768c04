"""Over HTTP: whatever is sent, the answer is right or a problem that names what is wrong."""

from __future__ import annotations

from typing import Any

import httpx

from cloud.services import Services
from domain.ordering import Choice
from tests.support.cloud import MovableClock, business_file, http_client, order_body, token_for

ORDERS = "businesses/trattoria/orders"
MENU = "businesses/trattoria/menu"
KEY = {"Idempotency-Key": "k-1"}


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """The problem in a response with this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/problem+json")
    body = response.json()
    assert body["status"] == status
    assert isinstance(body, dict)
    return body


async def nothing_stored(services: Services) -> None:
    assert not (await services.orders.list("trattoria")).orders


async def test_an_order_is_placed_found_and_changed(owner: httpx.AsyncClient) -> None:
    """Place, retry, read, change: each answer carries the version that the next one is based on."""
    large = Choice("size", "large")
    placed = await owner.post(ORDERS, json=order_body(large, qty=2), headers=KEY)
    assert placed.status_code == 201, placed.text
    assert placed.headers["etag"] == '"1"'
    assert (placed.json()["number"], placed.json()["totals"]["gross"]) == ("O-1", 2400)
    again = await owner.post(ORDERS, json=order_body(large, qty=2), headers=KEY)
    assert (again.status_code, again.json()) == (200, placed.json())
    address = f"{ORDERS}/{placed.json()['id']}"
    read = await owner.get(address)
    assert (read.json(), read.headers["etag"]) == (placed.json(), '"1"')
    changed = await owner.patch(address, json={"status": "ready"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    listed = (await owner.get(ORDERS, params={"status": "ready"})).json()
    assert listed == {"orders": [{"version": 2, "order": changed.json()}], "next": ""}


WRONG_ORDERS: list[tuple[Any, str]] = [
    (order_body(item_id="unicorn"), "lines[0].item_id"),
    (order_body(Choice("extras", "ham"), Choice("extras", "egg")), "lines[0].modifiers"),
    (order_body(Choice("size", "huge")), "lines[0].modifiers[0].id"),
    (order_body(qty=0), "lines[0].qty"),
    (order_body(qty=18_000), "lines[0].qty"),
    (order_body(qty="2"), "lines[0].qty"),
    (order_body(qty=1.5), "lines[0].qty"),
    (order_body(qty=None), "lines[0].qty"),
    (order_body(price=1), "price"),
    (order_body(note="x" * 300), "lines[0].note"),
    (order_body() | {"customer": {"name": "A", "telephone": "030 1"}}, "customer.telephone"),
    (order_body() | {"promised_at": "9999-12-31T23:00:00Z"}, "promised_at"),
    ({"lines": []}, "lines"),
    ({}, "lines"),
    ([], "body"),
    ({"lines": "two pizzas"}, "lines"),
]


async def test_a_wrong_order_is_refused_by_the_name_of_its_field(
    owner: httpx.AsyncClient, services: Services
) -> None:
    """422, the field, and nothing is stored."""
    for body, field in WRONG_ORDERS:
        refused = problem(await owner.post(ORDERS, json=body, headers=KEY), 422)
        named = [error["field"] + error["message"] for error in refused["errors"]]
        assert any(field in one for one in named), (body, named)
    await nothing_stored(services)


NO_JSON = [
    b"",
    b"{",
    b"two pizzas",
    b"\xff\xfe",
    b'{"note": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 40_000,
]


async def test_what_is_no_json_is_refused(owner: httpx.AsyncClient, services: Services) -> None:
    """400 or 422, never 500, and nothing is stored."""
    for content in NO_JSON:
        for refused in (
            await owner.post(ORDERS, content=content, headers=KEY),
            await owner.put(MENU, content=content, headers={"If-Match": '"1"'}),
        ):
            problem(refused, refused.status_code)
            assert refused.status_code in (400, 422), content[:20]
    await nothing_stored(services)


async def test_a_megabyte_of_note_is_too_large(
    owner: httpx.AsyncClient, services: Services
) -> None:
    """413, and nothing is stored."""
    body = order_body(note="x" * 1_000_000)
    problem(await owner.post(ORDERS, json=body, headers=KEY), 413)
    await nothing_stored(services)


async def test_a_character_that_cannot_be_stored_is_refused(
    owner: httpx.AsyncClient, services: Services
) -> None:
    """A NUL in a note or in an address is the sender's mistake, not ours."""
    refused = problem(await owner.post(ORDERS, json=order_body(note="a\0b"), headers=KEY), 422)
    assert refused["errors"][0]["field"] == "lines[0].note"
    problem(await owner.get(f"{ORDERS}/a%00b"), 400)
    await nothing_stored(services)


async def test_an_order_without_key_or_id_is_refused(owner: httpx.AsyncClient) -> None:
    """A retry of it would be a second order."""
    problem(await owner.post(ORDERS, json=order_body()), 400)


async def test_a_key_used_for_another_order_is_a_conflict(owner: httpx.AsyncClient) -> None:
    """409, and the first order stands alone."""
    await owner.post(ORDERS, json=order_body(), headers=KEY)
    problem(await owner.post(ORDERS, json=order_body(qty=2), headers=KEY), 409)
    assert len((await owner.get(ORDERS)).json()["orders"]) == 1


async def test_money_is_given_back_by_owners(owner: httpx.AsyncClient, services: Services) -> None:
    """Whoever works in the cloud may take a payment; to give it back takes an owner, by whom it is
    kept that it was."""
    placed = (await owner.post(ORDERS, json=order_body(), headers=KEY)).json()
    url, back = f"{ORDERS}/{placed['id']}", {"refund": {"reason": "cold", "amount": 100}}
    async with http_client(services, token_for(services, role="staff")) as waiter:
        paid = await waiter.patch(url, json={"pay": "card"}, headers={"If-Match": '"1"'})
        assert paid.status_code == 200
        problem(await waiter.patch(url, json=back, headers={"If-Match": '"2"'}), 403)
    given = (await owner.patch(url, json=back, headers={"If-Match": '"2"'})).json()["payment"]
    assert (given["status"], given["entries"][1]["amount"]) == ("paid", -100)
    assert given["entries"][1]["by"].startswith("user:")


async def test_a_foreign_business_looks_like_none(owner: httpx.AsyncClient) -> None:
    """Another's business and one that doesn't exist are refused in the same words."""
    for business_id in ("bistro", "nowhere"):
        await _refused_everywhere(owner, business_id)


async def _refused_everywhere(owner: httpx.AsyncClient, business_id: str) -> None:
    base = f"businesses/{business_id}"
    for response in (
        await owner.get(f"{base}/menu"),
        await owner.put(f"{base}/menu", json={}, headers={"If-Match": '"1"'}),
        await owner.get(f"{base}/orders"),
        await owner.post(f"{base}/orders", json=order_body(), headers=KEY),
        await owner.get(f"{base}/orders/1"),
        await owner.patch(f"{base}/orders/1", json={}, headers={"If-Match": '"1"'}),
    ):
        assert problem(response, 403)["detail"] == "Your token is for another business."


DOORS = [
    ("GET", "businesses/my"),
    ("GET", MENU),
    ("PUT", MENU),
    ("GET", ORDERS),
    ("POST", ORDERS),
    ("GET", f"{ORDERS}/1"),
    ("PATCH", f"{ORDERS}/1"),
    ("POST", "devices/pairing-codes"),
    ("POST", "sync/push"),
    ("GET", "sync/changes"),
    ("POST", "realtime/token"),
]


async def test_every_door_wants_a_token(services: Services) -> None:
    """Without a token, or with a forged one, nothing opens."""
    forged = {"Authorization": f"Bearer {token_for(services)}x"}
    async with http_client(services) as nobody:
        for method, address in DOORS:
            problem(await nobody.request(method, address), 401)
            problem(await nobody.request(method, address, headers=forged), 401)


async def test_an_expired_token_is_refused(owner: httpx.AsyncClient, clock: MovableClock) -> None:
    """401, sixteen minutes after it was issued."""
    assert (await owner.get(MENU)).status_code == 200
    clock.ahead_s = 16 * 60
    problem(await owner.get(MENU), 401)


async def test_a_menu_is_changed_by_whoever_saw_the_latest(owner: httpx.AsyncClient) -> None:
    """428 without If-Match, 412 with what stands now, 200 and the next ETag otherwise."""
    read = await owner.get(MENU)
    menu = {**read.json(), "name": "Trattoria Nuova", "opening": "a field of tomorrow's"}
    problem(await owner.put(MENU, json=menu), 428)
    tag = {"If-Match": read.headers["etag"]}
    written = await owner.put(MENU, json=menu, headers=tag)
    assert (written.status_code, written.headers["etag"]) == (200, '"2"')
    refused = problem(await owner.put(MENU, json=read.json(), headers=tag), 412)
    assert (refused["version"], refused["current"]) == (2, menu)
    assert (await owner.get(MENU)).json() == menu


async def test_an_if_match_that_is_no_version_is_malformed(owner: httpx.AsyncClient) -> None:
    """400, and the menu stays."""
    menu = (await owner.get(MENU)).json() | {"name": "Nuova"}
    for tag in ("", "*", 'W/"1"', "one", '"²"', '"-1"', '"1", "2"'):
        problem(await owner.put(MENU, json=menu, headers={"If-Match": tag.encode()}), 400)
    assert (await owner.get(MENU)).headers["etag"] == '"1"'


async def test_a_wrong_menu_is_refused_by_the_names_of_its_fields(
    owner: httpx.AsyncClient,
) -> None:
    """422 with each field, and the menu stays."""
    menu = business_file()["menu"]
    menu["items"][0]["tax_class"] = "air"
    menu["items"][1]["category_id"] = "nowhere"
    refused = problem(await owner.put(MENU, json=menu, headers={"If-Match": '"1"'}), 422)
    assert {e["field"] for e in refused["errors"]} == {"items[0].tax_class", "items[1].category_id"}
    assert (await owner.get(MENU)).headers["etag"] == '"1"'


async def test_a_waiter_may_not_change_the_menu(services: Services) -> None:
    """Reading is everybody's, prices are the owner's."""
    async with http_client(services, token_for(services, role="staff")) as waiter:
        assert (await waiter.get(MENU)).status_code == 200
        problem(await waiter.put(MENU, json={}, headers={"If-Match": '"1"'}), 403)
        problem(await waiter.post("devices/pairing-codes"), 403)


async def test_an_edit_names_the_field_that_is_wrong(owner: httpx.AsyncClient) -> None:
    """A PATCH is as strict as a POST, and an old version is a 412 with the present order."""
    placed = await owner.post(ORDERS, json=order_body(), headers=KEY)
    address = f"{ORDERS}/{placed.json()['id']}"
    tag = {"If-Match": placed.headers["etag"]}
    problem(await owner.patch(address, json={"status": "ready"}), 428)
    line = {"line_id": placed.json()["lines"][0]["id"], "qty": 18_000}
    refused = problem(await owner.patch(address, json={"amend": [line]}, headers=tag), 422)
    assert refused["errors"][0]["field"] == "amend[0].qty"
    refused = problem(await owner.patch(address, json={"status": "eaten"}, headers=tag), 422)
    assert refused["errors"][0]["field"] == "status"
    await owner.patch(address, json={"status": "completed"}, headers=tag)
    refused = problem(await owner.patch(address, json={"pay": "cash"}, headers=tag), 412)
    assert refused["current"]["status"] == "completed"
    present = {"If-Match": '"2"'}
    problem(await owner.patch(address, json={"status": "placed"}, headers=present), 409)
    problem(await owner.get(f"{ORDERS}/none"), 404)


async def test_the_api_page_says_what_is_taken(owner: httpx.AsyncClient) -> None:
    """The document describes an order's fields, and the page loads nothing from elsewhere."""
    document = (await owner.get("http://cloud/schema/openapi.json")).json()
    taken = document["paths"]["/api/v1/businesses/{business_id}/orders"]["post"]["requestBody"]
    lines = taken["content"]["application/json"]["schema"]["properties"]["lines"]
    assert {"item_id", "qty"} <= set(lines["items"]["properties"])
    page = (await owner.get("http://cloud/schema/swagger")).text
    assert "https://" not in page


async def test_operators_see_health_and_counts(owner: httpx.AsyncClient) -> None:
    """Alive, ready, and counting what happens."""
    await owner.post(ORDERS, json=order_body(), headers=KEY)
    assert (await owner.get("http://cloud/health")).json() == {"status": "ok"}
    assert (await owner.get("http://cloud/ready")).json() == {"status": "ok"}
    counts = (await owner.get("http://cloud/metrics")).text
    assert 'panbot_orders_placed_total{created="true"} 1.0' in counts
    assert 'route="/api/v1/businesses/{business_id}/orders",status="201"' in counts
