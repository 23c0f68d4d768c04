"""Which dishes a question is about: those that hold something, and not what is in them."""

from __future__ import annotations

from collections.abc import Sequence

from agent.asides import Question
from agent.language import tokens
from agent.matching import Mention
from agent.rules.asked_groups import narrowed

__all__ = ["POINTING", "asked_of", "asks_inside"]

POINTING = frozenset(["it", "that", "this", "they", "those", "these", "them"])
_HOLDS = frozenset(
    """
    have has come comes contain contains include includes get made served got use
    """.split()  # noqa: SIM905
)
_INSIDE = frozenset(["in", "on", "inside", "into"])
_BESIDE = _INSIDE | {"with", "for"}
_ASKING_OF_US = frozenset(["you", "yall", "i", "we", "u"])


def asked_of(question: Question) -> list[Mention]:
    """The dishes named that the question is about, the surest ones: “does the *ma po tofu* have
    pork in it”, “is there garlic in the *pesto*”."""
    named = [m for m in question.mentions if m.items]
    holder = _before_verb(question, named)
    if holder is not None:
        return _surest(narrowed(holder))
    inside = _after(question, named, _INSIDE)
    if inside:
        return _surest(narrowed(inside))
    beside = _after(question, named, _BESIDE)
    return _surest(narrowed(beside))[-1:] or _surest(narrowed(named))


def asks_inside(question: Question) -> bool:
    """True where it asks what is in dishes it names: “anything with nuts *in your brownies*”."""
    named = [m for m in question.mentions if m.items]
    inside = _after(question, named, _INSIDE)
    return any(m.whole and not m.weak for m in inside)


def _before_verb(question: Question, named: Sequence[Mention]) -> list[Mention] | None:
    """“Does the *chicken* come with rice?”: those before the verb; None where it says no such."""
    words = [t.word for t in tokens(question.words)]
    verb = next((n for n, word in enumerate(words) if n and word in _HOLDS), 0)
    if not verb or set(words[:verb]) & (_ASKING_OF_US | {"what", "which", "there", "many"}):
        return None
    return [m for m in named if m.start - question.first < verb]


def _after(question: Question, named: Sequence[Mention], before: frozenset[str]) -> list[Mention]:
    """Those after the last such word that any dish is named after, and all that are listed there:
    “in the *brownie* or the *sundae*”."""
    words = [t.word for t in tokens(question.words)]
    at = [n for n, word in enumerate(words) if word in before and not _in_name(question, n)]
    after = ([m for m in named if m.start - question.first > n] for n in reversed(at))
    return next((found for found in after if found), [])


def _in_name(question: Question, at: int) -> bool:
    return any(m.start <= question.first + at < m.end for m in question.mentions)


def _surest(named: list[Mention]) -> list[Mention]:
    """Those by whose own name one dish is meant; else all."""
    sure = [m for m in named if m.whole and not (m.weak or m.generic or m.unsaid)]
    return [m for m in sure if len(m.items) == 1] or named
