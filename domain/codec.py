"""Between stored JSON and the typed shapes, without losing what a newer program added.

A record's `data` may carry fields that this version does not know. `decode` reads what it knows;
`overlay` writes typed values back over the stored JSON and keeps the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from domain.errors import FieldError, Invalid

__all__ = ["decode", "encode", "overlay"]

T = TypeVar("T")


def decode(data: Any, shape: type[T]) -> T:
    """`data` (plain JSON values) as a `shape`. Raises `Invalid` naming the field."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        raise Invalid.of([field_error(str(error))]) from error


def field_error(message: str) -> FieldError:
    """msgspec says ``Expected `int`, got `str` - at `$.lines[0].qty```; we: field, message."""
    text, _, path = message.partition(" - at `")
    at = path.rstrip("`").removeprefix("$").removeprefix(".")
    for said, ours in (("missing required", "is required"), ("unknown", "is not known here")):
        if f"{said} field `" in text:
            return FieldError(f"{at}.{text.split('`')[-2]}".lstrip("."), ours)
    return FieldError(at or "body", text)


def encode(value: Any) -> dict[str, Any]:
    """A shape as plain JSON values, ready for SQLite, PostgreSQL or the wire."""
    # By way of text: `to_builtins` would keep tuples, which are no JSON and equal no list.
    plain = msgspec.json.decode(msgspec.json.encode(value))
    assert isinstance(plain, dict)
    return plain


def overlay(stored: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """`value` encoded over `stored`: known fields take the new value, unknown ones stay.

    Lists of objects with an `id` are matched by it; an element that `value` dropped is dropped.
    """
    merged = _over(dict(stored), encode(value))
    assert isinstance(merged, dict)
    return merged


def _over(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{k: _over(old.get(k), v) for k, v in new.items()}}
    if isinstance(old, list) and isinstance(new, list):
        by_id = {e["id"]: e for e in old if isinstance(e, dict) and "id" in e}
        return [_over(by_id.get(e.get("id")), e) if isinstance(e, dict) else e for e in new]
    return new
