"""What the telephone's tests share: one LiveKit server, and a restaurant whose orders come out on
paper."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from cloud.app import create_app
from cloud.services import Services, Settings
from demo.printers import EscPosPrinter
from domain.clock import SystemClock
from domain.ids import UuidV7
from edge.app import running
from tests.support.cloud import SECRET, business_file, two_businesses
from tests.support.edge import settings
from tests.support.livekit import LiveKit, livekit_server
from tests.support.postgres import fresh_database
from tests.support.restaurant import BUSINESS, Restaurant
from web.server import run

TEST_S = 180.0  # a hang guard for one test: its calls take a minute at most


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first that wants the server has it built, where this machine has none yet: that has a
    limit of its own, and is not counted here."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(TEST_S, func_only=True))


@pytest.fixture(scope="session")
def livekit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    with livekit_server(tmp_path_factory.mktemp("livekit")) as server:
        yield server


@pytest.fixture
async def restaurant() -> AsyncIterator[Restaurant]:
    """The trattoria in the cloud alone: its number is +4930111, the bistro's is +4930222."""
    async with (
        fresh_database(two_businesses) as url,
        Services.open(Settings(database_url=url)) as services,
    ):
        yield Restaurant(url, services)


@pytest.fixture
async def kitchen(restaurant: Restaurant, tmp_path: Path) -> AsyncIterator[EscPosPrinter]:
    """The trattoria's edge with the one printer of the kitchen."""
    clock = SystemClock()
    printer = EscPosPrinter(clock)
    await printer.start()
    printers = {
        "printers": [{"id": "kitchen", "name": "Kitchen", "uri": printer.uri}],
        "routing": [{"station": "kitchen", "printer_ids": ["kitchen"]}],
    }
    await restaurant.services.businesses.load(business_file(BUSINESS) | printers)
    stop = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    app = create_app(restaurant.services, secret=SECRET)
    serving = asyncio.create_task(run(app, "127.0.0.1", 0, stop=stop, on_ready=ready.set_result))
    parts = running(settings(tmp_path / "edge"), clock, UuidV7(clock), stop=asyncio.Event())
    try:
        async with parts as edge:
            code = await restaurant.services.devices.pairing_code(BUSINESS)
            await edge.syncing.pair(code.code, f"http://127.0.0.1:{await ready}")
            yield printer
    finally:
        stop.set()
        await serving
        await printer.stop()
