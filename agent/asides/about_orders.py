"""An order that stands or stood: this one so far, today's, the one of last time."""

from __future__ import annotations

import re

__all__ = [
    "AGAIN",
    "BEFORE",
    "CANCEL_TODAY",
    "CHANGE_TODAY",
    "KEEP",
    "LAST",
    "ON_IT",
    "ORDER",
    "TOTAL",
    "USUAL",
]

BEFORE = (
    r"(?:last (?:time|week|night|month|order|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|before|yesterday|the other (?:day|night)|previously)"
)
CHANGE_TODAY = re.compile(
    r"\b(?:i|we|ive|weve)(?: have)?(?: just| already)? (?:ordered|called|phoned|rang"
    r"|placed an order|put in an order|made an order)"
    r"(?: (?!(?:and|but|can|could|days?|weeks?|months?|years?|last)\b)\w+){0,6}?"
    r" (?:ago|earlier|already|today|just now|this (?:morning|afternoon|evening))\b"
    r"(?: and (?:i )?(?:ordered|got|asked for)(?: (?!(?:can|could)\b)\w+)*)?"
    r"|\b(?:i|we)(?: have|ve)? just (?:ordered|placed an order)\b"
    r"|\b(?:change|amend|modify|update|edit|alter|adjust|add to) (?:something (?:on|in) )?"
    r"(?:my|the|our|that|an) (?:\w+ )?order(?: from (?:before|earlier|today))?\b"
    r"|\bmake (?:a|some|1) (?:small )?changes? to (?:my|the|our|an) (?:\w+ )?order\b"
    r"|\b(?:i|we)(?: already)? (?:have|got)(?: already)? an order (?:with you|in with)"
    r"|\b(?:i|we)(?:ve)? already (?:have|got) an order\b"
    r"|(?<!separate )(?<!separately )\b(?:from|off|on|in) (?:my|our) order\b"
    r"|\b(?:about|regarding) (?:my|the|our) (?:\w+ )?order\b(?: from (?:before|earlier))?"
    r"|(?<!separate )(?<!separately )\b(?:to|on|in|from) (?:my|the|our)"
    r" (?:earlier |previous |first )?order"
    r" (?:from (?:before|earlier|today)|(?:i|we) (?:\w+ )?(?:made|placed)(?: \w+)?)\b"
    r"|\b(?:to|on) (?:my|our) (?:earlier|previous|first) order\b"
)
LAST = re.compile(
    rf"\bwhat (?:did|do|was|is) (?:i|we|my|our)(?: \w+)?(?: \w+)? {BEFORE}\b"
    r"|\bwhats? (?:is |was )?my (?:usual|last order|previous order)\b"
    rf"|\byou (?:still |already )*(?:have|got|know|remember|see|find)"
    rf" (?:what (?:i|we) (?:had|ordered|got)|(?:my|our)(?: \w+)? order)(?: from)? {BEFORE}\b"
    r"|\b(?:know|remember|see|find) (?:my|our) (?:usual|last order)\b"
)
# "What *have you got down*", "what all you got on there", "what's down for me".
_YOU_HAVE = (
    r"(?:s|ve|d)?(?: (?:all|else|is|have|has|do|did|exactly|now))*"
    r"(?: (?:you|yall|ya|u|i|we|youve|ive|weve)(?: (?:guys|all|folks))?)?"
    r"(?: (?:have|had|got|put|written|taken|wrote|take|are|is|already|so far|now))*"
)
_ON_PAPER = r" (?:down|on there|noted|written down|on (?:the|that|my|this) (?:order|ticket|list))\b"
ORDER = re.compile(
    r"\b(?:repeat|read|say|confirm|check|go over"
    r"|go through)(?: me)?(?: back)? (?:my|the|our|whole)+ (?:whole "
    r"|entire )?order\b"
    r"|\b(?:read|say|repeat|go over|run through|tell)(?: me)?"
    r"(?: (?:it|that|this|everything|(?:my|the|our) (?:whole )?(?:order|thing|lot|list)))?"
    r"(?: all)?(?: to me)? back\b(?: to me)?"
    r"|\b(?:read|say|repeat)(?: me)?(?: back)? (?:my|the|our|that|this)"
    r"(?! (?:last|previous|usual|same)\b)(?: \w+){1,2} order\b"
    r"|(?:^|(?<=[.,?] ))(?:(?:no|so|and|just|but) )*my order(?= [.?]|$)"
    r"|\btell me what(?:s| is|ve| have)?(?: (?:you|i|we)(?: have|ve)?(?: got)?)? (?:on|in) it\b"
    rf"|\bwhat{_YOU_HAVE}{_ON_PAPER}(?: (?:so far|now|for (?:me|us)))*"
    rf"|\bwhat{_YOU_HAVE}(?: for (?:me|us))* so far\b(?: (?:for (?:me|us)|now|then))*"
    r"|\bwhat(?:ve)?(?: (?:do|have|did))? (?:you|yall|ya|u|i|we|youve|ive|weve)"
    r"(?: (?:have|got|put|written))* (?:for (?:me|us) )?now(?= [.,?]|$)"
    r"|\b(?:read|tell|repeat|give)(?: me)?(?: back)? what (?:ive|weve|i|we)"
    r"(?: (?:have|got|ordered|said|had))*(?= [.,?]|$| so far| now)"
    r"|\b(?:what|whats) (?:do|did|have|is|s)? ?(?:i|we)? ?(?:have|got|order"
    r"|ordered|in|on)? ?(?:in |on )?my (?:order|cart|basket)\b"
    r"|\bwhat (?:do|did|have) (?:i|we) (?:have|got|order|ordered)\b(?: so far)?"
    r"|\border so far\b|\bwhat did (?:i|we) (?:say|ask for)\b"
    r"|\bdid (?:i|we) (?:order|ask for|mention)\b(?=[^.]*\?)"
    r"|\bdid (?:you|u)(?: just)? (?:say|get|hear|put|note|write|add|include)\b(?! the .* last)"
    r"|\bwhats? (?:is )?(?:on |in )?(?:my|the) order\b"
)
# "*Is* the Coke *on there*?", "have you taken the chai *off*?", "you did put the dal on?": of a
# dish of this order, where that has it.
_IT_IS = r"(?:(?:is|are|was|were|isnt|arent)(?! there\b| it\b| that ok\b)|wheres|where is)"
_YOU_DID = (
    r"(?:(?:did|have|havent|didnt) (?:you|yall|ya|u)|(?:you|yall|ya)(?: (?:did|have)|ve)"
    r"|(?<!can )(?<!could )(?<!will )(?<!would )you)"
    r"(?: (?:still|all|actually|definitely|already|just))*"
    r" (?:got|get|put|take|taken|took|added|removed|have|leave|left|include|included|write|written"
    r"|still)"
)
_OF_ONE = r"(?: (?!with\b|without\b|for\b|i\b|you\b)\w+){1,6}?"
_STANDS = (
    r"(?: (?:still|all))?"
    r" (?:on (?:there|it|the (?:order|list|ticket)|my order)|off (?:it|there|my order|the order)"
    r"|down|on|off|in (?:there|(?:my|the) order)|there|left|gone)"
    r"(?: (?:still|now|yet|too|as well|for me|already|or (?:not|off|on)))*(?= [.,?]|$)"
)
ON_IT = re.compile(
    rf"\b{_IT_IS}{_OF_ONE}{_STANDS}|\b{_YOU_DID}{_OF_ONE}{_STANDS}(?= [.,]? ?[?]|$)"
    rf"|\b(?:did|have) (?:you|yall) (?:take|taken|put|leave|left|got|get) (?:on|off|down){_OF_ONE}"
    r"(?= [?])|\bwheres? (?:is |has |s )?(?:my|the|our)"
    r"(?: (?!(?:table|place|restaurant|shop|store)\b)\w+){1,4}?(?: gone)(?= [.,?]|$)"
    rf"|\bwhat(?:s| has| is)? happened (?:to|with) (?:my|the|our){_OF_ONE}(?= [.,?]|$)"
    r"|(?:^|(?<=[.?] ))(?:and |but |oh )*(?:the|my|our)(?: \w+){1,4} , (?:is|are) (?:it|that|they)"
    r"(?: still)? (?:on )?there\b(?: still)?|\b(?:is|are|was)(?: \w+){1,4}? on there\b"
)
TOTAL = re.compile(
    r"\bwhat(?:s|ll|d|ve)?(?: (?:is|does|do|will|would|did|has))?"
    r"(?: (?:it|that|this|everything|they|all|the (?:lot|whole thing)))*"
    r" (?:come|comes|coming|came|add|adds|adding|work|works|total|totals|run|cost|amount)"
    r"(?: out)?(?: me| us)?(?: up)?(?: all)? (?:to|out at|out to|up to)\b"
    r"(?: (?:all )?(?:together|then|now))?"
    r"|(?:^|(?<=[.,?] ))(?:and |so |but )*(?:the|whats the) (?:price|total|damage|bill)(?= [.?]|$)|"
    r"\b(?:is|was) (?:it|that|this) (?:really )?\d+[.:]\d\d\b[^.?]*|"
    r"^(?:and |so |ok |wait |sorry )*how much(?= \?|$)|"
    r"\b(?:whats|what is|what was|tell me) (?:the|my) (?:total|damage|bill)\b"
    r"|\bhow much (?:was|is) (?:my|our) order\b(?: again)?"
    r"|\bhow much (?:is|s|will|does|would|do i|do we)"
    r" (?:it|that|this|everything|all|the total|the whole(?= thing| lot| order|$| [.?])"
    r"|my order|the order|i|we"
    r"|be|owe)(?: \w+){0,4}"
    r"|\bwhat does (?:it|that|everything) (?:all )?(?:come|cost|add)\b"
    r"|\bhow much (?:in|all) (?:total|together)\b|\bwhat (?:do|will) (?:i|we) owe\b(?: you)?"
)
AGAIN = re.compile(
    r"^(?:sorry |what |uh |no )*(?:, )?(?:pardon|come again|what was that"
    r"|say (?:that|it) again"
    r"|(?:can|could) you (?:please )?(?:say|repeat)"
    r" (?:that|it)(?: again)?|repeat(?: that| it)?|i (?:didnt|did not|couldnt"
    r"|cant) (?:hear|catch|understand|get)\b.*|what did you say|excuse me|what|(?<!uh )huh"
    r"|(?:youre|you are|the line is|its) breaking up.*|you cut out.*"
    r"|i (?:cant|cannot|can barely) hear you.*|sorry)"
    r"(?: please| again| [?.])*$"
)
# Of several that stand, too: "cancel *one of them*".
_ONE_OF_MINE = r"(?:just )?1 of (?:them|those|these|(?:my|the|our) (?:\w+ )?orders)"
CANCEL_TODAY = re.compile(
    r"\b(?P<must>(?:(?:have|need|want|like|got|must|having|late|able|possible) (?:to )?|gotta "
    r"|wanna |better )(?:cancel|call off))(?: (?:it|that|this|them"
    rf"|(?:my|the|our|that|this|an) (?:\w+ )?order|{_ONE_OF_MINE}))?"
    r"(?= [.,?]|$| please| now| because| and )"
    rf"|\b(?:cancel|call off) (?:it|that|this|{_ONE_OF_MINE}"
    r"|(?:my|the|our|that|this) (?:\w+ )?order(?: (?:i|we) (?:\w+ )?(?:made|placed))?"
    r"|order (?:number )?(?:p )?\d+)\b(?: again)?"
)
KEEP = re.compile(
    r"\b(?:leave|keep) (?:it|that|everything|(?:my|the) order)"
    r"(?: (?:as|how|like|the way)(?: it| that)?(?: is| was)?)?(?= [.,]|$| please| thanks| then)"
    r"|\bnever ?mind\b|\b(?:dont|do not) (?:cancel|change) (?:it|that|anything)\b"
)
# The same as last time, which is ordered and not asked for.
USUAL = re.compile(
    r"(?:^|(?<=[.,] )|(?<=just )|(?<=please ))usual(?= please| order| [.,]|$)"
    r"|(?<!not )(?<!no )\b(?:the |my |our |his |her |their )usual(?: order| thing| stuff)?"
    r"(?= [.,?]|$| please| but| and| with| again| today| for| thanks| plus| only| no | i | ill "
    r"| well | we )"
    r"|\b(?:do|have|get|take|order|want|like|grab) (?:the|my|our|his|her|their) usual"
    r"(?= (?:[a-z]+ ){1,2}(?:please|but|with|and|only|plus)\b)"
    rf"|\b(?:the )?(?:exact )?same(?: thing| order| again| stuff| 1)?(?: as| like| that)?"
    rf"(?: (?:i|we) (?:had|ordered|got|have|get|took))?(?: the)? (?:{BEFORE}|always|usual|ever)\b"
    r"|\b(?:the )?(?:exact )?same(?: thing| order| stuff)?(?: as| like)?(?: in| on| for)?"
    r" (?:my|the|our) (?:last|previous) (?:order|1)\b"
    rf"|\bwhat (?:i|we) (?:had|ordered|got|took) {BEFORE}\b|\bwhat (?:i|we) (?:always|usually)"
    r" (?:have|get|order|take)\b"
    r"|\b(?:repeat|reorder) (?:my |the |our )?(?:last|previous) (?:order|1)\b"
    r"|\b(?:my|the|our) (?:last|previous) order(?: again)?(?= [.,]|$| please| but| and)"
    rf"|\b(?:like|as) (?:{BEFORE}|always|usual)\b"
    r"|\b(?:the |my )?same order again\b"
)
