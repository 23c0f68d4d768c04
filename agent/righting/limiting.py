"""How many there should be: "just the one samosa", "four, not five", "only the A and the B"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from agent.cart import CartLine
from agent.language import stem
from agent.righting.phrases import (
    BOUNDS,
    COUNTED_ON,
    IN_ALL,
    LIMITS,
    MAKES_IT,
    NOT_SO_MANY,
    PART_OF,
    PROTESTS,
    REASON,
    SAID,
    UNASKED,
)
from agent.righting.striking import Naming
from agent.righting.taking_off import TakingOff
from agent.righting.units import Sentence

__all__ = ["Limiting"]

_LISTED = 2  # dishes that are all of an order, where "only the A and the B" names them


class Limiting(TakingOff):
    """Numbers that are set over all lines of a dish; one that was not named stays."""

    # --- how many there should be ----------------------------------------------------------------

    def _not_so_many(self, s: Sentence, at: int) -> int:
        """“*Four samosas, not five*”, “just the one, mate, *not two*”."""
        size = s.match(LIMITS, at) or s.match(MAKES_IT, at)
        name = self.name_at(s, at + size)
        if name is None or name.more:
            return at
        end = name.end + s.match(COUNTED_ON, name.end)
        told = s.match(NOT_SO_MANY, end)
        if name.count is None and s.says(at + size, "a", "an"):
            name.count = 1  # "I said *a knish*, not two"
        if not told or name.count is None:
            return at
        many = int(s.units[end + told - 1].text)
        ids = name.found.item_ids if name.found is not None else self._told_next(name.count)
        ids = ids or self._dish_with(many)
        if self._qty(ids) < name.count or not ids:
            return at
        end += told
        if not self.ends(s, end):
            return at
        self.topic |= ids
        return self._keep_so_many(s, end, ids, name)

    def _told_next(self, many: int) -> set[str]:
        """“Three of them, not six. *Three bhunas*”: the dish that is named with that number in the
        next sentence."""
        for s in self.said[self.n + 1 : self.n + 2]:
            name = self.name_at(s, 0)
            if name is not None and name.found is not None and name.count == many:
                return name.found.item_ids
        return set()

    def _rather_so_many(self, s: Sentence, at: int) -> int:
        """“*Not two cokes, just the one* coke”, “not five, *four* samosas”."""
        many = self.name_at(s, at + 1) if s.says(at, "not") else None
        if many is None or many.count is None or not s.says(many.end, ","):
            return at
        start = many.end + 1
        start += s.match(LIMITS, start) or s.match(MAKES_IT, start)
        name = self.name_at(s, start)
        if name is None or name.count is None or name.more or not self.ends(s, name.end):
            return at
        told = name.found or many.found
        ids = told.item_ids if told is not None else self._dish_with(many.count)
        if not ids or self._qty(ids) < name.count:
            return at
        return self._keep_so_many(s, name.end, ids, name)

    def _keep_so_many(self, s: Sentence, end: int, ids: set[str], name: Naming) -> int:
        """So many of the dish stay, of those that are told of in what follows: "just the one,
        *the one with the mint*"."""
        fitting = name.found.lines if name.found is not None and name.found.described else ()
        after = end + int(s.says(end, ","))
        told = self.name_at(s, after) if after < len(s.units) else None
        which = told.found if told is not None and told.count in (None, name.count) else None
        if told is not None and which is not None and which.described and which.item_ids == ids:
            fitting, end = which.lines, told.end
        count = name.count if name.count is not None else sum(o.qty for o in fitting)
        self.keep(self.of_dish(ids), {o.id for o in fitting}, count)
        self.wrong.clear()
        self.counted = True
        kept = self.of_dish(ids)
        self.last = kept[-1].id if kept else self.last
        return self._past_reason(s, self._and_the_rest(s, end))

    def _past_reason(self, s: Sentence, end: int) -> int:
        """“Only two shakes, *one of the girls doesn't want any*”: why, and no other one less."""
        if not s.match(REASON, end):
            return end
        named = s.tokens(end, len(s.units)) & set(self.mentions)
        return end if named else len(s.units)

    def _and_the_rest(self, s: Sentence, end: int) -> int:
        """“… *and the tikka masala*”, “… *and one naan*”: what stays besides, and how many."""
        while s.says(end, ",", "and"):
            start = end + 1 + int(s.says(end + 1, "and"))
            name = self.name_at(s, start)
            found = name.found if name is not None else None
            if name is None or found is None or name.more or not self.ends(s, name.end):
                return end
            if name.count is not None and not found.described and name.count <= found.qty:
                self.keep(self.stand(found.lines), (), name.count)
            elif name.count is not None or not name.definite:
                return end
            end = name.end
        return end

    def _limit(self, s: Sentence, at: int) -> int:
        """“*Just the one samosa*”, “I only want *the three large ones*”, “leave just *the mild
        one*”, “only *the thali and the kulfi*”."""
        size = s.match(LIMITS, at)
        if not size:
            return at
        name = self.name_at(s, at + size)
        if (end := self._part_of_plate(s, at + size, name)) > at:
            return end
        if name is None:
            return self._only_of_kind(s, at, at + size)
        if name.more or name.extra:
            return at
        if name.count is None:
            return self._only_those(s, at, at + size)
        ids = name.found.item_ids if name.found is not None else set(self.topic)
        if len(ids) != 1 or not (self.ends(s, name.end) or self._told_further(s, name.end, ids)):
            return at
        if self._qty(ids) < name.count:
            return at
        described = name.found is not None and name.found.described
        some = sum(o.qty for o in name.found.lines) if name.found is not None else 0
        if described and (some < name.count or not self._means_it(s, at)):
            return at
        self.topic |= ids
        return self._keep_so_many(s, name.end, ids, name)

    def _told_further(self, s: Sentence, at: int, ids: set[str]) -> bool:
        told = self.name_at(s, at + int(s.says(at, ",")))
        return told is not None and told.found is not None and told.found.item_ids == ids

    def _means_it(self, s: Sentence, at: int) -> bool:
        """True where what is made otherwise can only be too much."""
        said = s.text(at).split()[:4]
        wanted = bool({"want", "wanted", "leave", "keep", "ordered"} & set(said))
        return wanted or self.confirming or bool(self.wrong or self.struck)

    def _part_of_plate(self, s: Sentence, at: int, name: Naming | None) -> int:
        """“Just *the one with the plate*”, “just *what comes with it*”, “I just want *the one
        greens, on the plate*”: what is sold beside it goes."""
        if name is not None and name.found is not None and not name.found.pointed:
            parted = [o for o in self.stand(name.found.lines) if self.holders(o)]
            size = s.match(PART_OF, name.end)
            if not size or not parted:
                return 0
            self.strike(parted)
            return self._clause_end(s, name.end + size)
        start = at + int(s.says(at, "the"))
        start += int(s.says(start, "1", "1s", "ones", "what"))
        size = s.match(PART_OF, start)
        if not size or not (self.struck or self.topic):
            return 0
        parted = [o for o in self.of_dish(self.topic) if self.holders(o)]
        if not parted and not self.struck:
            return 0
        self.strike(parted)
        return self._clause_end(s, start + size)

    def _its_own_only(self, s: Sentence, at: int) -> int:
        """“*One chai, just the one that comes with the thali*.”"""
        name = self.name_at(s, at)
        found = name.found if name is not None else None
        end = (
            name.end
            if name is not None and found
            else self.not_ordered(s, at + self._number(s, at))
        )
        size = s.match(LIMITS, end + 1) if s.says(end, ",") else 0
        start = end + 1 + size
        start += int(s.says(start, "the"))
        start += int(s.says(start, "1", "1s", "ones"))
        part = s.match(PART_OF, start)
        if not size or not part:
            return at
        if found is not None:
            self.strike([o for o in self.stand(found.lines) if self.holders(o)])
        return self._clause_end(s, start + part)

    def _number(self, s: Sentence, at: int) -> int:
        return int(at < len(s.units) and s.units[at].text.isdecimal())

    def _said_over(self, s: Sentence, at: int) -> int:
        """“*One tikka masala with no nuts, mild, and one samosa with mint*”, to the read-back: what
        stands, told over."""
        end, told = at, 0
        ids: set[str] = set()
        while self.confirming and end < len(s.units):
            start = end + int(s.says(end, ","))
            start += int(start < len(s.units) and s.says(start, "and"))
            name = self.name_at(s, start)
            found = name.found if name is not None else None
            if name is None or found is None or not self.ends(s, name.end) or name.more:
                break
            if name.count is None and not (ids and found.described and found.item_ids == ids):
                break
            if name.count is not None and found.qty != name.count:
                break
            told += name.count is not None
            ids, end = found.item_ids, name.end
            self.topic = ids
        return end if told >= _LISTED else at

    def _amount(self, s: Sentence, at: int) -> int:
        """“*Four then, samosas*”, “*two naans*”, to "tell me if you'd like more than one"."""
        count = self.name_at(s, at) if self.counting else None
        if count is None or count.count is None or count.more or count.extra:
            return at
        name, end = count, count.end
        if count.found is None:
            end += int(s.says(end, "then"))
            named = self.name_at(s, end + 1) if s.says(end, ",") else None
            if named is None or named.found is None or named.count:
                return at
            name, end = named, named.end
        lines = self.stand(name.found.lines) if name.found is not None else []
        if len(lines) != 1 or lines[0].qty != 1 or not self.ends(s, end):
            return at
        self.set_qty(lines[0], count.count)
        self.last = lines[0].id
        return end

    def _only_those(self, s: Sentence, at: int, start: int) -> int:
        """“Only *the thali and the kulfi*”, at the read-back: nothing else. One dish alone is so
        much of that dish, and leaves the others."""
        names = self.names_at(s, start)
        if not names or names[0].found is None or not names[0].definite:
            return at
        end = names[-1].end
        if len(names) >= _LISTED:
            whole = end >= len(s.units) and not any(name.more for name in names)
            named = {o.id for name in names if name.found for o in name.found.lines}
            refused = whole and self._are_refused([o for o in self.cart.lines if o.id not in named])
            if not whole or not (self.confirming or self.struck or refused):
                return at
            self._leave(named)
            return end
        found = names[0].found
        if found.described and self._means_it(s, at) and self.ends(s, end):
            self.topic |= found.item_ids
            self.keep(self.of_dish(found.item_ids), {o.id for o in found.lines}, found.qty)
            self.wrong.clear()
            return self._and_the_rest(s, end)
        return end if self.righted and self.ends(s, end) else at

    def _are_refused(self, lines: Sequence[CartLine]) -> bool:
        """“*No korma! I don't want the korma.* Just the bhuna and the naan”: what is not told over
        was refused in so many words, which then say no more than that."""
        refused: set[str] = set()
        told: set[int] = set()
        for s in self.said[: self.n]:
            for at in self._openings(s):
                size = s.match(UNASKED, at) or int(s.says(at, "no"))
                name = self.name_at(s, at + size) if size else None
                if name is not None and name.found is not None and self.ends(s, name.end):
                    refused |= {o.id for o in name.found.lines}
                    told |= s.tokens(at, name.end)
        if not lines or not {o.id for o in lines} <= refused:
            return False
        self.taken |= told
        return True

    def _leave(self, line_ids: Collection[str]) -> None:
        """Nothing else stays."""
        others = [o for o in self.cart.lines if o.id not in line_ids]
        self.gone += others
        self.strike(others)

    def _only_of_kind(self, s: Sentence, at: int, start: int) -> int:
        """“I just want *the two platters*”, “… *the two burgers: the one with bacon and the
        cheeseburger*”: of several dishes that are called so, and nothing else."""
        number = start + int(s.says(start, "the"))
        if number == start or not self._number(s, number) or not self._means_it(s, at):
            return at
        end = number + 1
        while end < len(s.units) and s.units[end].text not in BOUNDS:
            end += 1
        words = {stem(w) for u in s.units[number + 1 : end] for w in u.words}
        called = [o for o in self.cart.lines if words and self.is_called(o, words)]
        many = int(s.units[number].text)
        if sum(o.qty for o in called) == many and end == len(s.units):
            self._leave({o.id for o in called})
            return end
        order, self.cart = self.cart, replace(self.cart, lines=tuple(called))
        names = self.names_at(s, end + 1) if s.says(end, ",") else []
        self.cart = order
        meant = {o.id for name in names if name.found for o in name.found.lines}
        if len(names) != many or len(meant) != many or names[-1].end < len(s.units):
            return at
        self._leave(meant)
        return names[-1].end

    def _so_many(self, s: Sentence, at: int) -> int:
        """“You've three on there. *One samosa*”, “still two? *One, please*”; “… and make it *four
        with tamarind*”."""
        size = s.match(MAKES_IT, at)
        name = self.name_at(s, at + size)
        if name is None or name.count is None or name.more or name.extra:
            return at
        ids = name.found.item_ids if name.found is not None else set(self.topic)
        if len(ids) != 1 or not self.ends(s, name.end):
            return at
        if (line := self._said_otherwise(s, at, name)) is not None:
            self.set_qty(line, name.count)
            self.restating, self.last = True, line.id
            return self._told_over(s, name.end)
        said_again = self.confirming and len(s.units) == name.end and name.found is not None
        in_all = bool(s.match(IN_ALL, at))
        if not (self.wrong or self.righted or said_again or in_all):
            return at
        fitting = name.found.lines if name.found is not None and name.found.described else ()
        if fitting and size and self.wrong:
            self.set_qty(self.stand(fitting)[0], name.count)
            self.wrong.clear()
            return name.end
        total = self._qty(ids)
        agreed = total == name.count and not fitting
        agreed = agreed or (bool(fitting) and sum(o.qty for o in fitting) == name.count)
        if in_all and total < name.count and not fitting:
            most = max(self.of_dish(ids), key=lambda line: line.qty)
            self.set_qty(most, most.qty + name.count - total)
            return name.end
        if not agreed and not ((self.wrong or in_all) and total > name.count):
            return at
        if agreed:
            self.wrong.clear()
            return name.end
        return self._keep_so_many(s, name.end, ids, name)

    def _said_otherwise(self, s: Sentence, at: int, name: Naming) -> CartLine | None:
        """The line of “no, *I said eight spring rolls*”, of which four stand: no option that is
        called so, and no more of them."""
        found = name.found
        lines = self.stand(found.lines) if found is not None and found.whole else []
        if len(lines) != 1 or lines[0].qty == name.count or name.definite:
            return None
        after = name.end + int(s.says(name.end, ","))
        protests = self.restating or s.match(SAID, at) or s.match(SAID, after)
        protests = protests or s.units[0].text in PROTESTS
        pieces = str(name.count) in self.option_words(lines[0])  # "no, I said twelve wings"
        return lines[0] if protests and not pieces else None

    def _told_over(self, s: Sentence, end: int) -> int:
        """“I said two elotes *and a flan*”, of which one stands."""
        while s.says(end, ",", "and"):
            start = end + 1 + int(s.says(end + 1, "and"))
            name = self.name_at(s, start)
            found = name.found if name is not None else None
            many = name.count if name is not None else None
            many = 1 if many is None and s.says(start, "a", "an") else many
            if name is None or found is None or found.qty != many or not self.ends(s, name.end):
                return end
            end = name.end
        return end
