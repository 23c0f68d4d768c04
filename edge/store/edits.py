"""An edit made in the restaurant: the record, its pending row and its print jobs, in one piece."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import msgspec

from domain.clock import Clock, iso
from domain.ids import Ids
from edge.store import paper, pending, records
from edge.store.records import Record
from edge.store.writer import Transaction
from sync.pending import State, edited
from sync.policy import PushDelays
from sync.wire import Collection

__all__ = ["Stamp", "Stamps", "edit", "stamps", "state_of"]


class Stamp(msgspec.Struct, frozen=True):
    """What an edit needs from outside: the time, a fresh op id, how soon edits go up, and who
    makes it (empty: the edge itself)."""

    now: datetime
    op_id: str
    delays: PushDelays
    by: str = ""


class Stamps(Protocol):
    """Makes a stamp for each edit."""

    def __call__(self, by: str = "") -> Stamp: ...


def stamps(clock: Clock, ids: Ids, delays: PushDelays) -> Stamps:
    """A maker of stamps over a clock and fresh ids."""

    def stamp(by: str = "") -> Stamp:
        return Stamp(clock.now(), ids.new(), delays, by)

    return stamp


def edit(
    tx: Transaction, collection: str, key: str, after: dict[str, Any] | None, stamp: Stamp
) -> Record:
    """Sets the record to `after` (None: deletes it). What is there already changes nothing."""
    before = records.find(tx.connection, collection, key)
    state = state_of(before)
    if before is not None and state is not None and state.value == after:
        return before
    at = iso(stamp.now)
    record = records.put(
        tx,
        collection,
        key,
        version=state.version if state else 0,
        json=msgspec.json.encode(after or {}).decode(),
        deleted=after is None,
        at=at,
        created=state is None,
    )
    pending.put(
        tx,
        edited(
            pending.find(tx.connection, collection, key),
            collection=collection,
            key=key,
            before=state,
            after=after,
            now=stamp.now,
            delays=stamp.delays,
            op_id=stamp.op_id,
            by=stamp.by,
        ),
    )
    if collection == Collection.ORDER:
        paper.print_change(tx, before, record, now=stamp.now)
    return record


def state_of(record: Record | None) -> State | None:
    """The record as the sync rules see it; None where there never was one."""
    return State(record.version, record.data, record.deleted) if record is not None else None
