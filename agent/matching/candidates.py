"""How far a row of words goes on naming an entry, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from agent.language import (
    COMMON,
    LIGHT,
    PRONOUNS,
    Token,
    stem,
)
from agent.matching.entries import POLARITY, Entry, Phrase
from agent.matching.mention import Mention
from domain.menu import Item

__all__ = [
    "MIN_COVERAGE",
    "Candidate",
    "Hit",
    "beside",
    "cuts_dish",
    "cuts_option",
    "cuts_short",
    "dish_run_into",
    "enough",
    "fits",
    "garbled",
    "half_another",
    "in_place",
    "is_made_with",
    "joins_two",
    "leads_another",
    "likeliest",
    "number_belongs",
    "said_shorter",
    "scored",
    "swallows_option",
    "tells_dish",
    "within",
]

MIN_COVERAGE = 0.5  # of a dish's own words: less of its name is a guess, and is asked about
MIN_COVERAGE_SPOKEN = 0.6  # a spoken form is short already; half of it may be another dish
MIN_HALF = 0.6  # how alike the other half of two words run together must be
DISORDER = 0.1  # less than any word: of two equals, the one named in order is meant

# What stands before an option, and before a dish of which one more is had.
_MORE_OF_IT = frozenset(["extra", "additional"])
_JOINING = frozenset(["in", "with"])
# What an option's name may hold, and what everybody says of anything: alone it names nothing.
_IN_PHRASES = PRONOUNS | {"as", "for", "at", "by", "up"}


class Hit(NamedTuple):
    """One or two tokens heard as one or two words of the menu."""

    words: tuple[str, ...]
    likeness: float
    width: int


class Candidate(NamedTuple):
    start: int
    end: int
    entry: Entry
    score: float
    coverage: float
    named: bool
    negated: bool
    heard_well: bool  # every word as it is written
    phrase: tuple[str, ...]
    missing: int  # words of the phrase that were not said, the category's among them
    in_order: bool  # said in the order in which they are written


def within(inner: Candidate, outer: Candidate) -> bool:
    """True where `inner` names no word beyond `outer`."""
    return outer.start <= inner.start and inner.end <= outer.end


def leads_another(dish: Candidate, others: Sequence[Candidate]) -> bool:
    """“*Chicken katsu* curry”, where there is a chicken katsu and a katsu curry made with chicken:
    the last words say what it is, and those before how it is made."""
    if not isinstance(dish.entry.thing, Item):
        return False
    if any(_named_by_kind(dish, o, others) for o in others if within(o, dish)):
        return True
    rivals = [
        o
        for o in others
        if isinstance(o.entry.thing, Item)
        and dish.start < o.start < dish.end < o.end
        and o.score >= dish.score
    ]
    return any(
        (c.start, c.end) == (dish.start, o.start)
        and c.coverage == 1
        and isinstance(c.entry.thing, tuple)
        and c.entry.thing[0].id in o.entry.thing.modifier_group_ids
        for o in rivals
        if isinstance(o.entry.thing, Item)
        for c in others
    )


def dish_run_into(option: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """“*Chicken tikka* masala”, where that is an option's name, and a tikka masala is a dish: the
    one by its whole name that the option ends in."""
    if not isinstance(option.entry.thing, tuple):
        return None
    dishes = (
        o
        for o in others
        if isinstance(o.entry.thing, Item) and option.start < o.start < option.end < o.end
    )
    return next((o for o in dishes if o.coverage == 1 and o.named and not o.missing), None)


def is_made_with(dish: Candidate, part: Candidate) -> bool:
    """True where `part` names in full an option that `dish` can be had with."""
    if not isinstance(part.entry.thing, tuple) or not isinstance(dish.entry.thing, Item):
        return False
    return part.coverage == 1 and part.entry.thing[0].id in dish.entry.thing.modifier_group_ids


def _named_by_kind(dish: Candidate, other: Candidate, others: Sequence[Candidate]) -> bool:
    """“Salmon *sashimi*”, where the sashimi is a dish that comes in salmon, and besides that the
    word of a kind which the salmon nigiri are of."""
    kind = other.entry.thing
    if not isinstance(kind, Item) or kind is dish.entry.thing or not dish.entry.generic:
        return False
    if other.end != dish.end or other.coverage < 1 or other.missing or not other.named:
        return False
    own = {w for p in dish.entry.phrases for w in p.words}
    return not own & set(other.phrase) and any(
        (c.start, c.end) == (dish.start, other.start)
        and c.coverage == 1
        and isinstance(c.entry.thing, tuple)
        and c.entry.thing[0].id in kind.modifier_group_ids
        for c in others
    )


def joins_two(best: Candidate, others: Sequence[Candidate], heard: Sequence[Token]) -> bool:
    """“Cheese and spinach” is no half of "half cheese half spinach", where each of the two is an
    option's whole name."""
    if best.coverage == 1 or not isinstance(best.entry.thing, tuple):
        return False
    named = {(c.start, c.end) for c in others if c.coverage == 1}
    return any(
        heard[n].word == "and" and {(best.start, n), (n + 1, best.end)} <= named
        for n in range(best.start + 1, best.end - 1)
    )


