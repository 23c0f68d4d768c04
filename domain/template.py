"""A template: how a kind of ticket looks on paper."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from domain.ticket import TicketKind

__all__ = ["LOGO", "MAX_TEMPLATE", "Template"]

LOGO = "logo"  # the key of the record that holds the restaurant's picture: a PNG in base64
MAX_TEMPLATE = 20_000  # characters; the largest built-in one has 2,000


class Template(msgspec.Struct, frozen=True):
    """The record `template/{id}`. The one whose id is its kind is the restaurant's own for all
    printers; any other is for the printers that name it."""

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: TicketKind
    text: Annotated[str, Meta(max_length=MAX_TEMPLATE)]
    name: Annotated[str, Meta(max_length=80)] = ""
