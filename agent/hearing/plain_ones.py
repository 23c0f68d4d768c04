"""What shall be as it comes: "a plain one", "two Sicilian pies, plain", "two just plain cheese".

Where a menu calls a dish "plain pizza" or "cheese pizza", these words alone would order one more of
it. Said of a share of what is ordered they tell that nothing is wanted on that.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.hearing.lone_parts import LoneParts
from agent.hearing.reader import BREAKS, Determiner
from agent.hearing.wishes import HARMLESS
from agent.lexemes import Kind, Lexeme

__all__ = ["PlainOnes"]

_AS_IT_COMES = frozenset(["plain", "regular", "normal", "standard", "classic"])

_HAS = frozenset(["gets", "has", "takes", "eats", "having", "getting"])


class PlainOnes(LoneParts):
    """Dishes with nothing on them."""

    def share_left_plain(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“Of the four, two with pepperoni and *two just plain cheese*”, where the dish ordered is
        called plain or cheese pizza: so many of those, with nothing on them."""
        base = self.cart.line(self.focus.base)
        mention = run[0].mention if len(run) == 1 else None
        if base is None or mention is None or found.more or found.both or found.definite:
            return False
        count = found.count if found.count is not None else 1
        counted = found.count is not None or found.other
        shared = bool(self.shares) and not self.shared_out
        several = base.qty > 1 or shared
        short = mention.unsaid and any(item.id == base.item_id for item in mention.items)
        if not (short and counted and several and count <= base.qty) or self.adding:
            return False
        if self.kind(1) is Kind.AND and self.kind(2) is Kind.MENTION:
            return False  # "one *cheese and pepperoni*"
        groups = {g.id: g for g in self.menu.groups_of(self.item(base.item_id))}
        if any(groups[c.group_id].min == 0 for c in base.choices):
            return False  # all of them have olives, and a share cannot be left as it is
        self.lexemes = [x for x in self.lexemes if x is not run[0]]
        self.part(found, joined=self.joined)
        self.joined, self.sharing = False, True
        return True

    def whose_one_is(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“Four of them plain, two with chocolate chip. *He gets a plain one*”: one of those, and
        no further one, once all of them were told apart."""
        base = self.cart.line(self.focus.base)
        mention = run[0].mention if len(run) == 1 and self.shared_out else None
        if base is None or mention is None or not found.article or not self.ones(run[0]):
            return False
        said = self.words[self.phrase_at - 1].word if self.phrase_at else ""
        named = {(r.group.id, r.modifier.id) for r in mention.readings if r.coverage == 1}
        alike = [o for o in self.cart.lines if o.item_id == base.item_id]
        if said not in _HAS or not any(
            (c.group_id, c.id) in named for o in alike for c in o.choices
        ):
            return False
        self.take()
        self.heard.understood = True
        return True

    def plain_one(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“Two hot dogs with chili and *a plain one*”, though a burger is called plain, too."""
        base = self.cart.line(self.focus.base)
        if len(run) != 1 or base is None or base.id not in self.new:
            return False
        if not self.ones(run[0]) and not found.other:  # "one with provolone, *the other one plain*"
            return False
        told = found.article or found.other or (found.definite and self.just_written())
        if run[0].text.lower() not in HARMLESS or not told or self.usable_of(base, run[0]):
            return False
        self.take()
        if found.article:
            self.joined = False
            self.write_another(1)
        return True  # "garlic bread, just *the plain one*": as it comes

    def as_it_comes(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“Two Sicilian pies, *plain*”, where a slice is called plain, too: nothing on them."""
        ends = self.kind(1) in (None, *BREAKS)
        if len(run) != 1 or not ends or found.any or self.choosing:
            return False
        mention = run[0].mention
        shortened = mention is not None and mention.unsaid and bool(self.target)
        if not (self.just_written() or shortened):
            return False  # "the salad is just for me, *plain*", where a burger is called plain
        if run[0].text.lower() not in _AS_IT_COMES or self.choices(run[0]):
            return False
        self.take()
        return True
