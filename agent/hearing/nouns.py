"""Noun phrases: whether one names a dish, or a part of a dish that is there already."""

from __future__ import annotations

from collections.abc import Sequence

from agent.hearing.plain_ones import PlainOnes
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS, Determiner
from agent.lexemes import Kind, Lexeme

__all__ = ["Nouns"]


class Nouns(PlainOnes):
    """Noun phrases, each with what is said of it."""

    def noun(self) -> None:
        start = self.at
        self.phrase_at = self.lexemes[start].start
        found = self.determiner()
        if found.refers and self.has_part():
            self.take()
        if found.one_of_some and self.kind() is Kind.JUST and self.kind(1) is Kind.MENTION:
            self.take()  # "the second *just* chocolate"
        if self.builds(found):
            return
        self.take_apart(counted=found.count is not None or found.article)
        if found.count is not None and self.made_with():
            self.take()
        counted = self.choosing and found.share and found.count is not None
        if counted and self.choose_pieces(found.count or 1, share=True):
            return  # "twelve of 'em hot buffalo"
        if (
            found.count is not None
            and self.kind() is Kind.COMMA
            and (self.recounted() or self.portion_named_next(found))
        ):
            self.take()  # "one, no two, asahi"
        if found.count == 1 or found.other:
            self.skip_portion()
        self.pause_after(found)
        self.skip_measure(found)
        self.leave_out_of_it(found)
        run = self.run_of()
        named = run[0].mention if run else None
        more = named is not None and named.whole and bool(named.items) and found.more
        of_group = bool(run and self.target) and not more and self.called_as_group(run[0])
        if found.count is not None and of_group:
            self.at += 1  # "mochi, *three flavours*, matcha, mango and strawberry"
            self.lingering = Kind.WITH
            self.wishes()
            return
        if self.another_like_it(found, run) or self.as_the_share(found):
            return
        if self.portions_of(found) or self.plain_one(found, run) or self.as_it_comes(found, run):
            return
        if self.share_left_plain(found, run) or self.whose_one_is(found, run):
            return
        if len(run) == 1 and self.tells_which(run[0]):
            self.take()
            return
        if len(run) == 1 and found.count is None and self.beside_it(run[0]):
            self.grant(Wish(Kind.NOTE, text=f"{self.take().text.lower()} on the side"))
            self.heard.understood = True
            return
        if self.of_its_kind(found, run):
            self.take()
            return
        if skipped := self.opens_with_group(run):
            self.at += skipped
            run = self.run_of()
        if self.of_an_occasion(run):
            self.take()
            return
        if not (found.article and self.several_follow()) and self.leads_list(run):
            return
        if len(run) == 1 and found.any and (behind := self.dish_behind()):
            self.at += behind + 1
            joined, self.joined = self.joined, False
            self.dish(found, run, self.lexemes[self.at - 1], joined=joined)
            return
        run = self.with_joined_parts(found, run)
        head = self.head_of(run)
        joined, self.joined = self.joined, False
        apart = not found.any or (found.more and found.article)
        if head and apart and self.goes_with_what_is_there(run[: head + 1]):
            if found.more:
                self.write_another(1)  # "… and *a second one* on rye with bacon"
            self.lingering = Kind.WITH
            self.wishes()
            return
        if head == 1 and not found.any and self.corrects_by_kind(run):
            return
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
        told_apart = 0
        if head is not None and (
            self.shares_part(found, run[: head + 1]) or self.of_it(found, run)
        ):
            told_apart, head = head + 1, None
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
        if self.varies_part(found, run) or self.part_for(found, run):
            return
        if self.one_of_its_parts(found, run):
            return
        if head == len(run) - 1 and self.leads_to_dish(run):
            self.at += len(run)
            if self.on_dish(run):
                return
            self.at -= len(run)
        if head == 0 and not found.any and self.still_to_choose(run[0], joined=joined):
            head = None
        goes_on = not joined or self.opens_with_and(start)
        if head == 0 and not found.any and goes_on and self.lacks_just(run[0]):
            head = None
        told = head == 0 and found.count in (None, 1) and self.told_by_group(run[0]) > 0
        told = told or (head == 0 and self.fills_in_what_lacks(found, run[0]))
        bare = head == 0 and not found.any and not joined and not self.wanting
        told = told or (bare and self.takes_default_place(run[0]))
        if told or (head == 0 and (self.swaps_part(run[0]) or self.takes_up_part(run[0]))):
            self.lingering = Kind.WITH
            self.wishes()
            return
        if head is not None:
            self.at += head + 1
            self.dish(found, run[:head], run[head], joined=joined)
        elif (not found.any or self.tells_onto(found, run)) and self.placed_on(run):
            pass
        elif (dish := self.shared_head(found, run)) is not None:
            self.at += len(run)
            self.dish(found, run, dish, joined=joined)
        elif self.parts_follow(run, found):
            self.part(found, joined=joined, told_apart=told_apart)
        elif self.of_the_meat(found, run):
            self.at += 1
            self.lingering = Kind.WITH
            self.wishes()
        elif found.definite and self.reference_by_kind(run):
            pass
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

    def opens_with_and(self, at: int) -> bool:
        """“Three meats: brisket, pork, turkey. *And* mac and slaw”: a new sentence goes on with the
        dish that has still to be chosen with these."""
        before = [x.kind for x in self.lexemes[max(0, at - 2) : at]]
        return before == [Kind.STOP, Kind.AND]

    def fills_in_what_lacks(self, found: Determiner, lexeme: Lexeme) -> bool:
        """“One of those, *the salmon*, with …”: what the dish just named must be made with."""
        mention = lexeme.mention
        if mention is None or not found.definite or found.count is not None or found.share:
            return False
        return self.just_written() and self.completes(mention) and not self.lines_of(mention)

    def reference_by_kind(self, run: Sequence[Lexeme]) -> bool:
        """“*The soup* should be large”, of a sancocho that was ordered."""
        called = self.called_by_kind(run)
        if not called:
            return False
        self.at += 1
        self.speak_of([called[0].id])
        self.heard.understood = True
        if self.kind() is Kind.BE:
            self.take()
        self.lingering = Kind.WITH
        self.wishes()
        return True

    def pause_after(self, found: Determiner) -> None:
        """“*The first one*, um, bacon and potato”: what it is to be made with may come after a
        pause."""
        part = self.peek_past(BREAKS) if self.kind() is Kind.COMMA else None
        base = self.cart.line(self.focus.base)
        if not (found.ordinal or found.other) or part is None or base is None:
            return
        if part.mention is not None and self.usable_of(base, part):
            while self.kind() is Kind.COMMA:
                self.take()

    def leave_out_of_it(self, found: Determiner) -> None:
        """“On one of them *leave out the tomato*”: of that one, and of no other."""
        base, verb = self.cart.line(self.focus.base), self.peek()
        part = self.peek_past({Kind.REMOVE, Kind.THE})
        if base is None or verb is None or verb.kind is not Kind.REMOVE or part is None:
            return
        if (found.any and base.qty > 1) and self.usable_of(base, part):
            without = verb._replace(kind=Kind.WITHOUT)
            self.lexemes = [*self.lexemes[: self.at], without, *self.lexemes[self.at + 1 :]]

    def of_its_kind(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“One chicken tikka *as a starter*”: what the dish just named is, and no other one."""
        before = self.lexemes[self.at - 2] if found.article and self.at > 1 else None
        before = self.lexemes[self.at - 1] if before is None and self.at else before
        kinds = run[0].mention.categories if len(run) == 1 and run[0].mention is not None else ()
        line = self.cart.line(self.target[-1]) if self.just_written() else None
        if not kinds or line is None or before is None:
            return False
        if before.text not in ("as", "for", "for the", "as the"):
            return False
        if any(r.coverage == 1 for r in self.choices(run[0])):
            return False  # a starter is one size of it
        return self.item(line.item_id).category_id in {kind.id for kind in kinds}

    def goes_with_what_is_there(self, run: Sequence[Lexeme]) -> bool:
        """“A bowl with quinoa and *steak avocado* corn”: the first is a part of the dish just
        named, and no way to make the avocado toast."""
        part, dish = run[0].mention, run[-1].mention
        if part is None or dish is None or part.items:
            return False
        if not self.just_written() and self.open_at is None:
            return False
        named = any(r.coverage == 1 for r in self.usable(part))
        return named and not self.part_of(part, dish)

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

    def parts_of_next(self) -> bool:
        """“*Avocado and bacon on* a burger”: parts, and then the dish that takes all of them."""
        start, parts = self.at, []
        while self.kind() in (Kind.MENTION, Kind.AND, Kind.COMMA, Kind.SOME, Kind.EXTRA):
            lexeme = self.take()
            parts += [lexeme] if lexeme.kind is Kind.MENTION else []
        onto = self.says("on", "in", "on the", "in the", "into", "onto")
        skip = 2 if self.kind(1) in (Kind.THE, Kind.ARTICLE, Kind.SOME, Kind.IT) else 1
        dish = self.peek(skip)
        mention = dish.mention if onto and dish is not None else None
        item = mention.items[0] if mention is not None and len(mention.items) == 1 else None
        named = [
            any(r.coverage == 1 for r in self.applicable(x.mention.readings, item))
            for x in parts
            if x.mention is not None and item is not None
        ]
        weak = bool(parts) and parts[0].mention is not None and not parts[0].mention.whole
        there = self.says("on the", "in the") or self.kind(1) in (Kind.THE, Kind.IT)
        told = len(parts) > 1 or self.kind(1) in (Kind.ARTICLE, Kind.SOME) or (weak and there)
        if told and named and all(named) and self.on_dish(parts):
            return True
        self.at = start
        return False

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
        ordered = {line.item_id for line in self.cart.lines} & {i.id for i in items}
        if not mention.weak and not ordered:
            return False
        if ordered and named and not mention.whole:
            return True  # "guac on the churros", which take none: it is no dish of its own
        return any(self.applicable(named, item) for item in items)
