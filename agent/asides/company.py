"""Who else is in the room: children told off, somebody who calls something across it."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.name_words import RELATIONS, unlike
from agent.asides.topics import Asides
from agent.asides.vocatives import VOCATIVES
from agent.foods import is_a_food_at_all
from agent.language import COMMON
from agent.people import is_called_so

__all__ = ["hear_company"]

_AT_HOME = frozenset(
    """
    sweetie sweetheart kiddo baby mijo mija kids guys girls boys dad mum mom daddy mummy mommy
    """.split()  # noqa: SIM905
)
_PARENTS = frozenset("ma mum mom mam mummy mommy dad daddy pa pops nonna".split())  # noqa: SIM905
# Nobody says it to who takes the order: what somebody is to do, or shall not have.
_TOLD = (
    r"(?:you(?:re| are)? (?:not|cant|cannot|dont|have to|need to)|you(?:ve| have) (?:had|already)"
    r"|no you|dont|stop|get (?:down|off|out|up|over|back|away)|leave|put (?:that|it|those)"
    r"|you(?:re| are) (?!amazing|charming|being|having|getting|doing|asking|calling)\w+ing"
    r"|(?:watch|look) out|mind (?:the|your)|careful|wipe|wash|shut (?:the|that|it|up)"
    r"|(?:close|open) the|move|turn (?:it|that|the)|look (?:at|what)|(?:ask|tell) your"
    r"|(?:what|why|where) (?:are|did|have) you|go (?:and|ask|get|play|outside|upstairs|to bed)"
    r"|i (?:just )?(?:said|told you)|enough|let go|give (?:it|that|him|her) (?:back|to)"
    r"|sit|come here|be (?:quiet|good|nice|careful)|quiet|shush|hush|behave"
    r"|(?:(?:dad|mum|mom|mummy|mommy|daddy|im|i am)s?) (?:is )?on the (?:phone|line)|in a minute)\b"
)
_STOP = re.compile(r" [.?]")
_NO_MORE = re.compile(r" no (?:more )?(?=\w)")
_REFUSED = re.compile(
    r"\byou(?:re| are)? (?:not (?:having|getting)|cant have|cannot have)\b|\bnot you\b"
)
_ADDRESSED = re.compile(
    r"(?:^|(?<=[.?] ))(?P<lead>(?:(?:no|yes|yeah|ok|okay|hey|oh|what|oi|sorry"
    r"|wait|hang on|hold on"
    r"|(?:give (?:me|us) |just )?(?:a|1) (?:sec|second|moment|minute))(?: ,)? |, )*)"
    rf"(?P<who>[^\W\d]+) ,(?= (?P<told>{_TOLD})?)"
)
# Those at home, as they are called; by most of these nobody calls who takes the order.
_RELATED = (
    "|".join(sorted(RELATIONS - VOCATIVES))
    + "|ma|pa|mam|mammy|pops|nonna|nonno|yiayia|abuela|abuelo|amma|appa|ammi|abbu"
)
_ASKED = re.compile(
    rf"(?:^|(?<=[.?] ))(?:[a-z ]+ , )?(?:{_RELATED}) ,[^.?]*(?= [?])"
    rf"|(?:^|(?<=[.?] ))[^.?]+ , (?:{_RELATED})(?= [?])"
)
# "*What you want, Pete?*", "*do you want fries, Zoe?*": no question for who takes the order.
_WANTING = (
    r"(?:you|ya|yall) (?:guys )?(?:all )?(?:want|wanting|having|getting|eating|like|fancy|need"
    r"|(?:gonna|going to) (?:have|get|eat))"
)
_ASKED_BY_NAME = re.compile(
    rf"(?:^|(?<=[.?] ))[^.?]*\b{_WANTING}\b[^.?,]* , (?P<after>[^\W\d]+)(?= [?])"
    rf"|(?:^|(?<=[.?] ))(?P<before>[^\W\d]+) , [^.?,]*\b{_WANTING}\b[^.?]*(?= [?])"
)
# "*Oi*, Darren, *what are you having?*"
_TURNED = re.compile(r"\b(?:oi|what|sorry|wait|hang on|hold on|sec|second|moment|minute)\b")
_ASKING = re.compile(r"[^.?]* (?:you|ya|or|want|having|whats)\b[^.?]* [?]")
# Within a sentence: "a soup with, *Milo put that down please*, with thin noodles".
_BROKEN_OFF = re.compile(rf"(?<=, )(?P<who>[^\W\d]+)(?: ,)? (?={_TOLD})[^.?,]*")
# What was just said, and was not meant for who listens: "*go, it's green!* Sorry, not you".
_NOT_FOR_YOU = re.compile(
    r"(?:^|(?<=[.?] ))(?P<before>[^.?]*) [.?,] (?:(?:oh|ah|um|uh|sorry|apologies) (?:, )?)*"
    r"(?:not you|i wasnt talking to you|that wasnt (?:for|to) you|wasnt talking to you"
    r"|i was talking to (?:my|the|our) \w+|talking to (?:my|the|our) \w+)(?= [.,?]|$)"
)
# "*My roommate says ranch. No, Dan, nobody asked you*": what somebody would have, and has not.
_OVERRULED = re.compile(
    r"(?:^|(?<=[.?,] ))(?:(?:and|oh|now) (?:, )?)?(?:(?:my|our|the) (?:\w+ )??\w+|he|she|they"
    r"|[^\W\d]+)(?: here| now)? (?:says?|said|wants?|wanted|reckons?|thinks?|suggests?|fancies"
    r"|(?:is|s|keeps) (?:saying|asking for|shouting)|asks? for|votes? for)"
    r" [^.?]*? [.?,] (?:(?:um|oh|well) (?:, )?)?(?:no|nope|nah) (?:[,.] )?(?:[^\W\d]+ , )?"
    r"(?:nobody|no 1 asked|you (?:cant|can not)|youre not|were not|we are not|not (?:for )?you"
    r"|stop|shush|hush|quiet|mind your|(?:i|we) (?:didnt|wasnt|werent) ask\w*|its not for you"
    r"|(?:he|she|they) (?:cant|doesnt get|isnt|arent)|(?:hes|shes|theyre) not|absolutely not|no way"
    r"|i decide|im (?:ordering|paying|the 1))\b[^.?,]*"
)
_ASKING_STAFF = frozenset("is are do does can will you have it".split())  # noqa: SIM905
# "*Garlic or plain?* Garlic": asked of somebody in the room, and answered.
_EITHER = re.compile(
    r"(?:^|(?<=[.?,] ))(?:(?:hang on|hold on|wait|what) )?"
    r"(?P<asked>[^\W\d]+(?: [^\W\d]+)? or (?:the )?[^\W\d]+(?: [^\W\d]+)?) [?]"
    r"(?P<answer>[^?]+)"
)
# "Nico, *can you close the curtain?*", "Beto, *give the dog some peace*": things of the household.
_CHORE = (
    r"(?:(?:please|just|go|go and|come|come and|can you|could you|will you|would you|did you"
    r"|have you|you) )*"
    r"(?:clos|shut|open|turn|switch|watch|mind|feed|fed|walk|wak|wok|fetch|grab|pass|hand|mov|stand"
    r"|look|liv|play|find|found|finish|clean|wash|calm|hush|shar|throw|wip|paus|mut|unplug|answer"
    r"|help|giv(?=e? (?:him|her|them|that|your|the|my|it back))"
    r"|tell(?= (?:your|him|her|dad|mum|mom))"
    r"|ask(?= (?:your|him|her|dad|mum|mom))|let(?= (?:him|her|the|go))"
    r"|put(?= (?:your|the|him|her|down|away))|tak(?=e (?:your|him|her|the (?:dog|bin|trash)))"
    r"|leav(?=e (?:him|her|your|the (?:dog|cat|door))))(?:e|ed|ing)?\b"
)
# "Harold, *what colour do you call that?*", and no question that a house could answer.
_BY_THE_HOUSE = (
    r"(?:have|do|sell|serve|make|offer|deliver\w*|open|close|take|charge|recommend|got|come|accept"
    r"|give|bring|add|cook|use|cost|spell|address|number|menu|specials?|hours|soup|prices?)"
)
_AT_HOME_ASKED = (
    rf"(?:whats?|wheres?|whos?|why|when|how|did|have|are|were)\b(?: (?!{_BY_THE_HOUSE}\b(?! you\b))"
    rf"\w+)*? your?\b(?: (?!{_BY_THE_HOUSE}\b)\w+)+ [?]"
)
_HOUSEHOLD = re.compile(rf" (?:{_CHORE}[^.?]*|{_AT_HOME_ASKED})")
# "Marcy, *is Bob oat or skim?*": what somebody else would like.
_OF_ANOTHER = re.compile(r" (?:is|does|did|was|has) (?P<who>[^\W\d]+) [^.?]*[?]")
_CALLED_OUT = re.compile(r"(?:(?<=[.?] )|^)(?P<who>[^\W\d]+)(?= [.?])")
_CALLED_BACK = re.compile(r"(?:^|(?<=[.?] ))(?:what|yes|yeah|hm|hmm|huh) , (?P<who>[^\W\d]+) [?]")


# "Hey, *what's up*, can I get …" greets, and asks for nothing.
_GREETED = re.compile(
    r"(?:^|(?<=^hey )|(?<=^hi )|(?<=^yo )|(?<=[,.] ))whats (?:up|happening|cooking)"
    r"|(?:(?<=^hey )|(?<=^hi )|(?<=^yo )|(?<=^hey , ))whats good"
    r"(?! (?:with|on|there|for|here)\b)"
)


def hear_company(line: Line, asides: Asides) -> None:
    """“Aarav, get down!”, “no, Mason, no churros”, “what, Dad?”: said to somebody else, and up to
    the end of the sentence no order."""
    for match in _GREETED.finditer(line.string):
        asides.taken |= set(line.tokens_of(*match.span()))
    for match in _OVERRULED.finditer(line.string):
        asides.taken |= set(line.tokens_of(*match.span()))
    for match in _REFUSED.finditer(line.string):
        begins = [stop.end() for stop in _STOP.finditer(line.string, 0, match.start())]
        _take(line, asides, begins[-1] if begins else 0, match.end())
    called: set[str] = set()
    for match in _ADDRESSED.finditer(line.string):
        who = line.tokens_of(*match.span("who"))
        if not _somebody(line, who):
            continue
        asked = _TURNED.search(match["lead"]) and _ASKING.match(line.string, match.end())
        refuses = match["lead"] and _refuses_dish(line, match.end())
        if match["told"] or asked or refuses or _at_home(line, match.end()):
            _take(line, asides, match.start(), match.end())
            _take_echo(line, asides, match.end())
            called.add(match["who"])
    for match in _ASKED.finditer(line.string):
        asides.taken |= set(line.tokens_of(*match.span()))  # "*Ma, pint or quart?* Yeah, quart"
    for match in _BROKEN_OFF.finditer(line.string):
        if _somebody(line, line.tokens_of(*match.span("who"))):
            asides.taken |= set(line.tokens_of(*match.span()))
    for match in _NOT_FOR_YOU.finditer(line.string):
        if not _orders(line, line.tokens_of(*match.span("before"))):
            asides.taken |= set(line.tokens_of(*match.span()))
    for match in _ASKED_BY_NAME.finditer(line.string):
        who = line.tokens_of(*match.span("after" if match["after"] else "before"))
        if _somebody(line, who):
            asides.taken |= set(line.tokens_of(*match.span()))
            called.add(line.heard[who[0]].word)
    for match in _EITHER.finditer(line.string):
        offered = set(match["asked"].split()) - {"or", "the"}
        if not offered & _ASKING_STAFF and offered & set(match["answer"].split()):
            asides.taken |= set(line.tokens_of(*match.span("asked")))
    for match in _CALLED_OUT.finditer(line.string):
        own = match.end() - match.start() + len(" .") >= len(line.string)
        if not own and (match["who"] in called or match["who"] in _PARENTS):
            asides.taken |= set(line.tokens_of(*match.span()))
    for match in _CALLED_BACK.finditer(line.string):
        if _somebody(line, line.tokens_of(*match.span("who"))):
            _take(line, asides, match.start(), match.start())


def _somebody(line: Line, who: range) -> bool:
    """A child, a relation, or a name: no everyday word, with a capital where others have one."""
    word = line.heard[who[0]].word
    if word in _AT_HOME or word in RELATIONS:
        return True
    if word in COMMON or (line.cased and not line.capital(who)):
        return False
    return not line.names(who) or (is_called_so(word) and unlike(line, who[0]))


def _at_home(line: Line, at: int) -> bool:
    """“Nico, *can you close the curtain?*”: a chore or a question of the household, with nothing of
    the menu in it; “Marcy, *is Bob oat or skim?*”, of somebody else by name."""
    of_another = _OF_ANOTHER.match(line.string, at)
    if of_another is not None and is_called_so(of_another["who"]):
        return True
    match = _HOUSEHOLD.match(line.string, at)
    if match is None:
        return False
    span = line.tokens_of(at + 1, match.end())
    named = any(not m.weak and not unlike(line, m.start) for m in line.mentioned(span))
    return not named and not any(is_a_food_at_all(line.heard[n].word) for n in span)


def _orders(line: Line, said: range) -> bool:
    """True where a dish is named in it with how many: that is rather for who takes the order."""
    counted = [n + 1 for n in said if line.heard[n].word in ("a", "an") or _is_number(line, n)]
    return any(m.start in counted and m.items for m in line.mentions)


def _is_number(line: Line, at: int) -> bool:
    return line.heard[at].word.isdecimal()


def _refuses_dish(line: Line, at: int) -> bool:
    """“No, Mason, *no churros*”: a whole dish, and no part of one."""
    match = _NO_MORE.match(line.string, at)
    if match is None:
        return False
    start = line.tokens_of(match.end(), match.end() + 1)[0]
    return any(m.start == start and m.items and m.whole for m in line.mentions)


def _take_echo(line: Line, asides: Asides, at: int) -> None:
    """“Marcy, is Bob oat or is Bob skim? *Skim?*”: a word of what was asked at `at`, once more."""
    asked = re.compile(r"(?P<asked>[^.?]*)[?] (?P<again>[^.?,]+)[?]").match(line.string, at)
    if asked is not None and set(asked["again"].split()) <= set(asked["asked"].split()):
        asides.taken |= set(line.tokens_of(*asked.span("again")))


def _take(line: Line, asides: Asides, start: int, at: int) -> None:
    """The words from `start` to the end of the sentence that goes on at `at`."""
    end = _STOP.search(line.string, at)
    asides.told = True
    asides.taken |= set(line.tokens_of(start, end.start() if end else len(line.string)))
