"""Tickets on a real IPP Everywhere printer."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from msgspec.structs import replace
from PIL import Image
from pyipp import IPP
from pyipp.enums import IppJobState, IppOperation
from pyipp.exceptions import IPPError

from domain.printer import Printer, PrinterStatus
from printing.queue import Outcome
from printing.render import render
from printing.transport import Delivered, Login
from printing.transport.ipp import DEFAULT_LIMITS, Limits, condition, deliver, identify
from tests.support.cups_raster import RasterPage, read_raster
from tests.support.ippeve import A4_PWG, ROLL_58_PWG, ROLL_80_PWG, RealPrinter, real_printer
from tests.support.netns import relay
from tests.support.paper import BUSINESS, KITCHEN, WIDE
from tests.support.pdf import pdf

pytestmark = pytest.mark.ipp

HANG_GUARD_S = 20.0
POLL_S = 0.02
IMPATIENT = Limits(follow_s=0.3)  # a job that waits for paper would not come out in an hour


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPrinter]:
    with real_printer(tmp_path_factory.mktemp("ippeve")) as printer:
        printer.inside.add_cable("fd00::631")
        yield printer


@contextlib.asynccontextmanager
async def uri_of(printer: RealPrinter) -> AsyncIterator[str]:
    """Its address, for as long as the cable is in; `ipps` is the same port."""
    async with relay(printer.inside, printer.port) as port:
        yield f"ipp://127.0.0.1:{port}{printer.path}"


def secured(uri: str) -> str:
    return uri.replace("ipp://", "ipps://")


@pytest.fixture
async def uri(printer: RealPrinter) -> AsyncIterator[str]:
    async with uri_of(printer) as uri:
        yield uri


@pytest.fixture
async def ipp(uri: str) -> AsyncIterator[IPP]:
    async with IPP(uri) as ipp:
        yield ipp


async def submit(ipp: IPP, document: bytes, document_format: str = "application/pdf") -> int:
    answer = await ipp.execute(
        IppOperation.PRINT_JOB,
        {
            "operation-attributes-tag": {"job-name": "P-12", "document-format": document_format},
            "job-attributes-tag": {"copies": 1},
            "data": document,
        },
    )
    return int(answer["jobs"][0]["job-id"])


async def settled(ipp: IPP, job_id: int) -> IppJobState:
    wanted: dict[str, Any] = {"job-id": job_id, "requested-attributes": ["job-state"]}
    async with asyncio.timeout(HANG_GUARD_S):
        while True:
            answer = await ipp.execute(
                IppOperation.GET_JOB_ATTRIBUTES, {"operation-attributes-tag": wanted}
            )
            state: IppJobState = answer["jobs"][0]["job-state"]
            if state > IppJobState.STOPPED:
                return state
            await asyncio.sleep(POLL_S)


async def test_a_pdf_comes_out(printer: RealPrinter, ipp: IPP) -> None:
    """A job by pyipp ends as completed, and the very bytes came out."""
    document = pdf("2 x Margherita")
    assert await settled(ipp, await submit(ipp, document)) is IppJobState.COMPLETED
    assert printer.documents()[-1] == document


async def test_escpos_is_refused(printer: RealPrinter, ipp: IPP) -> None:
    """Bytes for a receipt printer are refused, and nothing comes out."""
    before = len(printer.documents())
    with pytest.raises(IPPError):
        await submit(ipp, b"\x1b@hello\n\x1dV\x00", "application/octet-stream")
    assert len(printer.documents()) == before


async def test_a_failing_engine_aborts_the_job(printer: RealPrinter, ipp: IPP) -> None:
    """A job that the engine gives up on ends as aborted; the next one comes out."""
    before = printer.documents()
    with printer.trouble():
        assert await settled(ipp, await submit(ipp, pdf("no"))) is IppJobState.ABORTED
    document = pdf("yes")
    assert await settled(ipp, await submit(ipp, document)) is IppJobState.COMPLETED
    assert printer.documents() == [*before, document]


async def send(
    uri: str,
    key: str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    login: Login | None = None,
    certificate: str = "",
) -> Delivered:
    kitchen: Printer = replace(WIDE, uri=uri, certificate=certificate)
    document = render(KITCHEN, business=BUSINESS, printer=kitchen)
    return await deliver(kitchen, document, key, login=login, limits=limits)


async def test_a_ticket_comes_out(printer: RealPrinter, uri: str) -> None:
    """A kitchen ticket is printed when the printer says so, and can be read."""
    delivered = await send(uri, "P-12/kitchen")
    assert delivered.delivery.outcome is Outcome.PRINTED
    assert delivered.status is PrinterStatus.ONLINE
    with pdfium.PdfDocument(printer.documents()[-1]) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert "P-12" in text
    assert "2× Pizza Margherita" in text
    assert "Señor Nuñez: no nuts!" in text


async def test_a_pulled_cable(printer: RealPrinter) -> None:
    """A ticket for a printer that cannot be reached was not sent; it comes out once it is back."""
    async with uri_of(printer) as gone:
        pass
    before = len(printer.documents())
    away = await send(gone, "P-13/kitchen")
    assert away.delivery.outcome is Outcome.NOT_SENT
    assert away.status is PrinterStatus.OFFLINE
    assert len(printer.documents()) == before
    async with uri_of(printer) as back:
        assert (await send(back, "P-13/kitchen")).delivery.outcome is Outcome.PRINTED


async def test_the_paper_runs_out(tmp_path: Path) -> None:
    """No ticket is called printed that waits in a printer for paper, or in which the paper ended.

    It has a printer to itself: out of paper, this one keeps its job until it is switched off.
    """
    with real_printer(tmp_path) as printer:
        async with uri_of(printer) as uri:
            with printer.trouble("STATE: +media-empty-error\n"):
                torn = await send(uri, "P-14/kitchen", IMPATIENT)
            waiting = await send(uri, "P-15/kitchen", IMPATIENT)
        assert printer.documents() == []
    assert torn.delivery.outcome is Outcome.UNSURE
    assert (waiting.delivery.outcome, waiting.status) == (Outcome.NOT_SENT, PrinterStatus.PAPER_OUT)


def raster_of(printer: RealPrinter, folder: Path) -> list[RasterPage]:
    file = folder / "came.pwg"
    file.write_bytes(printer.documents()[-1])
    return read_raster(file)


@pytest.mark.parametrize(("model", "mm"), [(ROLL_80_PWG, 80), (ROLL_58_PWG, 58)])
async def test_a_roll_that_reads_only_raster(tmp_path: Path, model: str, mm: int) -> None:
    """On a roll the ticket comes out as one page of its width, black on white, and is cut."""
    with real_printer(tmp_path, attributes=model) as printer:
        async with uri_of(printer) as uri:
            assert (await send(uri, "P-20/kitchen")).delivery.outcome is Outcome.PRINTED
        (page,) = raster_of(printer, tmp_path)
    assert page.picture.width == mm * 8
    assert (page.dpi, page.bits, page.cut) == ((203, 203), 1, 1)
    assert page.points[0] / 72 * 25.4 == pytest.approx(mm, abs=0.3)
    black = page.picture.histogram()[0] / (page.picture.width * page.picture.height)
    assert 0.02 < black < 0.5


async def test_an_office_printer_that_reads_only_raster(tmp_path: Path) -> None:
    """On A4 the ticket comes out as a whole sheet, at the coarsest resolution that will do."""
    with real_printer(tmp_path, attributes=A4_PWG) as printer:
        async with uri_of(printer) as uri:
            assert (await send(uri, "P-21/kitchen")).delivery.outcome is Outcome.PRINTED
        (page,) = raster_of(printer, tmp_path)
    assert (page.dpi, page.bits, page.cut) == ((300, 300), 8, 0)
    assert page.points == (595, 842)


async def test_a_printer_that_reads_only_jpeg(tmp_path: Path) -> None:
    """A printer that reads nothing else gets a picture of the ticket on its paper."""
    with real_printer(tmp_path, formats="image/jpeg") as printer:
        async with uri_of(printer) as uri:
            assert (await send(uri, "P-22/kitchen")).delivery.outcome is Outcome.PRINTED
        picture = Image.open(io.BytesIO(printer.documents()[-1]))
    assert (picture.format, picture.size) == ("JPEG", (1727, 2235))  # Letter at 203 dpi


async def test_the_first_certificate_is_the_one(
    printer: RealPrinter, uri: str, tmp_path: Path
) -> None:
    """An ipps:// printer is trusted by the certificate that it shows first. Another one is told
    nothing and gets no ticket, until it is accepted; then the ticket comes out."""
    first = await send(secured(uri), "P-30/kitchen")
    assert first.delivery.outcome is Outcome.PRINTED
    assert len(first.certificate) == 64
    again = await send(secured(uri), "P-31/kitchen", certificate=first.certificate)
    assert (again.delivery.outcome, again.certificate) == (Outcome.PRINTED, first.certificate)

    with real_printer(tmp_path) as other:
        async with uri_of(other) as there:
            refused = await send(secured(there), "P-32/kitchen", certificate=first.certificate)
            assert "Get-Printer-Attributes" not in other.log.read_text()
            assert refused.delivery.outcome is Outcome.NOT_SENT
            assert refused.status is PrinterStatus.ERROR
            assert "another certificate" in refused.delivery.reason
            assert refused.certificate not in ("", first.certificate)
            accepted = await send(secured(there), "P-32/kitchen", certificate=refused.certificate)
            assert accepted.delivery.outcome is Outcome.PRINTED


async def test_a_printer_that_asks_for_a_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the right user name and password it prints, else it says what it wants; and what was
    tried stands in no log and in no reason."""
    caplog.set_level(logging.DEBUG)
    login = Login("kitchen", "mozzarella-17")
    with real_printer(tmp_path, login=login) as printer:
        async with uri_of(printer) as uri:
            tried = [
                await send(secured(uri), "P-40/kitchen", login=one)
                for one in (None, Login("kitchen", "parmesan-18"), login)
            ]
            assert await identify(replace(WIDE, uri=uri), login=login)
    outcomes = [one.delivery.outcome for one in tried]
    assert outcomes == [Outcome.NOT_SENT, Outcome.NOT_SENT, Outcome.PRINTED]
    assert tried[1].delivery.reason == "the printer wants another user name and password"
    shown = caplog.text + repr(tried) + repr(login)
    for password in ("mozzarella-17", "parmesan-18"):
        assert password not in shown
        assert base64.b64encode(f"kitchen:{password}".encode()).decode() not in shown


async def test_identify(printer: RealPrinter, uri: str) -> None:
    """A printer that is asked to show where it stands does, and prints nothing."""
    before = len(printer.documents())
    assert await identify(replace(WIDE, uri=uri))
    assert "Identify-Printer successful-ok" in printer.log.read_text()
    assert len(printer.documents()) == before


@pytest.mark.parametrize("scheme", ["ipp", "ipps"])
@pytest.mark.parametrize("address", ["::1", "fd00::631"])
def test_ipv6(printer: RealPrinter, scheme: str, address: str) -> None:
    """A printer with an IPv6 address prints like any other."""
    uri = f"{scheme}://[{address}]:{printer.port}{printer.path}"
    key = f"P-50/{scheme}/{address}"
    delivered = printer.inside.run(lambda: send(uri, key))
    assert delivered.delivery.outcome is Outcome.PRINTED
    health = printer.inside.run(lambda: condition(replace(WIDE, uri=uri)))
    assert health.status is PrinterStatus.ONLINE
