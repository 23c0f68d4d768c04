"""What an edge pushes gets one verdict for each item, and none stands in another's way."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import msgspec

from cloud.services import Services
from cloud.services.upkeep import KEEP_DAYS
from domain.order import Channel
from sync.wire import Outcome, PushItem, Verdict
from tests.support.cloud import MovableClock, business_file, draft


def item(key: str = "c-1", base: int = 0, op: str = "", **fields: Any) -> PushItem:
    known: dict[str, Any] = {"collection": "customer", "data": {"name": "Maria"}, **fields}
    return PushItem(op_id=op or f"op-{key}-{base}", key=key, base_version=base, **known)


async def push(services: Services, *items: PushItem) -> tuple[Verdict, ...]:
    return (await services.sync.push("trattoria", items, actor="device:edge-1")).verdicts


async def head(services: Services) -> int:
    return (await services.feed.changes("trattoria", 0)).head


async def test_an_edit_is_applied(services: Services) -> None:
    """A record based on the present version is written, and its verdict says where it stands."""
    start = await head(services)
    (verdict,) = await push(services, item())
    assert verdict == Verdict("op-c-1-0", Outcome.APPLIED, version=1, seq=start + 1)


async def test_a_lost_reply_makes_no_second_edit(services: Services) -> None:
    """The same op id again gets the outcome of the first time, even after others have written."""
    (first,) = await push(services, item())
    await push(services, item(base=1, data={"name": "Mario"}))
    (again,) = await push(services, item())
    assert again == Verdict(first.op_id, Outcome.DUPLICATE, version=1, seq=first.seq)
    assert await head(services) == first.seq + 1


async def test_one_op_twice_in_one_push_is_applied_once(services: Services) -> None:
    """Two copies of one item: applied, then duplicate."""
    verdicts = await push(services, item(), item())
    assert [v.outcome for v in verdicts] == [Outcome.APPLIED, Outcome.DUPLICATE]


async def test_an_op_id_with_other_content_is_not_called_applied(services: Services) -> None:
    """An op id that comes back with another edit is rejected: silence would lose that edit."""
    await push(services, item())
    (verdict,) = await push(services, item(data={"name": "Mario"}))
    assert verdict.outcome is Outcome.REJECTED
    assert "op id" in verdict.reason


async def test_an_old_base_is_a_conflict_with_the_present_record(services: Services) -> None:
    """Who pushes over something newer is told what it is, and nothing is overwritten."""
    await push(services, item(), item(base=1, data={"name": "Mario"}, by="anna"))
    (verdict,) = await push(services, item(op="late", base=1, data={"name": "Luigi"}))
    assert (verdict.outcome, verdict.version) == (Outcome.CONFLICT, 2)
    assert (verdict.data, verdict.by) == ({"name": "Mario"}, "device:edge-1 anna")
    assert verdict.at != ""


async def test_a_conflict_with_a_deleted_record_says_so(services: Services) -> None:
    """An edit of what was deleted meanwhile is a conflict with a tombstone."""
    await push(services, item(), item(base=1, deleted=True))
    (verdict,) = await push(services, item(op="late", base=1))
    assert (verdict.outcome, verdict.version, verdict.deleted) == (Outcome.CONFLICT, 2, True)


async def test_a_conflict_can_be_pushed_again_under_its_op_id(services: Services) -> None:
    """Refusals are not remembered: once it is based on the present, the same op id is applied."""
    await push(services, item())
    late = item(op="late", base=0, data={"name": "Luigi"})
    assert (await push(services, late))[0].outcome is Outcome.CONFLICT
    (verdict,) = await push(services, item(op="late", base=1, data={"name": "Luigi"}))
    assert verdict.outcome is Outcome.APPLIED


POISON: list[tuple[dict[str, Any], str]] = [
    ({"collection": "recipe"}, "recipe"),
    ({"collection": "staff"}, "staff"),
    ({"collection": "settings"}, "settings"),
    ({"collection": "order", "deleted": True}, "never deleted"),
    ({"collection": "menu", "data": {"id": "main"}}, "name: is required"),
    ({"collection": "order", "data": {"id": "poison"}}, "number: is required"),
    ({"collection": "availability", "data": {"item_id": "x", "available": True}}, "item_id"),
    ({"collection": "printer", "data": {"id": "poison", "name": "", "uri": "lpt1"}}, "uri"),
    ({"data": {"name": "a\0b"}}, "character"),
    ({"op": "o" * 300}, "op id"),
    ({"op": "o\0"}, "op id"),
]


async def test_a_poisoned_item_stands_in_nobodys_way(services: Services) -> None:
    """Good items before, between and after bad ones are applied, without a gap in the feed; each
    bad one is refused with a reason and leaves nothing."""
    start = await head(services)
    good = [item(f"good-{n}") for n in range(len(POISON) + 1)]
    bad = [item("poison", **poison) for poison, _ in POISON]
    pushed = [one for pair in zip(good, bad, strict=False) for one in pair] + good[-1:]
    verdicts = await push(services, *pushed)
    assert {v.outcome for v in verdicts[::2]} == {Outcome.APPLIED}
    for verdict, (_, reason) in zip(verdicts[1::2], POISON, strict=True):
        assert verdict.outcome is Outcome.REJECTED
        assert reason in verdict.reason
    changes = (await services.feed.changes("trattoria", start)).changes
    assert [(c.seq, c.key) for c in changes] == [
        (start + n, one.key) for n, one in enumerate(good, start=1)
    ]


async def test_an_order_keeps_the_fields_of_a_newer_program(services: Services) -> None:
    """What the cloud doesn't know of a pushed order survives the push and the way back."""
    placed = await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    stored = await services.orders.get("trattoria", placed.order.id)
    data = {**stored.data, "tip": 200}
    (verdict,) = await push(services, item(placed.order.id, base=1, collection="order", data=data))
    assert verdict.outcome is Outcome.APPLIED
    found = (await services.feed.changes("trattoria", verdict.seq - 1)).changes
    assert found[0].data == data


