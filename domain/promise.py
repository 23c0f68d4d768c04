"""A time of today that a guest wants: which moment it is, and whether it can be promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from domain.business import Business, business_day, opening

__all__ = ["Possible", "earliest", "moment_of", "possible"]

_MINUTE = timedelta(minutes=1)
_NOTING = _MINUTE  # what was the earliest time when it was told may still be noted


class Possible(Enum):
    YES = auto()
    TOO_EARLY = auto()
    CLOSED = auto()
    OTHER_DAY = auto()


def earliest(at: datetime, business: Business) -> datetime:
    """When an order placed `at` can be ready, on the full minute."""
    ready = at + timedelta(minutes=business.prep_minutes + business.busy_minutes)
    whole = ready.replace(second=0, microsecond=0)
    return whole if whole == ready else whole + _MINUTE


def possible(wanted: datetime, at: datetime, business: Business) -> Possible:
    """Whether an order placed `at` can be promised for `wanted`: not before it can be ready, while
    the restaurant is open (the moment at which it closes is the last), on the same business day."""
    if wanted + _NOTING < earliest(at, business):
        return Possible.TOO_EARLY
    if business_day(wanted, business) != business_day(at, business):
        return Possible.OTHER_DAY
    return Possible.YES if _open(wanted, business) else Possible.CLOSED


def moment_of(said: time, at: datetime, business: Business, *, twice: bool = False) -> datetime:
    """The moment that `said` means on the restaurant's clock, `at` that moment: the first that is
    still to come in this business day while it is open, else the nearest. `twice`: it may be either
    half of the day, "seven" is 07:00 or 19:00."""
    moments = sorted(_moments(said, at, business, twice=twice))
    coming = (m for m in moments if m >= at and _open(m, business))
    return next(coming, min(moments, key=lambda m: abs(m - at)))


def _moments(said: time, at: datetime, business: Business, *, twice: bool) -> Iterator[datetime]:
    zone = ZoneInfo(business.timezone)
    today = at.astimezone(zone).date()
    hours = {said.hour, (said.hour + 12) % 24} if twice else {said.hour}
    for hour in hours:
        days = [today + timedelta(days=n) for n in (-1, 0, 1)]
        moments = [datetime.combine(day, said.replace(hour=hour), zone) for day in days]
        yield from (m for m in moments if business_day(m, business) == business_day(at, business))


def _open(at: datetime, business: Business) -> bool:
    return any(opening(m, business).open_now for m in (at, at - _MINUTE))
