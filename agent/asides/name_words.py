"""Which words can be a person's name."""

from __future__ import annotations

import re

from agent.asides.addresses import STREETLIKE
from agent.asides.line import Line, capitals
from agent.asides.spelling import spelled_at
from agent.asides.topics import Asides
from agent.asides.vocatives import VOCATIVES
from agent.language import COMMON, PRONOUNS
from agent.lexemes import is_foreign_small_word, is_small_word
from agent.matching import Mention
from agent.people import is_called_so, may_be_called_so

__all__ = [
    "EVERYDAY_NAMES",
    "NOT_NAMES",
    "RELATIONS",
    "TITLES",
    "as_name",
    "is_of_the_menu",
    "is_to_hold_it",
    "looks_like_a_name",
    "name_words",
    "two_capitals",
    "unlike",
]


MAX_NAME_WORDS = 3
# "Put it on *McAllister*", and no "put it on Visa".
_FAMILY = re.compile(r"(?:Mc|Mac|Fitz|De|Di|Du|Le|La|Van|Von|[OD]['’])[A-Z]\w+")
TITLES = frozenset(
    """
    mr mrs ms miss dr mister madam doctor madame monsieur mme mlle mademoiselle senor senora
    senorita don dona herr frau signor signora signorina pani pan coach pastor father sister sir
    professor
    """.split()  # noqa: SIM905
)
_NOBODY = frozenset(["god", "goodness", "lord", "heaven", "heavens", "christ"])  # "thank God"
_PARTICLES = frozenset("de la le van von der den di da del dos el al bin ibn mc o st".split())  # noqa: SIM905
NOT_NAMES = frozenset(
    """
    of was whats
    yes yeah yep yup no nope nah ok okay sure please thanks thank hello hi what why who how when
    delivery pickup pick carry take collect collection takeaway takeout i id ill im can could a an
    the and my it its is that thats 1 2 3 4 5 wait sorry actually change add remove cancel make to
    for with without not dont do you maybe hmm um uh one two stop repeat nothing none never order
    today tonight now later soon asap cash card everything anything both all nothing bye goodbye
    wrong incorrect correct spelled spelt misspelled sorted done finished this there here oh ah eh
    huh well right so now hey then great cool good evening morning afternoon dear lovely and but
    also sir maam mate man love cheers bloody just what which anyway anyways fine look listen let
    lets he she we they ima imma hes shes theyre youre still again got get lent christmas easter
    ramadan eid diwali passover hanukkah thanksgiving halloween valentines usual same if unless
    because back
    """.split()  # noqa: SIM905
)

# Thanks and greetings of the kitchens' languages, which callers fall into.
_COURTESIES = frozenset(
    """
    merci danke gracias grazie obrigado obrigada madloba gamarjoba kamsahamnida gamsahamnida arigato
    spasibo dziekuje dzieki efharisto efcharisto tesekkurler sagol shukran toda tack kiitos takk
    salamat namaste dhanyavad shukriya bonjour bonsoir salut hola ciao buongiorno buonasera
    annyeonghaseyo konnichiwa nihao xiexie hallo servus prego bitte merhaba salam shalom adios
    tschuss khop khun krap kha
    """.split()  # noqa: SIM905
)
NOT_NAMES |= _COURTESIES

# Whose name it is may be said first: "for *my daughter* Priya".
RELATIONS = frozenset(
    """
    wife husband daughter son mum mom mother dad father sister brother friend mate boss colleague
    partner girlfriend boyfriend neighbour neighbor flatmate roommate cousin aunt uncle niece nephew
    grandma grandmother gran granny grandpa grandfather kid boy girl fiance fiancee missus hubby
    grandson granddaughter grandchild grandkid auntie grandad granddad nan nana stepson stepdaughter
    stepdad stepmum stepmom bloke fella lad lass lads boys girls kids other assistant secretary
    driver courier intern carer nurse coworker buddy pal
    """.split()  # noqa: SIM905
)

# Everyday words that people are called by.
EVERYDAY_NAMES = frozenset(
    """
    art bill bob chase dean drew faith frank gene grace grant guy hope jack jean joy mark max may
    miles olive pat penny ray rob rose sue sunny will
    """.split()  # noqa: SIM905
)


_CONTRACTED = re.compile(r"['’](?:ll|m|ve|re|d)$", re.IGNORECASE)  # "I'll" in any spelling


def _is_named(mention: Mention) -> bool:
    """True where a dish or an option is named in full: "Ruth" is no root beer."""
    return bool(mention.whole and mention.items) or any(r.coverage == 1 for r in mention.readings)


def is_of_the_menu(line: Line, span: range) -> bool:
    """True where a dish or an option is called so in full, and hardly a person."""
    if is_called_so(line.heard[span[0]].word) or unlike(line, span[0]):
        return False
    named = [m for m in line.mentioned(span) if _is_named(m) and not m.weak]
    return any(m.start == span[0] and m.end > span[-1] for m in named)  # and no "Big Ron"


def two_capitals(line: Line, at: int) -> bool:
    """“This is *Big Dave*”, where the menu has nothing of that name."""
    both = range(at, at + 2)
    if both[-1] >= len(line.heard) or line.heard[both[-1]].stop:
        return False
    written = line.capital(both) and line.capital(both[1:])
    return written and not any(m.whole and m.items for m in line.mentioned(both))


