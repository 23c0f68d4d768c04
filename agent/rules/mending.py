"""A turn that puts the order right."""

from __future__ import annotations

from dataclasses import replace as with_

from agent.hearing import Heard
from agent.righting import Righted
from agent.rules.complaints import finds_fault
from agent.rules.repeating import Repeating
from agent.wording import item_name, listing, sentence

__all__ = ["Mending"]

_TO_BE_SURE = "Just to be sure."


class Mending(Repeating):
    """What was put right is done before the rest is heard."""

    def _put_right(self, righted: Righted) -> None:
        """The order is as the caller has put it right; where it was so before, it is read anew."""
        self.cart, self.righted = righted.cart, righted
        if self.cart.line(righted.last) is not None:
            focus = with_(self.talk.focus, last=righted.last, base=righted.last)
            self.talk = with_(self.talk, focus=focus)
        if righted.no_note:
            self.parts.append("There is no such note on your order.")
        if righted.unnoted:
            listed = ", ".join(f"“{note}”" for note in righted.unnoted)
            self.parts.append(f"I've taken off the note {listed}.")
        if righted.gone:
            names = [item_name(self.house.item(line.item_id)) for line in righted.gone]
            self.parts.append(sentence(f"I've taken off the {listing(names)}"))

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
