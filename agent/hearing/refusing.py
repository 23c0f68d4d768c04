"""Of what "no tongue" is said: of the dish in hand, or of something else that nobody wants.

Food that may be in a dish is left out of it, be it on the menu or not, and the kitchen is told so.
But "one brisket sandwich and no tongue" is no wish about the brisket: a tongue sandwich is as much
of a dish as that. Nor is "no shrimp, then" after the shrimp cocktail that the house does not have.
"""

from __future__ import annotations

from collections.abc import Collection
from statistics import median

from agent.cart import CartLine
from agent.hearing.counterparts import Counterparts
from agent.hearing.points import OpenKind, Wish
from agent.hearing.reader import BREAKS, WISHING
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from domain.menu import Item

__all__ = ["Refusing"]

_NAMING = frozenset([Kind.THE, Kind.WORD, Kind.MENTION])
_AS_MUCH = 0.5  # of a dish's price: what is sold for more is hardly in it
_A_SIDE = 0.25  # and what is sold for less is hardly more than a sauce
# What is put on food, also where some is sold by itself: "a pound of ribs, *no sauce*".
_ON_FOOD = frozenset(["sauce", "dressing", "gravy", "topping", "toppings", "salsa", "dip"])
# What is put on food; in the plural it means those that the menu offers with it.
_KINDS = frozenset(["sauces", "toppings", "extras", "condiments", "dressings", "dips"])


