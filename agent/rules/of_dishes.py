"""What a caller asks of a dish: what is in it, how big it is, how it can be made, what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.asides import Question, Topic
from agent.foods import foods_in
from agent.hearing import Open, OpenKind, Wish
from agent.language import fold, tokens
from agent.matching import Mention, Reading
from agent.rules.asked_groups import group_of_dish, narrowed, without_makings
from agent.rules.costs import wished
from agent.rules.diets import is_against
from agent.rules.order_note import allergies_in
from agent.rules.talk import Scene
from agent.wording import (
    group_name,
    is_size,
    item_name,
    line_words,
    listing,
    modifier_name,
    sentence,
    short_listing,
)
from domain.menu import Item, ModifierGroup

__all__ = ["Answer", "OfDishes", "all_of"]


@dataclass
class Answer:
    """`words` may be empty where what is asked next answers it. `offer` is a dish that a yes would
    take; `hand_over` why the caller is put through to a person; `again`: what they had last time
    has been said; `reread`: the order is read back again, with all of it; `for_the_staff`: only
    they can help; `withdraw`: a dish that was offered before is not what is looked for."""

    words: str = ""
    offer: Open | None = None
    hand_over: str = ""
    again: bool = False
    reread: bool = False
    for_the_staff: bool = False
    withdraw: bool = False
    looked_up: bool = False


class OfDishes:
    """One question being answered; `gives` is what comes of it besides the words."""

    def __init__(self, scene: Scene) -> None:
        self.house = scene.house
        self.menu = scene.house.menu
        self.cart = scene.cart
        self.talk = scene.talk
        self.quote = scene.quote
        self.guest = scene.guest
        self.gives = Answer()

    def _menu(self, question: Question) -> str:
        raise NotImplementedError

    def asked_items(self, question: Question) -> list[Item]:
        """The dishes that a question names; not the bacon of "a club with bacon"."""
        named = without_makings(narrowed([m for m in question.mentions if m.items]))
        sure = [m for m in named if not m.weak] or named
        return list({i.id: i for m in sure for i in m.items}.values())

    def _spoken_of(self, question: Question) -> list[Item]:
        """The dish that a question names; else the one just offered, else the one ordered last."""
        named = self.named(question)
        offered = [o for o in self.talk.opens[:1] if o.kind is OpenKind.OFFER]
        last = self.cart.line(self.talk.focus.last)
        if named or offered:
            return named or [self.house.item(offered[0].item_ids[0])]
        if last is None and self.talk.wondered:
            return [self.house.item(self.talk.wondered[-1].item_ids[0])]
        return [self.house.item(last.item_id)] if last is not None else []

    def named(self, question: Question) -> list[Item]:
        """“Is there garlic in the *pesto*”, “is *it* vegetarian”: the dish, not what is in it."""
        words = [t.word for t in tokens(question.words)]
        added = self._named_after_it(question)
        pointing = {"it", "that", "this", "they", "those"}
        if set(words[:3]) & pointing and not added:
            return []
        named = narrowed([m for m in added or question.mentions if m.items])
        if _INSIDE_IT.search(question.words) and not any(m.whole for m in named):
            return []  # "if there's *pork* in them": of the greens that were spoken of
        if question.topic is Topic.OPTIONS:
            # "what *sides* can I have with that"
            dishes = [m for m in named if not (m.generic or m.weak)]
            named = dishes if dishes or set(words[-1:]) & pointing else named
        made = {"come", "made", "served"} & set(words)  # "does the calzone come with ham"
        made -= set(words) if {"what", "which"} & set(words) else set()
        inside = not made and {"in", "on", "with", "for"} & set(words)
        if not named:
            return []
        items = named[-1 if inside else 0].items
        ordered = {line.item_id for line in self.cart.lines}
        ordered |= {i for o in self.talk.opens[:1] if o.wondered for i in o.item_ids}
        return list([i for i in items if i.id in ordered][:1] or items[:1])

    def _named_after_it(self, question: Question) -> list[Mention]:
        """“What's *that* called, *the eel over rice*?”: of which dish "that" is said."""
        match = _OF_WHICH.search(question.words)
        first = tokens(match["what"])[:1] if match else []
        return [m for m in question.mentions if m.items and first and m.holds(first[0].word)]

    def _options(self, question: Question) -> str:
        items = self._spoken_of(question)
        if not items:
            return self._menu(question)
        dish, asked = group_of_dish(self.menu, question)
        if dish is not None and asked is not None:
            return self._options_of(dish, asked)
        return self._choices(items[0])

    def _choices(self, dish: Item) -> str:
        """What can be chosen for `dish`, a group after the other."""
        groups = [g for g in self.menu.groups_of(dish) if not g.removes]
        if not any(line.item_id == dish.id for line in self.cart.lines):
            self._offer(dish)
        if not groups:
            return f"The {item_name(dish)} comes as it is."
        words = [
            f"{group_name(g).lower()}: {short_listing([modifier_name(m) for m in g.modifiers])}"
            for g in groups
        ]
        return f"For the {item_name(dish)} you can choose {'; '.join(words)}."

    def _options_of(self, dish: Item, group: ModifierGroup) -> str:
        """All of a group that was asked for by name: “what *sauces* are there for the wings”."""
        if not any(line.item_id == dish.id for line in self.cart.lines):
            self._offer(dish)
        called = group_name(group).lower()
        return f"For the {item_name(dish)} you can choose {called}: {all_of(group)}."

    def _contents(self, question: Question) -> str:
        options = self._options_called(question)
        if options:
            return self._option_words(options)
        items = self._spoken_of(question)
        if not items:
            return self._menu(question)
        item, name = items[0], item_name(items[0])
        self._offer_after_asking(item, question)
        if _CALLED.search(question.words):
            return f"That's the {name}."
        told = [sentence(f"{name}: {item.description}")] if item.description else []
        told += self._made_with(item, question)
        return " ".join(told) or _unknown(name)

    def _offer_after_asking(self, item: Item, question: Question) -> None:
        """Offered is what was asked about; not to who asks for the sake of an allergy."""
        ordered = any(line.item_id == item.id for line in self.cart.lines)
        if not ordered and (item.description or not allergies_in(self.cart.note)):
            self._offer(item, wished(self.house, question, item))

    def _options_called(self, question: Question) -> list[Reading]:
        """“What's that *Alabama White*?”: an option that is asked about, and no dish."""
        if not _WHAT_IS.match(fold(question.words)) or any(
            m.items and m.whole for m in question.mentions
        ):
            return []
        return [r for m in question.mentions for r in m.readings if r.coverage == 1]

    def _option_words(self, options: list[Reading]) -> str:
        """`Alabama White is a sauce: with Brisket Plate and Rib Plate.`"""
        option, group = options[0].modifier, options[0].group
        dishes = [item_name(i) for i in self.menu.items if group.id in i.modifier_group_ids]
        kind = group_name(group).lower()
        return (
            f"You can choose {modifier_name(option)} as {kind} for the "
            f"{short_listing(dishes, 'or')}; what is in it the staff can tell you."
        )

    def _made_with(self, item: Item, question: Question) -> list[str]:
        """“Does that come with *cornbread*?”: where the menu has it as an option of the dish."""
        groups = {g.id for g in self.menu.groups_of(item)}
        beside = (m for m in question.mentions if item not in m.items)
        named = (r for m in beside for r in m.readings if r.coverage == 1)
        found = next((r for r in named if r.group.id in groups), None)
        if found is None:
            return []
        name, option = item_name(item), modifier_name(found.modifier)
        chosen = (found.group.id, found.modifier.id)
        for line in self.cart.lines:
            if line.item_id == item.id and chosen in {(c.group_id, c.id) for c in line.choices}:
                return [f"You have {line_words(self.menu, line)} in your order."]
        if found.group.removes:
            can = f"You can have the {name} without {option}."
            return [can] if item.description else [_unknown(name), can]
        if found.modifier.id in found.group.default:
            return [f"Yes, the {name} comes with {option}."]
        return [f"You can have the {name} with {option}."]

    def _size(self, question: Question) -> str:
        """“How big is a half rack?”: what the menu tells of it, which is seldom how big."""
        items = self._spoken_of(question)
        named = {r.group.id for m in question.mentions for r in m.readings if r.coverage == 1}
        if not items:
            choice = next((g for g in self.menu.modifier_groups if g.id in named and g.min), None)
            there = f" There is {all_of(choice)}." if choice is not None else ""
            return f"I can't tell you how big that is; the staff can.{there}"
        item, name = items[0], item_name(items[0])
        self._offer_after_asking(item, question)
        if any(c.isdecimal() for c in item.description):
            return sentence(f"{name}: {item.description}")
        sizes = [g for g in self.menu.groups_of(item) if g.min and (is_size(g) or g.id in named)]
        there = (
            f" There is {listing([modifier_name(m) for m in sizes[0].modifiers])}." if sizes else ""
        )
        return f"I can't tell you how big the {name} is; the staff can.{there}"

    def _prepared(self, question: Question) -> str:
        """“Do you fry the strips in the same oil as the shrimp?”: only the kitchen knows."""
        named = [m for m in question.mentions if m.items and m.whole]
        items = [m.items[0] for m in named] or self._spoken_of(question)
        if not items:
            return "How it is made only the kitchen can tell; please ask the staff."
        item, name = items[0], item_name(items[0])
        if foods_in(item.description) & (foods_in(question.words) - foods_in(name)):
            return self._contents(question)
        self.gives.withdraw = True
        return f"I can't tell you how the kitchen makes the {name}; the staff can."

    def _offer(self, item: Item, wishes: tuple[Wish, ...] = (), qty: int = 1) -> None:
        ordered = any(line.item_id == item.id for line in self.cart.lines)
        opens = [o for o in self.talk.opens if not (o.wondered or self._is_passed_over(o, item))]
        there = not ordered and item.id not in self.house.sold_out
        if not opens and there and not is_against(item, self.cart.note):
            self.gives.offer = Open(OpenKind.OFFER, (item.id,), qty, wishes, wondered=True)

    def _is_passed_over(self, point: Open, item: Item) -> bool:
        """“Would you like the calzone?” “*What about the lasagne?*”: another of its kind is looked
        for in place of what was sold out."""
        offered = self.house.item(point.item_ids[0]) if point.kind is OpenKind.OFFER else item
        return offered != item and offered.category_id == item.category_id


_OF_WHICH = re.compile(r",\s+(?:the|your|that|those)\s+(?P<what>\S.*)", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:called|the name of)\b", re.IGNORECASE)
_INSIDE_IT = re.compile(r"\b(?:in|on|with) (?:it|that|them|those)\W*$", re.IGNORECASE)
_WHAT_IS = re.compile(r"(?:\w+,? )?what(?:'?s| is| are| exactly is)\b")


def _unknown(name: str) -> str:
    return f"I don't know exactly what is in the {name}; the staff can tell you."


def all_of(group: ModifierGroup) -> str:
    return listing([modifier_name(m) for m in group.modifiers])
