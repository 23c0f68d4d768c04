"""How a dish is made: "with", "without", "extra", notes; and of which line it is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace as with_

from agent.cart import CartLine
from agent.hearing.pad import MAX_OPEN
from agent.hearing.points import TroubleKind, Wish
from agent.hearing.reader import BREAKS, WISHING, Determiner, Reader
from agent.hearing.wishes import HARMLESS, removes
from agent.language import fold, stem, tokens
from agent.lexemes import Kind, Lexeme, is_note
from agent.matching import NEGATIONS, Mention
from domain.menu import ModifierGroup

__all__ = ["Parts"]


class Parts(Reader):
    """Wishes, and the lines that words refer to."""

    def wishes(self) -> None:
        """Everything about the target that follows from here: with, without, extra, notes."""
        wishes: list[Wish] = []
        self.gathered, self.counting = wishes, False
        apart = 0
        while (wish := self.next_wish()) is not None:
            apart = len(wishes) if self.clause else apart
            wishes.append(wish)
        if not wishes:
            return
        self.unwished = self.cart
        if self.directs():
            # "… on brown bread, no tomatoes on both": only the last clause is for both
            apart = max(apart, len(wishes) - 1) if self.kind() is Kind.IT else apart
            if len(self.target) > 1 and self.kind() is Kind.TO:
                apart = max(apart, len(wishes) - 1)  # "both medium, thin crust on the hawaiian"
            for wish in wishes[:apart]:
                self.grant(wish)
            wishes = wishes[apart:]
            self.redirect()
        for wish in wishes:
            self.grant(wish)
        self.heard.understood = True

    def directs(self) -> bool:
        """“… on the first”, “both”, “them both”, “with both of those”."""
        before_both = self.kind() in (Kind.WITH, Kind.IT) and self.kind(1) is Kind.BOTH
        return self.kind() in (Kind.TO, Kind.BOTH) or before_both

    def redirect(self) -> None:
        """“… to the diavola”, “… on both”: the wishes are for another line."""
        if not self.directs():
            return
        start = self.at
        if self.kind() is not Kind.BOTH:
            self.take()
        if self.open_at is not None and self.kind() is Kind.NUMBER:
            self.split_open(self.determiner())
            return
        targets = self.reference()
        if targets:
            self.speak_of(targets)
        else:
            self.at = start

    def next_wish(self) -> Wish | None:
        start = self.at
        broke = comma = False
        while self.kind() in (Kind.AND, Kind.COMMA):
            broke = True
            comma = self.take().kind is Kind.COMMA
        self.clause = comma and self.begins_wish()
        counted = self.kind() is Kind.ARTICLE or (self.counting and self.kind() is Kind.NUMBER)
        if broke and counted and self.adds_on(ahead=1, comma=comma):
            self.take()  # "… and an extra shot"
        if not broke and self.target and self.made_on():
            self.take()  # "… on white bread", "… on a plain bagel"
            if self.kind() in (Kind.ARTICLE, Kind.THE):
                self.take()
        self.skip_size()
        self.skip_group()
        wish = self.wish_here(broke=broke)
        if wish is None:
            self.at = start
        return wish

    def skip_group(self) -> None:
        """“With the *egg* scrambled”: what the options are of, before the option."""
        skip = next((n for n in range(4) if not self.leads_wish(n)), 0)
        name, option = self.peek(skip), self.peek(skip + 1)
        if not skip or name is None or option is None or name.mention is None:
            return
        called = {stem(t.word) for t in tokens(name.text)}
        usable = self.usable(option.mention) if option.mention is not None else ()
        if any(
            r.coverage == 1
            and any(called == {stem(t.word) for t in tokens(n)} for n in _names(r.group))
            for r in usable
        ):
            self.at += skip + 1
            self.lingering = Kind.WITH

    def leads_wish(self, ahead: int) -> bool:
        lexeme = self.peek(ahead)
        kinds = (Kind.WITH, Kind.THE)
        return lexeme is not None and (lexeme.kind in kinds or lexeme.text == "with the")

    def skip_size(self) -> None:
        """“… and a *large* coke”, where the coke completes a combo that has but one size of it."""
        skip = int(self.kind() is Kind.ARTICLE)
        size, drink = self.peek(skip), self.peek(skip + 1)
        if size is None or drink is None or size.mention is None or drink.mention is None:
            return
        if size.mention.items or self.usable(size.mention) or not self.completes(drink.mention):
            return
        self.at += skip + 1
        target = self.line(self.target[-1]) if self.target else None
        if target is not None:
            self.trouble(TroubleKind.NO_OPTION, text=size.text, item_id=target.item_id)

    def begins_wish(self) -> bool:
        """“No onions”, “with olives”, also where "no onions" is one name on the menu."""
        lexeme = self.peek()
        if lexeme is None or self.kind() in WISHING:
            return lexeme is not None
        return lexeme.kind is Kind.MENTION and fold(lexeme.text.split()[0]) in NEGATIONS

    def wish_here(self, *, broke: bool) -> Wish | None:
        said = self.said_polarity()
        if self.kind() is Kind.BOTH and self.whole_group():
            self.take()
            named = self.take()
            readings = named.mention.readings if named.mention is not None else ()
            return Wish(Kind.WITH, readings, named.text, all=True)
        if self.kind() is Kind.NOTE:
            return self.noted()
        if said is not None and self.kind() is Kind.COMMA and self.goes_on():
            self.take()  # "with, erm, buckwheat"
        if said is not None and self.kind() in (None, *BREAKS, Kind.AND):
            return self.as_before(said)
        if said is None and self.says_extra():
            self.lingering = Kind.WITH  # the word is part of the option's name
        polarity = said or self.lingering
        self.take_apart()
        lexeme = self.peek()
        if lexeme is None:
            return None
        if lexeme.mention is not None:
            if not self.is_wish(lexeme.mention, polarity, explicit=said is not None, broke=broke):
                return None
            return self.named_wish(lexeme.mention, polarity, said)
        if lexeme.kind is Kind.WORD and polarity is not None and (said or broke):
            return self.word_wish(polarity)
        return None

    def goes_on(self) -> bool:
        """After a hesitation comes a part of the dish, and no other dish."""
        lexeme = self.peek(1)
        mention = lexeme.mention if lexeme is not None else None
        return mention is not None and not mention.items and bool(self.usable(mention))

    def noted(self) -> Wish:
        """A note; “caramel *on one half*, lemon on the other” is none where halves are chosen."""
        text, last = self.take().text, self.gathered[-1] if self.gathered else self.last_wish
        halves = last is not None and any(
            r.group.min
            and (r.group.max > 1 or any(o.group.min and o.group.id != r.group.id for o in alike))
            for r in last.readings
            if (alike := [o for o in last.readings if o.modifier.id == r.modifier.id])
        )
        if last is not None and halves and _OF_A_HALF.search(text):
            return last if any(r.group.max > 1 for r in last.readings) else Wish(Kind.NOTE)
        return Wish(Kind.NOTE, text=text)

    def whole_group(self) -> bool:
        """“*All sauces*”: the name that several options of a group share."""
        every, lexeme = self.peek(), self.peek(1)
        if every is None or not every.text.startswith("all") or lexeme is None:
            return False
        usable = self.usable(lexeme.mention) if lexeme.mention is not None else ()
        groups = {r.group.id for r in usable if r.group.max > 1 and not r.group.removes}
        return len(groups) == 1 and len(usable) > 1 and all(r.coverage < 1 for r in usable)

    def said_polarity(self) -> Kind | None:
        """“With”, “without”, “extra” and the small words after them."""
        said = self.polarity_word(None)
        skipped = {Kind.THE, Kind.SOME, Kind.MORE}
        if said is not None:
            skipped |= {Kind.ARTICLE, Kind.NUMBER, Kind.JUST}
        while (said or self.lingering) and self.kind() in skipped and not self.next_one():
            self.counting = self.take().kind is Kind.NUMBER or self.counting
        return self.polarity_word(said)

    def next_one(self) -> bool:
        """“… and *another one* with fries”: no part of this one."""
        return self.kind() is Kind.MORE and self.kind(1) in WISHING

    def polarity_word(self, said: Kind | None) -> Kind | None:
        """The last of "with", "without", "extra" here; nothing takes a "without" back."""
        while self.kind() in WISHING:
            before = self.lexemes[self.at - 1].text if self.at else ""
            kind = self.take().kind
            if before.startswith("neither") and kind is Kind.WITH:
                kind = Kind.WITHOUT
            said = Kind.WITHOUT if said is Kind.WITHOUT else kind
        return said

    def as_before(self, said: Kind) -> Wish | None:
        """“One with basil and one without”: without what was just spoken of."""
        last = self.last_wish
        return Wish(said, last.readings, last.text) if last is not None else None

    def turns(self, mention: Mention) -> bool:
        """“No onions, *medium rare*”, “extra cheese, *balsamic dressing*”: the last "no" or "extra"
        ends where one of a group must be taken."""
        usable = self.usable(mention)
        widest = max((r.width for r in usable), default=0)
        chosen = [r for r in usable if r.width == widest and not removes(r)]
        if len(chosen) < sum(r.width == widest for r in usable):
            return False
        before = self.gathered[-1] if self.gathered else None
        taken_away = before is not None and any(removes(r) for r in before.readings)
        return bool(usable) and (taken_away or all(r.group.min == 1 == r.group.max for r in chosen))

    def named_wish(self, mention: Mention, polarity: Kind | None, said: Kind | None) -> Wish:
        lexeme = self.take()
        if self.says_no(lexeme):
            polarity = Kind.WITHOUT
        elif polarity is not said and polarity is not None and self.turns(mention):
            polarity = Kind.WITH
        self.lingering = polarity
        after = self.peek()
        if polarity is not None and after is not None and _trails(after):
            self.take()  # "tomato sauce", where the menu knows tomatoes only
            readings = mention.readings if polarity is Kind.WITHOUT else ()
            return Wish(polarity, readings, f"{lexeme.text} {after.text}")
        return Wish(polarity or Kind.WITH, mention.readings, lexeme.text)

    def says_no(self, lexeme: Lexeme) -> bool:
        """“No gravy” as one name of what a group takes away."""
        negated = fold(lexeme.text.split()[0]) in NEGATIONS
        readings = lexeme.mention.readings if lexeme.mention is not None else ()
        return negated and any(r.group.removes or (r.negated and r.coverage == 1) for r in readings)

    def says_extra(self, ahead: int = 0) -> bool:
        lexeme = self.peek(ahead)
        return lexeme is not None and lexeme.text.lower().startswith("extra ")

    def adds_on(self, ahead: int, *, comma: bool) -> bool:
        """“… and a fried egg”, “… and a root beer” where the combo still lacks its drink. “Two
        jarritos, a lime …” gives but one of them its lime."""
        lexeme = self.peek(ahead)
        mention = lexeme.mention if lexeme is not None else None
        if self.says_extra(ahead) or mention is None:
            return mention is not None
        single = len(self.target) == 1 and self.line(self.target[0]).qty == 1
        optional = any(
            r.coverage == 1 and (r.group.min == 0 or r.group.max > 1) for r in self.usable(mention)
        )
        if self.completes(mention):
            return single or not comma
        return single and optional and not mention.items

    def completes(self, mention: Mention) -> bool:
        """True where the dish in focus must still be chosen so."""
        return any(
            r.coverage == 1 and r.group.min > 0 and not r.group.default and not self.taken_up([r])
            for r in self.usable(mention)
        )

    def word_wish(self, polarity: Kind) -> Wish | None:
        run = self.run_of()
        words = [x for x in run if x.kind is Kind.WORD]
        if (
            any(x.mention is not None and x.mention.items for x in run)
            and polarity is not Kind.WITHOUT
        ):
            return None
        taken = 0
        while taken < len(run) and run[taken].kind is Kind.WORD:
            taken += 1
        self.at += taken
        self.lingering = polarity
        return Wish(polarity, (), " ".join(x.text for x in words[:taken]))

    def is_wish(
        self, mention: Mention, polarity: Kind | None, *, explicit: bool, broke: bool
    ) -> bool:
        after = self.lexemes[self.at + 1] if self.at + 1 < len(self.lexemes) else None
        follows = after.mention if after is not None else None
        if follows is not None and follows.whole and self.part_of(mention, follows):
            return False  # "…, and a large coke": it belongs to the next dish
        usable = self.usable(mention)
        if self.choosing and usable:
            return True
        if polarity is Kind.WITHOUT and explicit:
            return not self.cancels(mention)
        if explicit:
            return bool(usable) or not mention.items or mention.weak
        if not usable:
            return False
        if self.completes(mention):
            return True
        if broke and mention.items and not explicit and self.taken_up(usable):
            return False  # "with dumplings and fries": one side is chosen, so the fries are a dish
        if polarity is Kind.WITHOUT and mention.items:
            return removes(max(usable, key=lambda r: (r.width, r.coverage)))
        if polarity is not None or not mention.items:
            return True
        return not mention.whole and (not broke or any(r.coverage == 1 for r in usable))

    def cancels(self, mention: Mention) -> bool:
        """“… and no bacon burger”: a dish that was ordered, and no part of this one."""
        width = mention.end - mention.start
        part = any(r.coverage == 1 and r.width == width for r in self.usable(mention))
        return mention.whole and not mention.generic and bool(self.lines_of(mention)) and not part

    def pre_wishes(self, pre: Sequence[Lexeme]) -> list[Wish]:
        return [
            Wish(
                Kind.EXTRA if n and pre[n - 1].kind is Kind.EXTRA else Kind.WITH,
                x.mention.readings,
                x.text,
            )
            for n, x in enumerate(pre)
            if x.mention is not None
        ]

    def part(self, found: Determiner, *, joined: bool) -> None:
        """A share of the last line, or all of it, and what it is to be made with."""
        self.heard.understood = True
        self.lingering = None
        if self.is_another(found, joined=joined):
            self.write_another(found.count or 1)
        elif self.open_at is None:
            self.speak_of(self.said_so(found) or self.able(self.part_lines(found)))
        else:
            self.split_open(found)
        if self.kind() is Kind.BE or self.made_on():
            self.take()
        start = self.at
        self.wishes()
        if self.at == start and self.kind() is Kind.MENTION:
            self.refuse_option(self.take())

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
        if found.more and base.id in self.new:
            return True
        if base.id not in self.new:  # "and one small one", said after the large one
            lexeme = self.peek()
            fits = (
                lexeme is not None
                and lexeme.mention is not None
                and self.exclusive_for(lexeme.mention, base)
            )
            return self.adding and not self.new and base.qty == 1 and fits
        return count > base.qty or (joined and base.id == self.new[-1] and not self.sharing)

    def exclusive_for(self, mention: Mention, line: CartLine) -> bool:
        item = self.item(line.item_id)
        return any(r.group.max == 1 for r in self.applicable(mention.readings, item))

    def able(self, line_ids: list[str]) -> list[str]:
        """The lines meant, or where their dishes cannot have what follows, the last that can."""
        lexeme = self.peek()
        if lexeme is None or lexeme.mention is None or set(line_ids) & set(self.new):
            return line_ids
        able = self.reading_lines(lexeme.mention)
        return line_ids if set(line_ids) & set(able) or not able else able[-1:]

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

    def part_lines(self, found: Determiner) -> list[str]:
        if found.every:
            return [line.id for line in self.cart.lines]
        if found.both:
            return self.all_of(found.count)
        if found.ordinal:
            return [self.ordinal_line(found.ordinal)]
        base = self.cart.line(self.focus.base) or self.cart.line(self.focus.last)
        if base is None:
            return [line.id for line in self.cart.lines[-1:]]
        if found.other:
            return [base.id]
        count = found.count if found.count is not None else (1 if found.article else None)
        if count is None or found.definite:
            return list(self.target or [base.id])
        return [self.split(self.able_base(base), count)]

    def able_base(self, base: CartLine) -> CartLine:
        """“One's to be chocolate”, said after the pie: of the shakes before it."""
        lexeme = self.peek_past({Kind.BE})
        mention = lexeme.mention if lexeme is not None else None
        named = [r for r in mention.readings if r.coverage == 1] if mention is not None else []
        if base.id in self.new or not named or self.applicable(named, self.item(base.item_id)):
            return base
        able = [o for o in self.cart.lines if self.applicable(named, self.item(o.item_id))]
        return able[-1] if able else base

    def said_so(self, found: Determiner) -> list[str]:
        """“So one strawberry, one chocolate”, after the two were told apart: said once more."""
        lexeme = self.peek()
        mention = lexeme.mention if lexeme is not None else None
        if not self.shares or mention is None or found.refers:
            return []
        count = found.count if found.count is not None else 1
        shares = {self.line(i).item_id for i in self.shares if self.cart.line(i) is not None}
        chosen = {(r.group.id, r.modifier.id) for r in mention.readings if r.coverage == 1}
        return [
            line.id
            for line in self.cart.lines
            if line.item_id in shares
            and line.qty == count
            and any((c.group_id, c.id) in chosen for c in line.choices)
        ][-1:]

    def ordinal_line(self, ordinal: int) -> str:
        """“The first one …, the second one …” share out a line of two, one by one."""
        base = self.cart.line(self.focus.base)
        if ordinal not in self.ordinals:
            shared = base is not None and base.id not in self.ordinals.values()
            if self.ordinals and shared and base is not None:
                self.ordinals[ordinal] = self.split(base, 1)
            else:
                self.ordinals[ordinal] = self.nth(self.ordered(), ordinal).id
        return self.ordinals[ordinal]

    def target_lines(self, found: Determiner) -> list[str]:
        if found.both or found.other:
            return self.focused()
        base = self.cart.line(self.focus.base) or self.cart.line(self.focus.last)
        return [base.id] if base is not None else [line.id for line in self.cart.lines[-1:]]

    def parts_follow(self, run: Sequence[Lexeme], found: Determiner) -> bool:
        """True where what follows is about a line that is there: "one without basil", "both
        large"."""
        if not self.target_lines(found) and self.open_at is None:
            return False
        readings = [x for x in run if x.mention is not None and x.mention.readings]
        words = [x for x in run if x.kind is Kind.WORD]
        fits = any(x.mention is not None and self.reading_lines(x.mention) for x in readings)
        if readings and found.any and self.open_at is None and not fits:
            return False  # "and a litre of wine", said after the pasta
        return bool(readings and not words) or (
            not run
            and (
                self.kind() in WISHING
                or self.kind() in (Kind.NOTE, Kind.BE)
                or (found.any and self.made_on())
            )
        )

    def made_on(self) -> bool:
        """“One *on brown bread*”: a part of the dish, and not another dish."""
        skip = 2 if self.kind(1) in (Kind.ARTICLE, Kind.THE) else 1
        to, lexeme = self.peek(), self.peek(skip)
        if to is None or to.kind is not Kind.TO or lexeme is None or lexeme.mention is None:
            return False
        usable = self.usable(lexeme.mention)
        if lexeme.mention.items and lexeme.mention.whole:  # "on brown", which is a sauce, too
            return to.text in ("on", "in") and any(r.coverage == 1 and r.group.min for r in usable)
        return bool(usable)

    def chosen_part(self, lexeme: Lexeme) -> bool:
        return lexeme.mention is not None and bool(self.usable(lexeme.mention))

    def refer(self, found: Determiner, lines: Sequence[CartLine], wishes: Sequence[Wish]) -> None:
        """“The margherita”, “one of the margheritas”, “the second pizza”."""
        exact = [line for line in lines if self.has_all(line, wishes)]
        chosen = list(exact or lines)
        rest = [] if exact else list(wishes)
        if found.ordinal:
            chosen = [self.nth(chosen, found.ordinal)]
        elif found.count is not None and (found.share or not found.definite) and not found.both:
            chosen = [self.share_of(chosen[-1], found.count)]
        elif not found.both and len(chosen) > 1 and not exact and not wishes:
            chosen = [line for line in chosen if not line.choices][:1] or chosen[:1]
        if self.only and self.fix and not wishes:
            for line in self.cart.lines:  # "actually only the margheritas"
                if line not in chosen:
                    self.drop(line.id)
        self.speak_of([line.id for line in chosen])
        for wish in rest:
            self.grant(wish)

    def reference(self, *, makes: bool = False) -> list[str]:
        """The lines that the next words refer to; empty, and nothing read, where they don't."""
        start = self.at
        if self.kind() is Kind.IT and self.kind(1) is not Kind.MENTION:
            if self.take().text in ("them", "those", "these"):
                return self.focused()
            last = [i for i in self.target if self.cart.line(i) is not None]
            return last or self.focused()[-1:] or [line.id for line in self.cart.lines[-1:]]
        if self.kind() is Kind.IT:
            self.take()
        found = self.determiner()
        run = self.run_of()
        head = self.head_of(run)
        if head is not None and (mention := run[head].mention) is not None:
            lines = self.lines_of(mention)
            if not lines and found.definite:
                lines = self.lines_called(run[head].text)
            if (
                lines
                and not (found.article and makes)
                and not (
                    makes
                    and found.count is not None
                    and not found.refers
                    and self.kind_after(head) is None
                )
            ):
                self.at += head + 1
                self.refer(found, lines, self.pre_wishes(run[:head]))
                return list(self.target)
        elif self.cart.lines and (
            found.share
            or found.both
            or found.other
            or found.ordinal
            or (found.count is not None and not run and not makes)
        ):
            return self.part_lines(found)
        self.at = start
        return []

    def lines_called(self, text: str) -> list[CartLine]:
        """“The naan”, where the one naan in the order is a garlic naan."""
        words = {stem(t.word) for t in tokens(text)}
        called = [
            line
            for line in self.cart.lines
            if words <= self.lexicon.words_of(self.item(line.item_id))
        ]
        return called if len(called) == 1 else []

    def kind_after(self, head: int) -> Kind | None:
        return self.kind(head + 1)

    def note(self) -> None:
        wish = Wish(Kind.NOTE, text=self.take().text)
        self.grant(wish)
        self.heard.understood = True


_OF_A_HALF = re.compile(r"\b(?:half|side|other)\b")


def _names(group: ModifierGroup) -> tuple[str, ...]:
    return group.name, *group.names.values()


def _trails(after: Lexeme) -> bool:
    """A word that makes something else of the one before: "garlic *sauce*"."""
    if after.mention is None:
        return after.kind is Kind.WORD
    return bool(after.mention.items) and not after.mention.whole and not after.mention.readings
