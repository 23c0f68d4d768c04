"""Time, handed in. The one home of the wall clock.

`Clock` is what every part takes; `SystemClock` is what the programs hand in, and a test or a
simulation hands in its own.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

__all__ = ["Clock", "SystemClock", "from_iso", "iso"]

# Python knows the years 1 to 9999. A time at the very edge of them can be neither seen from another
# zone nor added to, so the outermost two days are no times that anybody may name.
_EDGE = timedelta(days=2)
_FIRST = datetime.min.replace(tzinfo=UTC) + _EDGE
_LAST = datetime.max.replace(tzinfo=UTC) - _EDGE


class Clock(Protocol):
    """`now` is for people and records; `monotonic` (seconds) is for waiting and measuring."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@lru_cache(maxsize=64)  # one moment is written down several times: record, pending row, jobs
def iso(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: `2026-11-22T19:51:28.000Z`. Sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """The reverse of `iso`. Raises ValueError where `text` is no RFC 3339 time with a zone, or one
    that is too far off to be reckoned with."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    if not _FIRST <= at <= _LAST:
        raise ValueError(f"{text!r} is out of range")
    return at.astimezone(UTC)
