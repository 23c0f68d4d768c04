"""What is said of an order that stands, by a caller who has one today: which it is, how far it is,
what of it is not a dish. Heard only while no other order is in the making."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides, Question, Topic

__all__ = ["NOT_A_DISH", "hear_status", "hear_which_order"]

_WHOSE = r"(?:my|our|the|that|this|his|her|their|your)"
_KNOWN = r"(?:existing|earlier|previous|first|second|2nd|last|open|current|current open|old)"
_MADE = (
    r"(?: (?:that )?(?:i|we)(?:ve)?(?: have)?(?: just| already| only)?"
    r" (?:made|placed|put in|gave|phoned in|called in|ordered|did|have|got)"
    r"(?: (?:with you|in|there|now))?(?: last\b(?! (?:night|week)))?)"
)
_WHEN = (
    r"(?: (?:from )?(?:before|earlier|today|tonight|just now|a (?:minute|moment|while) ago"
    r"|this (?:morning|afternoon|evening)|(?:\w+ ){1,3}ago))"
)
# "To my order", "on the order I just made", "an existing order"; no "take my order", "in order to".
_ORDER = re.compile(
    rf"(?:\b(?P<to>to|on|onto|on to|in|into|from|off|of|about|with|for|regarding) )?\b(?:{_WHOSE}"
    rf"(?: (?!new|other|another|next|separate|usual|to\b|for\b)\w+)??(?: {_KNOWN})? orders?"
    rf"(?: that)?{_MADE}?|an? (?:\w+ )?{_KNOWN} order{_MADE}?|an? order{_MADE})\b{_WHEN}?"
)
_STARTING = re.compile(
    r"\b(?:take|taking|place|placing|start|begin|do|put in|put through|phone in|give you"
    r"|giving you|get|complete|finish|thats|that is|be|have|send)"
    r" $|\bready (?:to|for) $"
)
# "I want to make my order", and no "make my order a delivery".
_MAKING = re.compile(r"\b(?:make|making) $")
_MADE_INTO = re.compile(r" (?:deliver|pick|collect|to go|ready|earlier|later|bigger|a |for \d)")
_IS_TOLD = re.compile(r" (?:is|s|would be|will be|shall be) (?:\d|an? |for |to |the )")
# "I just called", "my husband ordered an hour ago", "I rang you up for my tea".
_PAST = re.compile(
    r"\b(?:i|we|ive|weve|he|she|they|somebody|someone|(?:my|our) \w+)(?: have| has|d| had)?"
    r"(?: just| already| only| literally)*"
    r" (?:(?:ordered|placed|phoned|called|rang|rung|rung up|telephoned|made (?:an |my |our )?order"
    r"|make (?:an |my |our )?order before)\b(?: (?:you|you up|up|in))?"
    r"|(?<!can i )(?<!could i )(?<!may i )(?<!can we )(?<!could we )"
    r"(?:got|have|had|put(?: in)?) an? (?:\w+ )??order\b(?! of)(?: in\b)?"
    r"|(?:totally |completely |clean )?(?:forgot|forgotten)\b"
    r"(?! (?:what|how|the name|my name|it))(?: to (?:say|tell you|mention|add|order|ask(?: for)?"
    r"|get|include))?)"
)
# "Order number P-1", "you got my order wrong".
_NAMED = re.compile(
    r"\border (?:number )?p \d+\b"
    r"|\b(?:you|they)(?:ve)? (?:got|have|took|put) (?:my|our|the) order wrong\b"
    r"|\b(?:my|our|the) order (?:is|was|came out) wrong\b"
    r"|\bmistake (?:in|on|with) (?:my|our|the) order\b"
    r"|\b(?:gave|told)(?: you| them)? (?:the|a) wrong (?=name|address|number|time)"
)
_LONG_AGO = re.compile(
    r"\b(?:yesterday|usual|usually|always|the other (?:day|night)|never|last (?:time|week|month"
    r"|night|year|\w+day)|(?:days?|weeks?|months?|years?) ago)\b"
)
# How far a clause that tells of the order goes: "ordered *two calzones* | can you add …".
_GOES_ON = re.compile(
    r" (?=[.,?])| (?=(?:and|but|so|then|can|could|would|may|is|id|please|i|we|just|its|it|make|add"
    r"|without|with|no|\d+ of|1 of)\b)|$"
)
_ALREADY = r"(?: already| yet| now| soon)?"
_FOOD = (
    r"(?:it|that|this|they|(?:my|our|the) (?:\w+ )?"
    r"(?:order|orders|food|delivery|meal|pizzas?|dinner|lunch|tea|stuff|takeaway))"
)
STATUS = re.compile(
    r"\bon (?:its|the|their) way\b"
    rf"|\b(?:is|are|will|would|has|have|did|does) {_FOOD}(?: have| be| been| get| gone| go)*"
    rf"{_ALREADY} (?:ready|done|left|gone|coming|out|cooked|finished|through|being made|sent"
    r"|started)\b"
    r"|\b(?:when|what time|how soon)s? (?:is|will|can|would|should|does|do|could|are)"
    rf" (?:i|we|{_FOOD})(?: be| get| come| arrive| pick| collect| fetch)*\b"
    r"|\bhow (?:much longer|long (?:more|now|will|until|till|before|is|for))\b"
    rf"|\bwheres? (?:the \w+ )?(?:is |are )?{_FOOD}\b|\b(?:when|what time)s {_FOOD}\b"
    rf"|\b(?:check|checking|check up|chase|chasing|ask|asking|calling|status|update)"
    rf"(?: up| in| after| about| of| on| for)+ {_FOOD}\b(?! to )"
    rf"|\bwhats happening with {_FOOD}\b|\bhow (?:is|s|are) {_FOOD} (?:doing|coming)\b"
    rf"|\bhows {_FOOD} (?:doing|coming)\b"
    r"|\b(?:did|do|have) you (?:get|got|have|receive|received) (?:my|our) order\b"
    r"|\b(?:can|could|shall|should) (?:i|we) (?:come|pop|swing|head)\b[^.]*?\b(?:get|collect|fetch"
    r"|now|for it|pick)\b|\b(?:whats|what is|what was|tell me) (?:my|the|our) (?:order )?number\b"
)
# What is the staff's to change about an order that stands, whatever dishes it holds.
NOT_A_DISH = re.compile(
    r"\b(?:address|post ?code|(?<!too )late|later|time|drivers?|courier|(?:door)?bell|gate|intercom"
    r"|wrong name|cutlery|napkins|chopsticks|instead of (?:me|us))\b"
    r"|\b(?:under|in|put|change|wrong|another|different)(?: (?:it|that|the|my|his|her|their|to"
    r"|a|another|different|wrong))+ name\b"
)
_TO_THE_DRIVER = re.compile(
    r"\b(?:tell|ask|let|remind) (?:the |your |my )?(?:\w+ )?"
    r"(?:driver|courier|rider|guy|man|boy|lad)\b"
)
# "We won't be needing the food after all": it is to be cancelled.
_UNWANTED = re.compile(
    rf"\b(?:wont|will not|dont|do not|no longer|not)(?: be| actually| really)*"
    rf" (?:needing|need|wanting|want|require|requiring) {_FOOD}"
    r"(?: any ?more| any longer| after all| now| tonight| today)*"
    r"(?= [.,?]|$| sorry| please| thanks)"
    rf"|\b(?:cant|cannot|wont|will not|unable to) (?:be able to )?(?:come|collect|fetch|pick up)"
    rf"(?: and)?(?: pick up| collect| get| fetch)? {_FOOD}(?: up)?(?: any ?more| after all)"
)
# "Is it too late to add …": leads to what is wanted, and asks nothing.
_LEAD = re.compile(
    r"\b(?:is|its|am|are|would|will) (?:it|i|we|there)(?: still| be| not| just)*"
    r" (?:too late|possible|ok|okay|alright|able|time|a chance)(?: for me| for us)?"
    r" (?:to|if (?:i|we)|that (?:i|we))\b"
)


def hear_status(line: Line, asides: Asides, *, changing: bool) -> None:
    """How far it is; and that it was ordered, which is no news while it is being changed."""
    for match in STATUS.finditer(line.string):
        span = _clause(line, match.start(), match.end())
        if not asides.taken & set(span) and not _names(line, span):
            _ask(line, asides, Topic.STATUS, span)
    plainly = (
        (_UNWANTED, Topic.CANCEL_TODAY),
        (_TO_THE_DRIVER, Topic.CHANGE_TODAY),
        (_NAMED, Topic.CHANGE_TODAY),
    )
    for pattern, topic in plainly:
        for match in pattern.finditer(line.string):
            _take(line, asides, line.tokens_of(*match.span()), topic)
    for match in _LEAD.finditer(line.string):
        asides.taken |= set(line.tokens_of(*match.span()))
    if changing or _LONG_AGO.search(line.string):
        return
    for match in _PAST.finditer(line.string):
        told = match.end()
        if "forgot" not in match[0]:
            start, told = told, _told_to(line.string, told)
            while also := (_AND_ORDERED if told == start else _AND_MORE).match(line.string, told):
                told = _told_to(line.string, also.end())
        _take(line, asides, line.tokens_of(match.start(), told))


def hear_which_order(line: Line, asides: Asides) -> None:
    """“To my order”, “an order I just made”: words that only tell which is meant."""
    if _LONG_AGO.search(line.string):
        return
    for match in _ORDER.finditer(line.string):
        before, after = line.string[: match.start()], line.string[match.end() :]
        making = _MAKING.search(before) and not _MADE_INTO.match(after)
        told = match["to"] is None and _IS_TOLD.match(after)
        apart = _APART.search(before)
        if apart is not None:
            asides.taken |= set(line.tokens_of(apart.start(), match.end()))
        elif not (making or told or _STARTING.search(before)) and not (
            match["to"] in ("with", "for") and _WANTED.match(after)
        ):
            _take(line, asides, line.tokens_of(*match.span()))


def _told_to(string: str, start: int) -> int:
    """Where the clause ends that tells what was ordered."""
    end = _GOES_ON.search(string, start)
    return end.start() if end is not None else start


_AND_ORDERED = re.compile(r" and (?:i |we )?(?:ordered|got|asked for|had|wanted)\b")
# "I ordered two calzones *and a coke*, …".
_AND_MORE = re.compile(rf"{_AND_ORDERED.pattern}| and (?=(?:an?|some|the|\d+) )")
_APART = re.compile(r"\b(?:separate|separately|apart)(?: from)? $")
_WANTED = re.compile(r" (?:,|i|id|ill|we|can|could|may|is)\b")


def _take(line: Line, asides: Asides, span: range, topic: Topic = Topic.CHANGE_TODAY) -> None:
    if span and not asides.taken & set(span):
        _ask(line, asides, topic, span)


def _ask(line: Line, asides: Asides, topic: Topic, span: range) -> None:
    asides.taken |= set(span)
    asides.questions.append(Question(topic, line.mentioned(span), line.raw(span), span[0]))


def _clause(line: Line, start: int, end: int) -> range:
    """The question, to the end of its clause."""
    stop = re.search(r" (?=[.,?])| (?=(?:and|but|so|then)\b)|$", line.string[end:])
    return line.tokens_of(start, end + (stop.start() if stop is not None else 0))


def _names(line: Line, span: range) -> bool:
    """True where it asks of a dish: "is the tiramisu ready-made", "when will it be with olives"."""
    return any(m.whole and m.items for m in line.mentioned(span))
