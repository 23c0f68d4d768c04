"""The link to the cloud with everything real: PostgreSQL, the cloud's HTTP service, and a realtime
host that reads the outbox. Once with Centrifugo's engine, once with Centrifugo.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from cloud.app import create_app
from cloud.services import Services, Settings
from domain.clock import SystemClock
from domain.events import Event
from domain.ids import UuidV7
from domain.order import Channel
from edge.cloud_link import CloudLink, Push
from sync.pull import Puller
from sync.push import Pusher
from tests.support.cloud import SECRET, draft, two_businesses
from tests.support.engine import BUILD_S, HOSTS, Host, realtime_host
from tests.support.engine import SECRET as REALTIME_SECRET
from tests.support.postgres import fresh_database
from tests.support.sync_fakes import MemoryStore
from web.server import run

pytestmark = pytest.mark.timeout(BUILD_S + 60)  # the first test may have to build the engine

SOON_S = 5.0  # the promise: an order is here by then, whatever was lost
HANG_S = 30.0


# What a test does to the outbox, behind the back of both programs.
LOSE_EVENTS = "CREATE RULE lost AS ON INSERT TO centrifugo_outbox DO INSTEAD NOTHING"
EVENTS_TWICE = """
    CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO centrifugo_outbox (method, payload, partition)
        VALUES (NEW.method, NEW.payload - 'idempotency_key', NEW.partition);
        RETURN NULL;
    END $$;
    CREATE TRIGGER again AFTER INSERT ON centrifugo_outbox
        FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION again()"""


class NotingPuller(Puller):
    """Keeps which orders were hinted at by an event."""

    def __init__(self, *ports: Any, **rest: Any) -> None:
        super().__init__(*ports, **rest)
        self.pushed_orders: list[str] = []

    def hint(self, event: Event | None) -> None:
        if event is not None and event.collection == "order":
            self.pushed_orders.append(event.key)
        super().hint(event)


class Place:
    """A cloud, a realtime host, and one edge that is paired with the trattoria."""

    def __init__(
        self,
        services: Services,
        database_url: str,
        host: Host,
        store: MemoryStore,
        link: CloudLink,
        puller: NotingPuller,
    ) -> None:
        self.services = services
        self.host = host
        self.store = store
        self.link = link
        self.puller = puller
        self._database_url = database_url

    async def sql(self, statements: str) -> None:
        connection = await asyncpg.connect(self._database_url)
        await connection.execute(statements)
        await connection.close()

    async def order(self, order_id: str) -> None:
        """A caller orders: one transaction in the cloud."""
        await self.services.orders.place(
            "trattoria",
            draft(id=order_id),
            channel=Channel.PHONE,
            idempotency_key=order_id,
            actor="agent",
        )

    async def arrived(self, *order_ids: str, within_s: float = HANG_S) -> None:
        """Waits until each order is in the edge's store, and was applied once."""
        await _until(lambda: set(order_ids) <= set(self.orders), within_s)
        assert sorted(self.orders) == sorted(set(self.orders)), "an order was applied twice"

    @property
    def orders(self) -> list[str]:
        return [c.key for c in self.store.applied if c.collection == "order"]

    async def push_is(self, push: Push) -> None:
        await _until(lambda: self.link.state().push is push, HANG_S)


