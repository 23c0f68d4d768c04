"""The sample restaurant: `restaurant.json`, read and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from domain.business import Business
from domain.codec import decode
from domain.menu import Menu, parse_menu

__all__ = ["Restaurant", "SamplePrinter", "SampleStaff", "SampleUser", "read_restaurant"]

_FILE = Path(__file__).parent / "restaurant.json"


class SamplePrinter(msgspec.Struct, frozen=True):
    """A printer before it stands anywhere: the demo gives it its address when it starts it."""

    id: str
    name: str


class SampleUser(msgspec.Struct, frozen=True):
    """Who signs in to the cloud. It is nobody's password but the sample's."""

    email: str
    password: str


class SampleStaff(msgspec.Struct, frozen=True):
    """Who signs in to the edge's pages."""

    name: str
    role: str
    pin: str


class Restaurant(msgspec.Struct, frozen=True):
    """What the demo itself needs of the file; the rest is for `businesses.load`."""

    business_id: str
    business: Business
    menu: Menu
    printers: tuple[SamplePrinter, ...]
    users: tuple[SampleUser, ...]
    staff: tuple[SampleStaff, ...]


def read_restaurant() -> tuple[Restaurant, dict[str, Any]]:
    """The restaurant, and the JSON that it was made of. Raises `Invalid` naming the field."""
    plain = msgspec.json.decode(_FILE.read_bytes(), type=dict[str, Any])
    parse_menu(plain["menu"])
    return decode(plain, Restaurant), plain
