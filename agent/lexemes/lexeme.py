"""One lexeme, and what a word says alone."""

from __future__ import annotations

from typing import NamedTuple

from agent.matching import Mention
from agent.number_words import FOREIGN_LIGHT
from agent.small_words import SMALL_WORDS, Kind
from domain.menu import ModifierGroup

__all__ = ["Lexeme", "is_foreign_small_word", "is_small_word", "is_yes"]


class Lexeme(NamedTuple):
    """Tokens `[start, end)`. `value` of a number or ordinal (-1 is the last); `text` as it was
    said, of unknown words and notes."""

    kind: Kind
    start: int
    end: int
    value: int = 0
    mention: Mention | None = None
    text: str = ""
    groups: tuple[ModifierGroup, ...] = ()


def is_small_word(word: str) -> bool:
    """True where `word` alone says something that is no name: "perfect", "wait"."""
    return (word,) in SMALL_WORDS


def is_foreign_small_word(word: str) -> bool:
    """True of the little words between the dishes in the languages of the kitchens: "lang"."""
    return word in FOREIGN_LIGHT


def is_yes(word: str) -> bool:
    """True where `word` alone agrees: "right"."""
    return SMALL_WORDS.get((word,)) is Kind.YES
