"""Dishes: a new line, the correction of one, the answer to "which?", or nothing on this menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.hearing.parts import Parts
from agent.hearing.points import Open, OpenKind, TroubleKind, Wish
from agent.hearing.reader import BREAKS, WISHING, Determiner
from agent.hearing.wishes import HARMLESS
from agent.house import missing_of
from agent.language import stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading
from domain.menu import Item, Modifier, ModifierGroup

__all__ = ["Nouns"]

MIN_PIECES = 5  # fewer of what is sold by the piece are portions: "two nuggets, please"


class Nouns(Parts):
    """Noun phrases, each with what is said of it."""

    def noun(self) -> None:
        start = self.at
        found = self.determiner()
        self.take_apart(counted=found.count is not None or found.article)
        if found.count is not None and self.made_with():
            self.take()
        run = self.run_of()
        head = self.head_of(run)
        joined, self.joined = self.joined, False
        if head == 0 and self.corrects_part(found, run[0]):
            self.lingering = Kind.WITH
            self.at += 1
            self.grant(Wish(Kind.WITH, self.choices(run[0]), run[0].text))
            self.heard.understood = True
            return
        if self.choosing and head == 0 and not joined and self.chosen_part(run[0]):
            head = None
        if head is not None and self.shares_part(found, run[head]):
            head = None
        if head == 0 and not found.any and self.put_on_it(run[0]):
            self.lingering = Kind.WITH
            self.wishes()
            return
        if self.part_for(found, run):
            return
        if head == 0 and not found.any and self.still_to_choose(run[0], joined=joined):
            head = None
        if head == 0 and self.swaps_part(run[0]):
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
        elif any(x.kind is Kind.WORD for x in run):
            self.at += len(run)
            self.unknown(found, run)
        elif run:
            self.at += len(run)
            self.lone_parts(run, found)
        else:
            self.bare(found, joined=joined)
        if self.at == start:
            self.at += 1

    def dish(self, found: Determiner, pre: Sequence[Lexeme], head: Lexeme, *, joined: bool) -> None:
        assert head.mention is not None, "a head is a mention"
        mention = head.mention
        self.heard.understood = True
        self.lingering = None
        if pre and pre[-1].kind is Kind.EXTRA:
            found.more, pre = True, pre[:-1]
        if found.more or (found.some and joined):
            self.adding = self.adding or found.more
        wishes = self.pre_wishes(pre)
        mention = self.made_so(self.of_the_asked(found, mention, joined=joined), wishes)
        lines = self.lines_of(mention)
        unknown = [x.text for x in pre if x.kind is Kind.WORD and x.text.lower() not in HARMLESS]
        if lines and found.refers and not found.more and not unknown:
            self.refer(found, lines, wishes)
        elif found.share and self.narrowed(mention) and self.cart.lines and not unknown:
            self.share_becomes(found, mention, wishes)
        elif unknown:
            self.odd(found, mention, " ".join([*unknown, head.text]), wishes)
        elif (other := self.clashing(mention)) is not None and other.mention is not None:
            self.take()
            self.odd(found, other.mention, f"{head.text} {other.text}", wishes)
        elif (nearest := self.misheard(mention, head)) is not None:
            self.take()
            self.one_more(
                found, mention._replace(items=(nearest,), weak=False), wishes, joined=joined
            )
        elif self.narrowed(mention) is not None:
            self.one_more(found, mention, wishes, joined=joined)
        else:
            self.which(found, mention, head.text, wishes)
        self.said_of_it()
        if self.kind() is Kind.NUMBER and found.count is None and not found.article:
            self.trailing_count()

    def of_the_asked(self, found: Determiner, mention: Mention, *, joined: bool) -> Mention:
        """“Two combos, one *classic* and one *chicken*”: of the kind that was counted first, and
        no dishes of their own."""
        points = [o for o in self.heard.opens if o.kind is OpenKind.WHICH and o not in self.opened]
        point = next((o for o in points if o.asked or not joined), None)
        if point is None or found.count is None or found.count > point.qty or found.more:
            return mention
        if {i.id for i in mention.items} & set(point.item_ids):
            return mention
        said = self.words[mention.start : mention.end]
        meant = self.lexicon.picked(said, point.item_ids)
        return mention._replace(items=(meant,), weak=False, generic=False) if meant else mention

    def made_so(self, mention: Mention, wishes: Sequence[Wish]) -> Mention:
        """“A *large* sake” is the drink that has sizes, and not the fish of the same name."""
        able = tuple(
            item
            for item in mention.items
            if all(any(r.coverage == 1 for r in self.applicable(w.readings, item)) for w in wishes)
        )
        return mention._replace(items=able) if wishes and able else mention

    def said_of_it(self) -> None:
        """What follows the dish: "… should be a fanta", "… without basil"."""
        if self.kind() is Kind.BE:
            self.take()
            if self.target and self.becomes(list(self.target)):
                return
        self.wishes()

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

    def placed_on(self, run: Sequence[Lexeme]) -> bool:
        """“Oat milk in the coffee”: the part comes before the dish, which is there already."""
        start = self.at
        parts = [x for x in run if x.mention is not None and x.mention.readings]
        self.at += len(run)
        if not parts or len(parts) < len(run) or self.kind() is not Kind.TO:
            self.at = start
            return False
        definite = self.take().text.endswith(" the") or self.kind() is Kind.THE
        targets = self.reference() if definite else []
        if not targets:
            self.at = start
            return False
        self.speak_of(targets)
        for part in parts:
            assert part.mention is not None, "chosen so above"
            self.grant(Wish(Kind.WITH, part.mention.readings, part.text))
        self.heard.understood = True
        return True

    def shares_part(self, found: Determiner, lexeme: Lexeme) -> bool:
        """“Two pad thais, one *chicken*”: hardly the name of a dish, but of a way to make one."""
        mention = lexeme.mention
        pointed = bool(found.ordinal) or found.other or found.share
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

    def still_to_choose(self, lexeme: Lexeme, *, joined: bool = False) -> bool:
        """“A kulfi, *mango*”, “the usual but *fried*”: how the dish in hand can be made, and hardly
        the name of another."""
        mention = lexeme.mention
        return (
            mention is not None
            and not mention.whole
            and any(r.coverage == 1 for r in self.usable(mention))
            and (not joined or self.completes(mention))
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
        called = {stem(t.word) for t in tokens(named.text)}
        groups = [
            g.id
            for g in self.menu.groups_of(self.item(line.item_id))
            if any(called == {stem(t.word) for t in tokens(n)} for n in (g.name, *g.names.values()))
        ]
        meant = tuple(r for r in mention.readings if r.group.id in groups and r.coverage == 1)
        if meant:
            self.at = at + 1
            self.grant(Wish(Kind.WITH, meant, run[-1].text))
            self.heard.understood = True
        return bool(meant)

    def put_on_it(self, lexeme: Lexeme) -> bool:
        """“*Peas* on it”, also where peas alone are a dish."""
        mention = lexeme.mention
        after = self.kind(1) is Kind.TO and self.kind(2) is Kind.IT
        return after and mention is not None and any(r.coverage == 1 for r in self.usable(mention))

    def swaps_part(self, lexeme: Lexeme) -> bool:
        """“*Mushrooms* instead of extra cheese”, said of one dish's making."""
        if self.kind(1) is not Kind.INSTEAD_OF:
            return False
        old = self.peek(3 if self.kind(2) is Kind.THE else 2)
        if old is None or old.mention is None or self.lines_of(old.mention):
            return False
        return bool(self.usable(old.mention)) and self.same_group(lexeme, old)

    def becomes(self, targets: list[str], part: Lexeme | None = None) -> bool:
        """What the lines become: a number, another dish, wishes. False where nothing is said.
        Where only a `part` of theirs is changed, what names a part of that kind is one."""
        self.speak_of(targets)
        start = self.at
        if self.kind() is Kind.JUST:
            self.take()  # "make it only two"
        found = self.determiner()
        run = self.run_of()
        head = self.head_of(run)
        if head is not None and (
            (part is not None and self.same_group(run[head], part))
            or (head == 0 and not found.any and self.still_to_choose(run[0]))
        ):
            head, self.lingering = None, Kind.WITH  # "make the dumplings fried"
        if head is not None and (mention := run[head].mention) is not None:
            item = self.narrowed(mention) or self.kin(mention, targets)
            spoken_of = self.lines_of(mention)
            if item is None and len(spoken_of) == 1 and found.count is not None:
                item = self.item(spoken_of[0].item_id)
            if item is None:
                self.at = start
                return False
            self.at += head + 1
            there = [line.id for line in self.cart.lines if line.item_id == item.id]
            if there and found.count is not None and not set(there) & set(targets):
                self.speak_of(there[-1:])  # "make it two colas", said when the fries came last
                self.set_qty(there[-1], found.count)
                self.wishes()
                return True
            self.become(targets[0], item, found.count, self.pre_wishes(run[:head]))
            for line_id in targets[1:]:  # "swap them for two waters"
                self.drop(line_id)
            self.speak_of(targets[:1])
            self.wishes()
            return True
        if found.count is not None:
            for line_id in targets:
                self.count_line(line_id, found.count)
        self.wishes()
        return found.count is not None or self.at > start + int(found.article)

    def kin(self, mention: Mention, targets: Sequence[str]) -> Item | None:
        """“Turn the bacon burger into *a combo*”: of several, the one called most like it."""
        line = self.cart.line(targets[0])
        if line is None or any(i.id == line.item_id for i in mention.items):
            return None
        own = self.lexicon.telling_words_of(self.item(line.item_id))
        shared = {i.id: len(own & self.lexicon.words_of(i)) for i in mention.items}
        most = max(shared.values(), default=0)
        alike = [i for i in mention.items if shared[i.id] == most]
        return alike[0] if most and len(alike) == 1 else None

    def same_group(self, lexeme: Lexeme, part: Lexeme) -> bool:
        if lexeme.mention is None or part.mention is None:
            return False
        groups = {r.group.id for r in part.mention.readings}
        usable = self.usable(lexeme.mention)
        return any(r.group.id in groups and r.coverage == 1 for r in usable)

    def share_becomes(self, found: Determiner, mention: Mention, wishes: Sequence[Wish]) -> None:
        """One of the last line is another dish: "can one of them be a funghi"."""
        item = self.narrowed(mention)
        assert item is not None, "the caller has checked it"
        for line_id in self.part_lines(found):
            self.become(line_id, item, None, wishes)

    def clashing(self, mention: Mention) -> Lexeme | None:
        """“Salmon burger” is neither the salmon nor the burger: two dishes' names in one breath,
        one of them not whole, with nothing between."""
        after = self.peek()
        if after is None or after.mention is None or not after.mention.items:
            return None
        if self.part_of(after.mention, mention):
            return None
        return None if mention.whole and after.mention.whole else after

    def misheard(self, mention: Mention, head: Lexeme) -> Item | None:
        """“Pad tie” is the pad thai, and none of the other dishes that begin so."""
        after = self.peek()
        if after is None or after.kind is not Kind.WORD:
            return None
        if len(mention.items) < 2 and not mention.weak:
            return None
        return self.lexicon.nearest(f"{head.text} {after.text}", mention.items)

    def trailing_count(self) -> None:
        """“Margherita, two” and “pad thai twice”: a number with nothing after it to count."""
        after = self.kind(1)
        if after in (None, Kind.COMMA, Kind.STOP, Kind.AND) and self.target:
            self.count_line(self.target[-1], self.take().value)
            self.wishes()

    def one_more(
        self, found: Determiner, mention: Mention, wishes: list[Wish], *, joined: bool
    ) -> None:
        """One more line, or the correction of one, or the answer to "which?"."""
        item = self.narrowed(mention)
        assert item is not None, "the caller has checked it"
        if self.kind() is Kind.ALSO:
            self.adding = True  # "hang on, a coke as well"
        if self.choosing and not (joined or self.adding or found.more) and self.of_target(item):
            self.become(self.target[-1], item, found.count, wishes)  # "pork dumplings"
            return
        count = found.count if found.count is not None else (1 if found.article else None)
        written = len(self.new)
        count, earlier = self.settle_open(item, count, joined=joined)
        answered = bool(earlier) or len(self.new) > written
        wishes = [*earlier, *wishes]
        pieces = self.pieces(item, found.count, portion=found.article or found.some)
        if pieces is not None:
            count, found.count, wishes = 1, 1, [*wishes, pieces]
        again = None if answered else self.said_again(item, count, wishes, joined=joined)
        if again is not None and not found.more:
            self.become(again, item, count, wishes)
            self.counted.add(again)
            return
        replaced = self.replaced(item, found)
        if replaced is not None:
            self.become(replaced, item, found.count, wishes)
            return
        self.write(item, 1 if count is None else count, wishes)
        if self.new and (count is None and (mention.plural or found.some)):
            self.heard.unsure.append(self.new[-1])
        if self.new and count is not None:
            self.counted.add(self.new[-1])

    def of_target(self, item: Item) -> bool:
        line = self.cart.line(self.target[-1]) if self.target else None
        return line is not None and line.item_id == item.id

    def said_again(
        self, item: Item, count: int | None, wishes: Sequence[Wish], *, joined: bool
    ) -> str | None:
        """“The knefeh, yeah, one knefeh”, “four. Four chickens”: the dish just written, said once
        more by a caller who thinks aloud."""
        last = self.cart.line(self.target[0]) if self.just_written() else None
        if last is None or last.item_id != item.id or joined:
            return None
        if wishes and not self.has_all(last, wishes):
            return None
        if count is None:
            counted = last.id in self.counted and not last.choices
            return last.id if counted else None  # "a pad thai, yeah, pad thai"; not "coke coke"
        if self.kind() in (*WISHING, Kind.MENTION, Kind.NOTE):
            return None
        return last.id if last.id not in self.counted or last.qty == count else None

    def count_line(self, line_id: str, count: int) -> None:
        """So many of a line, or one portion of so many pieces."""
        line = self.cart.line(line_id)
        pieces = self.pieces(self.item(line.item_id), count) if line is not None else None
        if line is None or pieces is None or line.qty > 1:
            self.set_qty(line_id, count)
            return
        self.speak_of([line_id])
        self.grant(pieces)
        self.counted.add(line_id)
        self.heard.understood = True

    def pieces(self, item: Item, count: int | None, *, portion: bool = False) -> Wish | None:
        """“Six nuggets” is one portion of six, where they are sold in sixes, nines and twenties."""
        if count is None or (count < MIN_PIECES and not portion):
            return None
        for group in self.menu.groups_of(item):
            sizes = {m.id: _pieces(m) for m in group.modifiers}
            if group.max == 1 and None not in sizes.values():
                meant = [m for m in group.modifiers if sizes[m.id] == count]
                return Wish(Kind.WITH, (Reading(group, meant[0], 1, False, 1),)) if meant else None
        return None

    def replaced(self, item: Item, found: Determiner) -> str | None:
        """The line that this dish stands in for, where the caller is correcting."""
        fix, self.fix = self.fix, ""
        if self.instead_of:
            line_id, self.instead_of = self.instead_of, ""
            return line_id
        if found.more or self.adding or not (fix or self.only):
            return None
        same = [line for line in self.cart.lines if line.item_id == item.id]
        if same:
            return same[-1].id
        last = self.cart.line(self.focus.last)
        if last is None or not fix:
            return None
        category = self.item(last.item_id).category_id
        return last.id if fix == "strong" or category == item.category_id else None

    def which(self, found: Determiner, mention: Mention, text: str, wishes: Sequence[Wish]) -> None:
        """Several dishes fit, or hardly one does: to be asked."""
        count = 1 if found.count is None else found.count
        if self.chatting and not found.any and not self.wanting:
            return
        lines = self.lines_of(mention)
        corrects = self.fix or self.only or self.heard.doubt
        if corrects and found.count is not None and len(lines) == 1:
            self.set_qty(lines[0].id, found.count)  # "actually four tacos are enough"
            return
        if corrects and len(lines) == 1 and wishes and not found.more:
            item = self.item(lines[0].item_id)
            if all(self.applicable(w.readings, item) for w in wishes):
                self.speak_of([lines[0].id])  # "and only a glass of the wine"
                for wish in wishes:
                    self.grant(wish)
                return
        if mention.generic and not found.any and self.for_whom((Lexeme(Kind.WORD, 0, 0),)):
            return  # "it's too hot *for soup*"
        items = [i for i in mention.items if i.id not in self.sold_out] or list(mention.items)
        if found.refers and not self.wanting and mention.generic and self.target:
            return  # "both pizzas", "the pizzas": what was already ordered
        kind = OpenKind.OFFER if mention.weak else OpenKind.WHICH
        self.open_point(Open(kind, tuple(i.id for i in items), count, tuple(wishes), text))
        if mention.weak:
            self.trouble(TroubleKind.UNKNOWN, text=text, item_ids=tuple(i.id for i in items))

    def odd(self, found: Determiner, mention: Mention, text: str, wishes: Sequence[Wish]) -> None:
        """“A hawaiian pizza”, “a vegan lasagne”: a known dish with a word nobody knows."""
        likely = [] if mention.generic else list(mention.items[:1])
        likely += [i for i in self.lexicon.closest(text) if i not in likely]
        ids = tuple(i.id for i in likely if i.id not in self.sold_out)
        kind = OpenKind.OFFER
        if mention.generic and not ids:
            kind, ids = OpenKind.WHICH, tuple(i.id for i in mention.items)
        self.trouble(TroubleKind.UNKNOWN, text=text, item_ids=ids)
        if ids:
            ids = ids[:1] if kind is OpenKind.OFFER else ids
            self.open_point(Open(kind, ids, found.count or 1, tuple(wishes), text))

    def unknown(self, found: Determiner, run: Sequence[Lexeme]) -> None:
        """Words that name nothing here. They are a dish where one was due."""
        words = [x.text for x in run if x.kind is Kind.WORD]
        text = " ".join(words)
        if self.for_whom(run):
            return
        due = (found.any and not found.definite) or self.wanting
        if (self.chatting and not due) or text.lower() in HARMLESS:
            return
        if not due and len(self.lexemes) > len(run) + 3:
            return
        ordered = {line.item_id for line in self.cart.lines}
        likely = tuple(
            i.id
            for i in self.lexicon.closest(text)
            if i.id not in self.sold_out and i.id not in ordered
        )
        self.trouble(TroubleKind.UNKNOWN, text=text, item_ids=likely)
        if likely:
            self.open_point(Open(OpenKind.OFFER, likely[:1], found.count or 1, (), text))
        self.target = []

    def for_whom(self, run: Sequence[Lexeme]) -> bool:
        """“It's *for a wedding*”: an occasion, or a person, and no dish."""
        at = self.at - len(run) - 1
        while at >= 0 and self.lexemes[at].kind in (Kind.ARTICLE, Kind.THE):
            at -= 1
        return at >= 0 and self.lexemes[at].text == "for"

    def bare(self, found: Determiner, *, joined: bool) -> None:
        """A number alone: an answer, a correction, or nothing."""
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
        if found.both and found.count is not None and self.made_of_so_many(found.count):
            self.heard.understood = True  # "spinach, beetroot and leek, all three"
            return
        if found.both and found.count is not None and self.cart.lines:
            for line_id in self.focused():  # "two of each"
                self.set_qty(line_id, found.count)
            return
        if found.count is None and not (found.more and found.article):
            return
        count = found.count or 1
        if self.takes_offer(found, count):
            return
        base = self.cart.line(self.focus.base)
        if base is not None and base.id in self.new and count < base.qty and not found.more:
            self.sharing = True
        if joined and self.kind() is Kind.TO and self.new and not found.share:
            self.one_for_another(count)
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
        if found.more:
            self.set_qty(target[-1], self.line(target[-1]).qty + count)
        elif (
            self.fix
            or self.only
            or self.alone(found)
            or (found.share and not self.new and self.at == len(self.lexemes))
            or self.line(target[-1]).id in self.heard.unsure
        ):
            self.count_line(target[-1], count)
            self.fix = ""

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
        others = [x for x in self.lexemes if x.kind not in BREAKS | {Kind.NUMBER, Kind.IT, Kind.OF}]
        uncounted = bool(self.new) and self.new[-1] not in self.counted
        apart = self.at == len(self.lexemes) or self.kind() in BREAKS
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

    def lone_parts(self, run: Sequence[Lexeme], found: Determiner) -> None:
        """A dish's part with nothing it could belong to ("spaghetti, please"): which dish?"""
        if self.kind() is Kind.TO and self.on_dish(run):
            return
        readings = [r for x in run if x.mention is not None for r in x.mention.readings]
        groups = {r.group.id for r in readings if r.coverage == 1}
        items = [i for i in self.menu.items if groups & set(i.modifier_group_ids)]
        base = self.cart.line(self.focus.base)
        counted = found.count is not None and base is not None and base.id in self.new
        if base is not None and counted and ((found.count or 1) < base.qty or self.shares):
            # "two burgers, one medium": one of them, and no other dish that can be so
            self.trouble(TroubleKind.NO_OPTION, text=run[-1].text, item_id=base.item_id)
            return
        alone = all(x in run or x.kind in BREAKS for x in self.lexemes)
        if items and (found.any or self.wanting or alone) and not self.chatting:
            wishes = tuple(Wish(Kind.WITH, x.mention.readings, x.text) for x in run if x.mention)
            text = " ".join(x.text for x in run)
            if len(items) == 1:
                self.write(items[0], found.count or 1, wishes)
                return
            ids = tuple(i.id for i in items if i.id not in self.sold_out)
            self.open_point(Open(OpenKind.WHICH, ids, found.count or 1, wishes, text))
            self.heard.understood = True

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
            self.heard.understood = True

    def half(self) -> None:
        """“Half margherita, half diavola”: one dish, at the dearer price, with a note."""
        start = self.at
        if self.kind(1) is Kind.OF:
            self.half_of_them()
            return
        named = self.halves_named()
        items = [i for x in named if x.mention for i in x.mention.items[:1]]
        if len(named) < 2:
            self.at = start + 1
            return
        if self.made_of_halves(named):
            return
        note = Wish(Kind.NOTE, text=f"half {named[0].text}, half {named[1].text}")
        if self.target and all(self.optional(x) for x in named):
            for x in named:
                assert x.mention is not None, "an option is a mention"
                self.grant(Wish(Kind.WITH, x.mention.readings, x.text))
            if all(
                any(r.coverage == 1 and r.group.min > 0 for r in self.choices(x)) for x in named
            ):
                self.heard.understood = True
                return  # the menu knows halves: nothing is to be noted
            items = []
        if len(items) == 2 and not (self.target and self.just_written() and self.open_at is None):
            dearer = max(items, key=lambda i: i.price)
            qty, wishes = self.take_open(dearer)
            self.write(dearer, qty, (*wishes, note))
        else:
            self.grant(note)
        self.heard.understood = True

    def halves_named(self) -> list[Lexeme]:
        """“Half A, half B”, “one half A and the other half B”, “first half A, second half B”."""
        named: list[Lexeme] = []
        while self.kind() in _AMONG_HALVES or (
            self.kind() in _BEFORE_HALF and self.kind(1) is Kind.HALF
        ):
            lexeme = self.take()
            if lexeme.kind is Kind.MENTION:
                named.append(lexeme)
            if len(named) == 2:
                break
        return named

    def made_of_halves(self, named: Sequence[Lexeme]) -> bool:
        """The dish of the menu that is made of two halves, with these."""
        line = self.cart.line(self.target[-1]) if self.target else None
        likely = list(self.menu.items)
        if self.open_at is not None:
            likely = [self.item(i) for i in self.heard.opens[self.open_at].item_ids]
        elif line is not None and line.id in self.new:
            likely = [self.item(line.item_id)]
        able = [(i, w) for i in likely if (w := self.as_halves(i, named))]
        if len(able) != 1:
            return False
        item, wishes = able[0]
        if line is not None and line.item_id == item.id and self.open_at is None:
            for wish in wishes:
                self.grant(wish)
        else:
            qty, earlier = self.take_open(item)
            self.write(item, qty, (*earlier, *wishes))
        self.heard.understood = True
        self.wishes()
        return True

    def as_halves(self, item: Item, named: Sequence[Lexeme]) -> tuple[Wish, ...]:
        """The two halves as wishes: of one group that takes two, or of two groups alike."""
        first, second = (
            [
                r
                for r in self.applicable(x.mention.readings, item)
                if r.coverage == 1 and _of_half(r)
            ]
            if x.mention is not None
            else []
            for x in named
        )
        pairs = [
            (a, b)
            for a in first
            for b in second
            if (a.group.id == b.group.id and a.group.max > 1)
            or (a.group.id != b.group.id and _alike(a.group, b.group))
        ]
        return tuple(
            Wish(Kind.WITH, (r,), x.text)
            for r, x in zip(pairs[0] if pairs else (), named, strict=False)
        )

    def half_becomes(self) -> bool:
        """“The cheese half should be hawaiian”: one half of a dish of two."""
        skip = int(self.kind() is Kind.THE)
        old = self.peek(skip)
        if (
            old is None
            or old.mention is None
            or not (
                (apart := self.kind(skip + 1) is Kind.HALF) or old.text.lower().endswith(" half")
            )
        ):
            return False
        ahead = skip + 1 + apart
        while self.kind(ahead) in (Kind.TO, Kind.BE, Kind.WITH, Kind.ARTICLE, Kind.MAKE):
            ahead += 1
        new = self.peek(ahead)
        if new is None or new.mention is None:
            return False
        for line in self.cart.lines:
            was = [(r.group.id, r.modifier.id) for r in old.mention.readings if _of_half(r)]
            at = next((c for c in line.choices if (c.group_id, c.id) in was), None)
            meant = next(
                (
                    r
                    for r in new.mention.readings
                    if at is not None and r.group.id == at.group_id and r.coverage == 1
                ),
                None,
            )
            if at is not None and meant is not None:
                other = replace(at, id=meant.modifier.id)
                self.put(
                    replace(line, choices=tuple(other if c == at else c for c in line.choices))
                )
                self.speak_of([line.id])
                self.at += ahead + 1
                if self.kind() is Kind.INSTEAD:
                    self.take()
                self.heard.understood = True
                return True
        return False

    def half_of_them(self) -> None:
        """“A dozen carnitas, *half of them* without onion”."""
        half = self.take()
        base = self.cart.line(self.focus.base) or self.cart.line(self.focus.last)
        if base is not None and base.qty > 1:
            count = half._replace(kind=Kind.NUMBER, value=base.qty // 2)
            self.at -= 1
            self.lexemes = [*self.lexemes[: self.at], count, *self.lexemes[self.at + 1 :]]
            self.noun()

    def choices(self, lexeme: Lexeme) -> tuple[Reading, ...]:
        return self.usable(lexeme.mention) if lexeme.mention is not None else ()

    def optional(self, lexeme: Lexeme) -> bool:
        """True where it names what the dish in focus may be given more than one of."""
        mention = lexeme.mention
        return mention is not None and any(
            r.coverage == 1 and r.group.max > 1 and not r.group.removes
            for r in self.usable(mention)
        )


_AMONG_HALVES = (Kind.HALF, Kind.AND, Kind.COMMA, Kind.MENTION, Kind.ARTICLE, Kind.WITH)
_BEFORE_HALF = (Kind.NUMBER, Kind.ORDINAL, Kind.THE, Kind.OTHER)


def _of_half(reading: Reading) -> bool:
    return reading.group.min > 0 and not reading.group.removes


def _alike(one: ModifierGroup, other: ModifierGroup) -> bool:
    """Two groups of the same options, as first and second half are."""
    return [m.id for m in one.modifiers] == [m.id for m in other.modifiers] and one.max == 1


def _pieces(modifier: Modifier) -> int | None:
    """`20 Stück`, `Four Pieces` → 20, 4."""
    for name in (modifier.name, *modifier.names.values(), *modifier.spoken):
        first = next(iter(tokens(name)), None)
        if first is not None and first.word.isdecimal():
            return int(first.word)
    return None
