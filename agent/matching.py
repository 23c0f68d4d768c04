"""Which words of an utterance name something on the menu.

A `Lexicon` is made once for a menu. `mentions` finds the items, modifiers and categories named in a
row of tokens: names, translations and spoken forms, plurals, slips of the tongue or of the
recogniser, words run together or torn apart. What one mention may mean (a dish, an extra, several
dishes at once) is kept open here: the listener decides by the place where it was said.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from agent.language import (
    COMMON,
    LIGHT,
    PRONOUNS,
    Token,
    close,
    fold,
    is_plural_of,
    sound,
    sounds_like,
    stem,
    tokens,
)
from domain.menu import Category, Item, Menu, Modifier, ModifierGroup

__all__ = ["NEGATIONS", "Lexicon", "Mention", "Reading"]

MIN_COVERAGE = 0.5  # of a dish's own words: less of its name is a guess, and is asked about
MIN_COVERAGE_SPOKEN = 0.6  # a spoken form is short already; half of it may be another dish
MIN_CLOSEST = 65  # of 100; below it, the nearest dish is no help to the caller
MIN_NEAREST = 80  # of 100; what a few dishes that share a word must reach to be meant
MIN_LEAD = 10  # of 100; by how much the nearest of them must be ahead of the next
SOUNDS_LIKENESS = 0.9  # how well a word is heard as one that sounds the same
MIN_HALF = 0.6  # how alike the other half of two words run together must be
CACHED_WORDS = 4_096  # how many words' hits one lexicon remembers

NEGATIONS = frozenset(["no", "without", "sin", "ohne", "senza", "sans", "zonder"])
_PREFIXES = frozenset(["extra", "with", "add", "added", "con", "mit", "avec"])
_POLARITY = NEGATIONS | _PREFIXES
_WALKED_OVER = LIGHT - {"and", "with", "a", "an", "or", "in", "on", "to", "y", "e", "con"}
_LAST_WORDS = re.compile(r"\s*[(\[].*?[)\]]\s*|\s+[-–—/|,].*$")


class Reading(NamedTuple):
    """A modifier that a mention may mean. `negated`: its name says "no …" and the mention holds
    only the rest. `coverage` is the share of its own words that were said, `width` how many of the
    mention's tokens name it."""

    group: ModifierGroup
    modifier: Modifier
    coverage: float
    negated: bool
    width: int


class Mention(NamedTuple):
    """Words `[start, end)` that name something on the menu.

    `items` are the dishes it may be: one where it is clear. `weak`: so little of the name was said
    that it has to be asked. `generic`: only words that a whole category shares ("pizza"). `apart`:
    what names an option alone, read as a dish and what it is made with: "mango lassi" in a combo.
    """

    start: int
    end: int
    items: tuple[Item, ...]
    readings: tuple[Reading, ...]
    weak: bool = False
    generic: bool = False
    plural: bool = False
    whole: bool = True
    categories: tuple[Category, ...] = ()
    apart: tuple[Mention, ...] = ()


class _Phrase(NamedTuple):
    words: tuple[str, ...]  # stems, in order
    named: bool  # from a name or translation, not from `spoken`
    negated: bool = False


class _Entry:
    """An item, modifier or category, with all the ways to say it."""

    def __init__(
        self,
        thing: Item | Category | tuple[ModifierGroup, Modifier],
        phrases: Sequence[_Phrase],
        surfaces: Iterable[str],
    ) -> None:
        self.thing = thing
        self.phrases = phrases
        self.surfaces = frozenset(surfaces)
        self.words = frozenset(w for p in phrases for w in p.words)
        self.repeated = frozenset(w for p in phrases for w in p.words if p.words.count(w) > 1)
        self.generic: frozenset[str] = frozenset()
        self.trailing: frozenset[str] = frozenset()  # "yoghurt *dressing*": may follow, never open


class _Hit(NamedTuple):
    """One or two tokens heard as one or two words of the menu."""

    words: tuple[str, ...]
    likeness: float
    width: int


class _Candidate(NamedTuple):
    start: int
    end: int
    entry: _Entry
    score: float
    coverage: float
    named: bool
    negated: bool
    heard_well: bool  # every word as it is written
    phrase: tuple[str, ...]
    missing: int  # words of the phrase that were not said, the category's among them