async def test_a_menu_goes_up_when_it_is_one(services: Services) -> None:
    """A menu edited at the edge is stored, and the cloud sells by it."""
    menu = business_file()["menu"]
    menu["items"][0]["price"] = 1000
    (verdict,) = await push(services, item("main", base=1, collection="menu", data=menu))
    assert verdict.outcome is Outcome.APPLIED
    placed = await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    assert placed.order.totals.gross == 1000


async def test_push_and_pull_over_http(device: httpx.AsyncClient) -> None:
    """The wire's shapes, there and back, scoped by the device's own business."""
    body = {
        "items": [
            {
                "op_id": "op-1",
                "collection": "customer",
                "key": "c-1",
                "base_version": 0,
                "data": {"name": "Maria"},
            }
        ]
    }
    pushed = await device.post("sync/push", json=body)
    assert pushed.status_code == 200, pushed.text
    seq = pushed.json()["verdicts"][0]["seq"]
    pulled = await device.get("sync/changes", params={"after": seq - 1, "wait": 5})
    assert pulled.status_code == 200, pulled.text
    assert pulled.json()["head"] == seq
    assert [c["key"] for c in pulled.json()["changes"]] == ["c-1"]
    assert (await device.post("sync/push", json=body)).json()["verdicts"][0][
        "outcome"
    ] == "duplicate"


async def test_a_push_may_be_compressed(device: httpx.AsyncClient) -> None:
    """The cloud says that it takes gzip, and does; what is no gzip is refused by name."""
    plain = msgspec.json.encode({"items": []})
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    pushed = await device.post("sync/push", content=gzip.compress(plain), headers=headers)
    assert (pushed.status_code, pushed.json()) == (200, {"verdicts": []})
    assert pushed.headers["accept-encoding"] == "gzip"
    assert (await device.post("sync/push", content=plain, headers=headers)).status_code == 400


async def test_the_feed_is_for_devices(owner: httpx.AsyncClient) -> None:
    """It carries PIN hashes, so a person's token does not read it."""
    assert (await owner.get("sync/changes")).status_code == 403
    assert (await owner.post("sync/push", json={"items": []})).status_code == 403


async def test_a_query_out_of_range_is_refused(device: httpx.AsyncClient) -> None:
    """A refusal names the parameter."""
    for query in ("after=-1", "after=x", "wait=26", "wait=nan", "after=99999999999999999999"):
        refused = await device.get(f"sync/changes?{query}")
        assert refused.status_code in (400, 422), query
        assert refused.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_what_is_remembered_for_retries_is_forgotten_in_the_end(
    services: Services, clock: MovableClock
) -> None:
    """A retry within three months is a duplicate. A later one meets its own edit as a conflict
    with the very same record, which the edge's merge settles by itself."""
    await push(services, item())
    assert await services.upkeep.prune() == 0
    clock.ahead_s = (KEEP_DAYS + 1) * 86400
    assert await services.upkeep.prune() == 1
    (late,) = await push(services, item())
    assert (late.outcome, late.data) == (Outcome.CONFLICT, item().data)


async def test_a_long_answer_goes_out_as_gzip(device: httpx.AsyncClient) -> None:
    """A page of the feed is a tenth of its size on a restaurant's line; who takes no gzip gets it
    as it is."""
    packed = await device.get("sync/changes", headers={"Accept-Encoding": "gzip"})
    plain = await device.get("sync/changes", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.json() == plain.json()
