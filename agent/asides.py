"""What a caller says besides dishes: who, where, when, questions, goodbyes, and mischief.

Everything here works on one line: the folded words of an utterance with a blank between them,
punctuation as words (`hi , id like 2 margheritas . for maria`). What is understood is taken out, so
that the listener to dishes never sees it: an address holds numbers, a name may be a dish.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from agent.language import COMMON, LIGHT, PRONOUNS, Token, number_at
from agent.lexemes import is_small_word, is_yes
from agent.matching import Mention
from domain.order import OrderType

__all__ = ["Asides", "Question", "Topic", "listen"]


class Topic(Enum):
    """What a question is about."""

    ROBOT = auto()
    PERSON = auto()
    ORDER = auto()
    LAST = auto()  # what did I have last time?
    AGAIN = auto()
    TOTAL = auto()
    PRICE = auto()
    MENU = auto()
    HAVE = auto()
    OPTIONS = auto()
    CONTENTS = auto()
    WAIT = auto()
    HOURS = auto()
    WHERE = auto()
    PAYMENT = auto()
    DELIVERY = auto()
    DINE_IN = auto()
    MISCHIEF = auto()
    RUDE = auto()
    CHANGE_TODAY = auto()  # an order that stands already
    CANCEL_TODAY = auto()
    KEEP = auto()  # leave it as it was, never mind
    MESSAGE = auto()  # for the staff: to leave one, to be called back, something lost


@dataclass(frozen=True)
class Question:
    """`mentions` are what it names on the menu; `words` is how it was said."""

    topic: Topic
    mentions: tuple[Mention, ...] = ()
    words: str = ""


@dataclass
class Asides:
    """`taken` holds the indices of the tokens that are used up."""

    name: str = ""
    phone: str = ""
    address: str = ""
    type: OrderType | None = None
    notes: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    done: bool = False
    bye: bool = False
    cancel: bool = False
    again: bool = False  # the same as last time, the usual
    taken: set[int] = field(default_factory=set)


class _Line:
    """The folded words as one string, and the way back to the caller's own spelling."""

    def __init__(self, text: str, heard: Sequence[Token], mentions: Sequence[Mention]) -> None:
        self.text = text
        self.heard = heard
        self.mentions = mentions
        self.string = " ".join(t.word for t in heard)
        self._at: list[int] = []
        at = 0
        for token in heard:
            self._at.append(at)
            at += len(token.word) + 1

    def tokens_of(self, start: int, end: int) -> range:
        """The tokens that touch the characters `[start, end)` of `string`."""
        inside = [
            n for n, at in enumerate(self._at) if at < end and at + len(self.heard[n].word) > start
        ]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def raw(self, span: range) -> str:
        """What the caller wrote or the recogniser did, for names, addresses and notes."""
        if not span:
            return ""
        return self.text[self.heard[span[0]].start : self.heard[span[-1]].end].strip()

    def mentioned(self, span: range) -> tuple[Mention, ...]:
        return tuple(m for m in self.mentions if m.start in span)


def listen(
    text: str,
    heard: Sequence[Token],
    mentions: Sequence[Mention],
    *,
    want_name: bool,
    want_address: bool,
    delivering: bool = False,
    winding_up: bool = False,
    more_asked: bool = False,
    nameless: bool = False,
    looking_back: bool = False,
    type_due: bool = False,
) -> Asides:
    """The asides in `text`. `want_name` and `want_address`: that is still needed and may come now,
    so a bare "Maria" or "12 Main Street" is one. `delivering`: a street is then the address, even
    where another one was given before. `winding_up`: no more dishes are to come. `more_asked`: it
    answers "anything else?". `nameless`: no more dishes are to come, and no name was given yet.
    `looking_back`: nothing is in the cart, so "cancel it" is about an order that stands.
    `type_due`: pick-up or delivery is to be said now."""
    line = _Line(text, heard, mentions)
    asides = Asides()
    if looking_back:
        _hear_looking_back(line, asides)
    _hear_questions(line, asides)
    _hear_notes(line, asides)
    _hear_exclamations(line, asides)
    _hear_flags(line, asides)
    _hear_phone(line, asides)
    _hear_name(line, asides, want_name=want_name)
    street_due = want_name or (winding_up and not want_address)
    _hear_type(line, asides, street_due=street_due, type_due=type_due)
    if delivering and not want_address and not asides.address and not asides.taken:
        _hear_street(line, asides)
    if want_address and not asides.address and (not want_name or _STREETLIKE.search(line.string)):
        _hear_bare_address(line, asides)
    if want_name and not asides.name:
        _hear_bare_name(line, asides)
    elif not asides.name and (asides.type or asides.done or nameless):
        _hear_name_apart(line, asides, first=0 if winding_up or more_asked else 1)
    if more_asked and not asides.done:
        _hear_no_more(line, asides)
    return asides


# --- questions ---------------------------------------------------------------------------------

_ENDS = re.compile(
    r" [.?]| , (?=(?:i|id|ill|can|could|may|give|get|let|we|just|and|but|also|please|for|2|1)\b)"
    r"| (?:and|but|so|then) (?=(?:i|id|ill|im|can|could|may|give|get|let|we|ill|add)\b)"
    r"| (?=(?:yes|yeah|yep|ok|okay|alright|great|in that case) )"
    r"| (?=(?:id (?:like|love)|ill (?:have|take|get|try)|gimme|give me"
    r"|let me (?:get|have)) )"
)
_WHAT = r"(?:what|which|whats|wot)"
_HAVE = (
    r"(?:do you (?:guys )?(?:have|do|sell|serve|offer|make|got)|have you got|you got|you have"
    r"|youve got)"
)
_SOMEONE = (
    r"(?:person|human|someone|somebody|manager|owner|staff|boss|people|operator|representative"
    r"|employee|waiter|colleague|real)"
)
_MACHINE = r"(?:robot|bot|machine|computer|ai|human|real|person|recording|automated|artificial)"

_BEFORE = (
    r"(?:last (?:time|week|night|month|order|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|before|yesterday|the other (?:day|night)|previously)"
)

