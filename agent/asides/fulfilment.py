"""Whether the food is fetched or brought."""

from __future__ import annotations

import re

from agent.asides.addresses import (
    ADDRESS,
    STREET,
    STREETLIKE,
    hear_address,
    hear_any_address,
    take_address,
)
from agent.asides.line import Line
from agent.asides.name_words import RELATIONS, as_name, looks_like_a_name
from agent.asides.topics import Asides, Evidence
from domain.order import OrderType

__all__ = ["hear_type"]

# Somebody comes, by some way and for some purpose: "swing by", "come down for it".
_LATER = r"(?:about |around |like )?(?:\d|an? |half)"  # "in ten minutes" is no way
_WAYS = (
    rf"(?: (?:to (?:your|the) (?:restaurant|shop|store|place)"
    r"|(?:a?round|round|to|in|at|by) (?:the|your) (?:back|side|front|rear|window|counter)"
    rf"|by|in(?! {_LATER})|over|round|around|down|along|up|past|through|there|back|out"
    r"|across|off|on over|on (?:my|our|the|his|her) way(?: home| back| over| past)?))"
)
_FOOD = r"(?:it|them|that|this|everything|(?:the|my|our) (?:food|order|lot|stuff|bits))"
_PURPOSE = (
    rf"(?: (?:for {_FOOD}"
    rf"|(?:and |to )?(?:get|grab|fetch|collect|pick|take|scoop)(?: {_FOOD}| up)+"
    r"|(?:and|to) (?:collect|pick up)))"
)
_MOTION = (
    r"(?:(?:pop(?:ping)?|nip(?:ping)?|walk(?:ing)?|driv(?:e|ing)|swing(?:ing)?|drop(?:ping)?"
    rf"|stop(?:ping)?|run(?:ning)?|head(?:ing)?|dash(?:ing)?|cycl(?:e|ing)|pass(?:ing)?){_WAYS}+"
    rf"{_PURPOSE}?|be{_WAYS}+{_PURPOSE}?"
    r"|(?<!it )(?<!they )(?<!that )(?<!does )(?<!do )(?:come|coming)"
    rf"(?:{_WAYS}*{_PURPOSE}|{_WAYS}+)"
    rf"|(?<=ll )(?:just )?\w+{_WAYS}+{_PURPOSE}|(?<=[lng] )(?:just )?\w+{_WAYS}+{_PURPOSE}"
    rf"|(?:go(?:ing)?|run|drive|nip|pop|walk|dash|jump){_WAYS}*"
    rf" (?:to|and) (?:take|fetch|collect|get|grab)(?: {_FOOD})?"
    r"|(?<=\bim )(?:already |just |right |standing |waiting |parked )*(?:outside|out front)"
    r"|(?<=\bi am )(?:already |just |right |standing |waiting |parked )*(?:outside|out front))"
)
_PICKUP = re.compile(
    r"\b(?:for |to |a |as |its |(?:ill |i will |shell |hell |theyll |he will |she will |they will "
    r"|well |we will )(?:just )?(?:be )?|i |im |we |were |id like to |do )?"
    r"(?:pick ?ups?|pick (?:(?!up\b)\w+ ){1,3}up"
    r"|picking (?:(?!up\b)\w+ ){0,3}up|pick up|(?:be|get) (?:picked up|collected)"
    r"|collect(?:ion|ing)?(?: it| them)?|take(?:away|out)s?|take aways"
    r"|take (?:out|away)(?! the| of| my| all| any)"
    rf"|to go(?! with)|carry ?out|[ck](?:u|e)rb ?side|drive (?:thru|through)"
    rf"|in ?(?:store|shop)(?= [.,?]|$| please| pick)|{_MOTION}"
    r"|send(?:ing)? (?:my|our|the|a) (?:\w+ )??(?:husband|wife|son|daughter|brother|sister|mum|mom"
    r"|dad|mate|friend|lad|girl|boy|driver|courier|intern|assistant|colleague|neighbour|neighbor"
    r"|partner)(?: (?:over|round|down|along|out|for it|for them))*"
    r"|(?:go|come|going|coming|walk|drive) to (?:the|your) (?:restaurant|shop|store)(?= [.,]|$)"
    r"|zum mitnehmen|zur abholung|para llevar|para recoger|da asporto|da portar via|a emporter"
    r"|fetching (?:it|them)|(?:ill|i will|well|we will) grab (?:it|them)"
    r"|(?:get|take|fetch) (?:it|them) (?:myself|ourselves)|fetch (?:it|them))"
    r"\b(?: please| myself| instead)?"
)
_DELIVERY = re.compile(
    r"\b(?:for |to |a |as |its |can you |could you |please |home )*(?:deliver(?:y|ed|ing"
    r"|s)?|bring|send|drop)(?: (?:it|them|that|this|everything|my order|off|over|home"
    r"|please|instead))*\b"
)
# "My son he picks it up", "the wife's gonna swing by for it", "somebody will come and get it": who
# comes is no name, and "will" is nobody's.
_SENT = (
    r"(?:(?:(?:my|our|the|his|her|an?) (?:\w+ ){0,2}?|(?:\w+ )?(?=driver|courier|rider))(?:"
    + "|".join(sorted(RELATIONS))
    + r")s?(?: in law)?(?P<who> (?!in\b|he\b|she\b|they\b|will\b|can\b|is\b)[^\W\d]+)?"
    r"|(?:my|our) (?!name|order|food|usual|number|address)\w+(?= (?:is|will|ll|can|could|gonna"
    r"|going to|picks|collects|comes|fetches|grabs|swings|pops|stops|he|she)\b)|somebody|someone"
    r"|(?:1"
    r"|another) of (?:us|my \w+|our \w+|the \w+))"
)
_SOMEBODY_COMES = re.compile(
    rf"\b{_SENT}(?: (?:he|she|they|hell|shell|theyll|hes|shes|theyre|who|thatll))?"
    r"(?: (?:will|ll|can|could|would|is|are|was|s|be|gonna|going to|about to|just|probably|already"
    r"|supposed to|on (?:his|her|their) way|then|also))*"
    r"(?: to)? (?:pick(?:s|ing)?(?: (?!up\b)\w+){0,3} up"
    r"|pick(?:s|ing)? up(?: (?:it|them|the food|the order))?"
    rf"|(?:collect|fetch|grab|get)(?:s|es|ing|ting|bing)? {_FOOD}|collect(?:s|ing)?(?= [.,?]|$)"
    rf"|(?:comes?|coming|swings?|swinging|pops?|popping|stops?|stopping|drops?|dropping|walks?"
    rf"|walking|drives?|driving|runs?|running|goes|go|going){_WAYS}*{_PURPOSE}"
    rf"|(?:comes?|coming|swings?|swinging|pops?|popping|stops?|stopping|drops?|dropping){_WAYS}+"
    r"|on (?:his|her|their|the) way(?: (?:over|down|round|around|there|now|already|to you))+"
    r")(?= |$)(?: (?:for me|for us|later|soon|shortly|today|tonight))*"
)
_NOT_THAT = re.compile(
    r"\b(?:no|not|dont|do not|never|dont want|dont need|no need|instead of|rather than|cant|cannot"
    r"|couldnt|wont|unable|not able)(?: for| to| a| come and)? $"
)
# "Can one of your lads bring it", "run it over to us", "I need it brought to the house".
_PLACE = (
    r"(?:place|house|home|door|doorstep|office|hotel|flat|apartment|shop|school|site|church|work"
    r"|room|ward|desk|building|gate)"
)
_TO_US = (
    r"(?:to|at|round to|over to|up to|out to)"
    rf" (?:me|us|mine|ours|here|(?:my|our|the) (?:\w+ )?{_PLACE})"
)
_FOOD_SENT = (
    r"(?:it|them|that|this|everything|something|the (?:food|order|lot)|(?:my|our) (?:food|order)"
    r"|(?:some )?(?:food|lunch|dinner|breakfast|supper))"
)
_HITHER = r"(?: (?:over|round|around|up|out|across|down|here|home|by|off))"
_SOMEBODY_BRINGS = (
    r"(?:(?:can|could|will|would|may|have|get|let) )*(?:you(?: guys)?|somebody|some1|someone|any1"
    r"|anyone|your (?:\w+ )?\w+|(?:1|any) of (?:your|the) \w+|(?:a|the) (?:driver|courier|rider))"
    r"(?: (?:please|to|just|also|can|could))*"
)
_BROUGHT_HERE = re.compile(
    rf"\b(?:{_SOMEBODY_BRINGS} )(?:bring|run|drive|ship|drop|walk|pop|fetch|deliver|send)"
    rf" {_FOOD_SENT}(?:{_HITHER}+(?: {_TO_US})?| {_TO_US}|(?<=bring it)|(?<=bring them))(?= |$)"
    rf"|\b(?:can|could|will) {_FOOD_SENT} be (?:brought|sent|dropped|driven|run){_HITHER}*"
    rf"(?: {_TO_US})?(?= |$)"
    rf"|\b(?:bring|run|ship|send|drop|drive|take|deliver|get) {_FOOD_SENT}{_HITHER}* {_TO_US}(?= "
    rf"|$)"
    rf"|\b(?:bring|drive|run) {_FOOD_SENT}{_HITHER}+(?= |$)"
    rf"|\b(?:(?:i|we) (?:need|want)|have|get|id like|wed like|can (?:i|we) (?:have"
    rf"|get)) {_FOOD_SENT}"
    rf"(?: to be)? (?:brought|sent|dropped|driven|shipped|delivered"
    rf"|run){_HITHER}*(?: {_TO_US})?(?= |$)"
    rf"|\bsend (?:somebody|someone|a driver|a courier"
    rf"|1 of \w+ \w+){_HITHER}*(?: with {_FOOD_SENT})?"
    rf"(?: {_TO_US})?(?= |$)"
)
_TO_STREET = re.compile(rf"(?<!walk )(?<!close )(?<!next )\b(?=to )(?:{STREET.pattern})")
_INSTEAD = re.compile(r"(?:its|can you|could you|please) ")  # "no *it's for delivery*"
_AT_HOME = re.compile(r"\b(?:im|i am|we are|were|i live|we live) (?:at|on|in)\b|\bdeliver")
_BRINGING = re.compile(r"\b(?:send|bring|drop|deliver)\b")


