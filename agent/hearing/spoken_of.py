"""Names of dishes that are said of what is ordered: "on the burger", "steak medium rare".

A dish that is named orders one more of it, unless something tells that it is spoken of: it is led
in by where something goes, what follows is what it must still be made with, or it was just asked
about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_

from agent.cart import CartLine
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS, WISHING, Determiner
from agent.hearing.recounting import Recounting
from agent.house import missing_of
from agent.kinds import is_a_kind
from agent.lexemes import Kind
from agent.matching import Mention
from domain.menu import Item

__all__ = ["SpokenOf"]

_ONTO_IT = frozenset(["on the", "in the", "for the", "on", "in", "from the", "off the"])


class SpokenOf(Recounting):
    """Dishes of the order that are named once more."""

    def made_of_ordered(self, mention: Mention) -> bool:
        """“A mango slush and a popcorn chicken. … *The chicken*, small”: one of the order, whatever
        other dishes are called so, where it is told how that is to be made."""
        called = self.lines_called(self.raw(mention))
        if called and self.corrects_its_kind(mention):
            return True
        part = self.peek_past({*BREAKS, *WISHING, Kind.BE})
        if len(mention.items) < 2 or not called or part is None or part.mention is None:
            return False
        named = [r for r in part.mention.readings if r.coverage == 1]
        return bool(self.applicable(named, self.item(called[0].item_id)))

    def corrects_its_kind(self, mention: Mention) -> bool:
        """“I meant the rings go with *the burger*”, “can I get *the burger* with rings instead”, of
        a cheeseburger: what is put right is no other dish that is called just so."""
        instead = any(x.kind is Kind.INSTEAD for x in self.lexemes)
        corrects = bool(self.fix) or self.correcting or instead
        return corrects and not self.adding and is_a_kind(self.raw(mention))

    def heads_clause(self, lines: Sequence[CartLine]) -> bool:
        """“A cheeseburger and ten wings. … *Burger's gonna be* medium. *Wings, let me get* honey
        barbecue”: of what is ordered already, and no second one."""
        if len(lines) != 1 or lines[0].id in self.new:
            return False
        if self.kind() is Kind.BE:
            return True
        skip = 0
        while self.kind(skip) in (Kind.COMMA, Kind.WANT):
            skip += 1
        part = self.peek(skip)
        mention = part.mention if part is not None and skip else None
        missing = missing_of(self.menu, lines[0])
        if mention is None or missing is None or mention.items:
            return False
        if not any(r.coverage == 1 and r.group.id == missing.id for r in mention.readings):
            return False
        self.at += skip
        self.lingering = Kind.WITH
        return True

    def led_onto(self) -> bool:
        """“A cheeseburger combo. … And *on the* burger no pickles”: of what is ordered."""
        before = [x for x in self.lexemes if x.end <= self.phrase_at][-1:]
        return bool(before) and before[0].text in _ONTO_IT

    def tells_of_new(self, lines: Sequence[CartLine]) -> bool:
        """“The steak and eggs for me, *steak medium rare*”: what the dish just ordered must still
        be chosen with, after a word of its name."""
        part = self.peek()
        missing = missing_of(self.menu, lines[0]) if len(lines) == 1 else None
        if missing is None or lines[0].id not in self.new or lines[0].qty > 1:
            return False
        named = part.mention.readings if part is not None and part.mention is not None else ()
        return any(r.coverage == 1 and r.group.id == missing.id for r in named)

    def tells_missing(self, lines: Sequence[CartLine], wishes: Sequence[Wish]) -> bool:
        """“An iced tea. … *Sweet tea*, of course”: what the one of the order must still have."""
        missing = missing_of(self.menu, lines[0]) if len(lines) == 1 else None
        said = [r for w in wishes for r in w.readings if r.coverage == 1]
        return missing is not None and any(r.group.id == missing.id for r in said)

    def agrees_again(self, *, joined: bool) -> bool:
        return self.confirming and self.heard.yes and not (joined or self.adding or self.new)

    def shares_asked(self, item: Item, found: Determiner) -> bool:
        """“Three house salads.” Which dressing? “*One house salad with ranch*, the other two with
        Italian”: of those that were asked about, and no more of them."""
        base = self.cart.line(self.focus.base)
        count = found.count if found.count is not None else (1 if found.article else None)
        if not self.choosing and (divided := self.divided(item)) is not None:
            base = divided
            self.focus = with_(self.focus, base=base.id)
        elif not self.choosing:
            return False
        if base is None or base.item_id != item.id or base.id in self.new:
            return False
        if count is None or found.more or self.shared_out:
            return False
        return count < base.qty or (bool(self.shares) and count == base.qty)

    def divided(self, item: Item) -> CartLine | None:
        """“Two pastramis on rye.” “*One pastrami with mustard, the other one* without”: the line of
        which shares are told apart."""
        several = [o for o in self.cart.lines if o.item_id == item.id and o.qty > 1]
        rest = next((x for x in self.lexemes[self.at :] if x.kind is Kind.OTHER), None)
        others = [
            x
            for x in self.lexemes[self.at :]
            if rest is not None and x.start < rest.start and x.mention is not None
            if x.mention.items and x.mention.whole and item not in x.mention.items
        ]
        alone = len(several) == 1 and several[0].id not in self.new
        return several[0] if alone and rest is not None and not others else None

    def share_asked(self, count: int, wishes: Sequence[Wish]) -> None:
        base = self.line(self.focus.base)
        self.speak_of([self.split(base, count)])
        self.sharing = True
        for wish in wishes:
            self.grant(wish)
