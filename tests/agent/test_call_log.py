"""The log of a call: what was said, done and changed, from a real session in text."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from livekit.agents import AgentSession, CloseEvent, CloseReason, llm
from livekit.agents.llm import LLMError
from livekit.agents.metrics import (
    AgentSessionUsage,
    LLMModelUsage,
    STTModelUsage,
    TTSModelUsage,
)
from livekit.agents.voice.events import (
    ConversationItemAddedEvent,
    SessionUsageUpdatedEvent,
    UserInputTranscribedEvent,
)
from msgspec.structs import replace

from agent.after_call import AfterCall, Followed
from agent.call import Call
from agent.call_log import MAX_WORDS, CallLog
from agent.house import House
from agent.prices import Price, Prices
from agent.rules_llm import RulesLLM
from agent.text_call import TextCall
from domain.business import Business, Span
from domain.call import CallOutcome, CallRecord, Said, Speaker, Usage
from domain.ids import UuidV7
from tests.support.conversation import BUSINESS, NOON, StillClock, a_call, offline
from tests.support.menus import TRATTORIA

READY = "two margheritas, one without basil, and a large coke, for Maria, pick-up"
CALLER = "+491701234567"


class Ticking(StillClock):
    """Moves by `step_s` whenever it is read."""

    def __init__(self, step_s: float = 0.0) -> None:
        self.step_s = step_s
        self.now_s = 0.0

    def monotonic(self) -> float:
        self.now_s += self.step_s
        return self.now_s

    def now(self) -> Any:
        return NOON + timedelta(seconds=self.now_s)


@asynccontextmanager
async def logged(call: Call, model: llm.LLM[Any] | None = None) -> AsyncIterator[Any]:
    followed = AfterCall("trattoria", offline(TRATTORIA), Ticking(0.001)).begin(call)
    talking = await TextCall.open(call, model or RulesLLM(call), followed)
    try:
        yield talking, followed
    finally:
        await talking.close()


async def recorded(*says: str) -> CallRecord:
    async with logged(a_call(TRATTORIA)) as (talking, followed):
        for text in says:
            await talking.say(text)
    assert isinstance(followed, Followed)
    return followed.log.record()


async def test_what_was_said_and_done() -> None:
    """The whole call in its order: words, tools with what came of them."""
    record = await recorded(READY, "yes")
    assert [(said.speaker.value, said.text) for said in record.transcript] == [
        ("caller", READY),
        (
            "tool",
            'set_item {"line_id": "1", "item_id": "margherita", "qty": 1, "modifiers": [], '
            '"note": ""} → one Margherita',
        ),
        (
            "tool",
            'set_item {"line_id": "2", "item_id": "margherita", "qty": 1, "modifiers": '
            '["without:basil"], "note": ""} → one Margherita without Basil',
        ),
        (
            "tool",
            'set_item {"line_id": "3", "item_id": "coke", "qty": 1, "modifiers": '
            '["drink-size:large"], "note": ""} → one large Coke',
        ),
        ("tool", 'set_customer {"name": "Maria", "phone": "", "address": ""} → noted'),
        ("tool", 'set_type {"type": "pickup"} → noted'),
        ("tool", f"read_back {{}} → {record.transcript[7].text}"),
        (
            "agent",
            "So that's one Margherita, one Margherita without Basil and one large Coke, for "
            "Maria, to pick up. That's €23.50. Shall I place it?",
        ),
        ("caller", "yes"),
        ("tool", "place_order {} → Your order number is P-1, and it will be ready at 12:25."),
        ("tool", "end_call {} → ended"),
        (
            "agent",
            "Thank you Maria! Your order number is P-1, and it will be ready at 12:25. Goodbye!",
        ),
    ]


async def test_what_came_of_it() -> None:
    """The order, the engine, and how well it went."""
    record = await recorded(READY, "yes")
    assert record.outcome is CallOutcome.ORDERED
    assert record.order_id
    assert record.engine == "rules"
    assert record.quality is not None
    assert (record.quality.score, record.quality.read_back, record.quality.matched) == (
        100,
        True,
        True,
    )
    assert record.usage == ()  # rules use nothing that anybody counts


async def test_the_cart_as_it_grew() -> None:
    """A state for each change, and none where nothing changed."""
    record = await recorded("a margherita", "are you a robot?", "and a tiramisu", "no margherita")
    assert [state.lines for state in record.cart_history] == [
        ("one Margherita",),
        ("one Margherita", "one Tiramisù"),
        ("one Tiramisù",),
    ]
    assert record.outcome is CallOutcome.ABANDONED
    assert record.quality is not None
    assert (record.quality.corrections, record.quality.matched) == (1, None)


async def test_gibberish_is_counted() -> None:
    """The rules' own words for "I did not understand" are known as such."""
    record = await recorded("a margherita", "brzlfrx", "brzlfrx", "brzl")
    assert record.quality is not None
    assert record.quality.not_understood == 3


