"""Whom an order is for, where it is said what it is: "for Maria", "my name is …"."""

from __future__ import annotations

import re

from agent.asides.addresses import NAMED_STREET, STREETLIKE
from agent.asides.bare_names import BEFORE_NAME, CORRECTING, hear_name_apart
from agent.asides.line import Line
from agent.asides.name_words import (
    EVERYDAY_NAMES,
    NOT_NAMES,
    RELATIONS,
    TITLES,
    as_name,
    is_of_the_menu,
    is_to_hold_it,
    looks_like_a_name,
    name_words,
    two_capitals,
)
from agent.asides.spelling import hear_spelling
from agent.asides.topics import Asides
from agent.language import COMMON, PRONOUNS, tokens
from agent.people import is_called_so

__all__ = ["hear_name", "hear_other_name"]

_STRONG_NAME = re.compile(
    r"\b(?:(?:my|me|the|a|his|her|our|first|last|sur) ?names?(?: (?:for|on) (?:it|that"
    r"|the order))?(?: is| as| of| down as| s| will be| would be| should be|,)?"
    r"|(?:the|our|my) (?:company|firm|business|team)(?: name)?(?: is|s)"
    r"|(?:change|switch|correct) (?:the|my) name(?: on (?:it|that|the order))? to"
    r"|names?(?: (?:for|on) (?:it|that|the order))?(?: is|,| of| as)?"
    r"|under(?: the)?(?: name)?(?: of)?|calls? me|(?<!they )(?<!you )calls? it"
    r"|(?:i|he|she) go(?:es)? by(?: the name(?: of)?)?|known as"
    r"|(?:im|i am|hes|shes) called|knows? me as"
    r"|(?:put|make|write|mark|book) (?:it|that|this|me) (?:down|out|up) (?:to|as|for)|(?:to"
    r"|on) the name(?: of)?|on behalf of)(?: ,)? (?=\w)"
)
# "The name on my order is wrong, *it should be* Ida".
_SHOULD_BE = re.compile(r"\b(?:it|that) (?:should|ought to|has to|needs to) (?:be|say|read) (?=\w)")
_SURE = (_STRONG_NAME, _SHOULD_BE)
_NAME_FIRST = re.compile(
    r"\b(?P<what>[^\W\d]+?)(?: is|s|(?: [,.])?(?: (?:yes|yeah|and)(?: ,)?)?"
    r" (?:thats|that is|its|it is))(?: really| actually)?"
    r" (?:the|my) (?:sur|last |first |family |second |full )?name\b(?! of\b)"
)
# "Coach Brenda? Just Brenda's fine": what the caller would rather be called.
_NAME_ENOUGH = re.compile(
    r"\b(?:(?P<just>just|only) )?(?P<what>[^\W\d]+?)(?: is|(?<=s)| will be| would be| will|(?<=ll))"
    r" (?:fine|ok|okay|enough|grand|alright|do)(?= [.,?]|$| thank| please| for )"
)
_NAME_OF = re.compile(r"\b(?:in|under|with|use) (?P<what>[^\W\d]+s) name\b")  # "in *Tariq's* name"
# "It's the Patel residence".
_NAME_OF_HOUSE = re.compile(r"\bthe (?P<what>[^\W\d]+) (?:residence|household|home|house|family)\b")
_NAME_SPEAKING = re.compile(
    r"(?:^|(?<=[.,] ))(?:(?:hi|hello|hey|yes|good|evening|morning|afternoon|its|this is) )*"
    r"(?P<what>[^\W\d]+(?: [^\W\d]+)?) (?:speaking|calling)\b(?= [.,]|$| here| from)"
)
# "*Coach Dale* here", "*Dr Okafor* here, from the surgery": who it is, and where from.
_NAME_HERE = re.compile(
    r"(?:^|(?<=[.,] ))(?:(?:hi|hello|hey|hiya|good|evening|morning|afternoon|yes|yeah) )*"
    r"(?P<what>[^\W\d]+(?: [^\W\d]+)??) here\b"
    r"(?:(?: again)?(?: ,)? (?:from|over at|down at) [^.,?\d]+?(?= [.,]|$| can | could | i )"
    r"|(?= again\b| [.,]|$))"
)
# "*Darnell* over at the tire shop", "hi, *Marge* from accounting": who calls, and from where.
_NAME_FROM = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|yo|good|evening|morning|afternoon|yes|yeah|its|this is|,) )*"
    r"(?P<what>[^\W\d]+(?: [^\W\d]+)??) (?:(?:over|down|up|out|back|here) )?(?:at|from|with the)"
    r" (?:(?:the|my|our) )?[^.,?\d]+?(?= [.,]| can | could | i | id | ill |$)"
)
_NAME_BESIDE = (
    _NAME_FIRST, _NAME_OF, _NAME_OF_HOUSE, _NAME_ENOUGH, _NAME_SPEAKING, _NAME_HERE, _NAME_FROM,
)  # fmt: skip
_WEAK_NAME = re.compile(
    r"(?<!\d )(?<!short )\bfor (?:the )?(?=\w)|\bfor (?=\w+ ?$)|\b(?:this is|its|it is|im"
    r"|i am) (?:for )?(?=\w)|\b(?:just )?(?:put|stick|pop) (?:it|that|this|them) on (?=\w)"
    r"|\b(?:just )?(?:put|pop|stick|write|jot|whack|bang|chuck|(?<=just )use|(?<=just )say)"
    r" (?:(?:it |that |me )?down (?:as )?)?(?=\w)"
)
# Between two names the second is meant: "under Ada, no, sorry, under Ben".
_NO_RATHER = re.compile(
    r"\b(?:no|nope|sorry|actually|wait|rather|instead|scratch|make (?:it|that)|i mean|better"
    r"|change (?:it|that)|hang on|hold on|oops|not|(?:well|or|but|you can|you could) just"
    r"|just (?:put|use|say|write))\b"
)


