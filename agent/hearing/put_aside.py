"""What a word of taking off leaves untouched: "never mind the plates", of paper plates.

What was turned down may never have been ordered, and is then in no line; and why a dish goes, or
how many of it there were, is no more than told.
"""

from __future__ import annotations

import re

from agent.hearing.negating import Negating
from agent.hearing.reader import BREAKS
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.small_words import DECLINED

__all__ = ["PutAside"]

# What is so already: "it comes with rice", "there's yuca in the soup".
_REASON = re.compile(
    r"(?:(?:because|since|cause|cos|as) )?"
    r"(?:theres|there (?:is|are|was)|its got|thats got|theyve got"
    r"|(?:it|that|this|they|he|she|the \w+|my \w+)(?: \w+)? (?:has|have|had|comes?|came|is|are)"
    r"|(?:i|we)(?:ve| have)? (?:already|got|still|had)|(?:ive|weve)|hes|shes|its|theyre)\b"
)


class PutAside(Negating):
    """Clauses that are read on past, and take nothing more away."""

    def skip_count_of_gone(self) -> None:
        """“Scrap the pilsners, *all three*”: how many that were."""
        skip = int(self.kind() is Kind.COMMA)
        every = int(self.kind(skip) is Kind.BOTH)
        number = self.peek(skip + every)
        counted = number is not None and number.kind is Kind.NUMBER
        so_many = {o.qty for o in self.gone} | {sum(o.qty for o in self.gone)}
        if not (every or counted) or (counted and number and number.value not in so_many):
            return
        if self.kind(skip + every + int(counted)) in (None, *BREAKS, Kind.AND):
            self.at += skip + every + int(counted)

    def skip_reason(self) -> None:
        """“Take off the yuca, *there's yuca in the soup*”: why, and nothing that is ordered."""
        end = self.lexemes[self.at - 1].end
        clause = " ".join(t.word for t in self.words[end:]).lstrip(" ,")
        if not _REASON.match(clause):
            return
        if self.kind() is Kind.COMMA:
            self.take()
        while self.kind() not in (None, *BREAKS):
            self.take()

    def is_declined(self, named: Lexeme) -> bool:
        """“*I won't risk the* korma”, “I don't want to order a soda”: nothing is to go for that."""
        verbs = [x.text for x in self.lexemes if x.kind is Kind.REMOVE and x.start < named.start]
        return bool(verbs) and tuple(verbs[-1].split()) in DECLINED

    def is_of_no_dish(self, named: Lexeme) -> bool:
        """“Could you put in some paper plates? … *Never mind the plates*”: a word for a kind of
        dish, said of what was noted for the order, or of what could not be had."""
        if named.mention is None or not named.mention.generic:
            return False
        said = {stem(t.word) for t in tokens(named.text)} - LIGHT
        noted = {stem(t.word) for t in tokens(self.cart.note)}
        return bool(said) and any(said <= words for words in (noted, *self.not_to_be_had()))

    def skip_lacking(self) -> bool:
        """“Okay, *forget the pizza*”, of which the caller was told that there is none; “I don't
        want to order *a gate*”, which is in no dish."""
        start = self.at
        never = start > 0 and self.lexemes[start - 1].text.endswith(" order")
        self.determiner()
        run = self.run_of()
        said = {stem(t.word) for x in run for t in tokens(x.text)} - LIGHT
        beside = bool(run) and self.is_of_no_dish(run[0])
        told = beside or any(said <= called for called in self.not_to_be_had())
        if not said or not (never or told):
            self.at = start
            return False
        self.at += len(run)
        self.heard.no = self.heard.no or self.asked is not None
        return True
