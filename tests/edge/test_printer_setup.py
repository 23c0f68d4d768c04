"""Setting printers up where they stand: names, addresses, stations; and taking one away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.routes import printer_setup
from edge.store import printer_logins, records
from edge.store.edits import edit
from sync.wire import Collection
from tests.support.edge import (
    Paper,
    draft,
    eventually,
    token,
)
from tests.support.two_printers import TwoPrinters, two_printers

API = "/api/v1"


class House(TwoPrinters):
    """What these tests ask of it."""

    async def get(self, path: str) -> Any:
        response = await self.ask("GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    async def change(self, printer_id: str, **wanted: Any) -> Any:
        return await self.ask(
            "PATCH", f"/printers/{printer_id}", wanted, **await self.based_on(printer_id)
        )

    async def remove(self, printer_id: str, query: str = "") -> Any:
        headers = await self.based_on(printer_id)
        return await self.ask("DELETE", f"/printers/{printer_id}{query}", **headers)

    async def based_on(self, printer_id: str) -> dict[str, str]:
        return {"If-Match": (await self.ask("GET", f"/printers/{printer_id}")).headers["ETag"]}

    async def route(self, station: str, *printer_ids: str, version: int | None = None) -> Any:
        stations = {one["station"]: one for one in await self.get("/routing")}
        seen = stations.get(station, {}).get("version", 0) if version is None else version
        body = {"printer_ids": printer_ids}
        return await self.ask("PUT", f"/routing/{station}", body, **{"If-Match": f'"{seen}"'})

    async def order(self, order_id: str, item: str = "margherita") -> None:
        assert (await self.ask("POST", "/orders", draft(order_id, item=item))).status_code == 201

    async def jobs(self, state: str) -> list[dict[str, Any]]:
        return [*reversed(await self.get(f"/print-jobs?state={state}"))]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with two_printers(House, tmp_path, bar="c") as house:
        yield house


async def test_a_printer_gets_another_name(house: House) -> None:
    """The new name is on its slip, goes up to the cloud, and is nobody else's."""
    answer = await house.change("k", name="  Pizza oven ")
    assert (answer.status_code, answer.json()["name"]) == (200, "Pizza oven")
    await house.ask("POST", "/printers/k/identify")
    await eventually(lambda: house.kitchen.with_text("Pizza oven"), "the slip")
    waiting = (await house.get("/sync/status"))["collections"]
    assert "printer" in [one["collection"] for one in waiting]
    for name in ("C", "c ", "", "n" * 81):
        refused = await house.change("k", name=name)
        assert refused.status_code == 422, name
        assert refused.json()["errors"][0]["field"] == "name"


async def test_two_people_do_not_overwrite_each_other(house: House) -> None:
    """Who looked before somebody else changed it is told so; that a lid was opened meanwhile is no
    reason to look again."""
    seen = await house.based_on("k")
    before = (await house.get("/printers"))[1].get("status", "")
    house.kitchen.status = b"\x1a\x16\x12"  # an open lid
    await house.order("o1")
    await eventually(lambda: _another_status(house, before), "the open lid")
    first = await house.ask("PATCH", "/printers/k", {"name": "Oven"}, **seen)
    second = await house.ask("PATCH", "/printers/k", {"name": "Grill"}, **seen)
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["current"]["name"] == "Oven"
    assert (await house.ask("PATCH", "/printers/k", {"name": "Grill"})).status_code == 428


async def _another_status(house: House, before: str) -> bool:
    (printer,) = (one for one in await house.get("/printers") if one["id"] == "k")
    return bool(printer.get("status", "") != before)


ADDRESSES = {
    "": "like 192.168.1.50",
    "Kitchen": "'Kitchen' is no address",
    "http://10.0.0.5": "not by 'http'",
    "socket://10.0.0.5:9100": "not by 'socket'",
    "escpos://": "a name or an address",
    "escpos://a b": "a name or an address",
    "10.0.0.300": "four numbers from 0 to 255",
    "10.0.0": "four numbers from 0 to 255",
    "10.0.0.5:99999": "no port 99999",
    "ipp://10.0.0.5:0/ipp/print": "no port 0",
}


async def test_a_wrong_address_is_refused_in_words(house: House) -> None:
    """What is wrong and what a right one looks like, for a new printer and for one that moves."""
    for address, words in ADDRESSES.items():
        added = await house.ask("POST", "/printers", {"uri": address, "name": "Bar"})
        moved = await house.change("k", uri=address)
        for refused in (added, moved):
            assert refused.status_code == 422, address
            (error,) = refused.json()["errors"]
            assert error["field"] == "uri"
            assert words in error["message"], address
            assert "regex" not in refused.text
    for address in (
        "ipp://printer.local/ipp/print",
        "ipps://[fe80::1]:631/ipp",
        "escpos://kitchen-1",
    ):
        added = await house.ask("POST", "/printers", {"uri": address})
        assert (added.status_code, added.json().get("uri")) == (201, address)


