"""One telephone call: its cart, what was read back, what was placed. Knows nothing of LiveKit.

The methods named like tools are what a model or the rules may do. A refusal raises one of
`domain.errors` in words that whoever called can act on. An order is placed once: the service is
given a key made of the call, and a second `place_order` gives the order that stands. A change to an
order of today goes the same way: into the cart, read back, a yes, `place_order`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace as with_
from typing import NamedTuple

from msgspec.structs import replace

from agent.asides import Wanted
from agent.cart import MAX_DISHES, Cart, CartLine
from agent.guest import again, guest_of
from agent.house import House
from agent.notes import MAX_DRAFTED, MAX_PHONE, Drafted, Notes
from agent.orders import OrderService, Standing, load_house
from agent.standing import CANCELLED, as_cart, joined, lines_apart, refusal
from agent.times import moment_wanted, refusal_words
from agent.todays import Overtaken, Todays
from agent.wording import (
    cancel_read_back,
    change_read_back,
    closed_words,
    line_words,
    order_words,
    read_back,
)
from domain.clock import Clock, iso
from domain.errors import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PanBotError,
    Unavailable,
)
from domain.ids import Ids
from domain.message import Message
from domain.money import format_money
from domain.order import Customer, Order, OrderType
from domain.ordering import MAX_NAME, MAX_NOTE, Choice, Draft, check_draft
from domain.promise import Possible

__all__ = ["Call"]

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
READ_FIRST = "Read the whole order back to the caller first, and wait for a yes."
STAFFS = "Whether an order that is placed is fetched or brought is for the staff to change."


class _Told(NamedTuple):
    """What was read back: `cart`, as a change of `standing` where it is one, comes to `order`."""

    cart: Cart
    standing: Standing | None
    cancels: bool
    order: Order


class Call:
    """`id` is unique for each call ever made. `refusal` is why the last `place_order` failed.

    `phone` is the caller's number in E.164, empty where it is withheld. `history` holds their last
    orders, the latest first: whom they were for is whom this one is for, until the caller says
    otherwise. `todays` are those of today that are still open. `line_transfers`: whoever holds the
    line can put it through to the staff.
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
        todays: Sequence[Standing] = (),
        line_transfers: bool = False,
    ) -> None:
        self.id = call_id
        self._clock = clock
        self.house = with_(house.called_at(clock.now()), line_transfers=line_transfers)
        self.guest = guest_of(history, phone, [s.order for s in todays])
        self.cart = self._new_cart()
        self.placed: Order | None = None
        self.changed: Order | None = None  # an order of today, after it was changed or cancelled
        self.refusal: PanBotError | None = None
        self.place_ms = 0.0
        self.ended = False  # goodbye has been said: whoever holds the line hangs up
        self.gone = False  # the caller has hung up
        self.unsure_name = ""  # the name that was heard just now, where it may be another
        self.hand_over_reason = ""  # why the caller is to be put through to a person
        self.hand_over_failed = ""  # why that did not succeed
        self.read_at = 0  # how often the caller had spoken when the order was read back
        self.standing: Standing | None = None  # the order of today that the cart is a change of
        self.cancels = False  # it is to be cancelled
        self._service = service
        self._ids = ids
        self._order_id = ids.new()
        self._todays = Todays(todays, service, clock, ids)
        self._notes = Notes(call_id, service, clock, ids)
        self._drafted: Drafted | None = None  # a message that the caller has not agreed to yet
        self._told: _Told | None = None
        self._done: Order | None = None  # what was placed or changed, until it is taken up again
        self._placing = asyncio.Lock()

    @property
    def house(self) -> House:
        """The restaurant at this moment."""
        return with_(self._house, now=self._clock.now())

    @house.setter
    def house(self, house: House) -> None:
        self._house = house

    def _new_cart(self) -> Cart:
        return Cart(customer=Customer(name=self.guest.name, phone=self.guest.phone))

    def draft(self) -> Draft:
        return self.cart.draft(call_id=self.id, order_id=self._order_id)

    def quote(self, cart: Cart, today: str = "") -> Order:
        """What `cart` would come to now; as a change of the order that was told as `today`, where
        one is named. Nothing is stored. Raises `Invalid` or `Conflict` where it cannot be."""
        standing = self._todays.get(today)
        if standing is None:
            return self.house.quote(cart, at=self._clock.now(), ids=self._ids)
        edit = self._todays.edit(self.house, standing, cart)
        return self._todays.after(self.house, standing, edit)

    # --- what is in the cart -------------------------------------------------------------------

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
        self.cancels = False
        return line_words(self.house.menu, line)

    def _wrong(self, line: CartLine) -> list[FieldError]:
        """What no later word could mend; a group that still has to be chosen is asked about. What
        stands on an order may stay on it, though it has sold out since."""
        draft = Cart((line,)).draft(call_id="")
        before = self.cart.line(line.id) if self.standing is not None else None
        kept = before is not None and before.item_id == line.item_id
        errors = check_draft(self.house.menu, () if kept else self.house.sold_out, draft)
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
        known = self.cart.customer
        customer = replace(
            known,
            name=name or known.name,
            phone=phone or known.phone,
            address=address or known.address,
        )
        self._need_ours(replace(self.cart, customer=customer))
        return "noted"

    def set_type(self, order_type: str) -> str:
        """`pickup` or `delivery`."""
        if order_type not in (OrderType.PICKUP, OrderType.DELIVERY):
            raise Invalid.of([FieldError("type", "pickup or delivery")])
        self._need_ours(replace(self.cart, type=OrderType(order_type)))
        return "noted"

    def set_note(self, note: str) -> str:
        """A note for the whole order, printed on every ticket: allergies, the doorbell."""
        if len(note) > MAX_NOTE:
            raise Invalid.of([FieldError("note", f"at most {MAX_NOTE} characters")])
        self._need_ours(replace(self.cart, note=note))
        return "noted"

    def set_time(self, time: str) -> str:
        """The time of today for which it is wanted, `19:00` on the restaurant's clock; empty is as
        soon as it can be. Raises `Conflict` where it cannot be promised for then."""
        if not time:
            kept = self.standing.order.promised_at if self.standing is not None else ""
            self._need_ours(replace(self.cart, promised_at=kept))
            return "as soon as possible"
        wanted = _CLOCK.fullmatch(time)
        if wanted is None:
            raise Invalid.of([FieldError("time", "is not a time of day as 19:00")])
        moment = moment_wanted(self.house, Wanted(int(wanted[1]), int(wanted[2])))
        if moment.possible is not Possible.YES:
            raise Conflict(refusal_words(self.house, moment))
        self._need_ours(replace(self.cart, promised_at=iso(moment.at)))
        return "noted"

    def _need_ours(self, cart: Cart) -> None:
        """Takes `cart` for the present one, unless that touches what only the staff may change."""
        self._need_open()
        if self.standing is not None and cart.type != self.cart.type:
            raise Conflict(STAFFS)
        self.cart = cart

    # --- an order of today ---------------------------------------------------------------------

    def todays_orders(self) -> str:
        """The caller's open orders of today in words. Raises `NotFound` where none is known."""
        return self._todays.words(self.house)

    def change_order(self, number: str) -> str:
        """From now on the cart is the order that was told as `number` ("P-3"), with what was in it
        before put in besides. Returns its lines with their labels.

        Raises `NotFound`, and `Conflict` where only the staff can still change it.
        """
        standing = self._open_today(number)
        if self.standing != standing:
            self.cart = joined(self.house, standing.order, self.cart)
            self.standing = standing
        self.cancels = False
        lines = [f"{o.id}: {line_words(self.house.menu, o)}" for o in self.cart.lines]
        fixed = [f"cannot be changed: {o.name}" for o in lines_apart(self.house, standing.order)]
        return "\n".join([*lines, *fixed])

    def cancel_order(self, number: str) -> str:
        """Prepares to cancel the order that was told as `number`. Returns what is to be said to the
        caller; `place_order` does it after their yes. Raises as `change_order` does."""
        standing = self._open_today(number)
        self.standing, self.cart = standing, as_cart(self.house, standing.order)
        self.cancels = True
        self._told = _Told(
            self.cart, standing, True, self._todays.after(self.house, standing, CANCELLED)
        )
        return cancel_read_back(self.house, standing.order)

    def keep_order(self) -> str:
        """The order of today stays as it is, and the cart is empty."""
        self.standing, self.cancels, self._told = None, False, None
        self.cart = self._new_cart()
        return "nothing is changed"

    def _open_today(self, number: str) -> Standing:
        """The caller may go on after the goodbye: what was done just now is then taken up again."""
        if self._done is not None and self._done.number == number:
            self._todays.open(number)  # not where the kitchen has begun
            self._done, self._told, self.ended = None, None, False
            self.cart = self._new_cart()
        self._need_nothing_done()
        standing = self._todays.open(number)
        if self.standing is not None and self.standing != standing:
            raise Conflict(f"Order {self.standing.order.number} is being changed: one at a time.")
        return standing

    # --- read back, a yes, placed --------------------------------------------------------------

    def read_back(self) -> str:
        """The whole order in words with its total, to be said to the caller before placing."""
        self._need_open()
        if self.cart.dishes > MAX_DISHES:
            raise Conflict(f"More than {MAX_DISHES} dishes are for the staff to confirm.")
        standing = self.standing
        order = self.quote(self.cart, standing.order.number if standing is not None else "")
        self.cancels = standing is not None and not order.open
        self._told = _Told(self.cart, standing, self.cancels, order)
        if standing is None:
            return read_back(self.house, self.cart, order)
        if self.cancels:
            return cancel_read_back(self.house, standing.order)
        return change_read_back(self.house, standing.order, order)

    @property
    def told_total(self) -> str:
        """The total that was read back last, as it was said; empty where nothing was."""
        if self._told is None:
            return ""
        return format_money(self._told.order.totals.gross, self._told.order.currency)

    @property
    def done(self) -> Order | None:
        """What came of the call: the order that was placed, or one of today after its change. None
        where it is taken up again, and something is left to be done."""
        return self._done

    async def place_order(self) -> Order:
        """Places what was read back, or makes the change that was; once; again gives the same.

        Raises `Conflict` where the cart is not what was read back, where a price has changed or
        somebody else has changed the order since, `Invalid` where something has sold out,
        `Unavailable` where nobody answers; the cart stays as it is.
        """
        async with self._placing:
            if self._done is not None:
                return self._done
            if self.gone:
                raise Conflict("The caller has hung up; the staff have a note of it.")
            started = self._clock.monotonic()
            try:
                order = await self._do_what_was_told()
            except PanBotError as error:
                self.refusal = error
                raise
            self.refusal, self._done = None, order
            self.guest = with_(self.guest, todays=self._todays.orders)
            self.place_ms = (self._clock.monotonic() - started) * 1000
            return order

    async def _do_what_was_told(self) -> Order:
        told = self._told
        if told is None or told[:3] != (self.cart, self.standing, self.cancels):
            raise Conflict(READ_FIRST)
        self.house = await load_house(self._service, self.house)
        if told.standing is not None:
            self.changed = await self._change(told, told.standing)
            self.standing, self.cancels = None, False
            return self.changed
        if self.placed is not None:
            raise Conflict(f"Order {self.placed.number} is placed; another one wants another call.")
        self._need_told_price(told, self.quote(told.cart))
        try:
            placed = await self._service.place(self.draft(), idempotency_key=f"call:{self.id}")
        except Conflict:
            now = self.house.called_at(self._clock.now())
            if now.hours.closed:  # it has closed while the caller was making up their mind
                self.house = now
            raise
        self.placed = placed
        self._todays.add(placed)
        return placed

    def _need_told_price(self, told: _Told, now: Order) -> None:
        if now.totals != told.order.totals:
            self._told = None
            total = format_money(now.totals.gross, now.currency)
            raise Conflict(f"A price has just changed: it is {total} now.")

    async def _change(self, told: _Told, standing: Standing) -> Order:
        """Where somebody was faster, the cart is then our change to what stands now."""
        todays = self._todays
        edit = CANCELLED if told.cancels else todays.edit(self.house, standing, told.cart)
        self._need_told_price(told, todays.after(self.house, standing, edit))
        try:
            return await todays.change(self.house, standing, edit)
        except Overtaken as overtaken:
            self.guest = with_(self.guest, todays=todays.orders)
            self.keep_order()
            if overtaken.now is not None and not refusal(overtaken.now.order):
                self.standing = overtaken.now
                self.cart = as_cart(self.house, overtaken.after or overtaken.now.order)
            raise

    # --- the staff -----------------------------------------------------------------------------

    def hand_over(self, reason: str) -> str:
        """Asks for a person; whoever holds the line transfers it. Raises `Unavailable` where
        nobody can be reached this way."""
        if not self.house.transfers:
            raise Unavailable(
                "Nobody can be put through; give the caller the staff's number, or take a message."
            )
        self.hand_over_reason = reason
        return "putting the caller through"

    def came_back(self, reason: str) -> str:
        """Nobody could be put through, for `reason`: the talk goes on. Returns what to say."""
        self.hand_over_reason, self.hand_over_failed = "", reason or "nobody answered"
        self.house = with_(self.house, line_transfers=False)
        on = " Or we can go on with your order." if self.cart.lines else ""
        return f"I'm sorry, nobody is answering just now. Shall I take a message?{on}"

    async def leave_message(self, name: str, phone: str, text: str) -> str:
        """Puts a message before the staff, once: the same again is the same message. `phone` is
        the caller's own number where it is empty. Raises as `Notes.leave` does."""
        await self._notes.leave(name or self.cart.customer.name, phone or self.guest.phone, text)
        self._drafted = None
        return "passed on to the staff"

    def draft_message(self, name: str, phone: str, text: str) -> str:
        """Keeps what has been said of a message so far, for a caller who hangs up before the yes.
        Each replaces the one before; an empty `text` is none at all."""
        name, phone = name.strip()[:MAX_NAME], phone.strip()[:MAX_PHONE]
        drafted = Drafted(name, phone or self.guest.phone, text.strip()[:MAX_DRAFTED])
        self._drafted = drafted if drafted.text else None
        return "kept"

    @property
    def messages(self) -> Sequence[Message]:
        """The messages that were left for the staff."""
        return self._notes.left

    @property
    def drafted(self) -> bool:
        """True where a message was begun and is neither left nor dropped."""
        return self._drafted is not None

    async def hung_up(self) -> Message | None:
        """The line is down. Returns the note that the staff get of it: where the caller has gone
        before the yes with dishes in the cart, or in the middle of a message; again is the same
        note. An order that is just being placed is waited for. Raises `Unavailable` where nobody
        answers."""
        self.gone = True
        async with self._placing:
            if self._drafted is None and (
                self._done is not None or self.messages or not self._was_ordering()
            ):
                return None
            return await self._notes.missed(
                self.house, self.cart, self._how_it_ended(), self._drafted
            )

    def _how_it_ended(self) -> str:
        if self._drafted is not None:
            return "The caller hung up before agreeing to this message: " + self._drafted.text
        if self.away:
            return "The caller had agreed, but the system did not answer: look whether it is there."
        if self.standing is not None:
            return f"The caller hung up before a change to order {self.standing.order.number}."
        return "The caller hung up before the order was agreed."

    def _was_ordering(self) -> bool:
        if self.standing is not None:
            return self.cancels or self.cart != as_cart(self.house, self.standing.order)
        return bool(self.cart.lines)

    def end_call(self) -> str:
        """Goodbye: whoever holds the line hangs up once it has been said."""
        self.ended = True
        return "ended"

    @property
    def told(self) -> Order | None:
        """The order as it was read back last; None where none was, or where it no longer holds."""
        return self._told.order if self._told is not None else None

    @property
    def away(self) -> bool:
        """True where the last `place_order` failed because nobody answered."""
        return isinstance(self.refusal, Unavailable)

    def _need_open(self) -> None:
        self._need_nothing_done()
        if self.house.hours.closed and self.standing is None:
            raise Conflict(f"{closed_words(self.house)} No order is taken; a message can be.")

    def _need_nothing_done(self) -> None:
        if self._done is not None:
            number = self._done.number
            raise Conflict(f"Order {number} is placed; to change it, take it up by its number.")
