"""So much of a dish: "a pound of mussels", "a pair of nigiri", "two pounds of clams".

Where the dish has an option that is called by that measure, what is asked for is one portion of so
much, and the number in the measure's name counts nothing: two pounds are one option where the menu
has two pounds, and else a pound twice. The lexicon may have heard the measure as a word of the
dish, of its kind ("Steamers by the Pound") or of another option; here all of it is put in order:
how many, the measure, the dish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agent.hearing.reader import BREAKS
from agent.hearing.recaps import Recaps
from agent.language import LIGHT, number_at, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading
from domain.menu import Item, Modifier, ModifierGroup

__all__ = ["Measures"]

MAX_WORDS = 4  # of a measure's name, but for the article: "pound and a half"

_ONE = frozenset(["a", "an", "1"])
_INNER = frozenset(["a", "an", "of", "the"])
# What is said of a dish without an "of", too: "a *half dozen* oysters", "a *pair* salmon nigiri".
_COUNTING = frozenset(["dozen", "pair"])
_OF_IT = frozenset([Kind.OF, Kind.THE])
_SHARES = frozenset(["half", "quarter"])
_BEFORE_COUNT = frozenset([Kind.NUMBER, Kind.ARTICLE, Kind.SOME, Kind.THE, Kind.MORE, Kind.BOTH])


class Measure(NamedTuple):
    """Tokens `[start, end)` that name an option of `items`; the dish's name begins at `dish`."""

    start: int
    end: int
    dish: int
    items: tuple[Item, ...]
    options: tuple[tuple[ModifierGroup, Modifier], ...]


