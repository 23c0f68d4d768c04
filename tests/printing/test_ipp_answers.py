"""What IPP printers' answers mean: replayed captures, and every answer that matters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyipp.enums import IppJobState, IppPrinterState
from pyipp.parser import parse

from domain.printer import PrinterStatus
from printing import pwg
from printing.media import Media
from printing.queue import Outcome
from printing.transport import ipp_answers as answers
from printing.transport.ipp_answers import JPEG, PDF, PWG_RASTER, Form, Health, Job
from tests.support.paper import NARROW, WIDE

CAPTURES = Path(__file__).parents[1] / "captures/ipp"
LETTER = Media(215.9, 279.4)
ONLINE = Health(PrinterStatus.ONLINE)
OURS = answers.job_name("o1/kitchen/kitchen/1/k")


def captured(model: str) -> dict[str, Any]:
    answer: dict[str, Any] = parse((CAPTURES / f"{model}.bin").read_bytes())
    return answer


@pytest.mark.parametrize(
    ("model", "health", "form"),
    [
        ("ippeveprinter-letter", ONLINE, Form(PDF, LETTER, 300, pwg.BLACK_1)),
        ("ippeveprinter-letter-jpeg", ONLINE, Form(JPEG, LETTER, 600, pwg.SGRAY_8)),
        ("ippeveprinter-a4", ONLINE, Form(PWG_RASTER, Media(210, 297), 300, pwg.SGRAY_8)),
        ("ippeveprinter-roll-80", ONLINE, Form(PWG_RASTER, Media(80), 203, pwg.BLACK_1)),
        ("ippeveprinter-roll-58", ONLINE, Form(PWG_RASTER, Media(58), 203, pwg.BLACK_1)),
        (
            "ippeveprinter-letter-paper-out",
            Health(PrinterStatus.PAPER_OUT, "the paper is out"),
            Form(PDF, LETTER, 300, pwg.BLACK_1),
        ),
    ],
)
def test_models(model: str, health: Health, form: Form) -> None:
    """Each model's answer says how it is, and what to send it on which paper."""
    (printer,) = captured(model)["printers"]
    assert answers.health(printer) == health
    assert answers.choose(printer, WIDE) == form


def test_captured_jobs() -> None:
    """A list of finished jobs says what became of each, and that the printer remembers ours."""
    jobs = [answers.job(job) for job in captured("ippeveprinter-letter-jobs")["jobs"]]
    printed = answers.find(jobs, answers.job_name("captured/1"))
    given_up = answers.find(jobs, answers.job_name("captured/2"))
    assert printed is not None
    assert given_up is not None
    assert (printed.state, given_up.state) == (IppJobState.COMPLETED, IppJobState.ABORTED)
    assert answers.find(jobs, answers.job_name("captured/9")) is None
    assert answers.remembers(jobs)


@pytest.mark.parametrize(
    ("supported", "best"),
    [
        ([JPEG, PWG_RASTER, PDF], PDF),
        ([JPEG, PWG_RASTER, "image/urf"], PWG_RASTER),
        ([JPEG, "application/octet-stream"], JPEG),
        (JPEG, JPEG),
    ],
)
def test_format(supported: Any, best: str) -> None:
    """PDF where it is supported, else PWG raster, else JPEG."""
    form = answers.choose({"document-format-supported": supported}, WIDE)
    assert form is not None
    assert form.format == best


@pytest.mark.parametrize(
    "supported", ["application/octet-stream", ["application/postscript"], None]
)
def test_no_format(supported: Any) -> None:
    """A printer that takes none of them is sent nothing."""
    assert answers.choose({"document-format-supported": supported}, WIDE) is None


def size(width: Any, length: Any) -> dict[str, Any]:
    return {"media-size": {"x-dimension": width, "y-dimension": length}}


@pytest.mark.parametrize(
    ("usual", "ready", "media"),
    [
        (size(21000, 29700), None, Media(210, 297)),
        (size(21000, 29700), [size(10500, 14800), size(21000, 29700)], Media(210, 297)),
        (size(21590, 27940), size(8000, 0), Media(80)),  # its default is not what is in it
        (size(8000, 0), None, Media(80)),
        (size(8000, 20000), None, Media(80)),  # a roll that gives its pages a length
        (size(11200, [2000, 300000]), None, Media(112)),
        (size([5000, 8000], 0), size(5800, 0), Media(58)),
        ({}, [{}, size(5800, 0)], Media(58)),
        (None, None, Media(58)),  # the printer's record
        (size(0, 0), {"media-size": "unknown"}, Media(58)),
    ],
)
def test_paper(usual: Any, ready: Any, media: Media) -> None:
    """The paper is what is loaded: a roll by its missing length or its width, else a sheet."""
    said = {
        "document-format-supported": PDF,
        "media-col-default": usual,
        "media-col-ready": ready,
    }
    form = answers.choose(said, NARROW)
    assert form is not None
    assert form.media == media


