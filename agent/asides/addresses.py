"""Where the food is brought: streets of several languages, with all that belongs to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.asides.written_address import (
    CALLED,
    MAX_QTY_DIGITS,
    SAID_OVER,
    STREETS,
    UNITS,
    as_written,
    corrected,
    joined,
    spoken_number,
)
from agent.language import COMMON, tokens
from agent.people import is_called_so

__all__ = [
    "ADDRESS",
    "DELIVERED_TO",
    "NAMED_STREET",
    "STREET",
    "STREETLIKE",
    "STREET_ALONE",
    "STREET_AND_FLAT",
    "hear_address",
    "hear_any_address",
    "hear_bare_address",
    "hear_looks",
    "hear_street",
    "hear_unnumbered",
    "hear_with_flat",
    "lacks_number",
    "take_address",
]

ADDRESS = re.compile(
    r"\b(?:(?:my |the |our )?(?:home |delivery )?address(?! (?:is|was) (?:wrong|not|incorrect)\b)"
    r"(?: is| s| would be| will be"
    r"| should (?:be|say|read)|,)?(?: ,)?|i live (?:at|in|on)"
    rf"|(?:the|my|our) (?:house|place|flat|apartment|building|office) ?(?:is|s)(?: at| on| number)*"
    rf"(?= (?:[2-9]0 )?\d+ {CALLED}{STREETS}\b)"
    r"|(?:im|i am|we are|were) (?:at|on|in)(?= \d)"
    r"(?! \d+ (?:\w+ )?(?:of|pounds?|pieces?|people|minutes?|dollars?|now|there|already)\b)) (?=\w)"
)
_STREET_NOUNS = frozenset(
    """
    street st road rd avenue ave lane drive square court boulevard blvd terrace row parkway pkwy
    crescent circle highway hwy turnpike mews alley quay esplanade promenade
    """.split()  # noqa: SIM905
)
_LEADING = frozenset("to at on in the my for from is its of deliver delivery delivered".split())  # noqa: SIM905
# A street without its number: "Unit 6, *Mill Lane*".
NAMED_STREET = re.compile(
    r"\b(?!(?:to|at|on|in|the|my|for|this|that|your|our|a|across|down|up|of) )[a-z]{3,} "
    r"(?:street|road|avenue|lane|drive|court|boulevard|terrace|crescent|gardens|parkway|highway"
    r"|turnpike|mews|esplanade|promenade|row|grove|quay|walk)"
    r"(?= [.,?]|$| please)"
)
# Whatever follows is the address, its rooms and floors too.
DELIVERED_TO = re.compile(
    r"\bdeliver(?:y|ed)?(?: (?:it|that|them|everything))? to (?!my\b|me\b|us\b)"
)
STREET = re.compile(rf"\b(?:to|at) (?=\d+ {CALLED}{STREETS}\b|{STREETS}(?: \.)? \d)")
# "6120 Northeast Killingsworth": by where it lies, and without the word for a street.
_QUARTER = r"\d{2,5} (?:(?:north|south)(?:east|west)?|east|west|ne|nw|se|sw) [a-z]{3,}"
STREETLIKE = re.compile(
    rf"\b(?:[2-9]0 )?\d+ {CALLED}{STREETS}\b|\b{STREETS}(?: \.)? \d|\b{_QUARTER}\b"
)
# "412 Elmhurst, apartment 6": a number, a name, and a flat in that house.
STREET_AND_FLAT = re.compile(
    r"^(?:(?:its|it is|thats|at|to|um|uh|ok|and|,) )*\d{1,5} (?:[a-z]{3,} ){1,2}, "
    r"(?:unit|flat|apartment|apt|suite|floor|room) (?:number )?\w{1,4}\b"
)
# "It's Grand Concourse, twenty-four ten, no, sorry, *2401 Grand Concourse, … apartment 5C*".
_WITH_FLAT = re.compile(
    r"\b\d{3,5} (?:[a-z]{3,} ){1,3}, (?:[^.?]*? )??"
    r"(?:unit|flat|apartment|apt|suite|floor|room) (?:number )?\w{1,4}\b"
)
# "It's 45 Park Lane", which asks for no 45 of anything.
STREET_ALONE = re.compile(
    rf"^(?:(?:its|it is|thats|at|to|um|uh|ok|and|,) )*(?:[2-9]0 )?\d+ {CALLED}{STREETS}\b"
)
_UNIT = re.compile(
    r"\b(?:unit|flat|apartment|apt|suite|level|floor|room|shop|house|number|door) "
    r"(?:number )?(?!(?:is|at|on|in)\b)\w{1,4}(?: \w)?(?: ,)?(?: (?:at|on|in))? $"
)
# "*Flat 12, Tower House*, 88 High Street": what is said before the street.
_IN_HOUSE = re.compile(
    r"\b(?:(?:unit|flat|apartment|apt|suite|room) (?:number )?\w{1,4}(?: [a-z](?= ))?(?: ,)? )?"
    r"(?:(?!(?:to|at|in|on|the|my|our|its|is|of)\b)[a-z]+ ){1,2}"
    r"(?:house|building|tower|towers|lodge|court|mansions|hotel) (?:, )?$"
)
# "12 Oak Street. *Scratch that, 14 Oak Street*", "…, *no, sorry*, 14".
_ADDRESS_ENDS = re.compile(
    r" [?]| \.(?! (?:apt|apartment|floor|flat|unit|suite|door|building|block|\d)"
    rf"| {SAID_OVER}(?:\d{{2,5}}(?= [.,]|$)|\d+ {CALLED}{STREETS}\b))| (?:please|thanks"
    r"|thank you|cheers)\b|(?: ,)? (?:and |the )*(?:my |the )?names?\b"
    r"|(?: ,)? (?:and )?(?:for|under) (?:the )?[a-z]+ ?$| (?:and )?(?:can|could|id|ill"
    r"|i) (?:i|you|like|have|get|want|take|also)\b|(?: ,)? thats (?:all|it)\b"
)


def hear_street(line: Line, asides: Asides) -> None:
    """“No, it's 9 Park Road”: the street, and what follows it up to the end of the sentence."""
    match = STREETLIKE.search(line.string)
    if match is not None and not asides.taken & set(line.tokens_of(*match.span())):
        take_address(line, asides, match.start())


