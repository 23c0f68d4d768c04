"""Noun phrases: whether one names a dish, or a part of a dish that is there already."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.hearing.dishes import Dishes
from agent.hearing.points import Open, OpenKind, TroubleKind, Wish
from agent.hearing.reader import BREAKS, Determiner
from agent.hearing.wishes import HARMLESS
from agent.language import COMMON, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading
from domain.menu import Item

__all__ = ["Nouns"]


class Nouns(Dishes):
    """Noun phrases, each with what is said of it."""

    def noun(self) -> None:
        start = self.at
        self.phrase_at = self.lexemes[start].start
        found = self.determiner()
        if found.refers and self.has_part():
            self.take()
        self.take_apart(counted=found.count is not None or found.article)
        if found.count is not None and self.made_with():
            self.take()
        counted = self.choosing and found.share and found.count is not None
        if counted and self.choose_pieces(found.count or 1, share=True):
            return  # "twelve of 'em hot buffalo"
        if found.count is not None and self.kind() is Kind.COMMA and self.recounted():
            self.take()  # "one, no two, asahi"
        run = self.run_of()
        if skipped := self.opens_with_group(run):
            self.at += skipped
            run = self.run_of()
        run = self.with_joined_parts(found, run)
        head = self.head_of(run)
        joined, self.joined = self.joined, False
        if head is not None:
            self.distribute(found)
        if self.of_those_made(found):
            return
        if head == 0 and self.corrects_part(found, run[0]):
            self.lingering = Kind.WITH
            self.at += 1
            self.grant(Wish(Kind.WITH, self.choices(run[0]), run[0].text))
            self.heard.understood = True
            return
        if self.choosing and head == 0 and self.answers_choice(run[0], joined=joined):
            head = None
        if head is not None and self.shares_part(found, run[head]):
            head = None
        plain = not found.any or (found.some and not found.count)
        plain = plain or (found.article and self.kind(1) is Kind.WITH and self.kind(2) is Kind.IT)
        if run and not head and plain and self.put_on_it(run[0]):
            self.lingering = Kind.WITH
            self.wishes()
            return
        if plain and self.parts_of_next():
            return
        if head == 0 and not found.any and not joined and self.chosen_again(run[0]):
            self.at += 1
            return
        if self.part_for(found, run) or self.one_of_its_parts(found, run):
            return
        if head == len(run) - 1 and self.leads_to_dish(run):
            self.at += len(run)
            if self.on_dish(run):
                return
            self.at -= len(run)
        if head == 0 and not found.any and self.still_to_choose(run[0], joined=joined):
            head = None
        told = head == 0 and found.count in (None, 1) and self.told_by_group(run[0]) > 0
        varies = head == 0 and not found.any and self.target == [self.varying]
        if varies and self.chosen_otherwise_of(run[0]):
            told = True  # "the same again, but *chai*"
        if told or (head == 0 and (self.swaps_part(run[0]) or self.takes_up_part(run[0]))):
            self.lingering = Kind.WITH
            self.wishes()
            return
        if head is not None:
            self.at += head + 1
            self.dish(found, run[:head], run[head], joined=joined)
        elif not found.any and self.placed_on(run):
            pass
        elif (dish := self.shared_head(found, run)) is not None:
            self.at += len(run)
            self.dish(found, run, dish, joined=joined)
        elif self.parts_follow(run, found):
            self.part(found, joined=joined)
        elif self.of_the_meat(found, run):
            self.at += 1
            self.lingering = Kind.WITH
            self.wishes()
        elif any(x.kind is Kind.WORD for x in run):
            self.at += len(run)
            self.unknown(found, run, joined=joined)
        elif run:
            self.at += len(run)
            self.lone_parts(run, found, joined=joined)
        else:
            self.bare(found, joined=joined)
        if self.at == start:
            self.at += 1

    def recounted(self) -> bool:
        """True where the number is a correction of one, and what it counts comes after a comma."""
        dish = self.peek(1)
        fixed = self.kind(-2) is Kind.FIX and self.kind(-3) in (Kind.NUMBER, Kind.COMMA)
        return fixed and dish is not None and dish.mention is not None and bool(dish.mention.items)

    def with_joined_parts(self, found: Determiner, run: list[Lexeme]) -> list[Lexeme]:
        """“A *large sausage and onion* pizza”, “a *potato, egg and cheese* taco”: the parts before
        the "and" are the dish's, too."""
        at, parts, rest, joins = self.at, list(run), run, []
        if not run or not (found.count is not None or found.article):
            return run
        while rest and self.kind(len(rest)) in (Kind.AND, Kind.COMMA):
            joins.append(self.at + len(rest))
            last = self.kind(len(rest)) is Kind.AND
            self.at += len(rest) + 1
            rest = self.run_of()
            head = self.head_of(rest) if last else None
            parts += rest if head is None else rest[:head]
            if last:
                break
        self.at = at
        dish = rest[head].mention if joins and last and head else None
        if dish is None or len(dish.items) != 1:
            return run
        if not all(self.is_mere_part(x, dish.items[0]) for x in parts):
            return run
        self.lexemes = [x for n, x in enumerate(self.lexemes) if n not in joins]
        return self.run_of()

    def is_mere_part(self, lexeme: Lexeme, item: Item) -> bool:
        """True where it names a way to make `item`, and not the whole of another dish."""
        mention = lexeme.mention
        dish = mention is not None and mention.whole and bool(mention.items)
        return not dish and self.can_be(item, lexeme)

    def distribute(self, found: Determiner) -> None:
        """“*Two each* of the samosas, the bhajis and the poppadoms”."""
        if found.each:
            self.each = found.count or 0
            found.both = found.share = found.definite = False
        elif found.count is not None or found.article or found.more:
            self.each = 0
        elif self.each:
            found.count, found.definite = self.each, False

    def opens_with_group(self, run: Sequence[Lexeme]) -> int:
        """“*The sides* mash and corn”, “*the sides should be* …”, where sides are a category, too:
        how many lexemes lead the option in."""
        first = run[0].mention if run else None
        lead = 1 + int(len(run) == 1 and self.kind(1) is Kind.BE)
        option = self.peek(lead)
        if first is None or not first.generic or option is None or option.mention is None:
            return 0
        return lead if self.told_by_group(option) else 0

    def shared_head(self, found: Determiner, run: Sequence[Lexeme]) -> Lexeme | None:
        """“One small and one large *coke*”: the dish that both are said of."""
        counted = found.count is not None or found.article
        if not counted or len(run) != 1 or run[0].mention is None or run[0].mention.items:
            return None
        kinds = [self.kind(n) for n in range(1, 5)]
        if kinds[0] is not Kind.AND or kinds[1] not in (Kind.NUMBER, Kind.ARTICLE):
            return None
        part, dish = self.peek(3), self.peek(4)
        if part is None or dish is None or part.mention is None or dish.mention is None:
            return None
        if part.mention.items or (self.new and self.usable(run[0].mention)):
            return None
        both = [self.part_of(m, dish.mention) for m in (run[0].mention, part.mention)]
        return dish if all(both) else None

    def of_the_meat(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“*The patty* well done”: a word for what the option is of, and then the option."""
        parts = [x.mention for x in run[1:]]
        told = found.definite and bool(parts) and run[0].kind is Kind.WORD
        return told and all(m is not None and self.usable(m) for m in parts)

    def placed_on(self, run: Sequence[Lexeme]) -> bool:
        """“Oat milk in the coffee”: the part comes before the dish, which is there already."""
        start = self.at
        parts = [x for x in run if x.mention is not None and x.mention.readings]
        self.at += len(run)
        beside = self.kind() is Kind.WITH and self.kind(1) in (Kind.IT, Kind.THE)
        if not parts or len(parts) < len(run) or not (self.kind() is Kind.TO or beside):
            self.at = start
            return False
        definite = self.take().text.endswith(" the") or self.kind() in (Kind.THE, Kind.IT)
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

    def shares_part(self, found: Determiner, lexeme: Lexeme) -> bool:
        """“Two pad thais, one *chicken*”: hardly the name of a dish, but of a way to make one."""
        mention = lexeme.mention
        pointed = bool(found.ordinal) or found.other or found.share or found.whose or found.both
        counted = found.count is not None or found.article or pointed
        if mention is None or not counted or not (self.new or mention.weak):
            return False
        named = [r for r in self.usable(mention) if r.coverage == 1]
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

    def must_choose(self, mention: Mention) -> bool:
        """“Two kormas, one *chicken*”: the dish that is shared out has to be made with one."""
        base = self.cart.line(self.focus.base)
        if base is None or base.id not in self.new:
            return False
        taken = {c.group_id for c in base.choices}
        return any(
            r.coverage == 1 and r.group.min > 0 and not r.group.default and r.group.id not in taken
            for r in self.applicable(mention.readings, self.item(base.item_id))
        )

    def part_for(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“*Nutella* for the crêpe”, “gulab jamun as the sweet”: what a group of the dish in hand
        is called tells what the part is."""
        if not run or self.kind(len(run)) is not Kind.TO or not self.target:
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
        if part.mention is None or not self.called_in(dish, own):
            return False
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
        """“*Peas* on it”, “*chips* with both”, “… on the side”, also where they are a dish."""
        mention = lexeme.mention
        onto = self.kind(1) in (Kind.TO, Kind.WITH) and self.kind(2) is Kind.IT
        aside = [t.word for t in self.words[lexeme.end :][:3]] == ["on", "the", "side"]
        ahead = 1
        while self.kind(ahead) in (Kind.AND, Kind.COMMA) and self.kind(ahead + 1) is Kind.MENTION:
            ahead += 2
        beside = self.kind(ahead) is Kind.WITH and self.kind(ahead + 1) is Kind.IT
        if beside and mention is not None and self.completes(mention):
            return True  # "a combo, I'd like *diet coke* with that"
        each = self.kind(1) in (Kind.TO, Kind.WITH, Kind.BOTH) and self.all_alike(mention)
        return (onto or aside or each) and any(r.coverage == 1 for r in self.choices(lexeme))

    def all_alike(self, mention: Mention | None) -> bool:
        """“… and chips *with both*”, “*with each*”: all that are spoken of can have it."""
        both = self.peek(1 if self.kind(1) is Kind.BOTH else 2)
        said = both is not None and both.kind is Kind.BOTH
        lines = set(self.reading_lines(mention)) if mention is not None and said else set()
        return bool(lines) and set(self.focused()) <= lines

    def swaps_part(self, lexeme: Lexeme) -> bool:
        """“*Mushrooms* instead of extra cheese”, said of one dish's making."""
        if self.kind(1) is not Kind.INSTEAD_OF:
            return False
        old = self.peek(3 if self.kind(2) is Kind.THE else 2)
        if old is None or old.mention is None or self.lines_of(old.mention):
            return False
        return bool(self.usable(old.mention)) and self.same_group(lexeme, old)

    def choices(self, lexeme: Lexeme) -> tuple[Reading, ...]:
        return self.usable(lexeme.mention) if lexeme.mention is not None else ()

    def lone_parts(self, run: Sequence[Lexeme], found: Determiner, *, joined: bool) -> None:
        """A dish's part with nothing it could belong to ("spaghetti, please"): which dish?"""
        if self.kind() is Kind.TO and self.on_dish(run):
            return
        if self.kind() is Kind.HALF:  # "*large* half hawaiian, half cheese"
            self.early += [Wish(Kind.WITH, x.mention.readings, x.text) for x in run if x.mention]
            return
        if self.takes_offered(run, found):
            return
        readings = [r for x in run if x.mention is not None for r in x.mention.readings]
        groups = {r.group.id for r in readings if r.coverage == 1}
        items = [i for i in self.menu.items if groups & set(i.modifier_group_ids)]
        items = [i for i in items if all(self.can_be(i, x) for x in run)] or items
        base = self.cart.line(self.focus.base)
        counted = found.count is not None and base is not None and base.id in self.new
        another = len(items) == 1 and (joined or len(run) > 1)  # "… and one large horchata"
        counted = counted and not another
        if base is not None and counted and ((found.count or 1) < base.qty or self.shares):
            # "two burgers, one medium": one of them, and no other dish that can be so
            self.trouble(TroubleKind.NO_OPTION, text=run[-1].text, item_id=base.item_id)
            return
        if self.cart.lines and run[-1].text.lower() in HARMLESS:
            if found.more and self.is_another(found, joined=joined):
                self.write_another(found.count or 1)  # "… and another one plain"
            return  # "the other one plain"
        alone = all(x in run or x.kind in BREAKS for x in self.lexemes)
        ends = self.kind() in (None, *BREAKS)
        everyday = len(run) == 1 and run[0].text.lower() in COMMON | HARMLESS
        if everyday and ends and not (alone or self.wanting):
            return  # "I've a terrible *cold*, so …"
        if items and (found.any or self.wanting or alone) and not self.chatting:
            wishes = tuple(Wish(Kind.WITH, x.mention.readings, x.text) for x in run if x.mention)
            text = " ".join(x.text for x in run)
            if len(items) == 1:
                self.write(items[0], found.count or 1, wishes)
                self.kinds |= set(self.new[-1:])
                return
            ids = tuple(i.id for i in items if i.id not in self.sold_out)
            self.open_point(Open(OpenKind.WHICH, ids, found.count or 1, wishes, text))
            self.heard.understood = True

    def takes_offered(self, run: Sequence[Lexeme], found: Determiner) -> bool:
        """“*A small one of those*, and a salad”, to the offer of a dish."""
        asked = self.asked
        if asked is None or asked.kind is not OpenKind.OFFER or self.kind() is not Kind.OF:
            return False
        item = self.item(asked.item_ids[0])
        parts = [x.mention.readings if x.mention is not None else () for x in run]
        if self.heard.no or not all(self.applicable(readings, item) for readings in parts):
            return False
        self.take()
        self.asked = None
        wishes = [Wish(Kind.WITH, x.mention.readings, x.text) for x in run if x.mention]
        self.write(item, found.count or 1, [*asked.wishes, *wishes])
        self.heard.understood = True
        return True

    def can_be(self, item: Item, part: Lexeme) -> bool:
        """True where `item` can be made so: "large" and "root beer" are both said of the soda."""
        readings = part.mention.readings if part.mention is not None else ()
        return any(r.coverage == 1 for r in self.applicable(readings, item))

    def parts_of_next(self) -> bool:
        """“*Avocado and bacon on* a burger”: parts, and then the dish that takes all of them."""
        start, parts = self.at, []
        while self.kind() in (Kind.MENTION, Kind.AND, Kind.COMMA, Kind.SOME, Kind.EXTRA):
            lexeme = self.take()
            parts += [lexeme] if lexeme.kind is Kind.MENTION else []
        onto = self.says("on", "in", "on the", "in the", "into", "onto")
        skip = 2 if self.kind(1) in (Kind.THE, Kind.ARTICLE, Kind.SOME) else 1
        dish = self.peek(skip)
        mention = dish.mention if onto and dish is not None else None
        item = mention.items[0] if mention is not None and len(mention.items) == 1 else None
        named = [
            any(r.coverage == 1 for r in self.applicable(x.mention.readings, item))
            for x in parts
            if x.mention is not None and item is not None
        ]
        weak = bool(parts) and parts[0].mention is not None and not parts[0].mention.whole
        there = self.says("on the", "in the") or self.kind(1) is Kind.THE
        told = len(parts) > 1 or self.kind(1) in (Kind.ARTICLE, Kind.SOME) or (weak and there)
        if told and named and all(named) and self.on_dish(parts):
            return True
        self.at = start
        return False

    def chosen_again(self, lexeme: Lexeme) -> bool:
        """“With diet coke, I think, yeah, *diet coke*”: said once more."""
        mention = lexeme.mention
        if mention is None or not self.just_written() or self.line(self.target[0]).qty > 1:
            return False
        chosen = {(c.group_id, c.id) for c in self.line(self.target[0]).choices}
        named = [r for r in mention.readings if r.coverage == 1]
        last = self.last_wish is not None and self.last_wish.text.lower() == lexeme.text.lower()
        return last and any((r.group.id, r.modifier.id) in chosen for r in named)

    def leads_to_dish(self, run: Sequence[Lexeme]) -> bool:
        """“*Extra boba in* the taro”: hardly a dish's name, before a dish that can have it, or
        before one that is in the order."""
        mention, after = run[-1].mention, self.peek(len(run))
        if mention is None or after is None or after.kind is not Kind.TO:
            return False
        skip = len(run) + 1
        while self.kind(skip) in (Kind.THE, Kind.ARTICLE):
            skip += 1
        dish = self.peek(skip)
        named = [r for r in mention.readings if r.coverage == 1]
        items = dish.mention.items if dish is not None and dish.mention is not None else ()
        ordered = {line.item_id for line in self.cart.lines}
        if not mention.weak and not (ordered & {i.id for i in items}):
            return False
        return any(self.applicable(named, item) for item in items)

    def on_dish(self, run: Sequence[Lexeme]) -> bool:
        """“Anchovies on the marinara”: the dish comes after its part."""
        start = self.at
        self.take()
        found = self.determiner()
        dishes = self.run_of()
        head = self.head_of(dishes)
        if head is None:
            self.at = start
            return False
        self.at += head + 1
        self.dish(found, [*run, *dishes[:head]], dishes[head], joined=False)
        return True

    def same_again(self) -> None:
        """One more of the last line, for "the same again but with …"."""
        self.take()
        last = self.cart.line(self.target[-1]) if self.target else None
        if last is not None:
            self.copy(last)
            self.varying = self.new[-1]
            self.heard.understood = True


def _called(said: str, name: str) -> bool:
    """“For *dipping*” is for the dip."""
    words, own = ({stem(t.word) for t in tokens(text)} for text in (said, name))
    root = next(iter(own)) if len(own) == 1 else ""
    doing = len(words) == 1 and bool(root)
    return words == own or (doing and re.fullmatch(rf"{root}\w?ing", min(words)) is not None)
