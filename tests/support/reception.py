"""A worker that takes calls from a real LiveKit server, in threads of the test's own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.engines import Engines
from agent.settings import WorkerSettings
from agent.worker import make_server, serve
from cloud.services import Settings
from tests.support.livekit import KEY, SECRET, LiveKit

__all__ = ["reception"]

REGISTER_S = 20.0  # a hang guard: half a second is usual
CALLS_END_S = 20.0  # a hang guard: a call that the test has ended is put on record and gone


@asynccontextmanager
async def reception(
    server: LiveKit, database_url: str, engines: Engines, *, calls: int = 4
) -> AsyncIterator[None]:
    """The agent `phone-order`, registered and warm, until the block ends. It takes `calls` at a
    time."""
    settings = WorkerSettings(
        livekit_url=server.url,
        livekit_key=KEY,
        livekit_secret=SECRET,
        cloud=Settings(database_url=database_url),
        port=0,
        calls=calls,
    )
    worker = make_server(settings, engines)
    registered, stop = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(worker, stop, registered.set))
    waiting = asyncio.create_task(registered.wait())
    try:
        async with asyncio.timeout(REGISTER_S):
            await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        yield
    finally:
        waiting.cancel()
        stop.set()
        async with asyncio.timeout(CALLS_END_S):
            await serving
