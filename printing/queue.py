"""The print queue's rules: what becomes of a job after each try. Pure; storage is someone else's.

    queued ─▶ sending ─▶ printed
                 ├─ no byte left ─▶ queued again after 1, 2 and 4 s ─▶ held until it is back
                 ├─ the printer has it ─▶ unsure: asked again until it is printed
                 ├─ bytes left, no word ─▶ unsure: sent again under POSSIBLE DUPLICATE, and after
                 │                         three sends held until a person has looked
                 └─ it will never take it ─▶ failed

A job that was `sending` when the program stopped is unsure too: nobody knows what the printer got.
One that has become too old is held before it is sent, and a person says print or cancel.
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
    "GIVEN_UP",
    "MAX_SENDS",
    "POSSIBLE_DUPLICATE",
    "RETRY_AFTER_S",
    "Delivery",
    "JobState",
    "Outcome",
    "PrintJob",
    "after_restart",
    "cancel",
    "due",
    "enqueue",
    "hold",
    "hold_expired",
    "hold_until_back",
    "move",
    "print_now",
    "revive",
    "settle",
    "start",
    "unassign",
]

GAP_MS = 100  # between two jobs on one printer: slow ones drop a connection that comes sooner
RETRY_AFTER_S = (1, 2, 4)  # a printer that is being plugged in again is back within these
MAX_SENDS = 3  # of one job to a printer that never confirms: more paper would only confuse
EXPIRY_S = 4 * 3600  # after that nobody is waiting for the food, and a burst of old tickets harms
ASK_AGAIN_S = 2  # of a job that waits in the printer: soon after the paper is in again
POSSIBLE_DUPLICATE = "POSSIBLE DUPLICATE"
GIVEN_UP = "cancelled by "  # so begins the reason of a job that a person gave up

_STALE = "older than 4 hours: print it or cancel it"


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
    other held job waits for a person. After `expires_at` it is not sent without being asked for.
    `seq` is the order in which jobs were planned, the store's.
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
    expires_at: str = ""
    seq: int = 0

    @property
    def given_up(self) -> bool:
        """True where a person wants it no more; else one that failed is still missing."""
        return self.state is JobState.FAILED and self.reason.startswith(GIVEN_UP)


def enqueue(planned: PlannedJob, now: datetime, *, banner: str = "") -> PrintJob:
    """The job for `planned`: due at once, or held with a reason where it has no printer or
    nobody is waiting for it any more.

    It expires `EXPIRY_S` after it was ordered, or after the time that it is promised for: a
    pre-order of this morning is fresh in the evening. A change is as young as the change itself,
    however long ago the order was.
    """
    ticket = planned.ticket
    since = iso(now) if ticket.kind is TicketKind.CHANGE else ticket.placed_at
    wanted = [from_iso(at) for at in (since, ticket.promised_at) if at]
    job = PrintJob(
        key=planned.key,
        printer_id=planned.printer_id,
        ticket=ticket,
        state=JobState.QUEUED,
        created_at=iso(now),
        due_at=iso(now),
        expires_at=_after(max(wanted, default=now), EXPIRY_S),
        banner=banner,
    )
    if not planned.printer_id:
        return _held(job, f"no printer is set for {ticket.station!r}")
    return hold_expired(job, now)


def due(job: PrintJob, now: datetime) -> bool:
    """True where `job` may be sent now. One that is due later than any retry could be was put
    off by a clock that has been set back since."""
    waiting = job.state in (JobState.QUEUED, JobState.UNSURE)
    return waiting and not iso(now) < job.due_at <= _after(now, max(RETRY_AFTER_S))


def hold_expired(job: PrintJob, now: datetime) -> PrintJob:
    """`job` before it is sent: held for a person where nobody may be waiting for it any more."""
    return _held(job, _STALE) if job.expires_at < iso(now) else job


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
    """`job` when its printer is back: due again, unless it waits for a person."""
    return _due_again(job, now) if job.awaits_printer else job


def print_now(job: PrintJob, now: datetime) -> PrintJob:
    """`job`, due at once because a person wants it, however old it is. One that still has no
    printer stays held."""
    if not job.printer_id:
        return job
    return replace(_due_again(job, now), expires_at=_after(now, EXPIRY_S), finished_at="")


def hold(job: PrintJob, *, by: str) -> PrintJob:
    """`job`, kept back by a person until a person lets it go."""
    return _held(job, f"held by {by}")


def hold_until_back(job: PrintJob, reason: str) -> PrintJob:
    """`job`, held until its printer is back."""
    return replace(_held(job, reason), awaits_printer=True)


def move(job: PrintJob, printer_id: str, now: datetime, *, why: str = "") -> PrintJob:
    """`job` for another printer, since its own is away, or `why`."""
    moved = replace(_due_again(job, now), printer_id=printer_id)
    return replace(moved, reason=why or f"moved from {job.printer_id}, which is away")


def unassign(job: PrintJob, reason: str) -> PrintJob:
    """`job` without a printer: held until a person prints it elsewhere or gives it up."""
    return replace(_held(job, reason), printer_id="")


def cancel(job: PrintJob, *, by: str, now: datetime) -> PrintJob:
    """`job`, given up by a person."""
    return _finished(job, JobState.FAILED, f"{GIVEN_UP}{by}", now)


def _retry(job: PrintJob, reason: str, now: datetime) -> PrintJob:
    if job.attempts >= len(RETRY_AFTER_S):
        return hold_until_back(job, reason)
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


def _due_again(job: PrintJob, now: datetime) -> PrintJob:
    return replace(
        job,
        state=_waiting(job),
        due_at=iso(now),
        attempts=0,
        reason="",
        awaits_printer=False,
    )


def _waiting(job: PrintJob) -> JobState:
    """What a job is while it waits for its turn: unsure from the first byte that ever left."""
    return JobState.UNSURE if job.sends else JobState.QUEUED


def _finished(job: PrintJob, state: JobState, reason: str, now: datetime) -> PrintJob:
    return replace(job, state=state, reason=reason, finished_at=iso(now))


def _held(job: PrintJob, reason: str) -> PrintJob:
    return replace(job, state=JobState.HELD, reason=reason, due_at="", awaits_printer=False)


def _after(now: datetime, seconds: int) -> str:
    return iso(now + timedelta(seconds=seconds))
