"""From a call to `GET calls`: the record through the real services on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.after_call import AfterCall
from agent.orders import CloudOrders, load_house
from agent.spool import Spool
from agent.switchboard import Switchboard
from cloud.services import Services, Settings
from domain.call import CallOutcome
from domain.clock import SystemClock
from domain.codec import decode, encode
from domain.ids import UuidV7
from tests.support.menus import TRATTORIA
from tests.support.postgres import fresh_database

CLOCK = SystemClock()


async def _seed(url: str) -> None:
    async with Services.open(Settings(database_url=url)) as services:
        await services.businesses.load(
            {
                "business_id": "trattoria",
                "business": {"name": "Trattoria", "timezone": "Europe/Berlin"},
                "menu": encode(TRATTORIA),
            }
        )


@pytest.fixture
async def database_url() -> AsyncIterator[str]:
    async with fresh_database(_seed) as url:
        yield url


async def _board(services: Services, spool: Spool) -> Switchboard:
    orders = CloudOrders(services, "trattoria")
    after = AfterCall("trattoria", orders, CLOCK, spool=spool)
    return Switchboard(orders, await load_house(orders), CLOCK, UuidV7(CLOCK), after)


def _waiting(folder: Path) -> int:
    return len(list(folder.iterdir()))


async def test_the_owner_finds_the_call(database_url: str, tmp_path: Path) -> None:
    """What was said and what came of it, with the order that stands."""
    spool = Spool(tmp_path, CLOCK)
    async with Services.open(Settings(database_url=database_url)) as services:
        board = await _board(services, spool)
        await board.start("a", "+491701234567")
        await board.say("a", "two margheritas for Maria, pick-up")
        placed = (await board.say("a", "yes")).placed
        await board.close()
        (row,) = (await services.calls.list("trattoria")).calls
        stored = (await services.calls.get("trattoria", row.id)).record
    assert placed is not None
    assert (stored["outcome"], stored["order_id"]) == ("ordered", placed.order_id)
    assert (stored["caller"], stored["engine"]) == ("+491701234567", "rules")
    assert stored["quality"]["score"] == 100
    assert [said["text"] for said in stored["transcript"] if said["speaker"] == "caller"] == [
        "two margheritas for Maria, pick-up",
        "yes",
    ]
    assert _waiting(tmp_path) == 0


async def test_a_database_that_goes_in_mid_call(database_url: str, tmp_path: Path) -> None:
    """The record waits here, and is in the cloud once the agent has started again."""
    spool = Spool(tmp_path, CLOCK)
    async with Services.open(Settings(database_url=database_url)) as services:
        board = await _board(services, spool)
        await board.say("a", "a coke")
    await board.hang_up("a")
    await board.close()
    assert _waiting(tmp_path) == 1
    async with Services.open(Settings(database_url=database_url)) as services:
        after = AfterCall("trattoria", CloudOrders(services, "trattoria"), CLOCK, spool=spool)
        assert await after.send_waiting() == 1
        (row,) = (await services.calls.list("trattoria")).calls
        record = (await services.calls.get("trattoria", row.id)).record
    assert decode(record["outcome"], CallOutcome) is CallOutcome.ABANDONED
    assert _waiting(tmp_path) == 0