async def test_a_reply_time_for_each_turn() -> None:
    """Three turns, three times, by the clock that was handed in."""
    record = await recorded("a margherita", "and a coke", "that's all")
    assert len(record.reply_ms) == 3
    assert all(0 < ms < 100 for ms in record.reply_ms)


class Refused(llm.LLM[Any]):
    """Asks for a dish that is not there, then gives up."""

    def chat(self, *, chat_ctx: llm.ChatContext, **rest: Any) -> llm.LLMStream:
        return _Refused(self, chat_ctx=chat_ctx, tools=[], conn_options=rest["conn_options"])


class _Refused(llm.LLMStream):
    async def _run(self) -> None:
        delta = llm.ChoiceDelta(role="assistant", content="Sorry.")
        if not isinstance(self._chat_ctx.items[-1], llm.FunctionCallOutput):
            delta = llm.ChoiceDelta(role="assistant")
            arguments = '{"line_id":"1","item_id":"sushi","qty":1,"modifiers":[],"note":""}'
            delta.tool_calls = [
                llm.FunctionToolCall(name="set_item", arguments=arguments, call_id="1")
            ]
        self._event_ch.send_nowait(llm.ChatChunk(id="1", delta=delta))


async def test_a_refused_tool_says_why() -> None:
    """What a tool refused is in the transcript, marked."""
    async with logged(a_call(TRATTORIA), Refused()) as (talking, followed):
        await talking.say("sushi")
    tools = [s.text for s in followed.log.record().transcript if s.speaker is Speaker.TOOL]
    assert len(tools) == 1
    assert "→ refused: " in tools[0]
    assert followed.log.record().cart_history == ()


# --- what only a voice brings, by LiveKit's own events ------------------------------------------


def a_log(call: Call | None = None, **rest: Any) -> tuple[CallLog, AgentSession[Any], Ticking]:
    """A log attached to a session that is not started: events are put in by hand."""
    clock = Ticking()
    log = CallLog(call or a_call(TRATTORIA), clock, **rest)
    session: AgentSession[Any] = AgentSession(vad=None)
    log.attach(session)
    return log, session, clock


def spoke(session: AgentSession[Any], role: Any, text: str, *, at: float, **rest: Any) -> None:
    item = llm.ChatMessage(role=role, content=[text], **rest)
    session.emit("conversation_item_added", ConversationItemAddedEvent(item=item, created_at=at))


async def test_words_stand_where_they_began() -> None:
    """A turn is known when it ends; the transcript says when it began, by our clock."""
    log, session, clock = a_log()
    clock.now_s = 7.0
    metrics: Any = {"started_speaking_at": 1_000.0, "stopped_speaking_at": 1_002.5}
    spoke(session, "user", "a coke", at=1_003.0, metrics=metrics)
    assert log.record().transcript == (Said(4_000, Speaker.CALLER, "a coke"),)
    clock.now_s = 8.0  # stamps that make no sense move nothing out of the call
    spoke(session, "user", "hm", at=1.0, metrics={"started_speaking_at": 900.0})
    spoke(session, "user", "hum", at=9_000.0, metrics={"started_speaking_at": 1.0})
    assert [s.at_ms for s in log.record().transcript] == [4_000, 8_000, 0]


