"""What handlers share: an answer made of stored JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from litestar import MediaType, Request
from litestar.response.base import ASGIResponse

from edge.store.records import Record
from web.tokens import Claims

__all__ = ["JsonText", "SignedIn", "json_list", "json_text", "one_record"]

SignedIn = Request[Claims, Any, Any]
JsonText = ASGIResponse  # as it goes out: nothing of it is worked out again by the framework


def json_text(
    text: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> JsonText:
    """JSON that is written already: what the table holds goes out as it is."""
    return ASGIResponse(
        body=text.encode(),
        status_code=status,
        media_type=MediaType.JSON,
        headers=dict(headers or {}),
    )


def json_list(texts: Iterable[str]) -> JsonText:
    return json_text(f"[{','.join(texts)}]")


def one_record(record: Record, *, status: int = 200) -> JsonText:
    """The record's data; its ETag is what an edit sends back as If-Match."""
    return json_text(record.json, status=status, headers={"ETag": record.etag})
