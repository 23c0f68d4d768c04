"""The print queue's rules: what becomes of a job after each try. Pure; storage is someone else's.

    queued ─▶ sending ─▶ printed
                 ├─ no byte left ─▶ queued again after 1, 2 and 4 s ─▶ held until it is back
                 ├─ the printer has it ─▶ unsure: asked again until it is printed
                 ├─ bytes left, no word ─▶ unsure: sent again under POSSIBLE DUPLICATE, and after
                 │                         three sends held until a person has looked
                 └─ it will never take it ─▶ failed

A job that was `sending` when the program stopped is unsure too: nobody knows what the printer got.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from domain.clock import from_iso, iso
from domain.ticket import PlannedJob, Ticket, TicketKind

__all__ = [
    "EXPIRY_S",
    "GAP_MS",
    "MAX_SENDS",
    "POSSIBLE_DUPLICATE",
    "RETRY_AFTER_S",
    "Delivery",
    "JobState",
    "Outcome",
    "PrintJob",
    "after_restart",
    "due",
    "enqueue",
    "revive",
    "settle",
    "start",
]

GAP_MS = 100  # between two jobs on one printer: slow ones drop a connection that comes sooner
RETRY_AFTER_S = (1, 2, 4)  # a printer that is being plugged in again is back within these
MAX_SENDS = 3  # of one job to a printer that never confirms: more paper would only confuse
EXPIRY_S = 4 * 3600  # after that nobody is waiting for the food, and a burst of old tickets harms
ASK_AGAIN_S = 2  # of a job that waits in the printer: soon after the paper is in again
POSSIBLE_DUPLICATE = "POSSIBLE DUPLICATE"

_STALE = "older than 4 hours: print it from the terminal"


class JobState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    UNSURE = "unsure"
    FAILED = "failed"
    HELD = "held"


class Outcome(StrEnum):
    """What is known after a try. `not_sent` is a promise: no byte can come out of the printer.
    `taken` is one too: it has the job and keeps it, and the next try will find it there."""

    PRINTED = "printed"
    NOT_SENT = "not_sent"
    TAKEN = "taken"
    UNSURE = "unsure"
    REFUSED = "refused"


class Delivery(msgspec.Struct, frozen=True):
    """One try's outcome; `reason` is for people, empty where it printed."""

    outcome: Outcome
    reason: str = ""


class PrintJob(msgspec.Struct, frozen=True):
    """One ticket for one printer. Times are RFC 3339, empty where they have not come.

    `attempts` counts tries in a row of which nothing left, `sends` those of which something may
    have. `awaits_printer` marks a held job that goes out by itself when the printer is back; any
    other held job waits for a person. `seq` is the order in which jobs were planned, the store's.
    """

    key: str
    printer_id: str
    ticket: Ticket
    state: JobState
    created_at: str
    due_at: str = ""
    attempts: int = 0
    sends: int = 0
    reason: str = ""
    banner: str = ""
    awaits_printer: bool = False
    sending_at: str = ""
    finished_at: str = ""
    seq: int = 0


def enqueue(planned: PlannedJob, now: datetime, *, banner: str = "") -> PrintJob:
    """The job for `planned`: due at once, or held with a reason where it has no printer or
    nobody is waiting for it any more.

    A change is never too old: it is planned only when it happens, however long ago the order was.
    """
    job = PrintJob(
        key=planned.key,
        printer_id=planned.printer_id,
        ticket=planned.ticket,
        state=JobState.QUEUED,
        created_at=iso(now),
        due_at=iso(now),
        banner=banner,
    )
    if not planned.printer_id:
        return _held(job, f"no printer is set for {planned.ticket.station!r}")
    if planned.ticket.kind is not TicketKind.CHANGE:
        return _hold_stale(job, planned.ticket.placed_at, now)
    return job


def due(job: PrintJob, now: datetime) -> bool:
    """True where `job` may be sent now. One that is due later than any retry could be was put
    off by a clock that has been set back since."""
    waiting = job.state in (JobState.QUEUED, JobState.UNSURE)
    return waiting and not iso(now) < job.due_at <= _after(now, max(RETRY_AFTER_S))


