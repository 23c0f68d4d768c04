"""The order being taken. Immutable: every change gives the next cart. Knows nothing of LiveKit.

A line has a label that whoever fills the cart makes up; putting the same label again replaces the
line. So a tool call that is repeated after an interruption changes nothing, and a quantity is
always set, never added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from domain.menu import Menu
from domain.order import Customer, Line, OrderType
from domain.ordering import Choice, Draft, DraftLine

__all__ = ["MAX_DISHES", "Cart", "CartLine", "as_cart_line", "same_choices", "same_dishes"]

MAX_DISHES = (
    100  # in one order by telephone; more is a banquet or a prank, and a person's to confirm
)


class CartLine(msgspec.Struct, frozen=True):
    """`choices` holds only what was asked for; the menu's defaults come with the order."""

    id: str
    item_id: str
    qty: int
    choices: tuple[Choice, ...] = ()
    note: str = ""


class Cart(msgspec.Struct, frozen=True):
    """`type` is None until the caller has said whether it is picked up. `promised_at` (RFC 3339) is
    when the food is wanted, empty where that is as soon as it can be."""

    lines: tuple[CartLine, ...] = ()
    type: OrderType | None = None
    customer: Customer = Customer()
    note: str = ""
    promised_at: str = ""

    @property
    def dishes(self) -> int:
        return sum(line.qty for line in self.lines)

    def line(self, line_id: str) -> CartLine | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def put(self, line: CartLine) -> Cart:
        """With `line` instead of the one of the same label, or as the last."""
        if self.line(line.id) is None:
            return replace(self, lines=(*self.lines, line))
        return replace(self, lines=tuple(line if o.id == line.id else o for o in self.lines))

    def without(self, line_id: str) -> Cart:
        return replace(self, lines=tuple(line for line in self.lines if line.id != line_id))

    def next_id(self) -> str:
        """A label that no line has."""
        return str(max((int(line.id) for line in self.lines if line.id.isdecimal()), default=0) + 1)

    def draft(self, *, call_id: str, order_id: str = "") -> Draft:
        """What the domain places. Modifiers in the order they were asked for."""
        return Draft(
            lines=tuple(
                DraftLine(line.item_id, line.qty, line.choices, line.note) for line in self.lines
            ),
            type=self.type or OrderType.PICKUP,
            customer=self.customer,
            note=self.note,
            promised_at=self.promised_at,
            id=order_id,
            call_id=call_id,
        )


def as_cart_line(menu: Menu, line: Line, label: str) -> CartLine:
    """A line of an order as it was asked for: a group that stands at its default is left out."""
    chosen = tuple(Choice(m.group_id, m.id) for m in line.modifiers)
    item = menu.item(line.item_id)
    for group in menu.groups_of(item) if item is not None else ():
        ours = {c.id for c in chosen if c.group_id == group.id}
        if ours == set(group.default):
            chosen = tuple(c for c in chosen if c.group_id != group.id)
    return CartLine(label, line.item_id, line.qty, chosen, line.note)


def same_choices(menu: Menu, a: CartLine, b: CartLine) -> bool:
    """True where both lines are the same dish made the same way, defaults spelled out or not."""
    return a.item_id == b.item_id and a.note == b.note and _made(menu, a) == _made(menu, b)


def same_dishes(menu: Menu, a: Sequence[CartLine], b: Sequence[CartLine]) -> bool:
    """True where both are the same dishes, as often and made the same way."""
    kinds = [Counter((o.item_id, o.qty, o.note, _made(menu, o)) for o in lines) for lines in (a, b)]
    return kinds[0] == kinds[1]


def _made(menu: Menu, line: CartLine) -> frozenset[tuple[str, str]]:
    item = menu.item(line.item_id)
    chosen = {(c.group_id, c.id) for c in line.choices}
    for group in menu.groups_of(item) if item is not None else ():
        if not any(group_id == group.id for group_id, _ in chosen):
            chosen |= {(group.id, modifier_id) for modifier_id in group.default}
    return frozenset(chosen)
