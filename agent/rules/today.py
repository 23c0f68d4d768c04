"""Turns about an order of today that its caller changes or cancels. The cart is then that order, so
what is said of dishes is heard as ever; what is read back is what will stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace as with_
from itertools import pairwise

from msgspec.structs import replace

from agent.asides import Asides, Topic
from agent.cart import MAX_DISHES, Cart, CartLine
from agent.guest import Guest
from agent.hearing import Focus, Heard
from agent.house import Hours
from agent.language import tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from agent.rules.answers import FOR_A_PERSON, person_words
from agent.rules.changes import calls_between
from agent.rules.talk import MAX_SILENCES, Ask, Decision, Said, Scene, ToolCall
from agent.rules.turn import Turn, listened, with_customer
from agent.standing import as_cart, joined, refusal
from agent.wording import cancel_read_back, change_read_back, sentence, standing_words
from domain.errors import PanBotError
from domain.order import Order

__all__ = ["TodayTurn", "about_today", "noted_afterwards"]

TOPICS = frozenset([Topic.CHANGE_TODAY, Topic.CANCEL_TODAY])
_STAFFS = "I can only change the dishes of an order that is placed; for the rest, ask the staff."
_KEPT = "Then I leave your order as it is."


def about_today(scene: Scene, said: Said) -> bool:
    """True where `said` is about an order that stands, and not about the one being taken."""
    if scene.talk.today or scene.talk.ask is Ask.WHICH_TODAY:
        return True
    if not scene.cart.lines:
        return bool(said.topics & TOPICS)
    # Beside an order in the making, only what is plainly about another one.
    named = [q for q in said.asides.questions if q.topic is Topic.CHANGE_TODAY]
    words = [{t.word for t in tokens(q.words)} for q in named]
    placed = any("order" in told and told & _ANOTHER for told in words)
    return placed and bool(scene.guest.todays)


# "Put it on my order", "I forgot to say", "I'm running late": said of an order that stands.
_STANDING = re.compile(
    r"\b(?:my|our|the|that|an) order\b|\b(?:forgot|forgotten) to (?:say|tell|mention|add)\b"
    r"|\b(?:i|we)(?:ve| have)? (?:just |already )?(?:ordered|placed)\b"
    r"|\brunning (?:\w+ )?late\b|\b(?:be|am|im|were|are) (?:\w+ )?late\b"
    r"|\b(?:pick|collect|get|grab|fetch) (?:it|them) (?:up )?(?:at|around|by|in|later|after)\b"
    r"|\bpick(?:ing)? up (?:at|around|by|in|later|after)\b"
)


def noted_afterwards(scene: Scene, said: Said) -> Sequence[Order]:
    """The orders that stand for which an allergy or a time was said, and nothing else."""
    asides = said.asides
    told = asides.notes or asides.allergy or asides.no_allergy is not None
    if not told and asides.wanted is None:
        return ()
    named = any(m.items and not m.weak and m.start not in asides.taken for m in said.mentions)
    opened = scene.guest.today(scene.talk.today)
    if named or (scene.cart.lines and opened is None):
        return ()
    if opened is not None:
        return (opened,)
    about = said.topics & TOPICS or _STANDING.search(" ".join(t.word for t in said.spoken))
    return _named(scene.guest, said) if about else ()


def _named(guest: Guest, said: Said) -> list[Order]:
    """The orders that `said` can mean: by number, by "the first one", by what is in them; all of
    them where it names none."""
    words = [t.word for t in said.spoken]
    numbers = {
        word
        for (before, word), after in zip(pairwise(words), [*words[2:], ""], strict=False)
        if before in _BEFORE_NUMBER and word.isdecimal() and after not in _TIMES
    }
    if numbers:
        return [o for o in guest.todays if o.number.rpartition("-")[2] in numbers]
    by_time = sorted(guest.todays, key=lambda o: o.placed_at)
    places = {_PLACES[w] for w in words if w in _PLACES}
    if len(places) == 1 and len(by_time) > 1:
        place = places.pop()
        return [by_time[place]] if place < len(by_time) else []
    items = {i.id for m in _meant(said) for i in m.items}
    having = [o for o in guest.todays if items & {line.item_id for line in o.lines}]
    return having or list(guest.todays)


def _meant(said: Said) -> Sequence[Mention]:
    """What is named of an order that stands: in "I ordered a calzone earlier, can you add a coke"
    the calzone; in an answer to "which one" anything."""
    told = [q for q in said.asides.questions if q.topic in TOPICS]
    return [m for q in told for m in q.mentions] if told else said.mentions


_ANOTHER = frozenset(["earlier", "previous", "first", "before", "today", "placed", "made"])
_CHANGING = {Kind.ADD, Kind.MAKE, Kind.REMOVE, Kind.CHANGE, Kind.INSTEAD, Kind.WITHOUT}
_CHANGING |= {Kind.MORE, Kind.WITH, Kind.JUST, Kind.NO, Kind.NOT, Kind.FIX}
_BEFORE_NUMBER = frozenset(["p", "number", "order"])
_TIMES = frozenset(["minute", "minutes", "min", "hour", "hours"])
_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "last": -1, "latest": -1}


class TodayTurn(Turn):
    """As `Turn`, over an order that stands."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._opened: list[ToolCall] = []
        self._order = self.guest.today(self.talk.today)

    # --- which order ---------------------------------------------------------------------------

    def decide(self, said: Said) -> Decision:
        if said.silent or self._order is not None:
            return super().decide(said)
        before = self.talk.pending
        self.talk = with_(self.talk, pending="", silences=0)
        if said.asides.bye:
            return self._goodbye()
        found = _named(self.guest, said)
        if not self.guest.todays or not found:
            return self._not_found()
        if len(found) > 1:
            if before:
                return self._for_the_staff("I don't know which one you mean.")
            orders = [f"{o.number} with {standing_words(self.house, o)}" for o in found]
            self.talk = with_(self.talk, pending=said.text)
            which = f"You have {len(orders)} orders today: {'; '.join(orders)}. Which one?"
            return self._say(which, Ask.WHICH_TODAY)
        if refusal(found[0]):
            return self._for_the_staff(f"I'm sorry. {refusal(found[0])}")
        self._open(found[0])
        if before:
            return self._again(before)
        return super().decide(said)

    def _open(self, order: Order) -> None:
        """The cart is `order` from here on, and what was in it besides."""
        self._order = order
        self._opened = [ToolCall("change_order", {"number": order.number})]
        self.before = self.cart = joined(self.house, order, self.cart)
        last = self.cart.lines[-1].id if self.cart.lines else ""
        focus = Focus(last, last, ()) if len(self.cart.lines) == 1 else Focus()
        self.talk = with_(self.talk, today=order.number, cancels=False, focus=focus, opens=())

    def _again(self, text: str) -> Decision:
        """What was said before it was clear of which order."""
        return super().decide(listened(self._scene(), text))

    def _not_found(self) -> Decision:
        if not self.guest.phone:
            return self._for_the_staff("I can't see your number, so I can't find your order.")
        if not self.guest.todays:
            return self._for_the_staff("I can't find an open order of today from your number.")
        return self._for_the_staff("I can't find that order under your number.")

    def _for_the_staff(self, words: str) -> Decision:
        self.parts += [words, person_words(self.house)]
        if self.house.transfers:
            self.handing_over = FOR_A_PERSON
            return self._decision(Ask.ITEMS)
        return self._say("Shall I take a message?", Ask.OFFER_MESSAGE)

    # --- what is done to it --------------------------------------------------------------------

    def _judge(self, asides: Asides, heard: Heard, lexemes: Sequence[Lexeme]) -> Decision:
        topics = {q.topic for q in asides.questions}
        untouched = heard.cart == self.before and not heard.opens
        if Topic.CANCEL_TODAY in topics and not self._yes_to_cancelling(heard):
            return self._ask_to_cancel()
        refused = heard.no or asides.done
        nothing_to_do = self.talk.cancels or (self.talk.ask is Ask.CHANGE and not self._complete())
        if asides.cancel or Topic.KEEP in topics:
            return self._keep(asides)
        if untouched and refused and not heard.yes and nothing_to_do:
            return self._keep(asides)
        only_told = not any(x.kind in _CHANGING for x in lexemes)
        unsure = self.talk.cancels and not (self._agrees(heard) or asides.bye)
        if unsure and (untouched or only_told):
            self._answer_questions([q for q in asides.questions if q.topic not in TOPICS])
            return self._ask_to_cancel()  # "my order from an hour ago, two gnocchi"
        if self.talk.cancels and not untouched:
            self.talk = with_(self.talk, cancels=False)
        asides.questions = [q for q in asides.questions if q.topic not in TOPICS]
        return super()._judge(asides, heard, lexemes)

    def _yes_to_cancelling(self, heard: Heard) -> bool:
        """“Yes, cancel it”, to what was read back."""
        return self.talk.cancels and self._agrees(heard)

    def _taken(self, heard: Heard, asides: Asides) -> Cart:
        """Of an order that stands only the dishes are changed here."""
        before, meant = self.before, with_customer(heard.cart, asides)
        moved = meant.customer.address != before.customer.address
        timed = asides.wanted is not None and heard.cart == before
        if moved or timed or (meant.type, meant.note) != (before.type, before.note):
            self.parts.append(_STAFFS)
        return replace(heard.cart, customer=before.customer, type=before.type, note=before.note)

    def _answered(self, asides: Asides, heard: Heard) -> bool:
        return bool(self._opened) or super()._answered(asides, heard)

    def _ask_to_cancel(self) -> Decision:
        assert self._order is not None, "an order is open"
        self.cart = as_cart(self.house, self._order)
        self.before = self.cart
        self.talk = with_(self.talk, cancels=True, read=self.cart, opens=())
        self.parts.append(cancel_read_back(self.house, self._order))
        return self._decision(Ask.CONFIRM, ToolCall("cancel_order", {"number": self._order.number}))

    def _keep(self, asides: Asides) -> Decision:
        """The order stays as it is, and the cart is empty again."""
        self.before = self.cart = Cart(customer=self.cart.customer)
        self.talk = with_(self.talk, today="", cancels=False, read=None, opens=(), done=False)
        self._opened = [ToolCall("keep_order")]
        self.parts.append(_KEPT)
        if asides.bye:
            return self._say("Thank you for calling. Goodbye!", Ask.CLOSED)
        return self._say("Is there anything else?", Ask.ITEMS)

    def _goodbye(self) -> Decision:
        if self._order is not None:
            self.parts.append("Your order stays as it is.")
        if self._order is not None and self.talk.silences < MAX_SILENCES:
            # Who says goodbye has decided; of who is just gone the staff get a note.
            self.before = self.cart = Cart(customer=self.cart.customer)
            self._opened = [ToolCall("keep_order")]
        return self._say("Thank you for calling. Goodbye!", Ask.CLOSED)

    def _calls(self) -> list[ToolCall]:
        return [*self._opened, *calls_between(self.house, self.before, self.cart)]

    def _clear(self) -> None:
        """“Cancel all that, just a coke”: the order is then only what is said now."""
        self.cart = replace(self.cart, lines=())
        self.talk = with_(self.talk, opens=(), focus=Focus())

    def after_refusal(self, refused: str) -> Decision:
        """What stands now is another order than was read back, or it is the staff's by now."""
        if self._order is None or refusal(self._order):
            self.before = self.cart = Cart(customer=self.cart.customer)
            self.talk = with_(self.talk, today="", cancels=False)
            return self._for_the_staff(f"I'm sorry. {refused}")
        self.talk = with_(self.talk, cancels=False)
        self.house = with_(self.house, hours=Hours())  # what stands may be changed at any hour
        return super().after_refusal(refused)

    def _sold_out_since(self, line: CartLine) -> bool:
        """What stands on the order stays on it."""
        assert self._order is not None, "an order is open"
        kept = as_cart(self.house, self._order).line(line.id)
        return kept is None and super()._sold_out_since(line)

    # --- what is asked -------------------------------------------------------------------------

    def _complete(self) -> bool:
        return self._order is not None and self.cart != as_cart(self.house, self._order)

    def _ask_missing(self, *, again: bool) -> Decision:
        assert self._order is not None, "an order is open"
        if self._opened:
            words = standing_words(self.house, self._order)
            self.parts.append(f"Your order {self._order.number} is {words}.")
        return self._say("What would you like to change?", Ask.CHANGE)

    def _confirm(self, *, again: bool) -> Decision:
        assert self._order is not None, "an order is open"
        if again and self.talk.read == self.cart and self.talk.ask is Ask.CONFIRM:
            return self._say("Shall I change it?", Ask.CONFIRM)
        if self.cart.dishes > MAX_DISHES:
            many = f"That would be {self.cart.dishes} dishes, which only the staff can confirm."
            return self._for_the_staff(many)
        try:
            after = self.quote(self.cart, self._order.number)
        except PanBotError as wrong:
            self.talk = with_(self.talk, read=None)
            why = "; ".join(e.message for e in wrong.fields) or wrong.detail
            return self._say(sentence(f"I can't change that: {why}"), Ask.CHANGE)
        self.talk = with_(self.talk, read=self.cart, cancels=not after.open)
        if not after.open:
            self.parts.append(cancel_read_back(self.house, self._order))
        else:
            self.parts.append(change_read_back(self.house, after))
        return self._decision(Ask.CONFIRM, ToolCall("read_back"))
