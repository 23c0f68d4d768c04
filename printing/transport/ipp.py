"""IPP by pyipp: the ticket as a PDF, followed until the printer says that it is on paper.

An IPP printer takes a job and keeps it, so "accepted" is not "printed"; and it does not notice when
the same job comes twice. So it is asked for a job of this name before sending, and again when an
answer is lost: what it has already is followed, not sent again.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import aiohttp
import msgspec
from pyipp import IPP
from pyipp.enums import IppJobState, IppOperation, IppPrinterState
from pyipp.exceptions import IPPError, IPPResponseError

from domain.printer import Printer, PrinterStatus
from printing import image, pdf
from printing.document import Document
from printing.queue import Delivery, Outcome
from printing.transport.delivered import Delivered

__all__ = ["DEFAULT_LIMITS", "Limits", "deliver", "warm_up"]

# What a document can be sent as, best first. IPP Everywhere demands the second of every printer.
_FORMATS: dict[str, Callable[[Document, Printer], bytes]] = {
    "application/pdf": pdf.encode,
    "image/jpeg": image.jpeg,
}

_PRINTER_ATTRIBUTES = (
    "document-format-supported",
    "printer-is-accepting-jobs",
    "printer-state",
    "printer-state-reasons",
)
_JOB_ATTRIBUTES = ("job-id", "job-name", "job-state", "job-state-reasons")

# printer-state-reasons (RFC 8011, 5.4.12) that keep a ticket from printing.
_TROUBLES = {
    "cover-open": (PrinterStatus.COVER_OPEN, "the cover is open"),
    "door-open": (PrinterStatus.COVER_OPEN, "a door is open"),
    "media-empty": (PrinterStatus.PAPER_OUT, "the paper is out"),
    "media-needed": (PrinterStatus.PAPER_OUT, "the paper is out"),
    "media-jam": (PrinterStatus.ERROR, "the paper is jammed"),
}

# RFC 8011 ends a reason with how bad the printer finds it. ippeveprinter finds an empty tray worth
# a "report" while idle and a "warning" with a job on it; a ticket comes out in neither case.
_SEVERITY = re.compile(r"-(report|warning|error)$")

_SPOILT = (IppJobState.ABORTED, IppJobState.CANCELED)
_ENDED = (IppJobState.COMPLETED, *_SPOILT)
_UNPRINTABLE = {
    "document-format-error",
    "document-unprintable-error",
    "unsupported-document-format",
}
_SERVER_ERRORS = range(0x500, 0x600)  # "not now"; the 0x400s are "not this"


class Limits(msgspec.Struct, frozen=True):
    """How long to wait for what."""

    connect_s: float = 3.0  # a printer in the same house answers in milliseconds, or is away
    request_s: float = 10.0  # one request; the printer may be waking up
    follow_s: float = 60.0  # from accepted to on paper; the next ticket waits behind this one
    first_look_s: float = 0.05  # a receipt printer needs less than a second for a ticket
    last_look_s: float = 0.5  # and then the looks become rarer


DEFAULT_LIMITS = Limits()


class _Failed(Exception):
    """A request without a good answer. `reached` is False where no connection came about, `code`
    is the printer's IPP status code where it gave one."""

    def __init__(self, reason: str, *, reached: bool = True, code: int | None = None) -> None:
        super().__init__(reason)
        self.reached = reached
        self.code = code


class _Health(msgspec.Struct, frozen=True):
    """`trouble` says why the printer would not print now, empty where it would."""

    status: PrinterStatus
    trouble: str = ""
    formats: tuple[str, ...] = ()


class _Job(msgspec.Struct, frozen=True):
    id: int
    state: IppJobState
    reasons: tuple[str, ...] = ()


async def deliver(
    printer: Printer, document: Document, job_name: str, *, limits: Limits = DEFAULT_LIMITS
) -> Delivered:
    """Prints `document` on the printer at `printer.uri`, once for each `job_name`. Nothing that the
    network or the printer does raises."""
    # A connection that was kept open may have died unseen: each request makes its own.
    connector = aiohttp.TCPConnector(force_close=True)
    timeout = aiohttp.ClientTimeout(sock_connect=limits.connect_s)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        remote = _Remote(IPP(host=printer.uri, session=session), limits)
        status, delivery = await _print(remote, printer, document, job_name)
    return Delivered(delivery, status, printer.fence)


def warm_up(document: Document, printer: Printer) -> None:
    """Loads what encoding needs."""
    for encode in _FORMATS.values():
        encode(document, printer)


async def _print(
    remote: _Remote, printer: Printer, document: Document, name: str
) -> tuple[PrinterStatus, Delivery]:
    try:
        health = await remote.health()
        job = await remote.find(name)
    except _Failed as failed:
        return PrinterStatus.OFFLINE, Delivery(Outcome.NOT_SENT, str(failed))
    if job is None or job.state in _SPOILT:
        if health.trouble:
            return health.status, Delivery(Outcome.NOT_SENT, health.trouble)
        form = next((form for form in _FORMATS if form in health.formats), None)
        if form is None:
            reason = f"the printer takes neither {' nor '.join(_FORMATS)}"
            return health.status, Delivery(Outcome.REFUSED, reason)
        content = await asyncio.to_thread(_FORMATS[form], document, printer)
        sent = await _send(remote, name, form, content)
        if isinstance(sent, Delivery):
            return health.status, sent
        job = sent
    job = await remote.follow(job)
    delivery = _verdict(job)
    if delivery is not None:
        return health.status, delivery
    return await _why_not(remote)


