"""Does the paper say what was ordered? Pure: an order and the paper's text in, what is wrong out.

It reads the text as a cook would: `2× Pizza Margherita` begins a line, what stands under it belongs
to it. It shares no code with what prints, so that a fault there cannot hide itself here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from domain.money import format_money
from domain.order import Line, Order
from domain.ticket import RECEIPT_STATION, TicketKind

__all__ = ["PrintedTicket", "check_paper"]

_ITEM = re.compile(r"^\s*(\d+)\s*[×x]\s+(\S.*)$")
_RULE = re.compile(r"^\s*[-─═=]{8,}\s*$")
_PICTURE = re.compile(r"\[picture \d+×\d+\]")  # what a virtual printer has for dots it cannot read
_PRICE = re.compile(r"\s+(-?\d+[.,]?\d*)\s*$")


class PrintedTicket(msgspec.Struct, frozen=True):
    """One sheet: where it came out, what it was meant to be, and what is on it."""

    printer: str
    kind: str
    station: str
    text: str


class _Entry(msgspec.Struct, frozen=True):
    """One line of the order as paper has it: `words` are all those from the name to the next."""

    qty: int
    words: tuple[str, ...]
    price: str = ""

    def __str__(self) -> str:
        return f"{self.qty}× {' '.join(self.words)}"


def check_paper(order: Order, tickets: Sequence[PrintedTicket]) -> list[str]:
    """What is missing on paper, or too much; empty where it is all right.

    Each station has exactly one kitchen ticket with its lines (quantity, name, modifiers, note),
    and one receipt has all of them with their prices and the total.
    """
    lines = [line for line in order.lines if line.voided is None]
    expected: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        expected.setdefault((TicketKind.KITCHEN, line.station), []).append(line)
    expected[(TicketKind.RECEIPT, RECEIPT_STATION)] = lines

    printed = Counter((ticket.kind, ticket.station) for ticket in tickets)
    problems = [
        f"{_title(kind, station)}: printed {printed[kind, station]} times, not once"
        for kind, station in expected
        if printed[kind, station] != 1
    ]
    for ticket in tickets:
        wanted = expected.get((ticket.kind, ticket.station))
        title = _title(ticket.kind, ticket.station)
        if wanted is None:
            problems.append(f"{title}: nothing of this order belongs there")
        else:
            problems += [f"{title}: {wrong}" for wrong in _check_ticket(order, wanted, ticket)]
    return problems


def _title(kind: str, station: str) -> str:
    return "receipt" if kind == TicketKind.RECEIPT else f"{kind} ticket for {station}"


def _check_ticket(order: Order, wanted: Iterable[Line], ticket: PrintedTicket) -> list[str]:
    problems = []
    if order.number not in ticket.text.split():
        problems.append(f"the number {order.number} is missing")
    receipt = ticket.kind == TicketKind.RECEIPT
    total = format_money(order.totals.gross, order.currency)
    if receipt and not re.search(rf"TOTAL\s+{re.escape(total)}\s*$", ticket.text, re.MULTILINE):
        problems.append(f"the total {total} is missing")
    found = _entries(ticket.text, priced=receipt)
    for line in wanted:
        price = format_money(line.total, order.currency, symbol=False) if receipt else ""
        match = next((entry for entry in found if _says(entry, line, price)), None)
        if match is None:
            problems.append(f"{_spelled(line, price)} is missing")
        else:
            found.remove(match)
    return problems + [f"{entry} was not ordered so" for entry in found]


def _entries(text: str, *, priced: bool) -> list[_Entry]:
    """The order's lines on this paper. Those of a receipt end in a price on their first row."""
    entries: list[_Entry] = []
    inside = False
    for row in _PICTURE.sub("", text).splitlines():
        if start := _ITEM.match(row):
            inside = True
            price = _PRICE.search(start[2]) if priced else None
            rest = start[2][: price.start()] if price else start[2]
            entries.append(_Entry(int(start[1]), tuple(rest.split()), price[1] if price else ""))
        elif _RULE.match(row):
            inside = False
        elif inside:
            last = entries.pop()
            entries.append(_Entry(last.qty, (*last.words, *row.split()), last.price))
    return entries


def _says(entry: _Entry, line: Line, price: str) -> bool:
    """True where the entry says all of the line and nothing else."""
    if entry.qty != line.qty or entry.price != price:
        return False
    left = entry.words
    for phrase in _phrases(line, on_receipt=bool(price)):
        shorter = _without(left, phrase)
        if shorter is None:
            return False
        left = shorter
    for second in (line.names, *(m.names for m in line.modifiers)):
        for name in second.values():
            left = _without(left, name) or left
    return not any(_matters(word) for word in left)


def _phrases(line: Line, *, on_receipt: bool) -> list[str]:
    """What must be on paper for `line`; the longest first, so that "Cheese" is not taken out of
    "Extra Cheese". A note is for the kitchen."""
    phrases = [f"WITHOUT {m.name}" if m.removes else m.name for m in line.modifiers]
    if line.note and not on_receipt:
        phrases.append(line.note)
    return [line.name, *sorted(phrases, key=len, reverse=True)]


def _without(words: tuple[str, ...], phrase: str) -> tuple[str, ...] | None:
    """`words` less the first place where `phrase` stands; None where it doesn't."""
    wanted = tuple(phrase.split())
    for at in range(len(words) - len(wanted) + 1):
        if words[at : at + len(wanted)] == wanted:
            return (*words[:at], *words[at + len(wanted) :])
    return None


def _matters(word: str) -> bool:
    """Signs do not, nor does a second language, which may be on paper as a picture."""
    return any(char.isascii() and char.isalnum() for char in word)


def _spelled(line: Line, price: str) -> str:
    phrases = _phrases(line, on_receipt=bool(price))
    return ", ".join([f"{line.qty}× {line.name}", *phrases[1:], *([price] if price else [])])
