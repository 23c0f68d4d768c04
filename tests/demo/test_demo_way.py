"""The order's way: which paper is whose, and what is told while it is on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from msgspec.structs import replace
from PIL import Image

from demo.board import StepState
from demo.edge_api import Heard, Job
from demo.line import Answer, Exchange, PlacedOrder
from demo.printers import Paper
from demo.restaurant import read_restaurant
from demo.way import Sighting, Watch, journey, moments, printed
from domain.clock import SystemClock, from_iso, iso
from domain.ids import UuidV7
from domain.order import Channel
from domain.ordering import Draft, DraftLine, place

RESTAURANT, _ = read_restaurant()
T0 = from_iso("2026-11-22T19:51:28.000Z").timestamp()
NAMES = {"kitchen-printer": "Kitchen", "bar-printer": "Counter"}


ORDER = place(
    RESTAURANT.menu,
    (),
    Draft((DraftLine("margherita"), DraftLine("coke"))),
    business=RESTAURANT.business,
    channel=Channel.PHONE,
    number="P-12",
    at=datetime.fromtimestamp(T0 + 0.010, UTC),
    ids=UuidV7(SystemClock()),
)


def said() -> Exchange:
    placed = PlacedOrder(ORDER.id, "P-12", place_ms=5.0)
    return Exchange("Yes.", T0, T0 + 0.020, Answer("c1", "Thank you.", placed))


def at(ms: int) -> str:
    return iso(datetime.fromtimestamp(T0 + ms / 1000, UTC))


def job(number: int, kind: str, station: str, printer: str, *, sent_ms: int = 0) -> Job:
    return Job(
        id=number,
        number="P-12",
        kind=kind,
        station=station,
        printer_id=printer,
        state="printed" if sent_ms else "queued",
        reason="",
        created_at=at(30),
        sending_at=at(sent_ms) if sent_ms else "",
        finished_at="",
    )


KITCHEN = job(1, "kitchen", "kitchen", "kitchen-printer", sent_ms=40)
BAR = job(2, "kitchen", "bar", "bar-printer", sent_ms=41)
RECEIPT = job(3, "receipt", "receipt", "bar-printer", sent_ms=150)


def paper(text: str, ms: int) -> Paper:
    """A paper whose last byte arrived at `ms` and that was done 2 ms later."""
    return Paper(
        text=text,
        raw=b"",
        at=1000.002,
        bytes_received_at=1000.0,
        printed_at=datetime.fromtimestamp(T0 + (ms + 2) / 1000, UTC),
        draw=lambda: Image.new("L", (1, 1)),
    )


class Tray:
    """As much of a printer as following an order needs."""

    def __init__(self, *papers: Paper) -> None:
        self.papers = papers


class Edge:
    """An edge that has these jobs and announces the order."""

    def __init__(self, *jobs: Job) -> None:
        self._jobs = jobs

    async def jobs(self, order_id: str) -> list[Job]:
        return list(self._jobs)

    async def listen(self) -> AsyncIterator[Heard]:
        yield Heard(ORDER.id, new_order=True)


async def sighting(edge: Edge, **trays: Tray) -> Sighting:
    printers = {name.replace("_", "-"): tray for name, tray in trays.items()}
    watch = Watch(edge, printers, lambda: T0)  # type: ignore[arg-type]
    return await anext(watch.follow(ORDER, T0))


async def test_papers_belong_to_the_jobs_in_the_order_in_which_they_were_sent() -> None:
    """The first paper of a printer is from the job that was sent first. Papers of other orders,
    and yesterday's of the same number, are not counted."""
    seen = await sighting(
        Edge(KITCHEN, RECEIPT, BAR),
        kitchen_printer=Tray(paper("P-12 of yesterday", -80_000), paper("P-12 pizza", 50)),
        bar_printer=Tray(paper("P-12 coke", 60), paper("P-123", 70), paper("P-12 total", 160)),
    )
    assert [(t.printer, t.kind, t.station, t.text) for t in map(printed, seen.sheets)] == [
        ("kitchen-printer", "kitchen", "kitchen", "P-12 pizza"),
        ("bar-printer", "kitchen", "bar", "P-12 coke"),
        ("bar-printer", "receipt", "receipt", "P-12 total"),
    ]
    assert seen.done


async def test_a_paper_too_many_is_kept_as_a_second_print() -> None:
    """So that the check of the paper finds it."""
    seen = await sighting(
        Edge(KITCHEN), kitchen_printer=Tray(paper("P-12", 50), paper("P-12 again", 60))
    )
    assert [printed(sheet).text for sheet in seen.sheets] == ["P-12", "P-12 again"]


async def test_moments_are_told_in_the_order_in_which_they_happened() -> None:
    """From the caller's last word to the last byte, in milliseconds."""
    seen = await sighting(
        Edge(KITCHEN, BAR),
        kitchen_printer=Tray(paper("P-12", 50)),
        bar_printer=Tray(paper("P-12", 45)),
    )
    assert [(moment.name, moment.ms) for moment in moments(said(), seen)] == [
        ("caller's last word", 0.0),
        ("understood", 10.0),
        ("placed in the cloud", 15.0),
        ("agent answered", 20.0),
        ("pushed to the edge", 30.0),
        ("stored at the edge", 40.0),
        ("sent: kitchen's kitchen ticket, kitchen-printer", 40.0),
        ("sent: bar's kitchen ticket, bar-printer", 41.0),
        ("on paper: bar's kitchen ticket, bar-printer", 45.0),
        ("on paper: kitchen's kitchen ticket, kitchen-printer", 50.0),
    ]


async def test_the_journey_ends_with_the_last_paper() -> None:
    """All steps are done, and the total is the last one's time."""
    seen = await sighting(Edge(KITCHEN), kitchen_printer=Tray(paper("P-12", 50)))
    shown = journey(said(), seen, push="long poll", names=NAMES)
    assert {step.state for step in shown.steps} == {StepState.DONE}
    assert shown.total_ms == shown.steps[-1].ms == 50.0


async def test_a_held_job_says_why_and_the_rest_waits() -> None:
    """With the cable out the journey stops at the paper, and the page tells the reason."""
    waiting = job(1, "kitchen", "kitchen", "kitchen-printer")
    held = replace(waiting, state="held", reason="connection refused")
    shown = journey(said(), await sighting(Edge(held)), push="long poll", names=NAMES)
    stopped = next(step for step in shown.steps if step.state is StepState.HELD)
    assert stopped.detail == "Kitchen: connection refused"
    assert shown.total_ms is None


async def test_the_edges_announcement_tells_when_the_order_was_stored() -> None:
    """It is heard after the commit, and the next look knows of it."""
    watch = Watch(Edge(job(1, "kitchen", "kitchen", "x")), {}, lambda: T0)  # type: ignore[arg-type]
    following = watch.follow(ORDER, T0)
    assert (await anext(following)).stored_at is None
    await watch.listen()
    assert (await anext(following)).stored_at == T0
