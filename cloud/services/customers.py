"""Who calls: their orders by the number they call from."""

from __future__ import annotations

from cloud.db.pool import Pool, acquiring
from cloud.db.records import Versioned, orders_of_phone
from cloud.services.numbers import dialled

__all__ = ["HISTORY", "Customers"]

HISTORY = 5  # orders: enough for "the usual", and for a model to read in a breath


class Customers:
    """The customers of each business."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def history(
        self, business_id: str, phone: str, limit: int = HISTORY
    ) -> tuple[Versioned, ...]:
        """The last orders that `phone` gave and nobody cancelled, the latest first, whether they
        came by telephone, from a terminal or from the web; none for what is no number."""
        async with acquiring(self._pool) as connection:
            number = await dialled(connection, business_id, phone)
            if not number:
                return ()
            return tuple(await orders_of_phone(connection, business_id, number, limit))
