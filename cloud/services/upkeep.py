"""What is kept for a time only is forgotten: retries' op ids, and what callers said."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import asyncpg

from cloud.db.orders import forget_keys
from cloud.db.pool import Pool, acquiring
from cloud.db.sync_ops import forget_ops
from domain.clock import Clock

__all__ = ["Upkeep"]

Forget = Callable[[], Awaitable[int]]  # says of how much

EVERY_S = 6 * 3600.0  # several programs may do it: the second finds nothing
# An edge that was offline for longer has its edit taken for another's: the merge then finds that
# both are the same, and nothing is lost or doubled.
KEEP_DAYS = 90

_log = logging.getLogger(__name__)


class Upkeep:
    """Prunes, over one pool."""

    def __init__(self, pool: Pool, clock: Clock, forgetting: Sequence[Forget] = ()) -> None:
        self._pool = pool
        self._clock = clock
        self._forgetting = forgetting

    async def run(self) -> None:
        """Prunes now and then, until cancelled."""
        while True:
            try:
                await self.prune()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("what is to be forgotten stays until the next time: %s", error)
            await self._clock.sleep(EVERY_S)

    async def prune(self) -> int:
        """Forgets op ids and idempotency keys older than `KEEP_DAYS`, and what the services keep
        for a time of their own; says how many."""
        before = self._clock.now() - timedelta(days=KEEP_DAYS)
        async with acquiring(self._pool) as connection:
            n = await forget_ops(connection, before) + await forget_keys(connection, before)
        return n + sum([await forget() for forget in self._forgetting])
