"""The log of one call: it listens to LiveKit's session and to the `Call`, and in the end is the
`CallRecord`.

It is attached beside the conversation and never in its way: each handler does little, and what goes
wrong in one is logged once and goes no further.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from livekit.agents import (
    AgentSession,
    CloseEvent,
    CloseReason,
    ConversationItemAddedEvent,
    ErrorEvent,
    FunctionToolsExecutedEvent,
    UserInputTranscribedEvent,
    llm,
)
from livekit.agents.metrics import (
    AgentSessionUsage,
    LLMModelUsage,
    STTModelUsage,
    TTSModelUsage,
)
from livekit.agents.telemetry.trace_types import gen_ai_provider_name
from livekit.agents.voice.events import SessionUsageUpdatedEvent

from agent.call import Call
from agent.cart import Cart
from agent.house import House
from agent.prices import NO_PRICES, Counts, Prices
from agent.quality import Facts, ToolRun, outcome_of, quality_of
from agent.wording import line_words
from domain.business import opening
from domain.call import CallRecord, CartState, Said, Speaker, Usage
from domain.clock import Clock, iso

__all__ = ["CallLog"]

MAX_TURNS = 1_000  # kept of one call, tools included; an hour of talk
MAX_WORDS = 2_000  # characters of one turn; the longest read-back has some hundred
MAX_HEARD = 20  # pieces of what is not a turn yet
MAX_CARTS = 500  # states of the cart
MAX_ALL_WORDS = 200_000  # characters of all of it: the cloud takes a record of a megabyte

_log = logging.getLogger(__name__)


class CallLog:
    """Begins when it is made: make it as the call comes in.

    `called` is the number that was dialled, E.164. The caller's own is the call's as it stands now:
    later it may be another one, to be called back at.
    """

    def __init__(
        self,
        call: Call,
        clock: Clock,
        *,
        business_id: str = "",
        called: str = "",
        prices: Prices = NO_PRICES,
    ) -> None:
        self.business_id = business_id
        self._call = call
        self._clock = clock
        self._prices = prices
        self._caller = call.cart.customer.phone
        self._called = called
        self._started_at = clock.now()
        self._started = clock.monotonic()
        self._ended_at: datetime | None = None
        self._closed = not opening(self._started_at, call.house.business).open_now
        self._said: list[Said] = []
        self._heard: list[Said] = []  # recognised, and not yet in a turn of the caller's
        self._tools: list[ToolRun] = []
        self._carts: list[tuple[int, Cart, tuple[str, ...]]] = [(0, Cart(), ())]
        self._asked_at: int | None = None  # when the caller's turn that has no answer yet was typed
        self._answered = True
        self._reply_ms: list[int] = []
        self._room = MAX_ALL_WORDS  # characters
        self._handed_over = ""  # why, where whoever holds the line says that it was done
        self._usage: AgentSessionUsage | None = None
        self._failure = ""
        self._broken = False

    def attach(self, session: AgentSession[Any]) -> None:
        """From now on everything that happens in `session` is logged."""
        session.on("conversation_item_added", self._quietly(self._on_item))
        session.on("user_input_transcribed", self._quietly(self._on_transcribed))
        session.on("function_tools_executed", self._quietly(self._on_tools))
        session.on("session_usage_updated", self._quietly(self._on_usage))
        session.on("error", self._quietly(self._on_error))
        session.on("close", self._quietly(self._on_close))

    def said(self, text: str) -> None:
        """The agent's words that no session speaks: the greeting of a call in text."""
        self._add(Said(self._now_ms(), Speaker.AGENT, text))

    def handed_over(self, reason: str) -> None:
        """The caller has been put through, and stayed with the staff."""
        self._handed_over = reason or "asked for a person"

    def failed(self, reason: str) -> None:
        """Our side broke off; `reason` names what, in nobody's words. The first one counts."""
        self._failure = self._failure or reason

    def record(self) -> CallRecord:
        """What is known of the call by now."""
        self._look_at_cart()
        facts = self._facts()
        stands = facts.placed or facts.changed
        return CallRecord(
            id=self._call.id,
            started_at=iso(self._started_at),
            ended_at=iso(self._ended_at or self._clock.now()),
            outcome=outcome_of(facts),
            caller=self._caller,
            called=self._called,
            order_id=stands.id if stands is not None else "",
            engine=self._engine(),
            transcript=tuple(facts.transcript),
            cart_history=tuple(CartState(at_ms, words) for at_ms, _, words in self._carts[1:]),
            usage=self._used(),
            reply_ms=tuple(self._reply_ms),
            quality=quality_of(facts),
            reason=self._failure or self._handed_over or self._call.hand_over_reason,
        )

    def _facts(self) -> Facts:
        return Facts(
            transcript=[*self._said, *self._heard],
            tools=self._tools,
            carts=[cart for _, cart, _ in self._carts],
            told=self._call.told,
            placed=self._call.placed,
            changed=self._call.changed,
            handed_over=bool(self._handed_over or self._call.hand_over_reason),
            drafted=self._call.drafted,
            closed=self._closed,
            failure=self._failure,
        )

    # --- what LiveKit tells ----------------------------------------------------------------------

    def _on_item(self, event: ConversationItemAddedEvent) -> None:
        item = event.item
        if not isinstance(item, llm.ChatMessage) or item.role not in ("user", "assistant"):
            return
        began = item.metrics.get("started_speaking_at")
        at_ms = self._since_ms(event.created_at, began)
        text = item.text_content or ""
        if item.role == "user":
            self._heard.clear()
            self._add(Said(at_ms, Speaker.CALLER, text))
            self._asked_at = None if item.metrics else at_ms
            self._answered = False
            return
        self._add(Said(at_ms, Speaker.AGENT, text, cut=item.interrupted))
        self._look_at_cart()
        if not self._answered:
            self._take_reply_time(item.metrics.get("e2e_latency"))

    def _take_reply_time(self, spoken_s: float | None) -> None:
        """Of the first answer to each turn of the caller's: LiveKit's measure of what was spoken,
        ours of what was typed."""
        self._answered = True
        if spoken_s is not None:
            self._reply_ms.append(max(0, round(spoken_s * 1000)))
        elif self._asked_at is not None:
            self._reply_ms.append(self._now_ms() - self._asked_at)

    def _on_transcribed(self, event: UserInputTranscribedEvent) -> None:
        """What is recognised becomes a turn; the last words before a hang-up never do."""
        if event.is_final and event.transcript:
            last = Said(self._now_ms(), Speaker.CALLER, event.transcript[:MAX_WORDS])
            self._heard = [*self._heard, last][-MAX_HEARD:]

    def _on_tools(self, event: FunctionToolsExecutedEvent) -> None:
        for called, output in event.zipped():
            at_ms = self._since_ms(event.created_at, called.created_at)
            answer = output.output[:MAX_WORDS]
            told = f"refused: {answer}" if output.is_error else answer
            self._add(Said(at_ms, Speaker.TOOL, f"{called.name} {called.arguments} → {told}"))
            if len(self._tools) < MAX_TURNS:
                run = ToolRun(len(self._said), called.name, output.is_error, answer)
                self._tools.append(run)
        self._look_at_cart()

    def _on_usage(self, event: SessionUsageUpdatedEvent) -> None:
        self._usage = event.usage

    def _on_error(self, event: ErrorEvent) -> None:
        if not getattr(event.error, "recoverable", True):
            inner = getattr(event.error, "error", event.error)
            _log.warning("call %s: %s", self._call.id, type(inner).__name__)

    def _on_close(self, event: CloseEvent) -> None:
        self._ended_at = self._clock.now()
        if event.reason is CloseReason.ERROR:
            inner = getattr(event.error, "error", event.error)
            self.failed(type(inner).__name__ if inner is not None else "the session broke off")

    # --- what is kept of it ----------------------------------------------------------------------

    def _add(self, said: Said) -> None:
        text = said.text[:MAX_WORDS]
        if text and len(self._said) < MAX_TURNS and self._has_room(text):
            self._said.append(msgspec.structs.replace(said, text=text))

    def _look_at_cart(self) -> None:
        cart = self._call.cart
        if cart.lines != self._carts[-1][1].lines and len(self._carts) < MAX_CARTS:
            words = _lines_words(self._call.house, cart)
            if self._has_room(*words):
                self._carts.append((self._now_ms(), cart, words))

    def _has_room(self, *words: str) -> bool:
        self._room -= sum(map(len, words))
        return self._room >= 0

    def _now_ms(self) -> int:
        return round((self._clock.monotonic() - self._started) * 1000)

    def _since_ms(self, event_s: float, began_s: float | None) -> int:
        """When something began that LiveKit's clock saw between `began_s` and `event_s`, which is
        now by ours."""
        now_ms = self._now_ms()
        ago_ms = round((event_s - began_s) * 1000) if began_s is not None else 0
        return now_ms - min(max(ago_ms, 0), now_ms)

    def _engine(self) -> str:
        """The models that answered, in the order in which they came in."""
        rows = self._usage.model_usage if self._usage is not None else ()
        return ", ".join(_model_name(row) for row in rows if isinstance(row, LLMModelUsage))

    def _used(self) -> tuple[Usage, ...]:
        rows = self._usage.model_usage if self._usage is not None else ()
        counted = [(_model_name(row), counts) for row in rows if (counts := _counts(row))]
        return tuple(self._usage_row(model, counts) for model, counts in counted)

    def _usage_row(self, model: str, counts: Counts) -> Usage:
        cost = self._prices.cost_micros(model, counts)
        return Usage(
            model=model,
            input_tokens=counts.input_tokens,
            output_tokens=counts.output_tokens,
            characters=counts.characters,
            audio_ms=counts.audio_ms,
            cost_micros=cost,
            currency=self._prices.currency if cost is not None else "",
        )

    def _quietly(self, handler: Callable[[Any], None]) -> Callable[[Any], None]:
        def handle(event: Any) -> None:
            try:
                handler(event)
            except Exception:
                if not self._broken:
                    _log.exception("the log of call %s has a gap", self._call.id)
                self._broken = True

        return handle


def _lines_words(house: House, cart: Cart) -> tuple[str, ...]:
    """Each line in words; one whose dish has just left the menu by its id."""
    return tuple(
        line_words(house.menu, line)
        if house.menu.item(line.item_id) is not None
        else f"{line.qty} {line.item_id}"
        for line in cart.lines
    )


def _model_name(row: Any) -> str:
    """`PROVIDER/MODEL` as the settings name it; our own rules have no provider."""
    if row.provider == "panbot" or "/" in row.model or not row.provider:
        return str(row.model)
    return f"{(gen_ai_provider_name(row.provider) or row.provider).lower()}/{row.model}"


def _counts(row: Any) -> Counts | None:
    """None where nothing was used, and for what is no model of speech or language."""
    counts: Counts | None = None
    match row:
        case LLMModelUsage():
            counts = Counts(row.input_tokens, row.input_cached_tokens, row.output_tokens)
        case STTModelUsage():
            audio_ms = round(row.audio_duration * 1000)
            counts = Counts(row.input_tokens, 0, row.output_tokens, audio_ms=audio_ms)
        case TTSModelUsage():
            counts = Counts(row.input_tokens, 0, row.output_tokens, row.characters_count)
    return counts if counts is not None and counts != Counts() else None
