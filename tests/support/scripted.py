"""A model that does as it is told, in a real LiveKit session in text: for what tools answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from livekit.agents import AgentSession, llm

from agent.call import Call
from agent.rules_llm import RulesLLM
from agent.waiter import Waiter

__all__ = ["Script", "outputs", "session_of"]

Told = tuple[str, dict[str, Any]]


@asynccontextmanager
async def session_of(call: Call, model: llm.LLM[Any] | None = None) -> AsyncIterator[Any]:
    """A session of `call`, taken by `model`, else by the rules."""
    session = AgentSession[Call](
        llm=model or RulesLLM(call),
        vad=None,
        userdata=call,
        turn_handling={"turn_detection": None},
        max_tool_steps=10,
    )
    await session.start(Waiter(call.house, call.guest))
    try:
        yield session
    finally:
        await session.aclose()


class Script(llm.LLM[Any]):
    """Calls the tools it is told to, one a turn, and then says "done"."""

    def __init__(self, *calls: Told) -> None:
        super().__init__()
        self.calls = list(calls)

    def chat(self, *, chat_ctx: llm.ChatContext, **rest: Any) -> llm.LLMStream:
        return _Scripted(self, chat_ctx=chat_ctx, tools=[], conn_options=rest["conn_options"])


class _Scripted(llm.LLMStream):
    async def _run(self) -> None:
        model = self._llm
        assert isinstance(model, Script)
        answered = isinstance(self._chat_ctx.items[-1], llm.FunctionCallOutput)
        delta = llm.ChoiceDelta(role="assistant", content="done")
        if model.calls and not answered:
            name, arguments = model.calls.pop(0)
            call = llm.FunctionToolCall(
                name=name, arguments=json.dumps(arguments), call_id=f"call-{len(model.calls)}"
            )
            delta = llm.ChoiceDelta(role="assistant", tool_calls=[call])
        self._event_ch.send_nowait(llm.ChatChunk(id="script", delta=delta))


async def outputs(call: Call, *calls: Told) -> list[llm.FunctionCallOutput]:
    """What the tools answer that a model calls one a turn of the caller."""
    answers = []
    async with session_of(call, Script(*calls)) as session:
        for _ in calls:
            said = await session.run(user_input="go on")
            answers.append(said.expect.next_event(type="function_call_output").event().item)
    return answers
