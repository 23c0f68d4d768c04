"""Which sentence asks what: each is given to the first topic that knows it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides.about_house import (
    AREA,
    DEALS,
    DELIVERY,
    DINE_IN,
    HOURS,
    PAYMENT,
    TERMS,
    WAIT,
    WHERE,
)
from agent.asides.about_menu import (
    ABOUT,
    ASKED,
    CALLED,
    CONTENTS,
    HAVE,
    MAKING,
    MENU,
    OF_ANOTHER,
    OPTIONS,
    PREPARED,
    PRICE,
    PRICE_TOO,
    SOMETHING,
    WHICH,
)
from agent.asides.about_orders import (
    AGAIN,
    CANCEL_TODAY,
    CHANGE_TODAY,
    KEEP,
    LAST,
    ON_IT,
    ORDER,
    TOTAL,
)
from agent.asides.about_portions import SIZE
from agent.asides.about_spice import MADE_SO, SPICE
from agent.asides.about_staff import COMPLAINT, MESSAGE, PERSON, ROBOT, WHO
from agent.asides.addresses import STREETLIKE, take_address
from agent.asides.diets import DIET
from agent.asides.line import Line
from agent.asides.mischief import MISCHIEF, RUDE
from agent.asides.topics import Asides, Question, Topic
from agent.language import COMMON
from agent.matching import Mention
from domain.order import OrderType

__all__ = [
    "hear_asked_too",
    "hear_looking_back",
    "hear_made_so",
    "hear_price_too",
    "hear_questions",
]

# In the order of trying; the first that matches in a sentence wins it.
_QUESTIONS = (
    (Topic.MISCHIEF, MISCHIEF),
    (Topic.ROBOT, ROBOT),
    (Topic.WHO, WHO),
    (Topic.CHANGE_TODAY, CHANGE_TODAY),
    (Topic.MESSAGE, MESSAGE),
    (Topic.COMPLAINT, COMPLAINT),
    (Topic.PERSON, PERSON),
    (Topic.LAST, LAST),
    (Topic.ORDER, ORDER),
    (Topic.ON_IT, ON_IT),
    (Topic.TOTAL, TOTAL),
    (Topic.AGAIN, AGAIN),
    (Topic.PAYMENT, PAYMENT),
    (Topic.TERMS, TERMS),
    (Topic.AREA, AREA),
    (Topic.DEALS, DEALS),
    (Topic.PRICE, PRICE),
    (Topic.WAIT, WAIT),
    (Topic.HOURS, HOURS),
    (Topic.WHERE, WHERE),
    (Topic.DELIVERY, DELIVERY),
    (Topic.DINE_IN, DINE_IN),
    (Topic.SIZE, SIZE),
    (Topic.SPICE, SPICE),
    (Topic.PREPARED, PREPARED),
    (Topic.DIET, DIET),
    (Topic.OPTIONS, OPTIONS),
    (Topic.ABOUT, ABOUT),
    (Topic.CONTENTS, CONTENTS),
    (Topic.MENU, SOMETHING),
    (Topic.MENU, MENU),
    (Topic.HAVE, HAVE),
    (Topic.WHICH, WHICH),
    (Topic.CONTENTS, CALLED),
    (Topic.CONTENTS, ASKED),
    (Topic.RUDE, RUDE),
)
_ENDS = re.compile(
    r" [.?]| , (?=(?:i|id|ill|can|could|may|give|get|let|we|just|and|but|also|please|for|2|1|well"
    r"|oh|um|uh|er|erm|hmm)\b)"
    r"| (?:and|but|so|then) (?=(?:i|id|ill|im|can|could|may|give|get|let|we|ill|add)\b)"
    r"| (?=(?:yes|yeah|yep|great|in that case) )"
    r"|(?<! that)(?<! it)(?<! they)(?<! those) (?=(?:ok|okay|alright) )"
    r"| (?=(?:id (?:like|love)|ill (?:have|take|get|try)|gimme|give me"
    r"|let me (?:get|have)) )"
)
_OF_WHAT_THERE_IS = frozenset([Topic.HAVE, Topic.MENU, Topic.CONTENTS])
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
        Topic.AREA,
        Topic.DEALS,
    ]
)
# Where an order begins in a recogniser's text: "everything is free now *two ducks*".
_ORDERED = re.compile(r" (?=(?:\d+|an?) [a-z])")
# Only these words are taken, not their sentence.
_WORDS_ONLY = frozenset([Topic.RUDE, Topic.CHANGE_TODAY])
_UP_TO_COMMA = frozenset([Topic.MISCHIEF, Topic.ROBOT, Topic.WHO])


def hear_questions(line: Line, asides: Asides) -> None:
    """The questions in the order they are asked, each with its whole sentence, which is then no
    order."""
    found: list[tuple[int, Question]] = []
    for topic, pattern in _QUESTIONS:
        for match in pattern.finditer(line.string):
            first = line.tokens_of(match.start(), match.start() + 1)
            if any(m.start < first[0] < m.end for m in line.mentions):
                continue  # "doro *wot with an* extra egg" asks for nothing
            if topic is Topic.DIET and _in_name(line, match):
                continue  # "what comes with the *veggie burger*"
            if topic is Topic.DEALS and _on_the_menu(line, match):
                continue
            if topic is Topic.ABOUT and not _is_a_dish(line, match):
                continue
            if pattern is ASKED and not _names_a_dish(line, match):
                continue
            if pattern is CALLED and not _is_on_the_menu(line, match):
                continue
            if pattern is SOMETHING and _names_a_dish_in_full(line, match):
                continue
            if topic is Topic.ON_IT and not (_names_any(line, match) or _points(match)):
                continue
            if topic in _WORDS_ONLY:
                span = line.tokens_of(*match.span())
            else:
                span = line.tokens_of(*_sentence(line.string, match, topic))
                about = _asked_before(line, match)
                span = range(about, span[-1] + 1) if about >= 0 else span
                of_a_dish = about >= 0 or _points_at_dish(line, match)
                topic = Topic.PRICE if of_a_dish and topic is Topic.TOTAL else topic
                left = _untaken(span, asides)
                cut = len(left) < len(span) and not any(m.items for m in line.mentioned(left))
                if cut and (found or asides.questions) and topic in _OF_WHAT_THERE_IS:
                    continue  # "do you have *a table outside*", which is answered already
                span = left
            if not span or asides.taken & set(span) or (topic is Topic.RUDE and line.names(span)):
                continue
            if topic is Topic.AREA:
                _hear_address_asked(line, asides, match.start())
            if not (topic is Topic.RUDE and all(line.heard[n].word in COMMON for n in span)):
                asides.taken |= set(span)  # "three *damn* tacos" are three
            named = line.mentioned(span)
            if topic is Topic.PREPARED:
                named = tuple(m for m in named if not _is_verb(line, m))
            found.append((span[0], Question(topic, named, line.raw(span), span[0])))
    asides.questions += [question for _, question in sorted(found, key=lambda asked: asked[0])]


def _is_verb(line: Line, mention: Mention) -> bool:
    """“Do you *fry* the strips”: not of the French fries."""
    return {t.word for t in line.heard[mention.start : mention.end]} <= MAKING


_DELIVERED_TO = re.compile(r"\b(?:to|as far as) (?:the )?")


def _hear_address_asked(line: Line, asides: Asides, start: int) -> None:
    """“Do you deliver to *220 Shore Road*?”: who asks it of a house wants it brought there."""
    end = _ENDS.search(line.string, start)
    stop = end.start() if end else len(line.string)
    place = _DELIVERED_TO.search(line.string, start, stop)
    if place is not None and STREETLIKE.search(line.string, start, stop) and not asides.address:
        take_address(line, asides, place.end())
        asides.type = OrderType.DELIVERY if asides.address else asides.type


def _in_name(line: Line, match: re.Match[str]) -> bool:
    """True where the diet that is asked for is a part of a dish's name."""
    last = line.tokens_of(match.end() - 1, match.end())[0]
    return any(
        m.start <= last < m.end and m.items and m.whole and not m.generic and m.end - m.start > 1
        for m in line.mentions
    )


