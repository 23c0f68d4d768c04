"""The note of the whole order: a sentence for each thing that was said, in the caller's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides import ALLERGY, ASKED_FOR, Asides
from agent.foods import forbidden_by, is_food
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
_CANNOT = "Can't eat: "
_OF_HEALTH = (ALLERGY.strip(), _CANNOT.strip(), UNNAMED)


def noted(note: str, asides: Asides) -> str:
    """`note` with what `asides` adds and takes back. Where it would be longer than a ticket holds,
    it stays as it is: half of an allergy is none."""
    said = note_parts(note)
    if asides.no_allergy is not None:
        said = [kept for part in said if (kept := _without(part, asides.no_allergy))]
    for new in map(_as_sentence, asides.notes):
        if any(_holds(part, new) or _covers(part, new) for part in said):
            continue
        said = [kept for part in said if (kept := _but_for(part, new))]
        if new.startswith(_OF_HEALTH):
            said = [part for part in said if part != UNNAMED and not _holds(new, part)]
        if new.startswith(ALLERGY):
            said, new = _with_the_rest(said, new)
        said.append(new)
    if asides.allergy and not any(part.startswith((ALLERGY, UNNAMED)) for part in said):
        said.append(UNNAMED)
    joined = joined_note(said)
    return joined if len(joined) <= MAX_NOTE else note


_PLEASE_ADD, _NO = "Please add: ", "No "


def _but_for(part: str, new: str) -> str:
    """`part` without what `new` says the opposite of: “Please add: cutlery”, and “No cutlery”."""
    for wanted, other in ((_PLEASE_ADD, _NO), (_NO, _PLEASE_ADD)):
        if not (part.startswith(wanted) and new.startswith(other)):
            continue
        things = _AND.split(part.removeprefix(wanted))
        left = [thing for thing in things if not _stems(thing) & _stems(new.removeprefix(other))]
        if len(left) < len(things):
            return wanted + " and ".join(left) if left else ""
    return part


_AND = re.compile(r" and |, | or ")


def _as_sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _with_the_rest(said: Sequence[str], new: str) -> tuple[list[str], str]:
    """All allergies in one sentence, “Allergy: shellfish, pecans”, with what somebody was said not
    to be able to eat where it is named again as an allergy."""
    foods = new.removeprefix(ALLERGY)
    kept = [part for part in said if not (part.startswith(_CANNOT) and _foods(part) <= _foods(new))]
    joined = [part for part in kept if part.startswith(ALLERGY)]
    before = [f for part in joined for f in _several(part) if not _foods(f) <= _foods(new)]
    rest = [part for part in kept if part not in joined]
    return rest, ALLERGY + ", ".join([*before, foods])


def _several(part: str) -> list[str]:
    """The allergies of a sentence, apart where they were told apart."""
    return part.removeprefix(ALLERGY).split(", ")


def _covers(part: str, new: str) -> bool:
    """“No *shrimp*, he's allergic”, where “Allergy: shellfish” stands already."""
    of_health = part.startswith(ALLERGY) and new.startswith((ALLERGY, _CANNOT))
    return of_health and bool(_foods(new)) and _foods(new) <= forbidden_by(part)


def _foods(text: str) -> set[str]:
    """The foods that `text` names, and not “allergy” and “eat” themselves."""
    return {stem(t.word) for t in tokens(text) if is_food(t.word)}


def allergies_in(note: str) -> list[str]:
    """The sentences of `note` that are about somebody's health."""
    return [part for part in note_parts(note) if part.startswith(_OF_HEALTH)]


def note_words(before: str, after: str, asides: Asides) -> list[str]:
    """What is to be said of the note besides what is new in it: that something is not on the ticket
    now, or is there already."""
    now, was = allergies_in(after), allergies_in(before)
    spoken_of = asides.allergy or any(n.startswith(ALLERGY) for n in asides.notes)
    words = []
    there = note_parts(after)
    if not all(any(_holds(p, n) or _covers(p, n) for p in there) for n in asides.notes):
        words.append(_NO_ROOM)
    elif was and not now:
        words.append("I've taken the allergy off the order.")
    elif spoken_of and after == before and now != [UNNAMED]:
        words.append(f"The order says: {sentence(joined_note(now))}")
    elif after == before and (again := [n for n in asides.notes if n.startswith(_NO)]):
        words.append(f"The order says: {sentence(joined_note(again))}")
    if any(n.startswith(ASKED_FOR) for n in asides.notes):
        words.append("Whether the kitchen can do that, the staff can tell.")
    return words


def for_the_order(orders: Sequence[Order], text: str) -> str:
    """`text` as a message about `orders`, which stand: “Order P-1: nut allergy”."""
    numbers = " or ".join(order.number for order in orders)
    return f"Order {numbers}: {text.strip()}"[:MAX_TEXT]


def _without(part: str, what: str) -> str:
    """`part` without an allergy to `what`; to anything, where that is empty. Of a list only that
    one food goes: whoever is not allergic to milk is still allergic to nuts."""
    if not part.startswith(_OF_HEALTH):
        return part
    lead, _, foods = part.partition(": ")
    named = [food for food in _BETWEEN.split(foods) if food]
    left = [food for food in named if not _stems(what) <= _stems(food)]
    if not what or (len(left) == len(named) and _stems(what) <= _stems(part)):
        return ""
    if len(left) == len(named):
        return part
    return f"{lead}: {', '.join(left)}" if left else ""


_BETWEEN = re.compile(r", (?:and |or )?| and | or ")


def _holds(part: str, new: str) -> bool:
    """True where all of `new` stands in `part` already."""
    return _stems(new) <= _stems(part)


def _stems(text: str) -> set[str]:
    return {stem(t.word) for t in tokens(text) if not t.stop}
