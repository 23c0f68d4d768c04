"""What turns down what was asked or offered: "neither, thanks", "tea? No", "no biryani neither".

"Neither" takes no part in "both". A dish that is only said after the waiter, and refused in the
same breath, is not ordered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.cart import CartLine
from agent.hearing.agreeing import Agreeing
from agent.hearing.points import OpenKind
from agent.hearing.reader import BREAKS
from agent.lexemes import Kind, Lexeme

__all__ = ["Declining"]

_STOPS = frozenset([".", "?", ","])
_NEITHER = re.compile(
    r"(?:(?:no|nah|oh|um|uh|well|actually|sorry|ah|er) (?:, )?)*(?:neither|none|not either)\b"
    r"(?: 1)?(?: of (?:them|those|these|that|the \d+))?(?= [.,?]|$| thanks| thank| please| sorry)"
)
_APART = frozenset(["separate", "additional", "further"])
_NOTHING = Lexeme(Kind.STOP, 0, 0)
_ASKED = frozenset([OpenKind.WHICH, OpenKind.OFFER])


def _choices(line: CartLine) -> set[tuple[str, str]]:
    return {(c.group_id, c.id) for c in line.choices}


class Declining(Agreeing):
    """Sentences that want nothing of what they name."""

    def without_declined(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """What is left to be heard, where an offer or a choice is turned down."""
        lexemes = self._without_others(self._without_emphasis(lexemes))
        return self._without_neither(self._without_echoes(lexemes))

    def _without_neither(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“*Neither, thanks.* Just a raita”, “*none of 'em*”, to "which one: the pakora or the
        saag?"."""
        asked = self.asked is not None and self.asked.kind in _ASKED and not self.asked.wondered
        span = self._none_of_them() if asked else range(0)
        if not span:
            return list(lexemes)
        self.heard.no = self.heard.understood = True
        return [x for x in lexemes if x.start not in span]

    def _none_of_them(self) -> range:
        """The tokens of a clause that says so, at the beginning of a sentence."""
        words = [t.word for t in self.words]
        for start in [0, *(n + 1 for n, word in enumerate(words) if word in _STOPS)]:
            said = _NEITHER.match(" ".join(words[start:]))
            if said is not None:
                return range(start, start + len(said.group().split()))
        return range(0)

    def _without_echoes(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“*Tea? No.*”: said after the waiter, in doubt, and refused."""
        kept: list[Lexeme] = []
        at = 0
        while at < len(lexemes):
            if self._is_echo(lexemes, at):
                self.heard.no = self.heard.understood = True
                at += 2
                continue
            kept.append(lexemes[at])
            at += 1
        return kept

    def _without_others(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“*No other onion rings*”, “and *no large onion rings*”: none of those is ordered, and one
        that stands beside what comes with a dish is taken off."""
        kept: list[Lexeme] = []
        at = 0
        while at < len(lexemes):
            end = self._refused_until(lexemes, at)
            if end == at:
                kept.append(lexemes[at])
            at = max(end, at + 1)
        return kept

    def _refused_until(self, lexemes: Sequence[Lexeme], at: int) -> int:
        """Where a "no" and the dish that it refuses end; `at` where it is none, or may be of the
        dish in hand."""
        told, dish = (x.mention for x in [*lexemes[at + 1 : at + 3], _NOTHING, _NOTHING][:2])
        refuses = lexemes[at].text in ("no", "and no") and lexemes[at].kind is Kind.WITHOUT
        if not refuses or dish is None or not dish.items or not dish.whole:
            return at
        beside = lexemes[at + 1].kind is Kind.OTHER or lexemes[at + 1].text.lower() in _APART
        if told is not None and not told.items and told.can_be_of(dish):
            made = {(r.group.id, r.modifier.id) for r in told.readings if r.coverage == 1}
            lines = [o for o in self.lines_of(dish) if _choices(o) & made]
        elif beside:
            part = {(r.group.id, r.modifier.id) for r in dish.readings if r.coverage == 1}
            elsewhere = any(_choices(o) & part for o in self.cart.lines)
            ids = {i.id for i in dish.items}
            said = [i.id for x in lexemes[:at] if x.mention for i in x.mention.items]
            again = bool(ids.intersection(said))
            lines = self.lines_of(dish) if elsewhere or again else []
        else:
            return at
        for line in lines:
            self.drop(line.id)
        self.heard.understood = True
        return at + 3

    def _is_echo(self, lexemes: Sequence[Lexeme], at: int) -> bool:
        """A dish that is not ordered, alone in a question, and a "no" right after it."""
        first = at == 0 or lexemes[at - 1].kind is Kind.STOP
        named = lexemes[at].mention
        asks = lexemes[at + 1 : at + 2]
        if not first or named is None or not asks or asks[0].text != "?":
            return False
        no = self.words[asks[0].end : asks[0].end + 1]
        after = self.words[asks[0].end + 1 : asks[0].end + 2]
        refused = bool(no) and no[0].word in ("no", "nope", "nah") and (not after or after[0].stop)
        return refused and not self.lines_of(named)

    def _without_emphasis(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“I don't want *no* biryani *neither*”: refused once, however often it is said."""
        kept: list[Lexeme] = []
        for n, x in enumerate(lexemes):
            before = lexemes[n - 1] if n else None
            after = lexemes[n + 1].kind if n + 1 < len(lexemes) else Kind.STOP
            refused = before is not None and before.mention is not None
            if refused and x.text == "neither" and after in BREAKS:
                continue
            doubled = before is not None and before.kind is Kind.REMOVE and "want" in before.text
            if doubled and x.kind is Kind.WITHOUT and x.text == "no":
                continue
            kept.append(x)
        return kept