def start(job: PrintJob, now: datetime) -> PrintJob:
    """`job` as it is stored before its first byte leaves."""
    return replace(job, state=JobState.SENDING, sending_at=iso(now))


def settle(job: PrintJob, delivery: Delivery, now: datetime) -> PrintJob:
    """`job` after a try that ended in `delivery`."""
    match delivery.outcome:
        case Outcome.PRINTED:
            return _finished(job, JobState.PRINTED, "", now)
        case Outcome.REFUSED:
            return _finished(job, JobState.FAILED, delivery.reason, now)
        case Outcome.NOT_SENT:
            return _retry(job, delivery.reason, now)
        case Outcome.UNSURE:
            return _send_again(job, delivery.reason, now)
        case Outcome.TAKEN:
            return _ask_again(job, delivery.reason, now)


def after_restart(job: PrintJob, now: datetime) -> PrintJob:
    """`job` as the program finds it when it starts: one that was being sent is unsure."""
    if job.state is not JobState.SENDING:
        return job
    return _send_again(job, "the program stopped while it was being sent", now)


def revive(job: PrintJob, now: datetime) -> PrintJob:
    """`job` when its printer is back: due again, unless it has become too old or waits for a
    person."""
    if job.state is not JobState.HELD or not job.awaits_printer:
        return job
    waiting = replace(job, awaits_printer=False, attempts=0, due_at=iso(now), reason="")
    return _hold_stale(replace(waiting, state=_waiting(job)), job.created_at, now)


def _retry(job: PrintJob, reason: str, now: datetime) -> PrintJob:
    if job.attempts >= len(RETRY_AFTER_S):
        return replace(_held(job, reason), awaits_printer=True)
    return replace(
        job,
        state=_waiting(job),
        attempts=job.attempts + 1,
        due_at=_after(now, RETRY_AFTER_S[job.attempts]),
        reason=reason,
    )


def _send_again(job: PrintJob, reason: str, now: datetime) -> PrintJob:
    unsure = replace(
        job,
        state=JobState.UNSURE,
        attempts=0,
        sends=job.sends + 1,
        due_at=_after(now, RETRY_AFTER_S[0]),
        reason=reason,
        banner=POSSIBLE_DUPLICATE,
    )
    if unsure.sends < MAX_SENDS:
        return unsure
    return _held(unsure, f"sent {unsure.sends} times without an answer, look there: {reason}")


def _ask_again(job: PrintJob, reason: str, now: datetime) -> PrintJob:
    """Not a send more, however long it lasts: the printer goes on by itself once it has paper. The
    banner is for the day on which it has forgotten the job when it is asked."""
    return replace(
        job,
        state=JobState.UNSURE,
        attempts=0,
        sends=max(job.sends, 1),
        due_at=_after(now, ASK_AGAIN_S),
        reason=reason,
        banner=POSSIBLE_DUPLICATE,
    )


def _waiting(job: PrintJob) -> JobState:
    """What a job is while it waits for its turn: unsure from the first byte that ever left."""
    return JobState.UNSURE if job.sends else JobState.QUEUED


def _finished(job: PrintJob, state: JobState, reason: str, now: datetime) -> PrintJob:
    return replace(job, state=state, reason=reason, finished_at=iso(now))


def _held(job: PrintJob, reason: str) -> PrintJob:
    return replace(job, state=JobState.HELD, reason=reason, due_at="")


def _hold_stale(job: PrintJob, since: str, now: datetime) -> PrintJob:
    """`job`, held where both `since` and the time it is promised for are longer ago than
    `EXPIRY_S`: a pre-order of this morning is fresh in the evening."""
    oldest = now - timedelta(seconds=EXPIRY_S)
    wanted = [from_iso(at) for at in (since, job.ticket.promised_at) if at]
    return _held(job, _STALE) if wanted and max(wanted) < oldest else job


def _after(now: datetime, seconds: int) -> str:
    return iso(now + timedelta(seconds=seconds))
