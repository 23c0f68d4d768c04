"""The store as the push and the pull see it: `sync.ports.PushStore` and `PullStore`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from domain.clock import Clock, iso
from domain.ids import Ids
from edge.store import counters, cursor, identity, paper, pending, records, set_aside
from edge.store.disk import refusal
from edge.store.edits import Stamp, edit
from edge.store.store import Store
from edge.store.writer import Transaction, savepoint
from printing.queue import POSSIBLE_DUPLICATE
from sync.conflicts import conflict_data
from sync.pending import Pending, Settled, State, failed, rebase, sent
from sync.policy import PushDelays
from sync.wire import Change, Collection

__all__ = ["SyncStore", "apply_changes"]

AT_A_TIME = 100  # rows in one transaction of some 5 ms: an order never waits for a thousand

Key = tuple[str, str]  # collection and key

_log = logging.getLogger(__name__)


class SyncStore:
    """Implements both ports over one store."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, delays: PushDelays) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._delays = delays

    async def cursor(self) -> int:
        return await self._store.read(cursor.read)

    async def apply(self, changes: Sequence[Change], to: int) -> None:
        await self._store.write(lambda tx: apply_changes(tx, changes, to, self._stamp))

    async def try_set_aside(self) -> None:
        """Takes what could not be taken before, where that is possible by now."""

        def again(tx: Transaction) -> None:
            changes = set_aside.changes(tx.connection)
            if changes:
                apply_changes(tx, changes, cursor.read(tx.connection), self._stamp)

        await self._store.write(again)

    async def take_due(self, now: datetime, limit: int) -> Sequence[Pending]:
        soon_s = self._delays.together_s
        due = await self._store.read(lambda db: pending.due(db, now, limit, together_s=soon_s))
        # While the cloud is away, the same rows are taken again and again: those are marked.
        fresh = [_key(row) for row in due if row.sent is None]
        taken = {_key(row): row for row in due if row.sent is not None}
        for keys in _some(fresh):
            taken |= await self._store.write(partial(_mark, keys=keys))
        return [taken[_key(row)] for row in due if _key(row) in taken]

    async def settle(self, keys: Sequence[Key], step: Callable[[Pending], Settled]) -> None:
        for some in _some(keys):
            await self._store.write(partial(_settle, keys=some, step=step, stamp=self._stamp))

    async def next_due(self) -> datetime | None:
        return await self._store.read(pending.next_due)

    async def make_all_due(self, now: datetime) -> None:
        while await self._store.write(lambda tx: pending.make_due(tx, now, AT_A_TIME)):
            pass

    def _stamp(self) -> Stamp:
        return Stamp(self._clock.now(), self._ids.new(), self._delays)


def apply_changes(
    tx: Transaction, changes: Sequence[Change], to: int, stamp: Callable[[], Stamp]
) -> None:
    """The feed's `changes` and the cursor after them: records, merges, print jobs, in one piece.
    One that cannot be taken is set aside, and the rest stands."""
    who = identity.read(tx.connection)
    inherited_to = (who.inherited_to if who else None) or 0
    aside = set_aside.keys(tx.connection)

    def take(some: Sequence[Change]) -> None:
        for change in some:
            known = (change.collection, change.key) in aside  # a slip of it may be on paper
            doubtful = known or change.seq <= inherited_to
            _take(tx, change, stamp, POSSIBLE_DUPLICATE if doubtful else "")
            if known:
                set_aside.remove(tx, (change.collection, change.key))

    # Orders last: their tickets go where the routing that comes with them says.
    in_turn = sorted(changes, key=lambda one: one.collection == Collection.ORDER)
    # Nearly no change fails, and a savepoint for each would cost a tenth of the whole.
    if _without_error(tx, lambda: take(in_turn)) is not None:
        for change in in_turn:
            error = _without_error(tx, partial(take, (change,)))
            if error is not None:
                _set_aside(tx, change, error, stamp().now)
    cursor.move(tx, to)


def _take(tx: Transaction, change: Change, stamp: Callable[[], Stamp], banner: str) -> None:
    before = records.find(tx.connection, change.collection, change.key)
    if before is not None and change.version <= before.version:
        return
    row = pending.find(tx.connection, change.collection, change.key)
    if row is None:
        state = State(change.version, change.data, change.deleted)
        _write(tx, change.collection, change.key, state, stamp().now, banner)
    else:
        _keep(tx, row, rebase(row, change, op_id=stamp().op_id), stamp)


