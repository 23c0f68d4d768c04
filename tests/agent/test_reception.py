"""Who calls is found out by their number, in bounded time, and never at the price of the call."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from agent import reception
from agent.orders import OfflineOrders, Standing, load_house
from agent.reception import take_call
from agent.switchboard import Switchboard
from domain.errors import NotFound, Unavailable
from domain.ids import UuidV7
from domain.order import Order
from tests.support.conversation import BUSINESS, Caller, StillClock, a_call, offline
from tests.support.menus import TRATTORIA

PHONE = "+4930123456"


async def _known() -> OfflineOrders:
    service = offline(TRATTORIA)
    caller = Caller(TRATTORIA, service=service, call=a_call(TRATTORIA, service, phone=PHONE))
    await caller.say("a coke for Maria, delivery to 5 Baker Street", "yes")
    assert caller.call.placed is not None
    return service


async def test_a_known_number() -> None:
    """Name, last order and today's are the call's."""
    service = await _known()
    clock = StillClock()
    call = await take_call("call-2", service, clock, UuidV7(clock), phone=PHONE)
    assert call.guest.name == "Maria"
    assert call.guest.last is not None
    assert [o.number for o in call.guest.todays] == ["P-1"]
    assert call.cart.customer.phone == PHONE


@pytest.mark.parametrize("phone", ["", "+4930000000"])
async def test_a_number_that_nobody_knows(phone: str) -> None:
    """Another's orders are never a caller's, and least of all those of all who withhold theirs."""
    service = await _known()
    clock = StillClock()
    call = await take_call("call-2", service, clock, UuidV7(clock), phone=phone)
    assert (call.guest.name, call.guest.orders, call.guest.todays) == ("", (), ())


class Trouble(OfflineOrders):
    """Cannot say who calls."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__(TRATTORIA, BUSINESS, StillClock())
        self.error = error

    async def history(self, phone: str) -> tuple[Order, ...]:
        return await self._none()

    async def todays(self, phone: str) -> tuple[Standing, ...]:
        return await self._none()

    async def _none(self) -> Any:
        if self.error is None:
            await asyncio.Event().wait()
        assert self.error is not None
        raise self.error


@pytest.mark.parametrize("error", [Unavailable("away"), RuntimeError("broken"), None])
async def test_who_calls_never_stops_a_call(
    error: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails, it breaks, it hangs: the call is taken in time, as a stranger's."""
    monkeypatch.setattr(reception, "KNOWN_S", 0.1)
    clock = StillClock()
    began = time.monotonic()
    call = await take_call("c", Trouble(error), clock, UuidV7(clock), phone=PHONE)
    assert time.monotonic() - began < 5
    assert call.guest.name == ""
    assert call.cart.customer.phone == PHONE


async def test_a_restaurant_that_cannot_be_asked_is_said() -> None:
    """Without a menu there is no call."""

    class Nowhere(OfflineOrders):
        async def menu(self) -> Any:
            raise NotFound("There is no business 'x'.")

    clock = StillClock()
    with pytest.raises(NotFound):
        await take_call("c", Nowhere(TRATTORIA, BUSINESS, clock), clock, UuidV7(clock))


async def test_the_switchboard_knows_who_calls() -> None:
    """By the number that the call is started with; a missed call is told when it is hung up."""
    service = await _known()
    clock = StillClock()
    board = Switchboard(service, await load_house(service), clock, UuidV7(clock))
    await board.start("c1", PHONE)
    reply = await board.say("c1", "I ordered a minute ago, make the coke two")
    assert "order P-1 is then two Cokes" in reply.reply
    await board.start("c2", PHONE)
    assert "for Maria" in (await board.say("c2", "the usual please")).reply
    await board.hang_up("c2")
    await board.hang_up("c2")
    (note,) = service.messages.values()
    assert note.lines[0] == "one Coke"
    await board.close()
    assert len(service.messages) == 2
