"""Wishes that any kitchen understands: "well done", "sauce on the side"."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from agent.language import COMMON, stem, tokens
from agent.matching import Mention
from agent.small_words import SMALL_WORDS, Kind
from agent.subjects import comes_or_goes

__all__ = ["is_note", "note_leads", "notes_in", "notes_of_some", "tells_which"]

_DEGREE = (
    r"(?:extra |very |really |nice and |not too |not so |not very |not overly |not all that "
    r"|(?<!its )(?<!is )(?<!was )(?<!im )not that |a bit |a little "
    r"|a little bit |less |super |lightly |slightly |quite |medium |more )"
)
_VESSELS = r"(?:bag|box|container|pot|tub|cup|dish|carton|bowl)"
_ASIDE = (
    r"(?:on the side|separately"
    rf"|(?:in )?(?:(?:an?|its|their) )?(?:own|separate) {_VESSELS}(?:s|es)?)"
)
# "Make a note *of that*", "… *for the cooks*": of what was just said, and no words of a note.
_TO_WHOM = (
    r"(?:please|(?:(?:of|for|to) )?(?:that|this|it|(?:the|your) \w+)(?: down)?(?: please)?)"
    r"(?= [.,?]|$)"
)
# "*Cut the broccoli up small*", "*chop the chicken into bits*": what of the dish, and how.
_CUT_THE = (
    r"(?:cut|slice|chop|dice|mince|shred)(?: up)? (?:all )?(?:the|his|her|their) (?:[a-z]+ ){1,2}?"
    r"(?:up|in(?:to)? (?:half|halves|quarters|2|bits|pieces|strips|slices|chunks|squares|small"
    r" pieces|little pieces|bite sized pieces)|thin|thinly|thick|small|smaller|fine|finely)"
    r"(?: (?:up|small|nice and small|really small|very small|fine|finely|thin|thinly"
    r"|in(?:to)? (?:\w+ )?(?:pieces|bits|strips|slices)))*"
)
_NOTES = re.compile(
    rf"\b(?:{_CUT_THE}|(?:the |its |with )?(?:(?!with\b|and\b)[a-z]+ ){{0,3}}{_ASIDE}"
    r"|(?:not )?(?:cut(?! (?:(?:it|them|that|those) )?(?:out|off|down|back)\b)"
    r"(?! (?:my|your|his|her|our|their) \w+ (?:off|out|open|down|short|back)\b)"
    r"|sliced|slice(?= it\b| them\b)|chopped)"
    r"(?: (?:it|them|up|in|into|to|half|halves|quarters"
    r"|slices|pieces|squares|triangles|thin|thin slices|small|big|bite|sized|\d+))*"
    r"|(?:double|triple|square|party|pie|tavern|criss cross) cut"
    r"|uncut|on (?:only |just )?(?:1 |the other )?half(?: of it)?|on (?:1|the other) side"
    r"|on the other(?= [.,]|$)"
    r"|(?:with |keep |leave )(?:the |its )?(?!(?:it|that|them|those) )[a-z]+"
    r" (?:off|left on|removed|intact|attached)"
    r"|(?:still )?(?:a (?:bit|little) )?pink(?: in the middle)?|(?:at )?room temperature"
    r"|(?:dont|do not) (?:over|under|burn|drown|squash|shake|toast|heat|warm|cut|slice|fold|mix"
    r"|stir|season|salt|cook|fry|make)\w* (?:it|them|that|those)(?: too (?:much|long|hard)"
    r"|(?: (?:with|in) (?:the |any )?(?:[a-z]+ )??[a-z]+)(?= [.,?]|$| please| thanks))?"
    r"|(?:make|be) sure (?:that )?(?:its|it is|theyre|they are|the [a-z]+ (?:is|are)) [a-z ]+"
    r"|(?:toast|warm|heat|reheat|shred|peel|microwave) (?:it|them|that|those)(?: up| through)?"
    r"|half the [a-z]+|make (?:it|that) an? (?:double|triple)(?= [.,?]|$)"
    r"|piping hot|ice cold|straight from the (?:oven|fridge)"
    rf"|{_DEGREE}?(?:crispy|crunchy|burnt|charred|toasted|well done|well cooked"
    rf"|medium rare|medium well|rare|spicy|mild|underdone)"
    rf"|(?<!\bim )(?<!\bi am )(?<!\bwere )(?<!\bwe are ){_DEGREE}"
    r"(?:hot|sweet|salty|warm|cold|thin|thick|saucy|dry|soft|done)"
    r"|not spicy|light (?:ice|sauce|mayo|cheese|salt|dressing|butter|syrup|oil|spice|foam)"
    r"|(?:go )?(?:easy|light|heavy) on (?:the )?[a-z]+|less [a-z]+"
    r"|not too much (?!(?:trouble|bother|hassle|fuss|work|effort|to|of|for|if)\b)[a-z]+"
    r"|write [a-z0-9 ]+?(?= on )(?: on (?:it|the box|top|them))"
    rf"|(?:with )?(?:a |the )?note (?!(?:of )?(?:that|this|it)(?: down)?(?= for | on )|{_TO_WHOM})"
    r"(?:that |saying )?[a-z0-9 ]+)"
    r"(?= |$)"
)  # fmt: skip
# How it is to be, in words that no list has: "lightly salted", "nice and golden", "warmed up".
_MUCH = (
    r"(?:(?:super|really|very|nice and|nicely|lightly|slightly|gently|not too|not so|not very"
    r"|not that|so|too|a bit|a little|a tiny bit|freshly|perfectly|properly|thoroughly|barely"
    r"|ultra|proper|quite|pretty|extra|fully|half|well) )"
)
_HOW = re.compile(
    rf"\b(?P<very>{_MUCH}*)(?P<how>[a-z]{{4,}})(?P<way> (?:up|out|through|down|over))?"
    r"(?= [.,?]|$| and | please| thanks| but | in the )(?: in the (?:middle|centre|center|inside))?"
)
_MADE = re.compile(r"\b(?:make|made|done|be|keep|served?|serving)\b")
_LEADING_IN = frozenset(["and", "but", "also", "oh", "um", "please", ","])
_PARTICIPLE = re.compile(r"[a-z]{2,}(?:ed|nt|wn|less)$")
_ON_THE_SIDE = "on the side"
_LEFT_OFF = re.compile(r"(?:keep|leave) .* off$")
_BESIDE = frozenset(["dip", "side"])  # what a group is called whose options lie beside the dish
_SIDE_WORDS = 4  # of "sauce on the side"
_APART = re.compile(rf"(?:separately|(?:own|separate) {_VESSELS}(?:s|es)?)$")
_OF_NOTES = frozenset(["extra", "more", "double", "hot", "all"])  # everyday words that begin one
_PLAIN_NOTES = (
    "easy on",
    "light ",
    "heavy on",
    "go ",
    "not ",
    "make sure",
    "be sure",
    "less ",
    "cut",
    "slice",
    "chop",
    "dice",
    "mince",
    "shred",
    "dont ",
    "do not ",
)  # whatever words follow
_NO_NOTE = frozenset("a and but with the it them its have served all".split())  # noqa: SIM905

# "My mom *can't* chew the crunchy ones": before what somebody does not eat, and a verb.
_UNEATEN = frozenset(["cant", "cannot", "couldnt", "wont", "dont", "doesnt", "never"])
_CUTTING = ("cut in", "cut up", "sliced in", "chopped up")

# What leads in a note and says which dish it is for: "put a note on the salad: …".
_SAYING = r"(?: ,| that| saying| says| to say| please| which says)"
_NOTE_LEAD = re.compile(
    r"\b(?:(?:can|could|would) (?:you|i) )?(?:please )?(?:put|add|leave|make|write|get|have)"
    r"(?: down)? (?:a |the |1 )?(?:little )?note(?P<of> (?:on|for|with|to) (?:it|that|them"
    rf"|(?:the|my)(?: \w+){{1,4}}?(?={_SAYING})|(?:the|my) \w+))?{_SAYING}* "
    rf"(?!{_TO_WHOM})(?P<what>\w[^.,?]*?)(?= [.,?]|$)"
)


# “*Cut* one of them *in half*”: which of them stands within the note.
_OF_SOME = re.compile(
    r"\b(?P<verb>cut|slice|chop) (?P<some>(?:\d+|both|all|the other|the others|each)"
    r"(?: of (?:them|those|these))?(?: 1)?) (?P<how>up|(?:in|into) \w+(?: pieces)?)(?= |$)"
)


def notes_of_some(
    words: Sequence[str], taken: Collection[int]
) -> dict[int, tuple[tuple[int, int], tuple[int, int]]]:
    """Where a note says itself which of the dishes it is for: those words, and the note's rest."""
    found = {}
    for match in _OF_SOME.finditer(" ".join(words)):
        span, some, how = (_span(words, *match.span(group)) for group in (0, "some", "how"))
        if not any(n in taken for n in span):
            found[span[0]] = ((some[0], some[-1] + 1), (how[0], how[-1] + 1))
    return found


