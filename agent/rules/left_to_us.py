"""A choice that a caller leaves to us: "I don't mind", "whatever's easiest"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import CartLine
from agent.language import Token, fold
from domain.menu import Modifier, ModifierGroup
from domain.ordering import Choice

__all__ = ["chosen_for", "leaves_it_to_us", "most_usual"]

_TO_US = re.compile(
    r"\b(?:(?:dont|doesnt|do not|does not|not) (?:really )?"
    r"(?:mind|matter|care|bothered|fussed|fussy)"
    r"|no preference|im easy|you (?:choose|pick|decide)|your choice|up to you|surprise me"
    r"|(?:any|anything|whichevers?|whatevers?|either)"
    r"(?: one| of (?:them|those|the 2)| size| kind| side)?"
    r"(?: (?:is|s|will|ll|would|works|do|does|be|you|the|are|best|fine|good|ok|okay|easiest|easier"
    r"|usual|normal|most|popular|like|think|have|got|there|really|just|with|me|for))*(?= [.,?]|$)"
    r"|(?:as|how|however) it comes|all the same to me|makes no difference)\b"
)
_USUAL = frozenset("regular medium standard usual normal plain classic original".split())  # noqa: SIM905


def leaves_it_to_us(spoken: Sequence[Token]) -> bool:
    return _TO_US.search(" ".join(t.word for t in spoken)) is not None


def most_usual(group: ModifierGroup) -> Modifier:
    """The option that is called so, or else the first on the menu."""
    named = (m for m in group.modifiers if _USUAL & set(fold(m.name).split()))
    return next(named, group.modifiers[0])


def chosen_for(line: CartLine, group: ModifierGroup) -> CartLine:
    """`line` with as much of `group` as it must have."""
    taken = {c.id for c in line.choices if c.group_id == group.id}
    first = most_usual(group)
    rest = [m for m in (first, *(m for m in group.modifiers if m != first)) if m.id not in taken]
    more = (Choice(group.id, m.id) for m in rest[: group.min - len(taken)])
    return replace(line, choices=(*line.choices, *more))