def hear_type(line: Line, asides: Asides, *, street_due: bool, type_due: bool) -> None:
    """The last that was said of pick-up or delivery, with the address. `street_due`: a street alone
    asks for delivery; `type_due`: the caller was asked, so "I'm on my way" is an answer, as it is
    from one who winds up."""
    found: list[tuple[int, OrderType]] = []
    refused: set[OrderType] = set()
    for match in _SOMEBODY_COMES.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not asides.taken & set(span):
            asides.taken |= set(span)
            found.append((match.start(), OrderType.PICKUP))
            who = line.tokens_of(*match.span("who"))
            if match["who"] and not asides.name and looks_like_a_name(line, who):
                asides.name, asides.evidence = as_name(line.raw(who)), Evidence.APART
    for kind, pattern in (
        (OrderType.DELIVERY, _BROUGHT_HERE),
        (OrderType.PICKUP, _PICKUP),
        (OrderType.DELIVERY, _DELIVERY),
    ):
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            words = {line.heard[n].word for n in span}
            if pattern is _DELIVERY and _wondered(line.string, match):
                continue
            if asides.taken & set(span) or (
                pattern is _DELIVERY
                and not any(w.startswith("deliver") for w in words)
                and not _to_somewhere(line.string[match.end() :])
            ):
                continue
            asides.taken |= set(span)
            if _NOT_THAT.search(line.string[: match.start()]) and not _INSTEAD.match(match[0]):
                before = line.tokens_of(max(0, match.start() - 4), match.start())
                asides.taken |= set(before)
                refused.add(kind)
                continue
            found.append((match.start(), kind))
            if kind is OrderType.DELIVERY:
                hear_address(line, asides, match.end())
                if not asides.address:
                    due = street_due or type_due
                    hear_any_address(line, asides, match.end(), due=due)
    for match in ADDRESS.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not asides.address and not asides.taken & set(span):
            asides.taken |= set(span)
            take_address(line, asides, _first_street(line, match.end()))
            found.append((match.start(), OrderType.DELIVERY))
    bringing = _BRINGING.search(line.string) is not None
    if not asides.address and (bringing or any(kind is OrderType.DELIVERY for _, kind in found)):
        street = STREET.search(line.string)
        if street is not None and not asides.taken & set(line.tokens_of(*street.span())):
            take_address(line, asides, street.end(), lead=street.start())
            found.append((street.start(), OrderType.DELIVERY))
    delivered = any(kind is OrderType.DELIVERY for _, kind in found)
    street = _TO_STREET.search(line.string) if not found and not asides.address else None
    if street is not None and not asides.taken & set(line.tokens_of(*street.span())):
        take_address(line, asides, street.end(), lead=street.start())
        found.append((street.start(), OrderType.DELIVERY))
    street_due = street_due and not found
    if not asides.address and (street_due or delivered or _AT_HOME.search(line.string)):
        street = STREETLIKE.search(line.string)
        if street is not None and not asides.taken & set(line.tokens_of(*street.span())):
            take_address(line, asides, street.start())
            found.append((street.start(), OrderType.DELIVERY))
    if (type_due or asides.done or refused) and not found:
        found += [(0, kind) for kind in (_hear_motion(line, asides), _other_than(refused)) if kind]
    if found:
        asides.type = max(found, key=lambda f: f[0])[1]


