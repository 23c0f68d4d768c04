"""How often a wrong PIN may be tried. A PIN has four digits; patience must cost more than that."""

from __future__ import annotations

from collections import deque

from domain.clock import Clock
from domain.errors import TooMany

__all__ = ["Attempts"]

WINDOW_S = 60.0
PER_ADDRESS = 5  # a waiter who mistypes does not reach this
IN_ALL = 30  # many addresses are one visitor's laptop; a full team signing in is fewer mistakes


class Attempts:
    """Counts failures within the last `WINDOW_S`, by address and in all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: deque[tuple[float, str]] = deque(maxlen=IN_ALL)

    def check(self, address: str) -> None:
        """Raises `TooMany` where `address`, or everyone together, has failed too often."""
        oldest = self._clock.monotonic() - WINDOW_S
        recent = [who for at, who in self._failures if at > oldest]
        if recent.count(address) >= PER_ADDRESS or len(recent) >= IN_ALL:
            raise TooMany(f"Too many wrong PINs; wait {WINDOW_S:g} seconds.")

    def failed(self, address: str) -> None:
        self._failures.append((self._clock.monotonic(), address))
