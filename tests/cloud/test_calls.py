"""What is kept of a telephone call: for the restaurant's owner, and not for ever."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from cloud.db.pool import connect
from cloud.db.records import lock_business
from cloud.services import Services
from cloud.services.calls import FORGET_AT_ONCE, MAX_ID, REMAINING
from cloud.settings import Settings
from domain.call import CallOutcome, CallRecord, CartState, Quality, Said, Speaker, Usage
from domain.clock import iso
from domain.errors import Invalid, NotFound
from domain.message import Message, MessageKind
from tests.support.cloud import MovableClock, http_client, token_for

DAY_S = 24 * 3600
RETENTION_DAYS = Settings(database_url="").call_retention_days


def call(call_id: str, at: str, outcome: CallOutcome = CallOutcome.ORDERED) -> CallRecord:
    """A call of which everything is known."""
    return CallRecord(
        id=call_id,
        started_at=at,
        ended_at=at,
        outcome=outcome,
        caller="+49301234",
        called="+4930111",
        order_id="o1",
        engine="rules",
        transcript=(Said(0, Speaker.CALLER, "I am Maria and I want a water"),),
        cart_history=(CartState(900, ("one Water, for Maria",)),),
        usage=(Usage("voice", characters=120),),
        reply_ms=(310,),
        quality=Quality(97, read_back=True, matched=True),
        reason="Maria was cross",
    )


async def recorded(services: Services, clock: MovableClock, *calls: tuple[str, float]) -> None:
    """Calls of the trattoria by id, each some seconds ago."""
    for call_id, ago_s in calls:
        at = iso(clock.now() - timedelta(seconds=ago_s))
        await services.calls.record("trattoria", call(call_id, at))


async def ids(owner: httpx.AsyncClient, **query: Any) -> list[str]:
    found = await owner.get("calls", params=query)
    assert found.status_code == 200, found.text
    return [row["call"]["id"] for row in found.json()["calls"]]


async def test_the_owner_reads_the_whole_call(
    services: Services, clock: MovableClock, owner: httpx.AsyncClient
) -> None:
    """One call with every word of it; in the list without what was said or in the cart."""
    await recorded(services, clock, ("c1", 60))
    whole = await owner.get("calls/c1")
    assert whole.status_code == 200
    kept = msgspec.convert(whole.json()["call"], CallRecord)
    assert kept == call("c1", kept.started_at)
    (row,) = (await owner.get("calls")).json()["calls"]
    assert row["call"] == {
        name: value
        for name, value in whole.json()["call"].items()
        if name not in ("transcript", "cart_history")
    }


async def test_pages_follow_one_another(services: Services, owner: httpx.AsyncClient) -> None:
    """The latest first, no call twice and none left out, though two began at the same moment and
    a page ends between them."""
    for call_id, minute in (("c3", 30), ("c1", 20), ("c4", 40), ("c2", 30)):
        await services.calls.record("trattoria", call(call_id, f"2026-11-28T19:{minute}:00.000Z"))
    seen: list[str] = []
    before = ""
    for _ in range(3):
        query = {"limit": "2"} | ({"before": before} if before else {})
        page = (await owner.get("calls", params=query)).json()
        seen += [row["call"]["id"] for row in page["calls"]]
        before = page["next"]
    assert before == ""
    assert seen == ["c4", "c3", "c2", "c1"]
    refused = await owner.get("calls", params={"before": "gone"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "before")


async def test_calls_are_found_by_day_and_outcome(
    services: Services, owner: httpx.AsyncClient
) -> None:
    """A call at half past one belongs to the evening before, as its order does."""
    late = call("late", "2026-11-21T00:30:00.000Z", CallOutcome.MESSAGE)  # 01:30 in Berlin
    noon = call("noon", "2026-11-21T11:00:00.000Z")
    for one in (late, noon):
        await services.calls.record("trattoria", one)
    assert await ids(owner, day="2026-11-20") == ["late"]
    assert await ids(owner, day="2026-11-21") == ["noon"]
    assert await ids(owner, outcome="message") == ["late"]
    assert await ids(owner, day="2026-11-20", outcome="ordered") == []
    for wrong in ({"day": "yesterday"}, {"outcome": "great"}, {"limit": "0"}, {"limit": "101"}):
        assert (await owner.get("calls", params=wrong)).status_code in (400, 422), wrong


async def test_another_restaurants_call_is_not_there(
    services: Services, clock: MovableClock, owner: httpx.AsyncClient
) -> None:
    """Neither in the list, nor by its id, and in the very words of one that never was; nor does a
    call of the same id elsewhere replace it."""
    await services.calls.record("bistro", call("c1", iso(clock.now())))
    assert await ids(owner) == []
    foreign, none = [await owner.get(f"calls/{call_id}") for call_id in ("c1", "c2")]
    assert (foreign.status_code, none.status_code) == (404, 404)
    assert foreign.text.replace("c1", "c2") == none.text
    page = await owner.get("calls", params={"before": "c1"})
    assert page.status_code == 422
    mine = call("c1", iso(clock.now()), CallOutcome.NOTHING)
    await services.calls.record("trattoria", mine)
    theirs = await services.calls.get("bistro", "c1")
    assert theirs.record["outcome"] == "ordered"
    assert await ids(owner, outcome="nothing") == ["c1"]


async def test_only_the_owner_hears_what_callers_said(
    services: Services, clock: MovableClock, device: httpx.AsyncClient
) -> None:
    """Staff, an appliance and a stranger read no transcript."""
    await recorded(services, clock, ("c1", 60))
    async with (
        http_client(services, token_for(services, sub="anna", role="staff")) as staff,
        http_client(services) as stranger,
    ):
        for who, status in ((staff, 403), (device, 403), (stranger, 401)):
            for path in ("calls", "calls/c1"):
                assert (await who.get(path)).status_code == status


async def test_a_record_waits_for_no_order_and_holds_none_up(
    url: str, services: Services, clock: MovableClock
) -> None:
    """While someone writes to the business, a call is recorded all the same."""
    other = await connect(url)
    async with other.transaction():
        await lock_business(other, "trattoria")
        await other.execute("UPDATE businesses SET seq = seq + 1 WHERE id = 'trattoria'")
        await recorded(services, clock, ("c1", 60))
    await other.close()
    assert (await services.calls.get("trattoria", "c1")).record["id"] == "c1"


async def test_a_record_that_is_none_is_refused(services: Services, clock: MovableClock) -> None:
    """With the field that is wrong; a business that is not there is not found."""
    now = iso(clock.now())
    long = Said(0, Speaker.CALLER, "x" * 1_000_000)
    wrong = (
        (call("", now), "id"),
        (call("x" * (MAX_ID + 1), now), "id"),
        (call("c1", "yesterday"), "started_at"),
        (msgspec.structs.replace(call("c1", now), transcript=(long,)), "transcript"),
    )
    for record, field in wrong:
        with pytest.raises(Invalid, match=field):
            await services.calls.record("trattoria", record)
    with pytest.raises(NotFound):
        await services.calls.record("nowhere", call("c1", now))


async def test_words_numbers_and_names_are_forgotten(
    services: Services, clock: MovableClock
) -> None:
    """After the days that the settings say nothing of the caller is left in the call, and the
    restaurant's statistics are; a younger call keeps its words."""
    await recorded(services, clock, ("old", 2 * DAY_S), ("young", 0))
    clock.ahead_s = (RETENTION_DAYS - 1) * DAY_S
    assert await services.upkeep.prune() == 1
    assert await services.upkeep.prune() == 0
    async with http_client(services, token_for(services)) as owner:
        left = (await owner.get("calls/old")).json()
        young = (await owner.get("calls/young")).json()
        assert await ids(owner) == ["young", "old"]
    assert left["forgotten"]
    assert set(left["call"]) == set(REMAINING)
    assert left["call"]["quality"]["score"] == 97
    text = json.dumps(left)
    for word in ("Maria", "Water", "water", "+4930"):
        assert word not in text
    assert not young["forgotten"]
    assert young["call"]["transcript"]


