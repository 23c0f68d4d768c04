"""`sync/…`, `conflicts`, `pairing`: how this edge and the cloud stand with each other."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from domain.clock import iso
from domain.errors import FieldError, Invalid
from edge.access import is_owner, need_owner
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, json_text, one_record
from edge.store import conflicts, pending
from edge.syncing import SyncStatus
from sync.conflicts import Resolution
from sync.pending import Pending
from web.bodies import decode_body
from web.documented import takes

__all__ = ["Conflicts", "Flushed", "Paired", "PairingCode", "Quarantined", "Sync"]


class Flushed(msgspec.Struct, frozen=True):
    """How many records the cloud has answered about."""

    answered: int


class PairingCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cloud_url` may be left out where PANBOT_CLOUD_URL is set."""

    code: str
    cloud_url: str = ""


class Paired(msgspec.Struct, frozen=True):
    business_id: str
    device_id: str


class Quarantined(msgspec.Struct, frozen=True):
    """A record that the cloud does not take. `since` is its oldest edit, RFC 3339."""

    collection: str
    key: str
    reason: str
    attempts: int
    since: str
    edited_by: str
    data: dict[str, Any] | None


class Sync(Controller):
    path = "/"
    tags = ("sync",)

    @get("/sync/status")
    async def status(self, parts: NamedDependency[Parts]) -> SyncStatus:
        """What waits to go up, how far the feed has been read, how the link is."""
        return await parts.syncing.status()

    @post("/sync/flush", status_code=200)
    async def flush(self, parts: NamedDependency[Parts]) -> Flushed:
        """Sends what is pending now, and waits for the cloud's answers."""
        return Flushed(await parts.syncing.flush())

    @get("/sync/quarantine")
    async def quarantine(self, parts: NamedDependency[Parts]) -> list[Quarantined]:
        """What the cloud does not take, and why. It holds up nothing else, and is tried again
        once an hour, after an edit, and when someone asks."""
        return [_quarantined(row) for row in await parts.store.read(pending.quarantined)]

    @put("/sync/quarantine/{collection:str}/{key:str}", guards=[need_owner])
    async def correct(
        self,
        request: SignedIn,
        collection: FromPath[str],
        key: FromPath[str],
        body: RawBody,
        parts: NamedDependency[Parts],
    ) -> JsonText:
        """Puts such a record right: the body is the record as it shall be. It goes up at once."""
        wanted = decode_body(body, dict[str, Any])
        stamp = parts.stamp(request.user.sub)
        record = await parts.store.write(
            lambda tx: conflicts.correct(tx, collection, key, wanted, stamp)
        )
        return one_record(record)

    @post(
        "/sync/quarantine/{collection:str}/{key:str}/retry",
        status_code=204,
        guards=[need_owner],
    )
    async def retry(
        self, collection: FromPath[str], key: FromPath[str], parts: NamedDependency[Parts]
    ) -> None:
        """Sends it once more, at once, as it is."""
        stamp = parts.stamp()
        await parts.store.write(lambda tx: conflicts.retry(tx, collection, key, stamp))
        parts.syncing.wake()

    @post("/pairing", guards=[need_owner], operation_class=takes(PairingCode))
    async def pair(self, body: RawBody, parts: NamedDependency[Parts]) -> Paired:
        """Pairs this edge with a business, by a code from its owner."""
        wanted = decode_body(body, PairingCode)
        if not (wanted.cloud_url or parts.settings.cloud_url):
            raise Invalid.of([FieldError("cloud_url", "say where the cloud is")])
        who = await parts.syncing.pair(wanted.code, wanted.cloud_url)
        parts.house.forget()
        return Paired(who.business_id, who.device_id)


class Conflicts(Controller):
    path = "/conflicts"
    tags = ("sync",)

    @get("/")
    async def listed(self, parts: NamedDependency[Parts]) -> JsonText:
        """`[{key, conflict, record}]`: values that lost against others, until someone has settled
        each, and the record as it stands (null: there is none)."""
        found = await parts.store.read(conflicts.shown)
        return json_text(msgspec.json.encode(found).decode())

    @post("/{key:str}/resolve", status_code=200, operation_class=takes(Resolution))
    async def resolve(
        self,
        request: SignedIn,
        key: FromPath[str],
        body: RawBody,
        parts: NamedDependency[Parts],
    ) -> JsonText:
        """Says what stands: `{"keep": "mine"}` (this restaurant's), `{"keep": "theirs"}` (what the
        cloud had), or `{"data": …, "over": …}`, the whole record as it shall be and as it was
        seen."""
        resolution = decode_body(body, Resolution)
        stamp, closing = (parts.stamp(request.user.sub) for _ in range(2))
        owner = is_owner(request.user)
        record = await parts.store.write(
            lambda tx: conflicts.resolve(
                tx, key, resolution, owner=owner, stamp=stamp, closing=closing
            )
        )
        return one_record(record)


def _quarantined(row: Pending) -> Quarantined:
    return Quarantined(
        collection=row.collection,
        key=row.key,
        reason=row.last_error,
        attempts=row.attempts,
        since=iso(row.first_edit_at),
        edited_by=row.edited_by,
        data=row.value,
    )