def hear_with_flat(line: Line, asides: Asides) -> None:
    """A street of whatever name, with its number and a flat; the numbers that were told before it
    in the same sentence are of it too, and count nothing."""
    match = _WITH_FLAT.search(line.string)
    if match is None:
        return
    begun = max(line.string.rfind(mark, 0, match.start()) for mark in (". ", "? ")) + 1
    before = line.tokens_of(begun, match.start()) if match.start() > begun else range(0)
    street = line.tokens_of(*match.span())
    if any(m.items and m.whole for m in line.mentioned(before) + line.mentioned(street)):
        return
    take_address(line, asides, match.start())
    if asides.address:
        asides.taken |= set(before)


def hear_unnumbered(line: Line, asides: Asides) -> None:
    """“*Park Lane*”, where the address is due: the street, whose number is still to be said; and
    the house in it, “*Rose Court, Bell Lane*”."""
    match = NAMED_STREET.search(line.string)
    if match is None:
        return
    end = match.end()
    while (more := NAMED_STREET.match(line.string, end + len(" , "))) is not None:
        if not line.string.startswith(" , ", end):
            break
        end = more.end()
    span = line.tokens_of(match.start(), end)
    if asides.taken & set(span) or any(m.items and m.whole for m in line.mentioned(span)):
        return
    asides.taken |= set(span)
    asides.address = as_written(line, span)


# "*It's the yellow one*. Well, *it was yellow*": what the house looks like.
_LOOKS = re.compile(
    r"(?<=[.?] )(?:(?:well|oh|and|so|you know) (?:, )?)*(?:its|it is|it was|theres|there is"
    r"|there are|look for|you cant miss|you ?ll see|(?:he|she|they) (?:calls?|says?)) [^.?]*"
)


def hear_looks(line: Line, asides: Asides) -> None:
    """What follows a street and says which house it is there: no dish of that colour."""
    street = STREETLIKE.search(line.string) or NAMED_STREET.search(line.string)
    for match in _LOOKS.finditer(line.string, street.end()) if street is not None else ():
        span = line.tokens_of(*match.span())
        left = [n for n in span if n not in asides.taken]
        dish = any(
            m.items and m.whole and m.holds(line.heard[m.start].word)  # and no "small *porch*"
            for m in line.mentioned(span)
        )
        counted = any(line.heard[n].word.isdecimal() and line.heard[n].word != "1" for n in left)
        if left and not (dish or counted):
            asides.taken |= set(left)
            asides.told = True


def lacks_number(address: str) -> bool:
    """True of a street that is named without the number of a house, or its name."""
    said = " ".join(t.word for t in tokens(address))
    return not any(c.isdigit() for c in address) and NAMED_STREET.match(said) is not None