@pytest.mark.parametrize(
    ("raster", "printer", "dpi"),
    [
        ((203, 203, 3), (600, 600, 3), 203),
        ([(600, 600, 3), (300, 300, 3)], None, 300),
        ([(180, 180, 3), (150, 150, 3)], None, 180),
        ([(600, 300, 3), (600, 600, 3)], None, 600),  # only square dots
        ((80, 80, 4), None, 203),  # dots per centimetre
        (None, (203, 203, 3), 203),
        (None, None, 300),
    ],
)
def test_resolution(raster: Any, printer: Any, dpi: int) -> None:
    """The coarsest one that shows all of a ticket, which is drawn at 203 dpi."""
    said = {
        "document-format-supported": PWG_RASTER,
        "pwg-raster-document-resolution-supported": raster,
        "printer-resolution-supported": printer,
    }
    form = answers.choose(said, WIDE)
    assert form is not None
    assert form.dpi == dpi


@pytest.mark.parametrize(
    ("said", "status", "trouble"),
    [
        ({}, PrinterStatus.ONLINE, ""),
        ({"printer-state-reasons": "none"}, PrinterStatus.ONLINE, ""),
        ({"printer-state-reasons": "media-low-warning"}, PrinterStatus.PAPER_LOW, ""),
        ({"printer-state-reasons": "toner-low"}, PrinterStatus.ONLINE, ""),
        (
            {"printer-state-reasons": "media-empty-error"},
            PrinterStatus.PAPER_OUT,
            "the paper is out",
        ),
        ({"printer-state-reasons": "cover-open"}, PrinterStatus.COVER_OPEN, "the cover is open"),
        (
            {"printer-state-reasons": ["media-empty-report", "cover-open-error"]},
            PrinterStatus.COVER_OPEN,
            "the cover is open",
        ),
        ({"printer-state-reasons": "media-jam"}, PrinterStatus.ERROR, "the paper is jammed"),
        (
            {"printer-state": IppPrinterState.STOPPED, "printer-state-reasons": "fuser-over-temp"},
            PrinterStatus.ERROR,
            "the printer is stopped: fuser-over-temp",
        ),
        ({"printer-is-accepting-jobs": False}, PrinterStatus.OFFLINE, "the printer takes no jobs"),
    ],
)
def test_health(said: dict[str, Any], status: PrinterStatus, trouble: str) -> None:
    """printer-state-reasons in the words of a kitchen, the one that needs a hand first."""
    assert answers.health(said) == Health(status, trouble)


@pytest.mark.parametrize(
    ("state", "reason", "outcome"),
    [
        (IppJobState.COMPLETED, "job-completed-successfully", Outcome.PRINTED),
        (IppJobState.CANCELED, "job-canceled-at-device", Outcome.REFUSED),
        (IppJobState.ABORTED, "document-format-error", Outcome.REFUSED),
        (IppJobState.ABORTED, "aborted-by-system", Outcome.UNSURE),
    ],
)
def test_ended(state: IppJobState, reason: str, outcome: Outcome) -> None:
    """An ended job is printed, or says in words why it is not."""
    delivery = answers.verdict(Job(1, state, (reason,)))
    assert delivery is not None
    assert delivery.outcome is outcome
    assert outcome is Outcome.PRINTED or reason in delivery.reason


@pytest.mark.parametrize(
    ("state", "reasons", "printer", "words"),
    [
        (IppJobState.PENDING, ("none",), ONLINE, "it does not say why"),
        (IppJobState.HELD, ("job-hold-until-specified",), ONLINE, "held there until"),
        (IppJobState.PROCESSING, ("job-printing",), ONLINE, "job-printing"),
        (
            IppJobState.STOPPED,
            ("printer-stopped",),
            Health(PrinterStatus.PAPER_OUT, "the paper is out"),
            "the paper is out",
        ),
    ],
)
def test_not_ended(
    state: IppJobState, reasons: tuple[str, ...], printer: Health, words: str
) -> None:
    """A job that waits has no verdict, and says what it waits for."""
    job = Job(1, state, reasons)
    assert answers.verdict(job) is None
    assert words in answers.waits_for(job, printer)


def test_name() -> None:
    """A job's name is its key's alone, and fits where the key would not."""
    other = answers.job_name("o1/kitchen/kitchen/2/k")
    assert answers.job_name("o1/kitchen/kitchen/1/k") == OURS != other
    assert len(answers.job_name("x" * 1000)) == len(OURS) < 48


def test_find() -> None:
    """Of several jobs of one name it is the one that is printed or will be, not the spoilt one."""
    spoilt, fine = Job(1, IppJobState.ABORTED, (), OURS), Job(2, IppJobState.PENDING, (), OURS)
    assert answers.find([spoilt, fine], OURS) == fine
    assert answers.find([spoilt], OURS) == spoilt
    assert answers.find([fine], "another") is None


@pytest.mark.parametrize(
    ("jobs", "remembers"),
    [
        ([], False),
        ([Job(1, IppJobState.COMPLETED, (), OURS)], True),
        ([Job(1, IppJobState.PENDING, (), OURS)], False),  # it may forget it when it is done
        ([Job(1, IppJobState.COMPLETED, (), OURS[:30])], False),  # it cuts names off
        ([Job(1, IppJobState.COMPLETED, (), "someone else's")], False),
    ],
)
def test_remembers(jobs: list[Job], remembers: bool) -> None:
    """Only a printer that lists a finished job of ours by its full name proves anything by not
    listing another."""
    assert answers.remembers(jobs) is remembers
