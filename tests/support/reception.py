"""A worker that takes calls from a real LiveKit server, in threads of the test's own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from livekit.agents import JobExecutorType

from agent.engines import Engines
from agent.settings import WorkerSettings
from agent.worker import make_server
from cloud.services import Settings
from tests.support.livekit import KEY, SECRET, LiveKit

__all__ = ["reception"]

REGISTER_S = 20.0  # a hang guard: half a second is usual
CALLS_END_S = 15  # a call that the test has ended is put on record and gone


@asynccontextmanager
async def reception(server: LiveKit, database_url: str, engines: Engines) -> AsyncIterator[None]:
    """The agent `phone-order`, registered and warm, until the block ends."""
    settings = WorkerSettings(
        livekit_url=server.url,
        livekit_key=KEY,
        livekit_secret=SECRET,
        cloud=Settings(database_url=database_url),
        port=0,
    )
    worker = make_server(settings, engines, executor=JobExecutorType.THREAD)
    registered = asyncio.Event()
    worker.on("worker_registered", lambda *_: registered.set())
    running = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(REGISTER_S):
            await asyncio.wait(
                {running, asyncio.ensure_future(registered.wait())},
                return_when=asyncio.FIRST_COMPLETED,
            )
        if running.done():
            await running
        yield
    finally:
        await worker.drain(timeout=CALLS_END_S)
        await worker.aclose()
        await running
