"""Taking an order without a model: what to do and what to say, decided by rules.

`decide` is pure: from the house, the cart, where the talk stands and what the caller said, it makes
a `Decision`: tool calls, what to say once they have run, and where the talk stands then. The talk
goes greeting → dishes → anything else → name → pick-up or delivery → read-back with the total → an
explicit yes → `place_order`. What the caller has said already is never asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_
from enum import Enum, auto
from typing import Any

from msgspec.structs import replace

from agent.asides import Asides, Question, Topic, listen
from agent.cart import MAX_DISHES, Cart, CartLine
from agent.guest import NOBODY, Guest, again
from agent.hearing import (
    Focus,
    Heard,
    Open,
    OpenKind,
    Situation,
    Trouble,
    TroubleKind,
    Wish,
    hear,
)
from agent.hearing.wishes import apply_wish
from agent.house import House, missing_group
from agent.language import COMMON, Token, plural, spoken_number, stem, tokens
from agent.lexemes import Kind, Lexeme, lex
from agent.wording import (
    category_name,
    group_name,
    group_question,
    item_name,
    line_price,
    line_words,
    listing,
    modifier_name,
    number_and_time,
    order_words,
    prices,
    read_back,
    sentence,
    short_listing,
)
from domain.errors import Invalid
from domain.menu import Item, ModifierGroup
from domain.money import format_money
from domain.order import Line, Order, OrderType
from domain.ordering import MAX_ADDRESS, MAX_NAME, MAX_NOTE, MAX_QTY

__all__ = [
    "MAX_PHONE",
    "Ask",
    "Decision",
    "Quote",
    "Talk",
    "ToolCall",
    "after_place",
    "after_refused_tool",
    "decide",
    "greeting",
]

MAX_NAME_ASKED = 2  # a caller who twice gives no name does not want to; the order needs none
MAX_OPEN_ASKED = 2  # an open point asked in vain so often is dropped, and said so

MAX_SILENCES = 3  # in a row; then there is nobody there, and the line is needed
MAX_PHONE = 40  # characters, as the domain takes; longer is no number

Quote = Callable[[Cart], Order]


class Ask(Enum):
    """What the caller was asked last."""

    ITEMS = auto()
    MORE = auto()
    OPEN = auto()
    OPTION = auto()
    NAME = auto()
    TYPE = auto()
    ADDRESS = auto()
    AGAIN = auto()  # the same as last time?
    CONFIRM = auto()
    CHANGE = auto()
    CLOSED = auto()


@dataclass(frozen=True)
class Talk:
    """Where the talk stands between two turns. `read` is the cart that was read back: only that
    one may be placed by a yes."""

    ask: Ask = Ask.ITEMS
    opens: tuple[Open, ...] = ()
    focus: Focus = field(default_factory=Focus)
    done: bool = False
    name_asked: int = 0
    option_line: str = ""
    read: Cart | None = None
    said: str = ""
    question: str = ""  # as it was put last, so that it is put in other words next time
    silences: int = 0  # turns in a row in which nothing was said


@dataclass(frozen=True)
class ToolCall:
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """`calls` run first, in order. `reply` is empty where it depends on what `place_order` says."""

    calls: tuple[ToolCall, ...]
    reply: str
    talk: Talk

    @property
    def places(self) -> bool:
        return any(call.name == "place_order" for call in self.calls)


def greeting(house: House) -> str:
    return f"Hello, this is {house.business.name}'s phone assistant. What would you like to order?"


def decide(
    house: House, cart: Cart, talk: Talk, text: str, quote: Quote, guest: Guest = NOBODY
) -> Decision:
    """What to do about `text`, said by `guest` when the talk stood at `talk` over `cart`."""
    if talk.ask is Ask.CLOSED:
        return Decision((), _after_the_end(house, text, talk), talk)
    turn = _Turn(house, cart, talk, quote, guest)
    return turn.decide(text)


def _after_the_end(house: House, text: str, talk: Talk) -> str:
    """What is said to a caller who goes on talking: a call that has ended changes nothing."""
    spoken = tokens(text)
    mentions = house.lexicon.mentions(spoken)
    asides = listen(text, spoken, mentions, want_name=False, want_address=False)
    if asides.bye and not mentions:
        return "Goodbye!"
    if any(m.items for m in mentions) or asides.cancel:
        return "I can't change anything now; please speak to the staff. Goodbye!"
    return talk.said


def after_place(
    house: House,
    cart: Cart,
    talk: Talk,
    quote: Quote,
    *,
    order: Order | None,
    refusal: str,
    away: bool,
) -> Decision:
    """What to say once `place_order` has run: it stands, it was refused, or nobody answered.

    After a refusal `house` is what the service says now; what has sold out leaves the cart.
    """
    if order is not None:
        name = f" {cart.customer.name}" if cart.customer.name else ""
        told = number_and_time(house, order)
        if _made(order) != _made(quote(cart)):
            lines = listing([f"{spoken_number(line.qty)} {line.name}" for line in order.lines])
            told += f" An earlier try had gone through, so it holds {lines}; for the change, "
            told += "please speak to the staff."
        reply = f"Thank you{name}! {told} Goodbye!"
        return Decision((ToolCall("end_call"),), reply, with_(talk, ask=Ask.CLOSED, said=reply))
    if away:
        reply = (
            "I'm sorry, I can't reach the kitchen right now. I have kept your order. "
            "Shall I try again?"
        )
        return Decision((), reply, with_(talk, ask=Ask.CONFIRM, said=reply))
    turn = _Turn(house, cart, with_(talk, read=None), quote)
    return turn.after_refusal(refusal)


def _made(order: Order) -> list[tuple[str, int, tuple[str, ...], str]]:
    """What the kitchen makes for `order`."""
    return [
        (line.item_id, line.qty, tuple(m.id for m in line.modifiers), line.note)
        for line in order.lines
    ]


def after_refused_tool(
    house: House, cart: Cart, talk: Talk, quote: Quote, refusal: str
) -> Decision:
    """What to say when a line could not be written: the cart is as the tools left it."""
    turn = _Turn(house, cart, with_(talk, opens=()), quote)
    turn.parts.append(sentence(f"I'm sorry, that didn't work: {refusal}"))
    return turn.ask_next()


_LOST = "Sorry, I didn't catch that."
_OFF_TOPIC = "I can only help with your order here."


class _Turn:
    """One turn being decided. `parts` is what will be said, in order."""

    def __init__(
        self, house: House, cart: Cart, talk: Talk, quote: Quote, guest: Guest = NOBODY
    ) -> None:
        self.guest = guest
        self.house = house
        self.menu = house.menu
        self.before = cart
        self.cart = cart
        self.talk = talk
        self.quote = quote
        self.parts: list[str] = []
        self.handing_over = ""  # why the caller is to be put through to a person
        self.asking_again = False  # what they had last time has been said

    def decide(self, text: str) -> Decision:
        spoken = tokens(text)
        if not any(not t.stop for t in spoken):
            return self._silence()
        self.talk = with_(self.talk, silences=0)
        mentions = self.house.lexicon.mentions(spoken)
        ask = self.talk.ask
        asides = listen(
            text,
            spoken,
            mentions,
            want_name=ask is Ask.NAME,
            want_address=ask is Ask.ADDRESS or (ask is Ask.NAME and self._to_deliver()),
            delivering=self.cart.type is OrderType.DELIVERY,
            winding_up=self.talk.done,
            more_asked=ask is Ask.MORE,
        )
        lexemes = lex(text, spoken, mentions, asides.taken)
        if asides.cancel and self.cart.lines and _orders(lexemes):
            self.cart = Cart(customer=self.cart.customer)  # "start over. One bhaji, please"
            self.talk = Talk()
            asides.cancel = False
            self.parts.append("I've cleared your order.")
        if self._wants_again(asides, lexemes):
            self._order_again()
        heard = self._hear(lexemes, spoken, self._asked_about(asides))
        return self._judge(asides, heard, lexemes)

    def _silence(self) -> Decision:
        """Nothing was said: asked after, and at last taken for a caller who has gone."""
        self.talk = with_(self.talk, silences=self.talk.silences + 1)
        if self.talk.silences >= MAX_SILENCES:
            self.parts.append("I can't hear you, so I'll hang up now.")
            return self._goodbye()
        first = "Are you still there?" if self.talk.silences == 1 else "Hello? I can't hear you."
        return self.ask_next(first, again=True)

    # --- the same as last time -------------------------------------------------------------------

    def _wants_again(self, asides: Asides, lexemes: Sequence[Lexeme]) -> bool:
        if asides.again:
            return True
        kinds = {x.kind for x in lexemes}
        if self.talk.ask is Ask.AGAIN:
            return bool(kinds & {Kind.YES, Kind.SAME}) and Kind.NO not in kinds
        return Kind.SAME in kinds and not self.cart.lines and self.guest.last is not None

    def _order_again(self) -> None:
        """The guest's last order into the cart, before what else was said is heard."""
        last = self.guest.last
        if last is None:
            self.parts.append("I can't see an earlier order from your number.")
            return
        repeated = again(self.house, last)
        for line in repeated.lines:
            self.cart = self.cart.put(replace(line, id=self.cart.next_id()))
        customer = self.cart.customer
        if not customer.address:
            customer = replace(customer, address=last.customer.address)
        order_type = self.cart.type or (last.type if last.type in _BY_PHONE else None)
        self.cart = replace(self.cart, customer=customer, type=order_type)
        self.parts += [self._gone_again(gone) for gone in repeated.gone]
        if repeated.lines:
            line_id = self.cart.lines[-1].id
            added = tuple(line.id for line in self.cart.lines[-len(repeated.lines) :])
            self.talk = with_(self.talk, focus=Focus(line_id, line_id, added), done=True)

    def _gone_again(self, line: Line) -> str:
        item = self.menu.item(line.item_id)
        if item is None:
            return f"I'm sorry, the {line.name} is not on the menu any more."
        if item.id in self.house.sold_out:
            return f"I'm sorry, the {item_name(item)} is sold out."
        return f"I'm sorry, the {item_name(item)} can't be made that way any more."

    def _asked_about(self, asides: Asides) -> Open | None:
        """“Is the kulfi still on? Yeah, *one of those*”: the dish that a question named."""
        for question in asides.questions:
            items = self._asked_items(question)
            if question.topic in _ABOUT_A_DISH and len(items) == 1 == len(self._named(question)):
                sold_out = items[0].id in self.house.sold_out
                return None if sold_out else Open(OpenKind.OFFER, (items[0].id,))
        return None

    def _to_deliver(self) -> bool:
        """The caller may give the address before it is asked for."""
        return self.cart.type is OrderType.DELIVERY and not self.cart.customer.address

    def after_refusal(self, refusal: str) -> Decision:
        gone = [line for line in self.cart.lines if line.item_id in self.house.sold_out]
        gone += [line for line in self.cart.lines if self.menu.item(line.item_id) is None]
        opens: list[Open] = []
        for line in gone:
            self.cart = self.cart.without(line.id)
            self.parts.append(self._gone_words(line, opens))
        if not gone:
            self.parts.append(sentence(f"I'm sorry, that could not be placed: {refusal}"))
        self.talk = with_(self.talk, opens=tuple(opens))
        return self.ask_next()

    def _gone_words(self, line: CartLine, opens: list[Open]) -> str:
        item = self.menu.item(line.item_id)
        if item is None:
            return "I'm sorry, one dish has just left the menu, so I've taken it off."
        words = f"I'm sorry, the {item_name(item)} has just sold out, so I've taken it off."
        others = self._others(item)
        if others:
            opens.append(Open(OpenKind.OFFER, (others[0].id,), line.qty, text=item_name(item)))
        return words

    def _others(self, item: Item) -> list[Item]:
        return [
            i
            for i in self.menu.items
            if i.category_id == item.category_id and i.id not in self.house.sold_out and i != item
        ]

    # --- hearing -------------------------------------------------------------------------------

    def _hear(
        self, lexemes: Sequence[Lexeme], spoken: Sequence[Token], about: Open | None
    ) -> Heard:
        talk = self.talk
        asked = talk.opens[0] if talk.ask is Ask.OPEN and talk.opens else about
        focus = talk.focus
        if talk.ask is Ask.OPTION and self.cart.line(talk.option_line) is not None:
            focus = Focus(talk.option_line, talk.option_line, (talk.option_line,))
        situation = Situation(
            menu=self.menu,
            lexicon=self.house.lexicon,
            sold_out=self.house.sold_out,
            cart=self.cart,
            focus=focus,
            asked=asked,
            opens=talk.opens,
            words=spoken,
            chatting=talk.ask in (Ask.NAME, Ask.TYPE, Ask.ADDRESS),
            choosing=talk.ask is Ask.OPTION,
        )
        heard = hear(lexemes, situation)
        heard.opens = [o for o in heard.opens if o != about]
        return heard

    def _judge(self, asides: Asides, heard: Heard, lexemes: Sequence[Lexeme]) -> Decision:
        ask = self.talk.ask
        if asides.cancel or (ask is Ask.CONFIRM and _only_scratch(lexemes)):
            return self._cancelled(asides)
        self.cart = _with_customer(heard.cart, asides)
        changed = self.cart != self.before
        self.talk = with_(
            self.talk, focus=heard.focus, opens=tuple(heard.opens), done=self._done(asides, heard)
        )
        if self._placing(asides, heard):
            return Decision((*self._calls(), ToolCall("place_order")), "", self.talk)
        if asides.bye and not changed and not heard.troubles:
            return self._goodbye()
        if self.talk.said and not changed and _asked_again(asides, heard):
            return Decision((), self.talk.said, self.talk)
        self._answer_questions(asides.questions)
        self._tell_troubles(heard.troubles)
        refused = heard.no and not (heard.yes or asides.done)
        if not self.parts and not changed and ask is Ask.CONFIRM and refused:
            return self._say("What should I change?", Ask.CHANGE)
        if not self.parts and not changed and not self._answered(asides, heard):
            self.parts.append(self._lost(lexemes))
        if ask is Ask.OPEN:
            self._count_asked(heard)
        if self._ends(asides, heard, changed=changed):
            return self._goodbye()
        return self.ask_next(again=not (changed or heard.troubles), heard=heard)

    def _lost(self, lexemes: Sequence[Lexeme]) -> str:
        """Nothing was of use: a word nobody knows, or talk that is about no order."""
        if any(x.kind in (Kind.WORD, Kind.MENTION) for x in lexemes):
            return _LOST
        if self.talk.ask is Ask.ITEMS or any(x.kind is Kind.WANT for x in lexemes):
            return ""
        return _OFF_TOPIC

    def _done(self, asides: Asides, heard: Heard) -> bool:
        nothing_more = (
            self.talk.ask is Ask.MORE
            and heard.no
            and not heard.yes
            and heard.cart == self.before
            and not heard.opens
        )
        return self.talk.done or asides.done or nothing_more

    def _placing(self, asides: Asides, heard: Heard) -> bool:
        """An explicit yes, and nothing else, to exactly what was read back."""
        harmless = {Topic.WAIT, Topic.WHERE, Topic.PAYMENT, Topic.RUDE}
        return (
            self.talk.ask is Ask.CONFIRM
            and heard.yes
            and not (heard.no or heard.doubt or heard.understood)
            and not (heard.opens or heard.troubles)
            and all(q.topic in harmless for q in asides.questions)
            and self.cart == self.talk.read
        )

    def _answered(self, asides: Asides, heard: Heard) -> bool:
        """Something in the utterance was of use, though the cart is as it was."""
        return bool(
            heard.understood
            or heard.yes
            or heard.no
            or heard.doubt
            or asides.done
            or asides.name
            or asides.type
            or asides.again
        )

    def _ends(self, asides: Asides, heard: Heard, *, changed: bool) -> bool:
        nothing = self.talk.ask is Ask.ITEMS and (heard.no or asides.done)
        return nothing and not (changed or self.cart.lines or self.parts or heard.yes)

    def _count_asked(self, heard: Heard) -> None:
        """A point asked in vain twice is dropped: the caller has moved on."""
        if not heard.opens:
            return
        first = with_(heard.opens[0], asked=heard.opens[0].asked + 1)
        rest = tuple(heard.opens[1:])
        if first.asked >= MAX_OPEN_ASKED or (self.talk.done and first.kind is OpenKind.OFFER):
            self.talk = with_(self.talk, opens=rest)
        else:
            self.talk = with_(self.talk, opens=(first, *rest))

    # --- endings -------------------------------------------------------------------------------

    def _cancelled(self, asides: Asides) -> Decision:
        had = bool(self.cart.lines)
        self.cart = Cart(customer=self.cart.customer)
        self.talk = Talk()
        if asides.bye or not had:
            return self._goodbye()
        return self._say("I've cleared your order. What would you like instead?", Ask.ITEMS)

    def _goodbye(self) -> Decision:
        words = "Nothing has been ordered. " if self.cart.lines else ""
        return self._say(f"{words}Thank you for calling. Goodbye!", Ask.CLOSED)

    def _say(self, text: str, ask: Ask) -> Decision:
        if text == self.talk.question and ask is not Ask.CLOSED:
            text = _OTHERWISE.get(text, f"Let me ask again: {text}")
        self.talk = with_(self.talk, question=text)
        self.parts.append(text)
        return self._decision(ask)

    def _decision(self, ask: Ask, *calls: ToolCall) -> Decision:
        reply = " ".join(p for p in self.parts if p)
        if self.handing_over:
            calls = (*calls, ToolCall("hand_over", {"reason": self.handing_over}))
        if ask is Ask.CLOSED:
            calls = (*calls, ToolCall("end_call"))
        talk = with_(self.talk, ask=ask, said=reply)
        return Decision((*self._calls(), *calls), reply, talk)

    # --- what to ask next ----------------------------------------------------------------------

    def ask_next(
        self, first: str = "", *, again: bool = False, heard: Heard | None = None
    ) -> Decision:
        if first:
            self.parts.append(first)
        point = self._point()
        reading = point is None and self._complete()
        if not reading:
            self._acknowledge(heard)
        if point is not None:
            return self._say(point[1], point[0])
        if self.asking_again and not self.cart.lines:
            return self._say("Would you like that again?", Ask.AGAIN)
        if not self.cart.lines:
            return self._say("What would you like to order?", Ask.ITEMS)
        if reading:
            return self._confirm(again=again)
        return self._ask_missing(again=again)

    def _point(self) -> tuple[Ask, str] | None:
        """The first thing that only the caller can settle, before anything else is asked."""
        if self.talk.opens:
            return Ask.OPEN, self._open_question(self.talk.opens[0])
        missing = missing_group(self.menu, self.cart)
        if missing is None:
            return None
        line_id, group = missing
        line = self.cart.line(line_id)
        assert line is not None, "the group is missing on a line of this cart"
        self.talk = with_(self.talk, option_line=line_id)
        return Ask.OPTION, group_question(self.house, line, group)

    def _complete(self) -> bool:
        customer = self.cart.customer
        named = bool(customer.name) or self.talk.name_asked >= MAX_NAME_ASKED
        finished = self.talk.done or bool(customer.name and self.cart.type)
        placed_where = self.cart.type is OrderType.PICKUP or (
            self.cart.type is OrderType.DELIVERY and bool(customer.address)
        )
        return bool(self.cart.lines) and named and finished and placed_where

    def _ask_missing(self, *, again: bool) -> Decision:
        customer = self.cart.customer
        if not self.talk.done and not (customer.name and self.cart.type):
            more = (
                "What else would you like?"
                if again and self.talk.ask is Ask.MORE
                else "Anything else?"
            )
            return self._say(more, Ask.MORE)
        if not customer.name and self.talk.name_asked < MAX_NAME_ASKED:
            self.talk = with_(self.talk, name_asked=self.talk.name_asked + 1)
            return self._say("What name is it for?", Ask.NAME)
        if self.cart.type not in (OrderType.PICKUP, OrderType.DELIVERY):
            return self._say("Is that for pick-up or delivery?", Ask.TYPE)
        return self._say("What address should we deliver to?", Ask.ADDRESS)

    def _confirm(self, *, again: bool) -> Decision:
        heard_well = not self.parts or self.parts[-1] not in (_LOST, _OFF_TOPIC)
        if again and heard_well and self.talk.read == self.cart and self.talk.ask is Ask.CONFIRM:
            return self._say("Shall I place it?", Ask.CONFIRM)
        if self.cart.dishes > MAX_DISHES:
            count = f"That's {self.cart.dishes} dishes, which only the staff can confirm."
            return self._say(f"{count} {self._person()}", Ask.CHANGE)
        try:
            order = self.quote(self.cart)
        except Invalid as wrong:
            self.talk = with_(self.talk, read=None)
            return self._say(sentence(f"I can't place that yet: {wrong.detail}"), Ask.CHANGE)
        self.parts.append(read_back(self.house, self.cart, order))
        self.talk = with_(self.talk, read=self.cart)
        return self._decision(Ask.CONFIRM, ToolCall("read_back"))

    # --- what was done -------------------------------------------------------------------------

    def _acknowledge(self, heard: Heard | None) -> None:
        """Says back what changed, so that a wrong quantity is heard at once."""
        lines = [line for line in self.cart.lines if self.before.line(line.id) != line]
        gone = [
            item_name(self.house.item(line.item_id))
            for line in self.before.lines
            if self.cart.line(line.id) is None and self.menu.item(line.item_id) is not None
        ]
        words = []
        if lines:
            words.append(sentence(listing([line_words(self.menu, line) for line in lines])))
        elif gone:
            words.append(sentence(f"I've taken off the {listing(gone)}"))
        if heard is not None and any(self.cart.line(i) is not None for i in heard.unsure):
            words.append("Tell me if you'd like more than one.")
        if self.cart.customer.name != self.before.customer.name:
            words.append(f"Thank you, {self.cart.customer.name}.")
        if self.cart.note != self.before.note:
            words.append("I've made a note of that.")
        # Said before the answers and troubles of this turn, which end in the question.
        self.parts[:0] = words

    def _calls(self) -> list[ToolCall]:
        """The tool calls that turn the cart as it was into the cart as it is."""
        calls = [
            ToolCall("remove_item", {"line_id": line.id})
            for line in self.before.lines
            if self.cart.line(line.id) is None
        ]
        calls += [
            ToolCall(
                "set_item",
                {
                    "line_id": line.id,
                    "item_id": line.item_id,
                    "qty": line.qty,
                    "modifiers": [f"{c.group_id}:{c.id}" for c in line.choices],
                    "note": line.note,
                },
            )
            for line in self.cart.lines
            if self.before.line(line.id) != line
        ]
        customer = self.cart.customer
        if customer != self.before.customer:
            calls.append(
                ToolCall(
                    "set_customer",
                    {"name": customer.name, "phone": customer.phone, "address": customer.address},
                )
            )
        if self.cart.type is not None and self.cart.type != self.before.type:
            calls.append(ToolCall("set_type", {"type": self.cart.type.value}))
        if self.cart.note != self.before.note:
            calls.append(ToolCall("set_note", {"note": self.cart.note}))
        return calls

    # --- open points and troubles ----------------------------------------------------------------

    def _open_question(self, point: Open) -> str:
        items = [self.house.item(i) for i in point.item_ids]
        if point.kind is OpenKind.WHICH:
            return (
                f"Which one would you like: {short_listing([item_name(i) for i in items], 'or')}?"
            )
        if point.kind is OpenKind.OFFER:
            cost = line_price(self.menu, CartLine("", items[0].id, 1))
            price = format_money(cost, self.menu.currency)
            if any(item_name(items[0]) in part for part in self.parts):
                return "Would you like one?"
            return f"Would you like the {item_name(items[0])} for {price}?"
        if point.kind is OpenKind.COUNT:
            return f"How many {plural(item_name(items[0]))} would you like?"
        return f"Did you really mean {point.qty} {plural(item_name(items[0]))}?"

    def _tell_troubles(self, troubles: Sequence[Trouble]) -> None:
        for trouble in troubles:
            self.parts.append(self._trouble_words(trouble))

    def _trouble_words(self, trouble: Trouble) -> str:
        item = self.menu.item(trouble.item_id)
        name = item_name(item) if item is not None else ""
        group = self.menu.group(trouble.group_id)
        match trouble.kind:
            case TroubleKind.UNKNOWN if trouble.item_ids:
                return f"I can't find “{trouble.text}” on the menu."
            case TroubleKind.UNKNOWN:
                return f"I'm sorry, we don't have “{trouble.text}”. {self._categories()}"
            case TroubleKind.SOLD_OUT:
                return f"I'm sorry, the {name} is sold out."
            case TroubleKind.NO_OPTION if group is not None:
                names = short_listing([modifier_name(m) for m in group.modifiers], "or")
                return f"For {trouble.text} there is {names}."
            case TroubleKind.NO_OPTION:
                return f"I'm sorry, I can't do “{trouble.text}” for the {name}."
            case TroubleKind.TOO_MANY_OPTIONS:
                most = group.max if group is not None else 0
                return f"The {name} takes at most {most} of those."
            case TroubleKind.TOO_MANY:
                return (
                    f"I can take at most {MAX_QTY} of one dish by phone. For more {plural(name)}, "
                    "please speak to the staff."
                )
            case TroubleKind.TOO_LONG:
                return (
                    "That is more than fits on one order. Please speak to the staff for the rest."
                )
            case TroubleKind.NOT_IN_ORDER:
                return f"There is no {trouble.text} in your order."

    def _categories(self) -> str:
        names = [
            category_name(c)
            for c in self.menu.categories
            if any(i.category_id == c.id for i in self.menu.items)
        ]
        return f"We have {short_listing(names)}."

    # --- questions -------------------------------------------------------------------------------

    def _answer_questions(self, questions: Sequence[Question]) -> None:
        for question in questions[:3]:
            answer = self._answer(question)
            if answer not in self.parts:
                self.parts.append(answer)

    def _answer(self, question: Question) -> str:
        fixed = _ANSWERS.get(question.topic)
        if fixed is not None:
            return fixed
        business = self.house.business
        match question.topic:
            case Topic.ORDER:
                return self._order_so_far()
            case Topic.AGAIN:
                return ""
            case Topic.LAST:
                return self._last_time()
            case Topic.OPTIONS | Topic.MENU if self._asks_what_is_asked(question):
                return ""
            case Topic.TOTAL:
                return self._total()
            case Topic.WAIT:
                return f"It takes about {business.prep_minutes} minutes."
            case Topic.WHERE:
                where = business.address or "on the map under our name"
                return f"You find us at {where}."
            case Topic.PERSON:
                return self._person()
            case Topic.PRICE:
                return self._price(question)
            case Topic.OPTIONS:
                return self._options(question)
            case Topic.CONTENTS:
                return self._contents(question)
            case _:
                return self._menu(question)

    def _person(self) -> str:
        if self.house.transfers:
            self.handing_over = (
                "The caller asks for a person, or for more than may be sold by phone."
            )
            return "One moment, I'll put you through to the staff."
        phone = self.house.business.phone
        number = f" on {phone}" if phone else ""
        return f"I can't put you through, but the staff can help you{number}."

    def _last_time(self) -> str:
        last = self.guest.last
        if last is None:
            return "I can't see an earlier order from your number."
        had = Cart(lines=again(self.house, last).lines)
        if not had.lines:
            return "What you had last time is not to be had today."
        self.asking_again = True
        return f"Last time you had {order_words(self.house, had)}."

    def _asks_what_is_asked(self, question: Question) -> bool:
        """“What kinds are there?” to "which flavour?": the question is put again, with all."""
        return self.talk.ask is Ask.OPTION and not any(m.items for m in question.mentions)

    def _order_so_far(self) -> str:
        if not self.cart.lines:
            return "There is nothing in your order yet."
        if self.talk.ask is Ask.CONFIRM:
            self.talk = with_(self.talk, read=None)  # it is read back again, with all of it
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
        items = self._asked_items(question)
        if not items:
            return self._total() if self.cart.lines else self._menu(question)
        if len(items) > 1:
            return sentence(prices(self.house, items))
        wishes = self._wished(question, items[0])
        if not any(line.item_id == items[0].id for line in self.cart.lines):
            self._offer(items[0], wishes)
        line = CartLine("", items[0].id, 1)
        for wish in wishes:
            line, _ = apply_wish(self.menu, line, wish)
        cost = format_money(line_price(self.menu, line), self.menu.currency)
        return sentence(f"{line_words(self.menu, line)} is {cost}")

    def _wished(self, question: Question, item: Item) -> tuple[Wish, ...]:
        """What was named with the dish: "how much is a *large* coke"."""
        groups = {g.id for g in self.menu.groups_of(item)}
        named = [m for m in question.mentions if (m.weak or not m.items) and m.readings]
        return tuple(
            Wish(Kind.WITH, m.readings)
            for m in named
            if any(r.group.id in groups and r.coverage == 1 for r in m.readings)
        )

    def _asked_items(self, question: Question) -> list[Item]:
        """The dishes that a question names; not the bacon of "a club with bacon"."""
        named = [m for m in question.mentions if m.items]
        sure = [m for m in named if not m.weak] or named
        return [i for m in sure for i in m.items]

    def _spoken_of(self, question: Question) -> list[Item]:
        """The dish that a question names; else the one just offered, else the one ordered last."""
        named = self._named(question)
        offered = [o for o in self.talk.opens[:1] if o.kind is OpenKind.OFFER]
        last = self.cart.line(self.talk.focus.last)
        if named or offered:
            return named or [self.house.item(offered[0].item_ids[0])]
        return [self.house.item(last.item_id)] if last is not None else []

    def _named(self, question: Question) -> list[Item]:
        """“Is there garlic in the *pesto*”, “is *it* vegetarian”: the dish, not what is in it."""
        words = [t.word for t in tokens(question.words)]
        if set(words[:3]) & {"it", "that", "this", "they", "those"}:
            return []
        named = [m for m in question.mentions if m.items]
        inside = {"in", "on"} & set(words)
        return list(named[-1 if inside else 0].items[:1]) if named else []

    def _options(self, question: Question) -> str:
        items = self._spoken_of(question)
        if not items:
            return self._menu(question)
        groups = [g for g in self.menu.groups_of(items[0]) if not g.removes]
        if not groups:
            return f"The {item_name(items[0])} comes as it is."
        words = [
            f"{group_name(g).lower()}: {short_listing([modifier_name(m) for m in g.modifiers])}"
            for g in groups
        ]
        return f"For the {item_name(items[0])} you can choose {'; '.join(words)}."

    def _contents(self, question: Question) -> str:
        items = self._spoken_of(question)
        if items and not any(line.item_id == items[0].id for line in self.cart.lines):
            self._offer(items[0])
        if items and items[0].description:
            return sentence(f"{item_name(items[0])}: {items[0].description}")
        if items:
            name = item_name(items[0])
            return f"I don't know exactly what is in the {name}; the staff can tell you."
        return self._menu(question)

    def _menu(self, question: Question) -> str:
        items = self._asked_items(question)
        group = self._asked_group(question, items)
        if group is not None:
            names = short_listing([modifier_name(m) for m in group.modifiers])
            called = group_name(group).lower()
            return f"For the {item_name(items[0])} you can choose {called}: {names}."
        known = [i for i in items if i.id not in self.house.sold_out]
        if items and not known:
            return f"I'm sorry, the {item_name(items[0])} is sold out."
        if len(known) == 1:
            self._offer(known[0])
            yes = "Yes, we" if question.topic is Topic.HAVE else "We"
            return f"{yes} have {item_name(known[0])}."
        if known:
            return sentence(f"We have {prices(self.house, known)}")
        group = self._group_called(question)
        if group is not None:
            names = short_listing([modifier_name(m) for m in group.modifiers])
            return f"{sentence(group_name(group))[:-1]}: {names}."
        options = [r for m in question.mentions for r in m.readings if r.coverage == 1]
        if options:
            groups = {r.group.id for r in options}
            dishes = [item_name(i) for i in self.menu.items if groups & set(i.modifier_group_ids)]
            return f"Yes, {modifier_name(options[0].modifier)}: with {short_listing(dishes)}."
        if question.topic is Topic.HAVE:
            return self._have_not(question)
        return self._categories()

    def _group_called(self, question: Question) -> ModifierGroup | None:
        """“What *milk* do you have?”: the fullest group of options of that name."""
        said = {stem(t.word) for t in tokens(question.words)}
        called = [
            g
            for g in self.menu.modifier_groups
            if not g.removes and {stem(t.word) for t in tokens(group_name(g))} <= said
        ]
        return max(called, key=lambda g: len(g.modifiers), default=None)

    def _asked_group(self, question: Question, items: Sequence[Item]) -> ModifierGroup | None:
        """“What *salsas* are there for the burrito?”"""
        named = {r.group.id for m in question.mentions if not m.items for r in m.readings}
        if len(items) != 1 or not named:
            return None
        return next((g for g in self.menu.groups_of(items[0]) if g.id in named), None)

    def _have_not(self, question: Question) -> str:
        words = [t for t in tokens(question.words) if not t.stop and t.word not in COMMON]
        if not words:
            return self._categories()
        if {t.word for t in words} & _DIETS:
            return "I can't tell which dishes that is true of; the staff can."
        text = question.words[words[0].start : words[-1].end]
        close = [i for i in self.house.lexicon.closest(text) if i.id not in self.house.sold_out]
        if close:
            self._offer(close[0])
            return "I can't find that on the menu."
        return f"I'm sorry, we don't have that. {self._categories()}"

    def _offer(self, item: Item, wishes: tuple[Wish, ...] = ()) -> None:
        ordered = any(line.item_id == item.id for line in self.cart.lines)
        if not self.talk.opens and not ordered:
            point = Open(OpenKind.OFFER, (item.id,), wishes=wishes)
            self.talk = with_(self.talk, opens=(point,))


