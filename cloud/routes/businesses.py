"""`businesses/…`: the caller's businesses, a menu, orders."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody

from cloud.metrics import Metrics
from cloud.routes.access import actor, need_business, need_owner, need_user
from cloud.services import Membership, Services, Versioned
from cloud.services.orders import MAX_PAGE
from domain.codec import encode
from domain.draft_body import DraftBody
from domain.errors import Malformed
from domain.menu import Menu
from domain.order import Channel, Status
from domain.ordering import Edit
from web.bodies import decode_body
from web.documented import takes
from web.tokens import Claims
from web.versions import base_version, etag

__all__ = ["Businesses"]


class OrderRow(msgspec.Struct, frozen=True):
    """`version` is what a change of this order sends as If-Match."""

    version: int
    order: dict[str, Any]


class OrderRows(msgspec.Struct, frozen=True):
    """`next` is the `before` of the next page; empty on the last."""

    orders: tuple[OrderRow, ...]
    next: str


class Businesses(Controller):
    path = "/businesses"
    tags = ("businesses",)

    @get("/my")
    async def my(
        self, caller: NamedDependency[Claims], services: NamedDependency[Services]
    ) -> list[Membership]:
        """The businesses that the caller may sign in to."""
        need_user(caller)
        return await services.identity.businesses(caller.sub)

    @get("/{business_id:str}/menu")
    async def menu(
        self,
        business_id: FromPath[str],
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
    ) -> Response[dict[str, Any]]:
        """The menu. Its version is the ETag."""
        need_business(caller, business_id)
        return _versioned(await services.menus.get(business_id))

    @put("/{business_id:str}/menu", operation_class=takes(Menu))
    async def put_menu(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[str],
        body: RawBody,
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
    ) -> Response[dict[str, Any]]:
        """Replaces the menu. If-Match says which version was changed; `"0"` makes the first."""
        need_business(caller, business_id)
        need_owner(caller)
        menu = await services.menus.put(
            business_id,
            decode_body(body, dict[str, Any]),
            base_version=base_version(request),
            actor=actor(caller),
        )
        return _versioned(menu)

    @post("/{business_id:str}/orders", operation_class=takes(DraftBody))
    async def place(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[str],
        body: RawBody,
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
        metrics: NamedDependency[Metrics],
    ) -> Response[dict[str, Any]]:
        """Places an order, once for each Idempotency-Key or order id. 201 where it is new, 200
        where it stood already."""
        need_business(caller, business_id)
        draft = decode_body(body, DraftBody).draft()
        key = request.headers.get("Idempotency-Key", "")
        if not key and not draft.id:
            raise Malformed(
                "Send an Idempotency-Key header or an order id, so that a retry is safe."
            )
        placed = await services.orders.place(
            business_id,
            draft,
            channel=Channel.ONLINE,
            idempotency_key=key,
            actor=actor(caller),
        )
        metrics.orders.labels(created=str(placed.created).lower()).inc()
        return Response(
            encode(placed.order),
            status_code=201 if placed.created else 200,
            headers={"ETag": etag(placed.version)},
        )

    @get("/{business_id:str}/orders")
    async def orders(
        self,
        business_id: FromPath[str],
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
        status: FromQuery[Status | None] = None,
        day: FromQuery[date | None] = None,
        before: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = MAX_PAGE,
    ) -> OrderRows:
        """Orders, newest first; `day` is a business day."""
        need_business(caller, business_id)
        page = await services.orders.list(
            business_id,
            status=status,
            day=day.isoformat() if day else None,
            before=before,
            limit=limit,
        )
        return OrderRows(tuple(OrderRow(o.version, o.data) for o in page.orders), page.next)

    @get("/{business_id:str}/orders/{order_id:str}")
    async def order(
        self,
        business_id: FromPath[str],
        order_id: FromPath[str],
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
    ) -> Response[dict[str, Any]]:
        """One order. Its version is the ETag."""
        need_business(caller, business_id)
        return _versioned(await services.orders.get(business_id, order_id))

    @patch("/{business_id:str}/orders/{order_id:str}", operation_class=takes(Edit))
    async def edit(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[str],
        order_id: FromPath[str],
        body: RawBody,
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
    ) -> Response[dict[str, Any]]:
        """Changes an order. If-Match says which version was looked at. Money is given back, and a
        payment corrected, by owners alone."""
        need_business(caller, business_id)
        edit = decode_body(body, Edit)
        if edit.moves_money:
            need_owner(caller)
        edited = await services.orders.edit(
            business_id,
            order_id,
            edit,
            base_version=base_version(request),
            actor=actor(caller),
        )
        return _versioned(edited)


def _versioned(record: Versioned) -> Response[dict[str, Any]]:
    return Response(record.data, status_code=200, headers={"ETag": etag(record.version)})
