"""A kitchen ticket of 40 lines, from the order's share to the bytes for a receipt printer: in the
printer's own letters, and with a Chinese line that has to be drawn.

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
    dishes = tuple(TicketLine(1 + n % 3, f"Crème brûlée {n}") for n in range(DISHES))
    plain = replace(sample(TicketKind.KITCHEN), lines=dishes, note="")
    chinese = replace(plain, lines=(*dishes[1:], TicketLine(2, "猪肉白菜饺子")))
    floor = _p50_ms(lambda: _text(plain))
    return [
        Figure("render, 40 lines, p50", _p50_ms(lambda: _bytes(plain)), "ms", floor, "below 10"),
        Figure(
            "render, one of them Chinese, p50",
            _p50_ms(lambda: _bytes(chinese)),
            "ms",
            floor,
            "below 40",
        ),
    ]


def _bytes(ticket: Ticket) -> bytes:
    return escpos.encode(render(ticket, business=BUSINESS, printer=PRINTER), PRINTER)


def _text(ticket: Ticket) -> bytes:
    document = render(ticket, business=BUSINESS, printer=PRINTER)
    return to_text(document, PRINTER.columns).encode("cp858", "replace")


def _p50_ms(work: Callable[[], bytes]) -> float:
    """Milliseconds of processor time, which other programs on the machine do not lengthen."""
    work()  # loads fonts and code pages, as the spooler does before the first ticket
    took_ms = []
    for _ in range(TURNS):
        began = time.process_time()
        work()
        took_ms.append(1000 * (time.process_time() - began))
    return percentile(took_ms, 50)
