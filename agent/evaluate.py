"""Scoring an engine on conversation suites: every dialogue is a call, in text, with a kitchen that
keeps its orders in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from livekit.agents import llm
from msgspec.structs import replace as change

from agent.call import Call
from agent.house import House
from agent.orders import OfflineOrders
from agent.rules import greeting
from agent.scoring import Outcome, Score, score
from agent.suite import Case
from agent.text_call import text_call
from domain.business import business_day, promised
from domain.clock import Clock, iso
from domain.ids import Ids

__all__ = ["Engine", "Houses", "a_call", "evaluate", "house_of", "played", "table"]

Engine = Callable[[Call], llm.LLM[Any]]
Houses = dict[tuple[str, tuple[str, ...]], House]  # by menu and what is sold out


async def evaluate(
    cases: Sequence[Case], name: str, engine: Engine, clock: Clock, ids: Ids, *, at_once: int = 1
) -> Score:
    """The score of `played`."""
    return score(name, await played(cases, engine, clock, ids, at_once=at_once))


async def played(
    cases: Sequence[Case], engine: Engine, clock: Clock, ids: Ids, *, at_once: int = 1
) -> list[tuple[Case, Outcome]]:
    """Plays every case with a model that `engine` makes for its call, `at_once` of them side by
    side: each with what came of it, in their order. Raises what the model raises."""
    houses: Houses = {}
    turns = asyncio.Semaphore(at_once)

    async def one(case: Case) -> tuple[Case, Outcome]:
        async with turns:
            return case, await _play(case, house_of(case, houses), engine, clock, ids)

    return await asyncio.gather(*(one(case) for case in cases))


def house_of(case: Case, houses: Houses) -> House:
    """The case's house; a lexicon is made once a menu, and kept in `houses`."""
    key = (case.menu.id, case.dialogue.sold_out)
    if key not in houses:
        alike = next((h for h in houses.values() if h.menu == case.menu), None)
        sold_out = case.dialogue.sold_out
        if alike is None:
            houses[key] = House.of(case.menu, sold_out, case.business)
        else:
            houses[key] = alike.renewed(case.menu, sold_out, case.business)
    return replace(houses[key], business=case.business)


async def _play(case: Case, house: House, engine: Engine, clock: Clock, ids: Ids) -> Outcome:
    call, service = await a_call(case, house, clock, ids)
    async with text_call(call, engine(call)) as talking:
        replies = [await talking.say(turn) for turn in case.dialogue.turns]
    return Outcome(
        call.cart,
        call.placed,
        tuple(replies),
        greeting(call.house),
        tuple(service.placed[order.id] for order in case.todays),
        tuple(call.messages),
    )


async def a_call(case: Case, house: House, clock: Clock, ids: Ids) -> tuple[Call, OfflineOrders]:
    """The call that a dialogue is, and the kitchen that it reaches."""
    if case.dialogue.at is not None:
        clock = _Moment(case.dialogue.at, clock)
    service = OfflineOrders(case.menu, house.business, clock, sold_out=house.sold_out, ids=ids)
    now = clock.now()
    for order in case.todays:
        service.placed[order.id] = change(
            order,
            placed_at=iso(now),
            promised_at=promised(now, house.business),
            business_day=business_day(now, house.business),
        )
    phone = case.dialogue.from_
    call = Call(
        ids.new(),
        house,
        service,
        clock,
        ids,
        phone=phone,
        history=case.history,
        todays=await service.todays(phone),
    )
    return call, service


class _Moment:
    """A clock that stands at the moment at which a dialogue is set."""

    def __init__(self, at: datetime, clock: Clock) -> None:
        self._at = at
        self._clock = clock

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)


def table(result: Score) -> str:
    """The score by kind, then each failure with its talk, for people."""
    width = max([len("kind"), *map(len, result.kinds)])
    rows = [f"{'kind':<{width}}  exact"]
    rows += [f"{kind:<{width}}  {k.exact}/{k.total}" for kind, k in result.kinds.items()]
    share = 100 * result.exact / result.total if result.total else 100.0
    rows += [f"{'all':<{width}}  {result.exact}/{result.total} ({share:.1f} %)"]
    for failure in result.failures:
        rows += ["", f"{failure.suite}: {failure.name} ({failure.kind})"]
        rows += [f"  ! {wrong}" for wrong in failure.wrong]
        rows += [line for asked, told in failure.said for line in (f"  > {asked}", f"    {told}")]
    return "\n".join(rows)
