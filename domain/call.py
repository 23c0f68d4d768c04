"""What is kept of a telephone call: what was said, what came of it, how well it went."""

from __future__ import annotations

from enum import StrEnum

import msgspec

__all__ = ["CallOutcome", "CallRecord", "CartState", "Quality", "Said", "Speaker", "Usage"]


class CallOutcome(StrEnum):
    """What a call came to. `ABANDONED`: the caller was gone before the yes, with dishes in the
    cart. `CLOSED`: the restaurant was closed, and no message was left."""

    ORDERED = "ordered"
    CHANGED = "changed"  # an order of the same day
    CANCELLED = "cancelled"  # likewise
    MESSAGE = "message"
    HANDED_OVER = "handed_over"
    ABANDONED = "abandoned"
    CLOSED = "closed"
    NOTHING = "nothing"
    FAILED = "failed"  # our side broke off


class Speaker(StrEnum):
    CALLER = "caller"
    AGENT = "agent"
    TOOL = "tool"


class Said(msgspec.Struct, frozen=True):
    """One turn, or one tool that ran. `at_ms`, when it began, counts from the start of the call;
    `cut`: the caller spoke over it, and `text` is what was heard of it."""

    at_ms: int
    speaker: Speaker
    text: str
    cut: bool = False


class CartState(msgspec.Struct, frozen=True):
    """The cart in words, from `at_ms` on."""

    at_ms: int
    lines: tuple[str, ...]


class Usage(msgspec.Struct, frozen=True):
    """What one model used. Counts that it does not report are 0; `cost_micros` is in millionths of
    `currency`, since a call costs fractions of a cent, and None where nobody knows it."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    characters: int = 0  # spoken by a voice
    audio_ms: int = 0  # heard by a recogniser
    cost_micros: int | None = None
    currency: str = ""


class Quality(msgspec.Struct, frozen=True):
    """By rules, from what was logged (docs/calls.md). `score` is 0 to 100; `read_back`: the caller
    heard the whole order with its total; `matched`: the order is what was read back, None where
    none was placed."""

    score: int
    read_back: bool = False
    corrections: int = 0
    not_understood: int = 0
    handed_over: bool = False
    matched: bool | None = None


class CallRecord(msgspec.Struct, frozen=True):
    """One call. Times are RFC 3339 in UTC; `caller` and `called` are E.164, or empty where the
    number was withheld. `engine` names what took the order: `rules`, or a model."""

    id: str
    started_at: str
    ended_at: str
    outcome: CallOutcome
    caller: str = ""
    called: str = ""
    order_id: str = ""
    engine: str = ""
    transcript: tuple[Said, ...] = ()
    cart_history: tuple[CartState, ...] = ()
    usage: tuple[Usage, ...] = ()
    reply_ms: tuple[int, ...] = ()  # from the end of what the caller said to the first word back
    quality: Quality | None = None
    reason: str = ""  # why it was handed over, or what failed
