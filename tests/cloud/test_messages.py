"""Messages from the telephone, as the owner sees them over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cloud.services import Services, Settings
from domain.errors import Invalid
from domain.message import Message, MessageKind
from sync.wire import Collection, Outcome, PushItem
from tests.support.cloud import MovableClock, http_client, token_for

MESSAGES = "businesses/trattoria/messages"


def message(message_id: str = "m1", hour: int = 19, **more: Any) -> Message:
    at = f"2026-11-28T{hour}:00:00.000Z"
    return Message(message_id, MessageKind.MISSED_CALL, at, "+49301234", "Maria", **more)


async def test_the_owner_sees_what_was_left_and_sees_to_it(
    services: Services, owner: httpx.AsyncClient
) -> None:
    """The latest first, with the cart; seen to once, it is no longer among those to see to, and
    who was first stays."""
    await services.messages.leave("trattoria", message("m1", 18, lines=("two Margheritas",)))
    await services.messages.leave("trattoria", message("m2", 19))
    listed = (await owner.get(MESSAGES, params={"handled": "false"})).json()
    assert [one["id"] for one in listed] == ["m2", "m1"]
    assert listed[1]["lines"] == ["two Margheritas"]
    seen_to = (await owner.post(f"{MESSAGES}/m1/handled")).json()
    assert seen_to["handled"]["by"] == "user:maria"
    async with http_client(services, token_for(services, sub="carla")) as another:
        assert (await another.post(f"{MESSAGES}/m1/handled")).json() == seen_to
    assert [one["id"] for one in (await owner.get(MESSAGES)).json()] == ["m2", "m1"]
    for handled, left in (("false", ["m2"]), ("true", ["m1"])):
        found = (await owner.get(MESSAGES, params={"handled": handled})).json()
        assert [one["id"] for one in found] == left
    assert (await owner.post(f"{MESSAGES}/m9/handled")).status_code == 404


async def test_two_restaurants_do_not_see_each_others_messages(
    services: Services, owner: httpx.AsyncClient
) -> None:
    """Not in the list, not by the other's name, not by the message's id; and an id that the other
    has used is free here."""
    await services.messages.leave("bistro", message())
    assert (await owner.get(MESSAGES)).json() == []
    assert (await owner.get("businesses/bistro/messages")).status_code == 403
    assert (await owner.post("businesses/bistro/messages/m1/handled")).status_code == 403
    assert (await owner.post(f"{MESSAGES}/m1/handled")).status_code == 404
    await services.messages.leave("trattoria", message())
    assert len((await owner.get(MESSAGES)).json()) == 1
    (theirs,) = await services.messages.list("bistro")
    assert theirs.data["handled"] is None


async def test_messages_are_the_owners_in_the_cloud(services: Services) -> None:
    """The staff have theirs on the restaurant's own terminals."""
    async with http_client(services, token_for(services, sub="anna", role="staff")) as staff:
        assert (await staff.get(MESSAGES)).status_code == 403
        assert (await staff.post(f"{MESSAGES}/m1/handled")).status_code == 403


async def test_a_message_reaches_terminals_at_once(url: str, clock: MovableClock) -> None:
    """In one transaction with the event that Centrifugo pushes."""
    settings = Settings(database_url=url, centrifugo_url="ws://127.0.0.1:1/", database_pool=2)
    async with Services.open(settings, clock=clock) as services:
        await services.messages.leave("trattoria", message())
        rows = await services._pool.fetch("SELECT payload FROM centrifugo_outbox")
    (event,) = [row["payload"]["data"] for row in rows]
    assert (event["type"], event["data"]["name"]) == ("message.created", "Maria")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "m2"}, "id"),
        ({"kind": "love letter"}, "kind"),
        ({"at": "yesterday"}, "at"),
        ({"text": "x" * 1_001}, "text"),
        ({"handled": "yes"}, "handled"),
    ],
)
async def test_what_is_no_message_is_not_taken_from_an_edge(
    services: Services, change: dict[str, Any], field: str
) -> None:
    """It is rejected with the field, and what stands stays."""
    await services.messages.leave("trattoria", message())
    (stands,) = await services.messages.list("trattoria")
    item = PushItem("op-1", Collection.MESSAGE, "m1", 1, stands.data | change)
    (verdict,) = (await services.sync.push("trattoria", [item], actor="device:e")).verdicts
    assert verdict.outcome is Outcome.REJECTED
    assert field in verdict.reason
    assert await services.messages.list("trattoria") == [stands]


async def test_a_message_that_is_none_is_refused(services: Services) -> None:
    """Without a time nobody knows when to forget it."""
    with pytest.raises(Invalid, match="at"):
        await services.messages.leave("trattoria", Message("m1", MessageKind.MESSAGE, ""))
