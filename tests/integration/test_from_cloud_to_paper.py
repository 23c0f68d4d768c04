"""One restaurant with everything real but the telephone: PostgreSQL, the cloud over HTTP, the edge
on SQLite, two virtual printers that read the very bytes, and a line between them to be cut at will.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.orders import CloudOrders
from cloud.app import create_app
from cloud.services import Services, Settings
from demo.printers import EscPosPrinter, IppPrinter, VirtualPrinter
from domain.clock import SystemClock, iso
from domain.errors import PanBotError
from domain.ids import UuidV7
from domain.message import Message, MessageKind
from domain.order import Channel, Status
from domain.ordering import Draft, DraftLine, Edit, LineVoid, advance, place
from edge.app import running
from edge.backups import backup, restore
from edge.parts import Parts
from edge.store import menus, messages, orders, records
from edge.store.records import Record
from edge.store.sync_store import SyncStore
from edge.store.writer import Transaction
from sync.conflicts import Resolution
from sync.merge import Side
from sync.wire import PushItem
from tests.support.cloud import SECRET, business_file
from tests.support.edge import eventually, settings
from tests.support.postgres import fresh_database
from web.server import run

BUSINESS = "trattoria"


class Line:
    """The wire between the edge and the cloud: a server that can be taken off and put back."""

    def __init__(self, database: Settings) -> None:
        self._database = database
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def up(self) -> None:
        """At the same port when it comes back."""
        ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._stop = asyncio.Event()
        self._serving = asyncio.create_task(self._serve(self._stop, ready))
        self.port = await ready

    async def down(self) -> None:
        if self._serving is not None:
            self._stop.set()
            await self._serving
            self._serving = None

    async def _serve(self, stop: asyncio.Event, ready: asyncio.Future[int]) -> None:
        async with Services.open(self._database, stop=stop) as services:
            app = create_app(services, secret=SECRET)
            await run(app, "127.0.0.1", self.port, stop=stop, on_ready=ready.set_result)


class Restaurant:
    """The cloud's services, the edge's parts, the printers, and the line between the first two."""

    def __init__(
        self,
        services: Services,
        edge: Parts,
        line: Line,
        printers: Mapping[str, VirtualPrinter],
    ) -> None:
        self.services = services
        self.edge = edge
        self.line = line
        self.printers = printers

    def paper(self, printer_id: str) -> list[str]:
        return [paper.text for paper in self.printers[printer_id].papers]

    async def phone_order(self, *items: str, name: str = "Maria") -> str:
        draft = Draft(lines=tuple(DraftLine(item_id=item) for item in items))
        placed = await self.services.orders.place(
            BUSINESS, draft, channel=Channel.PHONE, idempotency_key=name, actor="agent"
        )
        return placed.order.id

    async def terminal_order(self, *items: str) -> str:
        """As `POST /api/v1/orders` does it at the edge."""
        restaurant = await self.edge.house.now()
        order = place(
            restaurant.need_menu(),
            restaurant.sold_out,
            Draft(lines=tuple(DraftLine(item_id=item) for item in items)),
            business=restaurant.business,
            channel=Channel.TERMINAL,
            number="",
            at=self.edge.clock.now(),
            ids=self.edge.ids,
        )
        stamp = self.edge.stamp()
        placed: Record = await self.edge.store.write(lambda tx: orders.place(tx, order, stamp))
        return str(placed.data["id"])

    async def in_the_cloud(self, order_id: str) -> dict[str, Any]:
        return (await self.services.orders.get(BUSINESS, order_id)).data

    async def at_the_edge(self, order_id: str) -> dict[str, Any] | None:
        record = await self.edge.store.read(lambda db: records.find(db, "order", order_id))
        return None if record is None else record.data


async def _the_restaurant(url: str) -> None:
    """A seed: the trattoria, and a bistro that must never see its orders."""
    async with Services.open(Settings(database_url=url)) as services:
        await services.businesses.load(business_file(BUSINESS))
        await services.businesses.load(business_file("bistro", "+4930222"))


@asynccontextmanager
async def _edge(
    data: Path, services: Services, line: Line, business_id: str
) -> AsyncIterator[Parts]:
    clock = SystemClock()
    parts_of = running(settings(data), clock, UuidV7(clock), stop=asyncio.Event())
    async with parts_of as parts:
        code = await services.devices.pairing_code(business_id)
        await parts.syncing.pair(code.code, line.url)
        yield parts


@pytest.fixture
async def restaurant(tmp_path: Path) -> AsyncIterator[Restaurant]:
    clock = SystemClock()
    kitchen, bar = EscPosPrinter(clock), IppPrinter(clock)
    await kitchen.start()
    await bar.start()
    async with (
        fresh_database(_the_restaurant) as url,
        Services.open(Settings(database_url=url)) as services,
    ):
        file = business_file(BUSINESS) | {
            "printers": [
                {"id": "kitchen", "name": "Kitchen", "uri": kitchen.uri},
                {"id": "bar", "name": "Bar", "uri": bar.uri},
            ],
            "routing": [
                {"station": "kitchen", "printer_ids": ["kitchen"]},
                {"station": "bar", "printer_ids": ["bar"]},
                {"station": "receipt", "printer_ids": ["bar"]},
            ],
        }
        await services.businesses.load(file)
        line = Line(Settings(database_url=url))
        await line.up()
        try:
            async with _edge(tmp_path / "edge", services, line, BUSINESS) as parts:
                await eventually(lambda: _has_read_the_feed(parts, services), "the first sync")
                yield Restaurant(services, parts, line, {"kitchen": kitchen, "bar": bar})
        finally:
            await line.down()
            await kitchen.stop()
            await bar.stop()


async def _has_read_the_feed(parts: Parts, services: Services) -> bool:
    head = (await services.feed.changes(BUSINESS, 0)).head
    return (await parts.syncing.status()).cursor >= head


async def test_a_phone_order_comes_out_at_every_station_once(restaurant: Restaurant) -> None:
    """Each station has its own share on paper, the counter the receipt, nobody anything twice."""
    await restaurant.phone_order("margherita", "water")
    kitchen, bar = restaurant.printers["kitchen"], restaurant.printers["bar"]
    await kitchen.wait_for_papers(1)
    await bar.wait_for_papers(2)
    assert "Margherita" in restaurant.paper("kitchen")[0]
    assert "Water" not in restaurant.paper("kitchen")[0]
    drinks, receipt = restaurant.paper("bar")
    assert "Water" in drinks
    assert "Margherita" not in drinks
    assert "12.00" in receipt
    await _read_the_whole_feed_again(restaurant)
    await restaurant.phone_order("water", name="Second")
    await bar.wait_for_papers(4)
    assert (len(kitchen.papers), len(bar.papers)) == (1, 4)


async def _read_the_whole_feed_again(restaurant: Restaurant) -> None:
    """As after a cursor that was lost: everything comes a second time."""
    edge = restaurant.edge
    store = SyncStore(edge.store, edge.clock, edge.ids, edge.stamp().delays)
    again = await restaurant.services.feed.changes(BUSINESS, 0)
    await store.apply(again.changes, again.cursor)


async def test_a_change_prints_only_what_changed(restaurant: Restaurant) -> None:
    """A voided line comes out as a change ticket at its own station, and nowhere else."""
    order_id = await restaurant.phone_order("margherita", "water")
    await restaurant.printers["bar"].wait_for_papers(2)
    order = await restaurant.in_the_cloud(order_id)
    water = next(line["id"] for line in order["lines"] if line["item_id"] == "water")
    edit = Edit(void=(LineVoid(line_id=water, reason="she has some at home"),))
    await restaurant.services.orders.edit(BUSINESS, order_id, edit, base_version=1, actor="owner")
    await restaurant.printers["bar"].wait_for_papers(3)
    change = restaurant.paper("bar")[2]
    assert "VOID" in change
    assert "she has some at home" in change
    assert len(restaurant.paper("kitchen")) == 1


async def test_orders_made_while_the_cloud_is_away_print_at_once_and_go_up_later(
    restaurant: Restaurant,
) -> None:
    """Local first: paper needs no internet, and nothing made offline is lost."""
    await restaurant.line.down()
    order_id = await restaurant.terminal_order("margherita")
    await restaurant.printers["kitchen"].wait_for_papers(1)
    await restaurant.line.up()
    await eventually(lambda: _flushed(restaurant), "the push")
    order = await restaurant.in_the_cloud(order_id)
    assert order["number"] == "T-1"
    assert len(restaurant.paper("kitchen")) == 1, "its own order, come back, is no new ticket"


async def _flushed(restaurant: Restaurant) -> bool:
    try:
        await restaurant.edge.syncing.flush()
    except PanBotError:
        return False
    return (await restaurant.edge.syncing.status()).pending.count == 0


async def test_an_order_placed_while_the_line_is_cut_arrives_when_it_is_back(
    restaurant: Restaurant,
) -> None:
    """The feed is read from the cursor: what was missed comes, in its order, once."""
    await restaurant.line.down()
    first = await restaurant.phone_order("margherita", name="first")
    second = await restaurant.phone_order("margherita", "water", name="second")
    await restaurant.line.up()
    await restaurant.printers["kitchen"].wait_for_papers(2)
    await restaurant.printers["bar"].wait_for_papers(3)
    assert await restaurant.at_the_edge(first) is not None
    assert await restaurant.at_the_edge(second) is not None
    numbers = [("P-1" in text, "P-2" in text) for text in restaurant.paper("kitchen")]
    assert numbers == [(True, False), (False, True)]


async def test_a_missed_call_is_called_back_from_the_restaurant(restaurant: Restaurant) -> None:
    """The agent leaves it in the cloud, staff see it and say who called back, the cloud knows."""
    at = iso(restaurant.edge.clock.now())
    missed = Message("m1", MessageKind.MISSED_CALL, at, "+49301234", lines=("two Margheritas",))
    await CloudOrders(restaurant.services, BUSINESS).leave_message(missed)
    store = restaurant.edge.store
    await eventually(lambda: store.read(lambda db: messages.latest(db, False, 10)), "the message")
    stamp = restaurant.edge.stamp("anna")
    await store.write(lambda tx: messages.see_to(tx, "m1", stamp))
    await eventually(lambda: _flushed(restaurant), "the push")
    (there,) = await restaurant.services.messages.list(BUSINESS, handled=True)
    assert there.data["handled"]["by"] == "anna"
    assert there.data["lines"] == ["two Margheritas"]
    assert await store.read(lambda db: messages.latest(db, False, 10)) == []


async def test_both_sides_change_one_order_and_neither_change_is_lost(
    restaurant: Restaurant,
) -> None:
    """The kitchen marks it as being made while the owner adds a drink: both stand, everywhere."""
    order_id = await restaurant.phone_order("margherita")
    await restaurant.printers["kitchen"].wait_for_papers(1)
    await restaurant.line.down()
    await _advance_at_the_edge(restaurant, order_id, Status.PREPARING)
    add = Edit(add=(DraftLine(item_id="water"),))
    await restaurant.services.orders.edit(BUSINESS, order_id, add, base_version=1, actor="owner")
    await restaurant.line.up()
    await eventually(lambda: _flushed(restaurant), "the push")
    await restaurant.printers["bar"].wait_for_papers(2)

    async def same_everywhere() -> bool:
        here = await restaurant.at_the_edge(order_id)
        there = await restaurant.in_the_cloud(order_id)
        return here == there

    await eventually(same_everywhere, "one state on both sides")
    order = await restaurant.in_the_cloud(order_id)
    assert order["status"] == "preparing"
    assert [line["item_id"] for line in order["lines"]] == ["margherita", "water"]
    assert order["totals"]["gross"] == 1200
    added = next(text for text in restaurant.paper("bar") if "ADDED" in text)
    assert "Water" in added


async def _advance_at_the_edge(restaurant: Restaurant, order_id: str, status: Status) -> None:
    """As `PATCH /api/v1/orders/{id}` does it."""
    stamp = restaurant.edge.stamp()

    def step(tx: Transaction) -> None:
        seen = orders.find(tx.connection, order_id).local_seq
        orders.change(tx, order_id, seen, lambda order: advance(order, status), stamp)

    await restaurant.edge.store.write(step)


async def test_one_value_changed_twice_is_settled_by_a_person(restaurant: Restaurant) -> None:
    """The menu is renamed in the cloud and at the edge: the cloud's name stands, the other is shown
    on both sides with who wrote it, and settling it there changes both."""
    await restaurant.line.down()
    await _rename_menu_at_the_edge(restaurant, "Da Anna")
    menu = await restaurant.services.menus.get(BUSINESS)
    there = menu.data | {"name": "Da Bruno"}
    await restaurant.services.menus.put(
        BUSINESS, there, base_version=menu.version, actor="user:bruno"
    )
    await restaurant.line.up()
    await eventually(lambda: _flushed(restaurant), "the push")
    ((conflict, menu_now),) = await restaurant.services.conflicts.open_ones(BUSINESS)
    assert menu_now is not None
    assert menu_now["name"] == "Da Bruno"
    assert conflict.data["mine"]["by"] == "anna"
    assert conflict.data["theirs"]["by"] == "user:bruno"
    await restaurant.services.conflicts.resolve(
        BUSINESS, conflict.key, Resolution(keep=Side.MINE), actor="user:bruno", owner=True
    )

    async def settled_at_the_edge() -> bool:
        name = (await restaurant.edge.house.now()).need_menu().name
        return name == "Da Anna" and (await restaurant.edge.syncing.status()).conflicts == 0

    await eventually(settled_at_the_edge, "the settled menu")
    assert (await restaurant.services.menus.get(BUSINESS)).data["name"] == "Da Anna"


async def _rename_menu_at_the_edge(restaurant: Restaurant, name: str) -> None:
    """As `PUT /api/v1/menu` does it."""
    stamp = restaurant.edge.stamp("anna")

    def rename(tx: Transaction) -> None:
        (record,) = records.all_of(tx.connection, "menu")
        menus.put(tx, record.data | {"name": name}, record.local_seq, stamp)

    await restaurant.edge.store.write(rename)


async def test_an_older_edge_keeps_what_it_does_not_know(restaurant: Restaurant) -> None:
    """A newer cloud's field in an order survives a change at the edge."""
    order_id = await restaurant.phone_order("margherita")
    await restaurant.printers["kitchen"].wait_for_papers(1)
    newer = (await restaurant.in_the_cloud(order_id)) | {"loyalty": {"points": 3}}
    item = PushItem("op-newer", "order", order_id, 1, newer)
    await restaurant.services.sync.push(BUSINESS, [item], actor="device:newer")

    async def arrived() -> bool:
        return "loyalty" in (await restaurant.at_the_edge(order_id) or {})

    await eventually(arrived, "the newer order")
    await _advance_at_the_edge(restaurant, order_id, Status.PREPARING)
    await eventually(lambda: _flushed(restaurant), "the push")
    order = await restaurant.in_the_cloud(order_id)
    assert (order["status"], order["loyalty"]) == ("preparing", {"points": 3})


