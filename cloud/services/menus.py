"""Menus, and what is 86'd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from cloud.db.pool import Connection, Pool, acquiring
from cloud.db.records import Versioned, find_record, sellable, sold_out_items
from cloud.services.records import State, Writer, check_base
from domain.business import BUSINESS_KEY, Business
from domain.codec import decode
from domain.errors import Conflict, NotFound
from domain.menu import Menu, parse_new_menu
from sync.wire import Collection

__all__ = ["MENU_KEY", "Menus", "Offer", "current_offer", "profile_of"]

MENU_KEY = "main"  # the key of a business's one menu in the collection `menu`


class Offer(msgspec.Struct, frozen=True):
    """What can be ordered at this moment, and from whom."""

    business: Business
    menu: Menu
    sold_out: frozenset[str]


class Menus:
    """The menu of each business."""

    def __init__(self, pool: Pool, writer: Writer) -> None:
        self._pool = pool
        self._writer = writer

    async def get(self, business_id: str) -> Versioned:
        """The menu as it is stored. Raises `NotFound` where there is none yet."""
        async with acquiring(self._pool) as connection:
            found = await find_record(connection, business_id, Collection.MENU, MENU_KEY)
        if found is None or found.deleted:
            raise NotFound(f"The business {business_id!r} has no menu yet.")
        return found

    async def put(
        self, business_id: str, menu: Mapping[str, Any], *, base_version: int, actor: str
    ) -> Versioned:
        """Replaces the menu (plain JSON values; unknown fields are kept). `base_version` is 0 for
        the first one.

        Raises `Invalid` naming each wrong field, `VersionMismatch` with the present menu.
        """
        parse_new_menu(menu)
        async with self._writer.writing(business_id, by=actor) as writing:
            current = await writing.find(Collection.MENU, MENU_KEY)
            check_base(current, base_version)
            if current is not None and current.data == menu:
                return current
            state = State(Collection.MENU, MENU_KEY, dict(menu))
            return await writing.put(state, base_version=base_version)

    async def sold_out(self, business_id: str) -> frozenset[str]:
        """The ids of the items that are 86'd."""
        async with acquiring(self._pool) as connection:
            return frozenset(await sold_out_items(connection, business_id))


async def current_offer(connection: Connection, business_id: str) -> Offer:
    """What an order is checked against, as of the caller's transaction. Raises `Conflict` where
    the business cannot take orders yet."""
    records = await sellable(connection, business_id)
    by_key = {(r.collection, r.key): r.data for r in records}
    menu = by_key.get((Collection.MENU, MENU_KEY))
    if menu is None:
        raise Conflict("This business has no menu yet, so it takes no orders.")
    profile = by_key.get((Collection.SETTINGS, BUSINESS_KEY), {"name": business_id})
    return Offer(
        business=decode(profile, Business),
        menu=decode(menu, Menu),
        sold_out=frozenset(r.key for r in records if r.collection == Collection.AVAILABILITY),
    )


async def profile_of(connection: Connection, business_id: str) -> Business:
    """What the business says about itself. Raises `NotFound`."""
    found = await find_record(connection, business_id, Collection.SETTINGS, BUSINESS_KEY)
    if found is None or found.deleted:
        raise NotFound(f"There is no business {business_id!r}.")
    return decode(found.data, Business)
