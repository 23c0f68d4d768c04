"""A printer: who it is, where it stands, what paper and characters it carries."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

__all__ = ["Certificate", "Names", "Printer", "PrinterStatus", "shown"]


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