async def test_an_edge_that_ends_sends_what_waits(restaurant: Restaurant) -> None:
    """Switched off at closing time, it does not keep the last edits until tomorrow."""
    order_id = await restaurant.terminal_order("margherita")
    await restaurant.edge.syncing.stop()
    assert (await restaurant.in_the_cloud(order_id))["number"] == "T-1"


async def test_another_business_never_hears_of_it(restaurant: Restaurant, tmp_path: Path) -> None:
    """Two restaurants on one cloud: an edge holds nothing that is not its own."""
    async with _edge(tmp_path / "bistro", restaurant.services, restaurant.line, "bistro") as bistro:
        order_id = await restaurant.phone_order("margherita")
        await restaurant.printers["kitchen"].wait_for_papers(1)
        await restaurant.services.orders.place(
            "bistro",
            Draft(lines=(DraftLine(item_id="water"),)),
            channel=Channel.PHONE,
            idempotency_key="b",
            actor="agent",
        )

        async def has_its_own() -> bool:
            found = await bistro.store.read(lambda db: records.all_of(db, "order"))
            return len(found) == 1

        await eventually(has_its_own, "the bistro's own order")
        foreign = await bistro.store.read(lambda db: records.find(db, "order", order_id))
        assert foreign is None


async def test_an_edge_that_takes_over_says_what_may_be_on_paper_already(
    restaurant: Restaurant, tmp_path: Path
) -> None:
    """A new box in the place of a broken one prints what is still open, under a banner; what comes
    after is printed plainly."""
    await restaurant.phone_order("margherita", name="before")
    kitchen = restaurant.printers["kitchen"]
    await kitchen.wait_for_papers(1)
    await restaurant.edge.spooler.stop()  # the old box is unplugged
    async with _edge(tmp_path / "new", restaurant.services, restaurant.line, BUSINESS):
        await kitchen.wait_for_papers(2)
        await restaurant.phone_order("margherita", name="after")
        await kitchen.wait_for_papers(3)
    banners = ["POSSIBLE DUPLICATE" in text for text in restaurant.paper("kitchen")]
    assert banners == [False, True, False]


