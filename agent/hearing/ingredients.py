"""Whether a noun phrase names a part of a dish: an option, a side, which of its kind it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.hearing.dishes import Dishes
from agent.hearing.points import OpenKind, Wish
from agent.hearing.reader import BREAKS, TELLING, Determiner
from agent.language import stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading
from domain.menu import Item

__all__ = ["Ingredients"]


MIN_LED = 2  # dishes that one size is said of before they are named


class Ingredients(Dishes):
    """Noun phrases that say how a dish is made."""

    def placed_on(self, run: Sequence[Lexeme]) -> bool:
        """“Oat milk in the coffee”: the part comes before the dish, which is there already."""
        start = self.at
        parts = [x for x in run if x.mention is not None and x.mention.readings]
        self.at += len(run)
        beside = self.kind() is Kind.WITH and self.kind(1) in (Kind.IT, Kind.THE)
        if not parts or len(parts) < len(run) or not (self.kind() is Kind.TO or beside):
            self.at = start
            return False
        definite = self.take().text.endswith(" the") or self.kind() in (Kind.THE, *TELLING)
        targets = self.reference() if definite else []
        if not targets:
            self.at = start
            return False
        self.speak_of(targets)
        for part in parts:
            assert part.mention is not None, "chosen so above"
            kind = Kind.WITHOUT if self.says_no(part) else Kind.WITH
            self.grant(Wish(kind, part.mention.readings, part.text))
        self.heard.understood = True
        return True

    def tells_onto(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“*A fried egg* on the third”: of which it is, is told after it."""
        beyond = self.kind(len(run) + 1) in TELLING
        return found.article and self.kind(len(run)) is Kind.TO and beyond

    def leads_list(self, run: Sequence[Lexeme]) -> bool:
        """“*Two liters*, I want a coke and a birch beer”, “*large*: a latte and a mocha”: a way to
        have all the dishes that are named next, and none of those before."""
        parts = [x.mention for x in run if x.mention is not None and not x.mention.items]
        if not run or len(parts) < len(run) or self.kind(len(run)) not in BREAKS:
            return False
        ahead = [x.mention for x in self.lexemes[self.at + len(run) :] if x.mention is not None]
        dishes = [m.items[0] for m in ahead if len(m.items) == 1 and m.whole]
        if len(dishes) < MIN_LED or any(self.usable(m) for m in parts) or self.open_at is not None:
            return False
        if not all(self.can_be(item, x) for item in dishes for x in run):
            return False
        self.early += [Wish(Kind.WITH, x.mention.readings, x.text) for x in run if x.mention]
        self.at += len(run)
        self.heard.understood = True
        return True

    def shares_part(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“Two pad thais, one *chicken*”: hardly the name of a dish, but of a way to make one."""
        mention = run[-1].mention
        pointed = bool(found.ordinal) or found.other or found.share or found.whose or found.both
        counted = found.count is not None or found.article or pointed
        at_hand = self.new or mention is None or mention.weak or found.of_these
        if mention is None or not counted or not at_hand:
            return False
        if self.tells_apart(found, run):
            return True
        width = mention.end - mention.start
        named = [r for r in self.usable(mention) if r.coverage == 1]
        if not {self.line(i).item_id for i in self.target} & {item.id for item in mention.items}:
            # "a pad thai and a *hot tea*": the tea is none of it, whatever can be hot
            named = [r for r in named if r.width == width]
        if mention.whole or not named:
            return self.must_choose(mention) or (pointed and bool(named))
        return not mention.items or any(r.group.min > 0 for r in named)

    def made_with(self) -> bool:
        """“All right, *eight with cheese*”, where another dish of that kind was offered."""
        lexeme = self.peek(1)
        mention = lexeme.mention if lexeme is not None and self.kind() is Kind.WITH else None
        if mention is None or self.asked is None or self.asked.kind is OpenKind.MANY:
            return False
        kinds = {self.item(i).category_id for i in self.asked.item_ids}
        return len(mention.items) == 1 and mention.items[0].category_id in kinds

    def corrects_part(self, found: Determiner, lexeme: Lexeme) -> bool:
        """“Wait, I said coke but I want *diet coke*”: what a combo was chosen with is corrected,
        and the combo stays."""
        mention = lexeme.mention
        beside = self.kind(2 if self.kind(1) in BREAKS else 1) is Kind.NOT  # "…, not regular"
        if mention is None or not (self.fix or beside) or self.adding or self.lines_of(mention):
            return False
        if (
            found.more
            or found.count not in (None, 1)
            or (found.any and self.fix != "strong" and not beside)
        ):
            return False
        able = [
            line.id
            for line in self.cart.lines
            if {c.group_id for c in line.choices}
            & {
                r.group.id
                for r in self.applicable(mention.readings, self.item(line.item_id))
                if r.coverage >= (0.5 if beside else 1) and r.group.max == 1
            }
        ]
        if able:
            self.speak_of([i for i in self.target if i in able] or able[-1:])
        return bool(able)

    def corrects_by_kind(self, run: Sequence[Lexeme]) -> bool:
        """“A denver omelette with wheat, I mean *rye toast*”, where toast is sold alone, too."""
        part = run[0].mention if len(run) > 1 else None
        dish = run[1].mention if len(run) > 1 else None
        if part is None or dish is None or part.items or not self.fix or self.adding:
            return False
        named = [r for r in self.usable(part) if r.coverage == 1 and r.group.max == 1]
        groups = {r.group.id for r in named if r.group.min and self.taken_up([r])}
        if not any(groups & set(item.modifier_group_ids) for item in dish.items):
            return False
        self.at += 2
        self.grant(Wish(Kind.WITH, tuple(r for r in named if r.group.id in groups), run[0].text))
        self.fix, self.heard.understood = "", True
        return True

    def must_choose(self, mention: Mention) -> bool:
        """“Two kormas, one *chicken*”: the dish that is shared out has to be made with one."""
        base = self.cart.line(self.focus.base)
        if base is None or base.id not in self.new:
            return False
        taken = {c.group_id for c in base.choices}
        another = bool(mention.items) and mention.whole and not mention.unsaid
        return any(
            r.coverage == 1 and r.group.min > 0 and not r.group.default and r.group.id not in taken
            for r in self.applicable(mention.readings, self.item(base.item_id))
            if not (another and mention.says_more_than(r, self.words))  # "one *mango lassi*"
        )

    def part_for(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“*Nutella* for the crêpe”, “gulab jamun as the sweet”: what a group of the dish in hand
        is called tells what the part is."""
        if not run or self.kind(len(run)) is not Kind.TO or not self.target or found.refers:
            return False
        at = self.at + len(run) + 1
        while at < len(self.lexemes) and self.lexemes[at].kind in (Kind.THE, Kind.ARTICLE):
            at += 1
        named = self.lexemes[at] if at < len(self.lexemes) else None
        line = self.cart.line(self.target[-1])
        mention = run[-1].mention
        if named is None or line is None or mention is None or found.count not in (None, 1):
            return False
        groups = [
            g.id
            for g in self.menu.groups_of(self.item(line.item_id))
            if any(_called(named.text, n) for n in (g.name, *g.names.values()))
        ]
        meant = tuple(r for r in mention.readings if r.group.id in groups and r.coverage == 1)
        if meant:
            self.at = at + 1
            self.grant(Wish(Kind.WITH, meant, run[-1].text))
            self.heard.understood = True
        return bool(meant)

    def one_of_its_parts(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“The two taco combo, *one asada taco* and one lengua”: what the dish is made of."""
        base = self.cart.line(self.focus.base)
        said = run[:2]
        if base is None or base.id not in self.new or found.count not in (None, 1) or len(said) < 2:
            return False
        own = self.lexicon.words_of(self.item(base.item_id))
        dish, part = said if self.called_in(said[0], own) else reversed(said)
        if part.mention is None or dish.mention is None or not self.called_in(dish, own):
            return False
        if dish.mention.items[0].id == base.item_id:
            return False  # "a chocolate shake and *a strawberry shake*", of two flavours at most
        if not self.has_room(base, part.mention):
            return False
        self.at += len(said)
        self.speak_of([base.id])
        self.grant(Wish(Kind.WITH, part.mention.readings, part.text))
        self.heard.understood = True
        return True

    def called_in(self, lexeme: Lexeme, own: frozenset[str]) -> bool:
        """True where it names another dish whose words are all in the name of the one in hand."""
        words = {stem(t.word) for t in tokens(lexeme.text)}
        named = lexeme.mention is not None and len(lexeme.mention.items) == 1
        return named and words <= own

    def put_on_it(self, lexeme: Lexeme) -> bool:
        """“*Peas* on it”, “*bacon* on two of them”, “*chips* with both”, “… on the side”: where
        the menu has such a dish, too."""
        mention = lexeme.mention
        onto = self.kind(1) in (Kind.TO, Kind.WITH) and self.kind(2) is Kind.IT
        onto = onto or (self.kind(1) is Kind.TO and self.kind(2) in TELLING)
        aside = [t.word for t in self.words[lexeme.end :][:3]] == ["on", "the", "side"]
        ahead = 1
        while self.kind(ahead) in (Kind.AND, Kind.COMMA) and self.kind(ahead + 1) is Kind.MENTION:
            ahead += 2
        beside = self.kind(ahead) is Kind.WITH and self.kind(ahead + 1) is Kind.IT
        if beside and mention is not None and self.completes(mention):
            return True  # "a combo, I'd like *diet coke* with that"
        each = self.kind(1) in (Kind.TO, Kind.WITH, Kind.BOTH) and self.all_alike(mention)
        width = mention.end - mention.start if mention is not None and mention.whole else 0
        named = [r for r in self.choices(lexeme) if r.coverage == 1 and r.width >= width]
        return (onto or aside or each) and bool(named)  # no "garlic" of "garlic bread"

    def all_alike(self, mention: Mention | None) -> bool:
        """“… and chips *with both*”, “*with each*”: all that are spoken of can have it."""
        both = self.peek(1 if self.kind(1) is Kind.BOTH else 2)
        said = both is not None and both.kind is Kind.BOTH
        lines = set(self.reading_lines(mention)) if mention is not None and said else set()
        return bool(lines) and set(self.focused()) <= lines

    def choices(self, lexeme: Lexeme) -> tuple[Reading, ...]:
        return self.usable(lexeme.mention) if lexeme.mention is not None else ()

    def of_the_meat(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“*The patty* well done”: a word for what the option is of, and then the option."""
        parts = [x.mention for x in run[1:]]
        told = found.definite and bool(parts) and run[0].kind is Kind.WORD
        return told and all(m is not None and self.usable(m) for m in parts)

    def chosen_again(self, lexeme: Lexeme) -> bool:
        """“With diet coke, I think, yeah, *diet coke*”: said once more."""
        mention = lexeme.mention
        if mention is None or not self.just_written() or self.line(self.target[0]).qty > 1:
            return False
        chosen = {(c.group_id, c.id) for c in self.line(self.target[0]).choices}
        named = [r for r in mention.readings if r.coverage == 1]
        last = self.last_wish is not None and self.last_wish.text.lower() == lexeme.text.lower()
        return last and any((r.group.id, r.modifier.id) in chosen for r in named)

    def can_be(self, item: Item, part: Lexeme) -> bool:
        """True where `item` can be made so: "large" and "root beer" are both said of the soda."""
        readings = part.mention.readings if part.mention is not None else ()
        return any(r.coverage == 1 for r in self.applicable(readings, item))

    def is_mere_part(self, lexeme: Lexeme, item: Item) -> bool:
        """True where it names a way to make `item`, and not the whole of another dish."""
        mention = lexeme.mention
        dish = mention is not None and mention.whole and bool(mention.items)
        return not dish and self.can_be(item, lexeme)


def _called(said: str, name: str) -> bool:
    """“For *dipping*” is for the dip."""
    words, own = ({stem(t.word) for t in tokens(text)} for text in (said, name))
    root = next(iter(own)) if len(own) == 1 else ""
    doing = len(words) == 1 and bool(root)
    return words == own or (doing and re.fullmatch(rf"{root}\w?ing", min(words)) is not None)
