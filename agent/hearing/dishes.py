"""A dish of the menu: a new line, the correction of one, or the answer to "which?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.cart import CartLine
from agent.hearing.points import Open, OpenKind, Wish
from agent.hearing.portions import portions
from agent.hearing.reader import BREAKS, WISHING, Determiner
from agent.hearing.spoken_of import SpokenOf
from agent.hearing.wishes import HARMLESS
from agent.language import stem
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from agent.small_words import CONTAINERS
from domain.menu import Item

__all__ = ["Dishes"]


_LEADING_TO_PART = frozenset([Kind.WITH, Kind.TO, Kind.AND])
_PEOPLE = re.compile(r"(?:for (?:all |the )?|we are |were |there are )(\d{1,2}) of us\b")


class Dishes(SpokenOf):
    """Dishes, each with what is said of it."""

    def dish(self, found: Determiner, pre: Sequence[Lexeme], head: Lexeme, *, joined: bool) -> None:
        assert head.mention is not None, "a head is a mention"
        mention = head.mention
        self.heard.understood = True
        self.lingering = None
        if not pre and self.heads_list(found, mention):
            return
        if pre and pre[-1].kind is Kind.EXTRA:
            found.more, pre = True, pre[:-1]
        if found.more or (found.some and joined):
            self.adding = self.adding or found.more
            self.setting = self.setting and not found.more
        if not pre and (told := self.in_apposition(found, mention, joined=joined)) is not None:
            self.become(self.new[-1], told, None, ())
            self.said_of_it()
            return
        pre = [x for x in pre if not self.contains(x, mention, pre)]
        mention = self.as_total(found, mention)
        wishes = self.pre_wishes(pre)
        sized = {r.group.id for wish in wishes for r in wish.readings if r.coverage == 1}
        wishes += [w for w in self.said_within(mention) if w.readings[0].group.id not in sized]
        mention = self.of_that_kind(found, self.of_the_asked(found, mention, joined=joined))
        mention = self.made_so(mention, wishes)
        lines = self.lines_of(mention)
        pointed = (found.definite or found.share) and self.ones(head)  # "one of *the turkey ones*"
        partly = not mention.whole or self.led_onto() or self.made_of_ordered(mention)
        partly = (found.definite and partly) or (found.share and not found.of_these)
        if not lines and (partly or pointed or found.pointed):
            lines = self.lines_called(head.text)  # "*the coffees* should be small"
        lines = self.all_called(lines, head.text) if found.both else lines
        if not lines and pointed and (made := self.lines_made(found, head)):
            self.speak_of(made)  # "*the turkey one* no pickle", of two reubens
            self.said_of_it()
            return
        mention = mention if lines else self.shortest_named(mention)
        unknown = [x.text for x in pre if x.kind is Kind.WORD and x.text.lower() not in HARMLESS]
        if not unknown and self.restates(found, mention, head.text, wishes):
            pass
        elif lines and not found.any and self.agrees_again(joined=joined) and not unknown:
            self.refer(found, lines, wishes)  # "yes, *banana pecan*", to what was read back
        elif (lines and found.refers and not found.more and not unknown) or (
            lines
            and not found.any
            and not unknown
            and (
                self.speaks_of_new(mention, lines)
                or self.heads_clause(lines)
                or (not joined and self.tells_missing(lines, wishes))
                or (not joined and self.tells_of_new(lines))
            )
        ):
            self.refer(found, lines, wishes)
        elif (
            found.of_these
            and not found.more
            and self.narrowed(mention)
            and self.cart.lines
            and not unknown
        ):
            self.share_becomes(found, mention, wishes)
        elif not unknown and self.kind_of_base(found, mention, joined=joined):
            self.share_becomes(found, mention, wishes)
            self.sharing = True
        elif unknown:
            self.odd(found, mention, " ".join([*unknown, head.text]), wishes)
        elif (other := self.clashing(mention)) is not None and other.mention is not None:
            self.take()
            self.odd(found, other.mention, f"{head.text} {other.text}", wishes)
        elif self.tells_of_another(mention, head):
            self.unknown(found, [head, *self.take_named()], joined=joined)
        elif (nearest := self.misheard(mention, head)) is not None:
            self.take()
            self.one_more(
                found, mention._replace(items=(nearest,), weak=False), wishes, joined=joined
            )
        elif self.narrowed(mention) is not None:
            self.one_more(found, mention, wishes, joined=joined)
        elif (plain := self.plainest(found, mention, wishes)) is not None:
            self.one_more(found, plain, wishes, joined=joined)
        else:
            self.which(found, mention, head.text, wishes)
        self.told_by_what_is_in_it(definite=found.definite)
        self.said_of_it()
        if self.kind() is Kind.NUMBER and found.count is None and not found.article:
            self.trailing_count()
        self.apiece()

    def apiece(self) -> None:
        """“Two burgers and a coke *each*”, “a juice each for the three of us”, “… for each”."""
        line = self.cart.line(self.target[-1]) if self.just_written() else None
        skip = int(self.says("for", "with"))
        each = self.peek(skip)
        ends = self.kind(skip + 1) in (None, *BREAKS, Kind.AND, Kind.TO)
        if line is None or line.qty > 1 or each is None or not ends:
            return
        if each.kind is not Kind.BOTH or not each.text.startswith("each"):
            return
        people = _PEOPLE.search(" ".join(t.word for t in self.words))
        eaters = [o for i in self.focused() if i != line.id and (o := self.cart.line(i))]
        kinds = {self.item(o.item_id).category_id for o in eaters[:1]}
        count = sum(o.qty for o in eaters if self.item(o.item_id).category_id in kinds)
        self.at += skip + 1
        self.set_qty(line.id, int(people[1]) if people is not None else count or 1)

    def said_of_it(self) -> None:
        """What follows the dish: "… should be a fanta", "… without basil", "… have basil"."""
        if self.has_part():
            self.take()
            self.lingering = Kind.WITH
        said = [t.word for t in self.words[: self.lexemes[self.at].start]] if self.peek() else []
        clipped = self.at > 0 and self.lexemes[self.at - 1].text.endswith(("'s", "’s"))
        if self.kind() is Kind.ARTICLE and (clipped or said[-1:] in (["is"], ["are"], ["be"])):
            self.take()  # "the meatball *is a* whole one", "the meatball*'s a* whole one"
        if self.kind() is Kind.BE:
            self.take()
            if self.target and self.becomes(list(self.target)):
                return
        self.wishes()

    def told_by_what_is_in_it(self, *, definite: bool) -> None:
        """“*The benedict with the salmon*”, where one of them is the salmon benedict and the other
        can have none; “*the burger with the mushrooms and swiss*”, which is called so."""
        line = self.cart.line(self.target[-1]) if self.just_written() else None
        called = self.called.get(line.id) if line is not None else None
        ahead = 0 if self.kind() is Kind.WITH or self.says("with the") else -1
        if line is None or called is None or ahead < 0:
            return
        parts: list[Mention] = []
        while self.kind(ahead) in _LEADING_TO_PART:
            ahead += 1 + int(self.kind(ahead + 1) in (Kind.THE, Kind.ARTICLE))
            part = self.peek(ahead)
            if part is None or part.mention is None or len(part.mention.items) != 1:
                break
            parts.append(part.mention)
            ahead += 1
        kin = {m.items[0].id: m.items[0] for m in parts}
        if len(kin) != 1:
            return
        item = parts[0].items[0]
        said = self.stems(called).union(*(self.stems(m) for m in parts))
        alike = self.kind_of(line) == item.category_id
        alike = alike and self.stems(called) <= self.lexicon.words_of(item)
        optional = any(r.coverage == 1 for m in parts for r in self.usable(m))
        if alike and (not optional or (definite and said == self.lexicon.name_of(item))):
            self.at += ahead
            self.become(line.id, item, None, ())

    def one_more(
        self, found: Determiner, mention: Mention, wishes: list[Wish], *, joined: bool
    ) -> None:
        """One more line, or the correction of one, or the answer to "which?"."""
        item = self.narrowed(mention)
        assert item is not None, "the caller has checked it"
        if self.kind() is Kind.WITH and self.kind(1) is Kind.IT and not self.only:
            self.at += 2
            self.adding = True  # "actually, a coke with that"
        if self.kind() is Kind.ALSO:
            self.adding = True  # "hang on, a coke as well"
        if self.shares_asked(item, found):
            self.share_asked(found.count or 1, wishes)
            return
        if self.choosing and not (joined or self.adding or found.more) and self.of_target(item):
            self.become(self.target[-1], item, found.count, wishes)  # "pork dumplings"
            return
        count = found.count if found.count is not None else (1 if found.article else None)
        if count is None and found.ordinal:
            count = found.count = 1  # "three specials": "*the first one's* the chicken", …
        if found.count is None and self.eaters:
            count = found.count = self.eaters
        written, told = len(self.new), count
        count, earlier = self.settle_open(item, count, joined=joined)
        answered = bool(earlier) or len(self.new) > written
        wishes = [*self.in_its_place(item), *earlier, *wishes]
        pieces = None if self.counts_portions(mention) else found.count
        sold = portions(self.menu, item, pieces, portion=found.article or found.some)
        sized = {r.group.id for w in wishes for r in w.readings if r.coverage == 1}
        if sold is not None and sold[0].readings[0].group.id not in sized:
            count = found.count = sold[1]
            wishes = [*wishes, sold[0]]
        renamed = not found.any and self.calls_otherwise(item, mention)
        named_on = joined and self.names_on(found, mention)
        if self.explains(item, joined=joined) or named_on or renamed:
            self.become(self.new[-1], item, found.count, wishes)
            return
        again = None if answered else self.wanted_before(item)
        again = again or (None if answered else self.said_again(item, count, wishes, joined=joined))
        again = again or self.kind_named_before(item, found)
        if again is not None and not found.more:
            self.become(again, item, count, wishes)
            self.counted |= {again} if count is not None else set()
            self.fix = ""  # "a pita, no wait, two pitas, *and hummus*": corrected, and goes on
            return
        if self.either(item):
            return
        replaced = self.twin_of(item, joined=joined) or self.not_made_so(item)
        replaced = replaced or self.replaced(item, found, joined=joined)
        if replaced is not None:
            self.become(replaced, item, found.count, wishes)
            self.mended.add(replaced)
            return
        self.settle_for_both(item)
        self.write(item, 1 if count is None else count, wishes)
        if self.new:
            self.called[self.new[-1]] = mention
        if self.new and (count is None and (mention.plural or found.some)):
            self.heard.unsure.append(self.new[-1])
        if self.new and (told is not None or (count or 1) > 1):
            self.counted.add(self.new[-1])  # and not "ziti?", to the offer of one

    def led_by_so(self) -> bool:
        """“She wants a coke, *so can I get* a large coke”: what follows is what comes of it."""
        before = [x.end for x in self.lexemes if x.end <= self.phrase_at and x.mention is not None]
        led = self.words[before[-1] : self.phrase_at] if before else []
        return any(t.word == "so" for t in led)

    def wanted_before(self, item: Item) -> str | None:
        """“I want fries and a coke, *so a small fries* and a large coke”: those two, of which was
        not said before how they are made."""
        if self.led_by_so():
            self.resumed = self.sentence_at()
        if self.resumed != self.sentence_at():
            return None
        lines = [o for i in self.new if (o := self.cart.line(i)) is not None]
        bare = [o.id for o in lines if o.item_id == item.id and o.qty == 1 and not o.choices]
        return bare[0] if bare else None

    def sentence_at(self) -> int:
        """Where the sentence that is read begins, as a number of its own."""
        before = self.lexemes[: self.at]
        return 1 + max((x.end for x in before if x.kind is Kind.STOP), default=0)

    def settle_for_both(self, item: Item) -> None:
        """“He wants rings and I want fries, *so can we get the half and half*”: the dish that has
        the names of both is had in place of the two."""
        wanted = [i for i in self.new if i in self.called and i not in self.counted]
        wanted = [i for i in wanted if self.cart.line(i) and not self.line(i).choices]
        named = [self.stems(self.called[i]) & self.lexicon.words_of(item) for i in wanted]
        if len(wanted) > 1 and all(named) and self.led_by_so():
            for line_id in wanted:
                self.drop(line_id)

    def counts_portions(self, mention: Mention) -> bool:
        """“Three *orders of* tenders”: so many portions, whatever number of pieces is in one."""
        said = [t.word for t in self.words[self.phrase_at : mention.start]]
        number = max((n for n, word in enumerate(said) if word.isdecimal()), default=len(said))
        return any(stem(word) in CONTAINERS for word in said[number:])

    def of_target(self, item: Item) -> bool:
        line = self.cart.line(self.target[-1]) if self.target else None
        return line is not None and line.item_id == item.id

    def said_again(
        self, item: Item, count: int | None, wishes: Sequence[Wish], *, joined: bool
    ) -> str | None:
        """“The knefeh, yeah, one knefeh”, “four. Four chickens”: the dish just written, said once
        more by a caller who thinks aloud."""
        at_hand = self.just_written() or set(self.target[:1]) & self.mended
        last = self.cart.line(self.target[0]) if at_hand else None
        if last is None or last.item_id != item.id or joined:
            return None
        if last.id in self.mended and count in (None, last.qty) and self.opens_phrase():
            return last.id  # "no wait, corned beef. *Corned beef* on rye"
        if last.id in self.set_right and count == last.qty and self.opens_phrase():
            return last.id  # "three tamales, no, four. *Four tamales* with chili"
        summed = [t.word for t in self.words[: self.phrase_at]][-1:] == ["so"]
        if summed and count is not None and count > last.qty:
            return last.id  # "one each for me and my brother, *so two* cobblers"
        if self.for_someone():
            return None
        if count is not None and last.id not in self.counted and not last.choices:
            return last.id  # "so, wings. *The twenty*, bone-in"
        if wishes and not self.has_all(last, wishes):
            return None
        after = self.peek()
        made = after.mention if after is not None and not last.choices else None
        if count is None and made is not None and self.completes(made):
            return last.id  # "a sausage and chips, *chips small*"
        if count is None:
            apposed = self.lexemes[max(0, self.at - 2)].kind is Kind.COMMA
            wondered = any(x.text == "?" for x in self.lexemes[: self.at])  # "ziti? *He says ziti*"
            counted = last.id in self.counted or wondered
            counted = counted and (not last.choices or apposed)
            return last.id if counted else None  # "a pad thai, yeah, pad thai"; not "coke coke"
        if self.kind() in (*WISHING, Kind.MENTION, Kind.NOTE):
            return last.id if last.qty == count and self.made_so_already(last) else None
        return last.id if last.id not in self.counted or last.qty == count else None

    def kind_named_before(self, item: Item, found: Determiner) -> str | None:
        """“Naan, *three garlic ones*”: which of the kind just named they are, and how many."""
        last = self.cart.line(self.target[0]) if self.just_written() else None
        if last is None or last.item_id == item.id or last.id in self.counted or last.choices:
            return None
        said = self.called.get(last.id)
        ones = self.says("1", "1s", "ones") or self.ones(self.lexemes[self.at - 1])
        if said is None or found.count is None or not ones:
            return None
        return last.id if self.stems(said) <= self.lexicon.words_of(item) else None

    def made_so_already(self, line: CartLine) -> bool:
        """“A pitcher of coke, … *One pitcher of coke*”: a sentence that says it once more, with all
        that was said of it."""
        before = [x for x in self.lexemes if x.end <= self.phrase_at][-1:]
        said = [x.mention for x in self.options_ahead() if x.mention is not None]
        chosen = {(c.group_id, c.id) for c in line.choices}
        own = [{(r.group.id, r.modifier.id) for r in m.readings if r.coverage == 1} for m in said]
        again = len(said) == len(chosen) and all(names & chosen for names in own)
        return bool(before) and before[0].kind is Kind.STOP and again

    def names_on(self, found: Determiner, mention: Mention) -> bool:
        """“The burger with the mushrooms *and swiss*”: one more word of the name of one dish."""
        last = self.cart.line(self.new[-1]) if self.just_written() else None
        partly = not (found.any or mention.whole) and len(mention.items) == 1
        return partly and last is not None and last.item_id == mention.items[0].id

    def calls_otherwise(self, item: Item, mention: Mention) -> bool:
        """“Some wings, *bone-in*”: the dish just written, by another of its names."""
        last = self.cart.line(self.new[-1]) if self.just_written() else None
        called = self.called.get(last.id) if last is not None else None
        before = [x.kind for x in self.lexemes if x.end <= self.phrase_at][-1:]
        if last is None or called is None or last.item_id != item.id:
            return False
        return before == [Kind.COMMA] and not self.stems(called) & self.stems(mention)

    def explains(self, item: Item, *, joined: bool) -> bool:
        """“A penne vodka, *that's a pasta* with penne …”: the dish just written, in other words."""
        said = [t.word for t in self.words[: self.phrase_at]][-2:]
        last = self.cart.line(self.new[-1]) if self.just_written() and not joined else None
        told = said[-1:] in (["thats"], ["meaning"]) or said in (["that", "is"], ["which", "is"])
        return told and last is not None and last.item_id == item.id

    def opens_phrase(self) -> bool:
        """True where a pause comes before the dish."""
        before = [x.kind for x in self.lexemes if x.end <= self.phrase_at][-1:]
        return before[0] in BREAKS if before else False

    def either(self, item: Item) -> bool:
        """“A soup *or a salad*”: which of them, is to be said."""
        before = [t.word for t in self.words[: self.phrase_at]][-1:]
        if before != ["or"] or not self.just_written() or self.fix:
            return False
        old = self.line(self.new[-1])
        if old.item_id == item.id:
            return False
        self.new.remove(old.id)
        self.drop(old.id)
        text = f"{self.item(old.item_id).name} or {item.name}"
        self.open_point(Open(OpenKind.WHICH, (old.item_id, item.id), old.qty, (), text))
        return True

    def for_someone(self) -> bool:
        """“A coke *for me*, a coke for my sister” are two."""
        before = [x for x in self.lexemes if x.end <= self.phrase_at]
        last = max((n for n, x in enumerate(before) if x.kind is Kind.MENTION), default=0)
        return any(x.kind is Kind.TO and x.text == "for" for x in before[last:])

    def replaced(self, item: Item, found: Determiner, *, joined: bool) -> str | None:
        """The line that this dish stands in for, where the caller is correcting."""
        fix, self.fix = self.fix, ""
        again, self.correcting = self.correcting, self.correcting or bool(fix)
        if self.instead_of:
            line_id, self.instead_of = self.instead_of, ""
            return line_id if self.cart.line(line_id) is not None else None
        told_next = self.kind() is Kind.INSTEAD_OF  # "actually, the eel *instead of the tuna*"
        if found.more or self.adding or told_next or not (fix or self.only or again):
            return None
        same = [line for line in self.cart.lines if line.item_id == item.id]
        if not (fix or self.only):  # "sorry, a lamb vindaloo *and a chicken korma*"
            same = [line for line in same if line.id not in self.new and line.id not in self.spoken]
            return same[-1].id if same else None
        if same:
            return same[-1].id
        if (old := self.not_these()) is not None:
            return old
        last = self.cart.line(self.focus.last)
        if last is None or not fix or (self.offered and not self.new):
            return None  # "actually, a puff instead": of what was offered
        if joined and last.id in self.spoken and last == self.before.line(last.id):
            return None  # "no, I said the coke *and a tea*": the coke was told over
        if (broken_off := self.called.get(last.id)) is not None and self.just_written():
            named = self.applicable(broken_off.readings, item)
            if any(r.coverage == 1 and r.group.max == 1 and r.group.min > 0 for r in named):
                return last.id  # "one lamb, no, sorry, chicken vindaloo": it was none
        category = self.item(last.item_id).category_id
        alike = [
            line.id
            for i in self.focused()
            if (line := self.cart.line(i))
            and self.item(line.item_id).category_id == item.category_id
        ]
        if fix == "strong" and category != item.category_id and len(alike) == 1:
            return alike[0]  # "a steak pie, I meant", said after the pie and the chips
        return last.id if fix == "strong" or category == item.category_id else None

    def not_these(self) -> str | None:
        """“I meant the mac, *not the slaw*”: the line that is named as wrong."""
        skip = int(self.kind() is Kind.COMMA)
        then = skip + 1 + int(self.kind(skip + 1) is Kind.THE)
        wrong = self.peek(then) if self.kind(skip) is Kind.NOT else None
        if wrong is None or wrong.mention is None or not (lines := self.lines_of(wrong.mention)):
            return None
        self.at += then + 1
        return lines[-1].id

    def not_made_so(self, item: Item) -> str | None:
        """“And a bowl of chowder actually, *not a cup*”: the one line of it that is made so."""
        skip = 0
        while self.kind(skip) in (Kind.FIX, Kind.COMMA):
            skip += 1
        wrong = self.peek(skip + 1) if self.kind(skip) is Kind.NOT else None
        if wrong is None or wrong.mention is None or wrong.mention.items:
            return None
        named = {(r.group.id, r.modifier.id) for r in wrong.mention.readings if r.coverage == 1}
        lines = [
            line.id
            for line in self.cart.lines
            if line.item_id == item.id and any((c.group_id, c.id) in named for c in line.choices)
        ]
        if len(lines) != 1 or lines[0] in self.new:
            return None
        self.at += skip + 2
        return lines[0]
