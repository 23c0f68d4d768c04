"""The note of the whole order: a sentence for each thing that was said, in the caller's words."""

from __future__ import annotations

from collections.abc import Sequence

from agent.asides import ALLERGY, Asides
from agent.language import stem, tokens
from domain.message import MAX_TEXT
from domain.order import Order
from domain.ordering import MAX_NOTE

__all__ = ["UNNAMED", "allergies_in", "for_the_order", "holds", "noted"]

UNNAMED = "An allergy, not said to what"  # better on the ticket than nothing
_BETWEEN = ". "
_OF_HEALTH = (ALLERGY.strip(), "Can't eat:", UNNAMED)


def noted(note: str, asides: Asides) -> str:
    """`note` with what `asides` adds and takes back. Where it would be longer than a ticket holds,
    it stays as it is: half of an allergy is none."""
    said = [part for part in note.split(_BETWEEN) if part]
    if asides.no_allergy is not None:
        said = [part for part in said if not _taken_back(part, asides.no_allergy)]
    for new in asides.notes:
        if any(_holds(part, new) for part in said):
            continue
        if new.startswith(_OF_HEALTH):
            said = [part for part in said if part != UNNAMED and not _holds(new, part)]
        said.append(new)
    if asides.allergy and not any(part.startswith((ALLERGY, UNNAMED)) for part in said):
        said.append(UNNAMED)
    joined = _BETWEEN.join(said)
    return joined if len(joined) <= MAX_NOTE else note


def allergies_in(note: str) -> list[str]:
    """The sentences of `note` that are about somebody's health."""
    return [part for part in note.split(_BETWEEN) if part.startswith(_OF_HEALTH)]


def holds(note: str, new: str) -> bool:
    """True where all that `new` says stands in `note`."""
    return any(_holds(part, new) for part in note.split(_BETWEEN))


def for_the_order(orders: Sequence[Order], text: str) -> str:
    """`text` as a message about `orders`, which stand: “Order P-1: nut allergy”."""
    numbers = " or ".join(order.number for order in orders)
    return f"Order {numbers}: {text.strip()}"[:MAX_TEXT]


def _taken_back(part: str, what: str) -> bool:
    """True where `part` is of an allergy to `what`; to anything, where that is empty."""
    if not part.startswith(_OF_HEALTH):
        return False
    return not what or _stems(what) <= _stems(part)


def _holds(part: str, new: str) -> bool:
    """True where all of `new` stands in `part` already."""
    return _stems(new) <= _stems(part)


def _stems(text: str) -> set[str]:
    return {stem(t.word) for t in tokens(text) if not t.stop}
