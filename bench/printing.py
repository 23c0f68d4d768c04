"""Paper: how soon a ticket is at its printer, and what is lost on the way there, beside CUPS.

Both get the same tickets of 2 kB in the same run, in turn, by one bare HTTP client on connections
that stay open.
Where CUPS is not installed this is said, and PanBot is measured alone.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from bench.cups import Cups, cups, installed
from bench.figure import Figure, percentile
from bench.keep_alive import keep_alive, request
from edge.settings import EdgeSettings
from tests.support.edge import EdgeProcess, changes, edge_process, seed, settings, token
from tests.support.raw_printer import RawPrinter, Tally, tally
from tests.support.rounds import AT_A_TIME, kill_round, place, pull_round
from tests.support.unanswered import unanswered

TICKETS = 300
WARM_UP = 30  # tickets that are not counted: imports, caches, the first connections
IN_A_ROW = 30  # of one way; then it is the next one's turn, so that all meet the same machine
PAUSE_S = 0.02  # between two tickets, so that neither side finds the other's work in its way
PAPER_S = 30.0
RUSH = 200  # jobs in one go
TIMES_ITS_RATE = 3  # as many jobs a second as the printer could print in three
BYTES_PER_S = 200_000.0  # of the printer in the rush: a hundred tickets of 2 kB a second
ROUNDS = 50
KILL_WITHIN_S = 3.0  # from the first order of a round; by then most are on paper
HEALTHY = 6
SLOW_BYTES_PER_S = 400.0
EVENING = 60  # orders, each of which is a ticket on all eight printers

Submit = Callable[[], Awaitable[object]]

_JSON = "application/json"
_LINES = 17  # with this note, a ticket of 2 kB
_NOTE = "cut in 8 slices, please, and the edge a little burnt"


class _Way(NamedTuple):
    """How a ticket gets to `printer`: by `whole`, a request to `url` or the ticket itself."""

    printer: RawPrinter
    url: str
    whole: bytes


async def run(folder: Path, _: str) -> list[Figure]:
    """Every figure. `folder` is for the edges' databases and the spool of CUPS."""
    beside = installed()
    chance = random.Random()
    figures = await _speed(folder / "speed", beside=beside)
    figures += await _rush(folder / "rush")
    figures += await _kills(folder / "kills", chance, beside=beside)
    figures += await _cables(folder / "cables", chance)
    figures += await _eight(folder / "eight")
    return figures