# "My name *isn't* Moseley, it's Margaret"; the other name may come later, or not at all.
_IS_NOT = re.compile(
    r"\b(?:my|the) (?:first |last |sur)?name(?: is|s)? ?(?:isnt|wasnt|not|is not|aint)"
    r" (?:[^\W\d]+ ){1,3}?(?:[.,] )?(?:(?:and|but|its|it is|thats|rather|my name is|my names"
    r"|no|sorry|im|i am|[.,]) )*(?=\w)"
)
_DENIED = re.compile(
    r"\bname(?: is|s)? ?(?:isnt|wasnt|not|is not|aint)(?: [^\W\d]+){1,3}?(?= [.,]|$)"
)


def hear_other_name(line: Line, asides: Asides, called: str) -> None:
    """“Not Jeff, *Geoff*”, “my name isn't Jeff, it's *Geoff*”, said of the name that was understood
    before."""
    words = " ".join(t.word for t in tokens(called))
    match = re.search(rf"\bnot {re.escape(words)} ,? ?(?:but |its |rather )?(?=\w)", line.string)
    if not words or match is None:
        match = _IS_NOT.search(line.string)
    denied = _DENIED.search(line.string)
    asides.taken |= set(line.tokens_of(*denied.span())) if denied is not None else set()
    if match is None:
        return
    trigger = line.tokens_of(*match.span())
    span = name_words(line, asides, trigger[-1] + 1, sure=True)
    if span:
        asides.taken |= {*trigger, *span}
        asides.name = as_name(line.raw(span))


def hear_name(line: Line, asides: Asides, *, want_name: bool) -> None:
    """“My name is …”, “for Maria”, “it's Kim”; where it is asked for, a little is enough."""
    _pass_over_likeness(line, asides, want_name=want_name)
    if want_name and hear_spelling(line, asides):
        return
    for pattern in _NAME_BESIDE:
        first = pattern.search(line.string)
        if first is not None and _takes_name(line, asides, first):
            return
    end = 0
    of_a_name = re.search(r"\bnames?\b", line.string) is not None
    patterns = [(_STRONG_NAME, True), (_WEAK_NAME, want_name)]
    patterns += [(_SHOULD_BE, True)] if of_a_name else []
    for pattern, strong in patterns:
        for match in pattern.finditer(line.string):
            corrected = match.start() > end and _NO_RATHER.search(line.string, end, match.end())
            if asides.name and not corrected:
                continue
            if pattern is _WEAK_NAME and asides.called and _goes_on_with_street(line, match):
                continue
            span = _named_after(line, asides, match, strong=strong)
            if span:
                asides.name = as_name(line.raw(span))
                end = match.end()
    if not asides.name and _STRONG_NAME.search(line.string):
        hear_name_apart(line, asides, first=1)  # "… my husband's name, he's fetching it. Hugo"


def _goes_on_with_street(line: Line, match: re.Match[str]) -> bool:
    """“14 Church Street, *it's Moseley*”: the part of town, of who has said a name before."""
    street = STREETLIKE.search(line.string) or NAMED_STREET.search(line.string)
    its = match[0].startswith(("its ", "it is "))
    return its and street is not None and "." not in line.string[street.end() : match.start()]


