"""A cloud with two businesses in a database of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from cloud.services import Services, Settings
from tests.support.cloud import MovableClock, http_client, token_for, two_businesses
from tests.support.postgres import fresh_database


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with fresh_database(two_businesses) as url:
        yield url


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def services(url: str, clock: MovableClock) -> AsyncIterator[Services]:
    async with Services.open(Settings(database_url=url), clock=clock) as services:
        yield services


@pytest.fixture
async def owner(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """The trattoria's owner, signed in."""
    async with http_client(services, token_for(services)) as client:
        yield client


@pytest.fixture
async def device(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """The trattoria's appliance, signed in."""
    token = token_for(services, sub="edge-1", role="staff", kind="device")
    async with http_client(services, token) as client:
        yield client