# In the order of trying; the first that matches in a sentence wins it.
_QUESTIONS: tuple[tuple[Topic, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(pattern))
    for topic, pattern in (
        (
            Topic.MISCHIEF,
            r"\b(?:ignore|forget|disregard|override|bypass) (?:all |your |the |any "
            r"|previous |prior "
            r"|above |my |these |those )*(?:instruction|rule|prompt|programming|polic|guideline)\w*"
            r"|\bsystem prompt\b|\byou are now\b|\bnew instructions?\b|\b(?:developer"
            r"|admin|debug|god)"
            r" mode\b|\bjailbreak\w*|\bpretend (?:to be|you|that|im|i am|this)\b"
            r"|\b(?:set|make|change) (?:the |all )?(?:price|prices|total|cost)\b"
            r"|\b(?:as|im|i am) (?:the |an? )?(?:owner|admin\w*|manager|developer|ceo)\b"
            r"|\b(?:everything|all|it|that|food|order|prices?|pizzas?) (?:is|are|be"
            r"|should be|must be"
            r"|will be|costs?) (?:for )?(?:free|0|nothing|1 (?:cent|euro|dollar)s?)\b"
            r"|\bcharge me (?:nothing|0|only)\b"
            r"|\b\d+ (?:percent|%) (?:off|discount)\b|\bgive me a discount\b",
        ),
        (
            Topic.ROBOT,
            rf"\b(?:are|r) (?:you|u) (?:actually |really |just |like )?(?:a |an )?(?:real "
            rf"|actual )?{_MACHINE}\b"
            rf"|\b(?:am i|is this|are we) (?:talking |speaking )?(?:to |with )?(?:a "
            rf"|an )?(?:real )?{_MACHINE}\b",
        ),
        (
            Topic.CHANGE_TODAY,
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
            r"|\b(?:from|off|on|in) (?:my|our) order\b"
            r"|\b(?:about|regarding) (?:my|the|our) (?:\w+ )?order\b(?: from (?:before|earlier))?"
            r"|\b(?:to|on|in|from) (?:my|the|our) (?:earlier |previous |first )?order"
            r" (?:from (?:before|earlier|today)|(?:i|we) (?:\w+ )?(?:made|placed)(?: \w+)?)\b"
            r"|\b(?:to|on) (?:my|our) (?:earlier|previous|first) order\b",
        ),
        (
            Topic.MESSAGE,
            r"\b(?:leave|take|pass on|record) (?:you |them |him |her )?(?:a|my|this) message\b"
            r"|\b(?:call|ring|phone) (?:me|us) back\b"
            r"|\b(?:get|give me|have) a call ?back\b|\ba callback\b"
            r"|\b(?:i|we)(?: think i| think we| must have| may have| might have| have|ve)?"
            r" (?:left|forgot|lost|forgotten) (?:my|our|a|an) (?:\w+ ){1,4}?"
            r"(?:at|in|with you|there|behind|yesterday|last night|on (?:the|a|your))\b"
            r"|\btell (?:the |your )?chef(?= that| i| we| it| thank)"
            r"|\b(?:tell|let) (?:the |your )?(?:boss|owner|manager|staff|team|waiter|waitress)"
            r"(?: know)?\b",
        ),
        (
            Topic.PERSON,
            rf"\b(?:speak|talk|chat)(?:ing)? (?:to|with) (?:a |an |the |your "
            rf"|some )?(?:real |actual |live )?{_SOMEONE}\b"
            rf"|\b(?:real|actual|live) (?:person|human)\b|\btransfer me\b|\bput me through\b"
            r"|\b(?:someone|somebody|anyone|person|human) (?:that |who )?(?:i|we) (?:can|could|may)"
            r" (?:talk|speak)\b|\b(?:have|make|got) a complaint\b|\bto complain\b"
            rf"|\b(?:get|give) me (?:a |the |your )?(?:person|human|manager|owner|operator)\b",
        ),
        (
            Topic.LAST,
            rf"\bwhat (?:did|do|was|is) (?:i|we|my|our)(?: \w+)?(?: \w+)? {_BEFORE}\b"
            r"|\bwhats? (?:is |was )?my (?:usual|last order|previous order)\b",
        ),
        (
            Topic.ORDER,
            r"\b(?:repeat|read|say|confirm|check|go over"
            r"|go through)(?: me)?(?: back)? (?:my|the|our|whole)+ (?:whole "
            r"|entire )?order\b"
            r"|\bread (?:it|that|everything)? ?(?:all )?back\b"
            r"|\b(?:what|whats) (?:do|did|have|is|s)? ?(?:i|we)? ?(?:have|got|order"
            r"|ordered|in|on)? ?(?:in |on )?my (?:order|cart|basket)\b"
            r"|\bwhat (?:do|did|have) (?:i|we) (?:have|got|order|ordered)\b(?: so far)?"
            r"|\border so far\b"
            r"|\bwhats? (?:is )?(?:on |in )?(?:my|the) order\b",
        ),
        (
            Topic.TOTAL,
            r"\b(?:whats|what is|what was|tell me) (?:the|my) (?:total|damage|bill)\b"
            r"|\bhow much (?:was|is) (?:my|our) order\b(?: again)?"
            r"|\bhow much (?:is|s|will|does|would|do i|do we)"
            r" (?:it|that|this|everything|all|the total|the whole|my order|the order|i|we"
            r"|be|owe)(?: \w+){0,4}"
            r"|\bwhat does (?:it|that|everything) (?:all )?(?:come|cost|add)\b"
            r"|\bhow much (?:in|all) (?:total|together)\b",
        ),
        (
            Topic.AGAIN,
            r"^(?:sorry |what |uh |no )*(?:, )?(?:pardon|come again|what was that"
            r"|say (?:that|it) again"
            r"|(?:can|could) you (?:please )?(?:say|repeat)"
            r" (?:that|it)(?: again)?|repeat(?: that| it)?|i (?:didnt|did not|couldnt"
            r"|cant) (?:hear|catch|understand|get)\b.*|what did you say|excuse me|what|huh"
            r"|sorry)"
            r"(?: please| again| [?.])*$",
        ),
        (
            Topic.PAYMENT,
            r"\b(?:can|do|could|should|must|may) (?:i|you|we) (?:guys )?(?:pay|take|accept"
            r"|use)\b.*\b(?:card|cards|cash|visa|paypal|credit|now|online|contactless)\b"
            r"|\b(?:pay|paying) (?:by|with|in) (?:card|cash|credit|visa)\b|\bhow (?:do"
            r"|can) i pay\b",
        ),
        (
            Topic.PRICE,
            r"\bhow much (?:is|are|does|do|for|would|s)\b|\b(?:whats|what is"
            r"|what are) the (?:price|cost)s?\b"
            r"|\bprices? (?:of|for)\b|\bwhat (?:does|do) .*\bcost\b",
        ),
        (
            Topic.WAIT,
            r"\bhow (?:long|soon|quick|quickly|many minutes)\b|\bwhen (?:will|can|would|is"
            r"|does|should|do i|could)\b|\bwhat time (?:will|can|would|should"
            r"|is it ready)\b|\b(?:wheres|where is) (?:my|our) (?:order|food)\b"
            r"|\bis (?:my|our) (?:order|food) (?:ready|done|on its way|coming)\b",
        ),
        (
            Topic.HOURS,
            r"\b(?:are you|you guys|when do you|what time do you|how late are you"
            r"|till when are you|until when are you|when are you) (?:still )?(?:open|close"
            r"|closed|closing)\w*\b|\bopening (?:hours|times)\b|\byour hours\b",
        ),
        (
            Topic.WHERE,
            r"\bwhere (?:are you|is (?:it|the restaurant|your)|do i (?:pick|come|go"
            r"|collect)|exactly)\b|\b(?:whats|what is) (?:your"
            r"|the) (?:restaurant )?address\b|\byour address\b",
        ),
        (
            Topic.DELIVERY,
            r"\bdo you (?:guys )?(?:also |even )?(?:do )?deliver(?:y|ies)?\b(?! to \d)"
            r"|\bis (?:there )?delivery\b",
        ),
        (
            Topic.DINE_IN,
            r"\b(?:book|reserve|reservation|booking)\b|\btable for\b|\b(?:eat|dine|dining"
            r"|eating) (?:in|there|here)\b(?! the\b| my\b| a\b)|\bfor here\b",
        ),
        (
            Topic.OPTIONS,
            rf"\b{_WHAT}(?: \w+){{0,3}} (?:sizes?|toppings?|extras?|options?|flavou?rs?"
            rf"|choices|dressings?|sauces?)\b"
            r"|\b(?:do|does|are|is) (?:it|they|there|that|you)(?: \w+){0,3} (?:different "
            r"|other )?(?:sizes|toppings|extras|options|flavou?rs|choices)\b"
            r"|\bwhat(?: \w+){0,3} can (?:i|you|we) (?:have|get|put|add|choose)"
            r" (?:on|in|with|to|for)\b",
        ),
        (
            Topic.CONTENTS,
            rf"\b{_WHAT}(?: (?:is|are|s|exactly|comes|goes))* (?:in|on|inside|with) (?:the"
            rf"|a|an|your|that|it)\b(?! menu)"
            r"|\b(?:whats|what is|what are) (?:a|an|the) (?!menu|special|price|total|wait"
            r"|soup|cheapest|best|biggest|largest|smallest|spiciest|hottest|most)|\bingredients?\b"
            r"|(?:^|(?<=[.,] ))(?:so |and |ok |but )?(?:is|are|does)"
            r" (?:the|your|that|it|they|this|those)\b(?! possible)"
            r"|\b(?:is|are) there (?:any |some )?(?:\w+ ){1,2}(?:in|on) "
            r"|\bdo (?:they|your|those)\b|\btell me about\b|\bhow (?:spicy|big|large|hot) (?:is"
            r"|are)\b",
        ),
        (
            Topic.MENU,
            rf"\b{_WHAT}(?: \w+){{0,6}} {_HAVE}\b|\b{_WHAT}(?: \w+){{0,5}} (?:are there"
            rf"|is there|on the menu|on offer|available|can i (?:get|have|order)"
            rf"|could i (?:get|have))\b"
            r"|\b(?:whats|what is|what are) (?:on (?:the |your )?menu|your (?:menu|\w+s)"
            r"|the (?:menu|options|choices|specials?|soup))\b|\b(?:tell|give"
            r"|read) me (?:the |your )?(?:menu|options|choices)\b"
            r"|\b(?:the|your|a) menu\b|\b(?:recommend|suggest)\w*\b|\bwhats (?:good"
            r"|popular|best|special)\b|\bany specials?\b|\bwhat would you\b",
        ),
        (
            Topic.HAVE,
            rf"\b{_HAVE}\b|\b(?:is|are) there (?:any\w*|a|an|some)\b|\bgot any\b|^(?:and |ok |so "
            rf"|, )*any\b.*\?",
        ),
        (
            Topic.RUDE,
            r"\b(?:fuck\w*|shit|idiot\w*|stupid|moron\w*|bitch\w*|asshole\w*|bastard\w*|crap"
            r"|damn|useless|dumb)\b",
        ),
    )
)
_NEVER_OF_DISHES = frozenset(
    [
        Topic.MISCHIEF,
        Topic.ROBOT,
        Topic.PERSON,
        Topic.ORDER,
        Topic.HOURS,
        Topic.WHERE,
        Topic.PAYMENT,
        Topic.LAST,
    ]
)
# Where an order begins in a recogniser's text: "everything is free now *two ducks*".
_ORDERED = re.compile(r" (?=(?:\d+|an?) [a-z])")
# Only these words are taken, not their sentence.
_WORDS_ONLY = frozenset([Topic.RUDE, Topic.CHANGE_TODAY])
_UP_TO_COMMA = frozenset([Topic.MISCHIEF, Topic.ROBOT])


