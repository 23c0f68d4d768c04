"""The shared HTTP room: problems, bodies, tokens, passwords, the API pages, the server loop."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar, Request, get, post
from litestar.testing import TestClient

from domain.errors import Invalid, Malformed, TooLarge, Unauthenticated, VersionMismatch
from domain.ordering import Draft
from web import openapi, problems, server
from web.bodies import MAX_BODY_BYTES, decode_body, unzipped
from web.passwords import check_password, hash_password
from web.tokens import Claims, Tokens

SECRET = "a secret of thirty-two bytes or more"


class Stopwatch:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@get("/boom", sync_to_thread=False)
def boom() -> None:
    raise RuntimeError("the database password is hunter2")


@get("/mismatch", sync_to_thread=False)
def mismatch() -> None:
    raise VersionMismatch("Someone was faster.", version=4, current={"id": "main"})


@get("/secret", sync_to_thread=False)
def secret() -> None:
    raise Unauthenticated("Who are you?")


@post("/drafts")
async def drafts(request: Request[Any, Any, Any]) -> dict[str, int]:
    draft = decode_body(await request.body(), Draft)
    return {"lines": len(draft.lines)}


def app() -> Litestar:
    return Litestar(
        [boom, mismatch, secret, drafts, openapi.assets()],
        exception_handlers=problems.handlers(),
        openapi_config=openapi.config("Test", "1"),
    )


def test_an_unexpected_error_says_nothing_of_itself() -> None:
    """A crash answers 500 as a problem, and its words stay in the log."""
    with TestClient(app(), raise_server_exceptions=False) as client:
        answer = client.get("/boom")
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "hunter2" not in answer.text


def test_a_version_mismatch_carries_what_stands_now() -> None:
    """412 has the version and the data to merge with."""
    with TestClient(app()) as client:
        answer = client.get("/mismatch")
    assert answer.status_code == 412
    body = answer.json()
    assert (body["version"], body["current"]) == (4, {"id": "main"})
    assert body["instance"] == "/mismatch"


def test_an_unknown_path_is_a_problem_too() -> None:
    """The framework's own refusals have the same shape."""
    with TestClient(app()) as client:
        missing, wrong = client.get("/nowhere"), client.get("/drafts")
    assert (missing.status_code, missing.json()["status"]) == (404, 404)
    assert (wrong.status_code, wrong.json()["status"]) == (405, 405)


def test_401_says_how_to_sign_in() -> None:
    """RFC 9110 wants a challenge with every 401."""
    with TestClient(app()) as client:
        assert client.get("/secret").headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, None),
        (b'{"lines": [{"item_id": 3}]}', 422, "lines[0].item_id"),
        (b'{"type": "pickup"}', 422, "lines"),
        (b'{"lines": [], "total": 0}', 422, "total"),
        (b'{"lines": [], "note": "' + b"x" * MAX_BODY_BYTES + b'"}', 413, None),
    ],
)
def test_a_bad_body_is_refused_by_name(body: bytes, status: int, field: str | None) -> None:
    """Malformed JSON, a wrong type, a missing or unknown field, too much: each says what."""
    with TestClient(app()) as client:
        answer = client.post("/drafts", content=body)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert [e["field"] for e in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"note": "a\u0000"}', "note"),
        (rb'{"lines": [{"note": ""}, {"note": "\u0000"}]}', "lines[1].note"),
        (rb'{"a": {"\u0000b": 1}}', "a.\N{SYMBOL FOR NULL}b"),
        (rb'"\u0000"', "body"),
    ],
)
def test_a_nul_is_refused_by_field(body: bytes, field: str) -> None:
    """A NUL is refused where it stands, in texts and in names: PostgreSQL cannot store it."""
    with pytest.raises(Invalid) as refused:
        decode_body(body, object)
    assert [error.field for error in refused.value.fields] == [field]


def test_what_only_looks_like_a_nul_is_taken() -> None:
    """A backslash and `u0000` as text is no NUL."""
    assert decode_body(rb'{"note": "\\u0000"}', dict[str, str]) == {"note": r"\u0000"}


