"""What is said of a door beside its street: its parts, "Building C, apartment 12B", and what the
driver is told, "the entrance is around back", "have them call me when they get here".

It counts no dish, names nobody and fetches nothing, so it is used up before dishes, names and
pick-up are listened for. The parts go to the address, the rest on the note of the order.
"""

from __future__ import annotations

import re

from agent.asides.addresses import NAMED_STREET, STREETLIKE
from agent.asides.clauses import BEGINS, REST
from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.asides.written_address import STREETS

__all__ = ["hear_at_the_door"]

_LEAD = r"(?:(?:and|also|but|so|oh|um|uh|well|then|please|just|maybe|actually|yes|no) )*"
_ASKED = (
    r"(?:(?:(?:can|could|would|will) (?:you|they|he|she)(?: guys)?|(?:i|we) (?:need|want)"
    r"|(?:id|wed) like|make sure|be sure|remember|dont forget)"
    r"(?: (?:please|just|maybe|you|that|to))* )?"
)
_WRITTEN = (
    r"(?:(?:write|put|note|add|mention|say)(?: (?:down|that|also|too|as a note"
    r"|(?:on|in) (?:it|there|the (?:notes?|order|ticket|address))))*(?: ,)? )?"
)
_DRIVER = (
    r"(?:(?:the|your|my|whatever) (?:delivery )?(?:driver|courier|rider|delivery|fella|fellow|guy"
    r"|bloke|lad|chap|man|boy|person|lady|woman|girl)|whoever (?:comes|brings it|delivers(?: it)?))"
)
_SIDE = (
    r"(?:back|rear|side|front|main|basement|alley|alleyway|car park|parking lot|loading|service"
    r"|lobby|reception|gates?|doors?|stairs|staircase|entrance|driveway|garage|courtyard|yard"
    r"|porch|corner|left|right|east|west|north|south)"
)
_WAY_IN = (
    r"(?:entrance|entry|way in|door|doorway|gate|driveway|stairs|steps|buzzer|bell(?! peppers?)"
    r"|lift)"
)
_BY = r"(?:a?round|at|on|in|by|behind|through|via|off|up|down|to|under|next to|near|opposite)"
# What only somebody does who brings something.
_DOES = (
    r"(?:(?:give|call|ring|text|phone|message) (?:me|us|my \w+)\b(?: a (?:call|ring|text|shout))?"
    rf"(?= (?:when|once|as soon as|if|before|from|on|upon|at|outside|downstairs)\b){REST}"
    r"|(?:come|go|walk|pull|drive|head|get|enter)(?: (?:in|up|on|over|back))*"
    rf" (?!on the side\b)(?:{_BY} )+(?:(?:the|my|our) )?(?:\w+ )?{_SIDE}\b{REST}"
    rf"|(?:call|ring|buzz|phone) (?:up|down)\b{REST}"
    r"|(?:buzz|dial|press|ring) (?:(?:for|number|apartment|flat|unit) )*\d+(?: [a-z]\b)?"
    rf"|(?:use|take|try) (?:the|our|my) (?:\w+ ){{1,2}}?{_WAY_IN}\b{REST}"
    rf"|(?:dont |do not )?(?:knock(?: on| at)?|bang (?:on|at)|honk|beep)(?: (?!and\b)\w+)\b{REST}"
    rf"|(?:dont|do not|never|not to) (?:ring|use|buzz|press) (?:at )?(?:the|our|my|any)\b{REST}"
    rf"|(?:park|meet (?:me|us)) (?:{_BY}|outside|downstairs)\b{REST}"
    rf"|(?:wait|stop) (?:outside|downstairs|at the|by the|in the (?:lobby|car|driveway))\b{REST})"
)
_HOW_IT_IS = (
    rf"(?:(?:the|our|my) (?:{_SIDE} )?{_WAY_IN}(?: to (?:the|my|our) \w+)?(?: is|s)"
    rf"(?: (?:just|right|actually|really))* {_BY}\b{REST}"
    r"|(?:its|it is|thats)(?: (?:just|right|actually))* a?round"
    rf" (?:(?:at|the|in) )*{_SIDE}\b{REST}"
    r"|(?:the |our |my )?(?:gates?|doors?)(?: (?:is|are|isnt|wont|sticks?))?"
    rf" (?:locked|shut|closed|open|stuck)\b{REST}"
    rf"|(?:the|our|my) dogs?(?: (?:is|are))? (?:friendly|loose|bites?|barks?)\b{REST}"
    r"|(?:(?:we|i|were|im)|(?:our|my|the) (?:apartment|flat|door|unit|place|office)s?)(?: (?:are|am"
    rf"|is|live|just|up|right))* (?:upstairs|downstairs|up the stairs|at the (?:top|end))\b{REST}"
    r"|(?:the |our |my )?(?:door ?)?(?:bells?|buzzers?|intercom)"
    r" (?:is|isnt|does|doesnt|dont|wont|has|hasnt|sticks?|stopped|not|never|broken|busted|dead|out)"
    rf"\b{REST}"
    rf"|(?:theres|there is|weve got|there isnt|we have) (?:an?|no)"
    rf"(?: \w+)? (?:gate|buzzer|bell|intercom|dog)\b{REST})"
)
_NO_OTHER_CODE = r"(?!(?:zip|post|postal|area|promo|discount|coupon|voucher|gift|country)\b)"
_CODE = (
    rf"(?:(?:the|our|my) {_NO_OTHER_CODE}(?:\w+ )?|(?:gate|door|entry|entrance|buzzer|building"
    r"|lobby|access|key ?pad|alarm) |(?=code is ))(?<!zip )(?<!post )(?<!postal )(?<!area )"
    r"(?:code|pin)"
    r"(?: (?:for|to|on) (?:the|it)(?: \w+)?)?(?: is|s| ,|)? (?:[a-z] )?\d[\d ]*\d\b"
)
# "Put the gate code on there, 4455".
_CODE_PUT = re.compile(
    rf"{BEGINS}{_LEAD}{_ASKED}(?:put|add|write|note|include|mention) (?:the|my|our)"
    rf" (?P<what>{_NO_OTHER_CODE}(?:\w+ )?code)"
    r"(?: (?:on|in|to|down|too|also|there|it|the|order|notes?|address|ticket|as well))*"
    r"(?: ,)?(?: (?:its|it is|thats))? (?P<code>\d[\d ]*)(?= [.,?]|$| please| thanks| and )"
)
_PLACES = (
    r"(?:(?:its|it is|were|im|right|just|thats|and) )*(?P<place>(?:right )?(?:behind|opposite"
    r"|across (?:the (?:street|road) )?from|next (?:door )?to|in front of|above|beside|near(?: to)?"
    r"|close to|not far from|just (?:off|past)"
    rf"|a?round the corner from|on the corner of) (?:the |an? |our |my )?(?!counter\b)\w+{REST})"
)
# Why it is so: "…, *I don't hear so well*", "…, *behind the laundromat*".
_WHY = re.compile(
    r" , (?:(?:because|cause|cos|as|since) [^.,?]+"
    r"|(?:i|we|he|she|they|you) (?:dont|cant|wont|has to|have to|should|will|can|need to)\b[^.?,]+"
    r"|(?:(?:the|my|our) )?(?:\w+ )?(?:is|s|are|\w+s) (?:asleep|sleeping|napping|in bed|deaf)\b"
    r"[^.?,]*"
    r"|im (?:hard|deaf|a bit|not|on|in)\b[^.,?]+"
    rf"|(?:behind|opposite|next to|in front of|above|beside|by) {REST})"
)
_TOLD_DRIVER = re.compile(
    rf"{BEGINS}{_LEAD}{_ASKED}(?:(?=(?P<tell>tell {_DRIVER} {REST}))|)(?:"
    rf"(?:(?:tell|ask|remind|warn) {_DRIVER}"
    r"|(?:have|get|let) (?:the|your|my) (?:delivery )?(?:driver|courier|rider))"
    r"(?: (?:to(?! be)|that|know|please))*"
    rf"|(?:tell|ask|have|get|let|remind) (?:him|her|them|{_DRIVER})(?: (?:to|that|please))*"
    rf"(?= {_DOES})) (?P<what>{REST})(?= |$)"
)
_MUST = (
    rf"(?:{_DRIVER}|he|she|they|you)(?: just| will| ll)? (?:has to|have to|needs to|need to|should"
    r"|must|can|could|ought to|better) (?:just )?"
)
_DRIVERS = tuple(
    re.compile(rf"{BEGINS}{_LEAD}{pattern}(?= |$)")
    for pattern in (
        rf"{_ASKED}{_WRITTEN}(?:{_MUST})?(?:to )?(?P<what>{_DOES})",
        rf"{_WRITTEN}(?P<what>{_HOW_IT_IS})",
        rf"{_WRITTEN}(?P<what>(?:theres a \w*(?: ?gate|door) ,(?: and)? )?{_CODE})",
    )
)
_LANDMARK = re.compile(rf"{BEGINS}{_PLACES}")

