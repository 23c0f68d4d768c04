"""Which one of several is spoken of: "no swiss on *the tuna on rye*", "… on *the one with fries*".

What tells a dish from its like was chosen for it before, and said beside a wish it chooses nothing
anew. So such a name is read as "it", of that line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from agent.language import Token
from agent.matching import Mention
from agent.righting.named import Found
from agent.righting.phrases import BOUNDS, DETERMINERS, LEADS
from agent.righting.striking import MAX_NAME, Striking
from agent.righting.units import Sentence

__all__ = ["Pointed", "as_it", "pointed_at"]

_ONTO = frozenset("on onto in off from to for".split())  # noqa: SIM905
_OPEN_ENDED = _ONTO | {"with", "without"}
_OUT = frozenset(["off", "out"])
_INTO_ANOTHER = frozenset("change swap switch trade exchange turn instead".split())  # noqa: SIM905
_MAKES = frozenset(["make", "change", "switch"])
# What is told of a dish right after its name: "the tuna on rye *should have* …".
_TOLD = frozenset(
    """
    is isnt should shouldnt has have gets needs wants doesnt without no hold minus extra
    """.split()  # noqa: SIM905
)
_WISHED = frozenset(["add", "leave", "make", "put", "skip", "take"])
_COUNTING = frozenset("a an another some more".split())  # noqa: SIM905


class Pointed(NamedTuple):
    """The tokens `[start, end)` that name one line by how it is made, and what is read for them:
    "it", or a pause where all that follows is told of that line."""

    line_id: str
    start: int
    end: int
    word: str = "it"


def pointed_at(
    named: Striking, said: Sequence[Sentence], mentions: Sequence[Mention], taken: Collection[int]
) -> Pointed | None:
    """The line that is told apart so; None where there is none, or are several, or where another
    dish is ordered before it, of which "it" would be said."""
    found = [p for s in said for p in _in_sentence(named, s) if p.start not in taken]
    if len(found) != 1:
        return None
    units = [u for s in said for u in s.units]
    counted = {
        after.start for u, after in pairwise(units) if u.text in _COUNTING or u.text.isdecimal()
    }
    ordered = any(m.items and m.start in counted and m.start < found[0].start for m in mentions)
    return None if ordered else found[0]


def as_it(
    pointed: Pointed, spoken: Sequence[Token], mentions: Sequence[Mention]
) -> tuple[list[Token], list[Mention]]:
    """What was said, with "it" or a pause for the name of that line."""
    start, end = pointed.start, pointed.end
    it = Token(pointed.word, spoken[start].start, spoken[end - 1].end)
    kept = [m for m in mentions if m.end <= start or m.start >= end]
    moved = [m if m.end <= start else _earlier(m, end - start - 1) for m in kept]
    return [*spoken[:start], it, *spoken[end:]], moved


def _earlier(mention: Mention, by: int) -> Mention:
    return mention._replace(
        start=mention.start - by,
        end=mention.end - by,
        apart=tuple(_earlier(m, by) for m in mention.apart),
    )


def _in_sentence(named: Striking, s: Sentence) -> Iterator[Pointed]:
    at = 0
    while at < len(s.units):
        start, end = at, at
        if s.says(at, *DETERMINERS) and not s.says(at, *_COUNTING):
            end = _name_end(named, s, at)
        if end > at:
            found = _found(named, s, at, end)
            line_id = found.lines[0].id if found is not None else ""
            last = s.units[end - 1].end
            if (
                line_id and _opens(s, at) and _is_told(s, end, *_WISHED)
            ):  # "*on the mild one* no onions"
                yield Pointed(line_id, s.units[at - 1].start, last, ",")
            elif line_id and (_is_led(s, at) or _is_told(s, end)):
                yield Pointed(line_id, s.units[at].start, last)
        at = max(end, start + 1)


def _name_end(named: Striking, s: Sentence, at: int) -> int:
    """Where the longest name of one line ends that begins at `at`; `at` where there is none."""
    ends = range(min(len(s.units), at + 1 + MAX_NAME), at + 1, -1)
    return next((end for end in ends if _found(named, s, at, end) is not None), at)


def _found(named: Striking, s: Sentence, at: int, end: int) -> Found | None:
    words = [w for u in s.units[at + 1 : end] for w in u.words]
    if {",", "and", "no", "not"} & {u.text for u in s.units[at:end]} or words[-1] in _OPEN_ENDED:
        return None
    if named.cuts(s, end):
        return None
    found = named.find(words)
    if found is None or not found.described or len(found.lines) != 1:
        return None
    several = len(named.of_dish(found.item_ids)) > 1  # else no other could be meant
    return found if several or found.pointed else None


def _opens(s: Sentence, at: int) -> bool:
    """“And *for the tuna on rye*, no swiss”: nothing is said before it."""
    said = [u.text for u in s.units[:at]]
    return said[-1:] != [] and said[-1] in _ONTO and all(w in LEADS | BOUNDS for w in said[:-1])


def _is_led(s: Sentence, at: int) -> bool:
    """“Take the swiss *off* the tuna on rye”, “*make* the one with fries …”."""
    before = [u.text for u in s.units[:at]]
    if before[-1:] == ["of"]:
        return before[-2:-1] != [] and before[-2] in _OUT
    if before[-1:] and before[-1] in ("to", "for"):
        return not _INTO_ANOTHER & set(before)
    return bool(before) and before[-1] in _ONTO | _MAKES


def _is_told(s: Sentence, end: int, *verbs: str) -> bool:
    after = end + int(s.says(end, ","))
    return s.says(after, *_TOLD, *verbs)
