"""The language model that takes a call in place of the rules, by the settings."""

from __future__ import annotations

from typing import Any

from livekit.agents import inference, llm
from livekit.plugins import openai

from agent.call import Call
from agent.evaluate import Engine
from agent.settings import ModelSettings

__all__ = ["model_engine"]


def model_engine(settings: ModelSettings) -> Engine:
    """One model for all calls: asked directly where there is a key for that, else through LiveKit
    Inference."""
    model = _direct(settings) if settings.openai_key else _through_livekit(settings)

    def engine(call: Call) -> llm.LLM[Any]:
        return model

    return engine


def _direct(settings: ModelSettings) -> llm.LLM[Any]:
    name = settings.name.partition("/")[2]
    if settings.openai_url:
        return openai.LLM(model=name, api_key=settings.openai_key, base_url=settings.openai_url)
    return openai.LLM(model=name, api_key=settings.openai_key)


def _through_livekit(settings: ModelSettings) -> llm.LLM[Any]:
    return inference.LLM(
        settings.name, api_key=settings.livekit_key, api_secret=settings.livekit_secret
    )
