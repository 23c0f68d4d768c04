"""How many there are to be of what is ordered already: "only eight bhajis, not ten".

A dish that is named with a number is so many more of it, or a line of its own. It is the line that
stands, counted anew, where the old number is told beside the new one, where "so" sums up, and where
a correction goes on from dish to dish: "Becky can't come, so three wraps and three chips". In such
a sentence people shorten names as they would to somebody who has the order before him, so a name
that is also another dish's is that of the line.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.cart import CartLine
from agent.hearing.becoming import Becoming
from agent.hearing.counts import IN_TOTAL
from agent.hearing.points import Wish
from agent.hearing.portions import pieces_of
from agent.hearing.reader import BREAKS, Determiner
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention

__all__ = ["Recounting"]


class Recounting(Becoming):
    """Numbers of lines that stand."""

    def restates(
        self, found: Determiner, mention: Mention, text: str, wishes: Sequence[Wish]
    ) -> bool:
        """True where the number is what there is to be of a line, which it then is."""
        if found.count is None or found.more:
            return False
        lines = self.lines_of(mention)
        if self.names_portion(found, lines or self.lines_called(text)):
            return True
        if (self.only or found.refers) and not wishes and self.are_those(lines, found.count):
            return True
        if found.refers:
            return False
        lines = [line for line in lines if self.has_all(line, wishes)] or lines
        old, end = self.old_count()
        if old is not None and (lines := lines or self.lines_called(text)):
            self.at = end
            self.recount(self.counted_so(lines, old), found.count)
            return True
        if self.all_are_it(lines, found.count) or self.sums_up_kin(text, found.count):
            return True
        told = [line for line in lines if line.id in self.spoken]
        if self.sums_up_so() and told:
            if len(told) > 1 and sum(line.qty for line in told) != found.count:
                return False
            self.recount(told[-1], found.count if len(told) == 1 else told[-1].qty)
            return True
        standing = [line for line in lines or self.lines_called(text) if line.id not in self.new]
        if len(standing) != 1 or not self.recounts(found):
            return False
        if standing[0].qty == found.count and self.narrowed(mention) is not None:
            return False  # "sorry, *four chips*", after four peri chips
        self.recount(standing[0], found.count)
        return True

    def names_portion(self, found: Determiner, lines: Sequence[CartLine]) -> bool:
        """“No, that's for *the fifteen wings*”: as many as are in the one portion of them that
        stands, where nothing more is ordered."""
        if not self.is_about_what_stands(found) or self.adding or found.count is None:
            return False
        sold = [o for o in lines if self.is_sold_by(o, found.count)]
        if len(sold) != 1 or sold[0].id in self.new:
            return False
        self.speak_of([sold[0].id])
        self.fix = ""
        self.heard.understood = True
        return True

    def is_about_what_stands(self, found: Determiner) -> bool:
        return bool(found.definite or self.fix or self.only or self.heard.no or self.confirming)

    def portions_of(self, found: Determiner) -> bool:
        """“*One order of fifteen wings*”, “one order of the fifteen”, where that is ordered: how
        many there are to be of it."""
        start, number = self.at, self.peek()
        if found.count is None or number is None or self.adding or found.more:
            return super().portions_of(found)
        self.take()
        self.at += int(self.kind() is Kind.OF)
        dish = self.peek()
        named = dish.mention if dish is not None and dish.mention and dish.mention.items else None
        self.at += int(named is not None)
        lines: Sequence[CartLine] = self.cart.lines
        if dish is not None and named is not None:
            lines = self.lines_of(named) or self.lines_called(dish.text)
        standing = [o for o in lines if o.id not in self.new and self.is_portion(o, number)]
        again = self.kind() in (None, *BREAKS) or self.is_about_what_stands(found)
        if len(standing) != 1 or standing[0].qty < found.count or not again:
            self.at = start
            return super().portions_of(found)
        self.recount(standing[0], found.count)
        self.wishes()
        return True

    def is_portion(self, line: CartLine, named: Lexeme) -> bool:
        """True where `named` is the number that it is sold by, or what that is called."""
        if named.kind is Kind.NUMBER:
            return self.is_sold_by(line, named.value)
        readings = named.mention.readings if named.mention and not named.mention.items else ()
        sizes = {(r.group.id, r.modifier.id) for r in readings if pieces_of(r.modifier)}
        return any((c.group_id, c.id) in sizes for c in line.choices)

    def are_those(self, lines: Sequence[CartLine], count: int) -> bool:
        """“Just *the two burritos*, and a coke”: one with beef and one without."""
        stand = len(lines) > 1 and not any(line.id in self.new for line in lines)
        if not stand or sum(line.qty for line in lines) != count:
            return False
        self.speak_of([line.id for line in lines])
        self.adding = False
        self.heard.understood = True
        return True

    def all_are_it(self, lines: Sequence[CartLine], count: int) -> bool:
        """“Actually *all garlic, so three* garlic naans”: what was of its kind is that, too."""
        every = any(
            x.kind is Kind.BOTH and x.text.startswith("all") and x.end <= self.phrase_at
            for x in self.lexemes
        )
        if not every or len(lines) != 1 or not self.sums_up_so():
            return False
        kin = [o for o in self.cart.lines if self.kind_of(o) == self.kind_of(lines[0])]
        if sum(o.qty for o in kin) != count:
            return False
        for line in kin:
            if line.id != lines[0].id:
                self.drop(line.id)
        self.recount(lines[0], count)
        return True

    def sums_up_kin(self, text: str, count: int) -> bool:
        """“*So two nachos in total*”, of the regular ones and the grande ones, whatever each is
        called: as many as there are."""
        after = [t.word for t in self.words[self.lexemes[self.at - 1].end :][:2]]
        said = {stem(t.word) for t in tokens(text)} - LIGHT
        kin = [o for o in self.cart.lines if said <= self.lexicon.words_of(self.item(o.item_id))]
        if not (self.sums_up_so() or IN_TOTAL & set(after)) or len(kin) < 2:
            return False
        if sum(o.qty for o in kin) != count:
            return False
        self.heard.understood = True
        return True

    def part(self, found: Determiner, *, joined: bool, told_apart: int = 0) -> None:
        """“So two large fries *and two small ones*”: of the line that was made so before."""
        line = self.standing_so(found)
        if line is None or found.count is None:
            super().part(found, joined=joined, told_apart=told_apart)
            return
        self.at += len(self.run_of())
        self.recount(line, found.count)
        self.wishes()

    def standing_so(self, found: Determiner) -> CartLine | None:
        """The one line of the dish in hand that has all that is named here."""
        dish = self.cart.line(self.target[-1]) if self.target else None
        said = [Wish(Kind.WITH, x.mention.readings) for x in self.run_of() if x.mention]
        if dish is None or dish.id in self.new or found.more or found.refers:
            return None
        if not self.correcting or found.count is None:
            return None
        lines = [o for o in self.cart.lines if o.item_id == dish.item_id and self.has_all(o, said)]
        return lines[0] if len(lines) == 1 and lines[0].id not in self.new else None

    def recount(self, line: CartLine, count: int) -> None:
        if line.qty != count:
            self.set_qty(line.id, count)
        self.speak_of([line.id])
        self.correcting = True
        self.fix = self.instead_of = ""
        self.adding = False
        self.heard.understood = True

    def recounts(self, found: Determiner) -> bool:
        """True in a sentence that sums up or corrects, and is not about the last dish alone."""
        if self.fix == "strong" or self.kind() is Kind.MENTION:
            return False
        return self.sums_up_so() or self.correcting

    def sums_up_so(self) -> bool:
        """“…, *so* two gravies”."""
        return "so" in [t.word for t in self.words[: self.phrase_at][-2:]]

    def counted_so(self, lines: Sequence[CartLine], count: int) -> CartLine:
        return next((line for line in lines if line.qty == count), lines[-1])
