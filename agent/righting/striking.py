"""What a caller says to put the order right, done to the cart before anything else is heard."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from agent.cart import Cart, CartLine
from agent.house import House
from agent.language import LIGHT
from agent.matching import Mention
from agent.number_words import ORDINALS
from agent.righting.named import HAVING, Found, Named
from agent.righting.phrases import (
    BOUNDS,
    DETERMINERS,
    EXTRA,
    MORE,
    ODD,
    OWN,
    SERVED,
    TAILS,
)
from agent.righting.units import Sentence
from domain.ordering import Choice

__all__ = ["MAX_NAME", "Naming", "Striking"]

MAX_NAME = 8  # words of a name and of what is told of it


@dataclass
class Naming:
    """A name in a sentence, how it was counted and pointed at, and where it ends with all that is
    said after it. `found` is None where only a number was said."""

    found: Found | None
    start: int
    end: int
    count: int | None = None
    extra: bool = False  # "the *extra* chai", "the chai *on its own*", "the *side of* slaw"
    odd: bool = False  # "that *odd* samosa", beside others of another make
    more: bool = False  # "*another* rack"
    definite: bool = False
    ordinal: int = 0
    marks: str = ""  # what was said after it: "on there"


class Striking(Named):
    """Names in a sentence, and lines struck out or counted anew."""

    def __init__(
        self,
        house: House,
        cart: Cart,
        mentions: Sequence[Mention],
        last: str,
        *,
        confirming: bool,
        counting: bool = False,
        former: Cart | None = None,
    ) -> None:
        super().__init__(house, cart)
        self.mentions = {m.start: m for m in mentions}
        self.before = cart
        self.last = last
        self.confirming = confirming
        self.counting = counting
        self.former = former  # the order before something was taken off it
        self.struck: set[str] = set()  # dishes of which something was taken off
        self.topic: set[str] = set()  # the dishes that "the one" is of
        self.said: Sequence[Sentence] = ()
        self.absent = 0  # names of no line, at the beginning of the list that was read last
        self.n = 0  # the sentence that is being read
        self.counted = False  # it was said how many of a dish there are to be
        self.changing = False  # a part was changed, and the next may be: "and the coke to a tea"
        self.righted = False  # something was put right, or found right, so far
        self.restating = False  # "no, eight rolls": so may be what follows, "and two cokes"
        self.taken: set[int] = set()  # the tokens that were understood
        self.gone: list[CartLine] = []  # struck out though they were not named
        self.wrong: dict[int, int] = {}  # of how many it is complained in which sentence

    # --- names -----------------------------------------------------------------------------------

    def name_at(self, s: Sentence, at: int, *, told: bool = False) -> Naming | None:
        """The name that begins at `at`, or a number alone. `told`: it may go on at once with what
        is told of it: "*the tea* unsweet"."""
        name = Naming(None, at, at)
        while name.end < len(s.units) and self._before_a_name(s, name):
            name.end += 1
        start = name.end
        stop = start
        while stop < min(len(s.units), start + MAX_NAME) and s.units[stop].text not in BOUNDS:
            stop += 1
        for end in range(stop, start, -1):
            words = [w for u in s.units[start:end] for w in u.words]
            pointed = name.count == 1 and words[0] in HAVING
            found = self.find([*words, *(["1"] if pointed else [])], self.topic)
            if told and self.cuts(s, end):
                continue
            if found is not None and (not found.described if told else not self._goes_on(s, end)):
                while s.units[end - 1].text in LIGHT and end > start + 1:
                    end -= 1
                name.found, name.end = found, end
                self.tails(s, name)
                return name
        if name.count is not None and self.ends(s, start):
            of_them = start > at + 1 and self.topic  # "one *of them*"
            name.found = Found(tuple(self.of_dish(self.topic))) if of_them else None
            self.tails(s, name)
            return name
        return None

    def cuts(self, s: Sentence, end: int) -> bool:
        """“Make the *curry Thai* hot”: a name that would end within the name of an option."""
        first = s.units[end].start if end < len(s.units) else 0
        return any(m.start < first < m.end for m in self.mentions.values())

    def _goes_on(self, s: Sentence, at: int) -> bool:
        """True where a name goes on at `at`: "*plain* samosa" is no plain naan."""
        if at >= len(s.units) or s.units[at].text in BOUNDS:
            return False
        start = s.units[at].start
        return any(m.start <= start < m.end for m in self.mentions.values())

    def _before_a_name(self, s: Sentence, name: Naming) -> bool:
        """Takes in what stands before a name: "two of the extra …"."""
        text = s.units[name.end].text
        if text in DETERMINERS:
            name.definite = name.definite or text not in ("a", "an", "any", "some")
        elif text.isdecimal() and name.count is None:
            name.count = int(text)
        elif text in EXTRA:
            name.extra, name.odd = True, name.odd or text in ODD
        elif text in MORE:
            name.more = True
        elif text in ORDINALS and name.definite:
            name.ordinal = ORDINALS[text]
        elif text in SERVED and s.says(name.end + 1, "of"):
            name.extra = True
        elif text != "of" or name.end == name.start:
            return False
        return True

    def tails(self, s: Sentence, name: Naming) -> None:
        while name.end < len(s.units):
            own = s.match(OWN, name.end)
            size = own or s.match(TAILS, name.end)
            if not size:
                return
            name.extra = name.extra or bool(own)
            name.marks += f" {' '.join(u.text for u in s.units[name.end : name.end + size])}"
            name.end += size

    def ends(self, s: Sentence, at: int) -> bool:
        """True where a clause ends at `at`, or nothing follows but what is said after any."""
        while at < len(s.units) and (size := s.match(TAILS, at)):
            at += size
        return at >= len(s.units) or s.units[at].text in BOUNDS

    def names_at(self, s: Sentence, at: int) -> list[Naming]:
        """“The naan *and the chai*”: each that is one, up to the first that is none."""
        names: list[Naming] = []
        self.absent = 0
        while True:
            name = self.name_at(s, at)
            if name is not None and name.found is not None:
                names.append(name)
                end = name.end
            elif names or (end := self.not_ordered(s, at)) == at or not s.says(end, "or", "and"):
                return names
            else:
                self.absent += 1  # "*the crumble* or the pudding", of which one is not ordered
            at = end
            while at < len(s.units) and s.units[at].text in (",", "and", "or", "nor", "not", "no"):
                at += 1
            if at == end or at >= len(s.units):
                return names

    def not_ordered(self, s: Sentence, at: int) -> int:
        """Where the name of a dish ends that begins at `at`, and is not in the order; else `at`."""
        start = at
        while start < len(s.units) and (
            s.units[start].text in DETERMINERS | EXTRA
            or s.units[start].text in ("of", "no", "not", "1", *SERVED)
        ):
            start += 1
        mention = self.mentions.get(s.units[start].start) if start < len(s.units) else None
        if mention is None or not mention.items:
            return at
        ids = {i.id for i in mention.items}
        if self.of_dish(ids) or self.find(s.units[start].words):
            return at
        end = start
        while end < len(s.units) and s.units[end].end <= mention.end:
            end += 1
        while end < len(s.units) and (size := s.match(TAILS, end) or s.match(OWN, end)):
            end += size
        return end

    # --- lines -----------------------------------------------------------------------------------

    def strike(self, lines: Sequence[CartLine], count: int | None = None) -> None:
        """Takes `count` of them off, or all; what is made in fewest ways goes first."""
        left = count if count is not None else sum(line.qty for line in lines)
        for line in reversed(self.best_first(lines)):
            going = min(left, line.qty)
            self.set_qty(line, line.qty - going)
            left -= going

    def strike_extra(self, found: Found, count: int | None = None) -> None:
        """The line that stands apart from a plate's own; of several, one."""
        lines = self.stand(found.lines)
        several = sum(line.qty for line in lines) > 1
        self.strike(lines, count if count is not None else (1 if several else None))

    def keep(self, lines: Sequence[CartLine], fitting: Collection[str], count: int) -> None:
        """`count` of the lines stay: those that fit first, and the best made of them."""
        left = count
        for line in self.best_first(lines, fitting, count):
            stays = min(left, line.qty)
            self.set_qty(line, stays)
            left -= stays

    def best_first(
        self, lines: Sequence[CartLine], fitting: Collection[str] = (), count: int = 0
    ) -> list[CartLine]:
        def rank(line: CartLine) -> tuple[bool, bool, int, bool]:
            return (
                line.id not in fitting,
                line.qty != count,
                -len(line.choices),
                bool(line.note),
            )

        return sorted(lines, key=rank)

    def set_qty(self, line: CartLine, qty: int) -> None:
        if qty == line.qty:
            return
        if qty < line.qty:
            self.struck.add(line.item_id)
        self.cart = self.cart.put(replace(line, qty=qty)) if qty else self.cart.without(line.id)

    def choose(self, line_id: str, choice: Choice) -> None:
        """The line is made with it, in place of what else was chosen where only one can be."""
        line = self.cart.line(line_id)
        group = self.house.menu.group(choice.group_id)
        if line is None or group is None or choice in line.choices:
            return
        mine = [c for c in line.choices if c.group_id == choice.group_id]
        given_up = mine[: max(0, len(mine) + 1 - group.max)]
        kept = [c for c in line.choices if c not in given_up]
        self.cart = self.cart.put(replace(line, choices=(*kept, choice)))
