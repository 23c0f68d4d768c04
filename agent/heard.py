"""Did the caller hear the read-back out? A yes into the middle of it is no yes to its end."""

from __future__ import annotations

from collections.abc import Sequence

from livekit.agents import llm

__all__ = ["cut_short", "said_last"]


def cut_short(items: Sequence[llm.ChatItem], total: str) -> bool:
    """True where the caller's last word came over what was said before it, and that had not come as
    far as `total`, with which every read-back ends. `items` are the talk so far; of what was
    spoken over, LiveKit keeps the part that was heard."""
    spoken: list[llm.ChatMessage] = []
    callers = 0
    for item in reversed(items):
        if not isinstance(item, llm.ChatMessage):
            continue
        if item.role == "user":
            callers += 1
        if callers > 1:
            break
        if callers == 1 and item.role == "assistant":
            spoken.append(item)
    cut = any(message.interrupted for message in spoken)
    return cut and not any(total in (message.text_content or "") for message in spoken)


def said_last(items: Sequence[llm.ChatItem]) -> str | None:
    """What the caller heard last before their last word, whoever said it; None where nothing."""
    messages = [item for item in items if isinstance(item, llm.ChatMessage)]
    callers = next((n for n in reversed(range(len(messages))) if messages[n].role == "user"), 0)
    said = [m.text_content or "" for m in messages[:callers] if m.role == "assistant"]
    return said[-1] if said else None
