"""The rules engine as LiveKit's `llm.LLM`, so that it can stand wherever a model can.

`chat` is asked once for the caller's words and again with the results of the tools. What it decides
hangs on the last message alone: asked twice for the same one (LiveKit generates ahead of the end of
a turn), it decides the same and nothing has happened in between.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from livekit.agents import llm
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

from agent.call import Call
from agent.heard import cut_short, said_last
from agent.rules import (
    Ask,
    Decision,
    Talk,
    after_breakdown,
    after_place,
    after_refused_tool,
    after_refused_twice,
    decide,
    first_talk,
)
from agent.wording import order_words

__all__ = ["RulesLLM"]

logger = logging.getLogger(__name__)


class RulesLLM(llm.LLM[Any]):
    """Takes one call's order by rules; makes no connection and has no model."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call
        self._talk = first_talk(call.house)
        self._came_back = ""  # the failed transfer that the caller has been told of
        self._taking_over = False
        self._message_id = ""  # the caller's message that `_decision` is about
        self._decision: Decision | None = None
        self._answered: tuple[str, ...] = ()  # the tool calls whose results were taken in
        self._refused = False  # a tool has refused in this turn

    @property
    def model(self) -> str:
        return "rules"

    @property
    def provider(self) -> str:
        return "panbot"

    @property
    def talk(self) -> Talk:
        """Where the talk stands."""
        return self._decision.talk if self._decision is not None else self._talk

    @property
    def asked(self) -> Ask:
        """What the caller was asked last."""
        return self.talk.ask

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
        return _Stream(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)

    def next_step(self, chat_ctx: llm.ChatContext) -> Decision:
        """What to do now: the tools to call, or else what to say."""
        message, outputs = _last_turn(chat_ctx)
        if message is None:
            return Decision((), "", self._talk)
        if message.id != self._message_id or self._decision is None:
            self._begin(message, chat_ctx)
            self._taking_over = bool(outputs)  # of a model that began this turn
        assert self._decision is not None, "a turn has begun"
        if not outputs:
            return self._decision
        done = tuple(output.call_id for output in outputs)
        if done != self._answered:
            self._answered = done
            self._decision = self._after_tools(self._decision, outputs)
        return self._decision

    def _begin(self, message: llm.ChatMessage, chat_ctx: llm.ChatContext) -> None:
        # A message that was heard ahead of its end is not in the talk: nothing was said to it.
        if self._decision is not None and chat_ctx.get_by_id(self._message_id) is not None:
            self._talk = self._decision.talk
        self._message_id = message.id
        self._answered = ()
        self._refused = False
        call = self._call
        self._talk = _as_it_stands(self._talk, call, chat_ctx.items)
        if call.hand_over_failed != self._came_back:
            # What the caller answers now is "shall I take a message?".
            self._came_back = call.hand_over_failed
            self._talk = replace(self._talk, ask=Ask.OFFER_MESSAGE)
        self._decision = self._decided(message.text_content or "")

    def _decided(self, text: str) -> Decision:
        """One sentence that we cannot cope with must not end a call: without an answer the caller
        would hear nothing."""
        call = self._call
        try:
            return decide(call.house, call.cart, self._talk, text, call.quote, call.guest)
        except Exception:  # whatever it is, it is a fault of ours
            logger.exception("the rules broke down in call %s", call.id)
            return after_breakdown(self._talk)

    def _after_tools(
        self, decision: Decision, outputs: Sequence[llm.FunctionCallOutput]
    ) -> Decision:
        call = self._call
        if self._taking_over:
            return self._take_over(decision)
        refused = [o.output for o in outputs if o.is_error and o.name != "place_order"]
        if refused and self._refused:
            # Decided anew once and refused again: a third try would be the same.
            return after_refused_twice(call.house, decision.talk, refused[-1])
        self._refused = bool(refused)
        if refused:
            return after_refused_tool(
                call.house, call.cart, decision.talk, call.quote, refused[-1], call.guest
            )
        if not decision.places:
            return replace(decision, calls=())
        return after_place(
            call.house,
            call.cart,
            decision.talk,
            call.quote,
            order=call.done,
            refusal=call.refusal.detail if call.refusal is not None else "",
            away=call.away,
            guest=call.guest,
        )

    def _take_over(self, decision: Decision) -> Decision:
        """Another model's tools have run in this turn, and then it fell silent: what has come of
        them is said, and nothing is done a second time."""
        call = self._call
        if call.done is not None:
            return after_place(
                call.house,
                call.cart,
                decision.talk,
                call.quote,
                order=call.done,
                refusal="",
                away=False,
                guest=call.guest,
            )
        if call.ended or call.hand_over_reason:
            words = "Goodbye!" if call.ended else "One moment, please."
            return Decision((), words, decision.talk)
        if not call.cart.lines:
            return replace(decision, calls=())
        words = f"So far I have {order_words(call.house, call.cart)}. Anything else?"
        return Decision((), words, Talk(ask=Ask.MORE, said=words))


def _as_it_stands(talk: Talk, call: Call, items: Sequence[llm.ChatItem]) -> Talk:
    """The talk as it is, where others than the rules had a part in it: a model that was down for
    a turn, whoever holds the line and asked "are you still there". A yes to them is no yes to what
    was read back before, nor is one to what was not heard to its end."""
    talk = replace(talk, unsure_name=call.unsure_name)
    today = call.standing.order.number if call.standing is not None else ""
    if talk.today != today:
        talk = replace(talk, today=today, cancels=False, read=None, opens=())
    heard = said_last(items)
    ours = heard is None or _plain(talk.said).startswith(_plain(heard))
    if not ours or cut_short(items, call.told_total):
        talk = replace(talk, read=None)
    return talk


def _plain(text: str) -> str:
    """Letters and digits only: what is spoken may come back without a mark or a blank."""
    return "".join(c for c in text.casefold() if c.isalnum())


class _Stream(llm.LLMStream):
    def __init__(
        self,
        rules: RulesLLM,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool],
        conn_options: APIConnectOptions,
    ) -> None:
        super().__init__(rules, chat_ctx=chat_ctx, tools=tools, conn_options=conn_options)
        self._rules = rules

    async def _run(self) -> None:
        decision = self._rules.next_step(self._chat_ctx)
        chunk_id = f"rules-{len(self._chat_ctx.items)}"
        delta = llm.ChoiceDelta(role="assistant", content=decision.reply or None)
        if decision.calls:
            delta.content = None
            delta.tool_calls = [
                llm.FunctionToolCall(
                    name=call.name,
                    arguments=json.dumps(call.arguments),
                    call_id=f"{chunk_id}-{n}",
                )
                for n, call in enumerate(decision.calls)
            ]
        self._event_ch.send_nowait(llm.ChatChunk(id=chunk_id, delta=delta))


def _last_turn(
    chat_ctx: llm.ChatContext,
) -> tuple[llm.ChatMessage | None, list[llm.FunctionCallOutput]]:
    """The caller's last message, and the results of all the tools called since."""
    outputs: list[llm.FunctionCallOutput] = []
    for item in reversed(chat_ctx.items):
        if isinstance(item, llm.ChatMessage) and item.role == "user":
            return item, outputs[::-1]
        if isinstance(item, llm.FunctionCallOutput):
            outputs.append(item)
    return None, outputs