async def _send(remote: _Remote, name: str, form: str, content: bytes) -> _Job | Delivery:
    """The job as the printer took it, or what has become of it otherwise."""
    try:
        return await remote.print_job(name, form, content)
    except _Failed as failed:
        if not failed.reached or failed.code in _SERVER_ERRORS:
            return Delivery(Outcome.NOT_SENT, str(failed))
        if failed.code is not None:
            return Delivery(Outcome.REFUSED, str(failed))
        lost = failed
    try:
        job = await remote.find(name)
    except _Failed:
        job = None
    # Not there is no proof: many printers forget a job as soon as it is printed.
    return job or Delivery(Outcome.UNSURE, f"the answer was lost: {lost}")


def _verdict(job: _Job) -> Delivery | None:
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


async def _why_not(remote: _Remote) -> tuple[PrinterStatus, Delivery]:
    """For a job that the printer has and does not finish. It is found by its name next time."""
    try:
        health = await remote.health()
    except _Failed as failed:
        return PrinterStatus.OFFLINE, Delivery(Outcome.UNSURE, str(failed))
    reason = f"the printer has it and has not printed it: {health.trouble or 'it does not say why'}"
    return health.status, Delivery(Outcome.UNSURE, reason)


class _Remote:
    """The printer's operations, in this module's words. Each raises `_Failed`."""

    def __init__(self, ipp: IPP, limits: Limits) -> None:
        self._ipp = ipp
        self._limits = limits

    async def health(self) -> _Health:
        answer = await self._ask(
            IppOperation.GET_PRINTER_ATTRIBUTES, {"requested-attributes": _PRINTER_ATTRIBUTES}
        )
        return _health(next(iter(answer["printers"]), {}))

    async def find(self, name: str) -> _Job | None:
        """The job of this name: one that is printed, else one that will be, else any."""
        found = []
        for which in ("completed", "not-completed"):
            wanted = {"which-jobs": which, "requested-attributes": _JOB_ATTRIBUTES}
            answer = await self._ask(IppOperation.GET_JOBS, wanted)
            found += [_job(job) for job in answer["jobs"] if job.get("job-name") == name]
        alive = (job for job in found if job.state not in _SPOILT)
        return next(alive, next(iter(found), None))

    async def print_job(self, name: str, form: str, content: bytes) -> _Job:
        attributes = {"job-name": name, "document-format": form}
        answer = await self._ask(IppOperation.PRINT_JOB, attributes, content)
        if not answer["jobs"]:
            raise _Failed("it took the job and named none")
        return _job(answer["jobs"][0])

    async def follow(self, job: _Job) -> _Job:
        """`job` as it is when it has ended, or when we have waited long enough."""
        wait_s = self._limits.first_look_s
        try:
            async with asyncio.timeout(self._limits.follow_s):
                while job.state not in _ENDED:
                    await asyncio.sleep(wait_s)
                    wait_s = min(2 * wait_s, self._limits.last_look_s)
                    job = await self._look(job)
        except TimeoutError:
            pass
        return job

    async def _look(self, job: _Job) -> _Job:
        wanted = {"job-id": job.id, "requested-attributes": _JOB_ATTRIBUTES}
        try:
            answer = await self._ask(IppOperation.GET_JOB_ATTRIBUTES, wanted)
        except _Failed:
            return job  # a look that failed says nothing of the job
        return _job(answer["jobs"][0]) if answer["jobs"] else job

    async def _ask(
        self, operation: IppOperation, attributes: Mapping[str, Any], content: bytes = b""
    ) -> dict[str, Any]:
        message = {"operation-attributes-tag": dict(attributes), "data": content}
        try:
            # pyipp's own time-out does not cover the body of the answer.
            async with asyncio.timeout(self._limits.request_s):
                answer: dict[str, Any] = await self._ipp.execute(operation, message)
                return answer
        except (IPPError, aiohttp.ClientError, OSError) as error:
            raise _failed(error) from error


def _failed(error: Exception) -> _Failed:
    cause = error.__cause__ or error
    if isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return _Failed("cannot reach the printer", reached=False)
    if isinstance(cause, socket.gaierror):
        return _Failed("the printer's name is not known here", reached=False)
    if type(error) is IPPError and len(error.args) > 1:
        code = error.args[1]["status-code"]
        return _Failed(f"the printer refused with IPP status {code:#06x}", code=code)
    if isinstance(error, IPPResponseError):
        return _Failed(f"the printer answered {error.args[0]}")
    return _Failed("no answer from the printer")


def _health(attributes: Mapping[str, Any]) -> _Health:
    reasons = _all(attributes.get("printer-state-reasons"))
    formats = _all(attributes.get("document-format-supported"))
    for reason in reasons:
        trouble = _TROUBLES.get(_SEVERITY.sub("", reason))
        if trouble is not None:
            return _Health(*trouble, formats)
    if attributes.get("printer-state") is IppPrinterState.STOPPED:
        return _Health(
            PrinterStatus.ERROR, f"the printer is stopped: {', '.join(reasons)}", formats
        )
    if attributes.get("printer-is-accepting-jobs") is False:
        return _Health(PrinterStatus.OFFLINE, "the printer takes no jobs", formats)
    low = any(reason.startswith("media-low") for reason in reasons)
    return _Health(PrinterStatus.PAPER_LOW if low else PrinterStatus.ONLINE, "", formats)


def _job(attributes: Mapping[str, Any]) -> _Job:
    return _Job(
        id=attributes.get("job-id", 0),
        state=attributes.get("job-state", IppJobState.PENDING),
        reasons=_all(attributes.get("job-state-reasons")),
    )


def _all(value: str | Iterable[str] | None) -> tuple[str, ...]:
    """pyipp gives one value as itself and several as a list."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
