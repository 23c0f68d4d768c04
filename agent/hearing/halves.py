"""Halves: a dish made of two, and half of so many."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.one_half import OneHalf, is_half_option
from agent.hearing.points import Open, OpenKind, Wish
from agent.hearing.reader import BREAKS, WISHING
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Reading
from domain.menu import Item, Modifier, ModifierGroup

__all__ = ["Halves"]

_AMONG_HALVES = (
    Kind.HALF, Kind.OF, Kind.AND, Kind.COMMA, Kind.MENTION, Kind.ARTICLE, Kind.WITH, Kind.JUST,
)  # fmt: skip
_BEFORE_HALF = (Kind.NUMBER, Kind.ORDINAL, Kind.THE, Kind.OTHER)


class Halves(OneHalf):
    """What is said by halves."""

    def half(self) -> None:
        """“Half margherita, half diavola”: one dish, at the dearer price, with a note."""
        start = self.at
        base = self.cart.line(self.focus.base)
        several = base is not None and base.id in self.new and base.qty > 1
        alone = base is None or base.qty == 1
        if alone and self.half_follows() and self.put_on_one():
            return
        single = base is not None and base.qty == 1 and base.id not in self.halved
        if (self.kind(1) is Kind.OF and not single) or (
            several and (self.kind(1) in WISHING or self.told_apart())
        ):
            self.half_of_them()
            return
        if self.half_and_half():
            return
        named = self.halves_named()
        if self.halves_of_standing(named):
            return
        items = [i for x in named if x.mention for i in x.mention.items[:1]]
        if len(named) < 2:  # "one half olives, *half plain*": nothing on that one
            bare = bool(named and self.target) and self.is_bare(named[0])
            self.at = self.lexemes.index(named[0]) + 1 if bare else start + 1
            return
        if several:
            self.share_before(start)
        if self.put_on_halves(named) or self.halves_of_them(named) or self.made_of_halves(named):
            return
        note = Wish(Kind.NOTE, text=_half_each([x.text for x in named]))
        if self.target and all(self.optional(x) for x in named):
            for x in named:
                assert x.mention is not None, "an option is a mention"
                self.grant(Wish(Kind.WITH, x.mention.readings, x.text))
            if all(
                any(r.coverage == 1 and r.group.min > 0 for r in self.choices(x)) for x in named
            ):
                self.heard.understood = True
                return  # the menu knows halves: nothing is to be noted
            items = []
        if len(items) == 2 and not (self.target and self.just_written() and self.open_at is None):
            dearer = max(items, key=lambda i: i.price)
            qty, wishes = self.take_open(dearer)
            self.write(dearer, qty, (*wishes, note))
        elif self.halves_of_any(named, note) or self.kept_for_open(named):
            pass
        else:
            self.choose_dearer(named)
            self.grant(note)
        self.heard.understood = True

    def half_and_half(self) -> bool:
        """“Ranch and barbecue, *half and half*, well done”: of the two that were just chosen, and
        not of what follows."""
        closed = self.kind(3) is None or self.kind(3) in BREAKS
        line = self.cart.line(self.target[-1]) if self.target else None
        if self.kind(1) is not Kind.AND or self.kind(2) is not Kind.HALF or not closed:
            return False
        two = self.two_chosen(line) if line is not None else ()
        if line is None or not two:
            return False
        self.at += 3
        self.grant(Wish(Kind.NOTE, text=_half_each([m.name.lower() for m in two])))
        self.lingering, self.heard.understood = Kind.WITH, True
        self.wishes()
        return True

    def two_chosen(self, line: CartLine) -> tuple[Modifier, ...]:
        """The two options that were chosen of a group that takes two, where there is one such."""
        pairs = [
            tuple(m for m in group.modifiers if (group.id, m.id) in chosen)
            for chosen in ({(c.group_id, c.id) for c in line.choices},)
            for group in self.menu.groups_of(self.item(line.item_id))
            if group.min > 0 and group.max > 1
        ]
        pairs = [p for p in pairs if len(p) == 2 and not any("half" in _words(m) for m in p)]
        return pairs[0] if len(pairs) == 1 else ()

    def halves_of_standing(self, named: Sequence[Lexeme]) -> bool:
        """“Half ranch, half barbecue, right?”, of a line that has both, whichever was spoken of
        last: the kitchen is told so."""
        base = self.cart.line(self.focus.base)
        if len(named) != 2 or self.new or (base is not None and base.id in self.new):
            return False
        for line in self.cart.lines:
            two = {m.id for m in self.two_chosen(line)}
            said = [{r.modifier.id for r in x.mention.readings} for x in named if x.mention]
            if two and all(two & ids for ids in said) and two <= set().union(*said):
                self.speak_of([line.id])
                self.grant(Wish(Kind.NOTE, text=_half_each([x.text for x in named])))
                self.heard.understood = True
                return True
        return False

    def share_of_halves(self) -> bool:
        """“Two combos. *The first is half pastrami and half brisket*, the second …”: one of so many
        that were just ordered, made of two halves."""
        base = self.cart.line(self.focus.base)
        counted = base is not None and (base.qty > 1 or bool(self.shares))
        if base is None or base.id not in self.new or not counted or self.open_at is not None:
            return False
        start, skip = self.at, int(self.kind() is Kind.THE)
        if self.kind(skip) not in (Kind.ORDINAL, Kind.OTHER, Kind.NUMBER):
            return False
        while self.kind(skip) in (Kind.ORDINAL, Kind.OTHER, Kind.NUMBER, Kind.BE):
            skip += 1
        then = skip + 2
        while self.kind(then) in (Kind.AND, Kind.COMMA, Kind.ARTICLE):
            then += 1
        halves = [self.kind(n) for n in (skip, skip + 1, then, then + 1)]
        if halves != [Kind.HALF, Kind.MENTION, Kind.HALF, Kind.MENTION]:
            return False
        named = [self.lexemes[self.at + n] for n in (skip + 1, then + 1)]
        if not self.as_halves(self.item(base.item_id), named):
            return False
        self.speak_of(self.part_lines(self.determiner()))
        self.at = start + then + 2
        self.sharing = True
        self.made_of_halves(named)
        return True

    def half_follows(self) -> bool:
        """True where nothing is said of another half."""
        halves = sum("half" in x.text.split() or x.kind is Kind.HALF for x in self.lexemes)
        return halves == 1

    def half_a_dish(self) -> bool:
        """“*Half a* pound of brisket”, where a pound of brisket is the dish, and sold by halves."""
        half, dish = self.peek(), self.peek(2)
        if half is None or dish is None or dish.mention is None or len(dish.mention.items) != 1:
            return False
        if half.text not in ("", "half") or self.kind(1) is not Kind.ARTICLE:
            return False
        said = {stem(t.word) for t in self.words[dish.start : dish.end]} | {"half"}
        meant = [
            Reading(group, m, 1, False, 1)
            for group in self.menu.groups_of(dish.mention.items[0])
            for m in group.modifiers
            for words in ({stem(t.word) for t in tokens(m.name)} - LIGHT,)
            if "half" in words and words <= said
        ]
        if len(meant) != 1 or (half.mention is not None and half.mention.items):
            return False
        self.at += 1
        self.noun()
        self.grant(Wish(Kind.WITH, (meant[0],), meant[0].modifier.name))
        return True

    def halves_named(self) -> list[Lexeme]:
        """“Half A, half B”, “one half A and the other half B”, “first half A, second half B”."""
        named: list[Lexeme] = []
        while self.kind() in _AMONG_HALVES or (
            self.kind() in _BEFORE_HALF and self.kind(1) is Kind.HALF
        ):
            lexeme = self.take()
            if lexeme.kind is Kind.MENTION:
                named.append(lexeme)
            if len(named) == 2:
                break
        return named

    def made_of_halves(self, named: Sequence[Lexeme]) -> bool:
        """The dish of the menu that is made of two halves, with these."""
        line = self.cart.line(self.target[-1]) if self.target else None
        likely = list(self.menu.items)
        if self.open_at is not None:
            likely = [self.item(i) for i in self.heard.opens[self.open_at].item_ids]
        elif line is not None and line.id in self.new:
            likely = [self.item(line.item_id)]
        likely = [i for i in likely if all(self.can_have(i, wish) for wish in self.early)]
        able = [(i, w) for i in likely if (w := self.as_halves(i, named) or self.mixed(i, named))]
        if not able and line is not None and line.id in self.new and self.open_at is None:
            kin = self.kin_of_halves(line, named)
            if kin is not None:  # "a large pizza, half ham, half olives"
                self.become(line.id, kin, None, self.as_halves(kin, named))
                self.heard.understood = True
                self.wishes()
                return True
        if len(able) != 1:
            return False
        item, wishes = able[0]
        if line is not None and line.item_id == item.id and self.open_at is None:
            groups = {r.group.id for wish in wishes for r in wish.readings}
            kept = tuple(c for c in line.choices if c.group_id not in groups)
            self.put(replace(line, choices=kept))  # two halves are all of it
            self.fix = ""
            for wish in wishes:
                self.grant(wish)
        else:
            qty, earlier = self.take_open(item)
            self.write(item, qty, (*earlier, *wishes))
        self.heard.understood = True
        self.wishes()
        return True

    def can_have(self, item: Item, wish: Wish) -> bool:
        return any(r.coverage == 1 for r in self.applicable(wish.readings, item))

    def halves_of_any(self, named: Sequence[Lexeme], note: Wish) -> bool:
        """“*A large half ham half mushroom*”, and no dish: of those that are made so, the plainest
        is hardly known, so it is asked."""
        wishes = [Wish(Kind.WITH, x.mention.readings, x.text) for x in named if x.mention]
        items = [
            item.id
            for item in self.menu.items
            if item.id not in self.sold_out
            and all(self.can_have(item, wish) for wish in (*self.early, *wishes))
        ]
        if self.target or self.open_at is not None or not items or not self.early:
            return False
        early, self.early = self.early, []
        plain = self.plainest_of([self.item(i) for i in items])
        if len(plain) == 1 and self.as_halves(plain[0], named):
            self.write(plain[0], 1, (*early, *self.as_halves(plain[0], named)))
            return True
        text = " ".join(x.text for x in named)
        self.open_point(Open(OpenKind.WHICH, tuple(items), 1, (*early, *wishes, note), text))
        return True

    def halves_of_them(self, named: Sequence[Lexeme]) -> bool:
        """“Six tacos, *half beef, half chicken*”, where no taco can be both: three of each."""
        if self.open_at is not None:
            return self.halves_of_open(named)
        base = self.cart.line(self.focus.base)
        if base is None or base.id not in self.new or base.qty % 2:
            return False
        ways = [
            [
                r
                for r in self.applicable(x.mention.readings, self.item(base.item_id))
                if r.coverage == 1
            ]
            for x in named
            if x.mention is not None
        ]
        groups = {(r.group.id, r.group.max) for way in ways for r in way}
        if not all(ways) or len(groups) != 1 or any(most > 1 for _, most in groups):
            return False
        shares = [self.split(base, base.qty // 2), base.id]
        for share, x, way in zip(shares, named, ways, strict=True):
            self.speak_of([share])
            self.grant(Wish(Kind.WITH, tuple(way), x.text))
        self.sharing = self.heard.understood = True
        return True

    def halves_of_open(self, named: Sequence[Lexeme]) -> bool:
        """“Eight tacos, *half pastor, half cactus*”: of each dish half of the number."""
        assert self.open_at is not None, "the caller has checked it"
        point = self.heard.opens[self.open_at]
        items = [self.lexicon.picked(self.words[x.start : x.end], point.item_ids) for x in named]
        dishes = [item for item in items if item is not None]
        if point.qty % 2 or len(dishes) < len(named) or dishes[0] is dishes[-1]:
            return False
        _, wishes = self.take_open(dishes[0])
        for item in dishes:
            self.write(item, point.qty // 2, wishes)
        self.heard.understood = True
        return True

    def kept_for_open(self, named: Sequence[Lexeme]) -> bool:
        """“A dozen wings, *half barbecue, half lemon pepper*”, before it is known which wings: for
        those that can have both at once."""
        if self.open_at is None:
            return False
        items = [self.item(i) for i in self.heard.opens[self.open_at].item_ids]
        wishes = [Wish(Kind.WITH, x.mention.readings, x.text) for x in named if x.mention]
        both = [w for w in wishes if any(self.can_have_both(i, w) for i in items)]
        if len(both) < len(named):
            return False
        for wish in both:
            self.grant(wish)
        return True

    def can_have_both(self, item: Item, wish: Wish) -> bool:
        readings = self.applicable(wish.readings, item)
        return any(r.coverage == 1 and r.group.max > 1 for r in readings)

    def kin_of_halves(self, line: CartLine, named: Sequence[Lexeme]) -> Item | None:
        """The one dish of the same category that is made of two such halves."""
        category = self.item(line.item_id).category_id
        kin = [
            item
            for item in self.menu.items
            if item.category_id == category
            and (wishes := self.as_halves(item, named))
            and all(r.group.max <= len(named) for w in wishes for r in w.readings)
        ]
        return kin[0] if len(kin) == 1 else None

    def mixed(self, item: Item, named: Sequence[Lexeme]) -> tuple[Wish, ...]:
        """The two halves as one option: "half cheese half spinach"."""
        said = {stem(t.word) for x in named for t in tokens(x.text)} | {"half"}
        return tuple(
            Wish(Kind.WITH, (Reading(group, m, 1, False, 1),), m.name)
            for group in self.menu.groups_of(item)
            for m in group.modifiers
            if {stem(t.word) for t in tokens(m.name)} - LIGHT == said
        )[:1]

    def as_halves(self, item: Item, named: Sequence[Lexeme]) -> tuple[Wish, ...]:
        """The two halves as wishes: of one group that takes two, or of two groups alike."""
        first, second = (
            [
                r
                for r in self.applicable(x.mention.readings, item)
                if r.coverage == 1 and _of_half(r)
            ]
            if x.mention is not None
            else []
            for x in named
        )
        pairs = [
            (a, b)
            for a in first
            for b in second
            if (a.group.id == b.group.id and a.group.max > 1)
            or (a.group.id != b.group.id and _alike(a.group, b.group))
        ]
        return tuple(
            Wish(Kind.WITH, (r,), x.text)
            for r, x in zip(pairs[0] if pairs else (), named, strict=False)
        )

    def half_becomes(self) -> bool:
        """“The cheese half should be hawaiian”: one half of a dish of two."""
        skip = int(self.kind() is Kind.THE)
        old = self.peek(skip)
        if (
            old is None
            or old.mention is None
            or not (
                (apart := self.kind(skip + 1) is Kind.HALF)
                or old.text.lower().endswith(" half")
                or (skip and self.half_of_next(skip + 1))
            )
        ):
            return False
        ahead = skip + 1 + apart
        while self.kind(ahead) in (Kind.TO, Kind.BE, Kind.WITH, Kind.ARTICLE, Kind.MAKE):
            ahead += 1
        new = self.peek(ahead)
        if new is None or new.mention is None:
            return False
        for line in self.cart.lines:
            was = [
                (r.group.id, r.modifier.id)
                for r in old.mention.readings
                if _of_half(r) or is_half_option(r)
            ]
            at = next((c for c in line.choices if (c.group_id, c.id) in was), None)
            meant = next(
                (
                    r
                    for r in new.mention.readings
                    if at is not None and r.group.id == at.group_id and r.coverage == 1
                ),
                None,
            )
            if at is not None and meant is not None:
                other = replace(at, id=meant.modifier.id)
                self.put(
                    replace(line, choices=tuple(other if c == at else c for c in line.choices))
                )
                self.speak_of([line.id])
                self.at += ahead + 1
                if self.kind() is Kind.INSTEAD:
                    self.take()
                self.heard.understood = True
                return True
        return False

    def half_of_next(self, ahead: int) -> bool:
        """“Make the sausage *half ham*”, where half ham is an option, too."""
        before, option = self.peek(ahead - 1), self.peek(ahead)
        if before is None or option is None or option.mention is None:
            return False
        return before.end == option.start and option.text.lower().startswith("half ")

    def told_apart(self) -> bool:
        """“Four gyoza, *half pork, half prawn*”: each of them is one or the other."""
        part = self.peek(1)
        named = self.choices(part) if part is not None and part.mention is not None else ()
        return any(r.coverage == 1 and r.group.max == 1 and r.group.min > 0 for r in named)

    def half_of_them(self) -> None:
        """“A dozen carnitas, *half of them* without onion”, and then the other half."""
        half = self.take()
        base = self.cart.line(self.focus.base) or self.cart.line(self.focus.last)
        if base is not None and (base.qty > 1 or base.id in self.halved):
            rest = base.id in self.halved
            count = half._replace(kind=Kind.NUMBER, value=base.qty if rest else base.qty // 2)
            self.halved.add(base.id)
            self.at -= 1
            self.lexemes = [*self.lexemes[: self.at], count, *self.lexemes[self.at + 1 :]]
            self.noun()

    def optional(self, lexeme: Lexeme) -> bool:
        """True where it names what the dish in focus may be given more than one of."""
        mention = lexeme.mention
        return mention is not None and any(
            r.coverage == 1 and r.group.max > 1 and not r.group.removes
            for r in self.usable(mention)
        )


def _words(modifier: Modifier) -> set[str]:
    return {stem(t.word) for t in tokens(modifier.name)}


def _half_each(names: Sequence[str]) -> str:
    return ", ".join(f"half {name.removeprefix('half ')}" for name in names[:2])


def _of_half(reading: Reading) -> bool:
    return reading.group.min > 0 and not reading.group.removes


def _alike(one: ModifierGroup, other: ModifierGroup) -> bool:
    """Two groups of the same options, as first and second half are."""
    return [m.name for m in one.modifiers] == [m.name for m in other.modifiers] and one.max == 1
