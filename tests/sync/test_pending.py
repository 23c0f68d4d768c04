"""When an edit is due, and what replies and other people's changes make of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.conflicts import conflict_data
from sync.merge import Discarded, Side
from sync.pending import (
    BACKOFF_MOST_S,
    POISONED_AFTER,
    Pending,
    State,
    backoff_s,
    edited,
    failed,
    item_of,
    rebase,
    retried,
    sent,
    settled,
)
from sync.policy import PushDelays
from sync.wire import Change, Outcome, Verdict
from tests.support.sync_fakes import NOON

V1 = State(1, {"name": "Roma", "phone": "1"})


def _edit(
    after: dict[str, Any] | None,
    *,
    row: Pending | None = None,
    at_s: float = 0,
    collection: str = "customer",
    op_id: str = "op1",
    by: str = "anna",
) -> Pending:
    return edited(
        row,
        collection=collection,
        key="k",
        before=V1,
        after=after,
        now=NOON + timedelta(seconds=at_s),
        delays=PushDelays(),
        op_id=op_id,
        by=by,
    )


def _due_s(row: Pending) -> float:
    return (row.due_at - NOON).total_seconds()


def _verdict(outcome: Outcome, op_id: str = "op1", **fields: Any) -> Verdict:
    return Verdict(op_id, outcome, **fields)


def _settled(row: Pending, verdict: Verdict, at_s: float = 0) -> Any:
    now = NOON + timedelta(seconds=at_s)
    return settled(row, verdict, now=now, op_id="fresh", jitter=1.0)


def test_an_edit_waits_for_the_next_one() -> None:
    """Due two minutes after the last edit, under a new op id, on the first edit's base."""
    first = _edit({"name": "Rome"})
    second = _edit({"name": "Rom"}, row=first, at_s=100, op_id="op2")
    assert (_due_s(first), _due_s(second)) == (120, 220)
    assert (second.base, second.base_version, second.op_id) == (V1.data, 1, "op2")


@pytest.mark.parametrize("first_s", [0.0, 1e8], ids=["right", "years ahead"])
def test_constant_edits_do_not_wait_for_ever(first_s: float) -> None:
    """Edited every minute, it is due ten minutes after the first edit all the same; also where
    the clock was wrong at that one."""
    row = _edit({"name": "first"}, at_s=first_s)
    for minute in range(12):
        row = _edit({"name": str(minute)}, row=row, at_s=60 * minute)
        assert _due_s(row) <= max(600, 60 * minute)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=6))
def test_no_clock_makes_an_edit_wait_longer(clock: list[float]) -> None:
    """Whatever the clock did between edits, the last one is due within its delay from now."""
    row = None
    for at_s in clock:
        row = _edit({"name": "x"}, row=row, at_s=at_s)
        assert -1 <= _due_s(row) - at_s <= 121


def test_a_lost_reply_sends_the_same_again() -> None:
    """What left without a reply leaves again as it was, even after another edit."""
    out = sent(_edit({"name": "Rome"}))
    again = sent(_edit({"name": "Rom"}, row=out, op_id="op2"))
    assert item_of(again) == item_of(out)
    assert item_of(out).data == {"name": "Rome"}


def test_applied() -> None:
    """Acknowledged: the row is gone, and the record has the cloud's version."""
    done = _settled(sent(_edit({"name": "Rome"})), _verdict(Outcome.APPLIED, version=2))
    assert done.pending is None
    assert done.record == State(2, {"name": "Rome"})


@pytest.mark.parametrize("outcome", [Outcome.APPLIED, Outcome.DUPLICATE])
def test_edited_while_it_was_out(outcome: Outcome) -> None:
    """The later edit goes on from what the cloud has acknowledged, and is not lost."""
    row = _edit({"name": "Rom"}, row=sent(_edit({"name": "Rome"})), op_id="op2")
    done = _settled(row, _verdict(outcome, version=2))
    assert done.record == State(2, {"name": "Rom"})
    assert (done.pending.base, done.pending.base_version) == ({"name": "Rome"}, 2)
    assert item_of(sent(done.pending)).op_id == "op2"


def test_deleted_here() -> None:
    """A deletion is sent as one, and leaves a tombstone with the cloud's version."""
    row = sent(_edit(None))
    assert item_of(row).deleted
    assert _settled(row, _verdict(Outcome.APPLIED, version=2)).record == State(2, {}, True)


def test_a_conflict_is_merged_and_sent_again_at_once() -> None:
    """Both sides' fields are in what is sent next, on the cloud's version, under a new op id."""
    row = sent(_edit({"name": "Rome", "phone": "1"}))
    theirs = {"name": "Roma", "phone": "2"}
    done = _settled(row, _verdict(Outcome.CONFLICT, version=5, data=theirs), at_s=200)
    item = item_of(sent(done.pending))
    assert item.data == done.record.data == {"name": "Rome", "phone": "2"}
    assert (item.base_version, done.record.version, item.op_id) == (5, 5, "fresh")
    assert _due_s(done.pending) == 200
    assert done.lost is None


