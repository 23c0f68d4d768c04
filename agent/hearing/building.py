"""A dish that is named by what it is made of: "spaghetti with meatballs", "penne vodka".

Such words are options of one dish together. Alone, or in twos, they are also parts of other dishes'
names ("Penne Vodka Tray", "Linguine with Clams"), so the words up to where the options end are
weighed as a whole: the dish that explains more of them is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_
from operator import attrgetter

from agent.hearing.fitting import Fitting
from agent.hearing.points import Open, OpenKind
from agent.hearing.wishes import PLAIN
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from domain.menu import Item

__all__ = ["Build", "Building"]

MIN_PARTS = 2  # options that name a dish by themselves; one alone is rather another dish's word
MAX_GAP = 2  # everyday words between two options: "fra diavolo *over* linguine"
_BETWEEN = frozenset([Kind.WITH, Kind.TO, Kind.AND])


@dataclass(frozen=True)
class Build:
    """A dish, the options of it that were named, and how much of what was said is so explained."""

    item: Item
    parts: tuple[Mention, ...]
    explained: int  # words of its options, and of its name where that was said
    lacking: int  # groups that must be chosen and of which nothing was named
    called: bool  # all of one of its names was said
    end: int  # the lexemes that it takes


class Building(Fitting):
    """Dishes that only their options name, or their options together with their kind."""

    def build_ahead(self) -> list[Build]:
        """The dish that the options from here on are of; several where they fit alike."""
        span = list(self.options_ahead())
        if not span or span[-1].end - span[0].start < MIN_PARTS or any(map(self.ones, span)):
            return []  # "… and *a large one* with onions": of the dish that was just named
        options = self.lexicon.options(self.words, span[0].start, span[-1].end)
        builds = [b for item in self.menu.items if (b := self.built(item, options, span))]
        rivals = self.rivals(options, span)
        best = max(map(_rank, builds), default=None)
        meant = [b for b in builds if _rank(b) == best]
        return meant if all(self.wins(b, rivals, span) for b in meant) else []

    def dish_behind(self, at: int = 0) -> int:
        """“A sesame *bagel* with *lox*”: how far ahead the dish is named that the option at `at` is
        of, where what follows it says which one of its kind; else 0."""
        option, led = self.peek(at), self.peek(at + 1)
        skip = at + 2 + int(self.kind(at + 2) in (Kind.ARTICLE, Kind.SOME, Kind.THE))
        dish = self.peek(skip)
        if option is None or led is None or dish is None:
            return 0
        if led.kind is not Kind.WITH and led.text != "with the":
            return 0
        part, named = option.mention, dish.mention
        if part is None or part.items or named is None or len(named.items) != 1 or named.weak:
            return 0
        said = {stem(t.word) for t in tokens(option.text)} - LIGHT
        must = [r for r in self.applicable(part.readings, named.items[0]) if r.group.min > 0]
        noun = said & self.lexicon.name_of(named.items[0])
        return skip if noun and any(r.coverage == 1 for r in must) else 0

    def another_built(self) -> bool:
        """“… with penne, and *spaghetti and meatballs*”: another dish, where the one in hand has
        its pasta."""
        first = self.peek()
        builds = self.build_ahead() if first is not None and first.mention is not None else []
        if first is None or first.mention is None or not builds:
            return False
        if (step := self.peek(1)) is not None and self.tells_step(first, step):
            return False  # "a spicy miso ramen, *medium spicy*"
        return self.taken_up([r for r in self.usable(first.mention) if r.coverage == 1])

    def settle_by_making(self) -> None:
        """“A burger, *medium rare*”, where but one of the burgers can be so."""
        point = self.heard.opens[self.open_at] if self.open_at is not None else None
        if point is None or point.kind is not OpenKind.WHICH or point.asked:
            return
        made = [w for w in point.wishes if w.kind is Kind.WITH]
        able = [
            item
            for item in map(self.item, point.item_ids)
            if all(any(r.coverage == 1 for r in self.applicable(w.readings, item)) for w in made)
        ]
        if made and len(able) == 1:
            qty, wishes = self.take_open(able[0])
            self.settle_siblings(able[0], point)  # "two cokes, one large, *one regular*"
            base = self.focus.base if self.just_written() else ""
            self.write(able[0], qty, wishes)
            if base:
                self.focus = with_(self.focus, base=base)
                self.sharing = True

    def settle_siblings(self, item: Item, point: Open) -> None:
        """What was split off the same question has the same answer."""
        siblings = [
            o for o in self.heard.opens if (o.text, o.item_ids) == (point.text, point.item_ids)
        ]
        for sibling in siblings:
            self.heard.opens.remove(sibling)
            self.write(item, sibling.qty, sibling.wishes)

    def options_ahead(self) -> Iterator[Lexeme]:
        """What stands together from here on: mentions, and the small words that join them."""
        at = self.at
        while at < len(self.lexemes):
            lexeme = self.lexemes[at]
            before = self.lexemes[at - 1] if at > self.at else None
            if before is not None and lexeme.start - before.end > MAX_GAP:
                return
            after = self.lexemes[at + 1].kind if at + 1 < len(self.lexemes) else None
            joins = lexeme.kind in _BETWEEN and before is not None
            article = before is not None and before.kind in (Kind.WITH, Kind.TO)
            article = article and lexeme.kind in (Kind.ARTICLE, Kind.THE, Kind.SOME)
            plain = lexeme.kind is Kind.WORD and lexeme.text.lower() in PLAIN
            if joins and after not in (Kind.MENTION, Kind.ARTICLE, Kind.THE, Kind.SOME):
                return
            if joins and lexeme.kind is Kind.AND and after is not Kind.MENTION:
                return
            if not (joins or article or plain or lexeme.kind is Kind.MENTION):
                return
            yield lexeme
            at += 1

    def built(self, item: Item, options: Sequence[Mention], span: Sequence[Lexeme]) -> Build | None:
        """How far `item` explains `span`; None where hardly anything of it."""
        start, end = span[0].start, span[-1].end
        stems = {n: stem(self.words[n].word) for n in range(start, end)}
        telling = {n for n, word in stems.items() if word not in LIGHT}
        parts = self.parts_in(item, [o for o in options if not self.is_called_by(item, o, span)])
        if not parts:
            return None
        called = self.lexicon.calls(item, set(stems.values())) or any(
            x.mention is not None and x.mention.whole and item in x.mention.items for x in span
        )
        name = self.lexicon.name_of(item) if called else frozenset()
        explained = {n for p in parts for n in range(p.start, p.end)}
        explained |= {n for n in telling if stems[n] in name}
        taken = 0
        for n, lexeme in enumerate(span):
            words = telling & set(range(lexeme.start, lexeme.end))
            if lexeme.kind is Kind.AND and any(stems[m] in name for m in stems if m < lexeme.start):
                break  # "two burgers *and chips*": what follows its name may be another dish
            if lexeme.text.lower() in PLAIN and not words & explained:
                continue  # "a *regular* penne with meat sauce"
            if lexeme.kind is Kind.MENTION and not words <= explained:
                adjoins = n > 0 and span[n - 1].end == lexeme.start
                if n == 0 or (adjoins and span[n - 1].kind is Kind.MENTION):
                    return None  # what follows at once says what all of it is
                break
            taken = n + 1 if lexeme.kind is Kind.MENTION else taken
        last = span[taken - 1].end
        parts = [p for p in parts if p.end <= last]
        chosen = {p.readings[0].group.id for p in parts}
        needed = {g.id for g in self.menu.groups_of(item) if g.min > 0 and not g.default}
        return Build(
            item,
            tuple(parts),
            len({n for n in explained & telling if n < last}),
            len(needed - chosen),
            called,
            taken,
        )

    def parts_in(self, item: Item, options: Sequence[Mention]) -> list[Mention]:
        """Those of `options` that `item` has room for, the longest where they overlap."""
        room = {g.id: g.max for g in self.menu.groups_of(item) if not g.removes}
        able = [o for o in options if o.readings[0].group.id in room]
        able.sort(
            key=lambda o: (
                o.start - o.end,
                -o.readings[0].coverage,
                -o.readings[0].group.min,
                o.start,
            )
        )
        found: list[Mention] = []
        for option in able:
            group, modifier = option.readings[0][:2]
            apart = all(option.end <= o.start or o.end <= option.start for o in found)
            if apart and room[group.id] and modifier not in [o.readings[0].modifier for o in found]:
                room[group.id] -= 1
                found.append(option)
        return sorted(found, key=attrgetter("start"))

    def is_called_by(self, item: Item, option: Mention, span: Sequence[Lexeme]) -> bool:
        """“A *turkey and avocado* sandwich on rye”: what the dish is called by is nothing that is
        put on it besides, unless it is said once more. An alias may say more than the dish: "cheese
        fries", of fries that can be had with cheese."""
        names = (item.name, *item.names.values())
        group, own = option.readings[0].group, {stem(t.word) for n in names for t in tokens(n)}
        said = {stem(self.words[n].word) for n in range(option.start, option.end)} - LIGHT
        return (
            not group.min
            and said <= own
            and any(
                x.mention is not None
                and x.mention.whole
                and not x.mention.generic
                and item in x.mention.items
                and x.start <= option.start
                and option.end <= x.end
                for x in span
            )
        )

    def rivals(self, options: Sequence[Mention], span: Sequence[Lexeme]) -> list[Build]:
        """The dishes whose names were read in `span`, and how much of it each explains."""
        found = []
        start, end = span[0].start, span[-1].end
        stems = {n: stem(self.words[n].word) for n in range(start, end)}
        for n, lexeme in enumerate(span, 1):
            mention = lexeme.mention
            if mention is None or mention.generic or not mention.items:
                continue
            for item in mention.items:
                name = self.lexicon.name_of(item)
                explained = {m for m, w in stems.items() if w in name and w not in LIGHT}
                parts = self.parts_in(item, options)
                explained |= {m for p in parts for m in range(p.start, p.end)}
                needed = {g.id for g in self.menu.groups_of(item) if g.min > 0 and not g.default}
                lacking = len(needed - {p.readings[0].group.id for p in parts})
                exact = mention.whole and not mention.unsaid
                found.append(Build(item, (), len(explained), lacking, exact, n))
        return found

    def wins(self, build: Build, rivals: Sequence[Build], span: Sequence[Lexeme]) -> bool:
        """True where no dish's own name explains as much of what was said."""
        others = [r for r in rivals if r.item.id != build.item.id]
        most = max((r.explained for r in others), default=0)
        exact = [r for r in others if r.called]
        if build.called:  # "a sesame bagel with lox spread", which is no lox bagel
            whole = build.end == len(span) or span[build.end].kind is Kind.AND
            beside = [r for r in exact if r.end <= build.end]
            return bool(beside) and whole and build.explained > most
        groups = {p.readings[0].group.id for p in build.parts}
        needed = [
            p for p in build.parts if p.readings[0].group.min and not p.readings[0].group.default
        ]
        if exact or len(build.parts) < MIN_PARTS or len(groups) < MIN_PARTS or not needed:
            return False
        equal = [r for r in others if r.explained == build.explained]
        return build.explained > most or (
            build.explained == most and all(r.lacking > build.lacking == 0 for r in equal)
        )


def _rank(build: Build) -> tuple[int, bool, int, bool]:
    """What explains more, then what was named, then what lacks less; between equals, the dish that
    the menu leaves to the guest."""
    name = {t.word for t in tokens(build.item.name)}
    return build.explained, build.called, -build.lacking, bool(name & _OWN)


_OWN = frozenset(["build", "own", "create", "choose", "pick", "custom", "make"])
