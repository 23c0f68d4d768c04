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
from agent.hearing.reader import BREAKS, Determiner
from agent.lexemes import Kind
from agent.matching import Mention

__all__ = ["Recounting"]


class Recounting(Becoming):
    """Numbers of lines that stand."""

    def restates(self, found: Determiner, mention: Mention, text: str) -> bool:
        """True where the number is what there is to be of a line, which it then is."""
        if found.count is None or found.more or found.refers:
            return False
        lines = self.lines_of(mention)
        old, end = self.old_count()
        if old is not None and (lines := lines or self.lines_called(text)):
            self.at = end
            self.recount(self.counted_so(lines, old), found.count)
            return True
        told = [line for line in lines if line.id in self.spoken]
        if self.sums_up_so() and told:
            if len(told) > 1 and sum(line.qty for line in told) != found.count:
                return False
            self.recount(told[-1], found.count if len(told) == 1 else told[-1].qty)
            return True
        standing = [line for line in lines or self.lines_called(text) if line.id not in self.new]
        if len(standing) != 1 or standing[0].qty == found.count or not self.recounts(found):
            return False
        self.recount(standing[0], found.count)
        return True

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

    def counted_so(self, lines: Sequence[CartLine], count: int) -> CartLine:
        return next((line for line in lines if line.qty == count), lines[-1])
