"""An order of today that its caller changes: as a cart, and what became of the cart as an edit.

Pure. A line of the order is the cart's line of its place, "1" for the first; what is put in besides
has labels behind these. So the cart says by itself what is kept, changed, gone and new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec.structs import replace

from agent.cart import Cart, CartLine, as_cart_line, same_choices
from agent.house import House
from domain.errors import FieldError, Invalid
from domain.ids import Ids
from domain.order import Line, Order, PaymentStatus, Status
from domain.order_head import CustomerAmendment
from domain.ordering import DraftLine, Edit, LineAmendment, LineVoid, apply_edit, check_draft

__all__ = [
    "ACTOR",
    "CANCELLED",
    "after_edit",
    "as_cart",
    "edit_of",
    "joined",
    "joined_note",
    "lines_apart",
    "note_parts",
    "rebased",
    "refusal",
]

ACTOR = "agent"
REASON = "changed by phone"  # stands on the change ticket beside a voided line
NOTE_BETWEEN = ". "  # two things that were said for one order
CANCELLED = Edit(status=Status.CANCELLED)


def refusal(order: Order) -> str:
    """Why `order` can no longer be changed by telephone, in words; empty where it can."""
    if order.status is Status.CANCELLED:
        return f"Order {order.number} is cancelled."
    if order.status is Status.PREPARING:
        return f"The kitchen is already making order {order.number}."
    if order.status is not Status.PLACED:
        return f"Order {order.number} is ready."
    if order.payment.status is PaymentStatus.PAID:
        return f"Order {order.number} is paid already."
    return ""


def as_cart(house: House, order: Order) -> Cart:
    """What of `order` can be changed in words: all lines but `lines_apart`."""
    lines = tuple(
        as_cart_line(house.menu, line, str(place))
        for place, line in enumerate(order.lines, 1)
        if line.voided is None and _on_menu(house, line)
    )
    return Cart(lines, order.type, order.customer, order.note, order.promised_at)


def joined(house: House, order: Order, cart: Cart) -> Cart:
    """`order` as a cart, with the lines of `cart` put in besides."""
    both = as_cart(house, order)
    for n, line in enumerate(cart.lines, len(order.lines) + 1):
        both = both.put(replace(line, id=str(n)))
    return both


def lines_apart(house: House, order: Order) -> tuple[Line, ...]:
    """Lines that stay as they are, since the menu no longer has them that way."""
    return tuple(line for line in order.lines if line.voided is None and not _on_menu(house, line))


def _on_menu(house: House, line: Line) -> bool:
    cart = Cart((as_cart_line(house.menu, line, "1"),)) if house.menu.item(line.item_id) else None
    return cart is not None and not check_draft(house.menu, (), cart.draft(call_id=""))


def edit_of(house: House, order: Order, cart: Cart, line_id: Callable[[CartLine], str]) -> Edit:
    """What turns `order` into `cart`. A line made otherwise is voided and put in anew, since what
    a dish is made with is never amended. `line_id` gives each new line its id: the same one for the
    same line, so that the edit sent again changes nothing.

    Whether it is fetched or brought stays as it is: `Edit` knows nothing of it.

    Raises `Invalid` where there would be more of a dish that has sold out.
    """
    was = {line.id: line for line in as_cart(house, order).lines}
    if not cart.lines and not lines_apart(house, order):
        return CANCELLED
    add, amend, void = [], [], []
    for label, before in was.items():
        line = order.lines[int(label) - 1]
        after = cart.line(label)
        if after == before:
            continue
        if after is not None and _made_alike(house, before, after):
            _need_enough(house, before, after)
            amend.append(LineAmendment(line.id, after.qty, after.note))
            continue
        void.append(LineVoid(line.id, REASON))
        add += [] if after is None else [after]
    add += [line for line in cart.lines if line.id not in was]
    drafts = tuple(DraftLine(o.item_id, o.qty, o.choices, o.note, line_id(o)) for o in add)
    return Edit(
        add=drafts,
        amend=tuple(amend),
        void=tuple(void),
        note=_other(order.note, cart.note),
        customer=_customer(order, cart),
        promised_at=_other(order.promised_at, cart.promised_at),
    )


def rebased(edit: Edit, before: Order, now: Order) -> Edit:
    """`edit` of `before`, for what stands `now`: a note that somebody else has written since stays,
    with what `edit` adds to the old one. Rebased on what it made itself, it changes nothing."""
    if edit.note is None or now.note == before.note:
        return edit
    added = [part for part in note_parts(edit.note) if part not in note_parts(before.note)]
    there = note_parts(now.note)
    return replace(edit, note=joined_note([*there, *(one for one in added if one not in there)]))


def note_parts(note: str) -> list[str]:
    """The sentences of an order's note."""
    return [part for part in note.split(NOTE_BETWEEN) if part]


def joined_note(parts: Iterable[str]) -> str:
    return NOTE_BETWEEN.join(parts)


def _other(before: str, after: str) -> str | None:
    """`after` where it is another one; None leaves it."""
    return None if after == before else after


def _customer(order: Order, cart: Cart) -> CustomerAmendment | None:
    amended = CustomerAmendment(
        name=_other(order.customer.name, cart.customer.name),
        phone=_other(order.customer.phone, cart.customer.phone),
        address=_other(order.customer.address, cart.customer.address),
    )
    return None if amended == CustomerAmendment() else amended


def _made_alike(house: House, before: CartLine, after: CartLine) -> bool:
    return same_choices(house.menu, replace(before, note=""), replace(after, note=""))


def _need_enough(house: House, before: CartLine, after: CartLine) -> None:
    if after.qty > before.qty and after.item_id in house.sold_out:
        name = house.item(after.item_id).name
        raise Invalid.of([FieldError("qty", f"{name} is sold out; there are no more of it")])


def after_edit(house: House, order: Order, edit: Edit, *, at: datetime, ids: Ids) -> Order:
    """What `order` would be after `edit`; nothing is stored. Raises what `apply_edit` raises."""
    return apply_edit(
        order, edit, menu=house.menu, sold_out=house.sold_out, by=ACTOR, at=at, ids=ids
    )
