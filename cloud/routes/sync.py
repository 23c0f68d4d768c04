"""`sync/…` and `realtime/…`: what the edge talks to."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Router, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, QueryParameter, RawBody

from cloud.metrics import Metrics
from cloud.routes.access import actor, need_device
from cloud.services import RealtimeAccess, Services
from cloud.services.feed import MAX_WAIT_S
from domain.errors import Malformed, UpgradeRequired
from sync.wire import (
    OLDEST_PROTOCOL,
    PROTOCOL,
    PROTOCOL_HEADER,
    ChangesResponse,
    PushRequest,
    PushResponse,
)
from web.bodies import decode_body, unzipped
from web.documented import takes
from web.tokens import Claims

__all__ = ["edges"]

MAX_SEQ = 2**63 - 1  # what the column holds


def need_protocol(request: Request[Any, Any, Any]) -> None:
    """Refuses an edge whose protocol is too old: better nothing than something misread."""
    spoken = request.headers.get(PROTOCOL_HEADER, str(PROTOCOL))
    if not spoken.isdecimal():
        raise Malformed(f"{PROTOCOL_HEADER} is a number.")
    if int(spoken) < OLDEST_PROTOCOL:
        raise UpgradeRequired(
            f"This edge speaks protocol {spoken}, and {OLDEST_PROTOCOL} is the oldest understood "
            "here. Update the edge; its edits wait there and are not lost."
        )


class Sync(Controller):
    path = "/sync"
    tags = ("sync",)
    # RFC 7694: tells an edge that it may compress what it pushes.
    response_headers = (ResponseHeader(name="Accept-Encoding", value="gzip"),)

    @post("/push", status_code=200, operation_class=takes(PushRequest))
    async def push(
        self,
        body: RawBody,
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
        metrics: NamedDependency[Metrics],
        content_encoding: Annotated[str, HeaderParameter(name="Content-Encoding")] = "",
    ) -> PushResponse:
        """One verdict for each item; a bad item never holds up the others. Takes gzip."""
        need_device(caller)
        # A NUL is left to the verdict of its item, so that it holds up no other.
        plain = unzipped(body, content_encoding)
        items = decode_body(plain, PushRequest, nul_allowed=True).items
        response = await services.sync.push(caller.business_id, items, actor=actor(caller))
        for verdict in response.verdicts:
            metrics.verdicts.labels(outcome=verdict.outcome.value).inc()
        return response

    @get("/changes")
    async def changes(
        self,
        caller: NamedDependency[Claims],
        services: NamedDependency[Services],
        after: Annotated[int, QueryParameter(ge=0, le=MAX_SEQ)] = 0,
        wait: Annotated[float, QueryParameter(ge=0, le=MAX_WAIT_S)] = 0,
    ) -> ChangesResponse:
        """The feed after a place in it. Where there is nothing new, answers when there is, or
        empty after `wait` seconds."""
        need_device(caller)
        return await services.feed.wait(caller.business_id, after, wait)


class Realtime(Controller):
    path = "/realtime"
    tags = ("sync",)

    @post("/token", status_code=200)
    async def token(
        self, caller: NamedDependency[Claims], services: NamedDependency[Services]
    ) -> RealtimeAccess:
        """How to hear of changes through Centrifugo; `enabled` is false where there is none."""
        return services.realtime.access(caller.business_id, sub=caller.sub)


def edges() -> Router:
    """What edges talk to, and the protocol that is spoken there."""
    return Router(
        "/",
        route_handlers=[Sync, Realtime],
        before_request=need_protocol,
        response_headers=[ResponseHeader(name=PROTOCOL_HEADER, value=str(PROTOCOL))],
    )