def is_note(text: str) -> bool:
    """True where `text` is a wish that any kitchen understands: "well done", "extra spicy"."""
    return _NOTES.fullmatch(" ".join(t.word for t in tokens(text))) is not None


def note_leads(
    words: Sequence[str], taken: Collection[int]
) -> dict[int, tuple[tuple[int, int], tuple[int, int]]]:
    """Where a note is led in: its own words, and those that say what it is for."""
    found = {}
    for match in _NOTE_LEAD.finditer(" ".join(words)):
        span, what, of = (_span(words, *match.span(group)) for group in (0, "what", "of"))
        if what and not any(n in taken for n in span):
            end = of[-1] + 1 if of else 0
            found[span[0]] = ((what[0], what[-1] + 1), (of[0] if of else 0, end))
    return found


def _span(words: Sequence[str], start: int, end: int) -> list[int]:
    """The tokens that begin within the characters `[start, end)` of all words in a row."""
    offsets, at = [], 0
    for word in words:
        offsets.append(at)
        at += len(word) + 1
    return [n for n, offset in enumerate(offsets) if start <= offset < end]


def notes_in(
    words: Sequence[str], mentions: Sequence[Mention], taken: Collection[int]
) -> dict[int, int]:
    """Where notes begin in `words` and, for each, where it ends."""
    found = {}
    for match in _NOTES.finditer(" ".join(words)):
        span = _span(words, *match.span())
        while len(span) > 1 and words[span[0]] in _NO_NOTE:
            span.pop(0)
        side, apart = match[0].endswith(_ON_THE_SIDE), _APART.search(match[0]) is not None
        least = _SIDE_WORDS if side else len(_APART.findall(match[0])[0].split()) if apart else 0
        while least and len(span) > least and not _is_free(words, span, mentions, taken, match[0]):
            span.pop(0)  # "can I have the burger *sauce on the side*"
        while len(span) > 1 and words[span[0]] in _NO_NOTE:
            span.pop(0)  # "hot sauce but *on the side*"
        span = span[_refused(words, span, mentions) :]
        if span and _is_told(words, span[0]):
            continue
        if _is_free(words, span, mentions, taken, match[0]):
            found[span[0]] = span[-1] + 1
    return found | _descriptions(words, mentions, taken, found)


