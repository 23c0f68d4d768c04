"""A caller is known by their number, however it was written down, and by one restaurant only."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from cloud.db.pool import connect
from cloud.db.records import open_orders_of_phone, orders_of_phone
from cloud.services import Services
from cloud.services.customers import HISTORY
from cloud.services.orders import MAX_OPEN
from domain.codec import encode
from domain.order import Channel, Customer, Order, Status
from domain.ordering import Edit
from sync.wire import Outcome, PushItem
from tests.support.cloud import MovableClock, draft
from tests.support.trattoria import an_order

PHONE = "+49301234"


async def ordered(
    services: Services,
    phone: str,
    business_id: str = "trattoria",
    channel: Channel = Channel.PHONE,
) -> Order:
    wanted = draft("water", customer=Customer(name="Maria", phone=phone))
    placed = await services.orders.place(business_id, wanted, channel=channel, actor="test")
    return placed.order


async def history(services: Services, phone: str, business_id: str = "trattoria") -> list[str]:
    return [one.key for one in await services.customers.history(business_id, phone)]


async def todays(services: Services, phone: str, business_id: str = "trattoria") -> list[str]:
    return [one.key for one in await services.orders.todays(business_id, phone)]


@pytest.mark.parametrize(
    "written", ["+49 30 1234", "0049 30 1234", "030 1234", "(030) 12-34", "+49 (0)30 1234"]
)
async def test_a_number_is_found_however_it_was_written(services: Services, written: str) -> None:
    """What the web sends and what a telephone shows are one customer, and what they wrote stays
    as they wrote it."""
    order = await ordered(services, written, channel=Channel.ONLINE)
    assert order.customer.phone == written
    assert await history(services, PHONE) == [order.id]
    assert await todays(services, PHONE) == [order.id]
    assert await history(services, "030 1234") == [order.id]


async def test_a_terminals_order_is_found_too(services: Services) -> None:
    """An order that an edge pushed counts as any other, and under its new number once changed."""
    data = encode(an_order()) | {"customer": {"name": "Jo", "phone": "030 1234"}}
    item = PushItem("op-1", "order", data["id"], 0, data)
    pushed = await services.sync.push("trattoria", [item], actor="device:e")
    assert pushed.verdicts[0].outcome is Outcome.APPLIED
    assert await history(services, PHONE) == [data["id"]]
    data["customer"]["phone"] = "030 5678"
    item = PushItem("op-2", "order", data["id"], 1, data)
    await services.sync.push("trattoria", [item], actor="device:e")
    assert await history(services, PHONE) == []
    assert await history(services, "+49305678") == [data["id"]]


async def test_the_last_orders_come_first_and_only_a_handful(
    services: Services, clock: MovableClock
) -> None:
    """A regular's hundredth order does not make the call longer."""
    placed = []
    for _ in range(HISTORY + 2):
        clock.ahead_s += 3600
        placed.append((await ordered(services, PHONE)).id)
    assert await history(services, PHONE) == placed[::-1][:HISTORY]


async def test_a_cancelled_order_is_no_history(services: Services) -> None:
    """Nobody wants the usual of an order that was called off; a completed one is the usual, and
    nothing to change any more."""
    cancelled, completed = [await ordered(services, PHONE) for _ in range(2)]
    for order, status in ((cancelled, Status.CANCELLED), (completed, Status.COMPLETED)):
        edit = Edit(status=status)
        await services.orders.edit("trattoria", order.id, edit, base_version=1, actor="user:m")
    assert await history(services, PHONE) == [completed.id]
    assert await todays(services, PHONE) == []


async def test_yesterdays_order_is_not_todays(services: Services, clock: MovableClock) -> None:
    """It is history, but nobody can change it by telephone."""
    order = await ordered(services, PHONE)
    clock.ahead_s = timedelta(days=1).total_seconds()
    assert await todays(services, PHONE) == []
    assert await history(services, PHONE) == [order.id]


@pytest.mark.parametrize("nobody", ["", "anonymous", "Restricted", "0", "+"])
async def test_a_withheld_number_is_nobodys(services: Services, nobody: str) -> None:
    """Who shows no number sees no orders, those without a number least of all."""
    await ordered(services, nobody)
    assert await history(services, nobody) == []
    assert await todays(services, nobody) == []


async def test_two_restaurants_do_not_share_a_customer(services: Services) -> None:
    """The same number at the bistro is a stranger there."""
    await ordered(services, PHONE)
    assert await history(services, PHONE, "bistro") == []
    assert await todays(services, PHONE, "bistro") == []
    theirs = await ordered(services, PHONE, "bistro")
    assert await history(services, PHONE, "bistro") == [theirs.id]
    assert theirs.id not in await history(services, PHONE)


async def test_a_call_reads_a_handful_of_rows(url: str, services: Services) -> None:
    """Among 50,000 orders, 5,000 of them the caller's own, the last five cost five rows and the
    day's one costs one."""
    order = await ordered(services, PHONE)
    connection = await connect(url)
    await connection.execute(
        """INSERT INTO records (business_id, collection, key, version, data, seq, updated_at,
                                updated_by, phone)
           SELECT 'trattoria', 'order', 'old-' || n, 1,
             jsonb_build_object('status', 'completed', 'business_day',
               ('2020-01-01'::date + n / 30)::text, 'placed_at', lpad(n::text, 6, '0')),
             1000 + n, now(), 'test', '+4930' || CASE WHEN n % 10 = 0 THEN 1234 ELSE n + 90000 END
           FROM generate_series(1, 50000) AS n"""
    )
    await connection.execute("ANALYZE records")
    reader: Any = _Explaining(connection)
    await orders_of_phone(reader, "trattoria", PHONE, HISTORY)
    await open_orders_of_phone(reader, "trattoria", PHONE, order.business_day, MAX_OPEN)
    await connection.close()
    assert reader.read == [HISTORY, 1]


class _Explaining:
    """A connection whose questions are answered with nothing, but counted."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.read: list[int] = []  # rows that each question took out of the table

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        (row,) = await self._connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *values)
        self.read.append(_rows(json.loads(row[0])[0]["Plan"]))
        return []


def _rows(plan: dict[str, Any]) -> int:
    """The rows that the scans below `plan` looked at, those they threw away included."""
    below = sum(_rows(part) for part in plan.get("Plans", ()))
    if "Scan" not in plan["Node Type"]:
        return below
    return below + int(plan["Actual Rows"]) + int(plan.get("Rows Removed by Filter", 0))
