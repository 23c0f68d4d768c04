"""What a caller asks of a dish: what is in it, how big it is, how it can be made, what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.asides import Question, Topic
from agent.cart import CartLine
from agent.foods import foods_in
from agent.hearing import Open, OpenKind, Wish
from agent.hearing.degrees import is_of_heat
from agent.language import LIGHT, fold, stem, tokens
from agent.lexemes import Kind
from agent.matching import Mention, Reading
from agent.rules.asked_dishes import POINTING, asked_of, asks_inside
from agent.rules.asked_groups import group_of_dish, is_called, narrowed, without_makings
from agent.rules.costs import wished
from agent.rules.diets import is_against
from agent.rules.order_note import allergies_in
from agent.rules.spice import heat_of, made_so_words, spice_unknown, spice_words
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

MAX_CHOICES = 10  # that are told at once; of more only those that have to be made


@dataclass
class Answer:
    """`words` may be empty where what is asked next answers it. `offer` is a dish that a yes would
    take; `hand_over` why the caller is put through to a person; `again`: what they had last time
    has been said; `reread`: the order is read back again, with all of it; `for_the_staff`: only
    they can help; `withdraw`: a dish that was offered before is not what is looked for; `in_full`:
    it is what is asked next, with all there is."""

    words: str = ""
    offer: Open | None = None
    hand_over: str = ""
    again: bool = False
    reread: bool = False
    for_the_staff: bool = False
    withdraw: bool = False
    looked_up: bool = False
    in_full: bool = False


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
        if set(words[:3]) & POINTING and not added:
            return []
        named = added or asked_of(question)
        if _INSIDE_IT.search(question.words) and not any(m.whole for m in named):
            return []  # "if there's *pork* in them": of the greens that were spoken of
        if question.topic is Topic.OPTIONS:
            # "what *sides* can I have with that"
            dishes = [m for m in named if not (m.generic or m.weak)]
            named = dishes if dishes or set(words[-1:]) & POINTING else named
        if not named:
            return []
        items = named[0].items
        ordered = {line.item_id for line in self.cart.lines}
        ordered |= {i for o in self.talk.opens[:1] if o.wondered for i in o.item_ids}
        known = [i for i in items if i.id in ordered][:1]
        if not known and (len(items) > 1 or named[0].unsaid or named[0].weak):
            known = self._ordered_called(question, named[0])
        return list(known or items[:1])

    def _ordered_called(self, question: Question, mention: Mention) -> list[Item]:
        """“Doesn't the *chicken* come with rice?”, of the sweet and sour chicken that is ordered:
        the only dish of the order with that in its name."""
        items = {o.item_id for o in self._lines_called(question, mention)}
        return [self.house.item(i) for i in items] if len(items) == 1 else []

    def _lines_called(self, question: Question, mention: Mention) -> list[CartLine]:
        """The lines of the order with all that was said in the dish's name: of "general tso's" the
        combo, too."""
        return [o for o in self.cart.lines if self._is_called(o.item_id, question, mention)]

    def _is_called(self, item_id: str, question: Question, mention: Mention) -> bool:
        words = tokens(question.words)[mention.start - question.first :]
        said = {stem(t.word) for t in words[: mention.end - mention.start]} - LIGHT
        item = self.menu.item(item_id)
        return bool(said) and item is not None and said <= self.house.lexicon.name_of(item)

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
        if dish is None:  # "what kind of *bread*", of the plate that was just ordered
            said = {stem(t.word) for t in tokens(question.words)}
            groups = self.menu.groups_of(items[0])
            dish, asked = items[0], next((g for g in groups if is_called(g, said)), None)
        if asked is not None:
            return self._options_of(dish, asked)
        counted = self._counted_by(items[0]) if _HOW_MANY.search(question.words) else None
        if counted is not None:
            return self._options_of(items[0], counted)
        if _COMES_WITH.search(question.words):
            return f"{self._told_of(items[0])}{self._choices(items[0])}"
        return self._choices(items[0])

    def _counted_by(self, dish: Item) -> ModifierGroup | None:
        """“How many *wings* come in an order?”: the group that says how many: 6 Wings, 10 Wings."""
        counting = (g for g in self.menu.groups_of(dish) if g.min and not is_size(g))
        return next((g for g in counting if all(m.name[:1].isdecimal() for m in g.modifiers)), None)

    def _told_of(self, dish: Item) -> str:
        """What the menu says that comes on it; that it says nothing, where nothing has to be
        chosen either."""
        if dish.description:
            return f"{sentence(f'{item_name(dish)}: {dish.description}')} "
        chosen = any(g.min for g in self.menu.groups_of(dish))
        return "" if chosen else f"{_unknown(f'the {item_name(dish)}')} "

    def _choices(self, dish: Item) -> str:
        """What can be chosen for `dish`, a group after the other."""
        groups = [g for g in self.menu.groups_of(dish) if not g.removes]
        if not any(line.item_id == dish.id for line in self.cart.lines):
            self._offer(dish)
        if not groups:
            return f"The {item_name(dish)} comes as it is."
        called = "{}: {}".format
        must = [
            called(group_name(g).lower(), short_listing([modifier_name(m) for m in g.modifiers]))
            for g in groups
            if g.min
        ]
        added = [modifier_name(m) for g in groups if not g.min for m in g.modifiers]
        many = sum(len(g.modifiers) for g in groups) > MAX_CHOICES
        extras = "extras" if must and many else short_listing(added)
        ways = [f"choose {'; '.join(must)}"] if must else []
        ways += [f"add {extras}"] if added else []
        return f"For the {item_name(dish)} you can {', and '.join(ways)}."

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
        several = self._dishes_inside(question)
        if len(several) > 1:
            return self._contents_of_each(several)
        items = self._spoken_of(question)
        if not items:
            return self._menu(question)
        item, name = items[0], item_name(items[0])
        if self._is_of_several(question, item):
            return _unknown("those")
        self._offer_after_asking(item, question)
        if _CALLED.search(question.words):
            return f"That's the {name}."
        told = [sentence(f"{name}: {item.description}")] if item.description else []
        told += self._made_with(item, question)
        return " ".join(told) or _unknown(f"the {name}")

    def _is_of_several(self, question: Question, item: Item) -> bool:
        """“Is there pork in the *fried rice*?”, of which there are some, and none is ordered."""
        asked = asked_of(question)
        spoken_of = {o.item_id for o in self.cart.lines} | {
            i for o in (*self.talk.opens[:1], *self.talk.wondered) for i in o.item_ids
        }
        several = bool(asked) and len(asked[0].items) > 1 and item in asked[0].items
        return several and item.id not in spoken_of

    def _dishes_inside(self, question: Question) -> list[Item]:
        """“Are there nuts in the *brownie* or the *sundae*?”: each dish that is asked about."""
        asked = asked_of(question) if asks_inside(question) else []
        return list({m.items[0].id: m.items[0] for m in asked if len(m.items) == 1}.values())

    def _contents_of_each(self, items: list[Item]) -> str:
        """What the menu says of each, and of which it says nothing."""
        told = [sentence(f"{item_name(i)}: {i.description}") for i in items if i.description]
        unknown = [f"the {item_name(i)}" for i in items if not i.description]
        return " ".join([*told, _unknown(listing(unknown, "or"))] if unknown else told)

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
        asked = asked_of(question)
        beside = (m for m in question.mentions if item not in m.items and m not in asked)
        named = (r for m in beside for r in m.readings if r.coverage == 1)
        found = next((r for r in named if r.group.id in groups), None)
        if found is None:
            return []
        name, option = item_name(item), modifier_name(found.modifier)
        chosen = (found.group.id, found.modifier.id)
        for line in self.cart.lines:
            if line.item_id == item.id and chosen in {(c.group_id, c.id) for c in line.choices}:
                return [f"You have {line_words(self.menu, line)} in your order."]
        if found.modifier.id in found.group.default:
            return [f"Yes, the {name} comes with {option}."]
        if found.negated:
            return [self._without_it(item, found.group)]
        if found.group.removes:
            can = f"You can have the {name} without {option}."
        else:
            can = f"You can have the {name} with {option}."
        if allergies_in(self.cart.note):  # of what else is in it, that tells nothing
            return []
        extra = found.group.min == 0 and not _COMES_WITH.search(question.words)
        known = item.description or not (extra or found.group.removes)
        return [can] if known else [_unknown(f"the {name}"), can]

    def _without_it(self, item: Item, group: ModifierGroup) -> str:
        """“Does it come with *rice*?”, where "No Rice" can be chosen: what it comes with."""
        given = [modifier_name(m) for m in group.modifiers if m.id in group.default]
        if given:
            return f"Yes, the {item_name(item)} comes with {listing(given)}."
        called = group_name(group).lower()
        return f"For the {item_name(item)} you can choose {called}: {all_of(group)}."

    def _spice(self, question: Question) -> str:
        """“Is the vindaloo very hot?”, “can you make it mild?”: what the menu has of that."""
        named = [r for m in question.mentions for r in m.readings if r.coverage == 1]
        sauces = [] if any(is_of_heat(r.group) for r in named) else [r.modifier for r in named]
        items = self._spoken_of(question)
        if sauces and not any(m.items for m in question.mentions):
            return spice_unknown(modifier_name(sauces[0]), fold(question.words))
        heat = heat_of(self.menu, items[0]) if items else None
        if heat is None:
            return self._spice_described(items, question)
        item = items[0]
        step = next((r for r in named if r.group.id == heat.id), None)
        if step is not None and _MADE.match(fold(question.words)):
            self._offer(item, (Wish(Kind.WITH, (step,)),))
            return made_so_words(item, step.modifier)
        self._offer(item)
        lines = [line for line in self.cart.lines if line.item_id == item.id]
        return spice_words(item, heat, lines[-1] if lines else None)

    def _spice_described(self, items: list[Item], question: Question) -> str:
        """As far as the menu says what the dish is, where it has no steps of heat."""
        if not items or items[0].description:
            return self._contents(question)
        self._offer_after_asking(items[0], question)
        return spice_unknown(item_name(items[0]), fold(question.words))

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


_COMES_WITH = re.compile(r"\bcomes? (?:with|on)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_MADE = re.compile(
    r"(?:can|could|would|will|do) (?!you (?:know|tell))"
)  # "*can you* make it mild?"
_OF_WHICH = re.compile(r",\s+(?:the|your|that|those)\s+(?P<what>\S.*)", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:called|the name of)\b", re.IGNORECASE)
_INSIDE_IT = re.compile(r"\b(?:in|on|with) (?:it|that|them|those)\W*$", re.IGNORECASE)
_WHAT_IS = re.compile(r"(?:\w+,? )?what(?:'?s| is| are| exactly is)\b")


def _unknown(name: str) -> str:
    return f"I don't know exactly what is in {name}; the staff can tell you."


def all_of(group: ModifierGroup) -> str:
    return listing([modifier_name(m) for m in group.modifiers])
