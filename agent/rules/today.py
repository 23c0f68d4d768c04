"""Turns about an order of today that its caller changes or cancels. The cart is then that order, so
what is said of it is heard as ever; what is read back is what will stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.asides import Asides, Topic
from agent.cart import MAX_DISHES, Cart, CartLine
from agent.hearing import Focus, Heard
from agent.house import Hours
from agent.lexemes import Kind, Lexeme
from agent.rules.changes import calls_between, with_customer
from agent.rules.diets import warnings
from agent.rules.listening import listened
from agent.rules.order_note import allergies_in, for_the_order, note_words
from agent.rules.staff import FOR_A_PERSON, person_words
from agent.rules.talk import MAX_SILENCES, Ask, Decision, Note, Said, Scene, ToolCall
from agent.rules.turn import Turn
from agent.rules.which_today import RENAMING, TOPICS, named
from agent.standing import as_cart, joined, refusal
from agent.times import moment_wanted, refusal_words, shifted
from agent.wording import cancel_read_back, change_read_back, sentence, standing_words
from domain.clock import iso
from domain.errors import PanBotError
from domain.message import MAX_TEXT
from domain.order import Order, OrderType
from domain.promise import Possible

__all__ = ["TodayTurn"]

_STAFFS = "Whether it's picked up or delivered only the staff can change now, but I'll tell them."
_KEPT = "Then I leave your order as it is."
_THANKS = frozenset(["thanks", "thank", "cheers"])
_NOT = frozenset(["no", "not", "dont", "never", "nope", "nah"])
_CHANGING = {Kind.ADD, Kind.MAKE, Kind.REMOVE, Kind.CHANGE, Kind.INSTEAD, Kind.WITHOUT}
_CHANGING |= {Kind.MORE, Kind.WITH, Kind.JUST, Kind.NO, Kind.NOT, Kind.FIX}


class TodayTurn(Turn):
    """As `Turn`, over an order that stands."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._opened: list[ToolCall] = []
        self._text = ""  # what was said
        self._besides_before = self.talk.besides
        self._order = self.guest.today(self.talk.today)

    # --- which order ---------------------------------------------------------------------------

    def decide(self, said: Said) -> Decision:
        self._text = said.text
        if said.silent or self._order is not None:
            return super().decide(said)
        before = self.talk.pending
        self.talk = with_(self.talk, pending="", silences=0)
        if said.asides.bye:
            return self._goodbye()
        found = named(self.guest, said)
        if not self.guest.todays or not found:
            return self._not_found()
        if len(found) > 1:
            if before and self.talk.misses:
                return self._for_the_staff("I don't know which one you mean.")
            orders = [f"{o.number} with {standing_words(self.house, o)}" for o in found]
            self.talk = with_(self.talk, pending=before or said.text, misses=int(bool(before)))
            which = f"You have {len(orders)} orders today: {'; '.join(orders)}. Which one?"
            return self._say(which, Ask.WHICH_TODAY)
        if refusal(found[0]):
            return self._for_the_staff(f"I'm sorry. {refusal(found[0])}")
        self._open(found[0], said)
        if before:
            return self._again(before)
        return super().decide(said)

    def take_up(self, order: Order, said: Said) -> Decision:
        """What was placed just now is changed after all."""
        self._text = said.text
        self._open(order, said)
        last = self.cart.lines[-1].id if self.cart.lines else ""
        self.talk = with_(self.talk, focus=Focus(last, last, ()))
        return super().decide(said)

    def _open(self, order: Order, said: Said) -> None:
        """The cart is `order` from here on, and what was in it besides. “I ordered *three
        calzones*, make it two” speaks of the calzones."""
        self._order = order
        self._opened = [ToolCall("change_order", {"number": order.number})]
        self.before = self.cart = joined(self.house, order, self.cart)
        asked = [m for q in said.asides.questions if q.topic in TOPICS for m in q.mentions]
        told = {i.id for m in asked for i in m.items}
        lines = [o.id for o in self.cart.lines if o.item_id in told or len(self.cart.lines) == 1]
        focus = Focus(lines[-1], lines[-1], ()) if lines else Focus()
        self.talk = with_(self.talk, today=order.number, cancels=False, focus=focus, opens=())

    def _again(self, text: str) -> Decision:
        """What was said before it was clear of which order."""
        self._text = text
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
        if asides.cancel and self._yes_to_cancelling(heard):
            asides.cancel = False  # "yes please, *cancel the whole thing*", to what was read back
        if asides.cancel and self.talk.cancels and self._says_to_cancel():
            return self._ask_to_cancel()  # the deed without a yes is said by nobody who keeps it
        if asides.cancel or Topic.KEEP in topics:
            return self._keep(asides)
        if untouched and refused and not heard.yes and nothing_to_do:
            return self._keep(asides)
        thanks = {t.word for t in self.spoken} & _THANKS and not asides.questions
        if untouched and thanks and self.talk.ask is Ask.CHANGE and not self._complete():
            return self._keep(asides)  # "great, thank you": they only wanted to hear it
        only_told = not any(x.kind in _CHANGING for x in lexemes)
        unsure = self.talk.cancels and not (self._agrees(heard) or asides.bye)
        if unsure and (untouched or only_told):
            self._answer_questions([q for q in asides.questions if q.topic not in TOPICS])
            return self._ask_to_cancel()  # "my order from an hour ago, two gnocchi"
        if self.talk.cancels and not untouched:
            self.talk = with_(self.talk, cancels=False)
        asides.questions = [q for q in asides.questions if q.topic not in TOPICS]
        return super()._judge(asides, heard, lexemes)

    def _says_to_cancel(self) -> bool:
        words = {t.word for t in self.spoken}
        return "cancel" in words and not words & _NOT

    def _agrees(self, heard: Heard) -> bool:
        if self.talk.cancels and self._says_to_cancel():
            return self.consent and heard.yes and not heard.no  # "yes, *cancel*" doubts nothing
        return super()._agrees(heard)

    def _yes_to_cancelling(self, heard: Heard) -> bool:
        """“Yes, cancel it”, to what was read back."""
        return self.talk.cancels and self._agrees(heard)

    def _taken(self, heard: Heard, asides: Asides) -> Cart:
        """The order with what is said of it. Whether it is fetched or brought is not changed here,
        and so nor is the address of one that is fetched."""
        before = self.before
        if not RENAMING.search(self._text.lower()):
            asides.name = ""  # "hi, it's Anna", of her husband's order
        meant = with_customer(heard.cart, asides)
        address = before.customer.address
        elsewhere = before.type is not OrderType.DELIVERY and meant.customer.address != address
        if elsewhere or meant.type != before.type:
            self._tell_the_staff(_STAFFS)
            kept = replace(meant.customer, address=address)
            meant = replace(meant, type=before.type, customer=kept)
        if asides.allergy:
            self.talk = with_(self.talk, allergy_asked=0)
        self.parts += note_words(before.note, meant.note, asides)
        self.parts += warnings(self.house, before, meant)
        return meant

    def _timed(self, asides: Asides, heard: Heard) -> str:
        """What is wanted for another time of today is promised for then; what the house cannot
        promise is told to the staff, but for what is too early."""
        wanted = asides.wanted
        if wanted is None or not wanted.told:
            return ""
        assert self._order is not None, "an order is open"
        moment = moment_wanted(self.house, shifted(self.house, wanted, self.cart.promised_at))
        sooner = iso(moment.at) < self._order.promised_at
        if moment.possible is Possible.YES or (moment.possible is Possible.TOO_EARLY and sooner):
            self.cart = replace(self.cart, promised_at=iso(moment.at))
        if heard.cart != self.before:
            return ""  # "add a coke, I'll be there in five minutes"
        if moment.possible is Possible.TOO_EARLY:
            self.parts.append(refusal_words(self.house, moment))
        elif moment.possible is not Possible.YES:
            self._tell_the_staff(f"{refusal_words(self.house, moment)} I'll tell the staff.")
        return ""

    def _tell_the_staff(self, words: str) -> None:
        """What was said goes to them with the change, or alone."""
        assert self._order is not None, "an order is open"
        more = for_the_order([self._order], self._text)
        besides = self.talk.besides
        self.talk = with_(self.talk, besides=f"{besides}. {self._text}" if besides else more)
        self.parts.append(words)

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
        """The order stays as it is, and the cart is empty again. What was said of an allergy is
        none of what is taken back."""
        self._keep_allergies(self.cart)
        self.before = self.cart = Cart(customer=self.cart.customer)
        self.talk = with_(self.talk, today="", cancels=False, read=None, opens=(), done=False)
        self._opened = [ToolCall("keep_order")]
        self.parts.append(_KEPT)
        if self.talk.besides:
            return self._ask_to_tell()
        if asides.bye:
            return self._say("Thank you for calling. Goodbye!", Ask.CLOSED)
        return self._say("Is there anything else?", Ask.ITEMS)

    def _keep_allergies(self, cart: Cart) -> None:
        """An allergy that was to go with the change to `cart` is for the staff now."""
        known = allergies_in(self._order.note) if self._order is not None else []
        new = [part for part in allergies_in(cart.note) if part not in known]
        if new and self._order is not None:
            text = ". ".join(new)
            more = f"{self.talk.besides}. {text}" if self.talk.besides else ""
            self.talk = with_(self.talk, besides=more or for_the_order([self._order], text))

    def _besides(self) -> dict[str, str]:
        """What the staff are to be told, as a message."""
        name = self._order.customer.name if self._order is not None else ""
        return {"name": name, "phone": self.guest.phone, "text": self.talk.besides[:MAX_TEXT]}

    def _place(self) -> Decision:
        """The change, and what the staff are told with it."""
        if not self.talk.besides:
            return super()._place()
        told = ToolCall("leave_message", self._besides())
        return Decision((*self._calls(), told, ToolCall("place_order")), "", self.talk)

    def _ask_to_tell(self) -> Decision:
        """The order stays as it is; what was said besides may still be for the staff."""
        told, self._besides_before = self._besides(), ""
        self._opened.append(ToolCall("draft_message", told))  # for one who hangs up now
        self.talk = with_(self.talk, besides="", note=Note(told["text"], told["name"]))
        asked = f"Shall I pass that on to the staff: “{told['text']}”?"
        return self._say(asked, Ask.MESSAGE_CONFIRM)

    def _goodbye(self) -> Decision:
        if self._order is not None:
            self.parts.append("Your order stays as it is.")
        if self._order is not None and self.talk.silences < MAX_SILENCES:
            # Who says goodbye has decided; of who is just gone the staff get a note.
            self._keep_allergies(self.cart)
            self.before = self.cart = Cart(customer=self.cart.customer)
            self._opened = [ToolCall("keep_order")]
            if self.talk.besides:
                self.talk = with_(self.talk, today="", cancels=False, read=None, opens=())
                return self._ask_to_tell()
        return self._say("Thank you for calling. Goodbye!", Ask.CLOSED)

    def _calls(self) -> list[ToolCall]:
        calls = [*self._opened, *calls_between(self.house, self.before, self.cart)]
        if self.talk.besides != self._besides_before:
            calls.append(ToolCall("draft_message", self._besides()))  # for one who hangs up now
        return calls

    def _clear(self) -> None:
        """“Cancel all that, just a coke”: the order is then only what is said now."""
        self.cart = replace(self.cart, lines=())
        self.talk = with_(self.talk, opens=(), focus=Focus())

    def after_refusal(self, refused: str) -> Decision:
        """What stands now is another order than was read back, or it is the staff's by now."""
        read, self.talk = self.talk.read, with_(self.talk, read=None)
        if self._order is None or refusal(self._order):
            if read is not None:
                self._keep_allergies(read)
            self.before = self.cart = Cart(customer=self.cart.customer)
            self.talk = with_(self.talk, today="", cancels=False)
            if self.talk.besides and not self.house.transfers:
                self.parts.append(f"I'm sorry. {refused}")
                return self._ask_to_tell()
            return self._for_the_staff(f"I'm sorry. {refused}")
        if read is not None and not {*allergies_in(read.note)} <= {*allergies_in(self.cart.note)}:
            self._keep_allergies(read)  # there is no room beside what somebody else has noted
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
            self.parts.append(change_read_back(self.house, self._order, after))
        return self._decision(Ask.CONFIRM, ToolCall("read_back"))
