"""Where a list of foods ends in what was said: “nuts, eggs and milk, and a calzone”."""

from __future__ import annotations

from agent.asides.line import Line
from agent.foods import is_food
from agent.language import COMMON

__all__ = ["list_after", "list_before"]

MAX_WORDS = 5  # of one food: "all kinds of tree nuts"
_JOINING = frozenset([",", "and", "or", "nor", "plus", "also", "except", "especially", "like"])
_JOINING |= {"including", "even", "to", "mostly", "mainly", "well", "as"}
_LED = frozenset(
    ["the", "any", "all", "anything", "everything", "stuff", "things", "food", "foods"]
)
_INSIDE = frozenset(["with", "in", "of", "containing", "made", "from", "that", "has"])
_DEGREES = frozenset(
    """
    severe severely serious bad strong mild slight slightly life threatening deadly big huge nasty
    terrible food real raw cooked fresh other certain most kind kinds sort sorts type types
    very really badly deathly
    """.split()  # noqa: SIM905
)
_ENDING = frozenset(
    """
    i id ill im ive we wed well were weve he hes she shes they theyre theyve you youre it its my our
    your his her their this that those these there so can could would will may please thanks thank
    because cause cos since if when which who but unless then no not without with extra just only is
    are was be do does did dont doesnt have has had got get give gimme want need make makes made add
    put order for at in on by from of into about too very really badly severely though tho ok okay
    yes yeah right now today tonight here what how where hello hi hey bye goodbye a an any sorry
    large small medium regular double some let lets same and um uh either neither anymore
    after
    """.split()  # noqa: SIM905
)


def list_after(line: Line, at: int, *, known: bool = False) -> int:
    """The end of the foods that are named from the token `at` on; `at` where none is.

    After the first one, whatever begins a dish, a name or a new thought ends the list; where
    `known`, every word that is no known food.
    """
    end = _item(line, at, first=True)
    while end > at:
        begins = end
        while begins < len(line.heard) and line.heard[begins].word in _JOINING:
            begins += 1
        if _but_not(line, begins):
            begins += 2
        if begins == end:
            break
        after = _item(line, begins, first=False)
        unknown = not any(is_food(t.word) for t in line.heard[begins:after])
        if after == begins or (known and unknown):
            break
        end = after
    return end


def _but_not(line: Line, at: int) -> bool:
    """“Nuts, *but not* almonds”."""
    return [t.word for t in line.heard[at : at + 2]] == ["but", "not"]


def _item(line: Line, at: int, *, first: bool) -> int:
    """The end of one food at `at`; `at` where there is none."""
    end, words = at, [t.word for t in line.heard]
    while end < min(len(words), at + MAX_WORDS):
        word = words[end]
        led = bool(_LED & set(words[at:end]))
        if word in _INSIDE and end > at and (led or word == "of"):
            end += 1
            continue
        if line.heard[end].stop or word in _JOINING or word[0].isdigit():
            break
        begins = end == at and (word == "the" or (word == "some" and first))
        if word in _ENDING and not (word == "any" or begins):
            break
        if set(words[at:end]) - _LED and _a_dish(line, end):
            break  # "allergic to nuts calzone please", as a recogniser writes it
        end += 1
    if first or end == at:
        return end
    return end if _goes_on(line, at, end) else at


def _goes_on(line: Line, at: int, end: int) -> bool:
    """True where the words `[at, end)`, after a comma or an "and", are one more food."""
    word = line.heard[at].word
    if any(is_food(t.word) for t in line.heard[at:end]) and not _a_dish(line, at):
        return True
    everyday = word in COMMON and word not in _DEGREES | _LED
    name = line.cased and line.capital(range(at, at + 1))
    return not (everyday or name or _a_dish(line, at))


def _a_dish(line: Line, at: int) -> bool:
    """A dish of the menu begins here, which is more than the name of a food."""
    return any(
        m.start == at
        and m.items
        and m.whole
        and not (m.weak or m.generic)
        and not all(is_food(t.word) for t in line.heard[m.start : m.end])
        for m in line.mentions
    )


def list_before(line: Line, end: int) -> int:
    """Where the foods begin that stand before the token `end`: “*a nut and egg* allergy”; `end`
    where there are none. What is joined by a comma or an "and" has to be a known food."""
    start = end
    while start > 0:
        word = line.heard[start - 1].word
        if _named(line, start - 1):
            start -= 1
            continue
        joined = start < end and word in (",", "and", "or")
        before = start - 2 if joined else -1
        if joined and before >= 0 and line.heard[before].word in (",", "and", "or"):
            before -= 1
        if before < 0 or not is_food(line.heard[before].word):
            break
        start = before
    return start


def _named(line: Line, at: int) -> bool:
    """True where the token `at` can be a part of what somebody is allergic to."""
    word = line.heard[at].word
    if line.heard[at].stop or word in _JOINING or word[0].isdigit():
        return False
    if is_food(word) or word in _DEGREES:
        return True
    dish = any(m.start <= at < m.end and m.items and not m.weak for m in line.mentions)
    return word not in COMMON and word not in _ENDING and not dish
