"""Times, identifiers, business days, errors, event and channel names."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.business import Business, business_day, promised
from domain.clock import SystemClock, from_iso, iso
from domain.errors import FieldError, Invalid, VersionMismatch, problem
from domain.events import business_channel, event_type, job_channel
from domain.ids import UuidV7

zones = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(timezone)
times = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001


class StillClock(SystemClock):
    """A clock that shows `at`."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


@given(times)
def test_a_time_comes_back_to_the_millisecond(at: datetime) -> None:
    """Whatever zone it was in, it is written in UTC."""
    assert timedelta(0) <= at - from_iso(iso(at)) < timedelta(milliseconds=1)
    assert iso(at).endswith("Z")


@given(times, times)
def test_written_times_sort_as_text(one: datetime, other: datetime) -> None:
    """SQLite and PostgreSQL compare them as they stand."""
    assert sorted([iso(one), iso(other)]) == [iso(t) for t in sorted([one, other])]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-11-22T20:00:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:00:00Z",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_what_is_no_time(text: str) -> None:
    """No zone, no time; and none so far off that nothing can be reckoned with it."""
    with pytest.raises(ValueError):
        from_iso(text)


@given(times, st.integers(0, 2**74 - 1))
def test_an_identifier_is_a_uuid_of_version_7(at: datetime, bits: int) -> None:
    """Well formed, whatever the randomness, and it carries its millisecond."""
    text = UuidV7(StillClock(at), lambda n: bits & ((1 << n) - 1)).new()
    made = uuid.UUID(text)
    assert text == str(made)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(times, times)
def test_identifiers_sort_by_the_time_they_were_made(one: datetime, other: datetime) -> None:
    """A table in id order is in the order of making, to the millisecond."""
    earlier, later = sorted([one, other])
    if later - earlier >= timedelta(milliseconds=1):
        assert UuidV7(StillClock(earlier)).new() < UuidV7(StillClock(later)).new()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-22T19:51:28Z", "2026-11-22"),
        ("2026-11-23T02:59:59Z", "2026-11-22"),
        ("2026-11-23T03:00:00Z", "2026-11-23"),
    ],
)
def test_a_late_order_belongs_to_the_evening_before(at: str, day: str) -> None:
    """In Berlin's winter, 3:59 in the morning is still yesterday's business."""
    business = Business(name="Trattoria", timezone="Europe/Berlin", day_starts_hour=4)
    assert business_day(from_iso(at), business) == day


def test_a_promise_is_the_restaurants_own_time() -> None:
    """An order is promised for as many minutes later as the restaurant says."""
    business = Business(name="Trattoria", prep_minutes=35)
    assert promised(from_iso("2026-11-22T19:51:28Z"), business) == "2026-11-22T20:26:28.000Z"


@pytest.mark.parametrize(
    ("collection", "version", "name"),
    [
        ("order", 1, "order.created"),
        ("order", 2, "order.updated"),
        ("menu", 1, "menu.updated"),
        ("availability", 7, "menu.updated"),
        ("printer", 3, "printer.status"),
        ("message", 1, "message.created"),
        ("message", 2, "message.updated"),
        ("customer", 1, "record.updated"),
    ],
)
def test_every_write_announces_an_event(collection: str, version: int, name: str) -> None:
    """A listener counts on a sequence without holes."""
    assert event_type(collection, version) == name


def test_channels_are_named_in_one_place() -> None:
    """By business and by job."""
    assert (business_channel("b1"), job_channel("j1")) == ("business:b1", "job:j1")


def test_an_error_becomes_a_problem_object() -> None:
    """RFC 9457's fields, the wrong fields by name, and what stands now."""
    refused = Invalid.of([FieldError("lines[0].qty", "between 1 and 50")])
    assert problem(refused, instance="/orders") == {
        "type": "urn:panbot:problem:invalid",
        "title": "Some fields are not acceptable",
        "status": 422,
        "detail": "lines[0].qty: between 1 and 50",
        "instance": "/orders",
        "errors": [{"field": "lines[0].qty", "message": "between 1 and 50"}],
    }
    late = VersionMismatch("too late", version=3, current={"name": "x"})
    assert problem(late, instance="/menu")["version"] == 3
    assert problem(late, instance="/menu")["current"] == {"name": "x"}
