"""Ways to make a dish that are named with no dish: "a large with olives", "spaghetti, please"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from agent.hearing.alike import Alike
from agent.hearing.points import Open, OpenKind, TroubleKind, Wish
from agent.hearing.reader import BREAKS, Determiner
from agent.hearing.wishes import HARMLESS
from agent.language import COMMON
from agent.lexemes import Kind, Lexeme

__all__ = ["LoneParts"]


class LoneParts(Alike):
    """Options, and the dish that has to be found for them."""

    def lone_parts(self, run: Sequence[Lexeme], found: Determiner, *, joined: bool) -> None:
        """A dish's part with nothing it could belong to ("spaghetti, please"): which dish?"""
        if self.kind() is Kind.TO and self.on_dish(run):
            return
        if self.kind() is Kind.HALF:  # "*large* half hawaiian, half cheese"
            self.early += [Wish(Kind.WITH, x.mention.readings, x.text) for x in run if x.mention]
            return
        if self.takes_offered(run, found):
            return
        readings = [r for x in run if x.mention is not None for r in x.mention.readings]
        groups = {r.group.id for r in readings if r.coverage == 1}
        items = [i for i in self.menu.items if groups & set(i.modifier_group_ids)]
        items = [i for i in items if all(self.can_be(i, x) for x in run)] or items
        items = [i for i in items if self.is_made(i, groups)] or items
        if (found.article or found.count) and len(run) > 1:
            items = list(self.plainest_of(items))
        base = self.cart.line(self.focus.base)
        counted = found.count is not None and base is not None and base.id in self.new
        another = len(items) == 1 and (joined or len(run) > 1)  # "… and one large horchata"
        counted = counted and not another
        if self.cart.lines and run[-1].text.lower() in HARMLESS:
            if found.more and self.is_another(found, joined=joined):
                self.write_another(found.count or 1)  # "… and another one plain"
            return  # "the other one plain"
        if base is not None and counted and ((found.count or 1) < base.qty or self.shares):
            # "two burgers, one medium": one of them, and no other dish that can be so
            self.trouble(TroubleKind.NO_OPTION, text=run[-1].text, item_id=base.item_id)
            return
        beside = {*BREAKS, Kind.ARTICLE, Kind.NUMBER}
        alone = all(x in run or x.kind in beside for x in self.lexemes)
        ends = self.kind() in (None, *BREAKS)
        everyday = len(run) == 1 and run[0].text.lower() in COMMON | HARMLESS
        if everyday and ends and not (alone or self.wanting):
            return  # "I've a terrible *cold*, so …"
        if ends and [t.word for t in self.words[run[-1].end :][:1]] == ["of"]:
            return  # "I have a car *full* of kids"
        if everyday and found.article and self.several_follow():
            return  # "I've got *a big one* for the office. Ten burgers and …": of all that follows
        opens = run[0] is self.lexemes[0] and len(items) == 1 and self.says_much(run[0])
        adjoins = self.phrase_at and not found.any and self.goes_on_from_dish(run[0])
        listed = self.listed_as(run) is not None
        if adjoins and not (self.choosing or listed):
            self.refuse_option(run[-1])  # "a dragon roll *fried*", where but the gyoza are
            return
        named = found.any or self.wanting or alone or opens or listed
        if items and named and not self.chatting:
            wishes = tuple(Wish(Kind.WITH, x.mention.readings, x.text) for x in run if x.mention)
            text = " ".join(x.text for x in run)
            if len(items) == 1:
                self.write(items[0], found.count or 1, wishes)
                self.kinds |= set(self.new[-1:])
                return
            ids = tuple(i.id for i in items if i.id not in self.sold_out)
            self.open_point(Open(OpenKind.WHICH, ids, found.count or 1, wishes, text))
            self.heard.understood = True

    def several_follow(self) -> bool:
        """True where the next sentence counts dishes."""
        rest = self.lexemes[self.at :]
        stop = next((n for n, x in enumerate(rest) if x.kind is Kind.STOP), len(rest))
        return any(
            number.kind is Kind.NUMBER and number.value > 1 and x.mention and x.mention.items
            for number, x in pairwise(rest[stop:])
        )

    def says_much(self, lexeme: Lexeme) -> bool:
        """“*Full stack* with bananas”: what the pancakes are called, and of several words."""
        readings = lexeme.mention.readings if lexeme.mention is not None else ()
        return any(r.coverage == 1 and r.width > 1 and r.group.min > 0 for r in readings)

    def takes_offered(self, run: Sequence[Lexeme], found: Determiner) -> bool:
        """“*A small one of those*, and a salad”, to the offer of a dish."""
        asked = self.asked
        if asked is None or asked.kind is not OpenKind.OFFER or self.kind() is not Kind.OF:
            return False
        item = self.item(asked.item_ids[0])
        parts = [x.mention.readings if x.mention is not None else () for x in run]
        if self.heard.no or not all(self.applicable(readings, item) for readings in parts):
            return False
        self.take()
        self.asked = None
        wishes = [Wish(Kind.WITH, x.mention.readings, x.text) for x in run if x.mention]
        self.write(item, found.count or 1, [*asked.wishes, *wishes])
        self.heard.understood = True
        return True

    def on_dish(self, run: Sequence[Lexeme]) -> bool:
        """“Anchovies on the marinara”: the dish comes after its part."""
        start = self.at
        self.take()
        found = self.determiner()
        dishes = self.run_of()
        head = self.head_of(dishes)
        if head is None:
            self.at = start
            return False
        self.at += head + 1
        self.dish(found, [*run, *dishes[:head]], dishes[head], joined=False)
        return True
