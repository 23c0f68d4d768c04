"""Which lines words refer to: "one of them", "the other", "both", "the first one", "the naan"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_
from itertools import pairwise

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.points import Wish
from agent.hearing.portions import portions
from agent.hearing.reader import BREAKS, WISHING, Determiner
from agent.hearing.wishing import Wishing
from agent.house import missing_of
from agent.kinds import is_called
from agent.language import LIGHT, stem
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention

__all__ = ["References"]


class References(Wishing):
    """The lines that words refer to."""

    def able(self, line_ids: list[str]) -> list[str]:
        """The lines meant, or where their dishes cannot have what follows, the last that can."""
        lexeme = self.peek()
        if lexeme is None or lexeme.mention is None or set(line_ids) & set(self.new):
            return line_ids
        able = self.reading_lines(lexeme.mention)
        return line_ids if set(line_ids) & set(able) or not able else able[-1:]

    def part_lines(self, found: Determiner) -> list[str]:
        if found.every:
            return [line.id for line in self.cart.lines]
        of_all = found.all or (found.both and self.choosing)
        if of_all and len(lacking := self.lacking_it()) > 1:
            return lacking
        if found.both:
            return self.all_of(found.count)
        if found.ordinal:
            return [self.ordinal_line(found.ordinal)]
        base = self.cart.line(self.focus.base) or self.cart.line(self.focus.last)
        if base is None:
            return [line.id for line in self.cart.lines[-1:]]
        if found.other:
            return [self.other_than_last(base).id]
        count = found.count if found.count is not None else (1 if found.article else None)
        if count is None or found.definite:
            return list(self.target or [base.id])
        return [self.split(self.several(self.able_base(base), found), count)]

    def several(self, base: CartLine, found: Determiner) -> CartLine:
        """“*One of them* without nuts”, said after one dal: of the two kormas before it."""
        more = [line for line in self.cart.lines if line.qty > 1]
        lexeme = self.peek_past({Kind.THE, *WISHING})
        if found.share and base.qty == 1 and base.id not in self.new and lexeme is not None:
            more = [
                o for o in more if lexeme.mention and o.id in self.reading_lines(lexeme.mention)
            ]
            return more[-1] if more else base
        return base

    def lacking_it(self) -> list[str]:
        """“Two al pastor and two carnitas, *all with* salsa”: the lines just written that can be
        made so, and of which nothing was said yet."""
        lexeme = self.peek_past({*WISHING, Kind.TO, Kind.THE, Kind.BE})
        if lexeme is None or lexeme.mention is None:
            return []
        readings = [r for r in lexeme.mention.readings if r.coverage == 1]
        lines = [o for o in self.cart.lines if self.choosing or o.id in self.new]
        return [
            line.id
            for line in lines
            if (able := self.applicable(readings, self.item(line.item_id)))
            and not {r.group.id for r in able} & {c.group_id for c in line.choices}
        ]

    def other_than_last(self, base: CartLine) -> CartLine:
        """“*The other one* medium”: of the same dish as the one that was spoken of last."""
        last = self.cart.line(self.focus.last)
        alike = [
            o for o in self.cart.lines if last and o.item_id == last.item_id and o.id != last.id
        ]
        lacking = [o for o in (*alike, last) if o is not None and missing_of(self.menu, o)]
        if self.choosing and len(lacking) == 1:
            return lacking[0]  # the first was told how, and the question was about this one
        return alike[-1] if alike and base not in alike else base

    def able_base(self, base: CartLine) -> CartLine:
        """“One's to be chocolate”, “one of them without bacon”, said after the pie: of the shakes,
        of the burgers before it."""
        lexeme = self.peek_past({Kind.BE, Kind.THE, *WISHING})
        mention = lexeme.mention if lexeme is not None else None
        named = [r for r in mention.readings if r.coverage == 1] if mention is not None else []
        if base.id in self.new or not named or self.applicable(named, self.item(base.item_id)):
            return base
        able = [o for o in self.cart.lines if self.applicable(named, self.item(o.item_id))]
        return able[-1] if able else base

    def said_so(self, found: Determiner) -> list[str]:
        """“So one strawberry, one chocolate”, after the two were told apart: said once more."""
        said = [x.mention for x in self.run_of() if x.mention is not None]
        if not self.shares or not said or found.refers:
            return []
        count = found.count if found.count is not None else 1
        shares = {self.line(i).item_id for i in self.shares if self.cart.line(i) is not None}
        base = self.cart.line(self.focus.base)
        if base is not None and base.id in self.new:
            shares &= {base.item_id}  # of what is being shared out, and not of what was before
        return [
            line.id
            for line in self.cart.lines
            if line.item_id in shares
            and line.qty == count
            and all(_told(mention) & {(c.group_id, c.id) for c in line.choices} for mention in said)
        ][-1:]

    def ordinal_line(self, ordinal: int) -> str:
        """“The first one …, the second one …” share out a line of two, one by one."""
        base = self.cart.line(self.focus.base)
        if ordinal == -1 and self.shares and base is not None and not self.shared_out:
            return base.id  # "one with ranch, one with italian, and *the last one* with neither"
        if ordinal not in self.ordinals:
            shared = base is not None and base.id not in self.ordinals.values()
            if self.ordinals and shared and base is not None:
                self.ordinals[ordinal] = self.split(base, 1)
            else:
                self.ordinals[ordinal] = self.nth(self.ordered(), ordinal).id
        return self.ordinals[ordinal]

    def nth(self, lines: Sequence[CartLine], ordinal: int) -> CartLine:
        """“The second one” is the second line, or one of a line of two."""
        if len(lines) == 1 and lines[0].qty > 1:
            return self.first_of(lines[0]) if ordinal == 1 else self.share_of(lines[0], 1)
        base = self.cart.line(self.focus.base)
        if ordinal > len(lines) and self.shares and base in lines and base is not None:
            return base  # "bacon on two, an egg on *the third*"
        if ordinal == -1 or ordinal > len(lines):
            return lines[-1]
        line = lines[ordinal - 1]
        told = lines[: ordinal - 1]  # "four bowls": *the first one* was split off before
        if line.qty > 1 and told and all(t.qty == 1 and t.item_id == line.item_id for t in told):
            return self.first_of(line)
        return line

    def first_of(self, line: CartLine) -> CartLine:
        """One of `line`, which stays where it is and so is the first one in the turns to come, too;
        the rest is a line after it."""
        first = replace(line, qty=1)
        rest = replace(line, id=self.label(), qty=line.qty - 1)
        self.put(first)
        self.put(rest)
        self.shares.add(first.id)
        self.counted |= {first.id, rest.id}
        self.new = [*(i for i in self.new if i != first.id), rest.id, first.id]
        self.focus = with_(self.focus, base=rest.id)
        return first

    def ordered(self) -> list[CartLine]:
        recent = [line for line in self.cart.lines if line.id in self.focused()]
        return recent if len(recent) > 1 else list(self.cart.lines)

    def all_of(self, count: int | None) -> list[str]:
        """“Both”: the two of the last line, or the last two lines. “All”: everything just said."""
        recent = self.focused()
        base = self.cart.line(self.focus.base)
        family = [i for i in recent if base is not None and self.line(i).item_id == base.item_id]
        shared = self.shares & set(family) and base is not None and base.id in family
        if shared and len(family) > 1 and count in (None, len(family)):
            return family  # "…, and two teas, one sweet, one not, *both large*"
        if base is not None and base.qty > 1 and (count is None or count == base.qty):
            family = [i for i in recent if self.line(i).item_id == base.item_id]
            return family if family == recent or (base.qty > 1 and len(recent) < 3) else [base.id]
        if len(recent) < 2:  # "toast them both": the two that were ordered before
            before = [i for i in self.focus.recent if self.cart.line(i) is not None]
            recent = before if len(before) > 1 else [o.id for o in self.cart.lines[-2:]]
        return recent

    def nth_of_these(self, lines: Sequence[CartLine], ordinal: int) -> CartLine:
        """“First plate …, *second plate* …”: not the one that was the first."""
        if ordinal not in self.ordinals:
            left = [line for line in lines if line.id not in self.ordinals.values()]
            line = self.nth(left, 1) if self.ordinals and left else self.nth(lines, ordinal)
            self.ordinals[ordinal] = line.id
        return self.line(self.ordinals[ordinal])

    def target_lines(self, found: Determiner) -> list[str]:
        if found.both or found.other:
            return self.focused()
        base = self.cart.line(self.focus.base) or self.cart.line(self.focus.last)
        return [base.id] if base is not None else [line.id for line in self.cart.lines[-1:]]

    def refer(self, found: Determiner, lines: Sequence[CartLine], wishes: Sequence[Wish]) -> None:
        """“The margherita”, “one of the margheritas”, “the second pizza”."""
        exact = [line for line in lines if self.has_all(line, wishes)]
        chosen = list(exact or lines)
        if found.count is not None and len(chosen) == 1 and self.is_sold_by(chosen[0], found.count):
            found = with_(found, count=None)  # "hot sauce for *the twenty wings*", of one order
        rest = [] if exact else list(wishes)
        if found.ordinal:
            chosen = [self.nth_of_these(chosen, found.ordinal)]
        elif (
            found.count is not None
            and (found.share or found.definite)
            and self.limits()
            and self.ends_clause()
            and not self.led_by("on", "for")
        ):
            self.set_qty(chosen[-1].id, found.count)  # "actually just two of the burgers"
        elif found.count is not None and found.share and found.count > chosen[-1].qty:
            self.set_qty(chosen[-1].id, found.count)  # "I'll take two of the burgers", of one
        elif found.count is not None and (found.share or not found.definite) and not found.both:
            chosen = [self.share_of(chosen[-1], found.count)]
        elif not found.both and len(chosen) > 1 and not exact and not wishes:
            chosen = [line for line in chosen if not line.choices][:1] or chosen[:1]
        only = self.only and self.fix and not self.contrasts()
        if only and not wishes and not (found.count and found.share):
            self.drop_all_but([line.id for line in chosen])
        self.speak_of([line.id for line in chosen])
        for wish in rest:
            self.grant(wish)

    def is_sold_by(self, line: CartLine, count: int) -> bool:
        """True where it was ordered in a portion of so many."""
        sold = portions(self.menu, self.item(line.item_id), count, portion=True)
        named = {(r.group.id, r.modifier.id) for r in sold[0].readings} if sold is not None else ()
        return (
            sold is not None
            and sold[1] == 1
            and any((c.group_id, c.id) in named for c in line.choices)
        )

    def drop_all_but(self, kept: Sequence[str]) -> None:
        """“Actually only the margheritas”: of the order. “A burger and fries, no, *just the
        burger*”: of what was said in this breath, and what was ordered before it stays."""
        breath = set(self.new) if set(kept) <= set(self.new) else set[str]()
        for line in self.cart.lines:
            if line.id not in kept and (not breath or line.id in breath):
                self.drop(line.id)

    def contrasts(self) -> bool:
        """“No, no corned beef. *Just the pastrami*”: what is not wanted was named before it, and
        of nothing else is anything said."""
        said = [x for x in self.lexemes[: self.at] if x.kind not in (Kind.THE, Kind.ARTICLE)]
        return any(
            no.kind in _REFUSING and dish.mention is not None and dish.mention.items
            for no, dish in pairwise(said)
        )

    def limits(self) -> bool:
        return self.only or (bool(self.fix) and not self.adding)

    def led_by(self, *words: str) -> bool:
        """“Actually, *on* one of the burgers, rings”: and no other number of them."""
        return self.phrase_at > 0 and self.words[self.phrase_at - 1].word in words

    def ends_clause(self) -> bool:
        """True where nothing follows that such a line could be made with."""
        return self.kind() in (None, *BREAKS, Kind.AND, Kind.FIX, Kind.WORD)

    def reference(self, *, makes: bool = False) -> list[str]:
        """The lines that the next words refer to; empty, and nothing read, where they don't."""
        start = self.at
        if self.kind() is Kind.IT and (self.kind(1) is not Kind.MENTION or self.that_one()):
            last = [i for i in self.target if self.cart.line(i) is not None]
            if self.take().text in ("them", "those", "these"):
                return last if self.are_several(last) else self.focused()
            return last or self.focused()[-1:] or [line.id for line in self.cart.lines[-1:]]
        if self.kind() is Kind.IT:
            self.take()
        found = self.determiner()
        if having := self.ones_having(found):
            return having
        run = self.run_of()
        base = self.cart.line(self.focus.base)
        if found.whose and not run and base is not None and base.id in self.new and base.qty > 1:
            found.count, found.definite = 1, False  # "two pides, an egg on *mine*"
        head = self.head_of(run)
        if head == 0 and self.ones(run[0]) and (made := self.lines_made(found, run[0])):
            self.at += 1  # "no sauerkraut on *the turkey one*", though turkey is a dish, too
            return made
        if head == 0 and (found.share or found.both) and self.names_rather_option(run[0]):
            head = None  # "make all three of them *sausage*"
        if head is not None and (mention := run[head].mention) is not None:
            lines = self.likeliest_of(mention, self.lines_of(mention))
            if not lines and (found.definite or found.share):
                lines = self.lines_called(run[head].text)  # "one of *the burgers*", with cheese
            if (
                lines
                and not (found.article and makes)
                and not (
                    makes
                    and found.count is not None
                    and not found.refers
                    and self.kind_after(head) is None
                )
            ):
                self.at += head + 1
                self.refer(found, lines, self.pre_wishes(run[:head]))
                return list(self.target)
        elif self.cart.lines and (
            found.share
            or found.both
            or found.other
            or found.ordinal
            or (found.count is not None and not run and not (makes and self.kind() is not Kind.TO))
        ):
            return self.part_lines(found)
        elif head is None and found.definite and (called := self.called_by_kind(run)):
            self.at += 1
            self.refer(found, called, ())
            return list(self.target)
        elif run and self.ones(run[0]) and (made := self.lines_made(found, run[0])):
            self.at += 1
            return made
        self.at = start
        return []

    def ones_having(self, found: Determiner) -> list[str]:
        """“No mayo on *the one with fries*”, “… on the ones with bacon”: told by what they have."""
        part = self.peek(1 + int(self.kind(1) is Kind.THE)) if self.kind() is Kind.WITH else None
        ones = [t.word for t in self.words[: self.lexemes[self.at].start]][-1:] if part else []
        if part is None or part.mention is None or not found.definite or ones[:1] not in _ONES:
            return []
        meant = {(r.group.id, r.modifier.id) for r in part.mention.readings if r.coverage == 1}
        lines = [o.id for o in self.cart.lines if meant & {(c.group_id, c.id) for c in o.choices}]
        self.at = self.lexemes.index(part) + 1 if lines else self.at
        return lines

    def that_one(self) -> bool:
        """“Make *that one* tofu”: a way to make it, and no count of what is named next."""
        mention = self.lexemes[self.at + 1].mention
        if not self.says("that 1", "this 1") or mention is None or self.lines_of(mention):
            return False
        return any(r.coverage == 1 and r.group.max == 1 for r in self.usable(mention))

    def are_several(self, last: Sequence[str]) -> bool:
        """“The other two with bacon, no mayo on *those*”: a share of more than one."""
        several = len(last) == 1 and self.line(last[0]).qty > 1
        if several and self.kind() is Kind.NUMBER and self.take().value == self.line(last[0]).qty:
            return True
        return several and bool(self.shares or self.sharing or self.given_before(last[0]))

    def given_before(self, line_id: str) -> bool:
        """“Three rolls with barbecue sauce and two pies, *no sauce* on those”: what was just put on
        the others is not taken from them in the same breath."""
        wish = self.gathered[-1] if self.gathered else None
        if wish is None or wish.kind is not Kind.WITHOUT:
            return False
        refused = {(r.group.id, r.modifier.id) for r in wish.readings} | {
            (o.group.id, m.id)
            for o in wish.readings
            for m in o.group.modifiers
            if stem(o.group.name.lower()) == stem(wish.text.lower())
        }
        return any(
            i != line_id and (c.group_id, c.id) in refused
            for i in self.new
            if self.cart.line(i)
            for c in self.line(i).choices
        )

    def lines_made(self, found: Determiner, lexeme: Lexeme | None) -> list[str]:
        """“*The prawn ones* steamed”: those of the order that were made so before."""
        mention = lexeme.mention if lexeme is not None else None
        told = found.definite or found.share
        if lexeme is None or mention is None or not told or self.choosing:
            return []
        meant = {(r.group.id, r.modifier.id) for r in mention.readings if r.coverage == 1}
        lines = [o for o in self.cart.lines if meant & {(c.group_id, c.id) for c in o.choices}]
        if not lines or self.lines_of(mention):
            return []
        if found.count is not None and found.share:  # "*one of* the chicken ones"
            return [self.share_of(lines[-1], found.count).id]
        return [line.id for line in lines]

    def likeliest_of(self, mention: Mention, lines: list[CartLine]) -> list[CartLine]:
        """“*The soup*”, of all that is ordered from “Sides and Soups”: what is called so itself."""
        if not mention.generic or len(lines) < 2:
            return lines
        said = {stem(t.word) for t in self.words[mention.start : mention.end]} - LIGHT
        own = [o for o in lines if is_called(said, self.lexicon.name_of(self.item(o.item_id)))]
        return own or lines

    def called_by_kind(self, run: Sequence[Lexeme]) -> list[CartLine]:
        """“*The soup* large”, where no dish is called so, and no line is made with such a one."""
        first = run[0] if run else None
        mention = first.mention if first is not None else None
        if first is None or first.kind not in (Kind.WORD, Kind.MENTION):
            return []
        if mention is not None and (mention.items or self.reading_lines(mention)):
            return []
        return self.lines_called(first.text)

    def kind_after(self, head: int) -> Kind | None:
        return self.kind(head + 1)


_REFUSING = frozenset([Kind.WITHOUT, Kind.REMOVE, Kind.NOT])
_ONES = (["1"], ["1s"], ["ones"])


def _told(mention: Mention) -> set[tuple[str, str]]:
    """The options named in full; "not toasted" is not what was toasted."""
    named = [r for r in mention.readings if r.coverage == 1]
    wide = [r for r in named if r.width == mention.end - mention.start]
    return {(r.group.id, r.modifier.id) for r in wide or named}
