"""Options that say how many there are in one portion: "12 Pieces", "Box of Six", "Half Dozen".

Who asks for a dozen of what is sold in boxes of six and twelve wants one box, and who asks for two
dozen wants two. A name that tells for how many people it is ("For Two") is chosen by that number
where it is asked for, and counts nothing otherwise; a measure ("10 inch") is no number of pieces.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.hearing.points import Wish
from agent.language import LIGHT, number_at, stem, tokens
from agent.lexemes import Kind
from agent.matching import Reading
from agent.small_words import CONTAINERS
from domain.menu import Item, Menu, Modifier, ModifierGroup

__all__ = ["MIN_PIECES", "numbered", "pieces_of", "portions"]

MIN_PIECES = 5  # fewer of what is sold by the piece are portions: "two nuggets, please"
MIN_FEW = 3  # fewer are portions, whatever they are sold in
MAX_BOXES = 4  # more of the largest box at once is hardly meant, and is asked about

_MEASURES = frozenset(
    """
    inch in cm mm oz ounce lb pound gram g kg kilo litre liter l ml cl quart pint percent shot
    sugar degree min minute
    """.split()  # noqa: SIM905 (a list of quoted words is harder to read)
)
_LEADING = CONTAINERS | LIGHT | {"pack", "set"}
_FOR_PEOPLE = frozenset(["for", "serve", "feed", "people", "person", "guest"])
_ONE = frozenset(["single", "individual", "each", "1"])


def portions(
    menu: Menu, item: Item, count: int | None, *, portion: bool = False
) -> tuple[Wish, int] | None:
    """The size that `count` of `item` are sold in, and how many of it. `portion`: the number was
    said of a portion ("*a* twelve"), or is the answer to which size it should be."""
    if count is None:
        return None
    for group in menu.groups_of(item):
        sizes = _sizes(group, people=portion)
        if sizes is None:
            continue
        if count < MIN_PIECES and not (portion or _counts_them(sizes, count)):
            return None
        if count in sizes:
            return _wish(group, sizes[count]), 1
        boxes = (n for n in sizes if n >= MIN_PIECES and count in range(0, MAX_BOXES * n + 1, n))
        if most := max(boxes, default=0):
            return _wish(group, sizes[most]), count // most  # "two dozen", in boxes of twelve
        return None
    return None


def pieces_of(modifier: Modifier, *, people: bool = False) -> int | None:
    """`20 Stück`, `Box of Six`, `Single` → 20, 6, 1; with `people` also `For Two` → 2."""
    for name in (modifier.name, *modifier.names.values(), *modifier.spoken):
        words = [t.word for t in tokens(name) if not t.stop]
        stems = {stem(w) for w in words}
        if stems and stems <= _ONE:
            return 1
        found = next(((at, n) for at in range(len(words)) if (n := number_at(words, at))), None)
        if found is None or stems & _MEASURES or (stems & _FOR_PEOPLE and not people):
            continue
        at, (number, _) = found
        if all(stem(w) in _LEADING | _FOR_PEOPLE for w in words[:at]):
            return number
    return None


def numbered(group: ModifierGroup, number: int) -> Wish | None:
    """“*Seventy-five*”, to "which sweetness: 25 %, 50 % or 75 %?": the one option that says so."""
    called = [m for m in group.modifiers if number in _numbers(m)]
    return _wish(group, called[0]) if len(called) == 1 else None


def _numbers(modifier: Modifier) -> set[int]:
    words = [t.word for t in tokens(modifier.name)]
    found = (number_at(words, at) for at in range(len(words)))
    return {n[0] for n in found if n is not None}


def _sizes(group: ModifierGroup, *, people: bool) -> dict[int, Modifier] | None:
    """The options of `group` by how many they are of; None where not all of them say so."""
    found = {pieces_of(m, people=people): m for m in group.modifiers}
    if group.max != 1 or None in found:
        return None
    return {n: m for n, m in found.items() if n is not None}


def _counts_them(sizes: Mapping[int, Modifier], count: int) -> bool:
    """“*Three* strips”, in portions of three and six: so few are pieces where a portion has just so
    many, and none is of one or two, of which people order as many portions."""
    return count in sizes and min(sizes) >= MIN_FEW


def _wish(group: ModifierGroup, modifier: Modifier) -> Wish:
    return Wish(Kind.WITH, (Reading(group, modifier, 1, False, 1),))
