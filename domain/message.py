"""A note for the staff from the telephone: somebody to call back. The record `message/{id}`."""

from __future__ import annotations

from enum import StrEnum

import msgspec

__all__ = ["MAX_TEXT", "Handled", "Message", "MessageKind"]

MAX_TEXT = 1_000  # characters; some two minutes of speech


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
    phone: str = ""
    name: str = ""
    text: str = ""
    lines: tuple[str, ...] = ()
    call_id: str = ""
    handled: Handled | None = None
