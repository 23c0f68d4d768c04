"""Feelings and tales of meals long eaten, which ask for nothing."""

from __future__ import annotations

import re

from agent.asides.about_orders import BEFORE
from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_remarks"]

# Feelings, which ask for nothing: "what a pity", "for god's sake".
_EXCLAIMED = re.compile(
    r"\b(?:what|such) an? (?:(?:real|great|terrible|bit of an?) )?(?P<what>\w+)"
    r"|\b(?:its|it is|thats|theyre|im) (?:way |far |just |a bit )*too \w+"
    r"|\b(?:only|just) \d+(?: ,)?(?: is it| is that| then| right| can i| may i| am i allowed)? [?]"
    r"|\bfor \w+ sake\b|\b(?:oh )?my (?:god|goodness|gosh|word)\b|\bmake it snappy\b"
)


# "Last week your chips were soggy": of a meal long eaten.
_EATEN = re.compile(
    rf"(?:\b{BEFORE} (?:, )?(?:the|my|our|your)|\byour) (?:\w+ ){{1,3}}?(?:was|were) "
    r"(?:[^.?]*?)(?= [.?]|$)"
)


def hear_remarks(line: Line, asides: Asides) -> None:
    """What is no wish is used up, unless a dish is named in it."""
    for match in _EXCLAIMED.finditer(line.string):
        span = line.tokens_of(*match.span())
        named = any(m.whole and m.items for m in line.mentioned(span))
        if not asides.taken & set(span) and not named:
            asides.taken |= set(span)
    for match in _EATEN.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not asides.taken & set(span):
            asides.taken |= set(span)
