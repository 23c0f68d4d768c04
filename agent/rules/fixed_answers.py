"""What is answered in the same words whatever is on the menu and in the order."""

from __future__ import annotations

from agent.asides import Topic

__all__ = ["FIXED_ANSWERS", "NOT_KNOWN"]

NOT_KNOWN = "I can't tell which dishes that is true of; the staff can."
FIXED_ANSWERS = {
    Topic.WHICH: NOT_KNOWN,
    Topic.ROBOT: "I'm an automated assistant, not a person. I take orders for the restaurant.",
    Topic.PAYMENT: "You pay the restaurant when you get your order. I take no payments by phone.",
    Topic.DELIVERY: "Yes, you can have it delivered or pick it up.",
    Topic.DINE_IN: "I only take orders for pick-up and delivery; for a table, ask the staff.",
    Topic.MISCHIEF: "I can't change prices or rules; everything is at the menu's prices.",
    Topic.DEALS: "I know of no offers or coupons here; everything is at the menu's prices.",
    Topic.RUDE: "I'd like to get this right for you.",
}  # fmt: skip
