"""Knocking at doors: which addresses accept a connection. Nothing is sent: some printers print
whatever they receive on port 9100."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

import msgspec

from domain.clock import Clock

__all__ = ["DEFAULT_PACE", "RAW_PORT", "Door", "Pace", "is_open", "knock"]

RAW_PORT = 9100  # where receipt printers take ESC/POS


class Door(NamedTuple):
    """An IPv4 address and a port."""

    address: str
    port: int


class Pace(msgspec.Struct, frozen=True):
    """How hard a network is searched. A /24 takes 5 s, the widest one 20 s."""

    at_once: int = 32  # connections; the neighbour table of a small computer holds some hundred
    rest_s: float = 0.1  # after each, for each of those: 320 a second at the most
    connect_s: float = 0.5  # a printer answers in milliseconds, one on a poor Wi-Fi in 200
    longest_s: float = 60.0  # whatever the network does


DEFAULT_PACE = Pace()


async def is_open(door: Door, timeout_s: float = DEFAULT_PACE.connect_s) -> bool:
    """True where something accepts a connection. It is closed at once."""
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(*door)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def knock(
    doors: Iterable[Door],
    heard: Callable[[Door, bool], None],
    clock: Clock,
    *,
    answers: Callable[[Door], Awaitable[bool]] = is_open,
    pace: Pace = DEFAULT_PACE,
) -> None:
    """Tries each of `doors` with `answers` and tells `heard` at once. Ends after `pace.longest_s`,
    however many are left."""
    left = iter(doors)

    async def go_round() -> None:
        for door in left:  # shared by all that go round
            heard(door, await answers(door))
            await clock.sleep(pace.rest_s)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(pace.longest_s), asyncio.TaskGroup() as group:
            for _ in range(pace.at_once):
                group.create_task(go_round())
