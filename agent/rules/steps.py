"""The moments at which something is decided: the caller spoke, an order was placed or refused, a
tool said no. All of it is pure."""

from __future__ import annotations

from dataclasses import replace as with_

from agent.asides import listen
from agent.cart import Cart
from agent.guest import NOBODY, Guest
from agent.house import House
from agent.language import spoken_number, tokens
from agent.rules.talk import Ask, Decision, Quote, Talk, ToolCall
from agent.rules.turn import Turn
from agent.wording import listing, number_and_time, sentence
from domain.order import Order

__all__ = ["after_place", "after_refused_tool", "decide", "greeting"]


def greeting(house: House) -> str:
    return f"Hello, this is {house.business.name}'s phone assistant. What would you like to order?"


def decide(
    house: House, cart: Cart, talk: Talk, text: str, quote: Quote, guest: Guest = NOBODY
) -> Decision:
    """What to do about `text`, said by `guest` when the talk stood at `talk` over `cart`."""
    if talk.ask is Ask.CLOSED:
        return Decision((), _after_the_end(house, text, talk), talk)
    turn = Turn(house, cart, talk, quote, guest)
    return turn.decide(text)


def _after_the_end(house: House, text: str, talk: Talk) -> str:
    """What is said to a caller who goes on talking: a call that has ended changes nothing."""
    spoken = tokens(text)
    mentions = house.lexicon.mentions(spoken)
    asides = listen(text, spoken, mentions, want_name=False, want_address=False)
    if asides.bye and not mentions:
        return "Goodbye!"
    if any(m.items for m in mentions) or asides.cancel:
        return "I can't change anything now; please speak to the staff. Goodbye!"
    return talk.said


def after_place(
    house: House,
    cart: Cart,
    talk: Talk,
    quote: Quote,
    *,
    order: Order | None,
    refusal: str,
    away: bool,
) -> Decision:
    """What to say once `place_order` has run: it stands, it was refused, or nobody answered.

    After a refusal `house` is what the service says now; what has sold out leaves the cart.
    """
    if order is not None:
        name = f" {cart.customer.name}" if cart.customer.name else ""
        told = number_and_time(house, order)
        if _made(order) != _made(quote(cart)):
            lines = listing([f"{spoken_number(line.qty)} {line.name}" for line in order.lines])
            told += f" An earlier try had gone through, so it holds {lines}; for the change, "
            told += "please speak to the staff."
        reply = f"Thank you{name}! {told} Goodbye!"
        return Decision((ToolCall("end_call"),), reply, with_(talk, ask=Ask.CLOSED, said=reply))
    if away:
        reply = (
            "I'm sorry, I can't reach the kitchen right now. I have kept your order. "
            "Shall I try again?"
        )
        return Decision((), reply, with_(talk, ask=Ask.CONFIRM, said=reply))
    turn = Turn(house, cart, with_(talk, read=None), quote)
    return turn.after_refusal(refusal)


def _made(order: Order) -> list[tuple[str, int, tuple[str, ...], str]]:
    """What the kitchen makes for `order`."""
    return [
        (line.item_id, line.qty, tuple(m.id for m in line.modifiers), line.note)
        for line in order.lines
    ]


def after_refused_tool(
    house: House, cart: Cart, talk: Talk, quote: Quote, refusal: str
) -> Decision:
    """What to say when a line could not be written: the cart is as the tools left it."""
    turn = Turn(house, cart, with_(talk, opens=()), quote)
    turn.parts.append(sentence(f"I'm sorry, that didn't work: {refusal}"))
    return turn.ask_next()
