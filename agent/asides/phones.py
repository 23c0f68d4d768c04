"""The number to call."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.language import tokens

__all__ = ["hear_phone"]

_DIGITS = r"(?:(?:double|triple) (?:\d|oh?)(?= |$)|\d+|oh?(?= \d| double| triple|$))"
_PHONE = re.compile(
    r"\b(?:(?:(?:you|they|he|she) can )?(?:call|reach|ring|text|phone)(?: me| us)?"
    r"(?: back)?(?: on| at)? (?:my )?|(?:(?:my|the|a) )?(?:contact |phone |cell |mobile )*"
    r"(?:phone|cell|mobile|telephone|number)(?: number)?(?: is| s|,)? )?"
    rf"(?P<what>{_DIGITS}(?: {_DIGITS})*)(?= |$)"
)
MIN_TOLD_DIGITS, MIN_BARE_DIGITS = 5, 7  # of a number that is led in, and of one that is not
_TIMES = {"double": 2, "triple": 3}


def hear_phone(line: Line, asides: Asides) -> None:
    """“My number is 030 1234567”, “call me on oh seven nine double five …”; so many digits in a row
    are a telephone's, whatever leads them in."""
    for match in _PHONE.finditer(line.string):
        span, what = line.tokens_of(*match.span()), line.tokens_of(*match.span("what"))
        told = len(match[0]) > len(match["what"])
        digits = _spoken_digits([line.raw(range(n, n + 1)) for n in what])
        if len(digits) < (MIN_TOLD_DIGITS if told else MIN_BARE_DIGITS):
            continue
        if asides.taken & set(span) or any(m.items and m.whole for m in line.mentioned(what)):
            continue
        asides.taken |= set(span)
        written = all(line.raw(range(n, n + 1)).isdecimal() for n in what)
        asides.phone = line.raw(what) if written else digits


def _spoken_digits(said: Sequence[str]) -> str:
    """`oh seven 9 double five` → `07955`."""
    digits, times = "", 1
    for word in said:
        if word.lower() in _TIMES:
            times = _TIMES[word.lower()]
            continue
        number = word if word.isdecimal() else tokens(word)[0].word
        digits += ("0" if number.startswith("o") else number) * times
        times = 1
    return digits
