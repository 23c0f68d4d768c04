"""The networks that may be searched, and who stands on them: bounded, and only those named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path

import ifaddr

__all__ = ["bounded", "hosts", "named_networks", "neighbours", "read_neighbours"]

NARROWEST_PREFIX = 22  # 1022 hosts: a restaurant's LAN is a /24; a whole /8 would take days

# Below `thread-self`: a service that systemd keeps from the rest of /proc can still read it.
_ARP_TABLE = Path("/proc/thread-self/net/arp")
_COMPLETE = 0x2  # ATF_COM of Linux: the neighbour has answered
_NO_MAC = "00:00:00:00:00:00"


def named_networks(names: Sequence[str]) -> list[IPv4Interface]:
    """Our addresses, each with its network, on the interfaces in `names`: names of devices, or
    IPv4 addresses of ours. One that is not there (yet) is left out."""
    return [
        IPv4Interface(f"{one.ip}/{one.network_prefix}")
        for adapter in ifaddr.get_adapters()
        for one in adapter.ips
        if isinstance(one.ip, str) and (adapter.name in names or one.ip in names)
    ]


def bounded(interface: IPv4Interface) -> IPv4Network:
    """The network of `interface`; of a larger one the /22 around our own address."""
    prefix = max(interface.network.prefixlen, NARROWEST_PREFIX)
    return IPv4Network((interface.ip, prefix), strict=False)


def hosts(interfaces: Sequence[IPv4Interface]) -> Iterator[str]:
    """Every address that a printer may have beside `interfaces`, each once."""
    networks = {bounded(interface) for interface in interfaces}
    return (str(host) for network in sorted(networks) for host in network.hosts())


def neighbours(table: str) -> dict[str, str]:
    """MAC address by IPv4 address, from the text of Linux's ARP table."""
    found = {}
    for line in table.splitlines()[1:]:
        address, _, flags, mac, *_ = line.split()
        if int(flags, 16) & _COMPLETE and mac != _NO_MAC:
            found[address] = mac.lower()
    return found


def read_neighbours() -> dict[str, str]:
    """The neighbours that this machine has spoken to lately; none where there is no such table."""
    return neighbours(_ARP_TABLE.read_text()) if _ARP_TABLE.exists() else {}
