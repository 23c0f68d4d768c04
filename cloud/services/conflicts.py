"""Conflicts: values that lost against others in a sync, until someone says what stands."""

from __future__ import annotations

from typing import Any

from cloud.db.pool import Pool, acquiring
from cloud.db.records import Versioned, find_record, records_of
from cloud.services.records import State, Writer
from domain.clock import Clock, iso
from domain.errors import Forbidden, NotFound
from sync.conflicts import Resolution, owners_alone, resolved, settled
from sync.shapes import check_record
from sync.wire import Collection

__all__ = ["Conflicts"]


class Conflicts:
    """The conflicts of each business."""

    def __init__(self, pool: Pool, writer: Writer, clock: Clock) -> None:
        self._pool = pool
        self._writer = writer
        self._clock = clock

    async def open_ones(self, business_id: str) -> list[tuple[Versioned, dict[str, Any] | None]]:
        """Those that nobody has settled, each with its record as it stands."""
        async with acquiring(self._pool) as connection:
            found = await records_of(connection, business_id, Collection.CONFLICT)
            return [
                (one, _standing(await find_record(connection, business_id, *_about(one))))
                for one in found
                if not one.data.get("settled")
            ]

    async def resolve(
        self, business_id: str, key: str, resolution: Resolution, *, actor: str, owner: bool
    ) -> Versioned:
        """Makes the record what `resolution` says, and the conflict settled, in one transaction.

        Raises `NotFound`, `Forbidden` where it takes an owner, and what `sync.conflicts.resolved`
        and `sync.shapes.check_record` raise.
        """
        async with self._writer.writing(business_id, by=actor) as writing:
            conflict = await writing.find(Collection.CONFLICT, key)
            if conflict is None or conflict.deleted:
                raise NotFound(f"There is no conflict {key!r}.")
            if owners_alone(conflict.data) and not owner:
                raise Forbidden("Only an owner may settle this.")
            collection, about = _about(conflict)
            record = await writing.find(collection, about)
            before = _standing(record)
            after = resolved(conflict.data, before, resolution)
            if after is not None:
                check_record(collection, about, after)
            if after != before:
                state = State(collection, about, after or {}, deleted=after is None)
                await writing.put(state, base_version=record.version if record else 0)
            closed = settled(conflict.data, resolution, by=actor, at=iso(self._clock.now()))
            state = State(Collection.CONFLICT, key, closed)
            return await writing.put(state, base_version=conflict.version)


def _about(conflict: Versioned) -> tuple[str, str]:
    """Collection and key of the record that it is about."""
    return conflict.data["collection"], conflict.data["key"]


def _standing(record: Versioned | None) -> dict[str, Any] | None:
    return None if record is None or record.deleted else record.data
