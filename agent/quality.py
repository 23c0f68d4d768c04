"""What a call came to and how well it went: pure rules over what was logged of it.

The rules are written down for people in docs/calls.md; change both together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from agent.cart import Cart, CartLine
from domain.call import CallOutcome, Quality, Said, Speaker
from domain.order import Order

__all__ = ["Facts", "ToolRun", "outcome_of", "quality_of"]

# What is taken off 100. A wrong order is the worst that a call can do; asking again is a nuisance.
NOT_AS_READ_BACK = 60
NOT_READ_BACK = 40  # an order that the caller never heard in full
ABANDONED = 30
HANDED_OVER = 10
NOT_UNDERSTOOD = 10  # each time
CORRECTION = 5  # each time
MOST_NOT_UNDERSTOOD = 30
MOST_CORRECTIONS = 20

_READING = ("read_back", "cancel_order")  # the tools whose answer is to be said to the caller
_LOST = re.compile(
    r"\b(?:did ?n[o']t|could ?n[o']t)(?: quite)? (?:catch|get|hear|understand)\b"
    r"|\b(?:can't|cannot|can not|don't) (?:hear|understand|find)\b"
    r"|\bdo(?:n't| not) have “"
    r"|\b(?:could|can|would) you (?:please )?(?:repeat|say that again)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*")


class ToolRun(msgspec.Struct, frozen=True):
    """A tool that ran, and had answered when `after` turns of the transcript were known. `output`
    is its answer."""

    after: int
    name: str
    refused: bool = False
    output: str = ""


class Facts(msgspec.Struct, frozen=True):
    """What outcome and quality hang on. `transcript` is in the order in which it happened; `carts`
    are the states of the cart, the empty one first; `told` is the order as it was read back last;
    `changed` is one of today after its change or cancellation; `handed_over` says that the caller
    was put through and stayed with the staff; `drafted` that the caller hung up in the
    middle of a message, which the staff get; `failure` is why our side broke off."""

    transcript: Sequence[Said] = ()
    tools: Sequence[ToolRun] = ()
    carts: Sequence[Cart] = ()
    told: Order | None = None
    placed: Order | None = None
    changed: Order | None = None
    handed_over: bool = False
    drafted: bool = False
    closed: bool = False
    failure: str = ""

    @property
    def dishes(self) -> int:
        """In the cart at the end."""
        return self.carts[-1].dishes if self.carts else 0


def outcome_of(facts: Facts) -> CallOutcome:
    """The most that came of the call: an order before a message, a message before a failure."""
    if facts.placed is not None:
        return CallOutcome.ORDERED
    if facts.changed is not None:
        return CallOutcome.CHANGED if facts.changed.open else CallOutcome.CANCELLED
    if facts.handed_over:
        return CallOutcome.HANDED_OVER
    left = any(tool.name == "leave_message" and not tool.refused for tool in facts.tools)
    if left or facts.drafted:
        return CallOutcome.MESSAGE
    if facts.failure:
        return CallOutcome.FAILED
    if facts.dishes:
        return CallOutcome.ABANDONED
    return CallOutcome.CLOSED if facts.closed else CallOutcome.NOTHING


def quality_of(facts: Facts) -> Quality:
    """How well the call went."""
    stands = facts.changed or facts.placed
    quality = Quality(
        score=0,
        read_back=_heard_read_back(facts),
        corrections=sum(_takes_back(a, b) for a, b in pairwise(facts.carts)),
        not_understood=sum(
            said.speaker is Speaker.AGENT and _LOST.search(said.text.replace("’", "'")) is not None
            for said in facts.transcript
        ),
        handed_over=facts.handed_over,
        matched=None if stands is None else _same(facts.told, stands),
    )
    return msgspec.structs.replace(quality, score=_score(quality, outcome_of(facts)))


def _score(quality: Quality, outcome: CallOutcome) -> int:
    if outcome is CallOutcome.FAILED:
        return 0
    lost = min(quality.corrections * CORRECTION, MOST_CORRECTIONS)
    lost += min(quality.not_understood * NOT_UNDERSTOOD, MOST_NOT_UNDERSTOOD)
    lost += HANDED_OVER * quality.handed_over
    lost += ABANDONED * (outcome is CallOutcome.ABANDONED)
    lost += NOT_AS_READ_BACK * (quality.matched is False)
    lost += NOT_READ_BACK * (quality.matched is not None and not quality.read_back)
    return max(0, 100 - lost)


def _heard_read_back(facts: Facts) -> bool:
    """Before the order was placed the agent spoke the last number of the last read-back. That is
    its total, and stands at its end, so whoever heard it has heard the lines. Where the caller
    spoke over it, only the words up to there count."""
    placing = [t.after for t in facts.tools if t.name == "place_order" and not t.refused]
    until = placing[0] if placing else len(facts.transcript)
    readings = [t for t in facts.tools if t.name in _READING and not t.refused and t.after <= until]
    if not readings:
        return False
    last = _AMOUNT.findall(readings[-1].output)[-1:]
    return any(
        said.speaker is Speaker.AGENT and set(last) <= set(_AMOUNT.findall(said.text))
        for said in facts.transcript[readings[-1].after : until]
    )


def _takes_back(before: Cart, after: Cart) -> bool:
    """Something that was in the cart is not any more: a line, a part of it, or how it is made. What
    is only added is no correction."""
    return any(_lost_of(line, after.line(line.id)) for line in before.lines)


def _lost_of(before: CartLine, after: CartLine | None) -> bool:
    if after is None or after.item_id != before.item_id or after.qty < before.qty:
        return True
    return not set(before.choices) <= set(after.choices)


def _same(told: Order | None, stands: Order) -> bool:
    return told is not None and _made(told) == _made(stands)


def _made(order: Order) -> tuple[object, ...]:
    """What the caller agreed to: the dishes as they are made, who gets them and how, what it
    costs."""
    lines = tuple(
        (
            line.item_id,
            line.qty,
            tuple(sorted((m.group_id, m.id) for m in line.modifiers)),
            line.note,
        )
        for line in order.lines
        if line.voided is None
    )
    customer = order.customer
    gross = order.totals.gross
    return order.open, lines, order.type, customer.name, customer.address, order.note, gross
