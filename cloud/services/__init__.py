"""What the cloud can do, with no HTTP in sight. The agent uses this, and nothing else of the cloud.

async with Services.open(from_env()) as services:
    placed = await services.orders.place("trattoria", draft, channel=Channel.PHONE, …)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cloud.db.businesses import Membership
from cloud.db.migrate import pending_migrations
from cloud.db.pool import Pool, acquiring, open_pool
from cloud.db.records import Versioned
from cloud.services.businesses import Businesses
from cloud.services.calls import CallPage, Calls
from cloud.services.conflicts import Conflicts
from cloud.services.customers import Customers
from cloud.services.devices import Devices, Paired, PairingCode
from cloud.services.feed import Feed
from cloud.services.identity import Identity, Session
from cloud.services.loading import PASSWORD_FIELD, PIN_FIELD, Edit, Loaded
from cloud.services.menus import MENU_KEY, Menus
from cloud.services.messages import Messages
from cloud.services.orders import OrderPage, Orders, Placed
from cloud.services.realtime import Realtime, RealtimeAccess
from cloud.services.records import Writer
from cloud.services.sync import Sync
from cloud.services.upkeep import Upkeep
from cloud.settings import Settings, SettingsError, from_env
from domain.clock import Clock, SystemClock
from domain.ids import UuidV7

__all__ = [
    "MENU_KEY",
    "PASSWORD_FIELD",
    "PIN_FIELD",
    "CallPage",
    "Edit",
    "Loaded",
    "Membership",
    "OrderPage",
    "Paired",
    "PairingCode",
    "Placed",
    "RealtimeAccess",
    "Services",
    "Session",
    "Settings",
    "SettingsError",
    "Versioned",
    "from_env",
]


class Services:
    """Everything the cloud offers, over one pool and one listening connection. See `open`."""

    def __init__(self, pool: Pool, settings: Settings, clock: Clock, stop: asyncio.Event) -> None:
        ids = UuidV7(clock)
        writer = Writer(pool, settings, clock)
        self._pool = pool
        self.clock = clock
        self.orders = Orders(pool, writer, clock, ids)
        self.menus = Menus(pool, writer)
        self.conflicts = Conflicts(pool, writer, clock)
        self.businesses = Businesses(pool, writer, ids)
        self.devices = Devices(pool, clock, ids)
        self.identity = Identity(pool, clock, ids)
        self.sync = Sync(writer, clock)
        self.feed = Feed(pool, settings.database_url, clock, stop)
        self.realtime = Realtime(settings, clock)
        self.customers = Customers(pool)
        self.calls = Calls(pool, clock, settings.call_retention_days)
        self.messages = Messages(pool, writer, clock, settings.call_retention_days)
        self.upkeep = Upkeep(pool, clock, (self.calls.forget, self.messages.forget))

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        *,
        clock: Clock | None = None,
        stop: asyncio.Event | None = None,
    ) -> AsyncIterator[Services]:
        """The services, until the block ends. Setting `stop` ends waiting for the feed at once.

        Raises what asyncpg raises where the database cannot be reached.
        """
        pool = await open_pool(settings.database_url, settings.database_pool)
        services = cls(pool, settings, clock or SystemClock(), stop or asyncio.Event())
        listening = asyncio.create_task(services.feed.run())
        try:
            yield services
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            await pool.close()

    async def pending_migrations(self) -> list[str]:
        """The migrations that the database still lacks. Raises where it doesn't answer."""
        async with acquiring(self._pool) as connection:
            return await pending_migrations(connection)
