"""A measure and half of it: "a pound and a half of brisket", "two and a half pounds of ribs".

A house that sells by the pound has a pound and half a pound, and seldom both in one. So that is a
pound of it, or so many, and half a pound, each made as is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.hearing.measures import Measures
from agent.hearing.reader import WISHING
from agent.language import stem
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading
from domain.menu import Item

__all__ = ["HalfMore"]

_AND_A_SHARE = re.compile(
    r"(?:(?P<count>\d+|an?) (?P<unit>[a-z]+) and an? (?P<share>half|quarter)"
    r"|(?P<number>\d+) and an? (?P<part>half|quarter) (?P<units>[a-z]+))(?: of)?"
    r"(?: (?:the|your|that))? $"
)
_OF_MAKING = (*WISHING, Kind.COMMA, Kind.AND, Kind.THE)


class HalfMore(Measures):
    """Measures and what is ordered beyond them."""

    def and_halves(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """The lexemes with each pound and a half as a pound and half a pound."""
        found = list(lexemes)
        for dish in [x for n, x in enumerate(lexemes) if self.is_dish(lexemes, n)]:
            first = self.makings_before(lexemes, dish)
            said = self.and_a_share(lexemes, dish)
            if said is None:
                continue
            start = len(said.string[: said.start()].split())
            unit, share = said["unit"] or said["units"], said["share"] or said["part"]
            items = [i for i in self.items_of(dish) if self.sold_by(i, (stem(unit),))]
            item = items[0] if len(items) == 1 else None
            if item is None or not self.sold_by(item, (share, stem(unit))):
                continue
            if self.sold_by(item, (stem(unit), "and", share)):
                continue  # "a pound and a half lobster"
            count = said["count"] or said["number"]
            found = self._told_apart(found, dish, item, range(start, first), count, unit, share)
        return found

    def and_a_share(self, lexemes: Sequence[Lexeme], dish: Lexeme) -> re.Match[str] | None:
        """What is said of it right before it and its making, where that is such a measure."""
        first = self.makings_before(lexemes, dish)
        return _AND_A_SHARE.search("".join(f"{t.word} " for t in self.words[:first]))

    def is_measured(self, lexemes: Sequence[Lexeme], dish: Lexeme) -> bool:
        shared = self.and_a_share(lexemes, dish) is not None
        return shared or super().is_measured(lexemes, dish)

    def _told_apart(
        self,
        lexemes: Sequence[Lexeme],
        dish: Lexeme,
        item: Item,
        span: range,
        count: str,
        unit: str,
        share: str,
    ) -> list[Lexeme]:
        """`lexemes` with the dish twice, once in each measure; `span`: the words of both."""
        at = next(n for n, x in enumerate(lexemes) if x.start >= span.start)
        then = next(n for n, x in enumerate(lexemes) if x.end > span.stop)
        end = self._making_ends(lexemes, lexemes.index(dish) + 1, dish)
        making = lexemes[then:end]
        rows = []
        whole = (count, stem(unit))
        first = (whole, "1") if self.sold_by(item, whole) else (whole[1:], count)
        for words, number in (first, ((share, stem(unit)), "1")):
            options = self.sold_by(item, words)
            readings = tuple(Reading(g, m, 1, False, len(span)) for g, m in options)
            mention = Mention(span.start, span.stop, (), readings)
            counted = Kind.NUMBER if number.isdecimal() else Kind.ARTICLE
            value = int(number) if number.isdecimal() else 1
            rows += [
                Lexeme(counted, span.start, span.start, value=value),
                Lexeme(Kind.MENTION, span.start, span.stop, mention=mention, text=" ".join(words)),
                *making,
                Lexeme(Kind.AND, span.stop, span.stop),
            ]
        return [*lexemes[:at], *rows[:-1], *lexemes[end:]]

    def _making_ends(self, lexemes: Sequence[Lexeme], at: int, dish: Lexeme) -> int:
        """“… of brisket, *lean*, sliced, and a coke”: where what is said of it ends."""
        end = at
        for n in range(at, len(lexemes)):
            mention = lexemes[n].mention
            if mention is not None and dish.mention is not None:
                dishes = mention.items and mention.whole
                if dishes or not self.part_of(mention, dish.mention):
                    break
                end = n + 1
            elif lexemes[n].kind is Kind.NOTE:
                end = n + 1
            elif lexemes[n].kind not in _OF_MAKING:
                break
        return end
