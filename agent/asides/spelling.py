"""Names that are spelled, letter by letter."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from agent.asides.line import Line
from agent.asides.topics import Asides, Evidence
from agent.language import fold

__all__ = [
    "hear_answer_spelled",
    "hear_letters",
    "hear_spelled_out",
    "hear_spelling",
    "letters_at",
    "spelled_at",
]

_LETTER = re.compile(
    r"(?P<twice>double )?(?P<letter>[a-z])(?: (?:as in|like in|for|like) (?P<word>[a-z])[a-z]*)?"
    r"(?: [,.])?(?= |$)"
)
_BEFORE_SPELLING = re.compile(
    r"(?:(?:its|it is|thats|the name is|my name is|names|spelled|so|ok|uh|um) )*"
)
_ONLY_SPELLING = re.compile(
    r"(?:(?:no|nope|sorry|actually|it|its|is|thats|the|my|name|names|spelled|spelt|written|with"
    r"|so|um|uh|ok|[,.]) )*"
)
_WITH = ("with ", "without ")  # "Smith *with a Y*" tells one letter, and spells no Ay
# "Just *the usual way*", "*the way it sounds*".
_AS_IT_IS = re.compile(
    r"\b(?:the (?:usual|normal|regular|ordinary|same|standard) (?:way|spelling)"
    r"|(?:just )?(?:like|as|the way) (?:it|that) (?:sounds|says)|as (?:usual|always|normal))\b"
)
MIN_SPELLED = 2  # letters; one alone is an initial
MIN_ALONE = 3  # letters, of whoever spells and says no name with it
NEAR = 4  # words from a name to its spelling at most: "Meera, that's spelled *M E E R A*"
ALIKE = 0.5  # of the letters of two words are the same, so that one may be heard for the other


def hear_spelling(line: Line, asides: Asides) -> bool:
    """“B as in boy, E, N”: the letters, and what they spell where it is said after them."""
    opening = _BEFORE_SPELLING.match(line.string)
    at = opening.end() if opening is not None else 0
    letters, told = "", False
    while (found := _LETTER.match(line.string, at)) is not None:
        letters += _letter(found)
        told = told or len(found[0].split()) > 2
        at = found.end() + 1
    span = line.tokens_of(0, at)
    if not told or len(letters) < MIN_SPELLED or asides.taken & set(span):
        return False
    whole = re.match(rf"(?:so )?{letters}\b", line.string[at:])
    asides.taken |= set(span) | set(line.tokens_of(at, at + (whole.end() if whole else 0)))
    asides.name, asides.spelled = letters.capitalize(), True
    return True


def _letter(found: re.Match[str]) -> str:
    """Of “*m* as in Nike” the word has more to be heard by; “double m” is two."""
    letter: str = found["word"] or found["letter"]
    return letter * (2 if found["twice"] else 1)


def hear_answer_spelled(line: Line, asides: Asides) -> None:
    """“Sure, it's *R, O, double M, E, L*”, to "how do you spell that?"."""
    at, letters, end = _letters(line)
    if len(letters) < MIN_SPELLED:
        if (match := _AS_IT_IS.search(line.string)) is not None:
            asides.taken |= set(line.tokens_of(*match.span()))
        return
    asides.taken |= set(line.tokens_of(at, end))
    asides.name = " ".join(_spelled_in(asides.called.split(), letters))
    asides.spelled, asides.evidence = True, Evidence.TOLD


def _spelled_in(words: list[str], letters: str) -> list[str]:
    """The name that was heard as `words`, of which all or one was spelled."""
    first, last = (fold(words[0]), fold(words[-1])) if len(words) > 1 else ("", "")
    if first and letters.startswith(first):
        both = [first, letters.removeprefix(first)]
    elif last and letters.endswith(last):
        both = [letters.removesuffix(last), last]
    else:
        both = [letters]
    if len(both) == 2 and all(len(part) >= MIN_SPELLED for part in both):
        return [part.capitalize() for part in both]
    meant = next((n for n, word in enumerate(words) if _alike(word, letters)), -1)
    spelled = letters.capitalize()
    return [*words[:meant], spelled, *words[meant + 1 :]] if meant >= 0 else [spelled]


def hear_spelled_out(line: Line, asides: Asides) -> None:
    """“Mira, *M E E R A*”, and at the read-back “no, *M E E R A*”: how a name is written goes
    before how it was heard."""
    at, letters, end = _letters(line)
    span = line.tokens_of(at, end)
    if len(letters) < MIN_SPELLED or any(
        set(span) & set(range(m.start, m.end)) for m in line.mentions
    ):
        return
    words = (asides.name or asides.called).split()
    if line.string[:at].endswith(_WITH):
        return
    if asides.name:
        heard = [t.word for t in line.heard[max(0, span[0] - NEAR) : span[0]]]
        near = {n for n, word in enumerate(words) if fold(word) in heard}
    elif len(letters) >= MIN_ALONE and _ONLY_SPELLING.fullmatch(line.string[:at]):
        near = set(range(len(words)))
    else:
        return
    meant = [n for n in near if fold(words[n])[:1] == letters[0] or _alike(words[n], letters)]
    place = meant or sorted(near)[-1:]
    if not place or any(fold(word) in letters for word in words):
        return
    words[place[0]] = letters.capitalize()
    asides.taken |= set(span)
    asides.name, asides.spelled = " ".join(words), True
    asides.evidence = max(asides.evidence, Evidence.TOLD)


def _letters(line: Line) -> tuple[int, str, int]:
    """The longest row of letters: where it begins, what it spells, where it ends."""
    found = (0, "", 0)
    at = 0
    while at < len(line.string):
        begun, letters = at, ""
        while (one := _LETTER.match(line.string, at)) is not None:
            letters += _letter(one)
            at = one.end() + 1
        found = max(found, (begun, letters, at - 1), key=lambda row: len(row[1]))
        at = line.string.find(" ", at) + 1 or len(line.string)
    return found


def _alike(word: str, letters: str) -> bool:
    return fuzz.ratio(fold(word), letters) >= 100 * ALIKE


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
