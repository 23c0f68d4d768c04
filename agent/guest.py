"""Who is calling, as far as the restaurant knows: a name, an address, the last orders, today's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.cart import CartLine, as_cart_line
from agent.house import House
from domain.order import Line, Order
from domain.ordering import Choice, Draft, DraftLine, check_draft

__all__ = ["NOBODY", "Again", "Guest", "again", "guest_of"]


@dataclass(frozen=True)
class Guest:
    """The caller by their `phone` (E.164, empty where it is withheld); all of it may be unknown.
    `orders` are the last ones, the latest first, and `todays` those of today that are still open.
    `name` and `address` are what the last order was for."""

    name: str = ""
    address: str = ""
    orders: tuple[Order, ...] = ()
    phone: str = ""
    todays: tuple[Order, ...] = ()

    @property
    def before(self) -> tuple[Order, ...]:
        """What "the same again" may mean, the likeliest first."""
        return (*self.orders, *self.todays)

    @property
    def last(self) -> Order | None:
        return self.before[0] if self.before else None

    def today(self, number: str) -> Order | None:
        """The order of today that was told as `number`: "P-3"."""
        return next((order for order in self.todays if order.number == number), None)


NOBODY = Guest()


def guest_of(orders: Sequence[Order], phone: str = "", todays: Sequence[Order] = ()) -> Guest:
    """Who placed `orders` and `todays`, the latest first."""
    named = [order.customer for order in (*todays, *orders)]
    return Guest(
        next((c.name for c in named if c.name), ""),
        next((c.address for c in named if c.address), ""),
        tuple(orders),
        phone,
        tuple(todays),
    )


@dataclass(frozen=True)
class Again:
    """An earlier order as it can be made today. `gone` is what cannot be had."""

    lines: tuple[CartLine, ...]
    gone: tuple[Line, ...]


def again(house: House, order: Order) -> Again:
    """The lines of `order` over today's menu, labelled from "1" on; prices are today's.

    A line whose dish or whose choices are no longer on the menu, or that is sold out, is gone: a
    dish made differently is not what the guest had last time.
    """
    lines: list[CartLine] = []
    gone: list[Line] = []
    for line in order.lines:
        if line.voided is not None:
            continue
        if _available(house, line):
            lines.append(as_cart_line(house.menu, line, str(len(lines) + 1)))
        else:
            gone.append(line)
    return Again(tuple(lines), tuple(gone))


def _available(house: House, line: Line) -> bool:
    draft = Draft((DraftLine(line.item_id, line.qty, _choices(line), line.note),))
    return not check_draft(house.menu, house.sold_out, draft)


def _choices(line: Line) -> tuple[Choice, ...]:
    return tuple(Choice(m.group_id, m.id) for m in line.modifiers)
