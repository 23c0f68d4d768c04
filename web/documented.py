"""Tells the API pages what a handler takes.

Handlers take the raw body and read it with `web.bodies.decode_body`, which is strict and names the
field that is wrong; Litestar's own reading is lax (`"2"` is 2). So the shape is declared here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema

__all__ = ["takes"]


def takes(shape: type[Any]) -> type[Operation]:
    """An `operation_class` whose request body is `shape` as JSON."""
    schema = _inlined(msgspec.json.schema(shape))

    @dataclass
    class Takes(Operation):
        def __post_init__(self) -> None:
            media = OpenAPIMediaType(schema=_Verbatim(schema))
            self.request_body = RequestBody(content={"application/json": media}, required=True)

    return Takes


class _Verbatim(Schema):
    """A JSON schema that is already written."""

    def __init__(self, schema: dict[str, Any]) -> None:
        super().__init__()
        self._schema = schema

    def to_schema(self) -> dict[str, Any]:
        return self._schema


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """`schema` with each reference replaced by what it refers to; our shapes do not recur."""
    definitions = schema.pop("$defs", {})

    def inline(node: Any) -> Any:
        if isinstance(node, list):
            return [inline(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return inline(definitions[node["$ref"].rsplit("/", 1)[-1]])
        return {name: inline(value) for name, value in node.items()}

    inlined = inline(schema)
    assert isinstance(inlined, dict)
    return inlined
