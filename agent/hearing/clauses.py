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
# "The corn *left out*": nothing else than "without the corn".
_LEFT_OUT = frozenset(["left out", "left off", "taken out", "taken off", "removed", "omitted"])
# "Bacon *added*": it is put on, whatever was left out before it.
_PUT_ON = frozenset(["added", "added on", "added in", "thrown in"])
_OF_A_NOUN = frozenset(
    [Kind.MENTION, Kind.WORD, Kind.THE, Kind.ARTICLE, Kind.NUMBER, Kind.SOME, Kind.EXTRA, Kind.IT]
)
_ENDS = frozenset([None, Kind.COMMA, Kind.STOP, Kind.AND])


def verbs_first(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“It's the garlic *I don't want*”, “steak pie, *I meant*”: the verb, then what it is about."""
    found = list(lexemes)
    for n, verb in enumerate(lexemes):
        after = lexemes[n + 1].kind if n + 1 < len(lexemes) else None
        leaving = verb.text in _LEFT_OUT and after not in (Kind.MENTION, Kind.WORD, Kind.THE)
        putting = verb.text in _PUT_ON and after in _ENDS
        if not leaving and not putting and (verb.text not in _SAID_AFTER or after not in _ENDS):
            continue
        end = n - 1 if n and lexemes[n - 1].kind is Kind.COMMA else n
        start = end
        while start > 0 and lexemes[start - 1].kind in _OF_A_NOUN:
            start -= 1
        if not any(x.kind is Kind.MENTION for x in lexemes[start:end]):
            continue
        if putting:
            given = verb._replace(kind=Kind.WITH, text="with")
            found[start : n + 1] = [given, *lexemes[start:n]]
        elif leaving and start and lexemes[start - 1].kind in (Kind.WITH, Kind.TO):
            pause = verb._replace(kind=Kind.COMMA, text="")
            found[start - 1 : n + 1] = [pause, verb, *lexemes[start:n]]  # "with the corn left out"
        else:
            found[start : n + 1] = [verb, *lexemes[start:n]]
    return [x for x in found if x.kind is not Kind.ADD or x.text not in _PUT_ON]
