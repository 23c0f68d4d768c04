"""A virtual IPP printer: IPP/1.1 and 2.0 over HTTP, one paper for each job that it completes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from aiohttp import web
from pyipp.enums import IppJobState, IppOperation, IppPrinterState, IppStatus, IppTag

from demo.printers.documents import FORMATS, Unprintable, show
from demo.printers.ipp_messages import (
    Attributes,
    Group,
    Malformed,
    Request,
    read_request,
    write_reply,
)
from demo.printers.paper import OnPaper, Paper
from demo.printers.port import HOST, reserve
from demo.printers.virtual import VirtualPrinter
from domain.clock import Clock

__all__ = ["IppPrinter"]

PATH = "/ipp/print"
MAX_DOCUMENT_BYTES = 16 * 1024 * 1024  # a ticket has some 20 KB; a page of photographs fits
KEPT_JOBS = 200  # what Get-Jobs can still tell of; the oldest finished ones are forgotten first
CLOSE_S = 0.5  # how long an answer that is being written may hold up going offline

_ANY_FORMAT = "application/octet-stream"  # the client leaves it to the printer to find out
_BRIEFLY = ("job-uri", "job-id")  # what Get-Jobs tells unless asked for more (RFC 8011, 4.2.6.1)

Reply = tuple[IppStatus, list[Group]]


@dataclass(frozen=True)
class _Job:
    id: int
    name: str
    user: str
    document_format: str
    document: bytes
    received_at: float
    state: IppJobState = IppJobState.PENDING
    reason: str = "none"

    @property
    def open(self) -> bool:
        """It will still be printed; printing itself is done in one go."""
        return self.state is IppJobState.PENDING


class IppPrinter(VirtualPrinter):
    """One Paper for each completed job.

    `paper_out`: jobs are accepted and stay pending, the printer says `media-empty-error`.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        port: int = 0,
        name: str = "Virtual IPP printer",
        uuid: str = "0a4bd8d0-7a0f-4f2c-9c4b-5d1f3c1e0631",
        on_paper: OnPaper = lambda paper: None,
    ) -> None:
        super().__init__(clock, port=port, on_paper=on_paper)
        self._name = name
        self._uuid = uuid
        self._jobs: dict[int, _Job] = {}
        self._last_id = 0
        self._came = asyncio.Event()
        self._started_at = clock.monotonic()
        self._runner: web.AppRunner | None = None
        self._operations: dict[int, Callable[[Request], Reply]] = {
            IppOperation.PRINT_JOB: self._print_job,
            IppOperation.VALIDATE_JOB: self._validate_job,
            IppOperation.CANCEL_JOB: self._cancel_job,
            IppOperation.GET_JOB_ATTRIBUTES: self._get_job_attributes,
            IppOperation.GET_JOBS: self._get_jobs,
            IppOperation.GET_PRINTER_ATTRIBUTES: self._get_printer_attributes,
        }

    @property
    def uri(self) -> str:
        return f"ipp://{HOST}:{self.port}{PATH}"

    @property
    def offline(self) -> bool:
        return self._runner is None

    async def set_offline(self, offline: bool) -> None:
        if offline and self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
            self._reserved = reserve(self.port)
        elif not offline and self._runner is None:
            app = web.Application(client_max_size=MAX_DOCUMENT_BYTES)
            app.router.add_post(PATH, self._serve)
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_S)
            await self._runner.setup()
            await web.SockSite(self._runner, self._reserved).start()

    # -------------------------------------------------------------- printing

    async def _print(self) -> None:
        while True:
            await self._came.wait()
            await self._has_paper.wait()
            pending = (job for job in self._jobs.values() if job.open)
            job = next(pending, None)
            if job is None:
                self._came.clear()
            else:
                self._print_one(job)

    def _print_one(self, job: _Job) -> None:
        try:
            text, draw = show(job.document, job.document_format)
        except Unprintable:
            self._end(job, IppJobState.ABORTED, "document-format-error")
            return
        paper = Paper(
            text=text,
            raw=job.document,
            at=self._clock.monotonic(),
            bytes_received_at=job.received_at,
            printed_at=self._clock.now(),
            draw=draw,
        )
        self._end(job, IppJobState.COMPLETED, "job-completed-successfully")
        self._drop(paper)

    def _end(self, job: _Job, state: IppJobState, reason: str) -> None:
        self._jobs[job.id] = replace(job, state=state, reason=reason, document=b"")

    # ------------------------------------------------------------ operations

    async def _serve(self, http: web.Request) -> web.Response:
        try:
            request = read_request(await http.read())
        except Malformed:
            raise web.HTTPBadRequest(text="no IPP message") from None
        status, groups = self._answer(request)
        return web.Response(
            body=write_reply(request, status, groups), content_type="application/ipp"
        )

    def _answer(self, request: Request) -> Reply:
        if request.version[0] not in (1, 2):
            return IppStatus.ERROR_VERSION_NOT_SUPPORTED, []
        operation = self._operations.get(request.operation)
        if operation is None:
            return IppStatus.ERROR_OPERATION_NOT_SUPPORTED, []
        return operation(request)

    def _validate_job(self, request: Request) -> Reply:
        if request.attributes.get("compression", "none") != "none":
            return IppStatus.ERROR_COMPRESSION_ERROR, []
        if _format(request) not in FORMATS:
            return IppStatus.ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED, []
        return IppStatus.OK, []

    def _print_job(self, request: Request) -> Reply:
        status, groups = self._validate_job(request)
        if status is not IppStatus.OK:
            return status, groups
        if not self._make_room():
            return IppStatus.ERROR_TOO_MANY_JOBS, []
        self._last_id += 1
        job = _Job(
            id=self._last_id,
            name=request.attributes.get("job-name", "untitled"),
            user=request.attributes.get("requesting-user-name", "anonymous"),
            document_format=_format(request),
            document=request.document,
            received_at=self._clock.monotonic(),
        )
        self._jobs[job.id] = job
        self._came.set()
        return IppStatus.OK, [(IppTag.JOB, self._describe(job))]

    def _make_room(self) -> bool:
        """Forgets the oldest finished job where the list is full; False where none is finished."""
        if len(self._jobs) < KEPT_JOBS:
            return True
        finished = next((job for job in self._jobs.values() if not job.open), None)
        if finished is None:
            return False
        del self._jobs[finished.id]
        return True

    def _cancel_job(self, request: Request) -> Reply:
        job = self._job(request)
        if job is None:
            return IppStatus.ERROR_NOT_FOUND, []
        if not job.open:
            return IppStatus.ERROR_NOT_POSSIBLE, []
        self._end(job, IppJobState.CANCELED, "job-canceled-by-user")
        return IppStatus.OK, []

    def _get_job_attributes(self, request: Request) -> Reply:
        job = self._job(request)
        if job is None:
            return IppStatus.ERROR_NOT_FOUND, []
        return IppStatus.OK, [(IppTag.JOB, request.requested(self._describe(job)))]

    def _get_jobs(self, request: Request) -> Reply:
        """Finished jobs newest first, open ones in the order in which they will print."""
        which = request.attributes.get("which-jobs", "not-completed")
        if which not in ("completed", "not-completed"):
            return IppStatus.ERROR_ATTRIBUTES_OR_VALUES, []
        jobs = [job for job in self._jobs.values() if job.open == (which != "completed")]
        if which == "completed":
            jobs.reverse()
        limit = request.attributes.get("limit", len(jobs))
        return IppStatus.OK, [
            (IppTag.JOB, request.requested(self._describe(job), _BRIEFLY)) for job in jobs[:limit]
        ]

    def _get_printer_attributes(self, request: Request) -> Reply:
        return IppStatus.OK, [(IppTag.PRINTER, request.requested(self._describe_printer()))]

    def _job(self, request: Request) -> _Job | None:
        """The job that `job-id` or `job-uri` names."""
        by_uri = str(request.attributes.get("job-uri", "")).rpartition("/")[2]
        job_id = request.attributes.get("job-id", int(by_uri) if by_uri.isdigit() else 0)
        return self._jobs.get(job_id)

    def _describe(self, job: _Job) -> Attributes:
        waiting = job.open and self.paper_out
        reason = "printer-stopped" if waiting else job.reason
        return {
            "job-id": (IppTag.INTEGER, job.id),
            "job-uri": (IppTag.URI, f"{self.uri}/{job.id}"),
            "job-printer-uri": (IppTag.URI, self.uri),
            "job-name": (IppTag.NAME, job.name),
            "job-originating-user-name": (IppTag.NAME, job.user),
            "job-state": (IppTag.ENUM, job.state.value),
            "job-state-reasons": (IppTag.KEYWORD, reason),
        }

    def _describe_printer(self) -> Attributes:
        waiting = [job for job in self._jobs.values() if job.open]
        state = IppPrinterState.STOPPED if self.paper_out else IppPrinterState.IDLE
        return {
            "printer-uri-supported": (IppTag.URI, self.uri),
            "uri-security-supported": (IppTag.KEYWORD, "none"),
            "uri-authentication-supported": (IppTag.KEYWORD, "none"),
            "printer-uuid": (IppTag.URI, f"urn:uuid:{self._uuid}"),
            "printer-name": (IppTag.NAME, self._name),
            "printer-info": (IppTag.TEXT, self._name),
            "printer-location": (IppTag.TEXT, ""),
            "printer-make-and-model": (IppTag.TEXT, "PanBot Virtual"),
            "printer-device-id": (IppTag.TEXT, "MFG:PanBot;MDL:Virtual;CMD:PDF,JPEG;"),
            "printer-state": (IppTag.ENUM, state.value),
            "printer-state-reasons": (
                IppTag.KEYWORD,
                "media-empty-error" if self.paper_out else "none",
            ),
            "printer-is-accepting-jobs": (IppTag.BOOLEAN, True),
            "printer-up-time": (
                IppTag.INTEGER,
                int(self._clock.monotonic() - self._started_at) + 1,
            ),
            "queued-job-count": (IppTag.INTEGER, len(waiting)),
            "ipp-versions-supported": (IppTag.KEYWORD, ("1.1", "2.0")),
            "operations-supported": (IppTag.ENUM, tuple(int(code) for code in self._operations)),
            "charset-configured": (IppTag.CHARSET, "utf-8"),
            "charset-supported": (IppTag.CHARSET, "utf-8"),
            "natural-language-configured": (IppTag.LANGUAGE, "en"),
            "generated-natural-language-supported": (IppTag.LANGUAGE, "en"),
            "document-format-default": (IppTag.MIME_TYPE, "application/pdf"),
            "document-format-supported": (IppTag.MIME_TYPE, tuple(FORMATS)),
            "compression-supported": (IppTag.KEYWORD, "none"),
            "pdl-override-supported": (IppTag.KEYWORD, "not-attempted"),
        }


def _format(request: Request) -> str:
    asked = str(request.attributes.get("document-format", _ANY_FORMAT))
    if asked != _ANY_FORMAT:
        return asked
    return "application/pdf" if request.document.startswith(b"%PDF-") else asked
