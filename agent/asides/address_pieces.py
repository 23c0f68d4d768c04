"""An address that is told a piece at a time, and what is put right in one: "Unit 4", "Mill Lane",
"LS1 4DT", "and it's in Tyseley", "Bacon House, not Beacon House"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides.line import Line
from agent.asides.name_words import EVERYDAY_NAMES, TITLES
from agent.asides.named_places import HOUSES
from agent.asides.topics import Asides
from agent.asides.written_address import STREETS, as_written
from agent.foods import is_a_food_at_all
from agent.language import COMMON, Token, tokens
from agent.people import is_called_so, is_english

__all__ = ["hear_piece", "hear_postcode", "hear_rather", "hear_town", "join_address", "only_parts"]

# "LS1 4DT", "the postcode's M5V 2T6", "L S one, four D T".
_POSTCODE = re.compile(
    r"(?:^|(?<=[.,?] )|(?<=and )|(?<=no )|(?<=its )|(?<=thats ))(?:(?:it is|actually|sorry) )*"
    r"(?P<code>(?!(?:at|by|to|in|of|on|or|so|my|me|is|it|no|go|for|[ai]) \d)"
    r"(?:[a-z]{1,2}|[a-z] [a-z]) (?:\d{1,2}(?: [a-z])?(?: ,)? \d|\d{2,3})"
    r" (?![ap]m|oz|lb)[a-z] ?[a-z]"
    r"|[a-z] \d [a-z](?: ,)? \d [a-z] \d)(?= [.,?]|$| please| thanks| and )"
)
# "My zip is 02139", "the postcode's LS1 4DT".
_CALLED_CODE = re.compile(
    r"\b(?:(?:my|the|our|and|actually|no|sorry|its) )*"
    r"(?P<what>(?:post ?code|postal code|zip ?code|zip)"
    r"(?: (?:is|was) (?:wrong|not right) (?:[,.] )?(?:its|it is)?| is| s|s|,)?"
    r" (?:(?:its|it is|not) )?"
    r"(?P<code>(?=[^.,?]*\d)[a-z0-9 ]{2,12}?))(?= [.,?]|$| please| thanks| and )"
)
_FULL_CODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}|[A-Z]\d[A-Z]\d[A-Z]\d")
_LEADS = frozenset(
    """
    no nope yes yeah sorry actually wait oh um uh well and but its it is thats that the my our
    at to in i said mean address should be would called , .
    """.split()  # noqa: SIM905
)
_NAMED = frozenset(["house", "street", "name", "is"])  # "the *house name is* Rose Cottage"
_STREET = re.compile(STREETS)
_KIND = re.compile(rf"(?:{HOUSES}|{STREETS})")
_ENDS = frozenset([",", ".", "?", "please", "thanks", "and", "but"])
MAX_WORDS = 4  # of what a house, a street or a town is called


def hear_postcode(line: Line, asides: Asides, *, known: bool) -> None:
    """The postcode: of an address that is `known` or due it is a part even where nothing leads to
    it, and nobody's name."""
    patterns = (_CALLED_CODE, _POSTCODE) if known else (_CALLED_CODE,)
    for match in (m for pattern in patterns for m in pattern.finditer(line.string)):
        span, code = line.tokens_of(*match.span()), line.tokens_of(*match.span("code"))
        if asides.taken & set(span):
            continue
        asides.taken |= set(span)
        asides.placed |= set(code)
        called = match.groupdict().get("what") is not None and not known
        asides.parts.append(
            line.raw(line.tokens_of(*match.span("what"))) if called else _code(line, code)
        )


def _code(line: Line, span: range) -> str:
    """`l s one four d t` → `LS1 4DT`."""
    letters = "".join(line.heard[n].word for n in span if not line.heard[n].stop).upper()
    if _FULL_CODE.fullmatch(letters):
        return f"{letters[:-3]} {letters[-3:]}"
    return line.raw(span)


def hear_rather(line: Line, asides: Asides, address: str) -> None:
    """“It's Bacon House, *not Beacon House*”, “not Mill Lane, Hill Lane”, of an address that has
    the one."""
    words, there = [t.word for t in line.heard], tokens(address)
    for at in (n for n, word in enumerate(words) if word == "not" and n not in asides.taken):
        old = _longest(words[at + 1 :], there)
        if not old or not _ended(words, at + 1 + len(old)):
            continue
        denied = range(at + 1, at + 1 + len(old))
        new = _before(words, at) or _after(words, denied[-1] + 1)
        named = len(old) == 1 and bool(line.mentioned(denied))
        if not new or named or asides.taken & {*new, *denied}:
            continue
        asides.address = _exchanged(address, there, old, as_written(line, new))
        asides.taken |= set(range(min(new[0], at), max(new[-1], denied[-1]) + 1))
        return


