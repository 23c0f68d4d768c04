"""Versions over HTTP: entity tags (RFC 9110) that an edit sends back as If-Match."""

from __future__ import annotations

from typing import Any

from litestar import Request

from domain.errors import Malformed, PreconditionRequired

__all__ = ["base_version", "etag"]

MAX_DIGITS = 18  # what fits the column, whatever a client sends


def etag(version: int) -> str:
    """A version as an entity tag: `"3"`."""
    return f'"{version}"'


def base_version(request: Request[Any, Any, Any]) -> int:
    """The version in If-Match; `"0"` for what isn't there yet.

    Raises `PreconditionRequired` where there is none, `Malformed` where it is no version.
    """
    tag = request.headers.get("If-Match")
    if tag is None:
        raise PreconditionRequired("Send the ETag of the version that you changed as If-Match.")
    digits = tag.strip().removeprefix('"').removesuffix('"')
    if not digits.isascii() or not digits.isdecimal() or len(digits) > MAX_DIGITS:
        raise Malformed('If-Match takes one version, like "3".')
    return int(digits)
