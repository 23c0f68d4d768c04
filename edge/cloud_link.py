"""The one link to the cloud: requests over HTTP, and a WebSocket that says when the feed moves.

Nothing here stops the restaurant. Where the cloud is away, each call says so with `Unavailable`,
and the loops of `sync` try again.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import msgspec

from domain.clock import Clock, iso
from domain.errors import (
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PanBotError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UpgradeRequired,
)
from domain.events import Event
from sync.pull import Puller
from sync.wire import (
    OLDEST_PROTOCOL,
    PROTOCOL,
    PROTOCOL_HEADER,
    ChangesResponse,
    PushRequest,
    PushResponse,
)

if TYPE_CHECKING:
    from centrifuge import ClientEventHandler

__all__ = ["CloudLink", "LinkState", "Push"]

CONNECT_S = 4.0  # a cloud that is there answers in a fraction; beyond, the next look comes
READ_S = 4.0  # of silence, on top of what the cloud was asked to wait
PUSH_S = 15.0  # a hundred keys are a hundred small writes there
FRESH_S = 60.0  # a token that ends within this is renewed first, so no request meets its end
REFUSED_S = 30.0  # before a refused secret is tried again: only pairing anew will help
SOCKET_FIRST_S = 1.0  # between attempts to have a socket; doubles up to the next
SOCKET_MOST_S = 60.0  # also how long a cloud that has just been given Centrifugo is not asked
STEADY_S = 60.0  # a socket that stood this long was a good one: the waits begin anew
GZIP_FROM_BYTES = 1024  # below, the packet is no smaller
MOST_DETAIL = 300  # characters of a refusal that are kept with the record

_log = logging.getLogger(__name__)

# Answers that the same request may not get a minute later.
_BUSY = frozenset({408, 425, 429, 502, 503, 504})
_REFUSALS: Mapping[int, type[PanBotError]] = {
    refusal.status: refusal
    for refusal in (Malformed, Forbidden, NotFound, TooLarge, Invalid, UpgradeRequired)
}

T = TypeVar("T")


class Push(StrEnum):
    """How changes come."""

    CENTRIFUGO = "centrifugo"
    LONG_POLL = "long poll"
    OFFLINE = "offline"


class LinkState(msgspec.Struct, frozen=True):
    """For the status page. `last_contact` is RFC 3339, empty before the first answer."""

    push: Push
    last_contact: str
    last_error: str


class _Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float


class _Access(msgspec.Struct, frozen=True):
    enabled: bool
    url: str = ""
    token: str = ""
    channel: str = ""


class CloudLink:
    """The `sync.ports.Remote` of one paired device. `jitter` draws from 0…1; `told` hears the
    `Date` of each of the cloud's answers."""

    def __init__(
        self,
        url: str,
        device_id: str,
        device_secret: str,
        clock: Clock,
        *,
        jitter: Callable[[], float],
        told: Callable[[str], None] = lambda date: None,
    ) -> None:
        self._told = told
        self._device = {"device_id": device_id, "device_secret": device_secret}
        self._clock = clock
        self._jitter = jitter
        # The environment's proxies are for programs that people start, not for an appliance.
        self._http = httpx.AsyncClient(
            base_url=f"{url}/api/v1",
            headers={PROTOCOL_HEADER: str(PROTOCOL)},
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            trust_env=False,
        )
        self._signing_in = asyncio.Lock()
        self._token = ""
        self._token_ends = 0.0  # monotonic seconds
        self._refused_until = 0.0  # monotonic seconds
        self._contact: datetime | None = None
        self._error = ""
        self._away = True
        self._connected = False
        self._takes_gzip = False  # until the cloud says so (RFC 7694)

    def state(self) -> LinkState:
        """How the link is now."""
        push = Push.CENTRIFUGO if self._connected else Push.LONG_POLL
        return LinkState(
            Push.OFFLINE if self._away else push,
            iso(self._contact) if self._contact else "",
            self._error,
        )

    async def changes(self, after: int, wait_s: float) -> ChangesResponse:
        """See `sync.ports.Remote`."""
        return await self._call(
            "GET",
            "/sync/changes",
            ChangesResponse,
            params={"after": str(after), "wait": f"{wait_s:g}"},
            read_s=wait_s + READ_S,
        )

    async def push(self, request: PushRequest) -> PushResponse:
        """See `sync.ports.Remote`."""
        body, headers = msgspec.json.encode(request), {"Content-Type": "application/json"}
        if self._takes_gzip and len(body) >= GZIP_FROM_BYTES:
            # In a thread: a whole batch takes 10 ms, and an order may be coming in.
            body = await asyncio.to_thread(gzip.compress, body, 6)
            headers["Content-Encoding"] = "gzip"
        return await self._call(
            "POST", "/sync/push", PushResponse, content=body, headers=headers, read_s=PUSH_S
        )

    async def run(self, puller: Puller) -> None:
        """Keeps a WebSocket that hints to `puller`, where the cloud has one; until cancelled."""
        failures = 0
        while True:
            began = self._clock.monotonic()
            try:
                access = await self._access()
                if access.enabled:
                    await self._hear(access, puller)
            except PanBotError as error:
                _log.debug("no socket: %s", error)
            except Exception:  # it only hints: what breaks in it must not take push and pull along
                _log.exception("the socket broke")
            failures = 0 if self._clock.monotonic() - began > STEADY_S else failures + 1
            wait_s = min(SOCKET_MOST_S, SOCKET_FIRST_S * 2.0 ** min(failures, 10))
            await self._clock.sleep(wait_s * (0.5 + 0.5 * self._jitter()))

    async def close(self) -> None:
        await self._http.aclose()

    async def _access(self) -> _Access:
        return await self._call("POST", "/realtime/token", _Access)

    async def _hear(self, access: _Access, puller: Puller) -> None:
        """Until the socket is gone for good. Short of that the SDK connects again by itself."""
        # Imported here: 5 MB that an edge whose cloud has no Centrifugo need not carry.
        from centrifuge import Client

        ended = asyncio.Event()

        async def fresh_token() -> str:
            return (await self._access()).token  # what it raises is tried again by the SDK

        client = Client(
            access.url,
            events=self._events(puller, ended),
            token=access.token,
            get_token=fresh_token,
            max_reconnect_delay=5.0,
            proxy=None,
        )
        try:
            await client.connect()
            await ended.wait()
        finally:
            await client.disconnect()
            self._now_connected(False, puller)

    def _events(self, puller: Puller, ended: asyncio.Event) -> ClientEventHandler:
        """Handlers that only take note: one that raises ends the connection for good, and while
        one waits, nothing is read."""

        async def on_subscribed(_: Any) -> None:
            self._now_connected(True, puller)

        async def on_connecting(_: Any) -> None:
            self._now_connected(False, puller)

        async def on_disconnected(_: Any) -> None:
            ended.set()

        async def on_publication(context: Any) -> None:
            try:
                puller.hint(msgspec.convert(context.pub.data, Event))
            except msgspec.ValidationError:
                puller.hint(None)  # a newer cloud's event: the feed tells what it was

        from centrifuge import ClientEventHandler

        events = ClientEventHandler()
        events.on_subscribed = on_subscribed
        events.on_connecting = events.on_unsubscribed = on_connecting
        events.on_disconnected = on_disconnected
        events.on_publication = on_publication
        return events

    def _now_connected(self, connected: bool, puller: Puller) -> None:
        self._connected = connected
        puller.pushed(connected)

    async def _call(
        self,
        method: str,
        path: str,
        shape: type[T],
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        read_s: float = READ_S,
    ) -> T:
        """One request as this device. A token that is refused is renewed, once."""

        def request(token: str) -> httpx.Request:
            return self._http.build_request(
                method,
                path,
                params=params,
                content=content,
                headers={**(headers or {}), "Authorization": f"Bearer {token}"},
                timeout=httpx.Timeout(read_s, connect=CONNECT_S),
            )

        token = await self._signed_in()
        response = await self._send(request(token))
        if response.status_code == 401:
            if self._token == token:  # else another request has renewed it meanwhile
                self._token = ""
            response = await self._send(request(await self._signed_in()))
        answer = _decoded(response, shape)
        self._told(response.headers.get("date", ""))
        return answer

    async def _signed_in(self) -> str:
        async with self._signing_in:
            now = self._clock.monotonic()
            if self._token and now < self._token_ends - FRESH_S:
                return self._token
            if now < self._refused_until:
                raise Unauthenticated("the cloud does not know this device; pair it again")
            request = self._http.build_request("POST", "/devices/token", json=self._device)
            try:
                token = _decoded(await self._send(request), _Token)
            except Unauthenticated:
                self._refused_until = now + REFUSED_S
                raise
            self._token, self._token_ends = token.access_token, now + token.expires_in
            return self._token

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await self._http.send(request)
        except httpx.HTTPError as error:
            self._away, self._error = True, f"{type(error).__name__}: {error}"
            raise Unavailable(f"the cloud cannot be reached ({self._error})") from error
        self._away, self._contact = False, self._clock.now()
        if request.url.path.startswith(self._http.base_url.path + "sync/"):  # others don't say
            self._takes_gzip = "gzip" in response.headers.get("accept-encoding", "")
        self._error = _said(response)
        return response


