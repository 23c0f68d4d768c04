"""What terminals ask of an edge, over HTTP, with the cloud away."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.store import records
from tests.support.edge import (
    BUSINESS_ID,
    PIN,
    Client,
    Paper,
    changes,
    draft,
    edge_client,
    eventually,
    full_disk,
    seed,
    settings,
    token,
)


async def post(edge: Client, path: str, body: Any = None, **headers: str) -> Any:
    return await edge.http.post(f"/api/v1{path}", json=body, headers=headers)


async def get(edge: Client, path: str) -> Any:
    response = await edge.http.get(f"/api/v1{path}")
    assert response.status_code == 200, response.text
    return response.json()


async def test_an_order_prints_and_waits_for_the_cloud(edge: Client, paper: Paper) -> None:
    """With no internet an order is on paper at once, and in the queue for the cloud."""
    response = await post(edge, "/orders", draft("o1", qty=2))
    assert response.status_code == 201
    assert response.json()["number"] == "T-1"
    assert response.json()["totals"]["gross"] == 1900
    await eventually(lambda: paper.with_text("T-1"), "the ticket")
    status = await get(edge, "/sync/status")
    assert status["link"]["push"] == "offline"
    assert status["pending"]["count"] >= 1
    assert await eventually(lambda: _state(edge, "o1", "printed"), "the job")


async def _state(edge: Client, order_id: str, state: str) -> Any:
    jobs = await get(edge, f"/print-jobs?order_id={order_id}&state={state}")
    return jobs if jobs and all(job["sending_at"] <= job["finished_at"] for job in jobs) else None


async def test_the_same_order_twice_is_one_order(edge: Client, paper: Paper) -> None:
    """A terminal that saw no reply asks again, and even after the item has run out it gets the
    order that there is: no second number, no second ticket."""
    first = await post(edge, "/orders", draft("o1"))
    again = await post(edge, "/orders", draft("o1"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    await edge.http.put("/api/v1/availability/margherita", json={"available": False})
    assert (await post(edge, "/orders", draft("o1"))).json() == first.json()
    assert (await post(edge, "/orders", draft("o2"))).status_code == 422
    await eventually(lambda: paper.with_text("T-1"), "the ticket")
    assert len(await get(edge, "/print-jobs")) == 1


async def test_orders_asked_for_at_once_have_numbers_without_holes(edge: Client) -> None:
    """Forty terminals at once, some refused and some asking twice, still count T-1, T-2, …"""
    bodies = [draft(f"o{n}", qty=1 if n % 4 else 0) for n in range(40)]
    bodies += bodies[1::4]
    responses = await asyncio.gather(*(post(edge, "/orders", body) for body in bodies))
    numbers = [r.json()["number"] for r in responses if r.status_code == 201]
    assert sorted(numbers, key=lambda n: int(n[2:])) == [f"T-{n}" for n in range(1, 31)]


BAD_ORDERS = {
    "an unknown item": (draft("x", item="pineapple"), 422, "lines[0].item_id"),
    "a quantity of 0": (draft("x", qty=0), 422, "lines[0].qty"),
    "a quantity of 18000": (draft("x", qty=18_000), 422, "lines[0].qty"),
    "a quantity as text": ({"lines": [{"item_id": "margherita", "qty": "2"}]}, 422, "lines[0].qty"),
    "a slip in the customer": (
        draft("x") | {"customer": {"name": "A", "telephone": "030 1"}},
        422,
        "customer.telephone",
    ),
    "a time in another age": (
        draft("x") | {"promised_at": "9999-12-31T23:00:00Z"},
        422,
        "promised_at",
    ),
    "a time long over": (draft("x") | {"promised_at": "2020-01-01T00:00:00Z"}, 422, "promised_at"),
    "no lines": ({"id": "x", "lines": []}, 422, "lines"),
    "no body's shape": ([], 422, "body"),
    "a price from outside": (
        {"lines": [{"item_id": "margherita", "price": 1}]},
        422,
        "lines[0].price",
    ),
    "an id with a slash": (draft("a/b"), 422, "id"),
    "an id that is a way up": (draft(".."), 422, "id"),
    "a NUL, which the cloud cannot store": (draft("x") | {"note": "n\0"}, 422, "note"),
    "a NUL deep inside": (
        {"lines": [{"item_id": "margherita", "note": "\0"}]},
        422,
        "lines[0].note",
    ),
    "a note of 100 kB": (draft("x") | {"note": "n" * 100_000}, 422, "note"),
}


@pytest.mark.parametrize("what", BAD_ORDERS)
async def test_a_bad_order_is_refused_by_field_and_leaves_nothing(edge: Client, what: str) -> None:
    """What is wrong is named in a problem document, and nothing of it is stored."""
    body, status, field = BAD_ORDERS[what]
    response = await post(edge, "/orders", body)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/problem+json")
    assert field in [error["field"] for error in response.json()["errors"]]
    await _nothing_stored(edge)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"lines": [', 400), (b"\xff\xfe", 400), (b'{"note": "' + b"n" * (1 << 20) + b'"}', 413)],
)
async def test_an_unreadable_body_is_refused(edge: Client, body: bytes, status: int) -> None:
    """Broken JSON and a body of a megabyte are refused before anything is done."""
    response = await edge.http.post("/api/v1/orders", content=body)
    assert response.status_code == status
    assert response.json()["status"] == status
    await _nothing_stored(edge)


async def _nothing_stored(edge: Client) -> None:
    assert await edge.parts.store.read(lambda db: records.all_of(db, "order")) == []
    assert await get(edge, "/print-jobs") == []


@pytest.mark.parametrize("kind", ["none", "expired", "forged", "basic"])
async def test_without_a_good_token_nothing_is_answered(edge: Client, kind: str) -> None:
    """No token, an expired one, one of another edge: 401, for reading and for writing."""
    del edge.http.headers["Authorization"]
    header = {
        "none": "",
        "expired": f"Bearer {token(edge.settings, ttl_s=-60)}",
        "forged": f"Bearer {token(edge.settings)}x",
        "basic": "Basic YW5uYToxMjM0",
    }[kind]
    headers = {"Authorization": header} if header else {}
    for path in ("/orders", "/menu", "/events", "/sync/status", "/printers", "/conflicts"):
        response = await edge.http.get(f"/api/v1{path}", headers=headers)
        assert response.status_code == 401, path
    assert (await post(edge, "/orders", draft("o1"), **headers)).status_code == 401
    await _order_is_unknown(edge)


async def _order_is_unknown(edge: Client) -> None:
    assert await edge.parts.store.read(lambda db: records.find(db, "order", "o1")) is None


async def test_a_change_says_what_it_is_based_on(edge: Client) -> None:
    """No If-Match is 428, an old one is 412 with what stands now, the right one is done."""
    placed = await post(edge, "/orders", draft("o1"))
    line = placed.json()["lines"][0]["id"]
    more = {"amend": [{"line_id": line, "qty": 3}]}
    assert (await edge.http.patch("/api/v1/orders/o1", json=more)).status_code == 428
    tag = placed.headers["etag"]
    changed = await edge.http.patch("/api/v1/orders/o1", json=more, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.json()["revision"] == 2
    late = await edge.http.patch("/api/v1/orders/o1", json=more, headers={"If-Match": tag})
    assert late.status_code == 412
    assert late.json()["current"]["lines"][0]["qty"] == 3
    nobody = await edge.http.patch("/api/v1/orders/o9", json=more, headers={"If-Match": tag})
    assert nobody.status_code == 404


async def test_an_amended_order_prints_a_change(edge: Client, paper: Paper) -> None:
    """The kitchen gets a second ticket that shows only what changed."""
    placed = await post(edge, "/orders", draft("o1"))
    edit = {"add": [{"item_id": "spritz"}]}
    tag = {"If-Match": placed.headers["etag"]}
    assert (await edge.http.patch("/api/v1/orders/o1", json=edit, headers=tag)).status_code == 200
    await eventually(lambda: len(paper.tickets) == 2, "two tickets")
    assert b"Margherita" not in paper.tickets[1]
    assert b"Spritz" in paper.tickets[1]


async def test_the_menu_shows_what_has_run_out(edge: Client) -> None:
    """86'd on one terminal is 86'd on all of them, and comes back."""
    assert (await get(edge, "/menu"))["sold_out"] == []
    await edge.http.put("/api/v1/availability/spritz", json={"available": False})
    menu = await get(edge, "/menu")
    assert (menu["sold_out"], menu["business"]["name"]) == (["spritz"], "Trattoria")
    await edge.http.put("/api/v1/availability/spritz", json={"available": True})
    assert (await get(edge, "/menu"))["sold_out"] == []
    unknown = await edge.http.put("/api/v1/availability/moon", json={"available": True})
    assert unknown.status_code == 404


async def test_lists_show_open_orders_and_a_day(edge: Client) -> None:
    """Open ones the oldest first; the day's the newest first, the done ones among them."""
    placed = [await post(edge, "/orders", draft(f"o{n}")) for n in range(3)]
    tag = {"If-Match": placed[0].headers["etag"]}
    await edge.http.patch("/api/v1/orders/o0", json={"status": "completed"}, headers=tag)
    assert [o["id"] for o in await get(edge, "/orders?open=true")] == ["o1", "o2"]
    day = placed[0].json()["business_day"]
    assert {o["id"] for o in await get(edge, f"/orders?day={day}")} == {"o0", "o1", "o2"}
    assert await get(edge, "/orders?day=1999-01-01") == []
    refused = await edge.http.get("/api/v1/orders?day=yesterday")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "day")