class Refusing(Counterparts):
    """What is not wanted, and is in none of the dishes."""

    def refusal(self, lexeme: Lexeme, mention: Mention) -> Wish | None:
        """What is to be written where "no" is said of a kind of dish, or of another dish; None
        where it is of the dish in hand."""
        if mention.generic and not self.usable(mention):
            of_it = lexeme.text.lower() in _ON_FOOD or self.is_of_it()
            if of_it and not self.lines_of(mention):
                return Wish(Kind.NOTE, text=f"no {lexeme.text.lower()}")
            return Wish(Kind.NOTE)  # "…, and *no sandwiches* today": none of those is ordered
        if self.refuses_another(lexeme.text, mention):
            self.restated |= set(self.target)
            return Wish(Kind.NOTE)
        return None

    def put_on_food(self, word: Lexeme) -> str:
        """“No oyster *sauce*”, “no cornstarch *in the sauce*”: what the word before is of, and no
        dish that is called so."""
        ahead = 0
        while self.kind(ahead) in (Kind.TO, Kind.THE):
            ahead += 1
        part = self.peek(ahead)
        joined = part is not None and (ahead > 0 or part.start == word.end)
        if part is None or not joined or part.text.lower() not in _ON_FOOD:
            return ""
        self.at += ahead + 1
        return " ".join(t.word for t in self.words[word.end : part.end])

    def refuses_another(self, text: str, mention: Mention | None) -> bool:
        """True where "no `text`" leaves nothing out of the dish in hand."""
        said = {stem(t.word) for t in tokens(text) if not t.stop} - LIGHT
        if mention is not None and self.was_offered(mention):
            return True
        items = [self.item(self.line(i).item_id) for i in self.target if self.cart.line(i)]
        if self.is_of_others(said, items):
            return True
        if not said or any(said <= self.told_of(item) for item in items):
            return False
        if any(said <= called for called in self.not_to_be_had()):
            return True
        if self.says("?") and (mention is None or self.asks_only()):
            return True  # "*no lemonade?* Then a cola"
        if mention is None:
            return False
        if self.is_option_of_it(mention):
            return self.has_counterpart(mention)
        if text.lower() in _KINDS:
            return any(self.is_put_on(item) for item in items)
        if not mention.items:
            return False
        named = {item.id for item in mention.items}
        asked = {i for point in self.wondered for i in point.item_ids}
        gone = {line.item_id for line in self.gone}
        if mention.whole and named & (asked | gone):
            return True
        dish = mention.whole and not mention.weak and not self.is_of_it()
        return dish and self.is_a_dish_beside(named, items, spelled_out=len(said) > 1)

    def was_offered(self, mention: Mention) -> bool:
        """“No, *no water*”, to "would you like the Bottled Water?"."""
        offered = {i for o in self.opened if o.kind is OpenKind.OFFER for i in o.item_ids}
        return bool(offered & {item.id for item in mention.items})

    def is_of_others(self, said: set[str], items: Collection[Item]) -> bool:
        """“Wings, and two cokes. *No dips*”: a sentence about what another dish of the order can
        have beside it, and has only where it is asked for."""
        if not self.begins_with_no() or any(self.offers(item, said) for item in items):
            return False
        return any(self.offers(self.item(line.item_id), said) for line in self.cart.lines)

    def begins_with_no(self) -> bool:
        """True where nothing was said before the "no" since the last stop."""
        said = [x.kind for x in self.lexemes[: self.at]]
        no = max((n for n, kind in enumerate(said) if kind in WISHING), default=0)
        return no == 0 or said[no - 1] is Kind.STOP

    def offers(self, item: Item, called: set[str]) -> bool:
        """True where `item` can have something of what is called so, and need not."""
        return any(
            called == {stem(t.word) for t in tokens(g.name)} and not (g.min or g.removes)
            for g in self.menu.groups_of(item)
        )

    def asks_only(self) -> bool:
        """True where nothing of the sentence that ends here was said before the "no"."""
        said = self.at - 1
        while said > 0 and self.lexemes[said - 1].kind in (*WISHING, Kind.THE, Kind.COMMA):
            said -= 1
        return said == 0 or self.lexemes[said - 1].kind is Kind.STOP

    def is_of_it(self) -> bool:
        """“*Without* the egg”: said of a dish, as "and no egg" need not be."""
        led = next((x for x in reversed(self.lexemes[: self.at]) if x.kind in WISHING), None)
        return led is not None and "without" in led.text.split()

    def told_of(self, item: Item) -> set[str]:
        """What the menu tells of it: its names, and what it says is in it."""
        told = {stem(t.word) for t in tokens(item.description)}
        return told | self.lexicon.words_of(item)

    def let_go(self) -> None:
        """“*No pad thai*, fine”: what cannot be had is let go, and so is what was asked for it."""
        first = next((n for n, x in enumerate(self.lexemes) if x.kind is Kind.WITHOUT), None)
        if first is None or not self.opens_speech(first):
            return
        end = first + 1
        while end < len(self.lexemes) and self.lexemes[end].kind in _NAMING:
            end += 1
        after = self.lexemes[end].kind if end < len(self.lexemes) else Kind.STOP
        text = " ".join(x.text for x in self.lexemes[first + 1 : end])
        said = {stem(t.word) for t in tokens(text)} - LIGHT
        lacking = any(said <= called or called <= said for called in self.not_to_be_had())
        if said and lacking and after in BREAKS:
            self.heard.no = self.heard.no or self.asked is not None
            self.heard.understood = True
            self.lexemes = self.lexemes[end:]

    def opens_speech(self, at: int) -> bool:
        return all(x.kind in (Kind.COMMA, Kind.STOP, Kind.AND) for x in self.lexemes[:at])

    def not_to_be_had(self) -> list[set[str]]:
        """The words of each thing of which the caller was just told that the house lacks it."""
        return [{stem(t.word) for t in tokens(name)} for name in self.lacking]

    def is_option_of_it(self, mention: Mention) -> bool:
        """True where the dish in hand can be had with it or without it, by as many words."""
        width = mention.end - mention.start
        return any(
            r.coverage == 1 and (r.width >= width or not mention.whole)
            for r in self.usable(mention)
        )

    def has_counterpart(self, mention: Mention) -> bool:
        """“Two with duck sauce and *two without*”: of what is but put on where it is asked for, the
        others just ordered have it, and these have not."""
        named = {
            (r.group.id, r.modifier.id)
            for r in self.fullest(mention)
            if r.group.min == 0 and not (r.group.default or r.group.removes)
        }
        lines = [self.line(i) for i in self.target]
        kin = {o.item_id for o in lines}
        others = [o for o in self.cart.lines if o.item_id in kin and o not in lines]

        def has_it(line: CartLine) -> bool:
            return any((c.group_id, c.id) in named for c in line.choices)

        told = any(has_it(o) for o in others if o.id in self.new)
        return told and not any(has_it(o) for o in lines)

    def is_put_on(self, item: Item) -> bool:
        """True where things can be put on `item` of which none is on it by itself."""
        return any(
            g.min == 0 and g.max > 1 and not (g.default or g.removes)
            for g in self.menu.groups_of(item)
        )

    def is_a_dish_beside(
        self, named: Collection[str], items: Collection[Item], *, spelled_out: bool
    ) -> bool:
        """True where what is refused is made elsewhere than those dishes, or is as much of a dish
        as they are. A side may be in one, or come with it, unless it is called by a longer name,
        as no mere sauce is: "no *garlic knots*"."""
        least = _A_SIDE if spelled_out else _AS_MUCH
        return bool(items) and all(
            other.station != item.station or self.is_as_much(other, least * item.price)
            for other in map(self.item, named)
            for item in items
        )

    def is_as_much(self, other: Item, least: float) -> bool:
        """True where it costs so much at least, and so do most that it is sold among."""
        kind = median(i.price for i in self.menu.items if i.category_id == other.category_id)
        return min(kind, other.price) >= least
