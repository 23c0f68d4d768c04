"""The same once more, and one change that is told twice: "make it two, my son wants the same".

Callers give a number and then its reason, or the reason and then the number. What raises the number
of a line is therefore kept until the utterance ends, and said once more in another way it changes
nothing. After an "and" it does: "the same for my wife and another one for my son".
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import CartLine, same_choices
from agent.hearing.parts import Parts
from agent.hearing.reader import BREAKS
from agent.lexemes import Kind
from domain.menu import Item
from domain.ordering import MAX_QTY

__all__ = ["Twice"]


class Twice(Parts):
    """What was said of how many there are to be, and is said again."""

    def set_qty(self, line_id: str, qty: int) -> None:
        before = self.cart.line(line_id)
        super().set_qty(line_id, qty)
        if before is not None and qty > before.qty:
            self.raised[line_id] = Kind.NUMBER

    def copy(self, lines: Sequence[CartLine]) -> None:
        """Second lines like `lines`, which what follows may change."""
        self.twins = [self.twin(line, line.qty) for line in lines]
        self.adding = True
        self.speak_of(self.twins)

    def twin(self, line: CartLine, qty: int) -> str:
        """The same dish once more, as a line of its own."""
        twin = replace(line, id=self.label(), qty=min(qty, MAX_QTY))
        self.put(twin)
        self.new.append(twin.id)
        return twin.id

    def raised_already(self, line: CartLine, way: Kind, *, joined: bool) -> bool:
        """True where the line was made more in another way than this."""
        return self.raised.get(line.id, way) is not way and not joined

    def take_the_other(self, line: CartLine) -> None:
        """“Make it two, hers *without onion*”: what follows is of the one that came to it."""
        several = line.qty > 1 and line.id not in self.shares
        follows = self.kind() not in (None, *BREAKS, Kind.AND)
        if self.kind() in (Kind.JUST, Kind.WORD):
            follows = False  # "make it five, one more kid *just showed up*": why
            while self.kind() not in (None, *BREAKS):
                self.take()
        self.speak_of([self.share_of(line, 1).id if several and follows else line.id])
        self.heard.understood = True

    def comes_to_it(self, line: CartLine, count: int) -> bool:
        """“The same for him, *so two*”: as many as there are already, in lines made alike."""
        alike = [o for o in self.cart.lines if same_choices(self.menu, o, line)]
        twice = line.id in self.raised and len(alike) > 1
        return twice and sum(o.qty for o in alike) == count

    def old_count(self) -> tuple[int | None, int]:
        """“Eight barbecue, *not ten*”, “six *instead of four*”: the number there was, and where the
        reading goes on after it."""
        at = self.at
        while at < len(self.lexemes) and self.lexemes[at].kind is Kind.COMMA:
            at += 1
        kinds = [x.kind for x in self.lexemes[at : at + 3]]
        if kinds[:2] not in ([Kind.NOT, Kind.NUMBER], [Kind.INSTEAD_OF, Kind.NUMBER]):
            return None, self.at
        if kinds[2:] and kinds[2] not in (*BREAKS, Kind.AND, Kind.IT, Kind.OF):
            return None, self.at  # "two cokes, not *three waters*"
        return self.lexemes[at + 1].value, at + 2

    def of_old_count(self, line_id: str) -> str:
        """“Make it eight *instead of ten*”: of the one line that there are ten of."""
        old, end = self.old_count()
        lines = [line.id for line in self.cart.lines if line.qty == old]
        if old is None or not (line_id in lines or len(lines) == 1):
            return line_id
        self.at = end
        return line_id if line_id in lines else lines[0]

    def meal(self) -> list[str]:
        """The lines that one person is ordering: what was just written, and what was before it, if
        it is of other kinds and nothing was said of anybody else."""
        new = [i for i in self.new if self.cart.line(i) is not None]
        before = [i for i in self.focus.meal if self.cart.line(i) is not None and i not in new]
        kinds = [{self.kind_of(self.line(i)) for i in lines} for lines in (new, before)]
        another = any(t.word in _OTHERS for t in self.words)
        return new if new and (another or kinds[0] & kinds[1]) else [*before, *new]

    def whole_meal(self, last: CartLine) -> list[CartLine]:
        """“A half chicken and chips, and *the same for my wife*”: all that one person was having,
        where no two of it are of a kind."""
        meal = [line for i in self.meal() if (line := self.cart.line(i)) is not None]
        kinds = {self.item(line.item_id).category_id for line in meal}
        return meal if last in meal and len(kinds) == len(meal) else [last]

    def twin_of(self, item: Item, *, joined: bool) -> str | None:
        """“The same for my son *but with a small lemonade*”, “another four, *but beef*”: which of
        the lines just copied that is, by its dish or by its kind."""
        copying = (Kind.SAME, Kind.MORE) if self.twins else (Kind.SAME,)
        at = next((x.end for x in self.lexemes if x.kind in copying), 0)
        between = {t.word for t in self.words[at : self.phrase_at]}
        if joined or not at or not between & _BUT:
            return None
        twins = [line for i in self.twins if (line := self.cart.line(i)) is not None]
        kind = item.category_id
        meant = [o for o in twins if o.item_id == item.id]
        meant = meant or [o for o in twins if self.item(o.item_id).category_id == kind]
        return meant[0].id if len(meant) == 1 else None


# Who else something is for: what is ordered then is no part of what came before it.
_OTHERS = frozenset("my his her he she him our their".split())  # noqa: SIM905
_BUT = frozenset(["but", "except", "with", "only", "though"])