class Measures(Recaps):
    """Measures, told from what counts dishes."""

    def in_measures(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """The lexemes with each measure as one mention, before the dish or after it."""
        lexemes = self.dishes_measured(lexemes)
        found = list(lexemes)
        for dish in [x for n, x in enumerate(lexemes) if self.is_dish(lexemes, n)]:
            measure = self.measure_before(lexemes, dish) or self.measure_after(dish)
            if measure is None:
                continue
            start = self.makings_before(lexemes, dish)
            if not self.is_read(found, measure, dish):
                found = self.with_measure(found, measure, dish)
            # "a pound *of the* lean brisket", "a quart of *your* lentil soup": one dish in a row
            idle = _OF_IT if start < dish.start else {Kind.THE}
            between = range(measure.end, start)
            found = [x for x in found if x.kind not in idle or x.start not in between]
        return found

    def dishes_measured(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“A pound of *moist brisket*”, where a plate comes with moist brisket, too: what has a
        measure is the dish, made so, and no option of another."""
        found = list(lexemes)
        for lexeme in lexemes:
            mention = lexeme.mention
            if mention is None or mention.items or not mention.apart:
                continue
            parts = [
                lexeme._replace(start=m.start, end=m.end, mention=m, text=self.raw(m))
                for m in mention.apart
            ]
            at, dish = found.index(lexeme), parts[-1]
            apart = [*found[:at], *parts, *found[at + 1 :]]
            made_so = dish.end == lexeme.end and self.makings_before(apart, dish) == lexeme.start
            if made_so and self.items_of(dish) and self.is_measured(apart, dish):
                found = apart
        return found

    def is_measured(self, lexemes: Sequence[Lexeme], dish: Lexeme) -> bool:
        return self.measure_before(lexemes, dish) is not None

    def is_dish(self, lexemes: Sequence[Lexeme], at: int) -> bool:
        """No part of the dish beside it: "six pieces of *salmon* sashimi", "a sashimi *salmon*"."""
        lexeme = lexemes[at]
        mention = lexeme.mention
        beside = [x for x in lexemes[max(0, at - 1) : at + 2] if x is not lexeme]
        adjoining = [x for x in beside if lexeme.start == x.end or x.start == lexeme.end]
        return (
            mention is not None
            and bool(mention.items)
            and not any(x.mention and self.part_of(mention, x.mention) for x in adjoining)
        )

    def measure_before(self, lexemes: Sequence[Lexeme], dish: Lexeme) -> Measure | None:
        """“*Two pounds of* mussels”; of several ways to read it, the longest."""
        name, end = self.name_after_of(lexemes, dish)
        first = max(0, end - MAX_WORDS)
        return next(self.measures(dish, [(n, end) for n in range(first, end)], name), None)

    def measure_after(self, dish: Lexeme) -> Measure | None:
        """“Mussels, *two pounds*”: up to the next pause."""
        start = dish.end
        if dish.mention is None or not dish.mention.whole or dish.mention.weak:
            return None
        if start < len(self.words) and self.words[start].word == ",":
            start += 1
        rest = self.words[start : start + MAX_WORDS + 2]
        end = next((start + n for n, t in enumerate(rest) if t.stop), start + len(rest))
        while end > start and self.words[end - 1].word in ("please", "thanks"):
            end -= 1
        ways = [(n, end) for n in range(start, end) if end - n <= MAX_WORDS]
        ways = [(n, m) for n, m in ways if all(t.word in _ONE for t in self.words[start:n])]
        return next(self.measures(dish, ways, dish.start), None)

    def makings_before(self, lexemes: Sequence[Lexeme], dish: Lexeme) -> int:
        """Where the dish begins, with what is said before it of its making: “*lean* brisket”."""
        start = dish.start
        for part in reversed(lexemes[: lexemes.index(dish)]):
            if part.mention is None or dish.mention is None or part.end != start:
                break
            if not self.part_of(part.mention, dish.mention):
                break
            start = part.start
        return start

    def name_after_of(self, lexemes: Sequence[Lexeme], dish: Lexeme) -> tuple[int, int]:
        """Where the dish's own name begins, and where the measure before it ends: “a *pound of*
        steamers”, which are called so for their kind; “a *pound of* the lean brisket”."""
        words = [t.word for t in self.words]
        own = {w for i in self.items_of(dish) for w in self.lexicon.name_of(i)}
        inside = next((n for n in range(dish.start + 1, dish.end - 1) if words[n] == "of"), None)
        if inside is not None and not own & set(map(stem, words[dish.start : inside])):
            return inside + 1, inside
        end = self.makings_before(lexemes, dish)
        while end > 0 and words[end - 1] in ("the", "your", "that", "those"):
            end -= 1
        if words[end - 1 : end] == ["of"]:
            end -= 2 if words[end - 2 : end - 1] == ["each"] else 1
        else:
            end = dish.start
        return dish.start, end

    def measures(
        self, dish: Lexeme, ways: Sequence[tuple[int, int]], name: int
    ) -> Iterator[Measure]:
        """What of `ways` to read the words names an option of the dish."""
        for start, end in ways:
            words = [t.word for t in self.words[start:end]]
            key = _key(words)
            if not key or words[0] in _ONE | LIGHT or "," in words or "." in words:
                continue
            counted = words[0].isdecimal() or words[0] in _SHARES or bool(_COUNTING & set(key))
            led = end < name or (dish.end < start and self.words[start - 1].word in _ONE)
            if set(key) <= _SHARES or all(w.isdecimal() for w in key) or not (led or counted):
                continue
            items = [i for i in self.items_of(dish) if self.sold_by(i, key)]
            if not items and counted and end <= name:
                said = {stem(t.word) for t in self.words[name : dish.end]} - LIGHT
                kin = [i for i in self.menu.items if said <= self.lexicon.words_of(i)]
                kin = [i for i in kin if self.sold_by(i, key)]
                items = kin if len(kin) == 1 else []
            if items:
                sold = {(g.id, m.id): (g, m) for i in items for g, m in self.sold_by(i, key)}
                yield Measure(start, end, name, tuple(items), tuple(sold.values()))

    def items_of(self, dish: Lexeme) -> tuple[Item, ...]:
        return dish.mention.items if dish.mention is not None else ()

    def sold_by(self, item: Item, key: tuple[str, ...]) -> list[tuple[ModifierGroup, Modifier]]:
        """The options of `item`, one of which is taken, that are called so."""
        return [
            (group, modifier)
            for group in self.menu.groups_of(item)
            if group.max == 1 and not group.removes
            for modifier in group.modifiers
            if any(
                _key([t.word for t in tokens(called) if not t.stop]) == key
                for called in (modifier.name, *modifier.names.values(), *modifier.spoken)
            )
        ]

    def is_read(self, lexemes: Sequence[Lexeme], measure: Measure, dish: Lexeme) -> bool:
        """True where it was heard so, word for word, before the dish's own name; a number at its
        head might yet be taken for one that counts."""
        if self.words[measure.start].word.isdecimal() and measure.start < dish.start:
            return False
        if dish.start != measure.dish or self.items_of(dish) != measure.items:
            return False
        for lexeme in lexemes:
            if lexeme.mention is not None and (lexeme.start, lexeme.end) == measure[:2]:
                able = [
                    r for i in measure.items for r in self.applicable(lexeme.mention.readings, i)
                ]
                best = max(able, key=lambda r: (r.coverage, r.width), default=None)
                return best is not None and (best.group, best.modifier) in measure.options
        return False

    def with_measure(
        self, lexemes: Sequence[Lexeme], measure: Measure, dish: Lexeme
    ) -> list[Lexeme]:
        assert dish.mention is not None, "a measure is of a dish"
        start, end = measure.start, measure.end
        groups = {group.id for group, _ in measure.options}
        readings = tuple(Reading(g, m, 1, False, end - start) for g, m in measure.options)
        raw = " ".join(t.word for t in self.words[start:end])
        said = Lexeme(Kind.MENTION, start, end, mention=Mention(start, end, (), readings), text=raw)
        own = tuple(r for r in dish.mention.readings if r.group.id not in groups)
        named = dish.mention._replace(start=measure.dish, items=measure.items, readings=own)
        if len(measure.items) == 1:
            named = named._replace(weak=False, generic=False)  # the one that is sold so
        text = " ".join(t.word for t in self.words[measure.dish : dish.end])
        found: list[Lexeme] = []
        for lexeme in lexemes:
            if lexeme.start >= start and said not in found and lexeme.mention is not dish.mention:
                found.append(said)
            if lexeme.mention is dish.mention and lexeme.start == dish.start:
                before = start < measure.dish and said not in found
                after = dish._replace(start=measure.dish, mention=named, text=text)
                found += [said, after] if before else [after]
            elif lexeme.end <= start or lexeme.start >= end:
                found.append(lexeme)
            elif lexeme.start < start:
                found += self.count_before(lexeme, start, found)
        found = found if said in found else [*found, said]
        return self.counted_once(found, said)

    def count_before(self, lexeme: Lexeme, end: int, before: Sequence[Lexeme]) -> list[Lexeme]:
        """The *a* of "a pair of", the *two* of "two dozen", which were heard with the measure."""
        number = number_at([t.word for t in self.words[:end]], lexeme.start)
        if before and before[-1].kind in _BEFORE_COUNT and before[-1].end == lexeme.start:
            return []  # "two *one pound* orders"
        if number is None or number[0] == 1:
            return [Lexeme(Kind.ARTICLE, lexeme.start, end, text="a")]
        return [Lexeme(Kind.NUMBER, lexeme.start, end, value=number[0])]

    def counted_once(self, lexemes: Sequence[Lexeme], said: Lexeme) -> list[Lexeme]:
        """“*Two pounds* of steamers” are one of them: a measure that begins with a number leaves
        none that could count the dish."""
        at = lexemes.index(said)
        before = lexemes[at - 1] if at else None
        opens = before is None or before.kind in BREAKS or before.end < said.start
        opens = opens or (before is not None and before.kind not in _BEFORE_COUNT)
        first = self.words[said.start].word
        follows = at + 1 < len(lexemes) and lexemes[at + 1].start >= said.end
        if not (opens and follows) or not (first.isdecimal() or first in _SHARES):
            return list(lexemes)
        one = Lexeme(Kind.ARTICLE, said.start, said.start, text="a")
        return [*lexemes[:at], one, *lexemes[at:]]


def _key(words: Sequence[str]) -> tuple[str, ...]:
    """What a measure is called: `half a pound`, `one half pound` → `("half", "pound")`."""
    stems = [stem(w) for w in words if w not in _INNER]
    return tuple(stems[1:] if stems[:1] == ["1"] and len(stems) > 1 else stems)