def test_decode_body_raises_our_own_errors() -> None:
    """Callers outside a route get the same tree."""
    with pytest.raises(Malformed):
        decode_body(b"\xff", Draft)
    with pytest.raises(Invalid):
        decode_body(b"[]", Draft)
    with pytest.raises(TooLarge):
        decode_body(b"[]", Draft, limit_bytes=1)
    with pytest.raises(Malformed, match="deeply"):
        decode_body(b"[" * 50_000, list)


def test_a_gzip_body_is_unpacked_within_its_limit() -> None:
    """A bomb is refused before it is made, a torn body is no shorter body."""
    packed = gzip.compress(b"[1, 2]")
    assert unzipped(packed, "gzip") == b"[1, 2]"
    assert unzipped(b"[1, 2]", "") == b"[1, 2]"
    with pytest.raises(TooLarge):
        unzipped(gzip.compress(b" " * (MAX_BODY_BYTES + 1)), "gzip")
    for body, encoding in ((packed[:-9], "gzip"), (b"[1, 2]", "gzip"), (packed, "br")):
        with pytest.raises(Malformed):
            unzipped(body, encoding)


def test_a_token_says_what_it_was_given_until_it_expires() -> None:
    """Issue, verify, expire."""
    clock = Stopwatch()
    tokens = Tokens(SECRET, clock)
    claims = Claims(sub="u1", role="owner", business_id="b1")
    token = tokens.issue(claims, ttl_s=60)
    assert tokens.verify(token) == claims
    clock.at += timedelta(seconds=66)
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.verify(token)


def test_a_forged_token_is_refused() -> None:
    """Another key, another algorithm, no signature, garbage."""
    clock = Stopwatch()
    claims = Claims(sub="u1", role="owner", business_id="b1")
    other = Tokens("another secret of thirty-two bytes!!", clock).issue(claims)
    unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSIsImV4cCI6OTk5OTk5OTk5OX0."
    for token in (other, unsigned, "", "a.b.c"):
        with pytest.raises(Unauthenticated):
            Tokens(SECRET, clock).verify(token)


def test_a_short_secret_is_refused() -> None:
    """An HMAC key shorter than its hash is no key."""
    with pytest.raises(ValueError, match="32"):
        Tokens("short", Stopwatch())


def test_a_password_is_checked_against_its_hash() -> None:
    """Right, wrong, and a stored value that is no hash."""
    stored = hash_password("2580")
    assert check_password("2580", stored)
    assert not check_password("2581", stored)
    assert not check_password("2580", "2580")
    assert hash_password("2580") != stored, "each hash has its own salt"


def test_the_api_pages_need_no_internet() -> None:
    """Every script and style that the page names is served here."""
    with TestClient(app()) as client:
        page = client.get("/schema/swagger")
        assert page.status_code == 200
        assert "https://" not in page.text.partition("const ui")[0]
        script = client.get("/schema-assets/swagger-ui-bundle.js")
        assert script.status_code == 200
        assert len(script.content) > 1_000_000
        assert client.get("/schema/openapi.json").json()["info"]["title"] == "Test"


async def test_an_open_stream_does_not_hold_up_the_shutdown() -> None:
    """Setting `stop` ends a request that waits on it, and the server with it."""
    stop = asyncio.Event()
    waiting = asyncio.Event()

    @get("/wait")
    async def wait() -> str:
        waiting.set()
        await stop.wait()
        return "stopped"

    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(
        server.run(Litestar([wait]), "127.0.0.1", 0, stop=stop, on_ready=port.set_result)
    )
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{await port}") as client:
        asked = asyncio.create_task(client.get("/wait"))
        await waiting.wait()
        stop.set()
        assert (await asked).text == "stopped"
        assert await asyncio.wait_for(running, timeout=10)


def test_claims_are_plain_json() -> None:
    """A token's payload is readable by any JWT library."""
    claims = Claims(sub="d1", role="staff", business_id="b1", kind="device")
    assert json.loads(msgspec.json.encode(claims))["kind"] == "device"
