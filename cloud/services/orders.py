"""Orders: placing each exactly once, editing, finding."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import msgspec

from cloud.db.orders import count_order, find_key, remember_key
from cloud.db.pool import Pool, acquiring
from cloud.db.records import Versioned, find_record, open_orders_of_phone, orders_page
from cloud.services.menus import current_offer, profile_of
from cloud.services.numbers import dialled
from cloud.services.records import State, Writer, Writing, check_base
from domain.business import Business, business_day, opening, opens_words
from domain.clock import Clock
from domain.codec import decode, encode, overlay
from domain.errors import Conflict, FieldError, Invalid, NotFound
from domain.ids import Ids
from domain.order import Channel, Order, Status
from domain.ordering import Draft, Edit, apply_edit, place
from sync.wire import Collection

__all__ = ["MAX_PAGE", "OrderPage", "Orders", "Placed"]

MAX_PAGE = 100  # orders in one answer
MAX_OPEN = 20  # orders of one number that are open at once: more is no customer's
MAX_KEY = 200  # characters of an idempotency key
LATE_MIN = 10  # after closing, in which whoever called before may end the order

# T- is the edge's, which numbers its terminals' orders by itself.
_PREFIXES = {Channel.PHONE: "P", Channel.ONLINE: "O"}


class Placed(msgspec.Struct, frozen=True):
    """An order that stands. `created` is False where an earlier call had placed it."""

    order: Order
    version: int
    seq: int
    created: bool


class OrderPage(msgspec.Struct, frozen=True):
    """Orders, newest first. `next` goes into the next call's `before`; empty on the last page."""

    orders: tuple[Versioned, ...]
    next: str


