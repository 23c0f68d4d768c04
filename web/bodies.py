"""From the bytes of a request to a typed shape, with a refusal that names the field."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from litestar.types import Receive

from domain.codec import field_error
from domain.errors import FieldError, Invalid, Malformed, TooLarge

__all__ = ["MAX_BODY_BYTES", "decode_body", "read_body", "unzipped"]

MAX_BODY_BYTES = 256 * 1024  # a menu of 500 items is about 150 kB; an order is below 2 kB

_NUL = "\0"
_ESCAPED_NUL = rb"\u0000"  # the only way to write one in JSON

_GZIP = zlib.MAX_WBITS | 16  # what zlib calls a gzip header

T = TypeVar("T")


def decode_body(
    body: bytes, shape: type[T], *, limit_bytes: int = MAX_BODY_BYTES, nul_allowed: bool = False
) -> T:
    """`body` as a `shape`.

    Raises `TooLarge` past the limit, `Malformed` where it is no JSON, and `Invalid` naming the
    field where it is JSON of another shape, or holds a NUL, which PostgreSQL cannot store: an edge
    that took one would have an order that never reaches the cloud.
    """
    _need_within(len(body), limit_bytes)
    try:
        if not nul_allowed and _ESCAPED_NUL in body:
            _need_no_nul(body)
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise Invalid.of([field_error(str(error))]) from error
    except RecursionError as error:
        raise Malformed("The body is nested more deeply than anything that we take.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"The body is not JSON: {error}") from error


async def read_body(receive: Receive, *, limit_bytes: int = MAX_BODY_BYTES) -> bytes:
    """A request's body as it comes. Raises `TooLarge` as soon as it is, `Malformed` where the
    client has gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Malformed("The body did not come to its end.")
        body += message.get("body", b"")
        _need_within(len(body), limit_bytes)
        if not message.get("more_body", False):
            return body


def _need_within(size: int, limit_bytes: int) -> None:
    if size > limit_bytes:
        raise TooLarge(f"A request may have {limit_bytes} bytes at the most; this has {size}.")


def _need_no_nul(body: bytes) -> None:
    """Raises `Invalid` naming each field that holds a NUL."""
    fields = list(_with_nul(msgspec.json.decode(body), ""))
    if fields:
        raise Invalid.of([FieldError(field or "body", "holds a NUL character") for field in fields])


def _with_nul(value: Any, at: str) -> Iterator[str]:
    """The paths of the texts and of the objects' names in `value` that hold a NUL."""
    if isinstance(value, str) and _NUL in value:
        yield at
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from _with_nul(one, f"{at}[{n}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            inside = f"{at}.{name}".lstrip(".").replace(_NUL, "\N{SYMBOL FOR NULL}")
            if _NUL in name:
                yield inside
            yield from _with_nul(one, inside)


def unzipped(body: bytes, encoding: str, *, limit_bytes: int = MAX_BODY_BYTES) -> bytes:
    """`body` without its `Content-Encoding`: gzip or none.

    Never makes more than `limit_bytes` of it, whatever the body claims. Raises `TooLarge` past
    that, `Malformed` where it is no whole gzip file or another encoding.
    """
    if not encoding:
        return body
    if encoding.strip().lower() != "gzip":
        raise Malformed(f"The encoding {encoding!r} is not read here; gzip is.")
    stream = zlib.decompressobj(_GZIP)
    try:
        plain = stream.decompress(body, limit_bytes + 1)
    except zlib.error as error:
        raise Malformed("The body is not gzip, though it says so.") from error
    if len(plain) > limit_bytes:
        raise TooLarge(f"A request may have {limit_bytes} bytes at the most, unpacked.")
    if not stream.eof:
        raise Malformed("The gzip body ends in the middle.")
    return plain
