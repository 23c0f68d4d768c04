"""The demo in the browser: serves the page until it is stopped, with one order to begin with."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

from demo.board import Board, Door, Link, Part
from demo.caller import SAYINGS
from demo.children import CannotRun, ChildDied
from demo.page import create_page
from demo.restaurant import Restaurant
from demo.stage import LiveStage
from demo.supervisor import HOST, Running, Tell
from domain.ids import Ids
from web.server import run

__all__ = ["show"]

PORTS = range(8080, 8100)  # the page takes the first that is free


async def show(demo: Running, ids: Ids, tell: Tell) -> ChildDied | None:
    """Serves the page until SIGINT or SIGTERM, or until a child has ended by itself: returns its
    death then."""
    stop = asyncio.Event()
    board = Board(demo.restaurant.business.name)
    for part in _parts(demo):
        board.show(part)
    board.show(door(demo.restaurant, demo.edge.url))
    stage = LiveStage(demo, board, ids)
    serving = asyncio.create_task(
        run(
            create_page(stage),
            HOST,
            _free_port(),
            stop=stop,
            on_ready=lambda port: tell("Look here", f"http://{HOST}:{port}"),
        )
    )
    opening = asyncio.create_task(_open(stage, tell))
    stopping = asyncio.create_task(stop.wait())  # a signal came: open pages are told, and let go
    try:
        ends: set[asyncio.Future[Any]] = {serving, stopping, demo.died}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        tell("Stopping", "all of it")
        stop.set()
        opening.cancel()
        stopping.cancel()
        demo.line.close()
        board.close()
        await asyncio.gather(serving, opening, stopping, stage.close(), return_exceptions=True)
    if not serving.result():
        raise CannotRun("the page could not be served")
    return demo.died.result() if demo.died.done() else None


async def _open(stage: LiveStage, tell: Tell) -> None:
    """The demo's own first order, so that there is paper on the page at once."""
    try:
        journey = await stage.play(SAYINGS)
    except Exception as error:  # whatever it is, the page is there, and its visitor can order
        tell("First order", f"could not be followed: {error}")
        return
    if journey is None:
        tell("First order", "the agent did not place it; see the page")
    elif journey.total_ms is None:
        tell("First order", f"{journey.number} is not on paper; see the page")
    else:
        tell("First paper", f"{journey.number}, {journey.total_ms:.0f} ms after the caller's words")


def _parts(demo: Running) -> list[Part]:
    push = demo.push if demo.push == "Centrifugo" else f"{demo.push}, no Centrifugo here"
    users = demo.restaurant.users
    owners = " or ".join(f"{who.email} with {who.password}" for who in users)
    return [
        Part("agent", "Agent", "up", "rules engine, no model"),
        Part(
            "cloud", "Cloud", "up", f"Litestar; its owner is {owners}", f"{demo.cloud_url}/schema"
        ),
        Part("postgres", "PostgreSQL", "up", "embedded, version 18"),
        Part("push", "Push", "up", push),
        Part("edge", "Edge", "up", "Litestar, SQLite", f"{demo.edge.url}/schema"),
    ]


def door(restaurant: Restaurant, edge_url: str) -> Door:
    """The way in to the edge's pages, with the PINs of the sample's staff."""
    pins = " or ".join(f"{who.pin} ({who.name}, {who.role})" for who in restaurant.staff)
    pages = (("Orders", "orders"), ("Printers", "printers"), ("What stands on paper", "templates"))
    links = tuple(Link(name, f"{edge_url}/{page}") for name, page in pages)
    return Door("edge", "The restaurant’s pages", links, f"PIN {pins}")


def _free_port() -> int:
    for port in PORTS:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will
            probe.bind((HOST, port))
            return port
    return 0  # any
