"""A small cloud for tests: two businesses in a real database, and clients that speak to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx

from cloud.app import create_app
from cloud.services import Services, Settings
from domain.clock import SystemClock
from domain.ordering import Choice, Draft, DraftLine
from web.tokens import Claims, Tokens

__all__ = [
    "OWNER",
    "PASSWORD",
    "SECRET",
    "MovableClock",
    "business_file",
    "draft",
    "http_client",
    "order_body",
    "token_for",
    "two_businesses",
]

SECRET = "s" * 32
PASSWORD = "correct horse"
OWNER = "maria@trattoria.example"


class MovableClock(SystemClock):
    """The machine's clock, which a test can set forward."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead_s)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


def business_file(business_id: str = "trattoria", number: str = "+4930111") -> dict[str, Any]:
    """What `panbot cloud load` takes: one pizza in two sizes, one drink, two printers."""
    return {
        "business_id": business_id,
        "business": {"name": business_id.title(), "timezone": "Europe/Berlin"},
        "menu": {
            "id": "main",
            "name": business_id.title(),
            "currency": "EUR",
            "tax": {"prices_include_tax": True, "classes": {"food": 700, "drink": 1900}},
            "categories": [{"id": "pizza", "name": "Pizza"}, {"id": "drinks", "name": "Drinks"}],
            "items": [
                {
                    "id": "margherita",
                    "category_id": "pizza",
                    "name": "Pizza Margherita",
                    "price": 950,
                    "tax_class": "food",
                    "station": "kitchen",
                    "modifier_group_ids": ["size", "extras"],
                },
                {
                    "id": "water",
                    "category_id": "drinks",
                    "name": "Water",
                    "price": 250,
                    "tax_class": "drink",
                    "station": "bar",
                },
            ],
            "modifier_groups": [
                {
                    "id": "size",
                    "name": "Size",
                    "min": 1,
                    "max": 1,
                    "default": ["regular"],
                    "modifiers": [
                        {"id": "regular", "name": "Regular"},
                        {"id": "large", "name": "Large", "price": 250},
                    ],
                },
                {
                    "id": "extras",
                    "name": "Extras",
                    "max": 1,
                    "modifiers": [{"id": "ham", "name": "Ham"}, {"id": "egg", "name": "Egg"}],
                },
            ],
        },
        "printers": [{"id": "kitchen-1", "name": "Kitchen", "uri": "escpos://127.0.0.1:9100"}],
        "routing": [{"station": "kitchen", "printer_ids": ["kitchen-1"]}],
        "staff": [{"id": "anna", "name": "Anna", "role": "staff", "pin": "1234"}],
        "users": [{"email": f"maria@{business_id}.example", "password": PASSWORD, "role": "owner"}],
        "phone_numbers": [number],
    }


async def two_businesses(url: str) -> None:
    """A seed for `fresh_database`: the trattoria, and the bistro that must never see it."""
    async with Services.open(Settings(database_url=url)) as services:
        await services.businesses.load(business_file())
        await services.businesses.load(business_file("bistro", "+4930222"))


def draft(item_id: str = "margherita", qty: int = 1, **fields: Any) -> Draft:
    """An order of one line; `fields` are the draft's."""
    return Draft(lines=(DraftLine(item_id=item_id, qty=qty),), **fields)


def order_body(*choices: Choice, **line: Any) -> dict[str, Any]:
    """The JSON of an order of one line, whose fields are `line`."""
    modifiers = [{"group_id": c.group_id, "id": c.id} for c in choices]
    return {"lines": [{"item_id": "margherita", "qty": 1, "modifiers": modifiers, **line}]}


def token_for(services: Services, **claims: str) -> str:
    """An access token of the trattoria's owner, or as `claims` say."""
    known = {"sub": "maria", "role": "owner", "business_id": "trattoria", **claims}
    return Tokens(SECRET, services.clock).issue(Claims(**known))


@asynccontextmanager
async def http_client(services: Services, token: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to a cloud over `services`, in this process, with `token` as its access token."""
    transport = httpx.ASGITransport(create_app(services, secret=SECRET))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    base = "http://cloud/api/v1/"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
        yield client