class Lexicon:
    """The words of one menu. Building it takes milliseconds; it never changes."""

    def __init__(self, menu: Menu) -> None:
        self.menu = menu
        self._entries = [
            *(_Entry(i, *_phrases(i.name, i.names, i.spoken)) for i in menu.items),
            *(_Entry(c, *_phrases(c.name, c.names, ())) for c in menu.categories),
            *(
                _Entry((g, m), *_modifier_phrases(m))
                for g in menu.modifier_groups
                for m in g.modifiers
            ),
        ]
        self._mark_generic()
        self._by_word: dict[str, list[_Entry]] = defaultdict(list)
        for entry in self._entries:
            for word in entry.words:
                self._by_word[word].append(entry)
            entry.words |= entry.trailing
        self._trailing = frozenset(w for entry in self._entries for w in entry.trailing)
        self._compounds = {
            a + b: (a, b)
            for entry in self._entries
            for phrase in entry.phrases
            for a, b in zip(phrase.words, phrase.words[1:], strict=False)
            if a.isalpha() and b.isalpha() and len(a + b) > 4
        }
        self._known = [
            w for w in (*self._by_word, *self._compounds) if len(w) > 3 and w not in LIGHT
        ]
        self._sounds = [sound(w) for w in self._known]
        self._likely = lru_cache(CACHED_WORDS)(self._fuzzy)
        self._names = [
            (telling, e.thing, e.generic)
            for e in self._entries
            if isinstance(e.thing, Item)
            for p in e.phrases
            if (telling := " ".join(w for w in p.words if w not in e.generic | LIGHT))
        ]

    def mentions(self, heard: Sequence[Token]) -> list[Mention]:
        """Every mention in `heard`, in order, none overlapping another."""
        hits = [self._hits(heard, at) for at in range(len(heard))]
        found = [
            c
            for at in range(len(heard))
            for entry in self._starting(hits[at])
            if (c := self._walk(heard, hits, at, entry)) is not None and not _small_talk(c, heard)
        ]
        found.sort(key=lambda c: (-c.score, c.start, -c.end))
        taken = [False] * len(heard)
        chosen = []
        for best in found:
            if any(taken[best.start : best.end]):
                continue
            taken[best.start : best.end] = [True] * (best.end - best.start)
            inside = [c for c in found if _within(c, best)]
            mention = self._mention(heard, best, inside)
            chosen.append(mention._replace(apart=self._apart(heard, mention, inside)))
        return sorted(chosen, key=lambda m: m.start)

    def _apart(
        self, heard: Sequence[Token], mention: Mention, inside: Sequence[_Candidate]
    ) -> tuple[Mention, ...]:
        if mention.items or mention.end - mention.start < 2:
            return ()
        for dish in inside:
            if not isinstance(dish.entry.thing, Item) or dish.coverage < 1:
                continue
            parts = [
                part
                for c in inside
                if c.coverage == 1
                and isinstance(c.entry.thing, tuple)
                and c.entry.thing[0].id in dish.entry.thing.modifier_group_ids
                and (part := _beside(c, dish, mention)) is not None
            ]
            if parts:
                part = min(parts, key=lambda c: c.missing)
                pieces = sorted((dish, part), key=lambda c: c.start)
                return tuple(
                    self._mention(
                        heard,
                        c,
                        [c, *(o for o in inside if o.entry is not c.entry and _within(o, c))],
                    )
                    for c in pieces
                )
        return ()

    def closest(self, text: str, limit: int = 3) -> list[Item]:
        """The items whose names are most like `text`; empty where none is."""
        words = [stem(t.word) for t in tokens(text) if not t.stop and t.word not in LIGHT]
        likeness: dict[str, float] = {}
        items: dict[str, Item] = {}
        for name, item, generic in self._names:
            said = " ".join(w for w in words if w not in generic)
            score = max(fuzz.ratio(said, name), 0.9 * fuzz.token_set_ratio(said, name))
            if score >= max(MIN_CLOSEST, likeness.get(item.id, 0)):
                likeness[item.id], items[item.id] = score, item
        ranked = sorted(likeness, key=lambda i: -likeness[i])
        return [items[i] for i in ranked[:limit]]

    def nearest(self, text: str, items: Sequence[Item]) -> Item | None:
        """The one of `items` that `text` must be, by far more than any other."""
        said = fold(text)
        ids = {i.id for i in items}
        scores: dict[str, float] = {}
        for entry in self._entries:
            if isinstance(entry.thing, Item) and entry.thing.id in ids:
                scores[entry.thing.id] = max(
                    fuzz.ratio(said, " ".join(p.words)) for p in entry.phrases
                )
        best, *rest = sorted(scores, key=lambda i: -scores[i])
        clear = not rest or scores[best] - scores[rest[0]] >= MIN_LEAD
        return self.menu.item(best) if scores[best] >= MIN_NEAREST and clear else None

    def words_of(self, item: Item) -> frozenset[str]:
        """The stems of all the words that `item` is called by."""
        return next((e.words for e in self._entries if e.thing is item), frozenset())

    def telling_words_of(self, item: Item) -> frozenset[str]:
        """Of `words_of`, those that tell it from the others of its category."""
        entry = next((e for e in self._entries if e.thing is item), None)
        return entry.words - entry.generic - LIGHT if entry is not None else frozenset()

    def picked(self, heard: Sequence[Token], item_ids: Sequence[str]) -> Item | None:
        """The one of a few dishes that a word of the answer points to: "the half one"."""
        said = {stem(t.word) for t in heard} - LIGHT - PRONOUNS
        pointed = [
            e.thing
            for e in self._entries
            if isinstance(e.thing, Item)
            and e.thing.id in item_ids
            and said & {w for p in e.phrases for w in p.words} - LIGHT - e.generic
        ]
        return pointed[0] if len(pointed) == 1 else None

    def _mark_generic(self) -> None:
        """Words that a whole category shares tell nothing: "pizza" in every pizza's name."""
        of_category = {
            e.thing.id: set(e.words) for e in self._entries if isinstance(e.thing, Category)
        }
        surfaces = {e.thing.id: e.surfaces for e in self._entries if isinstance(e.thing, Category)}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        sizes: Counter[str] = Counter()
        for entry in self._entries:
            if isinstance(entry.thing, Item):
                named = {w for p in entry.phrases if p.named for w in p.words}
                counts[entry.thing.category_id].update(named)
                sizes[entry.thing.category_id] += 1
        for entry in self._entries:
            if isinstance(entry.thing, Item):
                category = entry.thing.category_id
                shared = {
                    w for w, n in counts[category].items() if n >= 3 and 2 * n >= sizes[category]
                }
                of_its = frozenset(of_category.get(category, set())) - LIGHT
                entry.generic = of_its | shared
                entry.words |= of_its  # "margherita pizza" where the menu says "Margherita"
                entry.surfaces |= surfaces.get(category, frozenset())
            elif isinstance(entry.thing, tuple):
                group = entry.thing[0]
                entry.generic = frozenset(
                    stem(t.word) for t in tokens(group.name) if t.word not in ("no", "without")
                )
                entry.trailing = entry.generic - LIGHT - _POLARITY

    def _hits(self, heard: Sequence[Token], at: int) -> tuple[_Hit, ...]:
        word = heard[at].word
        if heard[at].stop:
            return ()
        found = [_Hit(words, 1.0, 1) for words in self._exact(word)]
        if at + 1 < len(heard) and not heard[at + 1].stop:
            together = word + heard[at + 1].word
            if len(together) > 5 and word.isalpha() and together.isalpha():
                found += [_Hit(words, 0.97, 2) for words in self._exact(together)]
                if not found and not {word, heard[at + 1].word} & (COMMON | LIGHT):
                    found += [
                        _Hit(words, likeness, 2)
                        for words, likeness in self._likely(stem(together))
                        if likeness >= 0.85
                    ]
        if not found and word not in COMMON and word not in LIGHT:
            found += [_Hit(words, likeness, 1) for words, likeness in self._likely(stem(word))]
        if not found:
            alike = [w for w in sounds_like(stem(word)) if w in self._by_word]
            found += [_Hit((w,), SOUNDS_LIKENESS, 1) for w in alike]
        if stem(word) in self._trailing:
            found.append(_Hit((stem(word),), 1.0, 1))
        return tuple(found)

    def _exact(self, word: str) -> list[tuple[str, ...]]:
        root = stem(word)
        if root in self._by_word:
            return [(root,)]
        if word[-1:] == "s" and len(word) > 4 and word[:-1] in self._by_word:
            return [(word[:-1],)]  # "rotis": an English plural of a word that is none
        return [self._compounds[root]] if root in self._compounds else []

    def _fuzzy(self, root: str) -> tuple[tuple[tuple[str, ...], float], ...]:
        if len(root) < 4 or not root.isalpha():
            return ()
        near = {
            index
            for said, choices in ((root, self._known), (sound(root), self._sounds))
            for _, _, index in process.extract(
                said, choices, scorer=OSA.normalized_similarity, score_cutoff=0.6, limit=8
            )
        }
        scored = [(close(root, self._known[i]), self._known[i]) for i in near]
        best = max((likeness for likeness, _ in scored), default=0.0)
        return tuple(
            (self._compounds.get(word, (word,)), likeness)
            for likeness, word in scored
            if likeness
            and likeness >= best - 0.02
            and not (word in self._compounds and _half_another(root, *self._compounds[word]))
        )

    def _starting(self, hits: Sequence[_Hit]) -> list[_Entry]:
        found = {
            id(e): e
            for hit in hits
            if hit.words[0] not in LIGHT
            for e in self._by_word.get(hit.words[0], ())
        }
        return list(found.values())

    def _walk(
        self, heard: Sequence[Token], hits: Sequence[Sequence[_Hit]], start: int, entry: _Entry
    ) -> _Candidate | None:
        """How far the words from `start` on go on naming `entry`."""
        used: dict[str, float] = {}
        at, end = start, start
        while at < len(heard) and not heard[at].stop:
            hit = next((h for h in hits[at] if _fits(h, entry, used)), None)
            if hit is not None and at > start and not _in_place(hit, entry, used):
                break
            if hit is not None and at > start and _opens_half(hit, entry, used, hits[at + 1 :]):
                break
            if hit is not None and _number_belongs(hit, entry, used, hits, at):
                likeness = hit.likeness * hit.width / len(hit.words)
                for word in hit.words:
                    used[f"{word} 2" if word in used else word] = likeness
                at += hit.width
                end = at if set(hit.words) - LIGHT else end
            elif at > start and (
                heard[at].word in _WALKED_OVER or _garbled(heard, hits, at, entry, used)
            ):
                at += 1
            else:
                break
        return _scored(start, end, entry, used) if end > start else None

    def _mention(
        self, heard: Sequence[Token], best: _Candidate, inside: Sequence[_Candidate]
    ) -> Mention:
        whole = [c for c in inside if (c.start, c.end) == (best.start, best.end)]
        categories = tuple(c.entry.thing for c in whole if isinstance(c.entry.thing, Category))
        dishes = [c for c in whole if isinstance(c.entry.thing, Item)]
        generic = all(
            c.coverage < (1 if categories else 0.01) or (c.missing and categories) for c in dishes
        )
        if generic and categories:
            items = [i for c in categories for i in self.menu.items if i.category_id == c.id]
        else:
            items = [c.entry.thing for c in _likeliest(dishes) if isinstance(c.entry.thing, Item)]
        weak = not generic and len(items) == 1 and not _enough(_likeliest(dishes)[0])
        readings = [
            Reading(*c.entry.thing, c.coverage, c.negated, c.end - c.start)
            for c in inside
            if isinstance(c.entry.thing, tuple)
        ]
        last = heard[best.end - 1].word
        plural = any(is_plural_of(last, s) for s in best.entry.surfaces)
        return Mention(
            best.start,
            best.end,
            tuple(items),
            tuple(readings),
            weak=weak,
            generic=generic and bool(items),
            plural=plural and last not in best.entry.surfaces,
            whole=any(c.coverage == 1 for c in dishes) or generic,
            categories=categories,
        )


