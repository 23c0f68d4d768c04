"""Memory that nobody uses any more goes back to the machine.

Python returns what it no longer needs to the C library, which keeps it for next time: of a turn
that was recognised ten megabytes, and for each thread that ever carried a call a heap of its own.
Where there is another C library than glibc these do nothing.
"""

from __future__ import annotations

import contextlib
import ctypes

__all__ = ["few_heaps", "give_back"]

HEAPS = 2  # for all threads; glibc would make eight for each core
_M_ARENA_MAX = -8  # what <malloc.h> calls it


def few_heaps() -> None:
    """To be called before there are threads. A few of them seldom wait for each other: whoever
    holds Python's one lock is alone with it anyway."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)


def give_back() -> None:
    """To be called when something large is over. It takes about a millisecond."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