def _wondered(string: str, match: re.Match[str]) -> bool:
    """“*Delivered?* No! I'm picking it up! Who said *delivered*?”: what we said, and no wish."""
    ended = match[0] == "delivered" and string[match.end() :].startswith(" ?")
    return ended and _WHO_SAID.search(string[: match.start()]) is not None


_WHO_SAID = re.compile(r"(?:^|[.?] )(?:(?:who|why|what|did|you|say|said|says|it|is) )*$")


def _first_street(line: Line, at: int) -> int:
    """“The address, *it's just* 40 Park Road”: where the street begins after everyday words."""
    street = STREETLIKE.search(line.string, at)
    between = line.string[at : street.start()].split() if street is not None else ["?"]
    return street.start() if street and set(between) <= _TO_A_STREET else at


_TO_A_STREET = frozenset(["its", "it", "is", "just", "um", "uh", ",", "at", "thats", "well", "oh"])


# How callers say it when they are asked: "I'm on my way", "the first one", "to my place".
_COMING = re.compile(
    r"\b(?:(?:im |were |i will |ill |we will |well )?"
    r"(?:com(?:e|ing)(?! on\b)|grab(?:bing)?|fetch)\b"
    r"(?: (?:by|in|over|round|around|down|along|there|back|and|to|get|grab|it|the|restaurant"
    r"|shop))*"
    r"|(?:ill|well|i will|we will|be) (?:be )?(?:by|in|over|there|round|down|along)"
    r"|in person|on (?:my|our) way|(?:ill|well) get (?:it|them)|(?:a?round the corner"
    r"|(?:up|down|over|across) the (?:road|street|hall)|next door)"
    r"|^the (?:first|former)(?: 1)?)\b(?: shortly| soon)?"
)
_BROUGHT = re.compile(
    rf"\b(?:bring|send|drop) (?:it|them)\b|\b{_TO_US}(?= |$)|\bat (?:home|mine|ours)\b"
    r"|^the (?:2nd|second|latter|last)(?: 1)?\b"
)


