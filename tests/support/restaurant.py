"""The restaurant that is called in the telephone's tests, as the cloud sees it."""

from __future__ import annotations

from typing import Any

from cloud.services import Services

__all__ = ["BUSINESS", "CALLER", "NUMBER", "Restaurant"]

BUSINESS = "trattoria"
NUMBER = "+4930111"  # the trattoria's
CALLER = "+4930555123"


class Restaurant:
    """`database_url` is the cloud's database, `services` are open on it."""

    def __init__(self, database_url: str, services: Services) -> None:
        self.database_url = database_url
        self.services = services

    async def orders(self) -> list[dict[str, Any]]:
        """Every order there is."""
        page = await self.services.orders.list(BUSINESS)
        return [order.data for order in page.orders]

    async def set_profile(self, **fields: Any) -> None:
        """Changes what the restaurant says about itself."""
        await self.services.businesses.load(
            {
                "business_id": BUSINESS,
                "business": {"name": "Trattoria", "timezone": "Europe/Berlin", **fields},
                "menu": (await self.services.menus.get(BUSINESS)).data,
            }
        )
