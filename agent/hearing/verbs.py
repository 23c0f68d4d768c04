"""What a caller does with the order: add, make, change, take out, put in place of."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from agent.hearing.describing import names_of
from agent.hearing.points import OpenKind, Wish
from agent.hearing.reader import BREAKS, WISHING
from agent.hearing.swaps import Swaps
from agent.language import stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Reading

__all__ = ["Verbs"]


class Verbs(Swaps):
    """Clauses with a verb."""

    def add(self) -> None:
        """“Add mushrooms (to the diavola)” is an extra where it can be one; else a dish."""
        self.take()
        self.fix = ""
        if self.rather_than_it():
            return  # "put *bacon instead of the ham*"
        start = self.at
        if self.kind() is Kind.ARTICLE and (part := self.peek(1)) is not None:
            self.at += int(self.hardly_a_dish(part))  # "add a fried egg", "add an egg"
        if not self.extras_follow():
            self.at = start
            self.wanting = self.adding = True
            return
        self.speak_of_able()
        self.lingering = Kind.WITH
        self.wishes()

    def hardly_a_dish(self, part: Lexeme) -> bool:
        """True where it names no dish, or a bit of one's name and one option of the dish in hand:
        “an *egg*”, of a ramen, where there is a chicken and egg rice."""
        if part.mention is None or not part.mention.items:
            return part.mention is not None
        named = [r for r in self.fullest(part.mention) if not r.group.removes]
        made = self.peek(2)
        if made is not None and made.mention is not None and made.mention.can_be_of(part.mention):
            return bool(self.usable(made.mention))  # and "a can *of ginger ale*" is a dish
        return bool(named) and not part.mention.whole

    def speak_of_able(self) -> None:
        """Where the last dish cannot have what follows, the last that can is meant."""
        lexeme = self.peek_past({Kind.EXTRA, Kind.SOME, Kind.THE, Kind.MORE})
        if lexeme is None or lexeme.mention is None or self.takes(lexeme.mention):
            return
        self.speak_of(self.reading_lines(lexeme.mention)[-1:])

    def make(self) -> None:
        """“Make it three”, “make the coke large”, “make one of them a diavola”."""
        self.take()
        self.joined = False
        self.counts_one()
        if self.half_becomes() or self.lists_anew():
            return
        if self.group_becomes():
            self.wishes()
            return
        start = self.at
        if self.says("that 1", "this 1") and self.kind(1) in (None, *BREAKS) and self.focused():
            self.take()  # "make *that one*", of two
            self.set_qty(self.focused()[-1], 1)
            return
        struck, self.struck = self.struck, False
        if struck and self.takes_its_place():
            return
        if self.in_place_of_offered() or (struck and self.kind() is Kind.IT):
            self.take()
            self.wanting = True
            return
        replaced = self.of_replaced()
        was = self.cart.line(replaced[0]) if replaced else None
        targets = replaced or self.swapped_part() or self.named_instead() or self.into_kin()
        targets = targets or self.reference(makes=True)
        while targets and self.kind() is Kind.TO and self.says("to", "into"):
            self.take()  # "turn the burger into a combo"
        if targets and self.rather_than_it():
            self.fix = ""  # "add bacon and make it *rings instead of fries*"
            return
        if targets and self.kind() is Kind.NUMBER and self.kind(1) is Kind.ARTICLE:
            self.take()  # "make the barbacoa *one* a burrito"
        named = self.kind() is Kind.MENTION
        if targets and self.becomes(targets):
            if replaced and self.target != replaced and self.line(replaced[0]) == was:
                self.drop(replaced[0])  # "instead of the sprite make it *two cokes*", of one
            if named and self.kind() is not Kind.ALSO:
                self.forget_former(targets)
            self.fix = ""
            self.heard.understood = True
            self.make_also()
            return
        self.at = start
        self.fix = self.fix or ("strong" if self.kind() is Kind.IT else "")
        self.wanting = True

    def counts_one(self) -> None:
        """“Two cokes, make *that one coke* and one tea”: a number of what stands, no "that one"."""
        that, dish = self.peek(), self.peek(1)
        mention = dish.mention if dish is not None else None
        if that is None or mention is None or not self.says("that 1", "this 1"):
            return
        if self.lines_of(mention) and self.kind(2) in (Kind.AND, Kind.COMMA):
            it = that._replace(end=that.end - 1, text="that")
            one = Lexeme(Kind.NUMBER, it.end, that.end, value=1)
            self.lexemes = [*self.lexemes[: self.at], it, one, *self.lexemes[self.at + 1 :]]

    def takes_its_place(self) -> bool:
        """“Scratch the blueberry, *make it banana pecan*”: as many as those, and made alike where
        it can be; of another kind it is a dish by itself."""
        old = self.gone[-1] if self.gone and self.kind() is Kind.IT else None
        dish = self.peek(2 if self.kind(1) in (Kind.ARTICLE, Kind.THE) else 1)
        item = self.narrowed(dish.mention) if dish is not None and dish.mention else None
        if old is None or item is None or item.category_id != self.kind_of(old):
            return False
        self.take()
        self.gone.remove(old)
        self.dropped = [i for i in self.dropped if i != old.id]
        self.put(old)
        self.heard.understood = self.becomes([old.id])
        self.mended.add(old.id)
        return True

    def group_becomes(self) -> bool:
        """“Make *the yolks* hard”, “make *the egg* over hard”: of the last line that has it, though
        another was spoken of since, and a dish be called after it."""
        at = int(self.kind() is Kind.THE)
        first, then = self.peek(at), self.peek(at + 1)
        if first is None or first.kind not in (Kind.MENTION, Kind.WORD, Kind.GROUP):
            return False
        said = [stem(t.word) for t in tokens(first.text)]
        ways = [(said, then, 2), (said[:1], first, 1)]  # "the *meat lamb*", heard as one name
        lines = [*self.target[-1:], *(line.id for line in reversed(self.cart.lines))]
        for name, option, read in ways:
            for line_id in lines:
                named = self.option_of(line_id, name, option)
                if option is not None and named:
                    self.at += at + read
                    self.make_so(line_id, Wish(Kind.WITH, named, option.text))
                    return True
        return False

    def make_so(self, line_id: str, wish: Wish) -> None:
        """That line is spoken of, and made by `wish`; more of the kind may follow."""
        self.speak_of([line_id])
        self.grant(wish)
        self.forget_former([line_id])
        self.lingering, self.heard.understood = Kind.WITH, True

    def part_then_made(self) -> bool:
        """“*The rice with the chicken, make that white*”, “the sauce, make it mild”: what is to be
        changed, of which dish, and then what it becomes."""
        part = self.peek(int(self.kind() is Kind.THE))
        if part is None or part.kind not in (Kind.MENTION, Kind.WORD, Kind.GROUP):
            return False
        ahead, lines = self.made_of_which(1 + int(self.kind() is Kind.THE))
        while self.kind(ahead) is Kind.COMMA:
            ahead += 1
        if [self.kind(ahead), self.kind(ahead + 1)] != [Kind.MAKE, Kind.IT]:
            return False
        ahead += 2 + int(self.kind(ahead + 2) in (Kind.THE, Kind.ARTICLE))
        option, said = self.peek(ahead), [stem(t.word) for t in tokens(part.text)]
        for line_id in lines:
            named = self.option_of(line_id, said, option)
            if option is not None and named:
                self.at += ahead + 1
                self.make_so(line_id, Wish(Kind.WITH, named, option.text))
                return True
        return False

    def made_of_which(self, ahead: int) -> tuple[int, list[str]]:
        """“The rice *with the chicken*”: the line that is meant, and where the reading goes on
        after it; of no dish that is named all lines, the last one first."""
        if self.kind(ahead) not in (Kind.TO, Kind.WITH):
            return ahead, [o.id for o in reversed(self.cart.lines)]
        ahead += 1 + int(self.kind(ahead + 1) in (Kind.THE, Kind.ARTICLE))
        dish = self.peek(ahead)
        if dish is None or dish.mention is None:
            return ahead, []
        called = self.lines_called(dish.text) or self.lines_of(dish.mention)
        return ahead + 1, [o.id for o in called[-1:]]

    def option_of(
        self, line_id: str, name: Sequence[str], option: Lexeme | None
    ) -> tuple[Reading, ...]:
        """What `option` names in full of a group of the line that is called `name`."""
        line = self.cart.line(line_id)
        if line is None or option is None or option.mention is None:
            return ()
        return tuple(
            r
            for r in self.applicable(option.mention.readings, self.item(line.item_id))
            if r.coverage == 1
            and any(list(name) == [stem(t.word) for t in tokens(n)] for n in names_of(r.group))
        )

    def forget_former(self, line_ids: Sequence[str]) -> None:
        """“The usual, but *make the wings hot*”: in place of the flavour they had, though they can
        have two."""
        for line in [o for i in line_ids if (o := self.cart.line(i)) is not None]:
            named = [r for i, w in self.wished if i == line.id for r in w.readings]
            meant = {
                (r.group.id, r.modifier.id)
                for r in named
                if r.coverage == 1 and r.group.min == 1 < r.group.max and not r.group.default
            }
            chosen = [c for c in line.choices if (c.group_id, c.id) in meant]
            groups = {c.group_id for c in chosen}
            kept = tuple(c for c in line.choices if c.group_id not in groups or c in chosen)
            self.put(replace(line, choices=kept))

    def named_instead(self) -> list[str]:
        """“Make that the lamb tibs *instead of the beef*”: of what it takes the place, is said."""
        if self.kind() is not Kind.IT:
            return []
        for n in range(self.at + 1, len(self.lexemes) - 1):
            if self.lexemes[n].kind is Kind.STOP:
                break
            if self.lexemes[n].kind is Kind.INSTEAD_OF:
                old = next((x.mention for x in self.lexemes[n + 1 : n + 3] if x.mention), None)
                lines = self.lines_of(old) if old is not None else []
                self.at += int(bool(lines))
                return [lines[-1].id] if lines else []
        return []

    def of_replaced(self) -> list[str]:
        """“Instead of the coke *make it* a sprite”: what it takes the place of, was said before."""
        line = self.cart.line(self.instead_of) if self.kind() is Kind.IT else None
        if line is None:
            return []
        self.take()
        self.instead_of = ""
        return [line.id]

    def into_kin(self) -> list[str]:
        """“Make *the wings boneless*”: heard as one name, which is another dish of that kind."""
        dish = self.peek(1) if self.kind() is Kind.THE else None
        mention = dish.mention if dish is not None else None
        if mention is None or len(mention.items) != 1 or self.lines_of(mention):
            return []
        called = self.lines_called(self.words[mention.start].word)
        alike = [o for o in called if self.kind_of(o) == mention.items[0].category_id]
        if not alike or mention.end - mention.start < 2:
            return []
        self.at += 1
        return [alike[0].id]

    def in_place_of_offered(self) -> bool:
        """“Never mind, *make it* a cod”, said to the offer of a dish for one that is sold out."""
        if self.kind() is not Kind.IT or self.asked is None or self.new:
            return False
        lexeme = self.peek(2 if self.kind(1) in (Kind.ARTICLE, Kind.THE, Kind.NUMBER) else 1)
        mention = lexeme.mention if lexeme is not None else None
        return (
            self.asked.kind is OpenKind.OFFER
            and mention is not None
            and bool(mention.items)
            and not self.lines_of(mention)
        )

    def swapped_part(self) -> list[str]:
        """“Make the *chicken tofu*”: one choice in place of another of its kind."""
        old, new = self.peek(1), self.peek(2)
        if self.kind() is not Kind.THE or old is None or new is None or old.mention is None:
            return []
        if not self.exclusive(old.mention) or not self.same_group(new, old):
            return []
        self.at += 2
        return list(self.target)

    def make_also(self) -> None:
        """“Make the margherita large *and the coke a sprite*”."""
        while self.kind() in (Kind.AND, Kind.COMMA):
            start = self.at
            self.take()
            targets = self.reference(makes=True) if self.kind() is Kind.THE else []
            if not targets or not self.becomes(targets):
                self.at = start
                return

    def wish_step(self) -> None:
        """“Without basil” at the start of a clause; “no coke” takes the coke out again."""
        if (
            self.kind() is Kind.WITHOUT
            and self.kind(1) is Kind.IT
            and self.kind(2) in (None, *BREAKS)
        ):
            without, _ = self.take(), self.take()
            self.without_named(without.start)  # "my son hates onions, so *without that*"
            return
        if self.leaves_ordered():
            return
        if (self.kind() is Kind.WITHOUT or self.leaves_sold_out()) and self.without_dish():
            return
        if self.kind() is Kind.EXTRA and not self.extras_follow():
            self.noun()
            return
        start = self.at
        self.turn_to_able()
        self.wishes()
        if self.at == start:
            self.take()

    def leaves_sold_out(self) -> bool:
        """“*Then leave the gyoza*”, which cannot be had: nor is another wanted."""
        lexeme = self.peek(1) if self.says("leave the") else None
        items = lexeme.mention.items if lexeme is not None and lexeme.mention is not None else ()
        gone = bool(items) and all(i.id in self.sold_out for i in items)
        self.heard.no = self.heard.no or gone
        return gone

    def leaves_ordered(self) -> bool:
        """“Hmm, no, *leave the corn*, we never eat it”: a dish that was ordered before, and that
        is refused now; not "no, leave the corn as it is"."""
        lexeme = self.peek(1) if self.says("leave the") else None
        mention = lexeme.mention if lexeme is not None else None
        if lexeme is None or mention is None or not (self.heard.no or self.fix):
            return False
        after = self.words[lexeme.end : lexeme.end + 1]
        lines = [o for o in self.lines_of(mention) if o.id not in self.new]
        if not lines or (after and after[0].word in _KEPT):
            return False
        self.at += 2
        self.heard.understood = True
        for line in lines:
            self.drop(line.id)
        return True

    def turn_to_able(self) -> None:
        """“The usual, but *with tofu* instead of beef”: of a line that was there, where the last
        that was spoken of cannot have it."""
        lexeme = self.peek_past({*WISHING, Kind.SOME, Kind.THE, Kind.ARTICLE})
        mention = lexeme.mention if lexeme is not None else None
        if lexeme is None or mention is None or self.open_at is not None or self.takes(mention):
            return
        able = [i for i in self.reading_lines(mention) if i not in self.new]
        if able and not set(self.target) & set(self.new):
            self.speak_of([i for i in able if self.replaces(i, lexeme)][-1:] or able[-1:])

    def replaces(self, line_id: str, part: Lexeme) -> bool:
        """“… with tofu *instead of the beef*”, of a line that has beef."""
        after = self.lexemes[self.lexemes.index(part) + 1 :][:3]
        if not after or after[0].kind is not Kind.INSTEAD_OF:
            return False
        old = next((x.mention for x in after if x.mention is not None), None)
        chosen = {(c.group_id, c.id) for c in self.line(line_id).choices}
        return old is not None and any((r.group.id, r.modifier.id) in chosen for r in old.readings)


# "Leave the corn *as it is*": it stays.
_KEPT = frozenset("in on as alone that how the it there".split())  # noqa: SIM905
