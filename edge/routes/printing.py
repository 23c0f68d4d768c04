"""`printers`, `print-jobs/…`: what is printed where, and what became of it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter

from domain.clock import iso
from domain.codec import decode
from domain.errors import Conflict, NotFound, Unavailable
from domain.printer import Printer
from edge.access import Right, need_right
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, json_list, json_text
from edge.store import paper, print_jobs, records
from edge.store.writer import Transaction
from printing.queue import JobState, Outcome, PrintJob, cancel, hold, print_now
from sync.wire import Collection

__all__ = ["PrintJobs", "Printers", "need_printer"]

MAX_LISTED = 500  # jobs in one answer
MAX_JOB_ID = 2**63 - 1  # what the column holds

JobId = Annotated[int, PathParameter(ge=0, le=MAX_JOB_ID)]
_log = logging.getLogger(__name__)

_PLAIN = Printer(id="", name="", uri="escpos://none")  # the paper of a job that has no printer


class Printers(Controller):
    path = "/printers"
    tags = ("printing",)

    @get("/")
    async def listed(self, parts: NamedDependency[Parts]) -> JsonText:
        """Every printer, with how it was when it was last spoken to."""
        found = await parts.store.read(lambda db: records.all_of(db, Collection.PRINTER))
        return json_list(record.json for record in found)

    @post("/{printer_id:str}/test")
    async def test(self, printer_id: FromPath[str], parts: NamedDependency[Parts]) -> JsonText:
        """Prints a test ticket there. Answers with the print job."""
        now, test_id = parts.clock.now(), parts.ids.new()

        def add(tx: Transaction) -> PrintJob:
            need_printer(tx.connection, printer_id)
            return paper.trial(tx, printer_id, now=now, test_id=test_id)

        return json_text(print_jobs.as_json([await parts.store.write(add)]), status=201)

    @post("/{printer_id:str}/drawer", status_code=204)
    async def drawer(
        self, request: SignedIn, printer_id: FromPath[str], parts: NamedDependency[Parts]
    ) -> None:
        """Opens the cash drawer at this printer, now or not at all. Owners may, and staff whose
        record says `may_open_drawer`; nothing that stands in an order or on a ticket can."""
        who = request.user

        def allowed(db: sqlite3.Connection) -> Printer:
            need_right(db, who, Right.OPEN_DRAWER)
            return need_printer(db, printer_id)

        printer = await parts.store.read(allowed)
        try:
            delivery = (await parts.spooler.open_drawer(printer)).delivery
        except TimeoutError:
            raise Unavailable(f"{printer.name} is busy with a ticket; try again.") from None
        _log.info("drawer at %s, asked for by %s: %s", printer_id, who.sub, delivery.outcome)
        if delivery.outcome is not Outcome.PRINTED:
            raise Unavailable(f"The drawer may be shut: {delivery.reason}.")


class PrintJobs(Controller):
    path = "/print-jobs"
    tags = ("printing",)

    @get("/")
    async def listed(
        self,
        parts: NamedDependency[Parts],
        order_id: FromQuery[str] = "",
        in_state: Annotated[JobState | None, QueryParameter(name="state")] = None,
        open_only: Annotated[bool, QueryParameter(name="open")] = False,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_LISTED)] = 100,
    ) -> JsonText:
        """Print jobs, the newest first; with `open=true` what is not on paper and nobody gave up.
        Times are RFC 3339 with milliseconds."""
        found = await parts.store.read(
            lambda db: print_jobs.listed(
                db, order_id=order_id, state=in_state, open_only=open_only, limit=limit
            )
        )
        return json_text(print_jobs.as_json(found))

    @get("/{job_id:int}")
    async def job(self, job_id: JobId, parts: NamedDependency[Parts]) -> JsonText:
        """One print job, and what has become of it."""
        found = await parts.store.read(lambda db: print_jobs.find(db, job_id))
        return json_text(print_jobs.one_as_json(found))

    @get("/{job_id:int}/picture", media_type="image/png")
    async def picture(self, job_id: JobId, parts: NamedDependency[Parts]) -> bytes:
        """What the job looks like on its printer's paper, as a PNG; on 80 mm where it has none."""
        job, printer, templates = await parts.store.read(lambda db: _to_draw(db, job_id))
        business = (await parts.house.now()).business

        def draw() -> bytes:
            # Imported here: pictures are for people, and most edges print all day without one.
            from printing.image import preview
            from printing.render import render

            document = render(
                job.ticket,
                business=business,
                printer=printer,
                banner=job.banner,
                templates=templates,
            )
            return preview(document, printer)

        return await asyncio.to_thread(draw)

    @post("/{job_id:int}/retry", status_code=200)
    async def retry(self, job_id: JobId, parts: NamedDependency[Parts]) -> JsonText:
        """Prints a job that is held, failed or unsure now, however old it is."""

        def release(tx: Transaction, job: PrintJob, now: datetime) -> PrintJob:
            if job.state in (JobState.PRINTED, JobState.SENDING):
                raise Conflict(f"Print job {job.seq} is {job.state}; print it again: reprint.")
            front = print_jobs.held_in_front(tx.connection, job)
            if front is not None:
                raise Conflict(
                    f"Print job {job.seq} changes the ticket of print job {front}, which is held: "
                    "print or cancel that one first."
                )
            return print_now(paper.with_printer(tx.connection, job), now)

        return await _changed(parts, job_id, release)

    @post("/{job_id:int}/hold", status_code=200)
    async def hold(
        self, request: SignedIn, job_id: JobId, parts: NamedDependency[Parts]
    ) -> JsonText:
        """Keeps a job back that is not printed yet, until it is retried or cancelled."""

        def keep_back(tx: Transaction, job: PrintJob, now: datetime) -> PrintJob:
            _need_open(job, "held")
            return hold(job, by=request.user.sub)

        return await _changed(parts, job_id, keep_back)

    @post("/{job_id:int}/cancel", status_code=200)
    async def cancel(
        self, request: SignedIn, job_id: JobId, parts: NamedDependency[Parts]
    ) -> JsonText:
        """Gives a job up that is not printed yet, also one that its printer refused."""

        def give_up(tx: Transaction, job: PrintJob, now: datetime) -> PrintJob:
            if job.given_up or job.state is not JobState.FAILED:
                _need_open(job, "cancelled")
            return cancel(job, by=request.user.sub, now=now)

        return await _changed(parts, job_id, give_up)

    @post("/{job_id:int}/reprint")
    async def reprint(
        self, request: SignedIn, job_id: JobId, parts: NamedDependency[Parts]
    ) -> JsonText:
        """Prints one ticket once more, marked as a reprint. Answers with the new print job."""
        now, reprint_id = parts.clock.now(), parts.ids.new()
        restaurant = await parts.house.now()

        def add(tx: Transaction) -> PrintJob:
            name = paper.name_of(tx.connection, request.user.sub)
            banner = restaurant.reprint_banner(now, by=name)
            job = print_jobs.find(tx.connection, job_id)
            if job.state is not JobState.PRINTED:
                raise Conflict(f"Print job {job.seq} is {job.state} and was not printed: retry it.")
            return paper.reprint_job(tx, job, banner=banner, now=now, reprint_id=reprint_id)

        return json_text(print_jobs.as_json([await parts.store.write(add)]), status=201)


