"""Which moment a time of day means, and what an order can be promised for."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.business import Business, Span, business_day
from domain.promise import Possible, earliest, moment_of, possible

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=BERLIN)  # a Tuesday
ALWAYS = Business(name="Bistro", timezone="Europe/Berlin", prep_minutes=25)
EVENINGS = Business(
    name="Bistro",
    timezone="Europe/Berlin",
    prep_minutes=20,
    busy_minutes=10,
    hours={"tue": (Span("11:30", "14:30"), Span("17:30", "22:00"))},
)
LATE = Business(
    name="Bar", timezone="Europe/Berlin", hours={"tue": (Span("17:00", "03:00"),)}, prep_minutes=10
)


def at(hour: int, minute: int = 0, *, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("said", "twice", "now", "business", "meant"),
    [
        (time(7), True, NOON, ALWAYS, at(19)),
        (time(7), False, NOON, ALWAYS, at(7)),
        (time(12, 30), True, NOON, ALWAYS, at(12, 30)),
        (time(12, 10), True, NOON, ALWAYS, at(12, 10)),  # too early, and not after midnight
        (time(8), True, at(7), ALWAYS, at(8)),
        (time(8), True, at(7), EVENINGS, at(20)),  # closed in the morning
        (time(10), True, NOON, EVENINGS, at(22)),  # the moment at which it closes
        (time(1), True, at(22), LATE, at(1, day=25)),
        (time(0), False, at(22), LATE, at(0, day=25)),
        (time(3), True, at(23), EVENINGS, at(3, day=25)),  # both are closed
        (time(11, 45), True, NOON, EVENINGS, at(11, 45)),  # just over, and not before midnight
    ],
)
def test_the_moment_that_is_meant(
    said: time, twice: bool, now: datetime, business: Business, meant: datetime
) -> None:
    """The first to come while it is open, or the nearest; a night belongs to its evening."""
    assert moment_of(said, now, business, twice=twice) == meant


@pytest.mark.parametrize(
    ("wanted", "business", "verdict"),
    [
        (at(12, 25), ALWAYS, Possible.YES),
        (at(12, 23), ALWAYS, Possible.TOO_EARLY),
        (at(7), ALWAYS, Possible.TOO_EARLY),
        (at(19, day=25), ALWAYS, Possible.OTHER_DAY),
        (at(12, 28), EVENINGS, Possible.TOO_EARLY),
        (at(16), EVENINGS, Possible.CLOSED),
        (at(17, 30), EVENINGS, Possible.YES),
        (at(22), EVENINGS, Possible.YES),
        (at(22, 1), EVENINGS, Possible.CLOSED),
    ],
)
def test_what_can_be_promised(wanted: datetime, business: Business, verdict: Possible) -> None:
    """Not before it can be ready, while it is open, today."""
    assert possible(wanted, NOON, business) is verdict


@given(
    st.integers(0, 365 * 24 * 60).map(lambda n: NOON + timedelta(minutes=n)),
    st.times(),
    st.booleans(),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"]),
)
def test_a_time_is_always_of_the_same_business_day(
    now: datetime, said: time, twice: bool, zone: str
) -> None:
    """Also on the days on which the clocks change."""
    business = Business(name="Bistro", timezone=zone)
    moment = moment_of(said, now, business, twice=twice)
    assert business_day(moment, business) == business_day(now, business)


def test_the_earliest_is_on_the_full_minute() -> None:
    """It is said as hours and minutes, and may be noted a moment later."""
    assert earliest(NOON + timedelta(seconds=1), ALWAYS) == at(12, 26)
    assert possible(at(12, 26), NOON + timedelta(seconds=61), ALWAYS) is Possible.YES
