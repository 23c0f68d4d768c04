"""What the demo's page shows: things by topic and id, and whoever watches them change."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Any

import msgspec

__all__ = [
    "Board",
    "Call",
    "Door",
    "Journey",
    "Link",
    "Paper",
    "Part",
    "PrinterView",
    "Step",
    "StepState",
    "Turn",
]

KEPT = 60  # of each topic; the page shows the newest, and a demo may run for days
BEHIND = 500  # messages that a watcher may be behind; then it is cut off and begins anew


class Part(msgspec.Struct, frozen=True):
    """A running part. `state` is `up`, `waiting` or `down`."""

    id: str
    name: str
    state: str
    detail: str
    url: str = ""


class Link(msgspec.Struct, frozen=True):
    name: str
    url: str


class Door(msgspec.Struct, frozen=True):
    """Where a visitor gets in, and by which sign-in."""

    id: str
    name: str
    links: tuple[Link, ...]
    sign_in: str


class PrinterView(msgspec.Struct, frozen=True):
    """A virtual printer: is its cable in, has it paper?"""

    id: str
    name: str
    kind: str
    cable: bool = True
    paper: bool = True


class Turn(msgspec.Struct, frozen=True):
    """`ms`: how long the agent took to say it. `placed`: the number of the order it placed."""

    who: str
    text: str
    ms: float | None = None
    placed: str = ""


class Call(msgspec.Struct, frozen=True):
    """`by` is `demo` for the opening order. `started_at` is seconds since 1970."""

    id: str
    by: str
    started_at: float
    turns: tuple[Turn, ...] = ()
    thinking: bool = False
    ended: bool = False


class StepState(StrEnum):
    WAITING = "waiting"
    NOW = "now"
    DONE = "done"
    HELD = "held"


class Step(msgspec.Struct, frozen=True):
    """`ms` since the caller's last word; None while it has not happened."""

    name: str
    state: StepState
    ms: float | None = None
    detail: str = ""


class Journey(msgspec.Struct, frozen=True):
    """One order's way. `total_ms` once the last paper is out."""

    id: str
    number: str
    steps: tuple[Step, ...]
    total_ms: float | None = None


class Paper(msgspec.Struct, frozen=True):
    """A sheet: `image` is the address of its picture, `width` and `height` its pixels."""

    id: str
    printer: str
    text: str
    image: str
    width: int
    height: int


_TOPICS: dict[type, str] = {
    Part: "part",
    Door: "door",
    PrinterView: "printer",
    Call: "call",
    Journey: "journey",
    Paper: "paper",
}

Shown = Part | Door | PrinterView | Call | Journey | Paper


class Board:
    """The present, by topic and id. Each change replaces one thing and is told to all watchers."""

    def __init__(self, restaurant: str) -> None:
        self._restaurant = restaurant
        self._shown: dict[str, dict[str, Shown]] = {topic: {} for topic in _TOPICS.values()}
        self._watchers: set[asyncio.Queue[tuple[str, Any]]] = set()
        self._closed = False

    def show(self, thing: Shown) -> None:
        topic = _TOPICS[type(thing)]
        shown = self._shown[topic]
        shown[thing.id] = thing
        if len(shown) > KEPT:
            del shown[next(iter(shown))]
        for watcher in tuple(self._watchers):
            try:
                watcher.put_nowait((topic, thing))
            except asyncio.QueueFull:
                self._watchers.discard(watcher)

    def printer(self, printer_id: str) -> PrinterView:
        shown = self._shown["printer"][printer_id]
        assert isinstance(shown, PrinterView)
        return shown

    def snapshot(self) -> dict[str, Any]:
        """Everything: `{restaurant}` and a list for each topic: `part`, `door`, `printer`, `call`,
        `journey`, `paper`."""
        return {
            "restaurant": self._restaurant,
            **{topic: list(shown.values()) for topic, shown in self._shown.items()},
        }

    def close(self) -> None:
        """Ends every watch, and each that has yet to begin."""
        self._closed = True
        for watcher in tuple(self._watchers):
            self._watchers.discard(watcher)
            with contextlib.suppress(asyncio.QueueFull):
                watcher.put_nowait(("ping", None))

    async def watch(self, quiet_s: float) -> AsyncIterator[tuple[str, Any]]:
        """`("snapshot", …)`, then each change as `(topic, thing)`; `("ping", None)` after every
        `quiet_s` of silence. Ends for a watcher that fell too far behind."""
        queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue(BEHIND)
        if not self._closed:  # a page that asked just before; it is told the present, and let go
            self._watchers.add(queue)
        try:
            yield "snapshot", self.snapshot()
            while queue in self._watchers or not queue.empty():
                try:
                    async with asyncio.timeout(quiet_s):
                        message = await queue.get()
                except TimeoutError:
                    message = ("ping", None)
                yield message
        finally:
            self._watchers.discard(queue)
