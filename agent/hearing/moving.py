"""What stands with the wrong dish: "no, the large one was the funghi", "the other way round"."""

from __future__ import annotations

from itertools import combinations

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.points import Wish
from agent.hearing.settling import Settling
from agent.lexemes import Kind, Lexeme
from agent.matching import Reading
from domain.ordering import Choice

__all__ = ["Moving"]

# Between an option and the dish it belongs to: "the olives *go on* the funghi".
_BELONGS = frozenset("is was were are go goes went belong belongs should meant".split())  # noqa: SIM905
_BETWEEN = _BELONGS | frozenset(
    "on for to with in the a my 1 1s be have been supposed only of actually ,".split()  # noqa: SIM905
)
# "It's the funghi *that has* the olives".
_THAT = frozenset(["that", "which"])
_HAS = frozenset("has have gets is was should be the with a had".split())  # noqa: SIM905
_ROUND = frozenset(["round", "around"])
_SWAPPED = _ROUND | frozenset(
    """
    no the other way its it is was should be sorry actually wait oh other , . ? please thats that
    wrong swap switch them those these both mixed up you got have theyre are they i think vice versa
    """.split()  # noqa: SIM905
)


class Moving(Settling):
    """Heard where the order was read back, or after a "no"."""

    def move(self) -> None:
        """Puts right what stands with another dish, before anything else is read."""
        refused = any(x.text == "no" or x.kind in (Kind.NO, Kind.FIX) for x in self.lexemes)
        if not (refused or self.confirming):
            return
        if self.swap_all():
            return
        for n, first in enumerate(self.lexemes):
            then = next((x for x in self.lexemes[n + 1 :] if x.mention is not None), None)
            if then is None or n == 0 or self.lexemes[n - 1].kind is not Kind.THE:
                continue
            between = {t.word for t in self.words[first.end : then.start]}
            belongs = between & _BELONGS and between <= _BETWEEN
            has = between & _THAT and between & _HAS and between <= _THAT | _HAS
            if (belongs and self.moves(first, then)) or (has and self.moves(then, first)):
                end = self.after_not(self.lexemes.index(then) + 1)
                self.lexemes = [*self.lexemes[: n - 1], *self.lexemes[end:]]
                self.heard.understood = True
                return

    def moves(self, option: Lexeme, dish: Lexeme) -> bool:
        """True where `option` stood with another dish than `dish`, and is now there."""
        if option.mention is None or dish.mention is None:
            return False
        named = [r for r in option.mention.readings if r.coverage == 1 and not r.group.removes]
        meant = {(r.group.id, r.modifier.id) for r in named}
        having = [o for o in self.cart.lines if meant & {(c.group_id, c.id) for c in o.choices}]
        to = [o for o in self.lines_of(dish.mention) if o not in having]
        able = [o for o in to if self.applicable(named, self.item(o.item_id))]
        if not having or len(able) != 1:
            return False
        self.hand_over(having[-1], able[0], named, option.text)
        return True

    def hand_over(self, old: CartLine, new: CartLine, named: list[Reading], text: str) -> None:
        """What `old` has of `named` goes to `new`, which gives what it had in its place."""
        meant = {(r.group.id, r.modifier.id) for r in named}
        gone = [c for c in old.choices if (c.group_id, c.id) in meant]
        kept = [c for c in old.choices if c not in gone]
        groups = {g.id: g for g in self.menu.groups_of(self.item(old.item_id))}
        for choice in gone:
            group = groups[choice.group_id]
            given = [c for c in new.choices if c.group_id == group.id and group.max == 1]
            kept += given if group.min else []
        self.put(replace(old, choices=tuple(kept)))
        self.speak_of([new.id])
        self.grant(Wish(Kind.WITH, tuple(named), text))

    def after_not(self, end: int) -> int:
        """“…, *not the margherita*”: said of where it was, and nothing more to do."""
        rest = self.lexemes[end:]
        kinds = [x.kind for x in rest if x.kind not in (Kind.COMMA, Kind.STOP)]
        negated = kinds[:1] == [Kind.NOT] and Kind.MENTION in kinds[:3]
        stop = next((n for n, x in enumerate(rest) if x.kind is Kind.MENTION), 0)
        return end + stop + 1 if negated else end

    def swap_all(self) -> bool:
        """“No, *the other way round*”, of two dishes that were made each in its way."""
        words = {t.word for t in self.words}
        told = {"other", "way"} <= words or {"vice", "versa"} <= words or {"mixed", "up"} <= words
        told = told or bool(words & {"swap", "switch"} and words & _ROUND)
        if not told or not words <= _SWAPPED:
            return False
        pairs = [p for p in combinations(self.cart.lines, 2) if self.differing(*p)]
        if len(pairs) != 1:
            return False
        a, b = pairs[0]
        groups = self.differing(a, b)
        self.put(replace(a, choices=_exchanged(a, b, groups)))
        self.put(replace(b, choices=_exchanged(b, a, groups)))
        self.speak_of([a.id, b.id])
        self.lexemes = []
        self.heard.no = self.heard.understood = True
        return True

    def differing(self, a: CartLine, b: CartLine) -> set[str]:
        """The groups that both dishes have, and in which other things are chosen."""
        shared = {g.id for g in self.menu.groups_of(self.item(a.item_id))}
        shared &= {g.id for g in self.menu.groups_of(self.item(b.item_id))}
        return {g for g in shared if _chosen(a, g) != _chosen(b, g)}


def _chosen(line: CartLine, group_id: str) -> set[Choice]:
    return {c for c in line.choices if c.group_id == group_id}


def _exchanged(line: CartLine, other: CartLine, groups: set[str]) -> tuple[Choice, ...]:
    kept = [c for c in line.choices if c.group_id not in groups]
    return (*kept, *(c for c in other.choices if c.group_id in groups))
