"""The demo's line to the agent: JSON lines to and from `panbot agent console --jsonl`.

One process answers many calls at a time; within a call, an answer belongs to the oldest question.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import Any

import msgspec

from demo.children import Child
from domain.clock import Clock
from domain.errors import Unavailable

__all__ = ["Answer", "Exchange", "Line", "NoAnswer", "PlacedOrder"]

ANSWER_S = 20.0  # an answer takes some 20 ms; a caller would have hung up long before
CALLER = "+493023125999"  # the number that our calls come from; no real phone has it


class NoAnswer(Unavailable):
    """The agent said nothing in time, or is gone."""


class PlacedOrder(msgspec.Struct, frozen=True):
    """`place_ms` is how long the cloud took, in the agent's own measure."""

    order_id: str
    number: str
    place_ms: float


class Answer(msgspec.Struct, frozen=True):
    """What the agent says to one sentence. `placed` only in the answer that placed the order."""

    call: str
    reply: str = ""
    placed: PlacedOrder | None = None
    ended: bool = False


class _Written(Answer, frozen=True):
    """A line of the agent's: an answer, or `error` in its place, or that it is `ready`."""

    call: str = ""
    ready: bool = False
    error: str = ""


class Exchange(msgspec.Struct, frozen=True):
    """What the caller said and what came back. Times are seconds since 1970."""

    words: str
    heard_at: float
    answered_at: float
    answer: Answer

    @property
    def took_ms(self) -> float:
        return (self.answered_at - self.heard_at) * 1000


class Line:
    """Talks to a running agent. `listen` must be running for anything to be answered; `ready` is
    set once the agent is up."""

    def __init__(self, agent: Child, clock: Clock) -> None:
        self._agent = agent
        self._clock = clock
        self.ready = asyncio.Event()
        self._asked: defaultdict[str, deque[asyncio.Future[Answer]]] = defaultdict(deque)

    async def start(self, call: str) -> Exchange:
        """A call comes in; the answer is the greeting."""
        return await self._exchange(call, "", {"start": {"from": CALLER}})

    async def say(self, call: str, text: str) -> Exchange:
        return await self._exchange(call, text, {"say": text})

    async def hang_up(self, call: str) -> None:
        """Ends the call; there is no answer to that."""
        await self._write(call, {"hang_up": True})

    async def listen(self) -> None:
        """Reads answers until the agent ends; then every open question fails with `NoAnswer`."""
        assert self._agent.process.stdout is not None
        async for line in self._agent.process.stdout:
            written = msgspec.json.decode(line, type=_Written)
            if written.ready:
                self.ready.set()
            else:
                self._answered(written)
        self.close()

    def close(self) -> None:
        """Every open question fails with `NoAnswer`."""
        for waiting in self._asked.values():
            for asked in waiting:
                if not asked.done():
                    asked.set_exception(NoAnswer("The agent is gone."))

    async def _exchange(self, call: str, words: str, message: dict[str, Any]) -> Exchange:
        heard_at = self._clock.now().timestamp()
        answer = await self._ask(call, message)
        return Exchange(words, heard_at, self._clock.now().timestamp(), answer)

    async def _ask(self, call: str, message: dict[str, Any]) -> Answer:
        asked: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[call].append(asked)
        await self._write(call, message)
        try:
            async with asyncio.timeout(ANSWER_S):
                return await asked
        except TimeoutError as error:
            raise NoAnswer(f"The agent said nothing for {ANSWER_S:g} s.") from error

    async def _write(self, call: str, message: dict[str, Any]) -> None:
        assert self._agent.process.stdin is not None
        try:
            self._agent.process.stdin.write(msgspec.json.encode({"call": call, **message}) + b"\n")
            await self._agent.process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise NoAnswer("The agent is gone.") from error

    def _answered(self, written: _Written) -> None:
        waiting = self._asked[written.call]
        asked = waiting.popleft() if waiting else None
        if not waiting:
            del self._asked[written.call]
        if asked is None or asked.done():
            return  # it came too late
        if written.error:
            asked.set_exception(NoAnswer(f"The agent could not answer: {written.error}"))
        else:
            asked.set_result(written)
