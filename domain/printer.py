"""A printer: who it is, where it stands, what paper and characters it carries."""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

__all__ = [
    "Certificate",
    "Names",
    "Printer",
    "PrinterStatus",
    "address_problem",
    "full_uri",
    "shown",
]


class Names(StrEnum):
    """Where the names in the second language stand on a kitchen's tickets."""

    UNDER = "under"
    INSTEAD = "instead"


class PrinterStatus(StrEnum):
    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    ERROR = "error"


# A scheme, a host (an IPv6 address in brackets), perhaps a port and a path.
_URI = r"^(escpos|ipps?)://([^\s/:@\[\]]+|\[[0-9A-Za-z:.%]+\])(:[0-9]{1,5})?(/\S*)?$"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_BARE = re.compile(r"[0-9.]+(:[0-9]+)?")  # an IPv4 address, perhaps with a port
_NUMBERS = re.compile(r"[0-9.]+")
_EXAMPLE = "like 192.168.1.50 for a receipt printer, or ipp://192.168.1.50/ipp/print for another"
MAX_PORT = 65535

Certificate = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")]


class Printer(msgspec.Struct, frozen=True):
    """The record `printer/{id}`. The id is the identity that survives a new address.

    `uri` is `escpos://HOST:PORT` for raw ESC/POS or `ipp://HOST:PORT/ipp/print`. `columns` are
    character cells of the normal font (42 or 48 on 80 mm, 32 on 58 mm). `fence` says whether the
    printer answers the completion query, `talks` whether it says how it is: None until that was
    learnt. `fallback_id` takes its jobs while it is away. `identities` (`uuid:…`, `mac:…`,
    `serial:…`) are how it is known again at another address; they are learnt too.

    `certificate` is the one that an `ipps://` printer is trusted by: its SHA-256 in hex, pinned
    when it was first spoken to. `offered_certificate` is another one that it showed since then;
    nothing is printed there until an owner has accepted it.

    `templates` names the template for a kind of ticket by its id; without one it is the
    restaurant's own of that kind, or the built-in one. `language` is the second language of this
    printer's tickets (empty: the restaurant's), `names` where it stands.
    """

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    name: str
    uri: Annotated[str, Meta(pattern=_URI)]
    paper_mm: Annotated[int, Meta(ge=20, le=300)] = 80
    columns: Annotated[int, Meta(ge=16, le=120)] = 42
    code_page: str = "CP858"
    fence: bool | None = None
    talks: bool | None = None
    fallback_id: str = ""
    templates: dict[str, str] = {}
    language: str = ""
    names: Names = Names.UNDER
    status: PrinterStatus = PrinterStatus.UNKNOWN
    status_reason: str = ""
    identities: tuple[str, ...] = ()
    certificate: Certificate = ""
    offered_certificate: Certificate = ""


def shown(printer: Printer, certificate: str) -> Printer:
    """`printer` after it showed `certificate` ("" for none): the first one is pinned, another one
    only noted."""
    if not certificate:
        return printer
    pinned = printer.certificate or certificate
    offered = "" if certificate == pinned else certificate
    return replace(printer, certificate=pinned, offered_certificate=offered)


def full_uri(address: str) -> str:
    """What a person types, as a printer's `uri`: a bare IPv4 address, perhaps with a port, prints
    raw ESC/POS."""
    typed = address.strip()
    return f"escpos://{typed}" if _BARE.fullmatch(typed) else typed


def address_problem(uri: str) -> str:
    """What is wrong with `uri`, in words for whoever typed it, with an example of a right one;
    empty where a printer can stand there."""
    if not uri:
        return f"say where the printer is, {_EXAMPLE}"
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return f"{uri!r} is no address of a printer; write it {_EXAMPLE}"
    if scheme[1] not in ("escpos", "ipp", "ipps"):
        return f"printers are reached by escpos, ipp or ipps, not by {scheme[1]!r}; {_EXAMPLE}"
    if re.fullmatch(_URI, uri) is None:
        return f"after {scheme[0]} comes a name or an address, then perhaps :PORT; {_EXAMPLE}"
    place, _, _ = uri[scheme.end() :].partition("/")
    host, _, port = place.rpartition(":") if re.search(r":\d+$", place) else (place, "", "")
    if port and not 0 < int(port) <= MAX_PORT:
        return f"there is no port {port}: ports go from 1 to {MAX_PORT}, receipt printers have 9100"
    if _NUMBERS.fullmatch(host):
        try:
            IPv4Address(host)
        except AddressValueError:
            return f"{host} is no address: four numbers from 0 to 255, like 192.168.1.50"
    return ""
