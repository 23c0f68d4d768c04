"""Options held against what a line is made with: another of the kind, one that it lacks."""

from __future__ import annotations

from collections.abc import Set

from agent.cart import CartLine
from agent.hearing.references import References
from agent.matching import Mention
from domain.menu import Item

__all__ = ["MIN_NAMED", "OtherOptions"]

MIN_NAMED = 0.5  # of an option's name, where another one of its kind was chosen before


class OtherOptions(References):
    """What was chosen for a line, and what is named now."""

    def exclusively(self, mention: Mention, item: Item) -> set[str]:
        """The groups of `item`, taking one option each, of which `mention` names one in full."""
        readings = self.applicable(mention.readings, item)
        return {r.group.id for r in readings if r.coverage == 1 and r.group.max == 1}

    def chosen_otherwise(self, line: CartLine, least: float = MIN_NAMED) -> bool:
        """True where what follows is another choice than the one that was just made for it."""
        chosen = {c.group_id: c.id for c in line.choices}
        named = [x.mention for x in self.run_of() if x.mention is not None]
        return not self.fix and any(
            r.coverage >= least
            and r.group.max == 1
            and chosen.get(r.group.id, r.modifier.id) != r.modifier.id
            for mention in named
            for r in self.applicable(mention.readings, self.item(line.item_id))
        )

    def otherwise_of(self, line: CartLine, mention: Mention, group_ids: Set[str]) -> bool:
        """True where it names another option of one of these groups than the line has."""
        chosen = {(c.group_id, c.id) for c in line.choices}
        readings = self.applicable(mention.readings, self.item(line.item_id))
        wide = max((r.width for r in readings), default=0)
        named = [
            (r.group.id, r.modifier.id)
            for r in readings
            if r.coverage == 1 and r.width == wide and r.group.max == 1 and r.group.id in group_ids
        ]
        return bool(named) and not chosen & set(named)

    def has_room(self, line: CartLine, mention: Mention) -> bool:
        """True where the dish is made of several of what is named, and not all are chosen."""
        chosen = [c.group_id for c in line.choices]
        named = [
            r
            for r in self.applicable(mention.readings, self.item(line.item_id))
            if r.coverage == 1 and r.group.min > 0 and not r.group.default
        ]
        of_two = len({r.group.id for r in named if r.group.max == 1}) > 1
        return any(
            chosen.count(r.group.id) < r.group.max and (r.group.max > 1 or of_two) for r in named
        )

    def exclusive_for(self, mention: Mention, line: CartLine) -> bool:
        item = self.item(line.item_id)
        return any(r.group.max == 1 for r in self.applicable(mention.readings, item))