async def test_a_pin_signs_in_without_the_cloud(edge: Client) -> None:
    """The right PIN gives a token and a cookie; the cookie alone reads; a wrong PIN is refused."""
    del edge.http.headers["Authorization"]
    assert (await post(edge, "/auth/login", {"pin": "0000"})).status_code == 401
    good = await post(edge, "/auth/login", {"pin": PIN})
    assert good.status_code == 200
    assert (good.json()["staff_id"], good.json()["role"]) == ("anna", "staff")
    assert "httponly" in good.headers["set-cookie"].lower()
    assert (await edge.http.get("/api/v1/menu")).status_code == 200  # the client keeps the cookie
    fresh = await edge.http.post(
        "/api/v1/auth/refresh", headers={"Authorization": f"Bearer {good.json()['access_token']}"}
    )
    assert fresh.status_code == 200


async def test_a_cookie_writes_only_from_our_own_pages(edge: Client) -> None:
    """Another site's page cannot place an order with a waiter's cookie."""
    del edge.http.headers["Authorization"]
    await post(edge, "/auth/login", {"pin": PIN})
    own = "http://edge.test"
    for headers, status in (
        ({}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": own}, 403),
        ({"Origin": own}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ):
        assert (await post(edge, "/orders", draft("o1"), **headers)).status_code == status, headers


async def test_guessing_pins_is_slow(edge: Client) -> None:
    """After five wrong PINs even the right one has to wait."""
    for _ in range(5):
        assert (await post(edge, "/auth/login", {"pin": "0000"})).status_code == 401
    assert (await post(edge, "/auth/login", {"pin": PIN})).status_code == 429


async def test_guessing_pins_all_at_once_is_no_faster(edge: Client) -> None:
    """Of twenty PINs that arrive together, five are looked at."""
    guesses = (post(edge, "/auth/login", {"pin": f"{n:04}"}) for n in range(20))
    statuses = [guess.status_code for guess in await asyncio.gather(*guesses)]
    assert (statuses.count(401), statuses.count(429)) == (5, 15)


async def test_a_ticket_can_be_looked_at(edge: Client) -> None:
    """A print job as a picture, whether it has been printed or not."""
    await post(edge, "/orders", draft("o1"))
    (job,) = await get(edge, "/print-jobs?order_id=o1")
    picture = await edge.http.get(f"/api/v1/print-jobs/{job['id']}/picture")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    with Image.open(io.BytesIO(picture.content)) as paper:
        darkest, lightest = paper.convert("L").getextrema()
        assert (darkest, lightest) == (0, 255)
    assert (await edge.http.get("/api/v1/print-jobs/999/picture")).status_code == 404


async def test_a_print_job_that_no_table_can_hold_is_not_there(edge: Client) -> None:
    """A job's number beyond 64 bits is refused like any other that is wrong."""
    assert (await post(edge, f"/print-jobs/{2**64}/retry")).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": ""}, "id"),
        ({"uri": "escpos://[::1"}, "uri"),
        ({"uri": "escpos://host:port"}, "uri"),
        ({"uri": "ipp://"}, "uri"),
        ({"uri": "file:///etc/passwd"}, "uri"),
        ({"paper_mm": 1_000_000}, "paper_mm"),
    ],
)
async def test_a_printer_that_cannot_be_is_refused(
    edge: Client, wrong: dict[str, Any], field: str
) -> None:
    """No address that nothing can be sent to, and no paper as wide as a street."""
    printer = {"id": "bar", "name": "Bar", "uri": "escpos://[fe80::1%eth0]:9100"}
    refused = await post(edge, "/printers", printer | wrong)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert (await post(edge, "/printers", printer)).status_code == 201


