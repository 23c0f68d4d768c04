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

import psutil
from livekit.agents import Agent, AgentSession, llm

from bench.figure import Figure, percentile
from bench.stack import migrate
from cloud.services import Services, Settings
from demo.children import Child, panbot, stop_all
from demo.line import Exchange, Line
from demo.restaurant import read_restaurant
from domain.clock import SystemClock

CALLS = 10  # at a time
ROUNDS = 5
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
    turns, places, processor_ms = await _calls(folder, database_url)
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
        Figure("a turn by text, processor time", processor_ms, "ms"),
    ]


async def _calls(folder: Path, database_url: str) -> tuple[list[float], list[float], float]:
    """Milliseconds of each turn, of each `place_order`, and of the agent's processor for a turn.
    Every call ends in its order and is recorded, or this raises."""
    restaurant, file = read_restaurant()
    await migrate(database_url)
    settings = Settings(database_url=database_url)
    async with Services.open(settings) as services, AsyncExitStack() as stack:
        await services.businesses.load({**file, "printers": []})
        agent, line = await stack.enter_async_context(
            _line(folder, database_url, restaurant.business_id)
        )
        for n in range(WARM_UP):
            await _round(line, f"warm-up-{n}")
        before_s = _processor_s(agent)
        said = [exchange for n in range(ROUNDS) for exchange in await _round(line, str(n))]
        processor_ms = (_processor_s(agent) - before_s) * 1000 / len(said)
        placed = [e.answer.placed for e in said if e.answer.placed is not None]
        if len(placed) != ROUNDS * CALLS:
            raise RuntimeError(f"every call must end in an order: {len(placed)} did")
        await _recorded(services, restaurant.business_id)
    turns = [exchange.took_ms for exchange in said]
    return turns, [order.place_ms for order in placed], processor_ms


def _processor_s(agent: Child) -> float:
    times = psutil.Process(agent.process.pid).cpu_times()
    return float(times.user + times.system)


async def _round(line: Line, name: str) -> list[Exchange]:
    """Ten calls from the greeting to the goodbye, in step."""
    names = [f"{name}-{n}" for n in range(CALLS)]
    await asyncio.gather(*(line.start(name) for name in names))
    said: list[Exchange] = []
    for words in SAYS:
        said += await asyncio.gather(*(line.say(name, words) for name in names))
    return said


async def _recorded(services: Services, business_id: str) -> None:
    """Waits until every call's record is there: it is written after the last answer."""
    for _ in range(round(RECORDED_S / LOOK_S)):
        if len((await services.calls.list(business_id)).calls) == (WARM_UP + ROUNDS) * CALLS:
            return
        await asyncio.sleep(LOOK_S)
    raise RuntimeError("every call must be recorded")


@asynccontextmanager
async def _line(
    folder: Path, database_url: str, business_id: str
) -> AsyncIterator[tuple[Child, Line]]:
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
        yield agent, line
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
        for _ in range(WARM_UP + ROUNDS):
            took += await asyncio.gather(*(_asked(session) for session in sessions))
        return took[WARM_UP * CALLS :]
    finally:
        for session in sessions:
            await session.aclose()


async def _asked(session: AgentSession[Any]) -> float:
    began = time.perf_counter()
    await session.generate_reply(user_input="Hello?")
    return (time.perf_counter() - began) * 1000
