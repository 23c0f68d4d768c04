"""A note for the staff from the telephone: somebody to call back. The record `message/{id}`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

__all__ = ["MAX_TEXT", "Handled", "Message", "MessageKind", "clipped"]

MAX_TEXT = 1_000  # characters; some two minutes of speech
MAX_LINES = 100  # of a cart, as of an order
MAX_NAME = 80  # characters
MAX_PHONE = 40  # characters


class MessageKind(StrEnum):
    MISSED_CALL = "missed_call"  # hung up before the yes, or nobody could be reached
    MESSAGE = "message"  # left for the staff, in the caller's words


class Handled(msgspec.Struct, frozen=True):
    """Who has seen to it."""

    by: str
    at: str


class Message(msgspec.Struct, frozen=True):
    """`lines` is what was in the cart, in words. `at` is RFC 3339 in UTC."""

    id: str
    kind: MessageKind
    at: str
    phone: Annotated[str, Meta(max_length=MAX_PHONE)] = ""
    name: Annotated[str, Meta(max_length=MAX_NAME)] = ""
    text: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    lines: Annotated[tuple[str, ...], Meta(max_length=MAX_LINES)] = ()
    call_id: str = ""
    handled: Handled | None = None


def clipped(message: Message) -> Message:
    """`message` with the beginning of what is too long in it: a caller's words are never refused
    for their length."""
    return replace(
        message,
        text=message.text[:MAX_TEXT],
        name=message.name[:MAX_NAME],
        phone=message.phone[:MAX_PHONE],
        lines=message.lines[:MAX_LINES],
    )
