"""A restaurant's network of its own: a switch and hosts with cables to it, each a namespace.

Nothing of it is connected to the machine's network. A host has one interface, `lan0`, with a MAC
address of its own; it can be given another address, as DHCP does.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

from tests.support.netns import Namespace, namespace

__all__ = ["DEVICE", "Host", "Lan", "lan"]

DEVICE = "lan0"
PREFIX = 28  # 14 hosts: a sweep of it takes half a second
_SWITCH = "switch"
_ARP = 0x0806


class Host(Namespace):
    """`address` is its present one, without the prefix."""

    address: str = ""

    def move(self, address: str) -> None:
        """Takes `address` in the place of the one it has, and tells the others (RFC 5227, 2.3)."""
        _ip(self, "address", "flush", "dev", DEVICE)
        _ip(self, "address", "add", f"{address}/{PREFIX}", "dev", DEVICE)
        _ip(self, "route", "add", "224.0.0.0/4", "dev", DEVICE)
        self.address = address
        with self.entered(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
            raw.bind((DEVICE, _ARP))
            raw.send(_announcement(raw.getsockname()[4], socket.inet_aton(address)))


def _announcement(mac: bytes, address: bytes) -> bytes:
    """An ARP request to everyone for one's own address, as an Ethernet frame."""
    ethernet = b"\xff" * 6 + mac + _ARP.to_bytes(2, "big")
    kinds = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)  # Ethernet, IPv4, their lengths, request
    return ethernet + kinds + mac + address + bytes(6) + address


class Lan:
    def __init__(self, switch: Namespace, stack: ExitStack) -> None:
        self._switch = switch
        self._stack = stack
        self._hosts = 0

    def host(self, address: str) -> Host:
        """A new host at `address`, until the network is taken down."""
        host = Host(self._stack.enter_context(namespace()).name)
        self._hosts += 1
        port = f"port{self._hosts}"
        mac = f"02:00:00:00:00:{self._hosts:02x}"
        peer = ("type", "veth", "peer", "name", DEVICE, "netns", host.name)
        _ip(self._switch, "link", "add", port, *peer)
        _ip(self._switch, "link", "set", port, "master", _SWITCH, "up")
        _ip(host, "link", "set", DEVICE, "address", mac, "up")
        host.move(address)
        return host


@contextlib.contextmanager
def lan() -> Iterator[Lan]:
    """A network with no hosts yet. Skips the test where namespaces cannot be made."""
    with ExitStack() as stack:
        switch = stack.enter_context(namespace())
        _ip(switch, "link", "add", _SWITCH, "type", "bridge")
        _ip(switch, "link", "set", _SWITCH, "up")
        yield Lan(switch, stack)


def _ip(inside: Namespace, *words: str) -> None:
    subprocess.run(["ip", "-n", inside.name, *words], check=True)
