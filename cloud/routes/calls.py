"""`calls`: what was said on the telephone and what came of it, for the owner alone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from cloud.routes.access import need_owner
from cloud.services import Services
from cloud.services.calls import MAX_PAGE
from domain.call import CallOutcome
from web.tokens import Claims

__all__ = ["Calls"]


class CallRow(msgspec.Struct, frozen=True):
    """`call` is as `domain.call.CallRecord` describes it. `forgotten`: it was kept for as long as
    the settings say, so words, numbers and names are gone."""

    business_day: str
    forgotten: bool
    call: dict[str, Any]


class CallRows(msgspec.Struct, frozen=True):
    """`next` is the `before` of the next page; empty on the last."""

    calls: tuple[CallRow, ...]
    next: str


class Calls(Controller):
    path = "/calls"
    tags = ("calls",)

    @get("/")
    async def listed(
        self,
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
        day: FromQuery[date | None] = None,
        outcome: FromQuery[CallOutcome | None] = None,
        before: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = MAX_PAGE,
    ) -> CallRows:
        """The calls of the token's business, the latest first, without what was said and what was
        in the cart; `day` is a business day, `before` a call's id."""
        need_owner(caller)
        page = await services.calls.list(
            caller.business_id,
            day=day.isoformat() if day else None,
            outcome=outcome,
            before=before,
            limit=limit,
        )
        rows = tuple(CallRow(one.business_day, one.forgotten, one.record) for one in page.calls)
        return CallRows(rows, page.next)

    @get("/{call_id:str}")
    async def call(
        self,
        call_id: FromPath[str],
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
    ) -> CallRow:
        """All that is kept of one call. That of another business is not there."""
        need_owner(caller)
        found = await services.calls.get(caller.business_id, call_id)
        return CallRow(found.business_day, found.forgotten, found.record)
