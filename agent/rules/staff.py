"""What a caller is told who is for the staff, or who asks how far an order is."""

from __future__ import annotations

from agent.house import House
from agent.wording import ready_words
from domain.order import Order, Status

__all__ = ["FOR_A_COMPLAINT", "FOR_A_PERSON", "person_words", "progress", "staff_words"]

FOR_A_COMPLAINT = "The caller complains about an order or a visit."
FOR_A_PERSON = "The caller asks for a person, or for more than may be sold by phone."


def person_words(house: House) -> str:
    """To a caller who is for the staff."""
    if house.transfers:
        return "One moment, I'll put you through to the staff."
    return f"I can't put you through, but {staff_words(house)}"


def staff_words(house: House) -> str:
    """`the staff can help you on +49 30 1234.`"""
    number = f" on {house.staff_number}" if house.staff_number else ""
    return f"the staff can help you{number}."


def progress(house: House, order: Order) -> str:
    """`Your order P-1 is ready.`"""
    match order.status:
        case Status.PREPARING:
            doing = f"is being prepared, and will be {ready_words(house, order)}"
        case Status.READY:
            doing = "is ready"
        case _:
            doing = f"will be {ready_words(house, order)}"
    return f"Your order {order.number} {doing}."
