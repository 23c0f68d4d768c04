"""One telephone call: its cart, what was read back, what was placed. Knows nothing of LiveKit.

The methods named like tools are what a model or the rules may do. A refusal raises one of
`domain.errors` in words that whoever called can act on. An order is placed once: the service is
given a key made of the call, and a second `place_order` gives the order that stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import MAX_DISHES, Cart, CartLine
from agent.guest import again, guest_of
from agent.house import House
from agent.orders import OrderService, load_house
from agent.wording import line_words, order_words, read_back
from domain.clock import Clock
from domain.errors import Conflict, FieldError, Invalid, NotFound, PanBotError, Unavailable
from domain.ids import Ids
from domain.money import format_money
from domain.order import Customer, Order, OrderType
from domain.ordering import MAX_NOTE, Choice, Draft, check_draft

__all__ = ["Call"]


class Call:
    """`id` is unique for each call ever made. `refusal` is why the last `place_order` failed.

    `history` holds the caller's last orders, the latest first: whom they were for is whom this one
    is for, until the caller says otherwise.
    """

    def __init__(
        self,
        call_id: str,
        house: House,
        service: OrderService,
        clock: Clock,
        ids: Ids,
        *,
        phone: str = "",
        history: Sequence[Order] = (),
    ) -> None:
        self.id = call_id
        self.house = house
        self.guest = guest_of(history)
        self.cart = Cart(customer=Customer(name=self.guest.name, phone=phone))
        self.placed: Order | None = None
        self.changed: Order | None = None  # an order of today, after it was changed or cancelled
        self.refusal: PanBotError | None = None
        self.place_ms = 0.0
        self.ended = False  # goodbye has been said: whoever holds the line hangs up
        self.hand_over_reason = ""  # why the caller is to be put through to a person
        self.read_at = 0  # how often the caller had spoken when the order was read back
        self._service = service
        self._clock = clock
        self._ids = ids
        self._order_id = ids.new()
        self._read: tuple[Draft, Order] | None = None
        self._placing = asyncio.Lock()

    def draft(self) -> Draft:
        return self.cart.draft(call_id=self.id, order_id=self._order_id)

    def quote(self, cart: Cart) -> Order:
        """What `cart` would cost now. Raises `Invalid` where it cannot be placed."""
        return self.house.quote(cart, at=self._clock.now(), ids=self._ids)

    def set_item(
        self, line_id: str, item_id: str, qty: int, modifiers: Sequence[str] = (), note: str = ""
    ) -> str:
        """Puts a line, or replaces the one of the same `line_id`; `qty` is set, never added.

        `modifiers` are `group_id:modifier_id`. Returns the line in words.
        """
        self._need_open()
        choices = tuple(Choice(*m.split(":", 1)) for m in modifiers if ":" in m)
        if len(choices) != len(modifiers):
            raise Invalid.of([FieldError("modifiers", "each is group_id:modifier_id")])
        line = CartLine(line_id, item_id, qty, choices, note)
        wrong = self._wrong(line)
        if wrong:
            raise Invalid.of(wrong)
        self.cart = self.cart.put(line)
        return line_words(self.house.menu, line)

    def _wrong(self, line: CartLine) -> list[FieldError]:
        """What no later word could mend; a group that still has to be chosen is asked about."""
        draft = Cart((line,)).draft(call_id="")
        errors = check_draft(self.house.menu, self.house.sold_out, draft)
        return [e for e in errors if "choose at least" not in e.message]

    def remove_item(self, line_id: str) -> str:
        """Takes a line out; one that is not there is a repeated call and changes nothing."""
        self._need_open()
        self.cart = self.cart.without(line_id)
        return "removed"

    def order_again(self) -> str:
        """Adds what the caller had last time, at today's prices. Returns the order in words, and
        what cannot be had. Raises `NotFound` where no earlier order is known."""
        self._need_open()
        last = self.guest.last
        if last is None:
            raise NotFound("No earlier order of this caller is known.")
        repeated = again(self.house, last)
        for line in repeated.lines:
            self.cart = self.cart.put(replace(line, id=self.cart.next_id()))
        gone = "".join(f" Not to be had today: {line.name}." for line in repeated.gone)
        return f"{order_words(self.house, self.cart)}.{gone}"

    def set_customer(self, name: str = "", phone: str = "", address: str = "") -> str:
        """Sets what is given and leaves the rest."""
        self._need_open()
        known = self.cart.customer
        customer = replace(
            known,
            name=name or known.name,
            phone=phone or known.phone,
            address=address or known.address,
        )
        self.cart = replace(self.cart, customer=customer)
        return "noted"

    def set_type(self, order_type: str) -> str:
        """`pickup` or `delivery`."""
        self._need_open()
        if order_type not in (OrderType.PICKUP, OrderType.DELIVERY):
            raise Invalid.of([FieldError("type", "pickup or delivery")])
        self.cart = replace(self.cart, type=OrderType(order_type))
        return "noted"

    def set_note(self, note: str) -> str:
        """A note for the whole order, printed on every ticket: allergies, the doorbell."""
        self._need_open()
        if len(note) > MAX_NOTE:
            raise Invalid.of([FieldError("note", f"at most {MAX_NOTE} characters")])
        self.cart = replace(self.cart, note=note)
        return "noted"

    def read_back(self) -> str:
        """The whole order in words with its total, to be said to the caller before placing."""
        self._need_open()
        if self.cart.dishes > MAX_DISHES:
            raise Conflict(f"More than {MAX_DISHES} dishes are for the staff to confirm.")
        order = self.quote(self.cart)
        self._read = (self.draft(), order)
        return read_back(self.house, self.cart, order)

    async def place_order(self) -> Order:
        """Places what was read back, once; again gives the same order.

        Raises `Conflict` where the cart is not what was read back, or where a price has changed
        since, `Invalid` where something has sold out, `Unavailable` where nobody answers; the
        cart stays as it is.
        """
        async with self._placing:
            if self.placed is not None:
                return self.placed
            started = self._clock.monotonic()
            try:
                self.placed = await self._place()
            except PanBotError as refusal:
                self.refusal = refusal
                raise
            self.refusal = None
            self.place_ms = (self._clock.monotonic() - started) * 1000
            return self.placed

    async def _place(self) -> Order:
        draft = self.draft()
        if self._read is None or self._read[0] != draft:
            raise Conflict("Read the whole order back to the caller first, and wait for a yes.")
        told = self._read[1]
        self.house = await load_house(self._service, self.house)
        now = self.quote(self.cart)
        if now.totals != told.totals:
            self._read = None
            total = format_money(now.totals.gross, now.currency)
            raise Conflict(f"A price has just changed: it is {total} now.")
        return await self._service.place(draft, idempotency_key=f"call:{self.id}")

    def hand_over(self, reason: str) -> str:
        """Asks for a person; whoever holds the line transfers it. Raises `Unavailable` where
        nobody can be reached this way."""
        if not self.house.transfers:
            raise Unavailable("Nobody can be put through; give the caller the staff's number.")
        self.hand_over_reason = reason
        return "putting the caller through"

    def end_call(self) -> str:
        """Goodbye: whoever holds the line hangs up once it has been said."""
        self.ended = True
        return "ended"

    @property
    def told(self) -> Order | None:
        """The order as it was read back last; None where none was, or where it no longer holds."""
        return self._read[1] if self._read is not None else None

    @property
    def away(self) -> bool:
        """True where the last `place_order` failed because nobody answered."""
        return isinstance(self.refusal, Unavailable)

    def _need_open(self) -> None:
        if self.placed is not None:
            raise Conflict(f"Order {self.placed.number} is placed; it cannot be changed here.")
