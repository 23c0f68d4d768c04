"""Orders are placed once, numbered by the day, and changed only by whoever saw the latest."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from cloud.db import pool
from cloud.db.records import lock_business
from cloud.services import Services
from cloud.services.orders import LATE_MIN
from domain.errors import Conflict, Invalid, NotFound, VersionMismatch
from domain.order import Channel, Status
from domain.ordering import DraftLine, Edit
from sync.wire import PushItem
from tests.support.cloud import MovableClock, business_file, draft

DAY_S = 24 * 3600
HANG_S = 8.0  # a guard, below what a statement may take


async def test_a_retry_gets_the_order_that_stands(services: Services) -> None:
    """The same key with the same order, sent again, gives the same order and no second one."""
    first = await services.orders.place(
        "trattoria", draft(), channel=Channel.PHONE, idempotency_key="k", actor="agent"
    )
    again = await services.orders.place(
        "trattoria", draft(), channel=Channel.PHONE, idempotency_key="k", actor="agent"
    )
    assert first.created
    assert not again.created
    assert again.order == first.order
    assert len((await services.orders.list("trattoria")).orders) == 1


async def test_twenty_calls_at_once_place_one_order(services: Services) -> None:
    """However many calls with one key arrive together, one creates and all get the same order."""
    placed = await asyncio.gather(
        *(
            services.orders.place(
                "trattoria", draft(), channel=Channel.ONLINE, idempotency_key="k", actor="user:m"
            )
            for _ in range(20)
        )
    )
    assert [p.created for p in placed].count(True) == 1
    assert len({p.order.id for p in placed}) == 1
    assert len((await services.orders.list("trattoria")).orders) == 1


async def test_a_cloud_that_lost_its_power_holds_up_nobody(
    url: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its transaction is open still, with a connection that nobody will ever close: PostgreSQL
    ends it, and the restaurant's next order is placed."""
    monkeypatch.setattr(pool, "IDLE_S", 0.2)
    dead = await pool.connect(url)
    await dead.execute("BEGIN")
    await lock_business(dead, "trattoria")
    async with asyncio.timeout(HANG_S):
        await services.orders.place(
            "trattoria", draft(), channel=Channel.PHONE, idempotency_key="k", actor="agent"
        )
    dead.terminate()


async def test_a_key_stands_for_one_order(services: Services) -> None:
    """The same key with another order is refused, and nothing is placed."""
    await services.orders.place(
        "trattoria", draft(), channel=Channel.PHONE, idempotency_key="k", actor="agent"
    )
    with pytest.raises(Conflict):
        await services.orders.place(
            "trattoria", draft(qty=2), channel=Channel.PHONE, idempotency_key="k", actor="agent"
        )
    assert len((await services.orders.list("trattoria")).orders) == 1


async def test_an_order_id_is_placed_once(services: Services) -> None:
    """A client's own order id makes a retry safe without any key."""
    first = await services.orders.place(
        "trattoria", draft(id="mine"), channel=Channel.PHONE, actor="agent"
    )
    again = await services.orders.place(
        "trattoria", draft(id="mine"), channel=Channel.PHONE, actor="agent"
    )
    assert (first.created, again.created) == (True, False)
    assert again.order.number == first.order.number


async def test_one_key_in_two_businesses_is_two_orders(services: Services) -> None:
    """Keys belong to a business: the same one elsewhere finds nothing."""
    for business_id in ("trattoria", "bistro"):
        placed = await services.orders.place(
            business_id, draft(), channel=Channel.PHONE, idempotency_key="k", actor="agent"
        )
        assert placed.created


async def test_numbers_count_each_channel_by_the_business_day(
    services: Services, clock: MovableClock
) -> None:
    """P-1, P-2 for the phone, O-1 beside it, and P-1 again on the next day; a refused order
    takes no number."""

    async def number(channel: Channel, item_id: str = "water") -> str:
        placed = await services.orders.place(
            "trattoria", draft(item_id), channel=channel, actor="agent"
        )
        return placed.order.number

    assert await number(Channel.PHONE) == "P-1"
    with pytest.raises(Invalid):
        await number(Channel.PHONE, "unicorn")
    assert await number(Channel.PHONE) == "P-2"
    assert await number(Channel.ONLINE) == "O-1"
    clock.ahead_s = DAY_S
    assert await number(Channel.PHONE) == "P-1"


async def test_a_terminals_number_is_not_the_clouds_to_give(services: Services) -> None:
    """T- numbers are counted at the edge, so the cloud places no terminal orders."""
    with pytest.raises(Invalid, match="channel"):
        await services.orders.place("trattoria", draft(), channel=Channel.TERMINAL, actor="agent")


