"""A TCP link that breaks when it is told to: one proxy between two programs, on loopback.

    link = FaultProxy(lambda: asyncio.open_connection("127.0.0.1", port), random.Random(7))
    await link.open()                       # clients connect to link.port
    link.break_(up=Fault(lost=True))        # what the client sends vanishes; it hears the server
    link.heal()

`up` is from the client to the server, `down` the way back. What is stalled is delivered once the
link is healed, as TCP would; a connection that lost bytes or had some garbled is of no more use
and is reset then.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

__all__ = ["WHOLE", "Fault", "FaultProxy"]

_CHUNK_BYTES = 65_536
_SLICES_PER_S = 20  # of a narrow link: how finely its bytes trickle
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST and drops what was not sent

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one direction.

    `garbled` is the chance, 0…1, that what was read in one go arrives with every bit turned.
    `cut_after` resets the connection after so many bytes of it, counted from when the link broke.
    `bytes_per_s` is the width of a narrow link, 0 for any.
    """

    stalled: bool = False
    lost: bool = False
    garbled: float = 0.0
    cut_after: int | None = None
    bytes_per_s: int = 0


WHOLE = Fault()


class FaultProxy:
    """One link. `connect` opens the way to the server, anew for each client; `chance` decides what
    a fault leaves open."""

    def __init__(self, connect: Connect, chance: random.Random) -> None:
        self._connect = connect
        self._chance = chance
        self._server: asyncio.Server | None = None
        self._bridges: dict[asyncio.Task[None], _Bridge] = {}
        self._up = self._down = WHOLE
        self._moving = asyncio.Event()  # set while everything comes through
        self._refusing = False
        self.port = 0

    async def open(self) -> None:
        self._moving.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for bridge in list(self._bridges):
            bridge.cancel()
        await asyncio.gather(*self._bridges, return_exceptions=True)

    def break_(self, *, up: Fault = WHOLE, down: Fault = WHOLE) -> None:
        """From now on, for connections that are open and for new ones."""
        self._up, self._down = up, down
        for bridge in self._bridges.values():
            bridge.carried = {"up": 0, "down": 0}
        self._let_move()

    def cut(self, *, reset: bool) -> None:
        """Ends every connection, by RST or by FIN, and every new one at once, until `heal`."""
        self._refusing = True
        for bridge in list(self._bridges.values()):
            bridge.end(reset=reset)

    def heal(self) -> None:
        self._refusing = False
        self._up = self._down = WHOLE
        for bridge in list(self._bridges.values()):
            if bridge.spoilt:
                bridge.end(reset=True)
        self._let_move()

    def _let_move(self) -> None:
        """Wakes what was stalled; where it still is, it goes to sleep again on a fresh event."""
        self._moving.set()
        if any(fault.stalled or fault.lost for fault in (self._up, self._down)):
            self._moving = asyncio.Event()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bridge = _Bridge(reader, writer)
        if self._refusing:
            bridge.end(reset=True)
            return
        task = asyncio.create_task(self._serve(bridge))
        self._bridges[task] = bridge
        task.add_done_callback(lambda done: self._bridges.pop(done, None))

    async def _serve(self, bridge: _Bridge) -> None:
        try:
            await bridge.join(self._connect)
        except OSError:
            bridge.end(reset=True)
            return
        assert bridge.server is not None
        client_reader, client_writer = bridge.client
        server_reader, server_writer = bridge.server
        try:
            await asyncio.gather(
                self._carry(bridge, "up", client_reader, server_writer),
                self._carry(bridge, "down", server_reader, client_writer),
            )
        finally:
            bridge.end(reset=False)

    async def _carry(
        self,
        bridge: _Bridge,
        way: str,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
    ) -> None:
        """Bytes, and the end of them, one way."""
        try:
            while chunk := await source.read(_CHUNK_BYTES):
                while self._fault(way).stalled:
                    await self._moving.wait()
                await self._pass_on(bridge, way, chunk, sink)
            await self._comes_through(way)
            sink.write_eof()
        except OSError:  # one side was reset: so is the other, once it can hear of it
            await self._comes_through(way)
            bridge.end(reset=True)

    async def _comes_through(self, way: str) -> None:
        """The end of a connection is stalled, or lost until the link is healed, like its bytes."""
        while self._fault(way).stalled or self._fault(way).lost:
            await self._moving.wait()

    async def _pass_on(
        self, bridge: _Bridge, way: str, chunk: bytes, sink: asyncio.StreamWriter
    ) -> None:
        fault = self._fault(way)
        if fault.lost:
            bridge.spoilt = True
            return
        if fault.garbled and self._chance.random() < fault.garbled:
            bridge.spoilt = True
            chunk = bytes(byte ^ 0xFF for byte in chunk)
        if fault.cut_after is not None:
            left = fault.cut_after - bridge.carried[way]
            bridge.carried[way] += len(chunk)
            if len(chunk) >= left:
                sink.write(chunk[: max(0, left)])
                await sink.drain()
                bridge.end(reset=True)
                return
        for part in _slices(chunk, fault.bytes_per_s):
            sink.write(part)
            await sink.drain()
            if fault.bytes_per_s and self._fault(way) is fault:
                await asyncio.sleep(1 / _SLICES_PER_S)

    def _fault(self, way: str) -> Fault:
        return self._up if way == "up" else self._down


class _Bridge:
    """One client's connection and the one that was opened for it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.client = (reader, writer)
        self.server: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.carried = {"up": 0, "down": 0}
        self.spoilt = False
        self._ended = False

    async def join(self, connect: Connect) -> None:
        self.server = await connect()
        if self._ended:  # cut while it was being made
            self.end(reset=True)
            raise ConnectionResetError

    def end(self, *, reset: bool) -> None:
        """Closes both sides; safe to call twice."""
        self._ended = True
        for side in (self.client, self.server):
            if side is None:
                continue
            writer = side[1]
            if reset:
                _linger(writer)
                writer.transport.abort()
            else:
                writer.close()


def _linger(writer: asyncio.StreamWriter) -> None:
    """So that closing sends RST; a UNIX socket has none, and is merely closed."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.family == socket.AF_INET:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _slices(chunk: bytes, bytes_per_s: int) -> list[bytes]:
    size = max(1, bytes_per_s // _SLICES_PER_S) if bytes_per_s else len(chunk)
    return [chunk[at : at + size] for at in range(0, len(chunk), size)]
