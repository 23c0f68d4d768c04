"""One call in text: a LiveKit session without speech, over any model with the waiter's tools."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from livekit.agents import AgentSession, llm

from agent.after_call import Followed
from agent.call import Call
from agent.waiter import Waiter

__all__ = ["TextCall", "text_call"]

MAX_TOOL_STEPS = 10  # one utterance may write several lines, the name, the type and the read-back


class TextCall:
    """A call in progress; `model` answers the caller."""

    def __init__(self, call: Call, model: llm.LLM[Any], session: AgentSession[Call]) -> None:
        self.call = call
        self.model = model
        self._session = session

    @classmethod
    async def open(
        cls, call: Call, model: llm.LLM[Any], followed: Followed | None = None
    ) -> TextCall:
        session = AgentSession[Call](
            llm=model,
            vad=None,
            userdata=call,
            turn_handling={"turn_detection": None},
            max_tool_steps=MAX_TOOL_STEPS,
        )
        with contextlib.ExitStack() as stack:
            if followed is not None:
                followed.log.attach(session)
                stack.enter_context(followed.trace.active())
            await session.start(Waiter(call.house, call.guest))
        return cls(call, model, session)

    async def say(self, text: str) -> str:
        """The answer to `text`. Raises what the model raised."""
        handle = self._session.generate_reply(user_input=text)
        await handle
        failed = handle.exception()
        if failed is not None:
            raise failed
        return " ".join(
            item.text_content or ""
            for item in handle.chat_items
            if isinstance(item, llm.ChatMessage) and item.role == "assistant"
        )

    async def close(self) -> None:
        await self._session.aclose()


@asynccontextmanager
async def text_call(call: Call, model: llm.LLM[Any]) -> AsyncIterator[TextCall]:
    """A call until the block ends."""
    talking = await TextCall.open(call, model)
    try:
        yield talking
    finally:
        await talking.close()