async def test_another_machine_takes_its_place(house: House) -> None:
    """A printer that broke is replaced: the new one prints at the new address, and is not told the
    password of the old one; what waited comes out there."""
    await house.ask("PUT", "/printers/k/login", {"username": "panbot", "password": "old"})
    await house.edge.parts.store.write(
        lambda tx: edit(
            tx,
            Collection.PRINTER,
            "k",
            records.find(tx.connection, "printer", "k").data | {"identities": ["mac:aa"]},
            house.edge.parts.stamp(),
        )
    )
    await house.kitchen.close()
    await house.order("o1")
    new = await Paper().open()
    moved = await house.change("k", uri=f"127.0.0.1:{new.port}")
    assert (moved.json()["uri"], moved.json()["identities"]) == (new.uri, [])
    await eventually(lambda: new.with_text("T-1"), "the ticket")
    known = await house.edge.parts.store.read(lambda db: printer_logins.find(db, "k"))
    assert known is not None  # the same host: this one only changed its port
    await house.change("k", uri="10.9.8.7")
    assert await house.edge.parts.store.read(lambda db: printer_logins.find(db, "k")) is None
    taken = await house.change("k", uri=house.counter.uri)
    assert "C stands there already" in taken.text
    await new.gone()


async def test_a_station_gets_another_printer(house: House) -> None:
    """From the next order on, without a restart; each named printer prints it, once."""
    assert (await house.route("kitchen", "c", "k", "c")).status_code == 200
    await house.order("o1")
    await eventually(lambda: house.kitchen.with_text("T-1"), "the kitchen's ticket")
    await eventually(lambda: len(house.counter.with_text("T-1")) == 2, "the copy and the receipt")
    await house.route("receipt")  # nobody wants receipts
    await house.order("o2")
    await eventually(lambda: house.counter.with_text("T-2"), "the copy")
    assert await house.jobs("held") == []
    assert [job["kind"] for job in await house.get("/print-jobs?order_id=o2")] == ["kitchen"] * 2


async def test_routing_says_what_is_wrong(house: House) -> None:
    """A printer that is not there, a station at which nothing is made, and who was slower."""
    assert "no printer 'x'" in (await house.route("kitchen", "x")).text
    assert "there are bar, kitchen, receipt" in (await house.route("kitchn", "k")).text.replace(
        "kitchen, bar", "bar, kitchen"
    )
    assert (await house.route("kitchen", "c", version=1)).status_code == 412
    stations = {one["station"]: one for one in await house.get("/routing")}
    assert {name: one["printer_ids"] for name, one in stations.items()} == {
        "kitchen": ["k"],
        "bar": ["c"],
        "receipt": ["c"],
    }
    assert (stations["kitchen"]["dishes"], stations["receipt"]["dishes"]) == (1, 0)


async def test_what_was_held_for_want_of_a_printer_is_counted_and_printed(house: House) -> None:
    """A station that nobody prints for: its tickets are seen where one is chosen, and come out."""
    await house.route("kitchen")
    await house.order("o1")
    stations = {one["station"]: one["held"] for one in await house.get("/routing")}
    assert stations["kitchen"] == 1
    await house.route("kitchen", "c")
    (job,) = await house.jobs("held")
    assert (await house.ask("POST", f"/print-jobs/{job['id']}/retry")).status_code == 200
    await eventually(lambda: len(house.counter.with_text("T-1")) == 2, "ticket and receipt")


async def test_a_printer_that_is_needed_is_not_removed_unasked(house: House) -> None:
    """Two tickets wait for it, and nothing else prints for the kitchen: it is said, and all stays
    as it is."""
    await house.kitchen.close()
    await house.order("o1")
    await house.order("o2")
    await eventually(lambda: _in_state(house, 2), "both waiting")
    asked = await house.remove("k")
    assert asked.status_code == 409
    told = asked.json()
    assert "2 tickets wait for it, and it is the only printer of kitchen" in told["detail"]
    assert (told["waiting"], told["stations"]) == (2, ["kitchen"])
    assert len(await house.get("/printers")) == 2
    assert "no other printer" in (await house.remove("k", "?move_to=k")).text
    assert "there are c" in (await house.remove("k", "?move_to=nobody")).text


async def _in_state(house: House, count: int) -> bool:
    jobs = [job for job in await house.get("/print-jobs") if job["printer_id"] == "k"]
    return len([job for job in jobs if not job["finished_at"]]) == count


