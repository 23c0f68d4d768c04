"""What lies between the edge and the cloud: requests, replies and events that are late, lost,
doubled and out of order, or nothing at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from email.utils import format_datetime
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec

from domain.clock import Clock
from domain.errors import PanBotError, TooLarge, Unauthenticated, Unavailable
from domain.events import Event
from sync.pull import Puller
from sync.wire import ChangesResponse, PushRequest, PushResponse
from tests.simulation.virtual_time import beside, chance, pause

if TYPE_CHECKING:
    from tests.simulation.cloud_side import CloudSide

__all__ = ["Network", "Reply"]

READ_S = 4.0  # as `edge.cloud_link`: of silence, on top of what the cloud was asked to wait
PUSH_S = 15.0

Reply = tuple[type[PanBotError] | None, bytes]  # the refusal, or None and the body


class Network:
    """`lossy` of the messages are lost and `doubled` come twice, each between 0 and 1; `slow_s` is
    the longest that one is under way; `most_bytes` is what a proxy lets through."""

    def __init__(self, seed: str, tell: Callable[[str], None]) -> None:
        self._seed = seed
        self._tell = tell
        self._numbers = itertools.count(1)
        self._sockets: list[_Socket] = []
        self.cut = False
        self.lossy = 0.0
        self.doubled = 0.0
        self.slow_s = 0.2
        self.most_bytes = 10**6
        self.token_ends = 0.0
        self.centrifugo = True
        self.cloud: CloudSide | None = None

    def heal(self) -> None:
        self.cut, self.lossy, self.doubled, self.slow_s = False, 0.0, 0.0, 0.05
        self.most_bytes, self.token_ends, self.centrifugo = 10**6, 0.0, True

    async def request(self, what: str, body: bytes, timeout_s: float) -> bytes:
        """The cloud's answer. Raises as `sync.ports.Remote` says."""
        number = next(self._numbers)
        if chance().random() < self.token_ends:
            raise Unauthenticated("the token has ended, and signing in did not work")
        if len(body) > self.most_bytes:
            raise TooLarge(f"a proxy takes {self.most_bytes} bytes at the most")
        answered: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        copies = 2 if chance().random() < self.doubled else 1
        for copy in range(copies):
            name = f"{what} {number}.{copy}" if copies > 1 else f"{what} {number}"
            stream = Random(f"{self._seed}/{name}")
            beside(self._carry(name, what, body, answered), stream)
        try:
            async with asyncio.timeout(timeout_s):
                refusal, reply = await answered
        except TimeoutError:
            raise Unavailable(f"{what} {number}: no answer") from None
        if refusal is not None:
            raise refusal(reply.decode())
        return reply

    async def _carry(
        self, name: str, what: str, body: bytes, answered: asyncio.Future[Reply]
    ) -> None:
        await self._travel()
        if self._swallows():
            self._tell(f"network  {name}: the request is lost")
            return
        assert self.cloud is not None
        reply = await self.cloud.serve(what, body)
        await self._travel()
        if self._swallows():
            self._tell(f"network  {name}: the reply is lost")
        elif not answered.done():
            answered.set_result(reply)

    def publish(self, event: dict[str, Any]) -> None:
        """Centrifugo's word to whoever is connected; each event on its own way."""
        for socket in self._sockets:
            for _ in range(2 if chance().random() < self.doubled else 1):
                stream = Random(chance().getrandbits(64))
                beside(self._tell_socket(socket, event), stream)

    async def _tell_socket(self, socket: _Socket, event: dict[str, Any]) -> None:
        await self._travel()
        if not self._swallows() and socket in self._sockets:
            socket.puller.hint(msgspec.convert(event, Event))

    async def hear(self, puller: Puller) -> None:
        """A socket, until it breaks: the cloud goes, or the line does."""
        await self._travel()
        if self.cut or not self.centrifugo:
            raise Unavailable("no socket")
        socket = _Socket(puller)
        self._sockets.append(socket)
        puller.pushed(True)
        try:
            await socket.broken.wait()
        finally:
            self._sockets.remove(socket)
            puller.pushed(False)

    def break_sockets(self) -> None:
        for socket in self._sockets:
            socket.broken.set()

    async def _travel(self) -> None:
        await pause(0.001, self.slow_s)

    def _swallows(self) -> bool:
        return self.cut or chance().random() < self.lossy


class _Socket:
    def __init__(self, puller: Puller) -> None:
        self.puller = puller
        self.broken = asyncio.Event()


def link_to(network: Network) -> type[Any]:
    """The class of a link over `network`, in the place of `edge.cloud_link.CloudLink`."""

    class Link:
        """A `sync.ports.Remote`, and the socket that hints."""

        def __init__(self, *_device: str | Clock, jitter: Any, told: Callable[[str], None]) -> None:
            self._told = told

        async def changes(self, after: int, wait_s: float) -> ChangesResponse:
            body = msgspec.json.encode([after, wait_s])
            reply = await self._request("changes", body, wait_s + READ_S)
            return msgspec.json.decode(reply, type=ChangesResponse)

        async def push(self, request: PushRequest) -> PushResponse:
            reply = await self._request("push", msgspec.json.encode(request), PUSH_S)
            return msgspec.json.decode(reply, type=PushResponse)

        async def _request(self, what: str, body: bytes, timeout_s: float) -> bytes:
            reply = await network.request(what, body, timeout_s)
            assert network.cloud is not None
            self._told(format_datetime(network.cloud.clock.now(), usegmt=True))
            return reply

        async def run(self, puller: Puller) -> None:
            while True:
                with contextlib.suppress(PanBotError):
                    await network.hear(puller)
                await pause(1.0, 5.0)

        def state(self) -> Any:
            return SimpleNamespace(push="offline" if network.cut else "long poll")

        async def close(self) -> None:
            """Nothing is held."""

    return Link
