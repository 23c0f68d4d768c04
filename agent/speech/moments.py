"""Where a talk stands, as far as the recogniser cares."""

from __future__ import annotations

from agent.rules import Ask
from agent.speech.corpus import Moment

__all__ = ["moment_of"]

_PERSON = frozenset([Ask.NAME, Ask.TYPE, Ask.ADDRESS])


def moment_of(ask: Ask) -> Moment:
    """What may come after `ask`."""
    if ask is Ask.CONFIRM:
        return Moment.CONFIRM
    return Moment.PERSON if ask in _PERSON else Moment.ORDER
