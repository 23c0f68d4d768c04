"""How often a wrong PIN may be tried. A PIN has four digits; patience must cost more than that."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.clock import Clock
from domain.errors import TooMany, Unauthenticated

__all__ = ["Attempts"]

WINDOW_S = 60.0
PER_ADDRESS = 5  # a waiter who mistypes does not reach this
IN_ALL = 30  # many addresses are one visitor's laptop; a full team signing in is fewer mistakes


class Attempts:
    """Counts failures within the last `WINDOW_S`, by address and in all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: deque[tuple[float, str]] = deque(maxlen=IN_ALL)
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def counted(self, address: str) -> AsyncIterator[None]:
        """Counts a refusal raised in the block. Raises `TooMany` where there were enough.

        One attempt at a time: a thousand that are sent at once would else all be looked at before
        the first of them is counted.
        """
        async with self._one_at_a_time:
            self._check(address)
            try:
                yield
            except Unauthenticated:
                self._failures.append((self._clock.monotonic(), address))
                raise

    def _check(self, address: str) -> None:
        """Raises `TooMany` where `address`, or everyone together, has failed too often."""
        oldest = self._clock.monotonic() - WINDOW_S
        recent = [who for at, who in self._failures if at > oldest]
        if recent.count(address) >= PER_ADDRESS or len(recent) >= IN_ALL:
            raise TooMany(f"Too many wrong PINs; wait {WINDOW_S:g} seconds.")
