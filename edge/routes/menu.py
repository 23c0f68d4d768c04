"""`menu`, `availability/{item}`: what can be sold now."""

from __future__ import annotations

import msgspec
from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from domain.codec import encode
from domain.errors import NotFound
from domain.menu import Availability
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, json_text, one_record
from edge.store.edits import edit
from sync.wire import Collection
from web.bodies import decode_body
from web.documented import takes

__all__ = ["Available", "Menus"]


class Available(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    available: bool


class Menus(Controller):
    path = "/"
    tags = ("menu",)

    @get("/menu")
    async def menu(self, parts: NamedDependency[Parts]) -> JsonText:
        """`{business, menu, sold_out}`: the menu as the owner wrote it, the ids of the items that
        are 86'd, and what the restaurant says about itself."""
        restaurant = await parts.house.now()
        shown = {
            "business": restaurant.business,
            "menu": msgspec.Raw(restaurant.menu_json.encode()),
            "sold_out": sorted(restaurant.sold_out),
        }
        return json_text(msgspec.json.encode(shown).decode())

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
        stamp = parts.stamp()
        record = await parts.store.write(
            lambda tx: edit(tx, Collection.AVAILABILITY, item_id, after, stamp)
        )
        return one_record(record)
