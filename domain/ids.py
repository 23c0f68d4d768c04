"""Identifiers: UUID version 7 (RFC 9562), which sort by the time they were made.

Client and edge make their own, so a retry after a lost reply carries the same id.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

from domain.clock import Clock

__all__ = ["Ids", "UuidV7"]


_LOW_62 = (1 << 62) - 1


class Ids(Protocol):
    """Something that makes a fresh identifier."""

    def new(self) -> str: ...


class UuidV7:
    """UUIDv7 from a clock and a source of random bits (`random_bits(n)` → int of n bits)."""

    def __init__(self, clock: Clock, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._clock = clock
        self._random_bits = random_bits

    def new(self) -> str:
        unix_ms = int(self._clock.now().timestamp() * 1000) & ((1 << 48) - 1)
        bits = self._random_bits(74)  # asked for once: each question is a system call
        value = unix_ms << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & _LOW_62
        digits = f"{value:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
