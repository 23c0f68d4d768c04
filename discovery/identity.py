"""Which announcements are one printer, and how to print on it. Pure.

A printer announces itself several times over (`_ipp`, `_printer`, `_pdl-datastream`); it keeps its
identity when DHCP gives it another address. Identity, in this order: the UUID it announces, else
its serial in the device id, else the host name it announces under.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

__all__ = ["Announcement", "FoundPrinter", "merge"]

# Raw ESC/POS beats IPP where a printer offers both: receipt printers announce IPP on a port that
# accepts ESC/POS and swallows it, while their port 9100 prints.
_SCHEMES = {
    "_pdl-datastream._tcp.local.": "escpos",
    "_ipps._tcp.local.": "ipps",
    "_ipp._tcp.local.": "ipp",
}


class Announcement(msgspec.Struct, frozen=True):
    """One service as zeroconf saw it. `addresses` newest first; `text` is the TXT record."""

    service: str
    instance: str
    host: str
    addresses: tuple[str, ...]
    port: int
    text: Mapping[str, str] = {}


class FoundPrinter(msgspec.Struct, frozen=True):
    """One printer. `uri` is the best way to print on it; `uris` are all of them."""

    identity: str
    name: str
    model: str
    uri: str
    uris: tuple[str, ...]


def merge(announcements: Iterable[Announcement]) -> list[FoundPrinter]:
    """The printers behind `announcements`, by name. Those on port 0 only point elsewhere."""
    usable = [a for a in announcements if a.port and a.addresses and a.service in _SCHEMES]
    hosts: dict[str, list[Announcement]] = {}
    for announcement in usable:
        hosts.setdefault(_host_key(announcement), []).append(announcement)
    printers = [_printer(group) for group in hosts.values()]
    return sorted(printers, key=lambda printer: (printer.name, printer.identity))


def _host_key(announcement: Announcement) -> str:
    """Announcements of one host under one name are one printer; a print server has several."""
    return f"{announcement.host}/{announcement.instance}"


def _printer(group: list[Announcement]) -> FoundPrinter:
    order = list(_SCHEMES)
    ranked = sorted(group, key=lambda announcement: order.index(announcement.service))
    text: dict[str, str] = {}
    for announcement in reversed(ranked):
        text |= announcement.text
    uris = tuple(dict.fromkeys(_uri(announcement) for announcement in ranked))
    return FoundPrinter(
        identity=_identity(text, ranked[0]),
        name=ranked[0].instance,
        model=text.get("ty", text.get("product", "").strip("()")),
        uri=uris[0],
        uris=uris,
    )


def _identity(text: Mapping[str, str], announcement: Announcement) -> str:
    if uuid := text.get("UUID", "").lower().removeprefix("urn:uuid:"):
        return f"uuid:{uuid}"
    if serial := _serial(text):
        return f"serial:{serial}"
    return f"host:{announcement.host.lower().rstrip('.')}/{announcement.instance}"


def _serial(text: Mapping[str, str]) -> str:
    """The serial in an IEEE 1284 device id (`MFG:EPSON;MDL:TM-m30;SN:X1;`), or in its own key."""
    for part in text.get("usb_DEVICEID", text.get("1284id", "")).split(";"):
        name, _, value = part.partition(":")
        if name.strip().upper() in ("SN", "SERN", "SERIALNUMBER"):
            return value.strip()
    return text.get("serial", "").strip()


def _uri(announcement: Announcement) -> str:
    scheme = _SCHEMES[announcement.service]
    address = announcement.addresses[0]
    host = f"[{address}]" if ":" in address else address
    if scheme == "escpos":
        return f"escpos://{host}:{announcement.port}"
    path = announcement.text.get("rp", "ipp/print").strip("/")
    return f"{scheme}://{host}:{announcement.port}/{path}"
