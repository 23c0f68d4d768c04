"""The same as last time: the usual, one dish of it, the same address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.asides import Asides
from agent.guest import again
from agent.hearing import Focus
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from agent.rules.in_vain import InVain
from agent.rules.talk import Ask
from agent.rules.troubles import gone_again_words
from domain.order import Order, OrderType

__all__ = ["Repeating"]

_BY_PHONE = (OrderType.PICKUP, OrderType.DELIVERY)


class Repeating(InVain):
    """A turn in which an order before may be had again."""

    def _same_address(self, lexemes: Sequence[Lexeme], asides: Asides) -> list[Lexeme]:
        """“Yes, the same”, to the address of last time; what is left of the answer."""
        kinds = {x.kind for x in lexemes}
        if Kind.NO in kinds or asides.address:
            self.talk = with_(self.talk, elsewhere=True)
        elif kinds & {Kind.YES, Kind.SAME}:
            asides.address = self.guest.address
        return [x for x in lexemes if x.kind not in (Kind.SAME, Kind.YES, Kind.WORD)]

    def _wants_again(self, asides: Asides, lexemes: Sequence[Lexeme]) -> bool:
        if asides.again and not asides.again_of:
            # "pick-up, like always", said after the usual: it stands in the order already
            last = again(self.house, self.guest.last).lines if self.guest.last is not None else ()
            there = {line.item_id for line in self.cart.lines}
            return not (last and {line.item_id for line in last} <= there)
        if asides.again:
            return True
        kinds = {x.kind for x in lexemes}
        if self.talk.ask is Ask.AGAIN:
            return bool(kinds & {Kind.YES, Kind.SAME}) and Kind.NO not in kinds
        return Kind.SAME in kinds and not self.cart.lines and self.guest.last is not None

    def _order_again(self, only: Sequence[Mention] = ()) -> None:
        """The guest's last order into the cart, before what else was said is heard; of `only` one
        dish the last that had it."""
        items = {i.id for m in only for i in m.items}
        last = next((o for o in self.guest.before if not only or _holds(o, items)), None)
        if last is None:
            what = "that in an earlier order" if only else "an earlier order"
            self.parts.append(f"I can't see {what} from your number.")
            return
        repeated = again(self.house, last)
        lines = [o for o in repeated.lines if not only or o.item_id in items]
        for line in lines:
            self.cart = self.cart.put(replace(line, id=self.cart.next_id()))
        self.parts += [
            gone_again_words(self.house, gone)
            for gone in repeated.gone
            if not only or gone.item_id in items
        ]
        if not only:
            customer = self.cart.customer
            if not customer.address:
                customer = replace(customer, address=last.customer.address)
            order_type = self.cart.type or (last.type if last.type in _BY_PHONE else None)
            self.cart = replace(self.cart, customer=customer, type=order_type)
        if lines:
            line_id = self.cart.lines[-1].id
            added = tuple(line.id for line in self.cart.lines[-len(lines) :])
            done = self.talk.done or not only
            self.talk = with_(self.talk, focus=Focus(line_id, line_id, added), done=done)


def _holds(order: Order, item_ids: Collection[str]) -> bool:
    return any(line.item_id in item_ids and line.voided is None for line in order.lines)