def hear_address(line: Line, asides: Asides, at: int) -> None:
    """After "deliver it": "to 12 Main Street", or ", 12 Main Street"."""
    start = re.match(
        r"(?: ,| please)* (?:to|at)(?: (?:my|the|our) (?:home|place|house|office))?(?: ,| at)?"
        r" (?=\w)",
        line.string[at:],
    )
    if start is None:
        start = re.match(
            r"(?: ,| please)* (?=\d+ [a-z]{3,} (?:street|st|road|rd|avenue|ave|lane|drive"
            r"|way|square|place)\b)",
            line.string[at:],
        )
    if start is not None and not _orders_at(line, at + start.end()):
        take_address(line, asides, at + start.end(), lead=at)


def _orders_at(line: Line, at: int) -> bool:
    """“Delivery to our office, *four rainbow bowls*”: where it goes is told, and no street."""
    first = line.tokens_of(at, at + 1)
    return (
        bool(first) and _begins_dish(line, first[0]) and STREETLIKE.match(line.string, at) is None
    )


_LEADS_TO_STREET = re.compile(
    r"(?: please| instead)*(?: ,| \.| \?) (?:to |at |(?:its|it is) (?:at |to )?)?(?=\w)"
)
_LEADS_TO_NUMBER = re.compile(
    r"(?: please| instead)*(?: ,| \.| \?) (?:its|it is|were|we are|im|i am) (?:at |to )?"
    r"(?=(?:\d{3,5}|\d{1,2} hundred(?: (?:and )?\d{1,2})?|\d\d \d\d)"
    r" (?!people|persons|guests)[a-z]{3,} )"
)


def hear_any_address(line: Line, asides: Asides, at: int, *, due: bool) -> None:
    """“Delivery please, *Rua das Flores 120*”: streets of any language, where no dish is named.
    Where it is not `due` only after what leads to one: “can you deliver it? *It's 1560 Harper View,
    unit 12*”."""
    start = (_LEADS_TO_STREET if due else _LEADS_TO_NUMBER).match(line.string[at:])
    rest = line.tokens_of(at + start.end(), len(line.string)) if start is not None else range(0)
    numbered = any(line.heard[n].word.isdecimal() for n in rest)
    if start is not None and numbered and not any(m.whole for m in line.mentioned(rest)):
        street = STREETLIKE.search(line.string, at + start.end())
        if street is not None and line.string[: street.start()].endswith((", ", ". ")):
            take_address(line, asides, street.start())  # "delivery, *Tom*, Oranienstrasse 25"
            return
        take_address(line, asides, at + start.end(), lead=at)


# "*Scratch that*, 14 Oak Street": the address, and no dish.
_SCRATCHED = re.compile(
    r"\b(?:scratch|strike|forget) (?:that|it) (?:(?:its|it is|make (?:that|it)|to|[.,]) )*$"
)


def take_address(
    line: Line, asides: Asides, at: int, lead: int | None = None, *, sure: bool = False
) -> None:
    """The words from `at` on up to where an address ends, with the flat that was said before them;
    from `lead` on they are used up. `sure`: they are one, whatever they look like."""
    at = _whole_street(line, asides, at)
    flat = _UNIT.search(line.string[:at]) or _IN_HOUSE.search(line.string[:at])
    at = flat.start() if flat is not None else at
    scratched = _SCRATCHED.search(line.string[:at])
    leads = [at, lead if lead is not None else at, scratched.start() if scratched else at]
    lead = min(leads)
    end = _ADDRESS_ENDS.search(line.string, at)
    span = line.tokens_of(at, end.start() if end else len(line.string))
    kept: list[int] = []
    for n in span:
        if n in asides.placed:
            kept.append(n)
            continue
        if n in asides.taken and _leads_to_part(asides, n):
            continue
        if n in asides.taken or (kept and (_begins_dish(line, n) or _tells_how(line, n))):
            break
        kept.append(n)
    while kept and line.heard[kept[-1]].stop:
        kept.pop()
    if not asides.name and (asides.done or not asides.called):
        kept = _without_name(line, kept, ending=asides.done)
    words = [line.heard[n].word for n in kept]
    if not kept or not (sure or _addresslike(words) or _is_a_place(line, kept)):
        return
    street = STREETLIKE.match(" ".join(words))
    if street is not None and any(
        m.start <= kept[0] + 1 and m.end - kept[0] >= len(street[0].split())
        for m in line.mentioned(range(kept[0], kept[0] + 2))
        if m.whole and line.names_a_dish(range(m.start, m.end))
    ):
        return  # "*one Pasta Your Way*", a dish
    asides.taken |= set(kept) | set(line.tokens_of(lead, at))
    wrong = _WRONG_NUMBER.search(line.string[:at])
    if wrong is not None:
        asides.taken |= set(line.tokens_of(*wrong.span()))
    said = _ITS_TOWN.sub(r"\1", corrected(as_written(line, kept)))
    asides.address = _CHATTER.sub("", said)


