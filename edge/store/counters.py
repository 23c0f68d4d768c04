"""Order numbers: counted by the business day, at this edge alone, so nobody has to be asked."""

from __future__ import annotations

from edge.store.writer import Transaction

__all__ = ["following"]


def following(tx: Transaction, business_day: str) -> int:
    """The next number of `business_day`, from 1. Rolled back with the transaction: no holes."""
    (number,) = tx.execute(
        """INSERT INTO counters (business_day, number) VALUES (?, 1)
           ON CONFLICT (business_day) DO UPDATE SET number = number + 1 RETURNING number""",
        (business_day,),
    ).fetchone()
    return int(number)
