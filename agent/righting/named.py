"""Which lines of the order some words name: "the large ones", "that odd samosa", "tikka masalas".

Who puts an order right speaks of what stands in it, and shortens names as he would to somebody who
has it before him. So the words are held against the lines, and never against the menu.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from agent.cart import Cart, CartLine
from agent.house import House
from agent.kinds import is_called as called_so
from agent.language import LIGHT, stem, tokens
from domain.menu import Item, ModifierGroup
from domain.ordering import Choice

__all__ = ["HAVING", "Found", "Named"]

# What stands for a dish named before: "the mild *one*", "the large *ones*".
_ONES = frozenset(["1", "1s", "ones"])
# "The one *with* the fries" has fries, and is none: that is no name.
HAVING = frozenset(["with", "without", "on", "in"])
_SETTLING = HAVING | {"off", "from"}
_LEFT_OUT = frozenset(["without", "no", "not"])
# Words of what is made no other way than it comes: "the *plain* one".
_PLAIN = frozenset(["plain", "regular", "normal", "ordinary", "standard"])
_IDLE = frozenset(
    "with of the a an my your our his her that this those these any some s please".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Found:
    """The lines that were named. `described`: they were told apart by how they are made, and
    `pointed`: by "the one", which is of a dish named before; `whole`: by all of a name."""

    lines: tuple[CartLine, ...]
    described: bool = False
    pointed: bool = False
    whole: bool = False

    @property
    def item_ids(self) -> set[str]:
        return {line.item_id for line in self.lines}

    @property
    def qty(self) -> int:
        return sum(line.qty for line in self.lines)


class Named:
    """The lines of a cart, by what they are called and how they are made."""

    def __init__(self, house: House, cart: Cart) -> None:
        self.house = house
        self.cart = cart

    def item(self, line: CartLine) -> Item:
        return self.house.item(line.item_id)

    def groups(self, line: CartLine) -> Sequence[ModifierGroup]:
        return self.house.menu.groups_of(self.item(line))

    def stand(self, lines: Iterable[CartLine]) -> list[CartLine]:
        """Those of the lines that are still in the cart, as they are now."""
        return [now for line in lines if (now := self.cart.line(line.id)) is not None]

    def of_dish(self, item_ids: Collection[str]) -> list[CartLine]:
        return [line for line in self.cart.lines if line.item_id in item_ids]

    def find(self, words: Sequence[str], topic: Collection[str] = ()) -> Found | None:
        """The lines called so, or made so; of the dishes in `topic` where only their making is
        told. None where it is no line of the order, or may be lines of several dishes."""
        said, refused = (set(map(self._singular, some)) for some in _split(words))
        pointed = any(w in _ONES for w in words)
        if not said and not refused:
            return None
        having = pointed and next(w for w in words if w not in _ONES) in HAVING
        if pointed and not having and _SETTLING & set(takewhile(lambda w: w not in _ONES, words)):
            return None  # "*the swiss on* the rye one"
        lines = self.cart.lines
        called = [o for o in lines if said and not having and self.is_called(o, said)]
        if called and not refused:
            if apart := self._made_apart(called, said):
                return _of_one_dish(apart, described=True, pointed=pointed)
            exact = [o for o in called if self.house.lexicon.calls(self.item(o), said)]
            return _of_one_dish(exact or called, whole=bool(exact))
        fitting = [o for o in lines if self._fits(o, said, refused, having=having)]
        named = [] if having else [o for o in fitting if any(self.is_called(o, {w}) for w in said)]
        if named:
            return _of_one_dish(named, described=True)
        if not pointed and not topic:
            return None
        fitting = [o for o in fitting if not topic or o.item_id in topic]
        return _of_one_dish(fitting, described=True, pointed=True)

    def made_so(self, item_id: str, words: Sequence[str]) -> list[CartLine]:
        """The lines of the dish that the words fit, be it by name or by how they are made."""
        said, refused = (set(map(self._singular, some)) for some in _split(words))
        return [o for o in self.of_dish({item_id}) if self._fits(o, said, refused)]

    def _made_apart(self, lines: Sequence[CartLine], said: Collection[str]) -> list[CartLine]:
        """“The *hot* chicken sandwich”, of which one is mild, where all may be called so: those
        that are made with a word that not all of them are."""
        made = {o.id: self.made_words(o) & set(said) for o in lines}
        telling = {w for words in made.values() for w in words}
        apart = [o for o in lines if made[o.id] == telling]
        return apart if len(apart) < len(lines) else []

    def _singular(self, word: str) -> str:
        """“Biryanis”, “lassis”: what ends so in English is no plural, but for what is ordered."""
        one = word.removesuffix("s")
        names = {w for o in self.cart.lines for w in self.house.lexicon.name_of(self.item(o))}
        return one if word not in names and one in names else word

    def _fits(
        self,
        line: CartLine,
        said: Collection[str],
        refused: Collection[str],
        *,
        having: bool = False,
    ) -> bool:
        made = self.made_words(line)
        plain = not line.choices and not line.note and not self._names_another(said)
        return all(
            w in made or (w in _PLAIN and plain) or (not having and self.is_called(line, {w}))
            for w in said
        ) and not any(w in made for w in refused)

    def _names_another(self, said: Collection[str]) -> bool:
        """True where a dish is called so that is not ordered: "the *plain rice*", beside pilau."""
        ordered = {line.item_id for line in self.cart.lines}
        return any(
            self.house.lexicon.name_of(item).issuperset(said)
            for item in self.house.menu.items
            if item.id not in ordered
        )

    def is_called(self, line: CartLine, said: Collection[str]) -> bool:
        return called_so(said, self.house.lexicon.name_of(self.item(line)))

    def made_words(self, line: CartLine) -> set[str]:
        """The words of all that was chosen for it."""
        chosen = {(c.group_id, c.id) for c in line.choices}
        names = [
            name
            for g in self.groups(line)
            for m in g.modifiers
            if (g.id, m.id) in chosen and not g.removes
            for name in (m.name, *m.spoken)
        ]
        return {stem(t.word) for name in names for t in tokens(name)} - LIGHT

    def option_words(self, line: CartLine) -> set[str]:
        """The words of all that can be chosen for it."""
        able = (m for g in self.groups(line) for m in g.modifiers)
        return {t.word for m in able for name in (m.name, *m.spoken) for t in tokens(name)}

    # --- what is a part of what ------------------------------------------------------------------

    def holders(self, line: CartLine) -> list[CartLine]:
        """The other lines of which the dish is a part: the plates that come with the slaw."""
        return [o for o in self.cart.lines if o.id != line.id and self.held(line, o)]

    def held(self, line: CartLine, holder: CartLine) -> Choice | None:
        """How `holder` is chosen with what `line` is."""
        chosen = {(c.group_id, c.id) for c in holder.choices}
        return next((c for c in self.able(line, holder) if (c.group_id, c.id) in chosen), None)

    def able(self, line: CartLine, holder: CartLine) -> list[Choice]:
        """The ways in which `holder` can be chosen with what `line` is: the garlic naan of a
        thali, which is sold alone, too."""
        words = self.house.lexicon.name_of(self.item(line))
        own = {stem(t.word) for t in tokens(self.item(line).name)} - LIGHT
        found = [
            (len(own & said), Choice(g.id, m.id))
            for g in self.groups(holder)
            if not g.removes
            for m in g.modifiers
            if (said := {stem(t.word) for t in tokens(m.name)} - LIGHT) and said <= words
        ]
        most = max((n for n, _ in found), default=0)
        return [c for n, c in found if n == most]


def _split(words: Sequence[str]) -> tuple[set[str], set[str]]:
    """What is said of a line, and what it is said to be without: "the one *without the ice*"."""
    said: set[str] = set()
    refused: set[str] = set()
    refusing = False
    for word in words:
        if word in _LEFT_OUT:
            refusing = True
        elif word == "with":
            refusing = False
        elif word not in _IDLE and word not in _ONES and word not in LIGHT:
            (refused if refusing else said).add(stem(word))
    return said, refused


def _of_one_dish(
    lines: Sequence[CartLine],
    *,
    described: bool = False,
    pointed: bool = False,
    whole: bool = False,
) -> Found | None:
    if len({line.item_id for line in lines}) != 1:
        return None
    return Found(tuple(lines), described, pointed, whole)
