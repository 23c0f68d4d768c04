"""Where Centrifugo is configured, a write and its event are one transaction."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from cloud.db.pool import connect, open_pool
from cloud.realtime import centrifugo_config, partition_of
from cloud.services import Services, Settings
from cloud.services.records import State, Writer
from domain.clock import SystemClock
from domain.errors import Invalid
from domain.order import Channel
from tests.support.cloud import draft, http_client, token_for

SECRET = "c" * 32


def with_centrifugo(url: str) -> Settings:
    return Settings(
        database_url=url,
        centrifugo_url="ws://127.0.0.1:8000/connection/websocket",
        centrifugo_secret=SECRET,
        centrifugo_partitions=4,
    )


async def outbox(url: str) -> list[dict[str, Any]]:
    connection = await connect(url)
    rows = await connection.fetch(
        "SELECT method, payload, partition FROM centrifugo_outbox ORDER BY id"
    )
    await connection.close()
    return [dict(row) for row in rows]


async def test_an_order_and_its_event_are_stored_together(url: str) -> None:
    """The event carries the order as it is stored, its place in the feed, and a key against
    being told twice."""
    async with Services.open(with_centrifugo(url)) as services:
        placed = await services.orders.place(
            "trattoria", draft(), channel=Channel.PHONE, actor="agent"
        )
        stored = await services.orders.get("trattoria", placed.order.id)
    (row,) = await outbox(url)
    assert (row["method"], row["partition"]) == ("publish", partition_of("trattoria", 4))
    payload = row["payload"]
    assert payload["channel"] == "business:trattoria"
    assert payload["idempotency_key"] == f"trattoria:{placed.seq}"
    event = payload["data"]
    assert event["data"] == stored.data
    expected = ("order.created", "trattoria", placed.seq, "order", placed.order.id, 1)
    names = ("type", "business_id", "seq", "collection", "key", "version")
    assert tuple(event[name] for name in names) == expected


async def write_and_fail(url: str) -> None:
    """Writes a record with its event, sees both inside the transaction, and fails."""
    pool = await open_pool(url, size=1)
    try:
        writer = Writer(pool, with_centrifugo(url), SystemClock())
        async with writer.writing("trattoria", by="test") as writing:
            await writing.put(State("customer", "c-1", {}), base_version=0)
            assert await writing.connection.fetchval("SELECT count(*) FROM centrifugo_outbox") == 1
            raise ZeroDivisionError
    finally:
        await pool.close()


async def test_what_is_taken_back_announces_nothing(url: str) -> None:
    """When the transaction fails after the write, record, place in the feed and event are gone
    together."""
    async with Services.open(with_centrifugo(url)) as services:
        before = await services.feed.changes("trattoria", 0)
        with pytest.raises(Invalid):
            await services.orders.place(
                "trattoria", draft("unicorn"), channel=Channel.PHONE, actor="agent"
            )
        with pytest.raises(ZeroDivisionError):
            await write_and_fail(url)
        assert await services.feed.changes("trattoria", 0) == before
    assert await outbox(url) == []


async def test_without_centrifugo_nothing_is_put_out(services: Services, url: str) -> None:
    """Nobody would empty the table."""
    await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    assert await outbox(url) == []


async def test_centrifugo_is_woken_at_commit(url: str) -> None:
    """Its consumer hears the partition's number on the channel that its configuration names."""
    channel = centrifugo_config(with_centrifugo(url))["consumers"][0]["postgresql"][
        "partition_notification_channel"
    ]
    heard: list[object] = []
    listener = await connect(url)
    await listener.add_listener(channel, lambda *call: heard.append(call[-1]))
    async with Services.open(with_centrifugo(url)) as services:
        await services.orders.place("trattoria", draft(), channel=Channel.PHONE, actor="agent")
    await listener.execute("SELECT 1")  # notifications come before the answer
    await listener.close()
    assert heard == [str(partition_of("trattoria", 4))]


async def test_a_device_is_told_where_to_listen(url: str) -> None:
    """Its token is signed for Centrifugo and subscribes it to its own business only."""
    async with Services.open(with_centrifugo(url)) as services:
        bearer = token_for(services, sub="edge-1", kind="device")
        async with http_client(services, bearer) as client:
            access = (await client.post("realtime/token")).json()
    claims = jwt.decode(access["token"], SECRET, algorithms=["HS256"])
    assert claims["channels"] == [access["channel"]] == ["business:trattoria"]
    assert claims["sub"] == "edge-1"
    assert access["enabled"]
    assert access["url"].startswith("ws://")


async def test_a_device_is_told_that_there_is_nothing_to_listen_to(services: Services) -> None:
    """Without Centrifugo the answer says so, and the edge long-polls."""
    async with http_client(services, token_for(services)) as client:
        assert (await client.post("realtime/token")).json()["enabled"] is False


def test_the_configuration_is_for_the_same_settings() -> None:
    """Secret, database, partitions and the namespace of the channel come from one place."""
    settings = with_centrifugo("postgresql://db/panbot")
    config = centrifugo_config(settings)
    consumer = config["consumers"][0]["postgresql"]
    assert config["client"]["token"]["hmac_secret_key"] == SECRET
    assert (consumer["dsn"], consumer["num_partitions"]) == ("postgresql://db/panbot", 4)
    assert config["channel"]["namespaces"][0]["name"] == "business"
