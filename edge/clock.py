"""The time in the restaurant. A small computer has no battery: after a power cut its clock may
stand in another year until it hears better.

Two witnesses know more than it does. What was written last was not written in the future; and the
cloud says the time with every answer.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from domain.clock import Clock, iso

__all__ = ["HouseClock"]

TOLERANCE = timedelta(
    minutes=5
)  # a clock this near is left alone: an answer may be long on its way

_log = logging.getLogger(__name__)


class HouseClock:
    """`machine`, put right. `not_before` is when something was last written here, None where
    nothing was."""

    def __init__(self, machine: Clock, not_before: datetime | None) -> None:
        self._machine = machine
        self._known = not_before or machine.now()  # the time when `monotonic` was `_at_s`
        self._at_s = machine.monotonic()
        self._told = False  # by the cloud; else `_known` is only the earliest that it can be

    def now(self) -> datetime:
        machine, known = self._machine.now(), self._by_witness()
        believed = abs(machine - known) <= TOLERANCE if self._told else machine >= known
        return machine if believed else known

    def monotonic(self) -> float:
        return self._machine.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._machine.sleep(seconds)

    def told(self, http_date: str) -> None:
        """The cloud has answered, with this `Date`. What is no date says nothing."""
        try:
            at = parsedate_to_datetime(http_date)
            off = at - self._machine.now()
        except (ValueError, TypeError):  # the second for a date without a zone
            return
        if abs(off) > TOLERANCE and not (self._told and abs(at - self._by_witness()) <= TOLERANCE):
            _log.warning("this machine's clock is wrong: the cloud says it is %s", iso(at))
        self._known, self._at_s, self._told = at, self._machine.monotonic(), True

    def _by_witness(self) -> datetime:
        return self._known + timedelta(seconds=self._machine.monotonic() - self._at_s)
