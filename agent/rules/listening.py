"""An utterance, listened to for what the talk waits for."""

from __future__ import annotations

from collections.abc import Sequence

from agent.asides import ALLERGY, Evidence, listen
from agent.dialects import in_english
from agent.language import tokens
from agent.rules.talk import MESSAGE_ASKS, Ask, Said, Scene
from domain.business import zone_of
from domain.clock import from_iso
from domain.order import OrderType

__all__ = ["listened"]

# What is said to these may be a dish or a part of one that the menu does not have: no name.
_ABOUT_A_DISH = frozenset([Ask.OPTION, Ask.OPEN, Ask.ALLERGY, Ask.AGAIN])
MANY_MORE = 3  # times as many of a dish as were read back: then it is hardly a number of it


def listened(scene: Scene, text: str) -> Said:
    """`text` listened to for what the talk waits for."""
    heard = tokens(text)
    mentions = scene.house.lexicon.mentions(heard)
    spoken = in_english(heard, mentions)
    ask, cart = scene.talk.ask, scene.cart
    # The caller may give the address before it is asked for.
    to_deliver = cart.type is OrderType.DELIVERY and not cart.customer.address
    asides = listen(
        text,
        spoken,
        mentions,
        want_name=ask in (Ask.NAME, Ask.MESSAGE_NAME),
        want_address=ask in (Ask.ADDRESS, Ask.SAME_ADDRESS) or (ask is Ask.NAME and to_deliver),
        delivering=cart.type is OrderType.DELIVERY or _as_last_time(scene),
        winding_up=scene.talk.done,
        more_asked=ask is Ask.MORE,
        type_due=ask is Ask.TYPE or (ask is Ask.NAME and cart.type is None),
        address=cart.customer.address if cart.type is OrderType.DELIVERY else "",
        told=scene.talk.told,
        hours=_hours_near(scene) if ask is Ask.CONFIRM else (),
        nameless=scene.talk.done and not cart.customer.name,
        called=cart.customer.name,
        want_allergy=ask is Ask.ALLERGY,
        want_time=ask is Ask.TIME,
        allergy_told=ALLERGY in scene.talk.said,
        priced=scene.talk.priced,
        name_due=not cart.customer.name
        and ask not in _ABOUT_A_DISH
        and bool(cart.lines or any(m.items and m.whole for m in mentions)),
        type_known=cart.type is not None,
        looking_back=bool(scene.talk.today) or not cart.lines or ask in MESSAGE_ASKS,
        standing=scene.stands and ask not in MESSAGE_ASKS,
        changing=bool(scene.talk.today),
    )
    known = scene.talk.evidence if cart.customer.name else Evidence.NONE
    due = asides.type is not None or known is Evidence.TOLD  # "Pickup. Gary."
    if asides.evidence < known or (asides.evidence is known and not due):
        asides.name = ""  # "That's all, diolch" is no name beside "it's for Catrin"
    return Said(text, spoken, mentions, asides)


def _hours_near(scene: Scene) -> Sequence[int]:
    """The hours that a number alone may mean, to a read-back that ends in a time: near to that, and
    many more than there are of any dish. “Two calzones …, ready at 19:00.” “*Make it eight*”."""
    opened = scene.guest.today(scene.talk.today)
    if scene.cart.promised_at == (opened.promised_at if opened is not None else ""):
        return ()
    promised = from_iso(scene.cart.promised_at).astimezone(zone_of(scene.house.business))
    most = max((line.qty for line in scene.cart.lines), default=0)
    near = {(promised.hour + off - 1) % 12 + 1 for off in (-2, -1, 0, 1, 2)}
    return tuple(hour for hour in near if hour >= most * MANY_MORE)


def _as_last_time(scene: Scene) -> bool:
    """True where "the usual" would be brought: a street is then where it goes this time."""
    last = scene.guest.last
    new = scene.cart.type is None and not scene.cart.lines
    return new and last is not None and last.type is OrderType.DELIVERY
