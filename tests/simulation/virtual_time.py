"""Time that jumps, and programs that die at any await.

`VirtualLoop` is asyncio's own loop without a selector: where nothing is left to do it moves its
clock to the next timer. `Process` is one life of a program: every task that was started inside it
dies with it. All chance comes from `chance()`, a stream of its own for each thread of work, so
that what one of them draws changes nothing for the others.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

__all__ = ["START", "Process", "SimClock", "Stuck", "VirtualLoop", "beside", "chance", "pause"]

START = datetime(2026, 11, 22, 17, tzinfo=UTC)
TURNS_MOST = 1_000_000  # of the loop in one run; a usual one takes some 20,000

T = TypeVar("T")

_process: contextvars.ContextVar[Process | None] = contextvars.ContextVar("process", default=None)
_stream: contextvars.ContextVar[Random] = contextvars.ContextVar("stream")


class Stuck(RuntimeError):
    """The simulated programs wait for nothing, or never stop turning."""


class VirtualLoop(asyncio.BaseEventLoop):
    """A loop that does no input or output and never waits. Threads' work is done on the spot."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self
        self._passed = 0.0
        self._turns = 0
        self.set_task_factory(_tagged)

    def time(self) -> float:
        return self._passed

    def select(self, timeout: float | None) -> list[Any]:
        """What the base class asks of a selector: here, the only place where time passes."""
        self._turns += 1
        if timeout is None or self._turns > TURNS_MOST:
            raise Stuck("nothing will happen any more" if timeout is None else "it turns for ever")
        self._passed += timeout
        return []

    def cancel_all(self) -> None:
        """Ends every task, as far as it lets itself be ended."""
        self._turns = 0
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        if tasks:
            self.run_until_complete(asyncio.wait(tasks, timeout=1.0))

    def run_in_executor(
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps in a system call, so nobody has to be woken."""


class Process:
    """One life of a program. `name` is for the trace."""

    def __init__(self, name: str, stream: Random) -> None:
        self.name = name
        self.alive = True
        self._stream = stream
        self._tasks: dict[asyncio.Task[Any], None] = {}  # in the order in which they began

    def spawn(self, work: Coroutine[Any, Any, T], stream: Random | None = None) -> asyncio.Task[T]:
        """Runs `work` inside this process."""
        return _start(work, self, stream or self._stream)

    def crash(self) -> None:
        """Ends every task where it stands. What still runs on the way out reaches nothing: each
        port begins with `pause`, which lets no dead process through."""
        self.alive = False
        for task in list(self._tasks):
            task.cancel()

    def own(self, task: asyncio.Task[Any]) -> None:
        self._tasks[task] = None
        task.add_done_callback(self._tasks.pop)


class SimClock:
    """A `domain.clock.Clock`: steady, but for the wall clock, which may be set."""

    def __init__(self) -> None:
        self.off_by = timedelta()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic()) + self.off_by

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def beside(work: Coroutine[Any, Any, T], stream: Random) -> asyncio.Task[T]:
    """Runs `work` outside any process: a person, the network."""
    return _start(work, None, stream)


def chance() -> Random:
    """The stream of whoever runs now."""
    return _stream.get()


async def pause(least_s: float, most_s: float) -> None:
    """Lets a random time pass. In a process that is dead, nothing comes after it."""
    process = _process.get()
    if process is not None and not process.alive:
        raise asyncio.CancelledError
    await asyncio.sleep(chance().uniform(least_s, most_s))


def _start(
    work: Coroutine[Any, Any, T], process: Process | None, stream: Random
) -> asyncio.Task[T]:
    context = contextvars.Context()
    context.run(_process.set, process)
    context.run(_stream.set, stream)
    return context.run(asyncio.get_running_loop().create_task, work)


def _tagged(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
    process = _process.get()
    if process is not None:
        process.own(task)
        if not process.alive:
            task.cancel()
    return task
