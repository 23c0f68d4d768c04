"""What the link makes of a cloud's answers, over a real connection to a scripted one."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from domain.errors import (
    Forbidden,
    PanBotError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UpgradeRequired,
)
from edge.cloud_link import CloudLink, Push
from sync.pull import Puller
from sync.wire import PROTOCOL, PROTOCOL_HEADER, ChangesResponse, PushItem, PushRequest
from tests.support.edge import eventually
from tests.support.sync_fakes import ManualClock, MemoryStore

PROBLEM = {"Content-Type": "application/problem+json"}
HANG_S = 10.0
EMPTY = {"changes": [], "cursor": 0, "head": 0}


class Request:
    def __init__(self, head: str, body: bytes) -> None:
        line, *headers = head.rstrip().split("\r\n")
        self.method, self.path, _ = line.split(" ")
        self.headers = {n.lower(): v for n, v in (h.split(": ", 1) for h in headers)}
        self.body = body


class ScriptedCloud:
    """Answers each path with what the test put into `answers`: status, body, headers. The bearer
    of any token but the latest is told 401."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.connections: set[asyncio.Task[Any] | None] = set()
        self.tokens = 0
        self.expires_in = 900
        self.headers: dict[str, str] = {}
        self.answers: dict[str, tuple[int, Any, dict[str, str]]] = {
            "/api/v1/sync/changes": (200, EMPTY, {}),
            "/api/v1/sync/push": (200, {"verdicts": []}, {}),
            "/api/v1/realtime/token": (200, {"enabled": False}, {}),
        }

    def asked(self, path: str) -> list[Request]:
        return [r for r in self.requests if r.path.partition("?")[0] == f"/api/v1{path}"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.add(asyncio.current_task())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                request = Request(head, b"")
                request.body = await reader.readexactly(
                    int(request.headers.get("content-length", 0))
                )
                self.requests.append(request)
                status, body, headers = self._answer(request)
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                lines = {**self.headers, **headers, "Content-Length": str(len(content))}
                text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
                writer.write(f"HTTP/1.1 {status} X\r\n{text}\r\n".encode() + content)
                await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _answer(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        path = request.path.partition("?")[0]
        if path == "/api/v1/devices/token":
            if path in self.answers:
                return self.answers[path]
            self.tokens += 1
            token = {"access_token": f"t{self.tokens}", "expires_in": self.expires_in}
            return 200, token, {}
        if request.headers.get("authorization") != f"Bearer t{self.tokens}":
            return 401, {"detail": "who?"}, PROBLEM
        return self.answers[path]


class Site:
    def __init__(self, cloud: ScriptedCloud, link: CloudLink, clock: ManualClock) -> None:
        self.cloud = cloud
        self.link = link
        self.clock = clock


@asynccontextmanager
async def _site(cloud: ScriptedCloud, port: int) -> AsyncIterator[Site]:
    clock = ManualClock()
    url = f"http://127.0.0.1:{port}"
    link = CloudLink(url, "d1", "secret", clock, jitter=lambda: 0.5)
    yield Site(cloud, link, clock)
    await link.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    cloud = ScriptedCloud()
    server = await asyncio.start_server(cloud.serve, "127.0.0.1", 0)
    async with _site(cloud, server.sockets[0].getsockname()[1]) as made:
        yield made
    server.close()
    await asyncio.gather(*filter(None, cloud.connections))  # they end with the link


def _push(note: str = "") -> PushRequest:
    return PushRequest((PushItem("op1", "customer", "c", 0, {"note": note}),))


async def test_it_signs_in_once_and_says_what_it_speaks(site: Site) -> None:
    """Requests share one token and one connection's headers; the feed is asked as it expects."""
    assert await site.link.changes(7, 25.0) == ChangesResponse((), 0, 0)
    await site.link.changes(7, 0.0)
    assert [r.path for r in site.cloud.requests] == [
        "/api/v1/devices/token",
        "/api/v1/sync/changes?after=7&wait=25",
        "/api/v1/sync/changes?after=7&wait=0",
    ]
    assert site.cloud.requests[1].headers["x-panbot-protocol"] == "1"
    assert json.loads(site.cloud.requests[0].body) == {
        "device_id": "d1",
        "device_secret": "secret",
    }


async def test_a_refused_token_is_renewed_once(site: Site) -> None:
    """A token that the cloud no longer takes is replaced and the request goes again."""
    await site.link.changes(0, 0.0)
    site.cloud.tokens += 1  # the cloud forgot it
    await site.link.push(_push())
    assert len(site.cloud.asked("/devices/token")) == 2
    assert len(site.cloud.asked("/sync/push")) == 2


async def test_a_token_is_renewed_before_it_ends(site: Site) -> None:
    """No request has to fail for it."""
    await site.link.changes(0, 0.0)
    await site.clock.advance(850)
    await site.link.changes(0, 0.0)
    assert len(site.cloud.asked("/devices/token")) == 2
    assert len(site.cloud.asked("/sync/changes")) == 2


async def test_a_device_that_was_unpaired_does_not_hammer(site: Site) -> None:
    """A refused secret is Unauthenticated, at once and without asking again for a while."""
    site.cloud.answers["/api/v1/devices/token"] = (401, {"detail": "no"}, PROBLEM)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await site.link.changes(0, 0.0)
    assert len(site.cloud.requests) == 1
    await site.clock.advance(31)
    with pytest.raises(Unauthenticated):
        await site.link.changes(0, 0.0)
    assert len(site.cloud.requests) == 2


@pytest.mark.parametrize(
    ("status", "body", "headers", "error"),
    [
        (503, {"detail": "busy"}, PROBLEM, Unavailable),
        (429, {"detail": "slowly"}, PROBLEM, Unavailable),
        (200, b"<html>Sign in to the hotel's network</html>", {}, Unavailable),
        (200, b'"\xff"', {}, Unavailable),
        (302, b"", {"Location": "http://127.0.0.1/login"}, Unavailable),
        (404, b"<html>nginx</html>", {}, Unavailable),
        (413, b"<html>nginx</html>", {}, TooLarge),
        (403, {"detail": "not yours"}, PROBLEM, Forbidden),
        (500, {"detail": "broke"}, PROBLEM, PanBotError),
    ],
)
async def test_what_an_answer_means(
    site: Site, status: int, body: Any, headers: dict[str, str], error: type[PanBotError]
) -> None:
    """Only the cloud itself refuses a request; whatever else answers, it is merely away."""
    site.cloud.answers["/api/v1/sync/push"] = (status, body, headers)
    with pytest.raises(PanBotError) as raised:
        await site.link.push(_push())
    assert type(raised.value) is error


async def test_a_push_is_compressed_where_the_cloud_says_so(site: Site) -> None:
    """Large bodies go as gzip to a cloud that announced it, and as they are to any other."""
    request = _push("x" * 5000)
    await site.link.push(request)
    site.cloud.answers["/api/v1/sync/changes"] = (200, EMPTY, {"Accept-Encoding": "gzip"})
    await site.link.changes(0, 0.0)
    puller = Puller(MemoryStore(site.clock), site.link, site.clock, jitter=lambda: 0.5)
    running = asyncio.create_task(site.link.run(puller))
    await eventually(lambda: site.cloud.asked("/realtime/token"))  # its answer says nothing of it
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await site.link.push(request)
    plain, small = site.cloud.asked("/sync/push")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body


async def test_it_starts_without_a_cloud() -> None:
    """Offline from the start: the link says so, goes on trying, and nothing breaks."""
    nobody = 1  # a port that only root could listen on, and nobody does
    async with _site(ScriptedCloud(), nobody) as site:
        puller = Puller(MemoryStore(site.clock), site.link, site.clock, jitter=lambda: 0.5)
        running = asyncio.create_task(site.link.run(puller))
        with pytest.raises(Unavailable):
            await site.link.changes(0, 0.0)
        await site.clock.advance(600)
        assert not running.done()
        state = site.link.state()
        assert (state.push, state.last_contact) == (Push.OFFLINE, "")
        assert "ConnectError" in state.last_error
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_a_socket_that_breaks_takes_nothing_along(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its library raises, the link goes on and tries it again."""
    tried = 0

    async def broken(*_: Any) -> None:
        nonlocal tried
        tried += 1
        raise AttributeError("no transport any more")

    monkeypatch.setattr("centrifuge.Client.connect", broken)
    access = {"enabled": True, "url": "ws://127.0.0.1:1", "token": "t"}
    site.cloud.answers["/api/v1/realtime/token"] = (200, access, {})
    puller = Puller(MemoryStore(site.clock), site.link, site.clock, jitter=lambda: 0.5)
    running = asyncio.create_task(site.link.run(puller))
    async with asyncio.timeout(HANG_S):
        while tried < 2:
            assert not running.done()
            await site.clock.advance(5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_its_state_follows_the_cloud(site: Site) -> None:
    """After an answer it is on the long poll, with the time of the last contact."""
    assert site.link.state().push is Push.OFFLINE
    await site.link.changes(0, 0.0)
    state = site.link.state()
    assert (state.push, state.last_error) == (Push.LONG_POLL, "")
    assert state.last_contact == "2026-11-22T12:00:00.000Z"


async def test_a_cloud_that_is_too_old(site: Site) -> None:
    """Its answers are not read: the edits wait, and the status says why."""
    site.cloud.headers = {PROTOCOL_HEADER: "0"}
    with pytest.raises(UpgradeRequired, match="too old"):
        await site.link.changes(0, 0)


async def test_an_edge_that_is_too_old(site: Site) -> None:
    """The cloud's words are on the status page, and no record is to blame."""
    refusal = {"detail": "Update the edge; its edits wait there."}
    site.cloud.answers["/api/v1/sync/push"] = (426, refusal, PROBLEM)
    with pytest.raises(UpgradeRequired):
        await site.link.push(PushRequest(()))
    assert "Update the edge" in site.link.state().last_error
    assert site.cloud.asked("/sync/push")[0].headers["x-panbot-protocol"] == str(PROTOCOL)