async def _speed(folder: Path, *, beside: bool) -> list[Figure]:
    """Submit → last byte. A reprint is what CUPS is asked for too: one ticket, and nothing else.

    All go by the same bare HTTP client, with requests that are ready before the time counts; the
    floor is the ticket's bytes on a connection to its printer.
    """
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(_printer())
        theirs = await stack.enter_async_context(_printer())
        where, edge = await stack.enter_async_context(_edge_at(folder, {"k": ours.uri}, ["k"]))
        http = await stack.enter_async_context(edge.http())
        ticket_id = await _a_ticket(http, ours)
        ticket = ours.tickets[-1]
        signed_in = {"Authorization": f"Bearer {token(where)}"}
        reprint = f"{edge.url}/api/v1/print-jobs/{ticket_id}/reprint"
        order = f"{edge.url}/api/v1/orders"
        placed = msgspec.json.encode(_order())
        ways = {
            "reprint": _Way(ours, reprint, request(reprint, b"", _JSON, signed_in)),
            "order": _Way(ours, order, request(order, placed, _JSON, signed_in)),
            "plain TCP": _Way(theirs, theirs.uri, ticket),
        }
        if beside:
            peer = await stack.enter_async_context(_cups(stack, theirs))
            job = peer.print_job("ticket", ticket)
            ways["CUPS"] = _Way(theirs, peer.url, request(peer.url, job, "application/ipp"))
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range((WARM_UP + TICKETS) // IN_A_ROW):
            for name, way in ways.items():
                taken[name] += await _in_a_row(way)
    figures = []
    for percent in (50, 99):
        found = {name: percentile(ms[WARM_UP:], percent) for name, ms in taken.items()}
        tcp_ms, peer_ms = found["plain TCP"], found.get("CUPS")
        goal = f"a third of CUPS: {peer_ms / 3:.1f}" if peer_ms else ""
        name = f"ticket of {len(ticket):,} bytes, submit → last byte, p{percent}"
        figures += [
            Figure(f"{name} (beside CUPS)", found["reprint"], "ms", peer_ms, goal),
            Figure(f"the same, beside plain TCP, p{percent}", found["reprint"], "ms", tcp_ms),
            Figure(f"the same, as an order that is placed, p{percent}", found["order"], "ms"),
        ]
    return figures


async def _in_a_row(way: _Way) -> list[float]:
    """Milliseconds of each ticket from its submission to its last byte."""
    taken = []
    if way.url.startswith("escpos:"):
        for _ in range(IN_A_ROW):
            taken.append(await _until_paper(way.printer, lambda: _send(way.printer, way.whole)))
            await asyncio.sleep(PAUSE_S)
        return taken
    async with keep_alive(way.url) as connection:
        for _ in range(IN_A_ROW):
            taken.append(await _until_paper(way.printer, lambda: connection.ask(way.whole)))
            await asyncio.sleep(PAUSE_S)
    return taken


async def _send(printer: RawPrinter, ticket: bytes) -> None:
    """As little as can bring a ticket to a printer."""
    _, writer = await asyncio.open_connection("127.0.0.1", printer.port)
    writer.write(ticket)
    writer.close()


async def _rush(folder: Path) -> list[Figure]:
    """Two hundred tickets come three times as fast as their printer can print them."""
    async with (
        _printer(BYTES_PER_S) as printer,
        _edge(folder, {"k": printer.uri}, ["k"]) as http,
    ):
        ticket_id = await _a_ticket(http, printer)
        ticket_s = len(printer.tickets[-1]) / BYTES_PER_S
        began = time.perf_counter()
        printer.tickets.clear()
        for n in range(RUSH):
            (await http.post(f"/print-jobs/{ticket_id}/reprint")).raise_for_status()
            ahead_s = began + (n + 1) * ticket_s / TIMES_ITS_RATE - time.perf_counter()
            await asyncio.sleep(max(ahead_s, 0))
        await _papers(printer, RUSH)
        took_s = time.perf_counter() - began
    name = f"{RUSH} tickets at {TIMES_ITS_RATE}× the printer's rate, to the last one"
    return [Figure(name, took_s, "s", RUSH * ticket_s, "the printer's own time")]


async def _kills(folder: Path, chance: random.Random, *, beside: bool) -> list[Figure]:
    ours = theirs = Tally(0, 0, 0)
    async with _printer(BYTES_PER_S) as printer:
        for n in range(ROUNDS):
            where = settings(folder / f"data-{n}")
            await seed(where, changes({"k": printer.uri}, kitchen=["k"]))
            after_s = chance.uniform(0, KILL_WITHIN_S)
            ours += await kill_round(where, printer, jobs=RUSH, after_s=after_s)
            _tell(f"killed {n + 1}", ours)
    if beside:
        async with AsyncExitStack() as stack, _printer(BYTES_PER_S) as printer:
            root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="panbot-cups-")))
            for n in range(ROUNDS):
                after_s = chance.uniform(0, KILL_WITHIN_S)
                theirs += await _kill_cups(root, printer, n, after_s)
                _tell(f"CUPS killed {n + 1}", theirs)
    return _tallied(f"kill -9, {ROUNDS} × {RUSH} tickets", ours, theirs if beside else None)


async def _kill_cups(root: Path, printer: RawPrinter, number: int, after_s: float) -> Tally:
    printer.tickets.clear()
    accepted: list[str] = []
    left = iter(range(RUSH))
    async with cups(root, printer.port) as peer, httpx.AsyncClient(trust_env=False) as client:

        async def submit() -> None:
            for n in left:
                name = f"C-{number * RUSH + n}"
                try:
                    await peer.submit(client, name, _plain_ticket(name))
                except httpx.TransportError:
                    return
                accepted.append(name)

        async def kill() -> None:
            await asyncio.sleep(after_s)
            peer.child.kill()

        await asyncio.gather(kill(), *(submit() for _ in range(AT_A_TIME)))
    async with cups(root, printer.port) as peer, httpx.AsyncClient(trust_env=False) as client:
        async with asyncio.timeout(PAPER_S):
            while await peer.waiting(client):  # noqa: ASYNC110 - CUPS is another program
                await asyncio.sleep(PAUSE_S)
    return tally(printer.tickets, accepted)


async def _cables(folder: Path, chance: random.Random) -> list[Figure]:
    total = Tally(0, 0, 0)
    async with _printer() as printer:
        where = settings(folder / "data")
        await seed(where, changes({"k": printer.uri}, kitchen=["k"]))
        async with edge_process(where) as edge, edge.http() as http:
            for n in range(ROUNDS):
                reset = bool(n % 2)
                total += await pull_round(http, where, printer, chance, reset=reset)
                _tell(f"cable pulled {n + 1}", total)
    return _tallied(f"cable pulled, {ROUNDS} times", total, None)