class Orders:
    """The orders of each business."""

    def __init__(self, pool: Pool, writer: Writer, clock: Clock, ids: Ids) -> None:
        self._pool = pool
        self._writer = writer
        self._clock = clock
        self._ids = ids

    async def place(
        self,
        business_id: str,
        draft: Draft,
        *,
        channel: Channel,
        idempotency_key: str = "",
        actor: str,
    ) -> Placed:
        """Places `draft`, once: the same key, or the same `draft.id`, gives the order that stands.

        The order, its number, its key, its place in the feed and its event are one transaction.
        Raises `Invalid` naming each wrong field, `Conflict` where the key was used for something
        else or the restaurant is closed, `NotFound` where there is no such business.
        """
        if channel not in _PREFIXES:
            raise Invalid.of([FieldError("channel", f"{channel.value} orders are the edge's")])
        if len(idempotency_key) > MAX_KEY:
            raise Invalid.of([FieldError("Idempotency-Key", f"at most {MAX_KEY} characters")])
        digest = _digest(draft, channel)
        async with self._writer.writing(business_id, by=actor) as writing:
            earlier = await self._earlier(writing, draft, idempotency_key, digest)
            if earlier is not None:
                return _placed(earlier, created=False)
            order = await self._new_order(writing, draft, channel)
            state = State(Collection.ORDER, order.id, encode(order))
            written = await writing.put(state, base_version=0)
            if idempotency_key:
                await remember_key(
                    writing.connection, business_id, idempotency_key, digest, order.id, written.at
                )
        return Placed(order, written.version, written.seq, created=True)

    async def _earlier(
        self, writing: Writing, draft: Draft, idempotency_key: str, digest: bytes
    ) -> Versioned | None:
        """The order that this call has already placed, when it was made before."""
        order_id = draft.id
        if idempotency_key:
            known = await find_key(writing.connection, writing.business_id, idempotency_key)
            if known is not None and known[0] != digest:
                raise Conflict("This Idempotency-Key was used for another order.")
            order_id = known[1] if known is not None else order_id
        found = await writing.find(Collection.ORDER, order_id) if order_id else None
        if found is not None and found.deleted:
            raise Conflict("This order was deleted.")
        return found

    async def _new_order(self, writing: Writing, draft: Draft, channel: Channel) -> Order:
        offer = await current_offer(writing.connection, writing.business_id)
        at = self._clock.now()
        _need_open(offer.business, at, channel)
        n = await count_order(
            writing.connection, writing.business_id, business_day(at, offer.business), channel
        )
        return place(
            offer.menu,
            offer.sold_out,
            draft,
            business=offer.business,
            channel=channel,
            number=f"{_PREFIXES[channel]}-{n}",
            at=at,
            ids=self._ids,
        )

    async def get(self, business_id: str, order_id: str) -> Versioned:
        """The order as it is stored. Raises `NotFound`."""
        async with acquiring(self._pool) as connection:
            found = await find_record(connection, business_id, Collection.ORDER, order_id)
        return _existing(found, order_id)

    async def list(
        self,
        business_id: str,
        *,
        status: Status | None = None,
        day: str | None = None,
        before: str | None = None,
        limit: int = MAX_PAGE,
    ) -> OrderPage:
        """Orders of a business, newest first; `day` is a business day, `2026-11-22`. Raises
        `NotFound` where there is no order `before`."""
        async with acquiring(self._pool) as connection:
            start = None
            if before:
                last = await find_record(connection, business_id, Collection.ORDER, before)
                start = (str(_existing(last, before).data["placed_at"]), before)
            found = await orders_page(
                connection, business_id, status=status, day=day, before=start, limit=limit
            )
        return OrderPage(tuple(found), found[-1].key if len(found) == limit else "")

    async def todays(self, business_id: str, phone: str) -> tuple[Versioned, ...]:
        """The orders of this business day that `phone` gave and somebody still waits for, the
        latest first; none for what is no number. Raises `NotFound` for the business."""
        async with acquiring(self._pool) as connection:
            number = await dialled(connection, business_id, phone)
            if not number:
                return ()
            business = await profile_of(connection, business_id)
            today = business_day(self._clock.now(), business)
            found = await open_orders_of_phone(connection, business_id, number, today, MAX_OPEN)
        return tuple(found)

    async def edit(
        self, business_id: str, order_id: str, edit: Edit, *, base_version: int, actor: str
    ) -> Versioned:
        """The order after `edit`, which was made looking at `base_version`.

        Raises `VersionMismatch` with the present order, `Invalid`, `Conflict` (the order's state
        forbids it), `NotFound`. An edit that changes nothing writes nothing.
        """
        async with self._writer.writing(business_id, by=actor) as writing:
            current = _existing(await writing.find(Collection.ORDER, order_id), order_id)
            check_base(current, base_version)
            offer = await current_offer(writing.connection, business_id)
            before = decode(current.data, Order)
            after = apply_edit(
                before,
                edit,
                menu=offer.menu,
                sold_out=offer.sold_out,
                by=actor,
                at=self._clock.now(),
                ids=self._ids,
            )
            if after == before:
                return current
            state = State(Collection.ORDER, order_id, overlay(current.data, after))
            return await writing.put(state, base_version=base_version)


def _need_open(business: Business, at: datetime, channel: Channel) -> None:
    """Raises `Conflict` in words for the caller where the restaurant is closed."""
    grace = timedelta(minutes=LATE_MIN if channel is Channel.PHONE else 0)
    now = opening(at, business)
    if now.open_now or opening(at - grace, business).open_now:
        return
    opens = opens_words(now, at, business)
    raise Conflict(f"{business.name} is closed now." + (f" It opens {opens}." if opens else ""))


def _existing(found: Versioned | None, order_id: str) -> Versioned:
    if found is None or found.deleted:
        raise NotFound(f"There is no order {order_id!r}.")
    return found


def _placed(record: Versioned, *, created: bool) -> Placed:
    return Placed(decode(record.data, Order), record.version, record.seq, created)


def _digest(draft: Draft, channel: Channel) -> bytes:
    return hashlib.sha256(msgspec.json.encode([channel, draft])).digest()
