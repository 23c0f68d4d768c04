"""How a caller eats: a diet, what somebody dislikes, and questions about what is in the dishes."""

from __future__ import annotations

import re

from agent.asides.allergies import ASKED_OF_ALLERGIES
from agent.asides.food_list import list_after
from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.asides.unwanted import is_to_go
from agent.foods import is_food

__all__ = ["ASKED_FOR", "DIET", "diets_named", "hear_diets", "hear_dislikes", "without_meat"]

_IS = (
    r"(?:im|i am|were|we are|shes|she is|hes|he is|theyre|they are"
    r"|(?:my|our) \w+(?: is| are|(?<=s)))"
)
_KEPT = r"(?:vegan|vegetarian|veggie|pescatarian|pregnant|diabetic|breast ?feeding|muslim|jewish)s?"
_DIETS = (
    re.compile(rf"\b{_IS} (?:also |both |all |a |an |strictly |strict )*{_KEPT}\b"),
    re.compile(
        r"\b(?:i|we|he|she|they|(?:my|our) \w+) (?:only |just |strictly )*(?:eats?|keeps?)"
        r" (?:only |strictly )?(?:halal|kosher|vegan|vegetarian)\b"
    ),
    re.compile(
        r"\b(?:it|everything|they|that|this|(?:the|all(?: the)?) (?:food|meat|chicken|order))"
        r"(?: all)? (?:has to|have to|needs? to|must|should) be (?:halal|kosher|vegan|vegetarian)\b"
    ),
)
_AND_VEGAN = re.compile(
    rf"\b(?:intolerant|allergic|co?eliac|pregnant|diabetic) and (?:also |a )*(?P<what>{_KEPT})\b"
)
_NO_MORE = re.compile(rf"\b{_IS} not (?:a |an )?{_KEPT}(?: (?:any ?more|at all))?\b")
_ASKS = frozenset(
    ["is", "are", "do", "does", "what", "which", "any", "anything", "something", "whats"]
)
_FREE = re.compile(r"\b(?P<what>\w+) free\b")
_DISLIKE = re.compile(
    r"\b(?:i|we|he|she|they|(?:my|our|the) (?!other\b)\w+)"
    r" (?:really |just |absolutely |both |all )*"
    r"(?:(?:dont|doesnt|do not|does not|didnt|never) (?:really |particularly |even |much )?"
    r"(?:like|likes|love|enjoy|care for)|hates?|dislikes?|detests?|loathes?"
    r"|(?:cant|cannot|couldnt)(?: really)?"
    r" (?:stand|bear|abide|do|eat|take|handle|manage|stomach|cope with|deal with))\b"
    rf"|\b(?:{_IS} )?"
    r"(?:not|isnt|arent|never) (?:really |too |so |very |that |a |an |much of a |big |huge )*"
    r"(?:fans? of|keen on|fond of|big on|into|crazy about|mad about)\b"
)
_UNABLE = re.compile(r"(?:cant|cannot|couldnt)(?: really)? (?:eat|take|manage)$")
ASKED_FOR = "Asked for: "
_THEM = frozenset(["them", "it", "those"])

_OF_DIETS = (
    r"(?:vegetarians?|vegans?|veggies?|meatless|halal|kosher|lactose|gluten|dairy"
    r"|(?:nut|peanut|egg|milk|soy|soya|sesame|fish|shellfish|wheat|meat|pork|sugar|alcohol)s? free"
    r"|co?eliacs?|pregnant)"
)
_ANY = r"(?:anything|something|nothing|any(?: (?!chance|way)\w+){1,2}?)"
_LEAD = r"(?:\b(?:do|have|are|is) (?:you|there) (?:guys )?(?:have |got |do |serve |sell |make )?)?"
_THAT = r"(?:thats |that is |thats a |which is |suitable for |for |made |a )*"
_HAS = r"(?:(?:that|which) (?:has|have|is|comes|come|doesnt|does not|dont|isnt) |thats )?"
_GO = r"(?:(?!(?:i|id|ill|we|want|please|with|without|and) )\w+ )"
_EVERY = r"(?:your|any|all|everything|anything|some|the)"
DIET = re.compile(
    rf"{_LEAD}\b{_ANY} {_THAT}{_OF_DIETS}\b"
    rf"|{_LEAD}\b{_ANY} {_HAS}"
    r"(?:without|with no|not containing|free (?:of|from)|contains?) (?:any )?\w+"
    rf"|{_LEAD}\b(?:anything|any of {_GO}{{1,3}}?)(?:has|have) (?:no |any )?\w+"
    rf"|\b(?:which|what|whats) {_GO}{{0,6}}?{_OF_DIETS}\b"
    rf"|\b(?:which|what) {_GO}{{0,3}}?(?:has|have|had|contains?|is made|are made|comes?)"
    r" (?:no|without|any)\b"
    rf"|\b(?:which|what|whats) {_GO}{{0,6}}?(?:dont|doesnt|do not|does not) (?:contain|have)\b"
    r"|\bwhat (?:(?:\w+ )?(?:can|could|should) (?:he|she|they|(?:my|our) \w+)"
    r"|(?:can|could|should|would) (?:i|we|you))"
    r" (?:safely )?(?:eat|have)"
    r"(?= [.?]|$| , (?!please)| if| with| as| then| here| that| without| (?:off|from) (?:the|your)"
    r"| of yours| for (?:dessert|lunch|dinner|pudding|afters|starters|a (?:starter|main|side)))"
    r"|\b(?:whats|what is|what are|which(?: 1s)? (?:is|are)|(?:is )?anything)"
    r" (?:\w+ )?(?:safe|without meat|meat free)(?= [.,?]|$| for| to)"
    rf"|\b(?:anything|something|what|whats|which|any) {_GO}{{0,3}}?(?:safe|suitable|ok|okay) for\b"
    rf"|\b(?:do|have|got|are|is|any|some|what|whats|the|your) {_GO}{{0,4}}?{_OF_DIETS}"
    r" (?:options?|choices?|dish(?:es)?|menus?|food|things?|stuff|meals?)\b"
    rf"|\b(?:is|are) {_EVERY} (?:of )?{_GO}{{0,3}}?{_OF_DIETS}\b"
    rf"|^(?:and |ok |so |hi |hello |, )*(?:an? |some )?{_OF_DIETS} (?:\w+ )?[?]"
    rf"|{ASKED_OF_ALLERGIES.pattern}"
    r"|\b(?:do|does) (?:you|anything|everything|any of \w+|your \w+)(?: \w+)?"
    r" (?:use|contain|cook with|fry in)\b"
)
_KINDS = {
    "vegetarian": ("vegetarian", "veggie", "meatless", "meat free", "no meat"),
    "vegan": ("vegan",),
    "halal": ("halal",),
    "kosher": ("kosher",),
    "gluten free": ("gluten", "celiac", "coeliac"),
    "lactose free": ("lactose",),
    "dairy free": ("dairy",),
    "nut free": ("nut free", "nuts free", "peanut free"),
}