def _hear_questions(line: _Line, asides: Asides) -> None:
    for topic, pattern in _QUESTIONS:
        for match in pattern.finditer(line.string):
            if topic in _WORDS_ONLY:
                span = line.tokens_of(*match.span())
            else:
                span = line.tokens_of(*_sentence(line.string, match, topic))
            if asides.taken & set(span):
                continue
            asides.taken |= set(span)
            asides.questions.append(Question(topic, line.mentioned(span), line.raw(span)))


_CANCEL_TODAY = re.compile(
    r"\b(?:have|need|want|like|got|must) to cancel(?= [.,?]|$)"
    r"|\b(?:cancel|call off) (?:it|that|this"
    r"|(?:my|the|our|that|this) (?:whole |entire )?order(?: (?:i|we) (?:\w+ )?(?:made|placed))?"
    r"|order (?:number )?(?:p )?\d+)\b(?: again)?"
)


_KEEP = re.compile(
    r"\b(?:leave|keep) (?:it|that|everything|(?:my|the) order)"
    r"(?: (?:as|how|like|the way)(?: it| that)?(?: is| was)?)?(?= [.,]|$| please| thanks| then)"
    r"|\bnever ?mind\b|\b(?:dont|do not) (?:cancel|change) (?:it|that|anything)\b"
)


def _hear_looking_back(line: _Line, asides: Asides) -> None:
    for topic, pattern in ((Topic.KEEP, _KEEP), (Topic.CANCEL_TODAY, _CANCEL_TODAY)):
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            if not asides.taken & set(span):
                asides.taken |= set(span)
                asides.questions.append(Question(topic, (), line.raw(span)))


def _sentence(string: str, match: re.Match[str], topic: Topic) -> tuple[int, int]:
    end = _ENDS.search(string, match.end())
    stop = end.start() if end else len(string)
    if topic in _UP_TO_COMMA and " , " in string[match.end() - 1 : stop]:
        stop = string.index(" , ", match.end() - 1)
    plain = topic in _NEVER_OF_DISHES and not re.search(r" [.,?]", string)
    ordered = _ORDERED.search(string, match.end(), stop) if plain else None
    return match.start(), ordered.start() if ordered else stop


# --- notes for the kitchen, flags ----------------------------------------------------------------

