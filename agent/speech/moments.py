"""Where a talk stands, as far as the recogniser cares."""

from __future__ import annotations

import re
from collections.abc import Callable

from agent.call import Call
from agent.rules import Ask
from agent.speech.recogniser import Heard
from agent.speech.search import Hints
from agent.speech.vocabulary import Moment

__all__ = ["CallHints", "moment_of"]

SAYINGS = 2  # of a name are weighed with the next: who is misheard a third time spells it

_MOMENTS = {
    Ask.MORE: Moment.MORE,
    Ask.CHANGE: Moment.MORE,
    Ask.OPTION: Moment.OPTION,
    Ask.OPEN: Moment.OPTION,
    Ask.AGAIN: Moment.OPTION,
    Ask.NAME: Moment.PERSON,
    Ask.SPELLING: Moment.LETTERS,
    Ask.TYPE: Moment.PERSON,
    Ask.ADDRESS: Moment.PERSON,
    Ask.CONFIRM: Moment.CONFIRM,
}


def moment_of(ask: Ask) -> Moment:
    """What may come after `ask`."""
    return _MOMENTS.get(ask, Moment.ORDER)


class CallHints:
    """What one call tells its recogniser. Names: those of the caller's earlier orders, and those
    that were read back; whoever says no and a name after that says another one."""

    def __init__(self, call: Call, asked: Callable[[], Ask]) -> None:
        self._call = call
        self._asked = asked
        self._read: tuple[str, ...] = ()
        self._heard: tuple[dict[str, float], ...] = ()

    def now(self) -> Hints:
        """As `asked` has it; to be asked before each turn is heard."""
        if self._asked() is Ask.CONFIRM:
            read = (*self._read, *_words(self._call.cart.customer.name))
            self._read = tuple(dict.fromkeys(read))
        guest = self._call.guest
        earlier = [order.customer.name for order in (*guest.todays, *guest.orders)]
        return Hints(
            names=_words(" ".join(earlier)),
            refused=self._read,
            heard=self._heard if self._read else (),
            ordered=tuple(line.item_id for line in self._call.cart.lines),
        )

    def note(self, heard: Heard) -> None:
        """To be told of each turn, once it was heard to its end."""
        self._call.unsure_name = heard.unsure
        if heard.names:
            self._heard = (*self._heard, heard.names)[-SAYINGS:]


def _words(name: str) -> tuple[str, ...]:
    """As the recogniser writes them."""
    return tuple(word.capitalize() for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", name))
