"""One wish after the other, as it is said: "with", "without", "extra", notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.foods import is_a_food_at_all
from agent.hearing.degrees import qualified
from agent.hearing.describing import names_of
from agent.hearing.points import TroubleKind, Wish
from agent.hearing.reader import BREAKS, WHOSE, WISHING
from agent.hearing.refusing import Refusing
from agent.hearing.wishes import removes
from agent.kitchen_notes import is_note
from agent.language import fold, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import NEGATIONS, Mention
from agent.small_words import SMALL_WORDS
from domain.menu import ModifierGroup

__all__ = ["Wishing"]


class Wishing(Refusing):
    """What a dish is to be made with."""

    def next_wish(self) -> Wish | None:
        if self.aside:
            text, self.aside = self.aside, ""
            return Wish(Kind.NOTE, text=text)
        start = self.at
        self.skip_half()
        if self.gathered and self.kind() is Kind.ALSO and self.kind(1) in (*BREAKS, Kind.AND):
            self.take()  # "with an extra patty *on top of that*, and onion rings"
        broke = comma = False
        parted = ended = False
        self.as_small_word()
        while self.kind() in (Kind.AND, Kind.COMMA):
            broke = True
            comma = self.take().kind is Kind.COMMA
            parted, ended = parted or comma, ended or not comma
            self.as_small_word()
        apart = parted and self.attached and bool(self.gathered)  # "with ham, *olives* on both"
        apart = apart or (self.listed and not broke)  # "with slaw and fries *hot sauce* on both"
        self.listed = ended
        self.clause = (comma and self.begins_wish()) or apart
        self.attached = not parted and (self.attached or not self.gathered)
        counted = self.kind() is Kind.ARTICLE or (self.counting and self.kind() is Kind.NUMBER)
        portion = broke and counted and self.measures_next(ahead=1)
        if broke and counted and not portion and self.adds_on(ahead=1, comma=comma):
            self.take()  # "… and an extra shot"
        elif counted and not broke and self.another_part():
            self.take()  # "with one pepperoni *one hawaiian*"
        onto = not broke or self.says("with the") or self.on_or_in_it()
        if onto and self.target and self.made_on():
            if self.take().text == "with the" or broke:  # "… on white bread", "… on a plain bagel"
                self.lingering = Kind.WITH
            self.at += int(self.kind() in (Kind.ARTICLE, Kind.THE))
        if broke and (self.another_built() or self.dish_behind()):
            self.at = start
            return None
        self.skip_size()
        self.skip_group()
        if self.kind() in (Kind.THE, Kind.ARTICLE) and (self.is_told(1) or self.fills_in()):
            self.take()  # "onion bhaji to start and *the* madras as the main"
        wish = self.wish_here(broke=broke)
        if wish is None:
            self.at = start
        return wish

    def another_part(self) -> bool:
        """True where one more of what a single dish must be made of is counted."""
        part, count = self.peek(1), self.peek()
        single = len(self.target) == 1 and self.line(self.target[0]).qty == 1
        mention = (
            part.mention if part is not None and count is not None and count.value < 2 else None
        )
        return single and mention is not None and self.completes(mention)

    def skip_group(self) -> None:
        """“With the *egg* scrambled”: what the options are of, before the option."""
        skip = next((n for n in range(4) if not self.leads_wish(n)), 0)
        name, option = self.peek(skip), self.peek(skip + 1)
        if name is None or option is None or name.kind not in (Kind.MENTION, Kind.WORD):
            return
        called = {stem(t.word) for t in tokens(name.text)}
        usable = self.usable(option.mention) if option.mention is not None else ()
        if any(
            r.coverage == 1
            and any(called == {stem(t.word) for t in tokens(n)} for n in names_of(r.group))
            for r in usable
        ):
            self.at += skip + 1
            self.lingering = Kind.WITH

    def on_or_in_it(self) -> bool:
        """“…, and *in a bowl*, please”: one of several ways to have the dish, and no dish."""
        part = self.peek(1 + int(self.kind(1) is Kind.ARTICLE)) if self.says("on", "in") else None
        mention = part.mention if part is not None else None
        if mention is None or (mention.items and self.just_written() and self.made_on()):
            return mention is not None  # "…, *on garlic bread*", where that is sold alone, too
        return not mention.items and self.exclusively_usable(mention)

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
        of_it = self.completes(drink.mention) and not self.said_of_next(skip)  # "a *mild* bhuna"
        if size.mention.items or self.usable(size.mention) or not of_it:
            return
        self.at += skip + 1
        target = self.line(self.target[-1]) if self.target else None
        if is_note(size.text):
            self.aside = size.text.lower()  # "eggs scrambled *well done* bacon"
        elif target is not None:
            self.trouble(TroubleKind.NO_OPTION, text=size.text, item_id=target.item_id)

    def begins_wish(self) -> bool:
        """“No onions”, “with olives”, also where "no onions" is one name on the menu."""
        lexeme = self.peek()
        if lexeme is None or self.kind() in WISHING:
            return lexeme is not None
        return lexeme.kind is Kind.MENTION and _begins_with_no(lexeme.text)

    def wish_here(self, *, broke: bool) -> Wish | None:
        said = self.said_polarity()
        self.other_of_two()
        if self.kind() is Kind.BOTH and self.whole_group():
            self.take()
            named = self.take()
            readings = named.mention.readings if named.mention is not None else ()
            return Wish(Kind.WITH, readings, named.text, all=True)
        if (anyway := self.with_all_of_it()) is not None:
            return anyway
        if said is Kind.WITH and self.says("both") and (two := self.both_of_kind()):
            return two
        if self.kind() is Kind.NOTE:
            return self.noted()
        on_it = self.kind(1) is Kind.TO and self.kind(2) is Kind.IT
        if self.says("everything", "the lot") and (said is Kind.WITH or on_it):
            dressed = self.peek()
            option = dressed.mention if dressed is not None else None
            if option is not None and self.usable(option):
                return self.named_wish(option, Kind.WITH, said)
            self.at += 3 if on_it else 1
            return Wish(Kind.WITH, text="everything", all=True)
        if said is not None and self.goes_on(said):
            while self.kind() is Kind.COMMA:
                self.take()  # "with, erm, buckwheat"
        if said is not None and self.kind() in (None, *BREAKS, Kind.AND):
            return self.as_before(said)
        if said is None and self.says_extra():
            self.lingering = Kind.WITH  # the word is part of the option's name
        polarity = said or self.lingering
        self.take_apart()
        if said is Kind.WITH or (broke and self.just_written()):
            self.part_options(listed=said is None)
        if self.describes():
            self.take()  # "*grilled* shrimp", where but the chicken is called so
        lexeme = self.peek()
        if lexeme is None:
            return None
        if lexeme.mention is not None:
            if not self.is_wish(lexeme.mention, polarity, explicit=said is not None, broke=broke):
                return None
            return self.named_wish(lexeme.mention, polarity, said)
        if lexeme.kind is Kind.WORD and said is None and self.made_some_way(lexeme):
            return self.some_way()
        if lexeme.kind is Kind.WORD and polarity is not None and (said or broke):
            if said is None and (self.kind(1) in (Kind.ARTICLE, Kind.NUMBER) or self.gap(self.at)):
                return None  # "… without mayo, and Karl a brownie", "…, I know that's silly"
            return self.word_wish(polarity)
        return None

    def goes_on(self, said: Kind) -> bool:
        """After a hesitation comes a part of the dish, and no other dish."""
        lexeme = self.peek_past({Kind.COMMA})
        mention = lexeme.mention if lexeme is not None else None
        if self.kind() is not Kind.COMMA or mention is None or not self.usable(mention):
            return False
        return not mention.items or said is Kind.WITH

    def whole_group(self) -> bool:
        """“*All sauces*”: the name that several options of a group share."""
        every, lexeme = self.peek(), self.peek(1)
        if every is None or lexeme is None or not every.text.startswith(("all", "both")):
            return False
        usable = self.usable(lexeme.mention) if lexeme.mention is not None else ()
        groups = {r.group.id for r in usable if r.group.max > 1 and not r.group.removes}
        meant = len({r.modifier.id for r in usable})
        counted = meant == 2 if every.text.startswith("both") else meant > 1
        return len(groups) == 1 and counted and all(r.coverage < 1 for r in usable)

    def said_polarity(self) -> Kind | None:
        """“With”, “without”, “extra” and the small words after them."""
        self.excepting = False
        said = self.polarity_word(None)
        after = {Kind.ARTICLE, Kind.NUMBER, Kind.JUST} if said is not None else set[Kind]()
        skipped = {Kind.THE, Kind.SOME, Kind.MORE} | after
        while (said or self.lingering) and self.kind() in skipped and not self.next_one():
            self.counting = self.take().kind is Kind.NUMBER or self.counting
        return self.polarity_word(said)

    def next_one(self) -> bool:
        """“… and *another one* with fries”, “… *hers* without”, “… *the large one* in naan”: no
        part of this one."""
        told = self.peek(1) if self.kind() in (Kind.THE, Kind.MORE) else None
        another = told is not None and told.mention is not None and self.says("another")
        if another and told and told.mention and self.exclusively_usable(told.mention):
            return True  # "a large with pepperoni and *another large* just cheese"
        told = told if self.kind() is Kind.THE else None
        if told is not None and told.mention is not None and self.ones(told):
            return True
        if self.says("mine", "hers"):
            return True
        return self.kind(1) in WISHING and (self.kind() is Kind.MORE or self.says(*WHOSE))

    def polarity_word(self, said: Kind | None) -> Kind | None:
        """The last of "with", "without", "extra" here; nothing takes a "without" back."""
        while self.kind() in WISHING:
            before = self.lexemes[self.at - 1].text if self.at else ""
            taken = self.take()
            kind = taken.kind
            self.excepting = self.excepting or _ALL_BUT.match(taken.text) is not None
            if before.startswith("neither") and kind is Kind.WITH:
                kind = Kind.WITHOUT
            said = Kind.WITHOUT if said is Kind.WITHOUT else kind
        return said

    def turns(self, mention: Mention) -> bool:
        """“No onions, *medium rare*”, “extra cheese, *balsamic dressing*”: the last "no" or "extra"
        ends where one of a group must be taken."""
        usable = self.usable(mention)
        if self.kind() is Kind.INSTEAD and usable:
            return True  # "no rice, *beans instead*"
        widest = max((r.width for r in usable), default=0)
        chosen = [r for r in usable if r.width == widest and not removes(r)]
        if len(chosen) < sum(r.width == widest for r in usable):
            return False
        before = self.gathered[-1] if self.gathered else None
        taken_away = before is not None and any(removes(r) for r in before.readings)
        return bool(usable) and (taken_away or all(_must_be(r.group) for r in chosen))

    def named_wish(self, mention: Mention, polarity: Kind | None, said: Kind | None) -> Wish:
        lexeme = self.take_told()
        if polarity is Kind.WITHOUT and (refusal := self.refusal(lexeme, mention)) is not None:
            return refusal
        if self.says_no(lexeme):
            polarity = Kind.WITHOUT
        elif polarity is not said and polarity is not None and self.turns(mention):
            polarity = Kind.WITH
        self.lingering = polarity
        after = self.peek()
        follows = after.mention if after is not None else None
        if after is not None and after.start == lexeme.end:
            then = self.usable(follows) if follows is not None else ()
            step = qualified(self.usable(mention), then, after.text)
            if step and not (follows is not None and follows.items and follows.whole):
                self.take()  # the spicy of "medium spicy"
                return Wish(polarity or Kind.WITH, step, lexeme.text)
        own = polarity is Kind.WITH and follows is not None and self.changes_own(mention, follows)
        lacks = follows is not None and self.lacks_of_kind(mention, follows)
        if follows is not None and follows.whole and (lacks or own):
            self.take()  # the toast of "wheat toast"
            after, polarity = self.peek(), Kind.WITH
        elif after is not None and after.start == lexeme.end and self.heads(mention, after):
            self.take()  # the noodles of "firm noodles"
            after = self.peek()
        if polarity is not Kind.WITHOUT and (aside := self.served_aside(lexeme)):
            self.aside = f"{aside} on the side"
        if polarity is not None and after is not None and _trails(after):
            self.take()  # "tomato sauce", where the menu knows tomatoes only
            readings = mention.readings if polarity is Kind.WITHOUT else ()
            return Wish(polarity, readings, f"{lexeme.text} {after.text}")
        rest, self.excepting = self.excepting and polarity is Kind.WITHOUT, False
        if rest:
            return Wish(Kind.WITHOUT, mention.readings, lexeme.text, all=True)
        return Wish(polarity or Kind.WITH, mention.readings, lexeme.text)

    def says_no(self, lexeme: Lexeme) -> bool:
        """“No gravy”, “hold the gravy” as one name of what a group takes away."""
        readings = lexeme.mention.readings if lexeme.mention is not None else ()
        return _begins_with_no(lexeme.text) and any(
            r.group.removes or (r.negated and r.coverage == 1) for r in readings
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
        text = " ".join(x.text for x in words[:taken])
        if taken and self.tells_another(run[taken - 1], run[taken:]):
            text = f"{text} {self.take().text}"
        if polarity is Kind.WITHOUT and taken and (put_on := self.put_on_food(run[taken - 1])):
            return Wish(polarity, (), f"{text} {put_on}")
        if polarity is Kind.WITHOUT and self.refuses_another(text, None):
            return Wish(Kind.NOTE)
        if polarity is Kind.EXTRA and taken == 1 and text.lower().endswith("y"):
            return Wish(Kind.NOTE, text=f"extra {text}")  # "extra creamy"
        return Wish(polarity, (), text)

    def tells_another(self, word: Lexeme, rest: Sequence[Lexeme]) -> bool:
        """“With *truffle oil*”, where there is but chili oil: another food, and another oil."""
        part = rest[0].mention if rest and rest[0].start == word.end else None
        if part is None or part.items or not is_a_food_at_all(word.text.lower()):
            return False
        return all(0 < r.coverage < 1 for r in self.usable(part))

    def is_wish(
        self, mention: Mention, polarity: Kind | None, *, explicit: bool, broke: bool
    ) -> bool:
        if self.put_in_it(self.lexemes[self.at]):
            return True
        follows = self.dish_ahead(broke=broke)
        own = follows is not None and self.changes_own(mention, follows)
        own = own or (follows is not None and self.completes(mention))
        if own and explicit and polarity is Kind.WITH:
            return True  # "with rice, kids curry with naan", and no rice for the next
        if follows is not None:
            # "…, and a large coke": it belongs to the next dish, unless this one lacks just that
            taking = explicit and polarity is Kind.WITHOUT
            return not taking and self.lacks_of_kind(mention, follows)
        usable = self.usable(mention)
        if self.names_open(mention) and not explicit:
            return False  # "three pizzas: a hawaiian, …": which they are
        if (self.choosing and usable) or self.told_by_group(self.lexemes[self.at]):
            return True
        if polarity is Kind.WITHOUT and explicit:
            return not self.cancels(mention)
        if explicit:
            own = self.named_as_wide(mention, usable)
            return own or not mention.items or mention.weak or not mention.whole
        if not usable:
            return False
        if self.completes(mention):
            return True
        if broke and (self.fills_course(mention) or self.comes_anyway(mention)):
            return True
        width = mention.end - mention.start
        required = [r for r in usable if r.coverage == 1 and r.width == width and r.group.min > 0]
        listed = self.at > 0 and self.lexemes[self.at - 1].kind is Kind.COMMA
        if listed and required and self.just_written() and not self.taken_up(required):
            return True  # "one kung pao shrimp, *white rice*", also where rice is sold alone
        if broke and self.goes_on_listing(usable, width):
            return True
        if broke and mention.items and not explicit and self.taken_up(usable):
            return False  # "with dumplings and fries": one side is chosen, so the fries are a dish
        if self.told_of_twins(mention):
            return True  # "the same for my son, also no onions *and the cheese*"
        if polarity is Kind.WITHOUT and mention.items:
            part = max(usable, key=lambda r: (r.width, r.coverage))
            return removes(part) and not (mention.whole and part.width < width)  # "onion rings"
        if broke and self.is_a_dish(mention, usable):
            return False  # "with cheddar, *onion rings*": more words than the dish's onions have
        if polarity is not None or not mention.items or self.rather_option(mention):
            return True
        if (
            mention.unsaid
            and not broke
            and any(r.coverage == 1 and r.width == width for r in usable)
        ):
            return True  # "… with steak *avocado* corn", where avocado toast is sold, too
        return not mention.whole and (not broke or any(r.coverage == 1 for r in usable))

    def dish_ahead(self, *, broke: bool) -> Mention | None:
        """The dish that what is read now is a part of, with all between: "*three pieces* of tuna
        sashimi"; None where none follows."""
        run = self.run_of()
        for n, lexeme in enumerate(run[1:], 1):
            dish = lexeme.mention
            if dish is None or (n > 1 and not broke):
                return None
            parts = [x.mention for x in run[:n]]
            if n > 1 and not all(self.can_be_full(m, dish) for m in parts):
                continue
            if n == 1 and self.tells_step(run[0], lexeme):
                return None
            clear = dish.whole or (broke and self.must_be_told(parts[0], dish))
            if clear and all(m is not None and self.part_of(m, dish) for m in parts):
                return dish
        return None

    def cancels(self, mention: Mention) -> bool:
        """“… and no bacon burger”: a dish that was ordered, and no part of this one; nor "the
        salmon pasta without salmon", which is called by what it is to be without."""
        width = mention.end - mention.start
        part = any(r.coverage == 1 and r.width == width for r in self.usable(mention))
        lines = [line.id for line in self.lines_of(mention)]
        part = part or (self.just_written() and lines == self.target)
        return mention.whole and not mention.generic and bool(lines) and not part

    def pre_wishes(self, pre: Sequence[Lexeme]) -> list[Wish]:
        wishes: list[Wish] = []
        for n, x in enumerate(pre):
            before = pre[n - 1] if n and pre[n - 1].end == x.start else None
            if x.mention is not None and before is not None and before.mention is not None:
                step = qualified(before.mention.readings, x.mention.readings, "")
                if step:  # "a *medium spicy* korma"
                    wishes[-1] = Wish(wishes[-1].kind, step, before.text)
                    continue
            if x.mention is not None:
                kind = Kind.EXTRA if n and pre[n - 1].kind is Kind.EXTRA else Kind.WITH
                kind = Kind.WITHOUT if self.says_no(x) else kind
                wishes.append(Wish(kind, x.mention.readings, x.text))
        return wishes

    def made_on(self) -> bool:
        """“One *on brown bread*”: a part of the dish, and not another dish."""
        skip = 2 if self.kind(1) in (Kind.ARTICLE, Kind.THE) else 1
        to, lexeme = self.peek(), self.peek(skip)
        if to is None or to.kind is not Kind.TO or lexeme is None or lexeme.mention is None:
            return False
        if self.ones(lexeme):
            return False  # "no nuts in the prawn one": another line, told by what it has
        usable = self.usable(lexeme.mention)
        if lexeme.mention.items and lexeme.mention.whole:  # "on brown", which is a sauce, too
            inside = to.text in ("on", "in") and self.kind(1) is not Kind.THE
            needed = any(r.coverage == 1 and (r.group.min or inside) for r in usable)
            return to.text in ("on", "in", "with the") and needed
        return bool(usable)


# “*Everything but* onions”: all there is of that kind, and not the onions.
_ALL_BUT = re.compile(r"(?:with )?(?:everything|the works|all) ")


def _begins_with_no(text: str) -> bool:
    """“*No* rice”, “*hold the* rice”, where all of it is a name on the menu."""
    words = fold(text).split()
    phrases = (tuple(words[:n]) for n in (1, 2))
    return words[0] in NEGATIONS or any(SMALL_WORDS.get(p) is Kind.WITHOUT for p in phrases)


def _trails(after: Lexeme) -> bool:
    """A word that makes something else of the one before: "garlic *sauce*"."""
    if after.mention is None:
        return after.kind is Kind.WORD
    return bool(after.mention.items) and not after.mention.whole and not after.mention.readings


def _must_be(group: ModifierGroup) -> bool:
    """True where one must be taken, and none is but by choice, or just one is."""
    return group.min > 0 and (group.min == 1 == group.max or not group.default)
