"""One made unlike the other: “one with basil *and one without*”, “with none”, “with both sauces”.

What it is with or without is said of the other one only.
"""

from __future__ import annotations

from agent.hearing.describing import Describing
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS
from agent.lexemes import Kind
from agent.matching import Reading
from agent.small_words import SMALL_WORDS

__all__ = ["Counterparts"]


class Counterparts(Describing):
    """Wishes that leave unsaid what they are about."""

    def as_small_word(self) -> None:
        """“*Both* stuffed crust”, where an option of another dish is called so."""
        lexeme = self.peek()
        mention = lexeme.mention if lexeme is not None else None
        if lexeme is None or mention is None or mention.items or self.usable(mention):
            return
        kind = SMALL_WORDS.get(tuple(lexeme.text.lower().split()))
        if kind is Kind.BOTH:
            word = lexeme._replace(kind=kind, mention=None, text=lexeme.text.lower())
            self.lexemes = [*self.lexemes[: self.at], word, *self.lexemes[self.at + 1 :]]

    def both_of_kind(self) -> Wish | None:
        """“One with chocolate, one *with both sauces*”: of two that there are of that kind."""
        last = self.last_wish.readings if self.last_wish is not None else ()
        named = tuple(r for r in last if r.coverage == 1 and len(r.group.modifiers) == 2)
        named = tuple(r for r in named if r.group.max > 1)
        if not named or self.kind(1) not in (None, Kind.WORD, *BREAKS):
            return None
        text = self.take().text
        if self.kind() is Kind.WORD:
            self.take()
        return Wish(Kind.WITH, named, text, all=True)

    def with_all_of_it(self) -> Wish | None:
        """“A doner, *all the salad*”: what it can be had without, and so comes with."""
        every, part = self.peek(), self.peek(1)
        mention = part.mention if part is not None else None
        said = every is not None and every.kind is Kind.BOTH and every.text.startswith("all")
        if not said or mention is None or mention.generic:
            return None
        named = tuple(r for r in self.usable(mention) if r.coverage == 1)
        if not named or not all(r.group.removes for r in named):
            return None
        self.at += 2
        return Wish(Kind.WITH, named, self.raw(mention))

    def as_before(self, said: Kind) -> Wish | None:
        """“One with basil and one without”: without what was just spoken of; so “with none”."""
        last = self.last_wish
        if self.says_none():
            chosen = self.chosen_of_last()
            return Wish(Kind.WITHOUT, chosen) if chosen else Wish(Kind.NOTE)
        if said is Kind.WITHOUT and self.goes_on_in_words():
            return Wish(Kind.NOTE)  # "with oat milk, and *no food* today": of nothing on the menu
        return Wish(said, last.readings) if last is not None else None

    def goes_on_in_words(self) -> bool:
        """True where an everyday word stands right after the "no", which so takes back nothing that
        was said before it."""
        after = self.words[self.lexemes[self.at - 1].end :][:1]
        return bool(after) and not after[0].stop and after[0].word not in _ENDING

    def says_none(self) -> bool:
        after = self.words[self.lexemes[self.at - 1].end :][:1]
        return bool(after) and after[0].word in ("none", "neither", "nothing")

    def chosen_of_last(self) -> tuple[Reading, ...]:
        """What the dish in hand has of the kind that was spoken of last."""
        line = self.cart.line(self.target[-1]) if self.target else None
        groups = {r.group.id: r.group for r in self.last_wish.readings} if self.last_wish else {}
        return tuple(
            Reading(groups[c.group_id], modifier, 1, False, 1)
            for c in (line.choices if line is not None else ())
            if c.group_id in groups and (modifier := groups[c.group_id].modifier(c.id)) is not None
        )


# After "one with basil and one without" the clause is over, though a word may follow.
_ENDING = frozenset("please thanks thank and for on then too though but so if or 1 ok okay".split())  # noqa: SIM905
