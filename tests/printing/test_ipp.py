"""IPP, against the virtual printer and, where it can run, against the real one from CUPS."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from demo.printers.documents import FORMATS
from demo.printers.ipp_printer import IppPrinter
from domain.clock import SystemClock
from domain.printer import Printer, PrinterStatus
from printing import pdf
from printing.document import parse
from printing.queue import Outcome
from printing.transport import Delivered, deliver
from printing.transport.ipp import Limits, condition, identify
from printing.transport.ipp import deliver as deliver_ipp
from tests.support.ippeve import RealPrinter, real_printer
from tests.support.netns import relay
from tests.support.paper import WIDE

TICKET = parse("<b>2× Pizza Margherita\n玛格丽特披萨\n<cut>")
KEY = "o1/kitchen/kitchen/1/kitchen-1"
HANG_GUARD_S = 20.0
PRINT_JOB = b"\x02\x00\x00\x02"  # IPP 2.0, operation 2


@pytest.fixture
async def virtual() -> AsyncIterator[IppPrinter]:
    printer = IppPrinter(SystemClock())
    await printer.start()
    yield printer
    await printer.stop()


def at(uri: str) -> Printer:
    return replace(WIDE, uri=uri)


async def sent(uri: str, key: str = KEY, **limits: Any) -> Delivered:
    return await deliver_ipp(at(uri), TICKET, key, limits=Limits(**limits))


@contextlib.asynccontextmanager
async def wire(
    virtual: IppPrinter,
    *,
    lose_job: bool = False,
    lose_answer: bool = False,
    just_before: Callable[[], None] = lambda: None,
    status: str = "",
) -> AsyncIterator[str]:
    """The address of a wire to `virtual` that loses Print-Job, or its answer, or lets something
    happen `just_before` it arrives, or answers all with an HTTP `status` of its own."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", request)
        assert length is not None
        body = await reader.readexactly(int(length[1]))
        if status:
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\n".encode())
            writer.write("äö".encode("latin-1"))  # not every error page is UTF-8
            writer.close()
            return
        is_job = body.startswith(PRINT_JOB)
        if is_job:
            just_before()
        there, printer = await asyncio.open_connection("127.0.0.1", virtual.port)
        if not (is_job and lose_job):
            printer.write(request + body)
            answer = await there.read(-1)
            if not (is_job and lose_answer):
                writer.write(answer)
        writer.close()
        printer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"ipp://127.0.0.1:{server.sockets[0].getsockname()[1]}/ipp/print"


async def test_printed(virtual: IppPrinter) -> None:
    """A ticket is printed when the printer says that it is, and is readable there."""
    delivered = await deliver(at(virtual.uri), lambda: TICKET, KEY)
    assert delivered.delivery.outcome is Outcome.PRINTED
    assert delivered.status is PrinterStatus.ONLINE
    (paper,) = virtual.papers
    assert "2× Pizza Margherita" in paper.text


async def test_the_same_job_twice(virtual: IppPrinter) -> None:
    """A job that the printer has printed already is not printed again; another one is."""
    for key in (KEY, KEY, "another"):
        assert (await sent(virtual.uri, key)).delivery.outcome is Outcome.PRINTED
    assert len(virtual.papers) == 2


async def test_lost_answer(virtual: IppPrinter) -> None:
    """Where the answer is lost the printer is asked again, and the ticket is printed once."""
    async with wire(virtual, lose_answer=True) as uri:
        delivered = await sent(uri)
    assert delivered.delivery.outcome is Outcome.PRINTED
    assert len(virtual.papers) == 1


async def test_lost_job(virtual: IppPrinter) -> None:
    """Where nobody knows whether the job arrived, it is unsure."""
    async with wire(virtual, lose_job=True) as uri:
        delivered = await sent(uri)
    assert delivered.delivery.outcome is Outcome.UNSURE
    assert "the answer was lost" in delivered.delivery.reason


