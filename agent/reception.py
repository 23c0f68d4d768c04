"""Taking a call: what the restaurant sells now, and who is calling, asked for at the same time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from agent.call import Call
from agent.house import House
from agent.orders import OrderService, load_house
from domain.clock import Clock
from domain.ids import Ids

__all__ = ["take_call"]

KNOWN_S = 1.5  # for who calls; the greeting does not wait longer for what it can do without

T = TypeVar("T")

_log = logging.getLogger(__name__)


async def take_call(
    call_id: str,
    service: OrderService,
    clock: Clock,
    ids: Ids,
    *,
    before: House | None = None,
    phone: str = "",
    line_transfers: bool = False,
) -> Call:
    """A call from `phone` (E.164; empty where it is withheld), with the caller's last orders and
    today's where they are known in time. `before` is what the restaurant sold when last asked.
    Raises `Unavailable` or `NotFound` where what it sells cannot be had; who calls stops nothing.
    """
    house, history, todays = await asyncio.gather(
        load_house(service, before),
        _in_time(service.history(phone), ()),
        _in_time(service.todays(phone), ()),
    )
    return Call(
        call_id,
        house,
        service,
        clock,
        ids,
        phone=phone,
        history=history,
        todays=todays,
        line_transfers=line_transfers,
    )


async def _in_time(asking: Coroutine[Any, Any, T], without: T) -> T:
    try:
        async with asyncio.timeout(KNOWN_S):
            return await asking
    except Exception as error:  # whatever it is: a caller who is not known is still a caller
        _log.warning("who is calling could not be found out: %s", error)
        return without
