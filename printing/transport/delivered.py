"""What passes between a transport and whoever has it print."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from domain.printer import PrinterStatus
from printing.queue import Delivery

__all__ = ["Delivered", "Go", "at_once"]

Go = Callable[[], Awaitable[None]]  # returns once the ticket may leave; raises where it may not


async def at_once() -> None:
    """A `Go` that waits for nothing."""


class Delivered(msgspec.Struct, frozen=True):
    """One try: what became of the job, how the printer is, and what was learnt of it: whether it
    answers fences, and whether it says how it is (None: still unknown, or does not apply).
    `certificate` is the SHA-256 of the one that an `ipps://` printer showed, in hex, empty where
    none was seen."""

    delivery: Delivery
    status: PrinterStatus
    fence: bool | None = None
    talks: bool | None = None
    certificate: str = ""
