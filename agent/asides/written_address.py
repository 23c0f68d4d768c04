"""How an address is written, of one that was told: its numbers, and what was put right in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides.line import Line, capitals
from agent.language import number_at

__all__ = [
    "CALLED",
    "MAX_QTY_DIGITS",
    "SAID_OVER",
    "STREETS",
    "UNITS",
    "as_written",
    "corrected",
    "joined",
    "spoken_number",
]

STREETS = (
    r"(?:street|st|road|rd|avenue|ave|lane|drive|way|square|place|court|boulevard|blvd|terrace"
    r"|close|gardens|hill|row|grove|parkway|pkwy|crescent|circle|highway|hwy|turnpike|mews|alley"
    r"|quay|esplanade|promenade|[a-z]*(?:strasse|str|platz|weg|gasse|allee)"
    r"|[a-z]+(?:ufer|damm|chaussee|steig|graben))"
)
# "West 9th"; but "Carla from 18th Avenue" tells of no house.
CALLED = r"(?!(?:st|nd|rd|th) )(?:(?:\d+ (?:st|nd|rd|th)|[a-z]+) ){1,3}?"
_TAKEN_BACK = (
    r"(?:no|nope|sorry|wait|actually|oops|rather|correction|i mean|i meant|hang on|hold on"
    r"|(?:scratch|strike|forget) (?:that|it)|not that|thats wrong|my (?:mistake|bad))"
)
SAID_OVER = rf"{_TAKEN_BACK} (?:(?:{_TAKEN_BACK}|its|it is|make (?:that|it)|[.,]) )*"
_OH = frozenset(["oh", "o", "0"])
UNITS = frozenset("unit flat apartment apt suite level floor room shop number".split())  # noqa: SIM905
MAX_QTY_DIGITS = 2  # of so many of a dish


def spoken_number(line: Line, at: int) -> int:
    """“*Twenty two fifteen* Carson Avenue”, “*nine oh five* …”: where the number of the house
    begins of which `at` is a part. Not "flat 4 15 Park Road"."""
    words, first = [t.word for t in line.heard], at
    while first > 0 and _spoken_digits(words[first - 1]) and words[at].isdecimal():
        first -= 1
    while first < at and (words[first] in _OH or (first and words[first - 1] in UNITS)):
        first += 1
    return first


def _spoken_digits(word: str) -> bool:
    return word in _OH or (word.isdecimal() and len(word) <= MAX_QTY_DIGITS)


def _run_together(line: Line, at: int, end: int) -> tuple[str, int]:
    """The digits of a number that was told in pieces from `at` on, and how many words it took; no
    digits where it was not."""
    said, digits, first = [t.word for t in line.heard[:end]], "", at
    while at < end and _spoken_digits(said[at]) and line.raw(range(at, at + 1)).isalpha():
        number = number_at(said, at)
        digits += str(number[0]) if number is not None else "0"
        at += number[1] if number is not None else 1
    pieces = at - first > 1 and digits != str((number_at(said, first) or (0, 0))[0])
    return (digits, at - first) if pieces else ("", 0)


def joined(line: Line, at: int) -> bool:
    """True where the number at `at` and the next word are one: "58-20", "12/3"."""
    between = line.text[line.heard[at].end : line.heard[at + 1].start]
    return line.heard[at].word.isdecimal() and between in ("-", "/", "–")


# "Hauptstrasse 3, *no wait, 13*"
_OTHER_NUMBER = re.compile(
    r"\d+[a-z]?\s*[,.–-]*\s*(?:no|sorry|wait|actually|i mean)\b(?:[\s,.]|no\b|wait\b|sorry\b|it's\b"
    r"|make it\b|number\b|i mean\b)*(?=\d)",
    re.IGNORECASE,
)


# "1480 Old Mill Road, *no wait, sorry*, 1418 Old Mill Road": the whole of it once more.
_STREET_AGAIN = re.compile(
    rf"^\d+ [^,.]+?[,.]?\s+(?:no|sorry|wait|actually|i mean|scratch that)\b"
    r"[^\d]{0,60}?"
    rf"(?=\d+ (?:[^\s,]+ ){{1,3}}?{STREETS}\b)",
    re.IGNORECASE,
)
# "12 Oak Street. *Scratch that, 14 Elm Road*", "12 Oak Street, *sorry, 14*".
_OTHER_STREET = re.compile(
    r"[\s,.–-]+"
    + SAID_OVER.replace("thats", "that['’]?s").replace("its", "it['’]?s").replace(" ", r"[\s,.]+")
    + r"(?P<new>\d.*)$",
    re.IGNORECASE,
)


def corrected(address: str) -> str:
    """The address that was meant, of two, or with its other number."""
    address = _STREET_AGAIN.sub("", address)
    over = _OTHER_STREET.search(address)
    if over is None:
        return _OTHER_NUMBER.sub("", address)
    if over["new"].isdecimal():
        return re.sub(r"\d+", over["new"], address[: over.start()], count=1)
    return over["new"]


def as_written(line: Line, span: Sequence[int]) -> str:
    """“eighteen oak street” is 18 Oak Street: numbers as digits, capitals where there are none.
    What `span` leaves out is not written."""
    text, said = "", [t.word for t in line.heard[: span[-1] + 1]]
    at, kept = span[0], set(span)
    while at <= span[-1]:
        if at not in kept:
            at += 1
            continue
        number = number_at(said, at)
        words = number[1] if number is not None else 1
        digits = (
            str(number[0]) if number is not None and line.raw(range(at, at + 1)).isalpha() else ""
        )
        if at == span[0] and (pieces := _run_together(line, at, span[-1] + 1))[0]:
            digits, words = pieces
        gap = line.text[line.heard[at - 1].end : line.heard[at].start] if at > span[0] else ""
        text += gap + (digits or line.raw(range(at, at + words)))
        at += words
    return text if text != text.lower() else capitals(text)
