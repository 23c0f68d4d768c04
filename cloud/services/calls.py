"""The records of telephone calls: kept whole for as long as the settings say, then without words.

Who said what is personal data. After `call_retention_days` of a call there remain its times, how it
ended, the order's id, and counts: `REMAINING`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from cloud.db.calls import StoredCall, calls_page, find_call, forget_calls, save_call, start_of_call
from cloud.db.pool import Connection, Pool, acquiring
from cloud.services.menus import profile_of
from domain.business import business_day
from domain.call import CallOutcome, CallRecord
from domain.clock import Clock, from_iso
from domain.codec import encode
from domain.errors import FieldError, Invalid, NotFound

__all__ = ["MAX_PAGE", "REMAINING", "CallPage", "Calls"]

MAX_PAGE = 100  # calls in one answer
MAX_ID = 200  # characters
MAX_BYTES = 1_000_000  # of one record; an hour of talking is some 60 kB
FORGET_AT_ONCE = 500  # calls in one statement of some 50 ms

# What a record keeps for good. Named here rather than what goes, so that a field that is added
# later goes too.
REMAINING = (
    "id",
    "started_at",
    "ended_at",
    "outcome",
    "order_id",
    "engine",
    "usage",
    "reply_ms",
    "quality",
)


class CallPage(msgspec.Struct, frozen=True):
    """Calls, the latest first. `next` goes into the next `before`; empty on the last page."""

    calls: tuple[StoredCall, ...]
    next: str


class Calls:
    """The calls of each business."""

    def __init__(self, pool: Pool, clock: Clock, retention_days: int) -> None:
        self._pool = pool
        self._clock = clock
        self._retention = timedelta(days=retention_days)

    async def record(self, business_id: str, record: CallRecord) -> None:
        """Keeps a call; again with the same id replaces what was known of it. It waits for no
        order, and no order for it. Raises `Invalid`, `NotFound` for the business."""
        data = encode(record)
        if not 0 < len(record.id) <= MAX_ID:
            raise Invalid.of([FieldError("id", f"takes 1 to {MAX_ID} characters")])
        if len(msgspec.json.encode(data)) > MAX_BYTES:
            raise Invalid.of([FieldError("transcript", f"a record takes {MAX_BYTES} bytes")])
        try:
            started_at = from_iso(record.started_at)
        except ValueError as error:
            wrong = FieldError("started_at", "is not an RFC 3339 time with a zone")
            raise Invalid.of([wrong]) from error
        async with acquiring(self._pool) as connection:
            business = await profile_of(connection, business_id)
            await save_call(
                connection,
                business_id,
                record.id,
                started_at=started_at,
                business_day=business_day(started_at, business),
                outcome=record.outcome,
                record=data,
            )

    async def get(self, business_id: str, call_id: str) -> StoredCall:
        """All that is kept of one call. Raises `NotFound`."""
        async with acquiring(self._pool) as connection:
            found = await find_call(connection, business_id, call_id)
        if found is None:
            raise NotFound(f"There is no call {call_id!r}.")
        return found

    async def list(
        self,
        business_id: str,
        *,
        day: str | None = None,
        outcome: CallOutcome | None = None,
        before: str | None = None,
        limit: int = MAX_PAGE,
    ) -> CallPage:
        """Calls without what was said, the latest first; `day` is a business day, `before` a
        call's id. Raises `Invalid` where there is no such call."""
        async with acquiring(self._pool) as connection:
            found = await calls_page(
                connection,
                business_id,
                day=day,
                outcome=outcome,
                before=await _place_of(connection, business_id, before) if before else None,
                limit=limit,
            )
        return CallPage(tuple(found), found[-1].id if len(found) == limit else "")

    async def forget(self) -> int:
        """Takes the words, numbers and names out of the calls that were kept long enough; says of
        how many."""
        before, total = self._clock.now() - self._retention, 0
        while True:
            async with acquiring(self._pool) as connection:
                n = await forget_calls(connection, before, list(REMAINING), FORGET_AT_ONCE)
            total += n
            if n < FORGET_AT_ONCE:
                return total


async def _place_of(connection: Connection, business_id: str, call_id: str) -> tuple[datetime, str]:
    """Where a call stands in the list. A page after one that is not there would look like the end
    of it."""
    started_at = await start_of_call(connection, business_id, call_id)
    if started_at is None:
        raise Invalid.of([FieldError("before", "there is no such call")])
    return started_at, call_id
