"""The demo's own caller: what it says, and what it answers when the agent asks back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from demo.line import Exchange

__all__ = ["SAYINGS", "answer_to", "call_in"]

SAYINGS = ("Two margheritas, one without basil, and a large coke, for Maria, pick-up.",)

# What an agent has to know before it may place an order, and what it may ask for last.
_ANSWERS = {
    "anything else": "No, that's all.",
    "what name": "Maria.",
    "pick-up or delivery": "Pick-up.",
    "shall i place it": "Yes, please.",
}


def answer_to(question: str) -> str | None:
    """What the caller answers; None to what it does not understand."""
    asked = question.lower()
    return next((answer for about, answer in _ANSWERS.items() if about in asked), None)


async def call_in(
    say: Callable[[str], Awaitable[Exchange]], sayings: Sequence[str]
) -> list[Exchange]:
    """Says `sayings`, and then what the agent still wants to know, each thing once; up to the
    order, or the end of the call, or a question that the caller has no answer to."""
    talk: list[Exchange] = []
    for words in sayings:
        talk.append(await say(words))
        if _over(talk[-1]):
            return talk
    for _ in _ANSWERS:
        answer = answer_to(talk[-1].answer.reply) if talk else None
        if answer is None or _over(talk[-1]):
            break
        talk.append(await say(answer))
    return talk


def _over(exchange: Exchange) -> bool:
    return exchange.answer.placed is not None or exchange.answer.ended
