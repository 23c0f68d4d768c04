"""Being found: the edge announces itself so that terminals need no address typed in."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

__all__ = ["EDGE_SERVICE", "WEB_SERVICE", "Service", "advertise"]

EDGE_SERVICE = "_panbot._tcp.local."
WEB_SERVICE = "_http._tcp.local."


class Service(msgspec.Struct, frozen=True):
    """What is announced. `host` becomes `HOST.local.`; `text` is the TXT record."""

    type: str
    instance: str
    host: str
    port: int
    text: Mapping[str, str] = {}


@contextlib.asynccontextmanager
async def advertise(services: Sequence[Service], interfaces: Sequence[str]) -> AsyncIterator[None]:
    """Announces `services` on `interfaces` (IPv4 addresses of ours) while the context is open.

    A name that is taken gets a number. Nothing is sent where no interface is named.
    """
    if not interfaces:
        yield
        return
    zeroconf = AsyncZeroconf(interfaces=list(interfaces), ip_version=IPVersion.V4Only)
    try:
        for service in services:
            # Cooperating responders skip the second of probing: a restart must not make the
            # terminals wait, and a clash of names is settled by the number all the same.
            registered = await zeroconf.async_register_service(
                _service_info(service, interfaces),
                allow_name_change=True,
                cooperating_responders=True,
            )
            await registered
        yield
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


def _service_info(service: Service, interfaces: Sequence[str]) -> ServiceInfo:
    return ServiceInfo(
        service.type,
        f"{service.instance}.{service.type}",
        port=service.port,
        parsed_addresses=list(interfaces),
        server=f"{service.host}.local.",
        properties=dict(service.text),
    )
