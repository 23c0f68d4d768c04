"""What goes on with the dish in hand, or with one more of it: "… and garlic naan", "extra roll"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from agent.hearing.declining import Declining
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention

__all__ = ["GoingOn"]

_LISTED = frozenset([Kind.THE, Kind.AND, Kind.MENTION])


class GoingOn(Declining):
    """Parts that are dishes, too, and are said after others of the same dish."""

    def without_just(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“The chicken, *just with the white rice*”: with that, and nothing is taken off for it."""
        return [
            x
            for x, after in zip_longest(lexemes, lexemes[1:])
            if x.kind is not Kind.JUST or after is None or after.text != "with the"
        ]

    def in_place_of(self) -> None:
        """“The set meal, with boiled rice instead of the pilau, *and garlic naan*”: what else of it
        is chosen otherwise than it comes."""
        super().in_place_of()
        self.chooses_further()

    def rather_than_it(self) -> bool:
        done = super().rather_than_it()
        if done:
            self.chooses_further()
        return done

    def chooses_further(self) -> None:
        skip = 0
        while self.kind(skip) in (Kind.COMMA, Kind.AND):
            skip += 1
        part = self.peek(skip)
        after = self.kind(skip + 1)
        if not skip or part is None or part.mention is None or after not in (None, *BREAKS):
            return
        if self.just_written() and self.comes_otherwise(part.mention):
            self.at += skip
            self.lingering = Kind.WITH
            self.wishes()

    def noun(self) -> None:
        if not self.chooses_with_it():
            super().noun()

    def chooses_with_it(self) -> bool:
        """“The set meal. *The garlic naan and the boiled rice with that*”: how it is to come, and
        no dishes beside it."""
        parts, end = self.parts_with_it()
        if not parts or not self.target or self.cart.line(self.target[-1]) is None:
            return False
        named = [x.mention for x in parts if x.mention is not None]
        if not all(map(self.comes_otherwise, named)):
            return False
        self.at = end
        self.joined = False
        self.heard.understood = True
        for part in named:
            self.grant(Wish(Kind.WITH, self.usable(part), self.raw(part)))
        return True

    def parts_with_it(self) -> tuple[list[Lexeme], int]:
        """What is named from here on, up to "with that", and where that ends."""
        parts: list[Lexeme] = []
        at = self.at
        while at < len(self.lexemes) and self.lexemes[at].kind in _LISTED:
            parts += [self.lexemes[at]] if self.lexemes[at].kind is Kind.MENTION else []
            at += 1
        ends = [x.kind for x in self.lexemes[at : at + 3]]
        with_it = ends[:2] == [Kind.WITH, Kind.IT] and (len(ends) < 3 or ends[2] in BREAKS)
        return (parts, at + 2) if with_it else ([], self.at)

    def comes_otherwise(self, part: Mention) -> bool:
        """True where it takes the place of what the dish in hand comes with by itself."""
        line = self.line(self.target[-1])
        chosen = {c.group_id for c in line.choices}
        return any(
            r.coverage == 1 and r.group.max == 1 and r.group.default and r.group.id not in chosen
            for r in self.usable(part)
        )

    def wish_step(self) -> None:
        """“Egg roll for the soup, *and extra egg roll*”: one more, where a dish has but one."""
        if self.kind() is Kind.EXTRA and self.is_one_more():
            more = self.lexemes[self.at]._replace(kind=Kind.MORE, text="another")
            self.lexemes = [*self.lexemes[: self.at], more, *self.lexemes[self.at + 1 :]]
            self.noun()
            return
        super().wish_step()

    def another_built(self) -> bool:
        return super().another_built() or (self.kind() is Kind.EXTRA and self.is_one_more())

    def is_one_more(self) -> bool:
        dish = self.peek(1)
        mention = dish.mention if dish is not None else None
        if mention is None or not mention.items or not mention.whole or not self.target:
            return False
        line = self.cart.line(self.target[-1])
        chosen = {(c.group_id, c.id) for c in line.choices} if line is not None else set()
        chosen |= {(r.group.id, r.modifier.id) for w in self.gathered for r in w.readings}
        width = mention.end - mention.start
        named = [r for r in self.fullest(mention) if r.width == width]
        once = any(r.group.max == 1 and (r.group.id, r.modifier.id) in chosen for r in named)
        return once and not any(r.group.max > 1 and not r.group.removes for r in named)
