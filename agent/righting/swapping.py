"""What a line is to be instead: "greens in the okra's place", "one of the teas, make it unsweet".

The line is named as one names it who has the order before him, and what it is to be is a way to
make it, or a dish of its kind that is called so. Where neither is clear, nothing is swapped here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import CartLine
from agent.language import LIGHT, stem, tokens
from agent.righting.phrases import BOUNDS, LEADS
from agent.righting.sharing_out import SharingOut
from agent.righting.striking import Naming
from agent.righting.units import Sentence
from domain.menu import Item, ModifierGroup
from domain.ordering import Choice

__all__ = ["Swapping"]

_SEVERAL = 2  # dishes that one line becomes
_MAX_NEW = 3  # words of what a line is to be
# "The tea, *I better do* unsweet", "one of the biryanis, *make that* lamb".
_BECOMES = re.compile(
    r"(?:, )?(?:(?:i|he|she|we|they|id|hed|shed|wed|ill|hell|shell|well|better|rather|had|would"
    r"|will|should|can|could|just|actually|please) )*"
    r"(?:do|be|have|make it|make that|make them|make|go with|go for|want|wants|wanted|take|takes"
    r"|change it to|change that to|is|are|should be|is to be|to be|needs to be|as)\b"
)
_MAKE = re.compile(r"(?:make|have|get|do)\b(?! it| that)")
_ASKS_FOR = re.compile(
    r"(?:(?:can|could|may) (?:i|we|he|she) (?:get|have|do)|get|id like|ill (?:take|have|do)|give me"
    r"|make (?:it|that)|put|do|have)\b"
)
_INSTEAD = re.compile(r"(?:instead of|rather than|in place of)(?: the| my| that)?\b")
_MAKES = re.compile(
    r"(?:(?:can|could|would|will|you|please|i|we|just) )*(?:make|change|switch|turn)\b"
)
_THAT = frozenset(["it", "that", "them", "those", "this"])
_IN_ITS_PLACE = re.compile(r"(?:in|for|to take)\b")
_PLACE = re.compile(r"(?:place|spot|stead)\b")


class Swapping(SharingOut):
    """Lines that become something else."""

    def _becomes(self, s: Sentence, at: int) -> int:
        """“*The tea, I better do unsweet*”, “*the lamb hot*”, where one lamb dish is ordered, “*one
        of the biryanis, make that lamb*”."""
        if "same" in s.text(0).split():
            return at  # "the same for him, but *his eggs poached*": those are his
        made = s.match(_MAKE, at)
        for name in self._subjects(s, at + made):
            verb = s.match(_BECOMES, name.end)
            for end in range(min(len(s.units), name.end + verb + _MAX_NEW), name.end + verb, -1):
                more = end < len(s.units) and not self._is_all(s, end)
                if more and (made or "with" in s.text(end).split()):
                    continue  # "make the pizza large *and the coke a sprite*", read in one
                line = self._to_become(s, name, name.end + verb, end, told=bool(verb or made))
                if line is not None:
                    self.last = line.id
                    return end
        return at

    def _is_all(self, s: Sentence, at: int) -> bool:
        """True where the sentence names nothing more."""
        return not s.tokens(at, len(s.units)) & set(self.mentions)

    def _subjects(self, s: Sentence, at: int) -> list[Naming]:
        """The lines that may be spoken of here, by the longest name first."""
        name = self.name_at(s, at, told=True)
        if name is None or name.found is None or not name.definite or name.more or name.extra:
            return []
        if len(self.stand(name.found.lines)) != 1 or name.found.pointed:
            return []
        return [name]

    def _to_become(
        self, s: Sentence, name: Naming, start: int, end: int, *, told: bool
    ) -> CartLine | None:
        """The line as it has become what the words from `start` to `end` say; None where they say
        nothing of the kind."""
        words = [w for u in s.units[start:end] for w in u.words]
        if not self.ends(s, end) or name.found is None:
            return None
        line = self.stand(name.found.lines)[0]
        choice = self.option_of(line, words, alone=True)
        is_so = s.units[name.end - 1].text.endswith("s") and line.qty == 1  # "the *tea's* unsweet"
        told = told or is_so or name.count is not None
        kin = self.kin_of(line, words) if choice is None and told else None
        if choice is None and kin is None:
            return None
        one = self.share(line, name.count or line.qty)
        if choice is not None:
            self.choose(one.id, choice)
        if kin is not None:
            self.become(one, kin)
        return one

    def _in_place_of(self, s: Sentence, at: int) -> int:
        """“*Greens in the okra's place*”: of the one dish that is made with okra."""
        for end in range(min(len(s.units), at + _MAX_NEW), at, -1):
            into = s.match(_IN_ITS_PLACE, end)
            start = end + into + int(s.says(end + into, "the", "my", "that"))
            old = start + 1
            if not into or not s.match(_PLACE, old):
                continue
            new = [w for u in s.units[at:end] for w in u.words]
            swapped = self.swap_part(new, s.units[start].words)
            if swapped is not None:
                self.last = swapped.id
                return old + 1
        return at

    def _instead_of(self, s: Sentence, at: int) -> int:
        """“Can I get *a biscuit instead of the cornbread*”, of the one dish that comes with it; in
        a sentence that orders nothing before."""
        if any(u.text not in LEADS | BOUNDS for u in s.units[:at]):
            return at  # "my brother wants the same *but with rings instead of the slaw*"
        start = at + s.match(_ASKS_FOR, at)
        start += int(s.says(start, "a", "an", "the", "some"))
        for end in range(min(len(s.units), start + _MAX_NEW), start, -1):
            instead = s.match(_INSTEAD, end)
            last = end + instead + 1
            if not instead or not (self.ends(s, last) or self.ends(s, last + 1)):
                continue
            last += int(not self.ends(s, last))
            old = [w for u in s.units[end + instead : last] for w in u.words]
            if self.find(old) is not None:
                return at  # which is a line of its own
            new = [w for u in s.units[start:end] for w in u.words]
            if any(set(new) <= {u.text for u in o.units} for o in self.said[: self.n]):
                return at  # "she says rings. So *rings instead of the fries*", heard as one
            swapped = self.swap_part(new, old)
            if swapped is not None:
                self.last = swapped.id
                return last
        return at

    def _rather_this(self, s: Sentence, at: int) -> int:
        """“*Not the lemonade, the ribs!*”: both are ordered, and the ribs are spoken of."""
        one = self.name_at(s, at + 1) if s.says(at, "not") else None
        if one is None or one.found is None or one.count or not s.says(one.end, ","):
            return at
        other = self.name_at(s, one.end + 1)
        if other is None or other.found is None or other.count or not self.ends(s, other.end):
            return at
        if not (one.definite and other.definite) or one.found.item_ids & other.found.item_ids:
            return at
        self.last = other.found.lines[-1].id
        return other.end

    def _each_becomes(self, s: Sentence, at: int) -> int:
        """“*Make that two pints, one chicken and one vegetable*”, of a quart of chicken fried rice;
        “instead of the two chicken soups, make it one chicken and one beef”."""
        line, start = self._to_share_out(s, at)
        if line is None:
            return at
        shares, end = self._shares(s, start)
        first = shares[0] if len(shares) > _SEVERAL else None
        choice = self.option_of(line, list(first.words), alone=True) if first is not None else None
        many = first.many if first is not None and choice is not None else line.qty
        shares = shares[1:] if choice is not None else shares
        items = [self._own_or_kin(line, share.words) for share in shares]
        several = len({i.id for i in items if i is not None}) == len(items) >= _SEVERAL
        if not several or sum(share.many for share in shares) != many or not self.ends(s, end):
            return at
        if choice is not None:
            self.choose(line.id, choice)
        self.set_qty(self.stand([line])[0], many)
        for share, item in zip(shares, items, strict=True):
            one = self.share(self.stand([line])[0], share.many)
            if item is not None and item.id != one.item_id:
                self.become(one, item)
            self.last = one.id
        return end

    def _to_share_out(self, s: Sentence, at: int) -> tuple[CartLine | None, int]:
        """The line of which it is said what becomes of it, and where that begins."""
        line, start = self.cart.line(self.last), at
        instead = s.match(_INSTEAD, at)
        if instead:
            line, start = self._one_named(s, at + instead)
            start += int(s.says(start, ","))
        makes = s.match(_MAKES, start)
        start += makes
        if not instead and makes and not s.says(start, *_THAT):
            line, start = self._one_named(s, start)
        start += int(s.says(start, *_THAT))
        start += int(s.says(start, "to", "into"))
        return (line if makes else None), start

    def _one_named(self, s: Sentence, at: int) -> tuple[CartLine | None, int]:
        """The one line that is named from `at` on, up to a number, and where the name ends."""
        end = at
        while end < len(s.units) and not s.says(end, "to", "into", *BOUNDS):
            if s.units[end].text.isdecimal():
                break
            end += 1
        found = self.find([w for u in s.units[at:end] for w in u.words])
        lines = self.stand(found.lines) if found is not None else []
        return (lines[0] if len(lines) == 1 else None), end

    def _own_or_kin(self, line: CartLine, words: Sequence[str]) -> Item | None:
        """The line's own dish, or the one of its kind that is called so but for these words."""
        said = {stem(w) for w in words}
        if said <= self.house.lexicon.name_of(self.item(line)):
            return self.item(line)
        kind = self.item(line).category_id
        called = [i for i in self.house.menu.items if self.house.lexicon.calls(i, said)]
        called = [i for i in called if i.category_id == kind]
        return called[0] if len(called) == 1 else self.kin_of(line, list(words))

    # --- lines ---------------------------------------------------------------------------------

    def swap_part(self, new: list[str], old: list[str]) -> CartLine | None:
        """The one line that is made with `old`, made with `new` in its place. “Okra's” is heard as
        `okras`."""
        said = {stem(w) for w in old} - LIGHT
        found = [
            (line, c, g)
            for line in self.cart.lines
            for g in self.groups(line)
            for c in self.made_with(line, g)
            if (m := g.modifier(c.id)) is not None
            if said <= {stem(t.word) for n in (m.name, *m.spoken) for t in tokens(n)}
            or said == {stem(t.word) for t in tokens(g.name)}
        ]
        if len(found) != 1:
            return None
        line, chosen, group = found[0]
        choice = self.option_of(line, new)
        if choice is None or choice.group_id != group.id:
            return None
        rest = [c for c in line.choices if c.group_id != group.id]
        made = [choice if c == chosen else c for c in self.made_with(line, group)]
        self.cart = self.cart.put(replace(line, choices=(*rest, *made)))
        return line

    def made_with(self, line: CartLine, group: ModifierGroup) -> list[Choice]:
        """What it has of a group, by choice or by itself."""
        if group.removes:
            return []
        chosen = [c for c in line.choices if c.group_id == group.id]
        return chosen or [Choice(group.id, i) for i in group.default]

    def option_of(self, line: CartLine, words: list[str], *, alone: bool = False) -> Choice | None:
        """The one option of the line's dish that is called so, whole or by a word of its own;
        `alone`: of those of which one is taken."""
        said = {stem(w) for w in words} - LIGHT
        if not said:
            return None
        named = [
            (Choice(g.id, m.id), {stem(t.word) for t in tokens(name)} - LIGHT)
            for g in self.groups(line)
            if not g.removes and (g.max == 1 or (g.min > 0 and not alone))
            for m in g.modifiers
            for name in (m.name, *m.spoken)
        ]
        exact = list(dict.fromkeys(c for c, called in named if called == said))
        partly = list(dict.fromkeys(c for c, called in named if said < called))
        found = exact or partly
        return found[0] if len(found) == 1 else None

    def kin_of(self, line: CartLine, words: list[str]) -> Item | None:
        """The one dish of its kind that is called like it but for these words: "lamb", of a chicken
        biryani; "unsweet", of a sweet tea."""
        said = {stem(w) for w in words} - LIGHT
        own = self.house.lexicon.name_of(self.item(line))
        kin = [
            i
            for i in self.house.menu.items
            if i.category_id == self.item(line).category_id and i.id != line.item_id
            if said
            and self.house.lexicon.name_of(i).issuperset(said)
            and own & self.house.lexicon.name_of(i) - said
            and i.id not in self.house.sold_out
        ]
        return kin[0] if len(kin) == 1 and not said <= own else None

    def share(self, line: CartLine, count: int) -> CartLine:
        """So many of the line, as a line of their own where it has more."""
        if count >= line.qty:
            return line
        self.cart = self.cart.put(replace(line, qty=line.qty - count))
        part = replace(line, id=self.cart.next_id(), qty=count)
        self.cart = self.cart.put(part)
        return part

    def become(self, line: CartLine, item: Item) -> None:
        """The line is `item`, made as it was where that can be."""
        groups = {g.id: g for g in self.house.menu.groups_of(item)}
        kept = tuple(
            c for c in line.choices if c.group_id in groups and groups[c.group_id].modifier(c.id)
        )
        self.cart = self.cart.put(replace(line, item_id=item.id, choices=kept))
