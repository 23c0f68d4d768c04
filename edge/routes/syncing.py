"""`sync/…`, `conflicts`, `pairing`: how this edge and the cloud stand with each other."""

from __future__ import annotations

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from domain.errors import FieldError, Invalid, NotFound
from edge.access import need_owner
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, json_list, one_record
from edge.store import records
from edge.store.edits import edit
from edge.store.records import Record
from edge.store.writer import Transaction
from edge.syncing import SyncStatus
from sync.wire import Collection
from web.bodies import decode_body
from web.documented import takes

__all__ = ["Conflicts", "Flushed", "Paired", "PairingCode", "Sync"]


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
        """`[{key, conflict}]`: values that lost against others, until someone has settled each."""
        found = await parts.store.read(lambda db: records.all_of(db, Collection.CONFLICT))
        return json_list(
            f'{{"key":{msgspec.json.encode(record.key).decode()},"conflict":{record.json}}}'
            for record in found
            if not record.data.get("settled")
        )

    @post("/{key:str}/settle", status_code=200)
    async def settle(
        self, request: SignedIn, key: FromPath[str], parts: NamedDependency[Parts]
    ) -> JsonText:
        """Someone has looked at it and put right what had to be."""
        stamp = parts.stamp()

        def settle(tx: Transaction) -> Record:
            record = records.find(tx.connection, Collection.CONFLICT, key)
            if record is None or record.deleted:
                raise NotFound(f"There is no conflict {key!r}.")
            after = record.data | {"settled": True, "settled_by": request.user.sub}
            return edit(tx, Collection.CONFLICT, key, after, stamp)

        return one_record(await parts.store.write(settle))
