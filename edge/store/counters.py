"""Order numbers: counted by the business day, at this edge alone, so nobody has to be asked.

Two orders of one evening under one number would be handed out wrongly. So a box that takes over
from another (a new one, or one whose backup was restored) stays clear of what that one may have
given: it goes on at the next hundred after the orders that it did not number itself, since the last
ones may be on paper and not in the cloud; and until it has heard what there is, beyond `UNHEARD`.
"""

from __future__ import annotations

import re

from edge.store import cursor, identity
from edge.store.writer import Transaction

__all__ = ["UNHEARD", "following", "given_elsewhere"]

UNHEARD = 500  # no box has given so many numbers in a day by the time it is replaced
ROOM = 100  # for those of the box before that never reached the cloud

_OURS = re.compile(r"T-([1-9]\d{0,8})")  # a terminal's order; the cloud's have letters of their own


def following(tx: Transaction, business_day: str) -> str:
    """The next number of `business_day`, from `T-1`. Rolled back with the transaction: no holes."""
    number = _count(tx, business_day)
    if number == 1 and not _has_heard(tx):
        _count_on_from(tx, business_day, UNHEARD)
        number = _count(tx, business_day)
    return f"T-{number}"


def given_elsewhere(tx: Transaction, business_day: object, number: object) -> None:
    """Notes `number`, which another box gave to an order that came from the cloud."""
    ours = _OURS.fullmatch(number) if isinstance(number, str) else None
    if ours is None or not isinstance(business_day, str):
        return
    _count_on_from(tx, business_day, (int(ours[1]) // ROOM + 1) * ROOM)


def _count(tx: Transaction, business_day: str) -> int:
    (number,) = tx.execute(
        """INSERT INTO counters (business_day, number) VALUES (?, 1)
           ON CONFLICT (business_day) DO UPDATE SET number = number + 1 RETURNING number""",
        (business_day,),
    ).fetchone()
    return int(number)


def _count_on_from(tx: Transaction, business_day: str, number: int) -> None:
    tx.execute(
        """INSERT INTO counters (business_day, number) VALUES (?, ?)
           ON CONFLICT (business_day) DO UPDATE SET number = max(number, excluded.number)""",
        (business_day, number),
    )


def _has_heard(tx: Transaction) -> bool:
    """True where the feed was read up to where it ended when this box took over."""
    who = identity.read(tx.connection)
    inherited_to = who.inherited_to if who is not None else None
    return inherited_to is not None and cursor.read(tx.connection) >= inherited_to
