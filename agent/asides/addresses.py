"""Where the food is brought: streets of several languages, with all that belongs to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides.line import Line, capitals
from agent.asides.topics import Asides
from agent.language import COMMON, number_at

__all__ = [
    "ADDRESS",
    "STREET",
    "STREETLIKE",
    "hear_address",
    "hear_any_address",
    "hear_bare_address",
    "hear_street",
    "take_address",
]

ADDRESS = re.compile(
    r"\b(?:(?:my |the |our )?(?:home |delivery )?address(?! (?:is|was) (?:wrong|not|incorrect)\b)"
    r"(?: is| s| would be| will be"
    r"| should be|,)?(?: ,)?|i live (?:at|in|on)"
    r"|(?:im|i am|we are|were) (?:at|on|in)(?= \d)) (?=\w)"
)
_STREETS = (
    r"(?:street|st|road|rd|avenue|ave|lane|drive|way|square|place|court|boulevard|terrace|close"
    r"|gardens|hill|row|[a-z]*(?:strasse|str|platz|weg|gasse|allee)"
    r"|[a-z]+(?:ufer|damm|chaussee|steig|graben))"
)
_CALLED = r"(?:(?:\d+ (?:st|nd|rd|th)|[a-z]+) ){1,3}?"  # "West 9th"
STREET = re.compile(rf"\b(?:to|at) (?=\d+ {_CALLED}{_STREETS}\b|{_STREETS}(?: \.)? \d)")
STREETLIKE = re.compile(rf"\b(?:[2-9]0 )?\d+ {_CALLED}{_STREETS}\b|\b{_STREETS}(?: \.)? \d")
_UNIT = re.compile(
    r"\b(?:unit|flat|apartment|apt|suite|level|floor|room|shop|house|number|door) "
    r"(?:number )?\w{1,4}(?: \w)?(?: ,)?(?: (?:at|on|in))? $"
)
_ADDRESS_ENDS = re.compile(
    r" [?]| \.(?! (?:apt|apartment|floor|flat|unit|suite|door|\d))| (?:please|thanks"
    r"|thank you|cheers)\b|(?: ,)? (?:and |the )*(?:my |the )?names?\b"
    r"|(?: ,)? (?:and )?(?:for|under) (?:the )?[a-z]+ ?$| (?:and )?(?:can|could|id|ill"
    r"|i) (?:i|you|like|have|get|want|take|also)\b|(?: ,)? thats (?:all|it)\b"
)


def hear_street(line: Line, asides: Asides) -> None:
    """“No, it's 9 Park Road”: the street, and what follows it up to the end of the sentence."""
    match = STREETLIKE.search(line.string)
    if match is not None and not asides.taken & set(line.tokens_of(*match.span())):
        take_address(line, asides, match.start())


def hear_address(line: Line, asides: Asides, at: int) -> None:
    """After "deliver it": "to 12 Main Street", or ", 12 Main Street"."""
    start = re.match(
        r"(?: ,| please)* (?:to|at)(?: my (?:home|place|house|office))?(?: ,| at)? (?=\w)",
        line.string[at:],
    )
    if start is None:
        start = re.match(
            r"(?: ,| please)* (?=\d+ [a-z]{3,} (?:street|st|road|rd|avenue|ave|lane|drive"
            r"|way|square|place)\b)",
            line.string[at:],
        )
    if start is not None:
        take_address(line, asides, at + start.end(), lead=at)


def hear_any_address(line: Line, asides: Asides, at: int) -> None:
    """“Delivery please, *Rua das Flores 120*”: streets of any language, where no dish is named."""
    start = re.match(r"(?: please)?(?: ,| \.) (?:to |at |its |its to )?(?=\w)", line.string[at:])
    rest = line.tokens_of(at + start.end(), len(line.string)) if start is not None else range(0)
    numbered = any(line.heard[n].word.isdecimal() for n in rest)
    if start is not None and numbered and not any(m.whole for m in line.mentioned(rest)):
        street = STREETLIKE.search(line.string, at + start.end())
        if street is not None and line.string[: street.start()].endswith(", "):
            take_address(line, asides, street.start())  # "delivery, *Tom*, Oranienstrasse 25"
            return
        take_address(line, asides, at + start.end(), lead=at)


