"""What an IPP printer's answers mean to a kitchen: how it is, what it can be sent, what became of a
job. Pure: attributes as pyipp reads them go in, this house's words come out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from pyipp.enums import IppJobState, IppPrinterState

from domain.printer import Printer, PrinterStatus
from printing import pwg
from printing.media import Media
from printing.queue import Delivery, Outcome

__all__ = [
    "FORMATS",
    "JOB_ATTRIBUTES",
    "JPEG",
    "PDF",
    "PRINTER_ATTRIBUTES",
    "PWG_RASTER",
    "Form",
    "Health",
    "Job",
    "choose",
    "find",
    "health",
    "job",
    "job_name",
    "remembers",
    "verdict",
    "waits_for",
]

PDF, PWG_RASTER, JPEG = "application/pdf", "image/pwg-raster", "image/jpeg"
FORMATS = (PDF, PWG_RASTER, JPEG)  # best first: a PDF's text is sharp, a JPEG's is grey

# Each by its name, never `all`: pyipp raises on a value that it does not know.
PRINTER_ATTRIBUTES = (
    "document-format-supported",
    "media-col-default",
    "media-col-ready",
    "printer-is-accepting-jobs",
    "printer-resolution-supported",
    "printer-state",
    "printer-state-reasons",
    "pwg-raster-document-resolution-supported",
    "pwg-raster-document-type-supported",
)
JOB_ATTRIBUTES = ("job-id", "job-name", "job-state", "job-state-reasons")

# printer-state-reasons (RFC 8011, 5.4.12) that keep a ticket from printing, what needs a hand first
# first.
_TROUBLES = {
    "cover-open": (PrinterStatus.COVER_OPEN, "the cover is open"),
    "door-open": (PrinterStatus.COVER_OPEN, "a door is open"),
    "interlock-open": (PrinterStatus.COVER_OPEN, "a cover is open"),
    "media-jam": (PrinterStatus.ERROR, "the paper is jammed"),
    "media-empty": (PrinterStatus.PAPER_OUT, "the paper is out"),
    "media-needed": (PrinterStatus.PAPER_OUT, "the paper is out"),
    "input-tray-missing": (PrinterStatus.PAPER_OUT, "the paper tray is missing"),
    "output-area-full": (PrinterStatus.ERROR, "the output tray is full"),
    "toner-empty": (PrinterStatus.ERROR, "the toner is empty"),
    "marker-supply-empty": (PrinterStatus.ERROR, "the ink is empty"),
    "paused": (PrinterStatus.ERROR, "the printer is paused"),
    "shutdown": (PrinterStatus.OFFLINE, "the printer is shut down"),
}

# RFC 8011 ends a reason with how bad the printer finds it. ippeveprinter finds an empty tray worth
# a "report" while idle and a "warning" with a job on it; a ticket comes out in neither case.
_SEVERITY = re.compile(r"-(report|warning|error)$")

_SPOILT = (IppJobState.ABORTED, IppJobState.CANCELED)
_UNPRINTABLE = {
    "document-format-error",
    "document-unprintable-error",
    "unsupported-document-format",
}

_OUR_NAME = re.compile(r"panbot-[0-9a-f]{32}")

_HUNDREDTHS = 100  # of a millimetre, the unit of media-size
_NARROWEST_SHEET_MM = 100  # A6 has 105; whatever is narrower comes from a roll
_DOTS_PER_INCH, _DOTS_PER_CM = 3, 4  # the units of a resolution
_CM_PER_INCH = 2.54
_ENOUGH_DPI = 200  # tickets are drawn at 203: more dots cost time and show nothing
_USUAL_DPI = 300  # for a printer that does not say


class Health(msgspec.Struct, frozen=True):
    """`trouble` says why the printer would not print now, empty where it would."""

    status: PrinterStatus
    trouble: str = ""


class Job(msgspec.Struct, frozen=True):
    """A job as the printer has it."""

    id: int
    state: IppJobState
    reasons: tuple[str, ...] = ()
    name: str = ""

    @property
    def spoilt(self) -> bool:
        return self.state in _SPOILT

    @property
    def ended(self) -> bool:
        return self.spoilt or self.state is IppJobState.COMPLETED


class Form(msgspec.Struct, frozen=True):
    """What a ticket is to be sent as; the last two are for raster."""

    format: str
    media: Media
    dpi: int = _USUAL_DPI
    colours: str = pwg.SGRAY_8


def health(printer: Mapping[str, Any]) -> Health:
    """How the printer is. `printer` has PRINTER_ATTRIBUTES, as far as it gave them."""
    reasons = _all(printer.get("printer-state-reasons"))
    bare = {_SEVERITY.sub("", reason) for reason in reasons}
    for reason, trouble in _TROUBLES.items():
        if reason in bare:
            return Health(*trouble)
    if printer.get("printer-state") is IppPrinterState.STOPPED:
        return Health(PrinterStatus.ERROR, f"the printer is stopped: {', '.join(reasons)}")
    if printer.get("printer-is-accepting-jobs") is False:
        return Health(PrinterStatus.OFFLINE, "the printer takes no jobs")
    return Health(PrinterStatus.PAPER_LOW if "media-low" in bare else PrinterStatus.ONLINE)


def choose(attributes: Mapping[str, Any], printer: Printer) -> Form | None:
    """The best that the printer with these PRINTER_ATTRIBUTES takes, None where that is nothing of
    ours. The paper is what it says is loaded, else a roll as wide as the record says."""
    supported = _all(attributes.get("document-format-supported"))
    best = next((form for form in FORMATS if form in supported), None)
    if best is None:
        return None
    kinds = _all(attributes.get("pwg-raster-document-type-supported"))
    return Form(
        format=best,
        media=_media(attributes) or Media(printer.paper_mm),
        dpi=_dpi(attributes),
        colours=pwg.BLACK_1 if pwg.BLACK_1 in kinds else pwg.SGRAY_8,
    )


def _media(attributes: Mapping[str, Any]) -> Media | None:
    """What lies in the printer: its default, unless it says that only other paper is ready."""
    ready = _sizes(attributes.get("media-col-ready"))
    usual = _sizes(attributes.get("media-col-default"))
    if usual and (not ready or usual[0] in ready):
        return usual[0]
    return next(iter(ready), None)


def _sizes(collections: Any) -> list[Media]:
    found = collections if isinstance(collections, list) else [collections]
    sizes = [one.get("media-size") for one in found if isinstance(one, dict)]
    return [media for size in sizes if isinstance(size, dict) and (media := _of_size(size))]


def _of_size(size: Mapping[str, Any]) -> Media | None:
    """A roll has no length, 0, or a range of them; or it is simply narrower than any sheet."""
    width, length = size.get("x-dimension"), size.get("y-dimension")
    if not isinstance(width, int) or width <= 0:
        return None
    width_mm = width / _HUNDREDTHS
    if width_mm < _NARROWEST_SHEET_MM or not isinstance(length, int) or length <= 0:
        return Media(width_mm)
    return Media(width_mm, length / _HUNDREDTHS)


def _dpi(attributes: Mapping[str, Any]) -> int:
    """The coarsest resolution that shows every dot of a ticket, else the finest."""
    said = (
        attributes.get("pwg-raster-document-resolution-supported")
        or attributes.get("printer-resolution-supported")
        or []
    )
    known = sorted(_square_dpi(said if isinstance(said, list) else [said]))
    return next((dpi for dpi in known if dpi >= _ENOUGH_DPI), known[-1] if known else _USUAL_DPI)


def _square_dpi(resolutions: Iterable[tuple[int, int, int]]) -> Iterable[int]:
    for across, down, unit in resolutions:
        if across == down and unit == _DOTS_PER_INCH:
            yield across
        elif across == down and unit == _DOTS_PER_CM:
            yield round(across * _CM_PER_INCH)


def job_name(key: str) -> str:
    """The name under which the print job `key` is known to a printer: always the same, always
    another one, and short enough that no printer cuts it off."""
    return f"panbot-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def job(attributes: Mapping[str, Any]) -> Job:
    """`attributes` has JOB_ATTRIBUTES, as far as the printer gave them."""
    return Job(
        id=attributes.get("job-id", 0),
        state=attributes.get("job-state", IppJobState.PENDING),
        reasons=_all(attributes.get("job-state-reasons")),
        name=attributes.get("job-name", ""),
    )


def find(jobs: Iterable[Job], name: str) -> Job | None:
    """The job of this name: one that is printed or will be, else one that was given up."""
    found = [job for job in jobs if job.name == name]
    return next((job for job in found if not job.spoilt), next(iter(found), None))


def remembers(jobs: Iterable[Job]) -> bool:
    """True where the printer is known to keep finished jobs, and their names in full: only then
    does a job that it does not list prove that it never took it."""
    return any(job.ended and _OUR_NAME.fullmatch(job.name) for job in jobs)


def verdict(job: Job) -> Delivery | None:
    """What an ended job says, None for one that has not ended."""
    why = ", ".join(job.reasons)
    match job.state:
        case IppJobState.COMPLETED:
            return Delivery(Outcome.PRINTED)
        case IppJobState.CANCELED:
            return Delivery(Outcome.REFUSED, f"cancelled at the printer: {why}")
        case IppJobState.ABORTED if _UNPRINTABLE.intersection(job.reasons):
            return Delivery(Outcome.REFUSED, f"the printer cannot print it: {why}")
        case IppJobState.ABORTED:
            return Delivery(Outcome.UNSURE, f"the printer gave up, perhaps half-way: {why}")
        case _:
            return None


def waits_for(job: Job, printer: Health) -> str:
    """Why a job that has not ended does not, in words."""
    if printer.trouble:
        return printer.trouble
    if job.state is IppJobState.HELD:
        return "it is held there until someone releases it"
    said = ", ".join(reason for reason in job.reasons if reason != "none")
    return said or "it does not say why"


def _all(value: str | Iterable[str] | None) -> tuple[str, ...]:
    """pyipp gives one value as itself and several as a list."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
