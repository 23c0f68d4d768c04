"""The words of one menu, and what of it an utterance names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence, Set
from functools import lru_cache

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
from agent.matching.candidates import (
    Candidate,
    Hit,
    beside,
    cuts_short,
    enough,
    fits,
    garbled,
    half_a,
    half_another,
    in_place,
    joins_two,
    leads_another,
    likeliest,
    number_belongs,
    opens_half,
    said_shorter,
    scored,
    tells_dish,
    within,
)
from agent.matching.entries import (
    POLARITY,
    Entry,
    merges,
    modifier_phrases,
    other_sizes,
    phrases,
    shortened,
)
from agent.matching.groups import GroupNames
from agent.matching.mention import Mention, Reading
from agent.matching.small_talk import small_talk
from agent.small_words import SMALL_WORDS
from domain.menu import Category, Item, Menu, Modifier

__all__ = ["Lexicon"]

MIN_CLOSEST = 65  # of 100; below it, the nearest dish is no help to the caller
MIN_NEAREST = 80  # of 100; what a few dishes that share a word must reach to be meant
MIN_LEAD = 10  # of 100; by how much the nearest of them must be ahead of the next
SOUNDS_LIKENESS = 0.9  # how well a word is heard as one that sounds the same
MAX_LETTERS = 4  # of a name that is spelt, as "B L T" is; more are somebody's name
CACHED_WORDS = 4_096  # how many words' hits one lexicon remembers
# Words that no other is misheard for: "might I *trouble* you" is no double.
_EVERYDAY = COMMON | {word for phrase in SMALL_WORDS for word in phrase}
_WALKED_OVER = LIGHT - {"and", "with", "a", "an", "or", "in", "on", "to", "y", "e", "con"}


class Lexicon:
    """The words of one menu. Building it takes milliseconds; it never changes."""

    def __init__(self, menu: Menu) -> None:
        self.menu = menu
        self._entries = [
            *(Entry(i, *phrases(i.name, i.names, i.spoken)) for i in menu.items),
            *(Entry(c, *phrases(c.name, c.names, ())) for c in menu.categories),
            *(
                Entry((g, m), *modifier_phrases(m, sizes[m.id]))
                for g in menu.modifier_groups
                for sizes in [other_sizes(g)]
                for m in g.modifiers
            ),
        ]
        self._entry_of = {e.thing.id: e for e in self._entries if isinstance(e.thing, Item)}
        for entry in self._entries:
            if isinstance(entry.thing, Item):
                entry.shortened = shortened([entry.thing.name, *entry.thing.spoken])
        self._group_names = GroupNames(menu)
        self._mark_generic()
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
        leading = [m for m in self._group_names.leading(heard) if not self._in_name(heard, m)]
        found = self._found(heard, {m.start for m in leading})
        taken = [False] * len(heard)
        chosen = []
        for best in found:
            if any(taken[best.start : best.end]) or leads_another(best, found):
                continue
            if joins_two(best, found, heard) or tells_dish(best, found):
                continue
            if cuts_short(best, found, heard):
                continue
            taken[best.start : best.end] = [True] * (best.end - best.start)
            inside = [c for c in found if within(c, best)]
            mention = self._mention(heard, best, inside)
            chosen.append(mention._replace(apart=self._apart(heard, mention, inside)))
        return sorted((*chosen, *leading), key=lambda m: m.start)

    def options(self, heard: Sequence[Token], start: int, end: int) -> list[Mention]:
        """Each option that is named in full in `[start, end)`, also within other names."""
        named = [
            c
            for c in self._found(heard[start:end], ())
            if isinstance(c.entry.thing, tuple) and c.coverage == 1 and not c.negated
        ]
        return [
            Mention(
                start + c.start,
                start + c.end,
                (),
                (Reading(*c.entry.thing, 1, False, c.end - c.start),),
            )
            for c in named
            if isinstance(c.entry.thing, tuple) and not said_shorter(c, named)
        ]

    def _found(self, heard: Sequence[Token], led: Collection[int]) -> list[Candidate]:
        """All that the words may name, the likeliest first; `led` are names of groups."""
        hits = [() if at in led else self._hits(heard, at) for at in range(len(heard))]
        found = [
            c
            for at in range(len(heard))
            for entry in self._starting(hits[at])
            for c in self._walk(heard, hits, at, entry)
            if not small_talk(c, heard)
        ]
        found.sort(key=lambda c: (-c.score, c.start, -c.end))
        return found

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
        return self._entry_of[item.id].words

    def name_of(self, item: Item) -> frozenset[str]:
        """Of `words_of`, those of its own name in all its forms, without its category's."""
        return frozenset(w for p in self._entry_of[item.id].phrases for w in p.words)

    def calls(self, item: Item, said: Set[str]) -> bool:
        """True where all of one of the item's names is among the stems `said`."""
        names = (set(p.words) - LIGHT for p in self._entry_of[item.id].phrases)
        return any(name and name <= said for name in names)

    def says(self, modifier: Modifier, word: str) -> bool:
        """True where `word` alone names `modifier`."""
        return any(
            p.words == (stem(word),)
            for e in self._entries
            if isinstance(e.thing, tuple) and e.thing[1] is modifier
            for p in e.phrases
        )

    def telling_words_of(self, item: Item) -> frozenset[str]:
        """Of `words_of`, those that tell it from the others of its category."""
        entry = self._entry_of[item.id]
        return entry.words - entry.generic - LIGHT

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
                if merges(group, entry.generic):
                    entry.generic = frozenset()
                entry.trailing = entry.generic - LIGHT - POLARITY

    def _hits(self, heard: Sequence[Token], at: int) -> tuple[Hit, ...]:
        word = heard[at].word
        if heard[at].stop:
            return ()
        found = [Hit(words, 1.0, 1) for words in self._exact(word)]
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
        if not found and word not in LIGHT and not {word, stem(word)} & _EVERYDAY:
            likely = self._likely(stem(word)) or self._likely(word)  # "chees" is no plural
            found += [Hit(words, likeness, 1) for words, likeness in likely]
        if not found:
            alike = [w for w in sounds_like(stem(word)) if w in self._by_word]
            found += [Hit((w,), SOUNDS_LIKENESS, 1) for w in alike]
        if stem(word) in self._trailing:
            found.append(Hit((stem(word),), 1.0, 1))
        return tuple(found)

    def _spelt(self, heard: Sequence[Token], at: int) -> list[Hit]:
        """“B L T”, “O J”: letters said one by one, and written so."""
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
                end = at if set(hit.words) - LIGHT else end
                own_end = at if set(hit.words) - LIGHT - entry.trailing else own_end
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
