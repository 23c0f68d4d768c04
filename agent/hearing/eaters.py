"""Dishes told by who eats them: "three burritos: Luis wants carnitas, Ana wants beans, mine is …".

Each person is one of what was counted, so where as many are named as there are dishes, and each
with what such a dish must be made of, their names are read as "one". "They each want a kid's meal
with nuggets, one with milk and one with juice" names the dish once for all of them: there are as
many as are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.hearing.moving import Moving
from agent.hearing.reader import WISHING
from agent.lexemes import Kind, Lexeme
from domain.menu import Item

__all__ = ["Eaters"]


class Eaters(Moving):
    """Persons, and the dishes that they share out."""

    def by_eaters(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """The lexemes with "one" for each person, and as many dishes as are told apart."""
        for n, lexeme in enumerate(lexemes):
            mention = lexeme.mention
            if mention is None or len(mention.items) != 1 or not mention.whole or n == 0:
                continue
            counted, rest = lexemes[n - 1], lexemes[n + 1 :]
            persons = self.told_for(mention.items[0], rest, _PERSONS)
            if counted.kind is Kind.NUMBER and counted.value == len(persons) > 1:
                ones = [
                    x._replace(kind=Kind.NUMBER, value=1, text="") if at in persons else x
                    for at, x in enumerate(rest)
                ]
                return [*lexemes[: n + 1], *ones]
            shares = self.told_for(mention.items[0], rest, frozenset([Kind.NUMBER]))
            if counted.kind is Kind.NUMBER and counted.value == len(shares) > 1:
                whom = {at for n in shares for at in range(n + 1, n + 1 + _for_whom(rest[n + 1 :]))}
                return [*lexemes[: n + 1], *(x for at, x in enumerate(rest) if at not in whom)]
            if counted.kind is Kind.ARTICLE and self.all_in_one(shares):
                return [*lexemes[: n + 1], *(x for at, x in enumerate(rest) if at not in shares)]
            if counted.kind is Kind.ARTICLE and len(shares) > 1:
                count = counted._replace(kind=Kind.NUMBER, value=len(shares))
                return [*lexemes[: n - 1], count, *lexemes[n:]]
        return list(lexemes)

    def all_in_one(self, shares: Mapping[int, str]) -> bool:
        """“A mixed grill with *one chicken skewer and one lamb skewer*”: of one dish as many parts
        as it is made of, and no two dishes."""
        group = self.menu.group(next(iter(shares.values()), ""))
        return group is not None and group.max >= len(shares) > 1

    def told_for(
        self, item: Item, rest: Sequence[Lexeme], kinds: frozenset[Kind]
    ) -> dict[int, str]:
        """Where a lexeme of `kinds` begins what one of the dishes is made of, each time of the same
        group of which one must be chosen, and what that group is."""
        told: dict[int, str] = {}
        named_before: set[str] = set()
        for n, lexeme in enumerate(rest):
            after = rest[n + 1 :]
            after = after[_for_whom(after) :]
            skip = int(bool(after) and after[0].kind in WISHING)
            part = after[skip] if len(after) > skip else None
            groups = self.groups_named(item, part) if lexeme.kind in kinds else set()
            if lexeme.kind is Kind.NUMBER and lexeme.value != 1:
                groups = set()
            if groups:
                told[n] = min(groups)
            if not told:
                named_before |= self.groups_named(item, lexeme)
        same = set(told.values())
        return told if len(same) == 1 and not same & named_before else {}

    def groups_named(self, item: Item, part: Lexeme | None) -> set[str]:
        """The groups of `item`, one of which must be taken, that `part` names in full."""
        mention = part.mention if part is not None else None
        readings = self.applicable(mention.readings, item) if mention is not None else []
        return {
            r.group.id for r in readings if r.coverage == 1 and r.group.min and not r.group.default
        }


def _for_whom(after: Sequence[Lexeme]) -> int:
    """“One *for Dave* with lamb”: how many lexemes say who it is for."""
    if not after or after[0].text != "for":
        return 0
    return next((n for n, x in enumerate(after[1:], 1) if x.kind not in _WHOM), len(after))


_WHOM = frozenset([Kind.WORD, Kind.THE])
_PERSONS = frozenset([Kind.WANT, Kind.THE])