async def test_words_that_were_spoken_over() -> None:
    """What was heard of a sentence, marked as cut."""
    log, session, _ = a_log()
    spoke(session, "assistant", "So that's two", at=5.0, interrupted=True)
    assert log.record().transcript == (Said(0, Speaker.AGENT, "So that's two", cut=True),)


async def test_reply_times_of_a_voice_are_livekits() -> None:
    """From the end of speech to the first sound, once for each turn: what follows the tools is
    no second answer."""
    log, session, _ = a_log()
    heard: Any = {"stopped_speaking_at": 2.0}
    spoke(session, "user", "a coke", at=3.0, metrics=heard)
    spoke(session, "assistant", "One moment.", at=4.0, metrics={"e2e_latency": 0.7123})
    spoke(session, "assistant", "One Coke.", at=6.0, metrics={"e2e_latency": 3.1})
    spoke(session, "user", "yes", at=8.0, metrics=heard)
    spoke(session, "assistant", "Thanks.", at=9.0, metrics={})  # its beginning was not measured
    assert log.record().reply_ms == (712,)


async def test_last_words_before_a_hang_up() -> None:
    """Recognised, never a turn: they are kept. What became a turn is not there twice."""
    log, session, clock = a_log()
    for text in ("a coke", "for Tom"):
        session.emit(
            "user_input_transcribed", UserInputTranscribedEvent(transcript=text, is_final=True)
        )
    spoke(session, "user", "a coke for Tom", at=1.0)
    clock.now_s = 3.0
    for text, final in (("oh", False), ("oh wait", True)):
        session.emit(
            "user_input_transcribed", UserInputTranscribedEvent(transcript=text, is_final=final)
        )
    assert [(s.at_ms, s.text) for s in log.record().transcript] == [
        (0, "a coke for Tom"),
        (3_000, "oh wait"),
    ]


async def test_what_models_used() -> None:
    """Tokens, characters and audio by model, with a cost where a price is known; the engines in
    the order in which they came in."""
    prices = Prices("USD", {"openai/gpt-4.1-mini": Price(Decimal(1), None, Decimal(2))})
    log, session, _ = a_log(prices=prices)
    rows = [
        LLMModelUsage(
            provider="api.openai.com", model="gpt-4.1-mini", input_tokens=900, output_tokens=50
        ),
        LLMModelUsage(provider="panbot", model="rules"),
        TTSModelUsage(provider="Cartesia", model="sonic-3", characters_count=120),
        STTModelUsage(provider="livekit", model="deepgram/nova-3", audio_duration=12.3456),
    ]
    session.emit(
        "session_usage_updated",
        SessionUsageUpdatedEvent(usage=AgentSessionUsage(model_usage=rows)),
    )
    record = log.record()
    assert record.engine == "openai/gpt-4.1-mini, rules"
    assert record.usage == (
        Usage("openai/gpt-4.1-mini", 900, 50, cost_micros=1_000, currency="USD"),
        Usage("cartesia/sonic-3", characters=120),
        Usage("deepgram/nova-3", audio_ms=12_346),
    )


async def test_our_side_broke_off() -> None:
    """A session that closes in an error: failed, with the kind of error and nobody's words."""
    log, session, clock = a_log()
    clock.now_s = 4.0
    error = LLMError(timestamp=0, label="x", error=OSError("a secret"), recoverable=False)
    session.emit("close", CloseEvent(reason=CloseReason.ERROR, error=error))
    clock.now_s = 9.0
    record = log.record()
    assert (record.outcome, record.reason) == (CallOutcome.FAILED, "OSError")
    assert record.ended_at == "2026-11-22T11:00:04.000Z"


