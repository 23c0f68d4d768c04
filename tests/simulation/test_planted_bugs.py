"""The simulation finds mistakes: each of these is planted into the real code, and found.

1.  an op id that is new at each retry        7.  a value that lost and is not recorded
2.  a stored verdict that is not looked up    8.  payment by whoever came last
3.  an incoming change over a pending edit    9.  a print job's key without its revision
4.  a pending row after the edit's commit     10. a ticket that was under way, printed plainly again
5.  a cursor that moves before the records    11. an edit forgotten, made while another was out
6.  no check of the version in the cloud      12. an event that is applied over a gap
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

import cloud.services.records as cloud_records
import cloud.services.sync as cloud_sync
import domain.ticket as ticket
import edge.spooler as spooler
import edge.store.edits as edits
import edge.store.orders as orders
import edge.store.pending as pending_rows
import edge.store.sync_store as sync_store
import sync.pending as pending
import sync.policy as policy
import sync.pull as pull
from edge.store import cursor, records
from edge.store.sync_store import SyncStore
from printing.queue import JobState
from sync.merge import Side
from sync.pending import Pending, Sent, Settled, State
from sync.wire import Change
from tests.simulation.world import run

SEEDS = 150  # within these each mistake is found; most take fewer than ten

Plant = pytest.MonkeyPatch
Bug = Callable[[Plant], None]


def op_id_new_at_each_retry(plant: Plant) -> None:
    numbers, due = itertools.count(), pending_rows.due

    def due_as_if_never_sent(*asked: Any, **limits: Any) -> list[Pending]:
        return [replace(row, sent=None) for row in due(*asked, **limits)]

    def sent(row: Pending) -> Pending:
        op_id = f"{row.op_id}-{next(numbers)}"
        return replace(row, op_id=op_id, sent=Sent(op_id, row.base_version, row.data, row.deleted))

    plant.setattr(pending_rows, "due", due_as_if_never_sent)
    plant.setattr(sync_store, "sent", sent)


def stored_verdict_not_found(plant: Plant) -> None:
    async def find_nothing(*_: Any) -> None:
        return None

    async def remember_nothing(*_: Any) -> None:
        return None

    plant.setattr(cloud_sync, "find_op", find_nothing)
    plant.setattr(cloud_sync, "remember_op", remember_nothing)


def change_over_a_pending_edit(plant: Plant) -> None:
    def rebase(row: Pending, change: Change, *, op_id: str) -> Settled:
        return Settled(None, State(change.version, change.data, change.deleted))

    plant.setattr(sync_store, "rebase", rebase)


def pending_row_after_the_commit(plant: Plant) -> None:
    """Kept in memory, and written along with the next transaction: a flag, not a row."""
    waiting: list[Pending] = []
    put = pending_rows.put

    def put_later(tx: Any, row: Pending) -> None:
        while waiting:
            late = waiting.pop()
            if records.find(tx.connection, late.collection, late.key):
                put(tx, late)
        waiting.append(row)

    class Later:
        """The rows' own module, but for `put`."""

        put = staticmethod(put_later)
        find = staticmethod(pending_rows.find)

    plant.setattr(edits, "pending", Later)
    plant.setattr(orders, "pending", Later)


def cursor_before_the_records(plant: Plant) -> None:
    apply = SyncStore.apply

    async def apply_later(self: SyncStore, changes: Any, to: int) -> None:
        await self._store.write(lambda tx: cursor.move(tx, to))
        await apply(self, changes, to)

    plant.setattr(SyncStore, "apply", apply_later)


def version_not_checked_in_the_cloud(plant: Plant) -> None:
    put = cloud_records.Writing.put

    async def put_over(self: Any, state: Any, *, base_version: int, by: str = "") -> Any:
        current = await self.find(state.collection, state.key)
        return await put(self, state, base_version=current.version if current else 0, by=by)

    plant.setattr(cloud_records.Writing, "put", put_over)


def discarded_value_not_recorded(plant: Plant) -> None:
    keep = sync_store._keep

    def keep_quietly(tx: Any, row: Pending, settled: Settled, stamp: Any) -> None:
        keep(tx, row, replace(settled, lost=None), stamp)

    plant.setattr(sync_store, "_keep", keep_quietly)


def payment_by_whoever_came_last(plant: Plant) -> None:
    order = policy._POLICIES["order"]
    last = replace(order, wins={**order.wins, "payment": Side.THEIRS}, preparing=None)
    plant.setattr(policy, "_POLICIES", {**policy._POLICIES, "order": last})
    # A payment that both sides made is no question; one that one side never heard of is.
    plant.setattr(pending, "merge", _last_payment(pending.merge))


def _last_payment(merge: Callable[..., Any]) -> Callable[..., Any]:
    def merged(base: Any, mine: Any, theirs: Any, rules: Any, **told: Any) -> Any:
        result = merge(base, mine, theirs, rules, **told)
        if result.value and theirs and "payment" in theirs:
            result = replace(result, value={**result.value, "payment": theirs["payment"]})
        return result

    return merged


def print_job_key_without_revision(plant: Plant) -> None:
    def key(of: ticket.Ticket, printer_id: str) -> str:
        return f"{of.order_id}/{of.kind}/{of.station}/0/{printer_id}"

    plant.setattr(ticket, "_key", key)


def printed_again_without_a_banner(plant: Plant) -> None:
    def after_restart(job: Any, now: Any) -> Any:
        return replace(job, state=JobState.QUEUED) if job.state is JobState.SENDING else job

    plant.setattr(spooler, "after_restart", after_restart)


def edit_forgotten_that_was_made_while_another_was_out(plant: Plant) -> None:
    def applied(row: Pending, out: Sent, verdict: Any, now: Any) -> Settled:
        return Settled(None, State(verdict.version, out.data, out.deleted))

    plant.setattr(pending, "_applied", applied)


def event_applied_over_a_gap(plant: Plant) -> None:
    def all_of_them(cursor: int, events: Any) -> tuple[list[Any], bool]:
        newer = [event for event in events if event.seq > cursor]
        return sorted(newer, key=lambda event: event.seq), True

    plant.setattr(pull, "contiguous", all_of_them)


BUGS: tuple[Bug, ...] = (
    op_id_new_at_each_retry,
    stored_verdict_not_found,
    change_over_a_pending_edit,
    pending_row_after_the_commit,
    cursor_before_the_records,
    version_not_checked_in_the_cloud,
    discarded_value_not_recorded,
    payment_by_whoever_came_last,
    print_job_key_without_revision,
    printed_again_without_a_banner,
    edit_forgotten_that_was_made_while_another_was_out,
    event_applied_over_a_gap,
)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some evening breaks with it that holds without it."""
    bug(monkeypatch)
    found = next((seed for seed in range(SEEDS) if (outcome := run(seed)).broken), None)
    assert found is not None, f"{SEEDS} evenings held"
    assert "Error(" not in outcome.broken, f"it broke the program, not a rule: {outcome.broken}"
    print(f"seed {found}: {outcome.broken}")