async def test_lost_job_of_a_printer_that_remembers(virtual: IppPrinter) -> None:
    """A printer that lists what it printed, and not this job, never took it: it is safe to send
    it again, and needs no banner."""
    assert (await sent(virtual.uri, "an earlier one")).delivery.outcome is Outcome.PRINTED
    async with wire(virtual, lose_job=True) as uri:
        delivered = await sent(uri, settle_s=0.01)
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert "has no such job" in delivered.delivery.reason
    assert (await sent(virtual.uri)).delivery.outcome is Outcome.PRINTED
    assert len(virtual.papers) == 2


@pytest.mark.parametrize("size", [1_000_000, 16_000_000])  # in the kernel, and in the program too
@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_a_job_that_was_given_up_never_arrives(
    virtual: IppPrinter, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """What is still on its way when the time is up is thrown away: no printer that wakes up late
    prints a ticket that was sent a second time meanwhile."""
    monkeypatch.setattr(pdf, "encode", lambda *_: bytes(size))
    awake = asyncio.Event()
    came: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", request)
        assert length is not None
        if int(length[1]) < size:
            there, printer = await asyncio.open_connection("127.0.0.1", virtual.port)
            printer.write(request + await reader.readexactly(int(length[1])))
            writer.write(await there.read(-1))
            printer.close()
        else:
            await awake.wait()
            count = 0
            with contextlib.suppress(ConnectionError):
                while chunk := await reader.read(65536):
                    count += len(chunk)
            came.set_result(count)
        writer.close()

    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # the rest waits at the sender
    server = await asyncio.start_server(serve, sock=listening, limit=4096)
    async with server, asyncio.timeout(HANG_GUARD_S):
        port = server.sockets[0].getsockname()[1]
        delivered = await sent(f"ipp://127.0.0.1:{port}/ipp/print", request_s=0.5, settle_s=0.01)
        assert delivered.delivery.outcome is Outcome.UNSURE
        awake.set()
        assert await came < size


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("401 Unauthorized", "the printer wants another user name and password"),
        ("404 Not Found", "the printer answered HTTP 404"),
        ("426 Upgrade Required", "the printer wants an address that begins with ipps://"),
        ("503 Service Unavailable", "the printer answered HTTP 503"),
    ],
)
async def test_http_refusals(virtual: IppPrinter, status: str, reason: str) -> None:
    """What speaks HTTP and will not have us has got nothing, and says what it wants."""
    async with wire(virtual, status=status) as uri:
        delivered = await sent(uri)
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert (delivered.delivery.reason, delivered.status) == (reason, PrinterStatus.ERROR)


async def test_no_tls(virtual: IppPrinter) -> None:
    """An ipps:// address at which nobody speaks TLS has got nothing, and says so."""
    delivered = await sent(virtual.uri.replace("ipp://", "ipps://"))
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert "TLS" in delivered.delivery.reason


async def test_identify_and_condition(virtual: IppPrinter) -> None:
    """A printer that cannot blink says so; how it is can be asked without printing."""
    assert await identify(at(virtual.uri)) is False
    assert (await condition(at(virtual.uri))).status is PrinterStatus.ONLINE
    virtual.paper_out = True
    assert (await condition(at(virtual.uri))).trouble == "the paper is out"
    await virtual.set_offline(True)
    assert (await condition(at(virtual.uri))).status is PrinterStatus.OFFLINE


async def test_paper_out(virtual: IppPrinter) -> None:
    """A printer without paper gets nothing, and says so."""
    virtual.paper_out = True
    delivered = await sent(virtual.uri)
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert delivered.delivery.reason == "the paper is out"
    assert delivered.status is PrinterStatus.PAPER_OUT
    virtual.paper_out = False
    assert (await sent(virtual.uri)).delivery.outcome is Outcome.PRINTED
    assert len(virtual.papers) == 1


async def test_the_paper_ends_just_then(virtual: IppPrinter) -> None:
    """A job that waits in the printer is told at once, and is its own; the next try finds it
    there, and it is printed once."""

    def paper_ends() -> None:
        virtual.paper_out = True

    async with wire(virtual, just_before=paper_ends) as uri:
        delivered = await sent(uri)
    assert delivered.delivery.outcome is Outcome.TAKEN
    assert delivered.delivery.reason.endswith("the paper is out")
    assert delivered.status is PrinterStatus.PAPER_OUT
    virtual.paper_out = False
    assert (await sent(virtual.uri)).delivery.outcome is Outcome.PRINTED
    assert len(virtual.papers) == 1


