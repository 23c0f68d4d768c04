"""What a caller asks, and the answer: the menu's, the order's and the house's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.asides import Question, Topic
from agent.cart import Cart
from agent.foods import names_diet
from agent.guest import again
from agent.hearing import Open, OpenKind, Wish
from agent.language import COMMON, fold, stem, tokens
from agent.matching import Mention
from agent.rules.asked_groups import (
    asked_group,
    dishes_named,
    group_called,
    group_of_dish,
    is_choosable,
    is_to_choose,
    kind_called,
    narrowed,
    without_makings,
)
from agent.rules.costs import cost_words, counted, extreme_words, extremes, wished
from agent.rules.diets import ALLERGENS, UNKNOWN, called, is_against, marked_items, marked_words
from agent.rules.fixed_answers import FIXED_ANSWERS, NOT_KNOWN
from agent.rules.opening_hours import hours_words
from agent.rules.staff import (
    FOR_A_COMPLAINT,
    FOR_A_PERSON,
    person_words,
    progress,
    staff_words,
)
from agent.rules.talk import Ask, Scene
from agent.rules.troubles import categories
from agent.wording import (
    group_name,
    item_name,
    line_words,
    listing,
    modifier_name,
    order_words,
    prices,
    sentence,
    short_listing,
    today_words,
)
from domain.errors import Invalid
from domain.menu import Item, ModifierGroup
from domain.money import format_money
from domain.order import OrderType

__all__ = ["Answer", "answer", "asked_about"]


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


def answer(scene: Scene, question: Question) -> Answer:
    """The answer to `question`, asked when the talk stood as `scene` says."""
    answering = _Answering(scene)
    words = answering.words(question)
    return with_(answering.gives, words=words)


def asked_about(scene: Scene, questions: Sequence[Question]) -> tuple[Open, ...]:
    """“Is the kulfi still on? Yeah, *one of those*”: the dishes that the questions named."""
    answering = _Answering(scene)
    found: list[Open] = []
    for question in (q for q in questions if q.topic in _ABOUT_A_DISH):
        items = answering.asked_items(question)
        several = dishes_named(question) if question.topic is Topic.PRICE else []
        one = len(items) == 1 == len(answering.named(question))
        for item in items if one else several if len(several) > 1 else []:
            made = wished(scene.house, question, item) if one else ()
            found.append(Open(OpenKind.OFFER, (item.id,), wishes=made, wondered=True))
    return tuple(o for o in found if o.item_ids[0] not in scene.house.sold_out)


class _Answering:
    """One question being answered; `gives` is what comes of it besides the words."""

    def __init__(self, scene: Scene) -> None:
        self.house = scene.house
        self.menu = scene.house.menu
        self.cart = scene.cart
        self.talk = scene.talk
        self.quote = scene.quote
        self.guest = scene.guest
        self.gives = Answer()

    def words(self, question: Question) -> str:
        fixed = FIXED_ANSWERS.get(question.topic)
        if fixed is not None:
            return fixed
        match question.topic:
            case Topic.ORDER:
                return self._order_so_far()
            case Topic.AGAIN | Topic.KEEP | Topic.MESSAGE | Topic.CHANGE_TODAY | Topic.CANCEL_TODAY:
                return ""
            case Topic.LAST:
                return self._last_time()
            case Topic.OPTIONS | Topic.MENU if self._asks_what_is_asked(question):
                return ""
            case Topic.TOTAL:
                return self._total()
            case Topic.WAIT:
                return self._wait()
            case Topic.STATUS:
                return self._status()
            case Topic.WHO:
                return f"This is {self.house.business.name}."
            case Topic.HOURS:
                return hours_words(self.house, {t.word for t in tokens(question.words)})
            case Topic.TERMS:
                return f"I don't have that here; {staff_words(self.house)}"
            case Topic.AREA:
                return f"We deliver, but I can't tell how far; {staff_words(self.house)}"
            case Topic.COMPLAINT:
                if self.house.transfers:
                    self.gives.hand_over = FOR_A_COMPLAINT
                self.gives.for_the_staff = True
                return f"I'm sorry about that. {person_words(self.house)}"
            case Topic.WHERE:
                where = self.house.business.address
                return f"You find us {f'at {where}' if where else 'on the map under our name'}."
            case Topic.PERSON:
                if self.house.transfers:
                    self.gives.hand_over = FOR_A_PERSON
                self.gives.for_the_staff = True
                return person_words(self.house)
            case Topic.PRICE:
                return self._price(question)
            case _ if self._asks_of_diets(question):
                return self._diet(question)
            case Topic.OPTIONS:
                return self._options(question)
            case Topic.CONTENTS:
                return self._contents(question)
            case Topic.ABOUT:
                return self._about(question)
            case _:
                return self._menu(question)

    def _wait(self) -> str:
        """How long an order takes now."""
        business = self.house.business
        busy = "; it's busy at the moment" if business.busy_minutes else ""
        return f"It takes about {business.prep_minutes + business.busy_minutes} minutes{busy}."

    def _status(self) -> str:
        """How far the orders are that stand."""
        self.gives.looked_up = True
        orders = self.guest.todays
        return " ".join(progress(self.house, order) for order in reversed(orders))

    def _last_time(self) -> str:
        last = self.guest.last
        if last is None:
            return "I can't see an earlier order from your number."
        had = Cart(lines=again(self.house, last).lines)
        if not had.lines:
            return "What you had last time is not to be had today."
        self.gives.again = True
        return f"Last time you had {order_words(self.house, had)}."

    def _asks_what_is_asked(self, question: Question) -> bool:
        """“What kinds are there?” to "which flavour?": the question is put again, with all."""
        return self.talk.ask is Ask.OPTION and not any(m.items for m in question.mentions)

    def _order_so_far(self) -> str:
        if not self.cart.lines and self.guest.todays:
            self.gives.looked_up = True
            orders = reversed(self.guest.todays)
            return " ".join(today_words(self.house, order) for order in orders)
        if not self.cart.lines:
            return "There is nothing in your order yet."
        if self.talk.ask is Ask.CONFIRM:
            self.gives.reread = True
            return ""
        return f"So far you have {order_words(self.house, self.cart)}."

    def _total(self) -> str:
        if not self.cart.lines:
            return self._order_so_far()
        try:
            order = self.quote(with_type(self.cart))
        except Invalid:
            return "I'll tell you the total once everything is chosen."
        return f"That's {format_money(order.totals.gross, order.currency)} so far."

    def _price(self, question: Question) -> str:
        words = {t.word for t in tokens(question.words)}
        offered = self._offered_for_a_price()
        made = wished(self.house, question, self.house.item(offered.item_ids[0])) if offered else ()
        if offered is not None and words & _WITH and made:
            return self._price_of(question, [self.house.item(offered.item_ids[0])], offered.wishes)
        items = self.asked_items(question)
        if not items and offered is not None:
            return self._price_of(question, [self.house.item(offered.item_ids[0])], offered.wishes)
        found = extremes(self.house, items, words)
        if found:
            if len(found) == 1:
                self._offer(found[0])
            return extreme_words(self.house, found, words)
        if not items:
            return self._total() if self.cart.lines else self._menu(question)
        return self._price_of(question, items, ())

    def _offered_for_a_price(self) -> Open | None:
        """“And with mushrooms?”: the dish whose price was told last."""
        point = self.talk.opens[0] if self.talk.opens and self.talk.priced else None
        return point if point is not None and point.kind is OpenKind.OFFER else None

    def _price_of(self, question: Question, items: Sequence[Item], before: tuple[Wish, ...]) -> str:
        if len(items) > 1:
            return sentence(prices(self.house, items))
        named = wished(self.house, question, items[0])
        wishes, qty = (*before, *named), counted(self.house, question, items[0])
        told = cost_words(self.house, items[0], qty, wishes)
        if items[0].id in self.house.sold_out:
            return f"{told} I'm sorry, it's sold out."
        self._offer(items[0], wishes, qty)
        return told

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
        return [self.house.item(last.item_id)] if last is not None else []

    def named(self, question: Question) -> list[Item]:
        """“Is there garlic in the *pesto*”, “is *it* vegetarian”: the dish, not what is in it."""
        words = [t.word for t in tokens(question.words)]
        added = self._named_after_it(question)
        pointing = {"it", "that", "this", "they", "those"}
        if set(words[:3]) & pointing and not added:
            return []
        named = narrowed([m for m in added or question.mentions if m.items])
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
        return f"For the {item_name(dish)} you can choose {called}: {_all_of(group)}."

    def _contents(self, question: Question) -> str:
        items = self._spoken_of(question)
        if items and not any(line.item_id == items[0].id for line in self.cart.lines):
            self._offer(items[0])
        if items and _CALLED.search(question.words):
            return f"That's the {item_name(items[0])}."
        if items and items[0].description:
            return sentence(f"{item_name(items[0])}: {items[0].description}")
        if items:
            name = item_name(items[0])
            return f"I don't know exactly what is in the {name}; the staff can tell you."
        return self._menu(question)

    def _asks_of_diets(self, question: Question) -> bool:
        """“Anything vegan?”, “any pasta without meat?”: of no dish and no option that it names."""
        if question.topic is Topic.DIET:
            return True
        words = {t.word for t in tokens(question.words)}
        options = [
            r for m in question.mentions for r in m.readings if names_diet(called(r.modifier))
        ]
        lacking = question.topic is Topic.HAVE and bool(words & _LACKING)
        if lacking and not dishes_named(question):
            return True
        asks = question.topic in (Topic.HAVE, Topic.MENU, Topic.OPTIONS)
        return asks and bool(words & _DIETS) and not options

    def _diet(self, question: Question) -> str:
        """What the menu says of it; where it says nothing, no dish is offered either."""
        words = fold(question.words).replace("-", " ")
        marked = self._marked(question, words)
        so_called = marked_items(self.house, words, ())
        if any(i.description or i not in so_called for i in dishes_named(question)):
            return self._contents(question)
        self.gives.withdraw = True
        if "allerg" in words:
            return ALLERGENS
        if len(marked) == 1:
            self._offer(marked[0])
        kinds = [c for m in question.mentions for c in m.categories]
        if not marked and kinds:
            return UNKNOWN
        return marked_words(self.house, words, marked)

    def _marked(self, question: Question, words: str) -> list[Item]:
        if {t.word for t in tokens(words)} & _LACKING:
            return []
        kinds = [c for m in question.mentions for c in m.categories]
        return marked_items(self.house, words, kinds)

    def _about(self, question: Question) -> str:
        """“What about the lasagne?”: whether it is in the order, or what it costs and holds."""
        items = self.asked_items(question)
        lines = [line for line in self.cart.lines if line.item_id in {i.id for i in items}]
        if lines:
            return f"You have {line_words(self.menu, lines[-1])} in your order."
        if len(items) != 1 or items[0].id in self.house.sold_out:
            return self._menu(question)
        told = f" {sentence(items[0].description)}" if items[0].description else ""
        return self._price(question) + told

    def _menu(self, question: Question) -> str:
        items = self.asked_items(question)
        if len(items) > 1 and {t.word for t in tokens(question.words)} & _DIETS:
            return NOT_KNOWN
        dish, group = group_of_dish(self.menu, question)
        if dish is not None and group is not None:
            return self._options_of(dish, group)
        group = asked_group(self.menu, question, items)
        if group is not None:
            return self._options_of(items[0], group)
        known = [i for i in items if i.id not in self.house.sold_out]
        if items and not known:
            return f"I'm sorry, the {item_name(items[0])} is sold out."
        kinds = {stem(t.word) for t in tokens(question.words)} & _KINDS
        asks_kinds = kinds or (question.topic is Topic.MENU and is_to_choose(self.menu, known))
        if len(items) == 1 == len(known) and asks_kinds and is_choosable(self.menu, known[0]):
            return self._choices(known[0])
        if len(known) == 1:
            self._offer(known[0], wished(self.house, question, known[0]))
            yes = "Yes, we" if question.topic is Topic.HAVE else "We"
            return f"{yes} have {item_name(known[0])}."
        if known:
            return sentence(f"We have {prices(self.house, known)}")
        group = group_called(self.menu, question)
        if group is not None:
            return f"{sentence(group_name(group))[:-1]}: {_all_of(group)}."
        options = [r for m in question.mentions for r in m.readings if r.coverage == 1]
        if options:
            groups = {r.group.id for r in options}
            dishes = [item_name(i) for i in self.menu.items if groups & set(i.modifier_group_ids)]
            return f"Yes, {modifier_name(options[0].modifier)}: with {short_listing(dishes)}."
        kind = [i for i in kind_called(self.menu, question) if i.id not in self.house.sold_out]
        if kind:
            return sentence(f"We have {prices(self.house, kind)}")
        if question.topic is Topic.HAVE:
            return self._have_not(question)
        return categories(self.house)

    def _have_not(self, question: Question) -> str:
        words = [t for t in tokens(question.words) if not t.stop and t.word not in COMMON]
        if not words:
            return categories(self.house)
        text = question.words[words[0].start : words[-1].end]
        close = [i for i in self.house.lexicon.closest(text) if i.id not in self.house.sold_out]
        if close:
            self._offer(close[0])
            return "I can't find that on the menu."
        return f"I'm sorry, we don't have that. {categories(self.house)}"

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
_WITH = frozenset(["with", "without", "extra"])
_KINDS = frozenset(["kind", "type", "sort", "flavour", "flavor", "variety"])
_ABOUT_A_DISH = frozenset([Topic.HAVE, Topic.ABOUT, Topic.CONTENTS, Topic.PRICE, Topic.MENU])
_DIETS = frozenset(
    """
    vegetarian vegetarians vegan vegans gluten halal kosher organic lactose dairy meatless celiacs
    coeliacs allergens
    """.split()  # noqa: SIM905
)
_LACKING = frozenset(["without", "no"])


def _all_of(group: ModifierGroup) -> str:
    return listing([modifier_name(m) for m in group.modifiers])


def with_type(cart: Cart) -> Cart:
    """The cart as if it were picked up: a total needs no address."""
    return replace(cart, type=OrderType.PICKUP)
