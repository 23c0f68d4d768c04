"""Numbers that count no dish: of seconds to wait, of euros, of a table."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.matching import Mention

__all__ = ["hear_measures"]

_N = r"(?:\d+00 (?:and )?)?(?:[2-9]0 )?\d+"  # "327" is said in three words, "27" in two
_NEXT = r"(?= [.,?]|$| please| ok| okay| now| i | im| let | my | ill )"
# "Hold on a second", "two secs": but "a second pizza" is one more.
_WAIT = re.compile(
    r"\b(?:(?:just|hold on|hang on|wait|bear with me|give me|gimme|for|only|maybe) )*"
    rf"(?:{_N}|a|an|a couple of|a few|half a) (?:more )?(?:secs?|seconds?|moments?|mo|ticks?"
    rf"|minutes?|mins?){_NEXT}"
)
_POUNDS = re.compile(
    r"(?P<cost>\b(?:was|were|is|its|cost|costs|paid|pay|charged) (?:about |only |just |like )?)?"
    rf"\b{_N}(?:[.:]\d\d)? pounds?(?= [.,?]|$|(?P<before> last| for| before| usually)| please)"
)
_MEASURES = (
    re.compile(
        rf"\b(?:{_N}|an?|a couple of|a few) (?:minutes?|mins?|hours?|days?|weeks?|months?|years?)"
        r" (?:ago|late|early|old|away|long)\b"
    ),
    re.compile(
        rf"\b{_N}(?:[.:]\d\d)? (?:euros?|dollars?|bucks?|quid|cents?|pence|pesos?|francs?)\b"
        r"(?: \d\d\b)?"
    ),
    _POUNDS,
    re.compile(r"\btable (?:number )?\d+\b"),
)


def hear_measures(line: Line, asides: Asides) -> None:
    """A number with a unit of time, money or place is used up, unless it is in a dish's name."""
    for pattern in (_WAIT, *_MEASURES):
        for match in pattern.finditer(line.string):
            span = set(line.tokens_of(*match.span()))
            dish = any(m.items and span & set(range(m.start, m.end)) for m in line.mentions)
            money = pattern is _POUNDS and bool(match["cost"] or match["before"])
            weight = pattern is _POUNDS and not money
            if weight and any(_is_sold_by(m) for m in line.mentions if m.start in span):
                continue  # "two pounds, please", to "how much of it?"
            if (money or not dish) and not span & asides.taken:
                asides.taken |= span
                asides.measured = True
                asides.waits = asides.waits or pattern is _WAIT


def _is_sold_by(mention: Mention) -> bool:
    """True where that is what an option is called, as a weight is."""
    return any(r.coverage == 1 for r in mention.readings)