_UNTIL = (
    r"(?= [.,?]| so | (?:and )?(?:can|could|i|id|ill|please)\b| please| thanks| but "
    r"| (?:and )?(?:\d+|an?) | (?:he|she|hes|shes|im|theyre|its)\b|$)"
)
_PLEASE_ADD = "Please add: "
_NOTES = tuple(
    (re.compile(pattern), prefix)
    for pattern, prefix in (
        (
            rf"\b(?:i|we|she|he|they|(?:my|our) \w+)"
            rf" (?:cant|cannot|can not|(?:dont|doesnt|do not|does not)(?= (?:ever )?eat))"
            r" (?:ever )?(?:eat|have|tolerate|handle|stand)"
            rf" (?P<what>(?!(?:the stuff|it|that|them)\b).+?){_UNTIL}",
            "Can't eat: ",
        ),
        (
            rf"\b(?:\w+ )?(?:is |am |are |im |shes |hes "
            rf"|were )?(?:\w+ )?allergic to (?P<what>.+?){_UNTIL}",
            "Allergy: ",
        ),
        (
            r"\b(?:there is |theres |i have |we have |has |have |with |got )+(?:an? "
            r"|the )?(?P<what>(?:\w+ ){1,3}?)(?:allergy|allergies"
            r"|intolerance)\b",
            "Allergy: ",
        ),
        (r"\b(?P<what>\w+) (?:allergy|allergies|intolerance)\b", "Allergy: "),
        (r"\b(?P<what>(?:im|i am|were|we are|shes|hes) (?:very |really )?allergic)\b", "Allergy: "),
        (r"\b(?P<what>\w+ intolerant|co?eliac|lactose intolerant)\b", "Allergy: "),
        (
            r"\b(?:for|at|by|around|about) (?:about "
            r"|around )?(?P<what>\d{1,2}(?::\d\d)?(?: \d\d)? (?:am|pm|a m|p m|oclock)"
            r"|\d{1,2}:\d\d|noon|midnight|half (?:past )?\d{1,2}|(?:a )?quarter (?:past"
            r"|to) \d{1,2})(?: tonight| today)?",
            "Wanted for ",
        ),
        (
            r"(?<!stay )(?<!stays )(?<!it )(?<!them )(?<!remain )(?<!remains )"
            r"\b(?:at|around) (?P<what>\d{1,2})(?= [.,?]|$| please| thanks| tonight| today)",
            "Wanted for ",
        ),
        (
            r"\b(?P<what>in (?:about |around )?(?:\d+ minutes|half an hour|an hour|1 hour"
            r"|2 hours))\b",
            "Wanted ",
        ),
        (
            r"\b(?:can i (?:get|have)|could i (?:get|have)|with|some|extra|add|and"
            r"|please)?(?: some| extra| a few)? ?(?P<what>(?:extra )?(?:napkins?|cutlery"
            r"|chopsticks|plates|straws?|forks)(?: and (?:napkins?|cutlery|chopsticks|plates"
            r"|straws?|forks))*)\b",
            _PLEASE_ADD,
        ),
        (
            r"\b(?P<what>(?:please )?(?:dont ring|do not ring|ring) (?:the )?(?:door)?bell"
            r"|leave (?:it|them) (?:at|by|on|in front of) the (?:front )?(?:door|porch|desk"
            r"|reception)|knock(?: on the door)?)\b",
            "",
        ),
    )
)


def _hear_notes(line: _Line, asides: Asides) -> None:
    for pattern, prefix in _NOTES:
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            dishes = prefix == _PLEASE_ADD and any(m.items for m in line.mentioned(span))
            if asides.taken & set(span) or dishes or _inside_dish(line, span):
                continue
            asides.taken |= set(span)
            asides.notes.append(prefix + line.raw(line.tokens_of(*match.span("what"))))


def _inside_dish(line: _Line, span: range) -> bool:
    """“Gyros plates” asks for no plates."""
    return any(m.items and m.start < span[0] < m.end for m in line.mentions)


# Feelings, which ask for nothing: "what a pity", "for god's sake".
_EXCLAIMED = re.compile(
    r"\b(?:what|such) an? (?:(?:real|great|terrible|bit of an?) )?(?P<what>\w+)"
    r"|\b(?:its|it is|thats|theyre|im) (?:way |far |just |a bit )*too \w+"
    r"|\bfor \w+ sake\b|\b(?:oh )?my (?:god|goodness|gosh|word)\b|\bmake it snappy\b"
)


# "Last week your chips were soggy": of a meal long eaten.
_EATEN = re.compile(
    rf"(?:\b{_BEFORE} (?:, )?(?:the|my|our|your)|\byour) (?:\w+ ){{1,3}}?(?:was|were) "
    r"(?:[^.?]*?)(?= [.?]|$)"
)


def _hear_exclamations(line: _Line, asides: Asides) -> None:
    for match in _EXCLAIMED.finditer(line.string):
        span = line.tokens_of(*match.span())
        named = any(m.whole and m.items for m in line.mentioned(span))
        if not asides.taken & set(span) and not named:
            asides.taken |= set(span)
    for match in _EATEN.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not asides.taken & set(span):
            asides.taken |= set(span)


_DONE = re.compile(
    r"\b(?:thats|that is|that will be|thatll be|thatd be|that would be|i think thats)"
    r"(?: about| pretty much| really| probably| basically)?"
    r" (?:all|it|everything|me done|us done|the lot|your lot|the whole (?:thing|lot)"
    r"|sufficient|enough|plenty|my (?:whole )?order"
    r"|the (?:whole )?order|us|me)"
    r"(?! (?:wrong|right|good|fine|great|too|very|correct|not|with|without|on|in|of|a|an|the)\b)"
    r"(?: from (?:me|us)| for (?:me|now|us|today|tonight))?"
    r"|\b(?:thats|that is|this is|its|were|im|i am|we are)"
    r" (?:all|it|everything|done|good|finished|set|all set|me|us|me done)(?= [.,?]|$"
    r"| for (?:me|now|us|today)| thank| thanks| please| i think| actually| and | for )"
    r"(?: for (?:me|now|us|today))?"
    r"|^done(?= [.,]|$)|\b(?:(?:i|we) (?:dont|do not) (?:want|need) )?"
    r"(?:nothing|no more|anything|not anything) (?:else|further|more)\b(?: from you lot| from you)?"
    r"|\bnothing more\b|\ball done\b"
    r"|\bthat does it\b|\bthat wraps it up\b|\bthats a wrap\b"
    r"|\bnot (?:today|for now|right now|now)\b"
    r"|\bcheck ?out\b|\bend of order\b"
    r"|^(?:nada|niente|nichts|rien)\b|\bnein(?: danke)?(?= [.,]|$)"
    r"|\bno(?: ,)? (?:thanks|thank you|i dont|im good|im fine|im done|were good|nothing)\b"
    r"|\b(?:just|only) (?:that|this|those|these)(?= [.,]|$| please| thanks)"
    r"|\bthat(?:ll| will) do(?= [.,]|$| thanks| thank| please)"
    r"|\b(?:das ist|das war|das wars|das wär|cest|es|eso es|e) (?:alles|tout|todo|tutto)\b"
    r"|^das wars(?= [.,]|$)"
    r"|^nothing(?= [.,]|$)|\bi(?:m| am) (?:good|fine|done)\b"
)
_BYE = re.compile(
    r"\b(?:good)?bye(?: bye)?\b|\bsee (?:you|ya)\b|\b(?:ill|i will) call (?:you )?(?:back"
    r"|later|again)\b"
    r"|\bhave a (?:nice|good|great) (?:day|evening|night|one)\b|\bwrong number\b|\bhang up\b"
)
_CANCEL = re.compile(
    r"\b(?:cancel|forget|scrap|scratch|delete|clear|drop) (?:about )?(?:everything"
    r"|all of (?:it|that)|the (?:whole |entire )?order|my (?:whole |entire )?order"
    r"|the whole thing|it all|the lot)\b"
    r"|\bstart (?:over|again|from scratch)\b|\bi (?:dont"
    r"|do not) want (?:anything|to order)(?! else| more| other)(?: anymore| any more)?\b|\b(?:ive "
    r"|i have )?changed my mind(?= [.,] (?:bye|goodbye|cancel)|$)"
)


