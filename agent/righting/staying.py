"""What stands and is to stay, or to have something else with it: "I still want my burger".

A line is told apart by what comes with it: "change *the one with the egg roll* to hot and sour
soup". What is a part of a line is changed there, though it may be sold alone, too.
"""

from __future__ import annotations

import re

from agent.righting.phrases import BELONGS
from agent.righting.restoring import Restoring
from agent.righting.striking import MAX_NAME, Naming
from agent.righting.units import Sentence

__all__ = ["Staying"]

_STILL_WANTED = re.compile(
    r"(?:(?:i|we|he|she|they) )?(?:do )?(?:still (?:want|wants|need|needs)"
    r"|want to keep|wanna keep)\b"
)
_CHANGES = re.compile(r"(?:change|switch|swap|make|turn)\b(?! it| that)")
_MAKES = re.compile(r"(?:make|have)\b(?! it| that)")
_INTO = re.compile(r"(?:to be|to have|to|into|for|with|have|be|come with)\b")
_SHOULD_HAVE = re.compile(
    r"(?:should|must|ought to|is to|needs to|has to|was to|is supposed to|was supposed to)"
    r" (?:have|be|come with|get)\b|(?:gets|needs|wants)\b"
)
_ENDS_IT = re.compile(r"(?:instead|please|then|now)\b")
_MAX_PART = 4  # words of what is chosen with a dish


class Staying(Restoring):
    """Lines that are named so that they stay, or with what they are to be made."""

    def _stays(self, s: Sentence, at: int) -> int:
        """“*I still want my General Tso's, the one with the wonton soup*”: no second one."""
        size = s.match(_STILL_WANTED, at)
        name = self.name_at(s, at + size) if size else None
        if name is None or name.found is None or not name.definite or name.count or name.extra:
            return at
        if not self.ends(s, name.end):
            return at
        told = self._told_of(s, name)
        lines = self.stand(told.found.lines if told.found is not None else ())
        self.last = lines[-1].id if lines else self.last
        return told.end

    def _told_of(self, s: Sentence, name: Naming) -> Naming:
        """“…, *the one with the wonton soup*”: which of the lines just named."""
        assert name.found is not None, "only names of lines are told further"
        topic, self.topic = self.topic, name.found.item_ids
        told = self.name_at(s, name.end + 1) if s.says(name.end, ",") else None
        self.topic = topic
        if told is None or told.found is None or not told.found.pointed:
            return name
        return told

    def _belongs(self, s: Sentence, at: int) -> int:
        """“*The wonton soup goes with the General Tso's*”, “the garlic naan is the one that comes
        with the thali”, of which none is ordered beside it: it is to have that, or has it."""
        if (end := super()._belongs(s, at)) > at:
            return end
        start = at + int(s.says(at, "the", "my", "that"))
        ends = (n for n in range(start + 1, min(len(s.units), start + MAX_NAME)))
        end = next((n for n in ends if s.match(BELONGS, n)), start)
        plate = self.name_at(s, end + s.match(BELONGS, end)) if end > start > at else None
        lines = self.stand(plate.found.lines) if plate is not None and plate.found else []
        if plate is None or len(lines) != 1 or not self.ends(s, plate.end):
            return at
        choice = self.option_of(lines[0], [w for u in s.units[start:end] for w in u.words])
        if choice is None:
            return at
        self.choose(lines[0].id, choice)
        self.last = lines[0].id
        return self.past_instead(s, plate.end)

    def _part_becomes(self, s: Sentence, at: int) -> int:
        """“*Make the wonton soup an egg drop* instead”, of the one platter that comes with it; “and
        *the drink a tea*”, after that."""
        size = s.match(_MAKES, at)
        start = at + size + int(s.says(at + size, "the", "my", "her", "his", "that"))
        if start == at + size or not (size or self.changing):
            return at
        for end in range(min(len(s.units), start + _MAX_PART), start, -1):
            into = s.match(_INTO, end) or int(s.says(end, "a", "an"))
            old = [w for u in s.units[start:end] for w in u.words]
            if not into or self.find(old) is not None:
                continue
            first = end + into
            first += int(s.says(first, "a", "an", "the"))
            for last in range(min(len(s.units), first + _MAX_PART), first, -1):
                new = [w for u in s.units[first:last] for w in u.words]
                close = last + s.match(_ENDS_IT, last)
                swapped = self.swap_part(new, old) if self.ends(s, close) else None
                if swapped is not None:
                    self.last, self.changing = swapped.id, True
                    return close
        return at

    def _one_becomes(self, s: Sentence, at: int) -> int:
        """“*Change the one with the egg roll to hot and sour soup*”, “*the General Tso's, the one
        with the egg roll, should have brown rice*”."""
        size = s.match(_CHANGES, at)
        name = self.name_at(s, at + size)
        told = self._told_of(s, name) if name is not None and name.found is not None else None
        if told is None or told.found is None or not told.found.described:
            return at
        lines = self.stand(told.found.lines)
        start = told.end + int(told is not name and s.says(told.end, ","))
        into = s.match(_INTO, start) if size else s.match(_SHOULD_HAVE, start)
        if len(lines) != 1 or not into or not (size or told.found.pointed):
            return at
        first = start + into + int(s.says(start + into, "a", "an", "the"))
        for last in range(min(len(s.units), first + _MAX_PART), first, -1):
            words = [w for u in s.units[first:last] for w in u.words]
            close = last + s.match(_ENDS_IT, last)
            choice = self.option_of(lines[0], words, alone=True)
            if choice is not None and self.ends(s, close):
                one = self.share(lines[0], told.count or lines[0].qty)
                self.choose(one.id, choice)
                self.last = one.id
                return close
        return at
