"""An order: its lines, its states, its totals and taxes.

Everything a ticket needs is copied into the line when it is placed (name, price, station, tax
class), so a menu changed at noon never changes what was ordered at eleven.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from domain.menu import Menu, Tax
from domain.money import TaxLine, split_tax

__all__ = [
    "OPEN_STATUSES",
    "Channel",
    "Comped",
    "Customer",
    "EntryKind",
    "Line",
    "LineModifier",
    "Order",
    "OrderType",
    "Payment",
    "PaymentEntry",
    "PaymentStatus",
    "Status",
    "Totals",
    "Voided",
    "can_advance",
    "totals_of",
]


class Status(StrEnum):
    PLACED = "placed"
    PREPARING = "preparing"
    READY = "ready"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    PHONE = "phone"
    TERMINAL = "terminal"
    ONLINE = "online"


class OrderType(StrEnum):
    PICKUP = "pickup"
    DELIVERY = "delivery"
    DINE_IN = "dine_in"


class PaymentStatus(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    REFUNDED = "refunded"


# Status only moves to the right; `cancelled` can be reached from any open one.
_FORWARD = (Status.PLACED, Status.PREPARING, Status.READY, Status.COMPLETED)
OPEN_STATUSES = frozenset(_FORWARD[:-1])


def can_advance(before: Status, after: Status) -> bool:
    """True where an order may go from `before` to `after`; steps may be skipped, never undone."""
    if before not in OPEN_STATUSES:
        return False
    if after is Status.CANCELLED:
        return True
    return _FORWARD.index(after) > _FORWARD.index(before)


class Customer(msgspec.Struct, frozen=True):
    name: str = ""
    phone: str = ""
    address: str = ""


class LineModifier(msgspec.Struct, frozen=True):
    """A modifier as it was chosen. `removes` marks "without basil"."""

    group_id: str
    id: str
    name: str
    price: int = 0
    names: dict[str, str] = {}
    removes: bool = False


class Voided(msgspec.Struct, frozen=True):
    """Why and by whom a line was cancelled; the line itself stays."""

    reason: str
    by: str
    at: str


class Comped(msgspec.Struct, frozen=True):
    """Why and by whom a line is on the house: it is served, and not charged."""

    reason: str
    by: str
    at: str


class Line(msgspec.Struct, frozen=True):
    """`qty` times an item. `unit_price` is the item's alone, in minor units."""

    id: str
    item_id: str
    name: str
    qty: int
    unit_price: int
    modifiers: tuple[LineModifier, ...] = ()
    note: str = ""
    station: str = ""
    tax_class: str = ""
    names: dict[str, str] = {}
    voided: Voided | None = None
    comped: Comped | None = None

    @property
    def full_price(self) -> int:
        """What this line would cost in minor units, voided and comped or not. Options make a dish
        cheaper, down to nothing: no restaurant pays for being ordered from."""
        return self.qty * max(0, self.unit_price + sum(m.price for m in self.modifiers))

    @property
    def total(self) -> int:
        """What this line costs in minor units; 0 where it is voided or comped."""
        return 0 if self.voided or self.comped else self.full_price


class Totals(msgspec.Struct, frozen=True):
    """Minor units. `taxes` has a row for each tax class, and net + tax == gross in each."""

    net: int = 0
    tax: int = 0
    gross: int = 0
    taxes: tuple[TaxLine, ...] = ()


class EntryKind(StrEnum):
    PAYMENT = "payment"
    CORRECTION = "correction"
    REFUND = "refund"


class PaymentEntry(msgspec.Struct, frozen=True):
    """Money that came in (`amount` in minor units above 0) or went out again, how, why, by whom
    and when (RFC 3339). Two corrections belong together: out of one way to pay, into another."""

    kind: EntryKind
    amount: int
    method: str
    reason: str = ""
    by: str = ""
    at: str = ""


class Payment(msgspec.Struct, frozen=True):
    """`method` is how it was paid, as is known by now. `entries` tell all of it, the payment first;
    see `domain.payments`."""

    status: PaymentStatus = PaymentStatus.UNPAID
    method: str = ""
    entries: tuple[PaymentEntry, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def ledger(self) -> tuple[PaymentEntry, ...]:
        return () if self.entries is msgspec.UNSET else self.entries


class Order(msgspec.Struct, frozen=True):
    """The record `order/{id}`. Times are RFC 3339 in UTC; `revision` counts what was printed."""

    id: str
    number: str
    channel: Channel
    type: OrderType
    status: Status
    lines: tuple[Line, ...]
    totals: Totals
    currency: str
    tax: Tax
    placed_at: str
    business_day: str
    customer: Customer = Customer()
    note: str = ""
    promised_at: str = ""
    covers: int = 0
    table: str = ""
    payment: Payment = Payment()
    revision: int = 1
    call_id: str = ""

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    @property
    def open(self) -> bool:
        return self.status in OPEN_STATUSES


def totals_of(lines: Iterable[Line], tax: Tax | Menu) -> Totals:
    """Totals by tax class: each class is summed first and rounded once."""
    rules = tax.tax if isinstance(tax, Menu) else tax
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.tax_class] = sums.get(line.tax_class, 0) + line.total
    rows = []
    for tax_class in sorted(sums):
        rate = rules.classes.get(tax_class, 0)
        net, amount, gross = split_tax(sums[tax_class], rate, included=rules.prices_include_tax)
        rows.append(TaxLine(tax_class, rate, net, amount, gross))
    return Totals(
        net=sum(r.net for r in rows),
        tax=sum(r.tax for r in rows),
        gross=sum(r.gross for r in rows),
        taxes=tuple(rows),
    )
