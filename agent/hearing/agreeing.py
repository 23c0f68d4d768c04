"""What is so already, and is said once more to agree: "the fries are fine with it, yeah".

A dish comes with what the menu gives by itself, or with what was chosen for it. Who names that and
calls it fine orders no portion of it beside the dish. "No dip" said of what can have one, and has
none, leaves it so; "just the blue cheese" is of the one that was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from agent.hearing.half_more import HalfMore
from agent.hearing.reader import BREAKS
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from domain.menu import Item

__all__ = ["Agreeing"]

_BESIDE = frozenset([Kind.THE, Kind.AND, Kind.YES, Kind.WITH, Kind.IT, *BREAKS])
_ASKING_FOR = frozenset("please more another extra some too also add as".split())  # noqa: SIM905


class Agreeing(HalfMore):
    """Sentences that name what stands, and agree to it."""

    def resolved(self, n: int) -> bool:
        """“Hmm, let me think. *Yes*”, “I said he'd carry me. *Yes*”: nothing but hesitation came
        before it, or a word about what was said, and has ended; “I said *yes*”."""
        before = [x.kind for x in self.lexemes[:n]]
        idle = {Kind.DOUBT, Kind.CHATTER, Kind.YES, *BREAKS}
        said = [x for x in self.lexemes[:n] if x.kind is Kind.MEANT and x.text == "i said"]
        if said and len(said) == before.count(Kind.MEANT):
            idle |= {Kind.MEANT, Kind.WORD}
            if before[-1] is Kind.MEANT and set(before) <= idle:
                return True
        return Kind.STOP in before and set(before) <= idle

    def without_agreed(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """What is left to be heard, where a sentence only agrees to how things are."""
        kept: list[Lexeme] = []
        for sentence in _sentences(lexemes):
            if self.only_agrees(sentence, kept):
                self.heard.understood = True
                kept += [x for x in sentence if x.kind in BREAKS]
            else:
                kept += sentence
        return kept

    def only_agrees(self, sentence: Sequence[Lexeme], before: Sequence[Lexeme]) -> bool:
        """“*Fries, yeah*”, “*the fries are fine with it*”, of a burger that comes with them; “*yes,
        crisp, definitely*”, of the apple crisp that was just ordered."""
        named = [x for x in sentence if x.mention is not None]
        yes = [x for x in sentence if x.kind is Kind.YES]
        if self.reads_again(sentence, named, before):
            return True
        if not named or not yes or yes[-1].start < named[-1].end:
            return False
        said = {t.word for t in self.words[sentence[0].start : sentence[-1].end]}
        if said & _ASKING_FOR or any(x.kind not in _BESIDE for x in sentence if x not in named):
            return False
        if yes[0].start < named[0].start:
            return all(_named_in(x.mention, before) for x in named if x.mention)
        if self.choosing or self.asked is not None or self.wondered:
            return False
        return all(self.comes_with(x, before) for x in named)

    def reads_again(
        self, sentence: Sequence[Lexeme], named: Sequence[Lexeme], before: Sequence[Lexeme]
    ) -> bool:
        """“An apple crisp. At least I think *it says crisp*”: what was read from a list."""
        others = [x for x in sentence if x not in named and x.kind not in (Kind.IT, *BREAKS)]
        if len(named) != 1 or others or named[0].mention is None:
            return False
        says = [t.word for t in self.words[: named[0].start][-2:]]
        return says in (["it", "says"], ["that", "says"]) and _named_in(named[0].mention, before)

    def comes_with(self, part: Lexeme, before: Sequence[Lexeme]) -> bool:
        """True where a dish of the order has it, chosen or by itself."""
        mention = part.mention
        if mention is None or self.lines_of(mention):
            return False
        width = mention.end - mention.start
        named = {
            (r.group.id, r.modifier.id)
            for r in mention.readings
            if r.coverage == 1 and r.width == width and not r.group.removes
        }
        lines = [
            (self.item(o.item_id), {(c.group_id, c.id) for c in o.choices}) for o in self.cart.lines
        ]
        just = [x.mention.items[0] for x in before if x.mention and len(x.mention.items) == 1]
        return any(
            self.made_with_it(item, chosen, named)
            for item, chosen in (*lines, *((item, set[tuple[str, str]]()) for item in just))
        )

    def made_with_it(
        self, item: Item, chosen: Collection[tuple[str, str]], named: Collection[tuple[str, str]]
    ) -> bool:
        """True where one of those options is what `item` has, by choice or by itself."""
        told = {group for group, _ in chosen}
        given = {
            (g.id, option)
            for g in self.menu.groups_of(item)
            if g.id not in told
            for option in g.default
        }
        return bool(set(named) & (set(chosen) | given))

    def joined_names(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“*Turkey. Burger.* Fries.”: said slowly, with a stop after each word of one name."""
        joined: list[Lexeme] = []
        for x in lexemes:
            whole = self.one_name(joined[-3:], x)
            if whole is not None:
                joined = joined[:-2]
                joined.append(x._replace(start=whole.start, mention=whole, text=self.raw(whole)))
            else:
                joined.append(x)
        return joined

    def one_name(self, before: Sequence[Lexeme], last: Lexeme) -> Mention | None:
        """The dish that the two are together, where neither is more than a word of it."""
        if len(before) < 2 or before[-1].kind is not Kind.STOP or last.mention is None:
            return None
        first = before[-2]
        opens = len(before) == 2 or before[0].kind is Kind.STOP
        alone = self.words[last.end : last.end + 1]
        if first.mention is None or not opens or not (not alone or alone[0].stop):
            return None
        if (first.end, before[-1].end) != (before[-1].start, last.start):
            return None
        if not last.mention.items or (first.mention.whole and not first.mention.unsaid):
            return None
        said = [
            *self.words[first.start : first.end],
            *self.words[last.start : last.end],
        ]
        named = self.lexicon.mentions(said)
        if len(named) != 1 or named[0].end - named[0].start < len(said):
            return None
        whole = named[0].whole and not named[0].unsaid and len(named[0].items) == 1
        return named[0]._replace(start=first.start, end=last.end) if whole else None

    def is_just_that(self) -> bool:
        """“*Just the blue cheese*”, of the one dip that was chosen; “olives and feta, *only those
        two*”. It is then read."""
        if self.are_just_those():
            return True
        at = self.at + 1 + int(self.kind(1) is Kind.THE)
        part = self.lexemes[at] if at < len(self.lexemes) else None
        ends = at + 1 >= len(self.lexemes) or self.lexemes[at + 1].kind in BREAKS
        if part is not None and part.mention is not None and ends and self.is_the_one(part.mention):
            self.at = at + 1
            self.heard.understood = True
            return True
        return False

    def are_just_those(self) -> bool:
        """“Olives and feta, *only those two*”: as many as were just named, which counts no dish."""
        kinds = [x.kind for x in self.lexemes[self.at + 1 : self.at + 4]]
        ends = len(kinds) == 2 or (kinds[2:] and kinds[2] in BREAKS)
        if kinds[:2] != [Kind.IT, Kind.NUMBER] or not ends:
            return False
        named = [x for x in self.lexemes[: self.at] if x.mention is not None]
        if len(named) < self.lexemes[self.at + 2].value:
            return False
        self.at += 3
        self.heard.understood = True
        return True

    def is_the_one(self, mention: Mention) -> bool:
        """True where the dish in hand has it, and nothing else of its kind."""
        line = self.cart.line(self.target[-1]) if self.target else None
        if line is None or self.lines_of(mention):
            return False
        width = mention.end - mention.start
        chosen = [(c.group_id, c.id) for c in line.choices]
        groups = [group for group, _ in chosen]
        return any(
            (r.group.id, r.modifier.id) in chosen and groups.count(r.group.id) == 1
            for r in mention.readings
            if r.coverage == 1 and r.width == width
        )


def _named_in(mention: Mention, before: Sequence[Lexeme]) -> bool:
    """True where the one dish that it means was named before."""
    named = {
        i.id for x in before if x.mention for i in x.mention.items if len(x.mention.items) == 1
    }
    return len(mention.items) == 1 and mention.items[0].id in named


def _sentences(lexemes: Sequence[Lexeme]) -> Iterator[list[Lexeme]]:
    """The lexemes up to each stop, and with it."""
    sentence: list[Lexeme] = []
    for lexeme in lexemes:
        sentence.append(lexeme)
        if lexeme.kind is Kind.STOP:
            yield sentence
            sentence = []
    if sentence:
        yield sentence
