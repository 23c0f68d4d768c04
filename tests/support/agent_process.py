"""`panbot agent start` in a process of its own, without a key for any model."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.livekit import KEY, SECRET, LiveKit

__all__ = ["agent_process"]

READY_S = 60.0  # a hang guard: it loads for some seconds


@asynccontextmanager
async def agent_process(
    server: LiveKit, database_url: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Ready for calls; told to stop at the end, where it still runs, and waited for."""
    settings = {
        "PANBOT_DATABASE_URL": database_url,
        "PANBOT_LIVEKIT_URL": server.url,
        "PANBOT_LIVEKIT_API_KEY": KEY,
        "PANBOT_LIVEKIT_API_SECRET": SECRET,
        "PANBOT_AGENT_PORT": "0",
    }
    kept = {name: v for name, v in os.environ.items() if not name.startswith("PANBOT_")}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "panbot", "agent", "start"),
        env=kept | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert child.stdout is not None, "it was started with a pipe"
        async with asyncio.timeout(READY_S):
            said = await child.stdout.readline()
        assert b"ready for calls" in said, "the agent ended before it was ready"
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()
