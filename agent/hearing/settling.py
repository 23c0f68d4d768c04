"""The end of an utterance: what was said twice is one line, and what stays open is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.cart import CartLine, same_choices
from agent.hearing.points import Focus, Heard, Open, OpenKind, Trouble, TroubleKind, Wish
from agent.hearing.verbs import Verbs
from agent.hearing.wishes import apply_wish, removes
from agent.language import stem, tokens
from agent.lexemes import Kind
from agent.matching import Reading
from domain.menu import Item
from domain.ordering import MAX_QTY, Choice

__all__ = ["Settling"]


class Settling(Verbs):
    """The pad is read over once more before it is put down."""

    def finish(self) -> Heard:
        self.settle_many()
        self.grant_early()
        self.settle_overfull()
        self.merge()
        self.settle_instead()
        if self.instead_of and self.cart.line(self.instead_of) is not None:
            self.drop(self.instead_of)  # "not the coke", and nothing in its place
        if self.asked is not None and not self.heard.no and not self.passed_over(self.asked):
            self.heard.opens.insert(0, self.asked)
        self.heard.opens = [
            o for o in self.heard.opens if not o.line_id or self.cart.line(o.line_id) is not None
        ]
        self.heard.troubles = [t for t in self.heard.troubles if not self.chosen_since(t)]
        self.drop_taken_back()
        self.drop_named_fully()
        meal = self.meal()
        labels = self.relabel()
        self.heard.cart = self.cart
        recent = tuple(dict.fromkeys(labels.get(i, i) for i in self.spoken))
        self.heard.focus = Focus(
            labels.get(self.focus.last, self.focus.last),
            labels.get(self.focus.base, self.focus.base),
            tuple(i for i in recent if self.cart.line(i)) or self.focus.recent,
            tuple(dict.fromkeys(labels.get(i, i) for i in meal)),
        )
        self.heard.unsure = [labels.get(i, i) for i in self.heard.unsure]
        self.heard.opens = [
            with_(o, line_id=labels.get(o.line_id, o.line_id)) for o in self.heard.opens
        ]
        return self.heard

    def settle_instead(self) -> None:
        """“*A wrap* instead of the burger”: the wrap that is called like the burger or can be made
        as that was; else the question which one is of so many, made so where all of them can be."""
        old = self.cart.line(self.instead_of)
        point = next((o for o in self.heard.opens if o not in self.opened), None)
        if old is None or point is None or point.kind is not OpenKind.WHICH:
            self.instead_of = "" if self.changing else self.instead_of
            return
        self.heard.opens.remove(point)
        items = self.called_so(point, old)
        taken = {c.group_id for c in old.choices}
        able = [i for i in items if taken <= set(i.modifier_group_ids)]
        alike = self.most_like(old, items) or (able if taken else [])
        qty = point.qty if point.qty > 1 else old.qty
        self.instead_of = ""
        if len(alike) == 1:
            self.become(old.id, alike[0], qty, point.wishes)
            return
        self.drop(old.id)
        shared = [g for g in self.menu.groups_of(items[0]) if g.id in taken]
        shared = [g for g in shared if all(g.id in i.modifier_group_ids for i in items)]
        kept = tuple(
            Wish(Kind.WITH, (Reading(g, m, 1, False, 1),), m.name)
            for c in old.choices
            for g in shared
            if g.id == c.group_id and (m := g.modifier(c.id)) is not None
        )
        ids = tuple(i.id for i in items)
        point = with_(point, item_ids=ids, qty=qty, wishes=(*point.wishes, *kept))
        self.heard.opens.append(point)

    def called_so(self, point: Open, old: CartLine) -> list[Item]:
        """Those of the dishes whose own name has the word that was said, if any has."""
        said = {stem(t.word) for t in tokens(point.text)}
        items = [self.item(i) for i in point.item_ids if i != old.item_id]
        named = [i for i in items if said <= self.lexicon.name_of(i)]
        return named or items or [self.item(i) for i in point.item_ids]

    def most_like(self, old: CartLine, items: Sequence[Item]) -> list[Item]:
        """Those whose name shares most with that of the line, if any does."""
        own = self.lexicon.telling_words_of(self.item(old.item_id))
        shared = {i.id: len(own & self.lexicon.words_of(i)) for i in items}
        most = max(shared.values(), default=0)
        return [i for i in items if most and shared[i.id] == most]

    def drop_taken_back(self) -> None:
        """“Nine hundred. I'm kidding, *two*”: how many is not open any more."""
        ordered = {line.item_id for line in self.cart.lines if line.id in self.new}
        back = [
            o for o in self.heard.opens if o.kind is OpenKind.COUNT and ordered & set(o.item_ids)
        ]
        gone = {item_id for o in back for item_id in o.item_ids}
        self.heard.opens = [o for o in self.heard.opens if o not in back]
        self.heard.troubles = [
            t
            for t in self.heard.troubles
            if t.kind is not TroubleKind.TOO_MANY or t.item_id not in gone
        ]

    def drop_named_fully(self) -> None:
        """“She's saying *chicken*. Change that to the *chicken philly*”: which of them it is was
        said in the same breath."""
        meant = {*self.new, *self.mended, *self.target} - {o.id for o in self.before.lines}
        meant |= {o.id for o in self.cart.lines if self.was_another(o)}
        names = [
            self.lexicon.words_of(self.item(self.line(i).item_id))
            for i in meant
            if self.cart.line(i)
        ]
        self.heard.opens = [
            o
            for o in self.heard.opens
            if o in self.opened
            or o.kind is not OpenKind.WHICH
            or o.qty > 1
            or not any({stem(t.word) for t in tokens(o.text)} <= words for words in names)
        ]

    def was_another(self, line: CartLine) -> bool:
        before = self.before.line(line.id)
        return before is not None and before.item_id != line.item_id

    def chosen_since(self, trouble: Trouble) -> bool:
        """“Rice. Uh, *the white*”: what was not clear has become so."""
        return trouble.kind is TroubleKind.NO_OPTION and any(
            line.item_id == trouble.item_id and c.group_id == trouble.group_id
            for line in self.cart.lines
            if line.id in self.spoken
            for c in line.choices
        )

    def settle_many(self) -> None:
        """Yes to "did you say thirty?" keeps the thirty; no takes the line out again."""
        asked = self.asked
        if asked is None or asked.kind is not OpenKind.MANY:
            return
        others = [o for o in self.heard.opens if o.kind is OpenKind.MANY and o in self.opened]
        if self.heard.yes and not self.heard.no:
            self.asked = None
            self.heard.opens = [o for o in self.heard.opens if o not in others]
            self.heard.understood = True
        elif self.heard.no:
            for point in (asked, *others):
                if point.line_id not in self.counted:  # "no, *make it two*"
                    self.drop(point.line_id)

    def grant_early(self) -> None:
        for wish in self.early:
            able = [
                line.id
                for line in self.cart.lines
                if line.id in self.new and self.concerns(wish, self.item(line.item_id))
                if not self.said_otherwise_of(line, wish)
            ]
            self.target = able
            if able:
                self.grant(wish)

    def said_otherwise_of(self, line: CartLine, wish: Wish) -> bool:
        """“Six cans: two cokes, …, and *a two liter* of diet”: this one by itself."""
        chosen = {c.group_id for c in line.choices}
        named = [r for r in wish.readings if r.coverage == 1 and r.group.max == 1]
        return wish.kind is Kind.WITH and any(r.group.id in chosen for r in named)

    def concerns(self, wish: Wish, item: Item) -> bool:
        """“No egg in anything”: of what could only be asked for, none is to be left out."""
        able = self.applicable(wish.readings, item)
        return any(
            wish.kind is not Kind.WITHOUT or removes(r) or r.modifier.id in r.group.default
            for r in able
        )

    def settle_overfull(self) -> None:
        """What a full group did not take: room may have been made since, or a whole new choice of
        as many as it takes was named. Else the caller is told."""
        for line_id, wish in self.overfull:
            line = self.cart.line(line_id)
            if line is None:
                continue
            changed, trouble = apply_wish(self.menu, line, wish)
            named = self.named_anew(line_id, trouble.group_id) if trouble is not None else ()
            if named and trouble is not None:
                others = [c for c in line.choices if c.group_id != trouble.group_id]
                changed, trouble = replace(line, choices=(*others, *named)), None
            if trouble is not None:
                changed = self.emptied(changed, trouble.group_id)
            self.put(changed)
            if trouble is not None and trouble not in self.heard.troubles:
                self.heard.troubles.append(trouble)

    def emptied(self, line: CartLine, group_id: str) -> CartLine:
        """“Two sides: fries, salad and rice”: which of the three, only the caller can tell."""
        group = self.menu.group(group_id)
        if group is None or not group.min or group.default or line.id not in self.new:
            return line
        return replace(line, choices=tuple(c for c in line.choices if c.group_id != group_id))

    def named_anew(self, line_id: str, group_id: str) -> tuple[Choice, ...]:
        """All that was wished of a group, where that is as many as it takes."""
        group = self.menu.group(group_id)
        wishes = [w for i, w in self.wished if i == line_id and w.kind is not Kind.WITHOUT]
        options = [
            r.modifier.id
            for w in wishes
            for r in w.readings
            if r.group.id == group_id and r.coverage == 1
        ]
        named = tuple(Choice(group_id, i) for i in dict.fromkeys(options))
        before = self.before.line(line_id)
        chosen = before is not None and any(c.group_id == group_id for c in before.choices)
        return named if chosen and group is not None and len(named) == group.max else ()

    def merge(self) -> None:
        """A dish that is said again is the same line: said again it is set, "another" adds."""
        for line_id in list(self.new):
            line = self.cart.line(line_id)
            if line is None:
                continue
            twin = next(
                (
                    o
                    for o in self.cart.lines
                    if o.id != line.id
                    and (same_choices(self.menu, o, line) or self.is_restated(line, o))
                    and o.id not in self.later(line_id)
                ),
                None,
            )
            if twin is None:
                continue
            said_before = self.before.line(twin.id) is not None and twin.id not in self.new
            if (
                said_before
                and (not self.adding or self.setting)
                and twin == self.before.line(twin.id)
            ):
                qty = line.qty if line_id in self.counted else max(line.qty, twin.qty)
            else:
                qty = twin.qty + line.qty
            self.cart = self.cart.without(line.id)
            self.put(replace(twin, qty=min(qty, MAX_QTY)))
            self.rename(line.id, twin.id)

    def is_restated(self, line: CartLine, standing: CartLine) -> bool:
        """“Right, *one brisket sandwich* and no tongue”, of the brisket that was ordered, however
        that is made."""
        alike = (standing.item_id, standing.qty) == (line.item_id, line.qty)
        before = self.before.line(standing.id) is not None
        return alike and before and line.id in self.restated and not line.choices

    def later(self, line_id: str) -> list[str]:
        return self.new[self.new.index(line_id) + 1 :]

    def rename(self, old: str, new: str) -> None:
        self.spoken = [new if i == old else i for i in self.spoken]
        self.heard.unsure = [new if i == old else i for i in self.heard.unsure]
        self.heard.opens = [
            with_(o, line_id=new) if o.line_id == old else o for o in self.heard.opens
        ]
        last = new if self.focus.last == old else self.focus.last
        base = new if self.focus.base == old else self.focus.base
        self.focus = with_(self.focus, last=last, base=base)

    def passed_over(self, asked: Open) -> bool:
        """An offer is answered by ordering something else, or by saying what it shall be but for
        that: “oh well, *the empanadas are enough*”."""
        spoken = bool(self.spoken) and not self.heard.yes
        return asked.kind is OpenKind.OFFER and (bool(self.new) or spoken)

    def relabel(self) -> dict[str, str]:
        """New lines get the next labels in order, whatever was written and struck out between."""
        old = {line.id for line in self.before.lines}
        label = int(self.before.next_id())
        labels: dict[str, str] = {}
        lines = []
        for line in self.cart.lines:
            if line.id not in old:
                labels[line.id] = str(label)
                label += 1
            lines.append(replace(line, id=labels.get(line.id, line.id)))
        self.cart = replace(self.cart, lines=tuple(lines))
        return labels
