"""What terminals are told: a broadcaster inside the program, and its form as server-sent events.

An event's id is the number of the write behind it (`local_seq`), so a terminal that comes back with
`Last-Event-ID` is given what it missed from the records, however long ago and over restarts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from domain.clock import Clock, iso
from edge.store import records
from edge.store.announcements import Announcement, PrintJobWritten, RecordWritten
from edge.store.records import Record
from edge.store.store import Store

__all__ = ["Broadcaster", "Passing", "stream"]

PING_S = 15.0  # a terminal that hears nothing for longer than this knows its connection is dead
BACKLOG = 512  # events; a terminal further behind is cut off, comes back and catches up by its id
CATCH_UP = 500  # records; after more than that, reading the lists again is the shorter way


class Passing(msgspec.Struct, frozen=True):
    """How far something has got. No table holds it: who missed it asks how far it is now. `json`
    is what the event carries."""

    type: str
    json: bytes


Waiting = asyncio.Queue[Announcement | Passing | None]


class Broadcaster:
    """Hands every announcement to every subscriber."""

    def __init__(self) -> None:
        self._subscribers: set[Waiting] = set()
        self._closed = False

    def send(self, announcements: Sequence[Announcement | Passing]) -> None:
        """Never waits: one who does not read is cut off."""
        for waiting in tuple(self._subscribers):
            for one in announcements:
                if waiting.qsize() >= BACKLOG:
                    self._end(waiting)
                    break
                waiting.put_nowait(one)

    def close(self) -> None:
        """Ends every stream, now and from now on."""
        self._closed = True
        for waiting in tuple(self._subscribers):
            self._end(waiting)

    @contextmanager
    def subscription(self) -> Iterator[Waiting]:
        """A queue of announcements; None in it says that the stream ends."""
        waiting: Waiting = asyncio.Queue()
        self._subscribers.add(waiting)
        if self._closed:
            self._end(waiting)
        try:
            yield waiting
        finally:
            self._subscribers.discard(waiting)

    def _end(self, waiting: Waiting) -> None:
        self._subscribers.discard(waiting)
        waiting.put_nowait(None)


async def stream(
    broadcaster: Broadcaster, store: Store, clock: Clock, business_id: str, last_seen: int | None
) -> AsyncIterator[bytes]:
    """The bytes of one terminal's event stream.

    It opens with `hello` (its id is where the stream begins), or with what was missed after
    `last_seen`, or with `reset` where that is too much. `ping` comes every `PING_S`.
    """
    with broadcaster.subscription() as waiting:
        sent = await store.read(records.last_seq)
        if last_seen is None or last_seen > sent:  # a restored backup counts from before again
            yield _frame("hello", b"{}", sent)
        elif sent - last_seen > CATCH_UP:
            yield _frame("reset", b"{}", sent)
        else:
            for record in await store.read(lambda db: records.since(db, last_seen, CATCH_UP)):
                yield _record_frame(_missed(record), business_id)
                sent = max(sent, record.local_seq)
        while True:
            try:
                one = await asyncio.wait_for(waiting.get(), PING_S)
            except TimeoutError:
                yield _frame("ping", msgspec.json.encode({"at": iso(clock.now())}))
                continue
            if one is None:
                return
            if isinstance(one, Passing):
                yield _frame(one.type, one.json)
            elif isinstance(one, PrintJobWritten):
                yield _frame("print_job", msgspec.json.encode(one))
            elif isinstance(one, RecordWritten) and one.local_seq > sent:
                yield _record_frame(one, business_id)


def _missed(record: Record) -> RecordWritten:
    return RecordWritten(
        record.collection,
        record.key,
        record.local_seq,
        record.updated_at,
        record.json,
        record.deleted,
    )


def _record_frame(one: RecordWritten, business_id: str) -> bytes:
    """The envelope of `domain.events.Event`, with this edge's `local_seq` as its `seq`."""
    envelope = {
        "type": one.type,
        "business_id": business_id,
        "seq": one.local_seq,
        "at": one.at,
        "collection": one.collection,
        "key": one.key,
        "deleted": one.deleted,
        "data": msgspec.Raw(one.json.encode()),
    }
    return _frame(one.type, msgspec.json.encode(envelope), one.local_seq)


def _frame(event: str, data: bytes, number: int | None = None) -> bytes:
    """JSON holds no line breaks, so one `data:` line carries it."""
    head = f"event: {event}\n" if number is None else f"id: {number}\nevent: {event}\n"
    return head.encode() + b"data: " + data + b"\n\n"
