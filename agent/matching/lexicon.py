"""The words of one menu, and what of it an utterance names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent.foods import is_a_food_at_all
from agent.language import (
    COMMON,
    LIGHT,
    Token,
    close,
    is_plural_of,
    numbers_said,
    sound,
    sounds_like,
    stem,
)
from agent.matching.by_halves import half_a, opens_half
from agent.matching.candidates import (
    MIN_COVERAGE,
    Candidate,
    Hit,
    beside,
    cuts_dish,
    cuts_option,
    cuts_short,
    dish_run_into,
    enough,
    fits,
    garbled,
    half_another,
    in_place,
    is_made_with,
    joins_two,
    leads_another,
    likeliest,
    number_belongs,
    said_shorter,
    scored,
    swallows_option,
    tells_dish,
    within,
)
from agent.matching.entries import (
    Entry,
)
from agent.matching.groups import GroupNames
from agent.matching.left_undone import LeftUndone
from agent.matching.mention import Mention, Reading, joined_beginnings
from agent.matching.misspelt import LIKENESS, Misspelt
from agent.matching.names import Names
from agent.matching.own_words import OwnWords
from agent.matching.small_talk import small_talk
from agent.small_words import SMALL_WORDS
from agent.word_lists import COMMONEST_WORDS
from domain.menu import Category, Item, Menu

__all__ = ["Lexicon"]

OTHER_FOOD = (
    0.8  # how alike a word must be to another where it is a food itself: a steak is no stick
)
SOUNDS_LIKENESS = 0.9  # how well a word is heard as one that sounds the same
MAX_LETTERS = 4  # of a name that is spelt, as "B L T" is; more are somebody's name
CACHED_WORDS = 4_096  # how many words' hits one lexicon remembers
# Words that no other is misheard for: "might I *trouble* you" is no double.
_COMMONEST = frozenset(COMMONEST_WORDS)
_EVERYDAY = COMMON | {word for phrase in SMALL_WORDS for word in phrase}
_SHORT_FORMS = ("veg", "veggie", "vegetable")
_DOUBLED = re.compile(r"(.)\1")
# No name ends so: "egg rolls *for* tonight", where a side is called "soup for egg roll".
_OPEN_ENDED = frozenset(["for", "from", "at", "by"])
_WALKED_OVER = LIGHT - {"and", "with", "a", "an", "or", "in", "on", "to", "y", "e", "con"}


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def _spelt_alike(known: Iterable[str]) -> dict[str, list[str]]:
    """Words of one menu that differ but in a letter written twice, each with the others: the
    "garlic *naan*", where the plain one is called "*nan* bread", too. So do short forms, be they on
    the menu or not."""
    alike: dict[str, list[str]] = defaultdict(list)
    for word in known:
        if not word.isdecimal():  # 44 is not 4
            alike["veg" if word in _SHORT_FORMS else _DOUBLED.sub(r"\1", word)].append(word)
    found = {w: [o for o in row if o != w] for row in alike.values() if len(row) > 1 for w in row}
    return {w: [o for o in alike["veg"] if o != w] for w in _SHORT_FORMS if alike["veg"]} | found


class Lexicon(Names):
    """The words of one menu. Building it takes milliseconds; it never changes."""

    def __init__(self, menu: Menu) -> None:
        super().__init__(menu)
        self._group_names = GroupNames(menu)
        self._own_words = OwnWords(menu)
        self._left_undone = LeftUndone(menu)
        self._by_word: dict[str, list[Entry]] = defaultdict(list)
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
        self._spelt_alike = _spelt_alike(w for w in self._by_word if w not in COMMON | LIGHT)
        self._misspelt = Misspelt(w for w in self._by_word if w not in LIGHT)
        self._sounds = [sound(w) for w in self._known]
        self._likely = lru_cache(CACHED_WORDS)(self._fuzzy)

    def mentions(self, heard: Sequence[Token]) -> list[Mention]:
        """Every mention in `heard`, in order, none overlapping another."""
        leading = [m for m in self._group_names.leading(heard) if not self._in_name(heard, m)]
        found = self._parted(heard, self._found(heard, {m.start for m in leading}))
        taken = [False] * len(heard)
        written = [*self._own_words.said(heard), *self._left_undone.said(heard)]
        for words in written:
            taken[words.start : words.end] = [True] * (words.end - words.start)
        leading = [m for m in leading if not any(taken[m.start : m.end])]
        chosen = []
        for best in found:
            if any(taken[best.start : best.end]) or leads_another(best, found):
                continue
            if joins_two(best, found, heard) or tells_dish(best, found):
                continue
            if cuts_short(best, found, heard) or swallows_option(best, found):
                continue
            if cuts_option(best, found) or cuts_dish(best, found, heard):
                continue
            taken[best.start : best.end] = [True] * (best.end - best.start)
            inside = [c for c in found if within(c, best)]
            mention = self._mention(heard, best, inside)
            chosen.append(mention._replace(apart=self._apart(heard, mention, inside)))
        ordered = sorted((*chosen, *leading, *written), key=lambda m: m.start)
        return joined_beginnings(ordered, heard)

    def options(self, heard: Sequence[Token], start: int, end: int) -> list[Mention]:
        """Each option that is named in `[start, end)`, also within other names: in full, or by
        several words of it ("lime rice" for the cilantro lime rice)."""
        named = [
            c
            for c in self._found(heard[start:end], ())
            if isinstance(c.entry.thing, tuple) and not c.negated
            if c.coverage == 1 or (c.coverage >= MIN_COVERAGE and c.end - c.start > 1)
        ]
        return [
            Mention(
                start + c.start,
                start + c.end,
                (),
                (Reading(*c.entry.thing, c.coverage, False, c.end - c.start),),
            )
            for c in named
            if isinstance(c.entry.thing, tuple) and not said_shorter(c, named)
        ]

    def _found(self, heard: Sequence[Token], led: Collection[int]) -> list[Candidate]:
        """All that the words may name, the likeliest first; `led` are names of groups."""
        hits = [() if at in led else self._hits(heard, at) for at in range(len(heard))]
        rows = [hits]
        if any(stem(t.word) in self._spelt_alike for t in heard):  # each spelling first, once
            rows.append([row[::-1] for row in hits])
        found = [
            c
            for row in rows
            for at in range(len(heard))
            for entry in self._starting(row[at])
            for c in self._walk(heard, row, at, entry)
            if not small_talk(c, heard) and not self._in_short(heard, c)
        ]
        found.sort(key=lambda c: (-c.score, c.start, -c.end))
        if len(rows) == 1:
            return found
        likely = sorted(found, key=lambda c: (c.score, -c.missing))
        best = {(id(c.entry), c.start, c.end): c for c in likely}
        return [c for c in found if best[id(c.entry), c.start, c.end] is c]

    def _in_short(self, heard: Sequence[Token], named: Candidate) -> bool:
        """“Veggie” alone, of a menu that has that word, is none of its vegetables."""
        word = stem(heard[named.start].word)
        alone = named.end - named.start == 1 and word in _SHORT_FORMS
        return alone and word in self._by_word and word not in named.entry.words

    def _parted(self, heard: Sequence[Token], found: list[Candidate]) -> list[Candidate]:
        """`found` without the options that run into the name of a dish which can be made with what
        is named before it, and with that: the “lamb” of “lamb tikka masala”."""
        cut: list[Candidate] = []
        whole: set[int] = set()
        for option in found:
            dish = dish_run_into(option, found)
            if dish is None:
                continue
            before = [c for c in self._found(heard[: dish.start], ()) if c.start == option.start]
            short = [c for c in before if c.end == dish.start and is_made_with(dish, c)]
            if short:
                whole.add(id(option))
                cut += [c for c in short if c.entry is option.entry]
        if not whole:
            return found
        kept = [c for c in found if id(c) not in whole]
        return sorted([*kept, *cut], key=lambda c: (-c.score, c.start, -c.end))

    def _in_name(self, heard: Sequence[Token], led: Mention) -> bool:
        """“Instead of the *side* of bulgur”, which is a dish of that very name."""
        stems = tuple(stem(t.word) for t in heard)
        return any(
            isinstance(entry.thing, Item) and p.words == stems[led.start : led.start + len(p.words)]
            for entry in self._by_word.get(stems[led.start], ())
            for p in entry.phrases
            if len(p.words) > led.end - led.start
        )

    def _apart(
        self, heard: Sequence[Token], mention: Mention, inside: Sequence[Candidate]
    ) -> tuple[Mention, ...]:
        if mention.items or mention.end - mention.start < 2:
            return ()
        for dish in inside:
            if not isinstance(dish.entry.thing, Item) or dish.coverage < 1:
                continue
            if dish.missing and not dish.named:
                continue  # "extra *cheese*": hardly the cheese pizza
            parts = [
                part
                for c in inside
                if c.coverage == 1
                and isinstance(c.entry.thing, tuple)
                and c.entry.thing[0].id in dish.entry.thing.modifier_group_ids
                and (part := beside(c, dish, mention)) is not None
            ]
            if parts:
                part = min(parts, key=lambda c: c.missing)
                pieces = sorted((dish, part), key=lambda c: c.start)
                return tuple(
                    self._mention(
                        heard,
                        c,
                        [c, *(o for o in inside if o.entry is not c.entry and within(o, c))],
                    )
                    for c in pieces
                )
        return ()

    def _hits(self, heard: Sequence[Token], at: int) -> tuple[Hit, ...]:
        word = heard[at].word
        if heard[at].stop:
            return ()
        numbers = [
            (n, width)
            for n, width in numbers_said([t.word for t in heard], at)
            if n in self._by_word
        ]
        found = [Hit((n,), 1.0, width) for n, width in numbers]
        found += [Hit(words, 1.0, 1) for words in self._exact(word)]
        found += [Hit((w,), 1.0, 1) for w in self._spelt_alike.get(stem(word), ())]
        if len(word) == 1:
            found += self._spelt(heard, at)
        if at + 1 < len(heard) and not heard[at + 1].stop:
            together = word + heard[at + 1].word
            if len(together) > 5 and word.isalpha() and together.isalpha():
                found += [Hit(words, 0.97, 2) for words in self._exact(together)]
                if not found and not {word, heard[at + 1].word} & (COMMON | LIGHT):
                    found += [
                        Hit(words, likeness, 2)
                        for words, likeness in self._likely(stem(together))
                        if likeness >= 0.85
                    ]
        everyday = word in LIGHT or bool({word, stem(word)} & _EVERYDAY)
        if not found and not everyday:
            found += self._slips(heard, at)
        if not found and not everyday:
            likely = self._likely(stem(word)) or self._likely(word)  # "chees" is no plural
            found += [Hit(words, likeness, 1) for words, likeness in likely]
        if not found and (word not in _COMMONEST or self._beside(heard, at)):
            alike = [w for w in sounds_like(stem(word)) if w in self._by_word]
            found += [Hit((w,), SOUNDS_LIKENESS, 1) for w in alike]
        if stem(word) in self._trailing:
            found.append(Hit((stem(word),), 1.0, 1))
        return tuple(found)

    def _slips(self, heard: Sequence[Token], at: int) -> list[Hit]:
        """“Ceasar”, “bahn mi”: what a quick hand made of a word of the menu."""
        words = self._misspelt.read(heard, at, self._beside(heard, at))
        return [Hit((w,), LIKENESS, 1) for w in words]

    def _beside(self, heard: Sequence[Token], at: int) -> list[str]:
        """The words next to the one at `at` that the menu has."""
        around = (n for n in (at - 1, at + 1) if 0 <= n < len(heard) and not heard[n].stop)
        return [
            word
            for word in (heard[n].word for n in around)
            if self._exact(word) or (word not in _EVERYDAY and self._likely(stem(word)))
        ]

    def _spelt(self, heard: Sequence[Token], at: int) -> list[Hit]:
        """“B L T”, “O J”: letters said one by one, and written so; no end of a row of them, as
        "B E R N *I C E*" has one, which spells somebody's name."""
        if at and _is_letter(heard[at - 1].word) and heard[at - 1].word != "a":
            return []
        letters = [t.word for t in heard[at : at + MAX_LETTERS]]
        end = next(
            (n for n, x in enumerate(letters) if len(x) > 1 or not x.isalpha()), len(letters)
        )
        return [
            Hit((word,), 1.0, n)
            for n in range(end, 1, -1)
            if (word := "".join(letters[:n])) in self._by_word
        ]

    def _exact(self, word: str) -> list[tuple[str, ...]]:
        root = stem(word)
        # "Rotis": an English plural of a word that is none, and perhaps written so elsewhere.
        one = word[-1:] == "s" and len(word) > 4 and word[:-1] in self._by_word
        found = [(w,) for w in (root, word[:-1]) if w in self._by_word] if one else []
        if found or root in self._by_word:
            return list(dict.fromkeys(found)) or [(root,)]
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
        least = OTHER_FOOD if is_a_food_at_all(root) else 0.0
        scored = [
            (close(root, word), word)
            for word in map(self._known.__getitem__, near)
            if OSA.normalized_similarity(root, word) >= least or word.startswith(root)
        ]
        best = max((likeness for likeness, _ in scored), default=0.0)
        return tuple(
            (self._compounds.get(word, (word,)), likeness)
            for likeness, word in scored
            if likeness
            and likeness >= best - 0.02
            and not (word in self._compounds and half_another(root, *self._compounds[word]))
        )

    def _starting(self, hits: Sequence[Hit]) -> list[Entry]:
        found = {
            id(e): e
            for hit in hits
            if hit.words[0] not in LIGHT
            for e in self._by_word.get(hit.words[0], ())
        }
        return list(found.values())

    def _walk(
        self, heard: Sequence[Token], hits: Sequence[Sequence[Hit]], start: int, entry: Entry
    ) -> list[Candidate]:
        """How far the words from `start` on go on naming `entry`: with what may follow its name,
        and without, since "tofu *katsu* curry" is a curry with tofu."""
        used: dict[str, float] = {}
        at = end = own_end = start
        while at < len(heard):
            if heard[at].stop:
                if at == start or stem(heard[at - 1].word) not in entry.shortened:
                    break
                at += 1
                continue
            hit = next((h for h in hits[at] if fits(h, entry, used)), None)
            if hit is not None and at > start and not in_place(hit, entry, used):
                break
            if hit is not None and at > start and opens_half(hit, entry, used, hits[at + 1 :]):
                break
            if hit is not None and number_belongs(hit, entry, used, hits, at):
                likeness = hit.likeness * hit.width / len(hit.words)
                for word in hit.words:
                    used[f"{word} 2" if word in used else word] = likeness
                at += hit.width
                told = set(hit.words) - LIGHT - _OPEN_ENDED
                end = at if told else end
                own_end = at if told - entry.trailing else own_end
            elif at > start and (
                heard[at].word in _WALKED_OVER
                or half_a(heard, at)
                or garbled(heard, hits, at, entry, used)
            ):
                at += 1
            else:
                break
        found = scored(start, end, entry, used) if end > start else None
        if found is None:
            return []
        trimmed = [found._replace(end=own_end)] if start < own_end < end else []
        return [found, *trimmed]

    def _mention(
        self, heard: Sequence[Token], best: Candidate, inside: Sequence[Candidate]
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
            items = [c.entry.thing for c in likeliest(dishes) if isinstance(c.entry.thing, Item)]
        weak = not generic and len(items) == 1 and not enough(likeliest(dishes)[0])
        # "Cheese" is half of "cheese pizza", a margherita's other name, and all of an option's.
        an_option = any(
            isinstance(c.entry.thing, tuple) and c.coverage == 1 and not c.missing for c in whole
        )
        readings = [
            Reading(*c.entry.thing, c.coverage, c.negated, c.end - c.start)
            for c in inside
            if isinstance(c.entry.thing, tuple) and not said_shorter(c, inside)
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
            whole=generic
            or any(
                c.coverage == 1 and not (an_option and c.missing and not c.named) for c in dishes
            ),
            unsaid=bool(dishes) and all(c.missing for c in dishes),
            categories=categories,
        )
