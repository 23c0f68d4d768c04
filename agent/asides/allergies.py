"""What a caller is allergic to or must not eat, in their own words; that nobody is after all; and
an allergy that is spoken of without saying to what.

It stands on the order as a note, a sentence each: “Allergy: nuts, eggs and milk”.
"""

from __future__ import annotations

import re

from agent.asides.food_list import list_after, list_before
from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.asides.unwanted import is_to_go
from agent.foods import is_food

__all__ = ["ALLERGY", "ASKED_OF_ALLERGIES", "hear_allergies", "hear_allergy_answer"]

ALLERGY = "Allergy: "
_CANNOT = "Can't eat: "
_WHO = (
    r"(?:i|we|he|she|they|im|i am|were|we are|shes|she is|hes|he is|theyre|they are|nobody"
    r"|nobodys|no 1|no ones|(?:my|our|the) \w+)"
)
_ALLERGY = r"(?:allergy|allergies|intolerances?|sensitivity|sensitivities)"
# "No other allergies" takes nothing back.
_NO_OTHERS = re.compile(
    rf"\b(?:no|dont have any|havent got any|not any) (?:other|more|further) (?:\w+ )?{_ALLERGY}\b"
)
_NOT_ALLERGIC = re.compile(
    rf"\b(?:{_WHO} )?(?:is |are |am )?(?:not|isnt|arent|aint|never|no longer|nobody is|no 1 is)"
    r" (?:really |actually |even |that )?(?:allergic|intolerant)\b(?P<to> (?:to|of)\b)?"
    r"|\b(?:nobody|nobodys|no 1|no ones)(?: here)?(?: is)? allergic\b"
)
_NO_ALLERGY = re.compile(
    r"\b(?:(?:theres|there is|there are|i have|we have|ive got|weve got|has|have|its) )?"
    r"(?:no|zero) (?:known |food |particular |special |real |actual |serious )?"
    rf"{_ALLERGY}\b"
    r"|\b(?:not an?|not any|isnt an?|dont (?:actually |really )?have (?:any|an?)"
    r"|doesnt (?:actually |really )?have (?:any|an?)|(?:havent|hasnt) got (?:any|an?)|without)"
    rf" (?:\w+ ){{0,2}}{_ALLERGY}\b"
)
_TAKE_OFF = re.compile(
    r"\b(?:remove|take (?:off|out|away)|delete|drop|scrap|scratch|forget|cancel|lose|ignore|skip"
    r"|undo|take|never mind|nevermind) (?:about )?(?:the|my|that|this|her|his|our|their) "
    rf"(?:\w+ ){{0,2}}{_ALLERGY}\b(?: (?:note|notes|thing|bit|part|off|away|again))*"
)
_ALLERGIC = re.compile(
    rf"(?:\b{_WHO} )?(?:\b(?:is|are|am|was|also|both|all|very|really|severely|highly|deathly|badly"
    r"|quite|super|a bit|bit|just) )*"
    r"\b(?:allergic|anaphylactic|intolerant|hypersensitive)(?: reactions?)?\b(?: (?:to|of)\b)?"
    rf"|\b{_WHO} (?:\w+ )?(?:is |are |am )?(?:sensitive|reacts? (?:badly )?) ?to\b"
)
_CANT_EAT = re.compile(
    rf"\b{_WHO} (?:really |also |just |absolutely )?(?:cant|cannot|can not|mustnt|must not"
    r"|shouldnt|am not allowed to|is not allowed to|isnt allowed to"
    r"|(?:dont|doesnt|do not|does not)(?= (?:ever )?(?:eat|tolerate)))"
    r" (?:ever )?(?P<verb>eat|have|tolerate|handle|take|do|digest)\b"
    r"(?! (?:the stuff|it|that|them|this|much|more|any more|anything else)\b)"
)
_IS_LED = re.compile(
    r"(?: (?:and |so |here |of mine |i have |we have |is that |that i have )?"
    r"(?:to|are|is|include|includes|including|would be)\b(?: to\b)?)"
)
_ILL = re.compile(
    r"\b(?:makes?|made|gives?|will make|turns?) (?:me|him|her|us|them|(?:my|our) \w+) "
    r"(?:very |really |so |feel |quite |violently |a |an )*"
    r"(?:sick|ill|rash|hives|headaches?|swell(?: up)?|break out|throw up|vomit|reaction|unwell)\b"
    r"|\b(?:will|would|could|can|might) (?:kill|poison) (?:me|him|her|us|(?:my|our) \w+)\b"
    r"|\b(?:doesnt|dont|does not|do not) agree with (?:me|him|her|us|(?:my|our) \w+)\b"
)
_TROUBLE = re.compile(r"\b(?:has|have|got|with) an? (?P<what>\w+) (?:thing|problem|issue)\b")
# "Nothing that's touched the pistachio", "nothing with nuts near it".
_UNTOUCHED = re.compile(
    r"\b(?:nothing|not anything|no food) (?:thats|that is|that has|which has|that|thats been|whats)"
    r"(?: even)?(?: been)? (?:touched|touching|near|in contact with|next to|cooked with|made with)"
    r"(?: (?:the|any))*(?= )"
)
_DISEASE = re.compile(r"\b(?:co?eliacs?|lactose intolerance)(?: disease)?\b")
# "Do you cater for allergies?" tells of none.
ASKED_OF_ALLERGIES = re.compile(
    r"\ballerg(?:en|ens|y|ies) (?:list|menu|info|information|advice|chart|card|friendly|policy)\b"
    r"|\b(?:what|which|any|about|your) (?:the )?allergens?\b"
    r"|\b(?:cater|catering|deal|dealing|cope|accommodate|handle|about|ok|okay|good)"
    r" (?:(?:to|for|with) )?(?:food |people with |guests with )?(?:allergies|allergens)\b"
)
_FREE_OF = re.compile(r"\b(?:no|without|any|there) (?P<what>[a-z]+)\b")
_ANSWERING = re.compile(
    r"^(?:(?:oh|um|uh|er|well|yes|yeah|sorry|ok|okay|so|its|it is|thats|just|mostly|mainly|only"
    r"|to|and|also|plus|im|i am|i have|allergic|the|an?|say|like|hes|shes|is|my|our|,|\.) )*"
)


