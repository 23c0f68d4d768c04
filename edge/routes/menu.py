"""`menu`, `availability/{item}`: what can be sold, and what of it now."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from domain.codec import encode
from domain.errors import NotFound
from domain.menu import Availability, Menu, parse_new_menu
from edge.access import need_owner
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, json_text, one_record
from edge.store import menus
from edge.store.edits import edit
from sync.wire import Collection
from web.bodies import decode_body
from web.documented import takes
from web.versions import base_version

__all__ = ["Available", "Menus"]


class Available(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    available: bool


class Menus(Controller):
    path = "/"
    tags = ("menu",)

    @get("/menu")
    async def menu(self, parts: NamedDependency[Parts]) -> JsonText:
        """`{business, menu, sold_out}`: the menu as the owner wrote it, the ids of the items that
        are 86'd, and what the restaurant says about itself. The ETag is the menu's."""
        restaurant = await parts.house.now()
        shown = {
            "business": restaurant.business,
            "menu": msgspec.Raw(restaurant.menu_json.encode()),
            "sold_out": sorted(restaurant.sold_out),
        }
        etag = {"ETag": restaurant.menu_etag}
        return json_text(msgspec.json.encode(shown).decode(), headers=etag)

    @put("/menu", guards=[need_owner], operation_class=takes(Menu))
    async def put_menu(
        self, request: SignedIn, body: RawBody, parts: NamedDependency[Parts]
    ) -> JsonText:
        """Replaces the menu, with the internet or without. If-Match says which one was changed;
        fields that this program does not know are kept."""
        menu = decode_body(body, dict[str, Any])
        parse_new_menu(menu)
        based_on = base_version(request)
        stamp = parts.stamp(request.user.sub)
        return one_record(await parts.store.write(lambda tx: menus.put(tx, menu, based_on, stamp)))

    @put("/availability/{item_id:str}", operation_class=takes(Available))
    async def set_available(
        self,
        request: SignedIn,
        item_id: FromPath[str],
        body: RawBody,
        parts: NamedDependency[Parts],
    ) -> JsonText:
        """Says whether an item can be had. The cloud hears of it within seconds."""
        wanted = decode_body(body, Available)
        menu = (await parts.house.now()).need_menu()
        if menu.item(item_id) is None:
            raise NotFound(f"There is no item {item_id!r} on the menu.")
        after = encode(Availability(item_id, wanted.available, changed_by=request.user.sub))
        stamp = parts.stamp(request.user.sub)
        record = await parts.store.write(
            lambda tx: edit(tx, Collection.AVAILABILITY, item_id, after, stamp)
        )
        return one_record(record)
