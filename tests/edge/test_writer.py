"""The writing thread: groups that are committed together, jobs that stand alone."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from edge.store.announcements import Announcement, PrintJobWritten
from edge.store.writer import (
    CHECKPOINT_AFTER,
    LOG_PAGES,
    PAGE_BYTES,
    QUIET_S,
    Transaction,
    Writer,
    connect,
    lengthen_log,
)


class Recorder:
    """A writer on a table of numbers, and what it has announced; `told` is called with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.heard: list[Announcement] = []
        self.told: Callable[[], None] = lambda: None
        self.writer = Writer(path, self._hear)

    def _hear(self, announcements: Sequence[Announcement]) -> None:
        self.heard.extend(announcements)
        self.told()

    def numbers(self) -> list[int]:
        with sqlite3.connect(self.path) as db:
            return [n for (n,) in db.execute("SELECT n FROM numbers ORDER BY n")]


@pytest.fixture
async def recorder(tmp_path: Path) -> AsyncIterator[Recorder]:
    path = tmp_path / "db.sqlite"
    connection = connect(path)
    connection.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY CHECK (n < 1000))")
    connection.close()
    recorder = Recorder(path)
    recorder.writer.start()
    yield recorder
    await recorder.writer.stop()


def insert(n: int) -> object:
    def job(tx: Transaction) -> int:
        tx.execute("INSERT INTO numbers VALUES (?)", (n,))
        tx.announce(PrintJobWritten(n, "", "", "", "", ""))
        return n

    return job


async def blocked(recorder: Recorder) -> threading.Event:
    """Keeps the thread busy until the event is set, so that what is asked for gathers."""
    go = threading.Event()
    started = threading.Event()

    def wait(tx: Transaction) -> None:
        started.set()
        go.wait(10)

    asyncio.get_running_loop().create_task(recorder.writer.run(wait))
    await asyncio.to_thread(started.wait, 10)
    return go


async def test_a_failing_job_takes_no_neighbour_with_it(recorder: Recorder) -> None:
    """Of a group that is committed together, only what failed is undone, and only it is told; the
    others are announced, and once."""
    go = await blocked(recorder)

    def half(tx: Transaction) -> None:
        tx.execute("INSERT INTO numbers VALUES (5)")
        tx.announce(PrintJobWritten(5, "", "", "", "", ""))
        raise ValueError("no")

    asked = [recorder.writer.run(job) for job in (insert(1), half, insert(2), insert(1000))]
    gathered = asyncio.gather(*asked, return_exceptions=True)
    await asyncio.sleep(0)
    go.set()
    one, failed, two, refused = await gathered
    assert (one, two) == (1, 2)
    assert isinstance(failed, ValueError)
    assert isinstance(refused, sqlite3.IntegrityError)
    assert recorder.numbers() == [1, 2]
    assert [one.id for one in recorder.heard if isinstance(one, PrintJobWritten)] == [1, 2]


async def test_announcements_come_after_the_commit_and_not_without_one(
    recorder: Recorder,
) -> None:
    """When a listener hears of a write, another connection can read it; of a failed one it never
    hears."""
    seen: list[list[int]] = []
    recorder.writer._announce = lambda told: seen.append(recorder.numbers())

    def fails(tx: Transaction) -> None:
        tx.announce(PrintJobWritten(9, "", "", "", "", ""))
        raise ValueError

    await recorder.writer.run(insert(7))
    with pytest.raises(ValueError):
        await recorder.writer.run(fails)
    await recorder.writer.run(insert(8))
    assert seen == [[7], [7, 8]]


async def test_a_group_is_one_commit(recorder: Recorder) -> None:
    """What gathers while the thread is busy is seen by others all at once."""
    go = await blocked(recorder)
    counts: set[int] = set()
    asked = [asyncio.ensure_future(recorder.writer.run(insert(n))) for n in range(40)]
    for one in asked:
        one.add_done_callback(lambda _: counts.add(len(recorder.numbers())))
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*asked)
    assert counts == {40}


async def test_who_comes_while_one_runs_is_committed_with_it(recorder: Recorder) -> None:
    """Those that gather while the first one runs wait for no commit but its own."""
    commits: list[int] = []
    started, go = threading.Event(), threading.Event()

    def first(tx: Transaction) -> int:
        started.set()
        go.wait(10)
        return insert(0)(tx)

    recorder.writer.follow = lambda tx: commits.append(len(tx.announcements))
    asked = [asyncio.ensure_future(recorder.writer.run(first))]
    await asyncio.sleep(0)
    await asyncio.to_thread(started.wait, 10)
    asked += [asyncio.ensure_future(recorder.writer.run(insert(n))) for n in range(1, 40)]
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*asked) == list(range(40))
    assert commits == [40]


async def test_stop_writes_what_was_asked_for_before(recorder: Recorder) -> None:
    """A graceful stop loses nothing that is in the queue; after it, a write is refused."""
    asked = [asyncio.ensure_future(recorder.writer.run(insert(n))) for n in range(100)]
    await asyncio.sleep(0)
    await recorder.writer.stop()
    assert await asyncio.gather(*asked) == list(range(100))
    with pytest.raises(RuntimeError):
        await recorder.writer.run(insert(500))


