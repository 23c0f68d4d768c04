"""What stays as it is: "and the spinach stays", "keep the knots". Nothing changes by it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.hearing.swallowed import Swallowed
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme

__all__ = ["Keeping"]

_KEEP = frozenset(["keep", "keep the"])
_STAYS = re.compile(
    r"(?:(?:can|should|may|will|both|all|just|still|is|are) )*(?:stays?|staying|remains?)\b"
    r"(?:(?: at| on| with| still| just)* (?P<count>\d+)\b)?"
)
_SO_MANY = frozenset([Kind.NUMBER, Kind.THE])
_OUT = frozenset(["out", "off", "away"])
MAX_STAYING = 8  # words of "will just stay at five", and more
_LISTED = frozenset([Kind.AND, Kind.COMMA, Kind.THE])


class Keeping(Swallowed):
    """Dishes of the order, and what they are made with, that are named to be kept."""

    def without_kept(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """What is left to be heard, where what stays is told once more."""
        gone: set[int] = set()
        for n, x in enumerate(lexemes):
            taking = any(y.kind is Kind.REMOVE for y in lexemes[:n])
            if x.text in _KEEP or (x.text == "leave the" and taking and self.is_left(lexemes[n:])):
                gone |= self.kept_from(lexemes, n)
            elif end := self.stays(x):
                gone |= {m for m, y in enumerate(lexemes) if x.start < y.start < end}
                first = n
                while first and lexemes[first - 1].kind in _SO_MANY:
                    first -= 1  # "*the five* dorayaki stay"
                note = lexemes[n + 1 : n + 2]
                halved = note and note[0].kind is Kind.NOTE and "half" in note[0].text.split()
                gone |= {*range(first, n + 1), n + bool(halved)}
        return [x for n, x in enumerate(lexemes) if n not in gone]

    def wish_step(self) -> None:
        """“A burrito with guac and cheese. Drop the guac, *keep the cheese*”, in one breath."""
        kept = self.kept_from(self.lexemes, self.at) if self.says(*_KEEP) else set[int]()
        if not kept:
            super().wish_step()
            return
        self.at = max(kept) + 1
        self.heard.understood = True

    def stays(self, lexeme: Lexeme) -> int:
        """“Drop the pizza, *the calzone stays*”, “the pies stay at five”, of which there are five:
        the token after that; else 0."""
        after = " ".join(t.word for t in self.words[lexeme.end :][:MAX_STAYING])
        told = _STAYS.match(after) if lexeme.mention is not None else None
        if told is None or lexeme.mention is None or not self.stands(lexeme):
            return 0
        so_many = sum(line.qty for line in self.lines_of(lexeme.mention))
        if told["count"] and so_many != int(told["count"]):
            return 0
        return lexeme.end + len(told.group().split())

    def is_left(self, ahead: Sequence[Lexeme]) -> bool:
        """“Cancel the fries but *leave the wings*”, and no "leave the wings out"."""
        end = ahead[1].end if len(ahead) > 1 else 0
        return self.words[end : end + 1] == [] or self.words[end].word not in _OUT

    def kept_from(self, lexemes: Sequence[Lexeme], at: int) -> set[int]:
        """“Cancel the wings but *keep the knots and the fries*”: all of it that stands."""
        kept: set[int] = set()
        end = at + 1
        while end < len(lexemes) and (lexemes[end].mention or lexemes[end].kind in _LISTED):
            if lexemes[end].mention is not None:
                if not self.stands(lexemes[end]):
                    break
                kept |= set(range(at, end + 1))
            end += 1
        return kept

    def stands(self, lexeme: Lexeme) -> bool:
        """True where a line is called so, or made so."""
        words = {stem(t.word) for t in tokens(lexeme.text)} - LIGHT
        names = [self.lexicon.words_of(self.item(o.item_id)) for o in self.cart.lines]
        chosen = {(c.group_id, c.id) for o in self.cart.lines for c in o.choices}
        made = lexeme.mention.readings if lexeme.mention is not None else ()
        return any(words <= name for name in names) or any(
            r.coverage == 1 and (r.group.id, r.modifier.id) in chosen for r in made
        )
