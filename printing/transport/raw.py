"""Raw ESC/POS over TCP (port 9100): one connection, one send, and the question whether it printed.

What may be said about a ticket after each way that this can go:

    no connection, or gone before the first byte    not sent
    the printer says paper out, cover open, …       not sent: nothing was handed over
    sent, and the fence is answered                 printed
    sent, and then broken or silent                 unsure; even where TCP has no acknowledgement
                                                    for a single byte, since that may be what
                                                    the cable took with it
    sent, no answer, from a printer that never      printed, if TCP has an acknowledgement for every
    answers anything                                byte and the connection ends without a reset

The fence is `GS r 1`, the last bytes of the job: a printer answers it once everything before it has
been printed, and not while the paper is out. Not every printer does, nor says every one how it is;
whether this one does is learnt, and said in `Delivered`. From then on its silence is a sign.

A connection in doubt is closed with a reset. An ordinary close leaves the bytes with the kernel,
which delivers them when the cable is back, after the job has been sent again.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import socket
import struct
import termios
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from domain.printer import PrinterStatus
from printing.queue import Delivery, Outcome
from printing.transport.delivered import Delivered, Go, at_once
from printing.transport.status import (
    ASK_STATUS,
    FENCE,
    ONLINE,
    Condition,
    read_fence,
    read_status,
)

__all__ = ["DEFAULT_LIMITS", "KICK_DRAWER", "Limits", "address", "condition", "deliver"]

DEFAULT_PORT = 9100
KICK_DRAWER = b"\x1bp\x00\x19\xfa"  # ESC p: the first drawer, 50 ms on and 500 ms off

POLL_S = 0.01  # between two looks at what is acknowledged
CHUNK = 256  # bytes; answers are a few


class Limits(msgspec.Struct, frozen=True):
    """How long to wait for what."""

    connect_s: float = 3.0  # a printer in the same house answers in milliseconds, or is away
    status_s: float = 2.0  # DLE EOT is answered at once, by a printer that answers it at all
    silent_s: float = 0.25  # for one that never did: each of its jobs waits this long
    base_s: float = 5.0  # a printer may be waking up, or still cutting the job before
    bytes_per_s: float = 500.0  # slower than the slowest printer; too short prints half a receipt
    longest_s: float = 60.0  # whatever the length: the next ticket waits behind this one
    close_s: float = 1.0  # for a silent printer to close its end
    stuck_ms: int = 10_000  # TCP gives up where nothing is acknowledged; slow printers need this

    def job_s(self, payload: bytes) -> float:
        """How long `payload` may take to be sent, and again to be printed."""
        return min(self.longest_s, self.base_s + len(payload) / self.bytes_per_s)


DEFAULT_LIMITS = Limits()


class _Known(msgspec.Struct, frozen=True):
    """What has been learnt of the printer; see `domain.printer.Printer`."""

    fence: bool | None
    talks: bool | None


Draw = Callable[[], Coroutine[Any, Any, bytes]]
_Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]

_GONE = Condition(PrinterStatus.OFFLINE, ready=False)
_SILENT = "the printer does not say how it is"
_UNREACHABLE = (OSError, UnicodeError)  # the second for a host that is no name at all


def address(uri: str) -> tuple[str, int]:
    """Host and port of an `escpos://` address."""
    where = urlsplit(uri)
    return where.hostname or "", where.port or DEFAULT_PORT


async def deliver(
    host: str,
    port: int,
    draw: Draw,
    go: Go = at_once,
    *,
    fence: bool | None,
    talks: bool | None,
    limits: Limits = DEFAULT_LIMITS,
) -> Delivered:
    """Sends what `draw` makes to `host:port` and finds out whether it was printed.

    It is drawn while the printer answers how it is, and sent where that is well, after `go`.
    `fence` and `talks` are what is known of the printer; None where it is still to be learnt.
    Nothing that the network or the printer does raises; what `draw` and `go` raise comes through,
    and nothing was sent then.
    """
    known = _Known(fence, talks)
    try:
        connection = await _Connection.open(host, port, limits)
    except _UNREACHABLE as error:
        return _delivered(Outcome.NOT_SENT, _cannot_reach(host, port, error), _GONE, known)
    in_doubt = True
    try:
        delivered = await _print(connection, draw, go, known, limits)
        in_doubt = delivered.delivery.outcome is Outcome.UNSURE
    finally:  # also where the program is stopped in the middle
        connection.close(abort=in_doubt)
    return delivered


async def condition(
    host: str, port: int, *, talks: bool | None = None, limits: Limits = DEFAULT_LIMITS
) -> Condition:
    """How the printer at `host:port` is, by asking it. One that says nothing is online, unless it
    is known to talk. Nothing that the network or the printer does raises."""
    try:
        connection = await _Connection.open(host, port, limits)
    except _UNREACHABLE as error:
        return replace(_GONE, reason=_cannot_reach(host, port, error))
    try:
        answer = await connection.ask_status(_patience_s(talks, limits))
    except OSError as error:
        return replace(_GONE, reason=f"the printer does not talk to us now: {_words(error)}")
    finally:
        connection.close(abort=False)
    if answer is None:
        return replace(_GONE, reason=_SILENT) if talks else ONLINE
    return answer


async def _print(
    connection: _Connection, draw: Draw, go: Go, known: _Known, limits: Limits
) -> Delivered:
    try:
        await connection.send(ASK_STATUS, _patience_s(known.talks, limits))
    except OSError as error:
        return _not_taken(error, known)
    payload = await draw()  # while the printer answers
    try:
        before = await connection.read_status(_patience_s(known.talks, limits))
    except OSError as error:
        return _not_taken(error, known)
    if before is None and known.talks:
        # Out of paper, busy or gone: one that could say so is not taken for a silent one.
        return _delivered(Outcome.NOT_SENT, _SILENT, _GONE, known)
    known = replace(known, talks=before is not None)
    if before is not None and not before.ready:
        return _delivered(Outcome.NOT_SENT, before.reason, before, known)
    await go()
    try:
        if known.fence is False:
            return await _send_unfenced(connection, payload, before, known, limits)
        return await _send_fenced(connection, payload, before, known, limits)
    except OSError as error:
        reason = f"the connection broke while printing: {_words(error)}"
        return _delivered(Outcome.UNSURE, reason, _GONE, known)


async def _send_fenced(
    connection: _Connection,
    payload: bytes,
    before: Condition | None,
    known: _Known,
    limits: Limits,
) -> Delivered:
    await connection.send(payload + FENCE, limits.job_s(payload))
    answer = await connection.read_fence(limits.job_s(payload))
    if answer is not None:
        return _delivered(Outcome.PRINTED, "", answer, replace(known, fence=True))
    if known.fence is None and before is None:
        return await _end_in_order(connection, payload, before, known, limits)
    after = await connection.ask_status(_patience_s(known.talks, limits))
    if known.fence is None and after is not None and after.ready:
        # It talks, is well, and has had the time: it does not know the fence.
        return _delivered(Outcome.PRINTED, "", after, replace(known, fence=False))
    reason = after.reason if after is not None and after.reason else "the printer did not confirm"
    return _delivered(Outcome.UNSURE, reason, after or _GONE, known)


async def _send_unfenced(
    connection: _Connection,
    payload: bytes,
    before: Condition | None,
    known: _Known,
    limits: Limits,
) -> Delivered:
    await connection.send(payload, limits.job_s(payload))
    if before is not None:
        after = await connection.ask_status(limits.status_s)
        if after is None or not after.ready:
            reason = after.reason if after is not None else _SILENT
            return _delivered(Outcome.UNSURE, reason, after or _GONE, known)
    return await _end_in_order(connection, payload, before, known, limits)


async def _end_in_order(
    connection: _Connection,
    payload: bytes,
    before: Condition | None,
    known: _Known,
    limits: Limits,
) -> Delivered:
    """For a printer that confirms nothing: all that TCP can tell. Raises OSError on a reset."""
    await connection.hang_up(limits.job_s(payload), limits.close_s)
    return _delivered(Outcome.PRINTED, "", before or ONLINE, replace(known, fence=False))


def _not_taken(error: OSError, known: _Known) -> Delivered:
    reason = f"the printer takes no job now: {_words(error)}"
    return _delivered(Outcome.NOT_SENT, reason, _GONE, known)


def _patience_s(talks: bool | None, limits: Limits) -> float:
    return limits.silent_s if talks is False else limits.status_s


def _delivered(outcome: Outcome, reason: str, condition: Condition, known: _Known) -> Delivered:
    return Delivered(Delivery(outcome, reason), condition.status, known.fence, known.talks)


class _Connection:
    """A non-blocking socket and what the printer has said on it. Every wait raises OSError:
    TimeoutError, or what TCP reports."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def open(cls, host: str, port: int, limits: Limits) -> _Connection:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(limits.connect_s):
            found = _numeric(host, port) or await loop.getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            )
            family, kind, protocol, _, where = found[0]
            sock = socket.socket(family, kind, protocol)
            try:
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limits.stuck_ms)
                await _connect(loop, sock, where)
            except BaseException:
                sock.close()
                raise
        return cls(sock)

    async def send(self, payload: bytes, timeout_s: float) -> None:
        try:
            sent = self._sock.send(payload)
        except BlockingIOError:
            sent = 0
        if sent < len(payload):  # hardly ever: the kernel has room for a ticket
            async with asyncio.timeout(timeout_s):
                await self._loop.sock_sendall(self._sock, payload[sent:])

    async def ask_status(self, timeout_s: float) -> Condition | None:
        """How the printer is, or None where it does not say."""
        await self.send(ASK_STATUS, timeout_s)
        return await self.read_status(timeout_s)

    async def read_status(self, timeout_s: float) -> Condition | None:
        """What it answers once it has been asked."""
        received = b""
        try:
            async with asyncio.timeout(timeout_s):
                while (condition := read_status(received)) is None:
                    received += await self._receive()
        except TimeoutError:
            return None
        except EOFError:
            raise ConnectionResetError(errno.ECONNRESET, "closed by the printer") from None
        return condition

    async def read_fence(self, timeout_s: float) -> Condition | None:
        """How the paper is once all is printed, or None where no answer comes."""
        received = b""
        try:
            async with asyncio.timeout(timeout_s):
                while (condition := read_fence(received)) is None:
                    received += await self._receive()
        except (TimeoutError, EOFError):
            return None
        return condition

    async def hang_up(self, timeout_s: float, close_s: float) -> None:
        """Ends our side, waits until every byte is acknowledged, then a while for the printer's
        own end. Many leave theirs open: that is no doubt, a reset is."""
        self._sock.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(timeout_s):
            while self._unacknowledged():  # noqa: ASYNC110 - nothing signals an acknowledgement
                await asyncio.sleep(POLL_S)
        try:
            async with asyncio.timeout(close_s):
                while await self._loop.sock_recv(self._sock, CHUNK):
                    pass
        except TimeoutError:
            return

    def close(self, *, abort: bool) -> None:
        if abort:
            on_zero_s = struct.pack("ii", 1, 0)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, on_zero_s)
        self._sock.close()

    async def _receive(self) -> bytes:
        received = await self._loop.sock_recv(self._sock, CHUNK)
        if not received:
            raise EOFError
        return received

    def _unacknowledged(self) -> int:
        """Bytes in the kernel that the printer's side has not acknowledged (SIOCOUTQ)."""
        answer = fcntl.ioctl(self._sock, termios.TIOCOUTQ, b"\0\0\0\0")
        return int.from_bytes(answer, "little")


async def _connect(loop: asyncio.AbstractEventLoop, sock: socket.socket, where: Any) -> None:
    """Where the other end is on this machine the connection stands by the time we look again, and
    need not wait until everyone else in the loop has had a turn."""
    error = sock.connect_ex(where)
    if error == errno.EINPROGRESS:
        error = sock.connect_ex(where)
    if error == errno.EALREADY:
        await loop.sock_connect(sock, where)
    elif error not in (0, errno.EISCONN):
        raise OSError(error, os.strerror(error))


def _cannot_reach(host: str, port: int, error: OSError | UnicodeError) -> str:
    return f"cannot reach {host}:{port}: {_words(error)}"


def _numeric(host: str, port: int) -> Sequence[_Address]:
    """The address where `host` is one: no thread, and no waiting behind names that nobody knows."""
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        return []


def _words(error: OSError | UnicodeError) -> str:
    if isinstance(error, socket.gaierror):
        return "its name is not known here"
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return str(error) or "no answer in time"
