"""Tickets on a real IPP Everywhere printer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from msgspec.structs import replace
from pyipp import IPP
from pyipp.enums import IppJobState, IppOperation
from pyipp.exceptions import IPPError

from domain.printer import Printer, PrinterStatus
from printing.queue import Outcome
from printing.render import render
from printing.transport import Delivered
from printing.transport.ipp import DEFAULT_LIMITS, Limits, deliver
from tests.support.ippeve import RealPrinter, real_printer
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
        yield printer


@contextlib.asynccontextmanager
async def uri_of(printer: RealPrinter) -> AsyncIterator[str]:
    """Its address, for as long as the cable is in."""
    async with relay(printer.inside, printer.port) as port:
        yield f"ipp://127.0.0.1:{port}{printer.path}"


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


async def send(uri: str, job_name: str, limits: Limits = DEFAULT_LIMITS) -> Delivered:
    kitchen: Printer = replace(WIDE, uri=uri)
    document = render(KITCHEN, business=BUSINESS, printer=kitchen)
    return await deliver(kitchen, document, job_name, limits=limits)


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
