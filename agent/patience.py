"""How long a model is waited for: a guard around one that begins late, or stops in mid-sentence.

LiveKit's own time-outs bound a connection, not a model that took the request and says nothing. On a
telephone that is dead air, so the guard gives up early and whoever stands behind the model answers
in its place, in the same turn.
"""

from __future__ import annotations

import asyncio
from typing import Any

from livekit.agents import APITimeoutError, llm
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

__all__ = ["FIRST_WORD_S", "STALL_S", "Guarded"]

FIRST_WORD_S = 1.2  # to the first word or tool; good models need 0.3 to 0.7
STALL_S = 2.0  # between two pieces of an answer, while the voice still speaks the first


class Guarded(llm.LLM[Any]):
    """`model`, given up where it keeps the caller waiting. Raises `APITimeoutError` then.

    Tools that it names are handed on once its answer is complete. So an answer that breaks off has
    run none of them, and whoever answers in its place runs none twice.
    """

    def __init__(self, model: llm.LLM[Any], *, first_word_s: float = FIRST_WORD_S) -> None:
        super().__init__()
        self._guarded = model
        self._first_word_s = first_word_s
        model.on("metrics_collected", self._measured)

    @property
    def model(self) -> str:
        return self._guarded.model

    @property
    def provider(self) -> str:
        return self._guarded.provider

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> llm.LLMStream:
        def ask() -> llm.LLMStream:
            return self._guarded.chat(
                chat_ctx=chat_ctx,
                tools=tools,
                conn_options=conn_options,
                parallel_tool_calls=parallel_tool_calls,
                tool_choice=tool_choice,
                extra_kwargs=extra_kwargs,
            )

        return _Stream(self, ask, chat_ctx, tools or [], conn_options, self._first_word_s)

    def prewarm(self, *, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._guarded.prewarm(loop=loop)

    async def aclose(self) -> None:
        self._guarded.off("metrics_collected", self._measured)
        await self._guarded.aclose()
        await super().aclose()

    def _measured(self, *args: Any, **kwargs: Any) -> None:
        self.emit("metrics_collected", *args, **kwargs)


class _Stream(llm.LLMStream):
    def __init__(
        self,
        guard: Guarded,
        ask: Any,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool],
        conn_options: APIConnectOptions,
        first_word_s: float,
    ) -> None:
        super().__init__(guard, chat_ctx=chat_ctx, tools=tools, conn_options=conn_options)
        self._ask = ask
        self._first_word_s = first_word_s

    async def _run(self) -> None:
        named: list[llm.ChatChunk] = []  # chunks with tools in them
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._first_word_s
        async with self._ask() as answer:
            chunks = aiter(answer)
            while True:
                try:
                    async with asyncio.timeout_at(deadline):
                        chunk = await anext(chunks, None)
                except TimeoutError:
                    raise APITimeoutError(f"{self._llm.model} kept the caller waiting") from None
                if chunk is None:
                    break
                if not _says_something(chunk):  # that it has begun is no word yet
                    self._event_ch.send_nowait(chunk)
                    continue
                deadline = clock() + STALL_S
                if chunk.delta is not None and chunk.delta.tool_calls:
                    named.append(chunk)
                else:
                    self._event_ch.send_nowait(chunk)
        for chunk in named:
            self._event_ch.send_nowait(chunk)

    async def _metrics_monitor_task(self, event_aiter: Any) -> None:
        async for _ in event_aiter:  # the model measures itself
            pass


def _says_something(chunk: llm.ChatChunk) -> bool:
    return chunk.delta is not None and bool(chunk.delta.content or chunk.delta.tool_calls)
