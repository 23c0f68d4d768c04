"""Where a talk stands, as far as the recogniser cares."""

from __future__ import annotations

from agent.rules import Ask
from agent.speech.corpus import Moment

__all__ = ["moment_of"]

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
