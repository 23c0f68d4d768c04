"""LiveKit's SIP API as the bridge answers it, before a real LiveKit server: transfers are answered
here, in Twirp, and everything else is handed on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from livekit import api

from tests.support.livekit import LiveKit

__all__ = ["ACCEPTED", "BUSY", "NO_ANSWER", "Refusal", "Standin", "sip_standin"]


@dataclass(frozen=True)
class Refusal:
    """A Twirp error. `meta` is what the bridge adds of the SIP answer."""

    code: str
    status: int
    meta: dict[str, str] = field(default_factory=dict)


BUSY = Refusal("unavailable", 503, {"sip_status_code": "486", "sip_status": "Busy Here"})
NO_ANSWER = Refusal("deadline_exceeded", 408)
ACCEPTED = None


@dataclass
class Standin:
    """`answers` is what comes of a transfer, by the caller's number; `leaves` is run where it
    succeeds, as the bridge takes the caller out of the room. `asked` holds the requests."""

    server: LiveKit
    answers: Mapping[str, Refusal | None]
    leaves: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    url: str = ""
    asked: list[api.TransferSIPParticipantRequest] = field(default_factory=list)

    async def transfer(self, request: web.Request) -> web.Response:
        asked = api.TransferSIPParticipantRequest()
        asked.ParseFromString(await request.read())
        self.asked.append(asked)
        caller = asked.participant_identity.removeprefix("sip_")
        refusal = self.answers[caller]
        if refusal is not None:
            body = {"code": refusal.code, "msg": "not put through", "meta": refusal.meta}
            return web.json_response(body, status=refusal.status)
        await self.leaves[caller]()
        done = api.TransferSIPParticipantResponse(
            status=api.SIPTransferStatus.STS_TRANSFER_SUCCESSFUL
        )
        return web.Response(body=done.SerializeToString(), content_type="application/protobuf")

    async def hand_on(self, request: web.Request) -> web.Response:
        url = f"http://127.0.0.1:{self.server.port}{request.path}"
        headers = {n: request.headers[n] for n in ("Authorization", "Content-Type")}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=await request.read(), headers=headers) as answer,
        ):
            body = await answer.read()
            return web.Response(body=body, status=answer.status, content_type=answer.content_type)


@asynccontextmanager
async def sip_standin(
    server: LiveKit, answers: Mapping[str, Refusal | None]
) -> AsyncIterator[Standin]:
    """Until the block ends."""
    standin = Standin(server, answers)
    app = web.Application()
    app.router.add_post("/twirp/livekit.SIP/TransferSIPParticipant", standin.transfer)
    app.router.add_post("/twirp/{rest:.*}", standin.hand_on)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    standin.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield standin
    finally:
        await runner.cleanup()
