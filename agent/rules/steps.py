"""The moments at which something is decided: the caller spoke, an order was placed or refused, a
tool said no. All of it is pure."""

from __future__ import annotations

from dataclasses import replace as with_

from agent.cart import Cart
from agent.guest import NOBODY, Guest
from agent.house import House
from agent.language import spoken_number
from agent.rules.echo import without_echo
from agent.rules.listening import listened
from agent.rules.message import MessageTurn, about_a_message, after_message_refused
from agent.rules.staff import person_words
from agent.rules.talk import MESSAGE_ASKS, Ask, Decision, Quote, Said, Scene, Talk, ToolCall
from agent.rules.today import TodayTurn
from agent.rules.turn import Turn
from agent.rules.which_today import about_today, goes_on, goes_on_it, noted_afterwards
from agent.standing import refusal
from agent.wording import (
    closed_words,
    listing,
    number_and_time,
    read_back,
    ready_words,
    sentence,
)
from domain.errors import PanBotError
from domain.order import Order

__all__ = [
    "after_place",
    "after_refused_tool",
    "after_refused_twice",
    "decide",
    "first_talk",
    "greeting",
]


def first_talk(house: House) -> Talk:
    """Where a talk stands once it has been greeted."""
    return Talk(ask=Ask.OFFER_MESSAGE) if house.hours.closed else Talk()


def greeting(house: House) -> str:
    """What a caller hears first: the notice that the law wants, who we are, and what we can do."""
    notice, name = sentence(house.business.call_notice), house.business.name
    hello = f"Hello, this is {name}'s phone assistant."
    asked = "What would you like to order?"
    if house.hours.closed:
        asked = f"{closed_words(house)} Shall I take a message?"
    return " ".join(part for part in (notice, hello, asked) if part)


def decide(
    house: House, cart: Cart, talk: Talk, text: str, quote: Quote, guest: Guest = NOBODY
) -> Decision:
    """What to do about `text`, said by `guest` when the talk stood at `talk` over `cart`."""
    if talk.ask is Ask.CLOSED:
        return _after_goodbye(Scene(house, cart, talk, quote, guest), text)
    scene = Scene(house, cart, talk, quote, guest)
    said = listened(scene, _heard(scene, text))
    return _turn(scene, said).decide(said)


def _heard(scene: Scene, text: str) -> str:
    talk = scene.talk
    if talk.ask is not Ask.CONFIRM or talk.today or scene.cart != talk.read:
        return text
    try:
        order = scene.quote(scene.cart)
    except PanBotError:  # sold out since: whoever places it will hear
        return text
    return without_echo(text, read_back(scene.house, scene.cart, order))


def _turn(scene: Scene, said: Said) -> Turn:
    standing = () if scene.talk.ask in MESSAGE_ASKS else noted_afterwards(scene, said)
    if standing and goes_on_it(scene, said, standing):
        return TodayTurn(scene)
    if standing:
        return MessageTurn(scene, standing)
    if about_a_message(scene, said):
        return MessageTurn(scene)
    return TodayTurn(scene) if about_today(scene, said) else Turn(scene)


def _after_goodbye(scene: Scene, text: str) -> Decision:
    """“*Oh, one more thing, could you add a tiramisù?*”, said while we say goodbye, or just after:
    the order is taken up again, and changed like any of today's."""
    talk = scene.talk
    order = scene.guest.today(talk.placed)
    alone = with_(scene.guest, todays=(order,)) if order is not None else scene.guest
    fresh = Scene(scene.house, Cart(customer=scene.cart.customer), Talk(), scene.quote, alone)
    said = listened(fresh, text)
    changeable = order is not None and not refusal(order)
    if order is not None and changeable and goes_on(said, talk.said):
        return TodayTurn(fresh).take_up(order, said)
    if said.asides.bye and not said.mentions:
        return Decision((), "Goodbye!", talk)
    if not changeable and (said.names_a_dish or said.asides.cancel):
        words = "I can't change anything now; please speak to the staff. Goodbye!"
        return Decision((), words, talk)
    return Decision((), talk.said, talk)


def after_place(
    house: House,
    cart: Cart,
    talk: Talk,
    quote: Quote,
    *,
    order: Order | None,
    refusal: str,
    away: bool,
    guest: Guest = NOBODY,
) -> Decision:
    """What to say once `place_order` has run: it stands, it was refused, or nobody answered.

    After a refusal `house`, `cart` and `guest` are as the service and the tools left them; what
    has sold out leaves the cart.
    """
    if order is not None:
        reply = _done_words(house, cart, talk, quote, order)
        closed = with_(talk, ask=Ask.CLOSED, said=reply, placed=order.number)
        return Decision((ToolCall("end_call"),), reply, closed)
    if away:
        reply = (
            "I'm sorry, I can't reach the kitchen right now. I have kept your order. "
            "Shall I try again?"
        )
        return Decision((), reply, with_(talk, ask=Ask.CONFIRM, said=reply))
    if talk.today:  # which still has to know what was read back
        return TodayTurn(Scene(house, cart, talk, quote, guest)).after_refusal(refusal)
    return Turn(Scene(house, cart, with_(talk, read=None), quote, guest)).after_refusal(refusal)


def _done_words(house: House, cart: Cart, talk: Talk, quote: Quote, order: Order) -> str:
    name = f" {cart.customer.name}" if cart.customer.name else ""
    if talk.today and not order.open:
        return f"Your order {order.number} is cancelled. Goodbye!"
    if talk.today:
        ready = ready_words(house, order)
        told = " The staff are told the rest." if talk.besides else ""
        changed = f"Your order {order.number} is changed, and {ready}.{told}"
        return f"Thank you{name}! {changed} Goodbye!"
    told = number_and_time(house, order)
    if _made(order) != _made(quote(cart)):
        lines = listing([f"{spoken_number(line.qty)} {line.name}" for line in order.lines])
        told += f" An earlier try had gone through, so it holds {lines}; for the change, "
        told += "please speak to the staff."
    return f"Thank you{name}! {told} Goodbye!"


def _made(order: Order) -> list[tuple[str, int, tuple[str, ...], str]]:
    """What the kitchen makes for `order`."""
    return [
        (line.item_id, line.qty, tuple(m.id for m in line.modifiers), line.note)
        for line in order.lines
    ]


def after_refused_tool(
    house: House, cart: Cart, talk: Talk, quote: Quote, refusal: str, guest: Guest = NOBODY
) -> Decision:
    """What to say when a tool refused: the cart is as the tools left it."""
    scene = Scene(house, cart, with_(talk, opens=()), quote, guest)
    if talk.note is not None:
        return after_message_refused(scene, refusal)
    turn = TodayTurn(scene) if talk.today else Turn(scene)
    turn.parts.append(sentence(f"I'm sorry, that didn't work: {refusal}"))
    return turn.ask_next()


def after_refused_twice(house: House, talk: Talk, refusal: str) -> Decision:
    """What was decided after a refusal was refused as well: it is left, and said."""
    reply = sentence(f"I'm sorry, that didn't work: {refusal}")
    said = f"{reply} {person_words(house)}" if not house.transfers else reply
    return Decision((), said, with_(talk, ask=Ask.CHANGE, read=None, said=said, opens=()))


def after_breakdown(talk: Talk) -> Decision:
    """What to say where the rules themselves failed at what was said: the talk stands as it did,
    but for a read-back. What was said to it may have been a change: a yes now hears it anew."""
    return Decision((), BROKEN_DOWN, with_(talk, read=None, said=BROKEN_DOWN))


BROKEN_DOWN = "I'm sorry, I couldn't follow that. Could you say it in other words?"