async def test_another_printer_takes_over(house: House) -> None:
    """What waits comes out there in its order, the next orders too, and whoever leaned on the
    removed one leans on nobody that is gone."""
    await house.change("c", fallback_id="k")
    await house.kitchen.close()
    await house.order("o1")
    await house.order("o2")
    await eventually(lambda: _in_state(house, 2), "both waiting")
    gone = await house.remove("k", "?move_to=c")
    assert gone.json() == {"moved": 2, "held": 0, "stations": {"kitchen": ["c"]}}
    await house.order("o3")
    await eventually(lambda: len(house.counter.tickets) == 6, "three tickets, three receipts")
    kitchens = [t for t in house.counter.tickets if b"KITCHEN" in t]
    assert [n for t in kitchens for n in (b"T-1", b"T-2", b"T-3") if n in t] == [
        b"T-1",
        b"T-2",
        b"T-3",
    ]
    (left,) = await house.get("/printers")
    assert (left["id"], left["fallback_id"]) == ("c", "")


async def test_tickets_are_held_where_nobody_takes_over(house: House) -> None:
    """They wait for a person, with the reason, and come out at whatever prints there later; their
    picture can still be looked at."""
    await house.kitchen.close()
    await house.order("o1")
    await eventually(lambda: _in_state(house, 1), "it waits")
    gone = await house.remove("k", "?hold=true")
    assert gone.json() == {"moved": 0, "held": 1, "stations": {"kitchen": []}}
    (job,) = await house.jobs("held")
    assert "its printer K was removed" in job["reason"]
    picture = await house.ask("GET", f"/print-jobs/{job['id']}/picture")
    assert picture.headers["content-type"] == "image/png"
    nowhere = await house.ask("POST", f"/print-jobs/{job['id']}/retry")
    assert nowhere.status_code == 409
    await house.route("kitchen", "c")
    await house.ask("POST", f"/print-jobs/{job['id']}/retry")
    await eventually(lambda: len(house.counter.with_text("T-1")) == 2, "ticket and receipt")


async def test_a_printer_under_way_is_left_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a ticket's bytes are on their way its printer stays, and stays where it is."""
    monkeypatch.setattr(printer_setup, "STILL_WAIT_S", 0.2)
    house.kitchen.printing.clear()
    await house.order("o1")
    await eventually(lambda: house.kitchen.taken > 0, "the bytes")
    assert "printing a ticket just now" in (await house.remove("k", "?hold=true")).text
    assert "printing a ticket just now" in (await house.change("k", uri="10.0.0.9")).text
    house.kitchen.printing.set()
    await eventually(lambda: house.kitchen.with_text("T-1"), "the ticket")


async def test_one_that_is_printed_is_printed_again_elsewhere(house: House) -> None:
    """Its printer is gone: the copy comes out where the station prints now."""
    await house.order("o1")
    await eventually(lambda: house.kitchen.with_text("T-1"), "the ticket")
    await eventually(lambda: house.jobs("printed"), "written down")
    (job,) = [j for j in await house.get("/print-jobs") if j["kind"] == "kitchen"]
    await house.remove("k", "?move_to=c")
    again = await house.ask("POST", f"/print-jobs/{job['id']}/reprint")
    assert again.json()[0]["printer_id"] == "c"
    await eventually(lambda: house.counter.with_text("REPRINT"), "the copy")


async def test_only_a_right_sets_printers_up(house: House) -> None:
    """Staff may where their record says so; signing in tells a page what they may."""
    staff = {"Authorization": f"Bearer {token(house.edge.settings, role='staff')}"}
    tries = (
        ("PATCH", "/printers/k", {"name": "X"}),
        ("DELETE", "/printers/k?hold=true", None),
        ("PUT", "/routing/kitchen", {"printer_ids": []}),
        ("POST", "/printers", {"uri": "10.0.0.5"}),
    )
    for method, path, body in tries:
        headers = {**await house.based_on("k"), **staff}
        refused = await house.ask(method, path, body, **headers)
        assert refused.status_code == 403, path
        assert "the owner can allow it" in refused.text
    assert await _rights(house) == []
    anna = await house.edge.parts.store.read(lambda db: records.find(db, "staff", "anna"))
    assert anna is not None
    allowed = anna.data | {"may_set_up_printers": True}
    stamp = house.edge.parts.stamp()
    await house.edge.parts.store.write(lambda tx: edit(tx, "staff", "anna", allowed, stamp))
    headers = {**await house.based_on("k"), **staff}
    assert (await house.ask("PATCH", "/printers/k", {"name": "X"}, **headers)).status_code == 200
    assert await _rights(house) == ["may_set_up_printers"]


async def _rights(house: House) -> list[str]:
    rights: list[str] = (await house.ask("POST", "/auth/login", {"pin": "1234"})).json()["rights"]
    return rights
