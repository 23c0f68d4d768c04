"""A business's file is loaded again after people have edited what it says: no edit is overwritten
without a word."""

from __future__ import annotations

from typing import Any

import pytest

from cloud.db.pool import open_pool
from cloud.services import Edit, Services
from cloud.services.records import State, Writer
from cloud.settings import Settings
from domain.clock import SystemClock
from domain.errors import Conflict
from sync.conflicts import Resolution
from sync.merge import Side
from sync.wire import PushItem
from tests.cloud.test_businesses import records
from tests.support.cloud import business_file

OWNER = "user:maria"
EDGE = "device:e"


async def put_menu(services: Services, menu: dict[str, Any]) -> None:
    """The owner saves the menu, as the cloud's API does."""
    version = (await services.menus.get("trattoria")).version
    await services.menus.put("trattoria", menu, base_version=version, actor=OWNER)


async def push(services: Services, collection: str, key: str, data: dict[str, Any] | None) -> None:
    """The restaurant's edit, as its edge pushes it; None deletes."""
    changes = (await services.feed.changes("trattoria", 0)).changes
    known = [c.version for c in changes if (c.collection, c.key) == (collection, key)]
    item = PushItem(
        f"op-{collection}-{key}",
        collection,
        key,
        known[0] if known else 0,
        data or {},
        deleted=data is None,
    )
    await services.sync.push("trattoria", [item], actor=EDGE)


async def write_staff(url: str, **edits: tuple[dict[str, Any], int]) -> None:
    """Somebody's edits of the staff, each with the version that it is based on."""
    settings = Settings(database_url=url)
    pool = await open_pool(url, settings.database_pool)
    try:
        async with Writer(pool, settings, SystemClock()).writing("trattoria", by=OWNER) as writing:
            for key, (data, base_version) in edits.items():
                await writing.put(State("staff", key, data), base_version=base_version)
    finally:
        await pool.close()


async def test_the_owners_prices_stand_and_the_files_news_come_in(services: Services) -> None:
    """The owner changes one price and takes a dish off; the file brings another price and a new
    dish. All four are right afterwards."""
    menu = business_file()["menu"]
    menu["items"][0]["price"] = 1100
    menu["items"].append(menu["items"][0] | {"id": "funghi", "name": "Pizza Funghi"})
    await put_menu(services, menu)

    file = business_file()
    file["menu"]["items"][1]["price"] = 300
    file["menu"]["items"].append(file["menu"]["items"][1] | {"id": "cola", "name": "Cola"})
    loaded = await services.businesses.load(file)

    stands = {item["id"]: item["price"] for item in (await records(services))["menu/main"]["items"]}
    assert stands == {"margherita": 1100, "water": 300, "funghi": 1100, "cola": 300}
    assert loaded.changed == ("menu/main",)
    assert [(e.record, e.path, e.edited, e.file, e.by) for e in loaded.kept][:1] == [
        ("menu/main", "items[margherita].price", 1100, 950, OWNER)
    ]
    assert [(e.path, e.file) for e in loaded.kept][1:] == [("items[funghi]", None)]


async def test_both_changed_one_price(services: Services) -> None:
    """The edit stands, and whoever loads the file hears of both, this time and the next."""
    menu = business_file()["menu"]
    menu["items"][0]["price"] = 1100
    await put_menu(services, menu)
    file = business_file()
    file["menu"]["items"][0]["price"] = 1200
    for _ in range(2):
        loaded = await services.businesses.load(file)
        assert loaded.changed == ()
        assert loaded.kept == (Edit("menu/main", "items[margherita].price", 1100, 1200, OWNER),)
    assert (await records(services))["menu/main"]["items"][0]["price"] == 1100