async def test_a_full_disk_is_told_in_words_and_forgets_nothing(edge: Client) -> None:
    """Orders are refused with 503 while there is no room, and taken again when there is."""
    assert (await post(edge, "/orders", draft("o1"))).status_code == 201
    (pages,) = await edge.parts.store.read(lambda db: db.execute("PRAGMA page_count").fetchone())
    await _limit_pages(edge, pages)
    bodies = [draft(f"more{n}") | {"note": "n" * 280} for n in range(40)]
    answers = [await post(edge, "/orders", body) for body in bodies]
    refused = answers[-1]
    assert (refused.status_code, refused.json()["status"]) == (503, 503)
    assert "disk" in refused.json()["detail"]
    await _limit_pages(edge, pages + 1000)
    assert (await post(edge, "/orders", bodies[-1])).status_code == 201
    assert (await get(edge, "/orders/o1"))["number"] == "T-1"


async def test_readiness_follows_the_disk(edge: Client) -> None:
    """503 with the reason while nothing can be written, and 200 again by itself."""
    with full_disk():
        assert (await post(edge, "/orders", draft("o1"))).status_code == 503
        ready = await edge.http.get("/ready")
        assert (ready.status_code, "make room" in ready.json()["detail"]) == (503, True)
    assert (await edge.http.get("/ready")).status_code == 200


