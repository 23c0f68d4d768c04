"""Dishes that several names fit, hardly one, or none: to be asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_

from agent.foods import is_a_food_at_all, names_diet
from agent.hearing.counts import Counts
from agent.hearing.points import Open, OpenKind, TroubleKind, Wish
from agent.hearing.reader import BREAKS, Determiner
from agent.hearing.roles import is_done_to, is_no_thing, is_talk
from agent.hearing.wishes import HARMLESS
from agent.language import tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from agent.people import is_called_so
from domain.menu import Item

__all__ = ["Unsettled"]

MAX_BESIDE_YES = 2  # words nobody knows beside a yes; more of them are rather a wish


class Unsettled(Counts):
    """What only the caller can settle."""

    def which(self, found: Determiner, mention: Mention, text: str, wishes: Sequence[Wish]) -> None:
        """Several dishes fit, or hardly one does: to be asked."""
        count = 1 if found.count is None else found.count
        if self.chatting and not found.any and not self.wanting:
            return
        lines = self.lines_of(mention)
        if self.confirming and found.count is not None and not (found.more or self.adding):
            read = sum(line.qty for line in lines) == found.count
            if read and self.heard.yes and not self.heard.doubt:
                self.heard.understood = True
                return  # "yes, *four wraps*, that's right": as it was read back
        base = self.cart.line(self.focus.base)
        if found.count is not None and base in lines and base is not None and base.id in self.new:
            self.sharing = True  # "three naans, *one plain*, one garlic": it is one of the three
            if found.count < base.qty:
                self.speak_of([self.split(base, found.count)])
            return
        corrects = self.fix or self.only or self.heard.doubt
        added = found.more or self.adding  # "*another* four tacos, but al pastor"
        if corrects and found.count is not None and len(lines) == 1 and not added:
            self.set_qty(lines[0].id, found.count)  # "actually four tacos are enough"
            return
        if corrects and len(lines) == 1 and wishes and not found.more:
            item = self.item(lines[0].item_id)
            if all(self.applicable(w.readings, item) for w in wishes):
                self.speak_of([lines[0].id])  # "and only a glass of the wine"
                for wish in wishes:
                    self.grant(wish)
                return
        if mention.generic and not found.any and self.for_whom((Lexeme(Kind.WORD, 0, 0),)):
            return  # "it's too hot *for soup*"
        if lines and [t.word for t in self.words[: mention.start][-1:]] == ["usual"]:
            self.speak_of([line.id for line in lines])  # "the usual *wings*"
            return
        items = [i for i in mention.items if i.id not in self.sold_out] or list(mention.items)
        kinds = {self.item(line.item_id).category_id for line in self.cart.lines}
        joined = [t.word for t in self.words[: self.phrase_at]][-1:] == ["and"]
        there = bool(kinds & {item.category_id for item in items}) or not joined
        if found.refers and not self.wanting and mention.generic and self.target and there:
            return  # "both pizzas", "the pizzas": what was already ordered
        named = tuple(r for r in self.usable(mention) if r.coverage == 1)
        if mention.weak and named and not found.any:
            # "cheese on that, *and guac*": all of an option's name, and but a word of a dish's
            for wish in (Wish(Kind.WITH, named, text), *wishes):
                self.grant(wish)
            return
        kind = OpenKind.OFFER if mention.weak else OpenKind.WHICH
        self.open_point(Open(kind, tuple(i.id for i in items), count, tuple(wishes), text))
        if mention.weak:
            self.trouble(TroubleKind.UNKNOWN, text=text, item_ids=tuple(i.id for i in items))

    def heads_list(self, found: Determiner, mention: Mention) -> bool:
        """“*Drinks:* two cokes and …”: what the dishes are of that follow."""
        counted = self.kind() is Kind.NUMBER and self.kind(1) is Kind.MENTION
        listing = self.kind() is Kind.COMMA or counted
        more = self.peek_past(BREAKS) if listing else None
        kind = mention.generic or (mention.plural and bool(mention.categories))
        alone = kind and not (found.any or self.wanting)
        listed = more is not None and more.kind in (Kind.NUMBER, Kind.ARTICLE, Kind.MENTION)
        return alone and listed

    def odd(self, found: Determiner, mention: Mention, text: str, wishes: Sequence[Wish]) -> None:
        """“A hawaiian pizza”, “a vegan lasagne”: a known dish with a word nobody knows."""
        likely = [] if mention.generic else list(mention.items[:1])
        if not likely or not names_diet(text):
            likely += [i for i in self.lexicon.closest(text) if i not in likely]
        ids = tuple(i.id for i in likely if i.id not in self.sold_out)
        kind = OpenKind.OFFER
        if mention.generic and not ids:
            kind, ids = OpenKind.WHICH, tuple(i.id for i in mention.items)
        self.trouble(TroubleKind.UNKNOWN, text=text, item_ids=ids)
        if names_diet(text) and mention.generic:
            return  # "a vegan pizza": nobody here knows which one is
        if ids:
            ids = ids[:1] if kind is OpenKind.OFFER else ids
            self.open_point(Open(kind, ids, found.count or 1, tuple(wishes), text))

    def unknown(self, found: Determiner, run: Sequence[Lexeme], *, joined: bool) -> None:
        """Words that name nothing here. They are a dish where one was due."""
        words = [x.text for x in run if x.kind is Kind.WORD]
        text = " ".join(words)
        if text.lower() in HARMLESS and self.is_another(found, joined=joined):
            self.write_another(found.count or 1)  # "… and another one plain"
            return
        if self.for_whom(run):
            return
        due = (found.any and not found.definite) or self.wanting
        if not due and self.agreed(run):
            return
        agreeing = self.confirming and not self.adding
        if ((self.chatting or agreeing) and not due) or text.lower() in HARMLESS:
            return
        if is_done_to(self.words, run[0].start, run[-1].end):
            return
        if not self.wanting and is_no_thing(self.words, run[0].start, run[-1].end, text):
            self.target = [] if due else self.target
            return
        food = all(is_a_food_at_all(t.word) for t in tokens(text))
        if not (due or food) and all(is_talk(t.word) or is_called_so(t.word) for t in tokens(text)):
            return
        if self.closing and not (due or food):
            return  # "*safe*, that's it"
        if not (due or food) and len(self.lexemes) > len(run) + 3:
            if self.goes_on_from_dish(run[0]) and self.at < len(self.lexemes):
                said = " ".join(x.text for x in run)  # "a dragon roll *deep fried* and …"
                dish = self.line(self.target[-1]).item_id
                self.trouble(TroubleKind.NO_OPTION, text=said, item_id=dish)
            return
        ordered = {line.item_id for line in self.cart.lines}
        likely = tuple(
            i.id
            for i in self.lexicon.closest(text)
            if i.id not in self.sold_out and i.id not in ordered
        )
        self.trouble(TroubleKind.UNKNOWN, text=text, item_ids=likely)
        if likely:
            self.open_point(Open(OpenKind.OFFER, likely[:1], found.count or 1, (), text))
        self.not_had = run[-1].end, tuple(self.pre_wishes(run))
        self.target = []

    def in_its_place(self, item: Item) -> list[Wish]:
        """“A two-liter cola, *or whatever you've got, ginger ale*”: as large as the one that is not
        to be had, where this one comes so."""
        (end, wishes), self.not_had = self.not_had, (0, ())
        between = [t.word for t in self.words[end : self.phrase_at] if not t.stop]
        if not end or between[:1] != ["or"]:
            return []
        return [
            w for w in wishes if any(r.coverage == 1 for r in self.applicable(w.readings, item))
        ]

    def agreed(self, run: Sequence[Lexeme]) -> bool:
        """“Yes, *chur*”, “yep, *beauty*, thanks”: what goes with a yes to what was read back or
        offered, and orders nothing."""
        asked = self.asked is not None and self.asked.kind is OpenKind.OFFER
        alone = all(x in run or x.kind in BREAKS for x in self.lexemes)
        agreeing = self.confirming or asked or bool(self.new)
        return agreeing and self.heard.yes and alone and len(run) <= MAX_BESIDE_YES

    def for_whom(self, run: Sequence[Lexeme]) -> bool:
        """“It's *for a wedding*”: an occasion, or a person, and no dish."""
        at = self.at - len(run) - 1
        while at >= 0 and self.lexemes[at].kind in (Kind.ARTICLE, Kind.THE):
            at -= 1
        return at >= 0 and self.lexemes[at].text in ("for", "for the")

    def of_an_occasion(self, run: Sequence[Lexeme]) -> bool:
        """“In town *for the Browns* game”, where a brownie only sounds so."""
        mention = run[0].mention if run else None
        if mention is None or not mention.items or not self.for_whom(run[:0]):
            return False
        return not any(mention.holds(t.word) for t in self.words[mention.start : mention.end])

    def settle_open(
        self, item: Item, count: int | None, *, joined: bool
    ) -> tuple[int | None, tuple[Wish, ...]]:
        """What an open "which?" adds to a dish that answers it. "Four tacos, two al pastor and two
        carnitas": each takes its share of the four."""
        asked = self.asked
        if asked is not None and asked.kind is not OpenKind.MANY and item.id in asked.item_ids:
            self.asked = None
            self.settle_siblings(item, asked)
            return (asked.qty if count is None else count), asked.wishes
        for n, point in enumerate(self.heard.opens):
            if point.kind is not OpenKind.WHICH or item.id not in point.item_ids:
                continue
            if joined and not point.asked:
                continue
            taken = count or (1 if self.names_more_of(point) else point.qty)
            left = point.qty - taken
            self.heard.opens[n : n + 1] = [with_(point, qty=left, asked=1)] if left > 0 else []
            self.open_at = None
            return taken, point.wishes
        return count, ()

    def names_more_of(self, point: Open) -> bool:
        """“Three pizzas: *a hawaiian*, a marinara …” are one of each; “three salads, *the tossed
        ones*” are three."""
        ahead = [x.mention for x in self.lexemes[self.at :] if x.mention is not None]
        ids = set(point.item_ids)
        return any(ids & {i.id for i in m.items} for m in ahead)
