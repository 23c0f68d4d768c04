"""The one door through which a record is written.

Everything that belongs to a write is here, in the caller's transaction: the check of the version
it is based on, the next version, the place in the feed, and the event in Centrifugo's outbox.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from cloud.db.outbox import publish_at_commit
from cloud.db.pool import Connection, Pool, acquiring
from cloud.db.records import Versioned, find_record, lock_business, write_record
from cloud.realtime import partition_of, publication
from cloud.services.numbers import dialled
from cloud.settings import Settings
from domain.clock import Clock, iso
from domain.errors import VersionMismatch
from domain.events import Event, event_type
from sync.wire import Collection

__all__ = ["State", "Writer", "Writing", "check_base"]


class State(msgspec.Struct, frozen=True):
    """What a record shall be. A tombstone has `deleted` and empty `data`."""

    collection: str
    key: str
    data: dict[str, Any]
    deleted: bool = False


class Writing:
    """A transaction that holds one business. Made by `Writer.writing`."""

    def __init__(
        self, connection: Connection, business_id: str, settings: Settings, clock: Clock, by: str
    ) -> None:
        self.connection = connection
        self.business_id = business_id
        self._settings = settings
        self._clock = clock
        self._by = by

    async def find(self, collection: str, key: str) -> Versioned | None:
        """The record as it stands, a tombstone included."""
        return await find_record(self.connection, self.business_id, collection, key)

    async def put(self, state: State, *, base_version: int, by: str = "") -> Versioned:
        """Writes `state` over the version it is based on; 0 where there was none. `by`, where it
        is given, is who wrote it in the place of who holds the transaction.

        Raises `VersionMismatch` with what stands now.
        """
        current = await self.find(state.collection, state.key)
        check_base(current, base_version)
        written = await write_record(
            self.connection,
            self.business_id,
            collection=state.collection,
            key=state.key,
            version=base_version + 1,
            data=state.data,
            deleted=state.deleted,
            at=self._clock.now(),
            by=by or self._by,
            phone=await self._phone_on(state),
        )
        if self._settings.centrifugo_url:
            await self._announce(written)
        return written

    async def _phone_on(self, state: State) -> str:
        """The customer's number on an order, in the form in which a caller's is looked up."""
        if state.collection != Collection.ORDER or state.deleted:
            return ""
        customer = state.data.get("customer")
        text = customer.get("phone") if isinstance(customer, dict) else None
        if not isinstance(text, str):
            return ""
        return await dialled(self.connection, self.business_id, text)

    async def _announce(self, written: Versioned) -> None:
        event = Event(
            type=event_type(written.collection, written.version),
            business_id=self.business_id,
            seq=written.seq,
            at=iso(written.at),
            data=written.data,
            collection=written.collection,
            key=written.key,
            version=written.version,
            deleted=written.deleted,
            by=written.by,
        )
        partition = partition_of(self.business_id, self._settings.centrifugo_partitions)
        await publish_at_commit(self.connection, publication(event), partition)


def check_base(current: Versioned | None, base_version: int) -> None:
    """Raises `VersionMismatch` where an edit of `base_version` would overwrite something newer."""
    version = current.version if current else 0
    if version != base_version:
        raise VersionMismatch(
            f"This is based on version {base_version}; version {version} is the present one.",
            version=version,
            current=current.data if current and not current.deleted else None,
        )


class Writer:
    """Opens transactions that write to one business."""

    def __init__(self, pool: Pool, settings: Settings, clock: Clock) -> None:
        self._pool = pool
        self._settings = settings
        self._clock = clock

    @asynccontextmanager
    async def writing(self, business_id: str, *, by: str) -> AsyncIterator[Writing]:
        """One transaction as the only writer of the business. All of it or nothing.

        `by` is who is writing, `user:ID`, `device:ID` or a program's name. Raises `NotFound`.
        """
        async with acquiring(self._pool) as connection, connection.transaction():
            await lock_business(connection, business_id)
            yield Writing(connection, business_id, self._settings, self._clock, by)
