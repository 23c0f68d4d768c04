"""Whether what is said is about an order of today that stands, and about which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from agent.asides import NOT_A_DISH, Asides, Topic
from agent.guest import Guest
from agent.language import tokens
from agent.lexemes import Kind, lex
from agent.matching import Mention
from agent.rules.talk import Ask, Said, Scene
from agent.standing import as_cart, refusal
from domain.order import Order, OrderType

__all__ = [
    "RENAMING",
    "TOPICS",
    "about_today",
    "goes_on",
    "goes_on_it",
    "named",
    "noted_afterwards",
]

TOPICS = frozenset([Topic.CHANGE_TODAY, Topic.CANCEL_TODAY])
RENAMING = re.compile(r"\b(?:name|under)\b")  # an order that stands is not renamed by a hello
_ASKED = frozenset([Topic.STATUS, Topic.ORDER, Topic.TOTAL, Topic.PERSON, Topic.COMPLAINT])


def about_today(scene: Scene, said: Said) -> bool:
    """True where `said` is about an order that stands, and not about the one being taken."""
    if scene.talk.today or scene.talk.ask is Ask.WHICH_TODAY:
        return True
    if scene.cart.lines:
        # Beside an order in the making, only what is plainly about another one.
        named = [q for q in said.asides.questions if q.topic is Topic.CHANGE_TODAY]
        words = [{t.word for t in tokens(q.words)} for q in named]
        placed = any("order" in told and told & _ANOTHER for told in words)
        return placed and bool(scene.guest.todays)
    if said.topics & _ASKED and Topic.CANCEL_TODAY not in said.topics and not _dishes(said):
        return False  # "I ordered an hour ago, when will it be ready?"
    return bool(said.topics & TOPICS) or (scene.stands and _changes(scene, said))


def _dishes(said: Said) -> list[Mention]:
    """The dishes that are named besides what was asked."""
    asked = [m for q in said.asides.questions for m in q.mentions]
    named = (m for m in said.mentions if m.items and not m.weak and m not in asked)
    return [m for m in named if m.start not in said.asides.taken]


def _changes(scene: Scene, said: Said) -> bool:
    """“Cancel the calzone”, “add a coke”, “make my pizza a large one”: of no new order, where
    nothing is in it yet."""
    lexemes = lex(said.text, said.spoken, said.mentions, said.asides.taken, said.asides.left_out)
    dishes = (n for n, x in enumerate(lexemes) if x.mention is not None and x.mention.items)
    first = next(dishes, None)
    if first is None:
        return False
    more = {Kind.ALSO, Kind.ADD, Kind.MORE} & {x.kind for x in lexemes}
    joined = _WITH_IT.search(" ".join(t.word for t in said.spoken))
    if scene.talk.looked_up and (more or joined):
        return True  # "when is it ready? And can I get a coke with that"
    alone = sum(x.mention is not None and bool(x.mention.items) for x in lexemes) == 1
    if joined and alone:
        return True  # "can I have another coke with that", and nothing else was said
    stops = [n for n, x in enumerate(lexemes[:first]) if x.kind is Kind.STOP]
    clause = lexemes[stops[-1] + 1 if stops else 0 : first]
    before = [x for x in clause if x.kind not in (Kind.COMMA, Kind.CHATTER)]
    kinds = [x.kind for x in before]
    if Kind.WANT in kinds or Kind.YES in kinds[1:]:
        return False
    if Kind.REMOVE in kinds or kinds[:1] == [Kind.ADD]:
        return True
    mention = lexemes[first].mention
    assert mention is not None, "a dish was found there"
    items = {i.id for i in mention.items}
    having = any(items & {line.item_id for line in o.lines} for o in scene.guest.todays)
    definite = any(x.kind in (Kind.THE, Kind.OF, Kind.IT) for x in before)
    return having and definite and bool({Kind.CHANGE, Kind.MAKE} & set(kinds))


_WITH_IT = re.compile(r"\b(?:with|to|on) (?:it|that|them)\b")


# "Put it on my order", "I forgot to say", "I'm running late": said of an order that stands.
_STANDING = re.compile(
    r"\b(?:my|our|the|that|an) order\b|\b(?:my|our) (?:pick ?up|collection|delivery)\b"
    r"|\b(?:forgot|forgotten) to (?:say|tell|mention|add)\b"
    r"|\b(?:i|we)(?:ve| have)? (?:just |already )?(?:ordered|placed)\b"
    r"|\brunning (?:\w+ )?late\b|\b(?:be|am|im|were|are) (?:\w+ )?late\b"
    r"|\b(?:pick|collect|get|grab|fetch) (?:it|them) (?:up )?(?:at|around|by|in|later|after)\b"
    r"|\bpick(?:ing)? up (?:at|around|by|in|later|after)\b"
)


def noted_afterwards(scene: Scene, said: Said) -> Sequence[Order]:
    """The orders that stand for which something was said that is no dish: an allergy, a time, an
    address; and nothing else."""
    opened = scene.guest.today(scene.talk.today)
    if opened is not None and scene.cart != as_cart(scene.house, opened):
        return ()  # it goes with the change that is being made
    if _dishes(said) or (scene.cart.lines and opened is None):
        return ()
    words = " ".join(t.word for t in said.spoken)
    about = said.topics & TOPICS or (opened is None and _STANDING.search(words))
    if opened is None and not about:
        return ()
    if said.topics & (_ASKED | {Topic.CANCEL_TODAY}):
        return ()
    orders = [opened] if opened is not None else named(scene.guest, said)
    asides = said.asides
    told = asides.notes or asides.allergy or asides.no_allergy is not None
    told = told or (asides.wanted is not None and asides.wanted.told)
    told = told or any(_moved(o, asides) for o in orders)
    loosely = bool(about) or scene.talk.ask is Ask.CHANGE
    return orders if told or (loosely and NOT_A_DISH.search(words)) else ()


_ONE_MORE = re.compile(
    r"\b(?:(?:1|one|another) (?:more |other |last )?(?:thing|question)|i forgot"
    r"|(?:wait|hang on|hold on)(?: ,)? (?:i|can|could|1|one|actually|sorry|no)"
    r"|(?:can|could|may) (?:i|we|you)(?: also| just)? (?:add|change))\b"
)
_CHANGED = frozenset([Kind.ADD, Kind.MAKE, Kind.REMOVE, Kind.CHANGE, Kind.INSTEAD, Kind.WITHOUT])
_COUNTED = frozenset([Kind.NUMBER, Kind.MORE, Kind.WITH, Kind.NO])


def goes_on(said: Said, goodbye: str) -> bool:
    """“Oh, *one more thing*”, “*can you add a coke*”, “*make it two*”, “*no onions on that*”: who
    says so after the `goodbye` has not finished. “11:20, got it” only says back what was told."""
    asides, words = said.asides, " ".join(t.word for t in said.spoken)
    timed = asides.wanted is not None and asides.wanted.words not in goodbye
    told = asides.cancel or asides.allergy or timed
    if told or asides.notes or asides.address or said.topics & TOPICS or _ONE_MORE.search(words):
        return True
    lexemes = lex(said.text, said.spoken, said.mentions, asides.taken, asides.left_out)
    kinds = {x.kind for x in lexemes}
    meant = [x.mention for x in lexemes if x.mention is not None]
    counted = bool(meant) and bool(kinds & _COUNTED)
    return bool(kinds & _CHANGED) or counted or any(m.items and m.whole for m in meant)


def goes_on_it(scene: Scene, said: Said, orders: Sequence[Order]) -> bool:
    """True where what was said for `orders` can be put on the one that it is for: a note, an
    allergy, a time, another name, where it is brought. The rest is for the staff."""
    if len(orders) != 1 or refusal(orders[0]) or scene.house.hours.closed:
        return False
    order, asides = orders[0], said.asides
    if asides.type not in (None, order.type):
        return False
    if asides.address and order.type is not OrderType.DELIVERY:
        return False
    words = " ".join(t.word for t in said.spoken)
    named = bool(asides.name) and RENAMING.search(words) is not None
    noted = asides.notes or asides.allergy or asides.no_allergy is not None
    timed = asides.wanted is not None and asides.wanted.told
    return bool(noted or timed or named or asides.address)


def _moved(order: Order, asides: Asides) -> bool:
    """True where it is to be fetched and not brought, or brought to somewhere else."""
    other = asides.type is not None and asides.type is not order.type
    return other or (bool(asides.address) and asides.address != order.customer.address)


def named(guest: Guest, said: Said) -> list[Order]:
    """The orders that `said` can mean: by number, by "the first one", by what is in them; all of
    them where it names none."""
    words = [t.word for t in said.spoken]
    numbers = {
        word
        for (before, word), after in zip(pairwise(words), [*words[2:], ""], strict=False)
        if before in _BEFORE_NUMBER and word.isdecimal() and after not in _TIMES
    }
    if numbers:
        return [o for o in guest.todays if o.number.rpartition("-")[2] in numbers]
    by_time = _by_time(guest)
    places = {_PLACES[w] for w in words if w in _PLACES}
    if len(places) == 1 and len(by_time) > 1:
        place = places.pop()
        return [by_time[place]] if place < len(by_time) else []
    items = {i.id for m in _meant(said) for i in m.items}
    having = [o for o in by_time if items & {line.item_id for line in o.lines}]
    return having or by_time


def _by_time(guest: Guest) -> list[Order]:
    """The first one first, as it is told and counted."""
    oldest_first = reversed(guest.todays)  # also of two that were placed at the same moment
    return sorted([*oldest_first], key=lambda o: o.placed_at)


def _meant(said: Said) -> Sequence[Mention]:
    """What is named of an order that stands: in "I ordered a calzone earlier, can you add a coke"
    the calzone; in "take the coke off my order" what is taken off; in an answer to "which one"
    anything."""
    told = [q for q in said.asides.questions if q.topic in TOPICS]
    named = [m for q in told for m in q.mentions]
    words = {t.word for t in said.spoken}
    return named if named or (told and words & _ADDING) else said.mentions


_ADDING = frozenset(["add", "adding", "put", "include", "extra", "more", "another", "also"])
_ANOTHER = frozenset(["earlier", "previous", "first", "before", "today", "placed", "made"])
_BEFORE_NUMBER = frozenset(["p", "number", "order"])
_TIMES = frozenset(["minute", "minutes", "min", "hour", "hours"])
_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "last": -1, "latest": -1}