async def test_to_overwrite_is_said_and_can_be_taken_back(services: Services) -> None:
    """The file stands; the edit is told of, and is a conflict that the owner can settle."""
    menu = business_file()["menu"]
    menu["items"][0]["price"] = 1100
    await put_menu(services, menu)
    loaded = await services.businesses.load(business_file(), overwrite=True)
    assert loaded.changed == ("menu/main",)
    edit = Edit("menu/main", "items[margherita].price", 1100, 950, OWNER)
    assert (loaded.kept, loaded.overwritten) == ((), (edit,))
    assert (await records(services))["menu/main"] == business_file()["menu"]

    [(conflict, _)] = await services.conflicts.open_ones("trattoria")
    mine = Resolution(keep=Side.MINE)
    await services.conflicts.resolve("trattoria", conflict.key, mine, actor=OWNER, owner=True)
    assert (await records(services))["menu/main"] == menu
    again = await services.businesses.load(business_file())
    assert (again.changed, again.kept) == ((), (edit,))


async def test_a_printer_that_moved_is_left_where_it_is(services: Services) -> None:
    """The edge found it at another address; the file's old one does not send the tickets away.
    A new address in the file does, where nobody else has moved it."""
    printer = business_file()["printers"][0]
    await push(services, "printer", "kitchen-1", printer | {"uri": "escpos://127.0.0.1:9200"})
    loaded = await services.businesses.load(business_file())
    assert (loaded.changed, [e.path for e in loaded.kept]) == ((), ["uri"])
    assert (await records(services))["printer/kitchen-1"]["uri"] == "escpos://127.0.0.1:9200"

    bistro = business_file("bistro", "+4930222")
    bistro["printers"][0]["uri"] = "escpos://127.0.0.1:9300"
    assert (await services.businesses.load(bistro)).changed == ("printer/kitchen-1",)
    moved = (await records(services, "bistro"))["printer/kitchen-1"]
    assert moved["uri"] == "escpos://127.0.0.1:9300"


async def test_what_somebody_removed_does_not_come_back(services: Services) -> None:
    """A printer that was removed stays away, unless the file is put over it."""
    await push(services, "printer", "kitchen-1", None)
    for overwrite in (False, True):
        loaded = await services.businesses.load(business_file(), overwrite=overwrite)
        told = loaded.overwritten if overwrite else loaded.kept
        assert [(e.record, e.path, e.edited) for e in told] == [("printer/kitchen-1", "", None)]
        assert loaded.changed == (("printer/kitchen-1",) if overwrite else ())
    assert (await records(services))["printer/kitchen-1"] == business_file()["printers"][0]


async def test_staff_of_the_restaurants_own_stay(services: Services, url: str) -> None:
    """Who was added by somebody is not dismissed by a file that never knew them; who has another
    PIN by now keeps it, and no hash is told."""
    anna = (await records(services))["staff/anna"] | {"pin_hash": "another"}
    carla = {"id": "carla", "name": "Carla", "role": "staff", "pin_hash": "hers"}
    await write_staff(url, anna=(anna, 1), carla=(carla, 0))
    loaded = await services.businesses.load(business_file())
    assert loaded.changed == ()
    assert [(e.record, e.path) for e in loaded.kept] == [
        ("staff/anna", "pin_hash"),
        ("staff/carla", ""),
    ]
    assert "hers" not in str(loaded.kept)
    stored = await records(services)
    assert (stored["staff/anna"], stored["staff/carla"]) == (anna, carla)

    loaded = await services.businesses.load(business_file(), overwrite=True)
    assert loaded.changed == ("staff/anna", "staff/carla")
    assert await services.conflicts.open_ones("trattoria") == []  # a PIN is nothing to be shown


async def test_an_edit_and_the_file_that_are_not_right_together(services: Services) -> None:
    """The owner gives a dish the extras, the file takes the extras off the menu: nothing is
    changed, and it is said why."""
    menu = business_file()["menu"]
    menu["items"][1]["modifier_group_ids"] = ["extras"]
    await put_menu(services, menu)
    file = business_file()
    file["business"]["name"] = "Da Maria"
    file["menu"]["modifier_groups"].pop()
    file["menu"]["items"][0]["modifier_group_ids"] = ["size"]
    before = await records(services)
    with pytest.raises(Conflict, match=r"menu/main.*--overwrite"):
        await services.businesses.load(file)
    assert await records(services) == before
