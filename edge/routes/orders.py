"""`orders/…`: placing, looking, changing, printing again."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import Controller, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody
from msgspec import Meta

from domain.business import business_day
from domain.draft_body import DraftBody
from domain.errors import Conflict, Invalid
from domain.order import Channel, Order
from domain.ordering import Draft, Edit, apply_edit, place
from edge.access import Right, need_right
from edge.house import Restaurant
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, json_list, json_text, one_record, parts_of
from edge.store import orders, paper, print_jobs
from edge.store.records import Record
from edge.store.writer import Transaction
from printing.queue import PrintJob
from web.bodies import decode_body, read_body
from web.documented import takes
from web.versions import base_version

__all__ = ["Orders"]

MAX_LISTED = 500  # orders in one answer: a very busy day


class Again(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of an order is printed once more: the tickets of these stations, or with none all."""

    stations: Annotated[tuple[str, ...], Meta(max_length=20)] = ()


class Orders(Controller):
    path = "/orders"
    tags = ("orders",)

    @post("/", operation_class=takes(DraftBody))
    async def place(self, request: SignedIn) -> JsonText:
        """Places an order. The same `id` again is answered with the order that there is: 200, not
        201."""
        parts = parts_of(request)
        draft = decode_body(await read_body(request.receive), DraftBody).draft()
        restaurant = await parts.house.now()
        try:
            order = _placed(parts, restaurant, draft)
            stamp = parts.stamp(request.user.sub)
            placed = await parts.store.write(lambda tx: orders.place(tx, order, stamp))
        except (Invalid, Conflict):
            known = await _known(parts, draft.id)
            if known is None:
                raise
            return one_record(known)
        return one_record(placed, status=201)

    @get("/")
    async def listed(
        self,
        parts: NamedDependency[Parts],
        open_only: Annotated[bool, QueryParameter(name="open")] = False,
        day: FromQuery[date | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_LISTED)] = 200,
    ) -> JsonText:
        """`open=true`: what is not done yet, the oldest first. Else the orders of the business
        day `day` (`2026-11-22`; today's where there is none), the newest first."""
        if open_only:
            found = await parts.store.read(lambda db: orders.open_ones(db, limit))
        else:
            restaurant = await parts.house.now()
            of = day.isoformat() if day else business_day(parts.clock.now(), restaurant.business)
            found = await parts.store.read(lambda db: orders.of_day(db, of, limit))
        return json_list(record.json for record in found)

    @get("/{order_id:str}")
    async def order(self, order_id: FromPath[str], parts: NamedDependency[Parts]) -> JsonText:
        """One order; its ETag is what a change sends as If-Match."""
        return one_record(await parts.store.read(lambda db: orders.find(db, order_id)))

    @patch("/{order_id:str}", operation_class=takes(Edit))
    async def change(
        self,
        request: SignedIn,
        order_id: FromPath[str],
        body: RawBody,
        parts: NamedDependency[Parts],
    ) -> JsonText:
        """Changes an order, all of the edit or nothing. If-Match says which state was changed.
        `refund` and `correct_payment` are for owners, and for staff whose record says
        `may_refund`."""
        edit = decode_body(body, Edit)
        based_on = base_version(request)
        restaurant = await parts.house.now()
        menu = restaurant.need_menu()
        stamp = parts.stamp(request.user.sub)

        def step(order: Order) -> Order:
            return apply_edit(
                order,
                edit,
                menu=menu,
                sold_out=restaurant.sold_out,
                by=request.user.sub,
                at=stamp.now,
                ids=parts.ids,
            )

        def change(tx: Transaction) -> Record:
            if edit.moves_money:
                need_right(tx.connection, request.user, Right.REFUND)
            return orders.change(tx, order_id, based_on, step, stamp)

        return one_record(await parts.store.write(change))

    @post("/{order_id:str}/print", operation_class=takes(Again))
    async def print_again(
        self,
        request: SignedIn,
        order_id: FromPath[str],
        body: RawBody,
        parts: NamedDependency[Parts],
    ) -> JsonText:
        """Prints tickets of the order as it stands once more, marked as a reprint, by whom and
        when: those of `stations` (`["receipt"]` is the receipt alone), or with no body all of
        them. The first receipt that says that it is paid is not marked. Answers with the print
        jobs."""
        wanted = decode_body(body or b"{}", Again)
        restaurant = await parts.house.now()
        now = parts.clock.now()
        reprint_id = parts.ids.new()

        def again(tx: Transaction) -> list[PrintJob]:
            name = paper.name_of(tx.connection, request.user.sub)
            return paper.reprint(
                tx,
                paper.order_of(orders.find(tx.connection, order_id)),
                stations=wanted.stations,
                banner=restaurant.reprint_banner(now, by=name),
                now=now,
                reprint_id=reprint_id,
            )

        jobs = await parts.store.write(again)
        return json_text(print_jobs.as_json(jobs), status=201)


def _placed(parts: Parts, restaurant: Restaurant, draft: Draft) -> Order:
    """The order without its number, which the store gives. Raises `Invalid`, `Unavailable`."""
    menu = restaurant.need_menu()
    return place(
        menu,
        restaurant.sold_out,
        draft,
        business=restaurant.business,
        channel=Channel.TERMINAL,
        number="",
        at=parts.clock.now(),
        ids=parts.ids,
    )


async def _known(parts: Parts, order_id: str) -> Record | None:
    """The order where it is there already: a terminal that saw no reply asks again, and what has
    run out since does not undo it."""
    return await parts.store.read(lambda db: orders.known(db, order_id)) if order_id else None