def _without_error(tx: Transaction, step: Callable[[], None]) -> Exception | None:
    """Runs `step`, and undoes what it wrote where it raises: the error, or None. What the disk
    refuses is no fault of the step's, and is raised."""
    told = len(tx.announcements)
    try:
        with savepoint(tx.connection):
            step()
    except Exception as error:
        if refusal(error) or not tx.connection.in_transaction:
            raise
        del tx.announcements[told:]
        return error
    return None


def _set_aside(tx: Transaction, change: Change, error: Exception, now: datetime) -> None:
    """The change stays out, and people are told: one record must not hold up the feed. Of an order
    there is paper all the same."""
    _log.error(
        "%s/%s of the feed (%d) cannot be taken and is set aside",
        change.collection,
        change.key,
        change.seq,
        exc_info=error,
    )
    set_aside.add(tx, change, reason=_words(error), at=iso(now))
    if change.collection == Collection.ORDER and not change.deleted:
        slip = partial(
            paper.print_unreadable,
            tx,
            change.key,
            change.data,
            now=now,
            mark=f"change {change.seq}",
        )
        _without_error(tx, slip)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _some(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """`keys` in parts, a transaction each."""
    return (keys[n : n + AT_A_TIME] for n in range(0, len(keys), AT_A_TIME))


def _mark(tx: Transaction, keys: Sequence[Key]) -> dict[Key, Pending]:
    """Marks the rows of `keys` as sent, as they stand now. One that is gone is left out."""
    found = (pending.find(tx.connection, *key) for key in keys)
    marked = [sent(row) for row in found if row is not None]
    for row in marked:
        pending.put(tx, row)
    return {_key(row): row for row in marked}


def _key(row: Pending) -> Key:
    return row.collection, row.key


def _settle(
    tx: Transaction,
    keys: Sequence[Key],
    step: Callable[[Pending], Settled],
    stamp: Callable[[], Stamp],
) -> None:
    for collection, key in keys:
        row = pending.find(tx.connection, collection, key)
        if row is None:
            continue
        error = _without_error(tx, partial(_settle_row, tx, row, step, stamp))
        if error is not None:
            _log.error("%s/%s cannot be settled", collection, key, exc_info=error)
            pending.put(tx, failed(row, _words(error), now=stamp().now, jitter=1.0))


def _settle_row(
    tx: Transaction, row: Pending, step: Callable[[Pending], Settled], stamp: Callable[[], Stamp]
) -> None:
    _keep(tx, row, step(row), stamp)


def _keep(tx: Transaction, row: Pending, settled: Settled, stamp: Callable[[], Stamp]) -> None:
    """Writes what became of `row`: its record, the row itself, and what lost."""
    now = stamp().now
    if settled.record is not None:
        _write(tx, row.collection, row.key, settled.record, now)
    if settled.pending is None:
        pending.remove(tx, row.collection, row.key)
    else:
        pending.put(tx, settled.pending)
    if settled.lost is not None:
        made = stamp()
        conflict = conflict_data(row.collection, row.key, settled.lost, iso(now))
        edit(tx, Collection.CONFLICT, made.op_id, conflict, made)


def _write(
    tx: Transaction, collection: str, key: str, state: State, now: datetime, banner: str = ""
) -> None:
    """The record as the cloud's answer leaves it. Where only the version is new, terminals have
    nothing to hear of and their If-Match stays good. `banner` goes on what is printed of it."""
    before = records.find(tx.connection, collection, key)
    if before is not None and _same(before.data, state.data) and before.deleted == state.deleted:
        records.set_version(tx, collection, key, state.version)
        return
    record = records.put(
        tx,
        collection,
        key,
        version=state.version,
        json=msgspec.json.encode(state.data).decode(),
        deleted=state.deleted,
        at=iso(now),
        created=before is None,
    )
    if collection == Collection.ORDER:
        if before is None:
            counters.given_elsewhere(tx, state.data.get("business_day"), state.data.get("number"))
        paper.print_change(tx, before, record, now=now, banner=banner)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal as JSON text, where `true` is not `1`."""
    return _sorted_json(one) == _sorted_json(other)


def _sorted_json(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value, order="deterministic")