def said_shorter(option: Candidate, others: Sequence[Candidate]) -> bool:
    """“Large” is not the extra large, where a large one is to be had, too."""
    if option.coverage < 1 or not option.missing or not isinstance(option.entry.thing, tuple):
        return False
    group = option.entry.thing[0]
    return any(
        isinstance(o.entry.thing, tuple)
        and o.entry.thing[0] is group
        and (o.start, o.end) == (option.start, option.end)
        and o.coverage == 1
        and not o.missing
        for o in others
    )


def cuts_short(best: Candidate, others: Sequence[Candidate], heard: Sequence[Token]) -> bool:
    """“*Kids pizza* plain cheese” is the kids pizza, and no "pizza plain cheese" turned about; so
    is a “*kids curry* tikka masala”, where "curry" is but the kind of the other."""
    kind = stem(heard[best.start].word) not in best.phrase
    return (kind or not best.in_order) and any(
        isinstance(o.entry.thing, Item)
        and o.start < best.start < o.end <= best.end
        and o.coverage == 1
        and o.in_order
        and not o.missing
        for o in others
    )


def tells_dish(best: Candidate, others: Sequence[Candidate]) -> bool:
    """“A *cup of lentil*” is the lentil soup in a cup, and not most of another dish's side "cup of
    lentil soup"."""
    if best.coverage == 1 or not isinstance(best.entry.thing, tuple):
        return False
    inside = [c for c in others if c.coverage == 1 and within(c, best)]
    return any(
        isinstance(dish.entry.thing, Item)
        and isinstance(part.entry.thing, tuple)
        and part.entry.thing[0].id in dish.entry.thing.modifier_group_ids
        and part.end <= dish.start
        and (part.start, dish.end) == (best.start, best.end)
        for dish in inside
        for part in inside
    )


def cuts_dish(best: Candidate, others: Sequence[Candidate], heard: Sequence[Token]) -> bool:
    """“*Extra egg* roll” is a spring roll with egg in it, and one more of it, and no extra egg."""
    if isinstance(best.entry.thing, Item) or heard[best.start].word not in _MORE_OF_IT:
        return False
    return any(
        isinstance(o.entry.thing, Item)
        and o.start == best.start + 1
        and o.end > best.end
        and (o.coverage, o.missing) == (1, 0)
        and o.in_order
        for o in others
    )


def cuts_option(best: Candidate, others: Sequence[Candidate]) -> bool:
    """“Roast *pork fried rice*”, where a fried rice comes with roast pork, and another dish with
    pork fried rice: with the dish and its option no word is left over."""
    if not isinstance(best.entry.thing, tuple):
        return False
    return any(
        isinstance(dish.entry.thing, Item)
        and best.end <= dish.end
        and (dish.coverage, dish.missing) == (1, 0)
        and best.start < part.end == dish.start
        and part.start < best.start
        and part.coverage == 1
        and isinstance(part.entry.thing, tuple)
        and part.entry.thing[0].id in dish.entry.thing.modifier_group_ids
        for dish in others
        for part in others
    )


