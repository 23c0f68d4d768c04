"""Many text calls at a time, each in a LiveKit session of its own."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict

import msgspec

from agent.after_call import AfterCall, Followed
from agent.call import Call
from agent.house import House
from agent.notes import MAX_PHONE
from agent.orders import OrderService
from agent.reception import take_call
from agent.rules import greeting
from agent.rules_llm import RulesLLM
from agent.text_call import TextCall
from domain.clock import Clock
from domain.errors import Conflict, TooMany, Unavailable
from domain.ids import Ids

__all__ = ["MAX_CALLS", "PlacedOrder", "Reply", "Switchboard"]

MAX_CALLS = 200  # at a time in one process; a session takes about 1 MB
MAX_REMEMBERED = 1_000  # calls that have ended, so that a late word opens no second order


_log = logging.getLogger(__name__)


class PlacedOrder(msgspec.Struct, frozen=True):
    """`place_ms` is the time from the tool's start to the order's commit."""

    order_id: str
    number: str
    place_ms: float


class Reply(msgspec.Struct, frozen=True):
    """What is said back. `placed` is set in the one reply that follows the placing."""

    call: str
    reply: str
    placed: PlacedOrder | None = None
    ended: bool = False


class Switchboard:
    """The calls by the names that the other side gives them.

    Calls run side by side. The turns of one call are to be made one after the other, as people do.
    """

    def __init__(
        self,
        service: OrderService,
        house: House,
        clock: Clock,
        ids: Ids,
        after: AfterCall | None = None,
    ) -> None:
        self._after = after  # where there is one, calls are recorded once they have ended
        self._followed: dict[str, Followed] = {}
        self._ending: set[asyncio.Task[object]] = set()
        self._service = service
        self._house = house
        self._clock = clock
        self._ids = ids
        self._calls: dict[str, TextCall] = {}
        self._ended: OrderedDict[str, str] = OrderedDict()

    async def start(self, name: str, phone: str = "") -> Reply:
        """Opens a call and greets. Raises `Conflict` where it is open, `TooMany`, `Unavailable`."""
        if name in self._calls:
            raise Conflict(f"The call {name!r} is already open.")
        self._ended.pop(name, None)
        talking = await self._open(name, phone)
        words = greeting(talking.call.house)
        if name in self._followed:
            self._followed[name].log.said(words)
        return Reply(name, words)

    async def say(self, name: str, text: str) -> Reply:
        """The answer to `text`. A call that was not started is opened; an ended one stays ended."""
        if name in self._ended:
            return Reply(name, self._ended[name], ended=True)
        talking = self._calls.get(name) or await self._open(name)
        reply = await self._turn(name, talking, text)
        if reply.ended:
            self._remember(name, reply.reply)
            await self.hang_up(name)
        return reply

    async def hang_up(self, name: str) -> None:
        """Ends a call; the staff are told where it was missed."""
        talking = self._calls.pop(name, None)
        followed = self._followed.pop(name, None)
        try:
            if talking is not None:
                await talking.close()
                await _tell_the_staff(talking.call)
        finally:
            if followed is not None:  # nobody waits for the record
                ending: asyncio.Task[object] = asyncio.create_task(followed.end())
                self._ending.add(ending)
                ending.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """Ends every call, and waits until their records are written."""
        for name in list(self._calls):
            await self.hang_up(name)
        if self._ending:
            await asyncio.wait(self._ending)

    async def _open(self, name: str, phone: str = "") -> TextCall:
        if len(self._calls) >= MAX_CALLS:
            raise TooMany(f"{MAX_CALLS} calls are open already.")
        # The call's own id, not the name: a name may be used again, an order's key may not.
        call = await take_call(
            self._ids.new(),
            self._service,
            self._clock,
            self._ids,
            before=self._house,
            phone=phone[:MAX_PHONE],
        )
        self._house = call.house
        followed = self._after.begin(call) if self._after is not None else None
        self._calls[name] = await TextCall.open(call, RulesLLM(call), followed)
        if followed is not None:
            self._followed[name] = followed
        return self._calls[name]

    async def _turn(self, name: str, talking: TextCall, text: str) -> Reply:
        call = talking.call
        placed_before = call.placed is not None
        said = await talking.say(text)
        placed = None
        if call.placed is not None and not placed_before:
            placed = PlacedOrder(call.placed.id, call.placed.number, round(call.place_ms, 3))
        return Reply(name, said, placed, call.ended)

    def _remember(self, name: str, words: str) -> None:
        self._ended[name] = words
        while len(self._ended) > MAX_REMEMBERED:
            self._ended.popitem(last=False)


async def _tell_the_staff(call: Call) -> None:
    try:
        await call.hung_up()
    except Unavailable as error:
        _log.warning("the note of a missed call could not be left: %s", error)