_STOREYS = r"(?:1st|2nd|3rd|first|second|third|fourth|fifth|sixth|seventh|top|ground)"
_APART = r"(?= [.,?]|$| actually| please| thanks| and | not | in | on | at | is )"
_PART = re.compile(
    r"\b(?:(?:its|it is|im|i am|were|we are|we live|i live|on|at|in|the|my|our|and|also|thats"
    r"|that is|no|sorry|you (?:left off|left out|forgot|missed)) )*"
    rf"(?P<what>(?:{_STOREYS}|\d{{1,2}} (?:st|nd|rd|th)) floor\b(?: (?:on the )?(?:left|right)\b)?"
    r"|(?:apartment|apt|flat|unit|suite|room|floor|staircase|block|building|bldg|tower)"
    r"(?: \.)?(?: (?:number|is|s))*"
    rf" (?:\d{{1,4}}(?: [a-z]\b{_APART})?|[a-z]{_APART}))"
    r"(?P<said> is (?:a )?part of (?:the|my|our) address)?"
)


def hear_at_the_door(line: Line, asides: Asides, *, delivering: bool, address: str) -> Line:
    """`line` with commas for what the driver is told. `delivering`: it is to be brought, to
    `address` as far as that is known, so that "behind the bank" is where."""
    _hear_parts(line, asides)
    street = STREETLIKE.search(line.string)
    named = street or NAMED_STREET.search(line.string)
    brought = delivering or named is not None or "deliver" in line.string
    told = _hear_driver(line, asides, brought=brought, known=bool(address or street))
    asides.taken |= told
    return line.paused(told) if told else line


