"""Looking for printers with zeroconf (mDNS, RFC 6762; DNS-SD, RFC 6763)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from discovery.identity import PRINTER_SERVICES, Announcement

__all__ = ["browse"]

_RESOLVE_MS = 1500  # a printer that answers PTR but not SRV in this time is asleep; next scan


async def browse(
    interfaces: Sequence[str], *, seconds: float, heard: Callable[[Announcement], None]
) -> None:
    """Tells `heard` of each printer's service that is announced on `interfaces` (IPv4 addresses of
    ours) in `seconds`, and of one that changes once more.

    Sends nothing, and returns at once, where no interface is named.
    """
    if not interfaces:
        return
    zeroconf = AsyncZeroconf(interfaces=list(interfaces), ip_version=IPVersion.V4Only)
    resolving: set[asyncio.Task[None]] = set()

    async def resolve(service: str, name: str) -> None:
        announcement = await _resolve(zeroconf, service, name)
        if announcement is not None:
            heard(announcement)

    def on_change(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        # One that goes away needs no telling: whether a printer is there is found by knocking.
        if state_change is not ServiceStateChange.Removed:
            resolving.add(asyncio.create_task(resolve(service_type, name)))

    browser = AsyncServiceBrowser(zeroconf.zeroconf, list(PRINTER_SERVICES), handlers=[on_change])
    try:
        await asyncio.sleep(seconds)
        await asyncio.gather(*tuple(resolving))
    finally:
        await browser.async_cancel()
        for task in resolving:
            task.cancel()
        await zeroconf.async_close()


async def _resolve(zeroconf: AsyncZeroconf, service: str, name: str) -> Announcement | None:
    found = AsyncServiceInfo(service, name)
    if not await found.async_request(zeroconf.zeroconf, _RESOLVE_MS):
        return None
    return Announcement(
        service=service,
        instance=name.removesuffix(f".{service}"),
        host=found.server or "",
        addresses=tuple(found.parsed_addresses(IPVersion.V4Only)),
        port=found.port or 0,
        text={key: value or "" for key, value in found.decoded_properties.items()},
    )
