"""Pages that the edge serves besides the terminals' own: files as they are, no build step."""

from __future__ import annotations

from pathlib import Path

from litestar import MediaType, Router, get
from litestar.response import File, Redirect
from litestar.static_files import create_static_files_router

__all__ = ["router"]

_FILES = Path(__file__).parent
_HEADERS = {
    # The preview is a picture made in the page: blob. The empty icon is data.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}


@get("/", include_in_schema=False)
async def front() -> Redirect:
    """Whoever types the edge's address alone."""
    return Redirect("/orders")


@get("/orders", include_in_schema=False)
async def orders() -> File:
    """Where an order that stands is put right, and printed again."""
    return _page("orders.html")


@get("/printers", include_in_schema=False)
async def printers() -> File:
    """Where printers are named, routed and removed, and what is held is let go."""
    return _page("printers.html")


@get("/templates", include_in_schema=False)
async def templates() -> File:
    """Where an owner changes what tickets look like."""
    return _page("templates.html")


def router() -> Router:
    """The pages and their files; whoever opens one signs in there."""
    files = create_static_files_router("/pages", [_FILES / "files"], include_in_schema=False)
    return Router(
        "/", route_handlers=[front, orders, printers, templates, files], response_headers=_HEADERS
    )


def _page(name: str) -> File:
    return File(_FILES / name, media_type=MediaType.HTML, content_disposition_type="inline")