# "*Somebody* at the door", "*the kids are* at home": where somebody is, and nothing is brought.
_BEING_THERE = re.compile(
    r"\b(?:(?:some|every|any)(?:body|one|1)|who|there|he|she|they"
    r"|(?:my|our|an?|the) (?!food|order|stuff|lot)(?:\w+ ){0,2}?\w+)"
    r" ?(?:s|is|are|was|were|re|has|got|just|now|been|waiting|knocking)*"
    r"(?: (?:is|are|was|were|just|now|been|waiting|knocking))* $"
)


def _hear_motion(line: Line, asides: Asides) -> OrderType | None:
    for kind, pattern in ((OrderType.PICKUP, _COMING), (OrderType.DELIVERY, _BROUGHT)):
        match = pattern.search(line.string)
        if match is not None and _tells_where(line.string, match):
            continue
        if match is not None and not asides.taken & set(line.tokens_of(*match.span())):
            asides.taken |= set(line.tokens_of(*match.span()))
            return kind
    return None


def _tells_where(said: str, match: re.Match[str]) -> bool:
    return match[0].startswith("at ") and _BEING_THERE.search(said[: match.start()]) is not None


def _other_than(refused: set[OrderType]) -> OrderType | None:
    """“Not delivery”, of the two that were offered."""
    return OrderType.PICKUP if refused == {OrderType.DELIVERY} else None


_SOMEWHERE = re.compile(
    r" (?:round |over |up )?(?:to|at) (?:my|our|mine|ours|me|us|\d+"
    r"|the (?:office|house|flat|hotel|shop|school|door|site|church))\b"
)


def _to_somewhere(rest: str) -> bool:
    return _SOMEWHERE.match(rest) is not None
