"""The rules of the print queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.clock import from_iso, iso
from domain.ticket import PlannedJob, Ticket
from printing.queue import (
    EXPIRY_S,
    MAX_SENDS,
    POSSIBLE_DUPLICATE,
    Delivery,
    JobState,
    Outcome,
    PrintJob,
    after_restart,
    cancel,
    due,
    enqueue,
    hold,
    hold_expired,
    move,
    print_now,
    revive,
    settle,
    start,
)
from tests.support.paper import CHANGE, KITCHEN, RECEIPT

NOW = datetime(2026, 11, 22, 19, 52, tzinfo=UTC)
NOT_SENT = Delivery(Outcome.NOT_SENT, "the paper is out")
UNSURE = Delivery(Outcome.UNSURE, "the printer did not confirm")
REFUSED = Delivery(Outcome.REFUSED, "takes no PDF")
TAKEN = Delivery(Outcome.TAKEN, "the printer has it: the paper is out")
PRINTED = Delivery(Outcome.PRINTED)

FINAL = (JobState.PRINTED, JobState.FAILED)


def a_job(ticket: Ticket = KITCHEN, now: datetime = NOW, printer_id: str = "p1") -> PrintJob:
    return enqueue(PlannedJob("o1/kitchen/kitchen/1/p1", printer_id, ticket), now)


def tried(job: PrintJob, *deliveries: Delivery, now: datetime = NOW) -> PrintJob:
    for delivery in deliveries:
        job = settle(start(job, now), delivery, now)
    return job


def test_due_at_once() -> None:
    """A new job is due at once."""
    job = a_job()
    assert job.state is JobState.QUEUED
    assert due(job, NOW)


def test_printed() -> None:
    """A confirmed job is printed, and stays so."""
    job = tried(a_job(), PRINTED)
    assert (job.state, job.finished_at) == (JobState.PRINTED, iso(NOW))
    assert not due(job, NOW + timedelta(days=1))
    assert after_restart(job, NOW) == revive(job, NOW) == job


def test_refused() -> None:
    """What a printer will never take has failed, with its reason."""
    job = tried(a_job(), REFUSED)
    assert (job.state, job.reason) == (JobState.FAILED, "takes no PDF")


@pytest.mark.parametrize(("tries", "wait_s"), [(1, 1), (2, 2), (3, 4)])
def test_retries(tries: int, wait_s: int) -> None:
    """A job of which nothing left is tried again after 1, 2 and 4 seconds, without a banner."""
    job = tried(a_job(), *[NOT_SENT] * tries)
    assert (job.state, job.banner, job.reason) == (JobState.QUEUED, "", "the paper is out")
    assert not due(job, NOW + timedelta(seconds=wait_s - 0.001))
    assert due(job, NOW + timedelta(seconds=wait_s))


def test_a_clock_that_was_set_back_holds_up_nothing() -> None:
    """A ticket that is due in another year was put off by a wrong clock: it goes out now."""
    assert due(a_job(), NOW - timedelta(days=365))


def test_held_then_revived() -> None:
    """After the third retry it is held; when the printer is back it is due, with fresh retries."""
    held = tried(a_job(), *[NOT_SENT] * 4)
    assert (held.state, held.reason) == (JobState.HELD, "the paper is out")
    assert not due(held, NOW + timedelta(days=1))
    later = NOW + timedelta(hours=1)
    back = revive(held, later)
    assert (back.state, back.banner, back.reason) == (JobState.QUEUED, "", "")
    assert due(back, later)
    assert tried(back, NOT_SENT, now=later).state is JobState.QUEUED


def test_unsure_is_sent_again_and_says_so() -> None:
    """A job of which bytes left is sent again, under a banner that it keeps."""
    job = tried(a_job(), UNSURE)
    assert (job.state, job.banner) == (JobState.UNSURE, POSSIBLE_DUPLICATE)
    assert due(job, NOW + timedelta(seconds=1))
    again = tried(job, NOT_SENT)
    assert (again.state, again.banner) == (JobState.UNSURE, POSSIBLE_DUPLICATE)
    held = tried(job, *[NOT_SENT] * 4)
    assert revive(held, NOW).banner == POSSIBLE_DUPLICATE


def test_unsure_ends() -> None:
    """A printer that never confirms gets a ticket three times, then a person has to look."""
    job = tried(a_job(), *[UNSURE] * MAX_SENDS)
    assert job.state is JobState.HELD
    assert "sent 3 times without an answer" in job.reason
    assert revive(job, NOW) == job


def test_taken_is_asked_for_again() -> None:
    """A job that the printer keeps is asked for every two seconds, for as long as it takes, and is
    one send; should the printer forget it, the next paper says that it may be the second."""
    job = tried(a_job(), *[TAKEN] * 100)
    assert (job.state, job.sends, job.banner) == (JobState.UNSURE, 1, POSSIBLE_DUPLICATE)
    assert job.reason == TAKEN.reason
    assert not due(job, NOW + timedelta(seconds=1))
    assert due(job, NOW + timedelta(seconds=2))
    assert tried(job, PRINTED).state is JobState.PRINTED
    assert tried(job, UNSURE).sends == 2


def test_after_restart() -> None:
    """A job that was being sent when the program stopped is unsure; the others are as they were."""
    job = a_job()
    stopped = after_restart(start(job, NOW), NOW)
    assert (stopped.state, stopped.banner) == (JobState.UNSURE, POSSIBLE_DUPLICATE)
    for other in (job, tried(job, PRINTED), tried(job, UNSURE), tried(job, *[NOT_SENT] * 4)):
        assert after_restart(other, NOW) == other


def test_no_printer() -> None:
    """A job for a station without a printer is held and says which."""
    job = a_job(printer_id="")
    assert (job.state, job.reason) == (JobState.HELD, "no printer is set for 'kitchen'")
    assert revive(job, NOW) == job


@pytest.mark.parametrize("ticket", [KITCHEN, RECEIPT])
def test_stale(ticket: Ticket) -> None:
    """A ticket whose promise is four hours past is held for a person; a little younger prints."""
    promised = from_iso(ticket.promised_at)
    assert not _asks(a_job(ticket, promised), promised + timedelta(seconds=EXPIRY_S))
    assert _asks(a_job(ticket, promised), promised + timedelta(seconds=EXPIRY_S + 1))


def test_late_news() -> None:
    """An order that comes from the cloud five hours late is asked about, too."""
    late = NOW + timedelta(hours=5)
    assert _asks(a_job(now=late), late)


def test_preorder_is_not_stale() -> None:
    """What was ordered in the morning for the evening prints, however long the printer was away."""
    evening = replace(KITCHEN, promised_at="2026-11-23T19:00:00.000Z")
    held = tried(a_job(evening), *[NOT_SENT] * 4)
    assert not _asks(revive(held, NOW), NOW + timedelta(hours=22))


def test_change_of_a_long_evening() -> None:
    """A table that sits for five hours still gets its coffee."""
    late = NOW + timedelta(hours=5)
    assert not _asks(a_job(CHANGE, late), late)


def test_stale_when_the_printer_is_back() -> None:
    """A printer that comes back in the evening does not print the lunch."""
    later = NOW + timedelta(hours=5)
    assert _asks(revive(tried(a_job(), *[NOT_SENT] * 4), later), later)


def test_what_a_person_wants_is_fresh() -> None:
    """An old ticket that somebody asked for prints, and keeps its banner."""
    later = NOW + timedelta(hours=5)
    wanted = print_now(hold_expired(tried(a_job(), UNSURE), later), later)
    assert due(wanted, later)
    assert not _asks(wanted, later)
    assert (wanted.state, wanted.banner) == (JobState.UNSURE, POSSIBLE_DUPLICATE)


def test_a_person_holds_and_cancels() -> None:
    """What a person holds waits for a person, whatever the printer does; what they give up is
    over."""
    held = hold(tried(a_job(), *[NOT_SENT] * 4), by="anna")
    assert (held.state, held.reason) == (JobState.HELD, "held by anna")
    assert revive(held, NOW) == held
    gone = cancel(held, by="anna", now=NOW)
    assert (gone.state, gone.reason) == (JobState.FAILED, "cancelled by anna")


def test_moved_to_the_fallback() -> None:
    """Another printer gets it with fresh tries, and the doubt goes along."""
    moved = move(tried(a_job(), UNSURE, NOT_SENT), "p2", NOW)
    assert (moved.printer_id, moved.attempts, moved.banner) == ("p2", 0, POSSIBLE_DUPLICATE)
    assert due(moved, NOW)


def _asks(job: PrintJob, now: datetime) -> bool:
    asked = hold_expired(job, now)
    if asked is job:
        return False
    assert (asked.state, asked.reason) == (
        JobState.HELD,
        "older than 4 hours: print it or cancel it",
    )
    assert revive(asked, now) == asked, "only a person lets it go"
    return True


EVENTS = st.lists(
    st.sampled_from([NOT_SENT, UNSURE, PRINTED, REFUSED, "restart", "back"]), max_size=40
)


@given(EVENTS)
def test_any_history(events: list[Delivery | str]) -> None:
    """However often things fail: a job ends, is held with a reason, or is due; at most three
    sends may have reached the paper, and each after the first says so."""
    job, now, sends = a_job(), NOW, 0
    for event in events:
        if event == "back":
            job = revive(job, now)
        elif due(job, now):
            job = start(job, now)
            assert sends == 0 or job.banner == POSSIBLE_DUPLICATE
            sends += event in (UNSURE, PRINTED, "restart")
            job = after_restart(job, now) if isinstance(event, str) else settle(job, event, now)
        assert sends <= MAX_SENDS
        assert job.state is not JobState.SENDING
        assert job.state is not JobState.HELD or job.reason
        assert (job.state in FINAL) == bool(job.finished_at)
        now += timedelta(seconds=4)
        assert job.state in (JobState.HELD, *FINAL) or due(job, now)