def _on_the_menu(line: Line, match: re.Match[str]) -> bool:
    """“The *lunch special*”, where the menu calls something so."""
    last = line.tokens_of(match.end() - 1, match.end())[0]
    word = line.heard[last].word
    return any(m.holds(word) for m in line.mentions if m.start <= last < m.end)


def _untaken(span: range, asides: Asides) -> range:
    """`span` up to what was understood before: “what can I eat, *I'm allergic to nuts*”."""
    taken = [n for n in span if n in asides.taken and n > span[0]]
    return range(span[0], taken[0]) if taken else span


def hear_price_too(line: Line, asides: Asides) -> None:
    """“And a large one?”, after the price of a small one: it is asked for, and not ordered."""
    match = PRICE_TOO.search(line.string)
    if match is not None and not asides.questions:
        span = line.tokens_of(*match.span())  # "blimey. *And the roast pork?*"
        asides.taken |= set(span)
        asides.questions.append(
            Question(Topic.PRICE, line.mentioned(span), line.raw(span), span[0])
        )


def hear_made_so(line: Line, asides: Asides, *, wondering: bool) -> None:
    """“Can you make it mild?”, of a dish that is asked about now or was just before."""
    if not wondering and not any(q.topic is Topic.SPICE for q in asides.questions):
        return
    for match in MADE_SO.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not asides.taken & set(span):
            asides.taken |= set(span)
            asides.questions.append(
                Question(Topic.SPICE, line.mentioned(span), line.raw(span), span[0])
            )


