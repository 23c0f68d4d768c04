"""The page's server over a stage of paper: the stream, and who is let in."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from litestar.testing import AsyncTestClient

from demo.board import KEPT, Board, Part
from demo.page import create_page


class PaperStage:
    """A stage that only remembers what it was asked."""

    def __init__(self) -> None:
        self.board = Board("Trattoria Bella")
        self.said: list[tuple[str, str]] = []

    async def new_call(self) -> str:
        return "c1"

    async def say(self, call: str, text: str) -> None:
        self.said.append((call, text))

    async def hang_up(self, call: str) -> None: ...

    async def switch(self, printer: str, *, cable: bool | None, paper: bool | None) -> None: ...

    def picture(self, paper: str) -> bytes:
        return paper.encode()


@pytest.fixture
async def asked() -> tuple[PaperStage, AsyncTestClient]:
    stage = PaperStage()
    return stage, AsyncTestClient(create_page(stage), base_url="http://127.0.0.1:8080")


async def test_the_page_and_its_parts_are_served_with_local_assets_only(
    asked: tuple[PaperStage, AsyncTestClient],
) -> None:
    """No address of another machine stands in any of them, and the browser is told to load none."""
    async with asked[1] as client:
        page = await client.get("/")
        assert page.headers["content-security-policy"] == "default-src 'self'"
        for name in ("page.js", "phone.js", "way.js", "parts.js", "paper.js", "dom.js", "page.css"):
            part = await client.get(f"/assets/{name}")
            assert part.status_code == 200
            assert "//" not in part.text.replace("// ", "").replace("http://www.w3.org", ""), name


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
async def test_another_site_cannot_use_the_visitors_browser(
    asked: tuple[PaperStage, AsyncTestClient], headers: dict[str, str]
) -> None:
    """Neither from its own page, nor under a name that it points at this machine."""
    stage, client = asked
    async with client:
        answer = await client.post("/api/calls/c1/say", json={"text": "hi"}, headers=headers)
    assert answer.status_code == 403
    assert stage.said == []


async def test_a_saying_reaches_the_stage(asked: tuple[PaperStage, AsyncTestClient]) -> None:
    """From the page itself it is let through; without a text it is refused, naming the field."""
    stage, client = asked
    async with client:
        origin = {"Origin": "http://127.0.0.1:8080"}
        await client.post("/api/calls/c1/say", json={"text": "a coke"}, headers=origin)
        refused: httpx.Response = await client.post("/api/calls/c1/say", json={}, headers=origin)
    assert stage.said == [("c1", "a coke")]
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "text"


async def test_a_watcher_is_given_the_present_and_then_each_change() -> None:
    """First all there is, then what is shown, then a ping when nothing happens."""
    board = Board("Trattoria Bella")
    board.show(Part("edge", "Edge", "waiting", ""))
    watching = board.watch(quiet_s=0.01)
    topic, snapshot = await anext(watching)
    assert (topic, snapshot["restaurant"]) == ("snapshot", "Trattoria Bella")
    assert [part.state for part in snapshot["part"]] == ["waiting"]
    board.show(Part("edge", "Edge", "up", ""))
    assert await anext(watching) == ("part", Part("edge", "Edge", "up", ""))
    assert await anext(watching) == ("ping", None)
    board.close()
    async with asyncio.timeout(5):
        assert [message async for message in watching][1:] == []


async def test_a_page_that_came_as_the_demo_stopped_is_let_go() -> None:
    """Its request was taken before Ctrl-C and its stream begins after it: it has the present, and
    ends, where it would hold up the stop."""
    board = Board("Trattoria Bella")
    board.close()
    async with asyncio.timeout(5):
        assert [topic async for topic, _ in board.watch(quiet_s=60)] == ["snapshot"]


async def test_the_board_keeps_the_newest() -> None:
    """A demo that runs for days does not fill the memory."""
    board = Board("Trattoria Bella")
    for n in range(KEPT + 5):
        board.show(Part(str(n), "Edge", "up", ""))
    assert board.snapshot()["part"][0].id == "5"