def _phrases(
    name: str, names: dict[str, str], spoken: Sequence[str]
) -> tuple[list[_Phrase], set[str]]:
    """The phrases of one thing, and its words as they are written."""
    found: dict[tuple[str, ...], _Phrase] = {}
    surfaces: set[str] = set()
    for text, named in [
        *((t, True) for t in (name, *names.values())),
        *((t, False) for t in spoken),
    ]:
        for variant in {text, _LAST_WORDS.sub(" ", text).strip() or text}:
            words = [t.word for t in tokens(variant) if not t.stop]
            surfaces.update(words)
            key = tuple(stem(w) for w in words)
            if key:
                found.setdefault(key, _Phrase(key, named))
    return list(found.values()), surfaces


def _modifier_phrases(modifier: Modifier) -> tuple[list[_Phrase], set[str]]:
    """As `_phrases`; "No ice" can also be meant by "ice" after "without"."""
    phrases, surfaces = _phrases(modifier.name, modifier.names, modifier.spoken)
    for phrase in list(phrases):
        first, rest = phrase.words[0], phrase.words[1:]
        if rest and first in NEGATIONS:
            phrases.append(_Phrase(rest, phrase.named, negated=True))
        elif rest and first in _PREFIXES:
            phrases.append(_Phrase(rest, phrase.named))
    return phrases, surfaces


