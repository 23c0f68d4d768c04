"""Where the agent's orders go: a port, the cloud behind it, and one that is only for trying out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol

from agent.house import House
from cloud.services import Services, Settings, Versioned
from domain.business import Business, business_day
from domain.call import CallRecord
from domain.clock import Clock
from domain.codec import decode, encode
from domain.errors import Conflict, Invalid, NotFound, PanBotError, Unavailable, VersionMismatch
from domain.ids import Ids, UuidV7
from domain.menu import Menu, parse_menu
from domain.message import Message
from domain.order import Channel, Order
from domain.ordering import Draft, Edit, apply_edit, place

__all__ = ["CloudOrders", "OfflineOrders", "OrderService", "Standing", "load_house", "open_cloud"]

ANSWER_S = 6.0  # how long a caller waits in silence at most; placing takes milliseconds
ACTOR = "agent"

_log = logging.getLogger(__name__)


class OrderService(Protocol):
    """What taking orders needs of a restaurant. All of it raises `Unavailable` where it is away."""

    async def menu(self) -> Menu: ...

    async def sold_out(self) -> frozenset[str]: ...

    async def business(self) -> Business: ...

    async def place(self, draft: Draft, *, idempotency_key: str) -> Order:
        """The order that stands. The same key gives the same order, however often it is asked.

        Raises `Invalid` or `Conflict` in words for the caller where it cannot be placed.
        """
        ...

    async def history(self, phone: str) -> tuple[Order, ...]:
        """The last orders of whoever calls from `phone` (E.164), the latest first; none for ""."""
        ...

    async def todays(self, phone: str) -> tuple[Standing, ...]:
        """Today's orders of whoever calls from `phone` that are still open, the latest first."""
        ...

    async def change(self, standing: Standing, edit: Edit) -> Standing:
        """The order after `edit`. Raises `VersionMismatch` where somebody has changed it since,
        `Invalid` and `Conflict` in words for the caller."""
        ...

    async def leave_message(self, message: Message) -> None:
        """Puts a note before the staff, once for each `message.id`."""
        ...

    async def record(self, record: CallRecord) -> None:
        """Keeps what is known of a call; again with the same id replaces it."""
        ...


class Standing(NamedTuple):
    """An order that stands, and the version of it that was looked at."""

    order: Order
    version: int


async def load_house(service: OrderService, before: House | None = None) -> House:
    """What the restaurant sells at this moment; `before` is what it sold when last asked."""
    menu, sold_out, business = await asyncio.gather(
        service.menu(), service.sold_out(), service.business()
    )
    if before is not None:
        return before.renewed(menu, sold_out, business)
    return House.of(menu, sold_out, business)


class CloudOrders:
    """One business through the cloud's services."""

    def __init__(self, services: Services, business_id: str) -> None:
        self._services = services
        self.business_id = business_id

    async def menu(self) -> Menu:
        async with _answering():
            return parse_menu((await self._services.menus.get(self.business_id)).data)

    async def sold_out(self) -> frozenset[str]:
        async with _answering():
            return await self._services.menus.sold_out(self.business_id)

    async def business(self) -> Business:
        async with _answering():
            return await self._services.businesses.profile(self.business_id)

    async def place(self, draft: Draft, *, idempotency_key: str) -> Order:
        """As the port says. Where an earlier try of this call had gone through unheard, and the
        caller has changed the order since, the order that stands is the earlier one."""
        async with _answering():
            try:
                placed = await self._services.orders.place(
                    self.business_id,
                    draft,
                    channel=Channel.PHONE,
                    idempotency_key=idempotency_key,
                    actor=ACTOR,
                )
            except Conflict as refusal:
                return await self._standing(draft.id, refusal)
            return placed.order

    async def history(self, phone: str) -> tuple[Order, ...]:
        async with _answering():
            found = await self._services.customers.history(self.business_id, phone)
        return tuple(standing.order for standing in _readable(found))

    async def todays(self, phone: str) -> tuple[Standing, ...]:
        async with _answering():
            found = await self._services.orders.todays(self.business_id, phone)
        return tuple(_readable(found))

    async def change(self, standing: Standing, edit: Edit) -> Standing:
        """As the port says. A second try of a change that had gone through unheard is refused as
        any other's change would be: the order as it stands is in the refusal."""
        async with _answering():
            changed = await self._services.orders.edit(
                self.business_id,
                standing.order.id,
                edit,
                base_version=standing.version,
                actor=ACTOR,
            )
            return Standing(decode(changed.data, Order), changed.version)

    async def leave_message(self, message: Message) -> None:
        async with _answering():
            await self._services.messages.leave(self.business_id, message)

    async def record(self, record: CallRecord) -> None:
        async with _answering():
            await self._services.calls.record(self.business_id, record)

    async def _standing(self, order_id: str, refusal: Conflict) -> Order:
        try:
            return decode((await self._services.orders.get(self.business_id, order_id)).data, Order)
        except NotFound:
            raise refusal from None


