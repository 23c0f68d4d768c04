"""What the staff are told of a call: messages that were left, and that it was missed."""

from __future__ import annotations

from typing import NamedTuple

from agent.cart import Cart
from agent.house import House
from agent.orders import OrderService
from agent.times import clock_words
from agent.wording import line_words
from domain.clock import Clock, from_iso, iso
from domain.errors import Conflict, FieldError, Invalid, Unavailable
from domain.ids import Ids
from domain.message import MAX_TEXT, Message, MessageKind
from domain.order import OrderType
from domain.ordering import MAX_NAME

__all__ = ["MAX_DRAFTED", "MAX_MESSAGES", "MAX_PHONE", "Drafted", "Notes", "cart_lines"]

MAX_MESSAGES = 3  # left in one call; more is no caller whom anybody would call back
MAX_PHONE = 40  # characters, as the domain takes; longer is no number
MAX_DRAFTED = MAX_TEXT - 100  # characters; the rest says that the caller had not agreed
MISSED_TRIES = 2  # for the note of a missed call: nobody is waiting, and a moment often helps


class Drafted(NamedTuple):
    """A message as far as it has been told, with the number to call back on."""

    name: str
    phone: str
    text: str


class Notes:
    """The notes of one call, each of them before the staff once. `left` are the messages."""

    def __init__(self, call_id: str, service: OrderService, clock: Clock, ids: Ids) -> None:
        self.left: list[Message] = []
        self._call_id = call_id
        self._service = service
        self._clock = clock
        self._ids = ids
        self._tried: list[Message] = []
        self._missed_id = ids.new()

    async def leave(self, name: str, phone: str, text: str) -> Message:
        """Leaves a message; the same words again are the same message. Raises `Invalid` with every
        field that the staff could do nothing with, `Conflict` after `MAX_MESSAGES`, `Unavailable`.
        """
        message = Message(
            id=self._ids.new(),
            kind=MessageKind.MESSAGE,
            at=iso(self._clock.now()),
            phone=phone.strip(),
            name=name.strip(),
            text=text.strip(),
            call_id=self._call_id,
        )
        _check(message)
        message = next((m for m in self._tried if _same_words(m, message)), message)
        if message not in self._tried:
            if len(self._tried) >= MAX_MESSAGES:
                raise Conflict(f"At most {MAX_MESSAGES} messages can be left in one call.")
            self._tried.append(message)
        await self._service.leave_message(message)
        if message not in self.left:
            self.left.append(message)
        return message

    async def missed(
        self, house: House, cart: Cart, text: str, drafted: Drafted | None = None
    ) -> Message:
        """Tells that the caller has gone with `cart` on the counter, or with a message `drafted`;
        again is the same note. Raises `Unavailable` where nobody answers."""
        name, phone = (drafted.name, drafted.phone) if drafted is not None else ("", "")
        note = Message(
            id=self._missed_id,
            kind=MessageKind.MISSED_CALL,
            at=iso(self._clock.now()),
            phone=phone or cart.customer.phone,
            name=name or cart.customer.name,
            text=text,
            lines=cart_lines(house, cart),
            call_id=self._call_id,
        )
        for tries in range(1, MISSED_TRIES + 1):
            try:
                await self._service.leave_message(note)
                break
            except Unavailable:
                if tries == MISSED_TRIES:
                    raise
        return note


def _check(message: Message) -> None:
    wrong = []
    if not 1 <= len(message.text) <= MAX_TEXT:
        wrong.append(FieldError("text", f"what the caller says, in 1 to {MAX_TEXT} characters"))
    if len(message.name) > MAX_NAME:
        wrong.append(FieldError("name", f"at most {MAX_NAME} characters"))
    if len(message.phone) > MAX_PHONE:
        wrong.append(FieldError("phone", f"at most {MAX_PHONE} characters"))
    if wrong:
        raise Invalid.of(wrong)


def _same_words(a: Message, b: Message) -> bool:
    return (a.name, a.phone, a.text) == (b.name, b.phone, b.text)


def cart_lines(house: House, cart: Cart) -> tuple[str, ...]:
    """The cart in words, a line each, with what was said of the whole order at the end."""
    known = [line for line in cart.lines if house.menu.item(line.item_id) is not None]
    lines = [line_words(house.menu, line) for line in known]
    if cart.type is OrderType.DELIVERY:
        lines.append(f"to be delivered to {cart.customer.address or 'an address not yet given'}")
    if cart.type is OrderType.PICKUP:
        lines.append("to pick up")
    if cart.promised_at:
        lines.append(f"for {clock_words(house, from_iso(cart.promised_at))}")
    return (*lines, cart.note) if cart.note else tuple(lines)
