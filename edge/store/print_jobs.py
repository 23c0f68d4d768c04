"""Print jobs: the queue's table. What becomes of a job is decided by `printing.queue`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.errors import NotFound
from domain.ticket import Ticket
from edge.store.announcements import PrintJobWritten
from edge.store.writer import Transaction
from printing.queue import GIVEN_UP, JobState, PrintJob

__all__ = [
    "add",
    "as_json",
    "delete_finished",
    "find",
    "head",
    "held_in_front",
    "listed",
    "one_as_json",
    "printers_with_work",
    "save",
    "sending",
    "states",
    "unfinished",
    "waiting",
]

_COLUMNS = (
    "id, key, printer_id, ticket, state, created_at, due_at, attempts, sends, reason, banner, "
    "awaits_printer, sending_at, finished_at, expires_at"
)
_SHOWN = tuple(name for name in PrintJob.__struct_fields__ if name not in ("ticket", "seq"))
_SELECT = f"SELECT {_COLUMNS} FROM print_jobs"  # noqa: S608 - both are written here
_HELD_IN_FRONT = """SELECT front.id FROM print_jobs front
    WHERE front.finished_at = '' AND front.printer_id IN (print_jobs.printer_id, '')
      AND front.id < print_jobs.id AND front.state = 'held'
      AND print_jobs.ticket ->> '$.kind' = 'change'
      AND front.ticket ->> '$.order_id' = print_jobs.ticket ->> '$.order_id'
      AND front.ticket ->> '$.station' = print_jobs.ticket ->> '$.station'
    ORDER BY front.id LIMIT 1"""


def add(tx: Transaction, job: PrintJob) -> PrintJob:
    """Adds `job`, unless its key is there: the same change seen twice prints once."""
    inserted = tx.execute(
        """INSERT INTO print_jobs (key, printer_id, ticket, state, created_at, due_at,
             attempts, sends, reason, banner, awaits_printer, sending_at, finished_at, expires_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (key) DO NOTHING""",
        (
            job.key,
            job.printer_id,
            msgspec.json.encode(job.ticket).decode(),
            job.state,
            job.created_at,
            job.due_at,
            job.attempts,
            job.sends,
            job.reason,
            job.banner,
            job.awaits_printer,
            job.sending_at,
            job.finished_at,
            job.expires_at,
        ),
    )
    if not inserted.rowcount:
        return job
    added = replace(job, seq=inserted.lastrowid)
    _announce(tx, added, job.created_at)
    return added


def save(tx: Transaction, job: PrintJob, at: str) -> None:
    """Keeps what became of `job`; the ticket itself never changes. `at` is RFC 3339."""
    tx.execute(
        """UPDATE print_jobs SET printer_id = ?, state = ?, due_at = ?, attempts = ?, sends = ?,
             reason = ?, banner = ?, awaits_printer = ?, sending_at = ?, finished_at = ?,
             expires_at = ?
           WHERE id = ?""",
        (
            job.printer_id,
            job.state,
            job.due_at,
            job.attempts,
            job.sends,
            job.reason,
            job.banner,
            job.awaits_printer,
            job.sending_at,
            job.finished_at,
            job.expires_at,
            job.seq,
        ),
    )
    _announce(tx, job, at)


def find(db: sqlite3.Connection, job_id: int) -> PrintJob:
    """Raises `NotFound`."""
    row = db.execute(f"{_SELECT} WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no print job {job_id}.")
    return _job(row)


def head(db: sqlite3.Connection, printer_id: str) -> PrintJob | None:
    """The job that this printer has to do next: the oldest one, due or not, so that a printer's
    tickets come out in the order in which they were made.

    A change waits behind a ticket of its order and station that is held: on paper alone it would
    change what nobody has.
    """
    row = db.execute(
        f"""{_SELECT} WHERE finished_at = '' AND printer_id = ? AND state IN ('queued', 'unsure')
              AND NOT EXISTS ({_HELD_IN_FRONT})
            ORDER BY id LIMIT 1""",
        (printer_id,),
    ).fetchone()
    return _job(row) if row else None


def held_in_front(db: sqlite3.Connection, job: PrintJob) -> int | None:
    """The id of the held ticket that `job` waits behind, None where there is none."""
    row = db.execute(
        f"SELECT ({_HELD_IN_FRONT}) FROM print_jobs WHERE id = ?",  # noqa: S608 - written here
        (job.seq,),
    ).fetchone()
    return row[0] if row else None


def is_awaited(db: sqlite3.Connection, printer_id: str) -> bool:
    """True where a job is held until this printer is back."""
    (found,) = db.execute(
        """SELECT EXISTS (SELECT 1 FROM print_jobs WHERE finished_at = '' AND printer_id = ?
             AND state = 'held' AND awaits_printer)""",
        (printer_id,),
    ).fetchone()
    return bool(found)


def waiting(db: sqlite3.Connection, printer_id: str) -> list[PrintJob]:
    """The jobs that this printer will get by itself, in their order: due, to be tried again, or
    held until it is back. After an evening these may be hundreds."""
    rows = db.execute(
        f"""{_SELECT} WHERE finished_at = '' AND printer_id = ?
              AND (state IN ('queued', 'unsure') OR state = 'held' AND awaits_printer)
            ORDER BY id""",
        (printer_id,),
    )
    return [_job(row) for row in rows]


def unfinished(db: sqlite3.Connection, printer_id: str) -> list[PrintJob]:
    """All that is still to be printed there, in its order, whatever it waits for; of "", the
    tickets that have no printer."""
    rows = db.execute(
        f"{_SELECT} WHERE finished_at = '' AND printer_id = ? ORDER BY id", (printer_id,)
    )
    return [_job(row) for row in rows]


def sending(db: sqlite3.Connection) -> list[PrintJob]:
    """The jobs that are under way; at the start, those that the last run left so."""
    rows = db.execute(f"{_SELECT} WHERE finished_at = '' AND state = 'sending' ORDER BY id")
    return [_job(row) for row in rows]


def printers_with_work(db: sqlite3.Connection) -> list[str]:
    """Ids of the printers that have something to do or to wait for."""
    rows = db.execute(
        """SELECT DISTINCT printer_id FROM print_jobs
           WHERE finished_at = ''
             AND (state IN ('queued', 'unsure') OR state = 'held' AND awaits_printer)"""
    )
    return [printer_id for (printer_id,) in rows]


def listed(
    db: sqlite3.Connection,
    *,
    order_id: str,
    state: JobState | None,
    open_only: bool = False,
    limit: int,
) -> list[PrintJob]:
    """The newest jobs first; of one order, of one state, or of any. With `open_only` those that are
    not on paper and that nobody has given up: one that its printer refused is among them."""
    where, values = ["1"], list[Any]()
    if order_id:  # a key begins with its order's id and a slash, which "0" follows
        where.append("key > ? || '/' AND key < ? || '0'")
        values += [order_id, order_id]
    if state is not None:
        where.append("state = ?")
        values.append(state)
    if open_only:
        where.append("(finished_at = '' OR state = 'failed' AND reason NOT LIKE ? || '%')")
        values.append(GIVEN_UP)
    rows = db.execute(
        f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?", (*values, limit)
    )
    return [_job(row) for row in rows]


def states(db: sqlite3.Connection) -> dict[str, int]:
    """How many jobs there are in each state."""
    return dict(db.execute("SELECT state, count(*) FROM print_jobs GROUP BY state").fetchall())


def delete_finished(tx: Transaction, before: str) -> int:
    """Deletes jobs that were finished before `before` (RFC 3339) and says how many."""
    return tx.execute(
        "DELETE FROM print_jobs WHERE finished_at <> '' AND finished_at < ?", (before,)
    ).rowcount


def as_json(jobs: Sequence[PrintJob]) -> str:
    """`jobs` as lists show them: `id`, what names the ticket, and the job without the ticket."""
    return msgspec.json.encode([_row(job) for job in jobs]).decode()


def one_as_json(job: PrintJob) -> str:
    """`job` as it stands in a list of them."""
    return msgspec.json.encode(_row(job)).decode()


def _row(job: PrintJob) -> dict[str, Any]:
    return {
        "id": job.seq,
        "order_id": job.ticket.order_id,
        "number": job.ticket.number,
        "kind": job.ticket.kind,
        "station": job.ticket.station,
        "revision": job.ticket.revision,
    } | {name: getattr(job, name) for name in _SHOWN}


def _announce(tx: Transaction, job: PrintJob, at: str) -> None:
    tx.announce(
        PrintJobWritten(job.seq, job.ticket.order_id, job.printer_id, job.state, job.reason, at)
    )


def _job(row: Iterable[Any]) -> PrintJob:
    (
        seq, key, printer_id, ticket, state, created_at, due_at, attempts, sends, reason, banner,
        awaits_printer, sending_at, finished_at, expires_at,
    ) = row  # fmt: skip
    return PrintJob(
        key=key,
        printer_id=printer_id,
        ticket=msgspec.json.decode(ticket, type=Ticket),
        state=JobState(state),
        created_at=created_at,
        due_at=due_at,
        attempts=attempts,
        sends=sends,
        reason=reason,
        banner=banner,
        awaits_printer=bool(awaits_printer),
        sending_at=sending_at,
        finished_at=finished_at,
        expires_at=expires_at,
        seq=seq,
    )