def beside(part: Candidate, dish: Candidate, mention: Mention) -> Candidate | None:
    """What of `part` stands before or after the dish; a "poppy bagel" is a bagel, with poppy."""
    if (part.start, dish.end) == (mention.start, mention.end) and part.end <= dish.start:
        return part  # "a *cup* of lentil soup"
    if (part.start, part.end) == (dish.end, mention.end):
        return part
    if part.start == mention.start < dish.start and dish.end == part.end:
        return part._replace(end=dish.start)
    return None


def swallows_option(dish: Candidate, others: Sequence[Candidate]) -> bool:
    """“Half a *pound of slaw*”, where what is sold by the pound has half a pound: the words that
    its kind shares are the end of what it is to be, and no part of its name."""
    item = dish.entry.thing
    if not isinstance(item, Item):
        return False
    options = [
        o
        for o in others
        if isinstance(o.entry.thing, tuple)
        and o.entry.thing[0].id in item.modifier_group_ids
        and o.coverage == 1
    ]
    if not dish.in_order and any(
        dish.start < o.start < dish.end < o.end and o.in_order and not o.missing for o in options
    ):
        return True  # "the *curry thai* hot", of a Thai curry that comes Thai hot
    return any(
        o.start < dish.start < o.end
        and any(
            c.entry is dish.entry and c.start >= o.end and (c.end, c.coverage) == (dish.end, 1)
            for c in others
        )
        for o in options
    )


def fits(hit: Hit, entry: Entry, used: dict[str, float]) -> bool:
    """True where all words of `hit` are of the entry, and none has been said before, but for what
    each half may have: "half white *rice* and half fried *rice*"."""
    twice = entry.repeated | (entry.generic if "half 2" in used else frozenset())
    return all(
        w in entry.words and (w not in used or (w in twice and f"{w} 2" not in used))
        for w in hit.words
    )


def in_place(hit: Hit, entry: Entry, used: dict[str, float]) -> bool:
    """“Dressing, no …” is not “no dressing”: such a word opens a name, or stands inside one."""
    word = hit.words[0]
    return word not in POLARITY or any(
        word in p.words[1:] and set(p.words[: p.words.index(word)]) & set(used)
        for p in entry.phrases
    )


def half_another(said: str, first: str, second: str) -> bool:
    """A cheeseburger is no chicken burger: one half is the same word, the other is another."""
    if said.endswith(second):
        return OSA.normalized_similarity(said.removesuffix(second), first) < MIN_HALF
    rest = said.removeprefix(first)
    return rest != said and OSA.normalized_similarity(rest, second) < MIN_HALF


def garbled(
    heard: Sequence[Token],
    hits: Sequence[Sequence[Hit]],
    at: int,
    entry: Entry,
    used: dict[str, float],
) -> bool:
    """One word misheard in the middle of a name: "gong bow chicken" for "gong bao chicken"; or said
    for another that joins as it does: "shrimp *in* lobster sauce" for the shrimp with it."""
    said = heard[at].word
    joins = said in _JOINING
    if heard[at].stop or at + 1 >= len(heard) or (not joins and (said in COMMON or hits[at])):
        return False
    if said.isdecimal():
        return False  # "wonton soup and *one* egg roll", beside a "wonton and egg drop soup"
    threes = (
        x for p in entry.phrases for x in zip(p.words, p.words[1:], p.words[2:], strict=False)
    )
    after = {w for h in hits[at + 1] for w in h.words if w not in used}
    return any(a in used and z in after and (b in _JOINING or not joins) for a, b, z in threes)


def number_belongs(
    hit: Hit, entry: Entry, used: dict[str, float], hits: Sequence[Sequence[Hit]], at: int
) -> bool:
    """A number is part of a name ("7 Up", "four cheese") only beside another word of that name; a
    "one" within it only where the name goes on: "with olives *one* with ham" is no half. A dozen
    is none of "half a dozen"."""
    word = hit.words[0]
    if word == "dozen":
        before = (p.words[: p.words.index(word)] for p in entry.phrases if word in p.words)
        return any(set(words) - LIGHT <= set(used) for words in before)
    if not word.isdecimal():
        return True
    then = at + hit.width
    after = {w for h in hits[then] for w in h.words} if then < len(hits) else set()
    return any(
        p.words == (word,) == ("0",)
        or (word != "1" and set(p.words[: p.words.index(word)]) & set(used))
        or (word == "1" == p.words[-1] and set(p.words[:-1]) & set(used))
        or set(p.words[p.words.index(word) + 1 :]) & after
        for p in entry.phrases
        if word in p.words
    )


