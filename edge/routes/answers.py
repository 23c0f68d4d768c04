"""What handlers share: an answer made of stored JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from litestar import Request
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from edge.parts import Parts
from edge.store.records import Record
from web.tokens import Claims

__all__ = ["JsonText", "SignedIn", "json_list", "json_text", "one_record", "parts_of"]

SignedIn = Request[Claims, Any, Any]


class JsonText(ASGIResponse):
    """JSON as it goes out: nothing of it is worked out again. The base class is for the API pages;
    what it would do takes a tenth of an order's time."""

    __slots__ = ("_head", "_text")

    def __init__(self, text: bytes, status: int, headers: Mapping[str, str]) -> None:
        self._text = text
        self._head = {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(text)).encode()),
                *((name.lower().encode(), value.encode()) for name, value in headers.items()),
            ],
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(self._head)  # type: ignore[arg-type]  # a plain dict, as ASGI has it
        await send({"type": "http.response.body", "body": self._text, "more_body": False})


def json_text(text: str, *, status: int = 200, headers: Mapping[str, str] = {}) -> JsonText:
    """JSON that is written already: what the table holds goes out as it is."""
    return JsonText(text.encode(), status, headers)


def json_list(texts: Iterable[str]) -> JsonText:
    return json_text(f"[{','.join(texts)}]")


def one_record(record: Record, *, status: int = 200) -> JsonText:
    """The record's data; its ETag is what an edit sends back as If-Match."""
    return json_text(record.json, status=status, headers={"ETag": record.etag})


def parts_of(request: SignedIn) -> Parts:
    """What is injected as `parts`, for the one handler whose time counts: to be given its
    arguments by the framework takes a tenth of it."""
    parts: Parts = request.app.state.parts
    return parts
