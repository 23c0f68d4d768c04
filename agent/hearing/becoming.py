"""What lines become: another dish, another number, made otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.naming import Naming
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS, WISHING, Determiner
from agent.language import LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention, Reading
from domain.menu import Item

__all__ = ["Becoming"]


class Becoming(Naming):
    """Lines turned into something else by what follows."""

    def becomes(self, targets: list[str], part: Lexeme | None = None) -> bool:
        """What the lines become: a number, another dish, wishes. False where nothing is said.
        Where only a `part` of theirs is changed, what names a part of that kind is one."""
        self.speak_of(targets)
        start = self.at
        if self.kind() is Kind.JUST:
            self.take()  # "make it only two"
        found = self.determiner()
        run = self.run_of()
        head = self.head_of(run)
        if head is not None and (
            (part is not None and self.same_group(run[head], part))
            or (head == 0 and not found.some_of_it and self.still_to_choose(run[0]))
            or (head == 0 and found.article and self.called_like_kind(run[0]))
            or (head == 0 and self.takes_up_part(run[0]))
            or (head == 0 and found.count is None and self.swaps_part(run[0]))
            or (
                head == 0
                and (not found.any or (not found.some_of_it and self.of_another_kind(run[0])))
                and self.chosen_otherwise_of(run[0])
            )
            or (head == 0 and not found.any and self.names_rather_option(run[0]))
        ):
            head, self.lingering = None, Kind.WITH  # "make the dumplings fried"
        if head is not None and (mention := run[head].mention) is not None:
            item = self.narrowed(mention) or self.kin(mention, targets)
            item = item or self.sibling(mention, targets)
            spoken_of = self.lines_of(mention)
            if item is None and len(spoken_of) == 1 and found.count is not None:
                item = self.item(spoken_of[0].item_id)
            if item is None:
                self.at = start
                return False
            self.at += head + 1
            wishes = self.pre_wishes(run[:head])
            targets = self.rather_its_kind(targets, item, start, counted=found.count, made=wishes)
            there = [line.id for line in self.cart.lines if line.item_id == item.id]
            if there and found.count is not None and not set(there) & set(targets):
                self.speak_of(there[-1:])  # "make it two colas", said when the fries came last
                self.set_qty(there[-1], found.count)
                if there[-1] in self.new:  # "… two kombuchas, *one ginger, one hibiscus*"
                    self.focus = with_(self.focus, base=there[-1])
                    self.sharing = True
                self.wishes()
                return True
            same = self.line(targets[0]).item_id == item.id
            if found.article and same and not wishes and self.kind() in (Kind.AND, Kind.COMMA):
                found.count = 1  # "two coffees, make that *a coffee* and a seltzer"
            self.become(targets[0], item, found.count, wishes)
            if found.count is not None and same:
                self.set_right.add(targets[0])
            for line_id in targets[1:]:  # "swap them for two waters"
                self.drop(line_id)
            self.speak_of(targets[:1])
            self.wishes()
            return True
        if found.count is not None:
            for line_id in targets:
                self.count_line(line_id, found.count)
        self.wishes()
        return found.count is not None or self.at > start + int(found.article)

    def rather_its_kind(
        self,
        targets: list[str],
        item: Item,
        start: int,
        *,
        counted: int | None,
        made: Sequence[Wish],
    ) -> list[str]:
        """“A chicken balti and two naans”, “make *that* a lamb balti”: of what was pointed at, not
        the last line but the one that is such a dish; else the last one of its kind."""
        pointed = any(x.kind is Kind.IT for x in self.lexemes[max(0, start - 2) : start])
        last = self.cart.line(targets[-1])
        if (
            not pointed
            or len(targets) > 1
            or last is None
            or self.kind_of(last) == item.category_id
        ):
            return targets
        if counted is not None and not made:
            return targets
        same = [o.id for o in self.cart.lines if o.item_id == item.id]
        recent = {*self.focus.recent, *self.new}
        lines = [o for o in self.cart.lines if o.id in recent]
        bigger = [o.id for o in lines if self.lexicon.is_within(self.item(o.item_id), item)]
        kin = [o.id for o in lines if self.kind_of(o) == item.category_id]
        if len(same) == 1:
            return same
        return bigger[-1:] or kin[-1:] or targets  # "make that a *smash combo*": of the smash

    def lists_anew(self) -> bool:
        """“Make that *cheddar and bacon*”, of a dish just named: all of it is how that is made."""
        option = self.peek(1)
        mention = option.mention if option is not None and self.says("it", "that") else None
        if mention is None or mention.items or not self.just_written() or not self.usable(mention):
            return False
        self.take()
        self.lingering = Kind.WITH
        self.unsay_listed()
        self.wishes()
        return True

    def unsay_listed(self) -> None:
        """“With swiss and bacon, no, make that *cheddar and bacon*”: as many extras as were just
        listed are said in their place."""
        line = self.line(self.target[-1]) if self.fix and self.just_written() else None
        ahead = self.at
        while self.lexemes[ahead:] and self.lexemes[ahead].kind in (Kind.MENTION, Kind.AND):
            ahead += 1
        named = [x for x in self.lexemes[self.at : ahead] if x.mention is not None]
        groups = {
            r.group.id
            for x in named
            if x.mention
            for r in self.fullest(x.mention)
            if r.group.max > 1
        }
        listed = [w for w in self.gathered if w.kind is Kind.WITH]
        old = {
            (r.group.id, r.modifier.id)
            for w in listed
            for r in self.said_in_full(w)
            if r.group.id in groups
        }
        if line is None or len(named) != len(old) or len(groups) != 1:
            return
        kept = tuple(
            c for c in line.choices if c.group_id not in groups or (c.group_id, c.id) not in old
        )
        self.put(replace(line, choices=kept))
        self.fix = ""

    def unsay_extras(self) -> None:
        """“With ham and onions, *no wait, mushrooms*”: in place of as many of the extras that were
        listed right before it."""
        line = self.line(self.target[-1])
        ahead = self.at
        while self.lexemes[ahead:] and self.lexemes[ahead].kind in (*BREAKS, Kind.WITH):
            ahead += 1
        named: list[Mention] = []
        while self.lexemes[ahead:] and self.lexemes[ahead].kind in (Kind.MENTION, Kind.AND):
            mention = self.lexemes[ahead].mention
            named += [mention] if mention is not None else []
            ahead += 1
        said = [x for x in self.lexemes[: self.at - 1] if x.kind not in BREAKS][-1:]
        last = said[0].mention if said else None
        listed = [Mention(0, 0, (), w.readings) for w in self.gathered if w.kind is Kind.WITH]
        also = self.lexemes[ahead].kind is Kind.ALSO if self.lexemes[ahead:] else False
        if last is None or also or not listed or last.readings != listed[-1].readings:
            return
        anew = [self.extras_in(line, m) for m in named]
        old = [self.extras_in(line, m) for m in listed[-len(named) :]]
        if named and all(anew) and all(old):
            gone = set().union(*old) - set().union(*anew)
            kept = tuple(c for c in line.choices if (c.group_id, c.id) not in gone)
            self.put(replace(line, choices=kept))

    def extras_in(self, line: CartLine, mention: Mention) -> set[tuple[str, str]]:
        """What it names in full of what may be put on the line's dish."""
        able = self.applicable(mention.readings, self.item(line.item_id))
        return {
            (r.group.id, r.modifier.id)
            for r in able
            if r.coverage == 1 and r.group.min == 0 and r.group.max > 1 and not r.group.removes
        }

    def share_becomes(self, found: Determiner, mention: Mention, wishes: Sequence[Wish]) -> None:
        """One of the last line is another dish: "can one of them be a funghi"."""
        item = self.narrowed(mention)
        assert item is not None, "the caller has checked it"
        for line_id in self.part_lines(found):
            self.become(line_id, item, None, wishes)

    def kind_of_base(self, found: Determiner, mention: Mention, *, joined: bool) -> bool:
        """“Three naans, one plain, *one garlic*”: of those that were counted, where the menu calls
        the kind by the name of its plainest. Not "two naans, one garlic naan", nor "five naans,
        make that four naans *and one garlic*"."""
        base, item = self.cart.line(self.focus.base), self.narrowed(mention)
        if base is None or item is None or base.id not in self.new or base.item_id == item.id:
            return False
        if base.id in self.halved or (joined and base.id in self.set_right):
            return False  # "six croissants, half of them warm, and *two pains au chocolat*"
        name = {stem(t.word) for t in tokens(self.item(base.item_id).name)} - LIGHT
        if base.choices:  # "two twelve inch *pizzas*, one with ham and one hawaiian"
            called = self.called.get(base.id)
            name = (self.stems(called) if called is not None else name) or name
        said = {stem(t.word) for t in self.words[mention.start : mention.end]}
        left = base.qty + (self.sharing or bool(self.shares and not self.shared_out))
        some = found.count is not None and found.count < left
        alike = name < self.lexicon.words_of(item) and not name & said
        able = {g.id for g in self.menu.groups_of(item)} >= {c.group_id for c in base.choices}
        return some and alike and able and not found.more

    def stems(self, mention: Mention) -> set[str]:
        return {stem(t.word) for t in self.words[mention.start : mention.end]} - LIGHT

    def kin(self, mention: Mention, targets: Sequence[str]) -> Item | None:
        """“Turn the bacon burger into *a combo*”: of several, the one called most like it."""
        line = self.cart.line(targets[0])
        if line is None or any(i.id == line.item_id for i in mention.items):
            return None
        own = self.lexicon.telling_words_of(self.item(line.item_id))
        shared = {i.id: len(own & self.lexicon.words_of(i)) for i in mention.items}
        most = max(shared.values(), default=0)
        alike = [i for i in mention.items if shared[i.id] == most]
        return alike[0] if most and len(alike) == 1 else None

    def sibling(self, mention: Mention, targets: Sequence[str]) -> Item | None:
        """“The lassi should be *sweet*”, of a salted one, where sweets are a kind, too: the dish of
        its name that is called so."""
        line = self.cart.line(targets[0])
        if line is None or not mention.generic:
            return None
        own, said = self.lexicon.name_of(self.item(line.item_id)), self.stems(mention)
        names = ((i, self.lexicon.name_of(i)) for i in self.menu.items if i.id != line.item_id)
        alike = [i for i, name in names if said <= name and own & name and said - own]
        return alike[0] if len(alike) == 1 else None

    def speaks_of_new(self, mention: Mention, lines: Sequence[CartLine]) -> bool:
        """“Two taros and a thai. *Taros* with boba, please”: said of those that were just named."""
        if self.taken_each & {o.id for o in lines[-1:]} and self.kind() in (*WISHING, Kind.BE):
            return True  # "both please, *calamari* with marinara"
        told = len(lines) == 1 and lines[0].id in self.new and lines[0].qty > 1
        return told and mention.plural and self.kind() in (*WISHING, Kind.BE)

    def swaps_part(self, lexeme: Lexeme) -> bool:
        """“*Mushrooms* instead of extra cheese”, said of one dish's making."""
        if self.kind(1) is not Kind.INSTEAD_OF:
            return False
        old = self.peek(3 if self.kind(2) in (Kind.THE, Kind.ARTICLE) else 2)
        if old is None or old.mention is None or self.lines_of(old.mention):
            return False
        lexeme = self.by_its_kind(self.at, old)
        return bool(self.usable(old.mention)) and self.same_group(lexeme, old)

    def by_its_kind(self, at: int, old: Lexeme) -> Lexeme:
        """“*Soup* instead of the egg roll”, where the one other side of that kind is a cup of hot
        and sour soup: the option, whatever else is called soup. The lexeme at `at`, put right."""
        lexeme = self.lexemes[at]
        groups = {r.group.id: r.group for r in self.fullest(old.mention)} if old.mention else {}
        if lexeme.kind not in (Kind.MENTION, Kind.GROUP) or self.same_group(lexeme, old):
            return lexeme
        said = {stem(t.word) for t in tokens(lexeme.text)} - LIGHT
        called = [
            Reading(g, m, 1, False, lexeme.end - lexeme.start)
            for g in groups.values()
            for m in g.modifiers
            if said <= {stem(t.word) for t in tokens(m.name)}
        ]
        if len(called) != 1:
            return lexeme
        mention = Mention(lexeme.start, lexeme.end, (), (called[0],))
        lexeme = lexeme._replace(kind=Kind.MENTION, mention=mention, groups=())
        self.lexemes = [*self.lexemes[:at], lexeme, *self.lexemes[at + 1 :]]
        return lexeme

    def same_group(self, lexeme: Lexeme, part: Lexeme) -> bool:
        if lexeme.mention is None or part.mention is None:
            return False
        return self.names_one_of(lexeme, {r.group.id for r in part.mention.readings})

    def names_one_of(self, lexeme: Lexeme, groups: Collection[str]) -> bool:
        """True where it names an option of the dish in focus that is in one of `groups`; a part of
        its name is enough ("rings" for onion rings) where no dish has all of it."""
        named = self.fullest(lexeme.mention) if lexeme.mention is not None else []
        return any(r.group.id in groups for r in named)

    def chosen_otherwise_of(self, lexeme: Lexeme) -> bool:
        """“Change it to *lemonade*”, of a combo with cola; “make that one *pastrami*”, of a reuben
        that comes with corned beef."""
        mention = lexeme.mention
        line = self.cart.line(self.target[-1]) if self.target else None
        if mention is None or line is None:
            return False
        chosen = {c.group_id for c in line.choices}
        named = [r for r in self.usable(mention) if r.coverage == 1 and r.group.max == 1]
        return any(r.group.id in chosen or r.group.min > 0 for r in named)

    def of_another_kind(self, lexeme: Lexeme) -> bool:
        """“A combo with a Sprite. Make that *a lemonade*”: hardly the combo."""
        line = self.cart.line(self.target[-1]) if self.target else None
        items = lexeme.mention.items if lexeme.mention is not None else ()
        return line is not None and all(i.category_id != self.kind_of(line) for i in items)

    def called_like_kind(self, lexeme: Lexeme) -> bool:
        """“A lentil soup, make that *a bowl*”, where bowls are a kind of dish, too."""
        mention = lexeme.mention
        own = [r for r in self.usable(mention) if r.group.min > 0] if mention is not None else []
        return mention is not None and mention.generic and any(r.coverage == 1 for r in own)

    def takes_up_part(self, lexeme: Lexeme) -> bool:
        """“Instead of the slaw give me *beans*”, also where beans alone are a dish."""
        groups, self.giving_up = self.giving_up, set()
        return bool(groups) and self.names_one_of(lexeme, groups)

    def lacks_just(self, lexeme: Lexeme) -> bool:
        """“A bento with katsu. *California roll*, and …”: what the dish just written must still be
        chosen with, though it is sold alone, too."""
        mention = lexeme.mention
        if mention is None or not self.just_written() or mention.generic:
            return False
        width = mention.end - mention.start
        named = any(r.coverage == 1 and r.width == width for r in self.usable(mention))
        return named and self.completes(mention)

    def takes_default_place(self, lexeme: Lexeme) -> bool:
        """“A burger. *Onion rings*. A coke”: what the dish just written can have in place of what
        it comes with, though it is sold alone, too."""
        mention = lexeme.mention
        if mention is None or mention.generic or not self.just_written():
            return False
        line = self.line(self.target[-1])
        chosen = {c.group_id for c in line.choices}
        return any(
            r.coverage == 1 and r.group.min and r.group.default and r.group.id not in chosen
            for r in self.applicable(mention.readings, self.item(line.item_id))
        )

    def still_to_choose(self, lexeme: Lexeme, *, joined: bool = False) -> bool:
        """“A kulfi, *mango*”, “the usual but *fried*”: how the dish in hand can be made, and hardly
        the name of another."""
        mention = lexeme.mention
        return (
            mention is not None
            and (
                not mention.whole
                or mention.generic
                or (mention.unsaid and self.open_at is None and self.completes(mention))
            )
            and any(r.coverage == 1 for r in self.usable(mention))
            and (not joined or self.completes(mention))
        )