def _within(inner: _Candidate, outer: _Candidate) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _beside(part: _Candidate, dish: _Candidate, mention: Mention) -> _Candidate | None:
    """What of `part` stands before or after the dish; a "poppy bagel" is a bagel, with poppy."""
    if (part.start, part.end) in ((mention.start, dish.start), (dish.end, mention.end)):
        return part
    if part.start == mention.start < dish.start and dish.end == part.end:
        return part._replace(end=dish.start)
    return None


def _fits(hit: _Hit, entry: _Entry, used: dict[str, float]) -> bool:
    return all(
        w in entry.words and (w not in used or (w in entry.repeated and f"{w} 2" not in used))
        for w in hit.words
    )


def _small_talk(candidate: _Candidate, heard: Sequence[Token]) -> bool:
    """“I'm still thinking” names no Still Water: everyday words must be the whole name."""
    words = [heard[n].word for n in range(candidate.start, candidate.end)]
    if candidate.missing and all(w in PRONOUNS for w in words):
        return True  # "do me the octopus" asks for no "me gala"
    if candidate.missing and all(w in _LIMITS for w in words):
        return True  # "just the one" asks for no "just salt"
    around = [t.word for t in heard[max(0, candidate.start - 1) : candidate.end + 1]]
    if len(words) == 1 and (pattern := _OTHERWISE_MEANT.get(words[0])) is not None:
        return pattern.search(" ".join(around)) is not None
    if not all(w in COMMON or w in LIGHT or w == "not" for w in words):
        return False
    said = dict.fromkeys(map(stem, words))
    places = [candidate.phrase.index(w) for w in said if w in candidate.phrase]
    return candidate.coverage < 1 or not candidate.heard_well or places != sorted(places)