_BY_PHONE = (OrderType.PICKUP, OrderType.DELIVERY)
_ABOUT_A_DISH = frozenset([Topic.HAVE, Topic.CONTENTS, Topic.PRICE, Topic.MENU])
_OTHERWISE = {
    "What would you like to order?": "What can I get you?",
    "Anything else?": "What else would you like?",
    "What name is it for?": "Whose name shall I put on it?",
    "Is that for pick-up or delivery?": "Will you pick it up, or shall we deliver it?",
    "What address should we deliver to?": "Which street and number shall it be delivered to?",
    "Shall I place it?": "Is that right, may I place it?",
    "What should I change?": "What shall I change about it?",
    "Would you like one?": "Shall I add one?",
}
_DIETS = frozenset(["vegetarian", "vegan", "gluten", "halal", "kosher", "organic", "lactose"])
_ANSWERS = {
    Topic.ROBOT: "I'm an automated assistant, not a person. I take orders for the restaurant.",
    Topic.HOURS: "I don't have the opening hours here, but I can take your order now.",
    Topic.PAYMENT: "You pay the restaurant when you get your order. I take no payments by phone.",
    Topic.DELIVERY: "Yes, you can have it delivered or pick it up.",
    Topic.DINE_IN: "I only take orders for pick-up and delivery; for a table, ask the staff.",
    Topic.MISCHIEF: "I can't change prices or rules; everything is at the menu's prices.",
    Topic.RUDE: "I'd like to get this right for you.",
}  # fmt: skip