_AGAIN = re.compile(
    r"(?:^|(?<=[.,] )|(?<=just )|(?<=please ))usual(?= please| order| [.,]|$)"
    r"|(?<!not )(?<!no )\b(?:the |my |our )usual(?: order| thing| stuff)?(?= [.,?]|$| please| but"
    r"| and| with| again| today| for| thanks| plus| only| no )"
    rf"|\b(?:the )?(?:exact )?same(?: thing| order| again| stuff| 1)?(?: as| like| that)?"
    rf"(?: (?:i|we) (?:had|ordered|got|have|get|took))?(?: the)? (?:{_BEFORE}|always|usual|ever)\b"
    rf"|\bwhat (?:i|we) (?:had|ordered|got|took) {_BEFORE}\b|\bwhat (?:i|we) (?:always|usually)"
    r" (?:have|get|order|take)\b"
    r"|\b(?:repeat|reorder) (?:my |the |our )?(?:last|previous) (?:order|1)\b"
    r"|\b(?:my|the|our) (?:last|previous) order(?: again)?(?= [.,]|$| please| but| and)"
    rf"|\b(?:like|as) (?:{_BEFORE}|always|usual)\b"
)


def _hear_flags(line: _Line, asides: Asides) -> None:
    for name, pattern in (("again", _AGAIN), ("bye", _BYE), ("cancel", _CANCEL), ("done", _DONE)):
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            if asides.taken & set(span):
                continue
            asides.taken |= set(span)
            setattr(asides, name, True)
            at = span[0] - 1
            while name == "done" and at >= 0 and line.heard[at].word in _REFUSING:
                asides.taken.add(at)  # "*no, no*, that's it"
                at -= 1


_REFUSING = frozenset(["no", "nope", "nah", ","])
_CLOSING = frozenset(
    """
    no nope nah nothing none all it everything done finish finished complete completed enough lot
    set do thanks thank good fine ready cheers thats that whole
    """.split()  # noqa: SIM905
)
_GOING_ON = frozenset(
    """
    want like need get give take have add another change make remove drop forget cancel scratch
    delete wait moment second minute let what which how when where who why can could too wrong
    also actually instead swap replace without with extra yes yeah maybe repeat read bye goodbye
    """.split()  # noqa: SIM905
)


_PLACE_IT = re.compile(r"\bplace (?:it|that|the order|my order)\b")


def _hear_no_more(line: _Line, asides: Asides) -> None:
    """“That will do us”, “no more, thanks”, “no, that is sufficient” to "anything else?": words
    that close. One that nobody knows may be among them, where none counts it as a dish."""
    left = [t.word for n, t in enumerate(line.heard) if n not in asides.taken and not t.stop]
    words = set(left)
    named = any(n not in asides.taken for m in line.mentions for n in range(m.start, m.end))
    words |= {"done"} if _PLACE_IT.search(line.string) else set()
    if named or asides.questions or not words & _CLOSING or words & _GOING_ON:
        return
    unknown = [w for w in left if not (w in COMMON or w in LIGHT or w in _CLOSING)]
    unknown = [w for w in unknown if not is_small_word(w)]
    counted = any(w[0].isdigit() or w in ("a", "an", "some") for w in left)
    if not unknown or (len(unknown) == 1 and not counted and left[0] in _CLOSING):
        asides.done = True
        asides.taken |= set(range(len(line.heard)))


_PHONE = re.compile(
    r"\b(?:(?:my|the) )?(?:phone|cell|mobile|telephone|number)(?: number)?(?: is| s"
    r"|,)? (?P<what>\d[\d ]{4,})"
)


def _hear_phone(line: _Line, asides: Asides) -> None:
    match = _PHONE.search(line.string)
    if match is None:
        return
    span = line.tokens_of(*match.span())
    asides.taken |= set(span)
    asides.phone = line.raw(line.tokens_of(*match.span("what")))


# --- name ----------------------------------------------------------------------------------------

MAX_NAME_WORDS = 3
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "mister", "madam"])
_PARTICLES = frozenset("de la le van von der den di da del dos el al bin ibn mc o st".split())  # noqa: SIM905
_STRONG_NAME = re.compile(
    r"\b(?:(?:my|the|a|his|her|our|first|last|sur) ?names?(?: for the order"
    r"| on the order)?(?: is| s| will be| would be| should be|,)?"
    r"|names?(?: is|,| of)?|under(?: the)?(?: name)?(?: of)?|call me|(?:to"
    r"|on) the name(?: of)?)(?: ,)? (?=\w)"
)
_NAME_FIRST = re.compile(r"\b(?P<what>[^\W\d]+) is (?:the|my) name\b")
# "Coach Brenda? Just Brenda's fine": what the caller would rather be called.
_NAME_ENOUGH = re.compile(
    r"\b(?:just|only) (?P<what>[^\W\d]+?)(?: is|(?<=s)| will be| would be)"
    r" (?:fine|ok|okay|enough)\b"
)
_NAME_SPEAKING = re.compile(
    r"(?:^|(?<=[.,] ))(?:(?:hi|hello|hey|yes|good|evening|morning|afternoon|its|this is) )*"
    r"(?P<what>[^\W\d]+(?: [^\W\d]+)?) (?:speaking|calling)\b(?= [.,]|$| here| from)"
)
_WEAK_NAME = re.compile(
    r"(?<!\d )\bfor (?=\w)|\bfor (?=\w+ ?$)|\b(?:this is|its|it is|im|i am) (?:for )?(?=\w)"
)
_NOT_NAMES = frozenset(
    """
    yes yeah yep yup no nope nah ok okay sure please thanks thank hello hi what why who how when
    delivery pickup pick take collect collection takeaway takeout i id ill im can could a an the
    and my it its is that thats 1 2 3 4 5 wait sorry actually change add remove cancel make to for
    with without not dont do you maybe hmm um uh one two stop repeat nothing none never order
    today tonight now later soon asap cash card everything anything both all nothing bye goodbye
    done finished this there here oh ah eh huh well right so now hey then great cool good evening
    morning afternoon dear lovely and but also sir maam mate man love cheers bloody just what which
    anyway anyways fine look listen let lets he she we they hes shes theyre youre
    """.split()  # noqa: SIM905
)


