"""Rounds of misfortune for an edge that prints: killed, its printer's cable pulled, some printers
dead or slow. The tests run a few, `python -m bench print` many."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing

import httpx

from edge.settings import EdgeSettings
from tests.support.edge import edge_process
from tests.support.raw_printer import RawPrinter, Tally, tally

__all__ = ["kill_round", "place", "pull_round", "until_printed"]

AT_A_TIME = 8  # orders on their way at the same moment
DONE_S = 60.0  # a hang guard: 200 tickets take a few seconds
TICKET_BYTES = 500  # less than the ticket of `place` has, so that the cable goes out inside it
LOOK_S = 0.02


async def place(http: httpx.AsyncClient) -> str:
    """Places an order and returns its number."""
    answer = await http.post("/orders", json={"lines": [{"item_id": "margherita", "qty": 2}]})
    answer.raise_for_status()
    number: str = answer.json()["number"]
    return number


async def kill_round(
    where: EdgeSettings, printer: RawPrinter, *, jobs: int, after_s: float
) -> Tally:
    """Gives an edge `jobs` orders, kills it `after_s` after the first, starts it again and waits
    until nothing is left to print."""
    printer.tickets.clear()
    accepted: list[str] = []
    async with edge_process(where) as edge, edge.http() as http:
        left = iter(range(jobs))

        async def orders() -> None:
            for _ in left:
                try:
                    accepted.append(await place(http))
                except httpx.TransportError:
                    return  # killed: this one was never accepted

        async def kill() -> None:
            await asyncio.sleep(after_s)
            await edge.end(signal.SIGKILL)

        await asyncio.gather(kill(), *(orders() for _ in range(AT_A_TIME)))
    async with edge_process(where) as edge:
        await until_printed(where)
        await edge.end()
    return tally(printer.tickets, accepted)


async def pull_round(
    http: httpx.AsyncClient,
    where: EdgeSettings,
    printer: RawPrinter,
    chance: random.Random,
    *,
    reset: bool,
) -> Tally:
    """Pulls the cable at a chance byte of the first of three tickets, plugs it in again, and waits
    until nothing is left to print."""
    printer.tickets.clear()
    printer.pull_after(chance.randrange(TICKET_BYTES), reset=reset)
    accepted = [await place(http) for _ in range(3)]
    async with asyncio.timeout(DONE_S):
        await printer.pulled()
    await printer.open()
    await until_printed(where)
    return tally(printer.tickets, accepted)


async def until_printed(where: EdgeSettings, printers: Sequence[str] = ()) -> None:
    """Returns once every job (of `printers`, by id; of all where there are none) is printed."""
    async with asyncio.timeout(DONE_S):
        while _left(where, printers):  # noqa: ASYNC110 - the edge is another program
            await asyncio.sleep(LOOK_S)


def _left(where: EdgeSettings, printers: Sequence[str]) -> int:
    with closing(sqlite3.connect(where.database)) as db:
        rows = db.execute("SELECT printer_id FROM print_jobs WHERE state <> 'printed'").fetchall()
    return sum(1 for (printer_id,) in rows if not printers or printer_id in printers)
