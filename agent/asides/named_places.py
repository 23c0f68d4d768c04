"""Addresses without the number of a house: "the Old Coach House", "Canal Wharf Business Park", and
an address that is said once more with what it lacked."""

from __future__ import annotations

import re

from agent.asides.addresses import NAMED_STREET, STREETLIKE, lacks_number, take_address
from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.language import COMMON, tokens

__all__ = ["HOUSES", "hear_address_again", "hear_named_place"]

HOUSES = (
    r"(?:house|cottage|lodge|farm|farmhouse|hall|barn|manor|villa|hotel|inn|towers?|mansions|park"
    r"|estate|centre|center|plaza|mall|campus|school|hospital|church|rectory|vicarage|mill|chapel"
    r"|station|works|wharf|yard|buildings?|heights|apartments|residences?|complex|dorm)"
)
_PLACE = re.compile(
    r"(?:^|(?<=[.,] ))(?:(?:its|it is|thats|at|to|called|im|were|and|um|uh|no) )*(?:the )?"
    rf"(?P<place>(?!(?:my|our|your|his|her|their|an?|no|not|behind|next|opposite|near)\b)"
    rf"(?:[a-z]+ ){{1,3}}?{HOUSES})(?= [.,]|$| in | on | at )"
)
MIN_SHARED = 2  # words that a street or a house is called by


def hear_named_place(line: Line, asides: Asides, street: str, *, due: bool) -> None:
    """“It's *the Old Coach House, Church Street*”, where an address is due, or the number of a
    house in `street`; else only what is plainly one, “flat 3, *Mill House*”."""
    plain = asides.placed or NAMED_STREET.search(line.string) or "called" in line.string.split()
    if STREETLIKE.search(line.string) is not None or not (due or plain):
        return
    for match in _PLACE.finditer(line.string):
        place = line.tokens_of(*match.span("place"))
        free = not asides.taken & set(place)
        if free and _is_called_so(line, place) and not line.names(place):
            take_address(line, asides, match.start("place"), lead=match.start(), sure=True)
            if street and lacks_number(street) and not NAMED_STREET.search(line.string):
                asides.address = f"{asides.address}, {street}"
            return


def _is_called_so(line: Line, place: range) -> bool:
    """“*Canal Wharf* Business Park”, and no "big house"."""
    if line.capital(place) and line.capital(range(place[-1], place[-1] + 1)):
        return True
    return not line.cased and any(line.heard[n].word not in COMMON for n in place[:-1])


def hear_address_again(line: Line, asides: Asides, address: str) -> None:
    """“Unit 7, Canal Wharf, *Tyseley, Birmingham*”, where most of it was understood before: as it
    is said now, where that says more."""
    known = {t.word for t in tokens(address)}
    for start, end in _sentences(line):
        span = range(start, end)
        if any(m.items and m.whole for m in line.mentioned(span)):
            continue
        shared = {line.heard[n].word for n in span} & known - COMMON
        if sum(word.isalpha() for word in shared) < MIN_SHARED:
            continue
        first = next(n for n in span if line.heard[n].word in shared or n in asides.placed)
        take_address(line, asides, _at(line, first), lead=_at(line, start), sure=True)
        if known >= {t.word for t in tokens(asides.address)}:
            asides.address = address
        return


def _sentences(line: Line) -> list[tuple[int, int]]:
    stops = [n for n, t in enumerate(line.heard) if t.word in (".", "?")]
    starts = [0, *(n + 1 for n in stops)]
    return [(a, b) for a, b in zip(starts, [*stops, len(line.heard)], strict=True) if a < b]


def _at(line: Line, token: int) -> int:
    return sum(len(t.word) + 1 for t in line.heard[:token])
