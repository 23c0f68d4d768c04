"""One trace a call in Langfuse, over real HTTP; and a Langfuse in trouble, which nobody hears."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from livekit.agents.telemetry import set_tracer_provider, tracer
from opentelemetry.trace import NoOpTracerProvider

from agent import tracing
from agent.after_call import AfterCall
from agent.house import House
from agent.orders import OfflineOrders
from agent.settings import TraceSettings, trace_settings
from agent.switchboard import Switchboard
from agent.tracing import PATH, TracedCall, Tracing
from cloud.services import SettingsError
from domain.clock import SystemClock
from domain.ids import UuidV7
from tests.support.conversation import BUSINESS, offline
from tests.support.menus import TRATTORIA
from tests.support.otlp import Receiver, attributes, receiver
from tests.support.unanswered import unanswered

CALLER = "+491701234567"
ORDER = "two margheritas, one without basil, for Philomena, deliver to 12 Hawthorn Lane"
ALLERGY = "she is allergic to hazelnuts"
# Not one of these may leave where words may not, in whatever case and in whatever attribute.
PRIVATE = [
    "philomena",
    "hawthorn",
    "hazelnut",
    "491701234567",
    "1701234567",
    "margherita",
    "basil",
    "what would you like",
    "trattoria's phone",
    "19.00",
    "p-1,",
    "anything else",
    "set_item {",
    "line_id",
    "take orders by telephone",
]


@contextmanager
def traced(url: str, **rest: Any) -> Iterator[Tracing]:
    """LiveKit's tracer of this process, until the block ends."""
    made = Tracing(TraceSettings(url, "pk-1", "sk-2", **rest))
    try:
        yield made
    finally:
        set_tracer_provider(NoOpTracerProvider())


def a_board(made: Tracing, cloud: OfflineOrders) -> Switchboard:
    clock = SystemClock()
    after = AfterCall("trattoria", cloud, clock, tracing=made)
    return Switchboard(cloud, House.of(TRATTORIA, (), BUSINESS), clock, UuidV7(clock), after)


async def a_call(made: Tracing, *says: str) -> OfflineOrders:
    cloud = offline(TRATTORIA)
    board = a_board(made, cloud)
    await board.start("a", CALLER)
    for text in says:
        await board.say("a", text)
    await board.close()
    return cloud


async def ordered(made: Tracing) -> OfflineOrders:
    return await a_call(made, ORDER, ALLERGY, "that's all", "yes")


async def test_one_trace_a_call() -> None:
    """Session, turns, tools and latencies, all under one root; with the project's keys."""
    with receiver() as langfuse, traced(langfuse.url + "/") as made:
        cloud = await ordered(made)
        spans = langfuse.spans
    (record,) = cloud.records.values()
    assert set(langfuse.paths) == {PATH}
    assert set(langfuse.logins) == {"Basic " + base64.b64encode(b"pk-1:sk-2").decode()}
    assert len({span.trace_id for span in spans}) == 1
    roots = [span for span in spans if not span.parent_span_id]
    assert [span.name for span in roots] == ["call"]
    ids = {span.span_id for span in spans}
    assert all(span.parent_span_id in ids for span in spans if span not in roots)
    assert all(attributes(span)["session.id"] == record.id for span in spans)

    names = [span.name for span in spans]
    assert names.count("agent_session") == 1
    assert names.count("agent_turn") == 4
    tools = [attributes(s)["lk.function_tool.name"] for s in spans if s.name == "function_tool"]
    said = [t.text.partition(" ")[0] for t in record.transcript if t.speaker == "tool"]
    assert sorted(tools) == sorted(said)
    waits = [attributes(s).get("lk.response.ttft") for s in spans if s.name == "llm_node"]
    assert waits
    assert all(isinstance(wait, float) and wait > 0 for wait in waits)
    (session,) = [span for span in spans if span.name == "agent_session"]
    assert roots[0].start_time_unix_nano <= session.start_time_unix_nano
    assert roots[0].end_time_unix_nano >= session.end_time_unix_nano


async def test_what_a_trace_is_found_by() -> None:
    """Business, outcome and engine as tags; how well it went."""
    with receiver() as langfuse, traced(langfuse.url) as made:
        await ordered(made)
        root = attributes(langfuse.spans[0])
    assert root["langfuse.trace.tags"] == ["trattoria", "ordered", "rules"]
    told = {k.rpartition(".")[2]: v for k, v in root.items() if ".metadata." in k}
    assert told.pop("slowest_reply_ms") > 0
    assert told == {
        "outcome": "ordered",
        "engine": "rules",
        "ordered": True,
        "turns": 4,
        "score": 100,
        "read_back": True,
        "corrections": 0,
        "not_understood": 0,
        "handed_over": False,
    }


