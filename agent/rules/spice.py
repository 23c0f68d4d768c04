"""How spicy a dish is, as far as the menu tells: what it comes as, and what can be chosen."""

from __future__ import annotations

from agent.cart import CartLine
from agent.hearing.degrees import is_of_heat
from agent.wording import how_word, item_name, listing
from domain.menu import Item, Menu, Modifier, ModifierGroup

__all__ = ["heat_of", "made_so_words", "spice_unknown", "spice_words"]


def heat_of(menu: Menu, item: Item) -> ModifierGroup | None:
    """The group whose options are how spicy `item` is."""
    groups = (g for g in menu.groups_of(item) if g.max == 1 and not g.removes)
    return next((g for g in groups if is_of_heat(g)), None)


def spice_words(item: Item, heat: ModifierGroup, line: CartLine | None) -> str:
    """`The Kung Pao comes medium; you can have it not spicy, mild, medium or hot.` Of a `line` of
    it that stands: `Your Kung Pao is mild; …`."""
    name, steps = item_name(item), listing([how_word(m) for m in heat.modifiers], "or")
    chosen = [c.id for c in line.choices if c.group_id == heat.id] if line is not None else []
    made = [how_word(m) for m in heat.modifiers if m.id in (chosen or heat.default)]
    if not made:
        return f"You can have the {name} {steps}."
    comes = f"Your {name} is" if chosen else f"The {name} comes"
    return f"{comes} {made[0]}; you can have it {steps}."


def made_so_words(item: Item, step: Modifier) -> str:
    """`Yes, you can have the Kung Pao mild.`"""
    return f"Yes, you can have the {item_name(item)} {how_word(step)}."


def spice_unknown(name: str, asked: str) -> str:
    """`I can't tell how spicy the Vindaloo is; the staff can.`, by the word that was `asked`."""
    word = next((w for w in ("spicy", "mild", "hot") if w in asked), "spicy")
    return f"I can't tell how {word} the {name} is; the staff can."
