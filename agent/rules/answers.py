"""What a caller asks, and the answer: the menu's, the order's and the house's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.asides import Question, Topic, diets_named, without_meat
from agent.cart import Cart
from agent.foods import is_food, names_diet
from agent.hearing import Open, OpenKind, Wish
from agent.house import missing_group
from agent.language import COMMON, fold, stem, tokens
from agent.rules.advice import asks_for_advice, not_on_the_menu, with_food
from agent.rules.asked_dishes import POINTING, asks_inside
from agent.rules.asked_groups import (
    asked_group,
    dishes_named,
    group_called,
    group_of_dish,
    is_called,
    is_choosable,
    is_to_choose,
    kind_called,
)
from agent.rules.costs import cost_words, counted, extreme_words, extremes, wished
from agent.rules.diets import (
    ALLERGENS,
    UNKNOWN,
    against_words,
    called,
    marked_items,
    marked_words,
)
from agent.rules.fixed_answers import FIXED_ANSWERS, NOT_KNOWN
from agent.rules.nearest import asked_otherwise
from agent.rules.of_dishes import Answer, all_of
from agent.rules.of_orders import OfOrders
from agent.rules.opening_hours import hours_words
from agent.rules.order_note import allergies_in
from agent.rules.staff import (
    FOR_A_COMPLAINT,
    FOR_A_PERSON,
    person_words,
    staff_words,
)
from agent.rules.talk import Ask, Scene
from agent.rules.troubles import categories
from agent.wording import (
    group_name,
    item_name,
    line_words,
    modifier_name,
    prices,
    sentence,
    short_listing,
)
from domain.errors import Invalid
from domain.menu import Item
from domain.money import format_money
from domain.order import OrderType

__all__ = ["Answer", "answer", "asked_about"]


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


class _Answering(OfOrders):
    """Answers by what the question is about."""

    def words(self, question: Question) -> str:
        fixed = FIXED_ANSWERS.get(question.topic)
        if fixed is not None:
            return fixed
        match question.topic:
            case Topic.ORDER:
                return self._address(question) or self._order_so_far()
            case Topic.AGAIN | Topic.KEEP | Topic.MESSAGE | Topic.CHANGE_TODAY | Topic.CANCEL_TODAY:
                return ""
            case Topic.LAST:
                return self._last_time()
            case Topic.OPTIONS | Topic.MENU | Topic.HAVE if self._asks_what_is_asked(question):
                self.gives.in_full = True
                return ""
            case Topic.TOTAL:
                return self._total(question)
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
            case Topic.ON_IT:
                return self._on_it(question)
            case Topic.SIZE:
                return self._size(question)
            case Topic.SPICE:
                return self._spice(question)
            case Topic.PREPARED:
                return self._prepared(question)
            case _ if self._asks_of_diets(question):
                return self._diet(question)
            case Topic.OPTIONS:
                return self._options(question)
            case Topic.HAVE | Topic.MENU if self._asks_inside(question):
                return self._contents(question)
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

    def _asks_what_is_asked(self, question: Question) -> bool:
        """“What kinds are there?” to "which flavour?", “the plate, and *what sides do you have*?”:
        that is asked next, with all there is."""
        missing = missing_group(self.menu, self.cart)
        if missing is None:
            return False
        said = {stem(t.word) for t in tokens(question.words)}
        if is_called(missing[1], said):
            return not dishes_named(question)
        named = any(m.items for m in question.mentions) or question.topic is Topic.HAVE
        line = self.cart.line(missing[0])
        others = self.menu.groups_of(self.house.item(line.item_id)) if line is not None else ()
        of_another = any(is_called(g, said) for g in others)
        return self.talk.ask is Ask.OPTION and not (named or of_another)

    def _total(self, question: Question) -> str:
        pointed = _POINTING & {t.word for t in tokens(question.words)}
        offered = self._just_offered() if pointed or not self.cart.lines else None
        if offered is not None and not _ALL_OF_IT.search(fold(question.words)):
            return self._price_of(question, [self.house.item(offered.item_ids[0])], offered.wishes)
        if not self.cart.lines:
            return self._order_so_far()
        try:
            order = self.quote(with_type(self.cart))
        except Invalid:
            return "I'll tell you the total once everything is chosen."
        return f"That's {format_money(order.totals.gross, order.currency)} so far."

    def _just_offered(self) -> Open | None:
        """“Would you like one?” “*How much is that?*”: the dish that is offered; else, with nothing
        in the order, the one that was asked about last."""
        asked = self.talk.ask is Ask.OPEN
        points = tuple(o for o in self.talk.opens[:1] if asked or o.wondered)
        points = points or (() if self.cart.lines else self.talk.wondered[-1:])
        point = points[0] if points else None
        return point if point is not None and point.kind is OpenKind.OFFER else None

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
        last = self.cart.line(self.talk.focus.last)
        if not items and last is not None and _FOR_ONE & words:
            return self._price_of(question, [self.house.item(last.item_id)], ())
        offered = self._just_offered() if not (items or self.cart.lines) else None
        if offered is not None:
            items = [self.house.item(offered.item_ids[0])]
        if not items:
            return self._total(question) if self.cart.lines else self._menu(question)
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

    def _asks_inside(self, question: Question) -> bool:
        """“Is there anything with *peanuts in your tenders*?”: what is in them, and no price."""
        words = fold(question.words).split()
        asked = any(is_food(word) for word in words[: len(words) // 2 + 1])
        return asked and asks_inside(question)

    def _asks_of_diets(self, question: Question) -> bool:
        """“Anything vegan?”, “any pasta without meat?”: of no dish and no option that it names."""
        if question.topic is Topic.DIET:
            return True
        eats = diets_named(fold(self.cart.note)) or allergies_in(self.cart.note)
        if eats and question.topic is Topic.MENU and asks_for_advice(question):
            return not dishes_named(question)
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
        words = without_meat(fold(question.words)).replace("-", " ")
        marked = self._marked(question, words)
        so_called = marked_items(self.house, words, ())
        if any(i.description or i not in so_called for i in dishes_named(question)):
            return self._contents(question)
        self.gives.withdraw = True
        kinds = [c for m in question.mentions for c in m.categories]
        told = allergies_in(self.cart.note)
        if told and not diets_named(words):
            return against_words(self.house, ". ".join(told), kinds)
        if "allerg" in words:
            return ALLERGENS
        if not diets_named(words) and diets_named(fold(self.cart.note)):
            words = fold(self.cart.note)  # "what would you recommend", said by a vegetarian
            marked = marked_items(self.house, words, kinds)
        if self.cart.lines and {t.word for t in tokens(question.words)} & POINTING:
            ordered = {line.item_id for line in self.cart.lines}  # "which of *those* are …"
            marked = [i for i in marked if i.id in ordered]
        if len(marked) == 1 and not self.cart.lines:
            self._offer(marked[0])
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
        items = with_food(self.house, question) or items
        of_any = question.topic is Topic.HAVE
        known = [i for i in items if i.id not in self.house.sold_out]
        if items and not known:
            return f"I'm sorry, the {item_name(items[0])} is sold out."
        kinds = {stem(t.word) for t in tokens(question.words)} & _KINDS
        asks_kinds = kinds or (question.topic is Topic.MENU and is_to_choose(self.menu, known))
        if len(items) == 1 == len(known) and asks_kinds and is_choosable(self.menu, known[0]):
            return self._choices(known[0])
        other = asked_otherwise(self.house, question, known) if of_any else ""
        sorry = f"I'm sorry, we don't have {other}. " if other else ""
        if len(known) == 1:
            self._offer(known[0], wished(self.house, question, known[0]))
            yes = "Yes, we" if of_any and not sorry else "We"
            return f"{sorry}{yes} have {item_name(known[0])}."
        if known:
            return sorry + sentence(f"We have {prices(self.house, known)}")
        group = group_called(self.menu, question)
        if group is not None:
            return f"{sentence(group_name(group))[:-1]}: {all_of(group)}."
        options = [r for m in question.mentions for r in m.readings if r.coverage == 1]
        if options:
            groups = {r.group.id for r in options}
            dishes = [item_name(i) for i in self.menu.items if groups & set(i.modifier_group_ids)]
            return f"Yes, {modifier_name(options[0].modifier)}: with {short_listing(dishes)}."
        if asks_for_advice(question) and self.talk.ask is Ask.OPEN and self.talk.opens:
            return "I can't tell you which is best."
        kind = [i for i in kind_called(self.menu, question) if i.id not in self.house.sold_out]
        if kind:
            return sentence(f"We have {prices(self.house, kind)}")
        if of_any:
            return self._have_not(question)
        lacking = not_on_the_menu(self.house, question)
        sorry = f"I'm sorry, we have nothing with {lacking}. " if lacking else ""
        return f"{sorry}{categories(self.house)}"

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


_POINTING = POINTING | {"price"}
# Of the whole order, and not of the dish that is offered: "how much is that altogether".
_ALL_OF_IT = re.compile(
    r"\b(?:total|together|altogether|everything|all|order|owe|bill|damage|so far|com(?:e|es|ing) to"
    r"|adds? up|come out)\b"
)
_FOR_ONE = frozenset(["charge", "each", "apiece"])  # "a burrata, what do you *charge* for that?"
_WITH = frozenset(["with", "without", "extra"])
_KINDS = frozenset(["kind", "type", "sort", "flavour", "flavor", "variety"])
_ABOUT_A_DISH = frozenset(
    [
        Topic.HAVE,
        Topic.ABOUT,
        Topic.CONTENTS,
        Topic.PRICE,
        Topic.MENU,
        Topic.ON_IT,
        Topic.SIZE,
        Topic.SPICE,
    ]
)
_DIETS = frozenset(
    """
    vegetarian vegetarians vegan vegans gluten halal kosher organic lactose dairy meatless celiacs
    coeliacs allergens
    """.split()  # noqa: SIM905
)
_LACKING = frozenset(["without", "no"])


def with_type(cart: Cart) -> Cart:
    """The cart as if it were picked up: a total needs no address."""
    return replace(cart, type=OrderType.PICKUP)