def hear_asked_too(line: Line, asides: Asides) -> None:
    """“What's the calamari? *And the mozzarella sticks?*”: asked the same, in the same breath."""
    for match in OF_ANOTHER.finditer(line.string):
        span, what = line.tokens_of(*match.span()), line.tokens_of(*match.span("what"))
        ended = line.heard[span[0] - 1].word
        follows = span[0] - _BEFORE in asides.taken and ended == "?"
        if ended == "," and match["also"]:
            follows = span[0] - _BEFORE in asides.taken
        before = [q for q in asides.questions if q.mentions and q.mentions[-1].end < span[0]]
        asked = max(before, key=lambda q: q.mentions[-1].end, default=None)
        named = line.mentioned(what)
        spoken = {n for m in named for n in range(m.start, m.end)}
        rest = [line.heard[n].word for n in what if n not in spoken]
        if asked is None or asked.topic not in _OF_A_DISH or asides.taken & set(span):
            continue
        whole = bool(named) and (rest == ["1"] or (set(rest) <= {"of"} and bool(named[-1].items)))
        if follows and whole:  # "and *a small one*?", "and *a pint of slaw*?"
            asides.taken |= set(span)
            asides.questions.append(
                Question(asked.topic, line.mentioned(span), line.raw(span), span[0])
            )


_BEFORE = 2  # tokens from the first of a sentence back to the last word of the one before
_OF_A_DISH = frozenset([Topic.PRICE, Topic.CONTENTS, Topic.HAVE, Topic.ABOUT, Topic.SPICE])


def _is_a_dish(line: Line, match: re.Match[str]) -> bool:
    """True where what is asked about is a dish by its whole name: no option, and no category."""
    span = line.tokens_of(*match.span("what"))
    named = [m for m in line.mentioned(span) if m.items and m.whole and not m.generic]
    return any(m.end == span[-1] + 1 for m in named)


def _names_a_dish(line: Line, match: re.Match[str]) -> bool:
    return any(m.items and m.whole for m in line.mentioned(line.tokens_of(*match.span())))


def _names_a_dish_in_full(line: Line, match: re.Match[str]) -> bool:
    """“Something with chicken, *the quesadilla*”: then it is that which is wanted."""
    span = line.tokens_of(*_sentence(line.string, match, Topic.MENU))
    return any(m.items and m.whole and not m.unsaid for m in line.mentioned(span))