def _leads_to_part(asides: Asides, at: int) -> bool:
    """“4 Oak Street, *it's* Building C”: used up with the part that follows it."""
    while at in asides.taken and at not in asides.placed:
        at += 1
    return at in asides.placed


# "It's *fourteen, no*, forty Byres Road": a number that was put right before the street.
_WRONG_NUMBER = re.compile(
    r"(?:\b(?:its|it is|thats|at|to) )?\b\d+[a-z]?(?: ,)?(?: (?:no|sorry|wait|actually|i mean|uh|um"
    r"|make that|oh))(?:(?: ,)? (?:no|sorry|wait|its|i mean|make that|hang on))*(?: ,)? $"
)
# "22 Elm Grove, *that's the street*, in Peckham", "…, 6B, *it's kinda behind the Kroger*": what is
# said of it, and no part of it.
_ITS_TOWN = re.compile(  # "…, *it's* Moseley"
    r"([,.]\s+)(?:it['’]?s|that['’]?s)\s+(?:in\s+)?(?=[A-Z][\w'’]+(?: [A-Z][\w'’]+)?\s*(?:,|$))"
)
_CHATTER = re.compile(
    r"[,.]\s+(?:(?:and|so|but|well|oh|yeah)\s+)*"
    r"(?:it['’]?s|it\s+is|that['’]?s|that\s+is|there['’]?s|did\s+you|do\s+you|you\s+(?:got|know|can)"
    r"|got\s+(?:that|it)|okay|just\s+so\s+you)\b[^,\d]*(?=,|$)"
    r"|[,.]\s+the\s+\d+\s+(?:is|was)\b[^,]*(?=,|$)",
    re.IGNORECASE,
)


def _begins_dish(line: Line, at: int) -> bool:
    """“12 Oak Street, *a brownie* for Moe”, “apartment 3. *One large jambalaya*”: a dish with how
    many of it, and how it is to be, which no street has."""
    word = line.heard[at].word
    if not (word in ("a", "an", "some") or (word.isdecimal() and len(word) <= MAX_QTY_DIGITS)):
        return False
    begins = {m.start: m for m in line.mentions}
    street = STREETLIKE.match(line.string, sum(len(t.word) + 1 for t in line.heard[:at]))
    mention = begins.get(at + 1)
    if street is not None and mention is not None and not mention.holds(line.heard[at + 1].word):
        return False  # "22 *Mill* Lane", which only sounds like a meal
    while mention is not None and not mention.items:  # "a *twenty piece* traditional"
        of = line.heard[mention.end : mention.end + 1]  # "a *quart of* chowder"
        mention = begins.get(mention.end + bool(of and of[0].word == "of"))
    return mention is not None and mention.whole and not mention.weak


_ORDERING = frozenset("too also add put get have want well extra".split())  # noqa: SIM905


def _goes_on_ordering(line: Line, span: range) -> bool:
    """“*One turkey sandwich* on toast”, “then *a quart of slaw*”: a dish, with how many of it, and
    nothing before it that could be a street; “*poutine too*”, “and *clam chowder*”: a dish, and no
    number of a house."""
    dish = next((m for m in line.mentions if m.items and m.whole and not m.weak), None)
    if dish is None or dish.start not in span:
        return False
    dish_words = range(dish.start, dish.end)
    rest = [line.heard[n].word for n in span if n not in dish_words]
    if (len(dish_words) > 1 or _ORDERING & set(rest)) and not any(w[0].isdigit() for w in rest):
        return True
    if dish.start == span[0]:
        return False
    parts = {n for m in line.mentions if m.end <= dish.start for n in range(m.start, m.end)}
    before = [(n, line.heard[n].word) for n in range(span[0], dish.start)]
    counts = {"a", "an", "some", *map(str, range(1, 10**MAX_QTY_DIGITS))}
    plain = all(n in parts or w in counts or w in COMMON or w == "," for n, w in before)
    return plain and any(w in counts for _, w in before)


