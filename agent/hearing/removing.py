"""What a caller takes out again: dishes, some of them, what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from agent.cart import CartLine
from agent.hearing.points import OpenKind, TroubleKind, Wish
from agent.hearing.put_aside import PutAside
from agent.hearing.reader import BREAKS, STARTS, Determiner
from agent.language import stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention

__all__ = ["Removing"]

_BEFORE_A_NUMBER = frozenset([*BREAKS, Kind.MEANT, Kind.FIX, Kind.WANT, Kind.IT, Kind.BE])
_SHARES = frozenset([Kind.NUMBER, Kind.OTHER, Kind.ORDINAL])
_KEEPING = frozenset([Kind.JUST, Kind.FIX, Kind.THE, Kind.MENTION, Kind.AND, *BREAKS])


class Removing(PutAside):
    """Clauses after which there is less."""

    def scratch(self) -> None:
        """“Scratch that”: the last thing goes, unless something else follows in its place."""
        verb = self.take()
        rest = {x.kind for x in self.lexemes[self.at :]}
        self.heard.understood = True
        if self.without_named(verb.start) or self.struck_off() or self.without_pointed_at():
            return
        asked = self.asked is not None and self.asked.kind in (OpenKind.OFFER, OpenKind.WHICH)
        if (asked or self.refused) and not (self.new or self.spoken):
            self.heard.no = True  # "*forget those*, just the empanadas": what is not to be had
            several = set(verb.text.split()) & {"them", "those"}
            kept = [o for o in self.heard.opens if o.kind is not OpenKind.OFFER]
            self.heard.opens = kept if several else self.heard.opens
            self.struck = True  # "never mind that, *make it* a salad": of nothing that stands
            return
        if rest & (STARTS | {Kind.MAKE}):
            self.fix = "strong"
            return
        for line_id in self.focused()[-1 if "last" in verb.text else 0 :]:
            self.drop(line_id)

    def struck_off(self) -> bool:
        """“I changed my mind about the soup. *Leave it off*”: it was taken off just now."""
        return self.struck and not self.new and len(self.cart.lines) < len(self.before.lines)

    def without_pointed_at(self) -> bool:
        """“The soup is too much, *remove that*, and add a cookie”: what was just spoken of, where
        it stands as it was, and not the last that was ordered."""
        said = [x for x in self.lexemes[: self.at - 1] if x.mention is not None or x.groups]
        if not said or self.cart != self.before:
            return False
        lines = self.lines_of(said[-1].mention) if said[-1].mention is not None else []
        lines = lines or self.lines_called(said[-1].text)
        if len(lines) != 1:
            return False
        self.drop(lines[0].id)
        self.struck = True
        return True

    def without_named(self, before: int) -> bool:
        """“I can't stand onions, so *leave it off*”: not the dish, but what of it was named last
        before that token."""
        named = self.lexicon.mentions(self.words[:before])[-1:]
        if not named or named[0].items or not self.target:
            return False
        readings = [r for r in named[0].readings if r.coverage == 1 and r.group.min == 0]
        items = [self.item(self.line(i).item_id) for i in self.target]
        if not any(self.applicable(readings, item) for item in items):
            return False
        self.grant(Wish(Kind.WITHOUT, named[0].readings, self.raw(named[0])))
        self.heard.understood = True
        return True

    def double(self) -> None:
        """“*Double that*, please”, “*double the* burgers”; "double the cheese" is extra."""
        verb = self.take()
        named = self.peek() if verb.text.endswith((" the", " my")) else None
        lines = (
            [line.id for line in self.lines_of(named.mention)] if named and named.mention else []
        )
        if verb.text.endswith((" the", " my")) and not lines:
            extra = verb._replace(kind=Kind.EXTRA, text="extra")
            self.lexemes = [*self.lexemes[: self.at], extra, *self.lexemes[self.at :]]
            return
        if lines:
            self.take()
            self.speak_of(lines)
        for line_id in self.focused():
            self.set_qty(line_id, 2 * self.line(line_id).qty)

    def keep_only(self) -> None:
        """“*Only* the soup and the salad, please”: of all that was ordered, and nothing else."""
        kept: list[str] = []
        for lexeme in self.lexemes:
            lines = self.lines_of(lexeme.mention) if lexeme.mention is not None else []
            if lexeme.kind not in _KEEPING or (lexeme.mention is not None and not lines):
                return
            kept += [line.id for line in lines]
        kinds = [x.kind for x in self.lexemes]
        only = (Kind.JUST, Kind.THE) in pairwise(kinds)
        if only and len(set(kept)) > 1:
            for line in self.cart.lines:
                if line.id not in kept:
                    self.drop(line.id)
            self.lexemes = []
            self.heard.understood = True

    def not_that(self) -> None:
        """“Not two, three”; “not the coke, the sprite”."""
        told = self.kind(-1) in _SHARES
        end = self.take().end
        named = self.peek()
        if told and named is not None and self.is_the_rest(named):
            self.take()
            return
        if named is not None and named.start > end and named.kind is not Kind.MENTION:
            return  # "sorry, I was *not* there. One …"
        start = self.at
        determiner = self.determiner()
        if named is not None and named.kind is Kind.MENTION and self.is_of_no_dish(named):
            self.take()
            self.heard.understood = True
            return
        lexeme = self.take() if self.kind() is Kind.MENTION else None
        if lexeme is not None and lexeme.mention is not None:
            lines = self.lines_of(lexeme.mention)
            if determiner.count is not None and self.said_otherwise(determiner.count, lines, 0):
                return  # "not four tacos, *five*"
            just = [line.qty for line in lines if line.id in self.new]
            if just and determiner.count not in (None, *just):
                self.heard.understood = True
                return  # "a root beer, *not two root beers*": there are none of those
            if lines:
                self.instead_of = lines[-1].id
                self.heard.understood = True
                self.counts_so_many(determiner)
                return
            if self.exclusive(lexeme.mention) and not self.spoken:
                self.fix = "weak"  # "not large, small fries": of what stands
            if self.gives_up_chosen(lexeme.mention, lexeme.text):
                return
            if self.unchosen(lexeme.mention, lexeme.text):
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
            if lexeme.mention.items and not self.can_do_without(lexeme.mention):
                self.at = start + 1  # "garlic toast *but not the mozzarella sticks*": none of them
            elif lexeme.mention.readings:
                self.lingering = Kind.WITHOUT
                self.wishes()
            return
        if determiner.count is not None:
            self.fix = "strong"
            self.said_otherwise(determiner.count, (), 0)

    def can_do_without(self, mention: Mention) -> bool:
        """True where the dish in hand has it anyway and can be had without; and no onion is in the
        words for onion rings."""
        width = mention.end - mention.start if mention.whole else 0
        named = [r for r in self.usable(mention) if r.coverage == 1 and r.width >= width]
        return any(r.group.removes for r in named)

    def counts_anew(self) -> bool:
        """True where a number follows that counts nothing else: “…, *five*”, “…? *I meant six*”."""
        at = self.at
        while at < len(self.lexemes) and self.lexemes[at].kind in _BEFORE_A_NUMBER:
            at += 1
        kinds = [x.kind for x in self.lexemes[at : at + 2]]
        return kinds[:1] == [Kind.NUMBER] and (len(kinds) == 1 or kinds[1] in (*BREAKS, Kind.AND))

    def remove(self) -> None:
        """“Remove the coke”, “take the basil off”, “cancel one margherita”."""
        if self.takes_parts_off():
            return
        self.take()
        if self.kind() is Kind.JUST:
            self.take()  # "cancel *just* the drink"
        self.heard.understood = True
        lines = self.cart.lines
        counted = self.kind() in (Kind.NUMBER, Kind.ARTICLE)
        self.remove_one()
        self.struck = len(self.cart.lines) < len(lines)
        if self.struck:
            self.skip_reason()
            self.skip_count_of_gone()
        while self.kind() in (Kind.AND, Kind.COMMA):
            start = self.at
            self.at += int(self.kind() is Kind.COMMA and self.kind(1) is Kind.AND)
            if not self.removes_next(counted=counted):
                self.at = start
                break
            self.take()
            self.remove_one()

    def removes_next(self, *, counted: bool) -> bool:
        """“Take off a hot dog *and a coke*”, both of which were ordered, “the dip *and one of the
        cokes*”; but not “take off the hot dog and a coke”, which may be one more."""
        of = self.peek(2) if self.kind(2) is Kind.OF else None
        dish = self.peek(2 + int(of is not None))
        if dish is None or dish.mention is None:
            return False  # "…, my wife's giving me a look"
        if of is not None and self.kind(1) in (Kind.NUMBER, Kind.ARTICLE):
            ends = self.kind(4) in (None, *BREAKS, Kind.AND)
            return (
                ends
                and of.text.endswith((" the", " my", " our", " those"))
                and bool(self.lines_of(dish.mention))
            )
        alike = self.kind(1) in (Kind.NUMBER, Kind.ARTICLE) and self.kind() is Kind.AND
        ordered = [o for o in self.lines_of(dish.mention) if o.id not in self.new]
        return self.kind(1) is Kind.THE or (counted and alike and bool(ordered))

    def remove_one(self) -> None:
        start = self.at
        the = self.lexemes[start - 1].text.endswith((" the", " my")) if start else False
        if self.kind() is Kind.IT and self.kind(1) is not Kind.MENTION:
            before = self.take().start
            if self.without_named(before) or self.struck_off() or self.without_pointed_at():
                return
            for line_id in self.focused()[-1:]:
                self.drop(line_id)
            return
        found = self.determiner()
        if found.share and found.count is not None and self.kind() is Kind.NUMBER:
            found.of_so_many = self.take().value  # "one of the *two* strudels"
        run = self.run_of()
        lexeme = next((x for x in run if x.mention is not None), None)
        if run and self.is_of_no_dish(run[0]):
            self.at = start
            self.skip_lacking()
            return
        head = self.head_of(run)
        if run and self.ones(run[0]) and (made := self.lines_made(found, run[0])):
            self.at += 1
            for line_id in made:
                self.drop(line_id)
            return
        dish = run[head].mention if head is not None else None
        lines = self.likeliest_of(dish, self.lines_of(dish)) if dish is not None else []
        if not lines and run and (head is not None or found.definite or the):
            lines = self.lines_called(run[head].text) if head is not None else []
            lines = lines or self.called_by_kind(run)
            head = head if head is not None else 0
        if found.count is not None and self.said_otherwise(found.count, lines, len(run)):
            return
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

    def said_otherwise(self, count: int, lines: Sequence[CartLine], read: int) -> bool:
        """“I never said *four puffs, I said six*”: the number is taken back, and not the dish."""
        so_many = [line.id for line in lines or self.cart.lines if line.qty == count]
        self.at += read
        if len(so_many) != 1 or not self.counts_anew():
            self.at -= read
            return False
        self.speak_of(so_many)
        self.fix = "strong"
        return True

    def remove_lines(
        self, found: Determiner, lines: Sequence[CartLine], wishes: Sequence[Wish]
    ) -> None:
        exact = [line for line in lines if self.has_all(line, wishes)] or list(lines)
        if found.ordinal:
            self.drop(self.nth(exact, found.ordinal).id)
        elif found.count is not None or found.article:
            plain = [line for line in exact if not line.choices] or exact
            before = self.before.line(plain[-1].id)
            left = (found.of_so_many or 0) - (found.count or 1)
            if left == plain[-1].qty and before is not None and before.qty == found.of_so_many:
                self.speak_of([plain[-1].id])  # "one is plenty, take off one of the two"
                return
            self.reduce(plain[-1].id, found.count or 1)
            self.speak_of([plain[-1].id])
        else:
            for line in exact:
                self.drop(line.id)

    def remove_part(self, lexeme: Lexeme | None) -> None:
        """An ingredient: the line is then made without it. What cannot be had anyway is let go."""
        if lexeme is None and self.skip_lacking():
            return
        if lexeme is not None and lexeme.mention is not None:
            if (items := lexeme.mention.items) and all(i.id in self.sold_out for i in items):
                self.determiner()
                self.take()
                self.heard.no = True  # "forget the mac, then", which cannot be had
                return
            if lexeme.mention.items and not self.may_be_part(lexeme.mention):
                self.determiner()
                self.take()
                asked = self.asked is not None and items[0].id in self.asked.item_ids
                if asked or self.is_declined(lexeme):
                    self.heard.no = True  # "never mind *the sandwich*", to "which sandwich?"
                elif not {o.item_id for o in self.gone} & {i.id for i in items}:
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

    def may_be_part(self, mention: Mention) -> bool:
        """“Forget *the onion rings*”, which were not ordered, is about no burger's onions; “the
        fried egg” may be about its egg: a part is called by its noun, or was chosen so."""
        if not mention.whole:
            return bool(mention.readings)
        noun = stem(self.words[mention.end - 1].word)
        items = [(self.item(line.item_id), line) for line in self.cart.lines]
        return any(
            r.coverage == 1
            and (
                noun in {stem(t.word) for t in tokens(r.modifier.name)}
                or any((c.group_id, c.id) == (r.group.id, r.modifier.id) for c in line.choices)
            )
            for item, line in items
            for r in self.applicable(mention.readings, item)
        )

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

    def opens_sentence(self) -> bool:
        """“One cannoli. Hmm, *no cannoli*, …”: a second thought, and nothing about the dish."""
        at = self.at - 1
        while at >= 0 and self.lexemes[at].kind in (Kind.COMMA, Kind.FIX):
            at -= 1
        return at < 0 or self.lexemes[at].kind is Kind.STOP

    def without_kind(self, lexeme: Lexeme) -> bool:
        """“Actually *no cake*”, of a tres leches that was ordered."""
        called = self.called_by_kind([lexeme])
        if not called or called[0].id in self.new:
            return False
        self.at = self.lexemes.index(lexeme) + 1
        self.drop(called[0].id)
        return True

    def without_dish(self) -> bool:
        """“No beer? Then two cokes”, “no drinks, then”, “no coke”: of the order, and of no dish."""
        lexeme = self.peek_past({Kind.WITHOUT, Kind.WITH, Kind.THE, Kind.SOME})
        mention = lexeme.mention if lexeme is not None else None
        if lexeme is not None and (mention is None or not mention.items):
            return self.opens_sentence() and self.without_kind(lexeme)
        if lexeme is None or mention is None:
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
            self.struck = True  # "no soup, *I changed my mind about that*": and nothing else
        return True
