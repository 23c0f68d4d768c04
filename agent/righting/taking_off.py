"""What is to come off: "there's an extra coleslaw on there", "get rid of that odd samosa"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.language import stem
from agent.righting.phrases import (
    ASKS_OFF,
    BELONGS,
    BOUNDS,
    COMPLAINS,
    EXTRA,
    IT_IS,
    LEADS,
    LIMITS,
    NEITHER_OF,
    SERVED,
    STILL_ON,
    TAILS,
    TAKES_OFF,
    THERE,
    TWICE,
    UNASKED,
    UNWANTED_IT,
)
from agent.righting.striking import Naming, Striking
from agent.righting.units import Sentence

__all__ = ["TakingOff"]

_THE_OTHER = re.compile(r"(?:the|that|those)? ?(?:other(?: 1| 1s| \d+)?|others|rest)\b")
_SEVERAL = 2
_OFF = frozenset(["off", "out", "away"])
_NEVER = frozenset(["didnt", "did", "never"])
_WANTING = frozenset(["want", "need"])


_ASKING = frozenset(["can", "could", "will", "would"])


def _what_stands(s: Sentence, at: int) -> int:
    """The units of “*you've put* an extra naan on” at `at`; none in “can *you put* one on?”."""
    asks = at > 0 and s.units[at - 1].text in _ASKING
    return 0 if asks else s.match(THERE, at)


