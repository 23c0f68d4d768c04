"""What goes on where the caller is: the weather, the roof, the neighbours, who is up on a ladder.

A sentence that tells is known by its verb, and by what it has not: no word of a wish, no dish by
its whole name that is counted or has an article, and no food so. What else of it sounds like a dish
is none, "*Walter's* up on a ladder" no water, and its words are refused as no dish either.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from agent.asides.line import Line
from agent.asides.name_words import RELATIONS
from agent.asides.topics import Asides
from agent.foods import is_a_food_at_all
from agent.language import COMMON, LIGHT, tokens
from agent.lexemes import is_small_word, is_yes
from agent.matching import Mention
from agent.people import is_called_so, is_english
from agent.small_words import LONGEST, SMALL_WORDS, Kind

__all__ = ["hear_goings_on"]

_SENTENCE, _CLAUSE = re.compile(r"[^.?]+"), re.compile(r"[^.?,]+")
_APOSTROPHE = re.compile(r"['’]s$")
# What an order is made of; a sentence that has a word of it is heard as one.
_WISHED = re.compile(
    r"\b(?:wants?|wanted|wanna|needs?|needed|order(?:ed|ing|s)?|id|ill|well have|well take|wed|hed"
    r"|shed|theyd|hell|shell|theyll"
    r"|like to|love to|lets|give|gimme|get me|get us|(?:can|could|may|might|will|would|should)"
    r" (?:i|we|you|u)|let me|add|without|extra|instead|change|remove|swap|replace|cancel|take"
    r"|takes|taking|hav(?:e|ing)(?! (?:been|to|had|gone|no|my|our|the whole|got|a baby|a day"
    r"|a time))|"
    r"has(?= (?:an?|the|\d+|to)\b)|gets|getting|prefers?|fancy|fancies|crav\w+|thinking|wondering"
    r"|hoping|looking|after(?= (?:an?|\d+|some)\b)|hungry for|begging|asked|asks|asking|said|says"
    r"|saying|second thoughts?"
    r"|meant|mean|allerg\w+|intoleran\w+|celiac|coeliac|deliver\w*|pick(?:s|ed|ing|up|ups)?"
    r"|collect\w*|bring\w*|name|names|called|under(?! (?:the|a|an|my|our|your)\b)|menu"
    r"|specials?|wrong|message|pay\w*|paid|charg\w+"
    r"|please|plus|with (?:no|extra)|on it|on that|on them|for (?:me|him|her|them|us)"
    r"|you (?:have|had|do|sell|got|serve|make|sent|gave|forgot)|same|usual|last time|address|street"
    r"|number|card|cash|ready|side|make|makes|sauce|topping|toppings|actually|sorry)\b"
)
# Verbs that tell: of what was, and of what somebody or something is doing.
_TOLD_VERBS = frozenset(
    """
    was were wasnt werent had hadnt hasnt havent went did didnt came told gave lost broke fell left
    ran kept took drove flew blew threw grew knew saw sat stood slept woke rang sang drank ate
    caught bought brought thought fought taught felt met spent built burnt spilt hid rode rose shook
    stole swore tore wore won hung stuck struck froze spoke drew led fed bled swept wept crept dealt
    forgot became began shone lit slid spun spat knocked flooded keeps drives works lives barks
    hates snores moved
    """.split()  # noqa: SIM905
)
# Of these no telling, but after who did it: "it *put* a dent in the roof", and no "put it on rye".
_AS_WELL_NOW = frozenset(
    [
        "put",
        "cut",
        "hit",
        "hurt",
        "shut",
        "let",
        "set",
        "spread",
        "split",
        "read",
        "bit",
        "burst",
        "made",
        "goes",
    ]
)
_TURNED = frozenset("was were had did".split())  # noqa: SIM905  # "*did* I say three?"
_SUBJECTS = frozenset(
    """
    i we he she they it you who everyone everybody someone somebody nobody
    """.split()  # noqa: SIM905
)
_POINTING = frozenset("that this it these those here there what one 1 mine hers".split())  # noqa: SIM905
_OWNERS = frozenset("my our your his her their the some a an next".split())  # noqa: SIM905
_MAKING = frozenset("with in on and or a an the some no without extra , also plus double".split())  # noqa: SIM905
# "*The garden's* a swamp", "*Walter's* up on a ladder": how somebody or something is.
_IS_SO = frozenset(
    """
    a an up on in at out off over under down round away not so been gone still always never about
    dead driving back both all home asleep everywhere coming going finally already
    """.split()  # noqa: SIM905
)
_CONTRACTED = frozenset("hes shes theyre theyve ive weve im were its".split())  # noqa: SIM905
# Between who did it and the verb: "he *once* cried over it".
_HOW_OFTEN = frozenset("once just also even still finally nearly almost always never only".split())  # noqa: SIM905
_MIGHT = frozenset("might must should wont cant couldnt never always usually".split())  # noqa: SIM905
_ORDERING = frozenset(
    """
    have get take try go want need like order do be eat drink start add think decide make say find
    choose see hear pay pick collect come stop leave keep skip share
    """.split()  # noqa: SIM905
)
_OF_THE_ORDER = frozenset(
    """
    order rest total first second third last other others next one whole lot food drink drinks dish
    meal price bill size sides only
    """.split()  # noqa: SIM905
)
_DOING = frozenset(
    [
        Kind.REMOVE, Kind.SCRATCH, Kind.CHANGE, Kind.ADD, Kind.SAME, Kind.INSTEAD, Kind.DOUBLE,
        Kind.BE, Kind.MEANT,
    ]
)  # fmt: skip
# "So *who* do you think takes the cup this year": a question that no menu answers.
_IDLE = re.compile(r" ?(?:(?:so|and|but|well|oh|ha|haha|hey|anyway|now|,) )*who(?:s|ll|d)?\b")
# "Sure, *what's* it made of": a question, whatever it tells.
_ASKED = re.compile(
    r"(?:^|, )(?:\w+ )??(?:what|whats|which|who|whos|how|why|when|where|whose|is|are|does|did|do)\b"
)
_REFUSING = frozenset(["no", "nope", "nah", "not"])
# "The other *two*", "just *three* of them": of what was ordered.
_COUNTED = re.compile(
    r"\b(?:other|all|just|only|make it|first|last) \d+\b|\b\d+ (?:of (?:them|those|these|the|each)"
    r"|with|without|too)\b|\b\d+(?= ?$)"
)
_ONE_OF_IT = re.compile(r"\b(?:\d+|some|those|that|them|it)\b")
_DETERMINING = frozenset("a an the your some another more and or with , for".split())  # noqa: SIM905
_SHARE = ("half", "halfs")


def hear_goings_on(line: Line, asides: Asides) -> None:
    """Takes each sentence that tells and orders nothing, and of others the clauses that do."""
    for part in (_SENTENCE, _CLAUSE):
        for match in part.finditer(line.string):
            span = line.tokens_of(*match.span())
            left = [n for n in span if n not in asides.taken and not line.heard[n].stop]
            if not left or _orders(line, span, asides):
                continue
            idle = part is _SENTENCE and _IDLE.match(match[0]) is not None
            if not idle and _wishes(line, span):
                continue
            telling = [n for n in span if _tells(line, n, span[0])]
            if part is _CLAUSE and _goes_on_of_it(line, span, telling):
                continue
            if telling or idle:
                asides.taken |= set(span)
                asides.told = True


def _tells(line: Line, at: int, first: int) -> bool:
    """True of a verb that makes a tale of its sentence."""
    word = line.heard[at].word
    doer = at - 1
    while doer > first and line.heard[doer].word in _HOW_OFTEN:
        doer -= 1
    before = line.heard[doer].word if at > first else ""
    after = line.heard[at + 1].word if at + 1 < len(line.heard) else ""
    happens = after in _IS_SO or after.endswith("ing")
    if word in _TOLD_VERBS:
        return word not in _TURNED if at == first else before not in _MAKING
    if word in _AS_WELL_NOW:
        of_them = before == "1" and at - 1 == first  # "*one made* a beret", and no "one made with"
        return before in _SUBJECTS or (of_them and after in _OWNERS)
    if word == "used":
        return after == "to"  # "we *used to* sit by the window"
    if word in ("is", "are", "isnt", "arent", "been") and before and before not in _POINTING:
        return happens or _is_said_of_it(line, after, first)
    if re.fullmatch(r"\w{2,}ed", word) and after not in ("with", "in", "on"):
        made = any(m.start <= at < m.end and m.holds(word) for m in line.mentions)
        if made or any(is_a_food_at_all(t.word) or t.word == "1s" for t in line.heard[first:at]):
            return False  # "the prawn ones *steamed*"
        return before in _SUBJECTS or (bool(before) and _is_somebody(line, doer, first))
    if word in _CONTRACTED:
        return after in ("got", "been") or (happens and at == first and after != "having")
    if word in _MIGHT and before in _SUBJECTS:
        return is_english(after) and after not in _ORDERING
    if re.fullmatch(r"\w{3,}s", word) and (before in ("he", "she", "who") or is_called_so(before)):
        return not any(m.start <= at < m.end and m.holds(word) for m in line.mentions)
    if re.fullmatch(r"\w{3,}s", word) and before in RELATIONS and at == first + 2:
        return line.heard[first].word in _OWNERS and not _on_the_menu(line, at)
    apart = _APOSTROPHE.search(line.text[line.heard[at].start : line.heard[at].end]) is not None
    return apart and word[:-1] not in _POINTING and happens


def _on_the_menu(line: Line, at: int) -> bool:
    """True of "fries" and "wings", that a menu writes so, and not of "my uncle *fishes*"."""
    word = line.heard[at].word
    return any(
        word == t.word
        for m in line.mentions
        if m.start <= at < m.end
        for name in m.names
        for t in tokens(name)
    )


def _goes_on_of_it(line: Line, span: range, telling: Collection[int]) -> bool:
    """“She loves the benedict, so *one of those*”: the tale says of which dish. No verb of those
    that are `telling` names one: "my uncle *fishes*"."""
    named = any(m.items and not m.weak and m.start not in telling for m in line.mentioned(span))
    after = " ".join(t.word for t in line.heard[span[-1] + 1 :])
    return named and _ONE_OF_IT.search(after) is not None


def _wishes(line: Line, span: range) -> bool:
    """True of words that order, change, agree or refuse, and of a number that may be of dishes."""
    words = [line.heard[n].word for n in span]
    said = " ".join(words)
    if _WISHED.search(said) or _COUNTED.search(said) or _ASKED.search(said):
        return True
    clauses = [c.strip().split() for c in said.split(",")]
    if any(c and (is_yes(c[0]) or c[0] in _REFUSING) for c in clauses):
        return True
    ends = range(1, LONGEST + 1)
    return any(
        SMALL_WORDS.get(tuple(words[n : n + length])) in _DOING
        for n in range(len(words))
        for length in ends
        # "He *told* everybody *it was* pollen", and no "it was two lassis"
        if words[n : n + length] != ["it", "was"] or not _TOLD_VERBS & set(words[:n])
    )


def _is_said_of_it(line: Line, how: str, first: int) -> bool:
    """“*The battery on this thing is* hopeless”: of no dish, and no answer."""
    subject = line.heard[first + 1].word if first + 1 < len(line.heard) else ""
    plain = is_english(how) and not (how in COMMON | LIGHT or is_small_word(how))
    owned = line.heard[first].word in _OWNERS and subject not in _OF_THE_ORDER
    named = any(m.start == first + 1 and m.holds(subject) for m in line.mentions)
    return plain and owned and not (named or subject[0].isdecimal() or is_a_food_at_all(subject))


def _is_somebody(line: Line, at: int, first: int) -> bool:
    """“My *neighbour* moved”, “*Marge* phoned”, “the *lights* flickered”: who or what does it."""
    word = line.heard[at].word
    if is_called_so(word) or word in RELATIONS or word in _SUBJECTS:
        return True
    before = {t.word for t in line.heard[max(first, at - 2) : at]}
    return bool(before & _OWNERS) and not is_a_food_at_all(word)


def _orders(line: Line, span: range, asides: Asides) -> bool:
    """True where something to eat is named so that it may be wanted."""
    spoken = [m for m in line.mentions if m.start in span and m.start not in asides.taken]
    if any(_is_named(line, m) or _is_counted(line, m) for m in spoken):
        return True
    for n in span:
        word = line.heard[n].word
        if n in asides.taken or not is_a_food_at_all(word):
            continue
        after = line.heard[n + 1].word if n + 1 < len(line.heard) else ""
        thing = is_english(after) and after not in COMMON | LIGHT and not is_a_food_at_all(after)
        if _determined(line, n) and line.heard[n - 1].word != "the" and not thing:
            return True
    return False


def _is_named(line: Line, mention: Mention) -> bool:
    """True of a dish by its whole name, and of what dishes are made with, said word for word."""
    words = [t.word for t in line.heard[mention.start : mention.end]]
    if words[0] in _SHARE or not all(mention.holds(w) or w in LIGHT for w in words):
        return False
    if all(w in LIGHT or w.isdecimal() for w in words):
        return False  # "for *two* hours"
    if mention.items and mention.whole and not mention.unsaid:
        return len(words) > 1 or _determined(line, mention.start)
    # "They had to cut *your ring* off", "who takes *the cup*"
    theirs = line.heard[mention.start - 1].word in ("the", "your")
    chosen = any(r.coverage == 1 for r in mention.readings)
    determined = not theirs and _determined(line, mention.start)
    return chosen and (len(words) > 1 or determined)  # "she does *no sugar*"


def _is_counted(line: Line, mention: Mention) -> bool:
    """“*Three* baked zitis”, “*no* gherkin”, whatever of the name was said."""
    before = [t.word for t in line.heard[max(0, mention.start - 2) : mention.start]]
    return any(w.isdecimal() for w in before) or before[-1:] in (["no"], ["without"])


def _determined(line: Line, at: int) -> bool:
    """“*A* coffee”, “*two* coffees”, and a word that begins a clause; no "spilled *coffee*"."""
    before = line.heard[at - 1].word if at else "."
    return before in _DETERMINING or before in (".", "?") or before[0].isdecimal()
