"""What is said and asked next, until an order is complete and has been read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.asides import Asides, Told, lacks_number, only_parts
from agent.cart import MAX_DISHES, same_dishes
from agent.hearing import Heard
from agent.house import missing_group
from agent.language import Token
from agent.option_questions import (
    group_question,
    group_question_again,
    group_question_at_last,
)
from agent.righting import Righted
from agent.rules.changes import (
    CLEARED,
    TAKEN_OFF,
    acknowledgement,
    calls_between,
    dropped,
    has_less,
    taken_off_words,
)
from agent.rules.left_to_us import most_usual
from agent.rules.order_note import UNNAMED
from agent.rules.staff import FOR_A_PERSON, person_words, staff_words
from agent.rules.talk import (
    MAX_ALLERGY_ASKED,
    MAX_MISSES,
    MAX_NAME_ASKED,
    MAX_SPELLED,
    MAX_TIME_ASKED,
    Ask,
    Decision,
    Scene,
    ToolCall,
)
from agent.rules.troubles import open_question, told_once
from agent.standing import as_cart
from agent.wording import read_back, ready_words, sentence
from domain.errors import Invalid
from domain.order import OrderType

__all__ = ["LOST", "OFF_TOPIC", "Asking"]

LOST = "Sorry, I didn't catch that."
OFF_TOPIC = "I can only help with your order here."
_OTHERWISE = {
    "What would you like to order?": "What can I get you?",
    "Anything else?": "What else would you like?",
    "What else would you like?": "Anything else?",
    "Is there anything else?": "Is there anything else I can do?",
    "What are you allergic to?": "To what are you allergic?",
    "What name is it for?": "Whose name shall I put on it?",
    "Is that for pick-up or delivery?": "Will you pick it up, or shall we deliver it?",
    "What address should we deliver to?": "Which street and number shall it be delivered to?",
    "Shall I place it?": "Is that right, may I place it?",
    "What should I change?": "What shall I change about it?",
    "Would you like one?": "Shall I add one?",
    "Would you like them?": "Shall I add them?",
    "Shall I take a message?": "I can take a message for the staff. Shall I?",
    "What should I tell the staff?": "What shall I write down for them?",
    "To the same address as last time?": "Shall it go where it went last time?",
}


class Asking:
    """A turn being answered. `parts` is what will be said, in order."""

    def __init__(self, scene: Scene) -> None:
        self.guest = scene.guest
        self.house = scene.house
        self.before = scene.cart
        self.cart = scene.cart
        self.talk = scene.talk
        self.former = scene.talk.former
        self.before_opens = scene.talk.opens
        self.quote = scene.quote
        self.parts: list[str] = []
        self.spoken: Sequence[Token] = ()
        self.handing_over = ""  # why the caller is to be put through to a person
        self.righted: Righted | None = None  # the order as the caller has put it right
        self.consent = False  # what was said is a yes, and nothing but that
        self.left_out = ""  # the line that was taken off and told of already
        self.asking_again = False  # what they had last time has been said
        self.for_the_staff = False  # only they can help with what was asked
        self.looked_up = False  # an order that stands has been told of

    def _scene(self) -> Scene:
        return Scene(self.house, self.cart, self.talk, self.quote, self.guest)

    def _say(self, text: str, ask: Ask, otherwise: Sequence[str] = ()) -> Decision:
        """`otherwise`: how it is put where it has to be asked again, the second time and on."""
        times = self.talk.question_asked + 1 if text == self.talk.question else 0
        self.talk = with_(self.talk, question=text, question_asked=times)
        ways = (text, *(otherwise or [_OTHERWISE.get(text, f"And {text[:1].lower()}{text[1:]}")]))
        self.parts.append(ways[times % len(ways)] if ask is not Ask.CLOSED else text)
        return self._decision(ask)

    def _decision(self, ask: Ask, *calls: ToolCall) -> Decision:
        reply = " ".join(told_once(self.house, self.parts))
        if self.handing_over:
            calls = (*calls, ToolCall("hand_over", {"reason": self.handing_over}))
        if ask is Ask.CLOSED:
            calls = (*calls, ToolCall("end_call"))
        former = self.before if has_less(self.before, self.cart) else self.former
        had = self.talk.had | {line.item_id for line in self.before.lines}
        talk = with_(self.talk, ask=ask, said=reply, former=former, had=had)
        return Decision((*self._calls(), *calls), reply, talk)

    def _calls(self) -> list[ToolCall]:
        return calls_between(self.house, self.before, self.cart)

    def ask_next(
        self, first: str = "", *, again: bool = False, heard: Heard | None = None
    ) -> Decision:
        if first:
            self.parts.append(first)
        point = self._point()
        reading = point is None and self._complete()
        # Before the answers and troubles of this turn, which end in the question.
        before = self.before.without(self.left_out)
        cleared = CLEARED in self.parts
        if cleared:  # what is ordered then is ordered anew, and instead of nothing
            before = replace(before, lines=())
            self.parts.remove(CLEARED)
        done = [] if reading else acknowledgement(self.house, before, self.cart, heard)
        if cleared:
            done = [CLEARED, *done]
        gone = dropped(before, self.cart) if heard is not None and reading else []
        if gone and not any(part.startswith((TAKEN_OFF, CLEARED)) for part in (*done, *self.parts)):
            done.append(taken_off_words(self.house, gone))
        self.parts[:0] = done
        if point is not None:
            return self._say(*point)
        if self.handing_over:
            return self._decision(self.talk.ask)
        if reading:
            return self._confirm(again=again)
        if not self.cart.lines and (self.house.hours.closed or self.for_the_staff):
            return self._say("Shall I take a message?", Ask.OFFER_MESSAGE)
        if self.asking_again and not self.cart.lines:
            return self._say("Would you like that again?", Ask.AGAIN)
        if not self.cart.lines and self.looked_up:
            return self._say("Is there anything else?", Ask.ITEMS)
        if not self.cart.lines:
            return self._say("What would you like to order?", Ask.ITEMS)
        return self._ask_missing(again=again)

    def _missed(self, *, missed: bool) -> bool:
        """Counts the turns in a row that were not understood; True where it is too many."""
        misses = self.talk.misses + 1 if missed else 0
        self.talk = with_(self.talk, misses=misses)
        return misses >= MAX_MISSES and not self.house.hours.closed

    def _offer_staff(self) -> Decision:
        """A caller who is not understood is not asked the same for ever."""
        self.talk = with_(self.talk, misses=0, opens=())
        sorry = "I'm sorry, I don't understand you well enough."
        if self.house.transfers:
            self.parts = [sorry]
            return self._say("Shall I put you through to the staff?", Ask.OFFER_PERSON)
        self.parts = [f"{sorry} {sentence(staff_words(self.house))}"]
        return self._say("Shall I take a message?", Ask.OFFER_MESSAGE)

    def _put_through(self) -> Decision:
        self.parts.append(person_words(self.house))
        self.handing_over = FOR_A_PERSON
        return self._decision(Ask.MORE if self.cart.lines else Ask.ITEMS)

    def _point(self) -> tuple[str, Ask, Sequence[str]] | None:
        """The first thing that only the caller can settle, before anything else is asked."""
        if self._asks_to_what():
            self.talk = with_(self.talk, allergy_asked=self.talk.allergy_asked + 1)
            return "What are you allergic to?", Ask.ALLERGY, ()
        if self.talk.spelling:
            self.talk = with_(self.talk, spelling=False)
            return "How do you spell that?", Ask.SPELLING, ()
        asks = MAX_TIME_ASKED if self._complete() else 1
        if self.talk.some_time and self.talk.time_asked < asks:
            self.talk = with_(self.talk, told=Told.TIME, time_asked=self.talk.time_asked + 1)
            return f"At what time {self.talk.some_time}?", Ask.TIME, ()
        if self.talk.opens:
            return open_question(self.house, self.talk.opens, self.parts), Ask.OPEN, ()
        missing = missing_group(self.house.menu, self.cart)
        if missing is None:
            return None
        line_id, group = missing
        line = self.cart.line(line_id)
        assert line is not None, "the group is missing on a line of this cart"
        self.talk = with_(self.talk, option_line=line_id)
        asked = group_question(self.house, line, group)
        again = group_question_again(self.house, line, group)
        at_last = group_question_at_last(self.house, line, group, most_usual(group))
        return asked, Ask.OPTION, (again, at_last)

    def _weigh_name(self, asides: Asides, *, denied: bool) -> None:
        """“No, the name is Reto”: who has to say so twice, or was hardly understood, is asked to
        spell it."""
        asked = self.talk.name_asked >= MAX_NAME_ASKED
        vain = asked and denied and not self.before.customer.name
        told = self.talk.ask is Ask.CONFIRM and bool(asides.name)
        refused = told and (vain or bool(self.before.customer.name))
        times = self.talk.name_refused + refused
        unsure = bool({*asides.name.split()} & {*self.talk.unsure_name.split()})
        hardly = times > 1 or vain or unsure
        due = refused and hardly and not asides.spelled and times <= MAX_SPELLED + 1
        self.talk = with_(self.talk, name_refused=times, spelling=due)

    def _asks_to_what(self) -> bool:
        """An allergy is to be asked about, and once more where the answer was lost."""
        if UNNAMED not in self.cart.note or self.talk.today:
            return False
        lost = self.talk.ask is Ask.ALLERGY and self.cart == self.before
        return self.talk.allergy_asked < (MAX_ALLERGY_ASKED if lost else 1)

    def _complete(self) -> bool:
        customer = self.cart.customer
        named = bool(customer.name) or self.talk.name_asked >= MAX_NAME_ASKED
        finished = self.talk.done or bool(customer.name and self.cart.type)
        placed_where = self.cart.type is OrderType.PICKUP or (
            self.cart.type is OrderType.DELIVERY and bool(customer.address)
        )
        found = placed_where and not self._number_due()
        return bool(self.cart.lines) and named and finished and found

    def _number_due(self) -> bool:
        """The street is known, and nobody has asked for the house in it; or the flat, and not the
        street."""
        delivered, address = self.cart.type is OrderType.DELIVERY, self.cart.customer.address
        lacks = lacks_number(address) or only_parts(address)
        return delivered and not self.talk.number_asked and lacks

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
        if self._number_due():
            self.talk = with_(self.talk, number_asked=True)
            flat = only_parts(customer.address)
            asked = "And the street?" if flat else f"What number on {customer.address}?"
            return self._say(asked, Ask.ADDRESS)
        if self.guest.address and not self.talk.elsewhere:
            # Not said before whoever holds this telephone has agreed: it is read back then.
            return self._say("To the same address as last time?", Ask.SAME_ADDRESS)
        return self._say("What address should we deliver to?", Ask.ADDRESS)

    def _confirm(self, *, again: bool) -> Decision:
        heard_well = not self.parts or self.parts[-1] not in (LOST, OFF_TOPIC)
        if again and heard_well and self.talk.read == self.cart and self.talk.ask is Ask.CONFIRM:
            return self._say("Shall I place it?", Ask.CONFIRM)
        if self.cart.dishes > MAX_DISHES:
            count = f"That's {self.cart.dishes} dishes, which only the staff can confirm."
            self.handing_over = FOR_A_PERSON if self.house.transfers else ""
            return self._say(f"{count} {person_words(self.house)}", Ask.CHANGE)
        try:
            order = self.quote(self.cart)
        except Invalid as wrong:
            self.talk = with_(self.talk, read=None)
            return self._say(sentence(f"I can't place that yet: {wrong.detail}"), Ask.CHANGE)
        self._tell_of_a_twin()
        self.parts.append(read_back(self.house, self.cart, order))
        self.talk = with_(self.talk, read=self.cart)
        return self._decision(Ask.CONFIRM, ToolCall("read_back"))

    def _tell_of_a_twin(self) -> None:
        """Who was cut off while ordering does not know that it stands, and calls again."""
        lines, menu = self.cart.lines, self.house.menu
        for order in self.guest.todays:
            if same_dishes(menu, as_cart(self.house, order).lines, lines):
                ready = ready_words(self.house, order)
                self.parts.append(
                    f"You already have order {order.number} with exactly that, {ready}. "
                    "This would be another one."
                )
                return