# "Cook, *like the job*", "Hill, *as in a hill*", "Jo, *short for Joanne*".
_LIKENESS = re.compile(
    r"(?<=\w) [.,] (?P<what>(?:like|as in|same as|just like"
    r"|short for)(?: [^\W\d]+){1,4})(?= [.,?]|$)"
)


def _pass_over_likeness(line: Line, asides: Asides, *, want_name: bool) -> None:
    """What a name is like names neither another one nor a dish."""
    for match in _LIKENESS.finditer(line.string):
        before = line.tokens_of(match.start() - 1, match.start())
        if before and (want_name or line.capital(before)) and not line.names(before):
            asides.taken |= set(line.tokens_of(*match.span("what")))


def _named_after(line: Line, asides: Asides, match: re.Match[str], *, strong: bool) -> range:
    """The name that "under …" or "it's for …" leads to; both are then used up."""
    trigger = line.tokens_of(match.start(), match.end())
    if asides.taken & set(trigger):
        return range(0)
    start = trigger[-1] + 1
    related = [t.word for t in line.heard[start : start + 2]]
    if related[:1] in (["my"], ["our"]) and set(related[1:]) & RELATIONS:
        start += 2
        words = [t.word for t in line.heard]
        start += 2 * (words[start : start + 2] == ["in", "law"])
        start += words[start : start + 1] == [","]
        trigger = range(trigger[0], start)
    if start >= len(line.heard):
        return range(0)
    capital = line.capital(range(start, start + 1))
    the = match[0].endswith(("for the ", "under the "))
    if the and not (capital and _is_family(line, start)):
        return range(0)  # "for the kids", "under the stairs", and "for the *Hendersons*"
    if match[0].endswith(" on ") and not is_to_hold_it(line, start):
        return range(0)
    coming = _COMING_FOR.search(line.string[: match.start()]) is not None
    for_whom = match[0].rstrip().endswith(("for", "for the"))
    an_oath = line.heard[start].word in _OATHS  # and a name: "it's for *Jesus*"
    written = capital and (_PUT_ON.match(line.string, match.end()) or two_capitals(line, start))
    sure = (
        match.re in _SURE
        or ((strong or coming) and capital)
        or bool(written)
        or (for_whom and an_oath)
    )
    span = name_words(line, asides, start, sure=sure)
    if match.re not in _SURE and _doing(line, span):
        return range(0)
    if match.re not in _SURE and line.cased and span and not line.capital(span):
        return range(0)  # "it's too hot out for *soup*"
    if not span or not (strong or for_whom or line.capital(span) or _introduced(line, span)):
        return range(0)
    asides.taken |= {*trigger, *span}
    return span


def _is_family(line: Line, at: int) -> bool:
    """“For the *Hendersons*”, and not “for the *Browns* game”, which is an occasion."""
    after = line.heard[at + 1 : at + 2]
    ends = not after or after[0].stop or after[0].word in _AFTER_FAMILY
    return line.heard[at].word.endswith("s") and ends


def _takes_name(line: Line, asides: Asides, match: re.Match[str]) -> bool:
    """True where `what` of the match is a name; it is then taken, with what is said around it."""
    span, what = line.tokens_of(*match.span()), line.tokens_of(*match.span("what"))
    if match.re is _NAME_FIRST:
        what = _in_full(line, _with_first_names(line, what))
    words = [line.heard[n].word for n in what]
    named = any(m.items for m in line.mentioned(what)) and match.re is not _NAME_FIRST
    if match.re is _NAME_OF_HOUSE and not line.capital(what):
        return False  # "the corner house"
    if asides.taken & set(span) or named or set(words) & (NOT_NAMES | PRONOUNS):
        return False
    if match.re is _NAME_FROM and not _calls_from(line, what, span):
        return False
    if match.re is _NAME_HERE and len(what) > 1 and not _in_two_words(line, what):
        return False
    if match.re is _NAME_ENOUGH and not match["just"] and not _known(line, what):
        return False  # "*that's* fine", "a coke will do"
    if match.re is _NAME_ENOUGH and is_of_the_menu(line, what):
        return False  # "just *ranch* is fine"
    everyday = all(w in COMMON - EVERYDAY_NAMES for w in words)
    telling = what[0] > 0 and line.capital(what)
    if match.re is not _NAME_FIRST and everyday and not (telling and len(words) == 1):
        return False
    asides.taken |= {*span, *what}
    asides.name = as_name(line.raw(what))
    return True