def test_a_key_in_constant_conflict_backs_off() -> None:
    """The second conflict in a row waits: two programs do not chase each other."""
    row = _edit({"name": "Rome", "phone": "1"})
    for expected_s in (0, 5, 10):
        theirs = {"name": "Roma", "phone": str(expected_s)}
        verdict = _verdict(Outcome.CONFLICT, sent(row).op_id, version=5, data=theirs)
        row = _settled(sent(row), verdict).pending
        assert _due_s(row) == expected_s


def test_what_lost_is_told() -> None:
    """One field changed on both sides: the cloud's stands, nothing is left to send, and the value
    that lost is there for the conflict record."""
    row = sent(_edit({"name": "Rome", "phone": "1"}))
    theirs = {"name": "ROMA", "phone": "1"}
    by = {"by": "user:u1", "at": "2026-11-22T11:59:00.000Z"}
    done = _settled(row, _verdict(Outcome.CONFLICT, version=5, data=theirs, **by))
    assert (done.pending, done.record) == (None, State(5, theirs))
    assert done.lost.discarded == (Discarded("name", "Rome", "ROMA", Side.THEIRS),)
    assert conflict_data("customer", "k", done.lost, "2026-11-22T12:00:01.000Z") == {
        "collection": "customer",
        "key": "k",
        "at": "2026-11-22T12:00:01.000Z",
        "settled": False,
        "mine": {"by": "anna", "at": "2026-11-22T12:00:00.000Z"},
        "theirs": {"by": "user:u1", "at": "2026-11-22T11:59:00.000Z"},
        "discarded": [{"path": "name", "mine": "Rome", "theirs": "ROMA", "kept": "theirs"}],
    }


def test_a_record_that_the_cloud_never_had() -> None:
    """A conflict that says "there is none" (a cloud restored from a backup) is sent as new."""
    row = sent(_edit({"name": "Roma", "phone": "1", "note": "x"}, collection="availability"))
    done = _settled(row, _verdict(Outcome.CONFLICT, version=0))
    item = item_of(sent(done.pending))
    assert (item.base_version, item.data) == (0, {"name": "Roma", "phone": "1", "note": "x"})


def test_rejected() -> None:
    """A refused edit is quarantined with the reason; another edit sets it free."""
    row = sent(_edit({"name": ""}))
    kept = _settled(row, _verdict(Outcome.REJECTED, reason="name: is required")).pending
    assert (kept.last_error, kept.sent, kept.quarantined) == ("name: is required", None, True)
    assert _due_s(kept) == BACKOFF_MOST_S
    mended = sent(_edit({"name": "Rome"}, row=kept, at_s=3, op_id="op3"))
    assert (mended.last_error, mended.quarantined, _due_s(mended)) == ("", False, 123)
    assert item_of(mended).data == {"name": "Rome"}


def test_what_was_put_right_while_it_was_refused() -> None:
    """The refusal of an older state does not hold up the newer one."""
    out = sent(_edit({"name": ""}))
    mended = _edit({"name": "Rome"}, row=out, at_s=3, op_id="op3")
    kept = _settled(mended, _verdict(Outcome.REJECTED, reason="no name"), at_s=4).pending
    assert (kept.quarantined, _due_s(kept)) == (False, 123)
    assert item_of(sent(kept)).data == {"name": "Rome"}


def test_a_key_that_fails_alone_again_and_again() -> None:
    """A record on which the cloud chokes ends in quarantine, and one that recovers leaves it."""
    row = _edit({"name": "Rome"})
    for _ in range(POISONED_AFTER):
        assert not row.quarantined
        row = failed(sent(row), "HTTP 500", now=NOON, jitter=1.0)
    assert (row.quarantined, _due_s(row)) == (True, BACKOFF_MOST_S)
    assert _due_s(retried(row, now=NOON)) == 0
    assert _settled(row, _verdict(Outcome.APPLIED, version=2)).pending is None


def test_a_reply_to_what_was_rebased_meanwhile() -> None:
    """The feed was faster than the reply: the later edit waits for it, and goes on."""
    row = sent(_edit({"name": "Rome", "phone": "1"}))
    echo = Change(3, "customer", "k", 2, {"name": "Rome", "phone": "1"})
    assert rebase(row, echo, op_id="op2").pending is None
    later = _edit({"name": "Rom", "phone": "1"}, row=row, op_id="op3")
    rebased = rebase(later, echo, op_id="op4").pending
    assert rebased is not None
    assert item_of(sent(rebased)).op_id == "op1"
    done = _settled(rebased, _verdict(Outcome.APPLIED, version=2))
    assert (done.pending.data["name"], done.pending.base_version) == ("Rom", 2)
    assert item_of(sent(done.pending)).base_version == 2
    assert done.lost is None


def _new(after: dict[str, Any]) -> Pending:
    """A record that was made here and has left, without a reply."""
    return sent(
        edited(
            None,
            collection="customer",
            key="k",
            before=None,
            after=after,
            now=NOON,
            delays=PushDelays(),
            op_id="op1",
        )
    )