async def _limit_pages(edge: Client, pages: int) -> None:
    """As a full disk does: SQLite makes no more pages."""
    await edge.parts.store.write(
        lambda tx: tx.connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    )


async def test_staff_may_not_add_printers(edge: Client) -> None:
    """Printers are the owner's; reading them is everyone's."""
    printer = {"id": "bar", "name": "Bar", "uri": "escpos://127.0.0.1:9"}
    staff = {"Authorization": f"Bearer {token(edge.settings, role='staff')}"}
    assert (await post(edge, "/printers", printer, **staff)).status_code == 403
    assert (await post(edge, "/printers", printer)).status_code == 201
    assert (await post(edge, "/printers", printer)).status_code == 201
    assert (await post(edge, "/printers", printer | {"name": "Other"})).status_code == 409
    wrong = await post(edge, "/printers", printer | {"id": "x", "uri": "lpt1"})
    assert [e["field"] for e in wrong.json()["errors"]] == ["uri"]
    assert [p["id"] for p in await get(edge, "/printers")] == ["bar", "k"]


async def test_an_unpaired_edge_says_so(tmp_path: Path) -> None:
    """It is up and ready to be paired, and refuses orders in words that tell what to do."""
    from edge.store.store import Store

    where = settings(tmp_path / "data")
    store = Store(where.database, lambda _: None)
    await store.open()
    from edge.store import identity

    await store.write(identity.make)
    await store.close()
    async with edge_client(where) as edge:
        ready = await edge.http.get("/ready")
        assert (ready.status_code, ready.json()["paired"]) == (200, False)
        refused = await post(edge, "/orders", draft("o1"))
        assert refused.status_code == 503
        assert "Pair this edge first" in refused.json()["detail"]
        assert (await post(edge, "/sync/flush")).status_code == 503


