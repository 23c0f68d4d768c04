"""Talking to the agent by text: a person in a terminal, or a program that sends JSON lines."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec

from agent.switchboard import Reply, Switchboard
from domain.errors import Malformed, PanBotError

__all__ = ["Incoming", "chat", "lines_of", "serve_lines", "stop_on_signals"]

MAX_LINE = 65_536  # bytes of one line on standard input; an utterance is a thousandth of it
MAX_WAITING = 500  # turns being answered at a time; beyond it, reading waits
TERMINAL = "terminal"  # the name of the one call in a terminal

Write = Callable[[str], None]


class Started(msgspec.Struct, frozen=True):
    """`from` is the caller's number."""

    number: str = msgspec.field(name="from", default="")


class Incoming(msgspec.Struct, frozen=True):
    """One line in: exactly one of `start`, `say` and `hang_up`."""

    call: str
    start: Started | None = None
    say: str | None = None
    hang_up: bool = False


async def serve_lines(
    board: Switchboard, lines: AsyncIterator[bytes], write: Write, stop: asyncio.Event
) -> None:
    """Answers each line as soon as its answer is ready, calls side by side, a call's own turns in
    order. Ends at the end of `lines` or when `stop` is set; turns under way are finished."""
    write('{"ready": true}')
    last: dict[str, asyncio.Task[None]] = {}  # of each call, the turn that the next waits for
    waiting: set[asyncio.Task[None]] = set()
    async for line in _until(lines, stop):
        while len(waiting) >= MAX_WAITING:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not line.strip():
            continue
        try:
            incoming = _decoded(line)
        except Malformed as refusal:
            write(_json({"call": "", "error": refusal.detail}))
            continue
        task = asyncio.create_task(_answer(board, incoming, write, last.get(incoming.call)))
        last[incoming.call] = task
        waiting.add(task)
        task.add_done_callback(waiting.discard)
        last = {name: turn for name, turn in last.items() if not turn.done()}
    if waiting:
        await asyncio.wait(waiting)
    await board.close()


async def _answer(
    board: Switchboard, incoming: Incoming, write: Write, before: asyncio.Task[None] | None
) -> None:
    if before is not None:
        await asyncio.wait([before])
    try:
        reply = await _act(board, incoming)
    except PanBotError as refusal:
        write(_json({"call": incoming.call, "error": refusal.detail}))
    except Exception as error:  # one call's trouble must not end the others'
        write(_json({"call": incoming.call, "error": f"{type(error).__name__}: {error}"}))
    else:
        write(_json(reply))


def _decoded(line: bytes) -> Incoming:
    if len(line) > MAX_LINE:
        raise Malformed(f"A line has at most {MAX_LINE} bytes.")
    try:
        incoming = msgspec.json.decode(line, type=Incoming)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"Not a line of this protocol: {error}") from error
    if (incoming.start is not None) + (incoming.say is not None) + incoming.hang_up != 1:
        raise Malformed("A line has exactly one of start, say and hang_up.")
    return incoming


async def _act(board: Switchboard, incoming: Incoming) -> Reply:
    if incoming.start is not None:
        return await board.start(incoming.call, incoming.start.number)
    if incoming.say is not None:
        return await board.say(incoming.call, incoming.say)
    await board.hang_up(incoming.call)
    return Reply(incoming.call, "", ended=True)


async def chat(
    board: Switchboard,
    lines: AsyncIterator[bytes],
    write: Write,
    stop: asyncio.Event,
    *,
    shown: Callable[[], str] = lambda: "",
) -> None:
    """One call in a terminal, until goodbye. `shown` is printed after an order is placed."""
    write((await board.start(TERMINAL)).reply)
    async for line in _until(lines, stop):
        reply = await board.say(TERMINAL, line.decode(errors="replace"))
        write(reply.reply)
        if reply.placed is not None and shown():
            write(shown())
        if reply.ended:
            break
    await board.close()


async def lines_of(descriptor: int) -> AsyncIterator[bytes]:
    """The lines of a pipe, a terminal or a file.

    A thread reads: not every kind can be polled. It reads the bare descriptor, since a thread that
    waits inside `sys.stdin` makes the interpreter abort at its end.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def post(item: bytes | None) -> None:
        try:
            loop.call_soon_threadsafe(queue.put_nowait, item)
        except RuntimeError:  # the loop is closed: nobody listens any more
            return

    threading.Thread(target=_read, args=(descriptor, post), daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line


def _read(descriptor: int, post: Callable[[bytes | None], None]) -> None:
    held = b""
    while True:
        try:
            piece = os.read(descriptor, MAX_LINE)
        except OSError:
            piece = b""
        if not piece:
            break
        *whole, held = (held + piece).split(b"\n")
        for line in whole:
            post(line)
        held = held[: MAX_LINE + 1]  # an endless line is refused, not kept
    if held:
        post(held)
    post(None)


async def _until(lines: AsyncIterator[bytes], stop: asyncio.Event) -> AsyncIterator[bytes]:
    """`lines`, ending early when `stop` is set."""
    stopping = asyncio.create_task(stop.wait())
    try:
        while True:
            reading: asyncio.Task[bytes | None] = asyncio.create_task(_next(lines))
            await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                reading.cancel()
                return
            line = reading.result()
            if line is None:
                return
            yield line
    finally:
        stopping.cancel()


async def _next(lines: AsyncIterator[bytes]) -> bytes | None:
    return await anext(lines, None)


def stop_on_signals() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
