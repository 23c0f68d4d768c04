"""A wire that counts: it stands between HTTP/1.1 clients and a server and passes each byte on."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Traffic", "Wire", "wire"]

_HEAD_END = b"\r\n\r\n"


@dataclass
class Traffic:
    """`up` are the bytes of the requests, `down` those of the answers, heads included; what TCP
    adds is not counted."""

    requests: int = 0
    up: int = 0
    down: int = 0


class Wire:
    """`url` is where clients go in the place of the server; `traffic` counts by path, without the
    query."""

    def __init__(self) -> None:
        self.url = ""
        self.traffic: defaultdict[str, Traffic] = defaultdict(Traffic)

    def total(self) -> Traffic:
        all_of = self.traffic.values()
        return Traffic(
            sum(one.requests for one in all_of),
            sum(one.up for one in all_of),
            sum(one.down for one in all_of),
        )

    def forget(self) -> None:
        """Counts from nothing again."""
        self.traffic.clear()

    async def pass_on(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """One connection, a request and its answer after the other, until either side ends it."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await _message(client[0])
                path = request.split(b" ", 2)[1].partition(b"?")[0].decode()
                # Counted before it is passed on: one that has no answer was sent all the same.
                self.traffic[path].requests += 1
                self.traffic[path].up += len(request)
                server[1].write(request)
                answer = await _message(server[0])
                self.traffic[path].down += len(answer)
                client[1].write(answer)


@asynccontextmanager
async def wire(server_url: str) -> AsyncIterator[Wire]:
    """A wire to the server at `server_url`, until the block ends."""
    where = urlsplit(server_url)
    one = Wire()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = await asyncio.open_connection(where.hostname, where.port)
        try:
            await one.pass_on((reader, writer), server)
        finally:
            server[1].close()
            writer.close()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield one
    finally:
        listening.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One request or answer as it stands on the wire; its length is in its head."""
    head = await reader.readuntil(_HEAD_END)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        elif name.lower() == b"transfer-encoding":
            raise ValueError("only messages that say their length are counted")
    return head + await reader.readexactly(length)
