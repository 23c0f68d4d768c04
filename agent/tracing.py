"""Each call as one trace in Langfuse, by plain OTLP over HTTP; never in the way of the call.

LiveKit opens the spans (turns, tools, requests to models, with their latencies); here they are put
under one span a call, stripped of what people said unless the settings allow it, and sent in the
background. A Langfuse that hangs, refuses or is away costs its traces and nothing else.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import msgspec
from livekit.agents.telemetry import set_tracer_provider
from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import (
    Event,
    ReadableSpan,
    Span,
    SpanLimits,
    SpanProcessor,
    TracerProvider,
)
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Status, StatusCode

from agent.settings import TraceSettings
from domain.call import CallOutcome, CallRecord, Speaker

__all__ = ["CallTrace", "TracedCall", "Tracing", "tracing_of"]

PATH = "/api/public/otel/v1/traces"
EXPORT_S = 5.0  # one batch; a Langfuse that hangs holds up only the thread that sends
FLUSH_S = 2.0  # at a call's end; LiveKit ends the job's process 10 s after the call
BATCH_EVERY_MS = 1_000
BATCH_SPANS = 256
MAX_SPANS = 4_096  # that wait; a call has some 20 a turn, and the oldest go first
MAX_VALUE = 32_768  # characters of one attribute; a whole conversation with its menu is less
MAX_CALLS = 1_000  # whose late spans are still known
MAX_FLUSHES = 1_000  # that wait for one that hangs
USER_HEX = 32  # of the hash: 128 bits, so that no two callers are one

# What may leave where no words may: numbers of any kind, and text of these names, none of which
# holds anything that a caller, a menu or a header of the call could have brought in.
_PLAIN = frozenset(
    [
        "error.type",
        "exception.type",
        "gen_ai.operation.name",
        "gen_ai.output.type",
        "gen_ai.provider.name",
        "gen_ai.request.model",
        "gen_ai.response.finish_reasons",
        "gen_ai.response.model",
        "gen_ai.token.type",
        "gen_ai.tool.name",
        "langfuse.trace.name",
        "langfuse.trace.tags",
        "lk.close_reason",
        "lk.eou.outcome",
        "lk.eou.source",
        "lk.fallback.label",
        "lk.function_tool.name",
        "lk.interruption.source",
        "lk.new_state",
        "lk.old_state",
        "lk.tts.label",
        "session.id",
        "user.id",
    ]
)
_OURS = "langfuse.trace.metadata."
_NOISY = (
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.sdk._shared_internal",
)
_CALL = otel.create_key("panbot-call")

_log = logging.getLogger(__name__)


class TracedCall(msgspec.Struct, frozen=True):
    """What a trace is told of a call as it begins. `caller` is a number in E.164, or empty."""

    call_id: str
    business_id: str = ""
    caller: str = ""


class CallTrace:
    """One call's trace. All of it does nothing where nothing is traced."""

    def __init__(self, root: trace.Span | None = None, business_id: str = "") -> None:
        self._root = root
        self._business_id = business_id

    @contextmanager
    def active(self) -> Iterator[None]:
        """What begins inside belongs to this call: start LiveKit's session here."""
        if self._root is None:
            yield
            return
        with trace.use_span(self._root, record_exception=False, set_status_on_exception=False):
            yield

    def end(self, record: CallRecord) -> None:
        """Closes the trace with what came of the call: once its session is closed."""
        if self._root is None:
            return
        tags = [self._business_id, record.outcome.value, record.engine]
        self._root.set_attribute("langfuse.trace.tags", [tag for tag in tags if tag])
        for name, value in _told(record).items():
            self._root.set_attribute(_OURS + name, value)
        failed = record.outcome is CallOutcome.FAILED
        self._root.set_status(Status(StatusCode.ERROR if failed else StatusCode.OK))
        self._root.end()


