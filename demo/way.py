"""An order's way, from the caller's last word to the last byte at the printers, as it is seen.

The moments are real ones: the demo's own clock when it spoke and when it was answered, the cloud's
and the edge's time stamps, and the printers' for each byte. All of it is one machine, one clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from demo.board import Journey, Step, StepState
from demo.edge_api import EdgeApi, Job
from demo.line import Exchange
from demo.paper_check import PrintedTicket
from demo.printers import Paper, VirtualPrinter
from domain.clock import from_iso
from domain.money import format_money
from domain.order import Order
from domain.ticket import TicketKind

__all__ = ["Moment", "Sheet", "Sighting", "Watch", "journey", "moments", "printed"]

LOOK_S = 0.5  # between looks where nothing was heard
STOPPED_STATES = frozenset({"held", "failed"})
OPEN_STATES = frozenset({"queued", "sending", "unsure", "held"})


class Sheet(msgspec.Struct, frozen=True):
    """A paper, and the job that it came from."""

    job: Job
    paper: Paper

    @property
    def last_byte_at(self) -> float:
        """Seconds since 1970. The printer counts by the monotonic clock, so from its wall clock
        time of printing we go back by what printing took."""
        took_s = self.paper.at - self.paper.bytes_received_at
        return self.paper.printed_at.timestamp() - took_s


class Sighting(msgspec.Struct, frozen=True):
    """The order as it stands now. `announced_at`: when the edge told of it, once committed."""

    order: Order
    jobs: tuple[Job, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    announced_at: float | None = None

    @property
    def done(self) -> bool:
        """Every job is through, and what was printed has been seen."""
        on_paper = [job for job in self.jobs if job.state == "printed"]
        through = all(job.state not in OPEN_STATES for job in self.jobs)
        return bool(self.jobs) and through and len(self.sheets) >= len(on_paper)

    @property
    def pushed_at(self) -> float | None:
        """When the edge took the order in, by the clock of its transaction."""
        return _first(job.created_at for job in self.jobs)

    @property
    def stored_at(self) -> float | None:
        """When the edge told of it, or began to print if we heard of that sooner."""
        known = [at for at in (self.announced_at, self.sending_at) if at is not None]
        return min(known, default=None)

    @property
    def sending_at(self) -> float | None:
        return _first(job.sending_at for job in self.jobs)

    @property
    def on_paper_at(self) -> float | None:
        """When the last byte of the last paper arrived; None while one is still to come."""
        last = max((sheet.last_byte_at for sheet in self.sheets), default=None)
        return last if self.done else None


class Watch:
    """Follows orders at the edge. `listen` must be running. `now` gives seconds since 1970."""

    def __init__(
        self,
        edge: EdgeApi,
        printers: Mapping[str, VirtualPrinter],
        now: Callable[[], float],
    ) -> None:
        self._edge = edge
        self._printers = printers
        self._now = now
        self._announced: dict[str, float] = {}
        self._stirred = asyncio.Event()

    async def listen(self) -> None:
        async for heard in self._edge.listen():
            if heard.new_order:
                self._announced[heard.order_id] = self._now()
            self.stir()

    def stir(self) -> None:
        """Something happened: look again now."""
        self._stirred.set()
        self._stirred = asyncio.Event()

    async def follow(self, order: Order, since: float) -> AsyncIterator[Sighting]:
        """The order as it moves on, from the caller's last word at `since` until it is done."""
        while True:
            stirred = self._stirred
            jobs = await self._edge.jobs(order.id)
            seen = Sighting(
                order,
                tuple(jobs),
                tuple(_sheets(jobs, self._printers, order.number, since)),
                self._announced.get(order.id),
            )
            yield seen
            if seen.done:
                return
            try:
                async with asyncio.timeout(LOOK_S):
                    await stirred.wait()
            except TimeoutError:
                continue


def printed(sheet: Sheet) -> PrintedTicket:
    """The sheet as it is checked and reported."""
    job = sheet.job
    return PrintedTicket(job.printer_id, job.kind, job.station, sheet.paper.text)


class Moment(msgspec.Struct, frozen=True):
    """Something that happened, in milliseconds since the caller's last word."""

    name: str
    ms: float


