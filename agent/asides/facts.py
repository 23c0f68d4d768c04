"""What callers tell in figures and in passing, which counts and refuses nothing: how old somebody
is, how far they have come, when they have to be elsewhere, a French morning, and "not that you'd
know"."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.name_words import RELATIONS
from agent.asides.topics import Asides
from agent.matching import Mention

__all__ = ["hear_facts"]

_RELATED = "|".join(sorted(RELATIONS)) + (
    "|baby|babies|twin|dog|cat|youngest|eldest|oldest|old man|old lady|better half"
)
_WHO = (
    r"(?:(?:shes|hes|im|(?:she|he|i) (?:is|am)|theyre both"
    rf"|(?:my|our|his|her) (?:\w+ )?(?:{_RELATED})(?: in law)?(?:s| is|s are| are))"
    r"(?: (?:only|just|nearly|almost|already|now|about|barely|not even|over|turning|pushing"
    r"|going on|coming up on))*"
    rf"|(?:she|he|i|(?:my|our|his|her) (?:\w+ )?(?:{_RELATED})s?) (?:just |only )?turn(?:s|ed)?)"
)
_DAY = r"(?:today|tomorrow|now|already|this \w+|next \w+|last \w+|on \w+day|in \w+)"
# "She's *ninety-one*", "my daughter turned *six* last week".
_AGE = re.compile(
    rf"\b{_WHO} \d{{1,3}}(?: [1-9])?(?: and a half)?(?: (?:years?|months?|weeks?)(?: old| young)?)?"
    rf"(?: {_DAY})?(?= [.,?]|$| so | and | but | bless | you know)"
)
# "I drove *eleven miles*", "I've been coming here for *twenty years*", "it's *ninety degrees*".
_SPAN = re.compile(
    r"(?:\bfor )?\b(?P<n>\d{1,4})(?: \d{1,3})?(?: (?:whole|long|solid|full|odd))*"
    r" (?:miles?|kilomet(?:er|re)s?|blocks|years?|decades|degrees|acres"
    r"|(?:minutes|mins|hours) (?:away|each way|walk|drive|on hold|down the road))\b"
    r"(?: (?:for|to get) (?:that|this|it|them))?(?: (?:straight|in a row|now|away|ago))?"
)
# "I've got *an interview at noon*": no hour that the order is wanted at.
_APPOINTED = re.compile(
    r"\b(?:i|we|he|she|they)(?:ve|s)?(?: have| has| had)? (?:got|have|has|had|at)"
    r"(?: an?| my| our| his| her| the)"
    r" (?!(?:\w+ )?(?:order|pick ?up|collection|delivery|table|usual)\b)"
    r"(?:\w+ ){1,3}?(?:at|from|until|till|before|after) (?:(?:like|about|around) )?"
    r"(?:\d{1,2}(?: \d\d)?|noon|midday|midnight)(?: ?[ap]m| oclock| sharp)?"
    r"(?: today| tonight| tomorrow| in the \w+)?(?= [.,?]|$| so | and | but )"
)
# "A *French morning* at the school", "our *Greek neighbours*": none of the dishes called so.
_NATION = (
    r"(?:french|italian|greek|turkish|spanish|mexican|indian|chinese|japanese|korean|thai|vietnamese"
    r"|german|polish|russian|american|english|irish|scottish|british|swiss|belgian|dutch|portuguese"
    r"|cuban|lebanese|persian|moroccan|hawaiian|canadian|swedish|danish)"
)
_OF_A_NATION = re.compile(
    rf"\b(?:an?|my|our|the|his|her|some) {_NATION}"
    r" (?:morning|evening|night|day|afternoon|week|weekend"
    r"|party|lesson|class|classes|exam|test|homework|teacher|film|movie|festival|fair|neighbou?r"
    r"|friend|in ?laws|family|market|school|club|wedding|girl|guy|lady|man|woman|people|tourist"
    r"|grammar|accent|passport|holiday)s?\b(?: (?:at|in|for|with|from) (?:the|my|our) \w+)?"
)
# "Grown men, *four hundred of them, with little whistles*": nobody orders so many.
_CROWD = re.compile(
    r"\b(?:\d{1,3} |a )?(?:hundred|thousand|million)s? of (?:them|us|people|you|those)\b[^.?]*"
)
_ALONE = re.compile(r"(?:^|(?<=[.?,] ))(?P<n>\d{1,4})(?= [.?]|$)")
_SOMEBODY = (
    r"(?:(?:i|you|we|he|she|they|it|there|any ?(?:body|1|one)|some ?(?:body|1|one))"
    r"(?:m|d|ll|ve|re|s)?)"
)
# "*Not that you'll spell it right*", "*not that it matters*": nothing is taken off by that.
_NOT_THAT = re.compile(rf"\bnot that {_SOMEBODY} \w[^.?,]*")
# "*The man puts anchovies on toast*", "she'd pour ketchup over cereal": what somebody is like.
_HABIT = re.compile(
    rf"\b(?:(?:my|our|his|her) (?:\w+ )?(?:{_RELATED})s?|(?:the|that|this)"
    r" (?:man|woman|guy|lady|kid)|he|she)(?: (?:actually|even|always|just|really|literally"
    r"|honestly|here))*"
    r"(?: (?:puts|pours|dips|dunks|spreads|smothers|drowns|sprinkles|eats)"
    r"|(?:d| would| used to|(?<=he)d)(?: even| probably)? (?:put|pour|dip|dunk|spread|smother|drown"
    r"|sprinkle|eat))"
    r" [^.?,]*? (?:on|in|with|over|onto|into) (?:(?:his|her|the|a|some) )?"
    r"(?!(?:mine|his|hers|theirs|it|that|them|those|these|this|top|half|1|1s|the|side|both|each"
    r"|all|the|\d+)\b)\w+[^.?,]*"
)


def hear_facts(line: Line, asides: Asides) -> None:
    """Takes what is told so; and the number of it where it is said once more, louder: "I drove
    eleven miles for that. *Eleven!*"."""
    for fact in (_AGE, _APPOINTED, _OF_A_NATION, _CROWD, _NOT_THAT, _HABIT):
        for match in fact.finditer(line.string):
            _take(line, asides, match)
    for match in _SPAN.finditer(line.string):
        if not _take(line, asides, match):
            continue
        for again in _ALONE.finditer(line.string, match.end()):
            if again["n"] == match["n"]:
                asides.taken |= set(line.tokens_of(*again.span()))


def _take(line: Line, asides: Asides, match: re.Match[str]) -> bool:
    """True where no dish is named within what matched, and nothing else was understood of it."""
    span = line.tokens_of(*match.span())
    named = any(
        m.items and m.whole and not m.weak and _in_words(line, m) for m in line.mentioned(span)
    )
    if named or asides.taken & set(span):
        return False
    asides.taken |= set(span)
    asides.told = True
    return True


def _in_words(line: Line, mention: Mention) -> bool:
    """True of a name that is no number: "he's *two*" asks for no Two Eggs."""
    return not all(line.heard[n].word.isdecimal() for n in range(mention.start, mention.end))