def take_address(line: Line, asides: Asides, at: int, lead: int | None = None) -> None:
    """The words from `at` on up to where an address ends, with the flat that was said before them;
    from `lead` on they are used up."""
    flat = _UNIT.search(line.string[:at])
    at = flat.start() if flat is not None else at
    lead = min(lead, at) if lead is not None else at
    end = _ADDRESS_ENDS.search(line.string, at)
    span = line.tokens_of(at, end.start() if end else len(line.string))
    kept = []
    for n in span:
        if n in asides.taken:
            break
        kept.append(n)
    while kept and line.heard[kept[-1]].stop:
        kept.pop()
    if not asides.name and (asides.done or not asides.called):
        kept = _without_name(line, kept, ending=asides.done)
    words = [line.heard[n].word for n in kept]
    if not _addresslike(words):
        return
    asides.taken |= set(kept) | set(line.tokens_of(lead, at))
    asides.address = _corrected(_as_address(line, range(kept[0], kept[-1] + 1)))


# "Hauptstrasse 3, *no wait, 13*"
_OTHER_NUMBER = re.compile(
    r"\d+[a-z]?\s*[,.–-]*\s*(?:no|sorry|wait|actually|i mean)\b(?:[\s,.]|no\b|wait\b|sorry\b|it's\b"
    r"|make it\b|number\b|i mean\b)*(?=\d)",
    re.IGNORECASE,
)


def _corrected(address: str) -> str:
    return _OTHER_NUMBER.sub("", address)


def _as_address(line: Line, span: range) -> str:
    """“eighteen oak street” is 18 Oak Street: numbers as digits, capitals where there are none."""
    text, said = "", [t.word for t in line.heard[: span[-1] + 1]]
    at = end = span[0]
    while at <= span[-1]:
        number = number_at(said, at)
        words = number[1] if number is not None else 1
        digits = (
            str(number[0]) if number is not None and line.raw(range(at, at + 1)).isalpha() else ""
        )
        gap = line.text[line.heard[end].end : line.heard[at].start] if at > span[0] else ""
        end = at + words - 1
        text += gap + (digits or line.raw(range(at, end + 1)))
        at = end + 1
    return text if text != text.lower() else capitals(text)


def _without_name(line: Line, kept: list[int], *, ending: bool) -> list[int]:
    """“Bahnhofstrasse 7, *Sara*”: who has given no name says it last. After "7 Oak Street" it may
    be a town, but from who winds up."""
    last = len(kept) - 1
    before = kept[:-2] if ending else kept[:-2][-1:]
    numbered = any(line.heard[n].word[0].isdigit() for n in before)
    apart = last > 1 and line.heard[kept[-2]].word == "," and numbered
    word = line.heard[kept[-1]].word if kept else ""
    known = word in COMMON or word in _IN_THE_HOUSE
    named = apart and not known and line.capital(range(kept[-1], kept[-1] + 1))
    return kept[:-2] if named else kept


def _addresslike(words: Sequence[str]) -> bool:
    content = [w for w in words if w not in (",", ".")]
    return any(w[0].isdigit() for w in content) or sum(w not in COMMON for w in content) >= 2


_IN_THE_HOUSE = frozenset(
    ["hinterhaus", "vorderhaus", "seitenfluegel", "erdgeschoss", "parterre", "links", "rechts"]
)
_BEFORE_ADDRESS = re.compile(
    r"^(?:(?:uh|um|no|nope|yes|yeah|sure|ok|okay|its|it is|to|at|that is|thats|deliver|bring|it|is"
    r"|my|the|address|,|please|would be) )*"
)


def hear_bare_address(line: Line, asides: Asides) -> None:
    """An answer to "what address": all of it."""
    match = _BEFORE_ADDRESS.match(line.string)
    assert match is not None
    at = match.end()
    street = STREETLIKE.search(line.string, at)
    if street is not None and all(
        word in COMMON or not word.isalnum() for word in line.string[at : street.start()].split()
    ):
        at = street.start()  # "let me check... Marktplatz 1"
    if at < len(line.string):
        take_address(line, asides, at, lead=0)
