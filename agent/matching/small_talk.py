"""Everyday words, which are a name only where they are all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.language import (
    COMMON,
    LIGHT,
    PRONOUNS,
    Token,
    stem,
)
from agent.matching.candidates import Candidate

__all__ = ["small_talk"]


def small_talk(candidate: Candidate, heard: Sequence[Token]) -> bool:
    """“I'm still thinking” names no Still Water: everyday words must be the whole name."""
    words = [heard[n].word for n in range(candidate.start, candidate.end)]
    if candidate.missing and all(w in PRONOUNS for w in words):
        return True  # "do me the octopus" asks for no "me gala"
    partly = candidate.missing or len(candidate.phrase) > len(words)
    if partly and all(w in _LIMITS for w in words):
        return True  # "just the one" asks for no "just salt", nor for an "au just"
    around = [t.word for t in heard[max(0, candidate.start - 2) : candidate.end + 1]]
    opening = " ".join(t.word for t in heard[max(0, candidate.start - 2) : candidate.end + 2])
    if words == ["well"] and _OPENING.search(opening):
        return True
    if candidate.missing and _is_a_place(words, heard, candidate.start):
        return True
    if len(words) == 1 and (pattern := _OTHERWISE_MEANT.get(words[0])) is not None:
        return pattern.search(" ".join(around)) is not None
    if words[-1] == "instead" and [t.word for t in heard[candidate.end :][:1]] == ["of"]:
        return True  # "fruit *instead of* hash browns", where a choice is called "fruit instead"
    if len(words) == 1 and _too_much(heard, candidate.start):
        return True
    counted = len(words) > 1  # "an order *for two*" is no dinner for two
    if not all(
        w in COMMON or w in LIGHT or w == "not" or (counted and w.isdecimal()) for w in words
    ):
        return False
    said = dict.fromkeys(map(stem, words))
    places = [candidate.phrase.index(w) for w in said if w in candidate.phrase]
    return candidate.coverage < 1 or not candidate.heard_well or places != sorted(places)


def _too_much(heard: Sequence[Token], at: int) -> bool:
    """“They'll *be too full* for dessert”, “the last one *was too hot*”: how somebody or something
    is, and no wish."""
    before = [t.word for t in heard[max(0, at - 3) : at]]
    said = [word for word in before[:-1] if word not in _HOW_MUCH]
    return before[-1:] == ["too"] and bool(said) and said[-1] in _BEING


def _is_a_place(words: Sequence[str], heard: Sequence[Token], at: int) -> bool:
    """“Just round *the corner*”, “out of *the house*”, “in *your corner* booth”: where somebody is,
    and no dish that is called after it."""
    before = ["", "", *(t.word for t in heard[max(0, at - 3) : at])][-3:]
    then = [t.word for t in heard[at + 1 : at + 2]]
    if len(words) == 1 and before[-1] == "in" and before[-2] in ".?" and then == ["?"]:
        return True  # "no wings? *In Buffalo?*"
    if len(words) != 1 or stem(words[0]) not in _PLACES:
        return False
    if before[-2] in ("of", "to"):
        return before[-1] in _WHOSE_PLACE and before[0] in _LEADING_TO
    if before[-2] in ("in", "on"):
        return before[-1] in _WHOSE_PLACE - {"the", "that"}
    return before[-1] in _WHOSE_PLACE and before[-2] in _WHERE


_PLACES = frozenset(
    stem(word)
    for word in """
    corner house garden kitchen park street road city town village market station beach harbour
    harbor bridge hill mountain river lake farm ranch yard barn forest square castle church school
    club office shop store airport port bay island valley hall tavern mill
    """.split()  # noqa: SIM905
)
_WHOSE_PLACE = frozenset("the my our your his her their this that".split())  # noqa: SIM905
_WHERE = frozenset(
    """
    at from round around across behind near past through inside outside down opposite beside by into
    """.split()  # noqa: SIM905
)
_LEADING_TO = frozenset("out side end front back outside inside next close over went".split())  # noqa: SIM905
_BEING = frozenset("be is are was were im its theyre youre hes shes been getting got".split())  # noqa: SIM905
_HOW_MUCH = frozenset("always just way far still all already often usually much".split())  # noqa: SIM905
_LIMITS = frozenset(["just", "only"])
# "*Well*, hello", "*well*, you didn't ask": no steak is wanted so.
_TELLING = (
    r"(?:hello|hi|hey|i|id|ill|im|ive|we|were|weve|you|youre|he|hes|she|shes|they|theyre|it|its"
    r"|there|theres|my|our|if|let|lets|what|who|how|nobody|somebody)"
)
_OPENING = re.compile(
    rf"(?:^|[.?] )well (?:then|now|thats|(?:, )?{_TELLING})\b|[.?] well [.,] (?:anyway|anyhow)\b"
)
# What an everyday word means beside certain others: "can you" asks for no can of anything.
_OTHERWISE_MEANT = {
    "can": re.compile(
        r"\bcan (?:i|you|we|u|he|she|they|it|that|this|both|the|my|1)\b"
        r"|\b(?:i|you|we|he|she|they) can\b"
    ),
    "still": re.compile(  # "that's *still* one samosa", "you *still* have it"
        r"\b(?:you|i|we|they|it|now|here|there|coming|thats|theres|its|is|are|am|was|were|youve|ive"
        r"|weve|hes|shes|theyre|im|youre|whys|isnt|arent|do|does|but|id|ill) still\b"
        r"|(?<!\d )(?<!a )(?<!the )\bstill (?:have|got|on|there|open|available|want|need|do|serve"
        r"|\d+|an?|the|no|not|just|only|showing|says|saying|see|seeing|hear|missing|waiting|think"
        r"|thinking|more|too|wrong|in|be|going|reading|charging|charged)\b"
    ),
    "both": re.compile(r"\bboth (?:with|without|as|in|on|of|the|no|to|for|them|are|should)\b"),
    "house": re.compile(r"\b(?:to|at|in|from|round|over|by) (?:the|my|our|his|her) house\b"),
    "sunday": re.compile(
        r"\b(?:on|this|next|last|every|until|till|by|open|opens|closed|each|since|come) sunday\b"
        r"|\bsunday (?:morning|afternoon|evening|night|lunch|dinner|best|school)\b"
    ),
    "sundays": re.compile(
        r"\b(?:on|every|open|opens|closed|of) sundays\b|\bsundays (?:and|or|at)\b"
    ),
    "grand": re.compile(r"\bthats grand\b"),
    "side": re.compile(r"\bon the side\b"),
    "kids": re.compile(
        r"\b(?:the|my|our|her|his|their|your) kids (?!meal|box|menu|pizza|burger)[a-z]"
        r"|\b\d+ kids (?:over|here|who|they|and they|all|want|at|with me|in)\b"
        r"|\bkids ,|\bfor (?:the|my|our|her|his) kids(?: [.,?]|$| and)"
    ),
    "diet": re.compile(
        r"\b(?:on (?:a|my|the|this|that)|my|his|her|our|your|strict|new) diet\b"
        r"(?! (?:coke|pepsi|cola|sprite|pop|soda|dr|7|ginger|iced|one|1)\b)"
    ),
    "nan": re.compile(r"\b(?:my|our|his|her) nan\b"),
    "nans": re.compile(r"\b(?:my|our|his|her) nans\b"),
    "drink": re.compile(r"(?<!something )(?<!anything )\bto drink\b"),
    "regular": re.compile(r"\bregular (?:price|prices|customer|customers|order|stuff|way)\b"),
    "bit": re.compile(r"\bbit of\b|\ba bit\b"),
}
