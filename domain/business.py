"""The record `settings/business`: what a restaurant says about itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from domain.clock import iso
from domain.codec import decode
from domain.errors import FieldError, Invalid

__all__ = [
    "BUSINESS_KEY",
    "Business",
    "Holiday",
    "Opening",
    "Span",
    "business_day",
    "hours_on",
    "opening",
    "opens_words",
    "parse_business",
    "promised",
    "zone_of",
]

BUSINESS_KEY = "business"  # the key of this record in the collection `settings`
LOOK_AHEAD_DAYS = 60  # for the next opening: longer than any holiday that still has a caller

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LocalTime = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Span(msgspec.Struct, frozen=True):
    """From `opens` until `closes`, `17:30` on the restaurant's own clock. A `closes` that is not
    later than `opens` is on the next day, so 00:00 to 00:00 is a whole day."""

    opens: LocalTime
    closes: LocalTime


class Holiday(msgspec.Struct, frozen=True):
    """A date on which other hours hold than on its weekday; closed where none are given."""

    date: date
    hours: tuple[Span, ...] = ()


class Opening(msgspec.Struct, frozen=True):
    """`until` is when it closes, where it is open, or else when it opens next; None where that is
    not within `LOOK_AHEAD_DAYS`."""

    open_now: bool
    until: datetime | None


class Business(msgspec.Struct, frozen=True):
    """`day_starts_hour`: an order at 01:30 belongs to the evening before. `prep_minutes`: from
    an order to its promised time, and `busy_minutes` are added to them while there is more to do
    than usual. `hours`: a weekday that is not named is closed; none at all is always open.
    `language`: the second language on tickets, or empty. `staff_phone`: where a caller who asks
    for a person is put through to, `+49…`; empty: nobody can be. `call_notice`: what a caller
    hears first about recording and consent, in the words that the law wants there."""

    name: str
    timezone: str = "UTC"
    phone: str = ""
    address: str = ""
    tax_number: str = ""
    day_starts_hour: Annotated[int, Meta(ge=0, le=23)] = 4
    prep_minutes: Annotated[int, Meta(ge=0, le=600)] = 20
    busy_minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    hours: dict[Weekday, tuple[Span, ...]] = {}
    holidays: tuple[Holiday, ...] = ()
    language: str = ""
    receipt_footer: str = ""
    staff_phone: str = ""
    call_notice: str = ""


def parse_business(data: Any) -> Business:
    """What a business says about itself, from plain JSON values, before it is stored. Raises
    `Invalid` naming the field that is wrong."""
    business = decode(data, Business)
    if _zone(business.timezone) is None:
        message = f"there is no time zone {business.timezone!r}; one is Europe/Berlin"
        raise Invalid.of([FieldError("timezone", message)])
    return business


def zone_of(business: Business) -> tzinfo:
    """The restaurant's own time zone; UTC where what is stored names none, since a wrong setting
    must keep no order from being taken and no ticket from being printed."""
    return _zone(business.timezone) or UTC


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # `Europe` is a folder
        return None


def business_day(at: datetime, business: Business) -> str:
    """The day `at` counts to, as `2026-11-22`, in the restaurant's own time zone."""
    local = at.astimezone(zone_of(business))
    return (local - timedelta(hours=business.day_starts_hour)).date().isoformat()


def promised(at: datetime, business: Business) -> str:
    """When an order placed `at` is promised for, RFC 3339."""
    return iso(at + timedelta(minutes=business.prep_minutes + business.busy_minutes))


def opening(at: datetime, business: Business) -> Opening:
    """Whether the restaurant is open `at`, and when that changes."""
    if not business.hours and not business.holidays:
        return Opening(open_now=True, until=None)
    today = at.astimezone(zone_of(business)).date()
    horizon = at + timedelta(days=LOOK_AHEAD_DAYS)
    for opens, closes in _joined(_stretches(business, today)):
        if at < opens:
            return Opening(open_now=False, until=opens if opens <= horizon else None)
        if at < closes:
            return Opening(open_now=True, until=closes if closes <= horizon else None)
    return Opening(open_now=False, until=None)


def hours_on(day: date, business: Business) -> tuple[Span, ...]:
    """The spans that begin on `day`, the earliest first; none where it is closed all day."""
    holidays = {holiday.date: holiday.hours for holiday in business.holidays}
    return tuple(sorted(_spans_of(business, holidays, day), key=lambda s: s.opens))


def _stretches(business: Business, today: date) -> Iterator[tuple[datetime, datetime]]:
    """Every span from yesterday on (it may reach into today) as moments in UTC, by its opening."""
    zone = zone_of(business)
    for n in range(-1, LOOK_AHEAD_DAYS + 2):
        day = today + timedelta(days=n)
        for span in hours_on(day, business):
            last_day = day + timedelta(days=span.closes <= span.opens)
            # An hour that comes twice when the clocks go back is open both times.
            opens = datetime.combine(day, time.fromisoformat(span.opens), zone)
            closes = datetime.combine(last_day, time.fromisoformat(span.closes), zone)
            yield opens.astimezone(UTC), closes.replace(fold=1).astimezone(UTC)


def _spans_of(
    business: Business, holidays: dict[date, tuple[Span, ...]], day: date
) -> tuple[Span, ...]:
    if day in holidays:
        return holidays[day]
    if not business.hours:
        return (Span("00:00", "00:00"),)
    return business.hours.get(_WEEKDAYS[day.weekday()], ())


def _joined(
    stretches: Iterator[tuple[datetime, datetime]],
) -> Iterator[tuple[datetime, datetime]]:
    """Stretches that touch or overlap as one; those without length, which the hour that a summer
    clock leaps over can make, fall away."""
    held: tuple[datetime, datetime] | None = None
    for opens, closes in stretches:
        if opens >= closes:
            continue
        if held is not None and opens <= held[1]:
            held = held[0], max(held[1], closes)
            continue
        if held is not None:
            yield held
        held = opens, closes
    if held is not None:
        yield held


def opens_words(opening: Opening, at: datetime, business: Business) -> str:
    """When a closed restaurant opens, as it is said `at` that moment: `tomorrow at 11:30`; empty
    where nobody knows."""
    if opening.until is None:
        return ""
    zone = zone_of(business)
    opens = opening.until.astimezone(zone)
    days = (opens.date() - at.astimezone(zone).date()).days
    if days == 0:
        return f"at {opens:%H:%M}"
    if days == 1:
        return f"tomorrow at {opens:%H:%M}"
    if days < len(_WEEKDAYS):
        return f"on {opens:%A} at {opens:%H:%M}"
    return f"on {opens:%A}, {opens.day} {opens:%B}, at {opens:%H:%M}"
