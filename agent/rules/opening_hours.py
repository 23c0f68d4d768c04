"""When the house is open: now, and on the days that a caller names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from agent.house import House
from agent.wording import closed_words, listing, on_their_clock
from domain.business import hours_on

__all__ = ["hours_words"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKEND = ("saturday", "sunday")


def hours_words(house: House, words: Collection[str]) -> str:
    """The answer to a question after the hours, asked in `words`, lower-case and unaccented."""
    business, today = house.business, house.hours.today
    days = _days_named(words, today) if today is not None else []
    if days and (business.hours or business.holidays):
        return " ".join(_on(house, name, day) for name, day in days)
    if house.hours.closed:
        return closed_words(house)
    if house.hours.words and not days:
        return f"We're open now, and close {on_their_clock(house, house.hours.words)}."
    return "I don't have the opening hours here, but I can take your order now."


def _days_named(words: Collection[str], today: date) -> list[tuple[str, date]]:
    """Each day that is named as it is said back, with the next date that it is."""
    said = set(words) | {word.removesuffix("s") for word in words}
    weekend = set(_WEEKEND) if said & {"weekend"} else set()
    named = [("tomorrow", today + timedelta(days=1))] if "tomorrow" in said else []
    for n, name in enumerate(_DAYS):
        if name in said | weekend:
            ahead = (n - today.weekday()) % len(_DAYS)
            named.append((f"on {name.capitalize()}", today + timedelta(days=ahead)))
    return named


def _on(house: House, name: str, day: date) -> str:
    spans = hours_on(day, house.business)
    if not spans:
        return f"We're closed {name}."
    if any(span.opens == span.closes for span in spans):
        return f"We're open all day {name}."
    told = listing([f"from {s.opens} to {s.closes}" for s in spans])
    return f"We're open {name} {on_their_clock(house, told)}."
