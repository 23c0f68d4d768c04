"""Child processes: started, watched, and stopped within a bounded time.

Each has its own session, so that Ctrl-C in the terminal reaches the demo alone, which then stops
its children in order. Should the demo itself be killed, the kernel tells them to end.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

__all__ = ["GRACE_S", "CannotRun", "Child", "ChildDied", "panbot", "stop_all"]

GRACE_S = 1.0  # from SIGTERM to SIGKILL
LAST_LINES = 12  # of a log, shown when its child died
LINE_LIMIT = 1 << 20  # bytes of one line from a child; asyncio's default of 64 kB is less

_PR_SET_PDEATHSIG = 1  # prctl(2): the signal that a process gets when its parent ends
_libc = ctypes.CDLL(None)  # loaded here, since little is safe between fork and exec


class CannotRun(RuntimeError):
    """The demo cannot go on; the text says why."""


class ChildDied(CannotRun):
    """A child ended that should not have; the text says how, and the end of its log."""


def panbot(*words: str, python: str = sys.executable) -> tuple[str, ...]:
    """The command that runs one of our own programs, with this Python or another one."""
    return (python, "-m", "panbot", *words)


class Child:
    """One running program. Make one with `start`."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log
        self._stopping = False

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        talks: bool = False,
    ) -> Child:
        """Starts `command`. What it writes goes to `log`; with `talks` its input and output are
        pipes, and only its errors go there."""
        pipe = asyncio.subprocess.PIPE
        with log.open("ab", buffering=0) as errors:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=environment,
                stdin=pipe if talks else asyncio.subprocess.DEVNULL,
                stdout=pipe if talks else errors,
                stderr=errors,
                start_new_session=True,
                preexec_fn=_end_with_parent,
                limit=LINE_LIMIT,
            )
        return cls(name, process, log)

    @property
    def running(self) -> bool:
        return self.process.returncode is None

    async def died(self) -> ChildDied:
        """Waits until the child ends by itself, and says how. Never returns for one that we
        stopped."""
        status = await self.process.wait()
        if self._stopping:
            await asyncio.Event().wait()
        return ChildDied(f"{self.name} ended by itself ({_how(status)}).{self.last_words()}")

    def last_words(self) -> str:
        """The end of its log, to go on after a sentence."""
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return f" The end of {self.log}:\n" + "\n".join(f"  {line}" for line in lines)

    def ask_to_end(self) -> None:
        self._stopping = True
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()


async def stop_all(children: Iterable[Child], grace_s: float = GRACE_S) -> list[str]:
    """Ends `children` together: SIGTERM, then SIGKILL. Returns the names of those that were
    killed."""
    running = [child for child in children if child.running]
    for child in running:
        child.ask_to_end()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace_s):
            await asyncio.gather(*(child.process.wait() for child in running))
    killed = [child for child in running if child.running]
    for child in killed:
        child.kill()
    await asyncio.gather(*(child.process.wait() for child in killed))
    return [child.name for child in killed]


def _end_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _how(status: int) -> str:
    return f"by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