async def test_forgetting_goes_on_until_nothing_is_left_to_forget(
    url: str, services: Services, clock: MovableClock
) -> None:
    """More calls than one statement takes, of every business."""
    connection = await connect(url)
    await connection.execute(
        """INSERT INTO calls (business_id, id, started_at, business_day, outcome, record)
           SELECT CASE WHEN n % 2 = 0 THEN 'trattoria' ELSE 'bistro' END, 'c' || n, $1,
             '2026-01-01', 'nothing', '{"id": "c", "caller": "+49"}'
           FROM generate_series(1, $2) AS n""",
        clock.now() - timedelta(days=RETENTION_DAYS + 1),
        FORGET_AT_ONCE * 2 + 1,
    )
    assert await services.upkeep.prune() == FORGET_AT_ONCE * 2 + 1
    left = await connection.fetchval("SELECT count(*) FROM calls WHERE record ? 'caller'")
    await connection.close()
    assert left == 0


async def test_messages_are_forgotten_everywhere(services: Services, clock: MovableClock) -> None:
    """A message is deleted in the feed, so that every terminal drops it too; a younger stays."""
    for message_id, ago_s in (("old", 2 * DAY_S), ("young", 0)):
        at = iso(clock.now() - timedelta(seconds=ago_s))
        message = Message(message_id, MessageKind.MISSED_CALL, at, "+49301234", "Maria")
        for business_id in ("trattoria", "bistro"):
            await services.messages.leave(business_id, message)
    clock.ahead_s = (RETENTION_DAYS - 1) * DAY_S
    assert await services.upkeep.prune() == 2
    for business_id in ("trattoria", "bistro"):
        assert [one.key for one in await services.messages.list(business_id)] == ["young"]
        gone = (await services.feed.changes(business_id, 0)).changes[-1]
        assert (gone.key, gone.deleted, gone.data, gone.by) == ("old", True, {}, "retention")
