"""IPP by pyipp: the ticket in a format that the printer takes, followed until it is on paper.

An IPP printer takes a job and keeps it, so "accepted" is not "printed"; and it does not notice when
the same job comes twice. So it is asked for a job of this name before sending, and again when an
answer is lost: what it has already is followed, not sent again.

Printers sign their certificates themselves, so `ipps://` trusts the first one that a printer shows
and no other after it. `ipp_answers` says what the answers mean; here they are asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import msgspec
from pyipp import IPP
from pyipp.enums import IppOperation
from pyipp.exceptions import IPPError

from domain.printer import Printer, PrinterStatus
from printing import pages, pdf, pwg
from printing.document import Cut, Document
from printing.media import Media
from printing.queue import Delivery, Outcome
from printing.transport import ipp_answers as answers
from printing.transport.delivered import Delivered
from printing.transport.ipp_answers import Form, Health, Job
from printing.transport.login import Login

__all__ = ["DEFAULT_LIMITS", "Limits", "condition", "deliver", "identify", "warm_up"]

_NO_CERTIFICATE = bytes(32)  # no certificate has this SHA-256: what is shown is refused, and named
_ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: closing throws away what has not left yet
_SERVER_ERRORS = range(0x500, 0x600)  # "not now"; the 0x400s are "not this"
_NOT_YOU = range(0x401, 0x404)  # forbidden, not authenticated, not authorized: an owner can help

_HTTP_REASONS = {
    401: "the printer wants another user name and password",
    403: "the printer wants another user name and password",
    426: "the printer wants an address that begins with ipps://",
}


class Limits(msgspec.Struct, frozen=True):
    """How long to wait for what."""

    connect_s: float = 3.0  # a printer in the same house answers in milliseconds, or is away
    request_s: float = 10.0  # one request; the printer may be waking up
    follow_s: float = 60.0  # from accepted to on paper; the next ticket waits behind this one
    first_look_s: float = 0.05  # a receipt printer needs less than a second for a ticket
    last_look_s: float = 0.5  # and then the looks become rarer
    settle_s: float = 1.0  # until a printer lists what it took just before the answer was lost


DEFAULT_LIMITS = Limits()


class _Failed(Exception):
    """A request without a good answer. `harmless` promises that nothing of it can be printed,
    `code` is the printer's IPP status code where it gave one."""

    def __init__(
        self,
        reason: str,
        status: PrinterStatus = PrinterStatus.ERROR,
        *,
        harmless: bool = False,
        code: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.harmless = harmless
        self.code = code


class _OtherCertificate(_Failed):
    """The printer showed a certificate that is not the pinned one; it was told nothing."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            "the printer shows another certificate than before:"
            " accept it where it was set up anew, else another machine answers in its place",
            harmless=True,
        )
        self.shown = shown


async def deliver(
    printer: Printer,
    document: Document,
    key: str,
    *,
    login: Login | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Delivered:
    """Prints `document` on the printer at `printer.uri`, once for each `key`. Nothing that the
    network or the printer does raises."""
    async with _connected(printer, login, limits) as remote:
        status, delivery = await _print(remote, printer, document, answers.job_name(key))
        return Delivered(delivery, status, printer.fence, certificate=remote.certificate)


async def condition(
    printer: Printer, *, login: Login | None = None, limits: Limits = DEFAULT_LIMITS
) -> Health:
    """How the printer is; prints nothing."""
    async with _connected(printer, login, limits) as remote:
        try:
            return answers.health(await remote.attributes())
        except _Failed as failed:
            return Health(failed.status, str(failed))


async def identify(
    printer: Printer, *, login: Login | None = None, limits: Limits = DEFAULT_LIMITS
) -> bool:
    """Has the printer show where it stands (PWG 5100.13: it blinks, beeps or lights up). False
    where it cannot, or is not there."""
    async with _connected(printer, login, limits) as remote:
        try:
            await remote.identify()
        except _Failed:
            return False
        return True


def warm_up(document: Document, printer: Printer) -> None:
    """Loads what encoding needs."""
    for form in answers.FORMATS:
        _encode(document, printer, Form(form, Media(printer.paper_mm)))


def _encode(document: Document, printer: Printer, form: Form) -> bytes:
    if form.format == answers.PDF:
        return pdf.encode(document, printer, form.media)
    if form.format == answers.JPEG:
        return pages.jpeg(document, printer, form.media)
    cut = form.media.length_mm is None and any(isinstance(e, Cut) for e in document.elements)
    drawn = pages.draw_pages(document, printer, form.media, form.dpi)
    return pwg.encode(drawn, form.dpi, form.colours, cut=cut)


async def _print(
    remote: _Remote, printer: Printer, document: Document, name: str
) -> tuple[PrinterStatus, Delivery]:
    try:
        attributes = await remote.attributes()
        job = answers.find(await remote.jobs(), name)
    except _Failed as failed:
        return failed.status, Delivery(Outcome.NOT_SENT, str(failed))
    health = answers.health(attributes)
    if job is None or job.spoilt:
        if health.trouble:
            return health.status, Delivery(Outcome.NOT_SENT, health.trouble)
        form = answers.choose(attributes, printer)
        if form is None:
            reason = f"the printer takes none of {', '.join(answers.FORMATS)}"
            return health.status, Delivery(Outcome.REFUSED, reason)
        content = await asyncio.to_thread(_encode, document, printer, form)
        sent = await _send(remote, name, form.format, content)
        if isinstance(sent, Delivery):
            return health.status, sent
        job = sent
    job = await remote.follow(job)
    delivery = answers.verdict(job)
    if delivery is not None:
        return health.status, delivery
    return await _why_not(remote, job)


async def _send(remote: _Remote, name: str, form: str, content: bytes) -> Job | Delivery:
    """The job as the printer took it, or what has become of it otherwise."""
    try:
        return await remote.print_job(name, form, content)
    except _Failed as failed:
        if failed.harmless:
            return Delivery(Outcome.NOT_SENT, str(failed))
        if failed.code is not None:
            return Delivery(Outcome.REFUSED, str(failed))
        return await _reconcile(remote, name, f"the answer was lost: {failed}")


async def _reconcile(remote: _Remote, name: str, lost: str) -> Job | Delivery:
    """What the printer knows of a job whose answer was lost. Asked twice: it may be taking it."""
    jobs: list[Job] = []
    for wait_s in (0.0, remote.limits.settle_s):
        await asyncio.sleep(wait_s)
        try:
            jobs = await remote.jobs()
        except _Failed:
            return Delivery(Outcome.UNSURE, lost)
        if (job := answers.find(jobs, name)) is not None:
            return job
    if answers.remembers(jobs):
        return Delivery(Outcome.NOT_SENT, f"{lost}, and the printer has no such job")
    # No proof: many printers forget a job as soon as it is printed.
    return Delivery(Outcome.UNSURE, lost)


async def _why_not(remote: _Remote, job: Job) -> tuple[PrinterStatus, Delivery]:
    """For a job that the printer has and does not finish. It is found by its name next time."""
    try:
        health = answers.health(await remote.attributes())
    except _Failed as failed:
        return failed.status, Delivery(Outcome.TAKEN, f"the printer has it, and then: {failed}")
    reason = f"the printer has it and has not printed it: {answers.waits_for(job, health)}"
    return health.status, Delivery(Outcome.TAKEN, reason)


@contextlib.asynccontextmanager
async def _connected(
    printer: Printer, login: Login | None, limits: Limits
) -> AsyncIterator[_Remote]:
    remote = _Remote(printer, limits)
    # A connection that was kept open may have died unseen: each request makes its own.
    connector = aiohttp.TCPConnector(force_close=True, socket_factory=_abortable)
    timeout = aiohttp.ClientTimeout(sock_connect=limits.connect_s)
    async with aiohttp.ClientSession(
        connector=connector,
        headers={"Authorization": login.authorization} if login else {},
        timeout=timeout,
        raise_for_status=True,  # pyipp would read the error page first, and fail where it is odd
    ) as session:
        remote.ipp.session = session
        yield remote


class _Remote:
    """The printer's operations, in this module's words. Each raises `_Failed`.

    `certificate` is the SHA-256 of the certificate that the printer showed, in hex; "" where it
    showed none.
    """

    def __init__(self, printer: Printer, limits: Limits) -> None:
        self.limits = limits
        self.certificate = printer.certificate
        self.ipp = IPP(host=printer.uri)
        self._pinned = bool(printer.certificate)
        self._pin(printer.certificate)

    async def attributes(self) -> Mapping[str, Any]:
        """The printer's own."""
        answer = await self._ask(
            IppOperation.GET_PRINTER_ATTRIBUTES,
            {"requested-attributes": answers.PRINTER_ATTRIBUTES},
        )
        found: Mapping[str, Any] = next(iter(answer["printers"]), {})
        return found

    async def jobs(self) -> list[Job]:
        """All that the printer tells of, which is nothing where it tells nobody."""
        found: list[Job] = []
        for which in ("completed", "not-completed"):
            wanted = {"which-jobs": which, "requested-attributes": answers.JOB_ATTRIBUTES}
            try:
                answer = await self._ask(IppOperation.GET_JOBS, wanted)
            except _Failed as failed:
                if failed.code is None:
                    raise
                continue
            found += map(answers.job, answer["jobs"])
        return found

    async def print_job(self, name: str, form: str, content: bytes) -> Job:
        attributes = {"job-name": name, "document-format": form}
        answer = await self._ask(IppOperation.PRINT_JOB, attributes, content)
        if not answer["jobs"]:
            raise _Failed("it took the job and named none")
        return answers.job(answer["jobs"][0])

    async def follow(self, job: Job) -> Job:
        """`job` as it is when it has ended, when the printer says that it cannot go on, or when we
        have waited long enough."""
        wait_s = self.limits.first_look_s
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.limits.follow_s):
                while not job.ended:
                    await asyncio.sleep(wait_s)
                    job = await self._look(job)
                    if wait_s >= self.limits.last_look_s and await self._stuck():
                        break
                    wait_s = min(2 * wait_s, self.limits.last_look_s)
        return job

    async def identify(self) -> None:
        await self._ask(IppOperation.IDENTIFY_PRINTER, {})

    async def _look(self, job: Job) -> Job:
        wanted = {"job-id": job.id, "requested-attributes": answers.JOB_ATTRIBUTES}
        try:
            answer = await self._ask(IppOperation.GET_JOB_ATTRIBUTES, wanted)
        except _Failed:
            return job  # a look that failed says nothing of the job
        return answers.job(answer["jobs"][0]) if answer["jobs"] else job

    async def _stuck(self) -> bool:
        try:
            return bool(answers.health(await self.attributes()).trouble)
        except _Failed:
            return False  # it may be busy with the job

    async def _ask(
        self, operation: IppOperation, attributes: Mapping[str, Any], content: bytes = b""
    ) -> dict[str, Any]:
        try:
            return await self._request(operation, attributes, content)
        except _OtherCertificate as other:
            self.certificate = other.shown
            if self._pinned:
                raise
        self._pinned = True
        self._pin(self.certificate)
        return await self._request(operation, attributes, content)

    def _pin(self, certificate: str) -> None:
        # pyipp hands it to aiohttp as it is, which refuses what does not match before it sends.
        expected = bytes.fromhex(certificate) or _NO_CERTIFICATE
        self.ipp.verify_ssl = aiohttp.Fingerprint(expected)  # type: ignore[assignment]

    async def _request(
        self, operation: IppOperation, attributes: Mapping[str, Any], content: bytes
    ) -> dict[str, Any]:
        message = {"operation-attributes-tag": dict(attributes), "data": content}
        try:
            # pyipp's own time-out does not cover the body of the answer.
            async with asyncio.timeout(self.limits.request_s):
                answer: dict[str, Any] = await self.ipp.execute(operation, message)
                return answer
        except (IPPError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _failed(error) from error


def _abortable(address: Any) -> socket.socket:
    """For aiohttp, `address` as `getaddrinfo` gives it. What has not left when the socket is
    closed never will: a cable that is put back would deliver a job that was given up long ago."""
    family, kind, protocol, *_ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    return made


def _failed(error: Exception) -> _Failed:
    cause = error.__cause__ or error
    match cause:
        case aiohttp.ServerFingerprintMismatch():
            return _OtherCertificate(cause.got.hex())
        case aiohttp.ClientConnectorSSLError():
            return _Failed("the printer speaks no TLS that can be used", harmless=True)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return _Failed("cannot reach the printer", PrinterStatus.OFFLINE, harmless=True)
        case socket.gaierror():
            reason = "the printer's name is not known here"
            return _Failed(reason, PrinterStatus.OFFLINE, harmless=True)
        case aiohttp.ClientResponseError(status=status):
            reason = _HTTP_REASONS.get(status, f"the printer answered HTTP {status}")
            # 4xx is an answer to the request; 5xx may come after the printer took it.
            return _Failed(reason, harmless=status < 500)
        case IPPError(args=(_, {"status-code": int(code)})):
            reason = f"the printer refused with IPP status {code:#06x}"
            return _Failed(reason, harmless=code in _SERVER_ERRORS or code in _NOT_YOU, code=code)
    return _Failed("no answer from the printer", PrinterStatus.OFFLINE)
