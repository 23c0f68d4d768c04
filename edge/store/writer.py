"""The one thread that writes to the edge's database.

SQLite takes one writer at a time, and on an SD card a durable commit costs milliseconds. So one
thread owns the only writing connection and commits whatever has gathered meanwhile as one group.
Where a job of it fails, the group is rolled back and run again, each job in a savepoint of its own,
so that the one that fails takes nobody with it.

What is committed stands in SQLite's log, and has to be brought into the database at times, which
costs as much as many commits. SQLite would have whoever comes at that moment wait for it, so it is
done here while nobody wants anything, and by SQLite only where a rush knows no such moment. From
then on the log is written over from its beginning, which takes the disk two thirds of the time that
a file takes that grows. So it is made as long as it will be before it is needed.

What a job announces is told only after the commit: nobody hears of what was rolled back. Before
it, a last word may be added to the group by who follows from what it announces, and what comes of
that may be prepared while the disk still works.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from edge.store import disk
from edge.store.announcements import Announcement

__all__ = [
    "GROUP_MAX",
    "Announce",
    "Follow",
    "Job",
    "Join",
    "Sequel",
    "Transaction",
    "Writer",
    "commit",
    "connect",
    "follow_nothing",
    "lengthen_log",
    "nobody_joins",
    "savepoint",
]

GROUP_MAX = 64  # jobs in one commit: bounds how long the first of them waits for the last
BUSY_TIMEOUT_S = 5.0  # a backup holds a read lock at most this long at the end of a checkpoint
CHECKPOINT_AFTER = 64  # commits, some 1,000 pages of the log: each time costs the disk two syncs
QUIET_S = 0.05  # with nothing to write: a ticket that is on its way is settled by then
PAGE_BYTES = 4_096  # SQLite's own choice
LOG_PAGES = 1_000  # that the log has from the start: what `CHECKPOINT_AFTER` commits take
LOG_ROOM_BYTES = 64 * 1024 * 1024  # a disk with less has better use for them
LOG_MAX_PAGES = 4_000  # of 4 kB, 16 MB: some 1,000 orders without a pause
STATEMENT_CACHE = 256  # more than there are statements in `edge/store`, so none is parsed twice

_log = logging.getLogger(__name__)

T = TypeVar("T")
Announce = Callable[[Sequence[Announcement]], None]


@dataclass(slots=True)
class Transaction:
    """What a writing function gets: the connection, and a place to say what others should hear."""

    connection: sqlite3.Connection
    announcements: list[Announcement] = field(default_factory=list)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self.connection.execute(sql, parameters)

    def announce(self, announcement: Announcement) -> None:
        """Told to the listener after the commit, and never if there is none."""
        self.announcements.append(announcement)


class Sequel(Protocol):
    """What comes of a transaction beyond its announcements. Both are called in the event loop."""

    def begin(self) -> None:
        """The commit is on its way to the disk. What can be taken back may be done by now."""

    def end(self, *, durable: bool) -> None:
        """It is there; or it was rolled back, and nothing of it has happened."""


Follow = Callable[[Transaction], Sequel | None]
Later = Callable[[Callable[[], None]], object]  # has it called in the event loop, in this order


def follow_nothing(_: Transaction) -> None:
    """Has nothing to add."""


@dataclass(slots=True)
class Job:
    """One writing function, and whoever waits for what becomes of it."""

    run: Callable[[Transaction], Any]
    done: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Tells the one who waits, in the event loop, once the commit is done."""
        if self.done.done():  # whoever asked has gone; the write stands all the same
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


Join = Callable[[], Job | None]  # one more for the transaction that runs, as long as there is one


def nobody_joins() -> None:
    """The group is as it is."""


