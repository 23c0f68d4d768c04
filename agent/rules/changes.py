"""What a turn did to the cart: the tool calls that do it, and how it is said back."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from agent.asides import Asides
from agent.cart import Cart, CartLine
from agent.hearing import Heard
from agent.house import House
from agent.notes import MAX_PHONE
from agent.rules.order_note import UNNAMED, noted
from agent.rules.talk import ToolCall
from agent.times import clock_words
from agent.wording import item_name, line_words, listing, sentence
from domain.clock import from_iso
from domain.order import OrderType
from domain.ordering import MAX_ADDRESS, MAX_NAME

__all__ = [
    "CLEARED",
    "HOW_MANY",
    "TAKEN_OFF",
    "acknowledgement",
    "calls_between",
    "dropped",
    "has_less",
    "taken_off_words",
    "with_customer",
]

TAKEN_OFF = "I've taken off"
CLEARED = "I've cleared your order."
HOW_MANY = "Tell me if you'd like more than one."


def calls_between(house: House, before: Cart, after: Cart) -> list[ToolCall]:
    """The tool calls that turn the cart as it was into the cart as it is."""
    calls = [
        ToolCall("remove_item", {"line_id": line.id})
        for line in before.lines
        if after.line(line.id) is None
    ]
    calls += [
        ToolCall(
            "set_item",
            {
                "line_id": line.id,
                "item_id": line.item_id,
                "qty": line.qty,
                "modifiers": [f"{c.group_id}:{c.id}" for c in line.choices],
                "note": line.note,
            },
        )
        for line in after.lines
        if before.line(line.id) != line
    ]
    customer = after.customer
    if customer != before.customer:
        calls.append(
            ToolCall(
                "set_customer",
                {"name": customer.name, "phone": customer.phone, "address": customer.address},
            )
        )
    if after.type is not None and after.type != before.type:
        calls.append(ToolCall("set_type", {"type": after.type.value}))
    if after.note != before.note:
        calls.append(ToolCall("set_note", {"note": after.note}))
    if after.promised_at != before.promised_at:
        at = clock_words(house, from_iso(after.promised_at)) if after.promised_at else ""
        calls.append(ToolCall("set_time", {"time": at}))
    return calls


def has_less(before: Cart, after: Cart) -> bool:
    """True where a line went, or there is less of the dishes: no share that became another line."""
    gone = any(after.line(line.id) is None for line in before.lines)
    return gone or after.dishes < before.dishes


def acknowledgement(house: House, before: Cart, after: Cart, heard: Heard | None) -> list[str]:
    """Says back what changed, so that a wrong quantity is heard at once."""
    lines = [line for line in after.lines if before.line(line.id) != line]
    gone = [
        line
        for line in before.lines
        if after.line(line.id) is None and house.menu.item(line.item_id) is not None
    ]
    words = []
    if lines:
        words.append(_written(house, before, after, _gone_altogether(after, gone)))
    elif gone:
        words.append(taken_off_words(house, gone))
    if heard is not None and any(after.line(i) is not None for i in heard.unsure):
        words.append(HOW_MANY)
    brought = after.type is OrderType.DELIVERY and bool(after.customer.address)
    if brought and after.customer.address != before.customer.address:
        words.append(_where_words(before.customer.address, after.customer.address))
    if after.customer.name != before.customer.name:
        words.append(f"Thank you, {after.customer.name}.")
    if after.note != before.note:
        said = before.note.split(". ")
        new = [part for part in after.note.split(". ") if part not in ("", UNNAMED, *said)]
        words += [f"I've made a note: {sentence('. '.join(new))}"] if new else []
    return words


def _where_words(before: str, after: str) -> str:
    """Where it is brought: of an address that is told piece by piece what is new."""
    if before and after.startswith(f"{before}, "):
        return sentence(after.removeprefix(f"{before}, "))
    return f"Delivered to {after}."


def _written(house: House, before: Cart, after: Cart, gone: Sequence[CartLine]) -> str:
    """`One Sesame Chicken instead of the Kung Pao. I've taken off the Egg Roll.`: what is new or
    other than `before`, in place of what, and which dishes are `gone` besides."""
    lines = [line for line in after.lines if before.line(line.id) != line]
    former = {line.id: _former(house, before, after, line) for line in lines}
    if len(lines) == len(gone) == 1 and not former[lines[0].id]:
        former[lines[0].id], gone = item_name(house.item(gone[0].item_id)), []
    said = [
        line_words(house.menu, line) + (f" instead of the {of}" if (of := former[line.id]) else "")
        for line in lines
    ]
    return " ".join([sentence(listing(said)), *([taken_off_words(house, gone)] if gone else [])])


def _former(house: House, before: Cart, after: Cart, line: CartLine) -> str:
    """The dish that `line` was before it became another, where none of that is left."""
    was = before.line(line.id)
    left = {o.item_id for o in after.lines}
    if was is None or was.item_id in left or house.menu.item(was.item_id) is None:
        return ""
    return item_name(house.item(was.item_id))


def _gone_altogether(after: Cart, gone: Sequence[CartLine]) -> list[CartLine]:
    """Of the lines that went, those of a dish of which none is left."""
    left = {line.item_id for line in after.lines}
    return [line for line in gone if line.item_id not in left]


def dropped(before: Cart, after: Cart) -> list[CartLine]:
    """The lines of dishes of which nothing is left."""
    left = {line.item_id for line in after.lines}
    return [line for line in before.lines if line.item_id not in left]


def taken_off_words(house: House, lines: Sequence[CartLine]) -> str:
    items = (house.menu.item(line.item_id) for line in lines)
    names = dict.fromkeys(item_name(item) for item in items if item is not None)
    return sentence(f"{TAKEN_OFF} the {listing(list(names))}")


def with_customer(cart: Cart, asides: Asides) -> Cart:
    """`cart` with whom it is for, and where. What is fetched after all goes to no address."""
    fetched = asides.type is OrderType.PICKUP and cart.type is OrderType.DELIVERY
    customer = replace(
        cart.customer,
        name=asides.name[:MAX_NAME] or cart.customer.name,
        phone=asides.phone[:MAX_PHONE] or cart.customer.phone,
        address=asides.address[:MAX_ADDRESS] or ("" if fetched else cart.customer.address),
    )
    note = noted(cart.note, asides)
    return replace(cart, customer=customer, type=asides.type or cart.type, note=note)
