"""The note of the whole order: a sentence for each thing that was said, in the caller's words."""

from __future__ import annotations

from collections.abc import Sequence

from agent.asides import ALLERGY, ASKED_FOR, Asides
from agent.language import stem, tokens
from agent.standing import joined_note, note_parts
from agent.wording import sentence
from domain.message import MAX_TEXT
from domain.order import Order
from domain.ordering import MAX_NOTE

__all__ = ["UNNAMED", "allergies_in", "for_the_order", "note_words", "noted"]

UNNAMED = "An allergy, not said to what"  # better on the ticket than nothing
_NO_ROOM = (
    "That is more than fits on the ticket, so I have not noted it; please tell the staff yourself."
)
_OF_HEALTH = (ALLERGY.strip(), "Can't eat:", UNNAMED)


def noted(note: str, asides: Asides) -> str:
    """`note` with what `asides` adds and takes back. Where it would be longer than a ticket holds,
    it stays as it is: half of an allergy is none."""
    said = note_parts(note)
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
    joined = joined_note(said)
    return joined if len(joined) <= MAX_NOTE else note


def allergies_in(note: str) -> list[str]:
    """The sentences of `note` that are about somebody's health."""
    return [part for part in note_parts(note) if part.startswith(_OF_HEALTH)]


def note_words(before: str, after: str, asides: Asides) -> list[str]:
    """What is to be said of the note besides what is new in it: that something is not on the ticket
    now, or is there already."""
    now, was = allergies_in(after), allergies_in(before)
    spoken_of = asides.allergy or any(n.startswith(ALLERGY) for n in asides.notes)
    words = []
    if not all(any(_holds(p, n) for p in note_parts(after)) for n in asides.notes):
        words.append(_NO_ROOM)
    elif was and not now:
        words.append("I've taken the allergy off the order.")
    elif spoken_of and after == before and now != [UNNAMED]:
        words.append(f"The order says: {sentence(joined_note(now))}")
    if any(n.startswith(ASKED_FOR) for n in asides.notes):
        words.append("Whether the kitchen can do that, the staff can tell.")
    return words


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