def scored(start: int, end: int, entry: Entry, used: dict[str, float]) -> Candidate | None:
    """What was `used` of an entry, weighed against its phrases; None where it tells nothing."""
    best = max(
        ((*_coverage(p, entry.generic, used), p) for p in entry.phrases),
        key=lambda scored: (scored[0], -scored[1], scored[2].named),
    )
    coverage, missing, phrase = best
    said = [w for w in used if w not in LIGHT]
    halves = {w.removesuffix(" 2") for w in said} - entry.generic
    full = [p for p in entry.phrases if _coverage(p, entry.generic, used)[0] == 1]
    if "half 2" in used and not any(halves <= {*p.words} for p in full):
        return None  # "half white and half *brown*" is no half white and half fried rice
    if not said or (coverage == 0 and all(w.isdecimal() for w in said)):
        return None  # "*three* fried bao" begins no "three cup chicken"
    if coverage == 0 and not set(said) & (entry.generic | set(phrase.words)):
        return None
    own = [w for w in said if w.removesuffix(" 2") in phrase.words or w not in entry.trailing]
    disordered = _disordered(used, phrase)
    score = sum(used[w] for w in own) + 0.5 * (coverage == 1) - DISORDER * disordered
    well = all(likeness >= 1 for likeness in used.values())
    return Candidate(
        start,
        end,
        entry,
        score,
        coverage,
        phrase.named,
        phrase.negated,
        well,
        phrase.words,
        missing,
        not disordered,
    )


def _disordered(used: dict[str, float], phrase: Phrase) -> bool:
    """“An *egg fried* rice” is no fried egg: its words were said in another order."""
    places = [phrase.words.index(w) for w in used if w in phrase.words]
    return places != sorted(places)


def _coverage(phrase: Phrase, generic: frozenset[str], used: dict[str, float]) -> tuple[float, int]:
    """The share of the phrase's telling words that were said, and how many words were not."""
    words = [f"{w} 2" if w in phrase.words[:n] else w for n, w in enumerate(phrase.words)]
    content = [w for w in words if w not in LIGHT] or words
    telling = [w for w in content if w not in generic | POLARITY] or content
    if telling == ["not"]:
        telling = content  # "not toasted" is no mere "not"
    if set(telling) <= _IN_PHRASES:
        telling = content  # "*as* a meal" is all of it, and no mere "as"
    if telling == content and set(content) <= generic and set(content) != set(used) - LIGHT:
        telling = content
    said = [w for w in telling if w in used]
    spoken = content if all(w.isdecimal() for w in telling) else telling  # "20 pieces" is all of it
    shares = "percent" in used and "percent" in phrase.words  # "25 percent" is told by it
    if not shares and all(w.isdecimal() for w in spoken if w in used) and phrase.words != ("0",):
        return 0.0, len(content)
    return len(said) / len(telling), sum(1 for w in content if w not in used)


def _plainer(full: Sequence[Candidate], dishes: Sequence[Candidate]) -> list[Candidate]:
    """“General Tso's” is as well the chicken by itself as the combo that has all of its name, and
    more: of the plain one less is left unsaid."""
    return [
        c
        for c in dishes
        if c.coverage >= MIN_COVERAGE
        and all(set(c.phrase) < set(f.phrase) and c.missing < f.missing for f in full)
    ]


def likeliest(dishes: Sequence[Candidate]) -> list[Candidate]:
    """Fully named dishes before partly named ones; of the full, those with nothing left unsaid."""
    full = [c for c in dishes if c.coverage == 1]
    if full:
        least = min(c.missing for c in full)
        full = [c for c in full if c.missing == least]
        longest = max(len(c.phrase) for c in full)  # "sandwich meal" is the meal, if there is one
        full = [c for c in full if len(c.phrase) == longest]
        return [*_plainer(full, dishes), *full]
    partly = [c for c in dishes if c.coverage > 0]
    return partly or list(dishes)


def enough(candidate: Candidate) -> bool:
    """True where so much of its name was said that it need not be asked."""
    return candidate.coverage >= (MIN_COVERAGE if candidate.named else MIN_COVERAGE_SPOKEN)
