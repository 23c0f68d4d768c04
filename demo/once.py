"""`panbot demo --once`: one phone order by text, and what became of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from demo.caller import call_in
from demo.line import Exchange, NoAnswer
from demo.paper_check import PrintedTicket, check_paper
from demo.supervisor import Running
from demo.way import Moment, Sighting, moments, printed
from domain.codec import decode
from domain.ids import Ids
from domain.order import Order

__all__ = ["Report", "as_json", "as_text", "failed", "take_order"]

DEATH_S = 1.0  # for us to hear of an agent's end, after it fell silent
PAPER_S = (
    20.0  # from the placed order to the last paper; a healthy machine takes a twentieth of 1 s
)


class Report(msgspec.Struct, frozen=True):
    """What was said, what was ordered, what came out. `problems` is empty where all is well."""

    talk: tuple[Exchange, ...]
    order: Order | None
    tickets: tuple[PrintedTicket, ...]
    steps: tuple[Moment, ...]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


async def take_order(running: Running, sayings: Sequence[str], ids: Ids) -> Report:
    """Calls the agent, says `sayings` and what it still wants to know; waits for the paper and
    compares."""
    try:
        talk = await _talk(running, sayings, ids.new())
    except NoAnswer as error:
        await asyncio.wait({running.died}, timeout=DEATH_S)
        return failed(str(running.died.result() if running.died.done() else error.detail))
    placing = next((one for one in talk if one.answer.placed is not None), None)
    if placing is None or placing.answer.placed is None:
        problem = f"no order was placed; the agent's last words: “{talk[-1].answer.reply}”"
        return Report(talk, None, (), (), (problem,))
    stored = await running.services.orders.get(
        running.restaurant.business_id, placing.answer.placed.order_id
    )
    order = decode(stored.data, Order)
    seen = await _wait_for_paper(running, order, placing.heard_at)
    tickets = tuple(printed(sheet) for sheet in seen.sheets)
    problems = check_paper(order, tickets)
    if not seen.done:
        problems.append(f"not all of it was printed within {PAPER_S:g} s")
        problems += [f"{j.printer_id}: {j.state} {j.reason}".rstrip() for j in seen.jobs]
    return Report(talk, order, tickets, tuple(moments(placing, seen)), tuple(problems))


def failed(problem: str) -> Report:
    """It came to no order at all."""
    return Report((), None, (), (), (problem,))


async def _talk(running: Running, sayings: Sequence[str], call: str) -> tuple[Exchange, ...]:
    """The conversation, from the greeting to the order or the end of the call."""
    greeting = await running.line.start(call)
    talk = await call_in(partial(running.line.say, call), sayings)
    if not talk[-1].answer.ended:
        await running.line.hang_up(call)
    return (greeting, *talk)


async def _wait_for_paper(running: Running, order: Order, since: float) -> Sighting:
    seen = Sighting(order)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PAPER_S):
            async for latest in running.watch.follow(order, since):
                seen = latest
    return seen


def as_json(report: Report) -> str:
    """One object: `{ok, order, tickets: [{printer, kind, station, text}], steps: [{name, ms}]}`,
    and `problems` where it is not ok. `ms` counts from the caller's last word."""
    told: dict[str, Any] = {
        "ok": report.ok,
        "order": report.order,
        "tickets": report.tickets,
        "steps": report.steps,
    }
    if not report.ok:
        told["problems"] = report.problems
    return msgspec.json.encode(told).decode()


def as_text(report: Report) -> str:
    """The same for people."""
    rows = []
    for exchange in report.talk:
        if exchange.words:
            rows.append(f"caller: {exchange.words}")
        rows.append(f"agent:  {exchange.answer.reply}   [{exchange.took_ms:.0f} ms]")
    for ticket in report.tickets:
        rows += ["", f"── {ticket.printer}: {ticket.kind}, {ticket.station} ".ljust(60, "─")]
        rows.append(ticket.text)
    if report.steps:
        rows += ["", "since the caller's last word:"]
        rows += [f"{step.ms:9.1f} ms  {step.name}" for step in report.steps]
    verdict = "The paper matches the order." if report.ok else "It is not right:"
    return "\n".join([*rows, "", verdict, *(f"  - {problem}" for problem in report.problems)])
