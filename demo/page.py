"""The demo's page and what it asks for: static files, a stream of changes, calls, switches.

Loopback only, and only under loopback's own names, so that no page of the internet can reach it
through the visitor's browser.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec
from litestar import Litestar, MediaType, Request, Response, delete, get, post, put
from litestar.params import FromPath, RawBody
from litestar.response import File, ServerSentEvent, ServerSentEventMessage
from litestar.static_files import create_static_files_router

from demo.board import Board
from domain.errors import Forbidden
from web import problems
from web.bodies import decode_body

__all__ = ["Stage", "create_page"]

PING_S = 5.0  # of silence on the stream; the page takes 12 s of it for a demo that is gone
MAX_BODY_BYTES = 16_384
_FILES = Path(__file__).parent / "page"
_NAMES = {"127.0.0.1", "localhost"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}


class Stage(Protocol):
    """What can be done from the page."""

    board: Board

    async def new_call(self) -> str: ...

    async def say(self, call: str, text: str) -> None: ...

    async def hang_up(self, call: str) -> None: ...

    async def switch(self, printer: str, *, cable: bool | None, paper: bool | None) -> None: ...

    def picture(self, paper: str) -> bytes: ...


class Saying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    cable: bool | None = None
    paper: bool | None = None


def create_page(stage: Stage) -> Litestar:
    """The application over `stage`."""

    @get("/", include_in_schema=False)
    async def index() -> File:
        page = _FILES / "index.html"
        return File(page, media_type=MediaType.HTML, content_disposition_type="inline")

    @get("/api/events")
    async def events() -> ServerSentEvent:
        return ServerSentEvent(_messages(stage.board))

    @post("/api/calls")
    async def new_call() -> dict[str, str]:
        return {"call": await stage.new_call()}

    @post("/api/calls/{call:str}/say")
    async def say(call: FromPath[str], body: RawBody) -> dict[str, str]:
        await stage.say(call, decode_body(body, Saying).text)
        return {"call": call}

    @delete("/api/calls/{call:str}", status_code=200)
    async def hang_up(call: FromPath[str]) -> dict[str, str]:
        await stage.hang_up(call)
        return {"call": call}

    @put("/api/printers/{printer:str}")
    async def switch(printer: FromPath[str], body: RawBody) -> dict[str, str]:
        wanted = decode_body(body, Switches)
        await stage.switch(printer, cable=wanted.cable, paper=wanted.paper)
        return {"printer": printer}

    @get("/api/papers/{paper:str}")
    async def picture(paper: FromPath[str]) -> Response[bytes]:
        return Response(stage.picture(paper.removesuffix(".png")), media_type="image/png")

    files = create_static_files_router("/assets", [_FILES], include_in_schema=False)
    return Litestar(
        route_handlers=[index, events, new_call, say, hang_up, switch, picture, files],
        before_request=_from_our_own_page,
        response_headers=_HEADERS,
        exception_handlers=problems.handlers(),
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=None,
        logging_config=None,
    )


async def _messages(board: Board) -> AsyncIterator[ServerSentEventMessage]:
    async for topic, thing in board.watch(PING_S):
        yield ServerSentEventMessage(data=msgspec.json.encode(thing).decode(), event=topic)


def _from_our_own_page(request: Request[Any, Any, Any]) -> None:
    """Refuses what another site sends through the visitor's browser: under a name of its own that
    it points at this machine, or from its own page."""
    host = request.headers.get("host", "")
    origin = request.headers.get("origin", f"http://{host}")
    if host.partition(":")[0] not in _NAMES or urlsplit(origin).netloc != host:
        raise Forbidden("This page answers to itself alone.")
