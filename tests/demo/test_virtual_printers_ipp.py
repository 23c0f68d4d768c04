"""The virtual IPP printer, asked by pyipp."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from PIL import Image
from pyipp import IPP
from pyipp.enums import IppJobState, IppOperation, IppPrinterState, IppStatus
from pyipp.exceptions import IPPConnectionError, IPPError

from demo.printers.ipp_printer import IppPrinter
from demo.printers.paper import Paper
from domain.clock import SystemClock
from tests.support.pdf import pdf

HANG_GUARD_S = 10.0
POLL_S = 0.01


@pytest.fixture
async def printer() -> AsyncIterator[IppPrinter]:
    printer = IppPrinter(SystemClock(), name="Bar")
    await printer.start()
    yield printer
    await printer.stop()


@pytest.fixture
async def ipp(printer: IppPrinter) -> AsyncIterator[IPP]:
    async with IPP(printer.uri) as ipp:
        yield ipp


async def submit(
    ipp: IPP, document: bytes, document_format: str = "application/pdf", name: str = "P-12"
) -> int:
    answer = await ipp.execute(
        IppOperation.PRINT_JOB,
        {
            "operation-attributes-tag": {"job-name": name, "document-format": document_format},
            "job-attributes-tag": {"copies": 1},
            "data": document,
        },
    )
    return int(answer["jobs"][0]["job-id"])


async def job(ipp: IPP, job_id: int) -> dict[str, Any]:
    answer = await ipp.execute(
        IppOperation.GET_JOB_ATTRIBUTES,
        {
            "operation-attributes-tag": {
                "job-id": job_id,
                "requested-attributes": ["job-state", "job-state-reasons", "job-name"],
            }
        },
    )
    described: dict[str, Any] = answer["jobs"][0]
    return described


async def settled(ipp: IPP, job_id: int) -> dict[str, Any]:
    async with asyncio.timeout(HANG_GUARD_S):
        while True:
            described = await job(ipp, job_id)
            if described["job-state"] > IppJobState.PROCESSING:
                return described
            await asyncio.sleep(POLL_S)


async def next_paper(printer: IppPrinter, count: int = 1) -> Paper:
    async with asyncio.timeout(HANG_GUARD_S):
        return (await printer.wait_for_papers(count))[-1]


def status(refused: IPPError) -> int:
    code: int = refused.args[1]["status-code"]
    return code


def is_blank(paper: Paper) -> bool:
    sheet = Image.open(io.BytesIO(paper.png)).convert("L")
    return sheet.point(lambda grey: 255 if grey < 128 else 0).getbbox() is None


async def test_a_pdf_is_printed(printer: IppPrinter, ipp: IPP) -> None:
    """All pages of a PDF come out on one paper, to be read and to be seen."""
    document = pdf("Crème brûlée", "Piñata")
    state = await settled(ipp, await submit(ipp, document))
    assert state["job-state"] is IppJobState.COMPLETED
    assert state["job-state-reasons"] == "job-completed-successfully"
    paper = await next_paper(printer)
    assert paper.text == "Crème brûlée\nPiñata"
    assert paper.raw == document
    assert not is_blank(paper)
    assert paper.size == (640, 960)  # 80 mm by twice 60 mm at 203 dpi


async def test_a_jpeg_is_printed(printer: IppPrinter, ipp: IPP) -> None:
    """A picture comes out as it is."""
    picture = io.BytesIO()
    Image.new("L", (64, 32), 0).save(picture, "JPEG")
    await submit(ipp, picture.getvalue(), "image/jpeg")
    paper = await next_paper(printer)
    assert paper.size == (64, 32)
    assert not is_blank(paper)


async def test_text_is_printed(printer: IppPrinter, ipp: IPP) -> None:
    """Plain text comes out line by line."""
    await submit(ipp, "2 × Piñata\n  9,50 €".encode(), "text/plain")
    paper = await next_paper(printer)
    assert paper.text == "2 × Piñata\n  9,50 €"
    assert not is_blank(paper)


async def test_escpos_is_refused(printer: IppPrinter, ipp: IPP) -> None:
    """Bytes for a receipt printer are refused, and nothing comes out."""
    with pytest.raises(IPPError) as refused:
        await submit(ipp, b"\x1b@hello\n\x1dV\x00", "application/octet-stream")
    assert status(refused.value) == IppStatus.ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED
    assert printer.papers == []


async def test_a_broken_pdf_is_aborted(printer: IppPrinter, ipp: IPP) -> None:
    """A document that is not what it says ends as aborted, with the reason; the next one prints."""
    state = await settled(ipp, await submit(ipp, b"%PDF-1.4 cut off"))
    assert state["job-state"] is IppJobState.ABORTED
    assert state["job-state-reasons"] == "document-format-error"
    await submit(ipp, pdf("next"))
    assert (await next_paper(printer)).text == "next"


async def test_it_says_who_it_is(printer: IppPrinter, ipp: IPP) -> None:
    """pyipp reads its name, model, state and identity."""
    described = await ipp.printer()
    assert described.info.printer_name == "Bar"
    assert described.info.printer_info == "Bar"
    assert described.state.printer_state == "idle"
    answer = await ipp.execute(
        IppOperation.GET_PRINTER_ATTRIBUTES,
        {"operation-attributes-tag": {"requested-attributes": ["printer-uuid"]}},
    )
    assert list(answer["printers"][0]) == ["printer-uuid"]


async def test_paper_out_holds_the_job(printer: IppPrinter, ipp: IPP) -> None:
    """Out of paper: the job waits and both say why; it prints when there is paper."""
    printer.paper_out = True
    job_id = await submit(ipp, pdf("patience"))
    waiting = await job(ipp, job_id)
    assert waiting["job-state"] is IppJobState.PENDING
    assert waiting["job-state-reasons"] == "printer-stopped"
    answer = await ipp.execute(IppOperation.GET_PRINTER_ATTRIBUTES, {})
    assert answer["printers"][0]["printer-state"] is IppPrinterState.STOPPED
    assert answer["printers"][0]["printer-state-reasons"] == "media-empty-error"
    assert printer.papers == []
    printer.paper_out = False
    assert (await next_paper(printer)).text == "patience"


async def test_a_cancelled_job_never_prints(printer: IppPrinter, ipp: IPP) -> None:
    """Cancelled while it waits for paper, it stays cancelled; cancelling again is refused."""
    printer.paper_out = True
    first, second = await submit(ipp, pdf("no")), await submit(ipp, pdf("yes"))
    cancel = {"operation-attributes-tag": {"job-id": first}}
    await ipp.execute(IppOperation.CANCEL_JOB, cancel)
    with pytest.raises(IPPError):
        await ipp.execute(IppOperation.CANCEL_JOB, cancel)
    printer.paper_out = False
    assert (await settled(ipp, second))["job-state"] is IppJobState.COMPLETED
    assert (await job(ipp, first))["job-state"] is IppJobState.CANCELED
    assert [paper.text for paper in printer.papers] == ["yes"]


async def test_jobs_are_found_by_name(printer: IppPrinter, ipp: IPP) -> None:
    """What a client that lost an answer needs: finished jobs, newest first, and waiting ones."""
    for name in ("done", "done too"):
        await settled(ipp, await submit(ipp, pdf("a"), name=name))
    printer.paper_out = True
    await submit(ipp, pdf("b"), name="waiting")

    async def names(which: str) -> list[str]:
        answer = await ipp.execute(
            IppOperation.GET_JOBS,
            {
                "operation-attributes-tag": {
                    "which-jobs": which,
                    "requested-attributes": ["job-id", "job-name", "job-state"],
                }
            },
        )
        return [found["job-name"] for found in answer["jobs"]]

    assert await names("completed") == ["done too", "done"]
    assert await names("not-completed") == ["waiting"]


async def test_offline_and_back_on_the_same_port(printer: IppPrinter, ipp: IPP) -> None:
    """Offline refuses, on kept connections too; back online the address is the same."""
    uri = printer.uri
    await ipp.printer()
    await printer.set_offline(True)
    with pytest.raises(IPPConnectionError):
        await ipp.printer()
    await printer.set_offline(False)
    await submit(ipp, pdf("back"))
    assert (await next_paper(printer)).text == "back"
    assert printer.uri == uri


async def test_validate_prints_nothing(printer: IppPrinter, ipp: IPP) -> None:
    """Validate-Job says whether it would do, and makes no job."""
    await ipp.execute(
        IppOperation.VALIDATE_JOB,
        {"operation-attributes-tag": {"document-format": "application/pdf"}},
    )
    with pytest.raises(IPPError):
        await ipp.execute(
            IppOperation.VALIDATE_JOB,
            {"operation-attributes-tag": {"document-format": "application/postscript"}},
        )
    assert (await ipp.execute(IppOperation.GET_JOBS, {}))["jobs"] == []


@pytest.mark.parametrize("body", [b"", b"GET me a beer", b"\x02\x00\x00\x02\x00\x00\x00\x01\x03"])
async def test_garbage_is_refused(printer: IppPrinter, body: bytes) -> None:
    """What is no IPP gets 400 and does no harm."""
    url = printer.uri.replace("ipp://", "http://")
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as answer:
        assert answer.status == 400


async def test_unknown_operations_and_versions(ipp: IPP) -> None:
    """They are refused with IPP's own codes."""
    with pytest.raises(IPPError) as refused:
        await ipp.execute(IppOperation.PAUSE_PRINTER, {})
    assert status(refused.value) == IppStatus.ERROR_OPERATION_NOT_SUPPORTED
    with pytest.raises(IPPError, match="version"):
        await ipp.execute(IppOperation.GET_JOBS, {"version": (7, 0)})