def _readable(records: Iterable[Versioned]) -> Iterator[Standing]:
    """The orders that this program can read: one that only a newer program can is no reason to
    hang up on its customer."""
    for record in records:
        try:
            yield Standing(decode(record.data, Order), record.version)
        except Invalid:
            _log.warning("the order %s cannot be read", record.key)


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """Turns every kind of silence into `Unavailable`; refusals pass as they are."""
    try:
        async with asyncio.timeout(ANSWER_S):
            yield
    except PanBotError:
        raise
    except Exception as error:  # the driver's errors are many and all mean: not now
        raise Unavailable("The restaurant's system does not answer.") from error


@asynccontextmanager
async def open_cloud(settings: Settings, business_id: str) -> AsyncIterator[CloudOrders]:
    """The cloud's services for one business, until the block ends."""
    async with Services.open(settings) as services:
        yield CloudOrders(services, business_id)


class OfflineOrders:
    """A menu from a file; orders are numbered and kept in memory, and go nowhere."""

    def __init__(
        self,
        menu: Menu,
        business: Business,
        clock: Clock,
        *,
        sold_out: frozenset[str] = frozenset(),
        ids: Ids | None = None,
    ) -> None:
        self.now_menu = menu
        self.now_sold_out = sold_out
        self._business = business
        self._clock = clock
        self._ids = ids or UuidV7(clock)
        self.placed: dict[str, Order] = {}  # by idempotency key
        self.versions: dict[str, int] = {}  # by order id, where it was changed
        self.messages: dict[str, Message] = {}  # by id
        self.records: dict[str, CallRecord] = {}  # by call

    async def menu(self) -> Menu:
        return self.now_menu

    async def sold_out(self) -> frozenset[str]:
        return self.now_sold_out

    async def business(self) -> Business:
        return self._business

    async def place(self, draft: Draft, *, idempotency_key: str) -> Order:
        if idempotency_key not in self.placed:
            self.placed[idempotency_key] = place(
                self.now_menu,
                self.now_sold_out,
                draft,
                business=self._business,
                channel=Channel.PHONE,
                number=f"P-{len(self.placed) + 1}",
                at=self._clock.now(),
                ids=self._ids,
            )
        return self.placed[idempotency_key]

    async def history(self, phone: str) -> tuple[Order, ...]:
        orders = [o for o in self.placed.values() if phone and o.customer.phone == phone]
        return tuple(reversed(orders))

    async def todays(self, phone: str) -> tuple[Standing, ...]:
        today = business_day(self._clock.now(), self._business)
        return tuple(
            Standing(order, self.versions.get(order.id, 1))
            for order in await self.history(phone)
            if order.open and order.business_day == today
        )

    async def change(self, standing: Standing, edit: Edit) -> Standing:
        key, order = next((k, o) for k, o in self.placed.items() if o.id == standing.order.id)
        version = self.versions.get(order.id, 1)
        if version != standing.version:
            raise VersionMismatch(
                "The order has been changed since.", version=version, current=encode(order)
            )
        after = apply_edit(
            order,
            edit,
            menu=self.now_menu,
            sold_out=self.now_sold_out,
            by=ACTOR,
            at=self._clock.now(),
            ids=self._ids,
        )
        self.placed[key] = after
        self.versions[order.id] = version + 1
        return Standing(after, version + 1)

    async def leave_message(self, message: Message) -> None:
        self.messages.setdefault(message.id, message)

    async def record(self, record: CallRecord) -> None:
        self.records[record.id] = record


def menu_file(content: Any) -> tuple[Menu, Business]:
    """A menu, or a whole restaurant (`{business, menu, …}`), from a JSON file's content.

    Raises `Invalid` naming each wrong field.
    """
    if isinstance(content, dict) and "menu" in content:
        menu = parse_menu(content["menu"])
        return menu, decode({"name": menu.name, **content.get("business", {})}, Business)
    menu = parse_menu(content)
    return menu, Business(name=menu.name)