def _is_told(words: Sequence[str], at: int) -> bool:
    """“Did *they cut* the cake yet”, “one *sliced his* thumb”: told, and no wish; but
    "could they cut it in half"."""
    before, after = words[max(0, at - 2) : at], words[at + 1 : at + 3]
    asked = before[:1] and before[0] in _ASKED_TO
    by_whom = bool(before) and before[-1] in _THEY and not asked
    himself = bool(before) and after[:1] in _THEIRS and after[1:] not in (["in"], ["into"], ["up"])
    return words[at] in _CUTS and (by_whom or himself)


_CUTS = frozenset(["cut", "sliced", "chopped"])
_THEIRS = (["his"], ["her"], ["my"], ["their"])
_THEY = frozenset(["they", "he", "she", "i", "we"])
_ASKED_TO = frozenset("can could will would may might have get if that".split())  # noqa: SIM905


def _descriptions(
    words: Sequence[str],
    mentions: Sequence[Mention],
    taken: Collection[int],
    noted: Mapping[int, int],
) -> dict[int, int]:
    """Words that say of a dish just named, or of how something is to be made, how it is to be."""
    found = {}
    used = {n for start, end in noted.items() for n in range(start, end)}
    for match in _HOW.finditer(" ".join(words)):
        span, how = _span(words, *match.span()), match["how"]
        if how in COMMON or SMALL_WORDS.get((how,)) is Kind.YES:
            continue  # "sorted", said of all of it
        if comes_or_goes(words, span[-1] - bool(match["way"])):
            continue  # "one more kid just *showed up*"
        if not (match["very"] or _PARTICIPLE.match(how)):
            continue
        before = [m for m in mentions if m.end <= span[0] and m.items and m.whole]
        made = _MADE.search(" ".join(words[: span[0]]))
        exact = any(m.holds(how) for m in mentions if m.start <= span[-1] and span[0] < m.end)
        told = (span[0], span[-1] + 1)  # "fully loaded", as the menu has an option of all there is
        exact = exact or any((m.start, m.end) == told and _an_option(m) for m in mentions)
        alone = match["very"] and set(words[: span[0]]) <= _LEADING_IN
        if (before or made or alone) and not exact and not (set(span) & (used | set(taken))):
            found[span[0]] = span[-1] + 1
    return found


