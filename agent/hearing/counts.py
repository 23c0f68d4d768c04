"""A number that stands alone: an answer, a correction, how many of what was just named."""

from __future__ import annotations

from dataclasses import replace as with_

from agent.cart import CartLine
from agent.hearing.points import OpenKind, Wish
from agent.hearing.portions import MIN_PIECES, numbered, pieces_of, portions
from agent.hearing.reader import BREAKS, Determiner
from agent.hearing.twice import Twice
from agent.hearing.wishes import HARMLESS
from agent.house import missing_of
from agent.language import stem
from agent.lexemes import Kind
from agent.matching import Reading
from domain.menu import Item

__all__ = ["IN_TOTAL", "Counts"]

# By which a dish may be sold: "three *pounds*", said of the crawfish.
_MEASURES = frozenset("pound lb kilo kg gram ounce litre liter pint quart".split())  # noqa: SIM905


class Counts(Twice):
    """Numbers, and the lines that they count."""

    def bare(self, found: Determiner, *, joined: bool) -> None:
        """A number alone: an answer, a correction, or nothing."""
        if found.count is not None and self.chatting and self.kind() is Kind.NUMBER:
            while self.kind() is Kind.NUMBER:
                self.take()  # "*twelve thirty*, Harbour Road": a house, and no count
            return
        if found.ordinal and self.asked is not None and self.asked.kind is OpenKind.WHICH:
            self.pick(found.ordinal)
            return
        if found.ordinal and self.choosing and self.choose(found.ordinal):
            return
        if found.both and self.asked is not None and self.asked.kind is OpenKind.WHICH:
            point, self.asked = self.asked, None
            for item_id in point.item_ids[:2]:
                self.write(self.item(item_id), max(1, point.qty // 2), point.wishes)
            self.heard.understood = True
            return
        if found.other and found.count is not None and not found.more:
            self.heard.understood = True  # "*the other two* are fine the way they come"
            return
        if self.confirming and self.heard.yes and found.both and not found.more:
            self.heard.understood = True  # "yep, *all three*", to what was read back
            return
        if found.both and found.count is not None and self.made_of_so_many(found.count):
            self.heard.understood = True  # "spinach, beetroot and leek, all three"
            return
        if found.both and found.count == 1 and self.each_named():
            self.wishes()
            return
        if found.both and found.count is not None and self.cart.lines:
            if found.each and self.pieces_each(found.count):
                return
            if not found.more and self.of_each_kind(found.count):
                return
            for line_id in self.focused():  # "two of each", "one more of each"
                before = self.line(line_id).qty if found.more else 0
                self.set_qty(line_id, before + found.count)
            return
        of_those = found.share and (found.article or found.some)  # "an order *of those*"
        if found.count is None and not (of_those or (found.more and found.article)):
            return
        if self.counts_eaters():
            self.heard.understood = True
            return
        count = found.count or 1
        if self.cart.lines and self.old_count()[0] is not None:
            self.count_line((self.target or [self.cart.lines[-1].id])[-1], count)
            return
        if self.sums_up(count, pointed=found.definite) or self.asks_back():
            self.heard.understood = True
            return
        told = found.definite or found.article  # "a pizza, *the fourteen*"
        apposed = self.just_written() and (told or self.target[-1] in self.counted)
        if (self.choosing or apposed) and self.choose_pieces(count, share=found.share):
            return  # "an order of dumplings, *six* is fine"
        if self.takes_offer(found, count):
            return
        base = self.cart.line(self.focus.base)
        if base is not None and base.id in self.new and count < base.qty and not found.more:
            self.sharing = True
        if joined and self.kind() is Kind.TO and self.new and not found.share:
            self.one_for_another(count)
            return
        if self.sharing and self.says("for", "for the") and base is not None:
            self.speak_of([self.split(base, count)])  # "*one's for* my son, so no mayo on it"
            return
        if self.so_many_of_it(found, count):
            self.count_line(self.target[-1], count)
            return
        if self.asked is not None and self.asked.kind is OpenKind.WHICH:
            self.asked = with_(self.asked, qty=count)
            return
        if self.asked is not None and self.asked.kind is OpenKind.MANY:
            line_id, self.asked = self.asked.line_id, None
            self.set_qty(line_id, count)
            return
        target = self.target or [line.id for line in self.cart.lines[-1:]]
        if not target or self.cart.line(target[-1]) is None:
            return
        if not found.share and self.says("of the same", "more of the same"):
            self.another_like(self.line(target[-1]), count)
        elif found.more and self.raised_already(self.line(target[-1]), Kind.MORE, joined=joined):
            self.take_the_other(self.line(target[-1]))
        elif found.more and self.plainly():
            self.write_another(count)  # "… and another one plain"
        elif found.more and self.at < len(self.lexemes):
            self.another_like(self.line(target[-1]), count)
        elif found.more:
            self.set_qty(target[-1], self.line(target[-1]).qty + count)
            self.raised[target[-1]] = Kind.MORE
        elif (
            self.fix
            or self.only
            or self.alone(found)
            or ((found.share or self.spoken) and not self.new and self.nothing_follows())
            or self.line(target[-1]).id in self.heard.unsure
        ) and not self.told_why(target[-1]):
            self.count_line(target[-1], count)
            self.set_right |= {target[-1]} if self.fix else set()
            self.fix = ""

    def so_many_of_it(self, found: Determiner, count: int) -> bool:
        """“A mango lassi, *two of those*”: how many there are to be of what was just named; but
        "chips for *the two of them*" tells who eats them."""
        last = self.cart.line(self.target[-1]) if found.of_these and self.just_written() else None
        for_whom = found.definite or self.for_whom_counted()
        return last is not None and count > last.qty and not for_whom and self.ends_clause()

    def counts_eaters(self) -> bool:
        """“Make the soup a quart. *There's three of us*”: how many will eat, and a number of a dish
        only where none was told yet."""
        after = [t.word for t in self.words[self.lexemes[self.at - 1].end :][:2]]
        untold = [i for i in self.target if i in self.heard.unsure or i in self.new]
        return after == ["of", "us"] and not set(untold) - self.counted

    def for_whom_counted(self) -> bool:
        return [t.word for t in self.words[: self.phrase_at]][-1:] == ["for"]

    def told_why(self, line_id: str) -> bool:
        """“Make that four egg rolls, *everybody's gonna want one*”: how many there are to be was
        said before it, and is not said otherwise by that."""
        return line_id in self.counted and not (self.fix or self.only)

    def plainly(self) -> bool:
        """“Another one *plain*”, “… *as it comes*”, after a dish that was made some way."""
        after = [t.word for t in self.words[self.lexemes[self.at - 1].end :]][:1]
        base = self.cart.line(self.focus.base)
        return base is not None and bool(after) and after[0] in HARMLESS | {"as"}

    def another_like(self, line: CartLine, count: int) -> None:
        """“A regular haddock, and *another one*, but large”: what follows is of that one."""
        self.adding = True
        self.twins = [self.twin(line, count)]
        self.speak_of(self.twins)
        self.raised[self.target[-1]] = Kind.MORE  # "another one *the same* but dry" is no third
        self.heard.understood = True

    def part(self, found: Determiner, *, joined: bool, told_apart: int = 0) -> None:
        if self.shares_pieces(found) or self.told_pieces(found):
            self.heard.understood = True
            self.wishes()
        else:
            super().part(found, joined=joined, told_apart=told_apart)

    def shares_pieces(self, found: Determiner) -> bool:
        """“A dozen wings, *six hot, six mild*”: two portions of six, where they are sold so."""
        base = self.cart.line(self.focus.base)
        if base is None or base.id not in self.new or found.count is None:
            return False
        if base.qty > 1 or (self.shares and not self.shared_out):
            found.count = self.portions_in(base, found.count)
            return False
        pieces = self.pieces(self.item(base.item_id), found.count)
        group = pieces.readings[0].group if pieces is not None else None
        chosen = next((c for c in base.choices if group and c.group_id == group.id), None)
        whole = group.modifier(chosen.id) if group is not None and chosen is not None else None
        if pieces is None or whole is None:
            return False
        if not self.pieces_left and found.count < (pieces_of(whole) or 0):
            self.pieces_left = (pieces_of(whole) or 0) - found.count
            self.speak_of([base.id])
        else:
            self.pieces_left = max(0, self.pieces_left - found.count)
            self.write_another(1)
        self.grant(pieces)
        return True

    def told_pieces(self, found: Determiner) -> bool:
        """“Chicken dumplings, *six steamed*”: how many are in the one portion that was named."""
        base = self.cart.line(self.focus.base)
        if base is None or base.id not in self.new or base.qty > 1 or base.id in self.counted:
            return False
        pieces = self.pieces(self.item(base.item_id), found.count)
        told = {choice.group_id for choice in base.choices}
        if pieces is None or pieces.readings[0].group.id in told:
            return False
        self.speak_of([base.id])
        self.grant(pieces)
        self.counted.add(base.id)
        return True

    def portions_in(self, line: CartLine, count: int) -> int:
        """“Forty wings, *twenty hot*”, in two portions of twenty: one of the two."""
        groups = {g.id: g for g in self.menu.groups_of(self.item(line.item_id))}
        chosen = [groups[c.group_id].modifier(c.id) for c in line.choices]
        sizes = [n for m in chosen if m is not None and (n := pieces_of(m)) is not None]
        held = [count // n for n in sizes if n >= MIN_PIECES and count % n == 0]
        return held[0] if held and 0 < held[0] <= line.qty < count else count

    def skip_portion(self) -> None:
        """“One *twenty* is to be mild, the other *twenty* hot”: what one of them is called."""
        base, number = self.cart.line(self.focus.base), self.peek()
        if base is None or number is None or number.kind is not Kind.NUMBER:
            return
        dish = self.peek(1)  # "one order of *twenty wings*"
        named = dish is not None and dish.mention is not None and dish.mention.items
        if self.portions_in(base, number.value) == 1 and not named:
            self.take()

    def choose_pieces(self, count: int, *, share: bool) -> bool:
        """“*Twelve* of them”, to "six, twelve or twenty?"."""
        line = self.cart.line(self.target[-1]) if self.target else None
        group = missing_of(self.menu, line) if line is not None else None
        if line is None or group is None:
            return False
        pieces = self.pieces(self.item(line.item_id), count, portion=True)
        pieces = pieces or numbered(group, count)
        if pieces is None or not (share or pieces.readings[0].group.id == group.id):
            return False
        self.grant(pieces)
        self.heard.understood = True
        self.wishes()
        return True

    def portions_of(self, found: Determiner) -> bool:
        """“*Two orders of six hot wings*”: so many portions, of so many pieces."""
        number, start = self.peek(), self.at
        if found.count is None or number is None or number.kind is not Kind.NUMBER:
            return False
        self.take()
        if self.kind() is Kind.OF:
            self.take()  # "two twenties *of the* wings"
        run = self.run_of()
        head = self.head_of(run)
        dish = run[head].mention if head is not None else None
        item = self.narrowed(dish) if dish is not None else None
        pieces = self.pieces(item, number.value, portion=True) if item is not None else None
        if head is None or item is None or pieces is None:
            self.at = start
            return False
        self.at += head + 1
        self.joined = False
        self.write(item, found.count, (pieces, *self.pre_wishes(run[:head])))
        self.counted |= set(self.new[-1:])
        self.heard.understood = True
        self.wishes()
        return True

    def portion_named_next(self, found: Determiner) -> bool:
        """“*The twenty*, regular wings, hot”: a portion, and then what it is of."""
        dish = self.peek(1)
        mention = dish.mention if dish is not None else None
        item = self.narrowed(mention) if mention is not None and mention.items else None
        portion = found.definite or found.article
        if item is None or not portion or self.pieces(item, found.count, portion=True) is None:
            return False
        found.definite = False
        return True

    def pieces_each(self, count: int) -> bool:
        """“Two orders of wings, *twelve each*”: how large each of them is."""
        line = self.cart.line(self.target[-1]) if self.just_written() else None
        pieces = self.pieces(self.item(line.item_id), count, portion=True) if line else None
        if pieces is None:
            return False
        self.grant(pieces)
        self.heard.understood = True
        self.wishes()
        return True

    def of_each_kind(self, count: int) -> bool:
        """“Three slices, *one of each*”: as many as there are ways to have it, times so many."""
        line = self.cart.line(self.target[-1]) if len(self.focused()) == 1 and self.target else None
        group = missing_of(self.menu, line) if line is not None else None
        if line is None or group is None or line.qty != count * len(group.modifiers):
            return False
        for modifier in group.modifiers:
            self.speak_of([self.split(self.line(line.id), count)])
            wish = Wish(Kind.WITH, (Reading(group, modifier, 1, False, 1),), modifier.name)
            self.grant(wish)
        self.heard.understood = True
        return True

    def each_named(self) -> bool:
        """“Three sodas, *one of each*: lime, mandarin and pineapple”: which, is said now."""
        lexeme = self.peek_past(BREAKS)
        line = self.cart.line(self.target[-1]) if self.just_written() else None
        if line is None or lexeme is None or lexeme.mention is None:
            return False
        return bool(self.exclusively(lexeme.mention, self.item(line.item_id)))

    def sums_up(self, count: int, *, pointed: bool) -> bool:
        """“Yes, *twelve* total”, of six and six, “just *those two*”: all of them, and not so many
        of the last."""
        lines = self.cart.lines
        if self.new or len(lines) < 2 or self.kind() not in (None, *BREAKS):
            return False
        after = self.words[self.lexemes[self.at - 1].end :][:2]
        pointed = pointed or self.kind(-2) is Kind.IT
        if not (self.heard.yes or pointed) and not any(t.word in IN_TOTAL for t in after):
            return False
        kinds = {line.item_id for line in lines}
        sums = [sum(o.qty for o in lines if o.item_id == i) for i in kinds]
        return count in (sum(sums), *sums)

    def asks_back(self) -> bool:
        """“*Only two?* Then …”: said again in wonder, and nothing ordered."""
        stop = self.peek()
        return self.only and not self.fix and stop is not None and stop.text == "?"

    def nothing_follows(self) -> bool:
        """“Two of those”, and at most "actually" after it."""
        return all(x.kind in BREAKS | {Kind.FIX} for x in self.lexemes[self.at :])

    def made_of_so_many(self, count: int) -> bool:
        """True where so many options of one group were just chosen for one dish."""
        line = self.cart.line(self.target[-1]) if self.target else None
        if line is None or line.qty > 1 or line.id not in self.new:
            return False
        groups = [c.group_id for c in line.choices]
        return any(groups.count(g) == count for g in groups)

    def takes_offer(self, found: Determiner, count: int) -> bool:
        """“*One of those* and two pita breads”, “*two portions*, and …”: of what was offered."""
        asked = self.asked
        if asked is None or asked.kind is not OpenKind.OFFER or self.new or self.heard.no:
            return False
        if not found.share and self.kind() not in (None, *BREAKS, Kind.AND):
            return False
        self.asked = None
        self.write(self.item(asked.item_ids[0]), count, asked.wishes)
        self.heard.understood = True
        self.wishes()
        return True

    def one_for_another(self, count: int) -> None:
        """“One salami for me *and one for my brother*, but his without olives”."""
        base = self.cart.line(self.focus.base)
        if base is None or base.id not in self.new:
            return
        self.speak_of([self.split(base, count)] if base.qty > count else [self.twin(base, count)])

    def alone(self, found: Determiner) -> bool:
        """The number is all that was said, or "two of them" right after an uncounted dish."""
        others = [
            x
            for x in self.lexemes
            if x.kind not in BREAKS | {Kind.NUMBER, Kind.IT, Kind.OF, Kind.FIX}
        ]
        uncounted = bool(self.new) and self.new[-1] not in self.counted
        apart = self.at == len(self.lexemes) or self.kind() in BREAKS
        counted = self.kind(1) in (Kind.NUMBER, Kind.ARTICLE, Kind.SOME)
        apart = apart or (self.kind() is Kind.AND and counted)  # "okay, *two* and a coke"
        return (not others and bool(self.cart.lines)) or (uncounted and (found.share or apart))

    def pick(self, ordinal: int) -> None:
        point, self.asked = self.asked, None
        assert point is not None, "the caller has checked it"
        index = ordinal - 1 if 0 < ordinal <= len(point.item_ids) else -1
        self.write(self.item(point.item_ids[index]), point.qty, point.wishes)
        self.heard.understood = True
        self.wishes()

    def choose(self, ordinal: int) -> bool:
        """“The first one” of the options that were asked about."""
        line = self.cart.line(self.target[-1]) if self.target else None
        group = missing_of(self.menu, line) if line is not None else None
        if group is None or ordinal > len(group.modifiers):
            return False
        modifier = group.modifiers[ordinal - 1 if ordinal > 0 else -1]
        self.grant(Wish(Kind.WITH, (Reading(group, modifier, 1, False, 1),), modifier.name))
        self.heard.understood = True
        return True

    def trailing_count(self) -> None:
        """“Margherita, two” and “pad thai twice”: a number with nothing after it to count; “wings,
        *twelve* hot” where they are sold in twelves."""
        after, number = self.kind(1), self.peek()
        times = number is not None and self.words[number.start].word in ("once", "twice")
        ends = times or after in (None, Kind.COMMA, Kind.STOP, Kind.AND)
        if (ends or self.counts_pieces()) and self.target:
            self.count_line(self.target[-1], self.take().value)
            self.wishes()

    def counts_pieces(self) -> bool:
        number, part = self.peek(), self.peek(1)
        line = self.cart.line(self.target[-1]) if self.just_written() else None
        if number is None or line is None or part is None or part.mention is None:
            return False
        sold = self.pieces(self.item(line.item_id), number.value)
        made = any(r.coverage == 1 for r in self.usable(part.mention)) and not part.mention.items
        return sold is not None and made

    def count_line(self, line_id: str, count: int) -> None:
        """So many of a line, or one portion of so many pieces."""
        line_id = self.of_old_count(line_id)
        line = self.cart.line(line_id)
        if line is not None and self.comes_to_it(line, count):
            self.heard.understood = True
            return
        sold = portions(self.menu, self.item(line.item_id), count) if line is not None else None
        if line is None or sold is None or (sold[1] == 1 and line.qty > 1):
            self.set_qty(line_id, count)
            return
        self.speak_of([line_id])
        self.grant(sold[0])
        if sold[1] > 1:
            self.set_qty(line_id, sold[1])  # "a dozen wings. Make that *three dozen*"
        self.counted.add(line_id)
        self.heard.understood = True

    def skip_measure(self, found: Determiner) -> None:
        """“I want some crawfish. *Three pounds* hot, two *pounds* mild”: so much of the dish in
        hand, which is sold by the pound, and no other dish that is."""
        base, unit = self.cart.line(self.focus.base), self.peek()
        if found.count is None or base is None or unit is None:
            return
        said = {stem(t.word) for t in self.words[unit.start : unit.end]}
        follows = self.run_of()[1:]
        if unit.mention and any(x.mention is not None and x.mention.items for x in follows):
            return  # "three pounds *of hot sausage*", said after the ribs
        if said <= _MEASURES & self.lexicon.words_of(self.item(base.item_id)):
            self.lexemes = [*self.lexemes[: self.at], *self.lexemes[self.at + 1 :]]
            found.share = found.share or self.kind() in (None, *BREAKS)

    def pieces(self, item: Item, count: int | None, *, portion: bool = False) -> Wish | None:
        """“Six nuggets” is one portion of six, where they are sold in sixes, nines and twenties."""
        sold = portions(self.menu, item, count, portion=portion)
        return sold[0] if sold is not None and sold[1] == 1 else None


IN_TOTAL = frozenset(["total", "altogether", "together", "all"])