class TakingOff(Striking):
    """Each step reads on from `at` in a sentence and tells where it goes on; `at` where it is no
    such clause."""

    # --- what there is too much of ---------------------------------------------------------------

    def _complaint(self, s: Sentence, n: int) -> None:
        """“*You've three on there now*”: what is wrong, wherever it stands in what is said."""
        for at in self._openings(s):
            name = self._counted_there(s, at)
            if name is None or name.count is None:
                continue
            found = name.found
            if s.asks and found and not s.match(COMPLAINS, at) and found.qty == name.count:
                continue  # "that's still one naan, *yeah?*"
            self.wrong[n] = name.count
            self.topic |= name.found.item_ids if name.found is not None else set()

    def _openings(self, s: Sentence) -> list[int]:
        """Where clauses begin, past what leads them in."""
        found, opens = [], True
        for at, unit in enumerate(s.units):
            if opens:
                found.append(at)
            opens = unit.text in BOUNDS or (opens and unit.text in LEADS)
        return found

    def _counted_there(self, s: Sentence, at: int) -> Naming | None:
        """“Why's there *two lemonades*”, “there's still *two samosas*”, “you've *three* there”."""
        size = _what_stands(s, at)
        name = self.name_at(s, at + size) or self._not_so(s, at + size) if size else None
        if name is None or name.count is None or name.extra or s.says(at + size - 1, "only"):
            return None
        pointed = any(w in name.marks.split() for w in ("there", "it", "that", "order", "down"))
        if pointed or s.match(COMPLAINS, at) or s.match(STILL_ON, at):
            return name
        ids = name.found.item_ids if name.found is not None else self._dish_with(name.count)
        if self._qty(ids) != name.count or name.count < _SEVERAL or not self._is_limited():
            return None
        self.topic |= ids
        return name

    def _dish_with(self, many: int) -> set[str]:
        """The one dish of which there are so many; the one spoken of last of several."""
        ids = {o.item_id for o in self.cart.lines if self._qty({o.item_id}) == many}
        last = self.cart.line(self.last)
        if len(ids) > 1 and last is not None and last.item_id in ids:
            return {last.item_id}
        return (ids & self.topic or ids) if len(ids & self.topic or ids) == 1 else set()

    def _not_so(self, s: Sentence, at: int) -> Naming | None:
        """“There's still *one plain samosa* on there”, where none of them is so."""
        number = s.units[at].text if at < len(s.units) else ""
        end = at + 1
        while end < len(s.units) and s.units[end].text not in BOUNDS and not s.match(TAILS, end):
            end += 1
        found = self.find(s.units[end - 1].words) if number.isdecimal() and end > at + 1 else None
        if found is None:
            return None
        self.topic |= found.item_ids
        name = Naming(None, at, end, int(number))
        self.tails(s, name)
        return name

    def _is_limited(self) -> bool:
        """True where it is said somewhere how many there should be."""
        return any(s.match(LIMITS, at) for s in self.said for at in self._openings(s))

    def _qty(self, item_ids: set[str]) -> int:
        return sum(line.qty for line in self.of_dish(item_ids))

    def _there_is(self, s: Sentence, at: int) -> int:
        """“There's *an extra coleslaw on there*”, “there's no separate fries”, “you've *still got
        the tea* on there”."""
        size = _what_stands(s, at)
        if not size:
            return at
        if self._counted_there(s, at) is not None:
            name = self.name_at(s, at + size) or self._not_so(s, at + size)
            return name.end if name is not None else at
        start = at + size + int(s.says(at + size, "no"))
        names = self.names_at(s, start)
        if not names or names[0].found is None:
            return at
        stays = s.match(STILL_ON, at) and "there" in names[0].marks.split() and not s.asks
        if not (names[0].extra or (stays and start == at + size)):
            return at
        return self._strike_each(names) or at

    def _strike_each(self, names: Sequence[Naming]) -> int:
        """Each of the names is one too many; where the last of them ends."""
        end = 0
        for name in names:
            if name.found is None or not self._is_too_much(name):
                break
            self.strike_extra(name.found, name.count)
            self.topic |= name.found.item_ids
            end = name.end
        return end

    def _is_too_much(self, name: Naming) -> bool:
        """True of a line that can be meant: "the *extra cheese*" is no cheese pizza, unless there
        are two of them."""
        found = name.found
        if found is None or not self.stand(found.lines):
            return False
        several = self._qty(found.item_ids) > 1 or "there" in name.marks.split()
        return several or found.whole or any(self.holders(o) for o in found.lines)

    def _extra_alone(self, s: Sentence, at: int) -> int:
        """“*One extra greens* on there”, “*no extra slaw*”, of what a plate comes with, too."""
        refused = s.says(at, "no") or (at > 0 and s.says(at - 1, "no"))
        name = self.name_at(s, at + int(s.says(at, "no")))
        if name is None or name.found is None or not name.extra:
            return at
        held = any(self.holders(o) for o in name.found.lines)
        if not ("there" in name.marks.split() or (refused and held)):
            return at
        return self._strike_each([name]) or at

    def _twice(self, s: Sentence, at: int) -> int:
        """“You've put *the naan and the chai on twice*”."""
        opened = _what_stands(s, at)
        names = self.names_at(s, at + opened)
        size = s.match(TWICE, names[-1].end) if names else 0
        if not size:  # of what has gone by then
            ends = [n for n in range(at, len(s.units)) if s.match(TWICE, n)]
            return len(s.units) if opened and ends and self.ends(s, len(s.units)) else at
        for name in names:
            if name.found is not None and self._is_too_much(name):
                self.strike_extra(name.found)
                self.topic |= name.found.item_ids
        return names[-1].end + size

    # --- what is taken off -----------------------------------------------------------------------

    def _taken_off(self, s: Sentence, at: int) -> int:
        """“Take off *the extra naan and the extra chai*”, “get rid of *that odd samosa*”, “take
        *two of the samosas* off”. What is one plain line is left to whoever hears the rest."""
        size = s.match(TAKES_OFF, at)
        if size and s.match(_THE_OTHER, at + size) and (self.struck or self._is_limited()):
            return self._clause_end(s, at)  # "I only want the mild one. *Take the other one off*"
        names = self.names_at(s, at + size) if size else []
        if not names:
            return self._gone_already(s, at, size) if size else at
        if self._is_limited() and len(names) == 1 and names[0].found is not None:
            lines = self.stand(names[0].found.lines)
            one_line = bool(names[0].ordinal) and len(lines) == 1
            if one_line or (names[0].count or 0) >= sum(o.qty for o in lines):
                return names[0].end  # "take two off, *I only want the one*", of which one is left
        off = any(_OFF & set(name.marks.split()) for name in names)
        off = off and all(name.definite and not name.count for name in names)
        if not (off or all(self._tells_which(name) for name in names)):
            return at
        for name in names:
            self._strike_named(name)
        return names[-1].end

    def _gone_already(self, s: Sentence, at: int, size: int) -> int:
        """“Four samosas, not five. *Take off the one without the chutney*”, “take off *the extra
        chai*”, where there is none beside the plate's: it has gone by then."""
        end = at + size
        pointed = self.righted and s.says(end, "the", "that") and s.says(end + 1, "1", "1s")
        if pointed and s.says(end + 2, "with", "without"):
            return self._clause_end(s, end)
        while (after := self.not_ordered(s, end)) > end and self._is_beside(s, end, after):
            at = end = after
            end += int(s.says(end, "and"))
        return at

    def _is_beside(self, s: Sentence, start: int, end: int) -> bool:
        """True where what is named can be no part of a plate: "*one* slaw", "the *extra* slaw"."""
        texts = [u.text for u in s.units[start:end]]
        words = {stem(w) for u in s.units[start:end] for w in u.words}
        apart = any(x in EXTRA or x in SERVED for x in texts) or "own" in texts
        off = bool(_OFF & set(texts)) and self.ends(s, end)
        none = off and not any(words & self.made_words(o) for o in self.cart.lines)
        return apart or none or any(x.isdecimal() for x in texts[:1])

    def _clause_end(self, s: Sentence, at: int) -> int:
        while at < len(s.units) and s.units[at].text not in BOUNDS:
            at += 1
        return at

    def _tells_which(self, name: Naming) -> bool:
        """True where the line must be chosen among several, or told from a part of another."""
        if name.found is None or not self._is_too_much(name):
            return False
        several = len(self.of_dish(name.found.item_ids)) > 1
        parted = any(self.holders(o) for o in name.found.lines)
        return name.extra or several or parted

    def _strike_named(self, name: Naming) -> None:
        assert name.found is not None, "only names of lines are struck out"
        lines = self.stand(name.found.lines)
        self.topic |= name.found.item_ids
        if name.ordinal:
            self.strike(lines[: name.ordinal][-1:] if len(lines) > 1 else [], 1)
        elif name.count is not None:
            self.strike(lines, name.count)
        elif name.extra and not (name.odd and len(self.of_dish(name.found.item_ids)) == 1):
            self.strike_extra(name.found)
        elif not name.extra:
            self.strike(lines)

    def _unasked(self, s: Sentence, at: int) -> int:
        """“I don't want *the pakora or the saag*”, “I didn't ask for *the extra slaw*”, “I don't
        want *another rack*. Just the one plate”."""
        size = s.match(UNASKED, at)
        names = self.names_at(s, at + size) if size else []
        if not names or names[0].found is None:
            return self._gone_already(s, at, size) if size else at
        if names[0].more:
            return self._no_more(names[0])
        listed = len(names) + self.absent > 1 and all(name.definite for name in names)
        parted = any(self.holders(o) for name in names if name.found for o in name.found.lines)
        if listed and not names[0].extra:
            for name in names:
                self._strike_named(name)
            return names[-1].end
        return (self._strike_each(names) or at) if names[0].extra or parted else at

    def _neither_of(self, s: Sentence, at: int) -> int:
        """“I said *not the pakora and not the saag*”: both go, and what has gone stays off."""
        if not s.match(NEITHER_OF, at):
            return at
        end = at
        several = 0
        while s.match(NEITHER_OF, end) or several:
            start = end + int(s.says(end, "i")) * 2
            start += int(s.says(start, "not", "no"))
            name = self.name_at(s, start)
            after = self.not_ordered(s, start)
            if name is not None and name.found is not None and not name.count:
                if several or self._and_not(s, name.end):
                    self._strike_named(name)
                    end = name.end
                else:
                    break
            elif after > start:
                end = after
            else:
                break
            several += 1
            if not self._and_not(s, end):
                break
            end = self._and_not(s, end)
        return end if several > 1 else at

    def _and_not(self, s: Sentence, at: int) -> int:
        """Where “… *and not* the saag” goes on; 0 where it does not."""
        end = at + int(s.says(at, ",")) + int(s.says(at + s.says(at, ","), "and", "or", "nor"))
        return end if end > at and s.match(NEITHER_OF, end) else 0

    def _asked_off(self, s: Sentence, at: int) -> int:
        """“*Have you taken the chai off?*”: the order is read back once more."""
        asks = s.asks or s.says(len(s.units) - 1, "not")
        return len(s.units) if asks and self.confirming and s.match(ASKS_OFF, at) else at

    def _no_more(self, name: Naming) -> int:
        """“I don't want *another rack*”: of two, one goes; of one, where the next sentence says
        that only something else is wanted."""
        found = name.found
        assert found is not None, "only names of lines are struck out"
        others = [
            other.found.item_ids
            for s in self.said[self.n + 1 :]
            for at in self._openings(s)
            if (size := s.match(LIMITS, at)) and (other := self.name_at(s, at + size))
            if other.found is not None
        ]
        if (others and not any(ids & found.item_ids for ids in others)) or (
            found.qty > 1 and self.confirming
        ):
            self.strike(self.stand(found.lines), 1)
        return name.end

    def _unwanted_it(self, s: Sentence, at: int) -> int:
        """“Did you put a plain rice on as well? *Don't want that*”, “the pakora, *take it off*”."""
        size = s.match(UNWANTED_IT, at)
        if not size or self._of_nothing(s, at):
            return at + size
        named = self._named_before(s, at)
        found = named.found if named is not None else None
        if named is None or found is None:
            return at + size if self.righted or self._never_ordered(s, at, at + size) else at
        if found.item_ids & self.struck:
            return at + size
        if named.extra:
            self.strike_extra(found, named.count)
        else:
            self.strike(self.stand(found.lines))
        self.topic |= found.item_ids
        return at + size

    def _never_ordered(self, s: Sentence, at: int, end: int) -> bool:
        """“*I didn't order that*, I was only asking”: what was just told goes. Another dish that is
        named after it comes in its place; of all that was read back, it is not known which."""
        line = self.cart.line(self.last)
        told = {u.text for u in s.units[at:end]}
        if line is None or not told & _NEVER or told & _WANTING:
            return False
        follows = s.tokens(end, len(s.units)) & set(self.mentions)
        if not follows and not (self.confirming and len(self.cart.lines) > 1):
            self.strike([line])
        return True

    def _of_nothing(self, s: Sentence, at: int) -> bool:
        """“Get rid of the rings, *I didn't want them*”, “did you put rings on? *I don't want
        those*”, where there are none: nothing else goes for it."""
        before = [n for n in self._openings(s) if n < at and not s.match(UNWANTED_IT, n)]
        if any(s.match(TAKES_OFF, n) or s.match(UNASKED, n) for n in before):
            return True
        if self.n - 1 in self.wrong:
            return self._not_there(self.n - 1)
        earlier = self.said[self.n - 1] if self.n else None
        if earlier is None or not earlier.asks or self._named_before(s, at) is not None:
            return False
        return any(self.not_ordered(earlier, n) > n for n in range(len(earlier.units)))

    def _not_there(self, n: int) -> bool:
        """True where the sentence complains of what does not stand."""
        s = self.said[n]
        names = [self._counted_there(s, at) for at in self._openings(s)]
        return any(name is not None and name.found is None for name in names) and bool(self.topic)

    def _named_before(self, s: Sentence, at: int) -> Naming | None:
        """What was named right before, in the sentence or in one that asks or complains."""
        before = [name for start in self._openings(s) if (name := self.name_at(s, start))]
        right_before = [x for x in before if x.found and x.end in (at, at - 1)]
        if right_before:
            return right_before[-1]
        earlier = self.said[self.n - 1] if self.n else None
        if earlier is None or not (earlier.asks or self.n - 1 in self.wrong):
            return None
        for start in range(len(earlier.units) - 1, -1, -1):
            name = self.name_at(earlier, start)
            if name is not None and name.found is not None and not name.found.pointed:
                first = start
                while first and (longer := self.name_at(earlier, first - 1)) and longer.found:
                    first, name = first - 1, longer
                return name
        return None

    def _it_is_that(self, s: Sentence, at: int) -> int:
        """“*It's the plain rice* I don't want.”"""
        size = s.match(IT_IS, at)
        name = self.name_at(s, at + size) if size else None
        gone = self.not_ordered(s, at + size) if size else at
        if gone > at + size and s.match(UNASKED, gone):
            return gone + s.match(UNASKED, gone)
        if name is None or name.found is None:
            return at
        start = name.end + int(s.says(name.end, "that", "what"))
        told = s.match(UNASKED, start)
        if not told or not self.ends(s, start + told):
            return at
        if not name.found.item_ids & self.struck:
            self.strike_extra(name.found, name.count)
        return start + told

    def _belongs(self, s: Sentence, at: int) -> int:
        """“*The garlic naan and the chai are with the thali*”: its own, and none beside it."""
        names = self.names_at(s, at)
        size = s.match(BELONGS, names[-1].end) if names else 0
        plate = self.name_at(s, names[-1].end + size) if size else None
        if plate is None or plate.found is None or not self.ends(s, plate.end):
            return at
        holders = self.stand(plate.found.lines)
        pairs = [
            (line, choices[0])
            for name in names
            if name.found is not None
            for line in self.stand(name.found.lines)
            if len(holders) == 1 and (choices := self.able(line, holders[0]))
        ]
        if len(pairs) < len(names):
            return at
        for line, choice in pairs:
            self.choose(holders[0].id, choice)
            self.strike([line])
        self.last = holders[0].id
        return self.past_instead(s, plate.end)

    def past_instead(self, s: Sentence, at: int) -> int:
        """Past “…, *instead of the plain one*”, which says no more."""
        instead = s.says(at, ",") and s.says(at + 1, "instead")
        return self._clause_end(s, at + 1) if instead else at