async def test_a_job_that_takes_long(virtual: IppPrinter) -> None:
    """While the paper is out the job stays the printer's, however often it is asked for; it is
    sent once, and printed when there is paper."""

    def paper_ends() -> None:
        virtual.paper_out = True

    async with wire(virtual, just_before=paper_ends) as uri:
        for _ in range(3):
            assert (await sent(uri, follow_s=0.1)).delivery.outcome is Outcome.TAKEN
    virtual.paper_out = False
    await virtual.wait_for_papers(1)
    assert (await sent(virtual.uri)).delivery.outcome is Outcome.PRINTED
    assert len(virtual.papers) == 1


async def test_unprintable(virtual: IppPrinter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that the printer cannot print has failed for good."""
    monkeypatch.setitem(FORMATS, "application/pdf", FORMATS["image/jpeg"])
    delivered = await sent(virtual.uri)
    assert delivered.delivery.outcome is Outcome.REFUSED
    assert "document-format-error" in delivered.delivery.reason


async def test_jpeg_where_there_is_no_pdf(
    virtual: IppPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer that reads no PDF gets a picture of the ticket."""
    monkeypatch.delitem(FORMATS, "application/pdf")
    assert (await sent(virtual.uri)).delivery.outcome is Outcome.PRINTED
    assert virtual.papers[0].raw.startswith(b"\xff\xd8")


async def test_no_common_format(virtual: IppPrinter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer that reads neither will never print, and says what it would have to read."""
    monkeypatch.delitem(FORMATS, "application/pdf")
    monkeypatch.delitem(FORMATS, "image/jpeg")
    delivered = await sent(virtual.uri)
    assert delivered.delivery.outcome is Outcome.REFUSED
    assert "application/pdf" in delivered.delivery.reason


async def test_away() -> None:
    """A printer that is switched off has got nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    delivered = await sent(f"ipp://127.0.0.1:{port}/ipp/print")
    assert delivered.delivery.outcome is Outcome.NOT_SENT
    assert delivered.status is PrinterStatus.OFFLINE


async def test_no_address() -> None:
    """A port that is none is told at once, and nothing is tried there."""
    delivered = await deliver(at("ipp://127.0.0.1:99999/ipp/print"), lambda: TICKET, KEY)
    assert delivered.delivery.outcome is Outcome.REFUSED
    assert "is no address" in delivered.delivery.reason


async def test_mute() -> None:
    """A printer that takes the connection and says nothing has got nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        delivered = await sent(f"ipp://127.0.0.1:{port}/ipp/print", request_s=0.2)
    assert delivered.delivery.outcome is Outcome.NOT_SENT


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPrinter]:
    with real_printer(tmp_path_factory.mktemp("ippeve")) as printer:
        yield printer


@pytest.mark.ipp
async def test_real_printer(real: RealPrinter) -> None:
    """A real IPP Everywhere printer prints a ticket once, however often it is sent."""
    before = len(real.documents())
    async with relay(real.inside, real.port) as port:
        for _ in range(2):
            delivered = await sent(f"ipp://127.0.0.1:{port}{real.path}", f"{KEY}/real")
            assert delivered.delivery.outcome is Outcome.PRINTED
    assert len(real.documents()) == before + 1
    assert real.documents()[-1].startswith(b"%PDF")


@pytest.mark.ipp
async def test_real_printer_gives_up(real: RealPrinter) -> None:
    """A job that a real printer gives up on is unsure: half of it may be on paper."""
    async with relay(real.inside, real.port) as port:
        uri = f"ipp://127.0.0.1:{port}{real.path}"
        with real.trouble():
            delivered = await sent(uri, f"{KEY}/trouble")
            assert delivered.delivery.outcome is Outcome.UNSURE
        delivered = await sent(uri, f"{KEY}/trouble")
    assert delivered.delivery.outcome is Outcome.PRINTED
