"""The restaurant as it is now: menu, what is 86'd, what it says about itself.

Read from the records once, and read again when one of them was written; so an order costs no look
at the menu's table, and sees every change that was committed before it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from domain.business import BUSINESS_KEY, Business, zone_of
from domain.codec import decode
from domain.errors import Invalid, Unavailable
from domain.menu import Availability, Menu, parse_menu
from edge.store import identity, records
from edge.store.announcements import Announcement, RecordWritten
from edge.store.store import Store
from sync.wire import Collection

__all__ = ["House", "Restaurant"]

NO_MENU = '"0"'  # what the first menu is based on

_SHOWN = frozenset({Collection.MENU, Collection.AVAILABILITY, Collection.SETTINGS})

_log = logging.getLogger(__name__)


class Restaurant(msgspec.Struct, frozen=True):
    """`sold_out` holds item ids. `menu_json` is the menu as stored, fields we don't know included;
    `menu` is None until one has come, or where it cannot be read. `menu_etag` is what a change of
    it sends as If-Match."""

    business_id: str
    business: Business
    menu: Menu | None
    menu_json: str
    menu_etag: str
    sold_out: frozenset[str]

    def reprint_banner(self, now: datetime, *, by: str) -> str:
        """What a ticket says that is printed once more: that it is, when and for whom."""
        local = now.astimezone(zone_of(self.business))
        return f"REPRINT {local:%H:%M} {by}"

    def need_menu(self) -> Menu:
        """Raises `Unavailable` in words that tell what to do."""
        if not self.business_id:
            raise Unavailable("Pair this edge first: panbot edge pair CODE.")
        if self.menu is None:
            raise Unavailable("The menu has not come from the cloud yet.")
        return self.menu


class House:
    """Keeps the present `Restaurant`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._present: Restaurant | None = None
        self._writes = 0  # counts what `forget` saw, so that a read that began before is not kept

    async def now(self) -> Restaurant:
        """The restaurant as of the latest commit."""
        while self._present is None:
            writes = self._writes
            present = await self._store.read(_restaurant)
            if writes == self._writes:
                self._present = present
        return self._present

    def heard(self, announcements: Sequence[Announcement]) -> None:
        """Called after each commit, before the one who wrote is answered."""
        for one in announcements:
            if isinstance(one, RecordWritten) and one.collection in _SHOWN:
                self.forget()

    def forget(self) -> None:
        self._writes += 1
        self._present = None


def _restaurant(db: sqlite3.Connection) -> Restaurant:
    who = identity.read(db)
    menus = records.all_of(db, Collection.MENU)
    business = records.find(db, Collection.SETTINGS, BUSINESS_KEY)
    return Restaurant(
        business_id=who.business_id if who else "",
        business=_business(business),
        menu=_menu(menus[0]) if menus else None,
        menu_json=menus[0].json if menus else "null",
        menu_etag=menus[0].etag if menus else NO_MENU,
        sold_out=_sold_out(db),
    )


def _business(record: records.Record | None) -> Business:
    """What is known of the business; bare defaults print a ticket all the same."""
    try:
        return decode(record.data, Business) if record else Business(name="")
    except Invalid as error:
        _log.error("the settings of the business cannot be read: %s", error.detail)
        return Business(name="")


def _menu(record: records.Record) -> Menu | None:
    try:
        return parse_menu(record.data)
    except Invalid as error:  # orders that are there already must still be served
        _log.error("the menu %s cannot be read: %s", record.key, error.detail)
        return None


def _sold_out(db: sqlite3.Connection) -> frozenset[str]:
    rows = (
        msgspec.json.decode(record.json, type=Availability)
        for record in records.all_of(db, Collection.AVAILABILITY)
    )
    return frozenset(row.item_id for row in rows if not row.available)