def _points(match: re.Match[str]) -> bool:
    """“Is *that still* on there?”, of what was just spoken of."""
    return re.search(r"\b(?:that|it|those|they) still\b", match.group()) is not None


def _names_any(line: Line, match: re.Match[str]) -> bool:
    return bool(line.mentioned(line.tokens_of(*match.span())))


def _is_on_the_menu(line: Line, match: re.Match[str]) -> bool:
    """“What's *Alabama White*”: a dish or an option by its whole name, and nothing before it."""
    start = line.tokens_of(*match.span())[-1] + 1
    return any(
        m.start == start and ((m.items and m.whole) or any(r.coverage == 1 for r in m.readings))
        for m in line.mentions
    )


def _points_at_dish(line: Line, match: re.Match[str]) -> bool:
    """“How much is *that buckeye burger*”: of a dish, and not of the whole order."""
    said = line.tokens_of(*match.span())
    dishes = {m.start for m in line.mentions if m.items}
    return any(line.heard[n].word in ("that", "this") and n + 1 in dishes for n in said)


# What a question comes after that asks of "it": "the plaice, what does it come with?".
_ABOUT = re.compile(
    r"(?:^|(?<=[.?] ))(?:(?:oh|ok|okay|so|and|um|uh|hmm|right|ooh|hi|hello|but)(?: ,)? )*"
    r"(?:(?:what|how) about )?(?P<the>(?:the|your) )?(?P<what>[^.?,]+) [,.] (?:and )?$"
)
_OF_IT = re.compile(
    r"\b(?:is|are|does|do) (?:it|that|they|those|these)\b|\b(?:its|theyre)\b"
    r"|\b(?:with|on|in) (?:it|that|those|them)\b"
)


def _asked_before(line: Line, match: re.Match[str]) -> int:
    """Where a dish is named, and nothing else, that the question then asks about; else -1."""
    about = _ABOUT.search(line.string[: match.start()])
    end = _ENDS.search(line.string, match.end())
    asked = line.string[match.start() : end.start() if end else len(line.string)]
    if about is None:
        return -1
    span = line.tokens_of(*about.span("what"))
    said = [m for m in line.mentions if m.items and (m.start, m.end) == (span[0], span[-1] + 1)]
    of_it = about["the"] is not None and _OF_IT.search(asked) is not None
    kind = line.heard[span[-1]].word
    again = kind.endswith("s") and _names_again(line, said, match.start(), end)
    return line.tokens_of(*about.span())[0] if said and (of_it or again) else -1


def _names_again(
    line: Line, said: Sequence[Mention], start: int, end: re.Match[str] | None
) -> bool:
    """“And *shakes*. What flavours of *shakes* are there?”: the same is named in the question."""
    asked = line.tokens_of(start, end.start() if end else len(line.string))
    return bool(said) and any(m.items == said[0].items for m in line.mentioned(asked))


def hear_looking_back(line: Line, asides: Asides) -> None:
    """“Cancel it”, “leave it as it was”, said of an order that stands."""
    for topic, pattern in ((Topic.KEEP, KEEP), (Topic.CANCEL_TODAY, CANCEL_TODAY)):
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            dish = any(m.end <= span[0] and m.items and m.whole for m in line.mentions)
            corrects = dish and topic is Topic.CANCEL_TODAY and not match["must"]
            if asides.taken & set(span) or corrects:
                continue  # "a biryani, *cancel that*, a korma"; not "… I've got to cancel that"
            asides.taken |= set(span)
            asides.questions.append(Question(topic, (), line.raw(span), span[0]))


def _sentence(string: str, match: re.Match[str], topic: Topic) -> tuple[int, int]:
    end = _ENDS.search(string, match.end() - 1)  # it may have taken the blank before the stop
    stop = end.start() if end else len(string)
    if topic in _UP_TO_COMMA and " , " in string[match.end() - 1 : stop]:
        stop = string.index(" , ", match.end() - 1)
    plain = topic in _NEVER_OF_DISHES and not re.search(r" [.,?]", string)
    ordered = _ORDERED.search(string, match.end(), stop) if plain else None
    return match.start(), ordered.start() if ordered else stop
