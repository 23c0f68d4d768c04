"""What the agent asks of the restaurant's services besides placing, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent.orders import CloudOrders
from agent.todays import AS_PLACED
from cloud.services import Services, Settings
from domain.call import CallOutcome, CallRecord, Said, Speaker
from domain.errors import Conflict, Invalid, Unavailable, VersionMismatch
from domain.message import MAX_TEXT, Message, MessageKind
from domain.order import Channel, Customer, Order, Status
from domain.ordering import DraftLine, Edit, LineAmendment
from sync.wire import Collection, PushItem
from tests.support.cloud import draft, two_businesses
from tests.support.postgres import fresh_database

PHONE = "+49301234"
AT = "2026-11-28T19:00:00.000Z"


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    async with (
        fresh_database(two_businesses) as url,
        Services.open(Settings(database_url=url)) as services,
    ):
        yield services


@pytest.fixture
def agent(services: Services) -> CloudOrders:
    return CloudOrders(services, "trattoria")


async def placed(services: Services, phone: str = PHONE) -> Order:
    wanted = draft("water", customer=Customer(name="Maria", phone=phone))
    stands = await services.orders.place("trattoria", wanted, channel=Channel.ONLINE, actor="web")
    return stands.order


async def test_the_agent_knows_the_caller(services: Services, agent: CloudOrders) -> None:
    """The last orders as orders, today's with the version that a change of them is based on."""
    order = await placed(services, "030 1234")
    assert await agent.history(PHONE) == (order,)
    assert await agent.todays(PHONE) == ((order, AS_PLACED),)
    assert await agent.history("") == ()
    assert await agent.history("+49305678") == ()


async def test_an_order_that_cannot_be_read_hangs_up_on_nobody(
    services: Services, agent: CloudOrders
) -> None:
    """One that a newer program wrote is left out, and the others are there."""
    order = await placed(services)
    connection = services._pool
    await placed(services)
    await connection.execute(
        """UPDATE records SET data = jsonb_set(data, '{channel}', '"hologram"')
           WHERE collection = 'order' AND key <> $1""",
        order.id,
    )
    assert await agent.history(PHONE) == (order,)


async def test_a_change_goes_to_the_kitchen_as_the_agents(
    services: Services, agent: CloudOrders
) -> None:
    """The next revision of the order, in the feed that the edge prints from."""
    await placed(services)
    (standing,) = await agent.todays(PHONE)
    more = LineAmendment(line_id=standing.order.lines[0].id, qty=3)
    changed = await agent.change(standing, Edit(amend=(more,)))
    assert (changed.version, changed.order.revision) == (2, 2)
    assert changed.order.totals.gross == 750
    newest = (await services.feed.changes("trattoria", 0)).changes[-1]
    assert (newest.key, newest.by, newest.data["lines"][0]["qty"]) == (changed.order.id, "agent", 3)
    cancelled = await agent.change(changed, Edit(status=Status.CANCELLED))
    assert cancelled.order.status is Status.CANCELLED
    assert await agent.todays(PHONE) == ()


async def test_a_change_overwrites_nobody(services: Services, agent: CloudOrders) -> None:
    """The kitchen was faster: the caller's change is refused with the order as it stands. What
    cannot be is refused in words."""
    await placed(services)
    (seen,) = await agent.todays(PHONE)
    await services.orders.edit(
        "trattoria", seen.order.id, Edit(status=Status.READY), base_version=1, actor="device:e"
    )
    with pytest.raises(VersionMismatch) as refused:
        await agent.change(seen, Edit(status=Status.CANCELLED))
    assert refused.value.current is not None
    assert refused.value.current["status"] == "ready"
    (seen,) = await agent.todays(PHONE)
    with pytest.raises(Invalid, match="unicorn"):
        await agent.change(seen, Edit(add=(DraftLine("unicorn"),)))
    done = await agent.change(seen, Edit(status=Status.COMPLETED))
    with pytest.raises(Conflict, match="completed"):
        await agent.change(done, Edit(status=Status.CANCELLED))


async def test_a_message_is_left_once(services: Services, agent: CloudOrders) -> None:
    """It is in the feed of the edge; a retry adds none, and does not undo that somebody has seen
    to it. A very long one is cut, not lost."""
    message = Message("m1", MessageKind.MESSAGE, AT, PHONE, "Maria", "x" * (MAX_TEXT + 1))
    await agent.leave_message(message)
    await agent.leave_message(message)
    (there,) = [
        change
        for change in (await services.feed.changes("trattoria", 0)).changes
        if change.collection == Collection.MESSAGE
    ]
    assert (there.key, there.version, there.by) == ("m1", 1, "agent")
    assert there.data["text"] == "x" * MAX_TEXT
    seen_to = there.data | {"handled": {"by": "anna", "at": AT}}
    item = PushItem("op", Collection.MESSAGE, "m1", 1, seen_to)
    await services.sync.push("trattoria", [item], actor="device:e")
    await agent.leave_message(message)
    (stands,) = await services.messages.list("trattoria")
    assert stands.data["handled"] == {"by": "anna", "at": AT}
    assert await services.messages.list("bistro") == []


async def test_a_call_is_recorded_and_then_known_better(
    services: Services, agent: CloudOrders
) -> None:
    """What is known at the end replaces what was known before; there is one call."""
    began = CallRecord("c1", AT, AT, CallOutcome.NOTHING, PHONE)
    ended = CallRecord(
        "c1", AT, AT, CallOutcome.ORDERED, PHONE, transcript=(Said(0, Speaker.AGENT, "Ciao"),)
    )
    await agent.record(began)
    await agent.record(ended)
    await agent.record(ended)
    page = await services.calls.list("trattoria")
    assert [(call.id, call.record["outcome"]) for call in page.calls] == [("c1", "ordered")]
    kept = await services.calls.get("trattoria", "c1")
    assert kept.record["transcript"] == [
        {"at_ms": 0, "speaker": "agent", "text": "Ciao", "cut": False}
    ]


async def test_a_cloud_that_is_away_is_said_to_be(services: Services, agent: CloudOrders) -> None:
    """Each of them says `Unavailable`, in time."""
    order = await placed(services)
    (standing,) = await agent.todays(PHONE)
    await services._pool.close()
    for asked in (
        agent.history(PHONE),
        agent.todays(PHONE),
        agent.change(standing, Edit(status=Status.READY)),
        agent.leave_message(Message("m1", MessageKind.MISSED_CALL, AT)),
        agent.record(CallRecord("c1", AT, AT, CallOutcome.FAILED, order_id=order.id)),
    ):
        with pytest.raises(Unavailable):
            await asked