class Tracing:
    """The way to Langfuse, for a whole process; LiveKit has one tracer a process."""

    def __init__(self, settings: TraceSettings) -> None:
        self._secret = settings.secret.encode()
        exporter = OTLPSpanExporter(
            endpoint=settings.url + PATH,
            headers={"Authorization": _basic(settings.public_key, settings.secret_key)},
            timeout=EXPORT_S,
        )
        self._calls = _Calls(
            BatchSpanProcessor(
                _Sending(exporter, words=settings.words),
                max_queue_size=MAX_SPANS,
                schedule_delay_millis=BATCH_EVERY_MS,
                max_export_batch_size=BATCH_SPANS,
            )
        )
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource({"service.name": "panbot-agent"}),
            span_limits=SpanLimits(max_attribute_length=MAX_VALUE),
            shutdown_on_exit=False,  # it would wait for a Langfuse that hangs
        )
        self._provider.add_span_processor(self._calls)
        self._tracer = self._provider.get_tracer("panbot")
        self._flushes: queue.Queue[Callable[[], None]] = queue.Queue(MAX_FLUSHES)
        threading.Thread(target=self._flush_all, name="panbot-traces", daemon=True).start()
        set_tracer_provider(self._provider, allow_pii=settings.words)

    def start(self, call: TracedCall) -> CallTrace:
        """Opens the trace of a call, as it comes in. Its session id is the call's id."""
        marks = {"session.id": call.call_id}
        if call.caller and self._secret:
            keyed = hmac.new(self._secret, call.caller.encode(), hashlib.sha256)
            marks["user.id"] = keyed.hexdigest()[:USER_HEX]
        root = self._tracer.start_span(
            "call",
            context=otel.set_value(_CALL, marks, Context()),
            attributes={"langfuse.trace.name": "call"},
        )
        return CallTrace(root, call.business_id)

    async def flush(self) -> bool:
        """Sends what has ended. Returns after 2 s at the latest, True where all of it is out."""
        loop = asyncio.get_running_loop()
        done = asyncio.Event()

        def tell() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(done.set)

        try:
            self._flushes.put_nowait(tell)
            async with asyncio.timeout(FLUSH_S):
                await done.wait()
        except (queue.Full, TimeoutError):
            return False
        return True

    def _flush_all(self) -> None:
        """In a thread of its own: OpenTelemetry's flush knows no bound."""
        while True:
            tell = self._flushes.get()
            self._calls.force_flush()
            tell()


@lru_cache(maxsize=8)
def tracing_of(settings: TraceSettings) -> Tracing:
    """The one of this process, however many jobs or calls ask for it."""
    return Tracing(settings)


class _Calls(SpanProcessor):
    """Passes on the spans of our calls, marked with the call's session and user. Others (a job
    before its call is known, a worker's own) are dropped."""

    def __init__(self, onward: SpanProcessor) -> None:
        self._onward = onward
        self._marks: OrderedDict[int, Mapping[str, str]] = OrderedDict()  # by trace id

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        trace_id = span.get_span_context().trace_id
        marks = otel.get_value(_CALL, parent_context)
        if isinstance(marks, Mapping) and span.parent is None:
            self._marks[trace_id] = marks
            while len(self._marks) > MAX_CALLS:
                self._marks.popitem(last=False)
        if trace_id in self._marks:
            span.set_attributes(self._marks[trace_id])

    def on_end(self, span: ReadableSpan) -> None:
        if span.context is not None and span.context.trace_id in self._marks:
            self._onward.on_end(span)

    def shutdown(self) -> None:
        self._onward.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._onward.force_flush(timeout_millis)


class _Sending(SpanExporter):
    """Runs in the thread that sends. Trouble is logged once, and again only after a success."""

    def __init__(self, exporter: SpanExporter, *, words: bool) -> None:
        self._exporter = exporter
        self._words = words
        self._troubled = False
        for name in _NOISY:
            logging.getLogger(name).addFilter(_MUTED)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans if self._words else [_wordless(s) for s in spans])
        troubled = result is not SpanExportResult.SUCCESS
        if troubled and not self._troubled:
            _log.warning("traces do not reach Langfuse and are dropped: %s", _MUTED.last)
        self._troubled = troubled
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


class _Muted(logging.Filter):
    """Holds back what OpenTelemetry logs for every batch, and keeps the last of it: the reason."""

    last = ""

    def filter(self, record: logging.LogRecord) -> bool:
        self.last = record.getMessage()
        return False


_MUTED = _Muted()


def _wordless(span: ReadableSpan) -> ReadableSpan:
    """A copy without anything that was said, nor who said it."""
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_plain(span.attributes),
        events=[Event(e.name, _plain(e.attributes), e.timestamp) for e in span.events],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _plain(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: value
        for name, value in (attributes or {}).items()
        if name in _PLAIN or name.startswith(_OURS) or _is_number(value)
    }


def _is_number(value: Any) -> bool:
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return all(_is_number(one) for one in value)
    return isinstance(value, (bool, int, float))


def _told(record: CallRecord) -> dict[str, str | int | bool]:
    """Of the record, what a trace can be searched by; no words, no names, no numbers."""
    told: dict[str, str | int | bool] = {
        "outcome": record.outcome.value,
        "engine": record.engine,
        "ordered": bool(record.order_id),
        "turns": sum(said.speaker is Speaker.CALLER for said in record.transcript),
    }
    if record.reply_ms:
        told["slowest_reply_ms"] = max(record.reply_ms)
    if record.quality is not None:
        told |= {
            "score": record.quality.score,
            "read_back": record.quality.read_back,
            "corrections": record.quality.corrections,
            "not_understood": record.quality.not_understood,
            "handed_over": record.quality.handed_over,
        }
    return told


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
