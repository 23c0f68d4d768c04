"""What goes on one half only: "half plain, half sausage", "olives on half of it".

Some menus sell that as options of their own, "Half Sausage" beside "Sausage". Whatever the caller's
words for it, such an option is then chosen, and nothing is noted; the plain half wants nothing.
Where a menu has none, `halves` and the notes for the kitchen say it.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.hearing.nouns import Nouns
from agent.hearing.points import Wish
from agent.hearing.reader import Determiner
from agent.hearing.wishes import HARMLESS
from agent.language import stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading

__all__ = ["OneHalf", "is_half_option"]


class OneHalf(Nouns):
    """Options of half a dish."""

    def put_on_halves(self, named: Sequence[Lexeme]) -> bool:
        """“Half plain, half sausage”, “half olives and half ham”: each half has its option."""
        found = [
            (x, () if self.just_bare(x) else self.half_option(x.mention))
            for x in named
            if x.mention is not None
        ]
        if not any(r for _, r in found) or not all(r or self.is_bare(x) for x, r in found):
            return False
        for lexeme, readings in found:
            if readings:
                self.grant(Wish(Kind.WITH, readings, lexeme.text))
        self.heard.understood = True
        return True

    def choose_dearer(self, named: Sequence[Lexeme]) -> None:
        """“A curry, *half chicken, half beef*”, where it must be made with one of them: the dearer
        of the two is charged, and the kitchen is told of both."""
        ways = [
            [
                r
                for r in self.usable(x.mention)
                if r.coverage == 1 and r.group.min == r.group.max == 1
            ]
            for x in named
            if x.mention is not None
        ]
        lacking = [r for way in ways for r in way if not r.group.default and self.lacks(r.group)]
        groups = {r.group.id for r in lacking}
        if len(groups) == 1 and all(any(r in lacking for r in way) for way in ways):
            dearer = max(lacking, key=lambda r: r.modifier.price)
            self.grant(Wish(Kind.WITH, (dearer,), dearer.modifier.name))

    def share_before(self, at: int) -> None:
        """“Two pies, *one* half plain half sausage”: of so many of those just ordered."""
        number = self.lexemes[at - 1] if at else None
        base = self.cart.line(self.focus.base)
        if number is None or base is None or number.kind is not Kind.NUMBER:
            return
        if base.id in self.new and number.value < base.qty:
            self.sharing = True
            self.speak_of([self.split(base, number.value)])

    def other_half(self) -> bool:
        """“…, *and the other half plain*”, “… the other half onions”, of a dish in hand; "the other
        half *just cheese*" is as the dish comes, whatever extra cheese there is."""
        skip = 2
        while self.kind(skip) in (Kind.BE, Kind.JUST):
            skip += 1
        start, part = self.at, self.peek(skip)
        if self.kind() is not Kind.OTHER or self.kind(1) is not Kind.HALF or not self.target:
            return False
        if part is None or part.mention is None:
            return False
        readings = () if self.just_bare(part) else self.half_option(part.mention)
        if not readings and not self.is_bare(part):
            return False
        if readings:
            self.grant(Wish(Kind.WITH, readings, part.text))
        self.at = start + skip + 1
        self.heard.understood = True
        return True

    def put_on_one(self) -> bool:
        """“Half *of it olives*”, “half *with ham and onion*”: the other half has none."""
        start = self.at
        self.take()
        while self.kind() in (Kind.OF, Kind.WITH, Kind.JUST) or self.says("of it"):
            self.take()
        put = False
        while (lexeme := self.peek()) is not None and lexeme.mention is not None:
            if not (readings := self.half_option(lexeme.mention)):
                break
            self.grant(Wish(Kind.WITH, readings, self.take().text))
            put = True
            then = self.peek(1) if self.kind() is Kind.AND else None
            if then is not None and then.mention is not None and self.half_option(then.mention):
                self.take()
        self.at = self.at if put else start
        self.heard.understood = self.heard.understood or put
        return put

    def named_wish(self, mention: Mention, polarity: Kind | None, said: Kind | None) -> Wish:
        """“… and onions *on the other half*”, where the menu has no such words for it."""
        wish = super().named_wish(mention, polarity, said)
        skip = 1 + int(self.kind(1) in (Kind.OTHER, Kind.NUMBER))
        onto = self.kind() is Kind.TO and self.kind(skip) is Kind.HALF
        readings = self.half_option(mention) if onto and wish.kind is Kind.WITH else ()
        if not readings:
            return wish
        self.at += skip + 1
        return Wish(Kind.WITH, readings, wish.text)

    def noted(self) -> Wish:
        """“Olives *on half of it*”: the option just heard is of one half."""
        last = self.gathered[-1] if self.gathered else None
        if self.on_half(0) and last is not None and last.kind is Kind.WITH:
            mention = Mention(0, 0, (), last.readings)
            if self.comes_so(last) and (self.has_half() or self.halves_ahead()):
                self.take()
                return Wish(Kind.NOTE)
            if readings := self.half_option(mention):
                self.take()
                self.gathered.pop()
                return Wish(Kind.WITH, readings, last.text)
        return super().noted()

    def is_wish(
        self, mention: Mention, polarity: Kind | None, *, explicit: bool, broke: bool
    ) -> bool:
        """“… and *chicken on the other half*”, whatever dishes are called chicken."""
        if self.on_half(1) and self.half_option(mention):
            return True
        return super().is_wish(mention, polarity, explicit=explicit, broke=broke)

    def put_on_it(self, lexeme: Lexeme) -> bool:
        onto = lexeme.mention is not None and self.on_half(1) and self.half_option(lexeme.mention)
        return bool(onto) or super().put_on_it(lexeme)

    def as_it_comes(self, found: Determiner, run: Sequence[Lexeme]) -> bool:
        """“*Plain on one half* and ham on the other”: nothing on that one."""
        bare = len(run) == 1 and not found.any and self.on_half(1) and self.is_bare(run[0])
        if bare and self.target and (self.has_half() or self.halves_ahead()):
            self.bare_half = True
            self.at += 2
            self.lingering = Kind.WITH
            self.wishes()
            return True
        return super().as_it_comes(found, run)

    def on_half(self, ahead: int) -> bool:
        """True where it is told `ahead` that something goes on one half."""
        note = self.peek(ahead)
        if note is None or note.kind is not Kind.NOTE:
            return False
        if note.text.lower() == "on the other":
            return self.bare_half or self.has_half()
        told = {stem(t.word) for t in tokens(note.text)}
        return bool(told & {"half", "side"}) and note.text.lower() != "on the side"

    def halves_ahead(self) -> bool:
        """True where something is yet to be told of another half."""
        rest = self.lexemes[self.at + 2 :]
        return any(x.kind is Kind.HALF or _of_half(x.text.lower()) for x in rest)

    def has_half(self) -> bool:
        """True where something was put on one half of the dish in hand."""
        line = self.cart.line(self.target[-1]) if self.target else None
        if line is None:
            return False
        chosen = {(c.group_id, c.id) for c in line.choices}
        told = [r for w in self.gathered for r in w.readings if r.coverage == 1]
        told += [
            Reading(g, m, 1, False, 1)
            for g in self.menu.groups_of(self.item(line.item_id))
            for m in g.modifiers
            if (g.id, m.id) in chosen
        ]
        return any(is_half_option(r) for r in told)

    def comes_so(self, wish: Wish) -> bool:
        """“… *and just cheese* on the other half”, of a quesadilla that comes with cheese."""
        named = self.usable(Mention(0, 0, (), wish.readings))
        line = self.cart.line(self.target[-1]) if self.target else None
        own = self.lexicon.words_of(self.item(line.item_id)) if line is not None else frozenset()
        bare = _words(wish.text) <= own
        return bare or any(r.coverage == 1 and r.modifier.id in r.group.default for r in named)

    def half_option(self, mention: Mention) -> tuple[Reading, ...]:
        """What the dish in hand has for half of what `mention` names in full."""
        named = [r for r in self.usable(mention) if r.coverage == 1 and not r.group.removes]
        own = tuple(r for r in named if is_half_option(r))
        if own:
            return own[:1]
        wanted = [_words(r.modifier.name) | {"half"} for r in named]
        lines = [line for i in self.target if (line := self.cart.line(i)) is not None]
        return tuple(
            Reading(group, modifier, 1, False, 1)
            for line in lines
            for group in self.menu.groups_of(self.item(line.item_id))
            for modifier in group.modifiers
            if _words(modifier.name) in wanted
        )[:1]

    def just_bare(self, lexeme: Lexeme) -> bool:
        """“Half mushroom, half *just cheese*”: and no extra cheese on that one."""
        at = self.lexemes.index(lexeme)
        return at > 0 and self.lexemes[at - 1].kind is Kind.JUST and self.is_bare(lexeme)

    def is_bare(self, lexeme: Lexeme) -> bool:
        """“Half *plain*”, “half *cheese*”: as the dish comes."""
        line = self.cart.line(self.target[-1]) if self.target else None
        said = {stem(t.word) for t in tokens(lexeme.text)}
        own = self.lexicon.words_of(self.item(line.item_id)) if line is not None else frozenset()
        return lexeme.text.lower() in HARMLESS or said <= own


def _of_half(text: str) -> bool:
    return "half" in text.split() or text in ("on the other", "on the other side")


def is_half_option(reading: Reading) -> bool:
    """True of “Half Sausage”, which a menu has beside its sausage."""
    return "half" in _words(reading.modifier.name)


def _words(name: str) -> set[str]:
    return {stem(t.word) for t in tokens(name) if not t.stop}
