"""Was it exactly the order that was meant? Pure: an expectation, what came of the call, a verdict.

Two lines are the same where dish, quantity, note and every choice are; a choice that is the menu's
default is the same spelled out or left out, and the order of lines does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from agent.cart import Cart, CartLine
from agent.language import tokens
from agent.suite import Case, Expected, ExpectedLine, ExpectedToday
from domain.business import zone_of
from domain.clock import from_iso
from domain.menu import Item, Menu
from domain.message import Message
from domain.order import Line, Order

__all__ = ["Failure", "Kind", "Outcome", "Score", "judge", "score"]

_TITLES = frozenset(
    """
    mr mrs ms miss mister dr doctor madam madame monsieur mme mlle mademoiselle senor senora
    senorita don dona herr frau signor signora signorina pani pan coach pastor father sister
    professor
    """.split()  # noqa: SIM905
)

Made = tuple[str, int, tuple[tuple[str, str], ...], str]  # item, qty, choices, note


class Outcome(msgspec.Struct, frozen=True):
    """What came of a call: the cart at its end, the order where one was placed, the reply to every
    turn, what was said first, what the orders of today are then, the messages that were left."""

    cart: Cart
    placed: Order | None
    replies: tuple[str, ...]
    greeting: str = ""
    todays: tuple[Order, ...] = ()
    messages: tuple[Message, ...] = ()


class Failure(msgspec.Struct, frozen=True):
    """A dialogue that was not exact: `wrong` says why, `said` is the talk turn by turn."""

    suite: str
    name: str
    kind: str
    wrong: tuple[str, ...]
    said: tuple[tuple[str, str], ...]


class Kind(msgspec.Struct, frozen=True):
    exact: int
    total: int


class Score(msgspec.Struct, frozen=True):
    """`wrong_placed` counts the orders that were placed and are not what was meant."""

    engine: str
    exact: int
    total: int
    wrong_placed: int
    kinds: dict[str, Kind]
    failures: tuple[Failure, ...]


def score(engine: str, judged: Sequence[tuple[Case, Outcome]]) -> Score:
    """All verdicts together."""
    verdicts = [(case, outcome, judge(case, outcome)) for case, outcome in judged]
    totals = Counter(case.dialogue.kind for case, _, _ in verdicts)
    exact = Counter(case.dialogue.kind for case, _, wrong in verdicts if not wrong)
    return Score(
        engine,
        exact.total(),
        len(verdicts),
        sum(1 for _, outcome, wrong in verdicts if outcome.placed is not None and wrong),
        {kind: Kind(exact[kind], totals[kind]) for kind in sorted(totals)},
        tuple(_failure(case, outcome, wrong) for case, outcome, wrong in verdicts if wrong),
    )


def _failure(case: Case, outcome: Outcome, wrong: Sequence[str]) -> Failure:
    dialogue = case.dialogue
    said = tuple(zip(dialogue.turns, outcome.replies, strict=False))
    return Failure(case.suite, dialogue.name, dialogue.kind, tuple(wrong), said)


def judge(case: Case, outcome: Outcome) -> list[str]:
    """What is not as expected, in words; empty where the order is exact."""
    expected = case.dialogue.expect
    wrong = []
    if expected.placed != (outcome.placed is not None):
        wrong.append("was not placed" if expected.placed else "was placed")
    wrong += _wrong_lines(case, outcome) if expected.lines is not None else []
    wrong += _wrong_head(expected, outcome)
    for n, today in enumerate(expected.today or ()):
        wrong += _wrong_today(case, outcome.todays[n], today)
    wrong += _wrong_message(expected, outcome)
    heard = " ".join([outcome.greeting, *outcome.replies]).casefold()
    wrong += [f"nobody said {w!r}" for w in expected.reply_mentions if w.casefold() not in heard]
    return wrong


def _wrong_lines(case: Case, outcome: Outcome) -> list[str]:
    lines = case.dialogue.expect.lines or ()
    return _compared(case.menu, lines, _got(case.menu, outcome))


def _compared(menu: Menu, lines: Sequence[ExpectedLine], got: Counter[Made]) -> list[str]:
    meant = Counter(_meant(menu, line) for line in lines)
    return [
        *(f"missing: {_words(made)}" for made in (meant - got).elements()),
        *(f"too much: {_words(made)}" for made in (got - meant).elements()),
    ]


def _wrong_today(case: Case, order: Order, expected: ExpectedToday) -> list[str]:
    wrong = [] if order.status is expected.status else [f"is {order.status}"]
    if expected.lines is not None:
        live = [line for line in order.lines if line.voided is None]
        wrong += _compared(case.menu, expected.lines, _ordered(case.menu, live))
    if expected.name is not None and _name(order.customer.name) != _name(expected.name):
        wrong.append(f"is for {order.customer.name!r}")
    if expected.address not in (None, order.customer.address):
        wrong.append(f"goes to {order.customer.address!r}")
    note = order.note.casefold()
    wrong += [f"its note does not say {w!r}" for w in expected.says if w.casefold() not in note]
    promised = from_iso(order.promised_at).astimezone(zone_of(case.business)).strftime("%H:%M")
    if expected.ready not in (None, promised):
        wrong.append(f"is promised for {promised}")
    return [f"{order.number}: {w}" for w in wrong]


def _wrong_message(expected: Expected, outcome: Outcome) -> list[str]:
    meant, left = expected.message, outcome.messages
    if meant is None:
        return []
    if meant == "none":
        return [f"a message was left: {m.text!r}" for m in left]
    if len(left) != 1:
        return [f"{len(left)} messages were left"]
    (message,) = left
    told = message.text.casefold()
    wrong = [f"the message does not say {w!r}" for w in meant.says if w.casefold() not in told]
    if meant.name is not None and _name(meant.name) != _name(message.name):
        wrong.append(f"the message is from {message.name!r}")
    if meant.phone is not None and meant.phone != message.phone:
        wrong.append(f"the message's number is {message.phone!r}")
    return wrong


def _wrong_head(expected: Expected, outcome: Outcome) -> list[str]:
    order_type = outcome.placed.type if outcome.placed is not None else outcome.cart.type
    customer = (outcome.placed or outcome.cart).customer
    wrong = []
    if expected.type is not None and order_type != expected.type:
        wrong.append(f"type is {order_type}, not {expected.type}")
    if expected.name is not None and _name(customer.name) != _name(expected.name):
        wrong.append(f"name is {customer.name!r}, not {expected.name!r}")
    return wrong


def _got(menu: Menu, outcome: Outcome) -> Counter[Made]:
    if outcome.placed is None:
        return Counter(_in_cart(menu, line) for line in outcome.cart.lines)
    return _ordered(menu, outcome.placed.lines)


def _ordered(menu: Menu, lines: Sequence[Line]) -> Counter[Made]:
    return Counter(
        _made(menu, o.item_id, o.qty, [f"{m.group_id}:{m.id}" for m in o.modifiers], o.note)
        for o in lines
    )


def _in_cart(menu: Menu, line: CartLine) -> Made:
    chosen = [f"{c.group_id}:{c.id}" for c in line.choices]
    return _made(menu, line.item_id, line.qty, chosen, line.note)


def _meant(menu: Menu, line: ExpectedLine) -> Made:
    return _made(menu, line.item, line.qty, line.modifiers, line.note)


def _made(menu: Menu, item_id: str, qty: int, modifiers: Sequence[str], note: str) -> Made:
    item = menu.item(item_id)
    choices = _choices(menu, item, modifiers) if item is not None else []
    return item_id, qty, tuple(sorted(choices)), _plain(note)


def _choices(menu: Menu, item: Item, modifiers: Sequence[str]) -> list[tuple[str, str]]:
    """(group, id) of all that is chosen or stands by default. An id without its group belongs to
    the first group of the dish that has it."""
    chosen: dict[str, list[str]] = {}
    for modifier in modifiers:
        group_id, _, modifier_id = modifier.rpartition(":")
        groups = [g.id for g in menu.groups_of(item) if g.modifier(modifier_id) is not None]
        chosen.setdefault(group_id or groups[0], []).append(modifier_id)
    return [
        (group.id, modifier_id)
        for group in menu.groups_of(item)
        for modifier_id in chosen.get(group.id, group.default)
    ]


def _plain(text: str) -> str:
    """Without capitals, accents and punctuation: "Well done!" is "well done"."""
    return " ".join(t.word for t in tokens(text) if not t.stop)


def _name(text: str) -> str:
    """A person's name without its title: who picks up for "Mrs Haddad" is found under Haddad."""
    plain = _plain(text)
    first, _, rest = plain.partition(" ")
    return rest if rest and first in _TITLES else plain


def _words(made: Made) -> str:
    item_id, qty, choices, note = made
    parts = [str(qty), item_id, *(f"{g}:{m}" for g, m in choices), f"({note})" if note else ""]
    return " ".join(p for p in parts if p)