def _longest(words: Sequence[str], there: Sequence[Token]) -> range:
    """Where in an address stands what `words` begin with; as many of them as can be."""
    known = [t.word for t in there]
    for length in range(MAX_WORDS, 0, -1):
        for first in range(len(known) - length + 1):
            said = list(words[:length])
            if len(said) == length and said[-1] not in _ENDS and known[first:][:length] == said:
                return range(first, first + length)
    return range(0)


def _ended(words: Sequence[str], at: int) -> bool:
    return at >= len(words) or words[at] in _ENDS


def _before(words: Sequence[str], at: int) -> range:
    """“*Bacon House*, not …”: what is said in the place of it."""
    end = at - 1 if at and words[at - 1] in (",", "and") else at
    if end and words[end - 1] in (",", "and"):
        end -= 1
    first = end
    while first and words[first - 1] not in (_LEADS | _ENDS | {"number"}):
        first -= 1
    return range(first, end) if end - first <= MAX_WORDS else range(0)


def _after(words: Sequence[str], at: int) -> range:
    """“… not Beacon House, *Bacon House*”."""
    while at < len(words) and words[at] in (_LEADS | {"but"}):
        at += 1
    end = at
    while end < len(words) and words[end] not in _ENDS:
        end += 1
    return range(at, end) if end - at <= MAX_WORDS else range(0)


def _exchanged(address: str, there: Sequence[Token], old: range, new: str) -> str:
    """`address` with `new` for the words at `old`, which may end in what stands there after them:
    “Bacon House, not Beacon”."""
    more, after = [t.word for t in tokens(new)], [t.word for t in there[old[-1] + 1 :]]
    end = old[-1] + 1 + max(k for k in range(len(more)) if more[len(more) - k :] == after[:k])
    return address[: there[old[0]].start] + new + address[there[end - 1].end :]


def hear_piece(line: Line, asides: Asides, address: str) -> None:
    """“No, it's *Bacon House*”, “*Mill Lane*”, said of an address: in the place of the house or the
    street that it has; else it is one more piece of it."""
    words, known = [t.word for t in line.heard], address
    pieces: list[range] = []
    taken: set[int] = set()
    first = 0
    while first < len(words):
        begun, first = first, _after_leads(words, first, asides)
        end = first
        while end < len(words) and words[end] not in _ENDS:
            end += 1
        span, there = range(first, end), tokens(known)
        if not _is_a_piece(line, asides, span):
            break
        old = _same_kind(words, span, there)
        if not _alike(words, span, [t.word for t in there], old):
            return  # another street with its number is another address
        if old:
            known = _exchanged(known, there, old, as_written(line, span))
        else:
            pieces.append(span)
        taken |= set(range(begun, end))
        first = end
    if known == address and not pieces and first < len(words):
        return  # what is said again may go on with more of it
    asides.taken |= taken
    asides.placed |= {n for span in pieces for n in span}
    asides.parts += [as_written(line, span) for span in pieces]
    asides.address = known if taken and known != address else asides.address


def _after_leads(words: Sequence[str], at: int, asides: Asides) -> int:
    """Where a piece begins: after “no, it's”, after a flat, after “the house name is”."""
    while at < len(words) and (words[at] in _LEADS or at in asides.placed):
        at += 1
    if "name" in words[at : at + 2]:
        while at < len(words) and words[at] in _NAMED:
            at += 1
    return at


def _is_a_piece(line: Line, asides: Asides, span: range) -> bool:
    words = [line.heard[n].word for n in span]
    if "not" in words:
        return False
    named = [n for n, word in zip(span, words[:-1], strict=False) if word.isalpha()]
    if not named or len(span) > MAX_WORDS + 1 or not _KIND.fullmatch(words[-1]):
        return False
    if asides.taken & set(span) or line.names_a_dish(span):
        return False
    strange = any(line.heard[n].word not in COMMON for n in named)
    return strange or line.written_so(named[-1])  # and no "big house"


def _alike(words: Sequence[str], span: range, known: Sequence[str], old: range) -> bool:
    """True but of a street with its number, neither of which stands in the address."""
    numbered = words[span[0]].isdecimal() and bool(old)
    return not numbered or bool({words[n] for n in span[:-1]} & {known[n] for n in old})


def _same_kind(words: Sequence[str], span: range, there: Sequence[Token]) -> range:
    """Where in an address the house or the street stands whose place another of its kind takes; a
    number stays, where no other is said."""
    kind, known = words[span[-1]], [t.word for t in there]
    street = _STREET.fullmatch(kind) is not None
    same = [n for n, word in enumerate(known) if n and word == kind]
    same = same or [n for n, word in enumerate(known) if n and street and _STREET.fullmatch(word)]
    if not same:
        return range(0)
    first = same[0]
    while first and known[first - 1].isalpha() and same[0] - first < MAX_WORDS - 1:
        first -= 1
    if words[span[0]].isdecimal() and first and known[first - 1].isdecimal():
        first -= 1
    return range(first, same[0] + 1)


