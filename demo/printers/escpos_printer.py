"""A virtual receipt printer on raw TCP, as on port 9100: it interprets ESC/POS and cuts papers.

Bytes go through three hands. A connection receives them and answers the real-time commands; an
inbox with a bound holds them; one loop prints them, in the order in which they came, as fast as the
paper allows. So a printer that is out of paper still says so, a client that hangs up does not take
back what it sent, and a printer that is full stops reading.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import nullcontext, suppress

from demo.printers.escpos_head import Head
from demo.printers.escpos_parser import Command, next_command
from demo.printers.paper import OnPaper, Paper
from demo.printers.port import HOST, reserve
from demo.printers.virtual import VirtualPrinter
from domain.clock import Clock

__all__ = ["EscPosPrinter"]

CHUNK_BYTES = 4096  # the most that one read takes
INBOX_CHUNKS = 16  # 64 KB at the most wait to be printed; then the printer stops reading
KEPT_UNKNOWN = 100  # unknown commands kept: enough to see what is wrong

# DLE EOT n: answered on arrival, even while the printer is held
_REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])")
_REAL_TIME_BYTES = 3
_FIXED_BITS = 0x12  # always set in a real-time status byte, so that it is told from other replies
_OFFLINE = 0x08
_STOPPED_BY_PAPER_END = 0x20
_PAPER_END = 0x60
_PAPER_SENSOR = (b"\x01", b"1")  # GS r 1 asks for it; in its place in the queue, so: a fence
_PAPER_ADEQUATE = 0x00


class _Link:
    """One connection: what it sent and is not a whole command yet, and how to answer it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.pending = bytearray()
        self.writer = writer
        self.printed = asyncio.Event()  # all that it sent has been through the head

    def answer(self, status: int) -> None:
        if not self.writer.is_closing():
            self.writer.write(bytes([status]))


class EscPosPrinter(VirtualPrinter):
    """One Paper for each cut. The controls may be set at any time.

    `paper_out`: nothing is printed and no fence answered until there is paper.
    `fence`: False makes it a clone that does not know `GS r`.
    `speed_bytes_per_s`: None prints as fast as it can.
    `one_client`: a second connection is accepted and waits until the first has ended.
    `unknown` are the commands that it did not understand, `drawer_kicks` counts `ESC p`.
    """

    def __init__(
        self, clock: Clock, *, port: int = 0, on_paper: OnPaper = lambda paper: None
    ) -> None:
        super().__init__(clock, port=port, on_paper=on_paper)
        self.fence = True
        self.speed_bytes_per_s: float | None = None
        self.one_client = True
        self.unknown: list[bytes] = []
        self.drawer_kicks = 0
        self._head = Head()
        self._raw = bytearray()
        self._bytes_until_drop: int | None = None
        self._inbox: asyncio.Queue[tuple[_Link, bytes, float]] = asyncio.Queue(INBOX_CHUNKS)
        self._line = asyncio.Lock()
        self._links: dict[_Link, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None

    @property
    def uri(self) -> str:
        return f"escpos://{HOST}:{self.port}"

    @property
    def offline(self) -> bool:
        return self._server is None

    async def set_offline(self, offline: bool) -> None:
        if offline and self._server is not None:
            self._server.close()
            self._server = None
            for link in self._links:
                link.writer.transport.abort()
            self._reserved = reserve(self.port)
        elif not offline and self._server is None:
            self._server = await asyncio.start_server(self._accept, sock=self._reserved)

    def drop_after(self, n_bytes: int) -> None:
        """Pulls the cable once: after `n_bytes` more the connection is reset, the rest is lost."""
        self._bytes_until_drop = n_bytes

    async def stop(self) -> None:
        await super().stop()
        serving = [*self._links.values()]
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    # ------------------------------------------------------------- receiving

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.offline:  # it was on its way in when the cable went out
            writer.transport.abort()
            return
        link = _Link(writer)
        self._links[link] = asyncio.create_task(self._serve(reader, link))

    async def _serve(self, reader: asyncio.StreamReader, link: _Link) -> None:
        try:
            async with self._line if self.one_client else nullcontext():
                await self._receive(reader, link)
            await link.printed.wait()  # who has sent the last byte may still wait for an answer
        finally:
            del self._links[link]
            link.writer.close()
            with suppress(ConnectionError):
                await link.writer.wait_closed()

    async def _receive(self, reader: asyncio.StreamReader, link: _Link) -> None:
        seen = b""
        with suppress(ConnectionError):
            while chunk := await reader.read(CHUNK_BYTES):
                kept = self._before_the_drop(chunk)
                self._answer_in_real_time(seen + kept, link)
                seen = (seen + kept)[1 - _REAL_TIME_BYTES :]
                await self._inbox.put((link, kept, self._clock.monotonic()))
                if len(kept) < len(chunk):
                    link.writer.transport.abort()
                    break
        await self._inbox.put((link, b"", self._clock.monotonic()))

    def _before_the_drop(self, chunk: bytes) -> bytes:
        if self._bytes_until_drop is None:
            return chunk
        kept = chunk[: self._bytes_until_drop]
        self._bytes_until_drop -= len(kept)
        if len(kept) < len(chunk):
            self._bytes_until_drop = None
        return kept

    def _answer_in_real_time(self, received: bytes, link: _Link) -> None:
        """Found by their bytes, wherever they stand: a real printer cannot do better either."""
        for found in _REAL_TIME.finditer(received):
            link.answer(self._status(found[1][0]))

    def _status(self, question: int) -> int:
        if not self.paper_out:
            return _FIXED_BITS
        bits = {1: _OFFLINE, 2: _STOPPED_BY_PAPER_END, 4: _PAPER_END}
        return _FIXED_BITS | bits.get(question, 0)

    # -------------------------------------------------------------- printing

    async def _print(self) -> None:
        while True:
            link, chunk, received_at = await self._inbox.get()
            if not chunk:
                link.printed.set()  # with half a command, if that is where it ended
                continue
            link.pending += chunk
            while (command := next_command(link.pending)) is not None:
                del link.pending[: len(command.raw)]
                await self._has_paper.wait()
                if self.speed_bytes_per_s is not None:
                    await self._clock.sleep(len(command.raw) / self.speed_bytes_per_s)
                self._raw += command.raw
                self._run(command, link, received_at)

    def _run(self, command: Command, link: _Link, received_at: float) -> None:
        match command.name:
            case "GS V":
                self._cut(received_at)
            case "GS r" if command.args in _PAPER_SENSOR:
                if self.fence:
                    link.answer(_PAPER_ADEQUATE)
            case "ESC p":
                self.drawer_kicks += 1
            case "DLE \x04":
                pass  # was answered on arrival
            case _ if not self._head.run(command):
                self.unknown = [*self.unknown, command.raw][-KEPT_UNKNOWN:]

    def _cut(self, received_at: float) -> None:
        roll = self._head.take_paper()
        paper = Paper(
            text=roll.text(),
            raw=bytes(self._raw),
            at=self._clock.monotonic(),
            bytes_received_at=received_at,
            printed_at=self._clock.now(),
            draw=roll.draw,
        )
        self._raw.clear()
        self._drop(paper)
