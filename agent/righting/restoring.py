"""What is put back as it was: "put the club back on", "I didn't ask you to take that off"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import CartLine
from agent.righting.named import Named
from agent.righting.swapping import Swapping
from agent.righting.units import Sentence

__all__ = ["Restoring"]

_BACK = (
    r"back(?: (?:on|in|there|again|please|onto|into|to|for|me|us|my order|the order|too|now|then"
    r"|as well|thanks|after all))*"
)
# All that went last: "put *it* back", "bring back *my order*".
_ALL_OF_IT = frozenset(
    """
    it that this them those these everything all order food stuff thing things lot
    """.split()  # noqa: SIM905
)
_PUTS = r"(?:put|add|bring|stick|throw|get|have|want|wants|need|give me|leave)"
_PUT_BACK = re.compile(
    rf"(?:{_PUTS} back (?P<after>(?:\w+ ?){{1,6}}?)"
    rf"|(?:{_PUTS} )?(?P<before>(?:\w+ ){{1,6}}?){_BACK})(?= ,| and| but|$)"
)
_TAKES = (
    r"(?:take|taken|took|remove|removed|cancel|cancelled|canceled|clear|cleared|drop|dropped"
    r"|delete|deleted|lose|get rid of|got rid of|wipe|wiped|empty|emptied)"
)
# "I didn't ask you to take off the soup", "why did you clear my order?", "don't drop the soup".
_UNTAKEN = re.compile(
    r"(?:(?:i|we) (?:(?:just|really|even|still) )*(?:didnt|did not|never|dont|do not)"
    r" (?:(?:even|actually|really|ever) )*"
    r"(?:ask(?:ed)?|tell|told|want(?:ed)?|say|said|mean|meant)(?: for)?(?: you)?(?: to)?"
    r"|(?:why|how come)(?: (?:did|have|would|has|you|youve|it|the|u|order|my|been|just))+"
    r"|you (?:werent|were not|shouldnt|should not|wasnt)(?: (?:supposed|meant|to|have))*"
    rf"|you (?:just )?(?=(?:took|removed|cleared|deleted|wiped|cancell?ed)\b)) {_TAKES}"
    r" ?(?P<what>.*)"
)
_OF_NO_NAME = frozenset(
    """
    the my our your his her a an some on off out away in there all of whole again please for me us
    """.split()  # noqa: SIM905
)


class Restoring(Swapping):
    """What went last of the order comes back by being named, or by "it"."""

    def _put_back(self, s: Sentence, at: int) -> int:
        """“*Put the soup back*”, “no, *add it back*”, “*bring back my order*”."""
        told = _PUT_BACK.match(s.text(at))
        if told is None or self.former is None:
            return at
        end = at + len(told[0].split())
        return end if self._restore(told["after"] or told["before"], s, at, end) else at

    def _untaken(self, s: Sentence, at: int) -> int:
        """“*I didn't ask you to take that off*”, “*why did you clear my order?*”"""
        told = _UNTAKEN.match(s.text(at))
        if told is None or self.former is None:
            return at
        end = self._clause_end(s, at)
        what = " ".join(u.text for u in s.units[at:end])
        named = _UNTAKEN.match(what)
        if named is None:
            return at
        return end if self._restore(named["what"], s, at, end) else at

    def _restore(self, what: str, s: Sentence, at: int, end: int) -> bool:
        """True where `what` tells of something that went, or that stands as it did."""
        words = [w for w in what.replace("_", " ").split() if w not in _OF_NO_NAME]
        if all(word in _ALL_OF_IT for word in words):
            self._bring_back([o for o in self.went() if not self._said_anew(o, s.tokens(at, end))])
            return True
        assert self.former is not None, "the caller has checked it"
        found = Named(self.house, self.former).find(words)
        lines = [o for o in self.went() if found is not None and o in found.lines]
        self._bring_back(lines)
        return bool(lines) or (found is not None and bool(self.of_dish(found.item_ids)))

    def went(self) -> list[CartLine]:
        """The lines that went since, or of which there were more."""
        before = self.former.lines if self.former is not None else ()
        now = {o.id: o for o in self.cart.lines}
        return [
            o
            for o in before
            if o.id not in now or now[o.id].item_id != o.item_id or now[o.id].qty < o.qty
        ]

    def _said_anew(self, line: CartLine, told: set[int]) -> bool:
        """“Put it back. *One korma and a naan*”: what is ordered in so many words is ordered."""
        return any(
            line.item_id in {i.id for i in m.items} and m.whole and m.start not in told
            for m in self.mentions.values()
        )

    def _bring_back(self, lines: Sequence[CartLine]) -> None:
        if self.former is not None and lines and not self.cart.lines:
            self.cart = replace(self.former, lines=(), customer=self.cart.customer)
        for line in lines:
            now = self.cart.line(line.id)
            taken = now is not None and now.item_id != line.item_id  # that label is another's now
            label = self.cart.next_id() if taken else line.id
            self.cart = self.cart.put(replace(line, id=label))
            self.last = label