_TOWN = re.compile(
    r"(?:^|(?<=[.,?] )|(?<=yes )|(?<=but ))"
    r"(?:(?:and|but|no|yes|yeah|oh|its|it is|thats|so|um|uh) (?:, )?)*"
    r"(?P<lead>in (?:the )?"
    r"|(?:the |my |our )?(?:town|village|area|suburb|city|district) (?:is |s )?"
    r"|(?:you (?:ve |have )?|youve )?(?:missed|forgot|forgotten|left (?:out|off)) )?"
    r"(?P<town>[a-z]{3,}(?: [a-z]{2,}){0,2}?)(?P<tail> as well| too| also)?(?= [.,?]|$| please)"
)


def hear_town(line: Line, asides: Asides, *, alone: bool) -> None:
    """“*Tyseley* as well”, “it's in *Leeds*”, of an address that is known; `alone`: nothing need
    lead to it."""
    for match in _TOWN.finditer(line.string):
        span = line.tokens_of(*match.span("town"))
        first = line.heard[span[0]].word
        if asides.taken & set(span) or line.mentioned(span) or not _is_a_town(line, span):
            continue
        if not match["lead"] and (is_called_so(first) or first in TITLES | EVERYDAY_NAMES):
            continue
        if not match["lead"] and is_a_food_at_all(first):
            continue
        said = len(match.group()) == len(line.string.rstrip(" ."))
        if not (match["lead"] or match["tail"] or (alone and said)):
            continue
        asides.taken |= set(line.tokens_of(*match.span()))
        asides.parts.append(as_written(line, span))


def _is_a_town(line: Line, span: range) -> bool:
    """A word that is no English one, or has a capital where the others have some."""
    words = [line.heard[n].word for n in span]
    if line.cased:
        return line.capital(range(span[0], span[0] + 1)) and not all(w in COMMON for w in words)
    return any(not is_english(w) for w in words)


# Of one kind there is one in an address: who says "flat 4" after "flat 3" puts it right.
_KINDS = tuple(
    re.compile(rf"\b(?:{kind})(?=,|$)", re.IGNORECASE)
    for kind in (
        *(
            rf"(?:{called})\.? (?:(?:number|no\.?) )?\w+(?: [a-z])?"
            for called in (
                "apartment|apt|flat|unit|suite",
                "building|bldg|block|tower",
                "room",
                "floor",
            )
        ),
        r"\w+ floor",
        r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}",
        r"[a-z]\d[a-z] ?\d[a-z]\d",
        r"\d{5}",
    )
)


def only_parts(address: str) -> bool:
    """True of “Unit 4, second floor”, an address of which the street is still to be said."""
    pieces = [piece.strip() for piece in address.split(",")]
    return bool(address) and all(any(k.fullmatch(p) for k in _KINDS) for p in pieces)


def join_address(asides: Asides, address: str, *, delivering: bool) -> None:
    """The parts go to the address, the one just said or the one known; where there is none, they
    are the first of it, or else a note."""
    if address and f" {_words(asides.address)} " in f" {_words(address)} ":
        asides.address = address  # "it's 22 Mill Lane, that's the street", and the flat stands
    elif asides.address and only_parts(address):
        asides.address = _after_pieces(address, asides.address)
    elif address and only_parts(asides.address):  # "flat 3", to "what number on Park Lane?"
        asides.parts, asides.address = [asides.address, *asides.parts], address
    if not asides.parts:
        return
    whole = asides.address or address
    if not (whole or delivering):
        asides.notes += asides.parts
        return
    for part in asides.parts:
        whole = _with_part(whole, part)
    asides.address = whole


def _after_pieces(address: str, more: str) -> str:
    """“Unit 4”, and now “12 Mill Lane”: what `more` has not of its own goes before it."""
    said = f" {_words(more)} "
    kinds = [kind for kind in _KINDS if kind.search(more)]
    kept = [
        piece
        for piece in address.split(", ")
        if f" {_words(piece)} " not in said and not any(kind.match(piece) for kind in kinds)
    ]
    return ", ".join([*kept, more])


def _with_part(whole: str, part: str) -> str:
    """`whole` with `part`, in the place of the one of its kind that it has, or at its end."""
    if f" {_words(part)} " in f" {_words(whole)} ":
        return whole
    for kind in _KINDS:
        if kind.match(part) and kind.search(whole):
            return kind.sub(lambda _: part, whole, count=1)
    return f"{whole}, {part}" if whole else part


def _words(text: str) -> str:
    """The folded words of `text`; the digits of a number as they stand there, however many."""
    heard = [t for t in tokens(text) if not t.stop]
    raw = [text[t.start : t.end] for t in heard]
    return " ".join(r if r.isdecimal() else t.word for t, r in zip(heard, raw, strict=True))