async def test_a_caller_that_left_harms_nobody(recorder: Recorder) -> None:
    """The write of a cancelled request stands, and the next one is served."""
    go = await blocked(recorder)
    gone = asyncio.ensure_future(recorder.writer.run(insert(1)))
    await asyncio.sleep(0)
    gone.cancel()
    go.set()
    assert await recorder.writer.run(insert(2)) == 2
    assert recorder.numbers() == [1, 2]


async def test_commits_are_durable(recorder: Recorder) -> None:
    """The writing connection syncs each commit to the disk: WAL with synchronous=FULL."""

    def pragmas(tx: Transaction) -> list[object]:
        return [
            tx.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert await recorder.writer.run(pragmas) == ["wal", 2, 1]


async def test_who_follows_writes_in_the_same_commit(recorder: Recorder) -> None:
    """What is added at the end of a group is stored and told with it, once, though the group had
    to be run again because one of it failed."""

    def follow(tx: Transaction) -> None:
        tx.execute("INSERT INTO numbers VALUES (900)")
        tx.announce(PrintJobWritten(900, "", "", "", "", ""))

    recorder.writer.follow = follow
    go = await blocked(recorder)
    asked = [recorder.writer.run(job) for job in (insert(1), insert(1000), insert(2))]
    waiting = asyncio.gather(*asked, return_exceptions=True)
    await asyncio.sleep(0)
    go.set()
    await waiting
    assert recorder.numbers() == [1, 2, 900]
    assert [one.id for one in recorder.heard if isinstance(one, PrintJobWritten)] == [1, 2, 900]


async def test_the_log_is_brought_into_the_database_once_nobody_writes(recorder: Recorder) -> None:
    """And by no commit: whoever writes at that moment would wait for it."""

    def in_the_database() -> int:
        alone = recorder.path.with_name("alone.sqlite")
        alone.write_bytes(recorder.path.read_bytes())
        try:
            with sqlite3.connect(alone) as db:
                (count,) = db.execute("SELECT count(*) FROM numbers").fetchone()
        except sqlite3.DatabaseError:  # copied while it was written
            return 0
        return int(count)

    for n in range(CHECKPOINT_AFTER - 1):
        await recorder.writer.run(insert(n))
    await asyncio.sleep(3 * QUIET_S)
    assert in_the_database() == 0
    await recorder.writer.run(insert(CHECKPOINT_AFTER))
    assert in_the_database() == 0
    async with asyncio.timeout(5):
        while in_the_database() < CHECKPOINT_AFTER:  # noqa: ASYNC110 - another thread does it
            await asyncio.sleep(QUIET_S)
    assert await recorder.writer.run(insert(999)) == 999


async def test_the_log_has_its_length_before_it_is_needed(recorder: Recorder) -> None:
    """And keeps it, however much is written with pauses: a commit writes over what is there, and
    the disk need not make a file longer. Nothing of that is in the database."""
    log = recorder.path.with_name(f"{recorder.path.name}-wal")
    whole = 0.95 * LOG_PAGES * PAGE_BYTES  # the last pages stay in memory
    async with asyncio.timeout(5):
        while not log.exists() or log.stat().st_size < whole:  # noqa: ASYNC110 - another thread does it
            await asyncio.sleep(QUIET_S)
    length = log.stat().st_size
    for n in range(2 * CHECKPOINT_AFTER):
        await recorder.writer.run(insert(n))
        if n % CHECKPOINT_AFTER == 0:
            await asyncio.sleep(3 * QUIET_S)
    assert log.stat().st_size == length < 1.1 * whole
    assert recorder.path.stat().st_size < whole / 10
    with sqlite3.connect(recorder.path) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("numbers",)]
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert len(recorder.numbers()) == 2 * CHECKPOINT_AFTER


async def test_a_disk_that_will_not_tell_its_room_ends_no_writing(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log's length is a comfort: without it orders are taken all the same."""
    asked = threading.Event()

    def fails(_: Path) -> None:
        asked.set()
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("edge.store.writer.shutil.disk_usage", fails)
    assert await asyncio.to_thread(asked.wait, 5)
    assert await recorder.writer.run(insert(1)) == 1


async def test_a_database_in_other_hands_leaves_the_writer_its_memory(tmp_path: Path) -> None:
    """Where its log cannot be made longer, the pages that it may keep are as many as before."""
    path = tmp_path / "db.sqlite"
    with closing(connect(path)) as writing, closing(sqlite3.connect(path)) as other:
        writing.execute("CREATE TABLE numbers (n)")
        (before,) = writing.execute("PRAGMA cache_size").fetchone()
        writing.execute("PRAGMA busy_timeout=0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            lengthen_log(writing, path)
        assert writing.execute("PRAGMA cache_size").fetchone() == (before,)


async def test_what_waited_for_the_disk_goes_first(recorder: Recorder) -> None:
    """A ticket that is ready leaves before anybody is told of it: those may be many."""
    seen: list[str] = []

    class Ticket:
        def begin(self) -> None:
            self.durable: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self.worker = asyncio.create_task(self.leave())

        def end(self, *, durable: bool) -> None:
            self.durable.set_result(durable)

        async def leave(self) -> None:
            assert await self.durable
            seen.append("left")

    recorder.writer.follow = lambda tx: Ticket()
    recorder.told = lambda: seen.append("told")
    await recorder.writer.run(insert(1))
    assert seen == ["left", "told"]
