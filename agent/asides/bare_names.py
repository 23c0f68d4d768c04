"""A name that nothing leads to: the answer to "what name?", or a clause of its own."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.name_words import (
    EVERYDAY_NAMES,
    TITLES,
    as_name,
    is_of_the_menu,
    looks_like_a_name,
    name_words,
)
from agent.asides.topics import Asides, Evidence
from agent.asides.vocatives import VOCATIVES
from agent.foods import is_a_food_at_all
from agent.language import COMMON
from agent.lexemes import is_small_word, is_yes
from agent.people import is_called_so, is_never_called_so
from agent.small_words import SMALL_WORDS, Kind

__all__ = [
    "BEFORE_NAME",
    "CORRECTING",
    "COURTESIES",
    "SPELT",
    "hear_bare_name",
    "hear_name_apart",
    "is_all_that_is_said",
]

BEFORE_NAME = frozenset(
    """
    uh um er erm hmm oh yes yeah yep sure ok okay well so its it is this im i am the name my names
    for under of put on hi hello please would be that thats just you can use say write make out to
    should itll thatll itd like lets let see me myself
    """.split()  # noqa: SIM905
)


def _agreed(line: Line, at: int) -> int:
    """Where “*you bet*”, “*you got it*” ends, which is no Bet's name; `at` where it is none."""
    for length in (4, 3, 2):
        words = tuple(t.word for t in line.heard[at : at + length])
        if len(words) == length and SMALL_WORDS.get(words) is Kind.YES:
            return at + length
    return at


def hear_bare_name(line: Line, asides: Asides) -> None:
    """An answer to "what name": the first words that can be one, sentence by sentence."""
    at = 0
    while at < len(line.heard):
        word = line.heard[at].word
        small = word in BEFORE_NAME or (is_yes(word) and not _rather_a_name(line, asides, at))
        if (agreed := _agreed(line, at)) > at:
            at = agreed
            continue
        if line.heard[at].stop or at in asides.taken or (small and not line.hyphened(at)):
            at += 1
            continue
        letters = at
        while (
            letters < len(line.heard)
            and len(line.heard[letters].word) == 1
            and line.heard[letters].word.isalpha()
        ):
            letters += 1
        span = range(at, letters) if letters - at > 2 else name_words(line, asides, at, sure=True)
        after = span[-1] + 1 if span else at
        ends = after >= len(line.heard) or line.heard[after].stop or after in asides.taken
        if span and _is_none(line, asides, span):
            at = after
            continue
        alone = is_all_that_is_said(line, asides, span)
        never = len(span) == 1 and is_never_called_so(line.heard[at].word)
        if span and (never or not (alone or looks_like_a_name(line, span))):
            at = after
            continue  # "pick-up, *obviously*": a name is still to be asked for
        if span and (ends or line.heard[after].word in COMMON):
            asides.taken |= set(span)
            asides.name = as_name(line.raw(span))
            asides.evidence = Evidence.ALONE if alone else Evidence.APART
        elif not span and line.cased and not line.capital(range(at, at + 1)):
            at += 1
            continue
        return


def _rather_a_name(line: Line, asides: Asides, at: int) -> bool:
    """“*Roger*”, “pick-up, *Roger*”, to "what name?", and no yes: nothing else was said but what
    is told already."""
    rest = (n for n, t in enumerate(line.heard) if not t.stop and n != at)
    told = all(n in asides.taken or line.heard[n].word in COURTESIES for n in rest)
    return told and is_called_so(line.heard[at].word)


def is_all_that_is_said(line: Line, asides: Asides, span: range) -> bool:
    """True where nothing but courtesy is said beside the words at `span`."""
    rest = [n for n, t in enumerate(line.heard) if not (t.stop or n in span)]
    small = BEFORE_NAME | COURTESIES | CORRECTING
    return not any(n in asides.taken or line.heard[n].word not in small for n in rest)


