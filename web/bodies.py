"""From the bytes of a request to a typed shape, with a refusal that names the field."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from domain.codec import field_error
from domain.errors import Invalid, Malformed, TooLarge

__all__ = ["MAX_BODY_BYTES", "decode_body"]

MAX_BODY_BYTES = 256 * 1024  # a menu of 500 items is about 150 kB; an order is below 2 kB

T = TypeVar("T")


def decode_body(body: bytes, shape: type[T], *, limit_bytes: int = MAX_BODY_BYTES) -> T:
    """`body` as a `shape`.

    Raises `TooLarge` past the limit, `Malformed` where it is no JSON, and `Invalid` naming the
    field where it is JSON of another shape.
    """
    if len(body) > limit_bytes:
        raise TooLarge(f"A request may have {limit_bytes} bytes at the most; this has {len(body)}.")
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise Invalid.of([field_error(str(error))]) from error
    except RecursionError as error:
        raise Malformed("The body is nested more deeply than anything that we take.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"The body is not JSON: {error}") from error
