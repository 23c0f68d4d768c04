"""Ten callers by text at a time, who all say their next sentence at the same moment: the hardest
that ten callers can be. The program is `panbot agent console --jsonl` on a real PostgreSQL, with
the records of its calls; a turn is from the line written to the answer read.

The floor is LiveKit's own part: ten of its sessions, all asked at the same moment, over a model
that says one word and calls no tool.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from livekit.agents import Agent, AgentSession, llm

from bench.figure import Figure, percentile
from bench.stack import migrate
from cloud.services import Services, Settings
from demo.children import Child, panbot, stop_all
from demo.line import Exchange, Line
from demo.restaurant import read_restaurant
from domain.clock import SystemClock

CALLS = 10  # at a time
ROUNDS = 6
WARM_UP = 1  # rounds that are not counted: the first sentence loads what all later ones have
READY_S = 60.0
RECORDED_S = 10.0
LOOK_S = 0.1
SAYS = (
    "two margheritas, one without basil",
    "and a large coke",
    "do you have tiramisu?",
    "yes please",
    "make that two tiramisu",
    "no olives on anything, I'm allergic",
    "that's all",
    "Maria",
    "pick up",
    "yes",
)


async def run(folder: Path, database_url: str) -> list[Figure]:
    turns, places = await _calls(folder, database_url)
    floor = await _floor()
    return [
        Figure(
            f"{CALLS} callers at once by text, a turn, p50",
            percentile(turns, 50),
            "ms",
            percentile(floor, 50),
        ),
        Figure(
            f"{CALLS} callers at once by text, the slowest turn",
            max(turns),
            "ms",
            max(floor),
            "below 300",
        ),
        Figure(f"{CALLS} orders at once by text, placing, p50", percentile(places, 50), "ms"),
    ]


async def _calls(folder: Path, database_url: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each turn, and of each `place_order`; every call ends in its order and is
    recorded, or this raises."""
    restaurant, file = read_restaurant()
    await migrate(database_url)
    settings = Settings(database_url=database_url)
    async with Services.open(settings) as services, AsyncExitStack() as stack:
        await services.businesses.load({**file, "printers": []})
        line = await stack.enter_async_context(_line(folder, database_url, restaurant.business_id))
        said = [exchange for n in range(ROUNDS) for exchange in await _round(line, n)]
        counted = said[WARM_UP * CALLS * len(SAYS) :]
        placed = [e.answer.placed for e in counted if e.answer.placed is not None]
        if len(placed) != (ROUNDS - WARM_UP) * CALLS:
            raise RuntimeError(f"every call must end in an order: {len(placed)} did")
        await _recorded(services, restaurant.business_id)
    return [exchange.took_ms for exchange in counted], [order.place_ms for order in placed]


async def _round(line: Line, number: int) -> list[Exchange]:
    """Ten calls from the greeting to the goodbye, in step."""
    names = [f"{number}-{n}" for n in range(CALLS)]
    await asyncio.gather(*(line.start(name) for name in names))
    said: list[Exchange] = []
    for words in SAYS:
        said += await asyncio.gather(*(line.say(name, words) for name in names))
    return said


async def _recorded(services: Services, business_id: str) -> None:
    """Waits until every call's record is there: it is written after the last answer."""
    for _ in range(round(RECORDED_S / LOOK_S)):
        if len((await services.calls.list(business_id)).calls) == ROUNDS * CALLS:
            return
        await asyncio.sleep(LOOK_S)
    raise RuntimeError("every call must be recorded")


@asynccontextmanager
async def _line(folder: Path, database_url: str, business_id: str) -> AsyncIterator[Line]:
    environment = {
        **os.environ,
        "PANBOT_DATABASE_URL": database_url,
        "PANBOT_AGENT_BUSINESS": business_id,
        "PANBOT_CALL_SPOOL": str(folder / "calls"),
    }
    agent = await Child.start(
        "agent",
        panbot("agent", "console", "--jsonl"),
        environment=environment,
        log=folder / "agent.log",
        talks=True,
    )
    line = Line(agent, SystemClock())
    listening = asyncio.create_task(line.listen())
    try:
        async with asyncio.timeout(READY_S):
            await line.ready.wait()
        yield line
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await stop_all([agent])


# --- the floor ------------------------------------------------------------------------------------


class _OneWord(llm.LLM[Any]):
    def chat(self, *, chat_ctx: llm.ChatContext, **rest: Any) -> llm.LLMStream:
        return _Saying(self, chat_ctx=chat_ctx, tools=[], conn_options=rest["conn_options"])


class _Saying(llm.LLMStream):
    async def _run(self) -> None:
        delta = llm.ChoiceDelta(role="assistant", content="Yes.")
        self._event_ch.send_nowait(llm.ChatChunk(id="1", delta=delta))


async def _floor() -> list[float]:
    sessions = []
    for _ in range(CALLS):
        session: AgentSession[Any] = AgentSession(
            llm=_OneWord(), vad=None, turn_handling={"turn_detection": None}
        )
        await session.start(Agent(instructions="Say yes."))
        sessions.append(session)
    try:
        took: list[float] = []
        for _ in range(1 + ROUNDS):
            took += await asyncio.gather(*(_asked(session) for session in sessions))
        return took[CALLS:]
    finally:
        for session in sessions:
            await session.aclose()


async def _asked(session: AgentSession[Any]) -> float:
    began = time.perf_counter()
    await session.generate_reply(user_input="Hello?")
    return (time.perf_counter() - began) * 1000
