"""What a caller does with the order: add, make, change, take out, put in place of."""

from __future__ import annotations

from collections.abc import Sequence

from agent.cart import CartLine
from agent.hearing.points import OpenKind, TroubleKind, Wish
from agent.hearing.reader import STARTS, WISHING, Determiner
from agent.hearing.swaps import Swaps
from agent.lexemes import Kind, Lexeme

__all__ = ["Verbs"]


class Verbs(Swaps):
    """Clauses with a verb."""

    def add(self) -> None:
        """“Add mushrooms (to the diavola)” is an extra where it can be one; else a dish."""
        self.take()
        self.fix = ""
        start = self.at
        if self.kind() is Kind.ARTICLE and (part := self.peek(1)) is not None:
            self.at += int(part.mention is not None and not part.mention.items)  # "add a fried egg"
        if not self.extras_follow():
            self.at = start
            self.wanting = self.adding = True
            return
        self.speak_of_able()
        self.lingering = Kind.WITH
        self.wishes()

    def speak_of_able(self) -> None:
        """Where the last dish cannot have what follows, the last that can is meant."""
        lexeme = self.peek_past({Kind.EXTRA, Kind.SOME, Kind.THE, Kind.MORE})
        if lexeme is None or lexeme.mention is None or self.takes(lexeme.mention):
            return
        self.speak_of(self.reading_lines(lexeme.mention)[-1:])

    def scratch(self) -> None:
        """“Scratch that”: the last thing goes, unless something else follows in its place."""
        self.take()
        rest = {x.kind for x in self.lexemes[self.at :]}
        self.heard.understood = True
        if rest & (STARTS | {Kind.MAKE}):
            self.fix = "strong"
            return
        for line_id in self.focused():
            self.drop(line_id)

    def not_that(self) -> None:
        """“Not two, three”; “not the coke, the sprite”."""
        end = self.take().end
        named = self.peek()
        if named is not None and named.start > end and named.kind is not Kind.MENTION:
            return  # "sorry, I was *not* there. One …"
        start = self.at
        determiner = self.determiner()
        lexeme = self.take() if self.kind() is Kind.MENTION else None
        if lexeme is not None and lexeme.mention is not None:
            lines = self.lines_of(lexeme.mention)
            if lines:
                self.instead_of = lines[-1].id
                self.heard.understood = True
                return
            if lexeme.mention.items and not self.takes(lexeme.mention):
                return  # "a calzone, not a margherita": it has become the calzone already
            self.at = start
            if self.exclusive(lexeme.mention):
                self.at = start + 1  # "oat milk, not soy": it has the oat milk already
                if not self.spoken:
                    self.fix = "weak"  # "not large, small fries": of what stands
                self.heard.understood = True
                return
            if lexeme.mention.readings and not lexeme.mention.items:
                self.lingering = Kind.WITHOUT
                self.wishes()
            return
        if determiner.count is not None:
            self.fix = "strong"

    def make(self) -> None:
        """“Make it three”, “make the coke large”, “make one of them a diavola”."""
        self.take()
        self.joined = False
        if self.half_becomes():
            return
        start = self.at
        self.skip_group()
        if self.at > start and self.target:
            self.wishes()  # "make *the yolks* hard"
            return
        self.at = start
        struck, self.struck = self.struck, False
        if self.in_place_of_offered() or (struck and self.kind() is Kind.IT):
            self.take()
            self.wanting = True
            return
        targets = self.swapped_part() or self.named_instead() or self.reference(makes=True)
        while targets and self.kind() is Kind.TO and self.says("to", "into"):
            self.take()  # "turn the burger into a combo"
        if targets and self.becomes(targets):
            self.fix = ""
            self.heard.understood = True
            self.make_also()
            return
        self.at = start
        self.fix = self.fix or ("strong" if self.kind() is Kind.IT else "")
        self.wanting = True

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

    def remove(self) -> None:
        """“Remove the coke”, “take the basil off”, “cancel one margherita”."""
        self.take()
        self.heard.understood = True
        lines = self.cart.lines
        self.remove_one()
        self.struck = len(self.cart.lines) < len(lines)
        while self.kind() in (Kind.AND, Kind.COMMA) and self.kind(1) is Kind.THE:
            if self.kind(2) is not Kind.MENTION:
                break  # "…, my wife's giving me a look"
            self.take()
            self.remove_one()

    def remove_one(self) -> None:
        start = self.at
        if self.kind() is Kind.IT and self.kind(1) is not Kind.MENTION:
            self.take()
            for line_id in self.focused()[-1:]:
                self.drop(line_id)
            return
        found = self.determiner()
        run = self.run_of()
        lexeme = next((x for x in run if x.mention is not None), None)
        head = self.head_of(run)
        if run and self.ones(run[0]) and (made := self.lines_made(found, run[0])):
            self.at += 1
            for line_id in made:
                self.drop(line_id)
            return
        dish = run[head].mention if head is not None else None
        lines = self.lines_of(dish) if dish is not None else []
        if head is not None and lines:
            self.at += head + 1
            self.remove_lines(found, lines, self.pre_wishes(run[:head]))
        elif (found.ordinal or found.both or found.other) and lexeme is None and self.cart.lines:
            for line_id in self.part_lines(found):
                self.drop(line_id)
        elif lexeme is not None or any(x.kind is Kind.WORD for x in run):
            self.at = start
            self.remove_part(lexeme)
        elif found.count is not None or found.article:
            for line_id in self.focused()[-1:]:
                self.reduce(line_id, found.count or 1)

    def remove_lines(
        self, found: Determiner, lines: Sequence[CartLine], wishes: Sequence[Wish]
    ) -> None:
        exact = [line for line in lines if self.has_all(line, wishes)] or list(lines)
        if found.ordinal:
            self.drop(self.nth(exact, found.ordinal).id)
        elif found.count is not None or found.article:
            plain = [line for line in exact if not line.choices] or exact
            self.reduce(plain[-1].id, found.count or 1)
        else:
            for line in exact:
                self.drop(line.id)

    def remove_part(self, lexeme: Lexeme | None) -> None:
        """An ingredient: the line is then made without it."""
        if lexeme is not None and lexeme.mention is not None:
            if (items := lexeme.mention.items) and all(i.id in self.sold_out for i in items):
                self.determiner()
                self.take()
                self.heard.no = True  # "forget the mac, then", which cannot be had
                return
            if lexeme.mention.items and not lexeme.mention.readings:
                self.determiner()
                self.take()
                self.trouble(TroubleKind.NOT_IN_ORDER, text=lexeme.text)
                return
            lines = self.reading_lines(lexeme.mention)
            if not self.takes(lexeme.mention) and lines:
                self.speak_of(lines[-1:])
        self.lingering = Kind.WITHOUT
        self.determiner()
        start = self.at
        part = self.peek()
        self.wishes_without()
        if part is not None and part.mention is not None:  # "scratch the beans, *do okra*"
            named = self.fullest(part.mention)
            self.giving_up = {r.group.id for r in named if r.group.min > 0}
        if self.at == start:
            self.take()

    def wishes_without(self) -> None:
        lexeme = self.peek()
        if lexeme is None or lexeme.kind not in (Kind.MENTION, Kind.WORD, Kind.EXTRA):
            return
        run = self.run_of()
        first = next((x for x in run if x.kind is not Kind.EXTRA), None)
        if first is None:
            return
        self.at += run.index(first) + 1
        readings = first.mention.readings if first.mention is not None else ()
        wishes = [Wish(Kind.WITHOUT, readings, first.text)]
        while (wish := self.next_wish()) is not None:
            wishes.append(wish)
        self.redirect()
        for wish in wishes:
            self.grant(wish)

    def wish_step(self) -> None:
        """“Without basil” at the start of a clause; “no coke” takes the coke out again."""
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

    def opens_sentence(self) -> bool:
        """“One cannoli. Hmm, *no cannoli*, …”: a second thought, and nothing about the dish."""
        at = self.at - 1
        while at >= 0 and self.lexemes[at].kind is Kind.COMMA:
            at -= 1
        return at < 0 or self.lexemes[at].kind is Kind.STOP

    def without_dish(self) -> bool:
        """“No beer? Then two cokes”, “no drinks, then”, “no coke”: of the order, and of no dish."""
        lexeme = self.peek_past({Kind.WITHOUT, Kind.WITH, Kind.THE, Kind.SOME})
        mention = lexeme.mention if lexeme is not None else None
        if lexeme is None or mention is None or not mention.items:
            return False
        anew = self.fix or self.opens_sentence()
        lines = [o for o in self.lines_of(mention) if anew or o.id not in self.new]
        part = self.takes(mention) and not self.cancels(mention)
        sold_out = all(i.id in self.sold_out for i in mention.items)
        only = len(lines) == 1 or not mention.generic
        dish = mention.whole and not self.reading_lines(mention)
        apart = mention.generic or (dish and not self.new and self.opens_sentence())
        declined = apart and not lines and not part
        if not (sold_out or declined or (lines and only and not part)):
            return False
        self.at = self.lexemes.index(lexeme) + 1
        self.heard.understood = True
        self.heard.no = self.heard.no or declined
        for line in [] if sold_out else lines:
            self.drop(line.id)
        return True
