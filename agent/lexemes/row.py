"""What was said as one row of words: what names something on the menu, and what is a note."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agent.kitchen_notes import note_leads, notes_in, notes_of_some
from agent.language import Token, stem
from agent.matching import Mention
from agent.number_words import ORDINALS
from agent.small_words import CONTAINERS, SMALL_WORDS, Kind
from agent.subjects import is_owner

__all__ = ["Row"]

_ONTO_HALF = re.compile(
    r"\bon(?: only| just)?(?: 1| the other| that| this| the first| the second)?$"
)


class Row:
    """The words in a row, and the mentions, notes and containers among them."""

    def __init__(
        self,
        text: str,
        heard: Sequence[Token],
        mentions: Sequence[Mention],
        taken: Collection[int],
    ) -> None:
        self.text = text
        self.heard = heard
        self.words = [t.word for t in heard]
        self.taken = taken
        self.mentions = {m.start: m for m in mentions if not self.hidden(m)}
        for m in [m for m in self.mentions.values() if self.only_holds(m)]:
            del self.mentions[m.start]
        for m in [m for m in self.mentions.values() if self.counted_apart(m)]:
            self.mentions[m.start + 1] = self.mentions.pop(m.start)._replace(start=m.start + 1)
        self.named = {
            n for m in self.mentions.values() if not m.weak for n in range(m.start, m.end)
        }
        self.of_some = notes_of_some(self.words, taken)
        self.leads = note_leads(self.words, taken)
        self.notes = notes_in(self.words, tuple(self.mentions.values()), taken)
        for at, m in self.mentions.items():
            within = [n for n in self.notes if m.start < n < m.end]
            if within:  # "that *sub* cut in four"
                self.mentions[at] = m._replace(end=within[0])

    def counted_apart(self, mention: Mention) -> bool:
        """“The first *one half sausage* …”, “two pies, *one half ham* half olives”: one pie that is
        half of ham, where "one half" of it is a name, too."""
        at, words = mention.start, self.words
        if words[at : at + 2] != ["1", "half"] or mention.end < at + 3:
            return False
        if words[at - 1 : at] and words[at - 1] in (*ORDINALS, "other"):
            return True
        several = any(w.isdecimal() and int(w) > 1 for w in words[:at])
        then = next((n for n in range(mention.end, len(words)) if words[n] == "half"), 0)
        return several and bool(then) and words[then - 1] not in ("1", "other", "the", "second")

    def only_holds(self, mention: Mention) -> bool:
        """“A *can* of Sprite”, where another dish is called "can of coke": what it comes in, which
        alone names no dish."""
        held = self.mentions.get(mention.end + 1)
        if not mention.weak or held is None or not self.holds(mention.start):
            return False
        return bool(held.items) and mention.end - mention.start == 1 and not mention.can_be_of(held)

    def holds(self, at: int) -> bool:
        """“A *carton of* milk”: what something on the menu comes in."""
        held = self.words[at + 1 : at + 2] == ["of"] and at + 2 in self.mentions
        return held and bool({self.words[at], stem(self.words[at])} & CONTAINERS)

    def hidden(self, mention: Mention) -> bool:
        """Understood otherwise, but the owner of something ("*Doctor's* orders"), or a mere number,
        which counts, though something is called by it: "*six* chicken strips"."""
        if mention.end - mention.start == 1 and self.words[mention.start].isdecimal():
            named = any(r.coverage > 0 for r in mention.readings)
            if not named and (mention.generic or not mention.items):
                return True
        if self.words[mention.start : mention.end] == ["half"]:
            before = " ".join(self.words[max(0, mention.start - 3) : mention.start])
            if _ONTO_HALF.search(before):
                return True  # "mushrooms *on one half*", where a half sub is sold, too
        if self.words[max(0, mention.start - 2) : mention.end] == ["on", "the", "whole"]:
            return True  # "pepperoni *on the whole* thing", where subs come whole
        after = self.words[mention.end : mention.end + 1]
        lone = mention.weak and mention.end - mention.start == 1
        if lone and after and after[0].isalpha() and is_owner(self.raw(mention.start, mention.end)):
            return True
        return any(n in self.taken for n in range(mention.start, mention.end))

    def names_next(self, at: int) -> bool:
        """True where what follows, but for an article, is on the menu."""
        return at in self.mentions or (
            at + 1 in self.mentions and self.words[at] in ("the", "a", "an", "some")
        )

    def wished(self, at: int) -> bool:
        phrases = (SMALL_WORDS.get(tuple(self.words[max(0, at - n) : at])) for n in (1, 2))
        return any(kind in (Kind.WITH, Kind.WITHOUT, Kind.EXTRA) for kind in phrases)

    def raw(self, start: int, end: int) -> str:
        return self.text[self.heard[start].start : self.heard[end - 1].end]
