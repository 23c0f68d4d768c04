"""The edge over its own API, as its owner: what it prints, and what happens there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import msgspec

__all__ = ["EdgeApi", "Heard", "Job", "SyncState"]

REQUEST_S = 5.0  # over loopback: far beyond anything healthy
AGAIN_S = 0.3  # between attempts to listen


class Job(msgspec.Struct, frozen=True):
    """A print job as `GET print-jobs` lists it. Times are RFC 3339, empty where not yet."""

    id: int
    number: str
    kind: str
    station: str
    printer_id: str
    state: str
    reason: str
    created_at: str
    sending_at: str
    finished_at: str


class Heard(msgspec.Struct, frozen=True):
    """Something that the edge announced, once it was stored: about one order, or about all."""

    order_id: str
    new_order: bool = False


class SyncState(msgspec.Struct, frozen=True):
    """`push` is `centrifugo`, `long poll` or `offline`."""

    paired: bool
    cursor: int
    push: str


class EdgeApi:
    """The edge at `url`. `token` makes an access token, good for some minutes."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self.url = url
        self._token = token
        self._http = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=REQUEST_S, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def jobs(self, order_id: str) -> list[Job]:
        """The order's print jobs in the order in which they were planned."""
        answer = await self._get("/print-jobs", {"order_id": order_id})
        return sorted(msgspec.convert(answer, list[Job]), key=lambda job: job.id)

    async def sync(self) -> SyncState:
        answer = await self._get("/sync/status", {})
        link = answer["link"] or {"push": "offline"}
        return SyncState(paired=answer["paired"], cursor=answer["cursor"], push=link["push"])

    async def warm(self) -> bool:
        """What draws the printers' tickets is loaded."""
        answer = await self._http.get(f"{self.url}/ready")
        return bool(answer.raise_for_status().json()["warm"])

    async def pair(self, code: str, cloud_url: str) -> None:
        """Redeems a pairing code at the cloud."""
        body = {"code": code, "cloud_url": cloud_url}
        answer = await self._http.post("/pairing", json=body, headers=self._signed())
        answer.raise_for_status()

    async def listen(self) -> AsyncIterator[Heard]:
        """What happens at the edge, from now on; over lost connections. After each the first is
        about all, since nobody knows what was missed."""
        while True:
            with contextlib.suppress(httpx.HTTPError):
                stream = self._http.stream("GET", "/events", headers=self._signed(), timeout=None)
                async with stream as answer:
                    answer.raise_for_status()
                    yield Heard("")
                    event = ""
                    async for line in answer.aiter_lines():
                        if line.startswith("event: "):
                            event = line.removeprefix("event: ")
                        elif line.startswith("data: "):
                            told = msgspec.json.decode(line.removeprefix("data: "))
                            if heard := _heard(event, told):
                                yield heard
            await asyncio.sleep(AGAIN_S)

    async def _get(self, path: str, params: dict[str, str]) -> Any:
        answer = await self._http.get(path, params=params, headers=self._signed())
        answer.raise_for_status()
        return answer.json()

    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token()}"}


def _heard(event: str, told: dict[str, Any]) -> Heard | None:
    if event == "print_job":
        return Heard(told["order_id"])
    if event == "order.created":
        return Heard(told["key"], new_order=True)
    return None