def hear_allergies(line: Line, asides: Asides) -> None:
    """All that is said of allergies. An allergy without a food is `asides.allergy`, and one that is
    taken back `asides.no_allergy`: to what, or "" for whatever was said before."""
    _hear_taken_back(line, asides)
    for match in _CANT_EAT.finditer(line.string):
        _hear_cannot(line, asides, match)
    for match in _ALLERGIC.finditer(line.string):
        _hear_allergic(line, asides, match)
    asked = [match.span() for match in ASKED_OF_ALLERGIES.finditer(line.string)]
    for match in re.finditer(rf"\b{_ALLERGY}\b", line.string):
        if not any(start <= match.start() < end for start, end in asked):
            _hear_allergy(line, asides, match)
    for match in _ILL.finditer(line.string):
        _hear_ill(line, asides, match)
    for match in _TROUBLE.finditer(line.string):
        if is_food(match["what"]):
            _note(line, asides, ALLERGY, line.tokens_of(*match.span("what")))
    for match in _UNTOUCHED.finditer(line.string):
        span = line.tokens_of(*match.span())
        _note(line, asides, _CANNOT, range(span[-1] + 1, list_after(line, span[-1] + 1)), span)
    for match in _DISEASE.finditer(line.string):
        _note(line, asides, ALLERGY, line.tokens_of(*match.span()))


def hear_allergy_answer(line: Line, asides: Asides, *, asked: bool) -> None:
    """“To nuts”, “peanuts and shellfish” to "what are you allergic to?"; where that was not asked,
    “and sesame too” after an allergy that was just told, and nothing else."""
    led = _ANSWERING.match(f"{line.string} ")
    lead = led[0].split() if led is not None else []
    start = len(lead)
    end = list_after(line, start)
    if asides.allergy or asides.notes or end == start:
        return
    foods = any(is_food(t.word) for t in line.heard[start:end])
    named = any(m.items and m.start >= start for m in line.mentions)
    alone = all(t.stop or t.word in _TOO for t in line.heard[end:])
    answers = "to" in lead or foods or (alone and not named)
    goes_on = bool({"and", "also", "plus"} & set(lead)) and foods and alone and not line.mentions
    if answers if asked else goes_on:
        _note(line, asides, ALLERGY, range(start, end))
        asides.taken |= set(range(end))


