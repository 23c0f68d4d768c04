"""What happens on the demo's page: calls to the agent, orders on their way, paper, switches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from demo.board import KEPT, Board, Call, Journey, PrinterView, Turn
from demo.board import Paper as PaperView
from demo.caller import call_in
from demo.line import Exchange, NoAnswer
from demo.printers import EscPosPrinter, Paper
from demo.supervisor import Running
from demo.way import journey
from domain.codec import decode
from domain.errors import Conflict, FieldError, Invalid, NotFound
from domain.ids import Ids
from domain.order import Order

__all__ = ["LiveStage"]

MAX_SAYING = 500  # characters; who says more in one breath is no caller

_log = logging.getLogger(__name__)


class LiveStage:
    """The `demo.page.Stage` over a running demo."""

    def __init__(self, running: Running, board: Board, ids: Ids) -> None:
        self.board = board
        self._running = running
        self._ids = ids
        self._calls: dict[str, Call] = {}
        self._papers: dict[str, Paper] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._names = {printer.id: printer.name for printer in running.restaurant.printers}
        for printer_id, printer in running.printers.items():
            printer.on_paper = partial(self._paper_fell, printer_id)
            kind = "ESC/POS over TCP" if isinstance(printer, EscPosPrinter) else "PDF over IPP"
            board.show(PrinterView(printer_id, self._names[printer_id], kind))

    async def play(self, sayings: Sequence[str]) -> Journey | None:
        """One call by the demo itself, until its order is on paper. None where the agent places
        none."""
        call = await self.new_call(by="demo")
        talk = await call_in(partial(self._exchange, call), sayings)
        if not self._calls[call].ended:
            await self.hang_up(call)
        placed = talk[-1].answer.placed
        return None if placed is None else await self._follow(talk[-1], placed.order_id)

    async def new_call(self, by: str = "page") -> str:
        """Calls the restaurant; returns the call's id once the agent has answered."""
        call = Call(self._ids.new(), by, self._running.clock.now().timestamp(), thinking=True)
        self._show(call)
        self._answered(call, await self._spoken(call.id, self._running.line.start(call.id)))
        return call.id

    async def say(self, call: str, text: str) -> None:
        """Raises `Invalid`, `NotFound`, `Conflict` after the end of the call, `NoAnswer`."""
        if not text.strip() or len(text) > MAX_SAYING:
            raise Invalid.of([FieldError("text", f"takes 1 to {MAX_SAYING} characters")])
        exchange = await self._exchange(call, text)
        if exchange.answer.placed is not None:
            self._in_background(self._follow(exchange, exchange.answer.placed.order_id))

    async def hang_up(self, call: str) -> None:
        talking = self._talking(call)
        await self._running.line.hang_up(call)
        self._show(replace(talking, ended=True))

    async def switch(self, printer: str, *, cable: bool | None, paper: bool | None) -> None:
        """Pulls the printer's cable or takes its paper out; True puts it back. Raises
        `NotFound`."""
        machine = self._running.printers.get(printer)
        if machine is None:
            raise NotFound(f"There is no printer {printer!r}.")
        if cable is not None:
            await machine.set_offline(not cable)
        if paper is not None:
            machine.paper_out = not paper
        shown = self.board.printer(printer)
        self.board.show(replace(shown, cable=not machine.offline, paper=not machine.paper_out))

    def picture(self, paper: str) -> bytes:
        """The PNG of a paper. Raises `NotFound`."""
        found = self._papers.get(paper)
        if found is None:
            raise NotFound(f"There is no paper {paper!r}.")
        return found.png

    async def close(self) -> None:
        """Ends what is still being followed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _exchange(self, call: str, text: str) -> Exchange:
        talking = self._talking(call)
        said = replace(talking, turns=(*talking.turns, Turn("caller", text)), thinking=True)
        self._show(said)
        exchange = await self._spoken(call, self._running.line.say(call, text))
        self._answered(said, exchange)
        return exchange

    def _talking(self, call: str) -> Call:
        found = self._calls.get(call)
        if found is None:
            raise NotFound(f"There is no call {call!r}.")
        if found.ended:
            raise Conflict("This call is over.")
        return found

    async def _spoken(self, call: str, exchange: Coroutine[Any, Any, Exchange]) -> Exchange:
        try:
            return await exchange
        except NoAnswer:
            self._show(replace(self._calls[call], thinking=False))
            raise

    def _answered(self, call: Call, exchange: Exchange) -> None:
        answer = exchange.answer
        placed = answer.placed.number if answer.placed is not None else ""
        turn = Turn("agent", answer.reply, round(exchange.took_ms, 1), placed)
        turns = (*call.turns, turn) if answer.reply else call.turns
        self._show(replace(call, turns=turns, thinking=False, ended=answer.ended))

    def _show(self, call: Call) -> None:
        self._calls[call.id] = call
        if len(self._calls) > KEPT:
            del self._calls[next(iter(self._calls))]
        self.board.show(call)

    async def _follow(self, exchange: Exchange, order_id: str) -> Journey | None:
        running = self._running
        stored = await running.services.orders.get(running.restaurant.business_id, order_id)
        order = decode(stored.data, Order)
        latest = None
        async for seen in running.watch.follow(order, exchange.heard_at):
            latest = journey(exchange, seen, push=running.push, names=self._names)
            self.board.show(latest)
        return latest

    def _paper_fell(self, printer_id: str, paper: Paper) -> None:
        self._running.watch.stir()
        self._in_background(self._show_paper(printer_id, paper))

    async def _show_paper(self, printer_id: str, paper: Paper) -> None:
        paper_id = self._ids.new()
        self._papers[paper_id] = paper
        if len(self._papers) > KEPT:
            del self._papers[next(iter(self._papers))]
        width, height = await asyncio.to_thread(lambda: paper.size)  # this draws it
        image = f"api/papers/{paper_id}.png"
        self.board.show(PaperView(paper_id, printer_id, paper.text, image, width, height))

    def _in_background(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("an order or a paper could not be shown", exc_info=error)
