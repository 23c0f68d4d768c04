"""Scoring an engine on conversation suites: every dialogue is a call, in text, with a kitchen that
keeps its orders in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from livekit.agents import llm

from agent.call import Call
from agent.house import House
from agent.orders import OfflineOrders
from agent.scoring import Outcome, Score, score
from agent.suite import Case
from agent.text_call import text_call
from domain.business import Business
from domain.clock import Clock
from domain.ids import Ids

__all__ = ["Engine", "evaluate", "table"]

Engine = Callable[[Call], llm.LLM[Any]]


async def evaluate(
    cases: Sequence[Case], name: str, engine: Engine, clock: Clock, ids: Ids, *, at_once: int = 1
) -> Score:
    """Plays every case with a model that `engine` makes for its call, `at_once` of them side by
    side. Raises what the model raises."""
    houses: dict[tuple[str, tuple[str, ...]], House] = {}
    turns = asyncio.Semaphore(at_once)

    async def played(case: Case) -> tuple[Case, Outcome]:
        async with turns:
            return case, await _play(case, _house(case, houses), engine, clock, ids)

    return score(name, await asyncio.gather(*(played(case) for case in cases)))


def _house(case: Case, houses: dict[tuple[str, tuple[str, ...]], House]) -> House:
    """The case's house; a lexicon is made once a menu."""
    key = (case.menu.id, case.dialogue.sold_out)
    if key not in houses:
        alike = next((h for h in houses.values() if h.menu == case.menu), None)
        business = Business(name=case.menu.name)
        sold_out = case.dialogue.sold_out
        if alike is None:
            houses[key] = House.of(case.menu, sold_out, business)
        else:
            houses[key] = alike.renewed(case.menu, sold_out, business)
    return houses[key]


async def _play(case: Case, house: House, engine: Engine, clock: Clock, ids: Ids) -> Outcome:
    service = OfflineOrders(case.menu, house.business, clock, sold_out=house.sold_out, ids=ids)
    call = Call(ids.new(), house, service, clock, ids, history=case.history)
    async with text_call(call, engine(call)) as talking:
        replies = [await talking.say(turn) for turn in case.dialogue.turns]
    return Outcome(call.cart, call.placed, tuple(replies))


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