def test_what_was_deleted_after_it_had_arrived_stays_deleted() -> None:
    """The reply was lost, the owner saw the new record and deleted it: it does not come back."""
    rebased = rebase(_new({"name": "Rome"}), Change(4, "customer", "k", 2, {}, True), op_id="op2")
    assert rebased.pending is not None
    assert item_of(rebased.pending).op_id == "op1"
    done = _settled(rebased.pending, _verdict(Outcome.DUPLICATE, version=1))
    assert (done.pending, done.record) == (None, State(2, {}, True))


def test_what_was_taken_away_after_it_had_arrived_stays_away() -> None:
    """The same for one field of it; what else the owner wrote stands."""
    theirs = Change(4, "customer", "k", 3, {"name": "Rome"})
    rebased = rebase(_new({"name": "Rome", "phone": "1"}), theirs, op_id="op2")
    assert rebased.record == State(3, {"name": "Rome", "phone": "1"})
    done = _settled(rebased.pending, _verdict(Outcome.DUPLICATE, version=1))
    assert (done.pending, done.record) == (None, State(3, {"name": "Rome"}))


def test_what_was_deleted_here_after_it_had_left_is_told() -> None:
    """The owner changed what had arrived, while staff deleted it: the owner's stands, and a
    conflict tells of the deletion."""
    deleted = replace(_new({"name": "Rome"}), data={}, deleted=True, op_id="op2")
    theirs = {"name": "Roma", "phone": "1"}
    done = rebase(deleted, Change(4, "customer", "k", 2, theirs), op_id="op3")
    assert (done.pending, done.record) == (None, State(2, theirs))
    assert done.lost.discarded == (Discarded("", None, theirs, Side.THEIRS),)


def test_what_was_edited_after_theirs_had_come_stands() -> None:
    """The field came with the feed and was edited here; then the late verdict on an earlier edit
    arrives: it is no conflict, and takes nothing back."""
    theirs = {"name": "Rome", "phone": "1"}
    rebased = rebase(
        replace(_new({"name": "Rome"}), data={"name": "Rom"}, op_id="op2"),
        Change(4, "customer", "k", 2, theirs),
        op_id="op3",
    ).pending
    assert rebased is not None
    later = replace(rebased, data={"name": "Rom", "phone": "2"}, op_id="op4")
    done = _settled(later, _verdict(Outcome.DUPLICATE, version=1))
    assert done.record == State(2, {"name": "Rom", "phone": "2"})
    assert item_of(sent(done.pending)).base_version == 2
    assert done.lost is None


def test_a_conflict_that_was_overtaken_sets_nothing_back() -> None:
    """The feed brought version 3 before the reply that tells of version 2: the row stays on 3."""
    row = sent(_edit({"name": "Rome", "phone": "1"}))
    newer = {"name": "Roma", "phone": "3"}
    rebased = rebase(row, Change(9, "customer", "k", 3, newer), op_id="op2").pending
    older = {"name": "Roma", "phone": "2"}
    done = _settled(rebased, _verdict(Outcome.CONFLICT, version=2, data=older))
    item = item_of(sent(done.pending))
    assert (item.base_version, item.data) == (3, {"name": "Rome", "phone": "3"})


def test_what_never_arrived_is_kept_beside_what_came() -> None:
    """The cloud had not had it: what the owner made meanwhile took nothing away."""
    theirs = {"name": "Roma"}
    rebased = rebase(_new({"phone": "1"}), Change(4, "customer", "k", 1, theirs), op_id="op2")
    done = _settled(rebased.pending, _verdict(Outcome.CONFLICT, version=1, data=theirs))
    item = item_of(sent(done.pending))
    assert (item.data, item.base_version) == ({"name": "Roma", "phone": "1"}, 1)
    assert item.op_id == "op2"


def test_our_own_edit_under_someone_elses() -> None:
    """A reply was lost, the field was edited again, and the cloud's record has our first edit and
    somebody's other field: no conflict, the latest of each stands."""
    row = _edit({"name": "Rom", "phone": "1"}, row=sent(_edit({"name": "Rome", "phone": "1"})))
    theirs = Change(9, "customer", "k", 3, {"name": "Rome", "phone": "2"})
    done = rebase(row, theirs, op_id="op5")
    assert done.record == State(3, {"name": "Rom", "phone": "2"})
    assert done.lost is None


def test_conflicts_make_no_conflicts() -> None:
    """Two people who settle one conflict differently do not cause another."""
    row = _edit({"note": "here"}, collection="conflict")
    done = rebase(row, Change(2, "conflict", "k", 2, {"note": "there"}), op_id="op2")
    assert done.lost is None


def test_backoff() -> None:
    """Doubles from five seconds to an hour, and is never less than half of that."""
    assert [backoff_s(n, 1.0) for n in (1, 2, 3)] == [5, 10, 20]
    assert backoff_s(1, 0.0) == 2.5
    assert backoff_s(10_000, 1.0) == BACKOFF_MOST_S