def unlike(line: Line, at: int) -> bool:
    """True where the word at `at` only sounds like what it was heard as: "Krüger", a burger."""
    word = line.heard[at].word
    return not any(m.holds(word) for m in line.mentions if m.start <= at < m.end)


def name_words(line: Line, asides: Asides, at: int, *, sure: bool) -> range:
    """The words from `at` on that can be a name. When `sure`, everyday words may be one too
    ("Grace"), and so may a dish ("Margherita"); else neither."""
    named = [m for m in line.mentions if _is_named(m) or not (sure or m.weak or asides.done)]
    if line.capital(range(at, at + 1)) and unlike(line, at):
        named = [m for m in named if m.start != at]
    dishes = {n for m in named for n in range(m.start, m.end)}
    end = at
    spelled, street = spelled_at(line, at), STREETLIKE.search(line.string)
    streets = line.tokens_of(*street.span()) if street is not None else range(0)
    while end < len(line.heard) and end - at < MAX_NAME_WORDS + 1:
        word = line.heard[end].word
        if (end > at and end == spelled) or end in streets:
            break  # "Siobhan, *S I O …*", "Roland Meier *Akazienstraße 14*"
        if word == "." and end > at and line.heard[end - 1].word in TITLES:
            end += 1
            continue
        usual = (word in TITLES or word in EVERYDAY_NAMES or sure) and end == at
        surname = end > at and line.capital(range(end, end + 1))  # "Dorothy *Lane*"
        first = all(line.heard[n].word in TITLES for n in range(at, end))
        known = word in COMMON and not usual and not (sure and surname)
        particle = word in _PARTICLES and end + 1 < len(line.heard) and not line.heard[end + 1].stop
        if end > at and line.hyphened(end - 1) and word[0].isalpha():
            end += 1  # "Eun-*ji*", whatever "ji" is alone
            continue
        if (
            line.heard[end].stop
            or word[0].isdigit()
            or end in asides.taken
            or _CONTRACTED.search(line.raw(range(end, end + 1)))
            or _possessive(line, end)
            or (word in NOT_NAMES and not line.hyphened(end))
            or (word in RELATIONS and end > 0 and line.heard[end - 1].word in PRONOUNS)
            or (is_small_word(word) and not sure)
            or (known and not particle)
            or (end in dishes and not (sure and (first or (surname and unlike(line, end)))))
        ):
            break
        end += 1
    span = range(at, min(end, at + MAX_NAME_WORDS + 1))
    content = [n for n in span if line.heard[n].word not in TITLES]
    content = content or [n for n in span if is_called_so(line.heard[n].word)]  # "for *Don*"
    particle = bool(content) and line.heard[content[-1]].word in _PARTICLES
    if not content or (particle and len(content) > 1 and not line.capital(span)):
        return range(0)
    if len(content) > 1 and line.heard[content[-1]].word in _STREETS:
        return range(0)  # "so it's *Linden Road*"
    return span


_STREETS = frozenset("road street avenue boulevard terrace crescent highway rd ave blvd".split())  # noqa: SIM905


def looks_like_a_name(line: Line, span: range) -> bool:
    """True where the words at `span`, found beside others, are hardly anything else: a title, a
    name that is known, a capital within the sentence, or no English word at all."""
    words = [n for n in span if line.heard[n].word not in _PARTICLES] or list(span)
    first, capital = line.heard[words[0]].word, line.capital(range(words[0], words[0] + 1))
    if first in _NOBODY or (is_foreign_small_word(first) and not capital):
        return False
    if first in TITLES or is_called_so(first) or (capital and line.hyphened(words[0])):
        return True
    if any(line.written_so(n) for n in words) or two_capitals(line, words[0]):
        return True
    if first in VOCATIVES or first in RELATIONS or (len(words) > 1 and not capital):
        return any(is_called_so(line.heard[n].word) for n in words[1:])
    return may_be_called_so(first, capital=capital)


def is_to_hold_it(line: Line, at: int) -> bool:
    """“Put it on *McAllister*”, “stick it on *Dave*”: whoever is to have it, and no bread."""
    word = range(at, at + 1)
    known = is_called_so(line.heard[at].word) or _FAMILY.match(line.raw(word)) is not None
    return line.capital(word) and known and not line.mentioned(word)


def _possessive(line: Line, at: int) -> bool:
    """“For *tomorrow's* breakfast”: whose something is, and not who."""
    owned = re.search(r"['’]s$", line.raw(range(at, at + 1))) is not None
    after = line.heard[at + 1 : at + 2]
    return owned and bool(after) and not after[0].stop and after[0].word not in ("fine", "ok")


def as_name(raw: str) -> str:
    """`maria` → `Maria`; a spelled `M-A-R-I-A` → `Maria`; capitals of its own are kept."""
    name = re.sub(r"['’]s$", "", " ".join(raw.split()))
    letters = re.split(r"[\s\-.]+", name)
    if len(letters) > 2 and all(len(letter) == 1 for letter in letters):
        name = "".join(letters).capitalize()
    return name if name != name.lower() else capitals(name)
