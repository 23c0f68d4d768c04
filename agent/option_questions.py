"""How a dish's options are asked for. What the menu calls their group is often but a heading:
"Cooked", "Served with", "Choice of"."""

from __future__ import annotations

import re

from agent.cart import CartLine
from agent.house import House
from agent.wording import group_name, item_name, listing, modifier_name, sentence, short_listing
from domain.menu import Modifier, ModifierGroup

__all__ = ["group_question", "group_question_again", "group_question_at_last"]

MAX_REPEATED = 3  # names that are said once more with a question
_CHOOSE = re.compile(
    r"^(?:please )?(?:(?:choose|pick|select)(?: (?:your|a|an|the|one))* "
    r"|(?:your )?choice(?: of)?(?: |$))|(?: of)$"
)
_COOKED = frozenset(["cooking", "cooked", "doneness", "how cooked", "how its cooked"])
_HOT = frozenset(["heat", "spice", "spiciness", "heat level", "spice level", "hotness"])
MIN_PARTICIPLE = 4  # letters, or fewer: "bed", "red" are none
_MANY = frozenset(["count", "quantity", "number", "amount", "how many"])


def group_question(house: House, line: CartLine, group: ModifierGroup) -> str:
    """`Which size for the Coke: small, regular or large?`"""
    names = short_listing([modifier_name(m) for m in group.modifiers], "or")
    return sentence(f"{_asked_for(group, item_name(house.item(line.item_id)))}: {names}?")


def group_question_again(house: House, line: CartLine, group: ModifierGroup) -> str:
    """`And the size for the Coke?`: without what a caller has just heard, where that is much."""
    dish = item_name(house.item(line.item_id))
    names = [modifier_name(m) for m in group.modifiers]
    if len(names) <= MAX_REPEATED:
        return f"And for the {dish}: {listing(names, 'or')}?"
    asked = _asked_for(group, dish)
    return (
        f"And {asked.replace('which', 'the', 1) if asked.endswith(f'for the {dish}') else asked}?"
    )


def group_question_at_last(
    house: House, line: CartLine, group: ModifierGroup, usual: Modifier
) -> str:
    """As asked of a caller who has twice not chosen: what there is, and the way out."""
    dish = item_name(house.item(line.item_id))
    names = short_listing([modifier_name(m) for m in group.modifiers], "or")
    out = f"If it's all the same to you, I'll take {modifier_name(usual)}"
    return f"For the {dish} there is {names}. {out}. Which shall it be?"


def _asked_for(group: ModifierGroup, dish: str) -> str:
    """`which size for the Coke`, `how would you like the Ribeye cooked`."""
    called = group_name(group).strip(" .…:").lower()
    asked = _CHOOSE.sub("", called).strip()
    plain, last = asked.replace("'", "").replace("’", ""), (asked.split() or [""])[-1]
    if plain in _COOKED:
        return f"how would you like the {dish} cooked"
    if plain in _HOT:
        return f"how hot would you like the {dish}"
    if plain in _MANY:
        return f"how many for the {dish}"
    if last == "with":
        return f"what would you like with the {dish}"
    if last in ("in", "on"):  # "smothered in"
        return f"what would you like the {dish} {asked}"
    if asked.startswith(("how", "what", "which")) or " or " in asked:
        return f"{asked} for the {dish}"
    if len(last) > MIN_PARTICIPLE and asked == last and last.endswith("ed"):
        return f"how would you like the {dish} {asked}"
    return f"which {asked} for the {dish}" if asked else f"which would you like with the {dish}"