def _said(response: httpx.Response) -> str:
    """What the status page shows of an answer: nothing where all is well."""
    if response.status_code == UpgradeRequired.status:
        return f"this edge is too old for its cloud: {response.text[:MOST_DETAIL]}"
    return "" if response.is_success else f"HTTP {response.status_code}"


def _need_protocol(response: httpx.Response) -> None:
    """Raises `UpgradeRequired` where the cloud is too old for this edge."""
    spoken = response.headers.get(PROTOCOL_HEADER, str(PROTOCOL))
    if not spoken.isdecimal() or int(spoken) < OLDEST_PROTOCOL:
        raise UpgradeRequired(f"the cloud speaks protocol {spoken[:MOST_DETAIL]}: too old for us")


def _decoded(response: httpx.Response, shape: type[T]) -> T:
    """The body as a `shape`, or the `PanBotError` that the answer stands for."""
    status = response.status_code
    if status == Unauthenticated.status:
        raise Unauthenticated("the cloud does not accept this device's token")
    if response.is_success:
        _need_protocol(response)
        try:
            return msgspec.json.decode(response.content, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unavailable("something else than the cloud answered") from error
    if status != TooLarge.status and (status in _BUSY or not _is_problem(response)):
        # A gateway, or a hotel's sign-in page: it says nothing about what was asked.
        raise Unavailable(f"the cloud is not to be had (HTTP {status})")
    refusal = _REFUSALS.get(status, PanBotError)
    raise refusal(f"the cloud refused it (HTTP {status}): {response.text[:MOST_DETAIL]}")


def _is_problem(response: httpx.Response) -> bool:
    content_type: str = response.headers.get("content-type", "")
    return content_type.startswith("application/problem+json")
