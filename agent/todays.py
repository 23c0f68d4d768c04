"""The caller's open orders of today: which can be changed, and the change, made once."""

from __future__ import annotations

from collections.abc import Sequence

from agent.cart import Cart, CartLine
from agent.house import House
from agent.orders import OrderService, Standing
from agent.standing import after_edit, edit_of, rebased, refusal
from agent.wording import today_words
from domain.clock import Clock
from domain.codec import decode
from domain.errors import Conflict, NotFound, PanBotError, VersionMismatch
from domain.ids import Ids
from domain.order import Order
from domain.ordering import Edit

__all__ = ["Overtaken", "Todays"]

AS_PLACED = 1  # the version of an order that nobody has touched since it was placed


class Overtaken(Conflict):
    """Somebody has changed the order since it was looked at. `now` is what stands, or None where
    it is gone; `after` what our change would make of that, or None where it no longer can."""

    def __init__(self, detail: str, now: Standing | None = None, after: Order | None = None):
        super().__init__(detail)
        self.now = now
        self.after = after


class Todays:
    """Each order as it was looked at last, by its number: "P-3"."""

    def __init__(
        self, standings: Sequence[Standing], service: OrderService, clock: Clock, ids: Ids
    ) -> None:
        self._standings = {s.order.number: s for s in standings}
        self._service = service
        self._clock = clock
        self._ids = ids
        self._line_ids: dict[CartLine, str] = {}

    def add(self, placed: Order) -> None:
        """An order that was placed just now, and may be changed like the others."""
        self._standings[placed.number] = Standing(placed, AS_PLACED)

    @property
    def orders(self) -> tuple[Order, ...]:
        return tuple(s.order for s in self._standings.values())

    def get(self, number: str) -> Standing | None:
        return self._standings.get(number)

    def words(self, house: House) -> str:
        """One row an order. Raises `NotFound` where none is known."""
        if not self._standings:
            raise NotFound("No order of today is known from the caller's number.")
        return "\n".join(
            f"{today_words(house, order)} {refusal(order) or 'It can be changed or cancelled.'}"
            for order in self.orders
        )

    def open(self, number: str) -> Standing:
        """The order of that number, to be changed. Raises `NotFound`, and `Conflict` where only the
        staff can still change it."""
        standing = self.get(number)
        if standing is None:
            raise NotFound(f"No open order {number!r} of today is known from the caller's number.")
        if refusal(standing.order):
            raise Conflict(f"{refusal(standing.order)} Only the staff can change it now.")
        return standing

    def edit(self, house: House, standing: Standing, cart: Cart) -> Edit:
        return edit_of(house, standing.order, cart, self._line_id)

    def _line_id(self, line: CartLine) -> str:
        """The same for the same line, so that a change sent again is the same change."""
        return self._line_ids.setdefault(line, self._ids.new())

    def after(self, house: House, standing: Standing, edit: Edit) -> Order:
        """What `edit` would make of the order. Raises `Invalid` or `Conflict` where it cannot."""
        return after_edit(house, standing.order, edit, at=self._clock.now(), ids=self._ids)

    async def change(self, house: House, standing: Standing, edit: Edit) -> Order:
        """The order after `edit`, which may be sent again after a lost answer: where an earlier try
        had gone through, what stands is what it made. Raises `Overtaken`, and what the port does.
        """
        try:
            changed = await self._service.change(standing, edit)
        except VersionMismatch as mismatch:
            return self._made_already(house, standing.order, mismatch, edit)
        self._standings[changed.order.number] = changed
        self._line_ids.clear()  # a change after this one is another
        return changed.order

    def _made_already(
        self, house: House, before: Order, mismatch: VersionMismatch, edit: Edit
    ) -> Order:
        if mismatch.current is None:
            raise Overtaken("That order is no longer there.") from mismatch
        now = Standing(decode(dict(mismatch.current), Order), mismatch.version)
        self._standings[now.order.number] = now
        try:
            after = self.after(house, now, rebased(edit, before, now.order))
        except PanBotError:
            after = None
        if after == now.order:
            self._line_ids.clear()
            return after
        why = refusal(now.order)
        if why:
            raise Overtaken(f"{why} Only the staff can change it now.", now) from mismatch
        told = f"Somebody has just changed order {now.order.number}."
        raise Overtaken(told, now, after) from mismatch
