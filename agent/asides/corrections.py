"""What is said of an address that is known: another number, the postcode, the floor."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.language import tokens

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
# "It's Oak Road, not Oak Street", "Oak Road and not Street".
_STREET_RATHER = re.compile(
    r"(?:\b(?:its|it is|thats|no|sorry|actually|,) )*\b(?P<new>(?:[a-z]+ ){1,3}?[a-z]+)(?: ,)?"
    r" (?:and )?not (?P<old>(?:[a-z]+ ){1,3}?(?:street|road|avenue|lane|drive|court|terrace|close"
    r"|gardens|way|place|square))\b"
)
_HOUSE_NUMBER = re.compile(r"\d+\s?[a-zA-Z]?\b")
_CODE = re.compile(r"\b(?:\d{4,5}|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b", re.IGNORECASE)


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
    if address and f" {_words(asides.address)} " in f" {_words(address)} ":
        asides.address = address  # "it's 22 Mill Lane, that's the street", and the flat stands
    if not asides.parts:
        return
    whole = asides.address or address
    if not whole:
        asides.notes += asides.parts
        return
    for part in asides.parts:
        whole = _with_part(whole, part)
    asides.address = whole


# Of one kind there is one in an address: who says "flat 4" after "flat 3" puts it right.
_KINDS = tuple(
    re.compile(rf"\b(?:{kind})\.? (?:(?:number|no\.?) )?\w+(?: [a-z])?(?=,|$)", re.IGNORECASE)
    for kind in ("apartment|apt|flat|unit|suite", "building|bldg|block|tower", "room", "floor")
)


def _with_part(whole: str, part: str) -> str:
    """`whole` with `part`, in the place of the one of its kind that it has, or at its end."""
    if f" {_folded(part)} " in f" {_folded(whole)} ":
        return whole
    for kind in _KINDS:
        if kind.match(part) and kind.search(whole):
            return kind.sub(lambda _: part, whole, count=1)
    return f"{whole}, {part}"


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _folded(text: str) -> str:
    return " ".join(t.word for t in tokens(text) if not t.stop)


def _take(line: Line, asides: Asides, match: re.Match[str]) -> bool:
    """True where the words are free, and no dish is named in them; they are then used up."""
    span = set(line.tokens_of(*match.span()))
    dish = any(m.items and span & set(range(m.start, m.end)) for m in line.mentions)
    if dish or span & (asides.taken - asides.placed):
        return False
    asides.taken |= span
    return True
