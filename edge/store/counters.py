"""Order numbers: counted by the business day, at this edge alone, so nobody has to be asked."""

from __future__ import annotations

import re

from edge.store.writer import Transaction

__all__ = ["following", "reached"]

_OURS = re.compile(r"T-([1-9]\d{0,8})")  # a terminal's order; the cloud's have letters of their own


def following(tx: Transaction, business_day: str) -> str:
    """The next number of `business_day`, from `T-1`. Rolled back with the transaction: no holes."""
    (number,) = tx.execute(
        """INSERT INTO counters (business_day, number) VALUES (?, 1)
           ON CONFLICT (business_day) DO UPDATE SET number = number + 1 RETURNING number""",
        (business_day,),
    ).fetchone()
    return f"T-{number}"


def reached(tx: Transaction, business_day: object, number: object) -> None:
    """Counts on from `number`, which the edge that was here before gave to an order that came from
    the cloud: two orders of one evening under one number would be handed out wrongly."""
    ours = _OURS.fullmatch(number) if isinstance(number, str) else None
    if ours is None or not isinstance(business_day, str):
        return
    tx.execute(
        """INSERT INTO counters (business_day, number) VALUES (?, ?)
           ON CONFLICT (business_day) DO UPDATE SET number = max(number, excluded.number)""",
        (business_day, int(ours[1])),
    )
