"""What becomes of an edit until the cloud has it: when it is due, what is sent, what a reply or
a change from elsewhere makes of it. Pure; the store runs these inside its transactions.

    edited ──► due ──► sent ──► applied, duplicate   gone (or what was edited meanwhile goes on)
      ▲                  │ ───► conflict             merged, due again
      └── edited         │ ───► rejected             quarantined with the reason, until it is edited
                         └────► no reply             the same op id again
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.clock import iso
from sync.conflicts import Author, Lost
from sync.merge import Side, merge, same
from sync.policy import PushDelays, delay_s, policy_of
from sync.wire import Change, Outcome, PushItem, Verdict

__all__ = [
    "Pending",
    "Sent",
    "Settled",
    "State",
    "backoff_s",
    "edited",
    "failed",
    "item_of",
    "rebase",
    "refused",
    "retried",
    "sent",
    "settled",
]

BACKOFF_FIRST_S = 5.0  # a server that hiccups is well again by then
BACKOFF_MOST_S = 3600.0  # beyond, a person who has put it right would wait too long
POISONED_AFTER = 5  # failures of one key alone, some two minutes: it is the key, not the moment


class State(msgspec.Struct, frozen=True):
    """A record at one version. Deleted ones keep their version and have empty `data`."""

    version: int
    data: dict[str, Any]
    deleted: bool = False

    @property
    def value(self) -> dict[str, Any] | None:
        return None if self.deleted else self.data


class Sent(msgspec.Struct, frozen=True):
    """What left under an op id and has had no reply yet."""

    op_id: str
    base_version: int
    data: dict[str, Any]
    deleted: bool = False
    by: str = ""


class Pending(msgspec.Struct, frozen=True):
    """One key that was edited here and is not acknowledged by the cloud.

    `base` is the cloud's data at `base_version` that the edits began with; None where the record
    did not exist or was deleted. `data` and `deleted` are the latest state here. An op id stands
    for one content: another edit takes another. `decided_at` is when `due_at` was last set.
    `edited_at` and `edited_by` tell of the last edit.

    `quarantined`: the cloud refused it, or chokes on it. It is tried again once an hour, for a
    newer cloud may take it; an edit takes it out.
    """

    collection: str
    key: str
    op_id: str
    base_version: int
    base: dict[str, Any] | None
    data: dict[str, Any]
    deleted: bool
    first_edit_at: datetime
    decided_at: datetime
    due_at: datetime
    attempts: int = 0
    last_error: str = ""
    sent: Sent | None = None
    edited_at: datetime | None = None
    edited_by: str = ""
    quarantined: bool = False

    @property
    def value(self) -> dict[str, Any] | None:
        return None if self.deleted else self.data


class Settled(msgspec.Struct, frozen=True):
    """What a row becomes (None: it is done), what the record becomes (None: it stays as it is),
    and what lost where both sides had changed one value."""

    pending: Pending | None
    record: State | None = None
    lost: Lost | None = None


def edited(
    row: Pending | None,
    *,
    collection: str,
    key: str,
    before: State | None,
    after: dict[str, Any] | None,
    now: datetime,
    delays: PushDelays,
    op_id: str,
    by: str = "",
) -> Pending:
    """The row after an edit of a record from `before` to `after` (None: deleted), made by `by`.

    Due is the delay after this edit, but no later than the longest wait after the first one.
    `row` is the key's present one. A backoff ends here: the edit may be what was missing.
    """
    first = min(row.first_edit_at, now) if row else now  # the clock may have been set back
    wait_s = delay_s(collection, after, delays)
    due = min(
        now + timedelta(seconds=wait_s),
        max(first + timedelta(seconds=delays.longest_s), now),
    )
    if row is None:
        base = before or State(0, {}, deleted=True)
        row = Pending(collection, key, op_id, base.version, base.value, {}, True, first, now, due)
    return replace(
        row,
        op_id=op_id,
        data=after or {},
        deleted=after is None,
        first_edit_at=first,
        decided_at=now,
        due_at=due,
        attempts=0,
        last_error="",
        edited_at=now,
        edited_by=by,
        quarantined=False,
    )


def sent(row: Pending) -> Pending:
    """`row` as it leaves. What left before and had no reply leaves again first, unchanged: the
    cloud knows its op id, so it is never applied twice and never mistaken for someone else's."""
    if row.sent is not None:
        return row
    out = Sent(row.op_id, row.base_version, row.data, row.deleted, row.edited_by)
    return replace(row, sent=out)


def item_of(row: Pending) -> PushItem:
    """What goes over the wire for a row that `sent` has marked."""
    assert row.sent is not None, "the store marks a row before it is sent"
    out = row.sent
    return PushItem(
        op_id=out.op_id,
        collection=row.collection,
        key=row.key,
        base_version=out.base_version,
        data=out.data,
        deleted=out.deleted,
        by=out.by,
    )