def tells_which(words: Sequence[str], start: int, end: int) -> bool:
    """“The lechon, *the crispy one*”: which it is, in other words, and no wish; nor is "my mom
    can't chew *the crunchy ones*"."""
    before, after = list(words[max(0, start - 3) : start]), list(words[end : end + 1])
    pointed = before[-2:] == [",", "the"] or (before[-1:] == ["the"] and before[0] in _UNEATEN)
    return pointed and after in (["1"], ["ones"])


def _refused(words: Sequence[str], span: Sequence[int], mentions: Sequence[Mention]) -> int:
    """“No *kraut* dressing on the side”: how many words of it belong to what is refused."""
    first = next((m for m in mentions if span and m.start == span[0]), None)
    after = first is not None and any(m.start == first.end and m.end <= span[-1] for m in mentions)
    negated = bool(span) and words[span[0] - 1 : span[0]] in (["no"], ["without"], ["hold"])
    return first.end - first.start if first is not None and after and negated else 0


def _is_free(
    words: Sequence[str],
    span: Sequence[int],
    mentions: Sequence[Mention],
    taken: Collection[int],
    note: str,
) -> bool:
    """True where nothing in it was understood otherwise, and the menu calls nothing so."""
    cut = note.startswith(_CUTTING)  # "that *sub cut* in four" is no Italian cold cut sub
    if any(m.start < span[0] < m.end and not (cut and m.weak) for m in mentions):
        return False
    if _LEFT_OFF.match(note) and any(m.start in span for m in mentions):
        return False  # "leave the cake off": what was ordered, or is in it
    if _APART.search(note):
        return not any(n in taken for n in span) and not _orders(words, span, mentions)
    first = words[span[0]]
    opens = not note.endswith(_ON_THE_SIDE) or first not in COMMON or first in _OF_NOTES
    inside = [m for m in mentions if m.start in span]
    if any(n in taken for n in span) or not (opens or len(span) <= _SIDE_WORDS):
        return False
    longer = any(m.end > span[-1] + 1 and m.whole and not m.weak for m in inside)
    opening = span[0] + note.startswith("not ")
    if longer and len(inside) == 1 and inside[0].start == opening:
        return False  # "*chopped* liver", "a *sliced* brisket sandwich", "*not spicy* tuna"
    before = [i.modifier_group_ids for m in mentions if m.end <= span[0] for i in m.items[:1]]
    beside = {g for ids in before for g in ids}
    if note.endswith(_ON_THE_SIDE) and any(_served_aside(m, beside) for m in inside):
        return False
    return not _names_more(inside, span, note)


def _orders(words: Sequence[str], span: Sequence[int], mentions: Sequence[Mention]) -> bool:
    """“*A large chips* in a separate bag”, and not "the rice in a separate bag"."""
    return any(
        m.start in span and m.items and m.whole and words[m.start - 1] not in ("the", "my")
        for m in mentions
    )


def _served_aside(mention: Mention, beside: Collection[str]) -> bool:
    """“With *sour cream* on the side”, of a dish that has it as a dip: there it is anyway. So where
    no dish is named before it, but how that is to be: “twenty piece, hot, ranch on the side”."""
    return any(
        r.coverage == 1
        and (r.group.id in beside or not beside)
        and {stem(t.word) for t in tokens(r.group.name)} & _BESIDE
        for r in mention.readings
    )


def _an_option(mention: Mention) -> bool:
    return any(r.coverage == 1 for r in mention.readings)


def _names_more(inside: Sequence[Mention], span: Sequence[int], note: str) -> bool:
    """What the menu calls by that name is no note: "well done" where it is an option."""
    if note in ("on 1 side", "on the other side"):
        return False  # whatever sides the menu has
    whole = any((m.start, m.end) == (span[0], span[-1] + 1) for m in inside)
    named = [r for m in inside for r in m.readings if r.coverage == 1 and not r.negated]
    required = [r for r in named if r.group.min > 0]
    if note.endswith(_ON_THE_SIDE) and required:
        return True  # a choice of sides: "with salad on the side"
    if note.endswith(_ON_THE_SIDE):
        inside = [m for m in inside if m.start < span[-1]]  # the "side" of no side salad
        return whole or any(m.items and (m.whole or _an_option(m)) for m in inside)
    inside = [m for m in inside if not m.weak and (m.whole or not m.items or _an_option(m))]
    return whole or (bool(inside) and not note.startswith(_PLAIN_NOTES))
