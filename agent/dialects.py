"""The Englishes that a recogniser writes as it hears them: "*mi* granddaughter a come *fi* it".

Most of their words are folded where all are (`spellings.txt`). "Mi" is a word of many menus (bánh
mì, mi xào), so it is put into English only where it names nothing, by what follows: "I" before
what somebody does, else "my".
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.language import Token
from agent.matching import Mention

__all__ = ["in_english"]

_MI = frozenset(["mi", "mih"])
# After "mi" these are done by whoever says it.
_DONE = frozenset(
    """
    a ah ago will woulda coulda going go come want waan need like love have haffi tek take get
    good alright done deh did cyan cyaan can cannot dont nuh just really ready know think feel
    sorry say tell was am fine okay ok
    """.split()  # noqa: SIM905
)
_WHO = frozenset("mi mih i im she wi we dem them him".split())  # noqa: SIM905
_IS = frozenset(["a", "ah"])  # "mi name *a* Desmond", "mi knee *a* trouble mi"


def in_english(words: Sequence[Token], mentions: Sequence[Mention]) -> list[Token]:
    """`words`, each where it was, with what the dialect says otherwise in plain English."""
    named = {n for m in mentions for n in range(m.start, m.end) if m.holds(words[n].word)}
    plain = list(words)
    for at, token in enumerate(words):
        if token.word == "ago" and at and words[at - 1].word in _WHO:
            plain[at] = token._replace(word="will")  # "mi *ago* come fi it"
        if token.word not in _MI or at in named:
            continue
        after = words[at + 1].word if at + 1 < len(words) else ""
        ends = not after or words[at + 1].stop or after == "so"
        plain[at] = token._replace(word="me" if ends else "i" if after in _DONE else "my")
        then = at + 2
        if plain[at].word == "my" and then < len(words) and words[then].word in _IS:
            plain[then] = words[then]._replace(word="is")
    return plain