async def _until(true: Callable[[], bool], within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - what is waited for tells nobody when it changes
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _served(services: Services, stop: asyncio.Event) -> AsyncIterator[str]:
    """The cloud's HTTP service on a port of its own."""
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    app = create_app(services, secret=SECRET)
    serving = asyncio.create_task(
        run(app, "127.0.0.1", 0, stop=stop, on_ready=lambda port: ready.set_result(port))
    )
    try:
        yield f"http://127.0.0.1:{await ready}"
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def _running(*loops: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def _place(kind: str, *, token_secret: str = REALTIME_SECRET) -> AsyncIterator[Place]:
    clock = SystemClock()
    stop = asyncio.Event()
    async with (
        fresh_database(two_businesses) as url,
        realtime_host(kind, url) as host,
        Services.open(
            Settings(database_url=url, centrifugo_url=host.url, centrifugo_secret=token_secret),
            stop=stop,
        ) as services,
        _served(services, stop) as address,
    ):
        code = await services.devices.pairing_code("trattoria")
        paired = await services.devices.pair(code.code, "kitchen")
        store = MemoryStore(clock)
        link = CloudLink(
            address, paired.device_id, paired.device_secret, clock, jitter=random.random
        )
        puller = NotingPuller(store, link, clock, jitter=random.random)
        async with _running(link.run(puller), puller.run()):
            yield Place(services, url, host, store, link, puller)
        await link.close()


@pytest.fixture(params=[pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in HOSTS])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """A place whose WebSocket stands and whose first sync is done."""
    async with _place(request.param) as made:
        await made.push_is(Push.CENTRIFUGO)
        yield made


async def test_an_order_arrives_by_push(place: Place) -> None:
    """A commit in the cloud reaches the edge's store, orders in their order, each once."""
    orders = [f"o{n}" for n in range(10)]
    for one in orders:
        await place.order(one)
    await place.arrived(*orders, within_s=SOON_S)
    assert place.orders == orders
    await _until(lambda: place.puller.pushed_orders == orders, SOON_S)


async def test_events_that_come_twice(place: Place) -> None:
    """Published again, as the outbox may after a crash, an order is applied once."""
    await place.sql(EVENTS_TWICE)
    for one in ("o1", "o2"):
        await place.order(one)
        await place.arrived(one, within_s=SOON_S)
    await _until(lambda: sorted(place.puller.pushed_orders) == ["o1", "o1", "o2", "o2"], SOON_S)
    assert place.orders == ["o1", "o2"]


async def test_events_that_are_lost(place: Place) -> None:
    """An order whose event never left is here in seconds all the same."""
    await place.sql(LOSE_EVENTS)
    await place.order("o1")
    await place.arrived("o1", within_s=SOON_S)
    assert place.puller.pushed_orders == []
    assert place.link.state().push is Push.CENTRIFUGO


async def test_an_edit_goes_up_and_its_echo_changes_nothing(place: Place) -> None:
    """What a terminal edits is in the cloud after a push; the event of it is known already."""
    clock = SystemClock()
    pusher = Pusher(place.store, place.link, clock, UuidV7(clock), jitter=random.random)
    await _until(lambda: ("menu", "main") in place.store.records, SOON_S)
    place.store.edit("availability", "water", {"item_id": "water", "available": False})
    assert await pusher.flush() == 1
    assert await place.services.menus.sold_out("trattoria") == {"water"}
    await place.order("o1")
    await place.arrived("o1", within_s=SOON_S)
    assert "availability" not in {change.collection for change in place.store.applied}
    assert (place.store.rows, place.store.conflicts) == ({}, [])


async def test_a_socket_that_is_half_open(place: Place) -> None:
    """The host stands still and no connection breaks: the feed is read by itself."""
    place.host.freeze()
    await place.order("o1")
    await place.arrived("o1", within_s=SOON_S)
    place.host.thaw()
    await place.order("o2")
    await place.arrived("o1", "o2", within_s=SOON_S)


async def test_the_host_is_killed(place: Place) -> None:
    """Without it the feed is long-polled, at once; with it back, push is back by itself."""
    await place.host.kill()
    await place.order("o1")
    await place.arrived("o1", within_s=SOON_S)
    await place.push_is(Push.LONG_POLL)
    await place.host.start()
    await place.push_is(Push.CENTRIFUGO)
    await place.order("o2")
    await place.arrived("o1", "o2", within_s=SOON_S)


async def test_a_reconnect_misses_nothing(place: Place) -> None:
    """Orders placed while the host restarted are all here, each once."""
    await place.host.kill()
    for n in range(5):
        await place.order(f"o{n}")
    await place.host.start()
    await place.order("o5")
    await place.arrived(*(f"o{n}" for n in range(6)), within_s=SOON_S)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in HOSTS]
)
async def test_a_forged_token_is_refused(kind: str) -> None:
    """A token signed with another secret opens no socket, and orders come by long poll."""
    async with _place(kind, token_secret="x" * 32) as place:
        await place.push_is(Push.LONG_POLL)
        await place.order("o1")
        await place.arrived("o1", within_s=SOON_S)
        assert place.link.state().push is Push.LONG_POLL