async def _eight(folder: Path) -> list[Figure]:
    """Six printers beside a dead and a slow one, and beside two that are as well as they."""
    well = await _evening(folder / "well", others_are_well=True)
    beside = await _evening(folder / "ill", others_are_well=False)
    name = f"{HEALTHY} printers beside a dead and a slow one, order → last byte, p"
    return [
        Figure(
            f"{name}{p}", percentile(beside, p), "ms", percentile(well, p), "as if all were well"
        )
        for p in (50, 99)
    ]


async def _evening(folder: Path, *, others_are_well: bool) -> list[float]:
    """Milliseconds from each order to the last byte of its last ticket on the healthy printers."""
    async with AsyncExitStack() as stack:
        six = [await stack.enter_async_context(_printer()) for _ in range(HEALTHY)]
        uris = {f"p{n}": printer.uri for n, printer in enumerate(six)}
        if others_are_well:
            for name in ("slow", "dead"):
                uris[name] = (await stack.enter_async_context(_printer())).uri
        else:
            uris["slow"] = (await stack.enter_async_context(_printer(SLOW_BYTES_PER_S))).uri
            uris["dead"] = f"escpos://127.0.0.1:{stack.enter_context(unanswered())}"
        http = await stack.enter_async_context(_edge(folder, uris, [*uris]))
        taken = []
        for n in range(1, WARM_UP + EVENING + 1):
            began = time.perf_counter()
            await place(http)
            await asyncio.gather(*(_papers(printer, n) for printer in six))
            taken.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(PAUSE_S)
    return taken[WARM_UP:]


@asynccontextmanager
async def _printer(bytes_per_s: float | None = None) -> AsyncIterator[RawPrinter]:
    printer = await RawPrinter(bytes_per_s=bytes_per_s).open()
    try:
        yield printer
    finally:
        await printer.close()


@asynccontextmanager
async def _edge(
    folder: Path, uris: dict[str, str], kitchen: list[str]
) -> AsyncIterator[httpx.AsyncClient]:
    """An edge as a process of its own, without a gap between tickets, and a way to ask it."""
    async with _edge_at(folder, uris, kitchen) as (_, edge), edge.http() as http:
        yield http


@asynccontextmanager
async def _edge_at(
    folder: Path, uris: dict[str, str], kitchen: list[str]
) -> AsyncIterator[tuple[EdgeSettings, EdgeProcess]]:
    where = settings(folder / "data")
    await seed(where, changes(uris, kitchen=kitchen))
    async with edge_process(where) as edge:
        yield where, edge


@asynccontextmanager
async def _cups(stack: AsyncExitStack, printer: RawPrinter) -> AsyncIterator[Cups]:
    root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="panbot-cups-")))
    async with cups(root, printer.port) as peer:
        yield peer


async def _a_ticket(http: httpx.AsyncClient, printer: RawPrinter) -> int:
    """Prints one ticket of 2 kB; the id of its job."""
    (await http.post("/orders", json=_order())).raise_for_status()
    await _papers(printer, 1)
    while True:
        (job,) = (await http.get("/print-jobs", params={"limit": 1})).json()
        if job["state"] == "printed":
            ticket_id: int = job["id"]
            return ticket_id
        await asyncio.sleep(PAUSE_S)


def _order() -> dict[str, object]:
    return {"lines": [{"item_id": "margherita", "qty": 2, "note": _NOTE}] * _LINES}


def _plain_ticket(name: str) -> bytes:
    return b"\x1b@" + name.encode() + b"\n" + b"2x Pizza Margherita\n" * 20 + b"\x1dV\x01"


async def _until_paper(printer: RawPrinter, submit: Submit) -> float:
    """Milliseconds from `submit` to the last byte of its ticket."""
    count = len(printer.tickets)
    began = time.perf_counter()
    await submit()
    await _papers(printer, count + 1)
    return (printer.last_byte_at - began) * 1000


async def _papers(printer: RawPrinter, count: int) -> None:
    async with asyncio.timeout(PAPER_S):
        while len(printer.tickets) < count:
            printer.came.clear()
            await printer.came.wait()


def _tell(what: str, so_far: Tally) -> None:
    print(f"  {what}: {so_far}", file=sys.stderr, flush=True)


def _tallied(name: str, ours: Tally, theirs: Tally | None) -> list[Figure]:
    return [
        Figure(f"{name}, {what}", mine, "", float(peer) if peer is not None else None, goal)
        for what, mine, peer, goal in zip(
            ("lost", "twice and unmarked", "twice and marked"),
            ours,
            theirs or (None, None, None),
            ("0", "0", ""),
            strict=True,
        )
    ]