def _is_none(line: Line, asides: Asides, span: range) -> bool:
    """True where the words are hardly a name: without a capital where others have one ("that's
    all, *chuck*"), an everyday word that a sentence begins with ("*Almost.* Just one"), a word
    that is said twice ("*shush*, shush"), or stands in a phrase ("no *worries*")."""
    word = line.heard[span[0]].word
    if line.cased and not line.capital(span):
        return True
    around = [t.word for t in line.heard[max(0, span[0] - 1) : span[-1] + 3]]
    twice = [t.word for t in line.heard[span[-1] + 1 : span[-1] + 3]] == [",", word]
    if twice or (span[0] > 0 and tuple(around[:2]) in SMALL_WORDS):
        return True
    first = span[0] == 0 or line.heard[span[0] - 1].word in (".", "?")
    rest = [n for n in range(span[-1] + 1, len(line.heard)) if n not in asides.taken]
    ended = all(line.heard[n].stop or line.heard[n].word in COURTESIES for n in rest)
    return first and line.cased and word in COMMON - EVERYDAY_NAMES - TITLES and not ended


def hear_name_apart(line: Line, asides: Asides, *, first: int) -> None:
    """“Pick-up, Kim”: a clause of its own where a caller winds up, of unknown words only or with
    a capital ("Will") that no small word has."""
    opens, dish_ends = True, {m.end for m in line.mentions if m.end > first}
    best, named = Evidence.NONE, range(0)
    for at in range(len(line.heard)):
        lead, opens = opens, _apart(line, asides, at, opens=opens)
        if at < first or at in asides.taken or at in named or not (lead or at in dish_ends):
            continue
        telling = line.capital(range(at, at + 1)) and not is_small_word(line.heard[at].word)
        span = name_words(line, asides, at, sure=telling)
        after = span[-1] + 1 if span else at
        rest = " ".join(t.word for t in line.heard[after : after + 4])
        closed = after >= len(line.heard) or line.heard[after].stop or SPELT.match(rest)
        doubtful = span and line.heard[span[0]].word in COMMON - EVERYDAY_NAMES
        if not span or not ((after in asides.taken and not doubtful) or (closed and lead)):
            continue
        if _is_none(line, asides, span) or not looks_like_a_name(line, span):
            continue
        if is_of_the_menu(line, span) or _refused_food(line, span):
            continue  # "corned beef on rye, *Swiss*, and a coke. To pick up"
        if [t.word for t in line.heard[max(0, span[0] - 2) : span[0]]] == ["st", "."]:
            continue  # "the hospital, *St. Joseph's*"
        evidence = Evidence.ALONE if _own_sentence(line, span) else Evidence.APART
        if evidence > best or evidence is Evidence.ALONE:
            best, named = evidence, span
    if named:
        asides.taken |= set(named)
        asides.name, asides.evidence = as_name(line.raw(named)), best


def _refused_food(line: Line, span: range) -> bool:
    """“And that's it, no *sauce*, I'm gonna come get it”."""
    before = line.heard[span[0] - 1].word if span[0] else ""
    return before in ("no", "without") and is_a_food_at_all(line.heard[span[0]].word)


def _own_sentence(line: Line, span: range) -> bool:
    """“I'm collecting. *Bev.*”"""
    before, after = line.heard[: span[0]][-1:], line.heard[span[-1] + 1 : span[-1] + 2]
    opens = not before or before[0].word in (".", "?")
    return opens and (not after or after[0].word in (".", "?"))


def _apart(line: Line, asides: Asides, at: int, *, opens: bool) -> bool:
    """True where a name may begin after the word at `at`: a stop, what was understood, an address
    ("that's it, *man*") after either."""
    passed = line.heard[at].word in COURTESIES | _ENDED | _SAID_AS and opens
    return line.heard[at].stop or at in asides.taken or passed


# "Iain *with two i's*", "Jon *without an h*": how it is written.
SPELT = re.compile(
    r"from (?:the|next|across|down|over|up) "
    r"|(?:with|without) (?:(?:an?|no|the|1|2|double) [a-z]s?(?= |$)|[b-z](?= |$)|a(?= \W|$))"
    r"|spel(?:led|t)\b"
)
# "Pick-up, *that'll be* Gwen", "*just use* Beth".
_SAID_AS = frozenset(
    [
        "write",
        "put",
        "pop",
        "use",
        "say",
        "just",
        "its",
        "itd",
        "thatll",
        "itll",
        "would",
        "be",
        "going",
        "to",
        "make",
        "stick",
    ]
)
_ENDED = frozenset(["no", "nope", "nah", "done", "more", "nothing", "else"])  # "*no more* jane"
CORRECTING = frozenset("no nope actually sorry wait rather oops hang hold on".split())  # noqa: SIM905
COURTESIES = VOCATIVES | {"please", "thanks", "thank", "you"}
