"""What the store tells after a commit: a record was written, or a print job moved on.

Announcements are hints for those in the same program (terminals' event streams, the spooler, the
push loop); the tables are the truth.
"""

from __future__ import annotations

import msgspec

from domain.events import event_type

__all__ = ["Announcement", "PrintJobWritten", "RecordWritten"]


class RecordWritten(msgspec.Struct, frozen=True):
    """`local_seq` numbers the writes of this edge. `json` is the record's data as it is stored.

    `created` is True where this edge had never seen the record. `at` is RFC 3339.
    """

    collection: str
    key: str
    local_seq: int
    at: str
    json: str
    deleted: bool = False
    created: bool = False

    @property
    def type(self) -> str:
        """The event's name. The edge's own orders have no version yet, so `created` decides."""
        return event_type(self.collection, 1 if self.created else 2)


class PrintJobWritten(msgspec.Struct, frozen=True):
    """A print job was added or moved to `state`."""

    id: int
    order_id: str
    printer_id: str
    state: str
    reason: str
    at: str


Announcement = RecordWritten | PrintJobWritten
