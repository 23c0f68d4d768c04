"""What edges push: a verdict for each item, and no item in another's way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import asyncpg
import msgspec
from msgspec.structs import replace

from cloud.db.records import Versioned
from cloud.db.sync_ops import find_op, remember_op
from cloud.services.records import State, Writer, Writing
from domain.clock import Clock, iso
from domain.codec import encode
from domain.errors import Forbidden, Invalid, PanBotError, VersionMismatch
from sync.shapes import check_record
from sync.wire import Collection, Outcome, PushItem, PushResponse, Verdict

__all__ = ["PUSHABLE", "Sync"]

MAX_ID = 200  # characters of a key or an op id
MAX_BY = 200  # of who made an edit

# `staff` and `settings` say who may do what, so they are changed where the owner signs in.
PUSHABLE = frozenset(Collection) - {Collection.STAFF, Collection.SETTINGS}
# A restaurant's books: an order is cancelled, a menu is emptied, and both stay to be seen.
_LASTING = frozenset({Collection.ORDER, Collection.MENU})


class Sync:
    """Takes what edges push."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def push(
        self, business_id: str, items: Iterable[PushItem], *, actor: str
    ) -> PushResponse:
        """One verdict for each item, in the same sequence. Raises `NotFound` for the business,
        nothing else: what is wrong with an item is its verdict."""
        async with self._writer.writing(business_id, by=actor) as writing:
            verdicts = [await self._settle(writing, item, actor) for item in items]
        return PushResponse(tuple(verdicts))

    async def _settle(self, writing: Writing, item: PushItem, actor: str) -> Verdict:
        try:
            _check(item)
            known = await find_op(writing.connection, writing.business_id, item.op_id)
            if known is not None:
                return _again(item, *known)
            async with writing.connection.transaction():  # a savepoint: it fails alone
                return await self._apply(writing, item, actor)
        except VersionMismatch:
            return _conflict(item, await writing.find(item.collection, item.key))
        except PanBotError as refused:
            return Verdict(item.op_id, Outcome.REJECTED, reason=refused.detail)
        except asyncpg.DataError:
            reason = "it holds a character that cannot be stored"
            return Verdict(item.op_id, Outcome.REJECTED, reason=reason)

    async def _apply(self, writing: Writing, item: PushItem, actor: str) -> Verdict:
        data = {} if item.deleted else item.data
        state = State(item.collection, item.key, data, item.deleted)
        by = f"{actor} {item.by}".rstrip()
        written = await writing.put(state, base_version=item.base_version, by=by)
        verdict = Verdict(item.op_id, Outcome.APPLIED, version=written.version, seq=written.seq)
        await remember_op(
            writing.connection,
            writing.business_id,
            item.op_id,
            _digest(item),
            encode(verdict),
            self._clock.now(),
        )
        return verdict


def _check(item: PushItem) -> None:
    """Raises what speaks against the item, before anything is asked of the database."""
    for text in (item.op_id, item.key):
        if not 0 < len(text) <= MAX_ID or not text.isprintable():
            raise Invalid(f"an op id and a key take 1 to {MAX_ID} printable characters")
    if len(item.by) > MAX_BY or not (item.by.isprintable()):
        raise Invalid(f"`by` takes up to {MAX_BY} printable characters")
    if item.collection not in frozenset(Collection):
        raise Invalid(f"there is no collection {item.collection!r}")
    if item.collection not in PUSHABLE:
        raise Forbidden(f"a device may not change {item.collection}")
    if item.deleted:
        if item.collection in _LASTING:
            raise Forbidden(f"a record of {item.collection} is never deleted")
        return
    check_record(item.collection, item.key, item.data)


def _conflict(item: PushItem, newer: Versioned | None) -> Verdict:
    """Somebody was faster, or the edge knows of a record that is not here."""
    if newer is None:
        return Verdict(item.op_id, Outcome.CONFLICT)
    return Verdict(
        item.op_id,
        Outcome.CONFLICT,
        version=newer.version,
        data=None if newer.deleted else newer.data,
        deleted=newer.deleted,
        at=iso(newer.at),
        by=newer.by,
    )


def _again(item: PushItem, digest: bytes, stored: object) -> Verdict:
    """The stored verdict, unless the op id comes back with something else in it: to call that
    applied would lose it."""
    if digest != _digest(item):
        reason = "this op id was used for another edit"
        return Verdict(item.op_id, Outcome.REJECTED, reason=reason)
    return replace(msgspec.convert(stored, Verdict), outcome=Outcome.DUPLICATE)


def _digest(item: PushItem) -> bytes:
    """Of what is written. Named one by one: a field that the wire has gained must not make an op
    of yesterday another one."""
    content = {
        "op_id": item.op_id,
        "collection": item.collection,
        "key": item.key,
        "base_version": item.base_version,
        "data": item.data,
        "deleted": item.deleted,
    }
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).digest()
