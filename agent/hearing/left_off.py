"""Parts that a dish is to be left without: "leave the nori out of the ramen", "the other two not
warmed"."""

from __future__ import annotations

from agent.hearing.halves import Halves
from agent.lexemes import Kind, Lexeme

__all__ = ["LeftOff"]

_LISTED_PARTS = frozenset(
    [Kind.THE, Kind.ARTICLE, Kind.SOME, Kind.MENTION, Kind.AND, Kind.COMMA, Kind.OF, Kind.TO]
)
_OFF = frozenset(["off", "out", "from"])


class LeftOff(Halves):
    """What is taken from a dish, and not the dish."""

    def takes_parts_off(self) -> bool:
        """“*Leave the nori out of the ramen*”, “take the egg and the corn off the ramen”: the dish
        stays, and is made without them."""
        at, parts = self.at + 1, list[Lexeme]()
        while at < len(self.lexemes) and self.lexemes[at].kind in _LISTED_PARTS:
            lexeme = self.lexemes[at]
            between = self.words[parts[-1].end : lexeme.start] if parts else []
            if lexeme.mention is not None and {t.word for t in between} & _OFF:
                break
            parts += [lexeme] if lexeme.mention is not None else []
            at += 1
        dish = self.lexemes[at].mention if at < len(self.lexemes) else None
        lines = self.lines_of(dish) if dish is not None else []
        if not parts or not lines:
            return False
        item = self.item(lines[-1].item_id)
        if not all(x.mention and self.applicable(x.mention.readings, item) for x in parts):
            return False
        without = self.lexemes[self.at]._replace(kind=Kind.WITHOUT, text="without")
        listed = [x for x in self.lexemes[self.at + 1 : at] if x.start < parts[-1].end]
        self.lexemes = [*self.lexemes[: self.at], without, *listed, *self.lexemes[at + 1 :]]
        one = [o.id for o in lines if o.id in self.target][-1:] or [lines[-1].id]
        self.speak_of([o.id for o in lines] if dish is not None and dish.plural else one)
        self.wishes()
        return True

    def is_the_rest(self, option: Lexeme) -> bool:
        """“Four of them warmed up and *the other two not warmed*”: as they come, those that were
        told from the others by it."""
        base = self.cart.line(self.focus.base)
        if base is None or base.id not in self.new or option.mention is None:
            return False
        named = self.applicable(option.mention.readings, self.item(base.item_id))
        return any(r.coverage == 1 and r.group.min == 0 and not r.group.removes for r in named)
