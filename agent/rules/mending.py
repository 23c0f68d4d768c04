"""A turn that puts the order right."""

from __future__ import annotations

from dataclasses import replace as with_

from agent.hearing import Focus, Heard
from agent.righting import Righted, as_it_was
from agent.rules.changes import taken_off_words
from agent.rules.complaints import finds_fault
from agent.rules.repeating import Repeating

__all__ = ["Mending"]

_TO_BE_SURE = "Just to be sure."


class Mending(Repeating):
    """What was put right is done before the rest is heard."""

    def _put_right(self, righted: Righted) -> None:
        """The order is as the caller has put it right; where it was so before, it is read anew."""
        self.cart, self.righted = righted.cart, righted
        if righted.anew:
            self._forget(righted)
        if self.cart.line(righted.last) is not None:
            self._speak_of(righted.last)
        if righted.no_note:
            self.parts.append("There is no such note on your order.")
        if righted.unnoted:
            listed = ", ".join(f"“{note}”" for note in righted.unnoted)
            self.parts.append(f"I've taken off the note {listed}.")
        left = {line.item_id for line in righted.cart.lines}
        if less := [line for line in righted.gone if line.item_id in left]:
            self.parts.append(taken_off_words(self.house, less))

    def _speak_of(self, line_id: str) -> None:
        """“It” is now of that line."""
        focus = with_(self.talk.focus, last=line_id, base=line_id)
        self.talk = with_(self.talk, focus=focus)

    def _forget(self, righted: Righted) -> None:
        """Nothing is asked any more of what is said anew."""
        gone = {line.id for line in righted.anew}
        kept = tuple(o for o in self.talk.opens if righted.cart.lines and o.line_id not in gone)
        self.talk = with_(self.talk, opens=kept, focus=Focus())

    def _said_anew(self, heard: Heard) -> None:
        """The dishes that were said anew are made as they were, where nothing else was said of it;
        what was not said again has gone. Where none of it could be heard, all stands as before."""
        anew = self.righted.anew if self.righted is not None else ()
        if not anew:
            return
        if heard.cart == self.cart and not heard.opens:
            heard.cart = self.before
            return
        heard.cart = as_it_was(self.house, heard.cart, anew)

    def _stands_as_wished(self) -> bool:
        """True where what the caller wants put right is so already: it is then read back once more.
        False of “you've two on there”, and no word of how many there should be."""
        self.talk = with_(self.talk, read=None)
        return self.righted is None or not self.righted.wrong

    def _read_anew(self, heard: Heard) -> None:
        """To a fault found with what was read back, of which nothing came, that is read once more;
        else a yes that is not surely one is asked for again."""
        if finds_fault(self.spoken):
            self.talk = with_(self.talk, read=None)
        elif heard.yes:
            self.parts.append(_TO_BE_SURE)