_TOO = frozenset(["too", "as", "well", "also", "please"])


def _hear_taken_back(line: Line, asides: Asides) -> None:
    for pattern in (_NO_OTHERS, _TAKE_OFF, _NOT_ALLERGIC, _NO_ALLERGY):
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            if asides.taken & set(span):
                continue
            asides.taken |= set(span)
            if pattern is _NO_OTHERS:
                continue
            asides.no_allergy = ""
            if pattern is _NOT_ALLERGIC and match["to"]:
                end = list_after(line, span[-1] + 1)
                asides.taken |= set(range(span[-1] + 1, end))
                said = line.raw(range(span[-1] + 1, end))
                asides.no_allergy = "" if said.lower().startswith("any") else said


def _hear_allergic(line: Line, asides: Asides, match: re.Match[str]) -> None:
    span = line.tokens_of(*match.span())
    if asides.taken & set(span):
        return
    start = span[-1] + 1
    if match[0].endswith((" to", " of")):
        end = list_after(line, start)
        if end == start and (refused := _refused(line, span[0])):
            asides.taken |= set(span)
            asides.notes.append(ALLERGY + refused)  # "no garlic, I'm allergic to it"
            return
        _note(line, asides, ALLERGY, range(start, end), span)
        asides.allergy = asides.allergy or end == start
        return
    before = list_before(line, span[0]) if match[0].endswith(("allergic", "intolerant")) else start
    if "intolerant" in match[0]:
        _note(line, asides, ALLERGY, range(before, start), span)  # "lactose intolerant"
        return
    asides.taken |= set(span)
    listed = _listed(line, start)
    if listed:
        _note(line, asides, ALLERGY, listed)
    elif asides.notes:  # "my son can't have egg, *he's allergic*"
        asides.notes[-1] = re.sub(f"^{_CANNOT}", ALLERGY, asides.notes[-1])
    elif _refused(line, span[0]):
        asides.notes.append(ALLERGY + _refused(line, span[0]))  # "no nuts please, I'm allergic"
    else:
        asides.allergy = True


def _listed(line: Line, at: int) -> range:
    """“Allergies*: gluten, dairy*”, “… a food allergy, *it's tree nuts*”: foods after a comma."""
    if at + 1 >= len(line.heard) or line.heard[at].word not in (",", "."):
        return range(0)
    while at + 2 < len(line.heard) and line.heard[at + 1].word in _NAMELY:
        at += 1
    end = list_after(line, at + 1)
    foods = any(is_food(t.word) for t in line.heard[at + 1 : end][:_FIRST_WORDS])
    return range(at + 1, end) if foods else range(0)


_NAMELY = frozenset(["its", "it", "is", "to", "namely", "thats", "mostly", "mainly"])
_FIRST_WORDS = 2  # of a list, one of which is a food: "tree nuts", "raw egg"


def _refused(line: Line, before: int) -> str:
    """The food that was refused or asked after before the token `before`, as it was said."""
    found = ""
    for match in _FREE_OF.finditer(line.string):
        what = line.tokens_of(*match.span("what"))
        if what[-1] < before and is_food(line.heard[what[0]].word):
            found = line.raw(range(what[0], min(list_after(line, what[0]), before)))
    return found


def _hear_allergy(line: Line, asides: Asides, match: re.Match[str]) -> None:
    span = line.tokens_of(*match.span())
    if asides.taken & set(span):
        return
    told = _before_the_allergy(line, span[0])
    start, after = list_before(line, told), span[-1] + 1
    while start < told and line.heard[start].word in _VAGUE:
        start += 1  # "a *bad* shellfish allergy": of no use on a ticket, as "severe" is
    named = [t.word for t in line.heard[start:told]]
    led = _IS_LED.match(line.string, match.end())
    listed = _listed(line, after)
    if led is not None:
        first = line.tokens_of(*led.span())[-1] + 1
        listed = range(first, list_after(line, first))
    if listed:
        _note(line, asides, ALLERGY, listed)
        asides.taken |= set(range(after, listed[-1] + 1))
    if any(not _of_degree(word) for word in named):
        _note(line, asides, ALLERGY, range(start, told))
        _hear_more(line, asides, after)
    elif not listed and _refused(line, start):
        asides.notes.append(ALLERGY + _refused(line, start))
    elif not listed and not asides.notes:
        asides.allergy = True
    asides.taken |= set(range(start, after))


