"""Looking for printers with zeroconf (mDNS, RFC 6762; DNS-SD, RFC 6763)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from discovery.identity import Announcement, FoundPrinter, merge

__all__ = ["PRINTER_SERVICES", "browse"]

PRINTER_SERVICES = ("_ipp._tcp.local.", "_ipps._tcp.local.", "_pdl-datastream._tcp.local.")
_RESOLVE_MS = 1500  # a printer that answers PTR but not SRV in this time is asleep; next scan


async def browse(interfaces: Sequence[str], *, seconds: float) -> list[FoundPrinter]:
    """The printers that announce themselves on `interfaces` (IPv4 addresses of ours) in `seconds`.

    Returns nothing, and sends nothing, where no interface is named.
    """
    if not interfaces:
        return []
    zeroconf = AsyncZeroconf(interfaces=list(interfaces), ip_version=IPVersion.V4Only)
    seen: set[tuple[str, str]] = set()

    def on_change(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        if state_change is ServiceStateChange.Removed:
            seen.discard((service_type, name))
        else:
            seen.add((service_type, name))

    browser = AsyncServiceBrowser(zeroconf.zeroconf, list(PRINTER_SERVICES), handlers=[on_change])
    try:
        await asyncio.sleep(seconds)
        resolved = await asyncio.gather(*(_resolve(zeroconf, *one) for one in sorted(seen)))
    finally:
        await browser.async_cancel()
        await zeroconf.async_close()
    return merge(announcement for announcement in resolved if announcement is not None)


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
