"""A name that is all of a sentence, said before anybody asked for it."""

from __future__ import annotations

from agent.asides.bare_names import (
    BEFORE_NAME,
    CORRECTING,
    COURTESIES,
    SPELT,
    is_all_that_is_said,
)
from agent.asides.line import Line
from agent.asides.name_words import (
    EVERYDAY_NAMES,
    TITLES,
    as_name,
    name_words,
    two_capitals,
    unlike,
)
from agent.asides.spelling import letters_at
from agent.asides.topics import Asides, Evidence
from agent.foods import is_a_food_at_all
from agent.language import COMMON
from agent.lexemes import is_yes
from agent.people import is_called_so, is_never_called_so, may_be_called_so

__all__ = ["hear_name_alone"]

_GREETING = frozenset("thanks you hi hello hey cheers morning evening afternoon sorry no".split())  # noqa: SIM905
_BEFORE = BEFORE_NAME | CORRECTING | {","}
MAX_MISSPELT = 2  # letters that a recogniser's spelling of a name has more or less


def hear_name_alone(line: Line, asides: Asides, *, due: bool, winding_up: bool) -> None:
    """“*Margaret.*”, “*Niamh. N, I, A, M, H.*”, to "anything else?": a sentence that is a name and
    nothing besides. `winding_up`: pick-up or delivery was said, after which callers say their name;
    before, only a title, a surname too, or the spelling tells it from a dish that is not to be had.
    Where none is `due`, one that is spelled is another name, or the same in its letters; and so is
    what is plainly a name and all that was said, whatever was asked."""
    letters = letters_at(line, 0)
    if letters and asides.called and not asides.taken & set(letters):
        asides.taken |= set(range(len(line.heard)))
        spelled = "".join(_letters(line, letters))
        asides.name, asides.evidence = _as_spelled(asides.called, spelled), Evidence.TOLD
        if asides.name == asides.called:
            asides.name = spelled.capitalize()
        return
    proper = _proper_clauses(line)
    for at in (*_sentences(line), *proper):
        while at < len(line.heard) and (line.heard[at].word in _BEFORE or _agrees(line, at)):
            at += 1
        span = name_words(line, asides, at, sure=True) if at < len(line.heard) else range(0)
        right = bool(span and asides.called) and winding_up and _put_right(line, span)
        if not span or not (right or _nobody_elses(line, span)):
            continue
        after = span[-1] + 1
        letters = letters_at(line, after)
        rest = " ".join(t.word for t in line.heard[after : after + 4])
        written = bool(letters) or SPELT.match(rest) is not None
        if not (
            written or _only_courtesy(line, after) or (at in proper and line.heard[after].stop)
        ):
            continue
        titled = line.heard[at].word in TITLES
        plainly = _plainly(line, span) or (winding_up and not asides.called and _proper(line, span))
        plainly = plainly or right
        plainly = plainly and (written or is_all_that_is_said(line, asides, span))
        if not (due or letters or plainly):
            continue
        known = winding_up or plainly or at in proper
        if not (known or written or titled or two_capitals(line, at)):
            continue
        asides.taken |= set(span) | set(letters)
        if not letters:
            asides.taken |= _said_of_it(line, after) if at not in proper else set()
        asides.name = as_name(line.raw(span))
        asides.evidence = Evidence.TOLD if plainly else Evidence.ALONE
        if letters:
            asides.name = _as_spelled(asides.name, "".join(_letters(line, letters)))
            asides.evidence = Evidence.TOLD
        return


def _plainly(line: Line, span: range) -> bool:
    """True of a name that is known for one, of a title, and of two capitals."""
    titled = line.heard[span[0]].word in TITLES and len(span) > 1
    return titled or is_called_so(line.heard[span[0]].word) or two_capitals(line, span[0])


def _put_right(line: Line, span: range) -> bool:
    """“Actually *Park*”: a capital that no dish has, where what was said is put right."""
    before = [t.word for t in line.heard[: span[0]] if t.word != ","]
    if any(is_a_food_at_all(line.heard[n].word) for n in span):
        return False
    return (
        bool(before)
        and before[-1] in CORRECTING
        and line.capital(span)
        and not line.mentioned(span)
    )


def _proper(line: Line, span: range) -> bool:
    """True of a capital that no English word has, where a name is still to come."""
    word = line.heard[span[0]].word
    return line.capital(span) and may_be_called_so(word, capital=True)


def _agrees(line: Line, at: int) -> bool:
    """“*Right*, Tony”, “*si* Boyet”."""
    return is_yes(line.heard[at].word) and not line.capital(range(at, at + 1))


def _sentences(line: Line) -> list[int]:
    """Where sentences begin."""
    return [0, *(n + 1 for n, t in enumerate(line.heard) if t.word in (".", "?"))]


def _proper_clauses(line: Line) -> list[int]:
    """“One cod and chips, *Derek*”: where a clause after a comma has a capital that no dish and no
    other word within the sentence has."""
    inside = [n for n in range(1, len(line.heard)) if line.heard[n - 1].word not in (".", "?")]
    dishes = {n for m in line.mentions for n in range(m.start, m.end)}
    if any(n in dishes and line.capital(range(n, n + 1)) for n in inside):
        return []
    return [
        n
        for n in inside
        if line.heard[n - 1].word == ","
        and line.capital(range(n, n + 1))
        and not _somebody_else(line, n - 1)
    ]


def _somebody_else(line: Line, comma: int) -> bool:
    """“*Thanks*, Lisa”, “*my dog*, Rex”."""
    before = [t.word for t in line.heard[max(0, comma - 2) : comma]]
    return bool(set(before[-1:]) & _GREETING) or before[:1] in (["my"], ["our"])


def _nobody_elses(line: Line, span: range) -> bool:
    """True where no everyday word, no food and nothing on the menu is meant."""
    for n in span:
        word = line.heard[n].word
        everyday = word in COMMON and word not in EVERYDAY_NAMES | TITLES and n == span[0]
        if everyday or is_a_food_at_all(word) or is_never_called_so(word):
            return False  # "*Pff.* Two ramens, then"
        if line.cased and not line.capital(range(n, n + 1)):
            return False
    return not any(
        not (line.capital(range(m.start, m.start + 1)) and unlike(line, m.start))
        for m in line.mentioned(span)
    )


def _to_the_stop(line: Line, at: int) -> set[int]:
    rest = range(at, len(line.heard))
    end = next((n for n in rest if line.heard[n].word in (".", "?")), len(line.heard))
    return set(range(at, end))


def _said_of_it(line: Line, at: int) -> set[int]:
    """“Deb *from the office*, two tacos”: what goes with the name, and no dish that is ordered in
    the same sentence."""
    rest = _to_the_stop(line, at)
    dish = next((m.start for m in line.mentions if m.start in rest and m.items and m.whole), None)
    if dish is None:
        return rest
    end = max((n for n in range(at, dish) if line.heard[n].word == ","), default=at)
    return set(range(at, end))


def _only_courtesy(line: Line, at: int) -> bool:
    """“Kevin, *please*.”"""
    return all(
        line.heard[n].stop or line.heard[n].word in COURTESIES for n in _to_the_stop(line, at)
    )


def _letters(line: Line, span: range) -> list[str]:
    return [line.heard[n].word for n in span if not line.heard[n].stop]


def _as_spelled(said: str, letters: str) -> str:
    """“*Smith*, S M Y T H”: as it is spelled, where that is the last word of what was said."""
    *first, last = said.split()
    alike = letters[:1] == last[:1].lower() and abs(len(letters) - len(last)) <= MAX_MISSPELT
    return " ".join([*first, letters.capitalize()]) if alike else said