_LIMITS = frozenset(["just", "only"])
# What an everyday word means beside certain others: "can you" asks for no can of anything.
_OTHERWISE_MEANT = {
    "can": re.compile(r"\bcan (?:i|you|we|u|he|she|they)\b|\b(?:i|you|we|he|she|they) can\b"),
    "still": re.compile(
        r"\b(?:you|i|we|they|it) still\b"
        r"|\bstill (?:have|got|on|there|open|available|want|need|do|serve)\b"
    ),
    "bit": re.compile(r"\bbit of\b|\ba bit\b"),
}


def _in_place(hit: _Hit, entry: _Entry, used: dict[str, float]) -> bool:
    """“Dressing, no …” is not “no dressing”: such a word opens a name, or stands inside one."""
    word = hit.words[0]
    return word not in _POLARITY or any(
        word in p.words[1:] and set(p.words[: p.words.index(word)]) & set(used)
        for p in entry.phrases
    )


def _opens_half(
    hit: _Hit, entry: _Entry, used: dict[str, float], rest: Sequence[Sequence[_Hit]]
) -> bool:
    """“A pizza, *half* pepperoni …”: the half begins what follows, unless a name goes on so."""
    ends = (set(p.words[:-1]) - LIGHT for p in entry.phrases if p.words[-1] == "half")
    if hit.words != ("half",) or "half" in used or any(words <= set(used) for words in ends):
        return False
    after = {w for h in rest[0] for w in h.words} if rest else set()
    return not after & entry.words