def with_type(cart: Cart) -> Cart:
    """The cart as if it were picked up: a total needs no address."""
    return replace(cart, type=OrderType.PICKUP)


def _orders(lexemes: Sequence[Lexeme]) -> bool:
    return any(x.mention is not None and x.mention.items for x in lexemes)


def _asked_again(asides: Asides, heard: Heard) -> bool:
    """“Pardon?”, and nothing else."""
    topics = {q.topic for q in asides.questions}
    return topics == {Topic.AGAIN} and not heard.understood


def _only_scratch(lexemes: Sequence[Lexeme]) -> bool:
    kinds = {x.kind for x in lexemes} - {Kind.COMMA, Kind.STOP, Kind.NO, Kind.WITHOUT, Kind.FIX}
    return kinds == {Kind.SCRATCH}


def _with_customer(cart: Cart, asides: Asides) -> Cart:
    customer = replace(
        cart.customer,
        name=asides.name[:MAX_NAME] or cart.customer.name,
        phone=asides.phone[:MAX_PHONE] or cart.customer.phone,
        address=asides.address[:MAX_ADDRESS] or cart.customer.address,
    )
    notes = [n for n in asides.notes if n not in cart.note]
    note = ". ".join([n for n in (cart.note, *notes) if n])
    return replace(cart, customer=customer, type=asides.type or cart.type, note=note[:MAX_NOTE])
