"""The sample restaurant: `restaurant.json`, read and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from domain.business import Business
from domain.codec import decode
from domain.menu import Menu, parse_menu

__all__ = ["Restaurant", "SamplePrinter", "read_restaurant"]

_FILE = Path(__file__).parent / "restaurant.json"


class SamplePrinter(msgspec.Struct, frozen=True):
    """A printer before it stands anywhere: the demo gives it its address when it starts it."""

    id: str
    name: str


class Restaurant(msgspec.Struct, frozen=True):
    """What the demo itself needs of the file; the rest is for `businesses.load`."""

    business_id: str
    business: Business
    menu: Menu
    printers: tuple[SamplePrinter, ...]


def read_restaurant() -> tuple[Restaurant, dict[str, Any]]:
    """The restaurant, and the JSON that it was made of. Raises `Invalid` naming the field."""
    plain = msgspec.json.decode(_FILE.read_bytes(), type=dict[str, Any])
    parse_menu(plain["menu"])
    return decode(plain, Restaurant), plain
