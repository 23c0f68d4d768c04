"""An order for later: today, where that can be promised, or else a message for the staff."""

from __future__ import annotations

from dataclasses import replace as with_

from msgspec.structs import replace

from agent.asides import Asides, Told, Wanted
from agent.cart import Cart
from agent.hearing import Heard, Trouble, TroubleKind
from agent.notes import cart_lines
from agent.rules.asking import Asking
from agent.rules.talk import MAX_TIME_ASKED, Ask, Decision, Note
from agent.times import moment_wanted, refusal_words, shifted
from domain.clock import iso
from domain.message import MAX_TEXT
from domain.ordering import MAX_NOTE
from domain.promise import Possible

__all__ = ["Later", "told_last"]


class Later(Asking):
    """A turn in which a time may be wanted."""

    def _timed(self, asides: Asides, heard: Heard) -> str:
        """The cart with the time that is wanted. Returns why it is not taken for then, where only
        the staff could; a time that is too early becomes the earliest."""
        wanted = asides.wanted
        if self.house.hours.closed:
            return ""
        self._some_time(asides)
        if wanted is None:
            return ""
        if wanted == Wanted(words=wanted.words):
            self.cart = replace(self.cart, promised_at="")
            return ""
        moment = moment_wanted(self.house, shifted(self.house, wanted, self.cart.promised_at))
        refusal = refusal_words(self.house, moment)
        if moment.possible in (Possible.YES, Possible.TOO_EARLY):
            self.cart = replace(self.cart, promised_at=iso(moment.at))
        if moment.possible is Possible.TOO_EARLY:
            heard.troubles.append(Trouble(TroubleKind.TOO_EARLY, refusal))
            return ""
        return refusal

    def _some_time(self, asides: Asides) -> None:
        """“For tonight”: the hour is asked for, and again at the end; who does not say it has that
        on the order."""
        known = self.talk.some_time
        if asides.wanted is not None:
            self.talk = with_(self.talk, some_time="")
        elif known and self.talk.time_asked >= MAX_TIME_ASKED:
            note = ". ".join(part for part in (self.cart.note, f"Wanted {known}") if part)
            self.cart = replace(self.cart, note=note if len(note) <= MAX_NOTE else self.cart.note)
            self.talk = with_(self.talk, some_time="")
        elif asides.some_time and not self.cart.promised_at:
            self.talk = with_(self.talk, some_time=asides.some_time)

    def _not_for_then(self, refusal: str, asides: Asides) -> Decision:
        """An order for another day, or for when the house is closed: a message, if at all."""
        self.parts.append(refusal)
        wanted = asides.wanted.words if asides.wanted is not None else ""
        order = ", ".join(cart_lines(self.house, self.cart)) if self.cart.lines else ""
        text = f"Order wanted {wanted}: {order}"[:MAX_TEXT] if order else ""
        self.talk = with_(self.talk, note=Note(text, instead=True), told=Told.TIME)
        return self._say("Shall I take a message?", Ask.OFFER_MESSAGE)


def told_last(asides: Asides, heard: Heard, before: Cart) -> Told:
    """What a number alone would correct in the next turn: the time, the address, or a dish."""
    if asides.wanted is not None and heard.cart == before:
        return Told.TIME
    return Told.ADDRESS if asides.address else Told.OTHER