async def test_a_caller_is_a_hash_or_nobody() -> None:
    """The same for the same caller and secret; not to be had without the secret."""
    users = []
    for secret in ("s1", "s1", "s2", ""):
        with receiver() as langfuse, traced(langfuse.url, secret=secret) as made:
            made.start(TracedCall("c", "trattoria", CALLER)).end(await _any_record())
            await made.flush()
            users.append(attributes(langfuse.spans[0]).get("user.id"))
    assert users[0] == users[1] != users[2]
    assert users[3] is None
    assert len(users[0]) == 32
    assert CALLER.strip("+") not in str(users)


async def _any_record() -> Any:
    cloud = offline(TRATTORIA)
    clock = SystemClock()
    house = House.of(TRATTORIA, (), BUSINESS)
    after = AfterCall("trattoria", cloud, clock)
    board = Switchboard(cloud, house, clock, UuidV7(clock), after)
    await board.say("a", "goodbye")
    await board.close()
    return next(iter(cloud.records.values()))


def private_in(langfuse: Receiver) -> list[str]:
    """What of `PRIVATE` stands anywhere in the bytes that came in."""
    everything = b"".join(langfuse.bodies).lower()
    assert b"agent_session" in everything
    return [words for words in PRIVATE if words.encode() in everything]


def as_the_bridge_does(session_id: str, made: Tracing) -> None:
    """Spans like those of a real telephone call, whose attributes and room name the caller."""
    call = made.start(TracedCall(session_id, "trattoria", CALLER))
    with call.active(), tracer.start_as_current_span("user_speaking") as span:
        span.set_attributes(
            {
                "lk.sip.h.p-asserted-identity": f"<sip:{CALLER}@example.com>",
                "lk.sip.trunkPhoneNumber": CALLER,
                "lk.pii.participant_identity": f"sip_{CALLER}",
                "room": f"call-_{CALLER}_x",
                "numbers": [CALLER],
                "lk.stt.events": '[{"transcript": "Philomena"}]',
            }
        )
        span.add_event("gen_ai.choice", {"content": "for Philomena"})
        span.record_exception(ValueError(f"{CALLER} said hazelnut"))
        agent_session = tracer.start_span("agent_session")
        agent_session.end()


async def test_no_words_no_names_no_numbers() -> None:
    """By default nothing that was said, nor who said it, is anywhere in what leaves."""
    with receiver() as langfuse, traced(langfuse.url, secret="s") as made:
        await ordered(made)
        as_the_bridge_does("sip-call", made)
        await made.flush()
        found = private_in(langfuse)
        names = [span.name for span in langfuse.spans]
    assert found == []
    assert "user_speaking" in names


async def test_with_words_allowed_they_are_there() -> None:
    """The same call, and the same look at it, with `PANBOT_TRACE_WORDS=on`."""
    with receiver() as langfuse, traced(langfuse.url, words=True) as made:
        await ordered(made)
        found = private_in(langfuse)
    assert {"philomena", "hawthorn", "hazelnut", "margherita", "19.00"} <= set(found)


async def test_calls_side_by_side_are_traces_of_their_own() -> None:
    """Ten at a time in one process, and none has another's spans."""
    cloud = offline(TRATTORIA)
    with receiver() as langfuse, traced(langfuse.url) as made:
        board = a_board(made, cloud)

        async def one(name: str) -> None:
            await board.start(name)
            await board.say(name, "a coke")
            await board.say(name, "thanks, bye")

        await asyncio.gather(*(one(f"c{n}") for n in range(10)))
        await board.close()
        spans = langfuse.spans
    sessions = {span.trace_id: attributes(span)["session.id"] for span in spans}
    assert set(sessions.values()) == set(cloud.records)
    assert len(sessions) == 10
    for span in spans:
        assert attributes(span)["session.id"] == sessions[span.trace_id]
    turns = [span.trace_id for span in spans if span.name == "agent_turn"]
    assert sorted(turns) == sorted([*sessions, *sessions])


async def test_spans_of_no_call_stay_here() -> None:
    """What LiveKit does before a call is known belongs to nobody's trace."""
    with receiver() as langfuse, traced(langfuse.url) as made:
        tracer.start_span("job_entrypoint").end()
        made.start(TracedCall("c")).end(await _any_record())
        await made.flush()
        assert [span.name for span in langfuse.spans] == ["call"]


# --- a Langfuse in trouble ----------------------------------------------------------------------


