"""What a caller answers to “would you like …?”: yes, how many, how made, or something else.

An offer stands in for what could not be had. It is taken up by a yes, a number or a way to make it,
and turned down by what says that it may be left; who orders something else has passed it over.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from agent.hearing.eaters import Eaters
from agent.hearing.points import Open, OpenKind
from agent.hearing.reader import BREAKS
from agent.lexemes import Kind, Lexeme
from domain.menu import Item

__all__ = ["Offers"]

# What leaves an offer where it is: "oh, *leave it* then".
_DECLINED = frozenset(
    [(verb, it) for verb in ("leave", "skip") for it in ("it", "that", "them", "those")]
    + [(who, "pass") for who in ("ill", "well", "will")]
    + [(how, "bother") for how in ("not", "dont", "wont")]
    + [(verb, "without") for verb in ("do", "go", "manage")]
)


class Offers(Eaters):
    """Dishes that were offered, and what becomes of them."""

    def answer_offer(self) -> None:
        """“Yes”, “two please”, “a large one” to “would you like …?”; “two” to “how many?”."""
        asked = self.asked
        if asked is None or asked.kind not in (OpenKind.OFFER, OpenKind.COUNT):
            return
        first = next((x.kind for x in self.lexemes if x.kind not in BREAKS), None)
        declined = _DECLINED & set(pairwise(t.word for t in self.words))
        if asked.kind is OpenKind.OFFER and (declined or first is Kind.SCRATCH):
            self.heard.no = True  # "okay, *never mind that*"
        if asked.besides and self.takes_of_each(asked):
            return
        item = self.item(asked.item_ids[0])
        other = next((n for n, x in enumerate(self.lexemes) if self.another_dish(x, item)), None)
        if other is not None and self.meant_for(other):
            return
        said = self.lexemes[:other]  # "a *malt* one, and a coke": what is said before another dish
        if other and said[-1].kind is Kind.NUMBER:
            said = said[:-1]
        counts = [x.value for x in said if x.kind is Kind.NUMBER]
        if other is not None and not any(self.chooses(x) for x in said[:-1]):
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
        if pieces is not None:
            self.grant(pieces)  # "six of them, then"
        self.heard.understood = True

    def takes_of_each(self, asked: Open) -> bool:
        """“What's a banana split? And the chili dog?” “*One of each*, please”, “*both*”."""
        for n, lexeme in enumerate(self.lexemes):
            if lexeme.kind is not Kind.BOTH or self.heard.no:
                continue
            before = self.lexemes[n - 1] if n else None
            counted = before is not None and before.kind is Kind.NUMBER
            after = self.lexemes[n + 1].kind if n + 1 < len(self.lexemes) else None
            each = lexeme.text.startswith(("of each", "each")) and counted
            if not (each or lexeme.text.startswith("both")) or after not in (None, *BREAKS):
                continue
            self.asked = None
            qty = before.value if counted and before is not None else 1
            for item_id in asked.besides:
                self.write(self.item(item_id), qty, ())
            self.write(self.item(asked.item_ids[0]), qty, asked.wishes)
            self.lexemes = [*self.lexemes[: n - counted], *self.lexemes[n + 1 :]]
            self.heard.understood = True
            return True
        return False

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
            (self.heard.yes and not past)  # "*yes, that's all*", of an offer just talked past
            or bool(counts)
            or {Kind.WANT, Kind.IT} <= kinds
            or {Kind.MAKE, Kind.IT, Kind.INSTEAD} <= kinds
            or any(self.chooses(x) for x in self.lexemes)
        )

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
        return not own or (mention.whole and not any(r.coverage == 1 for r in own))