# Thanks and greetings of the kitchens' languages, which callers fall into.
_COURTESIES = frozenset(
    """
    merci danke gracias grazie obrigado obrigada madloba gamarjoba kamsahamnida gamsahamnida arigato
    spasibo dziekuje dzieki efharisto efcharisto tesekkurler sagol shukran toda tack kiitos takk
    salamat namaste dhanyavad shukriya bonjour bonsoir salut hola ciao buongiorno buonasera
    annyeonghaseyo konnichiwa nihao xiexie hallo servus prego bitte merhaba salam shalom adios
    tschuss khop khun krap kha
    """.split()  # noqa: SIM905
)
_NOT_NAMES |= _COURTESIES

# Everyday words that people are called by.
_EVERYDAY_NAMES = frozenset(
    """
    art bill bob chase dean drew faith frank gene grace grant guy hope jack jean joy mark max may
    miles olive pat penny ray rob rose sue sunny will
    """.split()  # noqa: SIM905
)


def _hear_name(line: _Line, asides: Asides, *, want_name: bool) -> None:
    for pattern in (_NAME_FIRST, _NAME_ENOUGH, _NAME_SPEAKING):
        first = pattern.search(line.string)
        if first is not None and _takes_name(line, asides, first):
            return
    spoken_of = False
    for pattern, strong in ((_STRONG_NAME, True), (_WEAK_NAME, want_name)):
        for match in pattern.finditer(line.string):
            trigger = line.tokens_of(match.start(), match.end())
            if asides.taken & set(trigger):
                continue
            sure = pattern is _STRONG_NAME or (
                strong and _capital(line, range(trigger[-1] + 1, trigger[-1] + 2))
            )
            span = _name_words(line, asides, trigger[-1] + 1, sure=sure)
            spoken_of = spoken_of or pattern is _STRONG_NAME
            for_whom = match[0].rstrip().endswith("for") and not _doing(line, span)
            if span and (strong or for_whom or _capital(line, span) or _introduced(line, span)):
                asides.taken |= {*trigger, *span}
                asides.name = _as_name(line.raw(span))
                return
    if spoken_of:
        _hear_name_apart(line, asides, first=1)  # "… my husband's name, he's fetching it. Hugo"


def _takes_name(line: _Line, asides: Asides, match: re.Match[str]) -> bool:
    """True where `what` of the match is a name; it is then taken, with what is said around it."""
    span, what = line.tokens_of(*match.span()), line.tokens_of(*match.span("what"))
    words = [line.heard[n].word for n in what]
    named = any(m.items for m in line.mentioned(what)) and match.re is not _NAME_FIRST
    if asides.taken & set(span) or named or set(words) & (_NOT_NAMES | PRONOUNS):
        return False
    if match.re is not _NAME_FIRST and all(w in COMMON - _EVERYDAY_NAMES for w in words):
        return False
    asides.taken |= set(span)
    asides.name = _as_name(re.sub(r"['’]s$", "", line.raw(what)))
    return True


def _introduced(line: _Line, span: range) -> bool:
    """“It's *rita*”, “this is *david* for collection”, where nothing has capitals."""
    before, after = line.heard[span[0] - 1].word, line.heard[span[-1] + 1 : span[-1] + 2]
    plain = line.text == line.text.lower() and before in ("its", "is")
    return plain and (not after or after[0].stop or after[0].word in _AFTER_NAME)


def _doing(line: _Line, span: range) -> bool:
    """“… sauce for *dipping*”, “for *sharing*”: what a thing is for, and nobody."""
    word = line.heard[span[0]].word if span else ""
    return word.endswith("ing") and len(word) > MAX_ING_NAME and not _capital(line, span)


MAX_ING_NAME = 5  # letters: Ming and Bing are names, dipping is none
_AFTER_NAME = frozenset(
    ["calling", "for", "here", "and", "again", "same", "can", "could", "id", "i", "ill"]
)


def _name_words(line: _Line, asides: Asides, at: int, *, sure: bool) -> range:
    """The words from `at` on that can be a name. When `sure`, everyday words may be one too
    ("Grace"), and so may a dish ("Margherita"); else neither."""
    named = [m for m in line.mentions if m.whole or not (sure or m.weak)]
    dishes = {n for m in named for n in range(m.start, m.end)}
    end = at
    spelled, street = _spelled(line, at), _STREETLIKE.search(line.string)
    streets = line.tokens_of(*street.span()) if street is not None else range(0)
    while end < len(line.heard) and end - at < MAX_NAME_WORDS + 1:
        word = line.heard[end].word
        if end > at and (end == spelled or end in streets):
            break  # "Siobhan, *S I O …*", "Roland Meier *Akazienstraße 14*"
        if word == "." and end > at and line.heard[end - 1].word in _TITLES:
            end += 1
            continue
        usual = (word in _TITLES or word in _EVERYDAY_NAMES or sure) and end == at
        known = word in COMMON and not usual
        particle = word in _PARTICLES and end + 1 < len(line.heard) and not line.heard[end + 1].stop
        if (
            line.heard[end].stop
            or word[0].isdigit()
            or end in asides.taken
            or (word in _NOT_NAMES and not _hyphened(line, end))
            or (is_small_word(word) and not sure)
            or (known and not particle)
            or (end in dishes and not (sure and end == at))
        ):
            break
        end += 1
    span = range(at, min(end, at + MAX_NAME_WORDS + 1))
    content = [n for n in span if line.heard[n].word not in _TITLES]
    particle = bool(content) and line.heard[content[-1]].word in _PARTICLES
    if not content or (particle and len(content) > 1 and not _capital(line, span)):
        return range(0)
    return span


def _capital(line: _Line, span: range) -> bool:
    return line.text[line.heard[span[0]].start].isupper()


def _as_name(raw: str) -> str:
    """`maria` → `Maria`; a spelled `M-A-R-I-A` → `Maria`; capitals of its own are kept."""
    name = " ".join(raw.split())
    letters = re.split(r"[\s\-.]+", name)
    if len(letters) > 2 and all(len(letter) == 1 for letter in letters):
        name = "".join(letters).capitalize()
    return name if name != name.lower() else _capitals(name)


def _capitals(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split())


def _spelled(line: _Line, at: int) -> int:
    """Where, from `at` on, a name begins to be spelled letter by letter; -1 where it does not."""
    letters = [len(t.word) == 1 and t.word.isalpha() for t in line.heard]
    starts = (n for n in range(at, len(letters) - 1) if letters[n] and letters[n + 1])
    return next(starts, -1)


_BEFORE_NAME = frozenset(
    """
    uh um er erm hmm oh yes yeah yep sure ok okay well so its it is this im i am the name my names
    for under of put on hi hello please would be that thats just you can use say write make out to
    should
    """.split()  # noqa: SIM905
)


