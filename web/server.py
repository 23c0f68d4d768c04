"""The server loop of both programs: uvicorn, with a shutdown that open streams can see.

uvicorn alone waits out its grace period for an open event stream or long poll. Here the signal
first sets `stop`; the streams wait on it, end by themselves, and the server is down at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from litestar import Litestar

from web.words import CannotListen

__all__ = ["run"]

_GRACE_S = 2  # for requests that are still being answered when the signal comes
_KEEP_ALIVE_S = 75  # longer than a long poll (25 s), so that a client can use one connection
_BACKLOG = 256  # connections waiting to be accepted; a restaurant has some dozen terminals


class _Server(uvicorn.Server):
    def __init__(
        self,
        app: Litestar,
        settings: uvicorn.Config,
        stop: asyncio.Event,
        on_ready: Callable[[int], None],
    ) -> None:
        super().__init__(settings)
        self._app = app
        self._stop = stop
        self._on_ready = on_ready

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Around the server the application's own lifespan, whose errors uvicorn would only log."""
        with self.capture_signals(), _as_it_is():
            async with self._app.lifespan():
                await self._serve(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ours instead of uvicorn's, which would raise the signal again after a clean shutdown."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupted)
        loop.add_signal_handler(signal.SIGTERM, self._shut_down)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Raises `CannotListen`, where uvicorn would log an error and leave the program."""
        try:
            with _unsaid():
                await super().startup(sockets)
        except SystemExit as ended:
            if isinstance(ended.__context__, OSError):
                where = self.config.host, self.config.port
                raise CannotListen(*where, ended.__context__) from None
            raise
        if self.started:
            self._on_ready(self.servers[0].sockets[0].getsockname()[1])

    def _interrupted(self) -> None:
        if self._stop.is_set():
            self.force_exit = True  # a person who presses Ctrl-C twice means it
        self._shut_down()

    def _shut_down(self) -> None:
        """A repeated SIGTERM changes nothing: where a parent with threads is killed, the kernel
        sends one for each of them."""
        self._stop.set()
        self.should_exit = True


@contextlib.contextmanager
def _unsaid() -> Iterator[None]:
    """Without uvicorn's line for an error that is raised all the same."""

    def unless_raised(record: logging.LogRecord) -> bool:
        return not isinstance(record.msg, OSError)

    log = logging.getLogger("uvicorn.error")
    log.addFilter(unless_raised)
    try:
        yield
    finally:
        log.removeFilter(unless_raised)


@contextlib.contextmanager
def _as_it_is() -> Iterator[None]:
    """An error that comes alone, however many groups Litestar's lifespan has put around it."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from None


async def run(
    app: Litestar,
    host: str,
    port: int,
    *,
    stop: asyncio.Event,
    on_ready: Callable[[int], None] = lambda port: None,
) -> bool:
    """Serves `app` until SIGINT, SIGTERM or until `stop` is set by someone else.

    `on_ready` is given the port that was bound (with `port` 0, a free one) once it answers. False
    where it was stopped before that. Raises `CannotListen`, and what the lifespan of `app` raises.
    """
    settings = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody is believed about whom they speak for
        lifespan="off",  # it is entered around the server: see `_Server.serve`
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Server(app, settings, stop, on_ready)

    async def stop_server() -> None:
        await stop.wait()
        server.should_exit = True

    watcher = asyncio.create_task(stop_server())
    try:
        await server.serve()
    finally:
        stop.set()
        watcher.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watcher
    return server.started
