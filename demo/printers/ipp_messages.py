"""IPP on the wire, the printer's side: requests read and replies written with pyipp's own codec.

pyipp is a client: its parser reads a request as well, with the operation where a reply has its
status, and its serializer can write one attribute at a time with a tag that we name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyipp.enums import IppStatus, IppTag
from pyipp.exceptions import IPPParseError
from pyipp.parser import parse
from pyipp.serializer import construct_attribute

__all__ = ["Attributes", "Group", "Malformed", "Request", "read_request", "write_reply"]

Attributes = Mapping[str, tuple[IppTag, Any]]  # name → tag and value, or a tuple of values
Group = tuple[IppTag, Attributes]

_EVERYTHING = frozenset({"all", "printer-description", "job-description", "job-template"})


class Malformed(ValueError):
    """No IPP message."""


@dataclass(frozen=True)
class Request:
    """`operation` is a number: it may be one that pyipp does not know."""

    version: tuple[int, int]
    operation: int
    id: int
    attributes: Mapping[str, Any]
    document: bytes

    def requested(self, attributes: Attributes, default: Iterable[str] = ("all",)) -> Attributes:
        """Those of `attributes` that `requested-attributes` names."""
        asked = self.attributes.get("requested-attributes", default)
        names = {asked} if isinstance(asked, str) else set(asked)
        if names & _EVERYTHING:
            return attributes
        return {name: value for name, value in attributes.items() if name in names}


def read_request(body: bytes) -> Request:
    """Raises Malformed."""
    try:
        message = parse(body, contains_data=True)
        return Request(
            version=message["version"],
            operation=message["status-code"],
            id=message["request-id"],
            attributes=dict(message["operation-attributes"]),
            document=message["data"],
        )
    except (struct.error, LookupError, ValueError, IPPParseError) as broken:
        raise Malformed("no IPP message") from broken


def write_reply(request: Request, status: IppStatus, groups: Iterable[Group] = ()) -> bytes:
    operation: Attributes = {
        "attributes-charset": (IppTag.CHARSET, "utf-8"),
        "attributes-natural-language": (IppTag.LANGUAGE, "en"),
    }
    head = struct.pack(">bbhi", *request.version, status.value, request.id)
    body = b"".join(_group(group) for group in [(IppTag.OPERATION, operation), *groups])
    return head + body + bytes([IppTag.END.value])


def _group(group: Group) -> bytes:
    tag, attributes = group
    return bytes([tag.value]) + b"".join(
        construct_attribute(name, value, value_tag)
        for name, (value_tag, value) in attributes.items()
    )
