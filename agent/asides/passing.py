"""What is counted or compared in passing and is no dish: "I've only *two ears*", "it's *thirty-one
years* today", "it's *one of those days*"; and the number of the house.

A number is of the next thing that is named. Where that is nothing to eat, it counts no dish, and
none is set to it.
"""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_own_number", "hear_passing"]

# Of time and distance, of the body, of the house, of what is done all day: nobody sells them.
_THINGS = (
    r"(?:seconds|minutes|hours?|days?|nights?|weeks?|weekends?|months?|years?|decades|centuries"
    r"|miles?|kilomet(?:er|re)s|blocks?|floors|stops|streets|doors"
    r"|ears?|eyes?|hands?|arms?|thumbs?|knees?|hips?|teeth|tooth"
    r"|cats?|kittens?|pupp(?:y|ies)|horses?|pon(?:y|ies)|bedrooms?|bathrooms?|rooms?|walls?"
    r"|windows?|chairs?|beds?|cars?|vans?|bikes?|buses|trains?|planes?|phones?|emails?|letters?"
    r"|books?|pages?|meetings?|calls?|shifts?|jobs?|exams?|tests?|lessons?|games?|matches|goals?"
    r"|innings|parcels?|packages?|reasons?|ways?|problems?|questions?|names?)"
)
_COUNTED_THINGS = re.compile(
    rf"(?<!\w )(?<!number )\b\d+(?: \d+)* {_THINGS}\b(?! (?:of|cut|worth|with|pizza|special)\b)"
    rf"|\b(?:only|just|have|got|ive|weve|about|over|for|after|in|these|those|last|past|the|my|all|s"
    rf"|is|was|were|took|sat|waited|been|and|with) \d+(?: \d+)* {_THINGS}\b"
    r"(?! (?:of|cut|worth|with|pizza|special)\b)"
)
# "It's been *one of those days*", "she's *one of those people who* …": what somebody or something
# is, and none of what was just named.
_ONE_OF_THOSE = re.compile(
    r"\b(?:its|it is|it was|thats|that is|that was|this is|this was|hes|shes|im|ive|been|having|had"
    r"|he is|she is|he was|she was|i am|such)(?: (?:just|been|really|only|always|having|like))*"
    r" 1 of (?:those|these|them)"
    r" (?!(?:please|thanks|thank|and|or|with|without|for|too|is|are|was|in|on|as|to|that|but)\b)"
    r"(?P<what>[^.?,]+)"
)
# "What's our number again? No, *the house number*": of where they live, and no house salad.
_NUMBERED = re.compile(
    r"\b(?:(?:the|my|our|your|her|his|their|a|1|that) )?(?:house|home|street|building|door|flat"
    r"|apartment|apt|unit|suite|room|gate|floor) numbers?\b(?:(?: is|s)?(?: ,)? \d+(?! of\b))?"
)
_ASKED_AT_HOME = re.compile(
    r"\b(?:whats|what is|what was|which is) (?:the|our|my) \w+ number\b[^.?,]*"
)


def hear_own_number(line: Line, asides: Asides) -> None:
    """“Hon, *what's our house number*?”: asked of somebody at home, before it is a question."""
    for match in _ASKED_AT_HOME.finditer(line.string):
        if _NUMBERED.search(match[0]) and not line.names(line.tokens_of(*match.span())):
            asides.taken |= set(line.tokens_of(*match.span()))


def hear_passing(line: Line, asides: Asides) -> None:
    """Takes what nothing else has understood of it, unless something of the menu is named in it."""
    for match in _NUMBERED.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not (asides.taken & set(span) or line.names(span)):
            asides.taken |= set(span)
    for pattern in (_COUNTED_THINGS, _ONE_OF_THOSE):
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            named = any(
                m.start <= span[-1] and span[0] < m.end for m in line.mentions if not m.weak
            )
            if named or asides.taken & set(span):
                continue
            asides.taken |= set(span)
            asides.told = True
