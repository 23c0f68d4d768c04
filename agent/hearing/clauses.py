"""The order of words in a clause, where it is another than the listener reads in."""

from __future__ import annotations

from collections.abc import Sequence

from agent.lexemes import Kind, Lexeme

__all__ = ["verbs_first"]

_SAID_AFTER = frozenset(
    [
        f"{who}{do} {verb}"
        for who in ("i ", "we ", "")
        for do in ("dont", "do not")
        for verb in ("want", "need")
    ]
    + ["i meant", "i mean"]
)
_OF_A_NOUN = frozenset(
    [Kind.MENTION, Kind.WORD, Kind.THE, Kind.ARTICLE, Kind.NUMBER, Kind.SOME, Kind.EXTRA, Kind.IT]
)
_ENDS = frozenset([None, Kind.COMMA, Kind.STOP, Kind.AND])


def verbs_first(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“It's the garlic *I don't want*”, “steak pie, *I meant*”: the verb, then what it is about."""
    found = list(lexemes)
    for n, verb in enumerate(lexemes):
        after = lexemes[n + 1].kind if n + 1 < len(lexemes) else None
        if verb.text not in _SAID_AFTER or after not in _ENDS:
            continue
        end = n - 1 if n and lexemes[n - 1].kind is Kind.COMMA else n
        start = end
        while start > 0 and lexemes[start - 1].kind in _OF_A_NOUN:
            start -= 1
        if any(x.kind is Kind.MENTION for x in lexemes[start:end]):
            found[start : n + 1] = [verb, *lexemes[start:n]]
    return found
