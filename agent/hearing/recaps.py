"""What is ordered already, named once more: "so three tacos in all", "yes, ten bowls, five Cokes".

Callers sum up what they have ordered, close with it, answer a read-back with it, and say it again,
louder, where they were not understood. They shorten names as they would to somebody who has the
order before him: "two sandwiches" are the reuben and the club. So a sentence that says that it sums
up is held against the lines that stand before it is read as an order: what agrees with them orders
nothing, where one line has another number it is counted anew, and what one of them does not have
yet it is made with. From where a sentence does not agree it is read as any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from agent.cart import CartLine
from agent.hearing.keeping import Keeping
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS
from agent.kinds import is_called
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme

__all__ = ["Recaps"]

# What says that numbers are sums: "*that makes* three", "… *in total*", "six *is enough*".
_TOTAL = re.compile(
    r"\b(?:altogether|all together|overall|all told|all in all|in total|total|in all"
    r"|(?:thatll|that will|that|this|which|it|still|only) (?:makes?|leaves?|comes? to)"
    r"|(?:is|are|was|were|be|s|thats) (?:all|it|enough|plenty|everything)"
    r"|(?:will|ll|should|would) (?:do|be (?:all|it|enough|plenty|everything)))\b"
)
# What says it again, of a dish that was misheard: "*it's a* reuben with Swiss".
_LEAD = r"^(?:(?:no|ok|okay|right|and|now|well|oh|then|yes|yeah|what|i mean) )*"
_REPEATED = re.compile(rf"{_LEAD}(?:its|it is|thats|that is|it was|i said|i ordered|i asked for)\b")
# "It stays *like I said*, two oat, two skim": led in from the clause before.
_AS_SAID = re.compile(r"\b(?:like|as) i (?:said|told you|say)$")
_SUMMED = re.compile(rf"{_LEAD}(?:so|thats|that is|its|just|only|those)\b")
_ALL_SUMMED = re.compile(rf"{_LEAD}so\b")
# Of people who may be having the same: then it is ordered for them.
_OF_OTHERS = frozenset("he she him her hers they them their theirs each".split())  # noqa: SIM905
_SEPARATING = frozenset([Kind.COMMA, Kind.AND])
_DETERMINING = frozenset([Kind.NUMBER, Kind.ARTICLE, Kind.THE, Kind.IT])
_IDLE = frozenset([Kind.JUST, Kind.GROUP])


@dataclass
class _Part:
    """One of what is named: how many, by what, and with and without what. `end` is where the
    reading goes on after it."""

    count: int | None = None
    definite: bool = False
    each: bool = False  # "one of each"
    named: list[Lexeme] = field(default_factory=list)
    without: list[Lexeme] = field(default_factory=list)
    bare: Kind | None = None  # "one *without*", of what the others are with
    end: int = 0


def _tells_how(lexeme: Lexeme) -> bool:
    """“*On* rye”, “*in* crispy shells”, and not for whom."""
    return lexeme.kind is Kind.TO and not lexeme.text.startswith(("for", "to", "from", "off"))


class Recaps(Keeping):
    """Sentences that repeat what stands."""

    def recap(self) -> bool:
        """Reads past what names again what is ordered, at the beginning of a clause."""
        before = self.lexemes[self.at - 1] if self.at else None
        if not self.cart.lines or (before is not None and before.kind not in BREAKS):
            return False
        if self.instead_of:
            return False  # "not the club, *just the turkey sub*", which takes its place
        end = self._sentence_end()
        start = before.end if before is not None else 0
        until = self.lexemes[end].start if end < len(self.lexemes) else len(self.words)
        said = self._said(start, until)
        if _AS_SAID.search(self._said(0, start)):
            said = f"i said {said}"
        if set(said.split()) & _OF_OTHERS and not _TOTAL.search(said):
            return False
        parts = self._parts(end, total=bool(_TOTAL.search(said)))
        if not parts:
            return False
        return self._recalls(parts, said, end)

    def _sentence_end(self) -> int:
        stops = (n for n in range(self.at, len(self.lexemes)) if self.lexemes[n].kind is Kind.STOP)
        return next(stops, len(self.lexemes))

    def _said(self, start: int, until: int) -> str:
        """The words between, but for what closes the order: "*that'll be all*"."""
        taken = {
            n
            for x in self.lexemes
            if self.closing and x.kind is Kind.COMMA and not x.text
            for n in range(x.start, x.end)
        }
        words = [t.word for n, t in enumerate(self.words) if start <= n < until and n not in taken]
        return " ".join(word for word in words if word not in ",.?")

    def make(self) -> None:
        """“… for Dev, to pick up. Shall I place it?” “Make it *three garlic naans*”: so many of the
        one line that is so, whichever was spoken of last."""
        part = self._part(self.at + 2, self._sentence_end()) if self.kind(1) is Kind.IT else None
        lines = self._fitting(part.named) if part is not None and part.named else []
        told = part is not None and part.count is not None and not part.without
        if part is None or not (self.confirming and told and len(lines) == 1):
            super().make()
            return
        self.set_qty(lines[0].id, part.count or 1)
        self.speak_of([lines[0].id])
        self.at = part.end

    # --- reading -----------------------------------------------------------------------------

    def _parts(self, end: int, *, total: bool) -> list[_Part]:
        """What is named from here to `end`, as far as it is told as what is ordered is told."""
        parts: list[_Part] = []
        at = self.at
        summing = total or any(x.kind is Kind.JUST for x in self.lexemes[self.at : end])
        while at < end and self.lexemes[at].kind in (*_SEPARATING, *_IDLE, Kind.WANT):
            kind = self.lexemes[at].kind
            if (kind is Kind.AND and not total) or (kind is Kind.WANT and not summing):
                return []
            at += 1
        while at < end:
            part = self._part(at, end)
            if part is None:
                break
            parts.append(part)
            at = part.end
            while at < end and self.lexemes[at].kind in (*_SEPARATING, *_IDLE):
                at += 1
        for part in parts:
            others = [o for o in parts if o is not part and o.bare is None]
            if part.bare is Kind.WITHOUT:  # "one *without* and one with the cherry"
                part.without = [x for o in others for x in o.named]
            elif part.bare is Kind.WITH:
                part.named += [x for o in others for x in o.without]
        return parts

    def _part(self, at: int, end: int) -> _Part | None:
        part, refusing, opened = _Part(), False, at
        while at < end:
            lexeme = self.lexemes[at]
            kind = lexeme.kind
            if kind in _SEPARATING:
                if not self._goes_on(part, at, end):
                    break
            elif kind is Kind.NUMBER and part.count is None and not part.named:
                part.count = lexeme.value
            elif kind is Kind.ARTICLE and part.count is None and not part.named:
                part.count = 1
            elif kind is Kind.BOTH and lexeme.text in ("of each", "each") and part.count:
                part.each = True
            elif kind is Kind.BOTH and lexeme.text in ("all", "both", "everything"):
                pass
            elif kind in (Kind.THE, Kind.IT, Kind.ARTICLE):
                points = kind is Kind.THE or lexeme.text != "it"
                part.definite |= points and not (part.named or kind is Kind.ARTICLE)
            elif kind in (Kind.WITH, Kind.WITHOUT):
                follows = at + 1 < end and self.lexemes[at + 1].kind in (Kind.MENTION, Kind.THE)
                refusing, part.bare = kind is Kind.WITHOUT, None if follows else kind
            elif kind in _IDLE or _tells_how(lexeme):
                refusing = False
            elif kind is Kind.WORD and lexeme.text.lower() in ("leaves", "makes", "total"):
                pass
            elif kind in (Kind.MENTION, Kind.WORD):
                (part.without if refusing else part.named).append(lexeme)
            else:
                return None
            at += 1
        part.end = at
        return part if at > opened else None

    def _goes_on(self, part: _Part, at: int, end: int) -> bool:
        """True where after a comma or an "and" the same dish is told further: "with lettuce *and
        mayo*"."""
        after = at + 1
        while after < end and self.lexemes[after].kind in _SEPARATING:
            after += 1
        if after >= end or self.lexemes[after].kind in _DETERMINING or not part.named:
            return False
        lexeme = self.lexemes[after]
        if lexeme.kind in (Kind.WITH, Kind.WITHOUT, Kind.TO):
            return True
        return lexeme.mention is not None and bool(self._fitting([*part.named, lexeme]))

    # --- holding it against the order ------------------------------------------------------------

    def _fitting(self, named: Sequence[Lexeme], spent: Collection[str] = ()) -> list[CartLine]:
        """The lines that are all that is `named`."""
        lines = [o for o in self.cart.lines if o.id not in spent]
        return [o for o in lines if all(self._is_so(o, x) for x in named)]

    def _is_so(self, line: CartLine, lexeme: Lexeme) -> bool:
        """True where the line is called what was said, or is made so."""
        return self._is_called(line, lexeme) or self._is_made(line, lexeme)

    def _stems(self, lexeme: Lexeme) -> set[str]:
        words = [t.word for t in self.words[lexeme.start : lexeme.end] if not t.stop]
        if len(words) > 1 and words[0].isdecimal():
            words = words[1:]  # "*two sandwiches*", where a dish is called so
        return {stem(w) for w in words} - LIGHT

    def _is_called(self, line: CartLine, lexeme: Lexeme) -> bool:
        item = self.item(line.item_id)
        said, mention = self._stems(lexeme), lexeme.mention
        plain = mention is not None and item in mention.items and len(said) == 1
        return plain or is_called(said, self.lexicon.words_of(item))

    def _is_made(self, line: CartLine, lexeme: Lexeme) -> bool:
        groups = self.menu.groups_of(self.item(line.item_id))
        chosen = {(c.group_id, c.id) for c in line.choices}
        taken = {c.group_id for c in line.choices}
        chosen |= {(g.id, i) for g in groups for i in g.default if g.id not in taken}
        readings = lexeme.mention.readings if lexeme.mention is not None else ()
        mine = [r for r in readings if r.coverage == 1 and r.group in groups]
        if any((r.group.id, r.modifier.id) in chosen and not r.group.removes for r in mine):
            return True
        if any((r.group.id, r.modifier.id) not in chosen and r.group.removes for r in mine):
            return True  # "with the cherry", which is on it unless it is left off
        made = [
            m.name for g in groups for m in g.modifiers if (g.id, m.id) in chosen and not g.removes
        ]
        words = {stem(t.word) for name in made for t in tokens(name)}
        return self._stems(lexeme) <= words | self.lexicon.words_of(self.item(line.item_id))

    def _lacks(self, line: CartLine, lexeme: Lexeme) -> bool:
        """True where the line was made without it, or where nothing of it was ordered."""
        readings = lexeme.mention.readings if lexeme.mention is not None else ()
        able = [r for r in self.applicable(readings, self.item(line.item_id)) if r.coverage == 1]
        removers = [r for r in able if r.group.removes]
        chosen = {(c.group_id, c.id) for c in line.choices}
        if removers:
            return any((r.group.id, r.modifier.id) in chosen for r in removers)
        return not any((r.group.id, r.modifier.id) in chosen for r in able)

    def _recalls(self, parts: Sequence[_Part], said: str, end: int) -> bool:
        total, repeated = bool(_TOTAL.search(said)), bool(_REPEATED.search(said))
        summed = total or repeated or bool(_SUMMED.match(said))
        asked = self.choosing or self.asked is not None
        sure = self.confirming and self.heard.yes
        named = bool(_ALL_SUMMED.match(said)) and self._are_all(parts, end)
        asked = asked and not named
        if not total and (asked or (self.fix and not all(part.named for part in parts))):
            return False
        standing = [o.id for o in self.cart.lines if self.before.line(o.id) == o]
        spent: list[str] = []
        read = self.at
        for part in parts:
            lines = self._agreeing(part, spent, sure=sure or repeated or named)
            if not lines and (total or sure):
                lines = self._recounted(part, spent)
            if not lines and repeated:
                lines = self._completed(part, spent)
            if not lines:
                break
            spent += [line.id for line in lines]
            read = part.end
        if read == self.at:
            return False
        whole = read == parts[-1].end and self._ends(read, end)
        closing = self.closing or self.confirming or self.chatting
        covers = len(parts) > 1 or self.closing or set(spent) == {o.id for o in self.cart.lines}
        weak = whole and closing and covers and set(spent) <= set(standing) and not self.new
        if not (summed or sure or weak):
            return False
        if self.fix and not total and set(spent) != {o.id for o in self.cart.lines}:
            if whole and self._leaves_out_the_rest(parts):
                self.drop_all_but(spent)
            elif not repeated:
                return False
        self.speak_of(spent)
        self.at = end if whole else read
        self.adding = bool(set(spent) & set(self.new))  # what is counted twice is so many
        self.setting = self.setting and not self.adding  # "one more, *actually*, so five"
        self.only = self.joined = False
        self.fix = "" if whole else self.fix
        self.heard.understood = True
        return True

    def _are_all(self, parts: Sequence[_Part], end: int) -> bool:
        """“*So pancakes and a coffee*”: each of them agrees with a line, and no line is left over;
        the pancakes are those that are ordered, whichever are called just so."""
        spent: list[str] = []
        for part in parts:
            lines = self._agreeing(part, spent, sure=True)
            if not lines:
                return False
            spent += [line.id for line in lines]
        return set(spent) == {o.id for o in self.cart.lines} and self._ends(parts[-1].end, end)

    def _leaves_out_the_rest(self, parts: Sequence[_Part]) -> bool:
        """“No, *just the tacos*”: of all that was ordered, and nothing else."""
        if self.contrasts():
            return False
        just = any(x.kind is Kind.JUST for x in self.lexemes[self.at : parts[-1].end])
        return just and all(part.definite for part in parts)

    def _ends(self, at: int, end: int) -> bool:
        return all(self.lexemes[n].kind in (*_SEPARATING, *_IDLE) for n in range(at, end))

    def _agreeing(self, part: _Part, spent: Collection[str], *, sure: bool) -> list[CartLine]:
        """The lines that `part` names and counts as they are."""
        lines = self._fitting(part.named, spent)
        lines = [o for o in lines if all(self._lacks(o, x) for x in part.without)]
        if any(self._takes_out(lines, x) for x in part.without):
            return []
        return self._counted(part, lines, sure=sure)

    def _takes_out(self, lines: Sequence[CartLine], lexeme: Lexeme) -> bool:
        """“So a coffee, *no Coke*”, of a Coke that is still ordered, and no part of a coffee."""
        mention = lexeme.mention
        if mention is None or not mention.whole or not self.lines_of(mention):
            return False
        able = [self.applicable(mention.readings, self.item(o.item_id)) for o in lines]
        return not any(able)

    def _counted(self, part: _Part, lines: list[CartLine], *, sure: bool) -> list[CartLine]:
        if part.each:
            alike = len(lines) > 1 and all(o.qty == part.count for o in lines)
            return lines if alike else []
        first = part.named[0] if part.named else None
        count = part.count
        if count is None and first is not None:
            word = self.words[first.start].word
            count = int(word) if word.isdecimal() and first.end - first.start > 1 else None
        if count is None:
            if not (part.definite or sure) or not part.named:
                return []
            made = part.definite and sure and len(part.named) > 1  # "yes, *the chicken mild*"
            return [o for o in lines if made or any(self._is_called(o, x) for x in part.named)]
        own = self.lines_of(first.mention) if first is not None and first.mention else []
        for some in (lines, [o for o in lines if o in own]):
            if some and sum(o.qty for o in some) == count:
                return some
        pointed = part.definite and not part.named  # "*those two* are all", of two lines
        return lines if pointed and len(lines) == count else []

    def _recounted(self, part: _Part, spent: Collection[str]) -> list[CartLine]:
        """“Yes, *three cokes*”, of the one line that has two; "one for me and the same for the
        twins, *so three altogether*", of the one line of which nobody said how many."""
        lines = self._fitting(part.named, spent) if part.named and not part.without else []
        if part.count is None or part.each:
            return []
        untold = [o for o in lines if o.id in self.new and o.id not in self.counted]
        left = part.count - sum(o.qty for o in lines if o not in untold)
        if len(lines) > 1 and len(untold) == 1 and left > 0:
            self.set_qty(untold[0].id, left)
        elif len(lines) == 1 and not {lines[0].id} & set(self.new) & self.counted:
            self.set_qty(lines[0].id, part.count)
        else:
            return []
        return [self.line(o.id) for o in lines]

    def _completed(self, part: _Part, spent: Collection[str]) -> list[CartLine]:
        """“It's a reuben *with Swiss*”, of the one that was taken down without."""
        named = [x for x in part.named if any(self._is_so(o, x) for o in self.cart.lines)]
        lines = self._counted(part, self._fitting(named, spent), sure=True) if named else []
        item = self.item(lines[0].item_id) if len(lines) == 1 else None
        more = [x for x in part.named if x not in named]
        if item is None or not more or not self._is_called(lines[0], named[0]):
            return []
        told = [
            [r for r in self.applicable(x.mention.readings, item) if r.coverage == 1]
            if x.mention is not None
            else []
            for x in more
        ]
        if not all(told):
            return []
        self.speak_of([lines[0].id])
        for lexeme, readings in zip(more, told, strict=True):
            self.grant(Wish(Kind.WITH, tuple(readings), lexeme.text))
        return [self.line(lines[0].id)]
