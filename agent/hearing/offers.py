"""What a caller answers to “would you like …?”: yes, how many, how made, or something else.

An offer stands in for what could not be had. It is taken up by a yes, a number or a way to make it,
and turned down by what says that it may be left; who orders something else has passed it over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from agent.hearing.eaters import Eaters
from agent.hearing.points import OpenKind
from agent.hearing.reader import BREAKS
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from domain.menu import Item
from domain.ordering import Choice

__all__ = ["Offers"]

# What leaves an offer where it is: "oh, *leave it* then".
_DECLINED = frozenset(
    [(verb, it) for verb in ("leave", "skip") for it in ("it", "that", "them", "those")]
    + [(who, "pass") for who in ("ill", "well", "will")]
    + [("already", have) for have in ("had", "have", "got", "ordered", "said", "on", "there")]
    + [(how, "bother") for how in ("not", "dont", "wont")]
    + [(verb, "without") for verb in ("do", "go", "manage")]
)
# What leaves a whole course where it is: "*skip* the dessert", "then *no* pudding".
_LEAVING = frozenset("skip drop forget scrap pass no mind without".split())  # noqa: SIM905
_COURSES = frozenset("dessert pudding sweet afters drink side starter appetizer main".split())  # noqa: SIM905

# What leaves "it" off, beside what is always said of a dish: "then *skip* it".
_OFF = frozenset(["skip", "hold", "leave off", "leave out"])

_TWO = 2  # dishes that "both" takes
_ALL = ("both", "all of")
_EACH = frozenset(["each", "of each"])
_ORDERING = frozenset([Kind.WANT, Kind.AND])
_ONE_WITH = [(Kind.NUMBER, Kind.WITH), (Kind.IT, Kind.WITH)]
_OF_US = re.compile(
    r"\b(?:you|yall|they|nobody) (?:dont|do not|didnt|cant|cannot|couldnt|wont|arent|have no)\b"
)
_AFTER_ALL = frozenset(". , ? and please then thanks with to for cheers".split())  # noqa: SIM905


class Offers(Eaters):
    """Dishes that were offered, and what becomes of them."""

    def take_each(self) -> None:
        """“How much is the banana split? And the chili dog?” “*One of each*, please”."""
        every = next((n for n, x in enumerate(self.lexemes) if x.kind is Kind.BOTH), None)
        if every is None or len(self.wondered) < _TWO or self.heard.no:
            return
        before, lexeme = self.lexemes[:every], self.lexemes[every]
        counts = [x.value for x in before[-1:] if x.kind is Kind.NUMBER]
        all_of_them = lexeme.text.startswith(_ALL) or (lexeme.text in _EACH and bool(counts))
        named = any(x.kind in (Kind.MENTION, Kind.WORD) for x in before)
        then = self.words[lexeme.end].word if lexeme.end < len(self.words) else "."
        if named or not all_of_them or then not in _AFTER_ALL:
            return
        self.lexemes = self.lexemes[every + 1 :]
        self.asked = None
        for point in self.wondered[-_TWO:] if lexeme.text.startswith("both") else self.wondered:
            self.heard.opens = [o for o in self.heard.opens if o != point]
            self.write(self.item(point.item_ids[0]), counts[0] if counts else 1, point.wishes)
        self.counted |= set(self.new)
        self.taken_each = set(self.new)
        self.speak_of(self.new)  # "one of each, *large*"
        self.heard.understood = True

    def leave_lacking(self) -> None:
        """“If the octopus is out, *just leave it off*”, “then take it off”, of what the caller was
        just told cannot be had: nothing that stands goes for it."""
        at = next((n for n in range(len(self.lexemes)) if self.leaves_it(n)), None)
        offered = self.offered and self.asked is not None and not self.asked.wondered
        if at is None or not (offered or self.refused) or not self.lacking:
            return
        first = max((n + 1 for n in range(at) if self.lexemes[n].kind is Kind.STOP), default=0)
        clause = self.lexemes[first:at]
        if any(x.mention is not None and not self.is_lacking(x) for x in clause):
            return  # "two cokes, *and take it off*"
        if first and any(x.mention is not None for x in self.lexemes[:first]):
            return
        end = at + (1 if self.lexemes[at].kind is Kind.SCRATCH else 2)
        while end < len(self.lexemes) and self.lexemes[end].kind is Kind.TO:
            end += 1  # "leave it *off*"
        self.lexemes = self.lexemes[end:]
        self.heard.no = self.heard.understood = True

    def leaves_it(self, at: int) -> bool:
        """True where “scratch that”, “take it off”, “skip it” begins, with no dish named after."""
        verb, *after = self.lexemes[at : at + 3]
        if verb.kind is Kind.SCRATCH:
            return verb.text not in ("can go", "has to go", "have to go", "needs to go")
        leaves = verb.kind is Kind.REMOVE or verb.text in _OFF
        named = len(after) > 1 and after[1].kind is Kind.MENTION
        return leaves and after[:1] != [] and after[0].kind is Kind.IT and not named

    def is_lacking(self, lexeme: Lexeme) -> bool:
        """True of what the caller was just told cannot be had."""
        said = {stem(t.word) for t in tokens(lexeme.text)} - LIGHT
        lacking = bool(said) and any(said <= called for called in self.not_to_be_had())
        return lacking or self.is_sold_out(lexeme)

    def answer_offer(self) -> None:
        """“Yes”, “two please”, “a large one” to “would you like …?”; “two” to “how many?”."""
        asked = self.asked
        if asked is None or asked.kind not in (OpenKind.OFFER, OpenKind.COUNT):
            return
        first = next((x.kind for x in self.lexemes if x.kind not in BREAKS), None)
        declined = _DECLINED & set(pairwise(t.word for t in self.words))
        item = self.item(asked.item_ids[0])
        if asked.kind is OpenKind.OFFER and (declined or first is Kind.SCRATCH):
            self.heard.no = True  # "okay, *never mind that*"
        elif asked.kind is OpenKind.OFFER and self.declines_kind(item):
            self.heard.no = True
            self.lexemes = [x for x in self.lexemes if not self.is_sold_out(x)]
        other = next((n for n in range(len(self.lexemes)) if self.goes_elsewhere(n, item)), None)
        if other is not None and self.meant_for(other):
            return
        said = self.lexemes[:other]  # "a *malt* one, and a coke": what is said before another dish
        if other and said[-1].kind is Kind.NUMBER:
            said = said[:-1]
        counts = [x.value for x in said if x.kind is Kind.NUMBER]
        chosen = any(self.chooses(x) for x in said[:-1])
        if other is not None and not (chosen or self.takes_before(other)):
            return
        if not self.takes_up(counts) or self.names_another():
            return
        self.drop_named_again(other, item)
        qty = counts[0] if counts else asked.qty
        number = next((x for x in said if x.kind is Kind.NUMBER), None)
        self.lexemes = [x for x in self.lexemes if x is not number and not self.idle(x)]
        while self.lexemes and self.lexemes[0].kind in (*BREAKS, Kind.AND):
            self.lexemes = self.lexemes[1:]  # "do you have them? Then a large one": no other one
        pieces, anew = self.pieces(item, qty), self.told_otherwise(item, said)
        self.asked = None
        wishes = [w for w in asked.wishes if not anew & {r.group.id for r in w.readings}]
        if len(wishes) < len(asked.wishes):
            self.lexemes = [x for x in self.lexemes if x.kind is not Kind.ARTICLE or x not in said]
        self.write(item, qty if pieces is None else 1, wishes)
        if self.lexemes and self.lexemes[0].text == "with the":  # "one *with the* garlic naan"
            self.lexemes = [self.lexemes[0]._replace(kind=Kind.WITH), *self.lexemes[1:]]
        if pieces is not None:
            self.grant(pieces)  # "six of them, then"
        self.heard.understood = True

    def declines_kind(self, item: Item) -> bool:
        """“*Skip the dessert* then”, to the offer of a pie: nothing of that kind is wanted."""
        category = next(c for c in self.menu.categories if c.id == item.category_id)
        names = (category.name, *category.names.values(), item.name)
        kind = {stem(t.word) for name in names for t in tokens(name)} - LIGHT | _COURSES
        said = [t.word for t in self.words if t.word not in ("the", "that", "any", "on", "a")]
        return any(verb in _LEAVING and stem(what) in kind for verb, what in pairwise(said))

    def is_sold_out(self, lexeme: Lexeme) -> bool:
        """“You're out of *cobbler*?”, which was just told."""
        items = lexeme.mention.items if lexeme.mention is not None else ()
        return bool(items) and all(i.id in self.sold_out for i in items)

    def hand_on(self) -> None:
        """“A *whole* cheesesteak.” It is sold out. “The meatball sub, then”: what was said of the
        one is meant of the other, where it must be told and was not told anew."""
        if self.asked is None or not self.offered or not self.asked.wishes:
            return
        kind = self.item(self.asked.item_ids[0]).category_id
        for line in (o for i in self.new if (o := self.cart.line(i)) is not None):
            if self.kind_of(line) == kind:
                said = (r for w in self.asked.wishes for r in w.readings if r.coverage == 1)
                able = (r for r in said if r.group.min == 1 == r.group.max and not r.group.removes)
                self.put(self.made_as(line, [Choice(r.group.id, r.modifier.id) for r in able]))
                return

    def meant_for(self, at: int) -> bool:
        """“*Lemon pepper* sounds good. Ten boneless *with that*”: what was chosen of the dish that
        was asked about is for the one that is ordered now."""
        dish, options = self.lexemes[at], [x for x in self.lexemes[:at] if self.chooses(x)]
        pointing = [x.kind for x in self.lexemes[at + 1 : at + 3]] == [Kind.WITH, Kind.IT]
        able = dish.mention is not None and all(
            x.mention is not None and self.part_of(x.mention, dish.mention) for x in options
        )
        if not (pointing and options and able):
            return False
        said = [x for x in self.lexemes[:at] if x not in options]
        self.lexemes = [*said, *self.lexemes[at : at + 2], *options, *self.lexemes[at + 3 :]]
        self.asked = None
        return True

    def told_otherwise(self, item: Item, said: Sequence[Lexeme]) -> set[str]:
        """“How much is a full rack?” “I'll do *a half rack*”: what is chosen anew of the dish."""
        chosen = [x for x in said if self.chooses(x) and x.mention is not None]
        readings = [r for x in chosen if x.mention for r in x.mention.readings]
        return {r.group.id for r in self.applicable(readings, item) if r.coverage == 1}

    def drop_named_again(self, at: int | None, item: Item) -> None:
        """“Almond milk then, *one matcha latte*”: the dish that was offered, and no second one."""
        mention = self.lexemes[at].mention if at is not None else None
        if at is None or mention is None or mention.items != (item,):
            return
        counted = at > 0 and self.lexemes[at - 1].kind in (Kind.ARTICLE, Kind.NUMBER)
        if not counted or self.lexemes[at - 1].value in (None, 1):
            self.lexemes = [*self.lexemes[: at - counted], *self.lexemes[at + 1 :]]

    def names_another(self) -> bool:
        """“Ok *then sushi*”, to the offer of a margherita: a word that is on no menu."""
        return any(
            then.text == "then" and word.kind is Kind.WORD for then, word in pairwise(self.lexemes)
        )

    def idle(self, lexeme: Lexeme) -> bool:
        """A number that counts nothing: "one portion of *three*"."""
        after = self.lexemes.index(lexeme) + 1
        counts = after < len(self.lexemes) and self.lexemes[after].kind not in BREAKS
        return lexeme.kind is Kind.NUMBER and not counts

    def takes_up(self, counts: Sequence[int]) -> bool:
        """True where the caller takes what was offered, or says how many."""
        if self.asked is not None and self.asked.kind is OpenKind.COUNT:
            return bool(counts)
        kinds = {x.kind for x in self.lexemes}
        past = self.closing and self.asked is not None and self.asked.asked > 0
        return not self.heard.no and (
            # "*yes, that's all*", of an offer just talked past
            (self.heard.yes and not past and (self.surely or not self.speaks_of_us()))
            or bool(counts)
            or {Kind.WANT, Kind.IT} <= kinds
            or {Kind.MAKE, Kind.IT, Kind.INSTEAD} <= kinds
            or any(self.chooses(x) for x in self.lexemes)
        )

    def speaks_of_us(self) -> bool:
        """“Okay, so *you don't know*. Fine.”: what the waiter lacks, and no yes with it."""
        return _OF_US.search(" ".join(t.word for t in self.words)) is not None

    def takes_before(self, other: int) -> bool:
        """“*Yes, and* a coke”, “*I'll take it. And* a coke”: the one that was offered, and the dish
        at `other` beside it; not “okay, a coke then”."""
        kinds = [x.kind for x in self.lexemes[:other]]
        takes_it = (Kind.WANT, Kind.IT) in pairwise(kinds)  # not "*that* hurts. Then *I'll have* a"
        return Kind.AND in kinds and (self.surely or takes_it)

    def goes_elsewhere(self, at: int, item: Item) -> bool:
        """True where the lexeme at `at` names a dish, and no part of `item`, that was offered;
        “could I get *a house salad*” is a dish though a burger can come with one."""
        lexeme, before = self.lexemes[at], self.lexemes[:at]
        if self.lists_its_parts(at, item):
            return False
        if self.another_dish(lexeme, item):
            return True
        mention = lexeme.mention
        if mention is None or mention.unsaid or mention.weak or len(mention.items) != 1:
            return False
        counted = bool(before) and before[-1].kind in (Kind.ARTICLE, Kind.NUMBER)
        return counted and mention.whole and before[-2:-1] != [] and before[-2].kind in _ORDERING

    def lists_its_parts(self, at: int, item: Item) -> bool:
        """“I'll take *one with* brisket and *ribs*”, of a combo that was offered, though ribs are a
        dish as well."""
        kinds = [x.kind for x in self.lexemes[:at]]
        counted = next((n for n, pair in enumerate(pairwise(kinds)) if pair in _ONE_WITH), None)
        if counted is None:
            return False
        listed = self.lexemes[counted + 2 : at + 1]
        return all(self.is_part(x, item) or x.kind in (Kind.AND, Kind.COMMA) for x in listed)

    def is_part(self, lexeme: Lexeme, item: Item) -> bool:
        """True where it names in full what `item` can be had with."""
        if lexeme.mention is None:
            return False
        width = lexeme.mention.end - lexeme.mention.start
        named = self.applicable(lexeme.mention.readings, item)
        return any(r.coverage == 1 and r.width == width for r in named)

    def chooses(self, lexeme: Lexeme) -> bool:
        """“Ooh, *malt*”, of a dish offered that comes in several ways."""
        if lexeme.mention is None or self.asked is None:
            return False
        item = self.item(self.asked.item_ids[0])
        return any(
            r.coverage == 1 and r.group.min > 0
            for r in self.applicable(lexeme.mention.readings, item)
        )

    def another_dish(self, lexeme: Lexeme, item: Item) -> bool:
        """True where `lexeme` names a dish, be it `item` itself, and no part of `item`."""
        mention = lexeme.mention
        if mention is None or not mention.items:
            return False
        if mention.whole and mention.items == (item,):
            return True  # "… one pound of brisket": which is then read as any other dish is
        own = self.applicable(mention.readings, item)
        if mention.whole:  # "a *meat* lovers omelette" is none with meat
            own = [r for r in own if r.width == mention.end - mention.start]
        rivals = [i for i in mention.items if i.category_id == item.category_id]
        if mention.whole and rivals and item not in mention.items:
            return True  # "large pepperoni", to the offer of another pizza
        width = mention.end - mention.start  # "meat lovers omelette", to what comes with no meat
        return not own or (
            mention.whole and not any(r.coverage == 1 and r.width >= width for r in own)
        )