def _calls_from(line: Line, what: range, span: range) -> bool:
    """“*Kim* down at the bank”, and no "extra cheese from the grill"."""
    if any(m.items and m.whole for m in line.mentioned(span)) or "deliver" in line.string:
        return False
    if len(what) > 1 and not two_capitals(line, what[0]):
        return False
    known = is_called_so(line.heard[what[0]].word) or looks_like_a_name(line, what)
    return line.capital(what) and known and not line.mentioned(what)


def _in_two_words(line: Line, what: range) -> bool:
    """“*Coach Dale* here”, “*Maria Lopez* here”, and no "first timer here"."""
    word = line.heard[what[0]].word
    return word in TITLES or is_called_so(word) or two_capitals(line, what[0])


def _known(line: Line, what: range) -> bool:
    """“*Dave's* fine”: a name that is known for one, with nothing before it in its clause."""
    opens = what[0] == 0 or line.heard[what[0] - 1].stop
    if not opens and line.heard[what[0] - 1].word not in BEFORE_NAME | CORRECTING | {"but"}:
        return False  # "white *rice* is fine"
    word = line.heard[what[0]].word
    return is_called_so(word) or is_called_so(word.removesuffix("s"))


def _with_first_names(line: Line, what: range) -> range:
    """“*Big* Dave's the name”, “*Jean*-Luc is my name”: what is written like the name before it."""
    first = what[0]
    while first > 0 and not line.heard[first - 1].stop:
        alike = line.capital(range(first - 1, first)) and line.capital(what)
        if not (alike or line.hyphened(first - 1)):
            break
        if line.heard[first - 1].word in NOT_NAMES | PRONOUNS:
            break
        first -= 1
    return range(first, what[-1] + 1)


def _in_full(line: Line, what: range) -> range:
    """“Pickles, that's my surname, *Brian Pickles*”: said once more, with all of it."""
    for n in range(what[-1] + 1, len(line.heard)):
        if line.heard[n].word == line.heard[what[-1]].word:
            full = _with_first_names(line, range(n, n + 1))
            first = line.heard[n - 1].word
            if len(full) == 1 and is_called_so(first) and not line.cased:
                full = range(n - 1, n + 1)
            return what if len(full) == 1 else full
    return what


def _introduced(line: Line, span: range) -> bool:
    """“It's *rita*”, “this is *david* for collection”, where nothing has capitals."""
    before, after = line.heard[span[0] - 1].word, line.heard[span[-1] + 1 : span[-1] + 2]
    plain = line.text == line.text.lower() and before in ("its", "is", "put")
    closed = not after or after[0].stop or after[0].word in _AFTER_NAME
    closed = closed or (before == "put" and after[0].word == "on")  # "put *rosie* on it"
    if before == "im" and line.text == line.text.lower():
        known = any(line.heard[n].word in COMMON for n in span)
        return not known and closed and _WINDING_UP.search(line.string) is not None
    if before == "its" and not is_called_so(line.heard[span[0]].word):
        return False  # "it's *chaos*"
    return plain and closed


# "Pick-up for *Ruth*": where a name is due, it is no dish that sounds alike.
_COMING_FOR = re.compile(
    r"\b(?:pick ?up|picking up|collection|collecting|takeaway|takeout|delivery|to go)(?: ,)? $"
)
# "That's all picking up *i'm chloe*", in a recogniser's text.
_WINDING_UP = re.compile(
    r"\b(?:thats|pick|picking|pickup|collect|collecting|collection|deliver|order|takeaway|takeout"
    r"|to go|carry out|nothing else|no more)\b"
)


_OATHS = frozenset(["jesus"])
# "Put *Tom on it*".
_PUT_ON = re.compile(r"\w+(?: \w+)? (?:on|down on) (?:it|that|there|the order)\b")


def _doing(line: Line, span: range) -> bool:
    """“… sauce for *dipping*”, “it's *raining*”: what a thing is for or does, and nobody."""
    word = line.heard[span[0]].word if span else ""
    return word.endswith("ing") and len(word) > MAX_ING_NAME and not line.capital(span)


MAX_ING_NAME = 5  # letters: Ming and Bing are names, dipping is none
_AFTER_NAME = frozenset(
    """
    calling thats for here and again same can could id i ill to carry pick picking pickup collect
    collecting collection take takeaway takeout well
    """.split()  # noqa: SIM905
)


_AFTER_FAMILY = _AFTER_NAME | frozenset("please thanks thank and at on in to who we".split())  # noqa: SIM905
