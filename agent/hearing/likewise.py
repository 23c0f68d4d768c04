"""A dish made as another one is: "one more lulo juice, same way", "a Polish, same thing on it".

That is no second order of what was said before it. The dish just named takes over how the other one
is made, as far as it can be made so and nothing else was said of it: what stands of the same dish;
else what was just struck out for it; else the last line that is made in some of the same ways.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.built import Built
from agent.language import LIGHT, stem
from agent.lexemes import Kind, Lexeme
from domain.ordering import Choice

__all__ = ["Likewise"]

# What says so by itself. "The same" does where it cannot be another order of what was said last.
_MADE_SO = frozenset(["way", "on", "made", "done", "cooked", "like"])


class Likewise(Built):
    """How one line is made, taken over by another."""

    def made_likewise(self, same: Lexeme, line: CartLine, *, joined: bool) -> bool:
        """True where `same` says how `line` is to be made; it then is, where that is known."""
        says_how = bool(_MADE_SO & set(same.text.split()))
        written = self.just_written() and not joined and not self.says("for", "for the")
        again = written and (self.adding or bool(self.gone))
        if not (says_how or again):
            return False
        source = next(self.alike(line, struck_out_too=written), None)
        if source is None:
            return says_how
        own = self.item(source.item_id).id == line.item_id
        if not (says_how or own or source in self.gone):
            return False
        self.adding = self.adding or (own and written)  # "a lulo juice, *same way*": one more
        self.take_from(source, line, set(self.item(line.item_id).modifier_group_ids))
        self.twins = [line.id] if own and written else self.twins
        if own and not line.note:
            self.put(replace(self.line(line.id), note=source.note))
        return True

    def takes_after(self, line: CartLine) -> bool:
        """“Some wings, hot same *as the chicken*”: made as that is, and no second one of it."""
        skip = int(self.kind() is Kind.THE)
        named = self.peek(skip)
        if named is None or named.mention is None or not named.mention.items:
            return False
        said = {stem(t.word) for t in self.words[named.start : named.end]} - LIGHT
        groups = set(self.item(line.item_id).modifier_group_ids)
        others = [o for o in self.cart.lines if o.item_id != line.item_id]
        called = [o for o in others if said <= self.lexicon.words_of(self.item(o.item_id))]
        sources = [
            other
            for other in (*self.lines_of(named.mention), *called)
            if other in others and groups & {c.group_id for c in other.choices}
        ]
        if not sources:
            return False
        self.at += skip + 1
        self.take_from(sources[-1], line, groups)
        return True

    def alike(self, line: CartLine, *, struck_out_too: bool) -> Iterator[CartLine]:
        """The lines that `line` may be made like, the likeliest first."""
        others = [o for o in reversed(self.cart.lines) if o.id != line.id]
        gone = list(reversed(self.gone)) if struck_out_too else []
        groups = set(self.item(line.item_id).modifier_group_ids)
        for other in (*(o for o in others if o.item_id == line.item_id), *gone, *others):
            if other.item_id == line.item_id or groups & {c.group_id for c in other.choices}:
                yield other

    def take_from(self, source: CartLine, line: CartLine, group_ids: Collection[str]) -> None:
        """What `source` has of these groups, where nothing was said of them for `line`."""
        groups = {g.id: g for g in self.menu.groups_of(self.item(line.item_id))}
        said = {c.group_id for c in line.choices}

        def can_have(choice: Choice) -> bool:
            group = groups.get(choice.group_id) if choice.group_id in group_ids else None
            return group is not None and group.modifier(choice.id) is not None

        taken = [c for c in source.choices if c.group_id not in said and can_have(c)]
        self.put(replace(line, choices=(*line.choices, *taken)))
        self.heard.understood = True
