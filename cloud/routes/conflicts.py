"""`businesses/{id}/conflicts`: what lost against something else in a sync, and who decides."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from cloud.routes.access import actor, is_owner, need_business, need_user
from cloud.services import Services
from sync.conflicts import Resolution
from web.bodies import decode_body
from web.documented import takes
from web.tokens import Claims

__all__ = ["Conflicts"]


class ConflictRow(msgspec.Struct, frozen=True):
    """`conflict` is as `sync.conflicts` describes it, `record` what it is about as it stands."""

    key: str
    conflict: dict[str, Any]
    record: dict[str, Any] | None


class Settled(msgspec.Struct, frozen=True):
    key: str
    conflict: dict[str, Any]


class Conflicts(Controller):
    path = "/businesses/{business_id:str}/conflicts"
    tags = ("sync",)

    @get("/")
    async def listed(
        self,
        business_id: FromPath[str],
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
    ) -> list[ConflictRow]:
        """Values that lost against others, until someone has settled each."""
        need_business(caller, business_id)
        need_user(caller)
        found = await services.conflicts.open_ones(business_id)
        return [ConflictRow(one.key, one.data, standing) for one, standing in found]

    @post("/{key:str}/resolve", status_code=200, operation_class=takes(Resolution))
    async def resolve(
        self,
        business_id: FromPath[str],
        key: FromPath[str],
        body: RawBody,
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
    ) -> Settled:
        """Says what stands: `{"keep": "mine"}` (the restaurant's), `{"keep": "theirs"}` (what the
        cloud had), or `{"data": …, "over": …}`, the whole record as it shall be and as it was
        seen."""
        need_business(caller, business_id)
        need_user(caller)
        record = await services.conflicts.resolve(
            business_id,
            key,
            decode_body(body, Resolution),
            actor=actor(caller),
            owner=is_owner(caller),
        )
        return Settled(record.key, record.data)
