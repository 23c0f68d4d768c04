"""The order said anew: "no, I want two burgers, one with …", "… That's the whole order".

Who was misheard says it all again, as to somebody who has nothing written down. So what stands of
the dishes that he names goes, or all of it where he says that this is all, and what he says is
heard as on an empty page. How a dish was made stays where nothing of the kind is said again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from msgspec.structs import replace

from agent.cart import Cart, CartLine
from agent.house import House
from agent.matching import Mention
from agent.righting.phrases import DETERMINERS, LEADS, PROTESTS
from agent.righting.units import Sentence

__all__ = ["Anew", "as_it_was", "said_anew"]

# What stood before, and is found to be wrong.
_WRONG = re.compile(
    r"(?:thats|that is|this is|thats all|its|it is|you got (?:it|that|this)|youve got (?:it|that)"
    r"|you have (?:it|that))(?: still| all)? (?:not (?:right|correct|it|what (?:i|we) .*)|wrong"
    r"|incorrect)\b"
)
# What is said is all that is wanted.
_IN_ALL = re.compile(
    r"\b(?:(?:thats|that is|this is)(?: really| literally)? (?:all|everything|the only thing)"
    r"(?: that)? (?:i|we) (?:want|wanted|ordered|order|need|asked for|said)"
    r"|(?:thats|that is|this is) (?:the|my|our) (?:whole|entire|full|complete) (?:order|thing)"
    r"|and nothing (?:else|more)|all (?:i|we) (?:want|wanted|need|ordered) (?:is|was))\b"
)
_CORRECTS = PROTESTS | {"actually", "sorry"}
_WANTS = re.compile(
    r"(?:(?:i|we) (?:just |only )?(?:want|wanted|said|ordered|asked for|meant|need)"
    r"|it should be|should be|its|it is)\b"
)
# One of several is told apart from the others.
_SHARES = re.compile(
    r"\b(?:the other(?: 1)?|(?:1|1s) (?:of (?:them|those) )?(?:with|without|has|have|comes|gets|is"
    r"|plain)|the (?:first|second|last) 1)\b"
)
_AND_SO_MANY = re.compile(r"\band \d+ (?:with|without)\b")
_ON_TOP = frozenset(["another", "more", "also", "add", "too", "plus", "additional"])
_SEVERAL = 2


class Head(NamedTuple):
    """A dish that is counted as one orders it: "*two cheeseburgers*", "*a milkshake*". `at` is the
    unit in its sentence where the number stands."""

    at: int
    many: int
    item_ids: frozenset[str]


@dataclass(frozen=True)
class Anew:
    """What is said anew: `lines` are given up for it, and `taken` are the tokens that say no more
    than that."""

    lines: tuple[CartLine, ...]
    taken: frozenset[int]


def said_anew(
    cart: Cart, said: Sequence[Sentence], mentions: Sequence[Mention], *, confirming: bool
) -> Anew | None:
    """What of the order is said anew; None where it is no such speech."""
    heads = {n: _heads(s, mentions) for n, s in enumerate(said)}
    named = [h for some in heads.values() for h in some]
    standing = [h for h in named if _of(cart, [h])]
    if not standing or any(_is_on_top(s, heads[n]) for n, s in enumerate(said)):
        return None
    if any(_IN_ALL.search(s.text(0)) for s in said):
        protested = confirming or any(_protests(s) or _corrects(s) for s in said)
        protested = protested or len(standing) >= _SEVERAL
        return Anew(cart.lines, _idle(said, heads, mentions)) if protested else None
    if _is_shared_out(said, heads, standing, cart) or _is_recounted(said, heads, cart):
        return Anew(_of(cart, standing), _idle(said, heads, mentions))
    return None


def as_it_was(house: House, cart: Cart, anew: Sequence[CartLine]) -> Cart:
    """`cart`, in which dishes were said anew, with all of which nothing was said as it was in those
    lines, where they agree about it."""
    for item_id in {line.item_id for line in anew}:
        old = [line for line in anew if line.item_id == item_id]
        new = [line for line in cart.lines if line.item_id == item_id]
        groups = house.menu.groups_of(house.item(item_id))
        for group in groups:
            chosen = [[c for c in o.choices if c.group_id == group.id] for o in old]
            told = any(c.group_id == group.id for o in new for c in o.choices)
            if told or any(choices != chosen[0] for choices in chosen):
                continue
            new = [replace(o, choices=(*o.choices, *chosen[0])) for o in new]
        for line in new:
            cart = cart.put(line)
    return cart


def _heads(s: Sentence, mentions: Sequence[Mention]) -> list[Head]:
    found: list[Head] = []
    for at, unit in enumerate(s.units[:-1]):
        counted = unit.text.isdecimal() or unit.text in ("a", "an")
        if not counted or (at and s.units[at - 1].text in DETERMINERS):
            continue  # "*the two* combos" are those that stand
        dish = _dish_at(s.units[at + 1].start, mentions)
        if dish is not None:
            many = int(unit.text) if unit.text.isdecimal() else 1
            found.append(Head(at, many, frozenset(i.id for i in dish.items)))
    return found


def _dish_at(start: int, mentions: Sequence[Mention]) -> Mention | None:
    """The dish that is named from `start` on, past how it is made: "*large* coke"."""
    made: list[Mention] = []
    while (mention := next((m for m in mentions if m.start == start), None)) is not None:
        made += mention.apart or (mention,)
        start = mention.end
    dishes = [m for n, m in enumerate(made) if m.items and all(x.can_be_of(m) for x in made[:n])]
    dish = dishes[-1] if dishes else None
    return dish if dish is not None and dish.whole and not dish.generic else None


def _of(cart: Cart, heads: Iterable[Head]) -> tuple[CartLine, ...]:
    ids = {i for h in heads for i in h.item_ids}
    return tuple(line for line in cart.lines if line.item_id in ids)


def _is_on_top(s: Sentence, heads: Sequence[Head]) -> bool:
    """“*Add* a coke”, “*another* coke”: besides what stands."""
    return bool(heads) and any(u.text in _ON_TOP for u in s.units)


def _protests(s: Sentence) -> bool:
    return s.units[0].text in PROTESTS or any(s.match(_WRONG, at) for at in range(len(s.units)))


def _corrects(s: Sentence) -> bool:
    return s.units[0].text in _CORRECTS


def _is_shared_out(
    said: Sequence[Sentence],
    heads: Mapping[int, Sequence[Head]],
    standing: Sequence[Head],
    cart: Cart,
) -> bool:
    """“*No, I want two cheeseburgers*, both medium. *One with* fries, *the other* …”, “no, *one
    with* fries *and one with* rings”: the two that stand were not made like that."""
    if not any(_protests(s) for s in said):
        return False
    first = next(n for n in heads if any(h in standing for h in heads[n]))
    if any(h.many >= _SEVERAL for h in standing):
        return any(_SHARES.search(s.text(0)) for s in said[first:])
    several = sum(line.qty for line in _of(cart, standing)) >= _SEVERAL
    return several and _AND_SO_MANY.search(said[first].text(0)) is not None


def _is_recounted(
    said: Sequence[Sentence], heads: Mapping[int, Sequence[Head]], cart: Cart
) -> bool:
    """“*Actually, two chicken bhunas and one lamb bhuna*”, where bhunas stand."""
    for n, s in enumerate(said):
        some = heads[n]
        if len(some) < _SEVERAL or not _corrects(s):
            continue
        lead = _led_in(s)
        lead += s.match(_WANTS, lead)
        one_dish = len(frozenset.intersection(*(h.item_ids for h in some))) > 0
        if lead == some[0].at and one_dish and _of(cart, some):
            return True
    return False


def _led_in(s: Sentence) -> int:
    return sum(1 for _ in takewhile(lambda u: u.text in LEADS or u.text == ",", s.units))


def _idle(
    said: Sequence[Sentence], heads: Mapping[int, Sequence[Head]], mentions: Sequence[Mention]
) -> frozenset[int]:
    """The tokens of what only protests, and of what leads in what is wanted."""
    named = {n for m in mentions for n in range(m.start, m.end)}
    taken: set[int] = set()
    for n, s in enumerate(said):
        whole = s.tokens(0, len(s.units))
        if heads[n]:
            taken |= s.tokens(0, _led_in(s))
        elif _protests(s) and not whole & named:
            taken |= whole
    return frozenset(taken)