async def test_an_edit_of_an_old_version_is_refused_with_the_present_one(
    services: Services,
) -> None:
    """Two people change one order: the second is told what the first one did, and loses nothing."""
    placed = await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    order_id = placed.order.id
    more = Edit(add=(DraftLine(item_id="water", id="w"),))
    edited = await services.orders.edit("trattoria", order_id, more, base_version=1, actor="user:m")
    with pytest.raises(VersionMismatch) as refused:
        await services.orders.edit(
            "trattoria", order_id, Edit(status=Status.CANCELLED), base_version=1, actor="user:n"
        )
    assert refused.value.version == 2
    assert refused.value.current == edited.data
    assert [line["item_id"] for line in edited.data["lines"]] == ["margherita", "water"]


async def test_an_edit_that_changes_nothing_writes_nothing(services: Services) -> None:
    """Setting the status that an order has already makes no version and no event."""
    placed = await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    same = await services.orders.edit(
        "trattoria", placed.order.id, Edit(status=Status.PLACED), base_version=1, actor="user:m"
    )
    assert (same.version, same.seq) == (1, placed.seq)


async def test_a_list_goes_on_where_the_page_before_ended(services: Services) -> None:
    """Pages follow one another, newest first, with no order twice and none left out."""
    placed = [
        (
            await services.orders.place(
                "trattoria", draft("water"), channel=Channel.PHONE, actor="agent"
            )
        ).order
        for _ in range(5)
    ]
    seen: list[str] = []
    before = None
    for _ in range(3):
        page = await services.orders.list("trattoria", before=before, limit=2)
        seen += [o.key for o in page.orders]
        before = page.next
    assert before == ""
    assert seen == sorted((o.id for o in placed), reverse=True)


async def test_ids_of_clients_say_nothing_of_the_time(
    services: Services, clock: MovableClock
) -> None:
    """The newest is the last one that was placed, whatever it is called."""
    for order_id in ("m", "z", "a", "k"):
        clock.ahead_s += 1
        wanted = replace(draft("water"), id=order_id)
        await services.orders.place("trattoria", wanted, channel=Channel.PHONE, actor="agent")
    first = await services.orders.list("trattoria", limit=3)
    rest = await services.orders.list("trattoria", before=first.next, limit=3)
    assert [o.key for o in (*first.orders, *rest.orders)] == ["k", "a", "z", "m"]
    with pytest.raises(NotFound):
        await services.orders.list("trattoria", before="nobody")


async def test_a_list_can_be_narrowed_to_a_status_and_a_day(services: Services) -> None:
    """Only orders in that status, only of that business day."""
    first = await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="a")
    await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="a")
    ready = Edit(status=Status.READY)
    await services.orders.edit("trattoria", first.order.id, ready, base_version=1, actor="a")
    found = await services.orders.list(
        "trattoria", status=Status.READY, day=first.order.business_day
    )
    assert [o.key for o in found.orders] == [first.order.id]
    assert not (await services.orders.list("trattoria", day="2001-01-01")).orders


async def test_a_foreign_order_is_not_there(services: Services) -> None:
    """An order of one business cannot be found through another."""
    placed = await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    with pytest.raises(NotFound):
        await services.orders.get("bistro", placed.order.id)
    with pytest.raises(NotFound):
        await services.orders.place("nowhere", draft(), channel=Channel.PHONE, actor="agent")


async def test_what_is_sold_out_is_not_sold(services: Services) -> None:
    """An item that the kitchen has 86'd is refused by name, and can be sold again afterwards."""

    def availability(available: bool, base: int) -> PushItem:
        data = {"item_id": "margherita", "available": available}
        return PushItem(f"op-{base}", "availability", "margherita", base, data)

    await services.sync.push("trattoria", [availability(False, 0)], actor="device:e")
    assert await services.menus.sold_out("trattoria") == {"margherita"}
    with pytest.raises(Invalid, match="sold out"):
        await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    await services.sync.push("trattoria", [availability(True, 1)], actor="device:e")
    await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")


async def test_a_closed_restaurant_takes_no_order(services: Services, clock: MovableClock) -> None:
    """Who orders by phone hears when it opens; who called before the end may finish."""
    file = business_file()
    hours = [{"opens": "10:00", "closes": "12:00"}]
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    file["business"] |= {"timezone": "UTC", "hours": dict.fromkeys(days, hours)}
    await services.businesses.load(file)
    noon = clock.now().replace(hour=12, minute=0, second=0) + timedelta(days=1)
    clock.ahead_s = (noon - clock.now()).total_seconds() + (LATE_MIN - 1) * 60
    await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    with pytest.raises(Conflict, match="closed"):
        await services.orders.place("trattoria", draft(), channel=Channel.ONLINE, actor="web")
    clock.ahead_s += 120
    with pytest.raises(Conflict, match=r"Trattoria is closed now\. It opens tomorrow at 10:00\."):
        await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
