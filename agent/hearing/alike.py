"""Dishes made as another: "the same again", "another one of those", "the same as the first"."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.likewise import Likewise
from agent.hearing.other_options import MIN_NAMED
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS, Determiner
from agent.lexemes import Kind, Lexeme
from domain.menu import Item

__all__ = ["Alike"]


class Alike(Likewise):
    """Lines copied from another, and made otherwise in what follows."""

    def same_again(self) -> None:
        """The same meal once more, or one more of the last line, for "the same again but with …";
        of another, for "the same as the first"; and another dish made alike, for "the same as a
        burrito". “Two kids' plates, *both the same*” are no more than two."""
        each = self.said_of_all()
        same = self.take()
        joined, self.joined = self.joined, False
        if each and not self.says("for", "for the", "as", "as the", "as my"):
            self.heard.understood = True
            return
        last = self.cart.line(self.target[-1]) if self.target else None
        if last is not None and self.are_alike(same, last):
            return
        if last is not None and self.made_likewise(same, last, joined=joined):
            self.wishes()
            return
        item, told = self.dish_alike(), False
        if item is None and self.says("as", "as the", "as my"):
            start = self.at
            end = self.take().end
            own = self.own_line(end)
            if own and self.says("mine"):
                self.take()
            written = last is not None and self.just_written() and not joined
            if written and last is not None and self.takes_after(last):
                self.wishes()
                return
            told = self.repeats(own or self.reference())
            self.at = self.at if told else start
        last = self.cart.line(self.target[-1]) if self.target else None
        if last is None:
            return
        if last.id in self.mended and item is None and not told:
            pass  # "not the ahi, the salmon, *same thing*": made as that was
        elif last.id in self.new and self.raised.get(last.id) is Kind.MORE:
            pass  # "two more, *the same* but dry": those two
        elif item is None and self.raised_already(last, Kind.SAME, joined=joined):
            self.take_the_other(last)
        else:
            named = [self.line(i) for i in self.named_again()]
            alone = told or item is not None
            self.copy(named or ([last] if alone else self.whole_meal(last)))
            self.raised |= dict.fromkeys(self.twins, Kind.SAME)
        if item is not None:
            self.become(self.target[-1], item, None, ())
        self.heard.understood = True
        self.wishes()

    def said_of_all(self) -> bool:
        """“*Both* the same”, “*all six of them* the same”: what is before it counts them all."""
        back = -1
        while self.kind(back) in (Kind.OF, Kind.NUMBER):
            back -= 1
        return self.kind(back) is Kind.BOTH

    def are_alike(self, same: Lexeme, last: CartLine) -> bool:
        """“Two bowls, *exactly the same*, with rice”: those two, and what they have in common is
        about to be said."""
        said = same.text in _ALIKE and last.id in self.new and last.qty > 1 and not last.choices
        follows = self.peek_past({*BREAKS, Kind.WITH})
        return said and follows is not None and self.usable_of(last, follows)

    def named_again(self) -> list[str]:
        """“My sister wants the same *bowl*”, “… the same, *the reuben*, but …”: that one, of all
        that is ordered."""
        skip = 2 * int(self.kind() is Kind.COMMA and self.kind(1) is Kind.THE)
        dish = self.peek(skip)
        if dish is None or dish.mention is None:
            return []
        named = [line.id for line in self.lines_of(dish.mention)][-1:]
        self.at += skip + 1 if named else 0
        return named

    def own_line(self, at: int) -> list[str]:
        """“For me a bhuna, … and gran wants the same as *me*”: the speaker's own dish."""
        words = [t.word for t in self.words]
        if words[at : at + 1] not in (["me"], ["mine"]):
            return []
        own = next((n for n, word in enumerate(words[: at - 1]) if word in _I), len(words))
        said = [x for x in self.lexemes if own < x.start < at and x.mention and x.mention.items]
        lines = [o.id for x in said if x.mention for o in self.lines_of(x.mention)]
        return [line for line in lines if line in self.new][:1]

    def repeats(self, line_ids: list[str]) -> bool:
        """True where it is clear which line is to be copied."""
        if line_ids:
            self.speak_of(line_ids[-1:])
        return bool(line_ids)

    def dish_alike(self) -> Item | None:
        """“The same *as a vegetable biryani*”: of another dish, which is then read."""
        skip = 1 + int(self.kind(1) is Kind.ARTICLE)
        dish = self.peek(skip)
        if self.kind() is not Kind.TO or dish is None or dish.mention is None:
            return None
        item = self.narrowed(dish.mention)
        if item is None or self.lines_of(dish.mention) or not dish.mention.whole:
            return None
        if self.usable(dish.mention) and skip == 1:
            return None  # "the same with rice": how it is made
        self.at += skip + 1
        return item

    def as_the_share(self, found: Determiner) -> bool:
        """“Three burritos, …, *the third one the same as the first*”."""
        if self.same_once_more(found):
            return True
        base = self.cart.line(self.focus.base)
        if self.kind() is not Kind.SAME or base is None or base.id not in self.new:
            return False
        if not (found.ordinal or found.other or (found.count and base.qty > 1)):
            return False
        shares = self.part_lines(found)
        self.same_again()
        twin, share = self.cart.line(self.target[-1]), self.line(shares[-1])
        if twin is not None and twin.id != share.id and twin.item_id == share.item_id:
            self.cart = self.cart.without(twin.id)
            self.put(replace(share, choices=twin.choices, note=twin.note))
            self.speak_of([share.id])
        return True

    def same_once_more(self, found: Determiner) -> bool:
        """“*Another six the same*, but mild”, “*one just like it* without nuts”: of the line that
        was spoken of, so many, or a portion of so many pieces."""
        same = self.peek()
        line = self.cart.line(self.target[-1]) if self.target else None
        if same is None or same.kind is not Kind.SAME or line is None:
            return False
        told = found.more or (found.count is not None and same.text == "just like it")
        if not told or found.refers:
            return False
        self.take()
        self.joined = False
        pieces = self.pieces(self.item(line.item_id), found.count)
        self.adding = True
        self.twins = [self.twin(line, (found.count or 1) if pieces is None else 1)]
        self.speak_of(self.twins)
        self.raised[self.target[-1]] = Kind.MORE
        self.heard.understood = True
        self.wishes()
        return True

    def another_like_it(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“*Another one of those*, but large”: made as the last, but for what follows."""
        line = self.cart.line(self.target[-1]) if self.target else None
        pointed = self.at > 0 and self.lexemes[self.at - 1].text in _OF_THOSE
        made = all(x.mention is not None and self.usable(x.mention) for x in run)
        if line is None or not (found.more and found.share and pointed and made):
            return False
        if self.raised_already(line, Kind.MORE, joined=self.joined):
            self.take_the_other(line)
            self.wishes()
            return True
        self.adding = True
        self.speak_of([self.twin(line, found.count or 1)])
        self.raised[self.target[-1]] = Kind.MORE
        self.heard.understood = True
        self.wishes()
        return True

    def varies_part(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“The same again for him, but he takes *a diet coke*”: in place of the choice copied."""
        mention = run[0].mention if run else None
        if not self.twins or self.target != self.twins or mention is None:
            return False
        if found.count not in (None, 1) or found.more:
            return False
        if self.names_it_again(run):
            return True
        if self.head_of(run):
            return False  # "…, and *a pound of* clams": of the dish that is named next
        for line in map(self.line, self.target):
            taken = {c.group_id for c in line.choices}
            readings = self.applicable(mention.readings, self.item(line.item_id))
            most = max((r.coverage for r in readings), default=0.0)
            others = [r for r in readings if r.coverage == most >= MIN_NAMED and r.group.max == 1]
            if any(r.group.id in taken for r in others):
                self.speak_of([line.id])
                self.grant(Wish(Kind.WITH, tuple(others), self.take().text))
                self.wishes()
                return True
        return False

    def names_it_again(self, run: Sequence[Lexeme]) -> bool:
        """“The same thing, *a pound of mussels*, but hers with …”: which dish that is."""
        head = self.head_of(run)
        dish = run[head].mention if head is not None else None
        before = [x.kind for x in self.lexemes if x.end <= self.phrase_at][-1:]
        line = self.line(self.target[-1])
        if not head or dish is None or self.item(line.item_id) not in dish.items:
            return False
        if before != [Kind.COMMA]:
            return False
        for part in run[:head]:
            if part.mention is not None:
                self.grant(Wish(Kind.WITH, self.usable(part.mention), part.text))
        self.at += head + 1
        self.wishes()
        return True

    def of_it(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“A cup of the soup for her and *a bowl of it* for me”, where a bowl is a dish, too."""
        after = self.peek(1)
        counted = found.count is not None or found.article
        mention = run[0].mention if len(run) == 1 else None
        if not counted or after is None or after.text not in _OF_THOSE:
            return False
        return mention is not None and any(r.coverage == 1 for r in self.usable(mention))


_I = frozenset("me i im id ill ive".split())  # noqa: SIM905
_ALIKE = frozenset(
    [*("the same", "exactly the same", "the exact same", "the very same"), "identical"]
)
_OF_THOSE = frozenset(["of them", "of those", "of these", "of it", "of em"])