def settled(row: Pending, verdict: Verdict, *, now: datetime, op_id: str, jitter: float) -> Settled:
    """What `verdict` makes of `row`. A verdict on anything but what is out is stale.

    `op_id` is a fresh one for what has to be sent again; `jitter` is in 0…1.
    """
    out = row.sent
    if out is None or out.op_id != verdict.op_id:
        return Settled(row)
    if verdict.outcome is Outcome.REJECTED:
        reason = verdict.reason or "rejected"
        return Settled(refused(row, reason, now=now, op_id=op_id, jitter=jitter))
    if row.base_version != out.base_version and verdict.version <= row.base_version:
        return _overtaken(row, out, verdict, op_id)
    if verdict.outcome is Outcome.CONFLICT:
        there_is_none = verdict.deleted or verdict.data is None
        theirs = State(verdict.version, verdict.data or {}, there_is_none)
        merged = _onto(row, theirs, Author(verdict.by, verdict.at), op_id)
        if merged.pending is None:
            return merged
        # Once at once; a key that someone else edits all the time then waits its turn.
        wait_s = backoff_s(row.attempts, jitter) if row.attempts else 0.0
        again = replace(
            merged.pending,
            attempts=row.attempts + 1,
            decided_at=now,
            due_at=now + timedelta(seconds=wait_s),
        )
        return replace(merged, pending=again)
    return _applied(row, out, verdict, now)


def _applied(row: Pending, out: Sent, verdict: Verdict, now: datetime) -> Settled:
    if row.op_id == out.op_id:
        return Settled(None, State(verdict.version, out.data, out.deleted))
    # Edited while it was out: the rest goes on from what the cloud has now.
    rest = replace(
        row,
        base_version=verdict.version,
        base=None if out.deleted else out.data,
        first_edit_at=min(row.decided_at, now),
        attempts=0,
        last_error="",
        sent=None,
        quarantined=False,
    )
    return Settled(rest, State(verdict.version, row.data, row.deleted))


def _overtaken(row: Pending, out: Sent, verdict: Verdict, op_id: str) -> Settled:
    """The feed was faster than this verdict, and the row stands on something newer. Where the
    cloud had taken what we sent, the newer was written over it: whoever wrote it knew ours, so
    where nothing was edited here since, theirs stands. The rest was merged when it came."""
    if verdict.outcome is Outcome.CONFLICT:
        return Settled(replace(row, sent=None))
    later_is_mine = replace(policy_of(row.collection), otherwise=Side.MINE, wins={}, preparing=None)
    sent_value = None if out.deleted else out.data
    value = merge(sent_value, row.value, row.base, later_is_mine).value
    record = State(row.base_version, value or {}, value is None)
    if same(value, row.base):
        return Settled(None, record)
    ahead = replace(row, op_id=op_id, data=record.data, deleted=record.deleted, sent=None)
    return Settled(ahead, record)


def rebase(row: Pending, change: Change, *, op_id: str) -> Settled:
    """What a change from the feed makes of an edited key: both sides' edits, on the cloud's
    version. Nothing is left to push where the cloud has it all already.

    What is out stays out: only its verdict tells whether the change was made over it or beside it.
    """
    theirs = State(change.version, change.data, change.deleted)
    merged = _onto(row, theirs, Author(change.by, change.at), op_id)
    if merged.pending is None:
        return merged
    return replace(merged, pending=replace(merged.pending, sent=row.sent))


def _onto(row: Pending, theirs: State, author: Author, op_id: str) -> Settled:
    policy = policy_of(row.collection)
    out = row.sent if row.sent and row.sent.base_version == row.base_version else None
    told = row.base if out is None else None if out.deleted else out.data
    merged = merge(row.base, row.value, theirs.value, policy, told=told)
    lost = None
    if merged.discarded and not policy.quiet:
        mine = Author(row.edited_by, iso(row.edited_at or row.first_edit_at))
        lost = Lost(merged.discarded, mine, author)
    record = State(theirs.version, merged.value or {}, merged.value is None)
    if same(merged.value, theirs.value):
        return Settled(None, record, lost)
    ahead = replace(
        row,
        op_id=op_id,
        base_version=theirs.version,
        base=theirs.value,
        data=record.data,
        deleted=record.deleted,
        sent=None,
    )
    return Settled(ahead, record, lost)


def failed(row: Pending, error: str, *, now: datetime, jitter: float) -> Pending:
    """`row` after an attempt that came to nothing: later again, and only this key."""
    attempts = row.attempts + 1
    poisoned = attempts >= POISONED_AFTER
    wait_s = BACKOFF_MOST_S * (0.5 + 0.5 * jitter) if poisoned else backoff_s(attempts, jitter)
    return replace(
        row,
        attempts=attempts,
        last_error=error,
        decided_at=now,
        due_at=now + timedelta(seconds=wait_s),
        quarantined=poisoned,
    )


def refused(row: Pending, reason: str, *, now: datetime, op_id: str, jitter: float) -> Pending:
    """`row` after a reply that it was not taken: what is sent next is what stands here then, so
    an edit can put it right. What was edited while it was out is tried in its own time."""
    due_at, corrected = row.due_at, row.sent is not None and row.sent.op_id != row.op_id
    if not corrected:
        due_at = now + timedelta(seconds=BACKOFF_MOST_S * (0.5 + 0.5 * jitter))
    return replace(
        row,
        op_id=op_id,
        attempts=row.attempts + 1,
        last_error=reason,
        decided_at=now,
        due_at=due_at,
        sent=None,
        quarantined=not corrected,
    )


def retried(row: Pending, *, now: datetime) -> Pending:
    """`row` due at once: someone asked for it."""
    return replace(row, decided_at=now, due_at=now)


def backoff_s(attempts: int, jitter: float) -> float:
    """Seconds until the next try, doubling up to an hour; between half of that and all of it,
    so that a thousand restaurants do not come back in the same second."""
    full = min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2.0 ** min(max(attempts, 1) - 1, 20))
    return full * (0.5 + 0.5 * jitter)
