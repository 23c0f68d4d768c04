"""The waiter: LiveKit's `Agent` with the tools by which an order is taken.

A model and the rules engine use the same tools. Each is one line over `agent.call`; a refusal
becomes a `ToolError` in words that whoever called can act on.
"""

from __future__ import annotations

from collections.abc import Callable

from livekit.agents import Agent, RunContext, ToolError, llm

from agent.call import Call
from agent.guest import NOBODY, Guest
from agent.heard import cut_short
from agent.house import House
from agent.manners import manners
from agent.tools import function_tool
from agent.wording import number_and_time, ready_words
from domain.errors import PanBotError

__all__ = ["Waiter"]


class Waiter(Agent):
    """Takes one order; the session's userdata is its `Call`."""

    def __init__(self, house: House, guest: Guest = NOBODY) -> None:
        super().__init__(instructions=manners(house, guest))

    @function_tool
    async def set_item(
        self,
        context: RunContext[Call],
        line_id: str,
        item_id: str,
        qty: int,
        modifiers: list[str],
        note: str,
    ) -> str:
        """Put a line into the order, or replace the line of the same line_id.

        Args:
            line_id: a label of your own for this line, "1", "2", …
            item_id: from the menu
            qty: how many; this is set, never added to what was there
            modifiers: each "group_id:modifier_id"; empty takes the defaults
            note: for the kitchen, or empty
        """
        return _told(lambda: context.userdata.set_item(line_id, item_id, qty, modifiers, note))

    @function_tool
    async def remove_item(self, context: RunContext[Call], line_id: str) -> str:
        """Take a line out of the order.

        Args:
            line_id: the line's label
        """
        return _told(lambda: context.userdata.remove_item(line_id))

    @function_tool
    async def order_again(self, context: RunContext[Call]) -> str:
        """Add what the caller had last time: "the usual", "the same as last time"."""
        return _told(context.userdata.order_again)

    @function_tool
    async def set_customer(
        self, context: RunContext[Call], name: str, phone: str, address: str
    ) -> str:
        """Note who the order is for. Leave empty what was not said.

        Args:
            name: the caller's name
            phone: a number to call back
            address: where it is delivered to
        """
        return _told(lambda: context.userdata.set_customer(name, phone, address))

    @function_tool
    async def set_type(self, context: RunContext[Call], type: str) -> str:
        """Note whether the order is picked up or delivered.

        Args:
            type: "pickup" or "delivery"
        """
        return _told(lambda: context.userdata.set_type(type))

    @function_tool
    async def set_note(self, context: RunContext[Call], note: str) -> str:
        """Note something for the whole order: an allergy, the doorbell.

        Args:
            note: the whole note; it replaces the one before
        """
        return _told(lambda: context.userdata.set_note(note))

    @function_tool
    async def set_time(self, context: RunContext[Call], time: str) -> str:
        """Note the time of today for which the order is wanted, where the caller names one.

        Args:
            time: on the restaurant's clock, "19:00"; empty is as soon as possible
        """
        return _told(lambda: context.userdata.set_time(time))

    @function_tool
    async def read_back(self, context: RunContext[Call]) -> str:
        """Get the whole order, or the changed one, in words with its total. Say it, then wait for
        the caller's yes."""
        said = _told(context.userdata.read_back)
        context.userdata.read_at = _said_by_caller(context)
        return said

    @function_tool
    async def place_order(self, context: RunContext[Call]) -> str:
        """Place the order, or make the change that was read back. Only after the caller's yes."""
        call = context.userdata
        if _said_by_caller(context) <= call.read_at and call.done is None:
            raise ToolError("Read the order back and wait for the caller's own yes first.")
        if call.done is None and cut_short(context.session.history.items, call.told_total):
            raise ToolError("The caller spoke before the total was said: read it all back again.")
        try:
            order = await call.place_order()
        except PanBotError as refusal:
            raise ToolError(refusal.detail) from refusal
        if order is call.placed:
            return number_and_time(call.house, order)
        if not order.open:
            return f"Order {order.number} is cancelled."
        return f"Order {order.number} is changed; it will be {ready_words(call.house, order)}."

    @function_tool
    async def todays_orders(self, context: RunContext[Call]) -> str:
        """Get the caller's open orders of today, and whether they can still be changed."""
        return _told(context.userdata.todays_orders)

    @function_tool
    async def change_order(self, context: RunContext[Call], number: str) -> str:
        """Begin to change an order of today, the one that was just placed too: from now on the cart
        is that order. Returns its lines with their line_ids; what is in the cart already is put in
        besides.

        Args:
            number: the order's number as it was told, "P-3"
        """
        return _told(lambda: context.userdata.change_order(number))

    @function_tool
    async def cancel_order(self, context: RunContext[Call], number: str) -> str:
        """Prepare to cancel an order of today. Say what this returns, wait for the caller's yes,
        then call place_order.

        Args:
            number: the order's number as it was told, "P-3"
        """
        said = _told(lambda: context.userdata.cancel_order(number))
        context.userdata.read_at = _said_by_caller(context)
        return said

    @function_tool
    async def keep_order(self, context: RunContext[Call]) -> str:
        """Leave the order of today as it was; nothing is changed or cancelled."""
        return _told(context.userdata.keep_order)

    @function_tool
    async def leave_message(
        self, context: RunContext[Call], name: str, phone: str, text: str
    ) -> str:
        """Leave a message for the staff, once, after the caller has agreed to it.

        Args:
            name: who it is from, or empty
            phone: the number to call back; empty is the one they call from
            text: what it is about, in the caller's words
        """
        try:
            return await context.userdata.leave_message(name, phone, text)
        except PanBotError as refusal:
            raise ToolError(refusal.detail) from refusal

    @function_tool
    async def draft_message(
        self, context: RunContext[Call], name: str, phone: str, text: str
    ) -> str:
        """Keep what has been said of a message so far: the staff get it if the caller hangs up
        before agreeing to it.

        Args:
            name: who it is from, or empty
            phone: the number to call back, or empty
            text: what it is about; empty where there is to be no message after all
        """
        return _told(lambda: context.userdata.draft_message(name, phone, text))

    @function_tool
    async def hand_over(self, context: RunContext[Call], reason: str) -> str:
        """Put the caller through to a person: they ask for one, or it is beyond taking an order.

        Args:
            reason: in a few words, for the staff
        """
        return _told(lambda: context.userdata.hand_over(reason))

    @function_tool
    async def end_call(self, context: RunContext[Call]) -> str:
        """Hang up. Only once goodbye has been said from both sides, or the order is placed."""
        return _told(context.userdata.end_call)


def _told(tool: Callable[[], str]) -> str:
    try:
        return tool()
    except PanBotError as refusal:
        raise ToolError(refusal.detail) from refusal


def _said_by_caller(context: RunContext[Call]) -> int:
    """How many times the caller has spoken: a yes must come after the read-back."""
    return sum(
        isinstance(item, llm.ChatMessage) and item.role == "user"
        for item in context.session.history.items
    )
