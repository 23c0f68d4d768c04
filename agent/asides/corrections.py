"""What is said of an address that is known: another number, or the one that was asked for."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_address_part", "hear_street_number"]

_NOT = r"(?:(?: ,)? (?:and )?not (?:number )?\d{1,4}[a-z]?)?"
# "Sorry, number 16", "it's house number 40, not 14".
_NUMBER = re.compile(
    r"(?<!phone )(?<!order )(?<!my )\b"
    r"(?:(?:its|it is|thats|at|the|sorry|no|actually|but|should be) )*(?:(?:house|street|door) )?"
    r"number (?:is |should be )?(?P<n>\d{1,4}(?: [a-z]\b)?)" + _NOT
)
_RATHER = re.compile(r"\b(?P<n>\d{1,4})(?: ,)? (?:and )?not (?:number )?(?P<old>\d{1,4})\b")
# "Sorry, 16", where the address was the last thing told; so many of one dish are hardly meant.
_ALONE = re.compile(r"^(?:(?:no|sorry|wait|oh|oops|um|i mean|its|,) )+(?P<n>\d{2,4})(?: \.)?$")
_HOUSE_NUMBER = re.compile(r"\d+\s?[a-zA-Z]?\b")


def hear_address_part(line: Line, asides: Asides, address: str, *, told: bool) -> None:
    """Another number in `address`, where there is one. `told`: it was the last thing that the
    caller told."""
    numbers = _HOUSE_NUMBER.findall(address)
    for pattern in (_NUMBER, _RATHER, *([_ALONE] if told else [])):
        for match in pattern.finditer(line.string) if numbers else ():
            if pattern is _RATHER and match["old"] not in numbers:
                continue
            if _take(line, asides, match):
                number = match["n"].replace(" ", "")
                asides.address = _HOUSE_NUMBER.sub(number, address, count=1)


# "Number 12", "twelve, flat 3", to "what number on Park Lane?".
_OF_STREET = re.compile(
    r"^(?:(?:its|it is|thats|at|the|sorry|house|street|door|um|uh|oh|number|is|that would be|,) )*"
    r"(?P<n>\d{1,5}(?: [a-z](?= |$))?)(?= [.,?]|$| please| thanks)(?: , (?P<rest>[^.?]+))?"
)


# "It has no number, it's the last house on the left".
_DESCRIBED = re.compile(
    r"^(?!(?:yes|yeah|ok|okay)\b)[^?]*\b(?:no number|house|building|corner|opposite"
    r"|next (?:to|door)|behind|farm|cottage|hotel|office|called|the end of)\b[^?]*?(?=$| \.$)"
)


def hear_street_number(line: Line, asides: Asides, street: str) -> None:
    """The number in `street`, which was asked for."""
    match = _OF_STREET.match(line.string)
    if match is None or not _take(line, asides, match):
        described = _DESCRIBED.search(line.string)
        if described is not None and _take(line, asides, described):
            asides.address = f"{street}, {line.raw(line.tokens_of(*described.span()))}"
        return
    number = match["n"].replace(" ", "")
    rest = line.raw(line.tokens_of(*match.span("rest"))) if match["rest"] else ""
    asides.address = ", ".join(part for part in (f"{number} {street}", rest) if part)


def _take(line: Line, asides: Asides, match: re.Match[str]) -> bool:
    """True where the words are free, and no dish is named in them; they are then used up."""
    span = set(line.tokens_of(*match.span()))
    dish = any(m.items and span & set(range(m.start, m.end)) for m in line.mentions)
    if dish or span & (asides.taken - asides.placed):
        return False
    asides.taken |= span
    return True
