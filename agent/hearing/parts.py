"""Shares of a line, and what is wished of it: "one without basil", "both large"."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace as with_
from itertools import pairwise

from agent.cart import CartLine
from agent.hearing.other_options import OtherOptions
from agent.hearing.pad import MAX_OPEN
from agent.hearing.points import TroubleKind, Wish
from agent.hearing.reader import BREAKS, WISHING, Determiner
from agent.hearing.wishes import HARMLESS
from agent.kitchen_notes import is_note
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from domain.menu import Item

__all__ = ["Parts"]

_PERSONS = frozenset(["me", "him", "her", "my"])
_OF_THEM = frozenset(["of them", "of those", "of these", "of em"])


class Parts(OtherOptions):
    """The lines that words refer to, their shares, and what is wished of them."""

    def wishes(self) -> None:
        """Everything about the target that follows from here: with, without, extra, notes."""
        wishes: list[Wish] = []
        self.gathered, self.counting, self.listed = wishes, False, False
        apart, paused = 0, self.kind() is Kind.COMMA
        while (wish := self.next_wish()) is not None:
            apart = len(wishes) if self.clause else apart
            wishes.append(wish)
        if not wishes:
            return
        self.unwished = self.cart
        if self.shares_out(wishes):
            return
        line = self.cart.line(self.target[-1]) if len(self.target) == 1 else None
        several = line is not None and line.id in self.new and line.qty > 1
        if line is not None and several and self.for_one(back=1):
            told_apart = paused or self.told_next(line, wishes[-1])
            # "two bentos, *salmon for me*", and not "three *on corn for me*"
            self.speak_of([self.split(line, 1)] if told_apart else [line.id])
        if self.directs():
            # "… on brown bread, no tomatoes on both": only the last clause is for both
            apart = max(apart, len(wishes) - 1) if self.kind() is Kind.IT else apart
            several = sum(line.qty for i in self.target if (line := self.cart.line(i))) > 1
            if several and self.kind() is Kind.TO:
                apart = max(apart, len(wishes) - 1)  # "both medium, thin crust on the hawaiian"
            if self.kind() is not Kind.TO or not several:
                # "…, a boneless hot, ranch with each": how hot, is said of that one
                own = [n for n, wish in enumerate(wishes[:-1], 1) if self.one_of(wish)]
                apart = max(apart, *own) if own else apart
            for wish in wishes[:apart]:
                self.grant(wish)
            wishes = wishes[apart:]
            self.redirect()
        for wish in wishes:
            self.grant(wish)
        self.settle_by_making()
        self.heard.understood = True

    def one_of(self, wish: Wish) -> bool:
        """True where the dish in hand, just written or named, must have one of that kind."""
        usable = [r for r in wish.readings if r.coverage == 1 and r.group.min > 0]
        at_hand = {*self.new, *self.spoken}
        items = [self.item(self.line(i).item_id) for i in self.target if i in at_hand]
        return any(self.applicable(usable, item) for item in items)

    def for_one(self, back: int = 0) -> bool:
        """“*Salmon for me*”, “*tofu for her*”: a way to make it, and for whom; but "*two* tofu for
        my parents" are as many as is said."""
        part = self.peek(-back) if self.at >= back else None
        if part is None or part.mention is None or not self.usable(part.mention):
            return False
        counted = self.lexemes[self.at - back - 1] if self.at > back else None
        if counted is not None and counted.kind is Kind.NUMBER and counted.value > 1:
            return False
        after = [t.word for t in self.words[part.end :][:2]]
        return after[:1] == ["for"] and bool(set(after[1:]) & _PERSONS)

    def told_next(self, line: CartLine, wish: Wish) -> bool:
        """“Two bentos with *salmon for me and tofu for her*”: another is told apart by the same."""
        item = self.item(line.item_id)
        groups = {r.group.id for r in self.applicable(wish.readings, item) if r.coverage == 1}
        ahead = self.lexemes[self.at :]
        counted = next((n for n, x in enumerate(ahead) if x.kind is Kind.NUMBER), len(ahead))
        return any(
            r.coverage == 1 and r.group.id in groups
            for x in ahead[:counted]
            if x.mention is not None
            for r in self.applicable(x.mention.readings, item)
        )

    def shares_out(self, wishes: Sequence[Wish]) -> bool:
        """“Two horchatas, *large and small*”: as many as there are, of which each can be one."""
        line = self.cart.line(self.target[-1]) if len(self.target) == 1 else None
        if line is None or line.id not in self.new or line.qty != len(wishes) or line.qty < 2:
            return False
        if any(wish.kind is Kind.WITHOUT for wish in wishes):
            return False  # "two pounds of brisket, the moist, *not the lean*"
        item = self.item(line.item_id)
        ways = [
            next((r for r in self.applicable(w.readings, item) if r.coverage == 1), None)
            for w in wishes
        ]
        groups = {(r.group.id, r.group.max) for r in ways if r is not None}
        options = {r.modifier.id for r in ways if r is not None}
        alike = len(groups) == 1 and all(most == 1 for _, most in groups)
        if None in ways or not alike or len(options) != len(wishes):
            return False
        for wish in wishes[1:]:
            self.speak_of([self.split(self.line(line.id), 1)])
            self.grant(wish)
        self.speak_of([line.id])
        self.grant(wishes[0])
        self.sharing = self.heard.understood = True
        return True

    def directs(self) -> bool:
        """“… on the first”, “both”, “them both”, “with both of those”; but “…, *both with* fries”
        begins what is said of both."""
        before_both = self.kind() in (Kind.WITH, Kind.IT) and self.kind(1) is Kind.BOTH
        everything = self.says("everything") and self.kind(1) is Kind.TO
        if everything or (self.kind() is Kind.BOTH and self.begins_of_all()):
            return False
        return self.kind() in (Kind.TO, Kind.BOTH) or before_both

    def begins_of_all(self) -> bool:
        """True where a "both" or "all" is followed by what all of them are to be."""
        part, every = self.peek(1), self.peek()
        if every is None or every.text.startswith(("on ", "in ", "for ", "of ")):
            return False  # "no wasabi *in any of them* cucumber on the first"
        if part is None or part.kind in WISHING:
            return part is not None
        return part.mention is not None and bool(self.usable(part.mention))

    def redirect(self) -> None:
        """“… to the diavola”, “… on both”: the wishes are for another line."""
        if not self.directs():
            return
        start = self.at
        if self.kind() is not Kind.BOTH:
            for_whom = self.take().text in ("for", "for the") and self.gap(self.at)
            if for_whom:  # "without sugar *for me* one with"
                self.at = start
                return
            if self.kind() is Kind.JUST and self.kind(1) in (Kind.NUMBER, Kind.THE, Kind.ORDINAL):
                self.take()  # "and put meat sauce on *just* one of them"
        if (read := self.some_of_them()) and (count := self.take()):
            self.at += read - 1
            self.speak_of(self.part_lines(Determiner(count=count.value, share=True)))
            return
        if self.open_at is not None and self.kind() is Kind.NUMBER:
            self.split_open(self.determiner())
            return
        targets = self.reference()
        if targets:
            self.speak_of(targets)
        else:
            self.at = start

    def some_of_them(self) -> int:
        """“No ice in *one of them* a small lemonade”, “cheese on *one* peas on the other”: how many
        lexemes say that it is of what was counted, before the next is named; else 0."""
        of, after = self.peek(1), self.peek(2)
        if self.open_at is not None or self.kind() is not Kind.NUMBER or of is None:
            return 0
        if of.text in _OF_THEM:
            new = after is None or after.kind in (Kind.ARTICLE, Kind.NUMBER, Kind.AND, *BREAKS)
            return 2 * new
        part = of.mention is not None and bool(self.usable(of.mention))
        other = self.kind(2) is Kind.TO and self.kind(3) in (Kind.OTHER, Kind.ORDINAL, Kind.NUMBER)
        return int(part and other)

    def part(self, found: Determiner, *, joined: bool, told_apart: int = 0) -> None:
        """A share of the last line, or all of it, and how it is made. `told_apart`: so many of the
        next mentions are that, and no dish, whatever they may be elsewhere."""
        self.heard.understood = True
        self.lingering = None
        base = self.cart.line(self.focus.base)
        if not found.any and self.for_one():
            found.count, found.whose = 1, True  # "two bentos, salmon for me, *tofu for her*"
        counted = base is not None and base.id in self.new and (base.qty > 1 or bool(self.shares))
        if found.whose and counted and not self.shared_out:
            found.count, found.definite = 1, False  # "two kormas, *mine* mild, *his* hot"
        owned = found.whose and not counted and base is not None and self.owned_of(base)
        if owned or (base is not None and self.counts_it(found, base, joined=joined)):
            pass
        elif base is not None and self.one_of_two(found, base):
            self.speak_of([base.id])  # "the family deal, one ham *one cheese*"
        elif base is not None and self.is_lacking_it(found, base):
            self.speak_of([base.id])
        elif self.is_another(found, joined=joined):
            self.write_another(found.count or 1)
        elif self.open_at is None:
            self.speak_of(self.said_so(found) or self.able(self.part_lines(found)))
        else:
            self.split_open(found)
        if self.kind() is Kind.BE:
            self.take()
        elif self.made_on():
            self.take()
            self.lingering = Kind.WITH  # "two patties, one *in coco bread*"
            if self.kind() is Kind.ARTICLE:
                self.take()  # "one on *a* gluten free bun"
        start = self.at
        for option in self.lexemes[start : start + told_apart]:
            if option.mention is not None:
                able = self.usable(option.mention)
                self.grant(Wish(Kind.WITH, able, self.take_told().text))
        self.wishes()
        if self.at == start and self.kind() is Kind.MENTION:
            self.refuse_option(self.take())

    def is_lacking_it(self, found: Determiner, base: CartLine) -> bool:
        """“The kids' tenders, he wants fries with that, *and a chocolate milk*”: the drink that
        they come with, and was not said yet."""
        option = self.peek()
        mention = option.mention if option is not None else None
        if mention is None or mention.items or not found.article or found.more:
            return False
        single = base.id in self.new and base.qty == 1 and self.target == [base.id]
        return single and bool(base.choices) and self.completes(mention)

    def counts_it(self, found: Determiner, base: CartLine, *, joined: bool) -> bool:
        """“Sweet potato fries, *two large ones*”: how many there are of what was just named, where
        that was not said yet."""
        told = found.count is None or found.refers or found.more or joined
        if not told and self.answers_with_count(found, base):
            self.set_qty(base.id, found.count or 1)
            self.new.append(base.id)
            self.apposed.add(base.id)
            return True
        if told or self.open_at is not None or [base.id] != self.target or not self.just_written():
            return False
        if base.id in self.counted or base.id not in self.called:
            return False
        self.set_qty(base.id, found.count or 1)
        self.apposed.add(base.id)
        return True

    def answers_with_count(self, found: Determiner, base: CartLine) -> bool:
        """“Some tacos.” Which protein? “*Three chicken*”: of one, by what had to be chosen."""
        option = self.peek_past({Kind.TO, Kind.WITH, Kind.ARTICLE})
        mention = option.mention if option is not None else None
        single = base.qty == 1 and (found.count or 1) > 1 and [base.id] == self.target
        chosen = mention is not None and self.exclusive_for(mention, base)
        return self.choosing and single and chosen and base.id not in self.new

    def one_of_two(self, found: Determiner, base: CartLine) -> bool:
        """True where a single dish must be made of another such part, which is named next."""
        part = self.peek()
        mention = part.mention if part is not None else None
        single = base.id in self.new and base.qty == 1 == found.count and not found.more
        return (
            single and mention is not None and bool(base.choices) and self.has_room(base, mention)
        )

    def owned_of(self, base: CartLine) -> bool:
        """“Lamb chops for us both, *hers* well done, *mine* medium”: one line for each of them."""
        same = [i for i in self.new if self.cart.line(i) and self.line(i).item_id == base.item_id]
        free = [i for i in same if i not in self.owned]
        if free:
            self.speak_of(free[:1])
        elif len(same) == 1 and base.qty == 1:
            self.write_another(1)
        else:
            return False
        self.owned.add(self.target[-1])
        return True

    def refuse_option(self, lexeme: Lexeme) -> None:
        """An option that is on the menu, and not for this dish."""
        line = self.cart.line(self.target[-1]) if self.target else None
        named = lexeme.mention is not None and any(r.coverage == 1 for r in lexeme.mention.readings)
        if line is not None and is_note(lexeme.text):
            self.grant(Wish(Kind.NOTE, text=lexeme.text))
        elif line is not None and named and lexeme.text.lower() not in HARMLESS:
            self.trouble(TroubleKind.NO_OPTION, text=lexeme.text, item_id=line.item_id)

    def is_another(self, found: Determiner, *, joined: bool) -> bool:
        """“Two large cokes and one small one” are three; “two cokes, one large” are two."""
        base = self.cart.line(self.focus.base)
        count = found.count if found.count is not None else (1 if found.article else None)
        if base is None or count is None or found.refers:
            return False
        if found.more:
            return self.shared_out or not self.shares or base.id not in self.new
        if base.id not in self.new:  # "and one small one", said after the large one
            led = self.peek_past(WISHING) if self.kind() is Kind.WITH else None
            run = [led] if led is not None else self.run_of()
            named = [x.mention for x in run if x.mention is not None]
            fits = any(self.exclusive_for(mention, base) for mention in named)
            return self.adding and not self.new and base.qty == 1 and fits
        if base.id in self.kinds and self.chosen_otherwise(base, least=1):
            return True  # "two cokes, one diet coke", of one menu's soda
        way = self.peek_past({Kind.TO, Kind.WITH, Kind.ARTICLE})
        other = way.mention if way is not None and base.id in self.apposed else None
        if other is not None and self.otherwise_of(base, other, {c.group_id for c in base.choices}):
            return True  # "tacos, three on flour and *two on corn*"
        lexeme = self.peek()
        mention = lexeme.mention if lexeme is not None else None
        made = self.premade.get(base.id, set())
        fresh = not (self.sharing or self.fix)  # and not "a small, *no wait, a large one*"
        if fresh and mention is not None and self.otherwise_of(base, mention, made):
            return True  # "two pints of beer, *a half pint*" are three
        if fresh and mention is not None and self.told_anew(base, mention, made):
            return True  # "five large pies, two *large* with pepperoni" are seven
        if count == base.qty and mention is not None and self.has_room(base, mention):
            return False  # "the two taco combo, one asada and one lengua"
        rest = self.sharing and self.shares and not self.shared_out
        if count == base.qty and not rest and self.chosen_otherwise(base):
            return True  # "a honeydew tea, a large taro one"
        last = base.id == self.new[-1] and not self.sharing
        told = base.qty == 1 == found.count and base.id in self.counted and bool(base.choices)
        return count > base.qty or (last and (joined or told))  # "one with ham, one with olives"

    def told_anew(self, base: CartLine, mention: Mention, made: Set[str]) -> bool:
        """True where it says once more what was said before the dish's name, and which a share of
        them has anyway, and then how else this one is made."""
        chosen = {(c.group_id, c.id) for c in base.choices if c.group_id in made}
        again = {(r.group.id, r.modifier.id) for r in mention.readings if r.coverage == 1}
        return bool(chosen & again) and self.kind(1) in WISHING

    def tells_apart(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“Four döner: two veal, *two chicken*”, also where a dish is called so: as the share
        before it, or the one after it, was told from the rest."""
        base = self.cart.line(self.focus.base)
        count = found.count or 1
        if base is None or base.id not in self.new or self.shared_out or found.more:
            return False
        item = self.item(base.item_id)
        ways = [self.exclusively(x.mention, item) if x.mention else set() for x in run]
        named = set().union(*ways)
        if not all(ways) or count > base.qty:
            return False
        siblings = [o for i in self.shares if (o := self.cart.line(i)) is not None]
        siblings = [o for o in siblings if o.item_id == base.item_id]
        told = {c.group_id for o in siblings for c in o.choices if c not in base.choices}
        if told & named:
            return True
        return base.qty > 1 and count < base.qty and self.share_follows(item, named)

    def share_follows(self, item: Item, groups: Set[str]) -> bool:
        """True where a number and another option of `groups` come later in the sentence."""
        ahead = self.lexemes[self.at + 1 :]
        end = next((n for n, x in enumerate(ahead) if x.kind is Kind.STOP), len(ahead))
        return any(
            number.kind in (Kind.NUMBER, Kind.ARTICLE, Kind.OTHER)
            and part.mention is not None
            and bool(groups & self.exclusively(part.mention, item))
            for number, part in pairwise(ahead[:end])
        )

    def split_open(self, found: Determiner) -> None:
        """“Three tacos, one without onion”: which tacos is open, and one of them is special."""
        assert self.open_at is not None, "the caller has checked it"
        point = self.heard.opens[self.open_at]
        count = found.count if found.count is not None else (1 if found.article else None)
        if count is None or count >= point.qty or found.both or len(self.heard.opens) >= MAX_OPEN:
            return
        self.heard.opens[self.open_at] = with_(point, qty=point.qty - count)
        self.heard.opens.append(with_(point, qty=count))
        self.open_at = len(self.heard.opens) - 1

    def parts_follow(self, run: Sequence[Lexeme], found: Determiner) -> bool:
        """True where what follows is about a line that is there: "one without basil", "both
        large"."""
        if not self.target_lines(found) and self.open_at is None:
            return False
        readings = [x for x in run if x.mention is not None and x.mention.readings]
        words = [x for x in run if x.kind is Kind.WORD]
        able = self.usable if self.open_at is not None else self.reading_lines
        fits = any(x.mention is not None and able(x.mention) for x in readings)
        if readings and found.any and not fits:
            return False  # "and a litre of wine", said after the pasta
        if readings and not fits and self.listed_as(run) is not None:
            return False
        return bool(readings and not words) or (
            not run
            and (
                self.kind() in WISHING
                or self.kind() in (Kind.NOTE, Kind.BE)
                or (found.any and self.made_on())
            )
        )

    def answers_choice(self, lexeme: Lexeme, *, joined: bool) -> bool:
        """“Slaw *and beans*” to "which sides?": until so many as are needed have been named."""
        mention = lexeme.mention
        if mention is None or not self.usable(mention):
            return False
        said = [t.word for t in self.words[: lexeme.start]][-2:]
        if said in (["order", "of"], ["basket", "of"]) and not self.completes(mention):
            return False  # "and *an order of* onion rings", to "which drink?": a dish of its own
        if mention.whole and mention.items and not mention.generic and self.is_of_another(mention):
            return False  # "*eight spring rolls*", where one may come "instead of the egg roll"
        return not joined or self.completes(mention) or self.base_lacks(mention)

    def base_lacks(self, mention: Mention) -> bool:
        """“Two cola *and one shake*”, to "which drink?" of three combos: one is left."""
        base = self.cart.line(self.focus.base)
        if base is None:
            return False
        chosen = {c.group_id for c in base.choices}
        named = [r for r in mention.readings if r.coverage == 1 and r.group.min > 0]
        able = self.applicable(named, self.item(base.item_id))
        return any(not r.group.default and r.group.id not in chosen for r in able)

    def of_those_made(self, found: Determiner) -> bool:
        """“The prawn ones steamed”, “a chop suey, *the chicken one*”."""
        lexeme = self.peek()
        if lexeme is None or lexeme.mention is None or not self.ones(lexeme):
            return False
        if self.names_open(lexeme.mention):
            return False  # "a toastie, *the three cheese one*": which of the dishes it is
        lines = self.lines_made(found, lexeme)
        if not lines and found.definite and self.completes(lexeme.mention):
            self.grant(self.named_wish(lexeme.mention, None, None))
            self.wishes()
            return True
        if not lines and found.definite and self.kind(1) is Kind.MAKE:
            named = self.lines_of(lexeme.mention) or self.lines_called(lexeme.text)
            lines = [line.id for line in named]
        if not lines:
            return False
        start = self.at
        self.take()
        self.speak_of(lines)
        if self.kind() is Kind.MAKE:
            return True  # "*the meatball one*, make it a half"
        if self.kind() is Kind.BE:
            self.take()
        self.lingering = Kind.WITH
        self.wishes()
        self.at = start if self.at == start + 1 else self.at
        return self.at > start

    def note(self) -> None:
        start = self.at
        self.wishes()  # "cut in squares, on the margherita"
        if self.at == start:
            self.grant(Wish(Kind.NOTE, text=self.take().text))
        self.heard.understood = True
