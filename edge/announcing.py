"""The edge announces itself on the restaurant's network: nobody types an address into a terminal.

Under `_panbot._tcp` for our own, and `_http._tcp` for whatever lists web pages.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from ipaddress import IPv4Address

import msgspec

from discovery.network import named_networks
from domain.clock import Clock
from edge.house import House
from edge.settings import EdgeSettings

__all__ = ["Announcer"]

LOOK_EVERY_S = 15.0  # for another address of ours, or another name of the restaurant
NAME_BYTES = 63  # RFC 6763, 4.1.1
HOST_LETTERS = 40  # RFC 1035 allows 63, and a number may be added
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - recognised here, chosen in the settings


class _Told(msgspec.Struct, frozen=True):
    """What is announced: the restaurant, and the addresses at which terminals reach us."""

    business_id: str
    name: str
    addresses: tuple[str, ...]


class Announcer:
    """Announces until it is stopped. Sends nothing where no interface is named, or where the edge
    listens on none of those."""

    def __init__(self, settings: EdgeSettings, house: House, clock: Clock) -> None:
        self._settings = settings
        self._house = house
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        # A port that the system chooses is another one tomorrow: a test's or a demo's.
        if self._settings.lan_interfaces and self._settings.port:
            self._task = asyncio.create_task(self._run(), name="announcing")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._announce(await self._now())
            except Exception:  # the network may be better in a while; orders do not wait for it
                logging.getLogger(__name__).exception("cannot announce this edge")
            await self._clock.sleep(LOOK_EVERY_S)

    async def _announce(self, told: _Told) -> None:
        """Until there is something else to tell."""
        from discovery.advertise import EDGE_SERVICE, WEB_SERVICE, Service, advertise

        host = f"panbot-{_letters(told.business_id)}".rstrip("-")
        text = {"path": "/", "business": told.business_id}
        services = [
            Service(kind, told.name, host, self._settings.port, text)
            for kind in (EDGE_SERVICE, WEB_SERVICE)
        ]
        async with advertise(services, told.addresses):
            while await self._now() == told:
                await self._clock.sleep(LOOK_EVERY_S)

    async def _now(self) -> _Told:
        restaurant = await self._house.now()
        ours = [str(one.ip) for one in named_networks(self._settings.lan_interfaces)]
        return _Told(
            restaurant.business_id,
            _cut(f"PanBot {restaurant.business.name}".strip()),
            _listening(ours, self._settings.host),
        )


def _listening(addresses: Sequence[str], host: str) -> tuple[str, ...]:
    """Those of our addresses at which the edge answers."""
    return tuple(one for one in addresses if host in EVERY_ADDRESS or _same(one, host))


def _same(address: str, host: str) -> bool:
    try:
        return IPv4Address(address) == IPv4Address(host)
    except ValueError:
        return False


def _letters(text: str) -> str:
    """`text` as a part of a host name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:HOST_LETTERS]


def _cut(name: str) -> str:
    return name.encode()[:NAME_BYTES].decode(errors="ignore")