def _hear_bare_name(line: _Line, asides: Asides) -> None:
    """An answer to "what name": the first words that can be one, sentence by sentence."""
    at = 0
    while at < len(line.heard):
        word = line.heard[at].word
        small = word in _BEFORE_NAME or is_yes(word)
        if line.heard[at].stop or at in asides.taken or (small and not _hyphened(line, at)):
            at += 1
            continue
        letters = at
        while (
            letters < len(line.heard)
            and len(line.heard[letters].word) == 1
            and line.heard[letters].word.isalpha()
        ):
            letters += 1
        span = range(at, letters) if letters - at > 2 else _name_words(line, asides, at, sure=True)
        after = span[-1] + 1 if span else at
        ends = after >= len(line.heard) or line.heard[after].stop or after in asides.taken
        if span and (ends or line.heard[after].word in COMMON):
            asides.taken |= set(span)
            asides.name = _as_name(line.raw(span))
        return


def _hyphened(line: _Line, at: int) -> bool:
    """“*Ye*-rin”: a part of one word, whatever it means alone."""
    after = line.heard[at + 1 : at + 2]
    return bool(after) and line.text[line.heard[at].end : after[0].start] == "-"


def _hear_name_apart(line: _Line, asides: Asides, *, first: int) -> None:
    """“Pick-up, Kim”: a clause of its own where a caller winds up, of unknown words only or with
    a capital ("Will") that no small word has."""
    opens, dish_ends = True, {m.end for m in line.mentions if m.end > first}
    for at in range(len(line.heard)):
        lead, opens = opens, _apart(line, asides, at, opens=opens)
        if at < first or at in asides.taken or not (lead or at in dish_ends):
            continue
        telling = _capital(line, range(at, at + 1)) and not is_small_word(line.heard[at].word)
        span = _name_words(line, asides, at, sure=telling)
        after = span[-1] + 1 if span else at
        closed = after >= len(line.heard) or line.heard[after].stop
        if span and (after in asides.taken or (closed and lead)):
            asides.taken |= set(span)
            asides.name = _as_name(line.raw(span))
            return


def _apart(line: _Line, asides: Asides, at: int, *, opens: bool) -> bool:
    """True where a name may begin after the word at `at`: a stop, what was understood, an address
    ("that's it, *man*") after either."""
    passed = line.heard[at].word in _VOCATIVES and opens
    return line.heard[at].stop or at in asides.taken or passed


_VOCATIVES = frozenset("man mate love dear darling buddy bro dude sir maam please thanks".split())  # noqa: SIM905


# --- pick-up or delivery, address ----------------------------------------------------------------

_PICKUP = re.compile(
    r"\b(?:for |to |a |as |its |ill |i will |well |we will |id like to |do )?"
    r"(?:pick ?ups?|pick (?:it|them|that|this|my order|the order|something|some food|everything) up"
    r"|picking (?:it |them |that )?up|pick up"
    r"|collect(?:ion|ing)?(?: it| them)?|take ?aways?|take ?out(?! the| of| my| all| any)"
    r"|to go(?! with)|carry ?out|come (?:and |to |by and |over and |in and )?(?:get|grab"
    r"|fetch|collect|pick|take)(?: it| them| up)*|fetching (?:it|them)|come for it"
    r"|(?:pop|nip|walk|drive) (?:in|by|over|round|down)|be (?:there|over|round|down|along)"
    r"|(?:come|swing|drop|stop) by|come in|get it myself|fetch it)\b(?: please| myself| instead)?"
)
_DELIVERY = re.compile(
    r"\b(?:for |to |a |as |its |can you |could you |please |home )*(?:deliver(?:y|ed|ing"
    r"|s)?|bring|send|drop)(?: (?:it|them|that|this|everything|my order|off|over|home"
    r"|please|instead))*\b"
)
_NOT_THAT = re.compile(
    r"\b(?:no|not|dont want|dont need|no need|instead of|rather than)(?: for| to| a)? $"
)
_ADDRESS = re.compile(
    r"\b(?:(?:my |the |our )?(?:home |delivery )?address(?: is| s| would be| will be"
    r"|,)?(?: ,)?|i live (?:at|in|on)|(?:im|i am|we are|were) (?:at|on|in)(?= \d)) (?=\w)"
)
_STREETS = (
    r"(?:street|st|road|rd|avenue|ave|lane|drive|way|square|place|court|boulevard|terrace|close"
    r"|gardens|hill|row|[a-z]*(?:strasse|str|platz|weg|gasse|allee))"
)
_STREET = re.compile(rf"\b(?:to|at) (?=\d+ (?:[a-z]+ ){{1,3}}?{_STREETS}\b|{_STREETS} \d)")
_STREETLIKE = re.compile(rf"\b\d+ (?:[a-z]+ ){{1,3}}?{_STREETS}\b|\b{_STREETS} \d")
_AT_HOME = re.compile(r"\b(?:im|i am|we are|were|i live|we live) (?:at|on|in)\b|\bdeliver")
_BRINGING = re.compile(r"\b(?:send|bring|drop|deliver)\b")
_ADDRESS_ENDS = re.compile(
    r" [?]| \.(?! (?:apt|apartment|floor|flat|unit|suite|door|\d))| (?:please|thanks"
    r"|thank you|cheers)\b|(?: ,)? (?:and |the )*(?:my |the )?names?\b"
    r"|(?: ,)? (?:and )?(?:for|under) (?:the )?[a-z]+ ?$| (?:and )?(?:can|could|id|ill"
    r"|i) (?:i|you|like|have|get|want|take|also)\b|(?: ,)? thats (?:all|it)\b"
)


def _hear_type(line: _Line, asides: Asides, *, street_due: bool, type_due: bool) -> None:
    found: list[tuple[int, OrderType]] = []
    refused: set[OrderType] = set()
    for kind, pattern in ((OrderType.PICKUP, _PICKUP), (OrderType.DELIVERY, _DELIVERY)):
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            words = {line.heard[n].word for n in span}
            if asides.taken & set(span) or (
                kind is OrderType.DELIVERY
                and not any(w.startswith("deliver") for w in words)
                and not _to_somewhere(line.string[match.end() :])
            ):
                continue
            asides.taken |= set(span)
            if _NOT_THAT.search(line.string[: match.start()]):
                before = line.tokens_of(max(0, match.start() - 4), match.start())
                asides.taken |= set(before)
                refused.add(kind)
                continue
            found.append((match.start(), kind))
            if kind is OrderType.DELIVERY:
                _hear_address(line, asides, match.end())
                if not asides.address and (street_due or type_due):
                    _hear_any_address(line, asides, match.end())
    for match in _ADDRESS.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not asides.address and not asides.taken & set(span):
            asides.taken |= set(span)
            _take_address(line, asides, match.end())
            found.append((match.start(), OrderType.DELIVERY))
    bringing = _BRINGING.search(line.string) is not None
    if not asides.address and (bringing or any(kind is OrderType.DELIVERY for _, kind in found)):
        street = _STREET.search(line.string)
        if street is not None and not asides.taken & set(line.tokens_of(*street.span())):
            _take_address(line, asides, street.end(), lead=street.start())
            found.append((street.start(), OrderType.DELIVERY))
    delivered = any(kind is OrderType.DELIVERY for _, kind in found)
    street_due = street_due and not found
    if not asides.address and (street_due or delivered or _AT_HOME.search(line.string)):
        street = _STREETLIKE.search(line.string)
        if street is not None and not asides.taken & set(line.tokens_of(*street.span())):
            _take_address(line, asides, street.start())
            found.append((street.start(), OrderType.DELIVERY))
    if type_due and not found:
        found += [(0, kind) for kind in (_hear_motion(line, asides), _other_than(refused)) if kind]
    if found:
        asides.type = max(found, key=lambda f: f[0])[1]


