"""The time for which the food is wanted: the moment that was meant, and why it cannot be."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from agent.asides import Wanted
from agent.house import House
from agent.wording import on_their_clock
from domain.clock import from_iso
from domain.promise import Possible, earliest, moment_of, possible

__all__ = ["Moment", "clock_words", "moment_wanted", "refusal_words", "shifted"]


class Moment(NamedTuple):
    """`at` is what was meant, or the earliest that can be where that is too early. `possible` tells
    whether it can be promised."""

    at: datetime
    possible: Possible


def moment_wanted(house: House, wanted: Wanted) -> Moment:
    """What `wanted`, said now, comes to."""
    assert house.now is not None, "a call tells the time"
    now, business = house.now, house.business
    first = earliest(now, business)
    if wanted.day and not _is_today(wanted.day, now.astimezone(ZoneInfo(business.timezone))):
        return Moment(first, Possible.OTHER_DAY)
    if wanted.minutes is not None:
        meant = now + timedelta(minutes=wanted.minutes)
        meant += timedelta(minutes=1) * bool(meant.second or meant.microsecond)
        meant = meant.replace(second=0, microsecond=0)
    elif wanted.hour is not None:
        meant = moment_of(time(wanted.hour, wanted.minute), now, business, twice=wanted.twice)
    else:
        return Moment(first, Possible.YES)
    verdict = possible(meant, now, business)
    return Moment(first if verdict is Possible.TOO_EARLY else meant, verdict)


def shifted(house: House, wanted: Wanted, promised_at: str) -> Wanted:
    """“Half an hour later”, than `promised_at`, or than as soon as it can be, as a time of day."""
    assert house.now is not None, "a call tells the time"
    if not wanted.shift:
        return wanted
    before = from_iso(promised_at) if promised_at else earliest(house.now, house.business)
    at = before + timedelta(minutes=wanted.shift)
    local = at.astimezone(ZoneInfo(house.business.timezone))
    return Wanted(local.hour, local.minute, words=wanted.words)


def _is_today(day: str, now: datetime) -> bool:
    return day == f"{now:%A}".lower()


def clock_words(house: House, at: datetime) -> str:
    """`19:05`, on the restaurant's clock."""
    return at.astimezone(ZoneInfo(house.business.timezone)).strftime("%H:%M")


def refusal_words(house: House, moment: Moment) -> str:
    """Why the order cannot be promised for then; empty where it can."""
    match moment.possible:
        case Possible.YES:
            return ""
        case Possible.TOO_EARLY:
            first = on_their_clock(house, clock_words(house, moment.at))
            return f"The earliest I can do is {first}."
        case Possible.OTHER_DAY:
            return "I can only take orders for today."
        case Possible.CLOSED:
            closes = f"; today we close {house.hours.words}" if house.hours.words else ""
            told = f"We're closed at {clock_words(house, moment.at)}{closes}."
            return on_their_clock(house, told)
