"""Options that are called by what is not done: "Not Toasted", "Unsliced", where callers say what
shall not be done: "don't toast the bagel", "please don't slice it"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from agent.language import Token, tokens
from agent.matching.mention import Mention, Reading
from domain.menu import Menu

__all__ = ["LeftUndone"]

_UNDONE = re.compile(r"(?:not |un)(?P<done>[a-z]{2,}(?:ed|ut))")
_DONT = re.compile(
    r"\b(?:dont|do not) (?P<verb>[a-z]{3,})"
    r"(?: (?:it|them|that|those|mine)(?= [.,?]|$| and | please| up| at))?"
    r"(?: (?:up|at all|please))*(?= |$)(?! (?:me|us|you|him|her|yourself)\b)"
)


class LeftUndone:
    """The options of one menu that are called so, and where an utterance asks for one."""

    def __init__(self, menu: Menu) -> None:
        self._by_participle: dict[str, list[Reading]] = defaultdict(list)
        for group in menu.modifier_groups:
            for modifier in group.modifiers:
                for name in (modifier.name, *modifier.names.values(), *modifier.spoken):
                    match = _UNDONE.fullmatch(" ".join(t.word for t in tokens(name)))
                    if match is not None:
                        self._by_participle[match["done"]].append(
                            Reading(group, modifier, 1, False, 1)
                        )

    def said(self, heard: Sequence[Token]) -> list[Mention]:
        """“*Don't toast* the bagel”, “*don't slice it*”, as a mention of the option."""
        if not self._by_participle:
            return []
        found = []
        for match in _DONT.finditer(" ".join(t.word for t in heard)):
            done = [p for p in _participles(match["verb"]) if p in self._by_participle]
            if done:
                start = match.string[: match.start()].count(" ")
                end = start + len(match[0].split())
                found.append(Mention(start, end, (), tuple(self._by_participle[done[0]])))
        return found


def _participles(verb: str) -> tuple[str, ...]:
    """`toast` → `toasted`, `slice` → `sliced`, `chop` → `chopped`, `cut` → `cut`."""
    return f"{verb}ed", f"{verb}d", f"{verb}{verb[-1]}ed", verb
