"""Which signs on the network are one printer, how to print on it, and which of ours it is. Pure.

A printer announces itself several times over (`_ipp`, `_printer`, `_pdl-datastream`) or not at all,
and keeps its identity when DHCP gives it another address. Identities, the strongest first: the UUID
that it announces, its MAC address, the serial in its device id. One with none of them is known by
where it is, or by the name of its host.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from discovery.probe import RAW_PORT, Door
from domain.printer import Printer

__all__ = [
    "PRINTER_SERVICES",
    "Announcement",
    "FoundPrinter",
    "address_of",
    "doors_of",
    "merge",
    "recognise",
]

_RAW = "_pdl-datastream._tcp.local."
_IPP = {"_ipps._tcp.local.": "ipps", "_ipp._tcp.local.": "ipp"}
_LPD = "_printer._tcp.local."  # not spoken here, but it tells of a printer and who it is
PRINTER_SERVICES = (*_IPP, _RAW, _LPD)

# Receipt printers that announce IPP on a port that accepts ESC/POS and swallows it.
_SWALLOWS_ESCPOS = re.compile(r"\bTM-[HJLPTUm]")
_IPV4 = re.compile(r"//([0-9.]+)(?=[:/]|$)")
_SENDABLE = {"application/pdf", "image/jpeg", "image/pwg-raster"}


class Announcement(msgspec.Struct, frozen=True):
    """One service as zeroconf saw it. `addresses` newest first; `text` is the TXT record. On port 0
    it is a placeholder (RFC 6763, 6.1) and says only that the service is not there."""

    service: str
    instance: str
    host: str
    addresses: tuple[str, ...]
    port: int
    text: Mapping[str, str] = {}


class FoundPrinter(msgspec.Struct, frozen=True):
    """One printer that answers. `uri` is the best way to print on it; `uris` are all of them.
    `identities` are the strongest first, and empty where it has none to show."""

    identities: tuple[str, ...]
    name: str
    model: str
    address: str
    uri: str
    uris: tuple[str, ...]

    @property
    def identity(self) -> str:
        return next(iter(self.identities), f"address:{self.address}")


def doors_of(announcement: Announcement) -> list[Door]:
    """Where a printer that announces this should answer."""
    if not announcement.port:
        return []
    ports = dict.fromkeys((announcement.port, RAW_PORT))
    return [Door(address, port) for address in announcement.addresses for port in ports]


def address_of(uri: str) -> str:
    """The IPv4 address in a printer's `uri`; empty where it names its host otherwise."""
    found = _IPV4.search(uri)
    return found[1] if found else ""


def merge(
    announcements: Iterable[Announcement], opened: Collection[Door], macs: Mapping[str, str]
) -> list[FoundPrinter]:
    """The printers behind `announcements` and open doors, by name.

    What does not answer is not there: a printer that was switched off stays announced for an hour,
    and one that has moved announces its old address too. `macs` are MAC addresses by address.
    """
    live = [one for announced in announcements if (one := _live(announced, opened)) is not None]
    groups = list(_by_printer(live).values())
    taken = {address for group in groups for address in group[0].addresses[:1]}
    alone = {door.address for door in opened if door.port == RAW_PORT} - taken
    groups += [[_unannounced(address)] for address in alone]
    # Several printers behind one MAC address hang on a print server or a Wi-Fi repeater.
    sharing = Counter(macs.get(_address(group)) for group in groups)
    own = {address: mac for address, mac in macs.items() if sharing[mac] == 1}
    printers = [_printer(group, opened, own) for group in groups if _prints(group, opened)]
    return sorted(printers, key=lambda printer: (printer.name, printer.address))


def recognise(known: Sequence[Printer], found: Sequence[FoundPrinter]) -> list[Printer]:
    """Those of `known` that were found, as they should be kept: at their present address, with
    every identity that was seen. Their names, stations and ways of printing stay.

    One that shows none of its identities is taken for what stands at its address, unless that is
    another one of `known`: an owner has put a new printer in the place of a broken one.
    """
    by_identity = {identity: one for one in found for identity in one.identities}
    mine = {printer.id: _shown(printer, by_identity) for printer in known}
    claimed = {one.address for one in mine.values() if one is not None}
    free = {one.address: one for one in found if one.address not in claimed}
    seen = ((printer, mine[printer.id] or free.get(address_of(printer.uri))) for printer in known)
    return [_kept(printer, one) for printer, one in seen if one is not None]