def _need_open(job: PrintJob, done: str) -> None:
    if job.state in (JobState.PRINTED, JobState.SENDING, JobState.FAILED):
        raise Conflict(f"Print job {job.seq} is {job.state} and cannot be {done}.")


def _to_draw(db: sqlite3.Connection, job_id: int) -> tuple[PrintJob, Printer, dict[str, str]]:
    job = print_jobs.find(db, job_id)
    record = records.find(db, Collection.PRINTER, job.printer_id)
    gone = record is None or record.deleted  # or there never was one
    return job, _PLAIN if gone else need_printer(db, job.printer_id), paper.templates(db)


async def _changed(
    parts: Parts, job_id: int, step: Callable[[Transaction, PrintJob, datetime], PrintJob]
) -> JsonText:
    now = parts.clock.now()

    def change(tx: Transaction) -> PrintJob:
        job = step(tx, print_jobs.find(tx.connection, job_id), now)
        print_jobs.save(tx, job, iso(now))
        return job

    return json_text(print_jobs.as_json([await parts.store.write(change)]))


def need_printer(db: sqlite3.Connection, printer_id: str) -> Printer:
    """Raises `NotFound`."""
    record = records.find(db, Collection.PRINTER, printer_id)
    if record is None or record.deleted:
        raise NotFound(f"There is no printer {printer_id!r}.")
    return decode(record.data, Printer)
