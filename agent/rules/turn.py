"""One turn of the caller, from what was heard to what is done and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.asides import Asides, Question, Topic
from agent.cart import Cart, CartLine
from agent.hearing import Focus, Heard, Open, OpenKind, Situation, TroubleKind, hear
from agent.language import Token
from agent.lexemes import Kind, Lexeme, lex
from agent.rules.answers import answer, asked_about
from agent.rules.asking import LOST, OFF_TOPIC
from agent.rules.changes import CLEARED, with_customer
from agent.rules.consent import consents, doing_it
from agent.rules.diets import for_the_allergic, warnings
from agent.rules.later import told_last
from agent.rules.mending import Mending
from agent.rules.order_note import allergies_in, for_the_order, note_words
from agent.rules.talk import (
    MAX_SILENCES,
    Ask,
    Decision,
    Note,
    Said,
    Talk,
    ToolCall,
)
from agent.rules.troubles import (
    not_had,
    others_like,
    sold_out_since_words,
    told_troubles,
)
from agent.rules.turn_words import (
    COURTESY,
    asked_again,
    goes_on_after,
    hesitates,
    leads_in,
    names,
    only_scratch,
    only_thanks,
    only_unknown,
    orders,
    refuses_else,
    says_yes,
    wants,
)
from agent.standing import joined_note
from agent.wording import closed_words, item_name, order_words, phone_words, sentence

__all__ = ["Turn"]


class Turn(Mending):
    """One turn being decided: what was heard, weighed against what was asked."""

    def decide(self, said: Said) -> Decision:
        if said.silent:
            return self._silence()
        asides, self.spoken = said.asides, said.spoken
        evidence = asides.evidence if asides.name else self.talk.evidence
        self.talk = with_(self.talk, silences=0, evidence=evidence)
        if said.righted.taken or said.righted.anew:
            self._put_right(said.righted)
        if said.righted.pointed is not None:
            self._speak_of(said.righted.pointed.line_id)
        if self.talk.ask is Ask.CONFIRM and self.talk.today:
            asides.taken |= doing_it(said.spoken)
        lexemes = lex(said.text, said.spoken, said.mentions, asides.taken, asides.left_out)
        if self.talk.ask is Ask.SAME_ADDRESS and not said.names_a_dish:
            lexemes = self._same_address(lexemes, asides)
        if asides.cancel and orders(lexemes):
            asides.cancel = False
            if self.cart.lines:
                self._clear()  # "start over. One bhaji, please"
                self.parts.append(CLEARED)
        if asides.bye and self.talk.ask is Ask.OPEN and not orders(lexemes):
            lexemes = [x for x in lexemes if x.kind is Kind.NO]  # "okay, I'll think about it, bye"
        if asides.questions and self.talk.ask is not Ask.CONFIRM:
            lexemes = [x for x in lexemes if not leads_in(x, said)]
        self.consent = consents(said, lexemes, cancelling=self.talk.cancels)
        if self.talk.ask is Ask.OFFER_PERSON and says_yes(lexemes):
            return self._put_through()
        if self._wants_again(asides, lexemes):
            self._order_again(asides.again_of)
            if not asides.again:
                lexemes = [x for x in lexemes if x.kind is not Kind.SAME]  # "same again": done
        answered = [q for q in asides.questions if goes_on_after(q, lexemes)]
        about = asked_about(self._scene(), answered)
        heard = self._hear(lexemes, said.spoken, about, closing=asides.done)
        self._said_anew(heard)
        self._left_to_us(heard)
        self._keep_wondered(asides.questions, changed=heard.cart != self.cart)
        return self._judge(asides, heard, lexemes)

    def _keep_wondered(self, questions: Sequence[Question], *, changed: bool) -> None:
        """The dishes that were asked about, one after the other, and of which none was ordered."""
        before = self.talk.wondered if questions and not changed else ()
        asked = () if changed else asked_about(self._scene(), questions)
        self.talk = with_(self.talk, wondered=(*before, *(o for o in asked if o not in before)))

    def _clear(self) -> None:
        """Nothing is ordered any more; who the caller is, and what they may not eat, stays."""
        health = joined_note(allergies_in(self.cart.note))
        self.cart = Cart(customer=self.cart.customer, note=health)
        self.talk = Talk()

    def _silence(self) -> Decision:
        """Nothing was said: asked after, and at last taken for a caller who has gone."""
        self.talk = with_(self.talk, silences=self.talk.silences + 1)
        if self.talk.silences >= MAX_SILENCES:
            self.parts.append("I can't hear you, so I'll hang up now.")
            return self._goodbye()
        first = "Are you still there?" if self.talk.silences == 1 else "Hello? I can't hear you."
        return self.ask_next(first, again=True)

    # --- refused ---------------------------------------------------------------------------

    def after_refusal(self, refusal: str) -> Decision:
        if self.house.hours.closed:
            self.parts.append(sentence(f"I'm sorry, that could not be placed: {refusal}"))
            return self._say("Shall I take a message?", Ask.OFFER_MESSAGE)
        gone = [line for line in self.cart.lines if self._sold_out_since(line)]
        gone += [line for line in self.cart.lines if self.house.menu.item(line.item_id) is None]
        opens: list[Open] = []
        for line in gone:
            self.cart = self.cart.without(line.id)
            self.parts.append(sold_out_since_words(self.house, line))
            opens += self._instead_of(line)
        if not gone:
            self.parts.append(sentence(f"I'm sorry, that could not be placed: {refusal}"))
        self.talk = with_(self.talk, opens=tuple(opens))
        return self.ask_next()

    def _sold_out_since(self, line: CartLine) -> bool:
        return line.item_id in self.house.sold_out

    def _instead_of(self, line: CartLine) -> list[Open]:
        """Another dish of the kind of one that has just run out, to be offered."""
        item = self.house.menu.item(line.item_id)
        others = others_like(self.house, item) if item is not None else []
        if item is None or not others:
            return []
        return [Open(OpenKind.OFFER, (others[0].id,), line.qty, text=item_name(item))]

    # --- hearing ---------------------------------------------------------------------------

    def _hear(
        self,
        lexemes: Sequence[Lexeme],
        spoken: Sequence[Token],
        abouts: Sequence[Open],
        *,
        closing: bool,
    ) -> Heard:
        talk = self.talk
        about = abouts[0] if abouts else None
        asked = talk.opens[0] if talk.ask is Ask.OPEN and talk.opens else about
        focus = talk.focus
        if talk.ask is Ask.OPTION and self.cart.line(talk.option_line) is not None:
            line = talk.option_line
            focus = Focus(line, line, (line,), talk.focus.meal)
        situation = Situation(
            menu=self.house.menu,
            lexicon=self.house.lexicon,
            sold_out=self.house.sold_out,
            cart=self.cart,
            focus=focus,
            asked=asked,
            opens=talk.opens,
            words=spoken,
            chatting=talk.ask in (Ask.NAME, Ask.SPELLING, Ask.TYPE, Ask.ADDRESS, Ask.SAME_ADDRESS),
            choosing=talk.ask is Ask.OPTION,
            confirming=talk.ask is Ask.CONFIRM,
            closing=closing,
            refused=talk.refused,
            lacking=talk.lacking,
            wondered=(*talk.wondered, *abouts),
        )
        heard = hear(lexemes, situation)
        heard.opens = [o for o in heard.opens if o != about]
        return heard

    def _judge(self, asides: Asides, heard: Heard, lexemes: Sequence[Lexeme]) -> Decision:
        ask = self.talk.ask
        if asides.cancel or (ask is Ask.CONFIRM and only_scratch(lexemes)):
            return self._cancelled(asides)
        self.cart = self._taken(heard, asides)
        heard.opens = for_the_allergic(heard.opens, self.house, self.cart.note)
        later = self._timed(asides, heard)
        heard.doubt = heard.doubt or asides.measured
        changed = self.cart != self.before
        self.talk = with_(
            self.talk,
            focus=heard.focus,
            opens=tuple(heard.opens),
            done=self._done(asides, heard, lexemes),
            told=told_last(asides, heard, self.before),
            refused=any(t.kind in _NOT_HAD for t in heard.troubles),
            lacking=not_had(self.house, heard.troubles),
        )
        self._weigh_name(asides, denied=heard.no)
        if later and not asides.bye:
            return self._not_for_then(later, asides)
        if self._placing(heard):
            return self._place()
        given_up = self.before.lines and not self.cart.lines  # "forget it, I'll call back later"
        if asides.bye and (given_up or not changed) and not heard.troubles:
            return self._goodbye()
        if self.talk.said and not changed and asked_again(asides, heard):
            return Decision((), self.talk.said, self.talk)
        if self.talk.looked_up and not changed and only_thanks(self.spoken):
            return self._goodbye()
        self._answer_questions(asides.questions)
        asked = max(
            (n for n, t in enumerate(self.spoken) if t.word == "?"), default=len(self.spoken)
        )
        if any(x.kind is Kind.NO and x.start > asked for x in lexemes):
            # "how much is the chicken? *Nah*, too much"
            kept = tuple(o for o in self.talk.opens if not o.wondered)
            self.talk = with_(self.talk, opens=kept)
        self.looked_up = self.looked_up or (self.talk.looked_up and not changed)
        self.talk = with_(self.talk, looked_up=self.looked_up)
        if not asides.questions:
            self.talk = with_(self.talk, priced=False)
        self.parts += told_troubles(self.house, heard, self.before, self.cart)
        refused = heard.no and not (heard.yes or asides.done)
        if self.righted and not (changed or self.parts or self._stands_as_wished()):
            return self._say("What should I change?", Ask.CHANGE)
        if self.righted and ask is Ask.MORE and not (changed or self.parts):
            self.parts.append(f"So far you have {order_words(self.house, self.cart)}.")
        if not (self.parts or changed or self.righted) and ask is Ask.CONFIRM and refused:
            if not (asides.name or asides.type or asides.address):
                return self._say("What should I change?", Ask.CHANGE)
            self.talk = with_(self.talk, read=None)  # "no, it's Kai", where Kai is what it says
        if asides.address and not changed:
            self.talk = with_(self.talk, read=None)  # where it goes is said again, so it is read so
        waits = asides.waits and not heard.understood
        if not (self.parts or changed) and (waits or hesitates(self.spoken)):
            return Decision((), "Take your time.", self.talk)
        if not self.parts and not changed and not self._answered(asides, heard):
            self.parts.append(self._lost(lexemes, asides))
        if not (self.parts or changed or heard.opens or asides.told) and ask is Ask.CONFIRM:
            self._read_anew(heard)
        if ask is Ask.OPEN and self.talk.opens:
            self._count_asked(asides, heard)
        if ask is Ask.OPTION:
            self._count_option(asides, heard)
        if self._ends(asides, heard, lexemes, changed=changed):
            if not self._came_to_order(heard):
                return self._goodbye()
            self.parts.append(_NOTHING_YET)
        lost = {LOST, OFF_TOPIC} & set(self.parts) or only_unknown(heard)
        if self._missed(missed=bool(lost) and not changed and not asides.questions):
            return self._offer_staff()
        return self.ask_next(again=not (changed or heard.troubles), heard=heard)

    def _taken(self, heard: Heard, asides: Asides) -> Cart:
        """The cart with all that was heard; a closed house takes no dishes."""
        cart = heard.cart
        if self.house.hours.closed:
            if heard.cart != self.before or heard.opens:
                self.parts.append(f"{closed_words(self.house)} I can't take an order now.")
            heard.opens = []
            return self.before
        after = with_customer(cart, asides)
        if asides.allergy:
            self.talk = with_(self.talk, allergy_asked=0)
        if after.customer.phone != self.before.customer.phone:
            self.parts.append(f"I've noted the number {phone_words(after.customer.phone)}.")
        self.parts += note_words(self.before.note, after.note, asides)
        self.parts += warnings(self.house, self.before, after)
        return after

    def _lost(self, lexemes: Sequence[Lexeme], asides: Asides) -> str:
        """Nothing was of use: a word nobody knows, or talk that is about no order."""
        if {t.word for t in self.spoken if not t.stop} <= COURTESY:
            return ""
        if asides.told:
            return ""
        if any(x.kind in (Kind.WORD, Kind.MENTION) for x in lexemes):
            return LOST
        if self.talk.ask is Ask.ITEMS or any(x.kind is Kind.WANT for x in lexemes):
            return ""
        return OFF_TOPIC

    def _done(self, asides: Asides, heard: Heard, lexemes: Sequence[Lexeme]) -> bool:
        ordered = {line.item_id for line in self.cart.lines}
        named = any(wants(x) or names(x, ordered) for x in lexemes)  # "no, I want my *soup*!"
        nothing_more = (
            self.talk.ask is Ask.MORE
            and heard.no
            and not heard.yes
            and heard.cart == self.before
            and not (heard.opens or self.righted or named)
        )
        return self.talk.done or asides.done or nothing_more

    def _placing(self, heard: Heard) -> bool:
        """An explicit yes to exactly what was read back."""
        return (
            self.talk.ask is Ask.CONFIRM
            and self._agrees(heard)
            and not (heard.opens or heard.troubles)
            and self.cart == self.talk.read
        )

    def _place(self) -> Decision:
        return Decision((*self._calls(), ToolCall("place_order")), "", self.talk)

    def _agrees(self, heard: Heard) -> bool:
        return self.consent and heard.yes and not (heard.no or heard.doubt)

    def _answered(self, asides: Asides, heard: Heard) -> bool:
        """Something in the utterance was of use, though the cart is as it was."""
        return bool(
            self.righted
            or heard.understood
            or heard.yes
            or heard.no
            or heard.doubt
            or asides.done
            or asides.name
            or asides.type
            or asides.address
            or asides.again
            or asides.wanted is not None
            or asides.some_time
            or asides.no_allergy is not None
        )

    def _ends(
        self, asides: Asides, heard: Heard, lexemes: Sequence[Lexeme], *, changed: bool
    ) -> bool:
        wanted = any(map(wants, lexemes))  # "no, *I need* the food!"
        refused = heard.no and not (wanted or refuses_else(lexemes, self.spoken))
        nothing = self.talk.ask is Ask.ITEMS and (refused or asides.done) and not orders(lexemes)
        return nothing and not (changed or self.cart.lines or self.parts or heard.yes)

    def _came_to_order(self, heard: Heard) -> bool:
        """True of who has said for whom or how, or no "no" ("I'm good, thanks, and you?"), and has
        not heard yet that no dish was taken."""
        name = self.cart.customer.name
        told = (name and name != self.guest.name) or self.cart.type is not None or not heard.no
        return bool(told) and _NOTHING_YET not in self.talk.said

    def _answer_questions(self, questions: Sequence[Question]) -> None:
        topics = {q.topic for q in questions}
        if Topic.PERSON in topics:  # who complains and asks for a person hears it once
            questions = [q for q in questions if q.topic is not Topic.COMPLAINT]
        for question in questions[:3]:
            given = answer(self._scene(), question)
            self.talk = with_(self.talk, priced=False)
            if given.words not in self.parts:
                self.parts.append(given.words)
            self.handing_over = given.hand_over or self.handing_over
            self.asking_again = given.again or self.asking_again
            self.for_the_staff = given.for_the_staff or self.for_the_staff
            self.looked_up = given.looked_up or self.looked_up
            if given.reread:
                self.talk = with_(self.talk, read=None)
            if given.in_full:
                self.talk = with_(self.talk, question="")
            if given.withdraw:
                kept = tuple(o for o in self.talk.opens if o.kind is not OpenKind.OFFER)
                self.talk = with_(self.talk, opens=kept)
            if given.offer is not None:
                priced = question.topic in (Topic.PRICE, Topic.ABOUT)
                self.talk = with_(self.talk, opens=(given.offer,), priced=priced)

    # --- endings -------------------------------------------------------------------------------

    def _cancelled(self, asides: Asides) -> Decision:
        had = bool(self.cart.lines)
        self._clear()
        if asides.bye or not had:
            return self._goodbye()
        return self._say(f"{CLEARED} What would you like instead?", Ask.ITEMS)

    def _goodbye(self) -> Decision:
        told, standing = allergies_in(self.cart.note), self.guest.todays
        if told and standing and not self.cart.lines and self.talk.silences < MAX_SILENCES:
            # It was said for no new order, so perhaps for the one that stands.
            text = for_the_order(standing, ". ".join(told))
            note = Note(text, standing[0].customer.name, self.guest.phone)
            self.cart = replace(self.cart, note="")
            self.talk = with_(self.talk, note=note)
            asked = f"Shall I pass that on to the staff: “{text}”?"
            return self._say(asked, Ask.MESSAGE_CONFIRM)
        more = " more" if self.guest.todays else ""
        words = f"Nothing{more} has been ordered. " if self.cart.lines else ""
        return self._say(f"{words}Thank you for calling. Goodbye!", Ask.CLOSED)


_NOT_HAD = frozenset([TroubleKind.UNKNOWN, TroubleKind.SOLD_OUT])
_NOTHING_YET = "There is nothing in your order yet."