async def _took(made: Tracing) -> tuple[OfflineOrders, float, float]:
    """A call's order, its slowest answer and how long its end took, in seconds."""
    cloud = offline(TRATTORIA)
    board = a_board(made, cloud)
    await board.start("a", CALLER)
    slowest = 0.0
    for text in (ORDER, ALLERGY, "that's all", "yes"):
        began = time.monotonic()
        await board.say("a", text)
        slowest = max(slowest, time.monotonic() - began)
    began = time.monotonic()
    await board.close()
    return cloud, slowest, time.monotonic() - began


def _complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    names = ("opentelemetry", "agent.tracing", "urllib3")
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(names) and record.levelno >= logging.WARNING
    ]


async def _complained(caplog: pytest.LogCaptureFixture) -> None:
    """Some troubles are tried again before they are called that."""
    for _ in range(1_000):  # 20 s at the most
        if _complaints(caplog):
            return
        await asyncio.sleep(0.02)


def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sends at once and often, so that trouble falls into the call and not after it."""
    monkeypatch.setattr(tracing, "BATCH_EVERY_MS", 5)
    monkeypatch.setattr(tracing, "BATCH_SPANS", 4)


async def test_a_langfuse_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer comes as ever, and the end of the call waits for a bounded time."""
    _quick(monkeypatch)
    monkeypatch.setattr(tracing, "FLUSH_S", 0.3)
    with receiver() as langfuse, traced(langfuse.url) as made:
        langfuse.hang = True
        cloud, slowest, end = await _took(made)
        assert langfuse.bodies, "it had been asked while the call went on"
    assert len(cloud.placed) == 1
    assert slowest < tracing.EXPORT_S / 2
    assert end < tracing.EXPORT_S / 2


@pytest.mark.parametrize("status", [401, 500, 503])
async def test_a_langfuse_that_refuses(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """Said once, however many batches it refuses."""
    _quick(monkeypatch)
    with receiver() as langfuse, traced(langfuse.url) as made:
        langfuse.refuse = status
        cloud, slowest, _ = await _took(made)
        assert len(langfuse.bodies) > 1
        await _complained(caplog)
    assert len(cloud.placed) == 1
    assert slowest < tracing.EXPORT_S / 2
    (told,) = _complaints(caplog)
    assert "do not reach Langfuse" in told
    assert str(status) in told or "max retries" in told


async def test_a_langfuse_that_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A port where nobody listens, and one where nobody answers."""
    _quick(monkeypatch)
    monkeypatch.setattr(tracing, "FLUSH_S", 0.3)
    with ExitStack() as stack:
        closed = stack.enter_context(socket.socket())
        closed.bind(("127.0.0.1", 0))  # held, and nobody listens
        for port in (closed.getsockname()[1], stack.enter_context(unanswered())):
            made = stack.enter_context(traced(f"http://127.0.0.1:{port}"))
            cloud, slowest, end = await _took(made)
            assert len(cloud.placed) == 1
            assert slowest < tracing.EXPORT_S / 2
            assert end < tracing.EXPORT_S / 2
            await _complained(caplog)
            (told,) = _complaints(caplog)
            assert "do not reach Langfuse" in told
            caplog.clear()


async def test_it_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    """After trouble the next call's trace arrives, and new trouble is said again."""
    with receiver() as langfuse, traced(langfuse.url) as made:
        for status in (401, 0, 401):
            langfuse.refuse = status
            langfuse.bodies.clear()
            made.start(TracedCall("c")).end(await _any_record())
            assert await made.flush()
            assert [span.name for span in langfuse.spans] == ["call"]
    # A machine that is busy may time out in between, and says that too.
    assert len([told for told in _complaints(caplog) if "401" in told]) == 2


# --- settings -----------------------------------------------------------------------------------

SET = {
    "PANBOT_LANGFUSE_URL": "https://cloud.langfuse.com/",
    "PANBOT_LANGFUSE_PUBLIC_KEY": "pk",
    "PANBOT_LANGFUSE_SECRET_KEY": "sk",
}


def test_settings() -> None:
    """Words are off until somebody says `on`; nothing is traced until there is an address."""
    assert trace_settings({}) is None
    assert trace_settings(SET) == TraceSettings("https://cloud.langfuse.com", "pk", "sk")
    on = trace_settings({**SET, "PANBOT_TRACE_WORDS": "on", "PANBOT_TRACE_SECRET": "s"})
    assert on is not None
    assert (on.words, on.secret) == (True, "s")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PANBOT_LANGFUSE_URL", "cloud.langfuse.com"),
        ("PANBOT_LANGFUSE_PUBLIC_KEY", ""),
        ("PANBOT_LANGFUSE_SECRET_KEY", ""),
        ("PANBOT_TRACE_WORDS", "yes"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    """Better no start than traces that go nowhere, or words that leave by a slip."""
    with pytest.raises(SettingsError, match=name):
        trace_settings({**SET, name: value})
