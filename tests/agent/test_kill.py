"""kill -9 of the agent at each step of placing, over a real PostgreSQL: never two orders for one
yes, and never an order lost that the caller was told of."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from agent.orders import CloudOrders, load_house
from agent.switchboard import Switchboard
from cloud.services import Services, Settings
from domain.clock import SystemClock
from domain.codec import encode
from domain.ids import UuidV7
from tests.support.menus import TRATTORIA
from tests.support.postgres import fresh_database

ROOT = Path(__file__).parents[2]
PHONE = "+4930123456"
ORDER = "two margheritas and a coke for Maria, pick-up"
READY_S = 40.0  # hang guards: two seconds are usual on an idle machine
ANSWER_S = 20.0


async def _seed(url: str) -> None:
    async with Services.open(Settings(database_url=url)) as services:
        await services.businesses.load(
            {
                "business_id": "trattoria",
                "business": {"name": "Trattoria", "timezone": "Europe/Berlin"},
                "menu": encode(TRATTORIA),
            }
        )


class Agent:
    """`panbot agent console --jsonl`, as a process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def tell(self, **line: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"call": "c1", **line}).encode() + b"\n")
        await self.process.stdin.drain()

    async def answer(self) -> dict[str, Any] | None:
        """The next line; None where the process is gone."""
        assert self.process.stdout is not None
        async with asyncio.timeout(ANSWER_S):
            line = await self.process.stdout.readline()
        answer: dict[str, Any] | None = json.loads(line) if line else None
        return answer

    async def say(self, words: str) -> str:
        await self.tell(say=words)
        answer = await self.answer()
        assert answer is not None
        reply: str = answer["reply"]
        return reply

    async def kill(self) -> dict[str, Any] | None:
        """kill -9; the last thing that it still had said, or None."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        return await self.answer()


@asynccontextmanager
async def an_agent(url: str) -> AsyncIterator[Agent]:
    """An agent with a call from `PHONE`, greeted."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "panbot.py"),
        *("agent", "console", "--business", "trattoria", "--jsonl"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PANBOT_DATABASE_URL": url},
    )
    agent = Agent(process)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(READY_S):
            assert json.loads(await process.stdout.readline()) == {"ready": True}
        await agent.tell(start={"from": PHONE})
        assert await agent.answer() is not None
        yield agent
    finally:
        await agent.kill()


class NextCall:
    """The same caller again, answered by an agent in this process over the same database."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def say(self, words: str) -> str:
        return (await self._board.say("c2", words)).reply


@asynccontextmanager
async def the_next_call(url: str) -> AsyncIterator[NextCall]:
    clock = SystemClock()
    async with Services.open(Settings(database_url=url)) as services:
        service = CloudOrders(services, "trattoria")
        board = Switchboard(service, await load_house(service), clock, UuidV7(clock))
        await board.start("c2", PHONE)
        yield NextCall(board)
        await board.close()


async def orders(database: asyncpg.Connection[Any]) -> list[dict[str, Any]]:
    rows = await database.fetch(
        "SELECT data FROM records WHERE collection = 'order' AND NOT deleted"
    )
    return [json.loads(row["data"]) for row in rows]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Looks again and again, without a pause worth the name: the moment must not be missed."""
    deadline = time.monotonic() + ANSWER_S
    while not await true():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.0005)


# --- the moments: each kills the agent and gives what it still said ------------------------------

Moment = Callable[[Agent, "asyncpg.Connection[Any]"], Awaitable[dict[str, Any] | None]]


async def before_the_yes(agent: Agent, database: asyncpg.Connection[Any]) -> dict[str, Any] | None:
    return await agent.kill()


async def with_the_yes(agent: Agent, database: asyncpg.Connection[Any]) -> dict[str, Any] | None:
    """The word is in its pipe, and it has done nothing about it."""
    await agent.tell(say="yes")
    return await agent.kill()


async def inside_place(agent: Agent, database: asyncpg.Connection[Any]) -> dict[str, Any] | None:
    """Its transaction has begun and waits for another's lock on the business."""
    async with database.transaction():
        await database.execute("SELECT 1 FROM businesses WHERE id = 'trattoria' FOR UPDATE")
        await agent.tell(say="yes")

        async def waits() -> bool:
            return bool(
                await database.fetchval(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM"
                    " pg_stat_activity WHERE datname = current_database())"
                )
            )

        await until(waits)
        return await agent.kill()


async def once_committed(agent: Agent, database: asyncpg.Connection[Any]) -> dict[str, Any] | None:
    """The order stands, and the caller may or may not have heard of it."""
    await agent.tell(say="yes")

    async def stands() -> bool:
        return bool(await orders(database))

    await until(stands)
    return await agent.kill()


async def after_the_answer(
    agent: Agent, database: asyncpg.Connection[Any]
) -> dict[str, Any] | None:
    await agent.tell(say="yes")
    told = await agent.answer()
    await agent.kill()
    return told


MOMENTS = [before_the_yes, with_the_yes, inside_place, once_committed, after_the_answer]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda m: m.__name__)
async def test_killed_while_placing(moment: Moment) -> None:
    """The caller calls again, asks for the order, and orders again only where there is none: then
    exactly one order stands, and it is the one that was told of, where one was."""
    async with fresh_database(_seed) as url:
        database = await asyncpg.connect(url)
        try:
            async with an_agent(url) as agent:
                assert "Shall I place it?" in await agent.say(ORDER)
                told = await moment(agent, database)
            standing = await orders(database)
            assert len(standing) <= 1
            if told is not None and told.get("placed"):
                assert [o["id"] for o in standing] == [told["placed"]["order_id"]]
            if moment in (once_committed, after_the_answer):
                assert len(standing) == 1
            async with the_next_call(url) as caller:
                known = await caller.say("hi, when will my order be ready?")
                assert ("Your order P-1" in known) == bool(standing)
                again = await caller.say(ORDER)
                # A second one is only ever placed by a second yes, to a read-back that says so.
                assert ("You already have order P-1" in again) == bool(standing)
                if not standing:
                    assert "order number is P-1" in await caller.say("yes")
            (order,) = await orders(database)
            assert [(o["item_id"], o["qty"]) for o in order["lines"]] == [
                ("margherita", 2),
                ("coke", 1),
            ]
        finally:
            await database.close()


async def test_killed_while_changing() -> None:
    """A change that was made unheard is not made twice when the caller calls again."""
    async with fresh_database(_seed) as url:
        database = await asyncpg.connect(url)
        try:
            async with the_next_call(url) as caller:
                await caller.say(ORDER)
                await caller.say("yes")
            async with an_agent(url) as agent:
                said = await agent.say("I just ordered, can you make the coke two")
                assert "two Cokes" in said
                await agent.tell(say="yes")

                async def changed() -> bool:
                    return any(o["revision"] == 2 for o in await orders(database))

                await until(changed)
                await agent.kill()
            async with the_next_call(url) as caller:
                await caller.say("I ordered an hour ago, the coke should be two")
                await caller.say("yes")
            (order,) = await orders(database)
            assert [(o["item_id"], o["qty"]) for o in order["lines"]] == [
                ("margherita", 2),
                ("coke", 2),
            ]
            assert order["revision"] == 2
        finally:
            await database.close()