async def test_the_worker_says_what_failed() -> None:
    """The first reason stands: what came after is its consequence."""
    log, session, _ = a_log()
    log.failed("the room is gone")
    session.emit("close", CloseEvent(reason=CloseReason.ERROR))
    assert (log.record().outcome, log.record().reason) == (CallOutcome.FAILED, "the room is gone")


async def test_handed_over() -> None:
    """To the staff, and why: as the call has it, or as whoever holds the line says."""
    log, _, _ = a_log()
    log.handed_over("a complaint")
    assert (log.record().outcome, log.record().reason) == (CallOutcome.HANDED_OVER, "a complaint")
    call = a_call(TRATTORIA)
    call.house = House.of(TRATTORIA, (), BUSINESS)
    call.hand_over_reason = "a banquet"
    log, _, _ = a_log(call)
    assert (log.record().outcome, log.record().reason) == (CallOutcome.HANDED_OVER, "a banquet")


async def test_closed() -> None:
    """A call out of hours that left nothing."""
    shut = Business(name="Trattoria", hours={"monday": (Span("11:00", "12:00"),)})
    call = a_call(TRATTORIA)
    call.house = House.of(TRATTORIA, (), shut)
    log, _, _ = a_log(call)  # on a Sunday
    assert log.record().outcome is CallOutcome.CLOSED


async def test_who_called() -> None:
    """The number that called, not the one that the caller wants to be called back at."""
    clock = StillClock()
    house = House.of(TRATTORIA, (), BUSINESS)
    call = Call("c", house, offline(TRATTORIA), clock, UuidV7(clock), phone=CALLER)
    log, _, _ = a_log(call, called="+4930555")
    call.set_customer(phone="030 999")
    assert (log.record().caller, log.record().called) == (CALLER, "+4930555")


async def test_a_dish_that_has_left_the_menu() -> None:
    """The log goes on in its own words."""
    call = a_call(TRATTORIA)
    log, session, _ = a_log(call)
    call.set_item("1", "coke", 2)
    call.house = replace_menu(call.house)
    spoke(session, "assistant", "hm", at=1.0)
    assert log.record().cart_history[0].lines == ("2 coke",)


def replace_menu(house: House) -> House:
    items = tuple(item for item in TRATTORIA.items if item.id != "coke")
    return house.renewed(replace(TRATTORIA, items=items), (), BUSINESS)


async def test_trouble_in_the_log_stays_there(caplog: pytest.LogCaptureFixture) -> None:
    """A handler that fails says so once, the session hears nothing of it, and the rest is kept."""
    log, session, _ = a_log()
    for _ in range(3):
        session.emit("function_tools_executed", "nonsense")  # type: ignore[arg-type]
    spoke(session, "assistant", "Hello", at=1.0)
    gaps = [r for r in caplog.records if "has a gap" in r.message]
    assert len(gaps) == 1
    assert gaps[0].levelno == logging.ERROR
    assert [said.text for said in log.record().transcript] == ["Hello"]


async def test_it_is_bounded() -> None:
    """A caller who talks for hours, or a sentence without end, fills no disk."""
    log, session, _ = a_log()
    spoke(session, "user", "x" * 10_000, at=1.0)
    for _ in range(1_100):
        spoke(session, "user", "and", at=1.0)
    record = log.record()
    assert len(record.transcript[0].text) == MAX_WORDS
    assert len(record.transcript) == 1_000


async def test_all_of_it_is_small_enough_for_the_cloud() -> None:
    """The cloud refuses a record of more than a megabyte, and with it the whole call."""
    call = a_call(TRATTORIA)
    log, session, _ = a_log(call)
    for n in range(900):
        call.set_item(str(n % 50), "coke", 1 + n % 49, [], "请" * 150)
        session.emit(
            "user_input_transcribed",
            UserInputTranscribedEvent(transcript="请" * 999, is_final=True),
        )
        spoke(session, "assistant", "请" * 999, at=1.0)
    assert len(msgspec.json.encode(log.record())) < 1_000_000