async def test_a_restored_backup_says_what_may_be_on_paper_already(
    restaurant: Restaurant, tmp_path: Path
) -> None:
    """What was printed since the backup comes again from the feed, and says so."""
    edge = restaurant.edge
    copy = tmp_path / "backup.db"
    await asyncio.to_thread(backup, edge.settings.database, copy)
    await restaurant.phone_order("margherita", name="since the backup")
    kitchen = restaurant.printers["kitchen"]
    await kitchen.wait_for_papers(1)
    await edge.spooler.stop()
    where = settings(tmp_path / "restored")
    where.data.mkdir()
    await asyncio.to_thread(restore, copy, where.data, where.database)
    clock = SystemClock()
    async with running(where, clock, UuidV7(clock), stop=asyncio.Event()):
        await kitchen.wait_for_papers(2)
    banners = ["POSSIBLE DUPLICATE" in text for text in restaurant.paper("kitchen")]
    assert banners == [False, True]


@pytest.mark.parametrize("away", ["cable", "paper"])
async def test_a_printer_that_is_away_loses_nothing(restaurant: Restaurant, away: str) -> None:
    """Its tickets wait; the other printer does not; they come out when it is back, unmarked."""
    kitchen = restaurant.printers["kitchen"]
    assert isinstance(kitchen, EscPosPrinter)
    if away == "cable":
        await kitchen.set_offline(True)
    else:
        kitchen.paper_out = True
    await restaurant.phone_order("margherita", "water")
    await restaurant.printers["bar"].wait_for_papers(2)
    assert kitchen.papers == []
    if away == "cable":
        await kitchen.set_offline(False)
    else:
        kitchen.paper_out = False
    await kitchen.wait_for_papers(1)
    assert "POSSIBLE DUPLICATE" not in restaurant.paper("kitchen")[0]
    assert kitchen.drawer_kicks == 0


async def test_a_cable_pulled_in_the_middle_prints_again_and_says_so(
    restaurant: Restaurant,
) -> None:
    """Nobody can know what came out, so the ticket comes once more, under a banner."""
    kitchen = restaurant.printers["kitchen"]
    assert isinstance(kitchen, EscPosPrinter)
    await restaurant.phone_order("margherita", name="learns that this printer confirms")
    await kitchen.wait_for_papers(1)
    kitchen.drop_after(150)
    await restaurant.phone_order("margherita", name="in the middle")

    def whole_and_marked() -> bool:
        return any(
            "POSSIBLE DUPLICATE" in text and "P-2" in text for text in restaurant.paper("kitchen")
        )

    await eventually(whole_and_marked, "the ticket under its banner")