def connect(path: Path) -> sqlite3.Connection:
    """A durable connection for writing: what is committed survives the plug being pulled."""
    connection = sqlite3.connect(
        path, isolation_level=None, timeout=BUSY_TIMEOUT_S, cached_statements=STATEMENT_CACHE
    )
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"wal_autocheckpoint={LOG_MAX_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def lengthen_log(connection: sqlite3.Connection, database: Path) -> None:
    """Makes the log `LOG_PAGES` long, and leaves the database as it is.

    A transaction that does not fit into memory is written to the log before its end; rolled back,
    it has left nothing but the log's length.
    """
    (cache,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute("PRAGMA cache_size=10")
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE room (pages)")
        connection.execute("INSERT INTO room VALUES (zeroblob(?))", (LOG_PAGES * PAGE_BYTES,))
    finally:
        if connection.in_transaction:  # SQLite itself may have rolled back: a full disk
            connection.execute("ROLLBACK")
        connection.execute(f"PRAGMA cache_size={cache}")
    with Path(f"{database}-wal").open("rb") as log:
        os.fsync(log.fileno())  # else the first commit would wait for all of it


class Writer:
    """`await writer.run(function)` runs `function(transaction)` in the writing thread, and once
    more where one of its group fails: so it works on the transaction, and on nothing else.

    The result comes back once it is durable. An error that the function raises comes back as it
    is, and nothing that the function wrote is kept.
    """

    def __init__(self, path: Path, announce: Announce) -> None:
        self._path = path
        self._announce = announce
        self.follow: Follow = follow_nothing  # in the writing thread; see `commit`
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._commits = 0  # since the log was last brought into the database here
        self._log_is_laid_out = False
        self.refusal = ""  # why the disk refused a write, until `Store.refusal` finds it well again

    def start(self) -> None:
        """From the event loop that will be told of results and announcements."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write, args=(loop,), name="store-writer")
        self._thread.start()

    async def run(self, function: Callable[[Transaction], T]) -> T:
        if self._thread is None:
            raise RuntimeError("the store is closed")
        job = Job(function, asyncio.get_running_loop().create_future())
        self._jobs.put(job)
        result: T = await job.done
        return result

    async def stop(self) -> None:
        """Writes all that was asked for before, then ends the thread."""
        if self._thread is not None:
            thread, self._thread = self._thread, None
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        connection = connect(self._path)
        try:
            while (job := self._next(connection)) is not None:
                group = [job]
                join = partial(self._joining, group)
                announcements = commit(
                    connection, group, loop.call_soon_threadsafe, self.follow, join
                )
                refusals = (disk.refusal(job.error) for job in group)
                self.refusal = next(filter(None, refusals), self.refusal)
                # A turn later: a ticket that waited for the disk leaves before anything is told.
                loop.call_soon_threadsafe(loop.call_soon, self._tell, group, announcements)
                self._commits += 1
        finally:
            connection.close()

    def _next(self, connection: sqlite3.Connection) -> Job | None:
        """The next job, or None at the end. Where it lets us wait, the log is seen to first."""
        if self._commits >= CHECKPOINT_AFTER:
            see_to_it = self._checkpoint
        elif not self._log_is_laid_out:
            see_to_it = self._lay_out_log
        else:
            return self._jobs.get()
        try:
            return self._jobs.get(timeout=QUIET_S)
        except queue.Empty:
            see_to_it(connection)
        return self._jobs.get()

    def _lay_out_log(self, connection: sqlite3.Connection) -> None:
        self._log_is_laid_out = True  # tried once: it is faster so, and works without
        try:
            if shutil.disk_usage(self._path.parent).free >= LOG_ROOM_BYTES:
                lengthen_log(connection, self._path)
        except (sqlite3.Error, OSError) as error:
            _log.warning("the database's log cannot be given its length: %s", error)

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        """Brings the log into the database, as far as no reader needs it still."""
        self._commits = 0
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:  # what is committed stands in the log all the same
            _log.warning("the database's log cannot be brought into it yet: %s", error)

    def _joining(self, group: list[Job]) -> Job | None:
        """Who waits by now and still finds a place in `group`."""
        if len(group) == GROUP_MAX or self._jobs.empty():
            return None
        job = self._jobs.get()  # nobody else takes one
        if job is None:
            self._jobs.put(None)  # the stop sign came after them: leave it for the next turn
        return job

    def _tell(self, group: list[Job], announcements: list[Announcement]) -> None:
        try:
            if announcements:
                self._announce(announcements)
        finally:  # a listener's mistake must not leave anyone waiting for what is durable
            for job in group:
                job.settle()


def commit(
    connection: sqlite3.Connection,
    group: list[Job],
    later: Later,
    follow: Follow = follow_nothing,
    join: Join = nobody_joins,
) -> list[Announcement]:
    """Runs `group` as one transaction and returns what its successful jobs announce. Each job
    keeps its result or its error; settling it is the caller's.

    Whoever `join` gives once the others have run is added to `group`: a commit costs as much as
    several jobs do, and while the first one runs others come.

    `follow` is the last to write in the transaction, and finds there what was announced. It raises
    only where SQLite has rolled the transaction back. Its sequel is told by `later` what becomes of
    the transaction.
    """
    try:
        # Nearly no job fails, and savepoints would be a tenth of what storing an order costs.
        return _transact(connection, _growing(group, join), _run, later, follow)
    except Exception:  # noqa: S110 - it comes again below, where it is known whose it is
        pass
    try:
        return _transact(connection, _growing(group, join), _run_alone, later, follow)
    except sqlite3.Error as error:  # a full or failing disk: none of them happened
        for job in group:
            job.error = job.error or error
        return []


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """Undoes what the block wrote where it raises, and nothing else of the transaction."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except Exception:
        if connection.in_transaction:  # SQLite itself may have rolled all of it back
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
        raise
    connection.execute("RELEASE part")


def _growing(group: list[Job], join: Join) -> Iterator[Job]:
    """The jobs of `group`, and then whoever joins them while they run."""
    yield from tuple(group)
    while (job := join()) is not None:
        group.append(job)
        yield job


def _transact(
    connection: sqlite3.Connection,
    group: Iterable[Job],
    run: Callable[[sqlite3.Connection, Job], list[Announcement]],
    later: Later,
    follow: Follow,
) -> list[Announcement]:
    """All of `group`, each by `run`, or nothing."""
    sequel: Sequel | None = None
    connection.execute("BEGIN IMMEDIATE")
    try:
        announced = [one for job in group for one in run(connection, job)]
        sequel = follow(Transaction(connection, announced)) if announced else None
        if sequel is not None:
            later(sequel.begin)
        connection.execute("COMMIT")
    except Exception:
        if connection.in_transaction:  # SQLite itself may have rolled back
            connection.execute("ROLLBACK")
        if sequel is not None:
            later(partial(sequel.end, durable=False))
        raise
    if sequel is not None:
        later(partial(sequel.end, durable=True))
    return announced


def _run(connection: sqlite3.Connection, job: Job) -> list[Announcement]:
    transaction = Transaction(connection)
    job.result = job.run(transaction)
    return transaction.announcements


def _run_alone(connection: sqlite3.Connection, job: Job) -> list[Announcement]:
    """Runs one job in a savepoint; what it raises is its own affair and undone alone."""
    try:
        with savepoint(connection):
            return _run(connection, job)
    except Exception as error:
        job.error = error
        if not connection.in_transaction:
            raise
        return []
