"""Raw ESC/POS over real sockets: what is said of a ticket after everything that can go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from msgspec.structs import replace

from domain.printer import PrinterStatus
from printing.document import parse
from printing.queue import Outcome
from printing.transport import Delivered, deliver, warm_up
from printing.transport.raw import Limits, condition
from printing.transport.raw import deliver as deliver_raw
from printing.transport.status import ASK_STATUS, FENCE
from tests.support.paper import WIDE, commands
from tests.support.unanswered import unanswered

HOST = "127.0.0.1"
TICKET = b"\x1b@2x Margherita\n\x1dV\x01"
LARGE = b"x" * 16_000_000  # more than the buffers of both ends take

READY = b"\x12\x12\x12"
NO_PAPER = b"\x1a\x32\x72"
PATIENT = Limits(status_s=20, base_s=20)  # where an answer comes, waiting is no question of speed
HURRIED = Limits(connect_s=2, status_s=0.05, base_s=0.5, bytes_per_s=1e9, close_s=0.05)

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def printer(script: Script) -> AsyncIterator[int]:
    """The port of a printer that follows `script` for its one connection, and has to its end when
    the block ends."""
    ended = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(reader, writer)
        except BaseException as error:
            ended.set_exception(error)
        else:
            ended.set_result(None)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        async with asyncio.timeout(20):
            await ended


async def sent(
    port: int,
    payload: bytes = TICKET,
    *,
    fence: bool | None = None,
    talks: bool | None = None,
    limits: Limits = PATIENT,
) -> Delivered:
    async def draw() -> bytes:
        return payload

    return await deliver_raw(HOST, port, draw, fence=fence, talks=talks, limits=limits)


def reset(writer: asyncio.StreamWriter) -> None:
    """Closes as a printer does that lost its power and came back."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def answers_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    assert await reader.readexactly(len(ASK_STATUS)) == ASK_STATUS
    writer.write(READY)
    assert await reader.readexactly(len(TICKET + FENCE)) == TICKET + FENCE
    writer.write(b"\x00")
    assert await reader.read() == b""


@pytest.mark.parametrize("known", [None, True])
async def test_fence(known: bool | None) -> None:
    """A printer that answers the fence has printed, and is known from now on to answer."""
    async with printer(answers_all) as port:
        delivered = await sent(port, fence=known)
    assert delivered.delivery.outcome is Outcome.PRINTED
    assert (delivered.status, delivered.fence) == (PrinterStatus.ONLINE, True)


async def test_paper_low() -> None:
    """A fence that comes with "nearly out of paper" is shown before the paper is out."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(READY)
        await reader.readexactly(len(TICKET + FENCE))
        writer.write(b"\x03")
        await reader.read()

    async with printer(script) as port:
        delivered = await sent(port)
    assert delivered.delivery.outcome is Outcome.PRINTED
    assert delivered.status is PrinterStatus.PAPER_LOW


async def test_unasked_answers() -> None:
    """Automatic status that someone once switched on, and flow control, are not taken for
    answers."""
    automatic = b"\x14\x00\x00\x0f"

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(automatic + b"\x11" + READY + b"\x13" + automatic)
        await reader.readexactly(len(TICKET + FENCE))
        writer.write(automatic)
        with pytest.raises(ConnectionResetError):
            await reader.read(-1)

    async with printer(script) as port:
        delivered = await sent(port, fence=True, limits=replace(PATIENT, base_s=0.2, status_s=0.2))
    assert delivered.delivery.outcome is Outcome.UNSURE


@pytest.mark.parametrize("known", [None, False])
async def test_silent_printer(known: bool | None) -> None:
    """A printer that never says a word has printed when TCP has brought all of it there."""
    read = bytearray()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        read.extend(await reader.read(-1))

    async with printer(script) as port:
        delivered = await sent(port, fence=known, limits=HURRIED)
    assert delivered.delivery.outcome is Outcome.PRINTED
    assert delivered.fence is False
    assert bytes(read) == ASK_STATUS + TICKET + (FENCE if known is None else b"")


async def test_silent_printer_that_keeps_its_end_open() -> None:
    """A silent printer that never hangs up is no reason for doubt."""
    release = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        await release.wait()

    async with printer(script) as port:
        delivered = await sent(port, fence=False, limits=HURRIED)
        release.set()
    assert delivered.delivery.outcome is Outcome.PRINTED


async def test_clone_with_status_and_without_fence() -> None:
    """A printer that tells how it is but not the fence has printed when it is still well."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(READY)
        await reader.readexactly(len(TICKET + FENCE + ASK_STATUS))
        writer.write(READY)
        await reader.read()

    async with printer(script) as port:
        delivered = await sent(port, limits=replace(PATIENT, base_s=0.2))
    assert delivered.delivery.outcome is Outcome.PRINTED
    assert delivered.fence is False


