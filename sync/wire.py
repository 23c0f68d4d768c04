"""The messages between edge and cloud. JSON; unknown fields are ignored by the reader.

Every request and every answer carries the protocol of its sender in the header `PROTOCOL_HEADER`.

`GET  /api/v1/sync/changes?after=SEQ&wait=SECONDS` → `ChangesResponse`
`POST /api/v1/sync/push` `PushRequest` → `PushResponse`
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from domain.events import Event

__all__ = [
    "OLDEST_PROTOCOL",
    "PROTOCOL",
    "PROTOCOL_HEADER",
    "Change",
    "ChangesResponse",
    "Collection",
    "Outcome",
    "PushItem",
    "PushRequest",
    "PushResponse",
    "Verdict",
    "change_of",
]

PROTOCOL = 1  # raised when an older reader would be wrong
OLDEST_PROTOCOL = 1  # of the other side that this program still understands
PROTOCOL_HEADER = "X-PanBot-Protocol"


class Collection(StrEnum):
    """Everything that syncs."""

    MENU = "menu"
    AVAILABILITY = "availability"
    ORDER = "order"
    CUSTOMER = "customer"
    MESSAGE = "message"
    PRINTER = "printer"
    TEMPLATE = "template"
    ROUTING = "routing"
    STAFF = "staff"
    SETTINGS = "settings"
    CONFLICT = "conflict"


class Change(msgspec.Struct, frozen=True):
    """One record as the cloud has it at `seq`. A tombstone has `deleted` and empty `data`.
    `at` is when it was written (RFC 3339), `by` by whom."""

    seq: int
    collection: str
    key: str
    version: int
    data: dict[str, Any]
    deleted: bool = False
    at: str = ""
    by: str = ""


class ChangesResponse(msgspec.Struct, frozen=True):
    """Changes in `seq` order. `cursor` is where to go on; `head` the newest seq there is.

    A record that changed twice appears once, with its latest state: the feed is the present.
    """

    changes: tuple[Change, ...]
    cursor: int
    head: int


class PushItem(msgspec.Struct, frozen=True):
    """One key's latest state. `base_version` is 0 where the edge made the record; `by` is who made
    the last edit."""

    op_id: str
    collection: str
    key: str
    base_version: int
    data: dict[str, Any]
    deleted: bool = False
    by: str = ""


class PushRequest(msgspec.Struct, frozen=True):
    items: tuple[PushItem, ...]


class Outcome(StrEnum):
    APPLIED = "applied"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class Verdict(msgspec.Struct, frozen=True):
    """What became of one item.

    `applied` and `duplicate`: `version` is the record's version now, `seq` its place in the feed.
    `conflict`: `version`, `data`, `deleted`, `at` and `by` are the cloud's. `rejected`: `reason`
    says why.
    """

    op_id: str
    outcome: Outcome
    version: int = 0
    seq: int = 0
    data: dict[str, Any] | None = None
    deleted: bool = False
    reason: str = ""
    at: str = ""
    by: str = ""


class PushResponse(msgspec.Struct, frozen=True):
    verdicts: tuple[Verdict, ...]


def change_of(event: Event) -> Change:
    """The change that an event carries."""
    return Change(
        seq=event.seq,
        collection=event.collection,
        key=event.key,
        version=event.version,
        data=event.data,
        deleted=event.deleted,
        at=event.at,
        by=event.by,
    )
