"""The two ports of this room: a local store (as the push and the pull see it), and a remote.

The edge's SQLite implements `PushStore` and `PullStore`, `edge.cloud_link` implements `Remote`.
Every decision is a pure function of `sync.pending`; a store only runs it inside its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sync.pending import Pending, Settled
from sync.wire import Change, ChangesResponse, PushRequest, PushResponse

__all__ = ["PullStore", "PushStore", "Remote"]


class PullStore(Protocol):
    """Where the cloud's changes go."""

    async def cursor(self) -> int:
        """The seq up to which the feed has been applied; 0 before the first sync."""
        ...

    async def apply(self, changes: Sequence[Change], cursor: int, /) -> None:
        """Applies `changes` in their order and moves the cursor, all in one transaction.

        For each change, with the record and the pending row as they stand in that transaction:

        - `change.version` is not above the record's version: it is known already, nothing happens
          (but the cursor moves, and where the cloud was restored, it moves back);
        - there is no pending row: the record takes the change's version, data and `deleted`;
        - there is one: `sync.pending.rebase(row, change, op_id=ids.new())` says what the record
          and the row become (a `Settled`; see `PushStore.settle` for how it is written).

        Print jobs and what terminals are told belong to the same transaction.
        """
        ...


class PushStore(Protocol):
    """Where edits wait. A row is written by the edit itself, made by `sync.pending.edited`."""

    async def take_due(self, now: datetime, limit: int) -> Sequence[Pending]:
        """At most `limit` rows that are due, the longest due first, each marked as sent.

        Due is `due_at <= now`, or `decided_at > now`: the clock was set back since, and pushing
        early costs nothing. Where a row is due, those that will be within the store's
        `PushDelays.together_s`, and were not tried in vain, go along. Each row is replaced by
        `sync.pending.sent(row)` in a transaction and returned so: a reply that is lost finds the
        same op id and the same content again. What is sent already stays as it is.
        """
        ...

    async def settle(
        self, keys: Sequence[tuple[str, str]], step: Callable[[Pending], Settled]
    ) -> None:
        """Replaces the rows of `keys` (collection, key) by what `step` makes of each as it stands
        now, each key's in one transaction. A row that is gone is skipped. Of a `Settled`:

        - `pending` is the row to keep, or None: the row is deleted;
        - `record` is what the record becomes, or None: it stays as it is;
        - `discarded`, where not empty, is kept as one record of the collection `conflict`
          with the data that `sync.pending.conflict_data` makes, itself pending.
        """
        ...

    async def next_due(self) -> datetime | None:
        """The earliest `due_at` of all rows; None where nothing is pending."""
        ...

    async def make_all_due(self, now: datetime) -> None:
        """Sets `due_at` of every row that is due later to `now`: someone asked for a sync."""
        ...


class Remote(Protocol):
    """The cloud. Both calls raise `domain.errors.Unavailable` where it is away or slow,
    `Unauthenticated` where a fresh token did not help either, and another `PanBotError` where it
    refuses the request as a whole."""

    async def changes(self, after: int, wait_s: float) -> ChangesResponse:
        """What the feed holds after `after`, at once; where there is nothing, after waiting
        for something up to `wait_s` seconds."""
        ...

    async def push(self, request: PushRequest) -> PushResponse:
        """One verdict for each item."""
        ...
