"""When a restaurant is open: weekdays, nights, holidays, and the hours that a clock skips."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.business import (
    Business,
    Holiday,
    Span,
    business_day,
    hours_on,
    opening,
    opens_words,
    parse_business,
    promised,
)
from domain.clock import from_iso, iso
from domain.codec import decode, encode
from domain.errors import Invalid

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",  # its summer is half an hour
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/Santiago",  # changes at midnight
)

BISTRO = Business(
    name="Bistro",
    timezone="Europe/Berlin",
    hours={
        "tue": (Span("11:30", "14:30"), Span("17:30", "22:00")),
        "fri": (Span("17:30", "02:00"),),
        "sat": (Span("17:30", "03:30"),),
    },
    holidays=(
        Holiday(date(2026, 12, 25)),
        Holiday(date(2026, 12, 24), (Span("11:00", "14:00"),)),
    ),
)

local_times = st.times().map(lambda t: f"{t:%H:%M}")
spans = st.builds(Span, local_times, local_times)
weeks = st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(spans, max_size=3).map(tuple))
businesses = st.builds(
    Business,
    name=st.just("Bistro"),
    timezone=st.sampled_from(ZONES),
    hours=weeks.filter(bool),
    holidays=st.lists(
        st.builds(
            Holiday,
            st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            st.lists(spans, max_size=2).map(tuple),
        ),
        max_size=5,
    ).map(tuple),
)
moments = st.datetimes(
    datetime(2026, 1, 3),  # noqa: DTZ001
    datetime(2026, 12, 29),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("local", "open_now", "until"),
    [
        ("2026-11-24T11:29", False, "2026-11-24T11:30"),  # a Tuesday
        ("2026-11-24T11:30", True, "2026-11-24T14:30"),
        ("2026-11-24T14:30", False, "2026-11-24T17:30"),
        ("2026-11-24T22:00", False, "2026-11-27T17:30"),
        ("2026-11-28T01:59", True, "2026-11-28T02:00"),  # Friday's night
        ("2026-11-28T02:00", False, "2026-11-28T17:30"),
        ("2026-12-24T12:00", True, "2026-12-24T14:00"),  # hours that only this Thursday has
        ("2026-12-25T18:00", False, "2026-12-26T17:30"),  # a Friday that is closed
        ("2026-03-29T01:30", True, "2026-03-29T03:30"),  # the night with an hour less
        ("2026-10-25T02:30", True, "2026-10-25T03:30"),  # the night with an hour more
    ],
)
def test_hours_are_the_restaurants_own(local: str, open_now: bool, until: str) -> None:
    """Several spans a day, past midnight, holidays, all on the clock on the restaurant's wall."""
    zone = ZoneInfo("Europe/Berlin")
    found = opening(datetime.fromisoformat(local).replace(tzinfo=zone), BISTRO)
    assert found.open_now is open_now
    assert found.until == datetime.fromisoformat(until).replace(tzinfo=zone)


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    """A bar that closes at half past two stays open through both of that night's."""
    bar = replace(BISTRO, hours={"sat": (Span("20:00", "02:30"),)})
    assert opening(from_iso("2026-10-25T00:45:00Z"), bar).open_now  # 2:45 for the first time
    assert opening(from_iso("2026-10-25T01:00:00Z"), bar).until == from_iso("2026-10-25T01:30:00Z")


@given(businesses, moments)
def test_it_is_open_exactly_until_it_says(business: Business, at: datetime) -> None:
    """At the moment that it names, and not a minute before, open becomes closed or the reverse."""
    found = opening(at, business)
    if found.until is not None:
        assert found.until > at
        assert opening(found.until, business).open_now is not found.open_now
        before = max(at, found.until - timedelta(minutes=1))
        assert opening(before, business).open_now is found.open_now


@given(businesses, moments)
def test_the_clock_on_the_wall_decides(business: Business, at: datetime) -> None:
    """On days without a change of the clocks: open where the wall's clock is inside of a span."""
    zone = ZoneInfo(business.timezone)
    local = at.astimezone(zone)
    around = (local + timedelta(days=n) for n in (-2, -1, 1, 2))
    if any(day.utcoffset() != local.utcoffset() for day in around):
        return
    assert opening(at, business).open_now is _by_the_wall(business, local)


