"""What must hold, at each commit and in the end."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cloud.db.records import Versioned
from domain.codec import decode
from domain.order import Order, PaymentStatus
from domain.ticket import Change, HeadField, TicketKind
from edge.store import cursor, print_jobs, records
from edge.store.announcements import Announcement, RecordWritten
from printing.queue import JobState, PrintJob
from sync.wire import Outcome, PushItem, Verdict
from tests.simulation.claims import Where
from tests.simulation.edge_side import Printed

__all__ = ["Broken", "CloudWatch", "EdgeWatch", "differences", "paper_faults", "ticket_faults"]


class Broken(AssertionError):
    """An invariant does not hold."""


class CloudWatch:
    """Looks at each commit of the cloud. `history` is every write, in the feed's order."""

    def __init__(self) -> None:
        self.history: list[Versioned] = []
        self._versions: dict[Where, int] = {}
        self._paid: set[str] = set()

    def committed(self, written: Sequence[Versioned]) -> None:
        """Raises `Broken`."""
        for one in written:
            where = (one.collection, one.key)
            if one.seq != len(self.history) + 1:
                raise Broken(f"the feed goes from {len(self.history)} to {one.seq}")
            if one.version != self._versions.get(where, 0) + 1:
                before = self._versions.get(where, 0)
                raise Broken(f"the cloud's {where} goes from version {before} to {one.version}")
            self._versions[where] = one.version
            self.history.append(one)
            if one.collection == "order":
                _stays_paid(self._paid, one.key, one.data, "cloud")

    def answered(self, items: Sequence[PushItem], verdicts: Sequence[Verdict]) -> None:
        """Raises `Broken` where an edit that was applied before, and whose reply was lost, is
        taken for somebody else's."""
        for item, verdict in zip(items, verdicts, strict=True):
            if verdict.outcome is Outcome.CONFLICT and self._was_applied(item):
                raise Broken(f"a retry of {item.collection}/{item.key} is called a conflict")

    def _was_applied(self, item: PushItem) -> bool:
        return any(
            (one.collection, one.key, one.version, one.deleted)
            == (item.collection, item.key, item.base_version + 1, item.deleted)
            and one.by.startswith("device:")
            and (one.deleted or one.data == item.data)
            for one in self.history
        )


class EdgeWatch:
    """Looks at each commit of the edge."""

    def __init__(self, db: sqlite3.Connection, cloud: CloudWatch) -> None:
        self._db = db
        self._cloud = cloud
        self._versions: dict[Where, int] = {}
        self._cursor = 0
        self._paid: set[str] = set()

    def committed(self, announcements: Sequence[Announcement]) -> None:
        """Raises `Broken`."""
        for one in announcements:
            if isinstance(one, RecordWritten):
                self._record(one.collection, one.key)
        to = cursor.read(self._db)
        if to != self._cursor:
            self._moved(to)

    def _record(self, collection: str, key: str) -> None:
        record = records.find(self._db, collection, key)
        assert record is not None, "it was written in this commit"
        before = self._versions.get((collection, key), 0)
        if record.version < before:
            raise Broken(f"the edge's {collection}/{key} goes from {before} to {record.version}")
        self._versions[collection, key] = record.version
        if collection == "order":
            _stays_paid(self._paid, key, record.data, "edge")

    def _moved(self, to: int) -> None:
        """The cursor says: all of the feed up to here is in my records."""
        if to < self._cursor or to > len(self._cloud.history):
            raise Broken(f"the cursor goes from {self._cursor} to {to}")
        for one in self._cloud.history[self._cursor : to]:
            record = records.find(self._db, one.collection, one.key)
            if record is None or record.version < one.version:
                has = record.version if record is not None else "none"
                raise Broken(
                    f"the cursor passed {one.seq}, but of {one.collection}/{one.key} "
                    f"{one.version} the edge has {has}"
                )
        self._cursor = to


def _stays_paid(paid: set[str], key: str, data: Mapping[str, Any], side: str) -> None:
    if data["payment"]["status"] != PaymentStatus.UNPAID:
        paid.add(key)
    elif key in paid:
        raise Broken(f"order {key} was paid, and is not paid any more in the {side}")


