"""The record `settings/business`: what a restaurant says about itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from domain.clock import iso

__all__ = ["BUSINESS_KEY", "Business", "business_day", "promised"]

BUSINESS_KEY = "business"  # the key of this record in the collection `settings`


class Business(msgspec.Struct, frozen=True):
    """`day_starts_hour`: an order at 01:30 belongs to the evening before. `prep_minutes`: from
    an order to its promised time. `language`: the second language on tickets, or empty."""

    name: str
    timezone: str = "UTC"
    phone: str = ""
    address: str = ""
    tax_number: str = ""
    day_starts_hour: Annotated[int, Meta(ge=0, le=23)] = 4
    prep_minutes: Annotated[int, Meta(ge=0, le=600)] = 20
    language: str = ""
    receipt_footer: str = ""


def business_day(at: datetime, business: Business) -> str:
    """The day `at` counts to, as `2026-11-22`, in the restaurant's own time zone."""
    local = at.astimezone(ZoneInfo(business.timezone))
    return (local - timedelta(hours=business.day_starts_hour)).date().isoformat()


def promised(at: datetime, business: Business) -> str:
    """When an order placed `at` is promised for, RFC 3339."""
    return iso(at + timedelta(minutes=business.prep_minutes))
