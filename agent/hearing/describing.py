"""How a dish is to be, beyond what the menu lets one choose: what the kitchen is told."""

from __future__ import annotations

import re
from collections.abc import Collection

from agent.hearing.building import Building
from agent.hearing.fitting import IN_IT
from agent.hearing.points import Wish
from agent.hearing.reader import BREAKS
from agent.language import stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from domain.menu import ModifierGroup

__all__ = ["Describing", "names_of"]


class Describing(Building):
    """Words about a dish that are no option of it, or stand beside one."""

    def describes(self) -> bool:
        """A participle of an option's name, before another option of that group."""
        part, option = self.peek(), self.peek(1)
        if part is None or option is None or part.mention is None or option.mention is None:
            return False
        partly, named = self.usable(part.mention), self.usable(option.mention)
        whole = {r.group.id for r in named if r.coverage == 1}
        made = part.text.lower().endswith("ed")
        return made and bool(partly) and all(r.coverage < 1 and r.group.id in whole for r in partly)

    def made_some_way(self, lexeme: Lexeme) -> bool:
        """“A bagel *scooped out*”, “a coffee *iced*”: how it is to be made, right after it."""
        before = self.lexemes[self.at - 1] if self.at else None
        if before is None or before.mention is None or before.end != lexeme.start:
            return False
        after = [t.word for t in self.words[lexeme.end :][:1]]
        part = self.peek(1)
        follows = part.mention if part is not None and part.start == lexeme.end else None
        if follows is not None and not follows.items and self.usable(follows):
            return self.just_written()  # "rye toast *dry* home fries": between two of its parts
        made = _MADE.fullmatch(lexeme.text.lower()) is not None
        return bool(self.target) and (made or bool(set(after) & _PARTICLES))

    def some_way(self) -> Wish:
        """The words of it as a note for the kitchen."""
        start = self.take().start
        end = start + 1
        while self.kind() is Kind.WORD and self.lexemes[self.at].start == end:
            end = self.take().end  # "*shredded pork* corn and tahini"
        while end < len(self.words) and self.words[end].word in _PARTICLES:
            end += 1
        while self.at < len(self.lexemes) and self.lexemes[self.at].start < end:
            self.at += 1
        return Wish(Kind.NOTE, text=" ".join(t.word for t in self.words[start:end]))

    def noted(self) -> Wish:
        """A note; “caramel *on one half*, lemon on the other” is none where halves are chosen."""
        text, last = self.take().text, self.gathered[-1] if self.gathered else self.last_wish
        able = self.said_in_full(last) if last is not None else []
        halves = any(
            r.group.min
            and (r.group.max > 1 or any(o.group.min and o.group.id != r.group.id for o in alike))
            for r in able
            if (alike := [o for o in able if o.modifier.name == r.modifier.name])
        )
        if last is not None and halves and _OF_A_HALF.match(text):
            return last if any(r.group.max > 1 for r in able) else Wish(Kind.NOTE)
        if (apart := _APART.fullmatch(text.lower())) is not None:
            what = last.text.lower() if last is not None else self.last_chosen()
            text = f"{what} {apart['how']}".strip()
        return Wish(Kind.NOTE, text=text)

    def last_chosen(self) -> str:
        """What the dish in hand was last made with, as the menu calls it."""
        line = self.cart.line(self.target[-1]) if self.target else None
        choice = line.choices[-1] if line is not None and line.choices else None
        group = self.menu.group(choice.group_id) if choice is not None else None
        modifier = group.modifier(choice.id) if group is not None and choice is not None else None
        return modifier.name.lower() if modifier is not None else ""

    def tells_which(self, lexeme: Lexeme) -> bool:
        """“That salad *with the meats in it*”: which of them is meant, and no other dish."""
        mention, before = lexeme.mention, self.lexemes[self.at - 1] if self.at else None
        after = tuple(t.word for t in self.words[lexeme.end :][:2])
        led = before is not None and before.text in ("with", "with the")
        if mention is None or mention.whole or not led or after not in IN_IT:
            return False
        return not any(r.coverage == 1 for r in self.usable(mention))

    def beside_it(self, lexeme: Lexeme) -> bool:
        """“I'll take one, *gravy on the side*”: what is no option of the dish in hand and no dish
        by its whole name; the kitchen is told."""
        mention = lexeme.mention
        aside = [t.word for t in self.words[lexeme.end :][:3]] == ["on", "the", "side"]
        if mention is None or mention.whole or not aside or self.open_at is not None:
            return False
        own = any(r.coverage == 1 for r in self.usable(mention))
        return bool(self.target) and not own

    def served_aside(self, lexeme: Lexeme) -> str:
        """“And the *ranch* on the side”, “the ranch *dressing* on the side”: what must be chosen,
        and is no choice of sides; else nothing."""
        mention = lexeme.mention
        named = [r.group for r in self.usable(mention) if r.coverage == 1] if mention else []
        called = {stem(t.word) for g in named for n in names_of(g) for t in tokens(n)}
        after = [t.word for t in self.words[lexeme.end :][:4]]
        kind = after.pop(0) if after and stem(after[0]) in called - _ASIDE else ""
        if after[:3] != ["on", "the", "side"] or called & _ASIDE:
            return ""
        last = self.words[lexeme.end - 1].word
        kind = kind or (last if stem(last) in called else "")
        return (kind or lexeme.text.lower()) if mention is not None and not mention.items else ""

    def told_by_group(self, lexeme: Lexeme) -> int:
        """“*The sides* mash and corn”, “slaw *for the side*”, “and *for drink* a lemonade”: the
        token after all of it, where the name of the option's group stands beside it; else 0."""
        mention = lexeme.mention
        if mention is not None and self.names_open(mention):
            return (
                0  # "a toastie, *the three cheese one*", where a combo's toastie is called so, too
            )
        needed = [
            r.group
            for r in (self.fullest(mention) if mention is not None else ())
            if r.group.min > 0
        ]
        called = {tuple(stem(t.word) for t in tokens(n)) for g in needed for n in names_of(g)}
        called |= {(role,) for role in _ROLES} if any(self.lacks(g) for g in needed) else set()
        words = [stem(t.word) for t in self.words]
        own = tuple(words[lexeme.start : lexeme.end])
        if mention is not None and mention.whole and len(mention.items) == 1:
            called = {n for n in called if not set(n) <= self.lexicon.name_of(mention.items[0])}
        if any(own[: len(n)] == n != own for n in called):
            return lexeme.end  # one mention, where the sides are a category, too
        before = lexeme.start
        while before > 0 and words[before - 1] in _BETWEEN:
            before -= 1
        if any(tuple(words[max(0, before - len(n)) : before]) == n for n in called):
            return lexeme.end
        after = lexeme.end
        if courses := _TO.get(" ".join(words[after : after + 2])):
            return after + 2 if {last for *_, last in called} & courses else 0
        if words[after : after + 1] not in (["for"], ["as"]):
            return 0
        while after + 1 < len(words) and words[after + 1] in _BETWEEN:
            after += 1
        end = next((n for n in called if tuple(words[after + 1 : after + 1 + len(n)]) == n), ())
        return after + 1 + len(end) if end else 0

    def can_be_full(self, part: Mention | None, dish: Mention) -> bool:
        readings = part.readings if part is not None else ()
        named = [r for r in readings if r.coverage == 1]
        return any(self.applicable(named, item) for item in dish.items)

    def must_be_told(self, part: Mention | None, dish: Mention) -> bool:
        """“A box of 12 lamingtons and a *box of 12* anzacs”: what the biscuits must be told by,
        though only half of their name was said."""
        if part is None or len(dish.items) != 1 or dish.weak:
            return False
        named = (r for r in self.applicable(part.readings, dish.items[0]) if r.coverage == 1)
        return any(r.group.min > 0 and not r.group.default for r in named)

    def names_open(self, mention: Mention) -> bool:
        """True where it is one of the dishes between which it is still open."""
        point = self.heard.opens[self.open_at] if self.open_at is not None else None
        return point is not None and mention.whole and self.means(mention, point.item_ids)

    def means(self, mention: Mention, item_ids: Collection[str]) -> bool:
        return any(i.id in item_ids for i in mention.items) and not mention.generic

    def is_told(self, ahead: int) -> bool:
        """True where what stands `ahead` is told to be of a group of the dish in hand."""
        lexeme = self.peek(ahead)
        return lexeme is not None and lexeme.mention is not None and self.told_by_group(lexeme) > 0

    def take_told(self) -> Lexeme:
        """The option, and the “for the side” that says what it is."""
        told = self.told_by_group(self.lexemes[self.at])
        lexeme = self.take()
        while self.at < len(self.lexemes) and self.lexemes[self.at].start < told:
            self.at += 1
        return lexeme

    def exclusively_usable(self, mention: Mention) -> bool:
        """“With provolone *toasted*”: an option, though what it is one of is called the same."""
        return any(r.coverage == 1 and r.group.max == 1 for r in self.usable(mention))

    def called_as_group(self, lexeme: Lexeme) -> bool:
        """True where it says no more than what a group of the dish in hand is called."""
        if lexeme.kind not in (Kind.MENTION, Kind.GROUP, Kind.WORD):
            return False
        said = [stem(t.word) for t in tokens(lexeme.text)]
        items = [self.item(self.line(i).item_id) for i in self.target if self.cart.line(i)]
        groups = [g for item in items for g in self.menu.groups_of(item)]
        return any(said == [stem(t.word) for t in tokens(n)] for g in groups for n in names_of(g))

    def heads(self, option: Mention, word: Lexeme) -> bool:
        """True of the noodles of "firm noodles", which the group is called, and of the sauce of
        "buffalo sauce", by which another option of the group is called."""
        mention = word.mention
        if self.called_as_group(word):
            return mention is None or not self.exclusively_usable(mention)
        groups = {r.group.id for r in self.usable(option) if r.coverage == 1}
        partly = self.usable(mention) if mention is not None and not mention.items else ()
        noun = stem(self.words[word.end - 1].word)
        return bool(partly) and all(
            r.coverage < 1
            and r.group.id in groups
            and [stem(t.word) for t in tokens(r.modifier.name)][-1:] == [noun]
            for r in partly
        )

    def other_of_two(self) -> None:
        """“Cheese on one, scraps *on the other*”: of two dishes, and no note about one."""
        note = self.peek()
        if note is not None and note.text == "on the other" and self.shares:
            to = note._replace(kind=Kind.TO, text="on", end=note.start + 1)
            other = note._replace(kind=Kind.OTHER, text="the other", start=note.start + 1)
            self.lexemes = [*self.lexemes[: self.at], to, other, *self.lexemes[self.at + 1 :]]

    def measures_next(self, ahead: int) -> bool:
        """“A pint of wonton soup, *a quart of pork lo mein*”: so much of another dish, and neither
        is a part of the one in hand."""
        size, dish = self.peek(ahead), self.peek(ahead + 1)
        if size is None or dish is None or size.mention is None or dish.mention is None:
            return False
        part, named = size.mention, (dish.mention, *dish.mention.apart)
        between = [t.word for t in self.words[size.end : dish.start]]
        return between == ["of"] and any(self.part_of(part, d) for d in named)

    def skip_half(self) -> None:
        """“Pepperoni *one half*, hawaiian *the other*”, of a dish made of halves."""
        last = self.gathered[-1] if self.gathered else None
        able = self.usable(Mention(0, 0, (), last.readings)) if last is not None else ()
        if not any(r.group.min > 0 and r.coverage == 1 and not r.group.default for r in able):
            return
        skip = int(self.kind() in (Kind.NUMBER, Kind.THE, Kind.ORDINAL, Kind.OTHER))
        if skip and self.kind(skip) is Kind.HALF:
            self.at += skip + 1
        elif self.kind() is Kind.OTHER and self.kind(1) in (None, *BREAKS):
            self.at += 1


