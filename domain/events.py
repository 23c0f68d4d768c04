"""What is told to whoever listens: names, envelope, channel names.

An event is a hint that the feed has moved. It carries the record, so that a listener whose cursor
is exactly one behind can apply it as it stands; anyone else reads the feed.
"""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["Event", "EventType", "business_channel", "event_type", "job_channel"]


class EventType:
    """The names that others build on."""

    ORDER_CREATED = "order.created"
    ORDER_UPDATED = "order.updated"
    MENU_UPDATED = "menu.updated"
    MESSAGE_CREATED = "message.created"
    MESSAGE_UPDATED = "message.updated"
    PRINTER_STATUS = "printer.status"
    PRINTER_SCAN = "printer.scan"
    RECORD_UPDATED = "record.updated"
    JOB_PROGRESS = "job.progress"


class Event(msgspec.Struct, frozen=True):
    """`data` is the record's own data (the order, the menu). `at` is RFC 3339 and `by`
    says who wrote it."""

    type: str
    business_id: str
    seq: int
    at: str
    data: dict[str, Any]
    collection: str = ""
    key: str = ""
    version: int = 0
    deleted: bool = False
    by: str = ""


def event_type(collection: str, version: int) -> str:
    """The event that a write to `collection` announces. Every write announces one, so that the
    sequence a listener sees has no holes."""
    if collection == "order":
        return EventType.ORDER_CREATED if version == 1 else EventType.ORDER_UPDATED
    if collection == "message":
        return EventType.MESSAGE_CREATED if version == 1 else EventType.MESSAGE_UPDATED
    if collection in ("menu", "availability"):
        return EventType.MENU_UPDATED
    if collection == "printer":
        return EventType.PRINTER_STATUS
    return EventType.RECORD_UPDATED


def business_channel(business_id: str) -> str:
    """The Centrifugo channel of one business. The only place that spells it."""
    return f"business:{business_id}"


def job_channel(job_id: str) -> str:
    """The Centrifugo channel of one onboarding job. The only place that spells it."""
    return f"job:{job_id}"
