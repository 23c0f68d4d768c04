"""What the dishes and options of one menu are called, and which words tell them apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence, Set

from rapidfuzz import fuzz

from agent.language import LIGHT, PRONOUNS, Token, fold, stem, tokens
from agent.matching.entries import (
    POLARITY,
    Entry,
    merges,
    modifier_phrases,
    other_names,
    phrases,
    shortened,
)
from domain.menu import Category, Item, Menu, Modifier

__all__ = ["Names"]

MIN_CLOSEST = 65  # of 100; below it, the nearest dish is no help to the caller
MIN_NEAREST = 80  # of 100; what a few dishes that share a word must reach to be meant
MIN_LEAD = 10  # of 100; by how much the nearest of them must be ahead of the next
# What joins the words of a category, and is no word of its dishes: "Dinners *for* Two".
_JOINING = frozenset(["for", "from", "by", "at"])


class Names:
    """The entries of one menu, and what is asked about them by name."""

    def __init__(self, menu: Menu) -> None:
        self.menu = menu
        self._entries = [
            *(Entry(i, *phrases(i.name, i.names, i.spoken)) for i in menu.items),
            *(Entry(c, *phrases(c.name, c.names, ())) for c in menu.categories),
            *(
                Entry((g, m), *modifier_phrases(m, others[m.id]))
                for g in menu.modifier_groups
                for others in [other_names(g)]
                for m in g.modifiers
            ),
        ]
        self._entry_of = {e.thing.id: e for e in self._entries if isinstance(e.thing, Item)}
        self._name_of = {
            item_id: frozenset(w for p in e.phrases for w in p.words)
            for item_id, e in self._entry_of.items()
        }
        for entry in self._entries:
            if isinstance(entry.thing, Item):
                entry.shortened = shortened([entry.thing.name, *entry.thing.spoken])
        self._mark_generic()
        self._names = [
            (telling, e.thing, e.generic)
            for e in self._entries
            if isinstance(e.thing, Item)
            for p in e.phrases
            if (telling := " ".join(w for w in p.words if w not in e.generic | LIGHT))
        ]

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
        return self._name_of[item.id]

    def calls(self, item: Item, said: Set[str]) -> bool:
        """True where all of one of the item's names is among the stems `said`."""
        names = (set(p.words) - LIGHT for p in self._entry_of[item.id].phrases)
        return any(name and name <= said for name in names)

    def is_within(self, item: Item, other: Item) -> bool:
        """True where a name of `other` is one of the item's, and more."""
        longer = [set(p.words) for p in self._entry_of[other.id].phrases if p.named]
        return any(
            set(p.words) < words
            for p in self._entry_of[item.id].phrases
            if p.named
            for words in longer
        )

    def calls_plainly(self, item: Item, said: Set[str], plain: Set[str]) -> bool:
        """True where one of the item's names is `said`, but for words that say it is `plain`."""
        names = (set(p.words) - LIGHT for p in self._entry_of[item.id].phrases)
        return any(said <= name and name - plain <= said for name in names)

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
        """The one of a few dishes that a word of the answer points to: "the half one"; of several,
        the one that is told by nothing else: "the *veg* one", beside a non-veg one."""
        said = {stem(t.word) for t in heard} - LIGHT - PRONOUNS
        pointed = [
            e
            for e in self._entries
            if isinstance(e.thing, Item)
            and e.thing.id in item_ids
            and said & {w for p in e.phrases for w in p.words} - LIGHT - e.generic
        ]
        if len(pointed) > 1:
            names = [set(p.words) for e in pointed for p in e.phrases]
            shared = LIGHT.union(set.intersection(*names))
            pointed = [
                e
                for e in pointed
                if any(
                    set(p.words) - e.generic - shared == said - e.generic - shared
                    for p in e.phrases
                )
            ]
        found = [e.thing for e in pointed if isinstance(e.thing, Item)]
        return found[0] if len(found) == 1 else None

    def _others_nouns(self, entry: Entry) -> frozenset[str]:
        """“Shakes & Sweets”: the one word that another dish is called by, the shake, is no word of
        the chocolate cake; so is the end of its one word, as of the milkshake."""
        assert isinstance(entry.thing, Item), "it is asked of dishes"
        kind = entry.thing.category_id
        others = {
            p.words[0]
            for e in self._entries
            if isinstance(e.thing, Item) and e.thing.category_id == kind and e is not entry
            for p in e.phrases
            if len(p.words) == 1
        }
        named = next(
            e for e in self._entries if isinstance(e.thing, Category) and e.thing.id == kind
        )
        kinds = {w for p in named.phrases for w in p.words} - LIGHT
        if len(kinds) < 2:
            return frozenset()
        return frozenset(w for w in kinds - entry.words if any(o.endswith(w) for o in others))

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
                of_its = frozenset(of_category.get(category, set())) - LIGHT - _JOINING
                of_its -= self._others_nouns(entry) | {w for w in of_its if w.isdecimal()}
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