@pytest.mark.parametrize("known", [None, True])
async def test_paper_ends_in_the_middle(known: bool | None) -> None:
    """Paper that ends in the middle of a ticket leaves it unsure, and says that it did."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(READY)
        await reader.readexactly(len(TICKET + FENCE + ASK_STATUS))
        writer.write(NO_PAPER)
        with pytest.raises(ConnectionResetError):
            await reader.read()

    async with printer(script) as port:
        delivered = await sent(port, fence=known, limits=replace(PATIENT, base_s=0.2))
    assert delivered.delivery.outcome is Outcome.UNSURE
    assert delivered.delivery.reason == "the paper is out"
    assert (delivered.status, delivered.fence) == (PrinterStatus.PAPER_OUT, known)


async def test_fence_is_not_answered_any_more() -> None:
    """A printer that answers fences and does not is in doubt, and our end is a reset: the kernel
    must not deliver later what is sent again."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(READY)
        with pytest.raises(ConnectionResetError):
            await reader.read(-1)

    async with printer(script) as port:
        delivered = await sent(port, fence=True, limits=replace(HURRIED, status_s=0.2))
    assert delivered.delivery.outcome is Outcome.UNSURE
    assert delivered.fence is True


async def test_fence_is_not_answered_but_all_is_well() -> None:
    """That a printer is well does not mean it has printed, where it could have said so."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(READY)
        await reader.readexactly(len(TICKET + FENCE + ASK_STATUS))
        writer.write(READY)
        with pytest.raises(ConnectionResetError):
            await reader.read()

    async with printer(script) as port:
        delivered = await sent(port, fence=True, limits=replace(PATIENT, base_s=0.2))
    assert delivered.delivery.outcome is Outcome.UNSURE
    assert delivered.status is PrinterStatus.ONLINE


async def test_silence_of_one_that_used_to_say_how_it_is() -> None:
    """A printer that could say that its paper is out, and says nothing, gets nothing."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.read(-1) == ASK_STATUS

    async with printer(script) as port:
        delivered = await sent(port, talks=True, limits=HURRIED)
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert delivered.delivery.reason == "the printer does not say how it is"
    assert (delivered.fence, delivered.talks) == (None, True)


async def test_what_is_learnt_of_talking() -> None:
    """Whether a printer says how it is, is known from its first ticket on."""
    async with printer(answers_all) as port:
        assert (await sent(port)).talks is True

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    async with printer(silent) as port:
        assert (await sent(port, limits=HURRIED)).talks is False


@pytest.mark.parametrize(
    ("answer", "talks", "expected"),
    [(READY, None, True), (NO_PAPER, None, False), (b"", None, True), (b"", True, False)],
)
async def test_ready(answer: bytes, talks: bool | None, expected: bool) -> None:
    """A printer is back when it says so; one that never says anything, when it can be reached."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(answer)
        await reader.read()

    async with printer(script) as port:
        limits = PATIENT if answer else HURRIED
        found = await condition(HOST, port, talks=talks, limits=limits)
        assert found.ready is expected


async def test_clone_whose_paper_ends() -> None:
    """A printer that tells how it is, but not the fence, is asked once more after the ticket."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(READY)
        await reader.readexactly(len(TICKET + ASK_STATUS))
        writer.write(NO_PAPER)
        with pytest.raises(ConnectionResetError):
            await reader.read()

    async with printer(script) as port:
        delivered = await sent(port, fence=False)
    assert delivered.delivery.outcome is Outcome.UNSURE
    assert delivered.delivery.reason == "the paper is out"


async def test_silence_of_one_that_used_to_answer() -> None:
    """A printer that answers fences and now says nothing at all is in doubt: TCP's word is not
    enough."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with pytest.raises(ConnectionResetError):
            await reader.read(-1)

    async with printer(script) as port:
        delivered = await sent(port, fence=True, limits=HURRIED)
    assert delivered.delivery.outcome is Outcome.UNSURE


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (b"\x1a\x32\x72", PrinterStatus.PAPER_OUT, "the paper is out"),
        (b"\x1a\x16\x12", PrinterStatus.COVER_OPEN, "the cover is open"),
        (b"\x1a\x52\x12", PrinterStatus.ERROR, "the printer reports an error"),
        (b"\x1a\x12\x12", PrinterStatus.OFFLINE, "the printer is switched offline"),
    ],
)
async def test_not_ready(answer: bytes, status: PrinterStatus, reason: str) -> None:
    """A printer that says it cannot print gets nothing of the ticket."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(answer)
        assert await reader.read() == b""

    async with printer(script) as port:
        delivered = await sent(port, fence=True)
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert (delivered.delivery.reason, delivered.status) == (reason, status)


