"""One caller and the rules engine over a real `Call`, with no LiveKit between them; or many."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from agent.call import Call
from agent.evaluate import Houses, house_of
from agent.evaluate import a_call as call_of
from agent.house import House
from agent.orders import OfflineOrders, OrderService, Standing
from agent.rules import (
    Ask,
    Decision,
    after_place,
    after_refused_tool,
    decide,
    first_talk,
    greeting,
)
from agent.scoring import Outcome, Score, score
from agent.suite import Case
from domain.business import Business
from domain.clock import Clock
from domain.errors import PanBotError
from domain.ids import UuidV7
from domain.menu import Menu
from domain.order import Order

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


class StillClock:
    """A clock that stands at noon in Berlin."""

    def now(self) -> datetime:
        return NOON

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


BUSINESS = Business(name="Trattoria", timezone="Europe/Berlin", prep_minutes=25)


def offline(menu: Menu, sold_out: Sequence[str] = ()) -> OfflineOrders:
    return OfflineOrders(menu, BUSINESS, StillClock(), sold_out=frozenset(sold_out))


def the_order(service: OfflineOrders) -> Order:
    """The only one that was placed, as it stands."""
    (order,) = service.placed.values()
    return order


def dishes(order: Order) -> list[str]:
    """`2 margherita` for each line that still counts."""
    return [f"{o.qty} {o.item_id}" for o in order.lines if o.voided is None]


def a_call(
    menu: Menu,
    service: OrderService | None = None,
    sold_out: Sequence[str] = (),
    history: Sequence[Order] = (),
    business: Business = BUSINESS,
    phone: str = "",
    todays: Sequence[Standing] = (),
    clock: Clock | None = None,
    line_transfers: bool = False,
) -> Call:
    clock = clock or StillClock()
    house = House.of(menu, sold_out, business)
    return Call(
        "call-1",
        house,
        service or offline(menu, sold_out),
        clock,
        UuidV7(clock),
        phone=phone,
        history=history,
        todays=todays,
        line_transfers=line_transfers,
    )


class Caller:
    """Says things; `replies` is what was answered."""

    def __init__(
        self,
        menu: Menu,
        *,
        sold_out: Sequence[str] = (),
        service: OrderService | None = None,
        history: Sequence[Order] = (),
        call: Call | None = None,
    ) -> None:
        self.service = service or offline(menu, sold_out)
        self.call = call or a_call(menu, self.service, sold_out, history)
        self.talk = first_talk(self.call.house)
        self.replies: list[str] = []

    async def say(self, *texts: str) -> str:
        for text in texts:
            call = self.call
            decision = decide(call.house, call.cart, self.talk, text, call.quote, call.guest)
            for _ in range(5):
                self.talk = decision.talk
                if not decision.calls:
                    break
                decision = await self._act(decision)
            self.replies.append(decision.reply)
        return self.replies[-1]

    async def _act(self, decision: Decision) -> Decision:
        call = self.call
        for tool in decision.calls:
            try:
                done: Any = getattr(call, tool.name)(*tool.arguments.values())
                if asyncio.iscoroutine(done):
                    await done
            except PanBotError as refusal:
                if tool.name != "place_order":
                    return after_refused_tool(
                        call.house, call.cart, decision.talk, call.quote, refusal.detail, call.guest
                    )
        if not decision.places:
            return Decision((), decision.reply, decision.talk)
        return after_place(
            call.house,
            call.cart,
            decision.talk,
            call.quote,
            order=call.done,
            refusal=call.refusal.detail if call.refusal is not None else "",
            away=call.away,
            guest=call.guest,
        )

    @property
    def lines(self) -> list[str]:
        return [line_text(line) for line in self.call.cart.lines]

    @property
    def ended(self) -> bool:
        return self.talk.ask is Ask.CLOSED


def scored(cases: Sequence[Case]) -> Score:
    """The rules engine on `cases`, each call without a LiveKit session: half of the work."""
    houses: Houses = {}
    return score("rules", [(case, asyncio.run(_outcome(case, houses))) for case in cases])


async def _outcome(case: Case, houses: Houses) -> Outcome:
    clock = StillClock()
    call, service = await call_of(case, house_of(case, houses), clock, UuidV7(clock))
    caller = Caller(case.menu, service=service, call=call)
    await caller.say(*case.dialogue.turns)
    todays = tuple(service.placed[order.id] for order in case.todays)
    said = tuple(caller.replies), greeting(call.house)
    return Outcome(call.cart, call.placed, *said, todays, tuple(call.messages))


def line_text(line: Any) -> str:
    """`2 margherita +cheese -basil (cut in half)`, choices as `group:id` sorted."""
    choices = " ".join(sorted(f"{c.group_id}:{c.id}" for c in line.choices))
    note = f" ({line.note})" if line.note else ""
    return f"{line.qty} {line.item_id}{' ' + choices if choices else ''}{note}"
