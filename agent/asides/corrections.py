"""What is said of an address that is known: another number, the postcode, the floor."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_address_part", "hear_other_street", "hear_street_number", "join_address"]

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
_POSTCODE = re.compile(
    r"\b(?:(?:my|the|our|and|actually) )*(?P<what>(?:post ?code|postal code|zip ?code|zip)"
    r"(?: is| s|s|,)? (?P<code>(?=[^.,?]*\d)[a-z0-9 ]{2,12}?))(?= [.,?]|$| please| thanks| and )"
)
_APART = r"(?= [.,?]|$| actually| please| thanks| and | not )"
_STOREYS = r"(?:1st|2nd|3rd|first|second|third|fourth|fifth|sixth|seventh|top|ground)"
_PART = re.compile(
    r"\b(?:(?:its|it is|im|i am|were|we are|we live|i live|on|at|in|the|and|also) )*"
    rf"(?P<what>(?:{_STOREYS}|\d{{1,2}} (?:st|nd|rd|th)) floor\b(?: (?:on the )?(?:left|right)\b)?"
    r"|(?:apartment|apt|flat|unit|suite|room|floor|staircase|block) (?:number )?"
    rf"(?:\d{{1,4}}(?: [a-z]\b{_APART})?|[a-z]{_APART}))"
)
# "It's Oak Road, not Oak Street", "Oak Road and not Street".
_STREET_RATHER = re.compile(
    r"(?:\b(?:its|it is|thats|no|sorry|actually|,) )*\b(?P<new>(?:[a-z]+ ){1,3}?[a-z]+)(?: ,)?"
    r" (?:and )?not (?P<old>(?:[a-z]+ ){1,3}?(?:street|road|avenue|lane|drive|court|terrace|close"
    r"|gardens|way|place|square))\b"
)
_HOUSE_NUMBER = re.compile(r"\d+\s?[a-zA-Z]?\b")
_CODE = re.compile(r"\b\d{4,5}\b")


def hear_address_part(line: Line, asides: Asides, address: str, *, told: bool) -> None:
    """Corrects `address`, where there is one, or keeps what belongs to one that is still to come.
    `told`: it was the last thing that the caller told."""
    for match in _POSTCODE.finditer(line.string):
        code = line.raw(line.tokens_of(*match.span("code")))
        if not _take(line, asides, match):
            continue
        if _CODE.search(address) and _CODE.fullmatch(code):
            asides.address = _CODE.sub(code, address)
        else:
            asides.parts.append(code if address else line.raw(line.tokens_of(*match.span("what"))))
    for match in _PART.finditer(line.string):
        if _take(line, asides, match):
            asides.parts.append(line.raw(line.tokens_of(*match.span("what"))))
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


def hear_other_street(line: Line, asides: Asides, address: str) -> None:
    """“Oak Road, not Oak Street”, of an address that has the one."""
    for match in _STREET_RATHER.finditer(line.string) if address else ():
        old = re.compile(re.escape(match["old"]), re.IGNORECASE)
        if old.search(address) and _take(line, asides, match):
            asides.address = old.sub(line.raw(line.tokens_of(*match.span("new"))), address)


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


def join_address(asides: Asides, address: str) -> None:
    """The parts go to the address, the one just said or the one known; else on a note."""
    if not asides.parts:
        return
    whole = asides.address or address
    if whole:
        asides.address = ", ".join([whole, *(p for p in asides.parts if p not in whole)])
    else:
        asides.notes += asides.parts


def _take(line: Line, asides: Asides, match: re.Match[str]) -> bool:
    """True where the words are free, and no dish is named in them; they are then used up."""
    span = set(line.tokens_of(*match.span()))
    dish = any(m.items and span & set(range(m.start, m.end)) for m in line.mentions)
    if dish or span & asides.taken:
        return False
    asides.taken |= span
    return True