def _before_the_allergy(line: Line, at: int) -> int:
    """“It's shellfish and pecans, *the one* allergy”: where the foods end that it is said of."""
    start = at
    while start > 0 and line.heard[start - 1].word in _WHICH_ONE:
        start -= 1
    led = start < at and line.heard[start - 1].word in (",", "is", "are", "thats")
    foods = start > 1 and is_food(line.heard[start - 2].word)
    return start - 1 if led and foods else at


_WHICH_ONE = frozenset("the his her my their our that thats 1 only main real whole".split())  # noqa: SIM905
_VAGUE = frozenset("bad nasty terrible big huge real really food very".split())  # noqa: SIM905


def _of_degree(word: str) -> bool:
    return word in _DEGREE or word in (",", "and", "or")


_DEGREE = frozenset(
    """
    severe serious bad strong mild slight life threatening deadly big huge nasty terrible food real
    very really
    """.split()  # noqa: SIM905
)
_ALSO = re.compile(r"(?: ,)?(?: and| plus| as well as| also)+(?: also)?(?: to)? ")


def _hear_more(line: Line, asides: Asides, at: int) -> None:
    """“A sesame allergy, *and also soy*”."""
    offset = sum(len(t.word) + 1 for t in line.heard[:at]) - 1
    match = _ALSO.match(line.string, offset) if at < len(line.heard) else None
    if match is None:
        return
    first = line.tokens_of(match.end(), match.end() + 1)
    end = list_after(line, first[0]) if first else 0
    follows = line.heard[end].word if end < len(line.heard) else ""
    if first and is_food(line.heard[first[0]].word) and not re.match(_ALLERGY, follows):
        _note(line, asides, ALLERGY, range(first[0], end))
        asides.taken |= set(range(at, end))


def _hear_cannot(line: Line, asides: Asides, match: re.Match[str]) -> None:
    span = line.tokens_of(*match.span())
    if asides.taken & set(span):
        return
    start = span[-1] + 1
    end = list_after(line, start)
    if line.heard[start : start + 1] and line.heard[start].word in ("the", "my", "that"):
        named = line.mentioned(range(start + 1, start + 2))
        if any(m.items and m.whole for m in named) or is_to_go(line, start, match[0]):
            return  # "I can't eat *the soup*", which was ordered
    food = end > start and (
        match["verb"] in ("eat", "tolerate", "digest") or is_food(line.heard[start].word)
    )
    hard = end > start and not food and match["verb"] == "handle"
    tastes = {t.word for t in line.heard[start:end]} <= _TASTES
    if hard or (food and tastes and match["verb"] == "do"):
        _note(line, asides, "", range(span[0], end))  # "I can't do spicy", "I can't handle hot"
    elif food or (end > start and match["verb"] in ("have", "handle")):
        _note(line, asides, _CANNOT, range(start, end), span)


_TASTES = frozenset(["spicy", "hot", "spice", "spices", "too", "very", "really", "food"])


def _hear_ill(line: Line, asides: Asides, match: re.Match[str]) -> None:
    """“Peanuts make me sick”, in these words."""
    span = line.tokens_of(*match.span())
    start = list_before(line, span[0])
    if start < span[0]:
        _note(line, asides, "", range(start, span[-1] + 1))


def _note(line: Line, asides: Asides, prefix: str, what: range, around: range = range(0)) -> None:
    """The words `what` become a note; they and those `around` them are used up."""
    if asides.taken & set(what):
        return
    asides.taken |= {*what, *around}
    if what:
        said = re.sub(r"\b(?:AND|OR)\b", lambda m: m[0].lower(), line.raw(what))
        asides.notes.append(prefix + said)
