"""The one place that wires an edge together: store, spooler, sync, housekeeping, HTTP."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from litestar import Litestar, Request, Response, Router
from litestar.di import Provide

from domain.clock import Clock, from_iso
from domain.errors import Unavailable
from domain.ids import Ids
from edge import housekeeping, pages
from edge.access import Sessions, need_sign_in
from edge.announcing import Announcer
from edge.attempts import Attempts
from edge.clock import HouseClock
from edge.events import Broadcaster
from edge.finding import MISSING_EVERY_S, Finder
from edge.house import House
from edge.lines import Lines
from edge.lock import locked
from edge.metrics import Metrics
from edge.parts import Parts
from edge.routes.auth import Auth
from edge.routes.finding import Finding
from edge.routes.menu import Menus
from edge.routes.messages import Messages
from edge.routes.operations import events, health, metrics_page, ready
from edge.routes.orders import Orders
from edge.routes.printer_setup import PrinterSetup, Routings
from edge.routes.printer_trust import PrinterTrust
from edge.routes.printing import Printers, PrintJobs
from edge.routes.reports import Reports
from edge.routes.syncing import Conflicts, Sync
from edge.routes.templates import PrinterLooks, Templates
from edge.settings import EdgeSettings
from edge.spooler import Spooler
from edge.store import disk, identity, records
from edge.store.announcements import Announcement
from edge.store.edits import stamps
from edge.store.store import Store
from edge.syncing import Syncing
from edge.watch import Watch
from sync.policy import PushDelays
from web import openapi, problems
from web.bodies import MAX_BODY_BYTES
from web.tokens import Tokens

__all__ = ["create_app", "running"]

API_VERSION = "1"

_log = logging.getLogger(__name__)

Listener = Callable[[Sequence[Announcement]], None]


def create_app(settings: EdgeSettings, clock: Clock, ids: Ids, *, stop: asyncio.Event) -> Litestar:
    """The edge's HTTP application. Its lifespan is the edge's life; `stop` ends event streams."""

    @asynccontextmanager
    async def life(app: Litestar) -> AsyncIterator[None]:
        async with running(settings, clock, ids, stop=stop) as parts:
            app.state.parts = parts
            yield

    def provide() -> Parts:
        parts: Parts = app.state.parts
        return parts

    signed_in = Router(
        "/",
        route_handlers=[
            Conflicts,
            Finding,
            Menus,
            Messages,
            Orders,
            Printers,
            PrinterLooks,
            PrinterSetup,
            PrinterTrust,
            PrintJobs,
            Reports,
            Routings,
            Sync,
            Templates,
            events,
        ],
        middleware=[need_sign_in],
    )
    app = Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=[Auth, signed_in]),
            health,
            ready,
            metrics_page,
            openapi.assets(),
            pages.router(),
        ],
        lifespan=[life],
        dependencies={"parts": Provide(provide, sync_to_thread=False)},
        exception_handlers={**problems.handlers(), sqlite3.OperationalError: _store_failed},
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=openapi.config("PanBot edge", API_VERSION),
        logging_config=None,  # the program that serves decides where its log goes
    )
    return app


def _store_failed(
    request: Request[Any, Any, Any], error: sqlite3.OperationalError
) -> Response[Any]:
    """A full or failing disk is no mistake of ours, and whoever reads this can act on it."""
    words = disk.refusal(error)
    if not words:
        return problems.unexpected(request, error)
    _log.error("%s %s: %s", request.method, request.url.path, words)
    return problems.problem_response(Unavailable(words), request.url.path)


@asynccontextmanager
async def running(
    settings: EdgeSettings, clock: Clock, ids: Ids, *, stop: asyncio.Event
) -> AsyncIterator[Parts]:
    """An edge with its loops running, without HTTP. Raises `edge.lock.Running` where another one
    has this data directory, and `edge.store.store.Damaged`."""
    with locked(settings.data):
        listeners: list[Listener] = []
        store = Store(settings.database, _telling(listeners))
        await store.open()
        try:
            written = await store.read(records.last_at)
            house_clock = HouseClock(clock, from_iso(written) if written else None)
            parts = await _assemble(settings, house_clock, ids, store, stop)
            # First whoever answers from memory, so that nobody is told of what it does not know.
            listeners += (
                parts.house.heard,
                parts.spooler.heard,
                parts.finder.heard,
                parts.syncing.heard,
                parts.metrics.heard,
                parts.broadcaster.send,
            )
            store.before_commit(parts.spooler.claim)
            async with _loops(parts):
                yield parts
        finally:
            await store.close()


def _telling(listeners: Sequence[Listener]) -> Listener:
    def tell(announcements: Sequence[Announcement]) -> None:
        for listener in listeners:
            listener(announcements)

    return tell


async def _assemble(
    settings: EdgeSettings, clock: HouseClock, ids: Ids, store: Store, stop: asyncio.Event
) -> Parts:
    who = await store.write(identity.make)
    delays = PushDelays(
        edit_s=settings.push_delay_s,
        longest_s=settings.push_longest_s,
        prompt_s=settings.push_prompt_s,
    )
    stamp = stamps(clock, ids, delays)
    house = House(store)
    lines = Lines(store)
    broadcaster = Broadcaster()
    return Parts(
        settings=settings,
        clock=clock,
        ids=ids,
        stamp=stamp,
        store=store,
        house=house,
        broadcaster=broadcaster,
        spooler=Spooler(
            store, house, clock, stamp, gap_ms=settings.print_gap_ms, paper=lines.paper()
        ),
        lines=lines,
        watch=Watch(store, lines, clock, stamp),
        finder=Finder(
            store, lines, broadcaster, clock, ids, stamp, interfaces=settings.lan_interfaces
        ),
        announcer=Announcer(settings, house, clock),
        syncing=Syncing(store, clock, ids, delays, cloud_url=settings.cloud_url),
        sessions=Sessions(Tokens(who.token_secret, clock), clock),
        attempts=Attempts(clock),
        metrics=Metrics(),
        stop=stop,
    )


@asynccontextmanager
async def _loops(parts: Parts) -> AsyncIterator[None]:
    """Starts what runs by itself, and stops it in the opposite order."""
    scheduler = AsyncIOScheduler()
    housekeeping.schedule(scheduler, parts)
    scheduler.add_job(parts.finder.look_for_missing, IntervalTrigger(seconds=MISSING_EVERY_S))
    await parts.spooler.start()
    await parts.watch.start()
    await parts.announcer.start()
    await parts.syncing.start()
    scheduler.start()
    ending = asyncio.create_task(_end_streams(parts))
    try:
        yield
    finally:
        parts.broadcaster.close()
        ending.cancel()
        scheduler.shutdown(wait=False)
        await parts.syncing.stop()
        await parts.announcer.stop()
        await parts.watch.stop()
        await parts.spooler.stop()
        await parts.finder.stop()  # last: a printer that goes away makes it look


async def _end_streams(parts: Parts) -> None:
    """An open event stream would hold the server up until its grace is over."""
    await parts.stop.wait()
    parts.broadcaster.close()
