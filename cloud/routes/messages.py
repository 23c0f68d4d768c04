"""`businesses/{id}/messages`: what callers left for the staff, for the owner to see and see to."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from cloud.routes.access import actor, need_business, need_owner
from cloud.services import Services
from cloud.services.messages import MAX_PAGE
from web.tokens import Claims

__all__ = ["Messages"]


class Messages(Controller):
    path = "/businesses/{business_id:str}/messages"
    tags = ("messages",)

    @get("/")
    async def listed(
        self,
        business_id: FromPath[str],
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
        handled: FromQuery[bool | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = MAX_PAGE,
    ) -> list[dict[str, Any]]:
        """Messages, the latest first. `handled=false`: what nobody has seen to yet."""
        need_business(caller, business_id)
        need_owner(caller)
        found = await services.messages.list(business_id, handled=handled, limit=limit)
        return [one.data for one in found]

    @post("/{message_id:str}/handled", status_code=200)
    async def see_to(
        self,
        business_id: FromPath[str],
        message_id: FromPath[str],
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
    ) -> dict[str, Any]:
        """Says that the caller has seen to it; who was first stays. Answers with the message."""
        need_business(caller, business_id)
        need_owner(caller)
        seen_to = await services.messages.see_to(business_id, message_id, actor=actor(caller))
        return seen_to.data
