"""One thing put in place of another: "change the coke to a sprite", "… instead of the slaw"."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.describing import names_of
from agent.hearing.one_half import is_half_option
from agent.hearing.other_options import MIN_NAMED
from agent.hearing.points import Wish
from agent.hearing.removing import Removing
from agent.hearing.wishes import HARMLESS
from agent.language import stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from domain.ordering import Choice

__all__ = ["OTHERWISE", "Swaps"]

# What makes an exception: "the usual, *but* with a lemonade".
OTHERWISE = frozenset(["but", "except", "though"])


class Swaps(Removing):
    """Dishes and parts of dishes, exchanged."""

    def change(self) -> None:
        """“Change the coke to a sprite”; “swap the rice for noodles”."""
        self.take()
        self.changing = True
        if not self.half_becomes():
            self.exchange()

    def goes_on_changing(self) -> bool:
        """“… *and the root beer to a lemonade*”: one more change, and the verb is left out."""
        skip = int(self.kind() is Kind.THE)
        then = skip + 2 + int(self.kind(skip + 2) in (Kind.ARTICLE, Kind.THE))
        old, to, new = self.peek(skip), self.peek(skip + 1), self.peek(then)
        if not self.changing or to is None or to.text not in ("to", "into", "for", "to the"):
            return False
        if old is None or old.mention is None or new is None or new.mention is None:
            return False
        return bool(self.lines_of(old.mention) or self.reading_lines(old.mention))

    def exchange(self) -> None:
        """What is to be changed, and into what."""
        old = int(self.kind() is Kind.THE)
        former, new = self.peek(old), old + 2 + int(self.kind(old + 2) in (Kind.ARTICLE, Kind.THE))
        if former is not None and self.kind(old + 1) in (Kind.TO, Kind.WITH) and self.peek(new):
            self.by_its_kind(self.at + new, former)
        if self.changes_group() or self.substitutes() or self.swaps_half(old, new):
            return
        start = self.at
        targets = [] if self.names_part() else self.reference(makes=True)
        part: Lexeme | None = None
        if not targets:
            targets = self.part_reference()
            part = self.lexemes[self.at - 1] if targets else None
        while self.kind() in (Kind.TO, Kind.WITH):
            self.take()
        if targets and self.becomes(targets, part):
            self.heard.understood = True
            return
        if targets and self.changing:
            self.instead_of = targets[-1]  # by one of those that it may be, which is asked about
        self.at = start
        self.fix = "strong"

    def changes_group(self) -> bool:
        """“Change *the sauce on the wings to mild*”: what a group has, all of it."""
        start = self.at
        if self.kind() is Kind.THE:
            self.take()
        name = tuple(stem(t.word) for t in tokens(self.take().text)) if self.peek() else ()
        dish = self.peek(1 + int(self.kind(1) is Kind.THE)) if self.kind() is Kind.TO else None
        if dish is not None and dish.mention is not None and (lines := self.lines_of(dish.mention)):
            self.at = self.lexemes.index(dish) + 1
            self.speak_of([lines[-1].id])
        option = self.peek(1) if self.kind() in (Kind.TO, Kind.WITH) else None
        line = self.cart.line(self.target[-1]) if self.target else None
        named = self.fullest(option.mention) if option is not None and option.mention else []
        groups = {
            r.group.id
            for r in named
            if name and name in [tuple(stem(t.word) for t in tokens(n)) for n in names_of(r.group)]
        }
        if line is None or option is None or not groups:
            self.at = start
            return False
        kept = tuple(c for c in line.choices if c.group_id not in groups)
        self.put(replace(line, choices=kept))
        self.take()
        self.lingering = Kind.WITH
        self.wishes()
        self.heard.understood = True
        return True

    def substitutes(self) -> bool:
        """“Sub *fruit for the fries*”, where the dish has the fries and not the fruit."""
        skip = int(self.kind() is Kind.THE)
        then = skip + 2 + int(self.kind(skip + 2) is Kind.THE)
        new, old = self.peek(skip), self.peek(then)
        if self.kind(skip + 1) is not Kind.TO or new is None or old is None:
            return False
        if not self.put_in_place(new, old, self.target[-1:]):
            return False
        self.at += then + 1
        return True

    def swaps_half(self, old: int, new: int) -> bool:
        """“Half bacon, half mushrooms. *Swap the mushrooms for sausage*”: on that half."""
        former, named = self.peek(old), self.peek(new)
        if self.kind(old + 1) not in (Kind.TO, Kind.WITH) or former is None or named is None:
            return False
        if former.mention is None or not self.put_on_one_half(former.mention):
            return False
        lines = [*self.target[-1:], *(line.id for line in reversed(self.cart.lines))]
        if not self.put_in_place(named, former, lines):
            return False
        self.at += new + 1
        return True

    def put_on_one_half(self, mention: Mention) -> bool:
        chosen = {(c.group_id, c.id) for o in self.cart.lines for c in o.choices}
        named = [r for r in mention.readings if r.coverage == 1]
        had = [r for r in named if (r.group.id, r.modifier.id) in chosen]
        return bool(had) and all(is_half_option(r) for r in had)

    def rather_than_it(self) -> bool:
        """“*Peppers, not mushrooms*”, “*new potatoes instead of the mash*”, of a line that has the
        mushrooms or the mash, whatever dish is called after peppers."""
        new = int(self.kind() is Kind.THE)
        old = new + 1
        while self.kind(old) in (Kind.COMMA, Kind.AND) or self.this_time(old):
            old += 1
        if self.kind(old) not in (Kind.NOT, Kind.INSTEAD_OF):
            return False
        old += 1 + int(self.kind(old + 1) is Kind.THE)
        named, former = self.peek(new), self.peek(old)
        if named is None or former is None or former.mention is None:
            return False
        lines = [*self.target[-1:], *(line.id for line in reversed(self.cart.lines))]
        if self.lines_of(former.mention):  # "on one of the burgers, *rings instead of fries*"
            lines = [i for i in self.target[-1:] if i in self.spoken]
        if not self.put_in_place(named, former, lines):
            return False
        self.at += old + 1
        self.takes_as_part(named)
        return True

    def takes_as_part(self, named: Lexeme) -> None:
        """“She says onion rings. So *onion rings instead of the fries*”: no portion of them, too,
        where none was counted."""
        for line in self.lines_of(named.mention) if named.mention is not None else []:
            if line.id in self.new and line.id not in self.counted:
                self.drop(line.id)

    def this_time(self, ahead: int) -> bool:
        """“Rye toast *this time* instead of the wheat”."""
        this = self.peek(ahead)
        after = self.words[this.end : this.end + 1] if this is not None else []
        return this is not None and this.text == "this" and [t.word for t in after] == ["time"]

    def put_in_place(self, new: Lexeme, old: Lexeme, line_ids: Sequence[str]) -> bool:
        """One option for another of its kind, on the first of these lines that has the old one and
        not the new one."""
        target = self.target
        for line in [o for i in line_ids if (o := self.cart.line(i)) is not None]:
            self.target = [line.id]
            if new.mention is None or old.mention is None or not self.same_group(new, old):
                continue
            had = self.has_in_it(line, old.mention) or self.left_out_of(line, old.mention)
            if not had or self.has_in_it(line, new.mention):
                continue
            chosen = {(c.group_id, c.id) for c in line.choices}
            former = self.fullest(old.mention)
            own = [r for r in former if (r.group.id, r.modifier.id) in chosen]
            groups = {r.group.id for r in own or former}  # of one half where the old one was
            named = tuple(r for r in self.fullest(new.mention) if r.group.id in groups)
            self.speak_of([line.id])
            if left_out := self.left_out_of(line, old.mention):
                self.put(replace(line, choices=tuple(c for c in line.choices if c != left_out)))
            elif not self.exclusive(old.mention):
                self.grant(Wish(Kind.WITHOUT, old.mention.readings, old.text))
            kind = Kind.WITHOUT if left_out else Kind.WITH
            self.grant(Wish(kind, named, new.text))
            self.heard.understood = True
            return True
        self.target = target
        return False

    def left_out_of(self, line: CartLine, mention: Mention) -> Choice | None:
        """What of it the line is to be without."""
        named = {(r.group.id, r.modifier.id) for r in self.fullest(mention) if r.group.removes}
        return next((c for c in line.choices if (c.group_id, c.id) in named), None)

    def has_in_it(self, line: CartLine, mention: Mention) -> bool:
        """True where the line is made with it, by choice or by default."""
        named = [r for r in self.fullest(mention) if not r.group.removes]
        chosen = {(c.group_id, c.id) for c in line.choices}
        groups = {c.group_id for c in line.choices}
        return any(
            (r.group.id, r.modifier.id) in chosen
            or (r.group.id not in groups and r.modifier.id in r.group.default)
            for r in named
        )

    def having(self, part: Mention, line_ids: Sequence[str]) -> list[str]:
        """“Swap *the mash*”: of two pies, the one that comes with it."""
        target, found = self.target, []
        for line in map(self.line, line_ids):
            self.target = [line.id]
            found += [line.id] if self.has_in_it(line, part) else []
        self.target = target
        return found

    def names_part(self) -> bool:
        """“Swap the *bacon* for avocado” is about the burger's making, whatever it is called."""
        skip = int(self.kind() is Kind.THE)
        old, new = self.peek(skip), self.peek(skip + 2)
        if self.kind(skip + 1) not in (Kind.TO, Kind.WITH) or old is None or new is None:
            return False
        if old.mention is None or new.mention is None or new.mention.items:
            return False
        return bool(self.usable(old.mention)) and self.same_group(new, old)

    def part_reference(self) -> list[str]:
        """“Change the rice …”: a part of the last line, which then is made without it."""
        start = self.at
        self.determiner()
        lexeme = self.peek()
        if lexeme is None or lexeme.mention is None or not lexeme.mention.readings:
            self.at = start
            return []
        lines = self.reading_lines(lexeme.mention)
        if not lines:
            self.at = start
            return []
        self.take()
        lines = self.having(lexeme.mention, lines) or lines
        target = [i for i in self.target if i in lines] or lines[-1:]
        self.speak_of(target)
        if not self.exclusive(lexeme.mention) and not self.gives_up_default(lexeme.mention):
            self.grant(Wish(Kind.WITHOUT, lexeme.mention.readings, lexeme.text))
        return target

    def gives_up_default(self, part: Mention) -> bool:
        """“Swap *the rice* for beans”, of two sides that come by default: the other one stays."""
        line = self.cart.line(self.target[-1]) if self.target else None
        named = [r for r in self.fullest(part) if r.modifier.id in r.group.default]
        if line is None or not named or any(c.group_id == named[0].group.id for c in line.choices):
            return False
        group = named[0].group
        kept = [Choice(group.id, i) for i in group.default if i != named[0].modifier.id]
        self.put(replace(line, choices=(*line.choices, *kept)))
        return bool(kept)

    def in_place_of(self) -> None:
        """“A sprite instead of the coke”; “instead of the coke, a sprite”."""
        before = self.peek(-1) if self.at else None
        said = before.mention.items if before is not None and before.mention is not None else ()
        self.take()
        written = self.target if self.just_written() else []
        found = self.determiner()
        if self.says(*HARMLESS) and self.kind(1) is Kind.MENTION:
            self.take()  # "egg whites instead of the *regular* eggs"
        lexeme = self.peek()
        if lexeme is None or lexeme.mention is None:
            return
        self.take()
        but = found.definite or any(t.word in OTHERWISE for t in self.words[: lexeme.start])
        called = bool(written) and self.line(written[-1]).item_id in {i.id for i in said}
        if written and (but or called) and self.is_made_otherwise(written[-1], lexeme.mention):
            return  # and no "one with garlic instead of chilli", which is one more
        if self.swapped_already(lexeme.mention) and not self.ones(lexeme):
            self.heard.understood = True
            return
        lines = [line for line in self.lines_of(lexeme.mention) if line.id not in written]
        lines = [line for line in lines if line.id in self.twins] or lines
        if lines and written and written[-1] in self.twins:
            return  # "the same for him, but with a juice *instead of the tea*": it was that tea
        if not lines and written and self.ones(lexeme):
            dish = self.line(written[-1]).item_id  # "… instead of the small one"
            lines = [o for o in self.cart.lines if o.item_id == dish and o.id not in written]
        if not lines:
            self.give_up(lexeme)
            return
        if not written:
            self.instead_of = lines[-1].id
            return
        old = lines[-1]
        new = self.line(written[-1])
        if found.share and found.count is not None and found.count < old.qty:
            self.reduce(old.id, found.count)  # "a dal instead of *one of the naans*"
            return
        self.drop(old.id)
        new = self.made_as(new, old.choices)
        self.put(new)
        if new.id not in self.counted and found.count is None:
            self.put(replace(new, qty=old.qty))

    def made_as(self, line: CartLine, choices: Sequence[Choice]) -> CartLine:
        """“A sprite instead of the *large* coke”: what must be told of the new dish and was not, as
        it was told of the one before."""
        told = {c.group_id for c in line.choices}
        must = {
            g.id: g
            for g in self.menu.groups_of(self.item(line.item_id))
            if g.min == 1 == g.max and not g.default and g.id not in told
        }
        kept = (c for c in choices if c.group_id in must)
        same = [c for c in kept if must[c.group_id].modifier(c.id) is not None]
        return replace(line, choices=(*line.choices, *same))

    def is_made_otherwise(self, written: str, former: Mention) -> bool:
        """“The usual, but a vanilla shake *instead of the chocolate*”: the shake that was chocolate
        becomes vanilla, and is else as it was."""
        new = self.line(written)
        if self.adding or new.id in self.twins or self.lines_of(former):
            return False
        groups = {c.group_id for c in new.choices}
        had = [
            o
            for o in self.cart.lines
            if o.id != new.id and o.item_id == new.item_id and self.has_in_it(o, former)
        ]
        if not had or not any(r.group.id in groups for r in self.fullest(former)):
            return False
        old = had[-1]
        kept = [c for c in old.choices if c.group_id not in groups]
        made = replace(old, choices=(*kept, *new.choices))
        if old.qty > new.qty:
            self.put(replace(old, qty=old.qty - new.qty))
            self.put(replace(made, id=new.id, qty=new.qty))
        else:
            self.cart = self.cart.without(new.id)
            self.put(made)
            self.speak_of([old.id])
        self.heard.understood = True
        return True

    def swapped_already(self, old: Mention) -> bool:
        """“With prawn in the noodles *instead of chicken*”: the prawn has taken its place, and no
        dish of that name is meant."""
        wished = {
            r.group.id
            for line_id, wish in self.wished
            if line_id in self.target and wish.kind is Kind.WITH
            for r in wish.readings
            if r.coverage == 1 and r.group.max == 1
        }
        if any(r.coverage == 1 and r.group.id in wished for r in self.usable(old)):
            return True
        return not self.lines_of(old) and self.was_default(old)

    def was_default(self, old: Mention) -> bool:
        """“On mixed greens *instead of the rice*”, where white rice comes unless it is said."""
        wished = {
            r.group.id
            for line_id, wish in self.wished
            if line_id in self.target and wish.kind is Kind.WITH
            for r in wish.readings
            if r.coverage == 1 and r.group.default
        }
        return any(
            r.coverage >= MIN_NAMED and r.group.id in wished and r.modifier.id in r.group.default
            for r in self.usable(old)
        )

    def give_up(self, part: Lexeme) -> None:
        """“Instead of *the slaw*, beans”: a part of the dish, for another of its kind."""
        mention = part.mention
        if mention is None or not self.takes(mention):
            return
        self.giving_up = {r.group.id for r in self.fullest(mention)}
        if not (self.exclusive(mention) or self.was_never_in_it(mention)):
            self.grant(Wish(Kind.WITHOUT, mention.readings, part.text))

    def was_never_in_it(self, mention: Mention) -> bool:
        """“Another waffle with strawberries *instead of blueberries*”: of what is put on it where
        it is asked for, the one was, and the other was not."""
        line_id, wish = self.wished[-1] if self.wished else ("", Wish(Kind.NOTE))
        line = self.cart.line(line_id)
        put_on = {r.group.id for r in wish.readings if r.coverage == 1 and r.group.min == 0}
        named = [r for r in self.fullest(mention) if r.group.id in put_on]
        return (
            line is not None
            and line_id in self.new
            and bool(named)
            and not any(r.group.removes or r.group.default for r in named)
            and not self.has_in_it(line, mention)
        )

    def instead(self) -> None:
        """“A sprite instead”: in place of what was said before it."""
        self.take()
        if not self.just_written():
            self.rather_than_chosen()
            return
        new = self.line(self.new[-1])
        if self.dropped:
            return  # "forget the burger, I'll have a hot dog instead": that is gone already
        if new.id in self.shares or self.offered or self.refused:
            return  # "one of them with beef instead": the others stay; so where one cannot be had
        category = self.item(new.item_id).category_id
        others = [line for line in self.cart.lines if line.id not in self.new]
        if not others and self.second_thought:
            for line_id in self.new[-2:-1]:  # "a soup. Oh no, she says a salad *instead*"
                self.drop(line_id)
            return
        same = [line for line in others if self.item(line.item_id).category_id == category]
        likely = same or (others if len(others) == 1 and not self.adding else [])
        old = likely[-1] if likely else None
        if old is not None and self.cart.line(old.id) is not None and old.id != new.id:
            self.drop(old.id)
            if new.id not in self.counted:
                self.put(replace(new, qty=old.qty))

    def rather_than_chosen(self) -> None:
        """“Fries inside *instead*”: in place of the one extra that the dish was given before."""
        line_id, wish = self.wished[-1] if self.wished else ("", Wish(Kind.NOTE))
        line, before = self.cart.line(line_id), self.before.line(line_id)
        if line is None or before is None or self.new:
            return
        groups = {r.group.id for r in wish.readings if r.coverage == 1}
        said = [w for i, w in self.wished if i == line_id]  # "*half pork and* half falafel instead"
        chosen = {(r.group.id, r.modifier.id) for w in said for r in w.readings if r.coverage == 1}
        had = [c for c in before.choices if c.group_id in groups]
        old = [c for c in had if c in line.choices]
        if len(old) < len(had):
            return  # "no potato on the first one, put avocado *instead*": it has made room already
        if len(old) == 1 and (old[0].group_id, old[0].id) not in chosen:
            self.put(replace(line, choices=tuple(c for c in line.choices if c != old[0])))
