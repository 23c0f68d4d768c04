"""What a caller asks of an order: this one so far, one that stands, the one of last time."""

from __future__ import annotations

import re

from agent.asides import Question
from agent.cart import Cart, CartLine
from agent.guest import again
from agent.language import fold, tokens
from agent.rules.of_dishes import OfDishes
from agent.rules.staff import progress
from agent.rules.talk import Ask
from agent.wording import item_name, line_words, listing, order_words, today_words

__all__ = ["OfOrders"]


class OfOrders(OfDishes):
    """Answers that are read from an order."""

    def _status(self) -> str:
        """How far the orders are that stand."""
        self.gives.looked_up = True
        orders = self.guest.todays
        return " ".join(progress(self.house, order) for order in reversed(orders))

    def _last_time(self) -> str:
        last = self.guest.last
        if last is None:
            return "I can't see an earlier order from your number."
        had = Cart(lines=again(self.house, last).lines)
        if not had.lines:
            return "What you had last time is not to be had today."
        self.gives.again = True
        return f"Last time you had {order_words(self.house, had)}."

    def _address(self, question: Question) -> str:
        """“Did you get my *address*?”: where it is brought."""
        address = self.cart.customer.address
        asked = "address" in {t.word for t in tokens(question.words)}
        confirmed = self.talk.ask is Ask.CONFIRM  # then all of it is read back
        return f"I have the address {address}." if asked and address and not confirmed else ""

    def _order_so_far(self) -> str:
        if not self.cart.lines and self.guest.todays:
            self.gives.looked_up = True
            orders = reversed(self.guest.todays)
            return " ".join(today_words(self.house, order) for order in orders)
        if not self.cart.lines:
            return "There is nothing in your order yet."
        if self.talk.ask is Ask.CONFIRM:
            self.gives.reread = True
            return ""
        return f"So far you have {order_words(self.house, self.cart)}."

    def _on_it(self, question: Question) -> str:
        """“Is the Coke on there?”: the line of the order that has it, or that none has."""
        if not self.cart.lines and self.guest.todays:
            return self._order_so_far()
        dishes = [m for m in question.mentions if m.items]
        lines = self._lines_meant(question)
        of_order = _OF_THIS_ORDER & {t.word for t in tokens(question.words)}
        if not lines and not (dishes and of_order):
            return self._menu(question) if dishes else self._contents(question)
        if self.talk.ask is Ask.CONFIRM:
            self.gives.reread = True
        if lines:
            there = listing([line_words(self.menu, line) for line in lines])
            return f"You have {there} in your order."
        had = [i for i in self.talk.had if self._is_called(i, question, dishes[0])]
        if had and _TAKEN_OFF.search(fold(question.words)):
            return f"Yes, the {item_name(self.house.item(had[0]))} is off."
        return f"There is no {item_name(dishes[0].items[0])} in your order."

    def _lines_meant(self, question: Question) -> list[CartLine]:
        """The lines of the dish by its whole name; else those that have the words in their own
        name; else whatever the words may mean, and what is made with it."""
        dishes = [m for m in question.mentions if m.items]
        exact = {i.id for m in dishes if m.whole and not m.unsaid for i in m.items}
        ids = {i.id for m in dishes for i in m.items}
        named = {(r.group.id, r.modifier.id) for m in question.mentions for r in m.readings}
        lines = self.cart.lines
        return (
            [o for o in lines if o.item_id in exact]
            or [o for m in dishes[:1] for o in self._lines_called(question, m)]
            or [o for o in lines if o.item_id in ids]
            or [o for o in lines if any((c.group_id, c.id) in named for c in o.choices)]
            or self._just_spoken_of(question)
        )

    def _just_spoken_of(self, question: Question) -> list[CartLine]:
        """“My burger, the one with the rings. Is *that* still on there?”"""
        last = self.cart.line(self.talk.focus.last)
        return [last] if last is not None and not question.mentions else []


# "Is the chai *off*?" is about the order; "is the kulfi still on?" about the kitchen.
_OF_THIS_ORDER = frozenset(
    """
    there it order list ticket down put take taken took added removed off gone include included
    write written leave happened
    """.split()  # noqa: SIM905
)
_TAKEN_OFF = re.compile(r"^(?!where|what|why).*\b(?:off|out|removed?|gone)\b")
