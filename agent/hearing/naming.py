"""Which dish is meant by what it was called, among those that were just spoken of."""

from __future__ import annotations

from collections.abc import Sequence, Set

from agent.foods import is_a_food_at_all
from agent.hearing.points import OpenKind, Wish
from agent.hearing.reader import BREAKS, Determiner
from agent.hearing.unsettled import Unsettled
from agent.hearing.wishes import PLAIN
from agent.kinds import is_called
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading
from agent.small_words import CONTAINERS
from domain.menu import Item

__all__ = ["Naming"]


# What a menu calls the one dish of a kind that has nothing of its own: "plain pie".
_PLAINEST = PLAIN | {"plain"}


class Naming(Unsettled):
    """The names of dishes, shortened and swallowed as people say them."""

    def as_total(self, found: Determiner, mention: Mention) -> Mention:
        """“*Three pizzas*: one cheese, two hawaiian”, where the plainest is called so, too: how
        many there are of that kind, if what follows comes to as many."""
        if found.count is None or mention.generic or found.refers:
            return mention
        kinds = {c.id for c in mention.categories}
        said = {stem(t.word) for t in self.words[mention.start : mention.end]}
        items = tuple(i for i in self.menu.items if i.category_id in kinds)
        item = self.narrowed(mention)
        if not items and item is not None and mention.plural:  # "five naans, two garlic, …"
            alike = [i for i in self.menu.items if i.category_id == item.category_id]
            items = tuple(i for i in alike if said <= self.lexicon.name_of(i))
        if len(items) < 2 or not self.comes_to(found.count, items, item, set() if kinds else said):
            return mention
        return mention._replace(items=items, generic=True)

    def comes_to(
        self, total: int, items: Sequence[Item], item: Item | None, noun: Set[str]
    ) -> bool:
        """True where some of `items` follow, `total` in all, the last after an "and" or at the end
        of what is said. Where their `noun` is said again with each ("three dosas, one plain dosa,
        …"), they may be others besides, but for three of them, or where `item`, which is called by
        the noun alone, is one of them."""
        left, count, parts = total, 0, 0
        joined, repeated, itself = False, False, False
        for n, lexeme in enumerate(self.lexemes[self.at :], self.at):
            if lexeme.kind in (Kind.NUMBER, Kind.ARTICLE):
                count, joined = lexeme.value or 1, self.lexemes[n - 1].kind is Kind.AND
                continue
            mention = lexeme.mention
            if not count or mention is None or not any(i in items for i in mention.items):
                continue
            said = {stem(t.word) for t in self.words[mention.start : mention.end]}
            repeated |= bool(noun & said)
            itself |= item in mention.items and not said <= noun
            left, count, parts = left - count, 0, parts + 1
            if left <= 0:
                ends = all(x.kind in BREAKS for x in self.lexemes[n + 1 :])
                sure = not repeated or itself or parts > 2
                return sure and left == 0 and parts > 1 and (joined or ends)
        return False

    def of_that_kind(self, found: Determiner, mention: Mention) -> Mention:
        """“Two garlic naans and one *plain*”: of all that is plain, the naan."""
        last, base = (self.cart.line(i) for i in ((*self.new[-1:], "")[0], self.focus.base))
        counted = found.count is not None or found.article
        if last is None or not counted or mention.generic or len(mention.items) < 2:
            return mention
        item = self.item(last.item_id)
        said = {stem(t.word) for t in self.words[mention.start : mention.end]}
        noun = self.lexicon.name_of(item) - said - LIGHT
        kin = [
            i
            for i in mention.items
            if i.category_id == item.category_id and self.lexicon.name_of(i) & noun
        ]
        if base is not None and kin and kin[0].id == base.item_id:
            return mention  # "three naans, one garlic, one *plain*": one of the three
        return mention._replace(items=tuple(kin), weak=False) if len(kin) == 1 else mention

    def of_the_asked(self, found: Determiner, mention: Mention, *, joined: bool) -> Mention:
        """“Two combos, one *classic* and one *chicken*”: of the kind that was counted first, and
        no dishes of their own."""
        asked = self.asked
        if asked is not None and asked.kind is OpenKind.WHICH and not self.new:
            meant = self.lexicon.picked(self.words[mention.start : mention.end], asked.item_ids)
            stems = {stem(t.word) for t in self.words[mention.start : mention.end]} - LIGHT
            if meant is not None and stems <= self.lexicon.words_of(meant):
                return mention._replace(items=(meant,), weak=False, generic=False)
        if (told := self.told_which(found, mention, joined=joined)) is not None:
            return told
        points = [o for o in self.heard.opens if o.kind is OpenKind.WHICH and o not in self.opened]
        point = next((o for o in points if o.asked or not joined), None)
        if point is None or found.count is None or found.count > point.qty or found.more:
            return mention
        if {i.id for i in mention.items} & set(point.item_ids):
            return mention
        said = self.words[mention.start : mention.end]
        meant = self.lexicon.picked(said, point.item_ids)
        return mention._replace(items=(meant,), weak=False, generic=False) if meant else mention

    def told_which(self, found: Determiner, mention: Mention, *, joined: bool) -> Mention | None:
        """“The étouffée, *the crawfish one*”, “a lunch special, *the beef*”: which of those just
        named, said after a pause, and no dish of its own, though one is called so."""
        point = self.heard.opens[self.open_at] if self.open_at is not None else None
        if point is None or point.kind is not OpenKind.WHICH or joined or found.more:
            return None
        words = self.words[mention.start : mention.end]
        one = [t.word for t in self.words[mention.end : mention.end + 1]]
        pointed = one in (["1"], ["ones"], ["1s"]) and (found.definite or found.article)
        pointed = pointed or (found.definite and found.count is None and self.paused())
        if (found.any and not pointed) or (point.qty > 1 and one != ["ones"]):
            return None  # "three biryanis: *a lamb one* …": one of them
        meant = self.lexicon.picked(words, point.item_ids)
        stems = {stem(t.word) for t in words} - LIGHT
        if meant is None or not stems <= self.lexicon.words_of(meant):
            return None
        found.count, found.article = point.qty, False
        return mention._replace(items=(meant,), weak=False, generic=False)

    def paused(self) -> bool:
        """True where a comma stands before the dish just read and its article."""
        before = self.lexemes[: self.at - 1]
        return [x.kind for x in before if x.kind is not Kind.THE][-1:] == [Kind.COMMA]

    def in_apposition(self, found: Determiner, mention: Mention, *, joined: bool) -> Item | None:
        """“A pound of sausage, *the original*”, “…, *the jalapeño one*”: the dish just written, or
        the one of its kin that both words name, though another dish is called so, too."""
        line = self.cart.line(self.new[-1]) if self.just_written() and not joined else None
        called = self.called.get(line.id) if line is not None else None
        counted = found.count is not None or found.article or found.more or found.share
        if line is None or called is None or not (found.definite and self.paused()) or counted:
            return None
        said = {stem(t.word) for t in self.words[mention.start : mention.end]} - LIGHT
        item = self.item(line.item_id)
        if said <= self.lexicon.telling_words_of(item):
            return item
        both = said | {stem(t.word) for t in self.words[called.start : called.end]} - LIGHT
        kin = [i for i in self.menu.items if i.category_id == item.category_id]
        kin = [i for i in kin if both <= self.lexicon.name_of(i)]
        return kin[0] if len(kin) == 1 else None

    def plainest(
        self, found: Determiner, mention: Mention, wishes: Sequence[Wish]
    ) -> Mention | None:
        """“A large *pie* with onions”: the one that the menu calls by that noun alone, or the
        plain one of its kin, and none that comes with something of its own."""
        if mention.weak or found.refers or found.more or self.changing or self.lines_of(mention):
            return None
        words = self.words[mention.start : mention.end]
        said = {stem(t.word) for t in words} - LIGHT
        if self.says("?") or any(
            self.leaves_out(x, mention, said) for x in self.lexemes[self.at :]
        ):
            return None  # "three pizzas: one hawaiian, …": which they are is yet to be said
        able = self.made_so(mention, wishes).items
        for plain in (frozenset[str](), _PLAINEST):
            kin = [i for i in able if self.lexicon.calls_plainly(i, said, plain)]
            if len(kin) == 1 and self.comes_to(found.count or 0, mention.items, kin[0], said):
                return None  # "three dosas, one plain dosa, …"
            if len(kin) == 1:
                return mention._replace(items=(kin[0],), weak=False, generic=False, whole=True)
        return None

    def plainest_of(self, items: Sequence[Item]) -> Sequence[Item]:
        """“*A large* with pepperoni”: of the pies that can be so, the plain one."""
        kinds = {c.id: {stem(t.word) for t in tokens(c.name)} for c in self.menu.categories}
        plain = [
            i
            for i in items
            if any(self.lexicon.calls_plainly(i, {w}, _PLAINEST) for w in kinds[i.category_id])
        ]
        return plain if len(plain) == 1 and len({i.category_id for i in items}) == 1 else items

    def leaves_out(self, lexeme: Lexeme, kind: Mention, noun: Set[str]) -> bool:
        """True where it names one of that kind without the noun that was said for all of them."""
        named = lexeme.mention
        if named is None or named.generic or not any(i in kind.items for i in named.items):
            return False
        return not noun <= {stem(t.word) for t in self.words[named.start : named.end]}

    def contains(self, lexeme: Lexeme, dish: Mention, pre: Sequence[Lexeme]) -> bool:
        """“A *can* of lemonade”, where the lemonade comes in one way only."""
        if stem(lexeme.text.lower()) not in CONTAINERS or lexeme.mention is None:
            return False
        sized = {
            r.group.id for x in pre if x is not lexeme and x.mention for r in x.mention.readings
        }
        able = [r for i in dish.items for r in self.applicable(lexeme.mention.readings, i)]
        return all(r.group.id in sized for r in able)  # "two-liter *bottles* of cola"

    def said_within(self, mention: Mention) -> list[Wish]:
        """“Two *pounds* of brisket”, “a *small* karaage” of the small plates: an option that the
        words of the dish, or of its category, have swallowed."""
        words = [t.word for t in self.words[mention.start : mention.end]]
        if len(mention.items) != 1:
            return []
        item = mention.items[0]
        same = tuple(
            r
            for r in self.applicable(mention.readings, item)
            if r.coverage == 1 and r.width == len(words) > 1 and r.group.min > 0
        )
        if same:  # "a *short stack*", as one menu calls the pancakes, and one size of them
            return [Wish(Kind.WITH, same, " ".join(words))]
        own = self.lexicon.name_of(item)
        options = [w for w in words if stem(w) not in own] + words[: words[1:2] == ["of"]]
        return [
            Wish(Kind.WITH, tuple(self.told_longer(r, mention) for r in named), word)
            for word in options
            if (
                named := tuple(
                    r
                    for r in self.applicable(mention.readings, item)
                    if r.coverage == 1 and r.width == 1 and r.group.min > 0
                    if self.lexicon.says(r.modifier, word)
                )
            )
        ]

    def clashing(self, mention: Mention) -> Lexeme | None:
        """“Salmon burger” is neither the salmon nor the burger: two dishes' names in one breath,
        one of them not whole, with nothing between."""
        after = self.peek()
        if after is None or after.mention is None or not after.mention.items:
            return None
        if self.part_of(after.mention, mention):
            return None
        return None if mention.whole and after.mention.whole else after

    def misheard(self, mention: Mention, head: Lexeme) -> Item | None:
        """“Pad tie” is the pad thai, and none of the other dishes that begin so."""
        after, last = self.peek(), self.peek(1)
        if after is None:
            return None
        if after.kind is Kind.AND and last is not None and last.kind is Kind.WORD:
            said = f"{head.text} {after.text} {last.text}"
            alike = [i for i in self.menu.items if self.named_with(i, head, after)]
            found = self.lexicon.nearest(said, alike) if alike else None
            self.at += int(found is not None)  # "*chips and keso*", which are chips and queso
            return found
        if after.kind is not Kind.WORD:
            return None
        if len(mention.items) < 2 and not mention.weak:
            return None
        return self.lexicon.nearest(f"{head.text} {after.text}", mention.items)

    def named_with(self, item: Item, head: Lexeme, joint: Lexeme) -> bool:
        """True where the name of `item` has what was said first, and then an "and"."""
        name = [t.word for t in tokens(item.name)]
        said = [t.word for t in tokens(f"{head.text} {joint.text}")]
        return len(name) > len(said) and name[: len(said)] == said

    def tells_of_another(self, mention: Mention, head: Lexeme) -> bool:
        """“*Fried catfish*”, where the one thing fried is okra; “a *peach milkshake*”, of a peach
        cobbler: the first word is shared, and the noun that tells is of a food not to be had."""
        after = self.peek()
        if after is None or after.kind is not Kind.WORD or after.start != head.end:
            return False
        if mention.whole or mention.generic or self.lines_of(mention):
            return False
        noun = after.text.lower()
        said = {stem(t.word) for t in self.words[mention.start : mention.end]}
        return is_a_food_at_all(noun) and not any(
            is_called({stem(noun)}, self.lexicon.words_of(item))
            or noun in item.name.lower()
            or _stems(item.name)[-1] in said
            for item in mention.items
        )

    def take_named(self) -> list[Lexeme]:
        """The words nobody knows that come next, and the kind of dish they are said to be."""
        named = []
        while (after := self.peek()) is not None and self.kind() in (Kind.WORD, Kind.MENTION):
            if after.mention is not None and not after.mention.generic:
                break
            named.append(self.take())
        return named

    def told_longer(self, reading: Reading, mention: Mention) -> Reading:
        """“A *half pint* of fried clams”, of which the dish's words have swallowed the pint: the
        option that is called by it and the word before."""
        said = [stem(t.word) for t in self.words[: mention.start][-1:]]
        said += _stems(reading.modifier.name)
        longer = next((m for m in reading.group.modifiers if _stems(m.name) == said), None)
        return reading._replace(modifier=longer or reading.modifier)

    def shortest_named(self, mention: Mention) -> Mention:
        """“The *General Tso's*”: of dishes whose names begin alike, the one that can be had as is
        said next; with nothing told, the one by itself, and no combo or special of it."""
        if mention.generic or len(mention.items) < 2 or self.narrowed(mention) is not None:
            return mention
        within = self.lexicon.is_within
        found = (i for i in mention.items if all(within(i, o) for o in mention.items if o is not i))
        shortest = next(found, None)
        if shortest is None:
            return mention
        able = list(mention.items)
        start = self.at
        while self.kind() in (Kind.WITH, Kind.ARTICLE, Kind.SOME):
            self.at += 1
        options = list(self.options_ahead())
        self.at = start
        for option in options:
            readings = option.mention.readings if option.mention is not None else ()
            named = [r for r in readings if r.coverage == 1]
            able = [i for i in able if self.applicable(named, i)] or able
        meant = shortest if shortest in able else able[0]
        return mention._replace(items=(meant,), weak=False)

    def made_so(self, mention: Mention, wishes: Sequence[Wish]) -> Mention:
        """“A *large* sake” is the drink that has sizes, and not the fish of the same name."""
        able = tuple(
            item
            for item in mention.items
            if all(any(r.coverage == 1 for r in self.applicable(w.readings, item)) for w in wishes)
        )
        if wishes and not able and (kin := self.kin_made_so(mention, wishes)) is not None:
            return mention._replace(items=(kin,), weak=False, generic=False)
        return mention._replace(items=able) if wishes and able else mention

    def kin_made_so(self, mention: Mention, wishes: Sequence[Wish]) -> Item | None:
        """“A half oyster po'boy and *a whole crawfish*”: of the kind that was ordered before, where
        the dish of that very name comes in no such size."""
        kinds = {self.item(line.item_id).category_id for line in self.cart.lines}
        said = {stem(t.word) for t in self.words[mention.start : mention.end]} - LIGHT
        kin = [
            item
            for item in self.menu.items
            if item.category_id in kinds
            and said <= self.lexicon.name_of(item)
            and all(
                any(r.coverage == 1 and r.group.min for r in self.applicable(w.readings, item))
                for w in wishes
            )
        ]
        return kin[0] if len(kin) == 1 else None


def _stems(name: str) -> list[str]:
    return [stem(t.word) for t in tokens(name)]
