"""A bare HTTP/1.1 client on one connection that stays open: one that does more for its user would
be most of what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

__all__ = ["KeepAlive", "keep_alive", "request"]

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class KeepAlive:
    """One request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, whole: bytes) -> bytes:
        """Sends what `request` made; returns the answer's body. Raises RuntimeError where the
        answer is no success, OSError and EOFError where the connection ends."""
        self._writer.write(whole)
        head = await self._reader.readuntil(_HEAD_END)
        length = int(head.lower().partition(_LENGTH)[2].split(b"\r\n", 1)[0])
        body = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError((head + body).decode(errors="replace"))
        return body


@asynccontextmanager
async def keep_alive(url: str) -> AsyncIterator[KeepAlive]:
    """A connection to the server at `url`."""
    where = urlsplit(url)
    assert where.hostname
    assert where.port
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        yield KeepAlive(reader, writer)
    finally:
        writer.close()


def request(url: str, body: bytes, content_type: str, headers: Mapping[str, str] = {}) -> bytes:
    """A whole `POST` of `body` to `url`."""
    where = urlsplit(url)
    fields = {
        "Host": where.netloc,
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        **headers,
    }
    lines = [f"POST {where.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode() + _HEAD_END + body
