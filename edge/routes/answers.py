"""What handlers share: an answer made of stored JSON, and the version that an edit is based on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from litestar import MediaType, Request, Response

from domain.errors import Malformed, PreconditionRequired
from edge.store.records import Record
from web.tokens import Claims

__all__ = ["JsonText", "SignedIn", "base_seq", "json_list", "json_text", "one_record"]

SignedIn = Request[Claims, Any, Any]
JsonText = Response[str]


def json_text(
    text: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> JsonText:
    """JSON that is written already: what the table holds goes out as it is."""
    return Response(
        text, status_code=status, media_type=MediaType.JSON, headers=dict(headers or {})
    )


def json_list(texts: Iterable[str]) -> JsonText:
    return json_text(f"[{','.join(texts)}]")


def one_record(record: Record, *, status: int = 200) -> JsonText:
    """The record's data; its ETag is what an edit sends back as If-Match."""
    return json_text(record.json, status=status, headers={"ETag": record.etag})


def base_seq(request: SignedIn) -> int:
    """The write that If-Match names. Raises `PreconditionRequired` where there is none,
    `Malformed` where it is none of ours."""
    tag = request.headers.get("if-match")
    if tag is None:
        raise PreconditionRequired("Send the ETag of the order that you changed as If-Match.")
    digits = tag.strip().removeprefix('"').removesuffix('"')
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
        raise Malformed('If-Match takes one version, like "3".')
    return int(digits)
