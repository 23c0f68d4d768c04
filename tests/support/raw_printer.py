"""A receipt printer on a socket that keeps what it was sent, and can be slow or lose its cable; and
the count of what came out of it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from printing.queue import POSSIBLE_DUPLICATE
from printing.transport.status import FENCE

__all__ = ["RawPrinter", "Tally", "tally"]

CUT = b"\x1dV"
_ASKED = b"\x10\x04"  # DLE EOT, each answered with one byte
_NUMBER = re.compile(rb"[A-Z]-\d+")


@dataclass
class _Cable:
    """Goes out after `left` more bytes: with a reset, or in silence."""

    left: int
    reset: bool


class RawPrinter:
    """Serves one client at a time, as they do. `tickets` are the jobs that were cut; what a broken
    connection left half-way is no ticket. `bytes_per_s` None prints as fast as it comes;
    `last_byte_at` is when the last ticket's cut came, in seconds of `time.perf_counter`."""

    def __init__(self, *, bytes_per_s: float | None = None) -> None:
        self.tickets: list[bytes] = []
        self.came = asyncio.Event()
        self.last_byte_at = 0.0
        self.port = 0
        self._bytes_per_s = bytes_per_s
        self._one = asyncio.Lock()
        self._cable: _Cable | None = None
        self._out = asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def uri(self) -> str:
        return f"escpos://127.0.0.1:{self.port}"

    async def open(self) -> RawPrinter:
        """Switched on, or plugged in again: at the same port as before."""
        self._out.clear()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        self._stop_listening()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def pull_after(self, n_bytes: int, *, reset: bool) -> None:
        """Pulls the cable once, after `n_bytes` more. What comes later is lost, and nobody gets a
        connection until `open`."""
        self._cable = _Cable(n_bytes, reset)

    async def pulled(self) -> None:
        """Returns once the cable is out."""
        await self._out.wait()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with self._one:
                with contextlib.suppress(ConnectionError):
                    await self._print(reader, writer)
        finally:
            writer.close()

    async def _print(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        job = b""
        while received := await reader.read(1024):
            kept, cable = self._before_the_pull(received)
            if self._bytes_per_s is not None:
                await asyncio.sleep(len(kept) / self._bytes_per_s)
            job = self._printed(job + kept)
            if cable is not None:
                self._stop_listening()
                self._out.set()
                await (_reset(writer) if cable.reset else _silent(reader))
                return
            writer.write(b"\x12" * received.count(_ASKED))
            if job.endswith(FENCE):
                job = b""
                writer.write(b"\x00")

    def _printed(self, job: bytes) -> bytes:
        """Takes the tickets that were cut off `job`; returns the rest."""
        while (at := job.find(CUT)) >= 0:
            end = at + len(CUT) + 1
            if end > len(job):
                break
            self.tickets.append(job[:end])
            self.last_byte_at = time.perf_counter()
            self.came.set()
            job = job[end:]
        return job

    def _before_the_pull(self, received: bytes) -> tuple[bytes, _Cable | None]:
        """What of `received` gets through, and the cable where it goes out now."""
        if self._cable is None:
            return received, None
        if self._cable.left >= len(received):
            self._cable.left -= len(received)
            return received, None
        cable, self._cable = self._cable, None
        return received[: cable.left], cable

    def _stop_listening(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            server.close()


async def _reset(writer: asyncio.StreamWriter) -> None:
    on_zero_s = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, on_zero_s)
    writer.transport.abort()


async def _silent(reader: asyncio.StreamReader) -> None:
    """Until the other side gives up; whatever it still says is lost."""
    while await reader.read(65536):
        pass


class Tally(NamedTuple):
    """`lost`: accepted and never whole on paper. `unmarked`: copies beyond the first that do not
    say what they are. `marked`: copies that do."""

    lost: int
    unmarked: int
    marked: int

    def __add__(self, other: object) -> Tally:
        assert isinstance(other, Tally)
        return Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def tally(tickets: Iterable[bytes], accepted: Iterable[str]) -> Tally:
    """What became of the orders numbered `accepted`, from the paper."""
    plain: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for ticket in tickets:
        found = _NUMBER.search(ticket)
        assert found is not None, ticket
        counter = marked if POSSIBLE_DUPLICATE.encode() in ticket else plain
        counter[found.group().decode()] += 1
    return Tally(
        lost=sum(1 for number in accepted if not plain[number] and not marked[number]),
        unmarked=sum(copies - 1 for copies in plain.values()),
        marked=sum(marked.values()),
    )
