"""What one restaurant sells at this moment, as a call sees it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from agent.cart import Cart, CartLine
from agent.matching import Lexicon
from domain.business import Business, opening, opens_words, zone_of
from domain.ids import Ids
from domain.menu import Item, Menu, ModifierGroup
from domain.order import Channel, Order
from domain.ordering import place

__all__ = ["Hours", "House", "missing_group", "missing_of"]


@dataclass(frozen=True)
class Hours:
    """As the caller found them. `words`: when a closed house opens, or when an open one closes
    ("at 22:00"); empty where nobody knows. `today` is the date on the restaurant's own clock."""

    closed: bool = False
    words: str = ""
    today: date | None = None


@dataclass(frozen=True)
class House:
    """Menu, what is 86'd and the business profile; the lexicon is made from the menu. Where
    `line_transfers`, whoever holds the line can put a call through."""

    menu: Menu
    sold_out: frozenset[str]
    business: Business
    lexicon: Lexicon
    line_transfers: bool = False
    hours: Hours = Hours()
    now: datetime | None = None  # when what is said next is said; None outside a call

    @classmethod
    def of(cls, menu: Menu, sold_out: Collection[str], business: Business) -> House:
        return cls(menu, frozenset(sold_out), business, Lexicon(menu))

    def renewed(self, menu: Menu, sold_out: Collection[str], business: Business) -> House:
        """The same house later; the lexicon is kept where the menu is the same."""
        lexicon = self.lexicon if menu == self.menu else Lexicon(menu)
        return replace(
            self, menu=menu, sold_out=frozenset(sold_out), business=business, lexicon=lexicon
        )

    def called_at(self, at: datetime) -> House:
        """The same house with the hours as someone finds them who calls `at` that moment."""
        now = opening(at, self.business)
        zone = zone_of(self.business)
        today = at.astimezone(zone).date()
        if not now.open_now:
            return replace(self, hours=Hours(True, opens_words(now, at, self.business), today))
        until = f"{now.until.astimezone(zone):%H:%M}" if now.until is not None else ""
        return replace(self, hours=Hours(False, until and f"at {until}", today))

    @property
    def transfers(self) -> bool:
        """True where a caller can be put through to the staff."""
        return self.line_transfers and bool(self.business.staff_phone)

    @property
    def staff_number(self) -> str:
        """Where the staff are reached without being put through; empty where nobody knows."""
        return self.business.staff_phone or self.business.phone

    def item(self, item_id: str) -> Item:
        item = self.menu.item(item_id)
        assert item is not None, "carts hold items of this menu"
        return item

    def quote(self, cart: Cart, *, at: datetime, ids: Ids) -> Order:
        """The order that `cart` would be: its totals are what the caller is told, and nothing is
        stored. Raises `Invalid` where it cannot be placed."""
        return place(
            self.menu,
            self.sold_out,
            cart.draft(call_id=""),
            business=self.business,
            channel=Channel.PHONE,
            number="",
            at=at,
            ids=ids,
        )


def missing_group(menu: Menu, cart: Cart) -> tuple[str, ModifierGroup] | None:
    """The first line whose dish must be chosen further, and the group: `("2", size)`."""
    for line in cart.lines:
        group = missing_of(menu, line)
        if group is not None:
            return line.id, group
    return None


def missing_of(menu: Menu, line: CartLine) -> ModifierGroup | None:
    """The first group that `line` must still be chosen from."""
    item = menu.item(line.item_id)
    for group in menu.groups_of(item) if item is not None else ():
        taken = sum(c.group_id == group.id for c in line.choices) or len(group.default)
        if taken < group.min:
            return group
    return None
