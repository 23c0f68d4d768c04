"""The restaurant that is called in the telephone's tests, as the cloud sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cloud.services import Services
from domain.call import CallRecord
from domain.codec import decode

__all__ = ["BISTRO_NUMBER", "BUSINESS", "NUMBER", "Restaurant"]

BUSINESS = "trattoria"
NUMBER = "+4930111"  # the trattoria's
BISTRO_NUMBER = "+4930222"


class Restaurant:
    """`database_url` is the cloud's database, `services` are open on it."""

    def __init__(self, database_url: str, services: Services) -> None:
        self.database_url = database_url
        self.services = services

    async def orders(self) -> list[dict[str, Any]]:
        """Every order there is."""
        page = await self.services.orders.list(BUSINESS)
        return [order.data for order in page.orders]

    async def messages(self) -> list[dict[str, Any]]:
        """Every note that the staff have, as it is stored."""
        changes = (await self.services.feed.changes(BUSINESS, 0)).changes
        return [change.data for change in changes if change.collection == "message"]

    async def records(self) -> list[CallRecord]:
        """What is kept of every call."""
        page = await self.services.calls.list(BUSINESS)
        found = [await self.services.calls.get(BUSINESS, row.id) for row in page.calls]
        return [decode(one.record, CallRecord) for one in found]

    async def set_profile(self, **fields: Any) -> None:
        """Changes what the trattoria says about itself."""
        await self._load(BUSINESS, fields)

    async def close_today(self, business_id: str) -> None:
        """A holiday, wherever midnight is."""
        today = self.services.clock.now().date()
        days = [(today + timedelta(days=n)).isoformat() for n in (-1, 0, 1)]
        await self._load(business_id, {"holidays": [{"date": day} for day in days]})

    async def _load(self, business_id: str, fields: dict[str, Any]) -> None:
        menu = (await self.services.menus.get(business_id)).data
        profile = {"name": business_id.title(), "timezone": "Europe/Berlin", **fields}
        file = {"business_id": business_id, "business": profile, "menu": menu}
        await self.services.businesses.load(file)
