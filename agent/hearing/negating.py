"""What "not" takes away: "with kimchi, no, *not kimchi*", "*not two naans*, just the one"."""

from __future__ import annotations

from collections.abc import Sequence

from agent.hearing.left_off import LeftOff
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS, Determiner
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention

__all__ = ["Negating"]


class Negating(LeftOff):
    """What was chosen, and how many there were."""

    def without_ordered(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“*No egg rolls*, please”, of those that are ordered, where "no egg roll" is also how
        another dish can be had."""
        found: list[Lexeme] = []
        for x in lexemes:
            opens = not found or found[-1].kind in (*BREAKS, Kind.FIX, Kind.NO)
            dish = self.refused_dish(x) if opens and x.mention is not None else None
            if dish is not None:
                no = Lexeme(Kind.WITHOUT, x.start, dish.start, text="no")
                x = x._replace(start=dish.start, mention=dish, text=self.raw(dish))
                found.append(no)
            found.append(x)
        return found

    def refused_dish(self, lexeme: Lexeme) -> Mention | None:
        """The dish that stands, where "no" before its name makes an option of it."""
        if lexeme.mention is None or lexeme.mention.items or not self.says_no(lexeme):
            return None
        start = lexeme.start + 1
        named = self.lexicon.mentions(self.words[start : lexeme.end])
        whole = len(named) == 1 and (named[0].start, named[0].end) == (0, lexeme.end - start)
        if not whole or not named[0].whole or not self.lines_of(named[0]):
            return None
        return named[0]._replace(start=start, end=lexeme.end, apart=())

    def gives_up_chosen(self, mention: Mention, text: str) -> bool:
        """“Not *the salad*, miso soup”, of the sides that a dish was given: another of its group
        comes in its place, be it a dish, too."""
        line = self.cart.line(self.target[-1]) if self.target else None
        chosen = {(c.group_id, c.id) for c in line.choices} if line is not None else set()
        given_up = tuple(
            r
            for r in mention.readings
            if r.coverage == 1 and r.group.min > 0 and (r.group.id, r.modifier.id) in chosen
        )
        if not given_up:
            return False
        self.giving_up = {r.group.id for r in given_up}
        if not self.exclusive(mention):  # and the sauce of "chilli sauce" is no "no sauce"
            self.grant(Wish(Kind.WITHOUT, given_up, text))
        self.heard.understood = True
        return True

    def unchosen(self, mention: Mention, text: str) -> bool:
        """“With kimchi. No, *not kimchi*, feta”: it goes, and what is named next comes."""
        line = self.cart.line(self.target[-1]) if self.target else None
        chosen = {(c.group_id, c.id) for c in line.choices} if line is not None else set()
        named = [r for r in mention.readings if r.coverage == 1 and not r.group.removes]
        if not any((r.group.id, r.modifier.id) in chosen for r in named):
            return False
        self.grant(Wish(Kind.WITHOUT, mention.readings, text))
        self.lingering = Kind.WITH
        self.heard.understood = True
        return True

    def counts_so_many(self, refused: Determiner) -> None:
        """“Not two naans, *just the one* naan”: how many there are to be, and none of those."""
        at = self.at
        while at < len(self.lexemes) and self.lexemes[at].kind in (Kind.COMMA, Kind.JUST):
            at += 1
        kinds = [x.kind for x in self.lexemes[at : at + 2]]
        if refused.count is not None and kinds == [Kind.THE, Kind.NUMBER]:
            self.lexemes = [*self.lexemes[:at], *self.lexemes[at + 1 :]]