def _tells_how(line: Line, at: int) -> bool:
    """“… B8 1JA, *mango and lime, with rice*”: how the dish that was named before it is to be made,
    and no town."""
    if not line.heard[at - 1].stop:
        return False
    dishes = [m for m in line.mentions if m.end <= at and m.items and m.whole]
    groups = {g for m in dishes for i in m.items for g in i.modifier_group_ids}
    first = at + (line.heard[at].word in _LEADING_OPTIONS)
    mention = next((m for m in line.mentions if m.start == first), None)
    if mention is None or not any(
        r.coverage == 1 and r.group.id in groups for r in mention.readings
    ):
        return False
    after = line.heard[mention.end : mention.end + 1]
    return first > at or not after or after[0].stop or after[0].word in ("and", "with", "no")


_LEADING_OPTIONS = frozenset(["with", "without", "no", "and", "plus", "extra"])


def _whole_street(line: Line, asides: Asides, at: int) -> int:
    """“*58-20* Roosevelt Avenue”, “*Bologna* Street 12”: where a street begins that was found
    at `at` by its last number or its last word."""
    first = line.tokens_of(at, at + 1)[0]
    words = [t.word for t in line.heard]
    while first > 0 and words[first].isdecimal() and joined(line, first - 1):
        first -= 1
    first = spoken_number(line, first)
    named = words[first] in _STREET_NOUNS
    while first > 0 and named and first - 1 not in asides.taken:
        before = line.heard[first - 1]
        if before.stop or before.word in _LEADING or not before.word.isalpha():
            break
        if line.cased and not line.capital(range(first - 1, first)):
            break
        first -= 1
        named = line.cased
    return sum(len(word) + 1 for word in words[:first])


def _without_name(line: Line, kept: list[int], *, ending: bool) -> list[int]:
    """“Bahnhofstrasse 7, *Sara*”: who has given no name says it last. After "7 Oak Street" it may
    be a town, but from who winds up."""
    last = len(kept) - 1
    before = kept[:-2] if ending else kept[:-2][-1:]
    numbered = any(line.heard[n].word[0].isdigit() for n in before)
    apart = last > 1 and line.heard[kept[-2]].word == "," and numbered
    word = line.heard[kept[-1]].word if kept else ""
    known = word in COMMON or word in _IN_THE_HOUSE
    in_the_house = last > 3 and line.heard[kept[-4]].word in UNITS
    known = known or (in_the_house and not ending and not is_called_so(word))  # "unit 2, Trenton"
    named = apart and not known and line.capital(range(kept[-1], kept[-1] + 1))
    return kept[:-2] if named else kept


def _addresslike(words: Sequence[str]) -> bool:
    content = [w for w in words if w not in (",", ".")]
    return any(w[0].isdigit() for w in content) or sum(w not in COMMON for w in content) >= 2


def _is_a_place(line: Line, kept: Sequence[int]) -> bool:
    """“Deliver it to *the Marriott*”: one name, in capitals."""
    named = [n for n in kept if line.heard[n].word not in COMMON and line.heard[n].word.isalpha()]
    return len(named) == 1 and line.cased and line.capital(range(named[0], named[0] + 1))


_IN_THE_HOUSE = frozenset(
    ["hinterhaus", "vorderhaus", "seitenfluegel", "erdgeschoss", "parterre", "links", "rechts"]
)
# "*It has no number, it's a business park.* Canal Wharf, …"
_UNNUMBERED = (
    r"(?:[^.?]*?\b(?:no|have an?|has an?|got an?|isnt an?|without an?) (?:street |house |door )?"
    r"numbers?\b[^.?,]*(?: , (?:its|it is) an? [^.?,]+)?[.,?] )?"
)
_BEFORE_ADDRESS = re.compile(
    rf"^{_UNNUMBERED}"
    r"(?:(?:uh|um|no|nope|yes|yeah|sure|ok|okay|its|it is|to|at|that is|thats|deliver|bring|it|is"
    r"|my|the|address|,|please|would be|called|im|were|we are|i am|i live"
    r"|should (?:be|say|read)) )*"
)


def hear_bare_address(line: Line, asides: Asides) -> None:
    """An answer to "what address": all of it, unless it goes on ordering."""
    match = _BEFORE_ADDRESS.match(line.string)
    assert match is not None
    at = match.end()
    street = STREETLIKE.search(line.string, at)
    if street is None and _goes_on_ordering(line, line.tokens_of(at, len(line.string))):
        return
    if street is not None and all(
        word in COMMON or not word.isalnum() for word in line.string[at : street.start()].split()
    ):
        at = street.start()  # "let me check... Marktplatz 1"
    if at < len(line.string):
        take_address(line, asides, at, lead=0)