def moments(said: Exchange, seen: Sighting) -> list[Moment]:
    """All that has happened, in the order in which it did."""
    named = [
        ("caller's last word", said.heard_at),
        ("understood", _understood_at(seen)),
        ("placed in the cloud", _placed_at(said, seen)),
        ("agent answered", said.answered_at),
        ("pushed to the edge", seen.pushed_at),
        ("stored at the edge", seen.stored_at),
        *((f"sent: {_title(job)}", _seconds(job.sending_at)) for job in seen.jobs),
        *((f"on paper: {_title(sheet.job)}", sheet.last_byte_at) for sheet in seen.sheets),
    ]
    happened = [Moment(name, _since(said, at)) for name, at in named if at is not None]
    return sorted(happened, key=lambda moment: moment.ms)


def journey(said: Exchange, seen: Sighting, *, push: str, names: Mapping[str, str]) -> Journey:
    """The order's way as the page shows it, with what is going on now. `names` are the
    printers'."""
    order, jobs = seen.order, len(seen.jobs)
    total = format_money(order.totals.gross, order.currency)
    printers = " and ".join(
        dict.fromkeys(names.get(job.printer_id, "no printer") for job in seen.jobs)
    )
    told = [
        ("Heard", said.heard_at, f"“{said.words}”"),
        ("Understood", _understood_at(seen), f"{_count(len(order.lines), 'line')}, {total}"),
        ("Placed in the cloud", _placed_at(said, seen), f"as {order.number}, in PostgreSQL"),
        ("Pushed to the edge", seen.pushed_at, f"by {push}"),
        ("Stored at the edge", seen.stored_at, f"in SQLite, with {_count(jobs, 'print job')}"),
        ("Printing", seen.sending_at, printers),
        ("On paper", seen.on_paper_at, _count(len(seen.sheets), "ticket")),
    ]
    steps = [
        Step(name, StepState.WAITING)
        if at is None
        else Step(name, StepState.DONE, _since(said, at), detail)
        for name, at, detail in told
    ]
    stopped = (job for job in seen.jobs if job.state in STOPPED_STATES)
    why = next((f"{names.get(job.printer_id, 'no printer')}: {job.reason}" for job in stopped), "")
    return Journey(
        id=order.id,
        number=order.number,
        steps=tuple(_with_present(steps, why)),
        total_ms=steps[-1].ms,
    )


def _with_present(steps: list[Step], why: str) -> Iterator[Step]:
    """Marks the first step that has not happened: it goes on now, or waits, and `why`."""
    present = next((step for step in steps if step.state is StepState.WAITING), None)
    for step in steps:
        if step is not present:
            yield step
        elif why:
            yield replace(step, state=StepState.HELD, detail=why)
        else:
            yield replace(step, state=StepState.NOW)


def _sheets(
    jobs: Sequence[Job], printers: Mapping[str, VirtualPrinter], number: str, since: float
) -> Iterator[Sheet]:
    """Which paper came from which job: a printer works its jobs off one after the other, so the
    first of an order's papers is from the job that was sent first. A paper too many counts as a
    second print of the last one."""
    for printer_id, printer in printers.items():
        sent = sorted((j for j in jobs if j.printer_id == printer_id and j.sending_at), key=_sent)
        papers = [
            paper
            for paper in printer.papers
            if paper.printed_at.timestamp() >= since and number in paper.text.split()
        ]
        if sent:
            yield from (Sheet(sent[min(n, len(sent) - 1)], p) for n, p in enumerate(papers))


def _sent(job: Job) -> tuple[str, int]:
    return job.sending_at, job.id


def _understood_at(seen: Sighting) -> float | None:
    """The order's own time stamp: the cloud takes it when the agent asks it to place the order."""
    return _seconds(seen.order.placed_at)


def _placed_at(said: Exchange, seen: Sighting) -> float | None:
    """The commit: by the agent's own measure of the placing, which begins a little before the
    order's time stamp, and in any case before the edge or the caller could hear of it."""
    began, placed = _understood_at(seen), said.answer.placed
    if began is None or placed is None:
        return None
    latest = said.answered_at if seen.pushed_at is None else min(said.answered_at, seen.pushed_at)
    return min(latest, began + placed.place_ms / 1000)


def _seconds(at: str) -> float | None:
    """RFC 3339 as seconds since 1970; None where it is empty."""
    return from_iso(at).timestamp() if at else None


def _first(times: Iterable[str]) -> float | None:
    return min((from_iso(at).timestamp() for at in times if at), default=None)


def _since(said: Exchange, at: float) -> float:
    """Milliseconds. Stored time stamps are cut to a millisecond, so one may seem to lie before."""
    return round(max(0.0, at - said.heard_at) * 1000, 1)


def _title(job: Job) -> str:
    what = "receipt" if job.kind == TicketKind.RECEIPT else f"{job.station}'s {job.kind} ticket"
    return f"{what}, {job.printer_id}"


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
