"""Names that are spelled, letter by letter."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_letters", "hear_spelling", "letters_at", "spelled_at"]

_LETTER = re.compile(r"(?P<letter>[a-z])(?: (?:as in|like in|for|like) [a-z]+)?(?: [,.])?(?= |$)")
_BEFORE_SPELLING = re.compile(
    r"(?:(?:its|it is|thats|the name is|my name is|names|spelled|so|ok|uh|um) )*"
)
MIN_SPELLED = 2  # letters; one alone is an initial


def hear_spelling(line: Line, asides: Asides) -> bool:
    """“B as in boy, E, N”: the letters, and what they spell where it is said after them."""
    opening = _BEFORE_SPELLING.match(line.string)
    at = opening.end() if opening is not None else 0
    letters, told = "", False
    while (found := _LETTER.match(line.string, at)) is not None:
        letters += found["letter"]
        told = told or len(found[0].split()) > 2
        at = found.end() + 1
    span = line.tokens_of(0, at)
    if not told or len(letters) < MIN_SPELLED or asides.taken & set(span):
        return False
    whole = re.match(rf"(?:so )?{letters}\b", line.string[at:])
    asides.taken |= set(span) | set(line.tokens_of(at, at + (whole.end() if whole else 0)))
    asides.name = letters.capitalize()
    return True


def spelled_at(line: Line, at: int) -> int:
    """Where, from `at` on, a name begins to be spelled letter by letter; -1 where it does not."""
    letters = [len(t.word) == 1 and t.word.isalpha() for t in line.heard]
    starts = (n for n in range(at, len(letters) - 1) if letters[n] and letters[n + 1])
    return next(starts, -1)


_SPELLED = re.compile(
    r"(?:^|(?<= ))(?:(?:thats|spelled|spelt|its|so) )?"
    r"(?P<all>(?:[a-z] (?:(?:as in|like in|for|like) [a-z]+ )?(?:[,.] )?){2,}"
    r"[a-z](?: (?:as in|like in|for|like) [a-z]+)?)(?= [,.]|$)"
)


def hear_letters(line: Line, asides: Asides) -> None:
    """“My name is Tariq, *T for tango, A for alpha …*”: after a name that was just heard."""
    match = _SPELLED.search(line.string)
    if match is None or not asides.name:
        return
    span = [n for n in line.tokens_of(*match.span()) if n not in asides.taken]
    if not asides.taken & set(line.tokens_of(*match.span("all"))):
        asides.taken |= set(span)


def letters_at(line: Line, at: int) -> range:
    """The letters, at least `MIN_LETTERS` of them, that are said one by one from `at` on, up to the
    end of what was said; empty where there are none."""
    while at < len(line.heard) and (line.heard[at].stop or line.heard[at].word in _LEADING_IN):
        at += 1
    rest = [t.word for t in line.heard[at:] if not t.stop]
    alone = all(len(word) == 1 and word.isalpha() for word in rest)
    return range(at, len(line.heard)) if alone and len(rest) >= MIN_LETTERS else range(0)


MIN_LETTERS = 3  # that spell a name after it: fewer are initials
_LEADING_IN = frozenset(["thats", "spelled", "spelt", "its", "so"])