def _half_another(said: str, first: str, second: str) -> bool:
    """A cheeseburger is no chicken burger: one half is the same word, the other is another."""
    if said.endswith(second):
        return OSA.normalized_similarity(said.removesuffix(second), first) < MIN_HALF
    rest = said.removeprefix(first)
    return rest != said and OSA.normalized_similarity(rest, second) < MIN_HALF


def _garbled(
    heard: Sequence[Token],
    hits: Sequence[Sequence[_Hit]],
    at: int,
    entry: _Entry,
    used: dict[str, float],
) -> bool:
    """One word misheard in the middle of a name: "gong bow chicken" for "gong bao chicken"."""
    if heard[at].word in COMMON or heard[at].stop or hits[at] or at + 1 >= len(heard):
        return False
    around = [(p.words[n], p.words[n + 2]) for p in entry.phrases for n in range(len(p.words) - 2)]
    after = {w for h in hits[at + 1] for w in h.words if w not in used}
    return any(before in used and then in after for before, then in around)


def _number_belongs(
    hit: _Hit, entry: _Entry, used: dict[str, float], hits: Sequence[Sequence[_Hit]], at: int
) -> bool:
    """A number is part of a name ("7 Up", "four cheese") only beside another word of that name."""
    word = hit.words[0]
    if not word.isdecimal():
        return True
    after = {w for h in hits[at + 1] for w in h.words} if at + 1 < len(hits) else set()
    return any(
        p.words == (word,) == ("0",)
        or set(p.words[: p.words.index(word)]) & set(used)
        or set(p.words[p.words.index(word) + 1 :]) & after
        for p in entry.phrases
        if word in p.words
    )


def _scored(start: int, end: int, entry: _Entry, used: dict[str, float]) -> _Candidate | None:
    best = max(
        ((*_coverage(p, entry.generic, used), p) for p in entry.phrases),
        key=lambda scored: (scored[0], -scored[1], scored[2].named),
    )
    coverage, missing, phrase = best
    said = [w for w in used if w not in LIGHT]
    if not said:
        return None
    if coverage == 0 and not set(said) & (entry.generic | set(phrase.words)):
        return None
    own = [w for w in said if w.removesuffix(" 2") in phrase.words or w not in entry.trailing]
    score = sum(used[w] for w in own) + 0.5 * (coverage == 1)
    well = all(likeness == 1 for likeness in used.values())
    return _Candidate(
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
    )


def _coverage(
    phrase: _Phrase, generic: frozenset[str], used: dict[str, float]
) -> tuple[float, int]:
    """The share of the phrase's telling words that were said, and how many words were not."""
    words = [f"{w} 2" if w in phrase.words[:n] else w for n, w in enumerate(phrase.words)]
    content = [w for w in words if w not in LIGHT] or words
    telling = [w for w in content if w not in generic | _POLARITY] or content
    if telling == ["not"]:
        telling = content  # "not toasted" is no mere "not"
    if telling == content and set(content) <= generic and set(content) != set(used) - LIGHT:
        telling = content
    said = [w for w in telling if w in used]
    spoken = content if all(w.isdecimal() for w in telling) else telling  # "20 pieces" is all of it
    if all(w.isdecimal() for w in spoken if w in used) and phrase.words != ("0",):
        return 0.0, len(content)
    return len(said) / len(telling), sum(1 for w in content if w not in used)


def _likeliest(dishes: Sequence[_Candidate]) -> list[_Candidate]:
    """Fully named dishes before partly named ones; of the full, those with nothing left unsaid."""
    full = [c for c in dishes if c.coverage == 1]
    if full:
        least = min(c.missing for c in full)
        return [c for c in full if c.missing == least]
    partly = [c for c in dishes if c.coverage > 0]
    return partly or list(dishes)


def _enough(candidate: _Candidate) -> bool:
    return candidate.coverage >= (MIN_COVERAGE if candidate.named else MIN_COVERAGE_SPOKEN)
