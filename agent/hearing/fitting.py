"""Whether what is named next is a part of the dish in hand, or a dish of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent.cart import CartLine
from agent.foods import is_a_food_at_all
from agent.hearing.degrees import qualified
from agent.hearing.points import Wish
from agent.hearing.reader import TELLING, WHOSE, Reader
from agent.house import missing_of
from agent.language import stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading
from domain.menu import Item, ModifierGroup

__all__ = ["IN_IT", "Fitting"]

IN_IT = frozenset((to, it) for to in ("in", "on") for it in ("it", "there", "that", "them"))
_LISTING = frozenset([Kind.COMMA, Kind.AND])
_JOINING = frozenset(["and", "with", "n"])
MIN_LISTED = 2  # parts of a dish in a row, after which the next is hardly another dish
MIN_PARTLY = 0.5  # of an option's name, where several of its group are being named


class Fitting(Reader):
    """What the dish in hand still lacks, and what goes with what it has."""

    def says_extra(self, ahead: int = 0) -> bool:
        lexeme = self.peek(ahead)
        return lexeme is not None and lexeme.text.lower().startswith("extra ")

    def adds_on(self, ahead: int, *, comma: bool) -> bool:
        """“… and a fried egg”, “… and a root beer” where the combo still lacks its drink. “Two
        jarritos, a lime …” gives but one of them its lime."""
        lexeme = self.peek(ahead)
        mention = lexeme.mention if lexeme is not None else None
        single = len(self.target) == 1 and self.line(self.target[0]).qty == 1
        if lexeme is not None and lexeme.kind is Kind.EXTRA:
            return single and self.is_more_of_it(ahead + 1)
        if self.says_extra(ahead) or mention is None:
            return mention is not None
        if lexeme is not None and self.put_in_it(lexeme):
            return True
        whom = self.peek(ahead + 2)
        told = whom is not None and (whom.kind in TELLING or whom.text in WHOSE)
        if self.kind(ahead + 1) is Kind.TO and told:
            return bool(self.usable(mention))  # "… and an egg *on one of them*", "… on mine"
        optional = any(
            (r.group.min == 0 or r.group.max > 1) and not r.group.removes
            for r in self.fullest(mention)
        )
        if self.said_of_next(ahead) or self.is_of_next_share(mention):
            return False
        if self.completes(mention):
            return single or not comma
        if self.fills_course(mention):
            return True
        if (single or not comma) and self.lingering is Kind.WITH and self.left_by_default(mention):
            return True  # "… with brown rice *and a spring roll*", where an egg roll would come
        return single and optional and not (mention.items and mention.whole)

    def is_of_next_share(self, mention: Mention) -> bool:
        """“Two shakes, a chocolate *and a vanilla*”, which could be both in one: the one that was
        told from the others has its flavour, and another has none."""
        share, base = self.target[-1:], self.cart.line(self.focus.base)
        if base is None or self.shared_out or not self.shares & set(share) or base.id in share:
            return False
        told = [c.group_id for c in self.line(share[0]).choices]
        told += [r.group.id for r in self.said_of_target()]
        named = [r for r in self.usable(mention) if r.coverage == 1 and r.group.min > 0]
        # "… one with a baked potato *and a salad*": of two sides that it must have
        return any(told.count(r.group.id) >= r.group.min for r in named)

    def said_of_next(self, ahead: int) -> bool:
        """“Four lemonades and *a large* clam chowder”: said of the dish that is named next, even
        where that does not come so; “a korma and *a chicken* bhuna”, which does."""
        said = self.peek(ahead)
        parts: list[Mention] = []
        while said is not None and said.mention is not None:
            parts.append(said.mention)
            ahead += 1
            dish = self.peek(ahead)
            named = dish.mention if dish is not None and dish.start == said.end else None
            if named is None or self.usable(named) or not (named.items and named.whole):
                said = dish if named is not None else None
                continue
            told = all(not part.items or self.part_of(part, named) for part in parts)
            return told and not named.generic and not self.lines_of(named)
        return False

    def is_more_of_it(self, ahead: int) -> bool:
        """“… and an *extra tartar sauce*”: what the dish in hand can be had with, and no dish."""
        part = self.peek(ahead)
        mention = part.mention if part is not None else None
        dish = mention is not None and mention.whole and bool(mention.items)
        return mention is not None and bool(self.fullest(mention)) and not dish

    def put_in_it(self, lexeme: Lexeme) -> bool:
        """“… and a matzo ball *in there*”, “… and some edamame *in it*”."""
        after = tuple(t.word for t in self.words[lexeme.end :][:2])
        usable = self.usable(lexeme.mention) if lexeme.mention is not None else ()
        width = lexeme.end - lexeme.start
        named = any(r.coverage == 1 and r.width == width and not r.group.removes for r in usable)
        return after in IN_IT and named

    def left_by_default(self, mention: Mention) -> bool:
        """True where it names one of a group of which one is taken, and none was named yet."""
        named = [r for r in self.usable(mention) if r.coverage == 1 and r.group.default]
        return bool(named) and not self.taken_up(named)

    def completes(self, mention: Mention) -> bool:
        """True where the dish in focus must still be chosen so."""
        lacking = [
            r
            for r in self.usable(mention)
            if r.group.min > 0 and not r.group.default and self.lacks(r.group)
        ]
        most = max((r.coverage for r in lacking), default=0.0)
        meant = {r.modifier.id for r in lacking if r.coverage == most}
        partly = most >= MIN_PARTLY and len(meant) == 1 and not (mention.items and mention.whole)
        return most == 1 or (partly and any(r.group.max > 1 for r in lacking))

    def is_of_another(self, mention: Mention) -> bool:
        """True where it names in full nothing that the dish in hand can be made with, and no bit of
        what was asked for."""
        line = self.cart.line(self.target[-1]) if self.target else None
        asked = missing_of(self.menu, line) if line is not None else None
        partly = any(asked is not None and r.group.id == asked.id for r in self.usable(mention))
        made = any(not (r.negated or r.group.removes) for r in self.fullest(mention))
        return not (partly or made)

    def goes_with_it(self, part: Mention) -> bool:
        """True where it is no dish, and the dish in hand can be made with it."""
        named = [r for r in self.usable(part) if r.coverage == 1 and not r.group.removes]
        return bool(named) and not (part.items and part.whole)

    def said_in_full(self, wish: Wish) -> list[Reading]:
        """What `wish` says in full of the dish in hand."""
        items = [self.item(self.line(i).item_id) for i in self.target if self.cart.line(i)]
        return [r for i in items for r in self.applicable(wish.readings, i) if r.coverage == 1]

    def lacks(self, group: ModifierGroup) -> bool:
        """True where fewer of the group than must be are chosen for the dish in focus, what is just
        being said included."""
        lines = [line for i in self.target if (line := self.cart.line(i)) is not None]
        named = {c.id for line in lines for c in line.choices if c.group_id == group.id}
        named |= {r.modifier.id for r in self.said_of_target() if r.group.id == group.id}
        return len(named) < group.min

    def goes_on_listing(self, usable: Sequence[Reading], width: int) -> bool:
        """“…, Spanish rice, black beans *and guacamole*”: after so many parts, with no number."""
        free = [r for r in usable if r.coverage == 1 and r.width == width and r.group.max > 1]
        listed = [w for w in self.gathered if w.kind is Kind.WITH and self.said_in_full(w)]
        return bool(free) and len(listed) >= MIN_LISTED

    def is_a_dish(self, mention: Mention, usable: Sequence[Reading]) -> bool:
        """“…, *mushroom rice*”, “…, *mac and cheese*”: all of another dish's own name, of which the
        dish in hand has but a word among its options."""
        width = mention.end - mention.start
        named = mention.whole and bool(mention.items) and not (mention.weak or mention.generic)
        return named and not mention.unsaid and all(r.width < width for r in usable)

    def named_as_wide(self, mention: Mention, usable: Sequence[Reading]) -> bool:
        """“A burger with *onion rings*”, which can be had without onion, is with another dish."""
        dish = mention.whole and bool(mention.items) and not mention.generic
        width = mention.end - mention.start if dish else 0
        return any(r.width >= width for r in usable)

    def tells_step(self, first: Lexeme, then: Lexeme) -> bool:
        """“A spicy ahi bowl, *medium spicy*”: how spicy it is to be, and no second one."""
        if first.mention is None or then.mention is None or then.mention.whole:
            return False
        return bool(qualified(self.usable(first.mention), self.usable(then.mention), then.text))

    def fills_in(self) -> bool:
        """“Tofu for the main and *the cucumber roll*”: what it still lacks, and none ordered."""
        part = self.peek(1) if self.kind() is Kind.THE and self.gathered else None
        mention = part.mention if part is not None else None
        return mention is not None and self.completes(mention) and not self.lines_of(mention)

    def told_of_twins(self, mention: Mention) -> bool:
        """“The same for my son, also with no onions *and the cheese*”: what it has anyway."""
        lines = [self.line(i) for i in self.target if i in self.twins]
        named = {(r.group.id, r.modifier.id) for r in mention.readings if r.coverage == 1}
        return bool(lines) and all(
            named & {(c.group_id, c.id) for c in line.choices} for line in lines
        )

    def rather_option(self, mention: Mention) -> bool:
        """“Make all three *sausage*”, of pies: an option of theirs in so many words, and no dish of
        another kind, of which the word for its kind was left out."""
        width = mention.end - mention.start
        lines = [line for i in self.target if (line := self.cart.line(i)) is not None]
        kinds = {self.kind_of(line) for line in lines}
        named = [r for r in self.usable(mention) if not r.group.removes]
        other = all(i.category_id not in kinds for i in mention.items)
        alone = mention.unsaid and other and not mention.plural
        return alone and any(r.coverage == 1 and r.width == width for r in named)

    def names_rather_option(self, lexeme: Lexeme) -> bool:
        return lexeme.mention is not None and self.rather_option(lexeme.mention)

    def part_options(self, *, listed: bool) -> None:
        """“One with *sausage and onions*”, “a pizza, large, *sausage and peppers*”, where a sub may
        be called so, too: each of the options by itself."""
        lexeme = self.peek()
        mention = lexeme.mention if lexeme is not None else None
        if lexeme is None or mention is None or not mention.items or not self.target:
            return
        if mention.whole and not (mention.unsaid or listed):
            return
        able = [
            part
            for part in self.lexicon.options(self.words, lexeme.start, lexeme.end)
            if any(r.coverage == 1 and not r.group.removes for r in self.usable(part))
        ]
        able.sort(key=lambda part: (part.start - part.end, len(part.readings[0].modifier.name)))
        parts: list[Mention] = []  # the longest first, and of equals the one that says no more
        for part in able:
            if not any(part.start < o.end and o.start < part.end for o in parts):
                parts.append(part)
        named = {n for part in parts for n in range(part.start, part.end)}
        left = [n for n in range(lexeme.start, lexeme.end) if n not in named]
        if len(parts) < MIN_LISTED or any(self.words[n].word not in _JOINING for n in left):
            return
        apart: list[Lexeme] = []
        for part in sorted(parts, key=lambda m: m.start):
            apart += [Lexeme(Kind.AND, part.start, part.start)] * bool(apart)
            text = " ".join(t.word for t in self.words[part.start : part.end])
            apart.append(lexeme._replace(start=part.start, end=part.end, mention=part, text=text))
        self.lexemes = [*self.lexemes[: self.at], *apart, *self.lexemes[self.at + 1 :]]

    def fills_course(self, mention: Mention) -> bool:
        """“The set meal, onion bhajis, a korma, boiled rice *and a garlic naan*”: after so many
        courses in a row the next one, which the set has too, is hardly another dish."""
        lines = [self.line(i) for i in self.target if i in self.new]
        needed = {
            g.id for o in lines for g in self.menu.groups_of(self.item(o.item_id)) if g.min > 0
        }
        courses = {c.group_id for o in lines for c in o.choices}
        courses |= {r.group.id for r in self.said_of_target()}
        width = mention.end - mention.start
        named = [r for r in self.usable(mention) if r.coverage == 1 and r.width == width]
        left = any(r.group.default and r.group.id in needed - courses for r in named)
        single = len(lines) == 1 and lines[0].qty == 1
        return single and left and len(courses & needed) >= MIN_LISTED

    def comes_anyway(self, mention: Mention) -> bool:
        """“A kalua plate, white rice *and mac salad*”: what it comes with, said after something
        else of it, and no portion of its own."""
        width = mention.end - mention.start
        named = [r for r in self.usable(mention) if r.coverage == 1 and r.width == width]
        default = [r for r in named if r.group.min > 0 and r.modifier.id in r.group.default]
        told = any(r.group.min > 0 for w in self.gathered for r in self.said_in_full(w))
        return bool(default) and told and not self.taken_up(default) and not self.lines_of(mention)

    def lacks_of_kind(self, part: Mention, dish: Mention) -> bool:
        """“Two eggs … and *wheat toast*”, where toast is sold alone, too: the eggs lack it."""
        needed = {
            r.group.id
            for r in self.usable(part)
            if r.coverage == 1 and r.group.min > 0 and not r.group.default and self.lacks(r.group)
        }
        mine = [self.item(self.line(i).item_id) for i in self.target if self.cart.line(i)]
        kinds = {item.category_id for item in mine}
        others = [item for item in dish.items if item not in mine]  # no second of the same
        return any(
            needed & set(item.modifier_group_ids)
            and (item.category_id not in kinds or self.is_in_name(item, needed))
            for item in others
        )

    def is_in_name(self, item: Item, group_ids: Collection[str]) -> bool:
        """True where what the groups are called names the dish: a toast to choose, and no curry of
        the kind in hand that has to be chosen in the same ways."""
        groups = [g for g in self.menu.groups_of(item) if g.id in group_ids]
        named = [name for g in groups for name in (g.name, *(m.name for m in g.modifiers))]
        called = {stem(t.word) for name in named for t in tokens(name)}
        return bool(called & self.lexicon.name_of(item))

    def usable_of(self, line: CartLine, lexeme: Lexeme) -> bool:
        readings = lexeme.mention.readings if lexeme.mention is not None else ()
        return bool(self.applicable(readings, self.item(line.item_id)))

    def listed_as(self, run: Sequence[Lexeme]) -> Item | None:
        """“A garlic naan with cheese, *diet coke*”: the dish that comes as what is named in a list,
        a food or a drink by its name, which no dish in hand can have."""
        first = self.lexemes.index(run[0])
        listed = first > 0 and self.lexemes[first - 1].kind in _LISTING
        words = {w for x in run for w in x.text.lower().split()}
        if not listed or not any(is_a_food_at_all(word) for word in words):
            return None
        groups = {r.group.id for x in run if x.mention for r in x.mention.readings}
        sold = [i for i in self.menu.items if self.is_made(i, groups)]
        return sold[0] if len(sold) == 1 else None

    def is_made(self, item: Item, group_ids: Collection[str]) -> bool:
        """True where nothing is left to choose of `item` but what is in these groups: “a coke” is
        the can, and not the lunch that comes with one."""
        needed = {g.id for g in self.menu.groups_of(item) if g.min > 0 and not g.default}
        return bool(needed) and needed <= set(group_ids)
