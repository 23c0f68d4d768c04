"""A kitchen ticket of 40 lines, from the order's share to the bytes for a receipt printer: in the
printer's own letters, and with a Chinese line that has to be drawn.

Each turn's dishes are new ones: a line that was on a ticket before is not laid out again.
The floor is the same ticket as plain text in the printer's code page: what a program would send
that cares for nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from bench.figure import Figure, percentile
from domain.business import Business
from domain.ticket import Ticket, TicketKind, TicketLine
from printing import escpos
from printing.document import to_text
from printing.render import render
from printing.samples import PAPERS, sample

TURNS = 200
DISHES = 32  # with the head and the rules, 40 lines of paper
BUSINESS = Business(name="Trattoria", language="zh")
PRINTER = PAPERS[80]


async def run(folder: Path, database_url: str) -> list[Figure]:
    floor = _p50_ms(_text, _plain)
    return [
        Figure("render, 40 lines, p50", _p50_ms(_bytes, _plain), "ms", floor, "below 10"),
        Figure(
            "render, one of them Chinese, p50",
            _p50_ms(_bytes, _chinese),
            "ms",
            floor,
            "below 40",
        ),
    ]


def _plain(turn: int) -> Ticket:
    dishes = tuple(TicketLine(1 + n % 3, f"Crème brûlée {turn}.{n}") for n in range(DISHES))
    return replace(sample(TicketKind.KITCHEN), lines=dishes, note="")


def _chinese(turn: int) -> Ticket:
    ticket = _plain(turn)
    return replace(ticket, lines=(*ticket.lines[1:], TicketLine(2, "猪肉白菜饺子")))


def _bytes(ticket: Ticket) -> bytes:
    return escpos.encode(render(ticket, business=BUSINESS, printer=PRINTER), PRINTER)


def _text(ticket: Ticket) -> bytes:
    document = render(ticket, business=BUSINESS, printer=PRINTER)
    return to_text(document, PRINTER.columns).encode("cp858", "replace")


def _p50_ms(work: Callable[[Ticket], bytes], ticket: Callable[[int], Ticket]) -> float:
    """Milliseconds of processor time, which other programs on the machine do not lengthen."""
    work(ticket(0))  # loads fonts and code pages, as the spooler does before the first ticket
    took_ms = []
    for turn in range(1, TURNS + 1):
        made = ticket(turn)
        began = time.process_time()
        work(made)
        took_ms.append(1000 * (time.process_time() - began))
    return percentile(took_ms, 50)
