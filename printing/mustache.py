"""Mustache templates, taken apart once and filled for every ticket.

chevron reads them; filling is done here, since a ticket waits for it, and paper needs less than a
web page: nothing is escaped, and there are no partials, which would read files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from chevron.tokenizer import tokenize

from domain.errors import Invalid
from domain.template import MAX_TEMPLATE

__all__ = ["fill"]


class _Value(msgspec.Struct, frozen=True):
    """`{{customer.name}}`, as the names on the way to it."""

    path: tuple[str, ...]


class _Section(msgspec.Struct, frozen=True):
    """What is repeated for each, or shown where there is something; with `inverted`, where there
    is nothing."""

    path: tuple[str, ...]
    inverted: bool
    parts: tuple[_Part, ...]


_Part = str | _Value | _Section


def fill(template: str, fields: Mapping[str, Any]) -> str:
    """`template` with `fields` in it; what they do not have is empty. Raises `Invalid` and
    chevron's `ChevronError` where it is no template."""
    out: list[str] = []
    _write(_parts(template), (fields,), out)
    return "".join(out)


@lru_cache(maxsize=64)
def _parts(template: str) -> tuple[_Part, ...]:
    """`template` taken apart. No section stands inside itself: five `lines` in each other would
    never end."""
    if len(template) > MAX_TEMPLATE:
        raise Invalid(f"it has more than {MAX_TEMPLATE} characters")
    if "{{=" in template:
        raise Invalid("it changes the delimiters, which is not supported")
    return tuple(_until_end(tokenize(template), ()))


def _until_end(tokens: Iterator[tuple[str, str]], inside: tuple[str, ...]) -> Iterator[_Part]:
    """The parts up to the end of the section that is being read, or of the template."""
    for kind, key in tokens:
        match kind:
            case "literal":
                yield key
            case "variable" | "no escape":
                yield _Value(tuple(key.split(".")))
            case "section" | "inverted section":
                if kind == "section" and key in inside:
                    raise Invalid(f"the section {key!r} stands inside itself")
                parts = tuple(_until_end(tokens, (*inside, key)))
                yield _Section(tuple(key.split(".")), kind != "section", parts)
            case "end":
                return


def _write(parts: Sequence[_Part], scopes: tuple[Any, ...], out: list[str]) -> None:
    for part in parts:
        if isinstance(part, str):
            out.append(part)
            continue
        found = _find(part.path, scopes)
        if isinstance(part, _Value):
            out.append(found if isinstance(found, str) else str(found))
        elif part.inverted:
            if not found:
                _write(part.parts, scopes, out)
        elif isinstance(found, list):
            for one in found:
                _write(part.parts, (one, *scopes), out)
        elif found:
            _write(part.parts, (found, *scopes), out)


def _find(path: tuple[str, ...], scopes: tuple[Any, ...]) -> Any:
    """What `path` names, in the innermost scope that has it; empty where none does."""
    if path == ("", ""):  # {{.}}: the one that the section is repeated for
        return scopes[0]
    for scope in scopes:
        found = scope
        for name in path:
            if not isinstance(found, dict) or name not in found:
                break
            found = found[name]
        else:
            return found
    return ""