# How callers say it when they are asked: "I'm on my way", "the first one", "to my place".
_COMING = re.compile(
    r"\b(?:(?:im |were |i will |ill |we will |well )?(?:com(?:e|ing)|grab(?:bing)?|fetch)\b"
    r"(?: (?:by|in|over|round|around|down|along|there|back|and|to|get|grab|it|the|restaurant"
    r"|shop))*"
    r"|(?:ill|well|i will|we will|be) (?:be )?(?:by|in|over|there|round|down|along)"
    r"|in person|on (?:my|our) way|(?:ill|well) get (?:it|them)|around the corner"
    r"|^the (?:first|former)(?: 1)?)\b(?: shortly| soon)?"
)
_BROUGHT = re.compile(
    r"\b(?:bring|send|drop) (?:it|them)\b|\bto (?:my|our) (?:place|house|home|door|office|hotel)\b"
    r"|^the (?:2nd|second|latter|last)(?: 1)?\b"
)


def _hear_motion(line: _Line, asides: Asides) -> OrderType | None:
    for kind, pattern in ((OrderType.PICKUP, _COMING), (OrderType.DELIVERY, _BROUGHT)):
        match = pattern.search(line.string)
        if match is not None and not asides.taken & set(line.tokens_of(*match.span())):
            asides.taken |= set(line.tokens_of(*match.span()))
            return kind
    return None


def _other_than(refused: set[OrderType]) -> OrderType | None:
    """“Not delivery”, of the two that were offered."""
    return OrderType.PICKUP if refused == {OrderType.DELIVERY} else None


def _hear_street(line: _Line, asides: Asides) -> None:
    """“No, it's 9 Park Road”: the street, and what follows it up to the end of the sentence."""
    match = _STREETLIKE.search(line.string)
    if match is not None:
        _take_address(line, asides, match.start())


def _to_somewhere(rest: str) -> bool:
    return re.match(r" to (?:my|our|\d|the (?:office|house))", rest) is not None


def _hear_address(line: _Line, asides: Asides, at: int) -> None:
    """After "deliver it": "to 12 Main Street", or ", 12 Main Street"."""
    start = re.match(
        r"(?: ,| please)* (?:to|at)(?: my (?:home|place|house|office))?(?: ,| at)? (?=\w)",
        line.string[at:],
    )
    if start is None:
        start = re.match(
            r"(?: ,| please)* (?=\d+ [a-z]{3,} (?:street|st|road|rd|avenue|ave|lane|drive"
            r"|way|square|place)\b)",
            line.string[at:],
        )
    if start is not None:
        _take_address(line, asides, at + start.end(), lead=at)


def _hear_any_address(line: _Line, asides: Asides, at: int) -> None:
    """“Delivery please, *Rua das Flores 120*”: streets of any language, where no dish is named."""
    start = re.match(r"(?: please)?(?: ,| \.) (?:to |at |its |its to )?(?=\w)", line.string[at:])
    rest = line.tokens_of(at + start.end(), len(line.string)) if start is not None else range(0)
    numbered = any(line.heard[n].word.isdecimal() for n in rest)
    if start is not None and numbered and not any(m.whole for m in line.mentioned(rest)):
        _take_address(line, asides, at + start.end(), lead=at)


def _take_address(line: _Line, asides: Asides, at: int, lead: int | None = None) -> None:
    end = _ADDRESS_ENDS.search(line.string, at)
    span = line.tokens_of(at, end.start() if end else len(line.string))
    kept = []
    for n in span:
        if n in asides.taken:
            break
        kept.append(n)
    while kept and line.heard[kept[-1]].stop:
        kept.pop()
    if asides.done and not asides.name:
        kept = _without_name(line, kept)
    words = [line.heard[n].word for n in kept]
    if not _addresslike(words):
        return
    asides.taken |= set(kept) | set(line.tokens_of(at if lead is None else lead, at))
    asides.address = _as_address(line, range(kept[0], kept[-1] + 1))


def _as_address(line: _Line, span: range) -> str:
    """“eighteen oak street” is 18 Oak Street: numbers as digits, capitals where there are none."""
    text, said = "", [t.word for t in line.heard[: span[-1] + 1]]
    at = end = span[0]
    while at <= span[-1]:
        number = number_at(said, at)
        words = number[1] if number is not None else 1
        digits = (
            str(number[0]) if number is not None and line.raw(range(at, at + 1)).isalpha() else ""
        )
        gap = line.text[line.heard[end].end : line.heard[at].start] if at > span[0] else ""
        end = at + words - 1
        text += gap + (digits or line.raw(range(at, end + 1)))
        at = end + 1
    return text if text != text.lower() else _capitals(text)


def _without_name(line: _Line, kept: list[int]) -> list[int]:
    """“That's all, delivery to Bahnhofstrasse 7, *Sara*”: who winds up says the name last."""
    last = len(kept) - 1
    numbered = any(line.heard[n].word[0].isdigit() for n in kept[:-2])
    apart = last > 1 and line.heard[kept[-2]].word == "," and numbered
    word = line.heard[kept[-1]].word if kept else ""
    named = apart and word not in COMMON and _capital(line, range(kept[-1], kept[-1] + 1))
    return kept[:-2] if named else kept


def _addresslike(words: Sequence[str]) -> bool:
    content = [w for w in words if w not in (",", ".")]
    return any(w[0].isdigit() for w in content) or sum(w not in COMMON for w in content) >= 2


_BEFORE_ADDRESS = re.compile(
    r"^(?:(?:uh|um|no|nope|yes|yeah|sure|ok|okay|its|it is|to|at|that is|thats|deliver|bring|it|is"
    r"|my|the|address|,|please|would be) )*"
)


def _hear_bare_address(line: _Line, asides: Asides) -> None:
    match = _BEFORE_ADDRESS.match(line.string)
    assert match is not None
    if match.end() < len(line.string):
        _take_address(line, asides, match.end(), lead=0)
