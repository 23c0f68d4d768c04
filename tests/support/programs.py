"""The real programs as processes that a test starts, kills and starts again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg

from tests.support.postgres import embedded

__all__ = ["PostgresProcess", "Program", "panbot"]

START_S = 30.0  # a hang guard: a second is usual
LOOK_S = 0.02
_ROOT = Path(__file__).parents[2]


def panbot(*words: str) -> list[str]:
    return [sys.executable, "-m", "panbot", *words]


class Program:
    """One program that says on a line of its own where it answers. What it logs goes to `log`."""

    def __init__(self, command: Sequence[str], settings: Mapping[str, str], log: Path) -> None:
        self._command = command
        ours = {name: v for name, v in os.environ.items() if not name.startswith("PANBOT_")}
        self._environment = ours | dict(settings)
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    @property
    def logged(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Returns when it answers."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                cwd=_ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_S):
            while line := await self._process.stdout.readline():
                self.url = line.decode().strip()
                if self.url.startswith("http://"):
                    return
        raise AssertionError(f"it ended before it was ready: {self.logged[-2000:]}")

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends `how` and waits; returns the exit status."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        async with asyncio.timeout(START_S):
            return await self._process.wait()

    async def kill(self) -> None:
        """As a power cut; harmless where it has ended already or was never started."""
        if self._process is not None:
            await self.end(signal.SIGKILL)


class PostgresProcess:
    """A PostgreSQL of the test's own, which can be killed without warning."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._user: str | None = None
        self._program = Path()
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        self.socket = folder / ".s.PGSQL.5432"

    async def make(self) -> None:
        """Makes the folder a data directory."""
        made = await asyncio.to_thread(embedded, self._folder)
        self._program, self._user = made.bin_path / "postgres", made.system_user

    async def start(self) -> None:
        """Returns when it answers. Backends of a server that was killed may hold the memory for a
        moment longer, and a new one is refused until they have gone: it is started again."""
        async with asyncio.timeout(START_S):
            while True:
                if self._process is None or self._process.returncode is not None:
                    await self._spawn()
                try:
                    connection = await asyncpg.connect(self.url, timeout=START_S)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await asyncio.sleep(LOOK_S)
                else:
                    await connection.close()
                    return

    async def _spawn(self) -> None:
        # A kill -9 takes nothing from the machine: what was written to the kernel is there still.
        with (self._folder / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(str(self._program), "-D", str(self._folder), "-k", str(self._folder)),
                *("-h", "", "-c", "fsync=off"),
                user=self._user,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGQUIT)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        async with asyncio.timeout(START_S):
            await self._process.wait()
