"""Numbers that a name has swallowed: "two slices", where two slices are a choice of the lunch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from agent.hearing.offers import Offers
from agent.language import LIGHT, number_at, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from agent.small_words import CONTAINERS
from domain.menu import Item

__all__ = ["Swallowed"]

MIN_WORDS = 2  # a number, and what it counts


class Swallowed(Offers):
    """What was read as one name, and is a number and what it counts."""

    def as_count(self) -> None:
        """“*Two slices*, one plain”, where two slices are a choice of another dish, the lunch."""
        lexeme = self.peek()
        mention = lexeme.mention if lexeme is not None else None
        if lexeme is None or mention is None or lexeme.end - lexeme.start < MIN_WORDS:
            return
        width = self.opening(lexeme)[1]
        if not width or lexeme.end - lexeme.start == width or self.choosing:
            return
        named = self.lexicon.mentions(self.words[lexeme.start + width : lexeme.end])
        if mention.items:
            if self.counts_them(mention, named):
                self.part_count(lexeme, named[0])
            return
        if self.are_pieces_of(lexeme, width):
            number = Lexeme(Kind.NUMBER, lexeme.start, lexeme.end, value=self.opening(lexeme)[0])
            self.lexemes = [*self.lexemes[: self.at], number, *self.lexemes[self.at + 1 :]]
            return
        if self.usable(mention):
            return
        if (sold := self.sold_as(mention)) is not None:
            portion = mention._replace(items=(sold,), whole=True)
            at = lexeme._replace(mention=portion)
            self.lexemes = [*self.lexemes[: self.at], at, *self.lexemes[self.at + 1 :]]
            return
        if len(named) != 1 or not named[0].items or not named[0].whole:
            return
        self.part_count(lexeme, named[0])

    def are_pieces_of(self, lexeme: Lexeme, width: int) -> bool:
        """“*Four pieces of* egg nigiri”, where four pieces are a choice of another dish."""
        after = [t.word for t in self.words[lexeme.start + width : lexeme.end]]
        dish = self.peek(1)
        named = dish.mention if dish is not None else None
        if dish is None or named is None or lexeme.mention is None:
            return False
        between = [t.word for t in self.words[lexeme.end : dish.start]]
        if between != ["of"] or not all(stem(w) in CONTAINERS for w in after):
            return False
        whole = bool(named.items) and named.whole and not named.generic
        return whole and not self.part_of(lexeme.mention, named)

    def counts_them(self, mention: Mention, named: Sequence[Mention]) -> bool:
        """“*Two combo sandwiches*”, of the Two-Meat Combo Sandwich: no dish says “two” before the
        word that is said next, and what is said next names the same one."""
        if len(mention.items) != 1 or len(named) != 1:
            return False
        number, width = self.opening(mention)
        after = mention.start + width
        said = [str(number), *(stem(t.word) for t in self.words[after : after + 1])]
        names = (mention.items[0].name, *mention.items[0].names.values(), *mention.items[0].spoken)
        pairs = [list(p) for n in names for p in pairwise(stem(t.word) for t in tokens(n))]
        return named[0].items == mention.items and said not in pairs

    def part_count(self, lexeme: Lexeme, named: Mention) -> None:
        number, width = self.opening(lexeme)
        dish = named._replace(start=lexeme.start + width, end=lexeme.end)
        count = Lexeme(Kind.NUMBER, lexeme.start, dish.start, value=number)
        rest = Lexeme(Kind.MENTION, dish.start, dish.end, mention=dish, text=self.raw(dish))
        self.lexemes = [*self.lexemes[: self.at], count, rest, *self.lexemes[self.at + 1 :]]

    def opening(self, named: Lexeme | Mention) -> tuple[int, int]:
        """The number that a name begins with, and how many words it takes, none where it begins
        with no number in figures: “*twenty-four* wings”."""
        words = [t.word for t in self.words[named.start : named.end]]
        number = number_at(words, 0) if words[:1] and words[0].isdecimal() else None
        return number or (0, 0)

    def sold_as(self, mention: Mention) -> Item | None:
        """“Twelve wings and *three tenders*”: the one dish that has portions called so, and whose
        name has the rest of it."""
        groups = {r.group.id for r in mention.readings if r.coverage == 1}
        items = [i for i in self.menu.items if groups & set(i.modifier_group_ids)]
        start = mention.start + self.opening(mention)[1]
        said = {stem(t.word) for t in self.words[start : mention.end]} - LIGHT
        called = [i for i in items if said <= self.lexicon.words_of(i)]
        return called[0] if said and len(called) == 1 else None
