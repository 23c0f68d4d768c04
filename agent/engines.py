"""Who hears, thinks and speaks in a call, and who does where they fail.

Each of the three is a row of models, the best first, with one at the end that needs no network: a
small one that knows the menu hears, the rules take the order, and a synthetic voice speaks. Where
no key is set these three are the whole agent. The cart is the call's and no model's, so whoever
takes over in the middle of a call goes on with it as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from livekit.agents import inference, llm, stt, tts, vad
from livekit.plugins import cartesia, deepgram, openai

from agent.call import Call
from agent.evaluate import Engine
from agent.patience import Guarded
from agent.rules_llm import RulesLLM
from agent.settings import EngineSettings, Model

__all__ = [
    "CONNECT_S",
    "Engines",
    "Parts",
    "hearing",
    "in_a_row",
    "minds",
    "model_engine",
    "speaking",
]


CONNECT_S = 2.0  # to a recogniser or a voice: half a second is usual, and the caller hears nothing


@dataclass(frozen=True)
class Parts:
    """What one call is held with. `turns` is LiveKit's turn detection (an object of its kind, or
    "vad"); `wait_s` are the least and the longest silence after which the caller's turn is over.
    `ahead`: the model is worth asking before that."""

    activity: vad.VAD
    ears: stt.STT[Any]
    mind: llm.LLM[Any]
    voice: tts.TTS[Any]
    turns: Any
    wait_s: tuple[float, float]
    ahead: bool = False


class Engines(Protocol):
    """What every call shares. Calls are taken in threads, each with an event loop of its own."""

    def prewarm(self) -> None:
        """Makes ready, before any call, what does not hang on one; it takes as long as it needs."""
        ...

    def parts(self, call: Call) -> AbstractAsyncContextManager[Parts]:
        """The parts for one call, closed when the block ends."""
        ...

    def voice(self) -> AbstractAsyncContextManager[tts.TTS[Any]]:
        """The voice alone, to say that there is nothing to be had."""
        ...


def minds(settings: EngineSettings, rules: RulesLLM) -> list[llm.LLM[Any]]:
    """The models of a call, the rules at the end. The caller closes them."""
    return [*(Guarded(_llm(model, settings)) for model in settings.llm), rules]


def model_engine(settings: EngineSettings) -> Engine:
    """The first model for all calls, with nobody behind it: it is what is scored."""
    model = _llm(settings.llm[0], settings)

    def engine(call: Call) -> llm.LLM[Any]:
        return model

    return engine


@asynccontextmanager
async def in_a_row(
    models: list[llm.LLM[Any]],
) -> AsyncIterator[llm.LLM[Any]]:
    """The first of `models` that answers, turn by turn; they are closed when the block ends."""
    async with AsyncExitStack() as closing:
        for model in models:
            closing.push_async_callback(model.aclose)
        if len(models) == 1:
            yield models[0]
            return
        # Words that were said may be followed by another's: no tool of the first has run.
        row = llm.FallbackAdapter(models, retry_on_chunk_sent=True)
        closing.push_async_callback(row.aclose)
        yield row


@asynccontextmanager
async def hearing(
    settings: EngineSettings, last: stt.STT[Any], activity: vad.VAD
) -> AsyncIterator[stt.STT[Any]]:
    """The recognisers of the settings, and `last` behind them. They are closed when the block
    ends, `last` is not. `activity` tells sentences apart for one that cannot listen as it goes."""
    async with AsyncExitStack() as closing:
        row = [_cloud_stt(model, settings) for model in settings.stt]
        for one in row:
            closing.push_async_callback(one.aclose)
        if not row:
            yield last
            return
        ears = stt.FallbackAdapter(
            [*row, last], vad=activity, attempt_timeout=CONNECT_S, max_retry_per_stt=0
        )
        closing.push_async_callback(ears.aclose)
        yield ears


@asynccontextmanager
async def speaking(settings: EngineSettings, last: tts.TTS[Any]) -> AsyncIterator[tts.TTS[Any]]:
    """The voices of the settings, and `last` behind them; all are closed when the block ends."""
    async with AsyncExitStack() as closing:
        row = [*(_cloud_tts(model, settings) for model in settings.tts), last]
        for one in row:
            closing.push_async_callback(one.aclose)
        if len(row) == 1:
            yield last
            return
        voices = tts.FallbackAdapter(row, max_retry_per_tts=0)
        closing.push_async_callback(voices.aclose)
        yield voices


def _llm(model: Model, settings: EngineSettings) -> llm.LLM[Any]:
    if not model.key:
        return inference.LLM(
            f"{model.provider}/{model.name}",
            api_key=settings.livekit_key,
            api_secret=settings.livekit_secret,
        )
    if model.url:
        return openai.LLM(model=model.name, api_key=model.key, base_url=model.url)
    return openai.LLM(model=model.name, api_key=model.key)


def _cloud_stt(model: Model, settings: EngineSettings) -> stt.STT[Any]:
    """A recogniser of somebody's. The caller closes it."""
    if not model.key:
        return inference.STT(
            f"{model.provider}/{model.name}",
            api_key=settings.livekit_key,
            api_secret=settings.livekit_secret,
        )
    if model.url:
        return deepgram.STT(model=model.name, api_key=model.key, base_url=model.url)
    return deepgram.STT(model=model.name, api_key=model.key)


def _cloud_tts(model: Model, settings: EngineSettings) -> tts.TTS[Any]:
    """A voice of somebody's. The caller closes it."""
    voice: dict[str, Any] = {"voice": model.voice} if model.voice else {}
    if not model.key:
        return inference.TTS(
            f"{model.provider}/{model.name}",
            api_key=settings.livekit_key,
            api_secret=settings.livekit_secret,
            **voice,
        )
    if model.url:
        voice["base_url"] = model.url
    return cartesia.TTS(model=model.name, api_key=model.key, **voice)