async def test_nobody_listens() -> None:
    """A port that nobody listens on has got nothing."""
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
    delivered = await sent(port)
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert "Connection refused" in delivered.delivery.reason
    assert delivered.status is PrinterStatus.OFFLINE


async def test_no_answer_to_the_connection() -> None:
    """A connection that is not accepted in time has carried nothing."""
    with unanswered() as port:
        delivered = await sent(port, limits=replace(HURRIED, connect_s=0.3))
    assert delivered.delivery.outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("close", [reset, asyncio.StreamWriter.close])
async def test_closed_before_the_first_byte(close: Callable[[asyncio.StreamWriter], None]) -> None:
    """A printer that hangs up at once, because another computer prints, has got nothing."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        close(writer)

    async with printer(script) as port:
        delivered = await sent(port)
    assert delivered.delivery.outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("known", [None, True, False])
async def test_broken_in_the_middle(known: bool | None) -> None:
    """A connection that breaks in the middle of a ticket leaves it unsure, also where the printer
    has never answered anything."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        if known is not False:
            writer.write(READY)
        await reader.readexactly(4)
        reset(writer)

    async with printer(script) as port:
        limits = PATIENT if known is not False else replace(PATIENT, status_s=0.05)
        delivered = await sent(port, LARGE, fence=known, limits=limits)
    assert delivered.delivery.outcome is Outcome.UNSURE
    assert delivered.fence is known


@pytest.mark.parametrize("known", [None, True, False])
async def test_accepts_and_never_reads(known: bool | None) -> None:
    """A printer that stops reading gets its time, and then the ticket is unsure."""
    over = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()

    async with printer(script) as port:
        delivered = await sent(port, LARGE, fence=known, limits=HURRIED)
        over.set()
    assert delivered.delivery.outcome is Outcome.UNSURE


async def test_taken_by_our_kernel_only() -> None:
    """Bytes that are still on this side when time is up are no printed ticket."""
    with socket.socket() as narrow:
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        narrow.bind((HOST, 0))
        narrow.listen()
        port = narrow.getsockname()[1]
        payload = bytes(60_000)  # more than there is room for over there, less than here
        delivered = await sent(port, payload, fence=False, limits=HURRIED)
    assert delivered.delivery.outcome is Outcome.UNSURE


async def test_stopped_in_the_middle() -> None:
    """A program that is stopped in the middle of a ticket leaves a reset behind, not bytes that
    arrive later."""
    begun = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(READY)
        await reader.readexactly(len(TICKET))
        begun.set()
        with pytest.raises(ConnectionResetError):
            await reader.read(-1)

    async with printer(script) as port:
        task = asyncio.create_task(sent(port, fence=True))
        async with asyncio.timeout(20):
            await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_document() -> None:
    """`deliver` chooses the way by the printer's address, and sends a whole job."""
    read = bytearray()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(ASK_STATUS))
        writer.write(READY)
        read.extend(await reader.readuntil(FENCE))
        writer.write(b"\x00")
        await reader.read()

    async with printer(script) as port:
        there = replace(WIDE, uri=f"escpos://{HOST}:{port}")
        delivered = await deliver(there, lambda: parse("Pizza\n<cut>"), "o1/kitchen/kitchen/1/p1")
    assert delivered.delivery.outcome is Outcome.PRINTED
    assert commands(bytes(read[: -len(FENCE)]))[1] == b"Pizza\n"


@pytest.mark.parametrize(
    ("uri", "outcome"),
    [("escpos://127.0.0.1:99999", Outcome.REFUSED), ("escpos://kitchen..1", Outcome.NOT_SENT)],
)
async def test_no_such_address(uri: str, outcome: Outcome) -> None:
    """An address that cannot be leads to a verdict, not to a crash."""
    delivered = await deliver(replace(WIDE, uri=uri), lambda: parse("Pizza"), "key")
    assert delivered.delivery.outcome is outcome


async def test_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer whose name nobody knows has got nothing."""

    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    delivered = await sent(9100)
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert "its name is not known here" in delivered.delivery.reason


@pytest.mark.parametrize("scheme", ["escpos", "ipp"])
def test_warm_up(scheme: str) -> None:
    """What a printer needs can be loaded before there is a ticket, or a printer."""
    warm_up(replace(WIDE, uri=f"{scheme}://127.0.0.1:1/"))


def test_time_for_a_job() -> None:
    """A longer ticket gets more time, but never so much that the next one waits for minutes."""
    limits = Limits()
    assert limits.job_s(b"") < limits.job_s(bytes(5_000)) < limits.job_s(bytes(1_000_000))
    assert limits.job_s(bytes(1_000_000)) == limits.longest_s