def _shown(printer: Printer, found: Mapping[str, FoundPrinter]) -> FoundPrinter | None:
    return next((found[name] for name in (printer.id, *printer.identities) if name in found), None)


def _kept(printer: Printer, found: FoundPrinter) -> Printer:
    identities = tuple(dict.fromkeys((*printer.identities, *found.identities)))
    return replace(printer, identities=identities, uri=_moved(printer.uri, found.address))


def _moved(uri: str, address: str) -> str:
    """`uri` at `address`; a host name is left to whoever resolves it."""
    before = address_of(uri)
    return uri.replace(before, address, 1) if before else uri


def _live(announced: Announcement, opened: Collection[Door]) -> Announcement | None:
    """`announced` with those of its addresses that answer."""
    answering = {door.address for door in doors_of(announced) if door in opened}
    addresses = tuple(address for address in announced.addresses if address in answering)
    return replace(announced, addresses=addresses) if addresses else None


def _by_printer(live: Iterable[Announcement]) -> dict[tuple[str, str], list[Announcement]]:
    """A host is one printer, whatever it announces; a print server has a queue for each."""
    by_host: dict[str, list[Announcement]] = {}
    for one in live:
        by_host.setdefault(one.host.lower(), []).append(one)
    groups: dict[tuple[str, str], list[Announcement]] = {}
    for host, announced in by_host.items():
        queues = {one.instance for one in announced if one.service in _IPP}
        for one in announced:
            groups.setdefault((host, one.instance if len(queues) > 1 else ""), []).append(one)
    return groups


def _unannounced(address: str) -> Announcement:
    return Announcement(_RAW, f"Printer at {address}", address, (address,), RAW_PORT)


def _prints(group: Sequence[Announcement], opened: Collection[Door]) -> bool:
    return Door(_address(group), RAW_PORT) in opened or any(one.service != _LPD for one in group)


def _printer(
    group: Sequence[Announcement], opened: Collection[Door], macs: Mapping[str, str]
) -> FoundPrinter:
    ranked = sorted(group, key=lambda one: PRINTER_SERVICES.index(one.service))
    address = _address(group)
    text: dict[str, str] = {}
    for announcement in reversed(ranked):
        text |= announcement.text
    model = text.get("ty", text.get("product", "").strip("()"))
    uris = _uris(ranked, Door(address, RAW_PORT) in opened, model, text)
    return FoundPrinter(
        identities=_identities(text, macs.get(address, "")),
        name=ranked[0].instance,
        model=model,
        address=address,
        uri=uris[0],
        uris=uris,
    )


def _address(group: Sequence[Announcement]) -> str:
    return group[0].addresses[0]


def _uris(
    ranked: Sequence[Announcement], raw_open: bool, model: str, text: Mapping[str, str]
) -> tuple[str, ...]:
    """The ways to print, the best first: what the printer makes of a document itself, but raw
    ESC/POS for one that can make nothing of ours."""
    address = _address(ranked)
    ipp = [_ipp_uri(one, address) for one in ranked if one.service in _IPP]
    raw = [f"escpos://{address}:{one.port}" for one in ranked if one.service == _RAW]
    swallows = _SWALLOWS_ESCPOS.search(model) is not None
    if raw_open or swallows:
        raw.append(f"escpos://{address}:{RAW_PORT}")
    formats = set(text.get("pdl", "").split(","))
    readable = formats == {""} or bool(formats & _SENDABLE)
    return tuple(dict.fromkeys(ipp + raw if readable and not swallows else raw + ipp))


def _ipp_uri(announcement: Announcement, address: str) -> str:
    path = announcement.text.get("rp", "ipp/print").strip("/")
    return f"{_IPP[announcement.service]}://{address}:{announcement.port}/{path}"


def _identities(text: Mapping[str, str], mac: str) -> tuple[str, ...]:
    uuid = text.get("UUID", "").lower().removeprefix("urn:uuid:")
    known = {"uuid": uuid, "mac": mac, "serial": _serial(text)}
    return tuple(f"{kind}:{value}" for kind, value in known.items() if value)


def _serial(text: Mapping[str, str]) -> str:
    """The serial in an IEEE 1284 device id (`MFG:EPSON;MDL:TM-m30;SN:X1;`), or in its own key."""
    for part in text.get("usb_DEVICEID", text.get("1284id", "")).split(";"):
        name, _, value = part.partition(":")
        if name.strip().upper() in ("SN", "SERN", "SERIALNUMBER"):
            return value.strip()
    return text.get("serial", "").strip()