def _hear_parts(line: Line, asides: Asides) -> None:
    """“Building C, apartment 12B”, wherever it is said; but what runs into a street is of it, as in
    “unit 6 Mill Lane”."""
    streets = {n for m in STREETLIKE.finditer(line.string) for n in line.tokens_of(*m.span())}
    for match in _PART.finditer(line.string):
        span, what = line.tokens_of(*match.span()), line.tokens_of(*match.span("what"))
        if streets & set(what) or line.names_a_dish(what) or asides.taken & set(what):
            continue
        asides.taken |= set(span)
        asides.placed |= set(what)
        asides.parts.append(_IS.sub(" ", line.raw(what)))


_IS = re.compile(r"(?: is|['’]?s) ")  # "apartment *is* 12B"
_IN_A_STREET = re.compile(rf"\b[a-z]{{3,}} {STREETS}\b")


def _hear_driver(line: Line, asides: Asides, *, brought: bool, known: bool) -> set[int]:
    """The tokens of all that is for the driver, which `asides` keeps as notes. Where no address is
    `known`, the street that a landmark stands in is of it."""
    told: set[int] = set()
    to_him = list(_TOLD_DRIVER.finditer(line.string))
    found = [(m, "tell" if m["tell"] else "what") for m in to_him]
    if brought:
        found += [(m, "what") for pattern in _DRIVERS for m in pattern.finditer(line.string)]
        found += [(m, "place") for m in _LANDMARK.finditer(line.string)]
    codes = [(m, "") for m in _CODE_PUT.finditer(line.string)]
    for match, group in sorted([*codes, *found], key=lambda f: (f[0].start(), -f[0].end())):
        end = match.end()
        while group and (why := _WHY.match(line.string, end)) is not None:
            if line.names_a_dish(line.tokens_of(*why.span())):
                break
            end = why.end()
        span = line.tokens_of(match.start(), end)
        if (told | asides.taken) & set(span):
            continue
        if match not in to_him and line.names_a_dish(span):
            continue
        told |= set(span)
        if not group:
            code = match["code"].replace(" ", "")
            asides.notes.append(f"{match['what']} {code}")
            continue
        said = line.raw(line.tokens_of(match.start(group), end))
        of_address = group == "place" and not known and _IN_A_STREET.search(match[group])
        (asides.parts if of_address else asides.notes).append(said)
    return told