def differences(db: sqlite3.Connection, cloud: Sequence[Versioned]) -> Iterator[str]:
    """What the two sides do not agree on."""
    rows = db.execute("SELECT collection, key FROM records").fetchall()
    here = {(c, k): records.find(db, c, k) for c, k in rows}
    there = {(one.collection, one.key): one for one in cloud}
    for where in sorted({*here, *there}):
        mine, theirs = here.get(where), there.get(where)
        if mine is None or theirs is None:
            yield f"{where} is only {'there' if mine is None else 'here'}"
        elif (mine.version, mine.deleted) != (theirs.version, theirs.deleted):
            yield f"{where} is {_state(mine)} here and {_state(theirs)} there"
        elif mine.data != theirs.data:
            yield f"{where} differs: {mine.data} here, {theirs.data} there"


def _state(record: Any) -> str:
    return f"{record.version}{' deleted' if record.deleted else ''}"


def ticket_faults(db: sqlite3.Connection) -> Iterator[str]:
    """Orders of which the tickets, read one after another, tell something else than the order."""
    for record in records.all_of(db, "order"):
        order = decode(record.data, Order)
        tickets = _tickets(print_jobs.listed(db, order_id=order.id, state=None, limit=1000))
        if not tickets and not order.open:
            continue  # it was closed before it was seen here: there was nothing to cook
        told, true = _told(tickets), _true(order)
        if told != true:
            yield f"the tickets of order {order.id} tell {told}, the order is {true}"
        notes = _notes(tickets)
        for station in {line.station for line in order.lines if line.voided is None}:
            if order.open and notes[station] != order.note:
                yield f"{station} read {notes[station]!r} on order {order.id}, not {order.note!r}"


def _tickets(jobs: Sequence[PrintJob]) -> list[Any]:
    oldest_first = sorted(jobs, key=lambda job: job.seq)
    return [job.ticket for job in oldest_first if job.ticket.kind is not TicketKind.RECEIPT]


def _told(tickets: Sequence[Any]) -> Counter[tuple[str, str, int]]:
    """Station, dish and quantity, as a cook knows them who has read all the tickets."""
    dishes: Counter[tuple[str, str, int]] = Counter()
    for ticket in tickets:
        for line in ticket.lines:
            if line.change in (Change.CHANGED, Change.VOIDED):
                dishes[ticket.station, line.name, line.was_qty] -= 1
            if line.change is not Change.VOIDED:
                dishes[ticket.station, line.name, line.qty] += 1
    return Counter({dish: n for dish, n in dishes.items() if n})


def _notes(tickets: Sequence[Any]) -> dict[str, str]:
    """The order's note by station, as a cook knows it who has read all the tickets."""
    notes: dict[str, str] = {}
    for ticket in tickets:
        if ticket.kind is TicketKind.KITCHEN:
            notes[ticket.station] = ticket.note
        for one in ticket.head:
            if one.field is HeadField.NOTE:
                notes[ticket.station] = one.now
    return defaultdict(str, notes)


def _true(order: Order) -> Counter[tuple[str, str, int]]:
    if order.status == "cancelled":
        return Counter()
    return Counter(
        (line.station, line.name, line.qty) for line in order.lines if line.voided is None
    )


def paper_faults(db: sqlite3.Connection, paper: Sequence[Printed]) -> Iterator[str]:
    """Jobs that came out twice without a word, or not at all."""
    plain = Counter(_revision(one.key) for one in paper if not one.marked)
    for revision, times in plain.items():
        if times > 1:
            yield f"{revision} was printed {times} times, and nothing on the paper says so"
    out = {one.key for one in paper}
    for job in print_jobs.listed(db, order_id="", state=None, limit=10_000):
        if job.state is JobState.PRINTED and job.key not in out:
            yield f"{job.key} is called printed and never came out"
        if job.state is not JobState.PRINTED:
            yield f"{job.key} is {job.state.value}: {job.reason}"


def _revision(key: str) -> str:
    """Order, kind, station, revision, printer; whatever a key has behind them."""
    return "/".join(key.split("/")[:5])