async def test_ready_tells_when_no_ticket_waits_for_its_encoder(
    tmp_path: Path, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders are taken before; `warm` says when the first one is printed as quickly as the next,
    again where a printer of another kind is added."""
    loaded = threading.Event()
    monkeypatch.setattr("edge.lines.warm_up", lambda printer: loaded.wait())
    where = settings(tmp_path / "data")
    await seed(where, changes({"k": paper.uri}, kitchen=["k"], bar=["k"]))
    async with edge_client(where) as edge:

        async def warm() -> bool:
            return bool((await edge.http.get("/ready")).json()["warm"])

        try:
            assert not await warm()
            loaded.set()
            await eventually(warm, "the encoder to be loaded")
            loaded.clear()
            office = {"id": "office", "name": "Office", "uri": "ipp://127.0.0.1:9/ipp/print"}
            assert (await post(edge, "/printers", office)).status_code == 201
            assert not await warm()
        finally:
            loaded.set()
        await eventually(warm, "the other encoder to be loaded")


async def test_ready_does_not_ask_the_cloud(edge: Client) -> None:
    """With the cloud away the edge is ready, and its metrics count what waits."""
    await post(edge, "/orders", draft("o1"))
    ready = (await edge.http.get("/ready")).json()
    assert (ready["status"], ready["paired"]) == ("ok", True)
    metrics = (await edge.http.get("/metrics")).text
    assert "panbot_edge_orders_total 1.0" in metrics
    assert 'panbot_edge_print_jobs{state="printed"}' in metrics


async def test_the_api_describes_itself(edge: Client) -> None:
    """The OpenAPI document is there, and its page loads nothing from elsewhere."""
    document = (await edge.http.get("/schema/openapi.json")).json()
    assert "/api/v1/orders" in document["paths"]
    assert "https://" not in (await edge.http.get("/schema/swagger")).text


async def test_events_reach_a_terminal_and_what_it_missed_does_too(edge: Client) -> None:
    """A stream tells of an order as it is placed; one that comes back with the last id it saw is
    told of what it missed."""
    from edge.events import stream

    def listen(last_seen: int | None) -> AsyncIterator[bytes]:
        parts = edge.parts
        return stream(parts.broadcaster, parts.store, parts.clock, BUSINESS_ID, last_seen)

    live = listen(None)
    hello = _event(await anext(live))
    assert hello["event"] == "hello"
    await post(edge, "/orders", draft("o1"))
    created = _event(await _named(live, "order.created"))
    assert created["data"]["data"]["number"] == "T-1"
    assert created["data"]["business_id"] == BUSINESS_ID
    later = listen(int(hello["id"]))
    missed = _event(await _named(later, "order.updated"))
    assert missed["data"]["key"] == "o1"
    edge.parts.broadcaster.close()
    async with asyncio.timeout(5):
        assert all([frame async for frame in live])  # it ends
        assert all([frame async for frame in later])


async def _named(events: AsyncIterator[bytes], name: str) -> bytes:
    async with asyncio.timeout(10):
        async for frame in events:
            if f"event: {name}\n".encode() in frame:
                return frame
    raise AssertionError(f"no {name}")


def _event(frame: bytes) -> dict[str, Any]:
    fields = dict(line.split(": ", 1) for line in frame.decode().strip().split("\n"))
    return fields | {"data": json.loads(fields["data"])}