# "What do you have *that doesn't have meat* in it", "*without any meat*".
_MEATLESS = re.compile(
    r"\b(?:without|no|not|dont|doesnt|didnt|do not|does not|don't|doesn't|didn't|isn't|hasn't)"
    r" (?:have |has |eat |contain |got |include )?(?:any )?meat\b"
)


def without_meat(words: str) -> str:
    """Folded `words` with what is to have no meat called vegetarian, as a menu calls it."""
    return _MEATLESS.sub("vegetarian", words)


def diets_named(words: str) -> list[str]:
    """The diets that folded `words` ask for, as a menu would write them: `["gluten free"]`."""
    return [kind for kind, said in _KINDS.items() if any(word in words for word in said)]


def hear_diets(line: Line, asides: Asides) -> None:
    """“I'm vegan”, “it has to be halal”, “nut free”: a note in these words."""
    for pattern in _DIETS:
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            if not asides.taken & set(span):
                asides.taken |= set(span)
                asides.notes.append(line.raw(span))
    for match in _AND_VEGAN.finditer(line.string):
        span = line.tokens_of(*match.span("what"))
        asides.taken |= set(span)
        asides.notes.append(line.raw(span))
    for match in _NO_MORE.finditer(line.string):
        asides.taken |= set(line.tokens_of(*match.span()))
    for match in _FREE.finditer(line.string):
        span = line.tokens_of(*match.span())
        clause = _clause(line, span)
        if _ASKS & {line.heard[n].word for n in clause}:
            continue
        known = any(m.start < span[-1] + 1 and span[0] < m.end for m in line.mentions)
        if is_food(match["what"]) and not known and not asides.taken & set(span):
            asides.left_out |= set(span)
            asides.notes.append(ASKED_FOR + line.raw(clause))


def _clause(line: Line, span: range) -> range:
    """`span` with what it is said of: “*a nut free calzone*”."""
    start, end = span[0], span[-1] + 1
    apart = ("and", "but", "please", "i", "id", "want", "have", "like", "get")
    while start > 0 and not (line.heard[start - 1].stop or line.heard[start - 1].word in apart):
        start -= 1
    while end < len(line.heard) and not (line.heard[end].stop or line.heard[end].word in apart):
        end += 1
    return range(start, end)


def hear_dislikes(line: Line, asides: Asides) -> None:
    """“My son doesn't like onions” is no wish for any; it is a note where it is about a food."""
    for match in _DISLIKE.finditer(line.string):
        span = line.tokens_of(*match.span())
        if asides.taken & set(span):
            continue
        start = span[-1] + 1
        if _UNABLE.search(match[0]) and is_to_go(line, start, match[0]):
            continue
        end = list_after(line, start, known=True)
        what = range(start, end)
        if asides.taken & set(what):
            continue
        if what:
            asides.taken |= {*span, *what}
            if any(is_food(line.heard[n].word) for n in what) and not _of_dish(line, what):
                asides.notes.append(line.raw(range(span[0], end)))
        elif asides.no_allergy is not None and line.heard[start : start + 1]:
            left = line.heard[start].word in _THEM
            asides.taken |= {*span, *([start] if left else [])}


def _of_dish(line: Line, what: range) -> bool:
    """“I hate the chicken korma” is about a dish."""
    return any(m.items and m.whole and m.end - m.start > 1 for m in line.mentioned(what))