# Between the name of a group and its option: "for the drink, a lemonade", "my sides are …".
_BETWEEN = frozenset("the a an my some is are be should will as of i want ,".split())  # noqa: SIM905
# What one has “to start”, “to drink”: the course that is called so.
_FIRST = frozenset(stem(w) for w in ("starter", "appetizer", "antipasto", "soup", "salad"))
_TO = {"to start": _FIRST, "to begin": _FIRST, "to drink": frozenset([stem("drink")])}
# What parts are to a dish, whatever the menu calls them: "orange for the drink".
_ROLES = ("side", "drink", "sauce", "dip", "bread", "topping", "dressing", "filling", "meat")
# What is served beside the dish anyway.
_ASIDE = frozenset(["side", "dip", "drink", "toast", "bread", "potato"])
# "Ranch, and can you put *that on the side*": what was said before it.
_APART = re.compile(r"(?:it|that|this|them|those) (?P<how>on the side|separately|in .*)")
# A word that tells how something is made: "buttered", "fatty", "boneless".
_MADE = re.compile(r"[a-z]{3,}(?:ed|[^e]y|less|ish|free)")
# What belongs to such a word before it: "scooped *out*", "cut *up*".
_PARTICLES = frozenset(["out", "up", "off", "through", "apart", "open"])
_OF_A_HALF = re.compile(r"on (?!the side$)\b.*\b(?:half|side|other)\b")


def names_of(group: ModifierGroup) -> tuple[str, ...]:
    """What the menu calls the group, in all its languages."""
    return group.name, *group.names.values()
