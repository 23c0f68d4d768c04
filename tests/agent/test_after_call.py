"""Once the line is down: the record reaches the cloud, now or later, and nobody waits for it."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import after_call, spool
from agent.after_call import AfterCall, finish, send_waiting
from agent.call_log import CallLog
from agent.house import House
from agent.orders import OfflineOrders
from agent.spool import MAX_AGE, Spool
from agent.switchboard import Switchboard
from domain.call import CallOutcome, CallRecord
from domain.clock import SystemClock
from domain.errors import Invalid, Unavailable
from domain.ids import UuidV7
from tests.support.conversation import BUSINESS, NOON, StillClock, a_call, offline
from tests.support.menus import TRATTORIA

CLOCK = StillClock()


class Cloud(OfflineOrders):
    """A cloud whose answer to `record` is `answers`, one after the other; then it takes them."""

    def __init__(self, *answers: Exception | Callable[[], Awaitable[Any]]) -> None:
        super().__init__(TRATTORIA, BUSINESS, CLOCK)
        self.answers = list(answers)
        self.asked = 0

    async def record(self, record: CallRecord) -> None:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            await answer()
        await super().record(record)


async def hangs() -> None:
    await asyncio.Event().wait()


AWAY = Unavailable("The restaurant's system does not answer.")


def a_log(call_id: str = "call-1", business_id: str = "trattoria") -> CallLog:
    call = a_call(TRATTORIA)
    call.id = call_id
    return CallLog(call, CLOCK, business_id=business_id)


def a_record(call_id: str, *, age: timedelta = timedelta(0)) -> CallRecord:
    at = (NOON - age).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return CallRecord(call_id, at, at, CallOutcome.NOTHING)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


async def test_the_cloud_takes_it(tmp_path: Path) -> None:
    """It is in the cloud, and nothing is left on this machine."""
    cloud = Cloud()
    record = await finish(a_log(), cloud, CLOCK, Spool(tmp_path, CLOCK))
    assert cloud.records == {"call-1": record}
    assert files(tmp_path) == []


async def test_one_retry(tmp_path: Path) -> None:
    """A connection that was lost and is back."""
    cloud = Cloud(AWAY)
    await finish(a_log(), cloud, CLOCK, Spool(tmp_path, CLOCK))
    assert (list(cloud.records), cloud.asked, files(tmp_path)) == (["call-1"], 2, [])


async def test_a_cloud_that_is_away(tmp_path: Path) -> None:
    """Two tries; then it waits here, for this program's user alone, and goes with the next call."""
    folder = tmp_path / "new" / "calls"
    cloud = Cloud(AWAY, AWAY)
    waits = Spool(folder, CLOCK)
    await finish(a_log("first"), cloud, CLOCK, waits)
    assert (cloud.records, cloud.asked) == ({}, 2)
    (file,) = files(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    await finish(a_log("second"), cloud, CLOCK, waits)
    assert list(cloud.records) == ["second", "first"]
    assert files(folder) == []


async def test_a_cloud_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try is bounded, and what waited is not tried on top of it."""
    monkeypatch.setattr(after_call, "TRY_S", 0.05)
    cloud = Cloud(hangs, hangs)
    waits = Spool(tmp_path, CLOCK)
    waits.keep("trattoria", a_record("older"))
    async with asyncio.timeout(5):
        await finish(a_log(), cloud, CLOCK, waits)
    assert (cloud.records, cloud.asked, len(files(tmp_path))) == ({}, 2, 2)


async def test_a_program_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    """It is on the disk before the cloud is asked."""
    waits = Spool(tmp_path, CLOCK)
    seen: list[int] = []

    async def look() -> None:
        seen.append(len(files(tmp_path)))

    await finish(a_log(), Cloud(look), CLOCK, waits)
    assert seen == [1]


async def test_what_the_cloud_refuses_holds_up_nothing(tmp_path: Path) -> None:
    """It stays until it is too old; the others go."""
    waits = Spool(tmp_path, CLOCK)
    for name in ("a", "b"):
        waits.keep("trattoria", a_record(name))
    cloud = Cloud(Invalid("no"))
    taken = await send_waiting(waits, lambda _: cloud, CLOCK)
    assert (taken, len(cloud.records), len(files(tmp_path))) == (1, 1, 1)


async def test_each_business_has_its_own(tmp_path: Path) -> None:
    """A call's end sends its own restaurant's only; at the start there is a service for each."""
    waits = Spool(tmp_path, CLOCK)
    waits.keep("sushi", a_record("theirs"))
    trattoria, sushi = Cloud(), Cloud()
    await finish(a_log("ours"), trattoria, CLOCK, waits)
    assert (list(trattoria.records), len(files(tmp_path))) == (["ours"], 1)
    assert await AfterCall("trattoria", trattoria, CLOCK, spool=waits).send_waiting() == 0
    services = {"trattoria": trattoria, "sushi": sushi}
    assert await send_waiting(waits, lambda business: services[business], CLOCK) == 1
    assert list(sushi.records) == ["theirs"]


async def test_what_is_too_old_goes(tmp_path: Path) -> None:
    """What people said does not lie about for ever, not even where it cannot be read."""
    waits = Spool(tmp_path, CLOCK)
    waits.keep("trattoria", a_record("old", age=MAX_AGE + timedelta(minutes=1)))
    waits.keep("trattoria", a_record("young", age=MAX_AGE - timedelta(minutes=1)))
    (tmp_path / "20250101T000000000Z-broken.call.json").write_text("{")
    assert [kept.record.id for _, kept in waits.waiting()] == ["young"]
    assert len(files(tmp_path)) == 1


async def test_the_oldest_go_where_there_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By number and by size."""
    waits = Spool(tmp_path, CLOCK)
    monkeypatch.setattr(spool, "MAX_KEPT", 3)
    for n in range(5):
        waits.keep("trattoria", a_record(f"c{n}", age=timedelta(hours=9 - n)))
    assert [kept.record.id for _, kept in waits.waiting()] == ["c2", "c3", "c4"]
    monkeypatch.setattr(spool, "MAX_BYTES", 2 * files(tmp_path)[0].stat().st_size + 9)
    waits.keep("trattoria", a_record("c5"))
    assert [kept.record.id for _, kept in waits.waiting()] == ["c4", "c5"]


async def test_a_file_that_is_no_record(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is named, and the others are sent."""
    waits = Spool(tmp_path, CLOCK)
    waits.keep("trattoria", a_record("good"))
    (tmp_path / "20261122T100000000Z-x.call.json").write_text("{")
    cloud = Cloud()
    assert await send_waiting(waits, lambda _: cloud, CLOCK) == 1
    assert "x.call.json is no call's record" in caplog.text


async def test_the_same_call_again_is_one_file(tmp_path: Path) -> None:
    """And an id may hold anything."""
    waits = Spool(tmp_path, CLOCK)
    for _ in range(2):
        waits.keep("trattoria", a_record("../../etc/x@10.0.0.1"))
    waits.keep("sushi", a_record("../../etc/x@10.0.0.1"))
    assert len(files(tmp_path)) == 2


async def test_a_disk_that_takes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The record still goes to the cloud; without both it is lost, and that is said."""
    (tmp_path / "file").write_text("")
    waits = Spool(tmp_path / "file", CLOCK)
    cloud = Cloud()
    await finish(a_log("one"), cloud, CLOCK, waits)
    assert list(cloud.records) == ["one"]
    assert "cannot be kept on this machine" in caplog.text
    await finish(a_log("two"), Cloud(AWAY, AWAY), CLOCK, waits)
    assert "the record of call two is lost" in caplog.text


async def test_whatever_goes_wrong_stays_here(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody thought of ends no process; the record waits."""
    await finish(a_log(), Cloud(ZeroDivisionError()), CLOCK, Spool(tmp_path, CLOCK))
    assert len(files(tmp_path)) == 1
    assert "ZeroDivisionError" in caplog.text


# --- calls in text ------------------------------------------------------------------------------


def a_board(cloud: OfflineOrders, **rest: Any) -> Switchboard:
    clock = SystemClock()
    after = AfterCall("trattoria", cloud, clock, **rest)
    return Switchboard(cloud, House.of(TRATTORIA, (), BUSINESS), clock, UuidV7(clock), after)


async def test_calls_in_text_are_recorded() -> None:
    """From the greeting to the goodbye, and one that is hung up on."""
    cloud = offline(TRATTORIA)
    board = a_board(cloud)
    greeting = await board.start("a", "+491701234567")
    await board.start("b")
    await board.say("a", "two margheritas for Maria, pick-up")
    await board.say("b", "a coke")
    assert (await board.say("a", "yes")).ended
    await board.hang_up("b")
    await board.close()
    ordered, abandoned = sorted(cloud.records.values(), key=lambda r: r.outcome, reverse=True)
    assert (ordered.outcome, abandoned.outcome) == (CallOutcome.ORDERED, CallOutcome.ABANDONED)
    assert ordered.transcript[0].text == greeting.reply
    assert ordered.caller == "+491701234567"
    assert ordered.order_id == next(iter(cloud.placed.values())).id


async def test_what_callers_of_an_afternoon_came_to() -> None:
    """An order, its change, its cancellation and a message: each call says which, and the first
    three lead to the same order."""
    cloud = offline(TRATTORIA)
    board = a_board(cloud)
    calls = (
        ("two margheritas for Maria, pick-up", "yes"),
        ("I ordered an hour ago, can you add a coke?", "large", "yes"),
        ("please cancel my order", "yes"),
        ("can somebody call me back?", "I left my umbrella", "yes"),
    )
    for says in calls:
        await board.start("x", "+491701234567")
        for words in says:
            await board.say("x", words)
        await board.hang_up("x")
    await board.close()
    records = sorted(cloud.records.values(), key=lambda record: record.started_at)
    assert [r.outcome.value for r in records] == ["ordered", "changed", "cancelled", "message"]
    (order,) = cloud.placed.values()
    assert [r.order_id for r in records] == [order.id, order.id, order.id, ""]
    assert [r.quality.score for r in records if r.quality is not None] == [100, 100, 100, 100]


async def test_a_record_delays_no_answer() -> None:
    """The last reply is there while the cloud still hangs over the record."""
    taken = asyncio.Event()
    held = asyncio.Event()

    async def hold() -> None:
        held.set()
        await taken.wait()

    cloud = Cloud(hold)
    board = a_board(cloud)
    reply = await board.say("a", "goodbye")
    assert reply.ended
    await asyncio.wait_for(held.wait(), 5)
    assert cloud.records == {}
    taken.set()
    await board.close()
    assert len(cloud.records) == 1