def _by_the_wall(business: Business, local: datetime) -> bool:
    def spans_of(day: date) -> tuple[Span, ...]:
        for holiday in reversed(business.holidays):
            if holiday.date == day:
                return holiday.hours
        return business.hours.get(WEEKDAYS[day.weekday()], ())

    now = f"{local:%H:%M}"
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return any(
        s.opens <= now and (now < s.closes or s.closes <= s.opens) for s in spans_of(today)
    ) or any(s.closes <= s.opens and now < s.closes for s in spans_of(yesterday))


def test_without_hours_it_is_always_open() -> None:
    """A record of an older program has none; only its holidays close it."""
    plain = decode({"name": "Bistro"}, Business)
    assert opening(from_iso("2026-11-22T03:00:00Z"), plain).open_now
    closed = replace(plain, holidays=(Holiday(date(2026, 12, 25)),))
    assert not opening(from_iso("2026-12-25T12:00:00Z"), closed).open_now
    assert opening(from_iso("2026-12-24T12:00:00Z"), closed).until == from_iso(
        "2026-12-25T00:00:00Z"
    )


def test_closed_for_the_season() -> None:
    """Where nothing opens within two months, nobody is told a day."""
    resting = replace(BISTRO, hours={"mon": ()})
    at = from_iso("2026-01-10T12:00:00Z")
    assert (opening(at, resting).open_now, opens_words(opening(at, resting), at, resting)) == (
        False,
        "",
    )


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-24T09:00:00Z", "at 11:30"),
        ("2026-11-26T20:00:00Z", "tomorrow at 17:30"),
        ("2026-11-22T09:00:00Z", "on Tuesday at 11:30"),
    ],
)
def test_when_it_opens_in_words(at: str, words: str) -> None:
    """As a person would say it on that day."""
    moment = from_iso(at)
    assert opens_words(opening(moment, BISTRO), moment, BISTRO) == words


def test_an_opening_far_away_has_its_date() -> None:
    """A weekday alone would be taken for this week's."""
    only = replace(BISTRO, hours={}, holidays=(Holiday(date(2026, 12, 20), ()),))
    away = replace(
        only, hours={"mon": ()}, holidays=(Holiday(date(2026, 12, 7), (Span("12:00", "15:00"),)),)
    )
    at = from_iso("2026-11-22T09:00:00Z")
    assert opens_words(opening(at, away), at, away) == "on Monday, 7 December, at 12:00"


def test_a_busy_restaurant_promises_later() -> None:
    """What it says about being busy is added to its usual time."""
    at = from_iso("2026-11-22T19:00:00Z")
    assert promised(at, replace(BISTRO, prep_minutes=20, busy_minutes=25)) == iso(
        at + timedelta(minutes=45)
    )


def test_hours_come_back_from_the_record() -> None:
    """Stored and read again they are the same; a time that is none is refused by its place."""
    assert decode(encode(BISTRO), Business) == BISTRO
    with pytest.raises(Invalid) as refused:
        decode({"name": "B", "hours": {"mon": [{"opens": "25:00", "closes": "01:00"}]}}, Business)
    assert refused.value.fields[0].field.startswith("hours")


@pytest.mark.parametrize("zone", ["Mars/X", "Europe", "", "../etc", "CET/", "Europe/Berlin "])
def test_a_time_zone_that_is_none(zone: str) -> None:
    """Before it is stored it is refused by its field; where it is stored already, orders go on by
    UTC."""
    with pytest.raises(Invalid) as refused:
        parse_business({"name": "Bistro", "timezone": zone})
    assert [error.field for error in refused.value.fields] == ["timezone"]
    stored = Business(name="Bistro", timezone=zone, holidays=BISTRO.holidays)
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert business_day(at, stored) == "2026-11-22"
    assert opening(at, stored).open_now


def test_the_hours_of_a_day() -> None:
    """Those that begin on it, the earliest first; a holiday's own, and none where it is closed."""
    assert hours_on(date(2026, 12, 1), BISTRO) == (Span("11:30", "14:30"), Span("17:30", "22:00"))
    assert hours_on(date(2026, 12, 24), BISTRO) == (Span("11:00", "14:00"),)
    assert hours_on(date(2026, 12, 25), BISTRO) == ()
    assert hours_on(date(2026, 11, 30), BISTRO) == ()
