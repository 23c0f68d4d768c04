"""What the kitchen is to be told, and what is to be done with the food once it is cooked: "tell the
chef not to burn it", "could you double bag it?".

It stands on the note of the order in the caller's words, and so does the car to which it is brought
out: "I'll be out front in a blue Honda". What the kitchen is to know of somebody's
allergy stands there as one, so it is asked about or read out.
"""

from __future__ import annotations

import re

from agent.asides.clauses import BEGINS, REST
from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.foods import is_food
from agent.kitchen_notes import notes_in

__all__ = ["hear_requests"]

_COOKS = (
    r"(?:the |your )(?:kitchen|chefs?|cooks?|staff|(?:guys|people|lads) in the (?:kitchen|back))"
)
_ASKED = (
    r"(?:(?:and|also|please|but|just|do|so|then|yes|you(?:ll| will| can| could)"
    r"|(?:can|could|will|would) you|(?:make|be) sure(?: to| you)?|dont forget to|remember to"
    r"|(?:i want|id like) you to)(?: please)? )*"
)
_TELL = re.compile(
    rf"{BEGINS}{_ASKED}(?P<what>(?:tell|let|inform|warn|remind) {_COOKS}\b(?: know)?{REST})(?= |$)"
)
_KNOWS = re.compile(
    rf"{BEGINS}(?:(?:and|so|but) )*{_COOKS}(?:(?:s| does| do| will|ll| is| are|s been))*"
    rf" (?:knows?|aware|told|informed) (?P<what>(?:about|of) {REST})(?= |$)"
)
_OF_HEALTH = re.compile(r"\b(?:allerg\w+|intoleran\w+|coeliac|celiac)\b")
# Only to the read-back, where nothing is ordered any more.
_DONE_WITH_IT = re.compile(
    rf"{BEGINS}{_ASKED}(?P<what>(?:double bag|bag|pack|wrap|label|mark|write|seal|tape)"
    rf" (?:it|them|everything|that|all|the|happy|his|her|my|on)\b{REST})(?= |$)"
)
# "I'm in *a red truck*": what whoever comes for it is to be known by.
_CARS = (
    r"(?:car|truck|pickup truck|van|minivan|suv|jeep|sedan|hatchback|wagon|motorbike|honda|toyota"
    r"|ford|chevy|nissan|subaru|tesla|bmw|audi|mazda|kia|hyundai|volvo|vw|volkswagen|prius|civic"
    r"|corolla|camry)"
)
# Not "in a car *park*", "it's by a truck *stop*".
_PARKED = r"(?= [.,?]|$| (?:and|out|outside|parked|waiting|with|so|if|please|thanks)\b)"
_IN_A_CAR = re.compile(
    rf"\b(?P<what>(?:in|driving) an? (?:\w+ ){{0,3}}?{_CARS}{_PARKED}{REST})(?= |$)"
    r"|\b(?:drives?|its|itll be|look(?:ing)? (?:out )?for) "
    rf"(?P<it>an? (?:\w+ ){{0,3}}?{_CARS}{_PARKED}{REST})(?= |$)"
)
_LONG_AGO = re.compile(r"\b(?:was|been|had|sat|stuck|grew|last|used to)\b[^.,?]*$")
_COLOURS = frozenset("red blue green white black silver grey gray gold orange brown tan".split())  # noqa: SIM905


def hear_requests(line: Line, asides: Asides, *, confirming: bool) -> None:
    """Notes what nobody has understood otherwise. `confirming`: it answers the read-back."""
    _hear_car(line, asides)
    words = [t.word for t in line.heard]
    of_dishes = {n for n in notes_in(words, line.mentions, asides.taken) if words[n] != "go"}
    patterns = (_TELL, _KNOWS, *((_DONE_WITH_IT,) if confirming else ()))
    for pattern in patterns:
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            what = line.tokens_of(*match.span("what"))
            about = [line.heard[n].word for n in what]
            of_food = "about" in about and any(map(is_food, about))
            of_health = of_food or _OF_HEALTH.search(match["what"]) or pattern is _KNOWS
            if of_dishes & set(what) and not of_health:
                continue  # "tell them to *cut it in half*"
            if asides.taken & set(span) or (line.names_a_dish(what) and not of_health):
                continue  # "pack *the naan*"
            asides.taken |= set(span)
            if of_health:
                asides.allergy = True  # "you'll tell the kitchen *about the nuts*, won't you?"
            else:
                asides.notes.append(line.raw(what))


def _hear_car(line: Line, asides: Asides) -> None:
    """“… in a *green* truck”: no greens."""
    for match in _IN_A_CAR.finditer(line.string):
        span = line.tokens_of(*match.span("what" if match["what"] else "it"))
        named = {n for m in line.mentions for n in range(m.start, m.end)} & set(span)
        told = _LONG_AGO.search(line.string[: match.start()]) is not None
        dish = any(line.heard[n].word not in _COLOURS for n in named)
        if told or dish or asides.taken & set(span):
            continue
        asides.taken |= set(span)
        asides.notes.append(line.raw(span))
