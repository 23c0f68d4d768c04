"""Where a talk stands, as far as the recogniser cares."""

from __future__ import annotations

import re
from collections.abc import Callable

from agent.call import Call
from agent.rules import Ask
from agent.speech.corpus import Moment
from agent.speech.recogniser import Heard
from agent.speech.search import Names

__all__ = ["KnownNames", "moment_of"]

SAYINGS = 2  # of a name are weighed with the next: who is misheard a third time spells it

_MOMENTS = {
    Ask.MORE: Moment.MORE,
    Ask.CHANGE: Moment.MORE,
    Ask.OPTION: Moment.OPTION,
    Ask.OPEN: Moment.OPTION,
    Ask.AGAIN: Moment.OPTION,
    Ask.NAME: Moment.PERSON,
    Ask.TYPE: Moment.PERSON,
    Ask.ADDRESS: Moment.PERSON,
    Ask.CONFIRM: Moment.CONFIRM,
}


def moment_of(ask: Ask) -> Moment:
    """What may come after `ask`."""
    return _MOMENTS.get(ask, Moment.ORDER)


class KnownNames:
    """What is known of names in one call: those of the caller's earlier orders, and those that
    were read back. Whoever says no and a name after that says another one."""

    def __init__(self, call: Call, asked: Callable[[], Ask]) -> None:
        self._call = call
        self._asked = asked
        self._read: tuple[str, ...] = ()
        self._heard: tuple[dict[str, float], ...] = ()

    def now(self) -> Names:
        """As `asked` has it; to be asked before each turn is heard."""
        if self._asked() is Ask.CONFIRM:
            read = (*self._read, *_words(self._call.cart.customer.name))
            self._read = tuple(dict.fromkeys(read))
        guest = self._call.guest
        earlier = [order.customer.name for order in (*guest.todays, *guest.orders)]
        return Names(_words(" ".join(earlier)), self._read, self._heard if self._read else ())

    def note(self, heard: Heard) -> None:
        """To be told of each turn, once it was heard to its end."""
        if heard.names:
            self._heard = (*self._heard, heard.names)[-SAYINGS:]


def _words(name: str) -> tuple[str, ...]:
    """As the recogniser writes them."""
    return tuple(word.capitalize() for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", name))
