"""What whoever looks after the appliance asks: `/health`, `/ready`, `/metrics`; and `events`."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Stream
from prometheus_client import CONTENT_TYPE_LATEST

from domain.errors import Unavailable
from edge.events import stream
from edge.parts import Parts
from edge.store import print_jobs

__all__ = ["Ready", "events", "health", "metrics_page", "ready"]


class Ready(msgspec.Struct, frozen=True):
    """An edge that is not paired is ready to be paired, and refuses orders. One that is not `warm`
    still loads what draws its printers' tickets: the first one comes a second or two late.

    `stuck` are the loops to the cloud that break on an error of our own, with the reason (see
    `edge.syncing`): what the telephone takes may not arrive. The status stays 200: taken away from
    its terminals, the edge would take no order and print none, which it still can.
    """

    status: str
    paired: bool
    warm: bool
    stuck: dict[str, str]


@get("/health", tags=["operations"])
async def health() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@get("/ready", tags=["operations"])
async def ready(parts: NamedDependency[Parts]) -> Ready:
    """The store takes orders and tickets are printed. The cloud is not asked: it may be away.
    `stuck` tells where the way to it is broken."""
    if not parts.store.is_open or not parts.spooler.running:
        raise Unavailable("The store or the spooler is not running.")
    if refusal := await parts.store.refusal():
        raise Unavailable(refusal)
    restaurant = await parts.house.now()
    return Ready(
        "ok",
        paired=bool(restaurant.business_id),
        warm=parts.spooler.warm,
        stuck=parts.syncing.broken(),
    )


@get("/metrics", media_type=MediaType.TEXT, tags=["operations"])
async def metrics_page(parts: NamedDependency[Parts]) -> Response[bytes]:
    """Counters for Prometheus."""
    queue = await parts.store.read(print_jobs.states)
    page = parts.metrics.text(await parts.syncing.status(), queue)
    return Response(page, media_type=CONTENT_TYPE_LATEST)


@get("/events", tags=["events"], media_type="text/event-stream")
async def events(request: Request[Any, Any, Any], parts: NamedDependency[Parts]) -> Stream:
    """Server-sent events: `order.created`, `order.updated`, `menu.updated`, `printer.status`,
    `record.updated`, `print_job`, `printer.scan` (never repeated); `ping` every 15 s. With
    `Last-Event-ID` it begins with what was missed, or with `reset` where the lists should be read
    again."""
    last = request.headers.get("last-event-id", "")
    restaurant = await parts.house.now()
    body = stream(
        parts.broadcaster,
        parts.store,
        parts.clock,
        restaurant.business_id,
        int(last) if last.isascii() and last.isdecimal() and len(last) <= 18 else None,
    )
    return Stream(body, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
