"""Who answers when a model fails: the next one, in the same turn, over the same cart."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from agent.call import Call
from agent.engines import in_a_row, minds
from agent.patience import FIRST_WORD_S
from agent.rules_llm import RulesLLM
from agent.settings import EngineSettings, Model, engine_settings
from agent.text_call import TextCall, text_call
from cloud.services import SettingsError
from tests.support.conversation import a_call
from tests.support.menus import TRATTORIA
from tests.support.model_server import HANG, ModelServer, Step, Tool, model_server

SWITCH_S = 1.5  # what a caller is to wait at most for whoever stands behind the model


def margherita(qty: int) -> Tool:
    line = {"line_id": "1", "item_id": "margherita", "qty": qty, "modifiers": [], "note": ""}
    return Tool("set_item", line)


@asynccontextmanager
async def talking(server: ModelServer, call: Call) -> AsyncIterator[TextCall]:
    settings = EngineSettings(llm=(Model("openai", "some-model", key="k", url=server.url),))
    async with in_a_row(minds(settings, RulesLLM(call))) as mind, text_call(call, mind) as text:
        yield text


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(500, id="an-error"),
        pytest.param(429, id="too-many"),
        pytest.param([HANG], id="a-hang-after-the-headers"),
    ],
)
async def test_the_rules_answer_for_a_model_that_is_away(broken: list[Step] | int) -> None:
    """In the same turn, within the wait that a caller bears."""
    call = a_call(TRATTORIA)
    async with model_server(lambda _: broken) as server, talking(server, call) as text:
        started = time.monotonic()
        reply = await text.say("two margheritas")
        took = time.monotonic() - started
    assert "two" in reply.lower()
    assert [(line.item_id, line.qty) for line in call.cart.lines] == [("margherita", 2)]
    assert took < SWITCH_S
    assert server.asked, "the model was asked first"


async def test_a_hang_costs_the_first_words_wait_and_no_more() -> None:
    """The bound is ours: the library's own does not end a hang."""
    assert FIRST_WORD_S < SWITCH_S
    call = a_call(TRATTORIA)
    async with model_server(lambda _: [HANG]) as server, talking(server, call) as text:
        started = time.monotonic()
        await text.say("two margheritas")
        assert time.monotonic() - started >= FIRST_WORD_S


async def test_the_rules_go_on_with_the_models_cart() -> None:
    """The model took two, then went away in the middle of the call: a coke is added to the two."""

    def answer(body: dict[str, Any]) -> list[Step] | int:
        said = [m for m in body["messages"] if m["role"] == "user"]
        if len(said) > 1:
            return 503
        done = body["messages"][-1]["role"] == "tool"
        return ["Two margheritas. Anything else?"] if done else [margherita(2)]

    call = a_call(TRATTORIA)
    async with model_server(answer) as server, talking(server, call) as text:
        assert await text.say("two margheritas") == "Two margheritas. Anything else?"
        reply = await text.say("and a coke, that's all. For Maria, pick-up")
        assert "two" in reply.lower()
        placed = await text.say("yes")
    assert "Goodbye" in placed
    assert call.placed is not None
    assert {(line.item_id, line.qty) for line in call.placed.lines} == {
        ("margherita", 2),
        ("coke", 1),
    }


async def test_tools_of_an_answer_that_breaks_off_are_not_run() -> None:
    """The model names a tool and hangs: only what the rules then do is done."""
    call = a_call(TRATTORIA)
    async with (
        model_server(lambda _: [margherita(7), HANG]) as server,
        talking(server, call) as text,
    ):
        await text.say("two margheritas")
    assert [(line.item_id, line.qty) for line in call.cart.lines] == [("margherita", 2)]


async def test_the_rules_speak_for_tools_that_the_model_ran() -> None:
    """The model wrote a line and died before it could say so: the line stands, and is not written
    a second time."""

    def answer(body: dict[str, Any]) -> list[Step] | int:
        return 500 if body["messages"][-1]["role"] == "tool" else [margherita(2)]

    call = a_call(TRATTORIA)
    async with model_server(answer) as server, talking(server, call) as text:
        reply = await text.say("two margheritas")
    assert [(line.item_id, line.qty) for line in call.cart.lines] == [("margherita", 2)]
    assert "two" in reply.lower()


async def test_a_model_that_is_back_is_asked_again() -> None:
    """One bad minute does not leave the rest of the evening to the rules."""
    down = True

    def answer(_: dict[str, Any]) -> list[Step] | int:
        return 503 if down else ["Good evening."]

    call = a_call(TRATTORIA)
    async with model_server(answer) as server, talking(server, call) as text:
        assert await text.say("hello") != "Good evening."
        down = False
        replies = [await text.say("hello again") for _ in range(3)]
    assert "Good evening." in replies


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PANBOT_STT": "deepgram"}, "PANBOT_STT takes PROVIDER/MODEL"),
        ({"PANBOT_STT": "deepgram/nova-3"}, "PANBOT_DEEPGRAM_API_KEY"),
        ({"PANBOT_TTS": "cartesia/sonic-3"}, "PANBOT_CARTESIA_API_KEY"),
        ({"PANBOT_LLM": "google/gemini", "PANBOT_OPENAI_API_KEY": "k"}, "PANBOT_LIVEKIT_API_KEY"),
    ],
)
def test_a_model_without_a_key_names_the_variable(variables: dict[str, str], words: str) -> None:
    """Said at the start, not to the first caller."""
    with pytest.raises(SettingsError, match=words):
        engine_settings(variables)


def test_models_are_read_in_order_with_the_keys_they_have() -> None:
    """Directly where there is that provider's key, else through LiveKit; the last one by itself."""
    found = engine_settings(
        {
            "PANBOT_STT": "deepgram/nova-3, offline",
            "PANBOT_LLM": "openai/gpt-4.1-mini, google/gemini-2.5-flash, rules",
            "PANBOT_TTS": "cartesia/sonic-3:a-voice",
            "PANBOT_OPENAI_API_KEY": "o",
            "PANBOT_DEEPGRAM_API_KEY": "d",
            "PANBOT_LIVEKIT_API_KEY": "l",
            "PANBOT_LIVEKIT_API_SECRET": "s",
        }
    )
    assert found.stt == (Model("deepgram", "nova-3", key="d"),)
    assert found.llm == (
        Model("openai", "gpt-4.1-mini", key="o"),
        Model("google", "gemini-2.5-flash"),
    )
    assert found.tts == (Model("cartesia", "sonic-3", voice="a-voice"),)


def test_no_keys_are_no_models() -> None:
    """What works without a network is the whole agent then."""
    assert engine_settings({}) == EngineSettings()
