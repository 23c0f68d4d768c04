"""Putting an order right: "just the one samosa", "take off the extra naan", "you've three there".

What a caller says to mend an order must not make it worse. So it is read before all else is, held
against the lines that stand, and what is understood of it is done at once: nothing of it then
orders a dish, or is a question, or a name. What is not is left to whoever hears the rest.

`phrases` is what people say around the names, `units` cuts an utterance into sentences, `named`
tells which lines are meant, `striking` finds their names in what was said and counts them anew,
`taking_off`, `limiting`, `sharing_out`, `swapping`, `restoring` and `staying` are what their names
say, and `correcting` reads on from clause to clause. Each builds on the one before. `restating`
tells what is said all anew, of which nothing stands until it is heard. Knows nothing of the talk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from agent.cart import Cart, CartLine
from agent.house import House
from agent.language import Token
from agent.matching import Mention
from agent.righting.correcting import Correcting
from agent.righting.pointing import Pointed, as_it, pointed_at
from agent.righting.restating import as_it_was, said_anew
from agent.righting.units import sentences

__all__ = ["Righted", "as_it", "as_it_was", "put_right"]


@dataclass(frozen=True)
class Righted:
    """The cart put right. `taken` are the tokens that say so, `last` is the line spoken of last,
    and `gone` is what went without being named. `wrong`: it was said that so many are too many.
    `unnoted` are the notes that were taken off; `no_note`: one was to be, and there is none.
    `anew` are the lines that went because they are said anew in what is left of the words, and
    `pointed` is the one line that is told apart in them by how it is made."""

    cart: Cart
    taken: frozenset[int] = frozenset()
    last: str = ""
    gone: tuple[CartLine, ...] = ()
    wrong: bool = False
    unnoted: tuple[str, ...] = ()
    no_note: bool = False
    anew: tuple[CartLine, ...] = ()
    pointed: Pointed | None = None


def put_right(
    house: House,
    cart: Cart,
    spoken: Sequence[Token],
    mentions: Sequence[Mention],
    *,
    last: str,
    confirming: bool,
    counting: bool = False,
    former: Cart | None = None,
) -> Righted:
    """`cart` as `spoken` puts it right. `last` is the line spoken of last; `confirming`: the order
    was just read back; `counting`: the caller was just asked for how many there are to be; `former`
    is the order before something was taken off it."""
    if not cart.lines and former is None:
        return Righted(cart, last=last)
    said = sentences(spoken, mentions)
    anew = said_anew(cart, said, mentions, confirming=confirming)
    if anew is not None:
        kept = tuple(line for line in cart.lines if line not in anew.lines)
        return Righted(replace(cart, lines=kept), anew.taken, anew=anew.lines)
    reading = Correcting(
        house, cart, mentions, last, confirming=confirming, counting=counting, former=former
    )
    taken = reading.read(said)
    return Righted(
        reading.cart,
        frozenset(taken),
        reading.last,
        tuple(reading.gone),
        bool(reading.wrong),
        pointed=pointed_at(reading, said, mentions, taken),
    )
